/* A decoded frame while its child holds it: the parts that are looked at are cut out of it, small;
 * all of it is handed over only when a person is to see it.
 */
#ifndef WORKERS_VISION_SHOWN_H
#define WORKERS_VISION_SHOWN_H

#include "workers/vision/picture.h"
#include "workers/vision/scene.h"

#include <libavutil/frame.h>

struct shown {
	const AVFrame *frame;
	struct SwsContext **scaler; /* kept from frame to frame */
	struct picture whole;	    /* made when a part is asked for */
	/* When set, the frame is a rough one, good for pictures much smaller than it; the first
	 * call puts the exact one in its place, and clears this. */
	enum err (*refine)(void *self, struct fault *why);
	void *self; /* of refine */
};

void shown_end(struct shown *s);

enum err shown_grey(const struct shown *s, struct grey *out, struct fault *why);

/* The area from, in the size set in into; its memory is made. The whole picture comes scaled by the
 * decoder's library, parts by picture_scale(); a size of 0 x 0 asks for the whole as it is. */
enum err shown_cut(struct shown *s, struct area from, struct picture *into, struct fault *why);

#endif
