/* What becomes of a warning: raised, ended, answered by its task, dismissed by an officer. */
#include "domains/warnings/warnings.h"

#include "contracts/facts.h"

#include <string.h>

enum { TASK_WORDS = 200 };

enum err warning_load(struct req *rq, int64_t id, struct warning *w)
{
	TRY(db_one(rq, &warning_model, w, "SELECT * FROM warnings WHERE id = $1", id));
	return in_area(rq, w->area);
}

static enum err save(struct req *rq, struct warning *w)
{
	w->changed_by = rq->user->id;
	w->changed_at = rq->now;
	return w->version ? db_update(rq, &warning_model, w) : db_insert(rq, &warning_model, w);
}

/* What the officer of the cell reads on the list of tasks; the records are in Chinese. */
static const char *task_words(struct req *rq, const struct rule *r)
{
	const char *s = arena_printf(rq->arena, "%s：%s", r->title, r->check);

	return utf8_length(s) <= TASK_WORDS ? s : r->title;
}

enum err warning_raise(struct req *rq, struct warning *w, const struct rule *r)
{
	struct node *data = node_map(rq->arena);

	w->level = r->level;
	w->title = r->title;
	w->title_en = r->title_en;
	w->state = "open";
	w->until = 0;
	w->words = "";
	w->raised++;
	w->raised_at = rq->now;
	TRY(term_days(rq, rq->now, (int)r->task_days, &w->due_at));
	TRY(save(rq, w));
	put_text(data, "rule", w->rule);
	put_text(data, "cause", w->cause);
	put_text(data, "title", w->title);
	put_text(data, "level", w->level);
	put_text(data, "words", task_words(rq, r));
	put_int(data, "due_at", w->due_at);
	put_int(data, "at", w->at);
	put_int(data, "n", w->n);
	put_int(data, "raised", w->raised);
	put_text(data, "rule_version", w->rule_version);
	return emit(rq, WARNING_RAISED, w->id, w->operator, json_text(rq, data));
}

enum err warning_close(struct req *rq, struct warning *w, const char *words)
{
	w->state = "closed";
	w->until = 0;
	w->words = words;
	TRY(save(rq, w));
	return emit(rq, WARNING_CLOSED, w->id, w->operator,
		json_pairs(rq, "rule", w->rule, "words", words, NULL));
}

/* ---- its task was ended -----------------------------------------------------------------------
 */
/* Is the cause of this warning there now. Only asked of rules whose cause lasts. */
static enum err cause_there(
	struct req *rq, const struct warning *w, struct gathered *g, bool *there)
{
	*there = false;
	g->only = w->operator;
	TRY(causes_gather(rq, g, w->rule));
	for (size_t i = 0; i < g->n; i++)
		*there |= text_is(g->at[i].key, w->cause);
	return OK;
}

static const char *outcome_of(struct req *rq, const struct event *e)
{
	struct node *data;
	struct fault why = { 0 };
	const char *s = e->data ? e->data : "{}";

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)s, strlen(s) }, &data, &why))
		return "";
	return node_text(data, "outcome", "");
}

/* A cause that lasts although the task was done is looked at again after the days of its rule. */
enum err on_task_ended(struct req *rq, const struct event *e)
{
	struct gathered *g = NEW(rq->arena, struct gathered);
	struct warning w;
	struct rule r;
	bool there = false;
	enum err found = db_one(rq, &warning_model, &w,
		"SELECT w.* FROM warnings w JOIN pub_grid_tasks t ON t.ref = w.id WHERE t.id = $1 "
		"AND t.source = 'warning.raised' AND w.state = 'open'",
		e->subject);

	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	TRY(laws_load(rq, g));
	bool known = warning_rule(g->law, g->seasons, w.rule, &r);
	if (known && !r.ends_by_task)
		TRY(cause_there(rq, &w, g, &there));
	if (!known || task_ends(r.ends_by_task, there))
		return warning_close(rq, &w, outcome_of(rq, e));
	w.state = "answered";
	w.words = outcome_of(rq, e);
	w.until = g->today + r.again_days * DAY;
	TRY(save(rq, &w));
	return emit(rq, WARNING_ANSWERED, w.id, w.operator,
		json_pairs(rq, "rule", w.rule, "words", w.words, "until",
			date_text(rq->arena, w.until), NULL));
}

/* ---- an officer decides ------------------------------------------------------------------------
 */
enum err warning_dismiss(struct req *rq)
{
	struct warning w;
	const struct node *law;
	int64_t until = 0, today = midnight_of(rq->now);
	const char *reason = form_text(rq, "reason"), *why;

	TRY(warning_load(rq, rq->id, &w));
	if (!date_parse(form_text(rq, "until"), &until))
		until = 0;
	why = dismissal_wrong(w.state, reason, until, today);
	if (why)
		return fail(
			rq, text_is(w.state, "closed") ? E_CONFLICT : E_INVALID, "%s", tr(rq, why));
	TRY(rules(rq, "warnings/rules", rq->now, &law));
	int most = (int)node_int(law, "dismiss_days_most", 180);
	if (days_left(until, today) > most)
		return fail(rq, E_INVALID, "A warning is dismissed for at most %d days.", most);
	w.state = "dismissed";
	w.until = until;
	w.words = reason;
	TRY(save(rq, &w));
	TRY(emit(rq, WARNING_DISMISSED, w.id, w.operator,
		json_pairs(rq, "rule", w.rule, "reason", reason, "until",
			date_text(rq->arena, until), NULL)));
	notice(rq, "The warning was dismissed.");
	return redirect(rq, "/warnings/%" PRId64, w.id);
}

/* Dismissed by mistake, or answered and yet to be done again. */
enum err warning_reopen(struct req *rq)
{
	struct gathered *g = NEW(rq->arena, struct gathered);
	struct warning w;
	struct rule r;

	TRY(warning_load(rq, rq->id, &w));
	TRY(laws_load(rq, g));
	if (text_is(w.state, "open") || text_is(w.state, "closed"))
		return fail(
			rq, E_CONFLICT, "Only a dismissed or answered warning is opened again.");
	if (!warning_rule(g->law, g->seasons, w.rule, &r))
		return fail(rq, E_CONFLICT, "The rules do not know this kind of warning any more.");
	TRY(warning_raise(rq, &w, &r));
	notice(rq, "The warning is open again.");
	return redirect(rq, "/warnings/%" PRId64, w.id);
}

enum err warning_run(struct req *rq)
{
	TRY(job_add(rq, .kind = "warnings.look"));
	notice(rq, "The record is being looked through. It takes some seconds.");
	return redirect(rq, "/warnings");
}
