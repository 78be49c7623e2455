/* The draw itself: which objects, which two inspectors for each. Pure; the same pool and the same
 * numbers give the same lots everywhere (docs/DRAW.md tells it step by step).
 *
 * Objects  stratum by stratum, so many of each without replacement. An object is taken with its
 *          weight over the weights still there: a number below their sum falls on it.
 * People   for each object in the order drawn, first and second inspector: among those with the
 *          fewest objects so far (the first inspector left out for the second) one is drawn evenly;
 *          who is recused from this object is set aside, which is kept, and it is drawn again. */
#ifndef DRAWS_LOTS_H
#define DRAWS_LOTS_H

#include "core/ledger/generator.h"

enum { WEIGHT_MAX = 1000, OBJECTS_MAX = 2000000, INSPECTORS_MAX = 5000, STRATA_MAX = 100 };

struct stratum {
	const char *code, *label;
	int64_t size, take; /* objects of it in the pool, how many are drawn */
};
struct lot_object {
	int64_t id, weight; /* weight: 1 .. WEIGHT_MAX */
	size_t stratum;
	const char *name;
};
struct inspector {
	int64_t id;
	const char *card_no, *name;
};
struct recusal {
	int64_t inspector, object;
};
/* Objects in the order of strata, then of ids; inspectors by id; recusals by inspector, then
 * object. */
struct pool {
	int64_t draw;
	const char *title, *due; /* due: 2026-12-23 */
	struct stratum *strata;
	struct lot_object *objects;
	struct inspector *inspectors;
	struct recusal *recusals;
	size_t n_strata, n_objects, n_inspectors, n_recusals;
};

struct lot {
	size_t object, inspector[2]; /* indices into the pool */
};
struct redraw {
	size_t object, inspector; /* drawn, recused, drawn again */
};
struct lots {
	struct lot *at;
	struct redraw *redraws;
	size_t n, n_redraws;
	int64_t *load; /* objects of each inspector */
};

/* Why one inspector takes the place of another. */
struct exchange {
	int64_t object, from, to; /* ids; to is what lots_exchange() finds */
	const char *reason, *at;  /* leave, recusal, card; at: ISO 8601 */
	const int64_t *excluded;  /* ids of all who could not come at that time, growing */
	size_t n_excluded;
};

bool recused(const struct pool *p, int64_t inspector, int64_t object);
/* Sum of what is drawn from all strata. */
int64_t draw_size(const struct pool *p);
/* E_INVALID: fewer than two inspectors may come to an object that was drawn. */
enum err lots_draw(struct arena *a, const struct pool *p, struct generator *g, struct lots *out);
/* Goes on with the numbers after the last one: among those who are not excluded, not recused and
 * not the other inspector of the object, of the fewest objects, one evenly. E_NOT_FOUND: nobody is
 * left, or the object or the inspector to be replaced is not among the lots. */
enum err lots_exchange(
	const struct pool *p, struct generator *g, struct lots *l, struct exchange *x);

#endif
