/* What a leader approves: asked by an officer with its reason, answered once by somebody who is not
 * an officer of the case; what it changes happens with the answer, or not at all. */
#include "contracts/facts.h"
#include "domains/cases/weighing.h"

struct matter {
	const char *code;
	enum step step; /* whose needs must still be met when it is granted */
	enum err (*grant)(struct req *rq, struct course *k, struct approval *a);
	const char *fact; /* told after the answer, with the case; or NULL */
};

/* ---- what each changes ------------------------------------------------ */
static enum err grant_precheck(struct req *rq, struct course *k, struct approval *a)
{
	TRY(term_workdays(rq, k->c.precheck_due, course_term(k, "precheck_extension_workdays", 15),
		&k->c.precheck_due));
	return paper_matter(rq, k, a, &a->paper);
}

static enum err grant_filing(struct req *rq, struct course *k, struct approval *a)
{
	struct proceeding p = { .case_id = k->c.id,
		.procedure = "ordinary",
		.reason = a->words,
		.chosen_by = a->asked_by,
		.chosen_at = rq->now,
		.outcome_item = "" };
	int64_t source;

	TRY(case_number_take(rq, &k->c.number));
	k->c.state = "filed";
	k->c.filed_at = rq->now;
	k->c.filed_reason = a->words;
	TRY(term_days(rq, rq->now, (int)act_term(rq, "decide_days", 90), &k->c.decide_due));
	TRY(course_add(rq, k, &(struct written){ &proceeding_model, &p, CASE_PROCEDURE_CHOSEN }));
	TRY(paper_source(rq, k, &source));
	return paper_filing(rq, k, a, &a->paper);
}

/* Until the leader answers, another offence may have been decided. */
static enum err still_first(struct req *rq, struct course *k)
{
	const struct node *lists;
	struct priors priors;

	TRY(rules(rq, "cases/exempt", rq->now, &lists));
	TRY(priors_load(rq, &k->c, &priors));
	const struct prior_offence *prior = prior_on_file(lists, &k->c, &priors);
	return prior ? fail(rq, E_CONFLICT,
			       "It is not a first offence: one was decided on %s (APL article 33).",
			       date_text(rq->arena, prior->at))
		     : OK;
}

static enum err grant_not_filing(struct req *rq, struct course *k, struct approval *a)
{
	if (text_is(a->cause, "first"))
		TRY(still_first(rq, k));
	k->c.state = "not_filed";
	k->c.filed_reason = a->words;
	k->c.closed_at = rq->now;
	k->c.close_reason = "不予立案";
	return paper_filing(rq, k, a, &a->paper);
}

/* The ordinary procedure gives its own notice. What was told in the simple one, and what the party
 * said to it, is kept: the penalty does not go beyond it without new facts (APL 45). */
static enum err grant_ordinary(struct req *rq, struct course *k, struct approval *a)
{
	struct proceeding p = k->proceeding;

	p.case_id = k->c.id;
	p.procedure = "ordinary";
	p.reason = a->words;
	p.chosen_by = a->asked_by;
	p.chosen_at = rq->now;
	p.outcome_item = p.outcome_item ? p.outcome_item : "";
	k->c.state = "filed";
	TRY(told_before_keep(rq, k));
	TRY(p.id ? course_change(
			   rq, k, &(struct written){ &proceeding_model, &p, CASE_PROCEDURE_CHOSEN })
		 : course_add(rq, k,
			   &(struct written){ &proceeding_model, &p, CASE_PROCEDURE_CHOSEN }));
	return paper_filing(rq, k, a, &a->paper);
}

static enum err grant_suspension(struct req *rq, struct course *k, struct approval *a)
{
	TRY(span_open(rq, k, "suspension", a->cause));
	return paper_matter(rq, k, a, &a->paper);
}

static enum err grant_paper(struct req *rq, struct course *k, struct approval *a)
{
	return paper_matter(rq, k, a, &a->paper);
}

static enum err grant_end(struct req *rq, struct course *k, struct approval *a)
{
	if (k->f.suspended)
		TRY(span_close(rq, k, "suspension"));
	return paper_matter(rq, k, a, &a->paper);
}

static enum err grant_review(struct req *rq, struct course *k, struct approval *a)
{
	struct review r = k->review;

	TRY(term_workdays(rq, r.due, course_term(k, "review_workdays", 10), &r.due));
	r.extended = true;
	TRY(db_update(rq, &review_model, &r));
	return paper_matter(rq, k, a, &a->paper);
}

static enum err grant_decision(struct req *rq, struct course *k, struct approval *a)
{
	TRY(paper_decision_form(rq, k, a, &a->paper));
	return case_decided_ordinary(rq, k);
}

static enum err grant_closing(struct req *rq, struct course *k, struct approval *a)
{
	k->c.state = "closed";
	k->c.closed_at = rq->now;
	k->c.close_reason = law_word(k, a->cause);
	return paper_closing(rq, k, a, &a->paper);
}

