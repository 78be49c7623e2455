/* Talks to the web process over its internal interface. Belongs to one thread. */
#ifndef WORKERS_MEDIA_CENTRE_H
#define WORKERS_MEDIA_CENTRE_H

#include "core/base/base.h"

enum { CENTRE_DEADLINE_MS = 1500, CENTRE_BYTES_MAX = 4 << 20 };

struct centre;

/* stopping is asked while a call waits: true ends it. */
struct centre_options {
	const char *web_url; /* http:// or https://, without a path */
	const char *token;
	bool (*stopping)(void);
};

enum err centre_open(const struct centre_options *o, struct centre **out, struct fault *why);
void centre_close(struct centre *c); /* NULL is fine */

/* out needs its arena; its max is set. Both fail with E_BUSY when the web process does not answer
 * with 2xx within the deadline. */
/* E_NOT_FOUND: it answers, but knows no such address. */
struct centre_question {
	const char *path, *json; /* json NULL: a GET, else a POST */
};
enum err centre_ask(
	struct centre *c, const struct centre_question *q, struct buf *out, struct fault *why);
enum err centre_get(struct centre *c, const char *path, struct buf *out, struct fault *why);
enum err centre_post(struct centre *c, const char *path, const char *json, struct fault *why);

#endif
