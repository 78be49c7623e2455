/* What a worker does to the folders before it records into them. */
#ifndef WORKERS_MEDIA_REPAIR_H
#define WORKERS_MEDIA_REPAIR_H

#include "core/base/base.h"

/* After a crash or a power cut: removes files written by half (dot-names), parts that lie within a
 * joined file, and segments of each folder's last 2 minutes that are not whole. */
enum err media_repair(const char *media, struct fault *why);

#endif
