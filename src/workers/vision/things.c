#include "workers/vision/things.h"

#include <math.h>
#include <stdlib.h>

#define SAME_THING 0.5f

enum { CANDIDATES = 256, CELLS = THINGS_INPUT * THINGS_INPUT };
static const int strides[THINGS_MAPS] = { 8, 16, 32 };

/* The network's own normalisation, in the order it wants: blue, green, red. */
static const float mean[3] = { 103.53f, 116.28f, 123.675f },
		   deviation[3] = { 57.375f, 57.12f, 58.395f };

static size_t map_count(int i)
{
	size_t side = (size_t)(THINGS_INPUT / strides[i]);
	return side * side * THING_NUMBERS;
}

/* ---- reading the maps ------------------------------------------------ */

/* Candidates, the weakest of which makes room when there are too many. */
struct crowd {
	size_t n;
	struct thing at[CANDIDATES];
};

static void crowd_add(struct crowd *c, const struct thing *t)
{
	if (c->n < CANDIDATES) {
		c->at[c->n++] = *t;
		return;
	}
	struct thing *weakest = c->at;
	for (size_t i = 1; i < c->n; i++)
		if (c->at[i].score < weakest->score)
			weakest = &c->at[i];
	if (t->score > weakest->score)
		*weakest = *t;
}

/* The kind this cell is surest of, when it is asked for and sure enough; else THING_KINDS. */
static enum thing_kind kind_of(const float *cell, const struct things_asked *asked, float least)
{
	for (size_t i = 0; i < asked->n; i++) {
		enum thing_kind kind = asked->kinds[i];
		float here = cell[kind];
		bool surest = here >= least;
		for (int k = 0; k < THING_KINDS && surest; k++)
			surest = k == (int)kind || !(cell[k] > here);
		if (surest)
			return kind;
	}
	return THING_KINDS;
}

/* The mean of the distances, weighed by their softmax; no number when one of them is none. */
static float distance(const float *weights)
{
	float most = weights[0], sum = 0, at = 0;
	for (int i = 1; i < THING_BINS; i++)
		most = fmaxf(most, weights[i]);
	for (int i = 0; i < THING_BINS; i++) {
		float e = expf(weights[i] - most);
		sum += e;
		at += e * (float)i;
	}
	return at / sum;
}

/* The box around the middle of cell i of a grid, in cells; false when it is none. */
static bool read_area(const float *sides, int i, int grid, struct area *out)
{
	float cx = (float)(i % grid) + 0.5f, cy = (float)(i / grid) + 0.5f;
	float left = cx - distance(sides), top = cy - distance(sides + THING_BINS);
	float right = cx + distance(sides + 2 * THING_BINS);
	float bottom = cy + distance(sides + 3 * THING_BINS);
	*out = (struct area){ left, top, right - left, bottom - top };
	return isfinite(left) && isfinite(top) && isfinite(right) && isfinite(bottom) &&
	       out->w > 0 && out->h > 0;
}

/* Adds what the map says, in pixels of the square. */
static void read_map(
	const float *map, int stride, const struct things_asked *asked, struct crowd *out)
{
	int grid = THINGS_INPUT / stride;
	float least = logf(asked->threshold / (1 - asked->threshold)), k = (float)stride;
	for (int i = 0; i < grid * grid; i++) {
		const float *cell = map + (size_t)i * THING_NUMBERS;
		struct thing t = { .kind = kind_of(cell, asked, least) };
		if (t.kind == THING_KINDS || !read_area(cell + THING_KINDS, i, grid, &t.area))
			continue;
		t.score = 1 / (1 + expf(-cell[t.kind]));
		t.area = (struct area){ t.area.x * k, t.area.y * k, t.area.w * k, t.area.h * k };
		crowd_add(out, &t);
	}
}

static int by_score(const void *a, const void *b)
{
	float x = ((const struct thing *)a)->score, y = ((const struct thing *)b)->score;
	return (x < y) - (x > y);
}

