/* Tasks: opened by what other rooms tell, or by hand; handed over with a reason; brought before the
 * head when their day has passed; ended with what came of them. */
#include "domains/grid/tasks.h"

#include "contracts/facts.h"
#include "domains/grid/cells.h"

#include <string.h>

enum { SLICE = 200 };

/* ---- writing ------------------------------------------------------------------------------------
 */
enum err task_load(struct req *rq, int64_t id, struct task *t)
{
	TRY(db_one(rq, &task_model, t, "SELECT * FROM grid_tasks WHERE id = $1", id));
	if (t->officer == rq->user->id || t->officer2 == rq->user->id)
		return OK;
	return in_area(rq, t->area);
}

enum err task_open(struct req *rq, struct task *t)
{
	TRY(db_int(rq, &t->area, "SELECT area FROM pub_operators WHERE id = $1", t->operator));
	if (!t->officer)
		TRY(officer_of(rq, t->operator, & t->officer));
	t->due_at = day_of(t->due_at) + DAY - 1;
	t->state = "open";
	t->outcome = "";
	t->made_by = rq->user->id;
	t->made_at = rq->now;
	TRY(db_insert(rq, &task_model, t));
	return emit(rq, TASK_OPENED, t->id, t->operator, json_of(rq, &task_model, t));
}

enum err task_end(struct req *rq, struct task *t, const char *fact, const char *outcome)
{
	t->state = text_is(fact, TASK_DONE) ? "done" : "cancelled";
	t->outcome = outcome;
	t->done_by = rq->user->id;
	t->done_at = rq->now;
	TRY(db_update(rq, &task_model, t));
	return emit(rq, fact, t->id, t->operator, json_pairs(rq, "outcome", outcome, NULL));
}

/* ---- what other rooms tell
 * ----------------------------------------------------------------------- */
enum err on_draw_assigned(struct req *rq, const struct event *e)
{
	const struct node *data;

	TRY(event_data(rq, e, &data));
	struct task t = { .kind = "draw",
		.operator= e->entity,
		.officer = node_int(data, "inspector1", 0),
		.officer2 = node_int(data, "inspector2", 0),
		.source = e->name,
		.ref = e->subject,
		.words = node_text(data, "title", ""),
		.due_at = node_int(data, "due_at", 0) };
	return task_open(rq, &t);
}

static const char *moved_data(struct req *rq, int64_t from, int64_t to, const char *reason)
{
	return json_pairs(rq, "from", arena_printf(rq->arena, "%" PRId64, from), "to",
		arena_printf(rq->arena, "%" PRId64, to), "reason", reason, NULL);
}

enum err on_draw_exchanged(struct req *rq, const struct event *e)
{
	const struct node *data;
	struct list l;

	TRY(event_data(rq, e, &data));
	int64_t from = node_int(data, "inspector_from", 0), to = node_int(data, "inspector_to", 0);
	TRY(db_all(rq, &task_model, &l,
		"SELECT * FROM grid_tasks WHERE operator = $1 AND state = 'open' AND kind = 'draw' "
		"AND "
		"ref = $2",
		e->entity, e->subject));
	for (struct task *t = LIST_OF(struct task, &l); t < LIST_END(struct task, &l); t++) {
		if (t->officer == from)
			t->officer = to;
		else if (t->officer2 == from)
			t->officer2 = to;
		TRY(db_update(rq, &task_model, t));
		TRY(emit(rq, TASK_HANDED_OVER, t->id, t->operator,
			moved_data(rq, from, to, node_text(data, "words", ""))));
	}
	return OK;
}

/* An inspection by one of the two ends the task of a draw, and a visit that was asked for. */
enum err on_inspected(struct req *rq, const struct event *e)
{
	struct list l;

	TRY(db_all(rq, &task_model, &l,
		"SELECT * FROM grid_tasks WHERE operator = $1 AND state = 'open' AND kind IN "
		"('draw', "
		"'visit', 'recheck') AND (officer = $2 OR officer2 = $2)",
		e->entity, rq->user->id));
	for (struct task *t = LIST_OF(struct task, &l); t < LIST_END(struct task, &l); t++)
		TRY(task_end(rq, t, TASK_DONE,
			arena_printf(rq->arena, "/inspections/%" PRId64, e->subject)));
	return OK;
}

struct case_row {
	int64_t operator, officer1, officer2, due;
	const char *act_name;
};
static const struct model case_row_model = MODEL("pub_cases", struct case_row,
	FIELDS(STORED(struct case_row, operator), STORED(struct case_row, officer1),
		STORED(struct case_row, officer2), STORED(struct case_row, due),
		STORED(struct case_row, act_name)));

/* A task of the case's two officers. due: 0 is the day of its correction. */
static enum err case_task(struct req *rq, const struct event *e, const char *kind, int64_t due)
{
	struct case_row c;

	TRY(db_one(rq, &case_row_model, &c,
		"SELECT operator, officer1, officer2, correction_due AS due, act_name FROM "
		"pub_cases WHERE id = $1",
		e->subject));
	struct task t = { .kind = kind,
		.operator= c.operator,
		.officer = c.officer1,
		.officer2 = c.officer2,
		.source = e->name,
		.ref = e->subject,
		.words = c.act_name,
		.due_at = due ? due : c.due };
	return task_open(rq, &t);
}

enum err on_correction_ordered(struct req *rq, const struct event *e)
{
	return case_task(rq, e, "correction", 0);
}

