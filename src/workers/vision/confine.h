/* Taking rights away from a process that decodes hostile bytes, for good; tighter than what the
 * other workers use (core/proc/sandbox.h), since decoding needs so little.
 */
#ifndef WORKERS_VISION_CONFINE_H
#define WORKERS_VISION_CONFINE_H

#include "core/base/base.h"

/* Becomes nobody when it was root; without effect otherwise. */
enum err confine_drop_user(struct fault *why);

/* Closes every file but the n in keep, and 0, 1, 2. keep is sorted ascending, all above 2. */
void confine_close_others(const int *keep, size_t n);

/* Memory to bytes, processor time to seconds (0: as it is), no core dump. */
enum err confine_limits(int64_t memory, int64_t seconds, struct fault *why);

/* For a decoder of bytes at hand: reading, writing and seeking in what is open, and memory that is
 * never executable. Any other system call kills the process. */
enum err confine_bytes_only(struct fault *why);

#endif
