#include "workers/vision/body.h"

#include <math.h>

#define EYE_SURE       0.45f
#define FACE_SMALLEST  40.0f
#define FACE_PER_EYES  2.4f  /* width of a face for one distance between the eyes */
#define CROP_PER_FACE  1.25f /* the classifier was shown faces with a rim */
#define NOSE_MIDDLE    0.25f /* of the eyes' distance: the nose is in their middle */
#define MASK_BARE      0.90f
#define MASK_WORN      0.35f
#define WRIST_SURE     0.35f
#define MOUTH_BELOW    0.9f /* of the width of the face, from its top */
#define REACH	       0.9f /* of the width of the face: from wrist to mouth */
#define HELD_REACH     1.6f /* widths of the face: from wrist or ear to the middle of a telephone */
#define EAR_TO_WRIST   1.5f /* of that reach: a wrist at the ear, below a telephone */
#define HANDS_RIM      0.1f
#define HANDS_SMALLEST 96.0f /* pixels; of less, a telephone is five pixels long */

static float far(const struct point *a, const struct point *b)
{
	return hypotf(a->x - b->x, a->y - b->y);
}

static bool sure(const struct point *p, float limit)
{
	return p->score >= limit && isfinite(p->x) && isfinite(p->y);
}

static bool inside(struct area a, int32_t width, int32_t height)
{
	return a.x >= 0 && a.y >= 0 && a.x + a.w <= (float)width && a.y + a.h <= (float)height;
}

struct head face_find(const struct person *p, int32_t width, int32_t height)
{
	const struct point *nose = &p->points[NOSE], *left = &p->points[LEFT_EYE],
			   *right = &p->points[RIGHT_EYE];
	struct head h = { .area = head_find(p, width, height).area };
	if (!sure(nose, EYE_SURE) || !sure(left, EYE_SURE) || !sure(right, EYE_SURE))
		return h;
	float eyes = far(left, right), face = eyes * FACE_PER_EYES;
	float middle = (left->x + right->x) / 2;
	/* the left eye of somebody who looks at us is on our right */
	if (!(left->x > right->x) || fabsf(nose->x - middle) > eyes * NOSE_MIDDLE)
		return h;
	float side = face * CROP_PER_FACE;
	h.area = (struct area){ nose->x - side / 2, nose->y - side / 2, side, side };
	h.clear = face >= FACE_SMALLEST && inside(h.area, width, height);
	return h;
}

enum finding_kind mask_judge(float bare)
{
	if (bare >= MASK_BARE)
		return SEEN_MASK_MISSING;
	return bare <= MASK_WORN ? SEEN_MASK_WORN : SEEN_MASK_UNCLEAR;
}

/* About how wide the face is, from what is seen of it; 0: not seen. */
static float face_width(const struct person *p)
{
	const struct point *a = &p->points[LEFT_EAR], *b = &p->points[RIGHT_EAR];
	float width = 0;
	if (sure(a, WRIST_SURE) && sure(b, WRIST_SURE))
		width = far(a, b);
	a = &p->points[LEFT_EYE];
	b = &p->points[RIGHT_EYE];
	if (sure(a, WRIST_SURE) && sure(b, WRIST_SURE))
		width = fmaxf(width, far(a, b) * FACE_PER_EYES);
	a = &p->points[LEFT_SHOULDER];
	b = &p->points[RIGHT_SHOULDER];
	if (width <= 0 && sure(a, WRIST_SURE) && sure(b, WRIST_SURE))
		width = far(a, b) * 0.4f;
	return isfinite(width) ? width : 0;
}

float hand_at_mouth(const struct person *p, struct area *where)
{
	const struct point *nose = &p->points[NOSE];
	float width = face_width(p), best = 0;
	if (!sure(nose, WRIST_SURE) || width < FACE_SMALLEST / 4)
		return 0;
	struct point mouth = { nose->x, nose->y + width * (MOUTH_BELOW - 0.5f), 1 };
	for (int i = LEFT_WRIST; i <= RIGHT_WRIST; i++) {
		const struct point *w = &p->points[i];
		/* the wrist is below the mouth when the fingers are at it */
		if (!sure(w, WRIST_SURE) || w->y < nose->y || far(w, &mouth) > width * REACH)
			continue;
		best = fmaxf(best, fminf(w->score, fminf(nose->score, p->score)));
	}
	*where = (struct area){ mouth.x - width, mouth.y - width, width * 2, width * 2 };
	return best;
}

static bool any_seen(const struct person *p, int first, int last)
{
	for (int i = first; i <= last; i++)
		if (sure(&p->points[i], WRIST_SURE))
			return true;
	return false;
}

bool hands_area(const struct person *p, struct area *out)
{
	float w = p->x2 - p->x1, h = p->y2 - p->y1, rim = fmaxf(w, h) * HANDS_RIM;
	*out = (struct area){ p->x1 - rim, p->y1 - rim, w + 2 * rim, h + 2 * rim };
	return fmaxf(w, h) >= HANDS_SMALLEST && face_width(p) > 0 &&
	       (any_seen(p, LEFT_WRIST, RIGHT_WRIST) || any_seen(p, LEFT_EAR, RIGHT_EAR));
}

/* Is one of these points seen, and within reach of the place? */
static bool near(const struct person *p, int first, const struct point *place, float reach)
{
	for (int i = first; i <= first + 1; i++)
		if (sure(&p->points[i], WRIST_SURE) && far(&p->points[i], place) < reach)
			return true;
	return false;
}

bool held_by(const struct person *p, const struct area *thing)
{
	float reach = face_width(p) * HELD_REACH;
	struct point middle = { thing->x + thing->w / 2, thing->y + thing->h / 2, 1 };
	if (near(p, LEFT_WRIST, &middle, reach))
		return true;
	for (int ear = LEFT_EAR; ear <= RIGHT_EAR; ear++) {
		const struct point *at = &p->points[ear];
		if (sure(at, WRIST_SURE) && far(at, &middle) < reach &&
			near(p, LEFT_WRIST, at, reach * EAR_TO_WRIST))
			return true;
	}
	return false;
}
