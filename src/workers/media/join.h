/* Joins old segments into minutes: 30 days of 2 s are 1.3 million files a camera, too many for a
 * folder that others list; of minutes they are 43 000. A joined file is its parts one after
 * another, and bears the same kind of name. Between its appearance and the parts' removal both are
 * visible; readers take the longer one (segment_find). */
#ifndef WORKERS_MEDIA_JOIN_H
#define WORKERS_MEDIA_JOIN_H

#include "core/recordings/segment.h"

enum {
	JOIN_AGE_MS = HOUR,	      /* younger ones are being watched, cut and cited */
	JOIN_LONGEST_MS = MINUTE,     /* of a joined file */
	JOIN_BYTES_MAX = 32 << 20,    /* so that a clip never reads much more than it needs */
	JOIN_ENOUGH_MS = 30 * SECOND, /* from here on a file stays as it is */
};

/* list->at[first] to at[end - 1] belong together. */
struct join_group {
	size_t first, end;
};

/* The next group at or after index from, of at least two; false when there is none. The list is
 * ordered and has sizes. */
bool join_next(
	const struct segment_list *list, size_t from, int64_t now_ms, struct join_group *out);

/* Joins what can be joined in a camera's folder. A group with a damaged part is left as it is. */
enum err join_folder(const char *folder, int64_t now_ms, size_t *joined, struct fault *why);

/* The same in every camera's folder below media, and stills made fewer (still_thin.h). */
enum err join_all(const char *media, int64_t now_ms, struct fault *why);

#endif
