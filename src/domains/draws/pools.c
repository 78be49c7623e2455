/* The pools of a draw: businesses by area, kind and risk; officers whose card is valid until the
 * visits have to be made and who are not on leave; and who is recused from whom. */
#include "domains/draws/draws.h"

#include <stdlib.h>

/* ---- officers */
static enum err inspectors_read(struct req *rq, const struct plan *plan, struct pool *p)
{
	struct rows *r;
	bool more;

	p->inspectors = NEWS(rq->arena, struct inspector, INSPECTORS_MAX);
	TRY(db_query(rq, &r,
		"SELECT o.officer, o.card_no, o.name FROM pub_officers o JOIN pub_users u ON u.id "
		"= "
		"o.officer WHERE u.role = 'officer' AND o.card_valid_to >= $2 AND (CAST($1 AS "
		"bigint) = 0 OR o.area = 0 OR o.area = $1) AND NOT EXISTS (SELECT 1 FROM "
		"pub_officer_leaves l WHERE l.officer = o.officer AND l.from_day <= $3 AND "
		"l.to_day "
		">= $3) ORDER BY o.officer LIMIT $4",
		plan->area, plan->due_at, rq->now - (rq->now + 8 * HOUR) % DAY,
		(int)INSPECTORS_MAX));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		p->inspectors[p->n_inspectors++] =
			(struct inspector){ rows_int(r, 0), line_field(rq->arena, rows_text(r, 1)),
				line_field(rq->arena, rows_text(r, 2)) };
	}
	rows_close(r);
	return OK;
}

/* ---- recusals */
struct bar { /* in force: from one business, or from every business of a person */
	int64_t inspector, operator;
	const char *person;
};
struct bars {
	struct bar *at;
	size_t n, room;
};

static bool inspector_there(const struct pool *p, int64_t id)
{
	for (size_t i = 0; i < p->n_inspectors; i++)
		if (p->inspectors[i].id == id)
			return true;
	return false;
}

static enum err bars_read(struct req *rq, const struct pool *p, struct bars *b)
{
	struct rows *r;
	bool more;
	int64_t n;

	TRY(db_int(rq, &n, "SELECT count(*) FROM pub_officer_recusals"));
	*b = (struct bars){ .at = NEWS(rq->arena, struct bar, (size_t)n + 1), .room = (size_t)n };
	TRY(db_query(rq, &r, "SELECT officer, operator, person FROM pub_officer_recusals"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more || b->n == b->room)
			break;
		if (inspector_there(p, rows_int(r, 0)))
			b->at[b->n++] = (struct bar){ rows_int(r, 0), rows_int(r, 1),
				arena_dup(rq->arena, rows_text(r, 2)) };
	}
	rows_close(r);
	return OK;
}

static void recusal_keep(struct arena *a, struct pool *p, struct recusal c)
{
	if ((p->n_recusals & (p->n_recusals + 1)) == 0) { /* 0, 1, 3, 7, ...: room doubles */
		struct recusal *more = NEWS(a, struct recusal, 2 * p->n_recusals + 1);
		for (size_t i = 0; i < p->n_recusals; i++)
			more[i] = p->recusals[i];
		p->recusals = more;
	}
	p->recusals[p->n_recusals++] = c;
}

static void recusals_find(
	struct arena *a, struct pool *p, const struct bars *b, const struct bar *of)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].operator== of->operator||(
			    *b->at[i].person && text_is(b->at[i].person, of->person)))
			recusal_keep(a, p, (struct recusal){ b->at[i].inspector, of->operator});
}

static int by_recusal(const void *a, const void *b)
{
	const struct recusal *x = a, *y = b;

	if (x->inspector != y->inspector)
		return x->inspector < y->inspector ? -1 : 1;
	return x->object < y->object ? -1 : x->object > y->object;
}

/* In order, each once. */
static void recusals_order(struct pool *p)
{
	size_t kept = 0;

	if (p->n_recusals)
		qsort(p->recusals, p->n_recusals, sizeof(*p->recusals), by_recusal);
	for (size_t i = 0; i < p->n_recusals; i++)
		if (!kept || by_recusal(&p->recusals[kept - 1], &p->recusals[i]) != 0)
			p->recusals[kept++] = p->recusals[i];
	p->n_recusals = kept;
}

/* ---- businesses */
static bool lists(const struct node *codes, const char *code)
{
	NODE_EACH (c, codes)
		if (c->type == NODE_TEXT && text_is(c->s, code))
			return true;
	return false;
}

static const struct node *group_kinds(const struct node *law, const char *code)
{
	NODE_EACH (g, node_find(law, "groups"))
		if (text_is(node_text(g, "code", ""), code))
			return node_find(g, "kinds");
	return NULL;
}

/* The stratum that names the letter; the one that names none is for all others. */
static size_t stratum_of(const struct node *law, const char *letter)
{
	size_t i = 0, others = 0;

	NODE_EACH (s, node_find(law, "strata")) {
		const struct node *letters = node_find(s, "letters");
		if (lists(letters, letter))
			return i;
		if (!node_first(letters))
			others = i;
		i++;
	}
	return others;
}