bool areas_touch(const struct area *a, const struct area *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

/* Shared area over joint area, 0..1. */
static float overlap(const struct area *a, const struct area *b)
{
	if (!areas_touch(a, b))
		return 0;
	float w = fminf(a->x + a->w, b->x + b->w) - fmaxf(a->x, b->x);
	float h = fminf(a->y + a->h, b->y + b->h) - fmaxf(a->y, b->y);
	return w * h / (a->w * a->h + b->w * b->h - w * h);
}

static struct thing in_picture(struct thing t, const struct things_view *view)
{
	float k = 1 / view->scale;
	t.area = (struct area){ t.area.x * k + view->x, t.area.y * k + view->y, t.area.w * k,
		t.area.h * k };
	return t;
}

void things_decode(const float *const at[static THINGS_MAPS], const struct things_view *view,
	const struct things_asked *asked, struct things *out)
{
	struct crowd all = { 0 };
	size_t kept[THINGS_MAX];
	out->n = 0;
	for (int i = 0; i < THINGS_MAPS; i++)
		read_map(at[i], strides[i], asked, &all);
	if (all.n > 1)
		qsort(all.at, all.n, sizeof *all.at, by_score);
	for (size_t i = 0; i < all.n && out->n < THINGS_MAX; i++) {
		bool own = true;
		for (size_t k = 0; k < out->n && own; k++)
			own = all.at[kept[k]].kind != all.at[i].kind ||
			      overlap(&all.at[kept[k]].area, &all.at[i].area) <= SAME_THING;
		if (!own)
			continue;
		kept[out->n] = i;
		out->at[out->n++] = in_picture(all.at[i], view);
	}
}

/* ---- looking --------------------------------------------------------- */

/* Planes of blue, green and red; what the part does not fill is black. */
static enum err fill_planes(
	const struct things_look *l, float *planes, float *scale, struct fault *why)
{
	float longest = fmaxf(l->from.w, l->from.h);
	struct picture small = { 0 };
	if (!(longest >= 1))
		return fault(why, E_INVALID, "nothing to look at");
	*scale = (float)THINGS_INPUT / longest;
	small.width = (int32_t)(l->from.w * *scale + 0.5f);
	small.height = (int32_t)(l->from.h * *scale + 0.5f);
	small.width += small.width == 0;
	small.height += small.height == 0;
	TRY(view_cut(l->view, l->from, &small, why));
	for (int c = 0; c < 3; c++) {
		float *plane = planes + (size_t)c * CELLS;
		for (size_t i = 0; i < CELLS; i++)
			plane[i] = -mean[c] / deviation[c];
		for (int32_t y = 0; y < small.height; y++)
			for (int32_t x = 0; x < small.width; x++)
				plane[y * THINGS_INPUT + x] =
					((float)small.rgb[(y * small.width + x) * 3 + 2 - c] -
						mean[c]) /
					deviation[c];
	}
	picture_free(&small);
	return OK;
}

static enum err check_maps(const struct ort_result *r, struct fault *why)
{
	for (int i = 0; i < THINGS_MAPS; i++)
		if (r->count[i] != map_count(i))
			return fault(
				why, E_INVALID, "things.onnx is not the model that is expected");
	return OK;
}

enum err things_find(const struct ort_model *m, const struct things_look *l, struct things *out,
	struct fault *why)
{
	static const char *const outputs[THINGS_MAPS] = { "near", "middle", "far" };
	float *planes = malloc(sizeof *planes * 3 * CELLS);
	if (!planes)
		return fault(why, E_INTERNAL, "out of memory");
	struct things_view view = { .x = l->from.x, .y = l->from.y };
	struct ort_input in = { "input", ORT_FLOAT, planes, { 1, 3, THINGS_INPUT, THINGS_INPUT },
		4 };
	struct ort_result r;
	enum err err = fill_planes(l, planes, &view.scale, why);
	if (!err)
		err = ort_run(m, &in, (struct ort_wanted){ outputs, THINGS_MAPS }, &r, why);
	free(planes);
	TRY(err);
	err = check_maps(&r, why);
	if (!err)
		things_decode(r.at, &view, &l->asked, out);
	ort_result_free(&r);
	return err;
}
