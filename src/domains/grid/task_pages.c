/* Screens of the tasks: mine, those of the station, one, a new one. */
#include "domains/grid/tasks.h"

#include "contracts/facts.h"
#include "domains/grid/cells.h"

enum { PAGE_ROWS = 50, WORDS_MAX = 200 };

const struct choice task_kinds[] = {
	{ "draw", "Inspection from a draw", "info" },
	{ "recheck", "Recheck", "info" },
	{ "warning", "Early warning", "yellow" },
	{ "lead", "Lead", "yellow" },
	{ "correction", "Correction due", "yellow" },
	{ "visit", "Visit", "info" },
	{ "anew", "Decide anew", "red" },
	{ 0 },
};
static const struct choice states[] = {
	{ "open", "To do", "yellow" },
	{ "done", "Done", "green" },
	{ "cancelled", "Cancelled", "neutral" },
	{ 0 },
};
static const struct choice clocks[] = {
	{ "over", "Overdue", "red" },
	{ "today", "Due today", "yellow" },
	{ "later", "In time", "green" },
	{ "", "Closed", "neutral" },
	{ 0 },
};

const struct model task_model = MODEL("grid_tasks", struct task, .witnessed = true,
	FIELDS(STORED(struct task, id, .as = AS_ID), STORED(struct task, version),
		INPUT(struct task, kind, "Kind of task", .required = true, .choices = task_kinds),
		STORED(struct task, operator, .as = AS_ID), STORED(struct task, area),
		STORED(struct task, officer, .as = AS_ID),
		STORED(struct task, officer2, .as = AS_ID), STORED(struct task, source),
		STORED(struct task, ref, .as = AS_ID),
		INPUT(struct task, words, "What is to be done", .required = true, .max = WORDS_MAX),
		INPUT(struct task, due_at, "Due on", .required = true, .as = AS_DATE),
		STORED(struct task, state, .choices = states),
		STORED(struct task, made_by, .as = AS_ID),
		STORED(struct task, made_at, .as = AS_TIME),
		STORED(struct task, escalated_at, .as = AS_TIME),
		STORED(struct task, escalated_to, .as = AS_ID),
		STORED(struct task, done_by, .as = AS_ID),
		STORED(struct task, done_at, .as = AS_TIME), STORED(struct task, outcome)));

/* ---- lists
 * --------------------------------------------------------------------------------------- */
struct task_row {
	int64_t id, operator;
	const char *kind, *operator_name, *address, *officer_name, *officer2_name, *words, *state;
	int64_t due_at, escalated_at;
	const char *clock;
};
static const struct model task_row_model = MODEL("grid_tasks", struct task_row,
	FIELDS(STORED(struct task_row, id, .as = AS_ID),
		STORED(struct task_row, operator, .as = AS_ID),
		STORED(struct task_row, kind, .choices = task_kinds),
		STORED(struct task_row, operator_name), STORED(struct task_row, address),
		STORED(struct task_row, officer_name), STORED(struct task_row, officer2_name),
		STORED(struct task_row, words), STORED(struct task_row, state, .choices = states),
		STORED(struct task_row, due_at, .as = AS_DATE),
		STORED(struct task_row, escalated_at, .as = AS_TIME),
		STORED(struct task_row, clock, .choices = clocks)));

static const char *clock_of(int64_t due, const char *state, int64_t now)
{
	if (!text_is(state, "open"))
		return "";
	return due < now ? "over" : due < day_of(now) + DAY ? "today" : "later";
}

/* ?of=all: everybody's of one's area; else one's own, and what was brought before one. */
enum err task_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *state = *query_text(rq, "state") ? query_text(rq, "state") : "open";
	bool all = text_is(query_text(rq, "of"), "all");

	TRY(db_all(rq, &task_row_model, &l,
		"SELECT t.id, t.operator, t.kind, o.name AS operator_name, o.address, "
		"coalesce(u.name, "
		"'') AS officer_name, coalesce(v.name, '') AS officer2_name, t.words, t.state, "
		"t.due_at, t.escalated_at, '' AS clock FROM grid_tasks t JOIN pub_operators o ON "
		"o.id = "
		"t.operator LEFT JOIN pub_users u ON u.id = t.officer LEFT JOIN pub_users v ON "
		"v.id = "
		"t.officer2 WHERE t.state = $1 AND (CAST($2 AS bigint) = 0 OR t.officer = $2 OR "
		"t.officer2 = $2 OR t.escalated_to = $2) AND (CAST($3 AS bigint) = 0 OR t.area = "
		"$3 OR "
		"t.officer = $4 OR t.officer2 = $4) ORDER BY t.due_at, t.id LIMIT $5 OFFSET $6",
		state, all ? 0 : rq->user->id, rq->user->area, rq->user->id, p.limit, p.offset));
	show_pages(rq, p, &l);
	for (struct task_row *t = LIST_OF(struct task_row, &l); t < LIST_END(struct task_row, &l);
		t++)
		t->clock = clock_of(t->due_at, t->state, rq->now);
	struct node *rows = show_table(rq, "rows", &task_row_model, &l);
	for (struct node *n = rows->first; n; n = n->next)
		put_flag(n, "late", node_int(n, "escalated_at", 0) != 0)->hidden = true;
	put_flag(rq->view, "all", all);
	put_flag(rq->view, "open", text_is(state, "open"));
	put_flag(rq->view, "done", text_is(state, "done"));
	put_flag(rq->view, "cancelled", text_is(state, "cancelled"));
	put_flag(rq->view, "may_write", may(rq, TASK_WRITE))->hidden = true;
	return page(rq, "grid/tasks");
}