static const struct matter matters[] = {
	{ "extend_precheck", STEP_EXTEND_PRECHECK, grant_precheck, NULL },
	{ "file", STEP_FILE, grant_filing, CASE_FILED },
	{ "not_file", STEP_NOT_FILE, grant_not_filing, CASE_NOT_FILED },
	{ "to_ordinary", STEP_TO_ORDINARY, grant_ordinary, NULL },
	{ "suspend", STEP_SUSPEND, grant_suspension, CASE_SUSPENDED },
	{ "end", STEP_END, grant_end, CASE_INVESTIGATION_ENDED },
	{ "extend", STEP_EXTEND, grant_paper, NULL },
	{ "extend_again", STEP_EXTEND_AGAIN, grant_paper, NULL },
	{ "extend_review", STEP_EXTEND_REVIEW, grant_review, NULL },
	{ "decide", STEP_DECIDE, grant_decision, CASE_DECIDED },
	{ "close", STEP_CLOSE, grant_closing, CASE_CLOSED },
};

static const struct matter *matter_of(const char *code)
{
	for (size_t i = 0; i < sizeof(matters) / sizeof(*matters); i++)
		if (text_is(matters[i].code, code))
			return &matters[i];
	return NULL;
}

/* ---- asking and answering --------------------------------------------- */
enum err approval_ask(struct req *rq, struct course *k, struct approval *a)
{
	a->case_id = k->c.id;
	a->asked_by = rq->user->id;
	a->asked_at = rq->now;
	a->state = "asked";
	a->opinion = "";
	a->cause = a->cause ? a->cause : "";
	return course_add(rq, k, &(struct written){ &approval_model, a, CASE_APPROVAL_ASKED });
}

/* Never an officer of the case, and never who asked (APL 57: a leader decides, not the officers).
 */
static enum err may_answer_it(struct req *rq, const struct course *k)
{
	if (k->actor.recused)
		return fail(rq, E_FORBIDDEN, "%s", tr(rq, stepped_aside_words));
	if (rq->user->id == k->c.officer1 || rq->user->id == k->c.officer2 ||
		rq->user->id == k->approval.asked_by)
		return fail(rq, E_FORBIDDEN,
			"Only a leader who is not an officer of the case takes this step (APL "
			"article 57).");
	return OK;
}

/* A term that is extended moves; the answer has been written by now. */
static enum err clock_moves(struct req *rq, struct course *k, const char *matter)
{
	if (text_is(matter, "extend") || text_is(matter, "extend_again"))
		TRY(decide_due_again(rq, k));
	return OK;
}

/* The decision that was not approved goes back to the officers. */
static void send_back(struct course *k, const struct approval *a)
{
	if (!text_is(a->matter, "decide"))
		return;
	k->c.state = k->c.told_at ? "heard" : "filed";
	k->c.proposed_by = 0;
}

static enum err granted(
	struct req *rq, struct course *k, const struct matter *m, struct approval *a)
{
	TRY(allow(rq, step_missing_at_approval(m->step, &k->f)));
	TRY(m->grant(rq, k, a));
	TRY(course_change(rq, k, &(struct written){ &approval_model, a, CASE_APPROVAL_ANSWERED }));
	TRY(clock_moves(rq, k, a->matter));
	const char *data = text_is(a->matter, "decide") ? decided_json(rq, &k->c, "ordinary",
								  k->proceeding.confiscated_fen)
							: json_of(rq, &case_model, &k->c);
	return case_save_with(rq, &k->c, m->fact ? m->fact : CASE_CLOCK_CHANGED, data);
}

static enum err not_granted(struct req *rq, struct course *k, struct approval *a)
{
	send_back(k, a);
	TRY(db_update(rq, &case_model, &k->c));
	return course_change(
		rq, k, &(struct written){ &approval_model, a, CASE_APPROVAL_ANSWERED });
}

enum err approval_void(struct req *rq, struct course *k, const char *why)
{
	struct approval a = k->approval;

	a.opinion = why;
	a.state = "refused";
	a.answered_by = rq->user->id;
	a.answered_at = rq->now;
	send_back(k, &a);
	return course_change(
		rq, k, &(struct written){ &approval_model, &a, CASE_APPROVAL_ANSWERED });
}

enum err approval_take(struct req *rq, struct course *k, bool yes, const char *opinion)
{
	struct approval a = k->approval;
	const struct matter *m = a.id ? matter_of(a.matter) : NULL;

	if (!m)
		return fail(rq, E_CONFLICT, "This request has been answered already.");
	TRY(may_answer_it(rq, k));
	if (!yes && !*opinion)
		return fail(rq, E_INVALID, "Write why it is refused: the officers read it.");
	if (yes && !*opinion && text_is(a.matter, "decide") && decided_late(&k->f))
		return fail(rq, E_INVALID,
			"The term for deciding is over (O2 article 64; APL article 60): write why "
			"it is decided late; it stands in the file.");
	a.opinion = *opinion ? opinion : "同意。";
	a.state = yes ? "approved" : "refused";
	a.answered_by = rq->user->id;
	a.answered_at = rq->now;
	return yes ? granted(rq, k, m, &a) : not_granted(rq, k, &a);
}

enum err approval_answer(struct req *rq)
{
	struct course k;
	const char *verdict = form_text(rq, "verdict");
	bool yes = text_is(verdict, "approve");

	TRY(course_load(rq, &k));
	if (k.approval.id != rq->id2)
		return fail(rq, E_CONFLICT, "This request has been answered already.");
	if (!yes && !text_is(verdict, "refuse"))
		return fail(rq, E_INVALID, "Choose to approve or to refuse.");
	TRY(approval_take(rq, &k, yes, form_text(rq, "opinion")));
	notice(rq, yes ? "Approved." : "Refused; the officers are told.");
	return redirect(rq, "/cases/%" PRId64, rq->id);
}
