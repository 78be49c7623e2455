/* Unpacking pictures and video: the only code that reads their coded bytes.
 *
 * It runs inside a child without rights (decoder.h); called directly it is for tests and fuzzing.
 */
#ifndef WORKERS_VISION_UNPACK_H
#define WORKERS_VISION_UNPACK_H

#include "workers/vision/shown.h"

/* SOURCE_KEYFRAME: see keyframe.h. */
enum source_kind { SOURCE_STILL, SOURCE_VIDEO, SOURCE_ADDRESS, SOURCE_KEYFRAME };

enum { ADDRESS_MAX = 2048, STILL_BYTES_MAX = 64 * 1024 * 1024 };

struct source {
	enum source_kind kind;
	int fd;		     /* of a still or video: open for reading, from its beginning */
	const char *address; /* rtsp, rtsps, http or https */
	int64_t every_ms; /* pictures of a video: the first, then the first after each step; >= 1 ms
			   */
	bool first_only;  /* one picture is wanted */
	bool served; /* pictures are shown to sink.show, not given to sink.take; see decoder.h */
};

/* Takes each picture as it comes; time_ms is counted from the beginning of the video (0 for a
 * still, -1 for an address). An error ends the unpacking and is handed on. */
struct sink {
	enum err (*take)(void *self, const struct picture *p, int64_t time_ms, struct fault *why);
	/* When set, takes the frame itself, which lives as long as the call. */
	enum err (*show)(void *self, struct shown *s, int64_t time_ms, struct fault *why);
	void *self;
};

/* OK after the last picture, at least one. E_INVALID: damaged, cut off, of no known kind;
 * E_TOO_LARGE; E_NOT_FOUND: the address does not answer. */
enum err unpack(const struct source *s, const struct sink *to, struct fault *why);

/* Makes the libraries set up their tables, so that they need nothing from the system later. */
void unpack_warm_up(void);

#endif