/* ---- a new one
 * ----------------------------------------------------------------------------------- */
static enum err put_operator(struct req *rq, int64_t operator)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r, "SELECT name, area FROM pub_operators WHERE id = $1", operator));
	TRY(rows_next(r, &more));
	if (!more)
		return fail(rq, E_INVALID, "There is no business with this licence number.");
	put_text(rq->view, "operator_name", arena_dup(rq->arena, rows_text(r, 0)));
	int64_t area = rows_int(r, 1);
	rows_close(r);
	TRY(in_area(rq, area));
	put_printf(rq->view, "operator", "%" PRId64, operator);
	return OK;
}

static enum err operator_asked(struct req *rq, int64_t given, int64_t *operator)
{
	const char *licence =
		*form_text(rq, "licence") ? form_text(rq, "licence") : query_text(rq, "licence");
	*operator= given;
	if (!given && *licence) {
		enum err e = db_int(rq, operator,
			"SELECT id FROM pub_operators WHERE licence_no = $1", licence);
		if (e && e != E_NOT_FOUND)
			return e;
	}
	return OK;
}

enum err task_new(struct req *rq)
{
	struct task t = { .kind = "visit" };

	TRY(operator_asked(rq, query_int(rq, "operator", 0), &t.operator));
	put_flag(rq->view, "chosen", t.operator!= 0);
	put_text(rq->view, "licence", query_text(rq, "licence"));
	put_flag(rq->view, "unknown", !t.operator&& * query_text(rq, "licence"));
	if (t.operator)
		TRY(put_operator(rq, t.operator));
	show_form(rq, "form", &task_model, &t);
	return page(rq, "grid/task_form");
}

enum err task_create(struct req *rq)
{
	struct task t = { 0 };

	TRY(operator_asked(rq, form_int(rq, "operator", 0), &t.operator));
	enum err bad = form_read(rq, &task_model, &t);
	TRY(put_operator(rq, t.operator));
	if (!bad && (text_is(t.kind, "draw") || text_is(t.kind, "correction") ||
			    text_is(t.kind, "warning") || text_is(t.kind, "anew")))
		field_error(rq, "kind", "%s", tr(rq, "Tasks of this kind come by themselves."));
	if (!bad && t.due_at < day_of(rq->now))
		field_error(rq, "due_at", "%s", tr(rq, "This day has passed."));
	if (bad || form_failed(rq)) {
		put_flag(rq->view, "chosen", true);
		show_form(rq, "form", &task_model, &t);
		return form_again(rq, "grid/task_form");
	}
	t.source = "";
	TRY(task_open(rq, &t));
	notice(rq, t.officer ? "The task was given to the officer of the cell."
			     : "The task waits: nobody answers for this cell yet.");
	return redirect(rq, "/tasks/%" PRId64, t.id);
}

/* ---- one
 * ----------------------------------------------------------------------------------------- */
static bool own(struct req *rq, const struct task *t)
{
	return t->officer == rq->user->id || t->officer2 == rq->user->id;
}

/* Its officers, and who leads: head and command room, who are no officers of the grid themselves.
 */
static bool may_move(struct req *rq, const struct task *t)
{
	return may(rq, TASK_WRITE) && text_is(t->state, "open") &&
	       (own(rq, t) || rq->user->role_id != ROLE_OFFICER || !t->officer);
}

