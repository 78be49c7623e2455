/* Old stills become fewer: of each minute the first stays. A month of one in 5 s is half a million
 * files, too many for a folder that others list. */
#ifndef WORKERS_MEDIA_STILL_THIN_H
#define WORKERS_MEDIA_STILL_THIN_H

#include "core/recordings/still.h"

enum { THIN_AGE_MS = HOUR, THIN_EVERY_MS = MINUTE };

/* Removes from a camera's folder what is older than an hour and not the first of its minute. */
enum err still_thin(const char *folder, int64_t now_ms, size_t *removed, struct fault *why);

#endif
