/* Officers' steps. Each is the procedure it carries out: load, check against the rule, change,
 * record, answer. */
#include "contracts/facts.h"
#include "domains/cases/edata.h"
#include "domains/cases/statements.h"
#include "domains/cases/weighing.h"

#include <string.h>

static enum err back(struct req *rq)
{
	return redirect(rq, "/cases/%" PRId64, rq->id);
}

static enum err load(struct req *rq, struct case_row *c, struct case_facts *f)
{
	TRY(case_load(rq, rq->id, c));
	return case_facts_of(rq, c, f);
}

enum err case_number_take(struct req *rq, const char **number)
{
	int64_t seq;
	struct civil now = civil_of(rq->now);
	TRY(next_number(rq, arena_printf(rq->arena, "case:%d", now.year), &seq));
	*number = arena_printf(rq->arena, "%s市监立〔%d〕%" PRId64 "号",
		setting(rq, "office", "示范"), now.year, seq);
	return OK;
}

/* ---- filing ---------------------------------------------------------- */
/* The one who signs second works here and still does: else nobody could ever sign the decision. */
static enum err second_officer_check(struct req *rq, const struct case_row *c)
{
	int64_t there;
	TRY(db_int(rq, &there,
		"SELECT count(*) FROM pub_users WHERE id = $1 AND role = 'officer' AND state = "
		"'active'"
		" AND (area = 0 OR area = $2)",
		c->officer2, c->area));
	return there ? OK : fail(rq, E_CONFLICT, "Choose the second officer from the list.");
}

/* By the ordinary procedure a leader approves the filing (O2 19): until then it is a pre-check. */
static enum err filing_ask(struct req *rq, struct case_row *c, const char *reason)
{
	struct course k;
	struct approval a = { .matter = "file", .words = reason };

	TRY(course_of(rq, c, &k));
	TRY(db_update(rq, &case_model, c)); /* its two officers */
	TRY(approval_ask(rq, &k, &a));
	notice(rq, "The filing waits for a leader's approval.");
	return back(rq);
}

enum err case_file(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	const char *reason = form_text(rq, "reason");

	TRY(load(rq, &c, &f));
	c.officer1 = rq->user->id;
	c.officer2 = form_int(rq, "officer2", 0);
	TRY(case_facts_of(rq, &c, &f));
	TRY(allow(rq, may_file(&f, reason)));
	TRY(second_officer_check(rq, &c));
	if (!f.simple_act || form_flag(rq, "ordinary"))
		return filing_ask(rq, &c, reason);
	TRY(case_number_take(rq, &c.number));
	c.state = "filed";
	c.filed_at = rq->now;
	c.filed_reason = reason;
	TRY(term_days(rq, rq->now, (int)act_term(rq, "decide_days", 90), &c.decide_due));
	TRY(case_save(rq, &c, CASE_FILED));
	notice(rq, "The case was filed.");
	return back(rq);
}

/* ---- writing to the party -------------------------------------------- */
enum err case_send_link(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	const char *path, *phone = form_text(rq, "phone"), *wrong;

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_send_link(&f)));
	if (!*phone || (wrong = check_phone(phone)))
		return fail(rq, E_INVALID, "Give the party's telephone, such as 13800000000.");
	/* the licence's telephone is the party's; another one is the officer's word, with its
	 * reason */
	struct party p;
	const char *reason = form_text(rq, "phone_reason");
	TRY(party_load(rq, c.operator, & p));
	if (*p.phone && !text_is(p.phone, phone) && !*reason)
		return fail(rq, E_INVALID,
			"This is not the telephone of the licence: write why the link goes to "
			"another.");
	struct party_link link = { .entity = c.operator,
		.subject = c.id,
		.phone = phone,
		.valid_ms = act_term(rq, "link_days", 30) * DAY };
	TRY(link_new(rq, &link, &path));
	TRY(sms_send(rq, phone,
		arena_printf(rq->arena,
			"%s：您单位有一件食品安全事项需要您查看和确认。请在手机上打开%s%"
			"s（30日内有效，首次打开的手机有效）。如有疑问请拨打12315核实。",
			setting(rq, "bureau", "市场监督管理局"), site_url(rq), path)));
	c.party_phone = phone;
	c.link_sent_at = rq->now;
	TRY(case_save_with(rq, &c, CASE_LINK_SENT,
		json_pairs(rq, "other_phone", text_is(p.phone, phone) ? "no" : "yes", "reason",
			reason, NULL)));
	notice(rq, "The link was sent to the party's telephone.");
	return back(rq);
}

/* ---- correction ------------------------------------------------------ */
enum err case_order_correction(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	int64_t due = 0;

	TRY(load(rq, &c, &f));
	if (!date_parse(form_text(rq, "due"), &due))
		return fail(rq, E_INVALID,
			"Give the date until which it is to be corrected, such as 2026-11-30.");
	due += DAY - 1;
	TRY(allow(rq, may_order_correction(&f, due, rq->now)));
	c.correction_text = form_text(rq, "requirement");
	if (!*c.correction_text)
		return fail(rq, E_INVALID, "Write what is to be corrected.");
	c.correction_due = due;
	c.correction_state = "ordered";
	TRY(order_correction_paper(rq, &c));
	TRY(case_save(rq, &c, CASE_CORRECTION_ORDERED));
	notice(rq, "The correction order is being made and will be served.");
	return back(rq);
}

