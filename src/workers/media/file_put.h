/* Small files that others read while they are rewritten. */
#ifndef WORKERS_MEDIA_FILE_PUT_H
#define WORKERS_MEDIA_FILE_PUT_H

#include "core/base/base.h"

/* Writes folder/.name and renames it to folder/name: a reader sees the old file or the new one,
 * whole. Not synced to the disk, unlike file_write(): after a power cut retention_repair() looks at
 * what is there, and a sync for each camera every 2 s would cost a spinning disk all its time. */
enum err file_put(const char *folder, const char *name, struct bytes content, struct fault *why);

#endif
