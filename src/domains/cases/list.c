/* The list of cases: what is asked for, and the one whose term ends next in front. */
#include "core/app/search.h"
#include "domains/cases/cases.h"

struct row {
	int64_t id;
	const char *number, *operator_name, *area_name, *act, *act_name, *state;
	int64_t opened_at, precheck_due, decide_due, next_due;
};
static const struct model row_model = MODEL("cases", struct row,
	FIELDS(STORED(struct row, id), STORED(struct row, number),
		STORED(struct row, operator_name), STORED(struct row, area_name),
		STORED(struct row, act), STORED(struct row, act_name),
		STORED(struct row, state, .choices = case_states),
		STORED(struct row, opened_at, .as = AS_TIME),
		STORED(struct row, precheck_due, .as = AS_DATE),
		STORED(struct row, decide_due, .as = AS_DATE),
		STORED(struct row, next_due, .as = AS_DATE)));

static void put_choice(struct node *list, const char *value, const char *label, bool selected)
{
	struct node *n = put_map(list, NULL);

	put_text(n, "value", value);
	put_text(n, "label", label);
	put_flag(n, "selected", selected);
}

static void put_states(struct req *rq, const char *chosen)
{
	struct node *list = put_list(rq->view, "states");

	list->hidden = true;
	for (const struct choice *c = case_states; c->code; c++)
		put_choice(list, c->code, tr(rq, c->label), text_is(chosen, c->code));
}

static void put_acts(struct req *rq, const char *chosen)
{
	struct node *list = put_list(rq->view, "acts");
	const struct node *law;

	list->hidden = true;
	if (rules(rq, "cases/acts", rq->now, &law))
		return;
	NODE_EACH (a, node_find(law, "acts")) {
		const char *code = node_text(a, "code", "");
		put_choice(list, code,
			arena_printf(rq->arena, "%s %s", code,
				node_text(a, rq->zh ? "name" : "name_en", "")),
			text_is(chosen, code));
	}
}

/* The towns, for who sees more than one. */
static enum err put_towns(struct req *rq, int64_t chosen)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "towns");

	list->hidden = true;
	if (rq->user->area)
		return OK;
	TRY(db_query(rq, &r,
		"SELECT id, name FROM pub_areas WHERE id IN (SELECT area FROM cases) ORDER BY id"));
	return options_of(rq, r, list, chosen);
}

struct asked {
	const char *state, *q, *act;
	int64_t town, mine;
};

static enum err rows_of(struct req *rq, const struct asked *a, struct paging p, struct list *l)
{
	return db_all(rq, &row_model, l,
		"SELECT c.id, c.number, o.name AS operator_name, CASE WHEN CAST($10 AS bigint) = 1 "
		"THEN a.name ELSE a.name_en END AS area_name, c.act, "
		"c.act_name, c.state, c.opened_at, c.precheck_due, c.decide_due, CASE WHEN c.state "
		"= 'precheck' THEN c.precheck_due WHEN c.decided_at = 0 AND c.state <> "
		"'not_filed' THEN c.decide_due ELSE 0 END AS next_due FROM cases c JOIN "
		"pub_operators o ON o.id = c.operator JOIN pub_areas a ON a.id = c.area WHERE "
		"(CAST($1 AS bigint) = 0 OR c.area = $1) AND ($2 = '' AND c.state NOT IN "
		"('closed', 'not_filed') OR $2 = 'all' OR c.state = $2) AND ($3 = '' OR "
		"lower(o.name) LIKE lower($4) ESCAPE '\\' OR c.number = $3) AND ($5 = '' OR c.act "
		"= $5) AND (CAST($6 AS bigint) = 0 OR c.officer1 = $6 OR c.officer2 = $6) AND "
		"(CAST($7 AS bigint) = 0 OR c.area = $7) ORDER BY CASE WHEN c.state = 'precheck' "
		"THEN c.precheck_due WHEN c.decided_at = 0 AND c.state <> 'not_filed' THEN "
		"c.decide_due ELSE 9223372036854775807 END, c.opened_at DESC, c.id DESC LIMIT $8 "
		"OFFSET $9",
		rq->user->area, a->state, a->q, like_of(rq->arena, a->q), a->act, a->mine, a->town,
		p.limit, p.offset, rq->zh);
}

enum err case_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 50);
	bool mine = text_is(query_text(rq, "mine"), "1");
	const struct asked a = { query_text(rq, "state"), query_text(rq, "q"),
		query_text(rq, "act"), query_int(rq, "town", 0), mine ? rq->user->id : 0 };

	TRY(rows_of(rq, &a, p, &l));
	show_pages(rq, p, &l);
	if (!rq->zh)
		for (struct row *r = LIST_OF(struct row, &l); r < LIST_END(struct row, &l); r++)
			r->act_name = node_text(act_of(rq, r->act), "name_en", r->act_name);
	show_table(rq, "cases", &row_model, &l);
	put_states(rq, a.state);
	put_acts(rq, a.act);
	TRY(put_towns(rq, a.town));
	put_flag(rq->view, "all_selected", text_is(a.state, "all"));
	put_flag(rq->view, "mine", mine);
	put_flag(rq->view, "own", may(rq, CASE_WRITE));
	put_text(rq->view, "q", a.q);
	put_printf(rq->view, "csv",
		"/cases?state=%s&act=%s&town=%" PRId64 "&mine=%s&q=%s&format=csv",
		url_encode(rq->arena, a.state), url_encode(rq->arena, a.act), a.town,
		mine ? "1" : "", url_encode(rq->arena, a.q));
	return page(rq, "cases/cases");
}
