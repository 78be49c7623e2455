/* Animals and telephones in a picture, by the NanoDet network (things.onnx).
 *
 * It knows the 80 kinds of things of COCO, of which few are asked for here. It looks at a square of
 * THINGS_INPUT pixels, and answers on three grids whose cells are 8, 16 and 32 pixels wide. Each
 * cell holds 80 numbers, one for each kind (before the sigmoid), and for each side of a box the
 * weights of THING_BINS distances from the cell's middle (before the softmax), in cells.
 *
 * Source: github.com/RangiLyu/nanodet (Apache-2.0); Li et al., Generalized Focal Loss, 2020.
 */
#ifndef WORKERS_VISION_THINGS_H
#define WORKERS_VISION_THINGS_H

#include "workers/vision/ort.h"
#include "workers/vision/view.h"

enum { THINGS_INPUT = 416, THINGS_MAPS = 3, THINGS_MAX = 32, THING_BINS = 11 };

/* COCO's numbers. Its "mouse" (64) lies on a desk: no kind here is a rodent. */
enum thing_kind {
	THING_PERSON = 0,
	THING_BIRD = 14,
	THING_CAT = 15,
	THING_DOG = 16,
	THING_PHONE = 67,
	THING_KINDS = 80
};

enum { THING_NUMBERS = THING_KINDS + 4 * THING_BINS };

struct thing {
	enum thing_kind kind;
	float score;	  /* 0..1 */
	struct area area; /* pixels of the picture, may reach over its edges */
};

/* What is asked for: a cell speaks for the kind that it is surest of among all 80, and counts when
 * that is one of these. */
struct things_asked {
	const enum thing_kind *kinds;
	size_t n;
	float threshold; /* 0..1, both excluded */
};

/* How a part of the picture was laid into the square: from the top left corner. */
struct things_view {
	float scale; /* pixels of the square for one of the picture; > 0 */
	float x, y;  /* where the part begins */
};

/* Best first; no two of one kind overlap by more than half. */
struct things {
	size_t n;
	struct thing at[THINGS_MAX];
};

/* Reads the three maps, finest first; at[i] holds (THINGS_INPUT / stride)^2 * THING_NUMBERS
 * floats. The best THINGS_MAX are kept. Values that are no numbers give nothing. */
void things_decode(const float *const at[static THINGS_MAPS], const struct things_view *view,
	const struct things_asked *asked, struct things *out);

/* Cuts the area from out of the picture (it may reach over the edges), looks at it with the network
 * and decodes what it says. E_INVALID: another network than this. */
struct things_look {
	const struct view *view;
	struct area from;
	struct things_asked asked;
};
enum err things_find(const struct ort_model *m, const struct things_look *l, struct things *out,
	struct fault *why);

/* Do they share a pixel? */
bool areas_touch(const struct area *a, const struct area *b);

#endif
