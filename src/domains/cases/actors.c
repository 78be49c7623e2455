/* Who takes a step: the officers of the case, others, a leader, a reviewer, the party; and who has
 * to step aside. */
#include "domains/cases/procedure.h"

static bool of_case(const struct case_facts *c, const struct actor *a)
{
	return a->id && (a->id == c->officer1 || a->id == c->officer2);
}

static unsigned roles_of(const struct case_facts *c, const struct actor *a)
{
	bool own = of_case(c, a);

	return (a->officer ? ANY_OFFICER : 0) | (a->officer && own ? CASE_OFFICER : 0) |
	       (a->officer && !own ? OTHER_OFFICER : 0) | (a->leader && !own ? LEADER : 0) |
	       (a->legal && !own ? LEGAL : 0) | (a->party ? THE_PARTY : 0) |
	       (a->id && a->id == c->hearing_chair && !own ? THE_CHAIR : 0);
}

static const char *who_is_needed(unsigned who)
{
	if (who & THE_PARTY)
		return "Only the party takes this step (APL articles 7 and 45).";
	if (who & THE_CHAIR)
		return "Only the chair of the hearing takes this step, and never an officer of the "
		       "case (APL article 64).";
	if (who & LEADER)
		return "Only a leader who is not an officer of the case takes this step (APL "
		       "article 57).";
	if (who & LEGAL)
		return "The reviewer must not be an officer of the case (O2 article 51; APL "
		       "article "
		       "58).";
	return who & CASE_OFFICER ? "Only the two officers of the case take this step (APL article "
				    "42)."
				  : "Only an officer takes this step (O2 articles 19 and 22).";
}

const char stepped_aside_words[] =
	"You have stepped aside in this case and take no step in it any more (APL article 43).";

/* An officer who is asked to step aside goes on until that is decided (APL 43); who checks, chairs
 * or decides waits. */
static const char *aside(const struct step_rule *r, const struct actor *actor)
{
	if (actor->recused)
		return stepped_aside_words;
	return actor->challenged && !(r->who & (ANY_OFFICER | CASE_OFFICER))
		       ? "The party asks that you step aside; that is answered first (APL article "
			 "43)."
		       : NULL;
}

const char *step_actor_missing(enum step s, const struct case_facts *c, const struct actor *actor)
{
	const struct step_rule *r = step_rule(s);
	const char *why = aside(r, actor);

	if (why)
		return why;
	if (!(r->who & roles_of(c, actor)))
		return who_is_needed(r->who);
	if ((s == STEP_REVIEW || s == STEP_EXTEND_REVIEW) && c->legal_review && !actor->legal)
		return "This report needs legal review, by a legal reviewer (O2 article 50; APL "
		       "article 58).";
	if (s == STEP_WEIGH && !text_is(c->state, "precheck") && !of_case(c, actor))
		return who_is_needed(CASE_OFFICER);
	if (s == STEP_SIGN && actor->id == c->proposed_by)
		return "The second signature must come from the other officer (APL article 42).";
	return NULL;
}
