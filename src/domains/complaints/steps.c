/* What officers do with one: accept, extend, decide, tell; find the business, send somebody, link;
 * and look at who sent it, which is written down. */
#include "domains/complaints/complaints.h"

#include "contracts/facts.h"

#include <string.h>

enum { WORDS = 500, TASK_DAYS = 5 };

static enum err back(struct req *rq, const struct complaint *c)
{
	notice(rq, "The change was kept.");
	return redirect(rq, "/complaints/%" PRId64, c->id);
}

static enum err words_asked(struct req *rq, const char *name, const char **out)
{
	*out = form_text(rq, name);
	if (utf8_length(*out) < 2 || utf8_length(*out) > WORDS)
		return fail(rq, E_INVALID, "Say it in 2 to 500 characters.");
	return OK;
}

static enum err allowed(struct req *rq, const char *why)
{
	return why ? fail(rq, E_CONFLICT, "%s", tr(rq, why)) : OK;
}

enum err complaint_accept(struct req *rq)
{
	struct complaint c;

	TRY(complaint_load(rq, rq->id, &c));
	TRY(complaint_accept_it(rq, &c));
	return back(rq, &c);
}

enum err complaint_extend(struct req *rq)
{
	struct complaint c;
	const struct node *law;
	const char *words;

	TRY(complaint_load(rq, rq->id, &c));
	TRY(allowed(rq, may_extend_complaint(c.kind, c.state, c.extended_at)));
	TRY(words_asked(rq, "words", &words));
	TRY(complaint_terms(rq, c.received_at, &law));
	c.extended_at = rq->now;
	TRY(term_workdays(rq, c.due_at, (int)node_int(law, "extend_workdays", 15), &c.due_at));
	TRY(complaint_save(rq, &c, COMPLAINT_EXTENDED, words));
	return back(rq, &c);
}

/* Whoever has to be told is told within so many working days; of others it ends here. */
enum err complaint_decide(struct req *rq)
{
	struct complaint c;
	const struct node *law;
	const char *outcome = form_text(rq, "outcome");

	TRY(complaint_load(rq, rq->id, &c));
	TRY(allowed(rq, may_decide_complaint(c.kind, c.state, outcome)));
	TRY(words_asked(rq, "words", &c.words));
	TRY(complaint_terms(rq, rq->now, &law));
	c.outcome = outcome;
	c.decided_at = rq->now;
	c.state = "decided";
	bool report = text_is(c.kind, "report");
	TRY(term_workdays(rq, rq->now,
		(int)node_int(law, report ? "answer_workdays" : "told_workdays", 5), &c.due_at));
	if (!has_to_be_told(c.kind, c.named)) {
		c.state = "closed";
		c.due_at = 0;
		c.closed_at = rq->now;
	}
	TRY(complaint_save(rq, &c, COMPLAINT_DECIDED, c.words));
	return back(rq, &c);
}

enum err complaint_answer(struct req *rq)
{
	struct complaint c;

	TRY(complaint_load(rq, rq->id, &c));
	TRY(allowed(rq, may_answer_complaint(c.state)));
	TRY(words_asked(rq, "way", &c.answer_way));
	c.answered_at = c.closed_at = rq->now;
	c.state = "closed";
	c.due_at = 0;
	TRY(complaint_save(rq, &c, COMPLAINT_ANSWERED, c.answer_way));
	return back(rq, &c);
}

/* ---- where it belongs -------------------------------------------------------------------------
 */
enum err complaint_place(struct req *rq)
{
	struct complaint c, found;

	TRY(complaint_load(rq, rq->id, &c));
	found = c;
	found.operator= 0;
	found.subject_no = form_text(rq, "licence");
	if (!*found.subject_no)
		return fail(rq, E_INVALID, "Enter a licence number or credit code.");
	found.subject_name = ""; /* by the number alone */
	TRY(complaint_match(rq, &found));
	if (!found.operator)
		return fail(rq, E_INVALID, "There is no business with this licence number.");
	c.operator= found.operator;
	c.area = found.area;
	c.subject_no = found.subject_no;
	TRY(complaint_save(rq, &c, COMPLAINT_PLACED, ""));
	/* another town's from now on: whoever moved it may not look any more */
	if (rq->user->area && rq->user->area != c.area) {
		notice(rq, "It was handed to the town of this business.");
		return redirect(rq, "/complaints");
	}
	return back(rq, &c);
}

