#include "workers/vision/blur.h"
#include "workers/vision/head.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Chosen on the sample clip, see docs/models.md. */
#define WHOLE_SCORE 0.20f /* a body in the whole picture */
#define PART_SCORE  0.30f /* a body in a part of it, where pieces of things look larger */
#define POINT_SURE  0.40f /* a point of the head that tells where the head is */
#define POINT_MAYBE 0.15f /* one that is covered as well, in case */
#define EAR_FACES   1.3f  /* faces are so many ear distances wide, */
#define EYE_FACES   2.6f  /* eye distances, */
#define NECK_FACES  0.9f  /* distances from face to shoulders, */
#define BODY_FACES  0.40f /* distances between the shoulders */
#define MARGIN	    0.85f /* of a face, around its points: hair, cap, chin */
#define UPPER_BODY  0.42f /* of the height of the body */
#define AROUND_BODY 0.10f /* of its sides */
#define BODY_KNOWN  0.50f /* a body of which another may be the rest, */
#define BODY_WITHIN 0.70f /* when so much of that lies in it */

enum { HEAD_POINTS = 5, SURE_POINTS = 2, BLOCK_LEAST = 6, PARTS_FROM = 480 };

/* ---- one person -------------------------------------------------------- */

struct extent {
	float left, top, right, bottom;
};

static void widen(struct extent *e, float x, float y, float by)
{
	e->left = fminf(e->left, x - by);
	e->right = fmaxf(e->right, x + by);
	e->top = fminf(e->top, y - by);
	e->bottom = fmaxf(e->bottom, y + by);
}

static bool seen(const struct point *p, float score)
{
	return p->score >= score && isfinite(p->x) && isfinite(p->y);
}

static float apart(const struct person *p, enum pose_point a, enum pose_point b)
{
	const struct point *m = &p->points[a], *n = &p->points[b];
	return seen(m, POINT_MAYBE) && seen(n, POINT_MAYBE) ? hypotf(m->x - n->x, m->y - n->y) : 0;
}

/* How wide the face may be, at most half the body's height. */
static float face_of(const struct person *p)
{
	float nose_y = p->points[NOSE].y,
	      shoulders_y = (p->points[LEFT_SHOULDER].y + p->points[RIGHT_SHOULDER].y) / 2;
	float face = fmaxf(apart(p, LEFT_EAR, RIGHT_EAR) * EAR_FACES,
		apart(p, LEFT_EYE, RIGHT_EYE) * EYE_FACES);
	face = fmaxf(face, apart(p, LEFT_SHOULDER, RIGHT_SHOULDER) * BODY_FACES);
	if (apart(p, LEFT_SHOULDER, RIGHT_SHOULDER) > 0 && seen(&p->points[NOSE], POINT_MAYBE))
		face = fmaxf(face, (shoulders_y - nose_y) * NECK_FACES);
	face = fmaxf(face, fminf(p->x2 - p->x1, (p->y2 - p->y1) / 4) * 0.5f);
	return fminf(face, (p->y2 - p->y1) / 2);
}

static int32_t inside(float v, int32_t most)
{
	return v > 0 ? v < (float)most ? (int32_t)v : most : 0;
}

static struct box cut_to(const struct extent *e, int32_t width, int32_t height)
{
	int32_t x = inside(floorf(e->left), width - 1), y = inside(floorf(e->top), height - 1);
	int32_t right = inside(ceilf(e->right), width), bottom = inside(ceilf(e->bottom), height);
	return (struct box){ x, y, right > x ? right - x : 1, bottom > y ? bottom - y : 1 };
}

static int head_points(const struct person *p)
{
	int sure = 0;
	for (int i = 0; i < HEAD_POINTS; i++)
		sure += seen(&p->points[i], POINT_SURE);
	return sure;
}

struct box blur_area_of(const struct person *p, int32_t width, int32_t height)
{
	float w = p->x2 - p->x1, h = p->y2 - p->y1, face = face_of(p);
	struct extent e = { INFINITY, INFINITY, -INFINITY, -INFINITY };
	for (int i = 0; i < HEAD_POINTS; i++)
		if (seen(&p->points[i], POINT_MAYBE))
			widen(&e, p->points[i].x, p->points[i].y, face * MARGIN);
	if (head_points(p) <
		SURE_POINTS) { /* nobody can say where the head is: all of the upper body */
		e.left = fminf(e.left, p->x1 - w * AROUND_BODY);
		e.right = fmaxf(e.right, p->x2 + w * AROUND_BODY);
		e.top = fminf(e.top, p->y1 - h * AROUND_BODY);
		e.bottom = fmaxf(e.bottom, p->y1 + h * UPPER_BODY);
	}
	return cut_to(&e, width, height);
}

/* ---- all people -------------------------------------------------------- */

static enum err add_people(const struct people *people, const struct picture *p,
	struct blur_areas *out, struct fault *why)
{
	for (size_t i = 0; i < people->n; i++) {
		if (out->n == BLUR_AREAS_MAX)
			return fault(why, E_TOO_LARGE, "too many people in the picture");
		out->at[out->n++] = blur_area_of(&people->at[i], p->width, p->height);
	}
	return OK;
}

