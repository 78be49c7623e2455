/* Screens: the register, one of them, a new one. Who sent it is never among them. */
#include "domains/complaints/complaints.h"

#include "contracts/facts.h"

enum { PAGE_ROWS = 50, HISTORY_ROWS = 50, TASK_DAYS = 5 };

/* ---- the register ------------------------------------------------------------------------------
 */
struct line {
	int64_t id;
	const char *number, *kind, *matter, *subject_name, *operator_name, *town, *source, *state,
		*outcome, *clock;
	int64_t received_at, due_at, operator, closed_at;
};
static const struct model line_model = MODEL("complaints", struct line,
	FIELDS(STORED(struct line, id, .as = AS_ID), STORED(struct line, number),
		STORED(struct line, kind, .choices = complaint_kinds), STORED(struct line, matter),
		STORED(struct line, subject_name), STORED(struct line, operator_name),
		STORED(struct line, town),
		STORED(struct line, source, .choices = complaint_sources),
		STORED(struct line, state, .choices = complaint_states),
		STORED(struct line, outcome, .choices = complaint_outcomes),
		STORED(struct line, clock, .choices = complaint_clocks),
		STORED(struct line, received_at, .as = AS_DATE),
		STORED(struct line, due_at, .as = AS_DATE),
		STORED(struct line, operator, .as = AS_ID),
		STORED(struct line, closed_at, .as = AS_TIME)));

static const char *const clock_codes[] = { "", "time", "soon", "over" };

static enum err clock_of(struct req *rq, const char *state, int64_t due, const char **out)
{
	int left = 0;

	if (due)
		TRY(workdays_left(rq, due, &left));
	*out = clock_codes[complaint_clock(state, left)];
	return OK;
}

static void put_choices(
	struct req *rq, const char *name, const struct choice *c, const char *chosen)
{
	struct node *list = put_list(rq->view, name);

	list->hidden = true;
	for (; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(c->code, chosen));
	}
}

static enum err put_areas(struct req *rq)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "areas");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE name_en END FROM "
		"pub_areas WHERE CAST($1 AS bigint) = 0 OR id = $1 ORDER BY id",
		rq->user->area, rq->zh));
	return options_of(rq, r, list, query_int(rq, "area", 0));
}

/* Without a state: those not closed. The clock that ends first is on top. */
enum err complaint_list(struct req *rq)
{
	struct paging p = paging(rq, PAGE_ROWS);
	struct list l;
	const char *state = query_text(rq, "state"), *q = query_text(rq, "q");
	int64_t area = rq->user->area ? rq->user->area : query_int(rq, "area", 0);

	TRY(db_all(rq, &line_model, &l,
		"SELECT c.id, c.number, c.kind, c.matter, c.subject_name, coalesce(o.name, '') AS "
		"operator_name, coalesce(CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE "
		"a.name_en END, '') AS town, c.source, c.state, c.outcome, '' AS clock, "
		"c.received_at, c.due_at, c.operator, c.closed_at FROM complaints c LEFT JOIN "
		"pub_operators o ON o.id = c.operator LEFT JOIN pub_areas a ON a.id = c.area WHERE "
		"(CAST($2 AS bigint) = 0 OR c.area = $2) AND ($3 = 'all' OR ($3 = '' AND c.state "
		"<> 'closed') OR c.state = $3) AND ($4 = '' OR c.kind = $4) AND ($5 = '' OR "
		"c.number = $5 OR c.subject_name LIKE $6) AND (CAST($7 AS bigint) = 0 OR "
		"c.operator = $7) AND ($8 = '' OR (c.state <> 'closed' AND c.due_at < $9)) ORDER "
		"BY CASE WHEN c.state = 'closed' THEN 1 ELSE 0 END, c.due_at, c.id LIMIT $10 "
		"OFFSET $11",
		rq->zh, area, state, query_text(rq, "kind"), q,
		(const char *)arena_printf(rq->arena, "%%%s%%", q), query_int(rq, "operator", 0),
		query_text(rq, "clock"), rq->now, p.limit, p.offset));
	show_pages(rq, p, &l);
	for (struct line *x = LIST_OF(struct line, &l); x < LIST_END(struct line, &l); x++)
		TRY(clock_of(rq, x->state, x->due_at, &x->clock));
	show_table(rq, "complaints", &line_model, &l);
	put_choices(rq, "states", complaint_states, state);
	put_choices(rq, "kinds", complaint_kinds, query_text(rq, "kind"));
	TRY(put_areas(rq));
	put_text(rq->view, "q", q);
	put_flag(rq->view, "all_selected", text_is(state, "all"))->hidden = true;
	put_flag(rq->view, "over_selected", *query_text(rq, "clock"))->hidden = true;
	put_text(rq->view, "operator", query_text(rq, "operator"))->hidden = true;
	put_flag(rq->view, "may_write", may(rq, COMPLAINT_WRITE))->hidden = true;
	return page(rq, "complaints/list");
}

