/* Screens of the office: list, form with the pools as they are now, one draw. */
#include "domains/draws/draws.h"

#include <string.h>

enum { PAGE_ROWS = 50, LOT_ROWS = 50, EXCHANGE_ROWS = 200 };

/* ---- list */
struct draw_row {
	int64_t id;
	const char *title, *state;
	int64_t objects, take, due_at, committed_at, drawn_at, published_at;
};
static const struct model draw_row_model = MODEL("draws", struct draw_row,
	FIELDS(STORED(struct draw_row, id, .as = AS_ID), STORED(struct draw_row, title),
		STORED(struct draw_row, state, .choices = draw_states),
		STORED(struct draw_row, objects), STORED(struct draw_row, take),
		STORED(struct draw_row, due_at, .as = AS_DATE),
		STORED(struct draw_row, committed_at, .as = AS_TIME),
		STORED(struct draw_row, drawn_at, .as = AS_TIME),
		STORED(struct draw_row, published_at, .as = AS_TIME)));

enum err draw_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &draw_row_model, &l,
		"SELECT id, title, state, objects, take, due_at, committed_at, drawn_at, "
		"published_at FROM draws WHERE (CAST($1 AS bigint) = 0 OR area = $1) ORDER BY "
		"committed_at DESC, id DESC LIMIT $2 OFFSET $3",
		rq->user->area, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "draws", &draw_row_model, &l);
	put_flag(rq->view, "may_write", may(rq, DRAW_WRITE))->hidden = true;
	return page(rq, "draws/list");
}

/* ---- form */
static void put_option(struct node *list, const char *value, const char *label, bool selected)
{
	struct node *n = put_map(list, NULL);

	put_text(n, "value", value);
	put_text(n, "label", label);
	put_flag(n, "selected", selected);
}

static enum err put_areas(struct req *rq, int64_t chosen)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "areas");

	list->hidden = true;
	if (!rq->user->area)
		put_option(list, "0", tr(rq, "Whole district"), chosen == 0);
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE name_en END FROM "
		"pub_areas WHERE CAST($1 AS bigint) = 0 OR id = $1 ORDER BY id",
		rq->user->area, rq->zh));
	return options_of(rq, r, list, chosen);
}

static void put_groups(struct req *rq, const struct plan *plan)
{
	struct node *list = put_list(rq->view, "groups");

	list->hidden = true;
	put_option(list, "", tr(rq, "All kinds"), !*plan->kinds);
	NODE_EACH (g, node_find(plan->law, "groups"))
		put_option(list, node_text(g, "code", ""),
			node_text(g, rq->zh ? "label" : "label_en", ""),
			text_is(plan->kinds, node_text(g, "code", "")));
}

/* Each stratum with its share, and what it would give now. */
static void put_pools(struct req *rq, const struct plan *plan, const struct pool *p)
{
	struct node *list = put_list(rq->view, "strata");
	size_t i = 0;

	NODE_EACH (s, node_find(plan->law, "strata")) {
		if (i == p->n_strata)
			break;
		struct node *n = put_map(list, NULL);
		put_text(n, "label", node_text(s, rq->zh ? "label" : "label_en", ""));
		put_printf(n, "field", "per_mille_%zu", i);
		put_int(n, "per_mille",
			plan->per_mille[i] < 0 ? node_int(s, "per_mille", 0) : plan->per_mille[i]);
		put_int(n, "size", p->strata[i].size);
		put_int(n, "take", p->strata[i].take);
		i++;
	}
	put_int(rq->view, "objects", (int64_t)p->n_objects);
	put_int(rq->view, "take", draw_size(p));
	put_int(rq->view, "inspectors", (int64_t)p->n_inspectors);
	put_int(rq->view, "recusals", (int64_t)p->n_recusals);
}

static enum err put_plan(struct req *rq, struct plan *plan)
{
	struct pool p;

	TRY(pools_read(rq, plan, &p));
	put_pools(rq, plan, &p);
	put_text(rq->view, "draw_title", plan->title);
	put_text(rq->view, "due_at", date_text(rq->arena, plan->due_at));
	put_printf(rq->view, "area", "%" PRId64, plan->area);
	put_text(rq->view, "kinds", plan->kinds);
	put_text(rq->view, "source", node_text(plan->law, "version", ""));
	put_groups(rq, plan);
	return put_areas(rq, plan->area);
}

enum err draw_new(struct req *rq)
{
	struct plan plan = { .title = "", .kinds = query_text(rq, "kinds") };
	struct civil c = civil_of(rq->now);
	const struct node *law;

	plan.area = rq->user->area ? rq->user->area : query_int(rq, "area", 0);
	memset(plan.per_mille, -1, sizeof(plan.per_mille));
	TRY(rules(rq, "draws/plan", rq->now, &law));
	TRY(term_workdays(rq, rq->now, (int)node_int(law, "due_workdays", 20), &plan.due_at));
	plan.due_at -= DAY - 1;
	plan.title = arena_printf(rq->arena, tr(rq, "Random draw of %d-%02d"), c.year, c.month);
	TRY(put_plan(rq, &plan));
	return page(rq, "draws/form");
}

enum err draw_form_again(struct req *rq, struct plan *plan)
{
	TRY(put_plan(rq, plan));
	return form_again(rq, "draws/form");
}

