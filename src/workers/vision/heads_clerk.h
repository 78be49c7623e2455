/* Fetches the site's heads from the web process now and then, and remembers them on disk for a
 * start without it. */
#ifndef WORKERS_VISION_HEADS_CLERK_H
#define WORKERS_VISION_HEADS_CLERK_H

#include "workers/vision/post.h"
#include "workers/vision/site_heads.h"

enum { HEADS_EVERY_MS = 10 * SECOND, HEADS_ANSWER_MAX = 1 << 20 };

struct heads_clerk {
	const struct web *web;
	const char *path; /* the file: DATA/vision/site.json */
	struct arena *kept;
	struct bytes last; /* the answer in force, in kept */
	int64_t due;	   /* clock_mono() */
	bool recalled;
};

/* One round; does nothing before it is due. */
void heads_clerk_round(struct heads_clerk *c, struct site_heads *heads);

#endif