/* ---- a new one
 * ------------------------------------------------------------------------------------ */
enum err complaint_new(struct req *rq)
{
	struct complaint c = { .kind = "complaint", .source = "phone", .received_at = rq->now };
	struct reporter r = { 0 };

	show_form(rq, "form", &complaint_model, &c);
	show_form(rq, "sender", &reporter_model, &r);
	return page(rq, "complaints/form");
}

enum err complaint_create(struct req *rq)
{
	struct complaint c = { 0 };
	struct reporter r = { 0 };
	enum err bad = form_read(rq, &complaint_model, &c),
		 bad2 = form_read(rq, &reporter_model, &r);

	if (!bad && c.received_at > rq->now)
		field_error(rq, "received_at", "The day lies in the future.");
	if (bad || bad2 || form_failed(rq)) {
		show_form(rq, "form", &complaint_model, &c);
		show_form(rq, "sender", &reporter_model, &r);
		return form_again(rq, "complaints/form");
	}
	TRY(complaint_receive(rq, &c, &r));
	if (rq->user->area && c.area != rq->user->area) {
		notice(rq, "It was handed to the town of this business.");
		return redirect(rq, "/complaints");
	}
	notice(rq, "Entered.");
	return redirect(rq, "/complaints/%" PRId64, c.id);
}

/* ---- one
 * ------------------------------------------------------------------------------------------- */
static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

/* When something was done, and its words. */
static const char *done_text(struct req *rq, int64_t at, const char *words)
{
	return at ? arena_printf(rq->arena, "%s %s", time_text(rq->arena, at), words) : "";
}

static void put_done(struct req *rq, struct node *rows, const char *label, const char *done)
{
	if (*done)
		put_row(rq, rows, label, done);
}

static void put_summary(struct req *rq, const struct complaint *c)
{
	struct node *rows = put_list(rq->view, "rows");

	rows->hidden = true;
	put_row(rq, rows, "Source", tr(rq, choice_label(complaint_sources, c->source)));
	put_row(rq, rows, "Received on", date_text(rq->arena, c->received_at));
	put_row(rq, rows, "Matter", c->matter);
	put_row(rq, rows, "Business it is about",
		arena_printf(rq->arena, "%s %s", c->subject_name, c->subject_address));
	put_row(rq, rows, "What is complained about",
		c->erased_at ? tr(rq, "Erased, as the term of keeping is over.") : c->text);
	put_row(rq, rows, "Sender", tr(rq, c->named ? "Named; kept apart" : "Anonymous"));
	put_done(rq, rows, "Accepted", done_text(rq, c->accepted_at, ""));
	put_done(rq, rows, "Extended", done_text(rq, c->extended_at, ""));
	put_done(rq, rows, "Checked on site", done_text(rq, c->checked_at, c->check_words));
	put_done(rq, rows, "Decided",
		done_text(rq, c->decided_at,
			arena_printf(rq->arena, "%s · %s",
				tr(rq, choice_label(complaint_outcomes, c->outcome)), c->words)));
	put_done(rq, rows, "Sender told", done_text(rq, c->answered_at, c->answer_way));
}

static enum err put_clock(struct req *rq, const struct complaint *c)
{
	static const struct choice tones[] = { { "over", "", "red" }, { "soon", "", "yellow" },
		{ "time", "", "green" }, { NULL } };
	static const struct choice names[] = { { "received", "Accept or refuse" },
		{ "accepted", "End the mediation" }, { "decided", "Tell the sender" }, { NULL } };
	const char *code;
	int left;

