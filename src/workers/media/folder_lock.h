/* Who writes into a folder: nodes that share one agree by locks of its file system. A lock goes
 * with the process that holds it. */
#ifndef WORKERS_MEDIA_FOLDER_LOCK_H
#define WORKERS_MEDIA_FOLDER_LOCK_H

#include "core/base/base.h"

/* Takes the lock folder/name (name begins with ".lock"). E_CONFLICT: somebody else has it.
 * The caller closes *fd to give it back. On NFS, a lock of a machine that died is given up only
 * when the server notices, some 90 s later. */
enum err folder_lock(const char *folder, const char *name, int *fd, struct fault *why);

#endif
