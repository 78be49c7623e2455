#include "workers/vision/head.h"

#include <math.h>

/* Chosen on the sample clip and ten pictures of building sites, see docs/models.md. */
#define PERSON_REAL	0.50f /* score of a person that is reported */
#define PERSON_JUDGED	0.60f /* score of a person whose head is judged */
#define POINT_REAL	0.35f
#define POINT_USED	0.20f
#define BARE_SURE	0.85f
#define COVERED_SURE	0.45f /* P(bare) below which the head counts as covered */
#define HEAD_SMALLEST	24.0f /* pixels a side */
#define HEAD_INSIDE	0.75f /* share of the square that has to lie in the picture */
#define NECK_TO_SIDE	1.4f  /* side of the square for one distance from face to shoulders */
#define MIDDLE_FROM_TOP 0.65f /* where in the square the middle of the face lies */

enum { HEAD_POINTS = 5, UPPER_POINTS = 7, REAL_POINTS = 3, FACE_POINTS = 2 };

static int points_above(const struct person *p, int n, float limit)
{
	int count = 0;
	for (int i = 0; i < n; i++)
		count += p->points[i].score >= limit;
	return count;
}

bool person_is_real(const struct person *p)
{
	return p->score >= PERSON_REAL && points_above(p, UPPER_POINTS, POINT_REAL) >= REAL_POINTS;
}

enum finding_kind head_judge(float bare)
{
	if (bare >= BARE_SURE)
		return SEEN_HEAD_UNCOVERED;
	if (bare <= COVERED_SURE)
		return SEEN_HEAD_COVERED;
	return SEEN_HEAD_UNCLEAR; /* also when it is no number */
}

static float least(float a, float b)
{
	return a < b ? a : b;
}

static float most(float a, float b)
{
	return a > b ? a : b;
}

/* The upper part of the box: bodies are about seven heads tall, and seldom seen whole. */
static struct area top_of(const struct person *p)
{
	float side = least(p->x2 - p->x1, (p->y2 - p->y1) / 4);
	return (struct area){ (p->x1 + p->x2 - side) / 2, p->y1, side, side };
}

static float share_inside(struct area a, int32_t width, int32_t height)
{
	float w = least(a.x + a.w, (float)width) - most(a.x, 0);
	float h = least(a.y + a.h, (float)height) - most(a.y, 0);
	return w > 0 && h > 0 ? w * h / (a.w * a.h) : 0;
}

struct head head_find(const struct person *p, int32_t width, int32_t height)
{
	float sum = 0, x = 0, y = 0, left = INFINITY, right = -INFINITY;
	for (int i = 0; i < HEAD_POINTS; i++) {
		const struct point *k = &p->points[i];
		if (!(k->score >= POINT_USED))
			continue;
		sum += k->score;
		x += k->x * k->score;
		y += k->y * k->score;
		left = least(left, k->x);
		right = most(right, k->x);
	}
	struct head h = { .area = top_of(p) };
	bool shoulder = p->points[LEFT_SHOULDER].score >= POINT_REAL ||
			p->points[RIGHT_SHOULDER].score >= POINT_REAL;
	if (!shoulder || points_above(p, HEAD_POINTS, POINT_REAL) < FACE_POINTS)
		return h;
	x /= sum;
	y /= sum;
	float neck = (p->points[LEFT_SHOULDER].y + p->points[RIGHT_SHOULDER].y) / 2 - y;
	float side = NECK_TO_SIDE * most(neck, right - left);
	if (!isfinite(side) || side < 1 || side > (p->y2 - p->y1) * 0.75f)
		return h;
	h.area = (struct area){ x - side / 2, y - side * MIDDLE_FROM_TOP, side, side };
	h.clear = p->score >= PERSON_JUDGED && side >= HEAD_SMALLEST &&
		  share_inside(h.area, width, height) >= HEAD_INSIDE;
	return h;
}

static int32_t whole(float v, int32_t low, int32_t high)
{
	return v > (float)low ? v < (float)high ? (int32_t)v : high : low;
}

struct box area_box(struct area a, int32_t width, int32_t height)
{
	struct box b = { whole(a.x, 0, width - 1), whole(a.y, 0, height - 1), 0, 0 };
	b.w = whole(ceilf(a.x + a.w), b.x + 1, width) - b.x;
	b.h = whole(ceilf(a.y + a.h), b.y + 1, height) - b.y;
	return b;
}