	if (!c->due_at)
		return OK;
	TRY(workdays_left(rq, c->due_at, &left));
	TRY(clock_of(rq, c->state, c->due_at, &code));
	struct node *n = put_map(rq->view, "clock");
	bool check = text_is(c->kind, "report") && text_is(c->state, "received");
	put_text(n, "label",
		tr(rq, check ? "Check the report, decide whether to file"
			     : choice_label(names, c->state)));
	put_text(n, "due", date_text(rq->arena, c->due_at));
	put_text(n, "left",
		left < 0 ? tr(rq, "Overdue")
			 : arena_printf(rq->arena, tr(rq, "%d working days left"), left));
	const char *tone = "green";
	for (const struct choice *t = tones; t->code; t++)
		if (text_is(t->code, code))
			tone = t->tone;
	put_text(n, "tone", tone);
	put_text(n, "clause", c->rule_version);
	put_text(n, "due_iso", time_iso(rq->arena, c->due_at));
	return OK;
}

static const struct choice titles[] = {
	{ COMPLAINT_RECEIVED, "Complaint or report received", "" },
	{ COMPLAINT_PLACED, "Business of a complaint found", "" },
	{ COMPLAINT_ACCEPTED, "Complaint accepted", "" },
	{ COMPLAINT_EXTENDED, "Check of a report extended", "" },
	{ COMPLAINT_ASSIGNED, "Somebody sent for a complaint", "" },
	{ COMPLAINT_CHECKED, "Complaint checked on site", "" },
	{ COMPLAINT_LINKED, "Complaint linked to a case or an inspection", "" },
	{ COMPLAINT_DECIDED, "Complaint or report decided", "" },
	{ COMPLAINT_ANSWERED, "Sender of a complaint told", "" },
	{ COMPLAINT_SENDER_SEEN, "Sender of a complaint looked at", "" },
	{ COMPLAINT_ERASED, "Text and sender of a complaint erased", "" },
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

static void put_outcomes(struct req *rq, const struct complaint *c)
{
	struct node *list = put_list(rq->view, "outcomes");

	list->hidden = true;
	for (const struct choice *o = complaint_outcomes; o->code; o++) {
		if (may_decide_complaint(c->kind, c->state, o->code))
			continue;
		struct node *n = put_map(list, NULL);
		put_text(n, "value", o->code);
		put_text(n, "label", tr(rq, o->label));
	}
}

/* What this person may do with it now; task: somebody is on the way. */
static void put_may(struct req *rq, const struct complaint *c, int64_t task)
{
	bool write = may(rq, COMPLAINT_WRITE), open = !c->decided_at;
	struct node *can = put_map(rq->view, "can");

	can->hidden = true;
	put_flag(can, "accept", write && !may_accept_complaint(c->kind, c->state));
	put_flag(can, "decide", write && open);
	put_flag(can, "extend", write && !may_extend_complaint(c->kind, c->state, c->extended_at));
	put_flag(can, "answer", write && !may_answer_complaint(c->state));
	put_flag(can, "place", write && open);
	put_flag(can, "assign", write && open && c->operator&& !task);
	put_flag(can, "link", write && c->operator);
	put_flag(can, "sender", write && c->named && !c->erased_at);
	put_text(can, "due", date_text(rq->arena, rq->now + TASK_DAYS * DAY));
}

static enum err put_steps(struct req *rq, const struct complaint *c)
{
	int64_t task = 0;
	enum err e = db_int(rq, &task,
		"SELECT id FROM pub_grid_tasks WHERE operator = $1 AND state = 'open' AND source = "
		"'complaint.assigned' AND ref = $2",
		c->operator, c->id);

	if (e && e != E_NOT_FOUND)
		return e;
	put_text(rq->view, "task", task ? arena_printf(rq->arena, "%" PRId64, task) : "");
	put_may(rq, c, task);
	put_outcomes(rq, c);
	return OK;
}

enum err complaint_page(struct req *rq)
{
	struct complaint c;
	const char *name = "";

	TRY(complaint_load(rq, rq->id, &c));
	show(rq, "complaint", &complaint_model, &c);
	if (c.operator)
		TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", c.operator));
	put_text(rq->view, "operator_name", name);
	put_flag(rq->view, "placed", c.operator!= 0)->hidden = true;
	put_flag(rq->view, "has_case", c.case_id != 0 && may(rq, CASE_READ))->hidden = true;
	put_flag(rq->view, "has_inspection", c.inspection != 0)->hidden = true;
	put_summary(rq, &c);
	TRY(put_clock(rq, &c));
	TRY(put_steps(rq, &c));
	TRY(put_history(rq, c.id));
	return page(rq, "complaints/one");
}
