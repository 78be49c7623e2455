/* People in a picture, from the six maps of the MultiPose network.
 *
 * The network looks at a square of POSE_INPUT pixels and answers on a grid of POSE_GRID cells, a
 * cell being four pixels. Everything here is arithmetic on those maps: no library, no memory.
 */
#ifndef WORKERS_VISION_POSE_H
#define WORKERS_VISION_POSE_H

#include "core/base/base.h"

enum { POSE_INPUT = 256, POSE_GRID = 64, POSE_CELL = 4, POSE_MAPS = 6, PEOPLE_MAX = 32 };

enum pose_point {
	NOSE,
	LEFT_EYE,
	RIGHT_EYE,
	LEFT_EAR,
	RIGHT_EAR,
	LEFT_SHOULDER,
	RIGHT_SHOULDER,
	LEFT_WRIST = 9,
	RIGHT_WRIST,
	POSE_POINTS = 17, /* the others are not used */
};

struct point {
	float x, y;  /* pixels of the picture, may lie outside */
	float score; /* 0..1 */
};

struct person {
	float score;	      /* 0..1 */
	float x1, y1, x2, y2; /* pixels of the picture, cut to it; x1 < x2, y1 < y2 */
	struct point points[POSE_POINTS];
};

/* The maps in the order the network gives them, rows of cells, channels last. */
struct pose_maps {
	const float *centre;  /* 1: is a person's middle here (before the sigmoid) */
	const float *size;    /* 2: height, width in cells */
	const float *offset;  /* 2: y, x of the middle inside the cell */
	const float *regress; /* 34: y, x of each point seen from this cell */
	const float *nudge;   /* 34: y, x of each point inside its own cell */
	const float *heat;    /* 17: is this point here (before the sigmoid) */
};

/* How the picture was laid into the square: from the top left corner, scaled by scale. */
struct pose_view {
	float scale;	       /* pixels of the square for one of the picture; > 0 */
	int32_t width, height; /* of the picture */
};

/* The people with a score of at least threshold (0..1), best first, without doubles; at most
 * PEOPLE_MAX. Values that are no numbers give nobody. */
size_t pose_decode(const struct pose_maps *maps, const struct pose_view *view, float threshold,
	struct person out[static PEOPLE_MAX]);

/* How far two boxes are the same: shared area over joint area, 0..1. */
float person_overlap(const struct person *a, const struct person *b);

/* Sorts by score and drops whoever overlaps a better one by more than limit; gives the new count.
 */
size_t people_distinct(struct person *people, size_t n, float limit);

#endif
