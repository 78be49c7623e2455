/* Asks the web process which pictures are to be given outside, and sends each back with the faces
 * covered, or why that cannot be. */
#ifndef WORKERS_VISION_BLUR_CLERK_H
#define WORKERS_VISION_BLUR_CLERK_H

#include "workers/vision/blur_copy.h"
#include "workers/vision/post.h"

enum { BLUR_TRIES = 3 /* for one that the decoder is too slow for */ };

struct blur_clerk {
	const struct web *web;
	const char *path; /* a file of its own: DATA/vision/original */
	struct decoder *decoder;
	const struct eyes *eyes;
	char last[72]; /* the one that was too slow, and how often */
	int tries;
};

/* One round: the first picture that waits, if any. *worked says whether there was one. E_INTERNAL:
 * the decoder is gone. Whatever else goes wrong is tried again in a later round. */
enum err blur_clerk_round(struct blur_clerk *c, bool *worked, struct fault *why);

#endif
