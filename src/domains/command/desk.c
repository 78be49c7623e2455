/* The desk: what waits for this person, by its rights and in its area, and what happened lately. */
#include "contracts/lead_rules.h"
#include "domains/command/command.h"
#include "domains/command/desk.h"

enum { TASKS = 6, RECENT = 12, FETCHED = 80, LOOK_BACK = 5000, LICENCE_DAYS = 30 };

#define RULE_NAME(code, name) { code, name },
const struct choice rule_words[] = { LEAD_RULES(RULE_NAME){ NULL } };
static const struct choice case_words[] = {
	{ "precheck", "Pre-check" },
	{ "filed", "Filed" },
	{ "told", "Party told" },
	{ "heard", "Party heard" },
	{ "proposed", "Decision proposed" },
	{ "decided", "Decided" },
	{ NULL },
};

/* ---- groups of tasks ----------------------------------------------------------------------- */
struct node *desk_group(struct req *rq, struct node *groups, const char *title, const char *href)
{
	struct node *g = put_map(groups, NULL);

	put_text(g, "title", tr(rq, title));
	put_text(g, "href", href);
	return put_list(g, "tasks");
}

void put_task(struct node *tasks, struct desk_task t)
{
	struct node *n = put_map(tasks, NULL);

	put_text(n, "label", t.label);
	put_text(n, "href", t.href);
	put_text(n, "hint", t.hint);
	put_text(n, "tone", t.tone);
	put_text(n, "status", t.status);
}

/* ---- leads --------------------------------------------------------------------------------- */
struct lead_row {
	int64_t id, found_at;
	const char *rule, *state, *operator_name;
};
static const struct model lead_model = MODEL("pub_leads", struct lead_row,
	FIELDS(STORED(struct lead_row, id), STORED(struct lead_row, found_at),
		STORED(struct lead_row, rule), STORED(struct lead_row, state),
		STORED(struct lead_row, operator_name)));

/* Those that waited longest first; not the ones this officer has seen already. */
static enum err put_leads(struct req *rq, struct node *groups)
{
	struct list l;
	struct node *tasks = NULL;

	if (!may(rq, LEAD_REVIEW))
		return OK;
	TRY(db_all(rq, &lead_model, &l,
		"SELECT l.id, l.found_at, l.rule, l.state, o.name AS operator_name"
		" FROM pub_leads l JOIN pub_operators o ON o.id = l.operator"
		" WHERE l.state IN ('new', 'second') AND (CAST($1 AS bigint) = 0 OR l.area = $1)"
		" AND NOT (l.state = 'second' AND l.officer1 = $2)"
		" ORDER BY l.found_at, l.id LIMIT $3",
		rq->user->area, rq->user->id, (int)TASKS));
	for (const struct lead_row *r = LIST_OF(struct lead_row, &l);
		r < LIST_END(struct lead_row, &l); r++) {
		bool first = text_is(r->state, "new");
		if (!tasks)
			tasks = desk_group(rq, groups, "Leads to review", "/leads");
		put_task(tasks,
			(struct desk_task){ arena_printf(rq->arena, "%s · %s",
						    tr(rq, choice_label(rule_words, r->rule)),
						    r->operator_name),
				arena_printf(rq->arena, "/leads/%" PRId64, r->id),
				time_text(rq->arena, r->found_at), first ? "yellow" : "info",
				first ? tr(rq, "First review") : tr(rq, "Second review") });
	}
	return OK;
}

/* ---- cases --------------------------------------------------------------------------------- */
struct case_line {
	int64_t id, due;
	const char *number, *act_name, *state, *correction_state, *operator_name;
};
static const struct model case_model = MODEL("pub_cases", struct case_line,
	FIELDS(STORED(struct case_line, id), STORED(struct case_line, due),
		STORED(struct case_line, number), STORED(struct case_line, act_name),
		STORED(struct case_line, state), STORED(struct case_line, correction_state),
		STORED(struct case_line, operator_name)));

static enum err put_case(struct req *rq, struct node *tasks, const struct case_line *c)
{
	bool shown = text_is(c->correction_state, "shown");
	struct desk_task t = { .tone = "neutral", .status = "" };
	int left = 0;

