/* Screens of the plan of the year: plans, one plan by town and month, its visits, what is public.
 */
#include "domains/targeting/annual.h"
#include "domains/targeting/targeting.h"

enum { PAGE_ROWS = 50, PLANS = 50, CACHE_S = 60 };

static const struct choice visit_states[] = {
	{ "planned", "Later this year", "neutral" },
	{ "due", "This month", "info" },
	{ "late", "Overdue", "red" },
	{ "done", "Visited", "green" },
	{ "lapsed", "Out of business", "neutral" },
	{ NULL },
};
static const struct choice visit_kinds[] = {
	{ "INSP_ROUTINE", "On the spot", "neutral" },
	{ "INSP_OFFSITE", "By video", "info" },
	{ NULL },
};

/* ---- progress -----------------------------------------------------------------------------------
 */
struct progress {
	int64_t key; /* town, or month */
	const char *label;
	int64_t visits, offsite, done, late;
};
static const struct model progress_model = MODEL("annual_visits", struct progress,
	FIELDS(STORED(struct progress, key), STORED(struct progress, label),
		STORED(struct progress, visits), STORED(struct progress, offsite),
		STORED(struct progress, done), STORED(struct progress, late)));

#define COUNTED                                                                                    \
	"count(*) AS visits, count(CASE WHEN v.kind = 'INSP_OFFSITE' THEN 1 END) AS offsite, "     \
	"count(CASE WHEN v.state = 'done' THEN 1 END) AS done, count(CASE WHEN v.state IN "        \
	"('planned', 'due') AND v.month < $2 THEN 1 END) AS late "

/* The first month whose visits are not overdue: 13 when the year is over. */
static int month_of(struct req *rq, const struct annual *p)
{
	struct civil now = civil_of(rq->now);

	return now.year > p->year ? 13 : now.year < p->year ? 1 : now.month;
}

static void put_shares(struct req *rq, struct node *list, const struct list *l, bool months)
{
	const struct progress *x = l->at;

	for (struct node *n = list->first; n && x < LIST_END(struct progress, l);
		n = n->next, x++) {
		put_int(n, "percent", x->visits ? x->done * 100 / x->visits : 0);
		if (months)
			put_text(n, "label",
				arena_printf(rq->arena, tr(rq, "Month %d"), (int)x->key));
	}
}

static enum err put_progress(struct req *rq, const struct annual *p)
{
	struct list towns, months;
	int now = month_of(rq, p);

	TRY(db_all(rq, &progress_model, &towns,
		"SELECT v.area AS key, CASE WHEN CAST($4 AS bigint) = 1 THEN a.name ELSE a.name_en "
		"END "
		"AS label, " COUNTED "FROM annual_visits v JOIN pub_areas a ON a.id = v.area WHERE "
		"v.plan = $1 AND v.state <> 'lapsed' AND (CAST($3 AS bigint) = 0 OR v.area = $3) "
		"GROUP "
		"BY v.area, a.name, a.name_en ORDER BY v.area",
		p->id, now, rq->user->area, rq->zh));
	TRY(db_all(rq, &progress_model, &months,
		"SELECT v.month AS key, '' AS label, " COUNTED
		"FROM annual_visits v WHERE v.plan = "
		"$1 AND v.state <> 'lapsed' AND (CAST($3 AS bigint) = 0 OR v.area = $3) GROUP BY "
		"v.month ORDER BY v.month",
		p->id, now, rq->user->area));
	put_shares(rq, show_list(rq, "towns", &progress_model, &towns), &towns, false);
	put_shares(rq, show_list(rq, "months", &progress_model, &months), &months, true);
	struct progress all = { .label = "" };
	for (const struct progress *x = towns.at; x < LIST_END(struct progress, &towns); x++) {
		all.visits += x->visits;
		all.offsite += x->offsite;
		all.done += x->done;
		all.late += x->late;
	}
	struct node *n = show(rq, "all", &progress_model, &all);
	put_int(n, "percent", all.visits ? all.done * 100 / all.visits : 0);
	return OK;
}

/* ---- plans --------------------------------------------------------------------------------------
 */
enum err annual_list(struct req *rq)
{
	struct list l;
	struct civil now = civil_of(rq->now);
	struct node *years = put_list(rq->view, "years");