/* The tasks of that kind which came from the case are done. */
static enum err of_case_done(struct req *rq, const struct event *e, const char *kind)
{
	struct list l;

	TRY(db_all(rq, &task_model, &l,
		"SELECT * FROM grid_tasks WHERE operator = $1 AND ref = $2 AND state = 'open' AND "
		"kind = $3",
		e->entity, e->subject, kind));
	for (struct task *t = LIST_OF(struct task, &l); t < LIST_END(struct task, &l); t++)
		TRY(task_end(
			rq, t, TASK_DONE, arena_printf(rq->arena, "/cases/%" PRId64, e->subject)));
	return OK;
}

enum err on_correction_accepted(struct req *rq, const struct event *e)
{
	return of_case_done(rq, e, "correction");
}

/* A review body or a court ordered a new decision: for the two officers of its case. */
enum err on_case_source(struct req *rq, const struct event *e)
{
	const struct node *data;

	TRY(event_data(rq, e, &data));
	return text_is(node_text(data, "kind", ""), "anew")
		       ? case_task(rq, e, "anew", node_int(data, "due_at", 0))
		       : OK;
}

enum err on_case_decided(struct req *rq, const struct event *e)
{
	return of_case_done(rq, e, "anew");
}

/* ---- early warnings -------------------------------------------------------------------------- */
enum err on_warning_raised(struct req *rq, const struct event *e)
{
	const struct node *data;
	int64_t there;

	TRY(event_data(rq, e, &data));
	TRY(db_int(rq, &there,
		"SELECT count(*) FROM grid_tasks WHERE operator = $1 AND ref = $2 AND state = "
		"'open' AND kind = 'warning'",
		e->entity, e->subject));
	if (there)
		return OK;
	struct task t = { .kind = "warning",
		.operator= e->entity,
		.source = e->name,
		.ref = e->subject,
		.words = node_text(data, "words", ""),
		.due_at = node_int(data, "due_at", 0) };
	return task_open(rq, &t);
}

/* A complaint to look into, a visit of the year's plan, a result to hand over: words, due_at. */
enum err on_visit_asked(struct req *rq, const struct event *e)
{
	const struct node *data;

	TRY(event_data(rq, e, &data));
	struct task t = { .kind = "visit",
		.operator= e->entity,
		.source = e->name,
		.ref = e->subject,
		.words = node_text(data, "words", ""),
		.due_at = node_int(data, "due_at", 0) };
	return task_open(rq, &t);
}

/* What it came from has ended by itself, or does not hold: nobody has to go. */
enum err on_source_ended(struct req *rq, const struct event *e)
{
	const struct node *data;
	struct list l;

	TRY(event_data(rq, e, &data));
	TRY(db_all(rq, &task_model, &l,
		"SELECT * FROM grid_tasks WHERE operator = $1 AND ref = $2 AND state = 'open'",
		e->entity, e->subject));
	const char *words = node_text(data, "reason", node_text(data, "words", ""));
	if (!*words)
		words = tr(rq, "What it came from has ended.");
	for (struct task *t = LIST_OF(struct task, &l); t < LIST_END(struct task, &l); t++)
		TRY(task_end(rq, t, TASK_LAPSED, words));
	return OK;
}

/* It lies elsewhere, perhaps; and when it has closed, nobody has to go there. */
enum err on_operator_changed(struct req *rq, const struct event *e)
{
	struct list l;
	const char *state;

	TRY(on_operator_placed(rq, e));
	TRY(db_text(rq, &state, "SELECT state FROM pub_operators WHERE id = $1", e->subject));
	if (!text_is(state, "CLOSED"))
		return OK;
	TRY(db_all(rq, &task_model, &l,
		"SELECT * FROM grid_tasks WHERE operator = $1 AND state = 'open' AND kind <> "
		"'correction'",
		e->subject));
	for (struct task *t = LIST_OF(struct task, &l); t < LIST_END(struct task, &l); t++)
		TRY(task_end(rq, t, TASK_CANCELLED, tr(rq, "The business has closed.")));
	return OK;
}

/* ---- the clock
 * ----------------------------------------------------------------------------------- */
/* The head of the town, or of the whole district; 0 when the bureau has none. */
static enum err head_of(struct req *rq, int64_t area, int64_t *head)
{
	enum err e = db_int(rq, head,
		"SELECT id FROM pub_users WHERE role = 'head' AND state = 'active' AND (area = $1 "
		"OR "
		"area = 0) ORDER BY area DESC, id LIMIT 1",
		area);

	if (e == E_NOT_FOUND)
		*head = 0;
	return e == E_NOT_FOUND ? OK : e;
}

enum err tasks_every_minute(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &task_model, &l,
		"SELECT * FROM grid_tasks WHERE state = 'open' AND escalated_at = 0 AND due_at < "
		"$1 "
		"ORDER BY due_at LIMIT $2",
		rq->now, (int)SLICE));
	for (struct task *t = LIST_OF(struct task, &l); t < LIST_END(struct task, &l); t++) {
		TRY(head_of(rq, t->area, &t->escalated_to));
		t->escalated_at = rq->now;
		TRY(db_update(rq, &task_model, t));
		TRY(emit(rq, TASK_ESCALATED, t->id, t->operator,
			json_pairs(rq, "to", arena_printf(rq->arena, "%" PRId64, t->escalated_to),
				NULL)));
	}
	return OK;
}
