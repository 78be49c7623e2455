/* Carries kept leads to the web process: the lead with its still at once, so that an officer has it
 * within seconds; the clip when its end has been recorded and it could be cut. */
#ifndef WORKERS_VISION_COURIER_H
#define WORKERS_VISION_COURIER_H

#include "workers/vision/post.h"

struct courier {
	const struct web *web;
	const char *data_dir; /* media/<camera id>/ below it */
	const char *leads_dir;
	int64_t next_try; /* clock_mono(); 0: now */
	int64_t pause_ms; /* after the next failure; 0: none yet */
	size_t first;	  /* which lead is tried first, so that none can hold up the others */
};

/* One round: delivers what is ready, oldest first. When the web process takes nothing, the rest is
 * only made safe, and it is left alone for a while, longer each time, up to a minute. A lead that
 * it refuses for good is logged and dropped; a damaged one is set aside. */
void courier_round(struct courier *c);

#endif