	TRY(db_all(rq, &annual_model, &l,
		"SELECT * FROM annual_plans ORDER BY year DESC, made_at DESC, id DESC LIMIT $1",
		(int)PLANS));
	show_table(rq, "plans", &annual_model, &l);
	years->hidden = true;
	for (int y = now.year; y <= now.year + 1; y++) {
		struct node *n = put_map(years, NULL);
		put_printf(n, "value", "%d", y);
		put_flag(n, "selected", y == now.year + (now.month > 10));
	}
	put_flag(rq->view, "may_decide", may(rq, PLAN_DECIDE))->hidden = true;
	return page(rq, "targeting/annual_list");
}

enum err annual_make(struct req *rq)
{
	struct annual p;

	TRY(annual_begin(rq, form_int(rq, "year", 0), &p));
	TRY(job_add(rq, .kind = "targeting.annual", .subject = p.id));
	notice(rq, "The draft is being laid down, town by town. It takes some seconds.");
	return redirect(rq, "/annual/%" PRId64, p.id);
}

enum err annual_page(struct req *rq)
{
	struct annual p;

	TRY(annual_load(rq, rq->id, &p));
	show(rq, "plan", &annual_model, &p);
	TRY(put_progress(rq, &p));
	put_flag(rq->view, "draft", text_is(p.state, "draft"))->hidden = true;
	put_flag(rq->view, "making", text_is(p.state, "making"))->hidden = true;
	put_flag(rq->view, "approved", text_is(p.state, "approved"))->hidden = true;
	put_flag(rq->view, "may_decide", may(rq, PLAN_DECIDE))->hidden = true;
	return page(rq, "targeting/annual");
}

enum err annual_decide(struct req *rq)
{
	TRY(annual_approve(rq, rq->id));
	notice(rq, "The plan is in force. The visits of this month become tasks.");
	return redirect(rq, "/annual/%" PRId64, rq->id);
}

enum err annual_discard(struct req *rq)
{
	struct annual p;

	TRY(annual_load(rq, rq->id, &p));
	TRY(annual_drop(rq, &p));
	notice(rq, "The draft was discarded.");
	return redirect(rq, "/annual");
}

/* ---- visits -------------------------------------------------------------------------------------
 */
struct visit_row {
	int64_t id, operator, month, inspection, done_at;
	const char *name, *town, *business, *kind, *state, *officer;
	bool conflict;
};
static const struct model visit_row_model = MODEL("annual_visits", struct visit_row,
	FIELDS(STORED(struct visit_row, id, .as = AS_ID),
		STORED(struct visit_row, operator, .as = AS_ID), STORED(struct visit_row, name),
		STORED(struct visit_row, town),
		STORED(struct visit_row, business, .choices = targeting_kinds),
		STORED(struct visit_row, month),
		STORED(struct visit_row, kind, .choices = visit_kinds),
		STORED(struct visit_row, state, .choices = visit_states),
		STORED(struct visit_row, officer), STORED(struct visit_row, conflict),
		STORED(struct visit_row, inspection, .as = AS_ID),
		STORED(struct visit_row, done_at, .as = AS_DATE)));

static void put_filters(struct req *rq, int64_t month, const char *state)
{
	static const struct {
		const char *code, *label;
	} which[] = { { "", "All" }, { "open", "To do" }, { "late", "Overdue" },
		{ "done", "Visited" } };
	struct node *months = put_list(rq->view, "months"), *states = put_list(rq->view, "states");

	months->hidden = states->hidden = true;
	for (int m = 1; m <= 12; m++) {
		struct node *n = put_map(months, NULL);
		put_printf(n, "value", "%d", m);
		put_flag(n, "selected", m == month);
	}
	for (size_t i = 0; i < sizeof(which) / sizeof(*which); i++) {
		struct node *n = put_map(states, NULL);
		put_text(n, "value", which[i].code);
		put_text(n, "label", tr(rq, which[i].label));
		put_flag(n, "selected", text_is(state, which[i].code));
	}
}

enum err annual_visits(struct req *rq)
{
	struct annual p;
	struct list l;
	struct paging pages = paging(rq, PAGE_ROWS);
	int64_t area = rq->user->area ? rq->user->area : query_int(rq, "area", 0),
		month = query_int(rq, "month", 0);
	const char *state = query_text(rq, "state");
	bool mine = text_is(query_text(rq, "mine"), "1");

