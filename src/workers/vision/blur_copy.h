/* A picture or a clip in, pictures with faces covered out: decoded behind the decoder's walls,
 * looked at, covered, coded anew. Nothing of the original's bytes is in them. */
#ifndef WORKERS_VISION_BLUR_COPY_H
#define WORKERS_VISION_BLUR_COPY_H

#include "workers/vision/decoder.h"
#include "workers/vision/eyes.h"

enum {
	BLUR_PICTURES_MAX = 20, /* of a clip: one a second, or one in two, four, ... seconds */
	BLUR_CLIP_SIDE = 960,	/* pictures of a clip are made no larger; <= 1024 */
	BLUR_QUALITY = 85,
};

struct blurred_picture {
	int64_t at_ms;	   /* from the beginning of the clip; 0 for a still */
	size_t areas;	   /* that were covered */
	struct bytes jpeg; /* at from malloc */
};

struct blurred {
	size_t n;
	struct blurred_picture at[BLUR_PICTURES_MAX];
};

struct blur_job {
	struct decoder *decoder;
	const struct eyes *eyes;
	int fd; /* the original, open for reading */
};

/* All pictures, or none and an error: E_INVALID no JPEG, PNG or video, damaged, cut off;
 * E_TOO_LARGE; E_BUSY the decoder was too slow; E_INTERNAL the decoder is gone or no memory.
 * On OK the caller ends *out with blurred_free(). */
enum err blur_copy(const struct blur_job *j, struct blurred *out, struct fault *why);
void blurred_free(struct blurred *b);

#endif
