/* Officers' and leaders' steps: load, check against the rule, change, record, answer. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"

#include <stdio.h>

enum { WORDS_CHARS = 1000, PARTS = 24 };

static enum err back(struct req *rq)
{
	return redirect(rq, "/cases/%" PRId64 "/fine", rq->id);
}

static enum err load(struct req *rq, struct fine *f, struct fine_facts *facts)
{
	TRY(fine_of_case(rq, rq->id, f));
	return fine_facts_of(rq, f, facts);
}

static enum err not_too_long(struct req *rq, const char *words)
{
	return utf8_length(words) > WORDS_CHARS
		       ? fail(rq, E_INVALID, "At most 1,000 characters, please.")
		       : OK;
}

/* A slip with the term's day on it, once the decision has been served. */
enum err fine_slip(struct req *rq)
{
	struct fine f;

	TRY(fine_of_case(rq, rq->id, &f));
	if (f.settled_at)
		return fail(rq, E_CONFLICT, "This fine is settled.");
	TRY(fine_slip_order(rq, &f));
	TRY(fine_save(rq, &f, FINE_SLIP_ORDERED, json_pairs(rq, "code", f.slip_code, NULL)));
	notice(rq, "The slip is being made.");
	return back(rq);
}

/* ---- later, or in parts -----------------------------------------------------------------------
 */
struct wanted {
	int64_t due[PARTS], fen[PARTS];
	size_t n;
};

static enum err parts_read(struct req *rq, struct wanted *w)
{
	const struct node *law;
	char name[16];

	TRY(fine_terms(rq, rq->now, &law));
	size_t most = (size_t)node_int(law, "parts_most", 12);
	for (size_t i = 1; i <= PARTS && i <= most; i++) {
		snprintf(name, sizeof(name), "due%zu", i);
		const char *day = form_text(rq, name);
		snprintf(name, sizeof(name), "amount%zu", i);
		const char *amount = form_text(rq, name);
		if (!*day && !*amount)
			continue;
		int64_t at;
		if (!date_parse(day, &at) || !money_read(amount, &w->fen[w->n]))
			return fail(rq, E_INVALID,
				"Part %zu needs a day and an amount in yuan, such as 500.00.", i);
		TRY(term_days(rq, at, 0, &w->due[w->n]));
		w->n++;
	}
	return OK;
}

enum err fine_plan_propose(struct req *rq)
{
	struct fine f;
	struct fine_facts facts;
	struct wanted w = { .n = 0 };
	const char *opinion = form_text(rq, "opinion"), *why;

	TRY(load(rq, &f, &facts));
	TRY(fine_allow(rq, may_propose_plan(&facts, opinion)));
	TRY(not_too_long(rq, opinion));
	if (rq->user->id != f.officer1 && rq->user->id != f.officer2)
		return fail(rq, E_FORBIDDEN, "Only the officers of the case propose a plan.");
	TRY(parts_read(rq, &w));
	if ((why = plan_wrong(&facts, w.due, w.fen, w.n)))
		return fail(rq, E_INVALID, "%s (%s)", tr(rq, why), fine_money(rq, facts.owed_fen));
	for (size_t i = 0; i < w.n; i++) {
		struct fine_part p = {
			.fine = f.id, .n = (int64_t)i + 1, .due = w.due[i], .fen = w.fen[i]
		};
		TRY(db_insert(rq, &fine_part_model, &p));
	}
	f.plan_state = "proposed";
	f.plan_by = rq->user->id;
	f.plan_opinion = opinion;
	TRY(fine_save(rq, &f, FINE_PLAN_PROPOSED,
		json_pairs(rq, "opinion", opinion, "last", date_text(rq->arena, w.due[w.n - 1]),
			NULL)));
	notice(rq, "Proposed. A leader now approves or refuses it.");
	return back(rq);
}

static enum err plan_starts(struct req *rq, struct fine *f)
{
	struct list l;

	TRY(db_all(rq, &fine_part_model, &l,
		"SELECT * FROM fine_parts WHERE fine = $1 AND dropped_at = 0 ORDER BY n", f->id));
	TRY(fine_clock_stop(rq, f, "pay", 0));
	for (struct fine_part *p = LIST_OF(struct fine_part, &l);
		p < LIST_END(struct fine_part, &l); p++) {
		TRY(fine_clock_start(
			rq, (struct fine_clock){ .fine = f->id, .kind = "part", .due = p->due }));
		f->plan_until = p->due;
	}
	f->state = "deferred";
	return fine_court_watch(rq, f); /* from the end of the plan on (O2 76) */
}

/* A refused proposal's parts are of no use: a new request brings new ones. */
static enum err parts_dropped(struct req *rq, struct fine *f)
{
	struct list l;

	TRY(db_all(rq, &fine_part_model, &l,
		"SELECT * FROM fine_parts WHERE fine = $1 AND dropped_at = 0 ORDER BY n", f->id));
	for (struct fine_part *p = LIST_OF(struct fine_part, &l);
		p < LIST_END(struct fine_part, &l); p++) {
		p->dropped_at = rq->now;
		TRY(db_update(rq, &fine_part_model, p));
	}
	return OK;
}

