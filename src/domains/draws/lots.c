#include "domains/draws/lots.h"

#include <stdlib.h>

/* ---- recusals */
static int by_pair(const void *a, const void *b)
{
	const struct recusal *x = a, *y = b;

	if (x->inspector != y->inspector)
		return x->inspector < y->inspector ? -1 : 1;
	return x->object < y->object ? -1 : x->object > y->object;
}

bool recused(const struct pool *p, int64_t inspector, int64_t object)
{
	const struct recusal want = { inspector, object };

	return p->n_recusals &&
	       bsearch(&want, p->recusals, p->n_recusals, sizeof(want), by_pair) != NULL;
}

int64_t draw_size(const struct pool *p)
{
	int64_t sum = 0;

	for (size_t i = 0; i < p->n_strata; i++)
		sum += p->strata[i].take;
	return sum;
}

/* ---- objects: a tree of sums, so that thousands of hundreds of thousands take no time */
struct sums {
	int64_t *at; /* Fenwick tree, from 1 */
	size_t n;
	int64_t total;
};

static void sums_add(struct sums *s, size_t i, int64_t weight)
{
	s->total += weight;
	for (i++; i <= s->n; i += i & -i)
		s->at[i] += weight;
}

/* The first i whose weights up to and with it are more than r. */
static size_t sums_find(const struct sums *s, int64_t r)
{
	size_t at = 0, step = 1;

	while (step <= s->n / 2)
		step *= 2;
	for (; step; step /= 2)
		if (at + step <= s->n && s->at[at + step] <= r) {
			at += step;
			r -= s->at[at];
		}
	return at;
}

static void objects_draw(
	struct arena *a, const struct pool *p, struct generator *g, struct lots *out)
{
	size_t first = 0;

	for (size_t i = 0; i < p->n_strata; i++) {
		const struct stratum *st = &p->strata[i];
		struct sums s = { NEWS(a, int64_t, (size_t)st->size + 1), (size_t)st->size, 0 };
		for (size_t k = 0; k < s.n; k++)
			sums_add(&s, k, p->objects[first + k].weight);
		for (int64_t k = 0; k < st->take; k++) {
			size_t hit = sums_find(&s, generator_below(g, s.total));
			sums_add(&s, hit, -p->objects[first + hit].weight);
			out->at[out->n++].object = first + hit;
		}
		first += s.n;
	}
}

/* ---- people */
enum { NOBODY = -1 };

/* One of those that are not out, of the fewest objects, evenly; NOBODY when all are out. */
static int64_t person_draw(
	const struct pool *p, struct generator *g, const int64_t *load, const bool *out)
{
	int64_t least = INT64_MAX, n = 0;

	for (size_t i = 0; i < p->n_inspectors; i++) {
		if (out[i] || load[i] > least)
			continue;
		n = load[i] < least ? 1 : n + 1;
		least = load[i];
	}
	if (!n)
		return NOBODY;
	n = generator_below(g, n);
	for (size_t i = 0; i < p->n_inspectors; i++)
		if (!out[i] && load[i] == least && n-- == 0)
			return (int64_t)i;
	return NOBODY;
}

static void redraw_keep(struct arena *a, struct lots *l, struct redraw r)
{
	if ((l->n_redraws & (l->n_redraws + 1)) ==
		0) { /* 0, 1, 3, 7, ...: room for twice as many */
		struct redraw *more = NEWS(a, struct redraw, 2 * l->n_redraws + 1);
		for (size_t i = 0; i < l->n_redraws; i++)
			more[i] = l->redraws[i];
		l->redraws = more;
	}
	l->redraws[l->n_redraws++] = r;
}

enum err lots_draw(struct arena *a, const struct pool *p, struct generator *g, struct lots *out)
{
	bool *aside = NEWS(a, bool, p->n_inspectors + 1);

	*out = (struct lots){ .at = NEWS(a, struct lot, (size_t)draw_size(p) + 1),
		.load = NEWS(a, int64_t, p->n_inspectors + 1) };
	objects_draw(a, p, g, out);
	for (size_t i = 0; i < out->n; i++) {
		struct lot *lot = &out->at[i];
		for (size_t k = 0; k < p->n_inspectors; k++)
			aside[k] = false;
		for (int slot = 0; slot < 2;) {
			int64_t who = person_draw(p, g, out->load, aside);
			if (who == NOBODY)
				return E_INVALID;
			aside[who] = true;
			if (recused(p, p->inspectors[who].id, p->objects[lot->object].id)) {
				redraw_keep(a, out, (struct redraw){ lot->object, (size_t)who });
				continue;
			}
			lot->inspector[slot++] = (size_t)who;
			out->load[who]++;
		}
	}
	return OK;
}

/* ---- exchange */
static bool excluded(const struct exchange *x, int64_t id)
{
	for (size_t i = 0; i < x->n_excluded; i++)
		if (x->excluded[i] == id)
			return true;
	return false;
}

static struct lot *lot_of(const struct pool *p, struct lots *l, int64_t object)
{
	for (size_t i = 0; i < l->n; i++)
		if (p->objects[l->at[i].object].id == object)
			return &l->at[i];
	return NULL;
}

enum err lots_exchange(
	const struct pool *p, struct generator *g, struct lots *l, struct exchange *x)
{
	struct lot *lot = lot_of(p, l, x->object);
	bool out[INSPECTORS_MAX] = { false };
	int slot;

	if (!lot || p->n_inspectors > INSPECTORS_MAX)
		return E_NOT_FOUND;
	for (slot = 0; slot < 2; slot++)
		if (p->inspectors[lot->inspector[slot]].id == x->from)
			break;
	if (slot == 2)
		return E_NOT_FOUND;
	for (size_t i = 0; i < p->n_inspectors; i++) {
		int64_t id = p->inspectors[i].id;
		out[i] = excluded(x, id) || recused(p, id, x->object);
	}
	out[lot->inspector[0]] = out[lot->inspector[1]] = true;
	int64_t who = person_draw(p, g, l->load, out);
	if (who == NOBODY)
		return E_NOT_FOUND;
	l->load[lot->inspector[slot]]--;
	l->load[who]++;
	lot->inspector[slot] = (size_t)who;
	x->to = p->inspectors[who].id;
	return OK;
}
