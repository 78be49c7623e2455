/* Talking to the web process: the list of cameras, and leads on their way to it. */
#ifndef WORKERS_VISION_POST_H
#define WORKERS_VISION_POST_H

#include "core/base/base.h"

#include <stdatomic.h>

struct web {
	const char *url;   /* without a path and without a slash at the end */
	const char *token; /* bearer token */
	const atomic_bool
		*ended; /* when it becomes true, requests under way break off; may be NULL */
};

enum { ANSWER_MAX = 8 * 1024 * 1024 };

/* One form field; of a file the bytes, else the text. */
struct part {
	const char *name;
	const char *text; /* NULL: a file */
	struct bytes data;
	const char *file_name; /* of a file */
	const char *type;      /* of a file: "image/jpeg" */
};

/* GET url/path; the answer's body is in the arena. E_BUSY: not reached, or 5xx; else the status. */
enum err web_get(const struct web *w, const char *path, struct arena *a, struct bytes *body,
	struct fault *why);

/* GET url/path into a new file, as web_get. E_TOO_LARGE: more than SAVE_MAX. Nothing is left of a
 * file that did not arrive whole. */
enum { SAVE_MAX = 512 * 1024 * 1024 }; /* ten minutes of a camera */
enum err web_save(const struct web *w, const char *path, const char *file, struct fault *why);

/* POST of a multipart form. OK: accepted (2xx). E_BUSY: not reached, refused for now (5xx, 408,
 * 425, 429) or the token is not taken (401, 403): try again later. Anything else: never accepted,
 * the error is the status. */
enum err web_post(const struct web *w, const char *path, const struct part *parts, size_t n,
	struct fault *why);

/* The same; what the web process says, also when it refuses, is added to answer. */
struct web_form {
	const struct part *parts;
	size_t n;
};
enum err web_post_for(const struct web *w, const char *path, const struct web_form *f,
	struct buf *answer, struct fault *why);

/* Once, before threads. */
enum err web_start(struct fault *why);

#endif
