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

/* For the steps of its two officers (APL 42): another officer of the same town is sent away. */
static enum err load_own(struct req *rq, struct case_row *c, struct case_facts *f)
{
	TRY(load(rq, c, f));
	const char *why = only_the_two(f, rq->user->id);
	return why ? fail(rq, E_FORBIDDEN, "%s", tr(rq, why)) : OK;
}

/* Of the series of the filing form, in the register of papers: the form carries it when one is
 * made, and a case of the simple procedure keeps it without. */
enum err case_number_take(struct req *rq, const char **number)
{
	struct paper_kept_number kept;

	TRY(paper_number_keep(rq, "filing_form", "案件编号", &kept));
	*number = kept.number;
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
	TRY(allow(rq, may_file(&f, rq->user->id, reason)));
	TRY(second_officer_check(rq, &c));
	TRY(filing_take(rq, &c));
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
static bool of_case(const struct case_row *c, int64_t officer)
{
	return officer && (officer == c->officer1 || officer == c->officer2);
}

static enum err link_message(struct req *rq, const struct case_row *c, const char *phone)
{
	const char *path;
	struct party_link link = { .entity = c->operator,
		.subject = c->id,
		.phone = phone,
		.valid_ms = act_term(rq, "link_days", 30) * DAY };

	TRY(link_new(rq, &link, &path));
	return sms_send(rq, phone,
		arena_printf(rq->arena,
			"%s：您单位有一件食品安全事项需要您查看和确认。请在手机上打开%s%"
			"s（30日内有效，首次打开的手机有效）。如有疑问请拨打12315核实。",
			setting(rq, "bureau", "市场监督管理局"), site_url(rq), path));
}

/* Whoever holds the link acts as the party. The licence's telephone is the party's; for another one
 * officer of the case writes why, and the link goes out when the other sends it to the same. */
static enum err link_prepare(struct req *rq, const struct case_row *c, const struct link_asked *a)
{
	if (!*a->reason || utf8_length(a->reason) > 300)
		return fail(rq, E_INVALID,
			"This is not the telephone of the licence: write why the link goes to "
			"another, in at most 300 characters.");
	TRY(link_ask(rq, c->id, a));
	TRY(emit(rq, CASE_LINK_ASKED, c->id, c->operator,
		json_pairs(rq, "reason", a->reason, NULL)));
	notice(rq, "Not sent yet: the link goes out when the other officer of the case confirms "
		   "this telephone (APL article 42).");
	return back(rq);
}

enum err case_send_link(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	struct link_asked asked;
	struct party p;
	const char *phone = form_text(rq, "phone"), *wrong;

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_send_link(&f)));
	if (!of_case(&c, rq->user->id))
		return fail(rq, E_FORBIDDEN,
			"Only the two officers of the case take this step (APL article 42).");
	if (!*phone || (wrong = check_phone(phone)))
		return fail(rq, E_INVALID, "Give the party's telephone, such as 13800000000.");
	TRY(party_load(rq, c.operator, & p));
	TRY(link_ask_of(rq, c.id, &asked));
	bool licence = text_is(p.phone, phone);
	if (!licence &&
		!(text_is(asked.phone, phone) && asked.by != rq->user->id && of_case(&c, asked.by)))
		return link_prepare(rq, &c,
			&(struct link_asked){
				phone, form_text(rq, "phone_reason"), rq->user->id, 0 });
	TRY(link_message(rq, &c, phone));
	TRY(link_ask_end(rq, c.id));
	c.party_phone = phone;
	c.link_sent_at = rq->now;
	TRY(case_save_with(rq, &c, CASE_LINK_SENT,
		json_pairs(rq, "other_phone", licence ? "no" : "yes", "reason",
			licence ? "" : asked.reason, "prepared_by",
			licence ? "" : user_name(rq, asked.by), NULL)));
	notice(rq, "The link was sent to the party's telephone; an earlier one opens nothing any "
		   "more.");
	return back(rq);
}

