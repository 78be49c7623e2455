/* Screens of the early warnings: one list, and one of them with its reason and records. */
#include "domains/warnings/warnings.h"

#include "contracts/facts.h"

enum { PAGE_ROWS = 50, HISTORY_ROWS = 50, USUAL_DISMISSAL = 30 };

/* ---- why, in words ------------------------------------------------------------------------- */
const char *warning_reason(struct req *rq, const struct warning *w)
{
	struct arena *a = rq->arena;
	const char *day = w->at ? date_text(a, w->at) : "";

	if (text_is(w->sort, "licence"))
		return arena_printf(a, tr(rq, "Licence %s: last valid day %s."), w->what, day);
	if (text_is(w->sort, "camera"))
		return arena_printf(
			a, tr(rq, "Camera %s: no picture since %s."), w->what, time_text(a, w->at));
	if (text_is(w->sort, "entry_missing"))
		return w->at ? arena_printf(a, tr(rq, "The last entry on file is of %s."), day)
			     : tr(rq, "There is no entry on file.");
	if (text_is(w->sort, "entry_words"))
		return *w->what ? arena_printf(a, tr(rq, "On file for %s: %s"), day, w->what)
				: arena_printf(a, tr(rq, "Recorded for %s."), day);
	if (text_is(w->sort, "entry_expiring"))
		return arena_printf(a, tr(rq, "%s: last valid day %s."), w->what, day);
	if (text_is(w->sort, "complaints"))
		return arena_printf(
			a, tr(rq, "%d complaints and reports since %s."), (int)w->n, day);
	if (text_is(w->sort, "correction"))
		return *w->what ? arena_printf(a, tr(rq, "Item %s had to be corrected by %s."),
					  w->what, day)
				: arena_printf(a,
					  tr(rq, "The correction ordered in a case was due on %s."),
					  day);
	return w->at ? arena_printf(a, tr(rq, "In season, and not inspected since %s."), day)
		     : tr(rq, "In season, and no inspection on file.");
}

/* The record it rests on. */
static const char *ref_href(struct req *rq, const struct warning *w)
{
	struct arena *a = rq->arena;

	if (text_is(w->sort, "camera"))
		return arena_printf(a, "/cameras/%" PRId64, w->ref);
	if (text_is(w->sort, "licence"))
		return arena_printf(a, "/operators/%" PRId64 "#licences", w->operator);
	if (text_is(w->sort, "complaints"))
		return w->ref == w->operator
			       ? arena_printf(a, "/complaints?operator=%" PRId64 "&state=all",
					 w->operator)
			       : arena_printf(a, "/grid/%" PRId64, w->ref);
	if (text_is(w->sort, "correction"))
		return arena_printf(
			a, "%s%" PRId64, *w->what ? "/corrections/" : "/cases/", w->ref);
	if (text_is(w->sort, "entry_words") && !*w->what)
		return arena_printf(a, "/grades/incidents?operator=%" PRId64, w->operator);
	if (text_is(w->sort, "entry_words") || text_is(w->sort, "entry_expiring"))
		return arena_printf(
			a, "/operators/%" PRId64 "/entries/%" PRId64, w->operator, w->ref);
	return arena_printf(a, "/operators/%" PRId64, w->operator);
}

struct books {
	const struct node *law, *seasons;
};

static enum err books_open(struct req *rq, struct books *b)
{
	TRY(rules(rq, "warnings/rules", rq->now, &b->law));
	return rules(rq, "warnings/seasons", rq->now, &b->seasons);
}

/* ---- the list ----------------------------------------------------------------------------------
 */
struct line {
	int64_t id;
	const char *title, *reason, *level, *operator_name, *address, *town, *cell_name;
	const char *state, *officer_name;
	int64_t raised_at, due_at, task;
	const char *rule, *sort, *what;
	int64_t operator, n, at, until, ref;
};
static const struct model line_model = MODEL("warnings", struct line,
	FIELDS(STORED(struct line, id, .as = AS_ID), STORED(struct line, title),
		STORED(struct line, reason), STORED(struct line, level, .choices = warning_levels),
		STORED(struct line, operator_name), STORED(struct line, address),
		STORED(struct line, town), STORED(struct line, cell_name),
		STORED(struct line, state, .choices = warning_states),
		STORED(struct line, officer_name), STORED(struct line, raised_at, .as = AS_TIME),
		STORED(struct line, due_at, .as = AS_DATE), STORED(struct line, task, .as = AS_ID),
		STORED(struct line, rule), STORED(struct line, sort), STORED(struct line, what),
		STORED(struct line, operator, .as = AS_ID), STORED(struct line, n),
		STORED(struct line, at, .as = AS_DATE), STORED(struct line, until, .as = AS_DATE),
		STORED(struct line, ref, .as = AS_ID)));

