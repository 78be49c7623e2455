/* Asks the web process which clips are to be covered, and sends each back coded anew, or why that
 * cannot be. Beside blur_clerk.h, since one clip may take minutes. */
#ifndef WORKERS_VISION_COVER_CLERK_H
#define WORKERS_VISION_COVER_CLERK_H

#include "workers/vision/cover_copy.h"
#include "workers/vision/post.h"

enum { COVER_TRIES = 3 /* for one that the decoder is too slow for */ };

struct cover_clerk {
	const struct web *web;
	const char *path; /* a file of its own: DATA/vision/clip */
	struct decoder *decoder;
	const struct eyes *eyes;
	int64_t last; /* the one that was too slow, and how often */
	int tries;
};

/* One round: the first clip that waits, if any. *worked says whether there was one. E_INTERNAL: the
 * decoder is gone. Whatever else goes wrong is tried again in a later round. */
enum err cover_clerk_round(struct cover_clerk *c, bool *worked, struct fault *why);

#endif