/* ---- correction ------------------------------------------------------ */
enum err case_order_correction(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	int64_t due = 0;

	TRY(load_own(rq, &c, &f));
	if (!date_parse(form_text(rq, "due"), &due))
		return fail(rq, E_INVALID,
			"Give the date until which it is to be corrected, such as 2026-11-30.");
	due += DAY - 1;
	TRY(allow(rq, may_order_correction(&f, rq->user->id, due, rq->now)));
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

	TRY(load_own(rq, &c, &f));
	TRY(allow(rq, may_judge_correction(&f, rq->user->id)));
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

/* The weighing binds the fine; and an act that must not be punished gets no warning either. */
static enum err weighing_allows(struct req *rq, const struct case_row *c, int64_t fine)
{
	struct weighing w;

	TRY(weighing_load(rq, c->id, &w));
	if (*w.must_not)
		return fail(rq, E_CONFLICT,
			"By the weighing this act must not be punished: %s (APL article 33). "
			"Change to the ordinary procedure: it ends without a penalty.",
			must_not_name(rq, &w));
	return fine ? allow(rq, weighing_refuses_fine(&w, fine)) : OK;
}

enum err case_intend(struct req *rq, struct case_row *c, int64_t fine)
{
	struct course k;
	struct penalty_size told;
	const char *why;
	const struct penalty_size p = { fine ? "PEN_FINE" : "PEN_WARN", fine, 0 };

	TRY(course_of(rq, c, &k));
	if (!within_simple(&k.bounds, &p, k.f.person))
		return fail(rq, E_CONFLICT,
			"The simple procedure goes up to a fine of %s yuan here (APL article 51): "
			"change to the ordinary procedure.",
			fen_words(
				rq, k.f.person ? k.bounds.simple_person : k.bounds.simple_entity));
	if (told_last(&k, &told) && *heavier_in(&p, &told))
		return fail(rq, E_CONFLICT,
			"It goes beyond what the party was told first: only by the ordinary "
			"procedure, on new facts and with a new notice (APL article 45; O2 article "
			"58).");
	TRY(anew_refuses(rq, c->id, &p, &why));
	TRY(allow(rq, why));
	TRY(weighing_allows(rq, c, fine));
	c->told_penalty = p.kinds;
	c->fine_fen = fine;
	return OK;
}

static enum err intended_read(struct req *rq, struct case_row *c)
{
	struct intended i = { 0 };

	TRY(form_read(rq, &intended_model, &i));
	return case_intend(rq, c, i.fine);
}

/* Where the party agreed to be reached, else where its link lies open. */
static const char *told_phone(const struct case_row *c)
{
	return c->e_service && c->address_at ? c->e_phone : c->party_phone;
}

static enum err tell_by_sms(struct req *rq, const struct case_row *c)
{
	const char *path;

	TRY(way_to_matter(rq, c, told_phone(c), &path));
	return sms_send(rq, told_phone(c),
		arena_printf(rq->arena,
			"%s：拟对您单位作出%s的行政处罚，您可以陈述、申辩。事实、理由、依据和您的"
			"权利见%s%s",
			setting(rq, "bureau", "市场监督管理局"),
			c->fine_fen
				? arena_printf(rq->arena, "罚款%s元", fen_words(rq, c->fine_fen))
				: "警告",
			site_url(rq), path));
}

/* It reaches the telephone at once: the five working days run from this day (O2 57, 82). */
enum err case_tell(struct req *rq)
{
	struct case_row c;
	struct case_facts f;

	TRY(load_own(rq, &c, &f));
	TRY(allow(rq, may_tell(&f, rq->user->id)));
	TRY(intended_read(rq, &c));
	c.state = "told";
	c.told_at = rq->now;
	TRY(term_workdays(rq, rq->now, (int)act_term(rq, "silence_workdays", 5), &c.hear_due));
	TRY(tell_by_sms(rq, &c));
	TRY(case_save_with(rq, &c, CASE_TOLD,
		json_pairs(rq, "penalty", c.told_penalty, "way",
			c.e_service && c.address_at ? "electronic" : "link", NULL)));
	notice(rq, "The party was told what is intended and why.");
	return back(rq);
}

enum err case_take_silence(struct req *rq)
{
	struct case_row c;
	struct case_facts f;

	TRY(load_own(rq, &c, &f));
	TRY(allow(rq, may_take_silence(&f, rq->user->id, rq->now)));
	TRY(statement_over(rq, &c));
	return back(rq);
}

/* ---- deciding -------------------------------------------------------- */
enum err case_propose(struct req *rq)
{
	struct case_row c;
	struct course k;
	struct case_facts f;

	TRY(load_own(rq, &c, &f));
	c.defence_adopted = form_text(rq, "adopted");
	f.defence_adopted = c.defence_adopted;
	TRY(allow(rq, may_propose(&f, rq->user->id)));
	TRY(one_fine_check(rq, &c, c.fine_fen));
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

/* The officer who proposed acts on the reason: there is none without (APL 42). */
static enum err decision_return(struct req *rq, struct case_row *c, const char *reason)
{
	if (!*reason)
		return fail(rq, E_INVALID,
			"Write why it is returned: the other officer acts on it (APL article 42).");
	c->state = "heard";
	c->proposed_by = 0;
	TRY(case_save_with(rq, c, CASE_RETURNED, json_pairs(rq, "reason", reason, NULL)));
	return back(rq);
}

enum err case_decide(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	const char *verdict = form_text(rq, "verdict");

	TRY(load_own(rq, &c, &f));
	TRY(allow(rq, may_decide(&f, rq->user->id)));
	if (!text_is(verdict, "sign") && !text_is(verdict, "return"))
		return fail(rq, E_INVALID, "Choose to sign or to return the decision.");
	if (text_is(verdict, "return"))
		return decision_return(rq, &c, form_text(rq, "reason"));
	c.state = "decided";
	c.decided_at = rq->now;
	TRY(order_decision_paper(rq, &c));
	TRY(case_save_with(rq, &c, CASE_DECIDED, decided_json(rq, &c, "simple", 0)));
	notice(rq, "Decided. The paper is being sealed and served.");
	return back(rq);
}