static const char *source_href(struct req *rq, const struct task *t)
{
	if (text_is(t->source, DRAW_ASSIGNED) && may(rq, DRAW_READ))
		return arena_printf(rq->arena, "/draws/%" PRId64, t->ref);
	if ((text_is(t->source, CASE_CORRECTION_ORDERED) ||
		    text_is(t->source, CASE_SOURCE_REGISTERED)) &&
		may(rq, CASE_READ))
		return arena_printf(rq->arena, "/cases/%" PRId64, t->ref);
	if (text_is(t->source, COMPLAINT_ASSIGNED) && may(rq, COMPLAINT_READ))
		return arena_printf(rq->arena, "/complaints/%" PRId64, t->ref);
	if (text_is(t->source, WARNING_RAISED))
		return arena_printf(rq->arena, "/warnings/%" PRId64, t->ref);
	return "";
}

static enum err put_task(struct req *rq, const struct task *t)
{
	struct node *rows = put_list(rq->view, "rows");
	const char *place, *second = person_name(rq, t->officer2);

	rows->hidden = true;
	TRY(db_text(rq, &place, "SELECT address FROM pub_operators WHERE id = $1", t->operator));
	put_summary_row(rq, rows, "Address", place);
	put_summary_row(rq, rows, "What is to be done", t->words);
	put_summary_row(rq, rows, "Due on", date_text(rq->arena, t->due_at));
	put_summary_row(rq, rows, "Officer", person_name(rq, t->officer));
	if (*second)
		put_summary_row(rq, rows, "Second officer", second);
	if (t->escalated_at)
		put_summary_row(rq, rows, "Brought before",
			arena_printf(rq->arena, "%s · %s", person_name(rq, t->escalated_to),
				time_text(rq->arena, t->escalated_at)));
	if (t->done_at)
		put_summary_row(rq, rows, "Outcome", t->outcome);
	return OK;
}

enum err task_page(struct req *rq)
{
	struct task t;
	const char *name;

	TRY(task_load(rq, rq->id, &t));
	show(rq, "task", &task_model, &t);
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", t.operator));
	put_text(rq->view, "operator_name", name);
	put_text(rq->view, "source_href", source_href(rq, &t));
	TRY(put_task(rq, &t));
	TRY(put_history(rq, t.id));
	bool move = may_move(rq, &t);
	put_flag(rq->view, "may_finish", move)->hidden = true;
	put_flag(rq->view, "may_hand_over", move && !text_is(t.kind, "draw"))->hidden = true;
	put_flag(rq->view, "from_draw", move && text_is(t.kind, "draw"))->hidden = true;
	if (move)
		TRY(put_officers(rq, "officers", t.area, 0));
	return page(rq, "grid/task");
}

enum err task_hand_over(struct req *rq)
{
	struct task t;
	int64_t to = form_int(rq, "officer", 0), fits;
	const char *reason = form_text(rq, "reason");

	TRY(task_load(rq, rq->id, &t));
	if (!may_move(rq, &t))
		return fail(rq, E_CONFLICT, "This task is not yours to move, or it is closed.");
	if (text_is(t.kind, "draw"))
		return fail(
			rq, E_CONFLICT, "Inspectors of a draw are exchanged by the draw alone.");
	TRY(db_int(rq, &fits,
		"SELECT count(*) FROM pub_officers WHERE officer = $1 AND (area = 0 OR area = $2)",
		to, t.area));
	if (!fits || to == t.officer)
		return fail(rq, E_INVALID, "Choose another officer of this station.");
	if (!*reason || utf8_length(reason) > WORDS_MAX)
		return fail(rq, E_INVALID, "Say why it is handed over.");
	const char *data = json_pairs(rq, "from", arena_printf(rq->arena, "%" PRId64, t.officer),
		"to", arena_printf(rq->arena, "%" PRId64, to), "reason", reason, NULL);
	if (t.officer2 == to)
		t.officer2 = t.officer;
	t.officer = to;
	TRY(db_update(rq, &task_model, &t));
	TRY(emit(rq, TASK_HANDED_OVER, t.id, t.operator, data));
	notice(rq, "The task was handed over.");
	return redirect(rq, "/tasks/%" PRId64, t.id);
}

enum err task_finish(struct req *rq)
{
	struct task t;
	const char *outcome = form_text(rq, "outcome");
	bool cancel = form_flag(rq, "cancel");

	TRY(task_load(rq, rq->id, &t));
	if (!may_move(rq, &t))
		return fail(rq, E_CONFLICT, "This task is not yours to move, or it is closed.");
	if (text_is(t.kind, "draw"))
		return fail(rq, E_CONFLICT, "The inspection itself ends this task: record it.");
	if (!*outcome || utf8_length(outcome) > WORDS_MAX)
		return fail(rq, E_INVALID, "Say what came of it, or name the record.");
	TRY(task_end(rq, &t, cancel ? TASK_CANCELLED : TASK_DONE, outcome));
	notice(rq, "The change was kept.");
	return redirect(rq, "/tasks/%" PRId64, t.id);
}
