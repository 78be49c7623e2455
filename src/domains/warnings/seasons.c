/* Seasonal rules: in season, some businesses of each cell are to be looked at, the likeliest to
 * fail first (room of targeting), then those not inspected for longest. Once taken, a business
 * stays on the list until it is inspected, its task is done, or the season ends. */
#include "domains/warnings/warnings.h"

#include <stdlib.h>
#include <string.h>

/* Asks for last inspections and chances once: kept with the places. */
static enum err chances_load(struct req *rq, struct gathered *g)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT operator, max(inspected_at), 0 FROM pub_inspections WHERE (CAST($1 AS "
		"bigint) = 0 OR operator = $1) GROUP BY operator UNION ALL SELECT operator, "
		"probability, 1 FROM pub_targeting WHERE (CAST($1 AS bigint) = 0 OR operator = $1)",
		g->only));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const struct place *p = place_find(g, rows_int(r, 0));
		if (!p)
			continue;
		struct place *q = &g->places[p - g->places];
		if (rows_int(r, 2))
			q->chance = rows_int(r, 1);
		else
			q->inspected_at = rows_int(r, 1);
	}
	rows_close(r);
	return OK;
}

struct seasonal {
	const struct place *p;
	bool taken; /* has a warning of this season, living or ended */
};

static int by_cell(const void *a, const void *b)
{
	const struct seasonal *x = a, *y = b;

	if (x->p->cell != y->p->cell)
		return x->p->cell < y->p->cell ? -1 : 1;
	if (x->taken != y->taken)
		return x->taken ? -1 : 1;
	if (x->p->chance != y->p->chance)
		return x->p->chance > y->p->chance ? -1 : 1;
	if (x->p->inspected_at != y->p->inspected_at)
		return x->p->inspected_at < y->p->inspected_at ? -1 : 1;
	return x->p->id < y->p->id ? -1 : x->p->id > y->p->id;
}

static const char *season_key(struct req *rq, const struct rule *r, int64_t operator)
{
	return arena_printf(rq->arena, "%" PRId64 ":%s", operator, date_text(rq->arena, r->since));
}

static enum err taken_mark(struct req *rq, struct gathered *g, const struct rule *rule, bool *taken)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r, "SELECT operator FROM warnings WHERE rule = $1 AND cause LIKE $2",
		rule->code,
		(const char *)arena_printf(rq->arena, "%%:%s", date_text(rq->arena, rule->since))));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const struct place *p = place_find(g, rows_int(r, 0));
		if (p)
			taken[p - g->places] = true;
	}
	rows_close(r);
	return OK;
}

enum err season_gather(struct req *rq, struct gathered *g, const struct rule *rule)
{
	bool *taken = NEWS(rq->arena, bool, g->n_places + 1);
	struct seasonal *all = NEWS(rq->arena, struct seasonal, g->n_places + 1);
	int64_t most = node_int(rule->law, "most_per_cell", 2), in_cell = 0;
	size_t n = 0;

	TRY(chances_load(rq, g));
	TRY(taken_mark(rq, g, rule, taken));
	for (size_t i = 0; i < g->n_places; i++)
		if (listed(node_find(rule->law, "kinds"), g->places[i].kind) &&
			(taken[i] || g->places[i].inspected_at < rule->since))
			all[n++] = (struct seasonal){ &g->places[i], taken[i] };
	qsort(all, n, sizeof(*all), by_cell);
	for (size_t i = 0; i < n; i++) {
		const struct place *p = all[i].p;
		in_cell = i && all[i - 1].p->cell == p->cell ? in_cell + 1 : 1;
		/* the inspected ones count, but have no cause any more */
		if (in_cell > most || p->inspected_at >= rule->since)
			continue;
		cause_add(rq, g,
			&(struct cause){ .rule = rule,
				.key = season_key(rq, rule, p->id),
				.operator= p->id,
				.area = p->area,
				.cell = p->cell,
				.ref = p->id,
				.what = "",
				.at = p->inspected_at,
				.fresh_at = rule->since });
	}
	return OK;
}
