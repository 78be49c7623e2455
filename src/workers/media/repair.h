/* What a worker does to the folders before it records into them. */
#ifndef WORKERS_MEDIA_REPAIR_H
#define WORKERS_MEDIA_REPAIR_H

#include "core/base/base.h"

/* After a crash or a power cut, by who holds the camera's lock: removes files written by half
 * (dot-names), parts that lie within a joined file, and segments of the last 2 minutes that are not
 * whole. */
enum err media_repair_camera(const char *folder, struct fault *why);

/* Removes what this node left in the folder of all cameras. */
enum err media_repair(const char *media, const char *node, struct fault *why);

#endif
