/* A small thing that runs: found in a row of tiny grey pictures a tenth of a second apart, without
 * a model. A rat, or a leaf in a draught: a person has to look at the clip.
 */
#ifndef WORKERS_VISION_MOVING_H
#define WORKERS_VISION_MOVING_H

#include "workers/vision/scene.h"

enum { MOVING_FRAMES_MAX = 40, MOVING_STEP_MS = 100 };

struct frames {
	size_t n;
	uint8_t at[MOVING_FRAMES_MAX][GREY_CELLS];
};

/* In cells of the grid. */
struct track {
	int x1, y1, x2, y2; /* everything it passed, x2 and y2 excluded */
	int steps;	    /* pictures in which it was followed */
	float length;	    /* from its first to its last place */
	int32_t score;	    /* 0..SCORE_MAX */
};

/* The longest run of one small blob, false when there is none: at least MOVING_STEPS pictures, each
 * step short enough to be the same thing, and on the whole away from where it was. */
enum { MOVING_STEPS = 4 };
bool moving_find(const struct frames *f, struct track *out);

#endif