static void put_selected(
	struct node *list, const char *value, const char *label, const char *chosen)
{
	struct node *n = put_map(list, NULL);

	put_text(n, "value", value);
	put_text(n, "label", label);
	put_flag(n, "selected", text_is(value, chosen));
}

static void put_filters(struct req *rq, const struct books *b)
{
	struct node *list = put_list(rq->view, "rules");
	const char *rule = query_text(rq, "rule"), *state = query_text(rq, "state");

	list->hidden = true;
	NODE_EACH (one, node_find(b->law, "rules"))
		put_selected(list, node_text(one, "rule", ""),
			node_text(one, rq->zh ? "title" : "title_en", ""), rule);
	NODE_EACH (one, node_find(b->seasons, "seasons"))
		put_selected(list, node_text(one, "season", ""),
			node_text(one, rq->zh ? "title" : "title_en", ""), rule);
	list = put_list(rq->view, "states");
	list->hidden = true;
	for (const struct choice *c = warning_states; c->code; c++)
		put_selected(list, c->code, tr(rq, c->label), *state ? state : "open");
	put_selected(list, "all", tr(rq, "All"), state);
}

static enum err put_places(struct req *rq, int64_t area)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "areas");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE name_en END FROM "
		"pub_areas WHERE CAST($1 AS bigint) = 0 OR id = $1 ORDER BY id",
		rq->user->area, rq->zh));
	TRY(options_of(rq, r, list, area));
	list = put_list(rq->view, "cells");
	list->hidden = true;
	put_flag(rq->view, "has_area", area != 0)->hidden = true;
	if (!area)
		return OK;
	TRY(db_query(
		rq, &r, "SELECT id, name FROM pub_grid_cells WHERE area = $1 ORDER BY code", area));
	return options_of(rq, r, list, query_int(rq, "cell", 0));
}

static void put_words(struct req *rq, struct list *l)
{
	for (struct line *x = LIST_OF(struct line, l); x < LIST_END(struct line, l); x++) {
		struct warning w = { .sort = x->sort,
			.what = x->what,
			.n = x->n,
			.at = x->at,
			.operator= x->operator,
			.ref = x->ref };
		x->reason = warning_reason(rq, &w);
	}
}

enum err warning_list(struct req *rq)
{
	struct paging p = paging(rq, PAGE_ROWS);
	int64_t area = rq->user->area ? rq->user->area : query_int(rq, "area", 0);
	const char *state = *query_text(rq, "state") ? query_text(rq, "state") : "open";
	struct books b;
	struct list l;

	TRY(books_open(rq, &b));
	TRY(db_all(rq, &line_model, &l,
		"SELECT w.id, CASE WHEN CAST($1 AS bigint) = 1 THEN w.title ELSE w.title_en END AS "
		"title, '' AS reason, w.level, o.name AS operator_name, "
		"o.address, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS "
		"town, coalesce(c.name, '') AS cell_name, w.state, coalesce(u.name, '') AS "
		"officer_name, w.raised_at, w.due_at, coalesce(t.id, 0) AS task, w.rule, w.sort, "
		"w.what, w.operator, w.n, w.at, w.until, w.ref FROM warnings w JOIN pub_operators "
		"o ON o.id = w.operator JOIN pub_areas a ON a.id = w.area LEFT JOIN pub_grid_cells "
		"c ON c.id = w.cell LEFT JOIN pub_grid_tasks t ON t.operator = w.operator AND "
		"t.state = 'open' AND t.source = 'warning.raised' AND t.ref = w.id LEFT JOIN "
		"pub_users u ON u.id = t.officer WHERE (CAST($2 AS bigint) = 0 OR w.area = $2) AND "
		"($3 = 'all' OR w.state = $3) AND ($4 = '' OR w.rule = $4) AND (CAST($5 AS bigint) "
		"= 0 OR w.cell = $5) AND (CAST($6 AS bigint) = 0 OR w.operator = $6) ORDER BY "
		"w.level, w.due_at, w.id LIMIT $7 OFFSET $8",
		rq->zh, area, state, query_text(rq, "rule"), query_int(rq, "cell", 0),
		query_int(rq, "operator", 0), p.limit, p.offset));
	show_pages(rq, p, &l);
	put_words(rq, &l);
	show_table(rq, "warnings", &line_model, &l);
	put_filters(rq, &b);
	TRY(put_places(rq, area));
	put_text(rq->view, "operator", query_text(rq, "operator"))->hidden = true;
	put_flag(rq->view, "may_run", may(rq, GRADE_RECOMPUTE))->hidden = true;
	return page(rq, "warnings/list");
}

