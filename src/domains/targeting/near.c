#include "domains/targeting/near.h"

#include <math.h>
#include <string.h>

#define METRES_PER_MICRODEGREE 0.1112
#define SCALE		       200.0 /* metres after which a place counts 1/e */
#define PRIOR		       15.0

enum { CELL = 100, REACH = 5 }; /* metres; cells to each side */

struct cell {
	int32_t x, y;
};

struct near {
	size_t n;	   /* cells that hold an operator */
	uint32_t *cell_of; /* of each operator: 1 + its cell, 0: no place */
	uint32_t *begin;   /* of each cell: its neighbours are others[begin[c] .. begin[c+1]) */
	uint32_t *others;
	float *weights;
	struct mass *held, *spread;
};

/* Cells by place: an open hash. */
struct cells {
	struct cell *at;
	size_t n;
	uint32_t *slots;
	size_t size;
};

static size_t slot_of(const struct cells *c, struct cell at)
{
	uint64_t h = (uint64_t)(uint32_t)at.x * 0x9e3779b97f4a7c15u ^
		     (uint64_t)(uint32_t)at.y * 0xbf58476d1ce4e5b9u;
	size_t slot = (h ^ (h >> 31)) % c->size;

	while (c->slots[slot] &&
		(c->at[c->slots[slot] - 1].x != at.x || c->at[c->slots[slot] - 1].y != at.y))
		slot = (slot + 1) % c->size;
	return slot;
}

/* Metres east shrink with the latitude: that of the middle serves all of a district. The middle of
 * those that were visited before the day, or who comes later would move the cells; of all while
 * nobody was. */
static double middle_cos(const struct visits *v, int32_t from)
{
	double sum[2] = { 0 }, n[2] = { 0 };

	for (size_t k = 0; k < v->n_operators; k++) {
		const struct visited *o = &v->operators[k];
		if (!o->lat && !o->lon)
			continue;
		bool later = !o->n || v->at[v->by_operator[o->first]].day >= from;
		sum[later] += o->lat / 1e6;
		n[later]++;
	}
	int of = n[0] > 0 ? 0 : 1;
	return n[of] > 0 ? cos(sum[of] / n[of] * M_PI / 180) : 1;
}

static void cells_find(const struct visits *v, int32_t from, struct near *n, struct cells *c)
{
	double east = middle_cos(v, from) * METRES_PER_MICRODEGREE / CELL,
	       north = METRES_PER_MICRODEGREE / CELL;

	*c = (struct cells){ .at = NEWS(v->arena, struct cell, v->n_operators + 1),
		.size = 2 * v->n_operators + 3 };
	c->slots = NEWS(v->arena, uint32_t, c->size);
	for (size_t k = 0; k < v->n_operators; k++) {
		const struct visited *o = &v->operators[k];
		if (!o->lat && !o->lon)
			continue;
		struct cell at = { (int32_t)floor(o->lon * east), (int32_t)floor(o->lat * north) };
		size_t slot = slot_of(c, at);
		if (!c->slots[slot]) {
			c->at[c->n] = at;
			c->slots[slot] = (uint32_t)++c->n;
		}
		n->cell_of[k] = c->slots[slot];
	}
	n->n = c->n;
}

/* Neighbours of one cell, itself among them; with others NULL only counts. */
static size_t neighbours(const struct cells *c, size_t of, uint32_t *others, float *weights)
{
	size_t n = 0;

	for (int32_t dx = -REACH; dx <= REACH; dx++)
		for (int32_t dy = -REACH; dy <= REACH; dy++) {
			struct cell at = { c->at[of].x + dx, c->at[of].y + dy };
			uint32_t there = c->slots[slot_of(c, at)];
			if (!there || dx * dx + dy * dy > REACH * REACH)
				continue;
			if (others) {
				others[n] = there - 1;
				weights[n] = (float)exp(-CELL * sqrt(dx * dx + dy * dy) / SCALE);
			}
			n++;
		}
	return n;
}

struct near *near_new(const struct visits *v, int32_t from)
{
	struct near *n = NEW(v->arena, struct near);
	struct cells c;

	n->cell_of = NEWS(v->arena, uint32_t, v->n_operators + 1);
	cells_find(v, from, n, &c);
	n->begin = NEWS(v->arena, uint32_t, n->n + 1);
	n->held = NEWS(v->arena, struct mass, n->n + 1);
	n->spread = NEWS(v->arena, struct mass, n->n + 1);
	for (size_t i = 0; i < n->n; i++)
		n->begin[i + 1] = n->begin[i] + (uint32_t)neighbours(&c, i, NULL, NULL);
	n->others = NEWS(v->arena, uint32_t, n->begin[n->n] + 1);
	n->weights = NEWS(v->arena, float, n->begin[n->n] + 1);
	for (size_t i = 0; i < n->n; i++)
		neighbours(&c, i, n->others + n->begin[i], n->weights + n->begin[i]);
	return n;
}

void near_fade(struct near *n, double factor)
{
	for (size_t i = 0; i < n->n; i++)
		n->held[i] = (struct mass){ n->held[i].n * factor, n->held[i].sum * factor };
}

void near_add(struct near *n, uint32_t who, struct mass m)
{
	uint32_t cell = n->cell_of[who];

	if (!cell)
		return;
	n->held[cell - 1].n += m.n;
	n->held[cell - 1].sum += m.sum;
}

void near_smooth(struct near *n)
{
	for (size_t i = 0; i < n->n; i++) {
		struct mass all = { 0 };
		for (uint32_t j = n->begin[i]; j < n->begin[i + 1]; j++) {
			const struct mass *m = &n->held[n->others[j]];
			all.n += n->weights[j] * m->n;
			all.sum += n->weights[j] * m->sum;
		}
		n->spread[i] = all;
	}
}

double near_of(const struct near *n, uint32_t who, struct mass own)
{
	uint32_t cell = n->cell_of[who];

	if (!cell)
		return 0;
	const struct mass *all = &n->spread[cell - 1];
	return (all->sum - own.sum) / (fmax(0, all->n - own.n) + PRIOR);
}
