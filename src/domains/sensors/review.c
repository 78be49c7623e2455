/* Alarms as officers see them: inbox, one alarm, two reviews. */
#include "contracts/facts.h"
#include "domains/sensors/sensors.h"

/* ---- inbox ---------------------------------------------------------------------- */
struct alarm_row {
	int64_t id;
	const char *rule, *state, *operator_name, *store_name, *area_name, *first_officer;
	int64_t bound, worst, started_at, found_at, ended_at, told_at;
	bool usable;
};
static const struct model alarm_row_model = MODEL("alarms", struct alarm_row,
	FIELDS(STORED(struct alarm_row, id), STORED(struct alarm_row, rule, .choices = alarm_rules),
		STORED(struct alarm_row, state, .choices = alarm_states),
		STORED(struct alarm_row, operator_name), STORED(struct alarm_row, store_name),
		STORED(struct alarm_row, area_name), STORED(struct alarm_row, first_officer),
		STORED(struct alarm_row, bound), STORED(struct alarm_row, worst),
		STORED(struct alarm_row, started_at, .as = AS_TIME),
		STORED(struct alarm_row, found_at, .as = AS_TIME),
		STORED(struct alarm_row, ended_at, .as = AS_TIME),
		STORED(struct alarm_row, told_at, .as = AS_TIME),
		STORED(struct alarm_row, usable)));

static void put_choices(
	struct req *rq, const char *name, const struct choice *all, const char *chosen)
{
	struct node *list = put_list(rq->view, name);

	list->hidden = true;
	for (const struct choice *c = all; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(chosen, c->code));
	}
}

/* Beside each row what it says in words. */
static void put_words(struct req *rq, struct node *rows, const struct list *l)
{
	struct node *n = rows->first;

	for (const struct alarm_row *r = LIST_OF(struct alarm_row, l);
		n && r < LIST_END(struct alarm_row, l); r++, n = n->next) {
		struct alarm m = { .rule = r->rule,
			.bound = r->bound,
			.worst = r->worst,
			.started_at = r->started_at };
		put_text(n, "words", alarm_words(rq, &m));
		put_flag(n, "running", !r->ended_at);
	}
}

enum err alarm_index(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 50);
	const char *state = query_text(rq, "state"), *rule = query_text(rq, "rule"),
		   *q = query_text(rq, "q");

	TRY(db_all(rq, &alarm_row_model, &l,
		"SELECT m.id, m.rule, m.state, o.name AS operator_name, s.name AS store_name,"
		" CASE WHEN CAST($8 AS bigint) = 1 THEN a.name ELSE a.name_en END AS area_name,"
		" coalesce(u.name, '') AS first_officer, m.bound, m.worst, m.started_at, "
		"m.found_at, m.ended_at, m.told_at, m.usable"
		" FROM sensor_alarms m JOIN sensor_stores s ON s.id = m.store JOIN pub_operators o "
		"ON o.id = m.operator JOIN pub_areas a ON a.id = m.area LEFT JOIN pub_users u ON "
		"u.id = m.officer1"
		" WHERE ($1 = 0 OR m.area = $1)"
		" AND ($2 = '' AND m.state IN ('new', 'second') OR $2 = 'all' OR m.state = $2)"
		" AND ($3 = '' OR m.rule = $3) AND ($4 = '' OR lower(o.name) LIKE lower($5))"
		" ORDER BY m.found_at DESC, m.id DESC LIMIT $6 OFFSET $7",
		rq->user->area, state, rule, q, arena_printf(rq->arena, "%%%s%%", q), p.limit,
		p.offset, rq->zh));
	show_pages(rq, p, &l);
	put_words(rq, show_table(rq, "alarms", &alarm_row_model, &l), &l);
	put_choices(rq, "states", alarm_states, state);
	put_choices(rq, "rules", alarm_rules, rule);
	put_flag(rq->view, "all_selected", text_is(state, "all"));
	put_text(rq->view, "q", q);
	return page(rq, "sensors/alarms");
}

/* ---- one alarm -------------------------------------------------------------------- */
static enum err alarm_load(struct req *rq, struct alarm *m)
{
	return db_one(rq, &alarm_model, m, "SELECT * FROM sensor_alarms WHERE id = $1", rq->id);
}

static const char *officer_name(struct req *rq, int64_t id)
{
	const char *name = "";

	if (!id || db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id))
		return "";
	return name;
}

static enum err put_neighbours(struct req *rq, const struct alarm *m)
{
	int64_t next, before;

	TRY(db_int(rq, &next,
		"SELECT coalesce(max(id), 0) FROM sensor_alarms WHERE state IN ('new', 'second') "
		"AND ($1 = 0 OR area = $1) AND id < $2",
		rq->user->area, m->id));
	TRY(db_int(rq, &before,
		"SELECT coalesce(min(id), 0) FROM sensor_alarms WHERE state IN ('new', 'second') "
		"AND ($1 = 0 OR area = $1) AND id > $2",
		rq->user->area, m->id));
	put_text(rq->view, "next", next ? arena_printf(rq->arena, "/alarms/%" PRId64, next) : "");
	put_text(rq->view, "previous",
		before ? arena_printf(rq->arena, "/alarms/%" PRId64, before) : "");
	return OK;
}

