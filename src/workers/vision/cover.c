#include "workers/vision/cover.h"

#include <stdlib.h>

enum { HUNDRED = 100 };

enum err cover_rules_ok(const struct cover_rules *r, struct fault *why)
{
	bool times = r->look_every_ms > 0 && r->before_ms >= r->look_every_ms &&
		     r->after_ms >= r->look_every_ms && r->bridge_ms >= r->look_every_ms;
	bool sizes = r->reach_percent >= 0 && r->grow_percent >= 0 && r->longest_side >= 64 &&
		     r->longest_side <= PICTURE_SIDE_MAX && r->longest_ms > 0;
	return times && sizes ? OK : fault(why, E_INVALID, "the rule of covering has a gap");
}

void cover_plan_free(struct cover_plan *p)
{
	free(p->spans);
	p->spans = NULL;
	p->n = p->room = p->first = 0;
}

/* ---- boxes ------------------------------------------------------------- */
static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* From corner to corner, cut to the picture; at least one pixel. */
struct corners {
	int64_t left, top, right, bottom;
};

static struct corners corners_of(const struct box *b)
{
	return (struct corners){ b->x, b->y, (int64_t)b->x + b->w, (int64_t)b->y + b->h };
}

static struct box cut(const struct cover_plan *p, struct corners c)
{
	int64_t x = smaller(larger(c.left, 0), p->width - 1),
		y = smaller(larger(c.top, 0), p->height - 1);
	int64_t right = larger(smaller(c.right, p->width), x + 1),
		bottom = larger(smaller(c.bottom, p->height), y + 1);
	return (struct box){ (int32_t)x, (int32_t)y, (int32_t)(right - x), (int32_t)(bottom - y) };
}

static struct corners grown(const struct box *b, int64_t percent)
{
	int64_t across = b->w * percent / HUNDRED, down = b->h * percent / HUNDRED;
	struct corners c = corners_of(b);
	return (struct corners){ c.left - across, c.top - down, c.right + across, c.bottom + down };
}

static struct corners hull(const struct box *a, const struct box *b)
{
	struct corners m = corners_of(a), n = corners_of(b);
	return (struct corners){ smaller(m.left, n.left), smaller(m.top, n.top),
		larger(m.right, n.right), larger(m.bottom, n.bottom) };
}

static bool near(const struct cover_plan *p, const struct box *a, const struct box *b)
{
	struct corners m = grown(a, p->rules->reach_percent), n = grown(b, p->rules->reach_percent);
	return m.left < n.right && n.left < m.right && m.top < n.bottom && n.top < m.bottom;
}

static int64_t apart(const struct box *a, const struct box *b)
{
	struct corners m = corners_of(a), n = corners_of(b);
	return llabs(m.left + m.right - n.left - n.right) +
	       llabs(m.top + m.bottom - n.top - n.bottom);
}

/* ---- looks ------------------------------------------------------------- */
static enum err add(struct cover_plan *p, const struct cover_span *s, struct fault *why)
{
	if (p->n == p->room) {
		size_t room = p->room ? p->room * 2 : 256;
		struct cover_span *more = realloc(p->spans, room * sizeof *more);
		if (!more)
			return fault(why, E_INTERNAL, "out of memory");
		p->spans = more;
		p->room = room;
	}
	p->spans[p->n++] = *s;
	return OK;
}

/* The nearest of what was found before at_ms and then lost, and the nearest of what was found at
 * the look just before; an index, or end for none. */
struct earlier {
	size_t lost, last;
};

static bool within(const struct box *inner, const struct box *outer)
{
	int64_t x = inner->x + inner->w / 2, y = inner->y + inner->h / 2;
	struct corners c = corners_of(outer);
	return x >= c.left && x < c.right && y >= c.top && y < c.bottom;
}

static struct earlier find_earlier(
	const struct cover_plan *p, const struct box *b, int64_t at_ms, size_t end)
{
	struct earlier out = { end, end };
	int64_t last = -1;
	for (size_t i = end; i-- > 0;) {
		const struct cover_span *s = &p->spans[i];
		if (s->look + p->rules->bridge_ms < at_ms)
			break;
		if (!s->found)
			continue;
		last = last < 0 ? s->look : last;
		if (!near(p, &s->box, b))
			continue;
		int64_t away = apart(&s->box, b);
		if (!s->followed && (out.lost == end || away < apart(&p->spans[out.lost].box, b)))
			out.lost = i;
		if (s->look == last &&
			(out.last == end || away < apart(&p->spans[out.last].box, b)))
			out.last = i;
	}
	return out;
}

static enum err bridge(
	struct cover_plan *p, size_t earlier, const struct cover_span *now, struct fault *why)
{
	const struct cover_span *was = &p->spans[earlier];
	struct cover_span between = { .box = cut(p, hull(&was->box, &now->box)),
		.look = now->look,
		.from = was->look,
		.to = now->look };
	return add(p, &between, why);
}

/* What the look before found where the box is now, once or more than once, is not lost. */
static void follow(struct cover_plan *p, size_t last, size_t end, const struct box *b)
{
	for (size_t i = end; last < end && i-- > 0;) {
		struct cover_span *s = &p->spans[i];
		if (s->look < p->spans[last].look)
			break;
		if (s->found && (within(b, &s->box) || within(&s->box, b)))
			s->followed = true;
	}
}

enum err cover_plan_look(
	struct cover_plan *p, const struct blur_areas *seen, int64_t at_ms, struct fault *why)
{
	size_t end = p->n;
	for (size_t i = 0; i < seen->n; i++) {
		struct cover_span s = { .box = cut(p, grown(&seen->at[i], p->rules->grow_percent)),
			.look = at_ms,
			.from = at_ms - p->rules->before_ms,
			.to = at_ms + p->rules->after_ms,
			.found = true };
		struct earlier e = find_earlier(p, &s.box, at_ms, end);
		TRY(add(p, &s, why));
		p->found++;
		if (e.lost < end)
			TRY(bridge(p, e.lost, &s, why));
		if (e.last < end && e.last != e.lost)
			TRY(bridge(p, e.last, &s, why));
		follow(p, e.last, end, &s.box);
	}
	return OK;
}

/* ---- frames ------------------------------------------------------------ */
static void cover_hands(const struct cover_plan *p, struct picture *frame, int64_t at_ms)
{
	for (size_t i = 0; i < p->hand_count; i++) {
		const struct cover_hand *h = &p->hands[i];
		if (at_ms < h->from_ms || at_ms > h->to_ms)
			continue;
		struct corners c = { h->x * p->width / COVER_WHOLE, h->y * p->height / COVER_WHOLE,
			((h->x + h->w) * p->width + COVER_WHOLE - 1) / COVER_WHOLE,
			((h->y + h->h) * p->height + COVER_WHOLE - 1) / COVER_WHOLE };
		struct box b = cut(p, c);
		blur_flatten(frame, &b);
	}
}

void cover_plan_frame(struct cover_plan *p, struct picture *frame, int64_t at_ms)
{
	int64_t ahead = larger(p->rules->before_ms, p->rules->bridge_ms);
	while (p->first < p->n && p->spans[p->first].look + p->rules->after_ms < at_ms)
		p->first++;
	for (size_t i = p->first; i < p->n && p->spans[i].look - ahead <= at_ms; i++) {
		const struct cover_span *s = &p->spans[i];
		if (s->from <= at_ms && at_ms <= s->to)
			blur_flatten(frame, &s->box);
	}
	cover_hands(p, frame, at_ms);
}
