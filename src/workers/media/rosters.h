/* The lists that nodes keep in a folder they share, put together. */
#ifndef WORKERS_MEDIA_ROSTERS_H
#define WORKERS_MEDIA_ROSTERS_H

#include "workers/media/roster.h"

/* Of a camera that stands in several lists (it went from one node to another) the longest keep_ms
 * counts. What cannot be read is left out. */
void rosters_read(struct arena *a, const char *media, struct roster *out);

#endif
