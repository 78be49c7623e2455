/* multipart/form-data (RFC 7578) as a stream: bytes go in as they arrive, parts come out. Nothing
 * is kept but the head of the part being read, so its memory does not grow with the body.
 */
#ifndef CORE_HTTP_MULTIPART_H
#define CORE_HTTP_MULTIPART_H

#include "core/http/parse.h"

enum { PART_HEAD_MAX = 4096 }; /* bytes of one part's header fields */

struct part {
	const char *name; /* of the field */
	const char *file; /* base name, perhaps empty; NULL: no file */
	const char *type; /* "text/plain" when none was sent */
};

/* Whoever takes the parts. A call that answers another thing than OK ends the reading with that
 * answer. */
struct part_taker {
	enum err (*begin)(void *context, const struct part *p);
	enum err (*data)(void *context, const char *at, size_t n);
	enum err (*end)(void *context);
	void *context;
};

struct multipart;
/* Lives in the arena, and so do the names of its parts. NULL: the boundary is not one (RFC 2046).
 */
struct multipart *multipart_new(struct arena *a, const char *boundary, const struct part_taker *t);
/* E_BAD_REQUEST: malformed; E_TOO_LARGE: a part's head above PART_HEAD_MAX. After an error it is
 * finished. */
enum err multipart_feed(struct multipart *m, const char *at, size_t n);
enum err multipart_end(struct multipart *m); /* E_BAD_REQUEST: the closing boundary never came */

#endif
