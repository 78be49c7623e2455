/* Batches that the web process could not take yet: a file each, in the order of their coming. A put
 * is synced before it returns, so its readings may be acknowledged to the broker. */
#ifndef WORKERS_SENSORS_SPOOL_H
#define WORKERS_SENSORS_SPOOL_H

#include "core/base/base.h"

struct spool {
	char *dir;
	int64_t bytes, max;  /* held, and allowed */
	int64_t first, next; /* numbers of the files: first <= n < next; equal: empty */
};
enum err spool_open(struct arena *a, const char *dir, struct spool *s, struct fault *why);
static inline bool spool_empty(const struct spool *s)
{
	return s->first == s->next;
}
/* E_TOO_LARGE: there is no room; nothing was written. */
enum err spool_put(struct spool *s, struct bytes batch, struct fault *why);
/* The oldest; E_NOT_FOUND when there is none. */
enum err spool_first(struct arena *a, struct spool *s, struct bytes *out, struct fault *why);
void spool_drop(struct spool *s); /* the oldest was taken */
/* The oldest is refused again and again: put aside as refused-N.json for a person to look at. */
void spool_set_aside(struct spool *s);

#endif