static void put_particulars(struct req *rq, const struct alarm *m)
{
	struct node *rows = put_list(rq->view, "rows");
	struct arena *a = rq->arena;

	rows->hidden = true;
	put_fact(rq, rows, "Began", time_text(a, m->started_at));
	put_fact(rq, rows, "Found", time_text(a, m->found_at));
	put_fact(rq, rows, "Ended",
		m->ended_at ? time_text(a, m->ended_at) : tr(rq, "Still going on"));
	put_fact(rq, rows, "Operator told",
		m->told_at ? time_text(a, m->told_at) : tr(rq, "Not yet"));
	put_fact(rq, rows, "Act it points at", m->act);
	put_fact(rq, rows, "Version of the rule", m->rule_version);
	if (*m->chart_sm3) {
		put_fact(rq, rows, "SM3 of the chart", m->chart_sm3);
		put_fact(rq, rows, "SM3 of the readings", m->csv_sm3);
	}
}

static void put_review(struct req *rq, const struct alarm *m)
{
	const char *why;
	struct review r = { m->state, m->officer1, rq->user->id, true, "" };
	bool open = review_decide(&r, &why) != REVIEW_REFUSED;

	put_text(rq->view, "officer1_name", officer_name(rq, m->officer1));
	put_text(rq->view, "officer2_name", officer_name(rq, m->officer2));
	put_flag(rq->view, "may_review", open && may(rq, LEAD_REVIEW));
	put_text(rq->view, "review_why", !open && why ? tr(rq, why) : "");
}

enum err alarm_page(struct req *rq)
{
	struct alarm m;
	const char *store;

	TRY(alarm_load(rq, &m));
	show(rq, "alarm", &alarm_model, &m);
	TRY(put_operator(rq, m.operator));
	TRY(db_text(rq, &store, "SELECT name FROM sensor_stores WHERE id = $1", m.store));
	put_text(rq->view, "store_name", store);
	put_text(rq->view, "words", alarm_words(rq, &m));
	put_text(rq->view, "usable_text", *m.usable_why ? tr(rq, m.usable_why) : "");
	put_particulars(rq, &m);
	struct node *svg = put_text(rq->view, "svg", *m.chart_sm3 ? "" : alarm_svg(rq, &m));
	svg->raw = true;
	svg->hidden = true;
	put_text(rq->view, "chart_url",
		*m.chart_sm3 ? arena_printf(rq->arena, "/alarms/%" PRId64 "/chart", m.id) : "");
	put_review(rq, &m);
	TRY(put_neighbours(rq, &m));
	return page(rq, "sensors/alarm");
}

enum err alarm_chart(struct req *rq)
{
	struct alarm m;

	TRY(alarm_load(rq, &m));
	if (!*m.chart_sm3)
		return fail(rq, E_NOT_FOUND, "No file is kept of this alarm.");
	return reply_object(rq, m.chart_sm3, "image/svg+xml", NULL);
}

enum err alarm_csv(struct req *rq)
{
	struct alarm m;

	TRY(alarm_load(rq, &m));
	if (!*m.csv_sm3)
		return fail(rq, E_NOT_FOUND, "No file is kept of this alarm.");
	return reply_object(rq, m.csv_sm3, "text/csv; charset=utf-8",
		arena_printf(rq->arena, "alarm-%" PRId64 ".csv", m.id));
}

/* ---- review -------------------------------------------------------------------------- */
static enum err review_record(struct req *rq, struct alarm *m, enum review_result result)
{
	static const char *const facts[] = { [REVIEW_SECOND] = SENSOR_ALARM_REVIEWED,
		[REVIEW_CONFIRMED] = SENSOR_ALARM_CONFIRMED,
		[REVIEW_REJECTED] = SENSOR_ALARM_REJECTED };
	static const char *const states[] = { [REVIEW_SECOND] = "second",
		[REVIEW_CONFIRMED] = "confirmed",
		[REVIEW_REJECTED] = "rejected" };
	const char *reason = form_text(rq, "reason");

	if (text_is(m->state, "new")) {
		m->officer1 = rq->user->id;
		m->at1 = rq->now;
		m->reason1 = reason;
	} else {
		m->officer2 = rq->user->id;
		m->at2 = rq->now;
		m->reason2 = reason;
	}
	m->state = states[result];
	if (result == REVIEW_CONFIRMED)
		TRY(alarm_evidence(rq, m));
	TRY(db_update(rq, &alarm_model, m));
	return emit(rq, facts[result], m->id, m->operator, json_of(rq, &alarm_model, m));
}

enum err alarm_review(struct req *rq)
{
	struct alarm m;
	const char *why, *verdict = form_text(rq, "verdict");

	TRY(alarm_load(rq, &m));
	if (!text_is(verdict, "confirm") && !text_is(verdict, "reject"))
		return fail(rq, E_INVALID, "Choose to confirm or to reject.");
	struct review r = { m.state, m.officer1, rq->user->id, text_is(verdict, "confirm"),
		form_text(rq, "reason") };
	enum review_result result = review_decide(&r, &why);
	if (result == REVIEW_REFUSED)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	TRY(review_record(rq, &m, result));
	if (result == REVIEW_CONFIRMED)
		notice(rq, *m.act ? "Confirmed by two officers: a pre-check was opened."
				  : "Confirmed by two officers.");
	else
		notice(rq, result == REVIEW_SECOND ? "Kept. It now waits for a second officer."
						   : "Rejected.");
	return redirect(rq, "/alarms/%" PRId64, m.id);
}
