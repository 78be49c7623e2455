#include "workers/vision/pose.h"

#include <math.h>
#include <stdlib.h>

#define SAME_PERSON 0.5f
#define POINT_NOISE 0.05f /* answers below are no answers */

enum {
	SEARCH = 2
}; /* cells around the place regressed in which a point's own peak is looked for */

static float sigmoid(float v)
{
	return 1 / (1 + expf(-v));
}

static float least(float a, float b)
{
	return a < b ? a : b;
}

static float most(float a, float b)
{
	return a > b ? a : b;
}

float person_overlap(const struct person *a, const struct person *b)
{
	float w = least(a->x2, b->x2) - most(a->x1, b->x1);
	float h = least(a->y2, b->y2) - most(a->y1, b->y1);
	if (!(w > 0) || !(h > 0))
		return 0;
	float both = w * h;
	float all = (a->x2 - a->x1) * (a->y2 - a->y1) + (b->x2 - b->x1) * (b->y2 - b->y1) - both;
	return all > 0 ? both / all : 0;
}

static int by_score(const void *a, const void *b)
{
	float x = ((const struct person *)a)->score, y = ((const struct person *)b)->score;
	return (x < y) - (x > y);
}

size_t people_distinct(struct person *people, size_t n, float limit)
{
	size_t kept = 0;
	if (n > 1)
		qsort(people, n, sizeof *people, by_score);
	for (size_t i = 0; i < n; i++) {
		bool own = true;
		for (size_t k = 0; k < kept && own; k++)
			own = person_overlap(&people[k], &people[i]) <= limit;
		if (own)
			people[kept++] = people[i];
	}
	return kept;
}

static bool is_peak(const float *centre, int y, int x)
{
	float here = centre[y * POSE_GRID + x];
	for (int dy = -1; dy <= 1; dy++)
		for (int dx = -1; dx <= 1; dx++) {
			int yy = y + dy, xx = x + dx;
			bool inside = yy >= 0 && xx >= 0 && yy < POSE_GRID && xx < POSE_GRID;
			if (inside && centre[yy * POSE_GRID + xx] > here)
				return false;
		}
	return true;
}

/* The body's own guess of a point, moved to the strongest answer of that point's map near it. */
static struct point find_point(
	const struct pose_maps *m, const struct pose_view *view, size_t cell, int k)
{
	float gy = (float)(cell / POSE_GRID) + m->regress[cell * 34 + (size_t)k * 2];
	float gx = (float)(cell % POSE_GRID) + m->regress[cell * 34 + (size_t)k * 2 + 1];
	if (!isfinite(gy) || !isfinite(gx) || fabsf(gy) > 1e4f || fabsf(gx) > 1e4f)
		return (struct point){ 0 };
	struct point p = { .x = gx, .y = gy, .score = POINT_NOISE };
	int cy = (int)lroundf(gy), cx = (int)lroundf(gx);
	for (int y = cy - SEARCH; y <= cy + SEARCH; y++)
		for (int x = cx - SEARCH; x <= cx + SEARCH; x++) {
			if (y < 0 || x < 0 || y >= POSE_GRID || x >= POSE_GRID)
				continue;
			size_t at = (size_t)(y * POSE_GRID + x);
			float score = sigmoid(m->heat[at * POSE_POINTS + (size_t)k]);
			if (!(score > p.score))
				continue;
			p.score = score;
			p.y = (float)y + m->nudge[at * 34 + (size_t)k * 2];
			p.x = (float)x + m->nudge[at * 34 + (size_t)k * 2 + 1];
		}
	if (!(p.score > POINT_NOISE))
		p.score = 0;
	p.x *= POSE_CELL / view->scale;
	p.y *= POSE_CELL / view->scale;
	if (!isfinite(p.x) || !isfinite(p.y))
		return (struct point){ 0 };
	return p;
}

/* Reads the person whose middle is in this cell; false when the box is none. */
static bool read_person(
	const struct pose_maps *m, const struct pose_view *view, size_t cell, struct person *out)
{
	float k = POSE_CELL / view->scale;
	float cy = (float)(cell / POSE_GRID) + m->offset[cell * 2];
	float cx = (float)(cell % POSE_GRID) + m->offset[cell * 2 + 1];
	float h = m->size[cell * 2], w = m->size[cell * 2 + 1];
	out->x1 = most((cx - w / 2) * k, 0);
	out->y1 = most((cy - h / 2) * k, 0);
	out->x2 = least((cx + w / 2) * k, (float)view->width);
	out->y2 = least((cy + h / 2) * k, (float)view->height);
	bool finite = isfinite(cy) && isfinite(cx) && isfinite(h) && isfinite(w);
	if (!finite || !(out->x2 - out->x1 >= 1) || !(out->y2 - out->y1 >= 1))
		return false;
	for (int i = 0; i < POSE_POINTS; i++)
		out->points[i] = find_point(m, view, cell, i);
	return true;
}

size_t pose_decode(const struct pose_maps *maps, const struct pose_view *view, float threshold,
	struct person out[static PEOPLE_MAX])
{
	size_t n = 0;
	for (int y = 0; y < POSE_GRID; y++)
		for (int x = 0; x < POSE_GRID; x++) {
			size_t cell = (size_t)(y * POSE_GRID + x);
			struct person p = { .score = sigmoid(maps->centre[cell]) };
			if (!(p.score >= threshold) || !is_peak(maps->centre, y, x))
				continue;
			if (!read_person(maps, view, cell, &p))
				continue;
			if (n == PEOPLE_MAX) { /* the weakest makes room */
				qsort(out, n, sizeof *out, by_score);
				if (out[n - 1].score >= p.score)
					continue;
				n--;
			}
			out[n++] = p;
		}
	return people_distinct(out, n, SAME_PERSON);
}