	t.label = arena_printf(
		rq->arena, "%s · %s", c->operator_name, *c->number ? c->number : c->act_name);
	t.href = arena_printf(rq->arena, "/cases/%" PRId64, c->id);
	t.hint = shown ? tr(rq, "The party showed its correction: look at it.")
		       : tr(rq, choice_label(case_words, c->state));
	if (c->due) {
		TRY(workdays_left(rq, c->due, &left));
		t.tone = left < 0 ? "red" : left <= 3 ? "yellow" : "green";
		t.status = left < 0 ? tr(rq, "Overdue")
				    : arena_printf(rq->arena, tr(rq, "%d working days left"), left);
	} else {
		t.status = tr(rq, choice_label(case_words, c->state));
	}
	put_task(tasks, t);
	return OK;
}

/* Officers: pre-checks of their area and their own cases. Others who read cases: all of them. The
 * clock that ends first is on top. */
static enum err put_cases(struct req *rq, struct node *groups)
{
	struct list l;
	struct node *tasks = NULL;

	if (!may(rq, CASE_READ))
		return OK;
	TRY(db_all(rq, &case_model, &l,
		"SELECT c.id, c.number, c.act_name, c.state, c.correction_state,"
		" o.name AS operator_name, CASE WHEN c.state = 'precheck' THEN c.precheck_due"
		" WHEN c.decided_at = 0 THEN c.decide_due ELSE c.correction_due END AS due"
		" FROM pub_cases c JOIN pub_operators o ON o.id = c.operator"
		" WHERE c.state NOT IN ('closed', 'not_filed')"
		" AND (CAST($1 AS bigint) = 0 OR c.area = $1)"
		" AND (CAST($2 AS bigint) = 0 OR c.state = 'precheck' OR c.officer1 = $2"
		" OR c.officer2 = $2) ORDER BY CASE WHEN c.correction_state = 'shown' THEN 0"
		" ELSE 1 END, due, c.id LIMIT $3",
		rq->user->area, may(rq, CASE_WRITE) ? rq->user->id : 0, (int)TASKS));
	for (const struct case_line *c = LIST_OF(struct case_line, &l);
		c < LIST_END(struct case_line, &l); c++) {
		if (!tasks)
			tasks = desk_group(rq, groups, "Cases and their clocks", "/cases");
		TRY(put_case(rq, tasks, c));
	}
	return OK;
}

/* ---- cameras, licences, papers ------------------------------------------------------------- */
struct thing {
	int64_t id, at;
	const char *name, *operator_name, *state;
};
static const struct model thing_model = MODEL("", struct thing,
	FIELDS(STORED(struct thing, id), STORED(struct thing, at), STORED(struct thing, name),
		STORED(struct thing, operator_name), STORED(struct thing, state)));

static enum err put_cameras(struct req *rq, struct node *groups)
{
	struct list l;
	struct node *tasks = NULL;

	if (!may(rq, CAMERA_READ))
		return OK;
	TRY(db_all(rq, &thing_model, &l,
		"SELECT c.id, c.since AS at, c.name, o.name AS operator_name, c.state"
		" FROM pub_cameras c JOIN pub_operators o ON o.id = c.operator"
		" WHERE c.state = 'open' AND c.live = 0 AND (CAST($1 AS bigint) = 0 OR c.area = $1)"
		" ORDER BY c.since, c.id LIMIT $2",
		rq->user->area, (int)TASKS));
	for (const struct thing *t = LIST_OF(struct thing, &l); t < LIST_END(struct thing, &l);
		t++) {
		if (!tasks)
			tasks = desk_group(rq, groups, "Cameras without a picture", "/cameras");
		put_task(tasks, (struct desk_task){ arena_printf(rq->arena, "%s · %s",
							    t->operator_name, t->name),
					arena_printf(rq->arena, "/cameras/%" PRId64, t->id),
					t->at ? arena_printf(rq->arena, tr(rq, "Since %s"),
							time_text(rq->arena, t->at))
					      : "",
					"red", tr(rq, "No picture") });
	}
	return OK;
}

static enum err put_licences(struct req *rq, struct node *groups)
{
	struct list l;
	struct node *tasks = NULL;

