/* A picture that is looked at in parts: whole in memory, or held by a decoder's child. */
#ifndef WORKERS_VISION_VIEW_H
#define WORKERS_VISION_VIEW_H

#include "workers/vision/decoder.h"

struct view {
	int32_t width, height;
	/* The area from, scaled to the size set in into, whose memory is made; 0 x 0: the whole. */
	enum err (*cut)(void *self, struct area from, struct picture *into, struct fault *why);
	void *self;
};

static inline enum err view_cut(
	const struct view *v, struct area from, struct picture *into, struct fault *why)
{
	return v->cut(v->self, from, into, why);
}

struct view view_of_picture(const struct picture *p); /* p outlives the view */

/* Of the frame last shown by a served job; both outlive the view. */
struct view view_of_frame(struct decoding *job, const struct frame *f);

#endif