/* ---- one
 * ------------------------------------------------------------------------------------------ */
static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static const struct choice titles[] = {
	{ WARNING_RAISED, "Warning raised", "yellow" },
	{ WARNING_CLOSED, "Warning ended", "green" },
	{ WARNING_ANSWERED, "Task of the warning done, cause remains", "info" },
	{ WARNING_DISMISSED, "Warning dismissed for a time", "" },
	{ NULL },
};

static enum err put_history(struct req *rq, int64_t id)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "timeline");

	TRY(db_query(rq, &r,
		"SELECT at, name, actor_name FROM pub_ledger WHERE subject = $1 ORDER BY seq DESC "
		"LIMIT $2",
		id, (int)HISTORY_ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const char *name = arena_dup(rq->arena, rows_text(r, 1));
		struct node *n = put_map(list, NULL);
		put_text(n, "at", time_text(rq->arena, rows_int(r, 0)));
		put_text(n, "title", tr(rq, choice_label(titles, name)));
		put_text(n, "who", arena_dup(rq->arena, rows_text(r, 2)));
		put_text(n, "detail", "");
		put_text(n, "href", "");
		put_text(n, "tone", "");
	}
	rows_close(r);
	return OK;
}

struct where {
	const char *operator_name, *address, *cell_name, *officer_name;
	int64_t task;
};
static const struct model where_model = MODEL("", struct where,
	FIELDS(STORED(struct where, operator_name), STORED(struct where, address),
		STORED(struct where, cell_name), STORED(struct where, officer_name),
		STORED(struct where, task, .as = AS_ID)));

static enum err put_where(struct req *rq, const struct warning *w)
{
	struct where x;

	TRY(db_one(rq, &where_model, &x,
		"SELECT o.name AS operator_name, o.address, coalesce(c.name, '') AS cell_name, "
		"coalesce(t.id, 0) AS task, coalesce(u.name, '') AS officer_name FROM "
		"pub_operators o LEFT JOIN pub_grid_cells c ON c.id = $2 LEFT JOIN pub_grid_tasks "
		"t ON t.operator = o.id AND t.source = 'warning.raised' AND t.ref = $3 AND t.state "
		"= 'open' LEFT JOIN pub_users u ON u.id = t.officer WHERE o.id = $1",
		w->operator, w->cell, w->id));
	show(rq, "at", &where_model, &x);
	put_flag(rq->view, "has_task", x.task != 0)->hidden = true;
	return OK;
}

static void put_summary(struct req *rq, const struct warning *w, const struct rule *r)
{
	struct node *rows = put_list(rq->view, "rows");

	rows->hidden = true;
	put_row(rq, rows, "Why", warning_reason(rq, w));
	put_row(rq, rows, "What is to be done", rq->zh ? r->check : r->check_en);
	put_row(rq, rows, "Due on", date_text(rq->arena, w->due_at));
	put_row(rq, rows, "Raised on", time_text(rq->arena, w->raised_at));
	if (w->until)
		put_row(rq, rows, "Looked at again on", date_text(rq->arena, w->until));
	if (*w->words)
		put_row(rq, rows, text_is(w->state, "dismissed") ? "Reason" : "Outcome", w->words);
	put_row(rq, rows, "Rule",
		arena_printf(rq->arena, "%s · %s", w->rule_version,
			r->law ? node_text(r->law, "source", "") : w->rule));
}

enum err warning_page(struct req *rq)
{
	struct warning w;
	struct books b;
	struct rule r = { .title = "", .title_en = "", .check = "", .check_en = "" };

	TRY(warning_load(rq, rq->id, &w));
	TRY(books_open(rq, &b));
	if (!warning_rule(b.law, b.seasons, w.rule, &r))
		r.law = NULL;
	show(rq, "warning", &warning_model, &w);
	put_text(rq->view, "title", rq->zh ? w.title : w.title_en);
	put_text(rq->view, "reason", warning_reason(rq, &w));
	put_text(rq->view, "record", ref_href(rq, &w));
	TRY(put_where(rq, &w));
	put_summary(rq, &w, &r);
	TRY(put_history(rq, w.id));
	bool write = may(rq, TASK_WRITE), open = text_is(w.state, "open");
	put_flag(rq->view, "may_dismiss", write && !text_is(w.state, "closed"))->hidden = true;
	put_flag(rq->view, "may_reopen", write && !open && !text_is(w.state, "closed"))->hidden =
		true;
	put_text(rq->view, "until",
		date_text(rq->arena, midnight_of(rq->now) + USUAL_DISMISSAL * DAY))
		->hidden = true;
	return page(rq, "warnings/one");
}