enum err fine_plan_decide(struct req *rq)
{
	struct fine f;
	struct fine_facts facts;
	const char *reason = form_text(rq, "reason"), *verdict = form_text(rq, "verdict");
	bool yes = text_is(verdict, "approve");

	TRY(load(rq, &f, &facts));
	TRY(fine_allow(rq, may_decide_plan(&facts, rq->user->id, reason)));
	TRY(not_too_long(rq, reason));
	if (!yes && !text_is(verdict, "refuse"))
		return fail(rq, E_INVALID, "Choose to approve or to refuse the plan.");
	f.plan_state = yes ? "approved" : "refused";
	f.plan_decided_by = rq->user->id;
	f.plan_decided_at = rq->now;
	f.plan_reason = reason;
	TRY(yes ? plan_starts(rq, &f) : parts_dropped(rq, &f));
	TRY(fine_plan_order(rq, &f));
	TRY(fine_save(rq, &f, FINE_PLAN_DECIDED,
		json_pairs(rq, "verdict", verdict, "reason", reason, NULL)));
	TRY(fine_tell_party(rq, &f,
		yes ? "您的延期（分期）缴纳申请已批准。" : "您的延期（分期）缴纳申请未获批准。"));
	notice(rq, "Decided. The party is told in writing.");
	return back(rq);
}

/* ---- demand and court --------------------------------------------------------------------------
 */
enum err fine_demand(struct req *rq)
{
	struct fine f;
	struct fine_facts facts;

	TRY(load(rq, &f, &facts));
	TRY(fine_allow(rq, may_demand(&facts)));
	f.demanded_at = rq->now;
	f.state = "demanded";
	TRY(fine_demand_order(rq, &f));
	TRY(fine_save(rq, &f, FINE_DEMANDED,
		json_pairs(rq, "owed", fine_number(rq, facts.owed_fen), NULL)));
	notice(rq,
		"The demand is being made. Serve it: the ten working days run from its service.");
	return back(rq);
}

enum err fine_demand_judge(struct req *rq)
{
	struct fine f;
	struct fine_facts facts;
	const char *view = form_text(rq, "view");

	TRY(load(rq, &f, &facts));
	TRY(fine_allow(rq, may_judge_demand(&facts, view)));
	TRY(not_too_long(rq, view));
	f.demand_view = view;
	TRY(fine_save(rq, &f, FINE_DEMAND_JUDGED, json_pairs(rq, "view", view, NULL)));
	return back(rq);
}

/* Signed by a leader (AEL 55). */
enum err fine_apply(struct req *rq)
{
	struct fine f;
	struct fine_facts facts;

	TRY(load(rq, &f, &facts));
	TRY(fine_allow(rq, may_apply_to_court(&facts)));
	f.court_at = rq->now;
	f.state = "court";
	TRY(fine_court_order(rq, &f));
	TRY(fine_clock_stop(rq, &f, "court", 0));
	TRY(fine_clock_stop(rq, &f, "demand", 0));
	TRY(fine_save(rq, &f, FINE_COURT_APPLIED,
		json_pairs(rq, "owed", fine_number(rq, facts.owed_fen), NULL)));
	notice(rq, "The application is being made.");
	return back(rq);
}

enum err fine_court_note(struct req *rq)
{
	struct fine f;
	struct fine_facts facts;
	const char *result = form_text(rq, "result"), *words = form_text(rq, "words");

	TRY(load(rq, &f, &facts));
	TRY(fine_allow(rq, may_note_court(&facts)));
	if (text_is(choice_label(fine_court_results, result), result) || !*words)
		return fail(rq, E_INVALID, "Choose what the court said, with number and day.");
	TRY(not_too_long(rq, words));
	f.court_result = result;
	f.court_words = words;
	TRY(fine_save(rq, &f, FINE_COURT_ANSWERED,
		json_pairs(rq, "result", result, "words", words, NULL)));
	return back(rq);
}

/* End of the execution without full payment (AEL 40; O2 77(2)): a leader's decision. */
enum err fine_end(struct req *rq)
{
	struct fine f;
	struct fine_facts facts;
	const char *ground = form_text(rq, "ground"), *reason = form_text(rq, "reason");

	TRY(load(rq, &f, &facts));
	bool known = !text_is(choice_label(fine_ends, ground), ground) && !text_is(ground, "paid");
	TRY(fine_allow(rq, may_end_fine(&facts, known ? reason : "")));
	TRY(not_too_long(rq, reason));
	struct fine_account *a = NEW(rq->arena, struct fine_account);
	TRY(fine_count(rq, &f, a));
	f.late_fen = a->late_fen;
	TRY(fine_settle(rq, &f, ground, reason));
	notice(rq, "The execution has ended.");
	return back(rq);
}
