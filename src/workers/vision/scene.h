/* The camera's own state, from a tiny grey picture of each look: covered, moved, frozen, dark. No
 * model: how bright, how much structure, and is the structure where it used to be.
 */
#ifndef WORKERS_VISION_SCENE_H
#define WORKERS_VISION_SCENE_H

#include "workers/vision/finding.h"

enum { GREY_W = 160, GREY_H = 90, GREY_CELLS = GREY_W * GREY_H };

/* The whole picture, squeezed into the grid, 0..255 a cell, and a number made of every pixel of it
 * before that: equal for equal pictures only. */
struct grey {
	uint64_t mark;
	uint8_t at[GREY_CELLS];
};

/* What is known of a camera's usual view. All zero at the beginning. */
struct scene {
	uint64_t last_mark;
	uint32_t looks;			/* taken into the reference so far */
	uint32_t strange;		/* looks in a row that did not show the usual view */
	uint16_t usual[GREY_CELLS];	/* edges of the usual view, in 256ths */
	uint16_t candidate[GREY_CELLS]; /* edges of the strange one */
};

struct scene_look {
	const struct grey *grey;
	int64_t time;
	int32_t width, height; /* of the picture: a finding covers all of it */
};

/* Adds what is wrong with the camera to the findings, and learns the view. A view that stays
 * strange for SCENE_STRANGE_MAX looks becomes the usual one: the camera was moved for good. */
enum { SCENE_LEARN = 4, SCENE_STRANGE_MAX = 120 };
void scene_see(struct scene *s, const struct scene_look *l, struct findings *out);

/* ---- the motion gate ------------------------------------------------- */

/* Cells that differ by more than noise does, 0..GREY_CELLS, after the change of the overall light
 * is taken out: a cloud is no motion. */
int grey_changed(const struct grey *a, const struct grey *b);

#endif