static struct picture part_of(const struct picture *p, const struct box *b)
{
	struct picture part = { b->w, b->h, malloc((size_t)b->w * (size_t)b->h * 3) };
	for (int32_t y = 0; part.rgb && y < b->h; y++)
		memcpy(part.rgb + (size_t)y * (size_t)b->w * 3,
			p->rgb + ((size_t)(b->y + y) * (size_t)p->width + (size_t)b->x) * 3,
			(size_t)b->w * 3);
	return part;
}

static void move_by(struct person *who, float x, float y)
{
	who->x1 += x;
	who->x2 += x;
	who->y1 += y;
	who->y2 += y;
	for (int i = 0; i < POSE_POINTS; i++) {
		who->points[i].x += x;
		who->points[i].y += y;
	}
}

/* The network looks at 256 pixels: who is small in the whole is larger in a part. */
static enum err look_at_part(const struct eyes *e, const struct picture *p, const struct box *where,
	struct people *people, struct fault *why)
{
	struct picture part = part_of(p, where);
	if (!part.rgb)
		return fault(why, E_INTERNAL, "out of memory");
	struct view v = view_of_picture(&part);
	enum err err = eyes_people(e, &v, people, why);
	picture_free(&part);
	for (size_t i = 0; !err && i < people->n; i++)
		move_by(&people->at[i], (float)where->x, (float)where->y);
	return err;
}

/* A part may cut a body in two, whose lower half is then somebody without a head. That is nobody
 * new when it lies in a body of the whole picture whose head is known. */
static bool is_rest_of(const struct person *p, const struct people *whole)
{
	for (size_t i = 0; i < whole->n; i++) {
		const struct person *b = &whole->at[i];
		float w = fminf(p->x2, b->x2) - fmaxf(p->x1, b->x1),
		      h = fminf(p->y2, b->y2) - fmaxf(p->y1, b->y1);
		bool within =
			w > 0 && h > 0 && w * h >= BODY_WITHIN * (p->x2 - p->x1) * (p->y2 - p->y1);
		if (within && b->score >= BODY_KNOWN && head_points(b) >= SURE_POINTS &&
			head_points(p) < SURE_POINTS)
			return true;
	}
	return false;
}

static void drop_rests(struct people *people, const struct people *whole)
{
	size_t kept = 0;
	for (size_t i = 0; i < people->n; i++)
		if (!is_rest_of(&people->at[i], whole))
			people->at[kept++] = people->at[i];
	people->n = kept;
}

/* The whole picture, and whom the network saw in it. */
struct looked {
	const struct eyes *eyes;
	const struct picture *picture;
	const struct people *whole;
};

/* Six parts that overlap by half: three across, two down; upright, two across and three down. */
static enum err look_at_parts(const struct looked *l, struct blur_areas *out, struct fault *why)
{
	const struct picture *p = l->picture;
	int32_t across = p->width >= p->height ? 3 : 2, down = 5 - across;
	struct box b = { .w = p->width * 2 / (across + 1), .h = p->height * 2 / (down + 1) };
	for (int32_t i = 0; i < across * down; i++) {
		struct people people = { .threshold = PART_SCORE };
		b.x = (p->width - b.w) * (i % across) / (across - 1);
		b.y = (p->height - b.h) * (i / across) / (down - 1);
		TRY(look_at_part(l->eyes, p, &b, &people, why));
		drop_rests(&people, l->whole);
		TRY(add_people(&people, p, out, why));
	}
	return OK;
}

enum err blur_find(
	const struct eyes *e, const struct picture *p, struct blur_areas *out, struct fault *why)
{
	struct people people = { .threshold = WHOLE_SCORE };
	struct view v = view_of_picture(p);
	TRY(eyes_people(e, &v, &people, why));
	TRY(add_people(&people, p, out, why));
	bool small = p->width < PARTS_FROM && p->height < PARTS_FROM;
	return small ? OK : look_at_parts(&(struct looked){ e, p, &people }, out, why);
}

/* ---- covering ---------------------------------------------------------- */

void blur_flatten(struct picture *p, const struct box *b)
{
	uint64_t sum[3] = { 0 }, n = (uint64_t)b->w * (uint64_t)b->h;
	for (int32_t y = b->y; y < b->y + b->h; y++)
		for (int32_t x = b->x; x < b->x + b->w; x++)
			for (int c = 0; c < 3; c++)
				sum[c] += p->rgb[((size_t)y * (size_t)p->width + (size_t)x) * 3 +
						 (size_t)c];
	for (int32_t y = b->y; y < b->y + b->h; y++)
		for (int32_t x = b->x; x < b->x + b->w; x++)
			for (int c = 0; c < 3; c++)
				p->rgb[((size_t)y * (size_t)p->width + (size_t)x) * 3 + (size_t)c] =
					(uint8_t)(sum[c] / n);
}

static int32_t least(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static void cover_one(struct picture *p, const struct box *a)
{
	int32_t longest = a->w > a->h ? a->w : a->h;
	int32_t block = (longest + BLUR_ACROSS - 1) / BLUR_ACROSS;
	block = block < BLOCK_LEAST ? BLOCK_LEAST : block;
	for (int32_t y = a->y; y < a->y + a->h; y += block)
		for (int32_t x = a->x; x < a->x + a->w; x += block) {
			struct box b = { x, y, least(block, a->x + a->w - x),
				least(block, a->y + a->h - y) };
			blur_flatten(p, &b);
		}
}

void blur_cover(struct picture *p, const struct blur_areas *areas)
{
	for (size_t i = 0; i < areas->n; i++)
		cover_one(p, &areas->at[i]);
}
