#include "domains/cases/rules.h"

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

static const char *two_officers(const struct case_facts *c)
{
	if (!c->officer1 || !c->officer2 || c->officer1 == c->officer2)
		return "Two different officers are needed (O2 article 19, APL article 42).";
	if (!c->officer1_card || !c->officer2_card)
		return "Both officers must hold an enforcement card (O2 articles 19 and 22).";
	return NULL;
}

const char *may_file(const struct case_facts *c, const char *reason)
{
	if (!in(c, "precheck"))
		return "Only a matter under pre-check can be filed (O2 article 18).";
	if (!c->usable_evidence)
		return "There is no evidence that may be used: every clip lies outside the "
		       "device's register (APL article 41). "
		       "Visit the place, or do not file.";
	if (!*reason)
		return "Write the reason for filing (O2 article 19).";
	return two_officers(c);
}

const char *may_not_file(const struct case_facts *c, const char *reason)
{
	if (!in(c, "precheck"))
		return "Only a matter under pre-check can be left unfiled (O2 article 20).";
	return *reason ? NULL : "Write the reason for not filing (O2 article 20).";
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
		return "This matter is not open for an answer.";
	return c->decided_at ? "The decision has been made; use the remedies it names." : NULL;
}

const char *may_confirm_address(const struct case_facts *c)
{
	return open_after_filing(c) ? NULL : "This matter is not open.";
}

const char *may_order_correction(const struct case_facts *c, int64_t due, int64_t now)
{
	if (!open_after_filing(c))
		return "A correction is ordered in a filed case (APL article 28).";
	if (c->order_paper && strcmp(c->correction_state, "refused") != 0)
		return "The correction has been ordered already.";
	return due > now ? NULL : "The deadline must lie in the future.";
}

const char *may_show_correction(const struct case_facts *c)
{
	if (strcmp(c->correction_state, "ordered") != 0 &&
		strcmp(c->correction_state, "refused") != 0)
		return "No correction is waiting for a photo.";
	return NULL;
}

const char *may_judge_correction(const struct case_facts *c)
{
	return strcmp(c->correction_state, "shown") == 0
		       ? NULL
		       : "The party has not yet shown the correction.";
}

const char *may_tell(const struct case_facts *c)
{
	if (!in(c, "filed"))
		return "The party is told once, in a filed case (APL article 44).";
	if (!c->usable_evidence)
		return "There is no evidence that may be used (APL article 46).";
	if (!c->simple_act)
		return "This act does not go by the simple procedure (APL article 51); the "
		       "ordinary procedure is needed.";
	return two_officers(c);
}

const char *may_state(const struct case_facts *c)
{
	if (!c->told_at)
		return "You will first be told what the bureau intends and why (APL article 44).";
	return in(c, "told") ? NULL : "The statement has been taken already.";
}

const char *may_take_silence(const struct case_facts *c, int64_t now)
{
	if (!in(c, "told"))
		return "Nobody is being waited for.";
	return now > c->hear_due ? NULL
				 : "The party has five working days from being told to state and "
				   "defend (O2 article 57).";
}

const char *may_propose(const struct case_facts *c)
{
	if (!in(c, "heard"))
		return "The party must be told and heard first (APL articles 44, 45 and 62).";
	if (strcmp(c->statement, "made") == 0 && !*c->defence_adopted)
		return "Say whether the party's statement is adopted and why (APL article 45; O2 "
		       "article 62).";
	return two_officers(c);
}

const char *may_decide(const struct case_facts *c, int64_t officer)
{
	if (!in(c, "proposed"))
		return "The decision must be proposed by one officer first.";
	if (officer == c->proposed_by)
		return "The second signature must come from the other officer (APL article 42).";
	if (officer != c->officer1 && officer != c->officer2)
		return "Only the two officers of the case sign its decision.";
	return two_officers(c);
}

const char *may_release(const struct case_facts *c, int64_t officer, const char *reason)
{
	if (!open_after_filing(c))
		return "Only in a case that is filed and not closed.";
	if (officer != c->officer1 && officer != c->officer2)
		return "Only an officer of the case can give a picture as it was recorded.";
	if (!*reason)
		return "Write why the case needs the faces: it is kept (PIPL article 6).";
	return NULL;
}

bool is_done(const struct case_facts *c)
{
	bool corrected = !*c->correction_state || strcmp(c->correction_state, "accepted") == 0;
	return in(c, "decided") && c->served_at && corrected;
}