	if (!may(rq, OPERATOR_READ))
		return OK;
	TRY(db_all(rq, &thing_model, &l,
		"SELECT id, licence_valid_to AS at, name, address AS operator_name, state"
		" FROM pub_operators WHERE state = 'ACTIVE' AND licence_valid_to >= $2"
		" AND licence_valid_to <= $3 AND (CAST($1 AS bigint) = 0 OR area = $1)"
		" ORDER BY licence_valid_to, id LIMIT $4",
		rq->user->area, TODAY(rq), TODAY(rq) + LICENCE_DAYS * DAY, (int)TASKS));
	for (const struct thing *t = LIST_OF(struct thing, &l); t < LIST_END(struct thing, &l);
		t++) {
		if (!tasks)
			tasks = desk_group(
				rq, groups, "Licences that end within 30 days", "/operators");
		put_task(tasks, (struct desk_task){ t->name,
					arena_printf(rq->arena, "/operators/%" PRId64, t->id),
					t->operator_name, "yellow", date_text(rq->arena, t->at) });
	}
	return OK;
}

static enum err put_papers(struct req *rq, struct node *groups)
{
	struct list l;
	struct node *tasks = NULL;

	if (!may(rq, CASE_READ))
		return OK;
	TRY(db_all(rq, &thing_model, &l,
		"SELECT p.id, p.ordered_at AS at, p.title AS name, o.name AS operator_name, p.state"
		" FROM pub_papers p JOIN pub_operators o ON o.id = p.entity"
		" WHERE p.ordered_at >= $2 AND (CAST($1 AS bigint) = 0 OR o.area = $1)"
		" ORDER BY p.id DESC LIMIT $3",
		rq->user->area, TODAY(rq), (int)TASKS));
	for (const struct thing *t = LIST_OF(struct thing, &l); t < LIST_END(struct thing, &l);
		t++) {
		bool sealed = text_is(t->state, "sealed");
		if (!tasks)
			tasks = desk_group(rq, groups, "Papers of today", "");
		put_task(tasks,
			(struct desk_task){
				arena_printf(rq->arena, "%s · %s", t->name, t->operator_name),
				sealed ? arena_printf(rq->arena, "/papers/%" PRId64 "/file", t->id)
				       : "",
				time_text(rq->arena, t->at), sealed ? "green" : "yellow",
				sealed ? tr(rq, "Sealed paper") : tr(rq, "Being made") });
	}
	return OK;
}

/* ---- numbers ------------------------------------------------------------------------------- */
struct counts {
	int64_t leads, prechecks, cases, cameras, licences, accounts, overdue;
};
static const struct model counts_model = MODEL("", struct counts,
	FIELDS(STORED(struct counts, leads), STORED(struct counts, prechecks),
		STORED(struct counts, cases), STORED(struct counts, cameras),
		STORED(struct counts, licences), STORED(struct counts, accounts),
		STORED(struct counts, overdue)));

struct tile {
	const char *label, *href, *tone, *count;
	int64_t value;
};

static void put_tile(struct req *rq, struct node *tiles, const struct tile *t)
{
	struct node *n = put_map(tiles, NULL);

	put_text(n, "label", tr(rq, t->label));
	put_text(n, "value", number_text(rq->arena, t->value));
	put_text(n, "href", t->href);
	put_text(n, "tone", t->value ? t->tone : "");
	put_text(n, "count", t->count);
	put_text(n, "unit", "")->hidden = true;
	put_text(n, "note", "")->hidden = true;
}

static enum err put_tiles(struct req *rq)
{
	struct node *tiles = put_list(rq->view, "tiles");
	struct counts c;

