/* Stills of a snapshot camera: whole JPEG files beside, and instead of, segments. In the camera's
 * folder: still-<ms UTC, 13 digits>.jpg, visible only when whole and never changed; latest.jpg, the
 * newest of them again; latest.still, its number, so that nobody has to list weeks to find it. */
#ifndef CORE_RECORDINGS_STILL_H
#define CORE_RECORDINGS_STILL_H

#include "core/base/base.h"

enum { STILL_NAME_SIZE = 32 };

struct still {
	int64_t at_ms; /* UTC */
	int64_t bytes; /* size of the file; 0 when not looked at */
};

struct still_list {
	struct still *at;
	size_t n;
};

void still_name(char out[STILL_NAME_SIZE], int64_t at_ms);

/* False for anything that is not exactly such a name. */
bool still_parse(const char *name, int64_t *at_ms);

struct still_query {
	const char *folder;
	int64_t from_ms, to_ms; /* at or after, before; 0, 0: all */
	bool sizes;		/* fill bytes */
};

/* By time. A folder that is not there is an empty list. */
enum err still_find(
	struct arena *a, const struct still_query *q, struct still_list *out, struct fault *why);

/* The newest one; false when there is none. Costs the same however many there are. */
bool still_newest(const char *folder, int64_t *at_ms);

#endif
