#include "domains/cases/procedure.h"

#include <string.h>

static bool in(const struct case_facts *c, const char *state)
{
	return strcmp(c->state, state) == 0;
}

static bool open_after_filing(const struct case_facts *c)
{
	return in(c, "filed") || in(c, "told") || in(c, "heard") || in(c, "proposed") ||
	       in(c, "decided");
}

const char *needs_two_officers(const struct case_facts *c)
{
	if (!c->officer1 || !c->officer2 || c->officer1 == c->officer2)
		return "Two different officers are needed (O2 article 19, APL article 42).";
	if (!c->officer1_card || !c->officer2_card)
		return "Both officers must hold an enforcement card (O2 articles 19 and 22).";
	return NULL;
}

const char *only_the_two(const struct case_facts *c, int64_t officer)
{
	return officer && (officer == c->officer1 || officer == c->officer2)
		       ? NULL
		       : "Only the two officers of the case take this step (APL article 42).";
}

/* The table's answer to an officer. */
static const char *missing(enum step s, const struct case_facts *c, int64_t officer)
{
	return step_missing(
		s, c, &(struct actor){ .id = officer, .officer = true, .recused = c->recused });
}

const char *may_file(const struct case_facts *c, int64_t officer, const char *reason)
{
	const char *why = missing(STEP_FILE, c, officer);
	return why ? why : *reason ? NULL : "Write the reason for filing (O2 article 19).";
}

const char *may_not_file(const struct case_facts *c, int64_t officer, const char *reason)
{
	const char *why = missing(STEP_NOT_FILE, c, officer);
	return why ? why : *reason ? NULL : "Write the reason for not filing (O2 article 20).";
}

const char *may_send_link(const struct case_facts *c)
{
	return open_after_filing(c)
		       ? NULL
		       : "The party is written to once the case is filed (O2 article 21).";
}

const char *may_answer(const struct case_facts *c)
{
	if (!open_after_filing(c))
		return "This matter is not open for an answer (APL article 41).";
	return c->decided_at ? "The decision has been made; use the remedies it names (APL "
			       "articles 7 and 59)."
			     : NULL;
}

const char *may_confirm_address(const struct case_facts *c)
{
	return open_after_filing(c) ? NULL : "This matter is not open (O2 article 82).";
}

const char *may_order_correction(
	const struct case_facts *c, int64_t officer, int64_t due, int64_t now)
{
	const char *who = only_the_two(c, officer);

	if (!open_after_filing(c))
		return "A correction is ordered in a filed case (APL article 28).";
	if (c->order_paper && strcmp(c->correction_state, "refused") != 0)
		return "The correction has been ordered already (APL article 28).";
	if (who)
		return who;
	return due > now ? NULL : "The deadline must lie in the future (APL article 28).";
}

const char *may_show_correction(const struct case_facts *c)
{
	if (strcmp(c->correction_state, "ordered") != 0 &&
		strcmp(c->correction_state, "refused") != 0)
		return "No correction is waiting for a photo (APL article 28).";
	return NULL;
}

const char *may_judge_correction(const struct case_facts *c, int64_t officer)
{
	return strcmp(c->correction_state, "shown") == 0
		       ? only_the_two(c, officer)
		       : "The party has not yet shown the correction (APL article 28).";
}

const char *may_tell(const struct case_facts *c, int64_t officer)
{
	return missing(STEP_TELL, c, officer);
}

const char *may_state(const struct case_facts *c)
{
	if (!c->told_at)
		return "You will first be told what the bureau intends and why (APL article 44).";
	return in(c, "told") ? NULL
			     : "You have said that this is all, or your term is over: the "
			       "statement has been taken (APL article 45).";
}

const char *may_take_silence(const struct case_facts *c, int64_t officer, int64_t now)
{
	struct case_facts then = *c;
	then.now = now;
	return missing(STEP_SILENCE, &then, officer);
}

const char *may_propose(const struct case_facts *c, int64_t officer)
{
	return missing(STEP_PROPOSE, c, officer);
}

const char *may_decide(const struct case_facts *c, int64_t officer)
{
	return missing(STEP_SIGN, c, officer);
}

/* While a pre-check has no second officer, any other officer with a card compares. */
const char *may_verify(const struct case_facts *c, const struct verifying *v)
{
	bool own = v->officer == c->officer1 || v->officer == c->officer2;

	if (!in(c, "precheck") && !in(c, "filed") && !in(c, "told") && !in(c, "heard"))
		return "Evidence is verified before the decision is proposed (APL article 46).";
	if (v->officer == v->added_by)
		return "Who added it does not verify it: the other officer does (APL article 46).";
	if (c->recused)
		return stepped_aside_words;
	if (c->officer1 && c->officer2 && !own)
		return "Only the two officers of the case take this step (APL article 42).";
	if (!v->card)
		return "Who verifies evidence holds an enforcement card (O2 article 22).";
	return *v->reason ? NULL : "Write what it was compared with (APL article 46).";
}

const char *may_release(const struct case_facts *c, int64_t officer, const char *reason)
{
	if (!open_after_filing(c))
		return "Only in a case that is filed and not closed (O2 article 21).";
	if (only_the_two(c, officer))
		return "Only an officer of the case can give a picture as it was recorded (APL "
		       "article 42).";
	if (!*reason)
		return "Write why the case needs the faces: it is kept (PIPL article 6).";
	return NULL;
}

bool is_done(const struct case_facts *c)
{
	bool corrected = !*c->correction_state || strcmp(c->correction_state, "accepted") == 0;
	bool by_form = text_is(c->procedure, "ordinary"); /* with approval (O2 77) */
	return in(c, "decided") && c->served_at && corrected && !c->owed && !c->held && !by_form;
}
