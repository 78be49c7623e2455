/* Cuts a clip out of the recordings: whole fragments, no re-encoding, times from zero. */
#ifndef CORE_RECORDINGS_CLIP_H
#define CORE_RECORDINGS_CLIP_H

#include "core/base/base.h"

enum { CLIP_BYTES_MAX = 64 << 20 };

struct clip_request {
	const char *folder;	/* <data>/media/<camera id> */
	int64_t from_ms, to_ms; /* UTC, from < to, at most 10 minutes */
};

struct clip {
	struct bytes data; /* a fragmented MP4 that plays from 0, in the arena */
	int64_t start_ms,
		end_ms; /* UTC; starts at the keyframe at or before from where there is one */
};

/* A clip is of one run (gen) of the stream: of the one that covers most of the range, and without
 * holes. E_NOT_FOUND nothing recorded there; E_TOO_LARGE above CLIP_BYTES_MAX; E_BAD_REQUEST a bad
 * range; E_INVALID damaged files. */
enum err clip_build(
	struct arena *a, const struct clip_request *r, struct clip *out, struct fault *why);

#endif