enum err case_judge_correction(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	bool accept = text_is(form_text(rq, "verdict"), "accept");
	const char *reason = form_text(rq, "reason");

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_judge_correction(&f)));
	if (!accept && !*reason)
		return fail(rq, E_INVALID, "Say what is still missing: the party reads it.");
	c.correction_state = accept ? "accepted" : "refused";
	if (!accept)
		c.correction_words = reason;
	TRY(case_save_with(rq, &c, accept ? CASE_CORRECTION_ACCEPTED : CASE_CORRECTION_REFUSED,
		json_pairs(rq, "reason", reason, NULL)));
	TRY(case_close_if_done(rq, &c));
	return back(rq);
}

/* ---- telling and hearing --------------------------------------------- */
/* The fine of the simple procedure; without one it is a warning (APL 51). */
struct intended {
	int64_t fine;
};
static const struct model intended_model = MODEL("cases", struct intended,
	FIELDS(INPUT(struct intended, fine, "Fine (yuan)", .as = AS_FEN, .max = INT64_MAX)));

/* A fine on the spot is weighed as well; and an act that must not be punished gets no warning
 * either. */
static enum err simple_fine_weighed(struct req *rq, const struct case_row *c, int64_t fine)
{
	struct weighing w;

	TRY(weighing_load(rq, c->id, &w));
	if (fine && !w.id)
		return fail(rq, E_CONFLICT,
			"A fine is weighed first (APL articles 32 to 34): take the step \"Weigh "
			"the penalty\".");
	if (*w.must_not)
		return fail(rq, E_CONFLICT,
			"By the weighing this act must not be punished: %s (APL article 33).",
			w.must_not);
	return fine ? allow(rq, weighing_refuses_fine(&w, fine)) : OK;
}

static enum err intended_read(struct req *rq, struct case_row *c)
{
	struct course k;
	struct intended i = { 0 };

	TRY(form_read(rq, &intended_model, &i));
	const struct penalty_size p = { i.fine ? "PEN_FINE" : "PEN_WARN", i.fine, 0 };
	TRY(course_of(rq, c, &k));
	if (!within_simple(&k.bounds, &p, k.f.person))
		return fail(rq, E_CONFLICT,
			"The simple procedure goes up to a fine of %s yuan here (APL article 51): "
			"change to the ordinary procedure.",
			fen_words(
				rq, k.f.person ? k.bounds.simple_person : k.bounds.simple_entity));
	TRY(simple_fine_weighed(rq, c, i.fine));
	c->told_penalty = p.kinds;
	c->fine_fen = i.fine;
	return OK;
}

static enum err tell_by_sms(struct req *rq, const struct case_row *c)
{
	if (!*c->party_phone)
		return OK;
	return sms_send(rq, c->party_phone,
		arena_printf(rq->arena,
			"%s：拟对您单位作出%s的行政处罚，事实、理由、依据和您的权利见%s/"
			"my/cases/%" PRId64 "，您可以陈述、申辩。",
			setting(rq, "bureau", "市场监督管理局"),
			c->fine_fen
				? arena_printf(rq->arena, "罚款%s元", fen_words(rq, c->fine_fen))
				: "警告",
			site_url(rq), c->id));
}

enum err case_tell(struct req *rq)
{
	struct case_row c;
	struct case_facts f;

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_tell(&f)));
	TRY(intended_read(rq, &c));
	c.state = "told";
	c.told_at = rq->now;
	TRY(term_workdays(rq, rq->now, (int)act_term(rq, "silence_workdays", 5), &c.hear_due));
	TRY(tell_by_sms(rq, &c));
	TRY(case_save_with(rq, &c, CASE_TOLD, json_pairs(rq, "penalty", c.told_penalty, NULL)));
	notice(rq, "The party was told what is intended and why.");
	return back(rq);
}

enum err case_take_silence(struct req *rq)
{
	struct case_row c;
	struct case_facts f;

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_take_silence(&f, rq->now)));
	TRY(statement_over(rq, &c));
	return back(rq);
}

/* ---- deciding -------------------------------------------------------- */
enum err case_propose(struct req *rq)
{
	struct case_row c;
	struct course k;
	struct case_facts f;

	TRY(load(rq, &c, &f));
	c.defence_adopted = form_text(rq, "adopted");
	f.defence_adopted = c.defence_adopted;
	TRY(allow(rq, may_propose(&f)));
	if (rq->user->id != c.officer1 && rq->user->id != c.officer2)
		return fail(
			rq, E_FORBIDDEN, "Only the two officers of the case propose its decision.");
	c.state = "proposed";
	c.proposed_by = rq->user->id;
	c.outcome = "penalty";
	c.penalty = c.told_penalty; /* a statement never makes it worse (APL 45) */
	TRY(course_of(rq, &c, &k));
	TRY(edata_settle(rq, &k));
	TRY(case_save_with(rq, &c, CASE_PROPOSED, json_pairs(rq, "penalty", c.penalty, NULL)));
	notice(rq, "Proposed. The other officer of the case now signs or returns it.");
	return back(rq);
}

enum err case_decide(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	const char *verdict = form_text(rq, "verdict");

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_decide(&f, rq->user->id)));
	if (!text_is(verdict, "sign") && !text_is(verdict, "return"))
		return fail(rq, E_INVALID, "Choose to sign or to return the decision.");
	if (text_is(verdict, "return")) {
		c.state = "heard";
		c.proposed_by = 0;
		TRY(case_save_with(rq, &c, CASE_PROPOSED,
			json_pairs(rq, "returned", form_text(rq, "reason"), NULL)));
		return back(rq);
	}
	c.state = "decided";
	c.decided_at = rq->now;
	TRY(order_decision_paper(rq, &c));
	TRY(case_save_with(rq, &c, CASE_DECIDED, decided_json(rq, &c, "simple", 0)));
	notice(rq, "Decided. The paper is being sealed and served.");
	return back(rq);
}
