/* Officers' lists: what waits to be served, and all papers of one case. */
#include "domains/service/service.h"

/* ---- the list ---------------------------------------------------------- */
struct line {
	int64_t id, case_id, operator, receipt;
	const char *case_number, *operator_name, *town, *title, *number, *state, *way, *clock;
	int64_t sealed_at, due_at, served_at;
};
static const struct choice clocks[] = {
	{ "failed", "The message failed", "red" },
	{ "over", "Overdue", "red" },
	{ "soon", "Due soon", "yellow" },
	{ "time", "In time", "green" },
	{ NULL },
};
static const struct model line_model = MODEL("service_tasks", struct line,
	FIELDS(STORED(struct line, id, .as = AS_ID), STORED(struct line, case_id, .as = AS_ID),
		STORED(struct line, operator, .as = AS_ID),
		STORED(struct line, receipt, .as = AS_ID), STORED(struct line, case_number),
		STORED(struct line, operator_name), STORED(struct line, town),
		STORED(struct line, title), STORED(struct line, number),
		STORED(struct line, state, .choices = service_states),
		STORED(struct line, way, .choices = service_ways),
		STORED(struct line, clock, .choices = clocks),
		STORED(struct line, sealed_at, .as = AS_DATE),
		STORED(struct line, due_at, .as = AS_DATE),
		STORED(struct line, served_at, .as = AS_TIME)));

enum { PAGE_ROWS = 50, SOON = 2 };

static enum err put_clock_codes(struct req *rq, struct list *l)
{
	for (struct line *x = LIST_OF(struct line, l); x < LIST_END(struct line, l); x++) {
		int left = 0;
		if (text_is(x->state, "served") || *x->clock)
			continue;
		TRY(workdays_left(rq, x->due_at, &left));
		x->clock = left < 0 ? "over" : left <= SOON ? "soon" : "time";
	}
	return OK;
}

static void put_states(struct req *rq, const char *chosen)
{
	struct node *list = put_list(rq->view, "states");

	list->hidden = true;
	for (const struct choice *c = service_states; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(chosen, c->code));
	}
}

enum err service_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *state = query_text(rq, "state"), *mine = query_text(rq, "mine");

	TRY(db_all(rq, &line_model, &l,
		"SELECT t.id, t.case_id, t.operator, t.receipt, c.number AS case_number, o.name AS "
		"operator_name, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS "
		"town, t.title, t.number, t.state, t.way, CASE WHEN t.way = 'electronic' AND "
		"t.served_at = 0 AND NOT EXISTS (SELECT 1 FROM service_attempts x WHERE x.task = "
		"t.id AND x.result <> 'returned' AND x.way = 'electronic') THEN 'failed' ELSE '' "
		"END AS clock, t.sealed_at, t.due_at, "
		"t.served_at FROM service_tasks t JOIN pub_cases c ON c.id = t.case_id JOIN "
		"pub_operators o ON o.id = t.operator JOIN pub_areas a ON a.id = t.area WHERE "
		"(CAST($2 AS bigint) = 0 OR t.area = $2) AND (($3 = '' AND t.state <> 'served') OR "
		"$3 = 'all' OR t.state = $3) AND ($4 = '' OR c.officer1 = $5 OR c.officer2 = $5) "
		"ORDER BY CASE WHEN t.state = 'served' THEN 1 ELSE 0 END, t.due_at, t.id LIMIT $6 "
		"OFFSET $7",
		rq->zh, rq->user->area, state, mine, rq->user->id, p.limit, p.offset));
	show_pages(rq, p, &l);
	TRY(put_clock_codes(rq, &l));
	show_table(rq, "services", &line_model, &l);
	put_states(rq, state);
	put_flag(rq->view, "all_selected", text_is(state, "all"))->hidden = true;
	put_flag(rq->view, "mine_selected", *mine)->hidden = true;
	return page(rq, "service/list");
}

/* ---- one case ------------------------------------------------------------ */
enum err service_of_case(struct req *rq)
{
	struct list l;
	struct service_address to;
	const char *number, *name;

	TRY(db_text(rq, &number, "SELECT number FROM pub_cases WHERE id = $1", rq->id));
	TRY(db_text(rq, &name,
		"SELECT o.name FROM pub_operators o JOIN pub_cases c ON c.operator = o.id WHERE "
		"c.id "
		"= $1",
		rq->id));
	TRY(service_address_load(rq, rq->id, &to));
	TRY(db_all(rq, &line_model, &l,
		"SELECT t.id, t.case_id, t.operator, t.receipt, '' AS case_number, '' AS "
		"operator_name, '' AS town, t.title, t.number, t.state, t.way, '' AS clock, "
		"t.sealed_at, t.due_at, t.served_at FROM service_tasks t WHERE t.case_id = $1 "
		"ORDER "
		"BY t.id",
		rq->id));
	TRY(put_clock_codes(rq, &l));
	show_list(rq, "services", &line_model, &l);
	show(rq, "address", &service_address_model, &to);
	put_printf(rq->view, "case_id", "%" PRId64, rq->id);
	put_text(rq->view, "case_number", number);
	put_text(rq->view, "operator_name", name);
	return page(rq, "service/case");
}