	TRY(db_one(rq, &counts_model, &c,
		"SELECT (SELECT count(*) FROM pub_leads WHERE state IN ('new', 'second')"
		" AND (CAST($1 AS bigint) = 0 OR area = $1)) AS leads,"
		" (SELECT count(*) FROM pub_cases WHERE state = 'precheck'"
		" AND (CAST($1 AS bigint) = 0 OR area = $1)) AS prechecks,"
		" (SELECT count(*) FROM pub_cases WHERE state IN ('filed', 'told', 'heard',"
		" 'proposed', 'decided') AND (CAST($1 AS bigint) = 0 OR area = $1)) AS cases,"
		" (SELECT count(*) FROM pub_cameras WHERE state = 'open' AND live = 0"
		" AND (CAST($1 AS bigint) = 0 OR area = $1)) AS cameras,"
		" (SELECT count(*) FROM pub_operators WHERE state = 'ACTIVE'"
		" AND licence_valid_to >= $2 AND licence_valid_to <= $3"
		" AND (CAST($1 AS bigint) = 0 OR area = $1)) AS licences,"
		" (SELECT count(*) FROM pub_users WHERE state = 'active') AS accounts,"
		" (SELECT count(*) FROM pub_grid_work WHERE due_at < $4 AND CASE WHEN"
		" CAST($5 AS bigint) = 0 THEN CAST($1 AS bigint) = 0 OR area = $1 ELSE"
		" officer = $5 OR officer2 = $5 END) AS overdue",
		rq->user->area, TODAY(rq), TODAY(rq) + LICENCE_DAYS * DAY, rq->now,
		rq->user->role_id == ROLE_OFFICER ? rq->user->id : 0));
	const struct {
		enum right right;
		struct tile tile;
	} all[] = {
		{ TASK_READ, { "Overdue tasks", "/tasks", "red", "", c.overdue } },
		{ LEAD_READ, { "Leads to review", "/leads", "yellow", "leads", c.leads } },
		{ CASE_READ, { "Pre-checks", "/cases?state=precheck", "yellow", "", c.prechecks } },
		{ CASE_READ, { "Open cases", "/cases", "", "", c.cases } },
		{ CAMERA_READ, { "Cameras without a picture", "/cameras", "red", "", c.cameras } },
		{ OPERATOR_READ, { "Licences that end within 30 days", "/operators", "yellow", "",
					 c.licences } },
		{ USER_ADMIN, { "Accounts", "/users", "", "", c.accounts } },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (may(rq, all[i].right))
			put_tile(rq, tiles, &all[i].tile);
	return OK;
}

/* ---- what happened ------------------------------------------------------------------------- */
struct recent {
	int64_t seq, at, subject;
	const char *name, *actor_name, *operator_name;
};
static const struct model recent_model = MODEL("pub_ledger", struct recent,
	FIELDS(STORED(struct recent, seq), STORED(struct recent, at),
		STORED(struct recent, subject), STORED(struct recent, name),
		STORED(struct recent, actor_name), STORED(struct recent, operator_name)));

/* Among the last few thousand facts, so that a quiet area never costs a walk through the ledger. */
static enum err put_recent(struct req *rq)
{
	struct list l;
	struct node *list = put_list(rq->view, "timeline");
	int shown = 0;

	TRY(db_all(rq, &recent_model, &l,
		"SELECT l.seq, l.at, l.subject, l.name, l.actor_name,"
		" coalesce(o.name, '') AS operator_name"
		" FROM pub_ledger l LEFT JOIN pub_operators o ON o.id = l.entity"
		" WHERE l.seq > (SELECT coalesce(max(seq), 0) FROM pub_ledger) - $2"
		" AND (CAST($1 AS bigint) = 0 OR o.area = $1) ORDER BY l.seq DESC LIMIT $3",
		rq->user->area, (int)LOOK_BACK, (int)FETCHED));
	for (const struct recent *r = LIST_OF(struct recent, &l);
		r < LIST_END(struct recent, &l) && shown < RECENT; r++) {
		const struct fact_word *w = fact_word(r->name);
		if (!w || !may(rq, w->right))
			continue;
		struct node *n = put_map(list, NULL);
		put_text(n, "at", time_text(rq->arena, r->at));
		put_text(n, "title", fact_text(rq, r->name));
		put_text(n, "detail", r->operator_name);
		put_text(n, "href", fact_href(rq, r->name, r->subject));
		put_text(n, "tone", w->tone);
		put_text(n, "who", r->actor_name);
		shown++;
	}
	return OK;
}

/* ---- the page ------------------------------------------------------------------------------ */
/* A food business's own account has no desk: what it may see is its public page. */
static enum err to_own_page(struct req *rq)
{
	const char *code;

	TRY(db_text(rq, &code, "SELECT code FROM pub_operators WHERE id = $1", rq->user->entity));
	return redirect(rq, "/p/%s", code);
}

enum err desk(struct req *rq)
{
	struct node *groups;

	if (!role_of(rq->user->role_id)->bureau)
		return to_own_page(rq);
	TRY(put_tiles(rq));
	groups = put_list(rq->view, "groups");
	TRY(put_terms(rq, groups));
	TRY(put_case_waits(rq, groups));
	TRY(put_key(rq, groups));
	TRY(put_work_group(rq, groups));
	TRY(put_leads(rq, groups));
	TRY(put_cases(rq, groups));
	TRY(put_cameras(rq, groups));
	TRY(put_licences(rq, groups));
	TRY(put_papers(rq, groups));
	put_flag(rq->view, "nothing", !groups->count)->hidden = true;
	TRY(put_recent(rq));
	return page(rq, "command/desk");
}