/* ---- one draw */
void put_strata(struct req *rq, const struct draw *d)
{
	struct node *list = put_list(rq->view, "strata"), *kept;
	struct fault why = { 0 };

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)d->strata, strlen(d->strata) },
		    &kept, &why))
		return;
	NODE_EACH (s, kept) {
		struct node *n = put_map(list, NULL);
		put_text(n, "code", node_text(s, "code", ""));
		put_text(n, "label", node_text(s, rq->zh ? "label" : "label_en", ""));
		put_int(n, "size", node_int(s, "size", 0));
		put_int(n, "take", node_int(s, "take", 0));
	}
}

struct lot_row {
	int64_t id, place, operator;
	const char *operator_name, *address, *stratum;
	int64_t inspector1, inspector2;
	const char *name1, *name2;
};
static const struct model lot_row_model = MODEL("draw_lots", struct lot_row,
	FIELDS(STORED(struct lot_row, id, .as = AS_ID), STORED(struct lot_row, place),
		STORED(struct lot_row, operator, .as = AS_ID),
		STORED(struct lot_row, operator_name), STORED(struct lot_row, address),
		STORED(struct lot_row, stratum), STORED(struct lot_row, inspector1, .as = AS_ID),
		STORED(struct lot_row, inspector2, .as = AS_ID), STORED(struct lot_row, name1),
		STORED(struct lot_row, name2)));

static enum err put_lots(struct req *rq, const struct draw *d)
{
	struct list l;
	struct paging p = paging(rq, LOT_ROWS);
	int64_t told;

	TRY(db_all(rq, &lot_row_model, &l,
		"SELECT t.id, t.place, t.operator, o.name AS operator_name, o.address, t.stratum, "
		"t.inspector1, t.inspector2, coalesce(a.name, '') AS name1, coalesce(b.name, '') "
		"AS "
		"name2 FROM draw_lots t JOIN pub_operators o ON o.id = t.operator LEFT JOIN "
		"pub_users a ON a.id = t.inspector1 LEFT JOIN pub_users b ON b.id = t.inspector2 "
		"WHERE t.draw = $1 ORDER BY t.place LIMIT $2 OFFSET $3",
		d->id, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "lots", &lot_row_model, &l);
	TRY(db_int(rq, &told, "SELECT count(*) FROM draw_lots WHERE draw = $1", d->id));
	put_int(rq->view, "told", told);
	put_flag(rq->view, "telling", text_is(d->state, "drawn") && told < d->take);
	return OK;
}

struct exchange_row {
	int64_t no, made_at;
	const char *operator_name, *from_name, *to_name, *reason, *words;
};
static const struct model exchange_row_model = MODEL("draw_exchanges", struct exchange_row,
	FIELDS(STORED(struct exchange_row, no), STORED(struct exchange_row, made_at, .as = AS_TIME),
		STORED(struct exchange_row, operator_name), STORED(struct exchange_row, from_name),
		STORED(struct exchange_row, to_name),
		STORED(struct exchange_row, reason, .choices = exchange_reasons),
		STORED(struct exchange_row, words)));

static enum err put_exchanges(struct req *rq, const struct draw *d)
{
	struct list l;

	TRY(db_all(rq, &exchange_row_model, &l,
		"SELECT x.no, x.made_at, o.name AS operator_name, coalesce(a.name, '') AS "
		"from_name, "
		"coalesce(b.name, '') AS to_name, x.reason, x.words FROM draw_exchanges x JOIN "
		"pub_operators o ON o.id = x.operator LEFT JOIN pub_users a ON a.id = "
		"x.inspector_from LEFT JOIN pub_users b ON b.id = x.inspector_to WHERE x.draw = $1 "
		"ORDER BY x.no LIMIT $2",
		d->id, (int)EXCHANGE_ROWS));
	show_list(rq, "exchanges", &exchange_row_model, &l);
	return OK;
}

static enum err put_people(struct req *rq, const struct draw *d)
{
	const char *name = "";

	if (!db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", d->committed_by))
		put_text(rq->view, "committed_name", name);
	name = "";
	if (d->drawn_by &&
		!db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", d->drawn_by))
		put_text(rq->view, "drawn_name", name);
	return OK;
}

/* Whether a signed head covers the commitment already: then no word is needed. */
static enum err put_head(struct req *rq, const struct draw *d)
{
	int64_t n = 0;

	if (text_is(d->state, "committed"))
		TRY(db_int(rq, &n,
			"SELECT count(*) FROM pub_heads WHERE size >= (SELECT max(seq) FROM "
			"pub_ledger WHERE name = 'draw.committed' AND subject = $1)",
			d->id));
	put_flag(rq->view, "head_there", n > 0);
	return OK;
}

enum err draw_page(struct req *rq)
{
	struct draw d;

	TRY(draw_load(rq, rq->id, &d));
	show(rq, "draw", &draw_model, &d);
	put_strata(rq, &d);
	TRY(put_people(rq, &d));
	TRY(put_head(rq, &d));
	TRY(put_lots(rq, &d));
	TRY(put_exchanges(rq, &d));
	bool write = may(rq, DRAW_WRITE), waits = text_is(d.state, "committed"),
	     made = text_is(d.state, "drawn");
	put_flag(rq->view, "waits", waits);
	put_flag(rq->view, "made", made);
	put_flag(rq->view, "withdrawn", text_is(d.state, "withdrawn"));
	put_flag(rq->view, "may_draw", write && waits)->hidden = true;
	put_flag(rq->view, "may_exchange", write && made)->hidden = true;
	put_flag(rq->view, "may_publish", write && made && !d.published_at)->hidden = true;
	return page(rq, "draws/draw");
}