enum err complaint_assign(struct req *rq)
{
	struct complaint c;
	int64_t due = 0, open;

	TRY(complaint_load(rq, rq->id, &c));
	if (!c.operator)
		return fail(rq, E_CONFLICT, "Say first which business it is about.");
	if (text_is(c.state, "closed") || text_is(c.state, "decided"))
		return fail(rq, E_CONFLICT, "This one has been decided.");
	TRY(db_int(rq, &open,
		"SELECT count(*) FROM pub_grid_tasks WHERE operator = $1 AND state = 'open' AND "
		"source = 'complaint.assigned' AND ref = $2",
		c.operator, c.id));
	if (open)
		return fail(rq, E_CONFLICT, "Somebody has been sent already.");
	if (!date_parse(form_text(rq, "due"), &due) || due + DAY <= rq->now)
		return fail(rq, E_INVALID, "Name a day to come.");
	struct node *data = node_map(rq->arena);
	put_text(data, "number", c.number);
	put_printf(data, "words", "核查%s %s：%s", text_is(c.kind, "report") ? "举报" : "投诉",
		c.number, c.matter);
	put_int(data, "due_at", due);
	TRY(emit(rq, COMPLAINT_ASSIGNED, c.id, c.operator, json_text(rq, data)));
	return back(rq, &c);
}

enum err complaint_link(struct req *rq)
{
	struct complaint c;
	const char *number = form_text(rq, "case");
	int64_t inspection = form_int(rq, "inspection", 0), id = 0;
	enum err e;

	TRY(complaint_load(rq, rq->id, &c));
	if (!c.operator)
		return fail(rq, E_CONFLICT, "Say first which business it is about.");
	if (*number) {
		e = db_int(rq, &id, "SELECT id FROM pub_cases WHERE operator = $1 AND number = $2",
			c.operator, number);
		if (e)
			return fail(rq, E_INVALID, "This business has no case of this number.");
		c.case_id = id;
	}
	if (inspection) {
		e = db_int(rq, &id,
			"SELECT id FROM pub_inspections WHERE operator = $1 AND id = $2",
			c.operator, inspection);
		if (e)
			return fail(rq, E_INVALID, "This business has no such inspection.");
		c.inspection = id;
	}
	if (!id)
		return fail(rq, E_INVALID, "Name a case or an inspection.");
	TRY(complaint_save(rq, &c, COMPLAINT_LINKED, number));
	return back(rq, &c);
}

/* ---- who sent it
 * ---------------------------------------------------------------------------------- */
enum err complaint_reporter(struct req *rq)
{
	struct complaint c;
	struct reporter r;
	const char *words;

	TRY(complaint_load(rq, rq->id, &c));
	TRY(words_asked(rq, "reason", &words));
	if (!c.named || c.erased_at)
		return fail(rq, E_NOT_FOUND, "Nothing is kept of who sent this.");
	TRY(db_one(rq, &reporter_model, &r,
		"SELECT * FROM complaint_reporters WHERE complaint = $1", c.id));
	TRY(emit(rq, COMPLAINT_SENDER_SEEN, c.id, c.operator,
		json_pairs(rq, "number", c.number, "reason", words, NULL)));
	put_printf(rq->view, "path", "/complaints/%" PRId64, c.id);
	put_text(rq->view, "number", c.number);
	show(rq, "reporter", &reporter_model, &r);
	return page(rq, "complaints/reporter");
}

/* ---- the officer of the cell was there
 * -------------------------------------------------------------- */
static int64_t inspection_in(const char *outcome)
{
	static const char path[] = "/inspections/";
	int64_t id = 0;

	if (text_starts(outcome, path) && !text_to_int(outcome + sizeof(path) - 1, &id))
		id = 0;
	return id;
}

enum err on_complaint_task_done(struct req *rq, const struct event *e)
{
	struct complaint c;
	const struct node *data;
	enum err found = db_one(rq, &complaint_model, &c,
		"SELECT c.* FROM complaints c JOIN pub_grid_tasks t ON t.ref = c.id WHERE t.id = "
		"$1 AND t.source = 'complaint.assigned'",
		e->subject);

	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	TRY(event_data(rq, e, &data));
	c.check_words = node_text(data, "outcome", "");
	c.checked_at = rq->now;
	if (inspection_in(c.check_words))
		c.inspection = inspection_in(c.check_words);
	return complaint_save(rq, &c, COMPLAINT_CHECKED, c.check_words);
}