static int64_t weight_of(const struct node *law, const char *kind)
{
	NODE_EACH (w, node_find(law, "weights"))
		if (lists(node_find(w, "kinds"), kind)) {
			int64_t weight = node_int(w, "weight", 1);
			return weight < 1 ? 1 : weight > WEIGHT_MAX ? WEIGHT_MAX : weight;
		}
	return 1;
}

static int by_stratum(const void *a, const void *b)
{
	const struct lot_object *x = a, *y = b;

	if (x->stratum != y->stratum)
		return x->stratum < y->stratum ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static enum err objects_read(struct req *rq, const struct plan *plan, struct pool *p)
{
	struct bars bars;
	const struct node *kinds = group_kinds(plan->law, plan->kinds);
	struct rows *r;
	bool more;
	int64_t n, last = 0;

	TRY(bars_read(rq, p, &bars));
	TRY(db_int(rq, &n,
		"SELECT count(*) FROM pub_operators WHERE state = 'ACTIVE' AND (CAST($1 AS bigint) "
		"= 0 OR area = $1)",
		plan->area));
	if (n > OBJECTS_MAX)
		return fail(rq, E_INVALID, "The pool is too large: choose a town or a kind.");
	p->objects = NEWS(rq->arena, struct lot_object, (size_t)n + 1);
	TRY(db_query(rq, &r,
		"SELECT o.id, o.name, o.kind, coalesce(g.letter, ''), o.legal_person FROM "
		"pub_operators o LEFT JOIN "
		"pub_grades g ON g.operator = o.id WHERE o.state = 'ACTIVE' AND (CAST($1 AS "
		"bigint) = 0 OR o.area = $1) ORDER BY o.id",
		plan->area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more || (int64_t)p->n_objects == n)
			break;
		const char *kind = rows_text(r, 2);
		if (rows_int(r, 0) == last || (*plan->kinds && !lists(kinds, kind)))
			continue;
		last = rows_int(r, 0);
		p->objects[p->n_objects++] = (struct lot_object){ .id = last,
			.weight = weight_of(plan->law, kind),
			.stratum = stratum_of(plan->law, rows_text(r, 3)),
			.name = line_field(rq->arena, rows_text(r, 1)) };
		recusals_find(rq->arena, p, &bars, &(struct bar){ 0, last, rows_text(r, 4) });
	}
	rows_close(r);
	recusals_order(p);
	if (p->n_objects)
		qsort(p->objects, p->n_objects, sizeof(*p->objects), by_stratum);
	return OK;
}

/* A share of a stratum is rounded up: where anybody is, one is drawn. */
static void strata_fill(struct req *rq, const struct plan *plan, struct pool *p)
{
	p->strata = NEWS(rq->arena, struct stratum, STRATA_MAX);
	NODE_EACH (s, node_find(plan->law, "strata")) {
		if (p->n_strata == STRATA_MAX)
			break;
		p->strata[p->n_strata++] =
			(struct stratum){ .code = line_field(rq->arena, node_text(s, "code", "")),
				.label = line_field(rq->arena, node_text(s, "label", "")) };
	}
	for (size_t i = 0; i < p->n_objects; i++)
		p->strata[p->objects[i].stratum].size++;
	size_t i = 0;
	NODE_EACH (s, node_find(plan->law, "strata")) {
		if (i == p->n_strata)
			break;
		int64_t share =
			plan->per_mille[i] < 0 ? node_int(s, "per_mille", 0) : plan->per_mille[i];
		struct stratum *st = &p->strata[i++];
		share = share < 0 ? 0 : share > 1000 ? 1000 : share;
		st->take = (st->size * share + 999) / 1000;
	}
}

/* ---- both */
enum err pools_read(struct req *rq, struct plan *plan, struct pool *out)
{
	*out = (struct pool){ .title = line_field(rq->arena, plan->title),
		.due = date_text(rq->arena, plan->due_at) };
	TRY(rules(rq, "draws/plan", rq->now, &plan->law));
	TRY(inspectors_read(rq, plan, out));
	TRY(objects_read(rq, plan, out));
	strata_fill(rq, plan, out);
	return OK;
}

enum err pools_check(struct req *rq, const struct pool *p)
{
	if (!draw_size(p))
		return fail(rq, E_INVALID,
			"No business would be drawn: choose another area, kind or share.");
	if (p->n_inspectors < 2)
		return fail(rq, E_INVALID,
			"Two officers at least are needed, each with a card that is valid until "
			"the visits have to be made, and not on leave.");
	for (size_t i = 0; i < p->n_objects && p->n_recusals; i++) {
		size_t n = 0;
		for (size_t k = 0; k < p->n_inspectors && n < 2; k++)
			n += !recused(p, p->inspectors[k].id, p->objects[i].id);
		if (n < 2)
			return fail(rq, E_INVALID,
				"Too many officers are recused from %s: two at least may go there.",
				p->objects[i].name);
	}
	return OK;
}