	TRY(annual_load(rq, rq->id, &p));
	TRY(db_all(rq, &visit_row_model, &l,
		"SELECT v.id, v.operator, o.name, a.name AS town, v.business, v.month, v.kind, "
		"CASE "
		"WHEN v.state IN ('planned', 'due') AND v.month < $2 THEN 'late' ELSE v.state END "
		"AS "
		"state, coalesce(u.name, '') AS officer, v.conflict, v.inspection, v.done_at FROM "
		"annual_visits v JOIN pub_operators o ON o.id = v.operator JOIN pub_areas a ON "
		"a.id = "
		"v.area LEFT JOIN pub_grid_places g ON g.operator = v.operator LEFT JOIN pub_users "
		"u "
		"ON u.id = g.officer WHERE v.plan = $1 AND (CAST($3 AS bigint) = 0 OR v.area = $3) "
		"AND "
		"(CAST($4 AS bigint) = 0 OR v.month = $4) AND ($5 = '' OR ($5 = 'done' AND v.state "
		"= "
		"'done') OR ($5 = 'open' AND v.state IN ('planned', 'due') AND v.month <= $2) OR "
		"($5 = "
		"'late' AND v.state IN ('planned', 'due') AND v.month < $2)) AND (CAST($6 AS "
		"bigint) = 0 "
		"OR g.officer = $6) ORDER BY v.month, v.area, o.name, v.id LIMIT $7 OFFSET $8",
		p.id, month_of(rq, &p), area, month, state, mine ? rq->user->id : 0, pages.limit,
		pages.offset));
	show_pages(rq, pages, &l);
	struct node *list = show_table(rq, "visits", &visit_row_model, &l);
	const struct visit_row *v = l.at;
	for (struct node *n = list->first; n && v < LIST_END(struct visit_row, &l);
		n = n->next, v++) {
		put_flag(n, "visited", v->inspection != 0)->hidden = true;
		put_flag(n, "to_do",
			may(rq, INSPECTION_WRITE) && text_is(p.state, "approved") &&
				!text_is(v->state, "done") && !text_is(v->state, "lapsed"))
			->hidden = true;
	}
	show(rq, "plan", &annual_model, &p);
	put_flag(rq->view, "mine", mine)->hidden = true;
	put_filters(rq, month, state);
	TRY(targeting_towns(rq, area));
	return page(rq, "targeting/annual_visits");
}

/* ---- for everybody ------------------------------------------------------------------------------
 */
struct public_row {
	const char *business;
	int64_t operators, visits, offsite;
};
static const struct model public_row_model = MODEL("annual_visits", struct public_row,
	FIELDS(STORED(struct public_row, business, .choices = targeting_kinds),
		STORED(struct public_row, operators), STORED(struct public_row, visits),
		STORED(struct public_row, offsite)));

/* How many, of which kind of business; no names: nobody is told when he is visited. */
enum err annual_public(struct req *rq)
{
	struct list plans, kinds;

	if (!rq->user->id)
		reply_cache(rq, *query_text(rq, "lang") ? 0 : CACHE_S);
	TRY(db_all(rq, &annual_model, &plans,
		"SELECT * FROM annual_plans WHERE state = 'approved' ORDER BY year DESC LIMIT 1"));
	if (!plans.n)
		return page(rq, "targeting/annual_public");
	const struct annual *p = plans.at;
	struct node *n = put_map(rq->view, "plan");
	put_int(n, "year", p->year);
	put_int(n, "operators", p->operators);
	put_int(n, "visits", p->visits);
	put_int(n, "offsite", p->offsite);
	put_time(n, "decided_at", p->decided_at);
	TRY(db_all(rq, &public_row_model, &kinds,
		"SELECT business, count(DISTINCT operator) AS operators, count(*) AS visits, "
		"count(CASE WHEN kind = 'INSP_OFFSITE' THEN 1 END) AS offsite FROM annual_visits "
		"WHERE "
		"plan = $1 GROUP BY business ORDER BY visits DESC, business",
		p->id));
	show_table(rq, "kinds", &public_row_model, &kinds);
	return page(rq, "targeting/annual_public");
}
