#include "domains/measures/rules.h"

#include <string.h>

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool measure_holds(const char *state)
{
	return is(state, "running") || is(state, "overdue") || is(state, "kept");
}

static bool seizure(const struct measure_facts *m)
{
	return is(m->kind, "seal") || is(m->kind, "seize");
}

/* Who carries a measure out: the two officers of the case, each with a card. */
static const char *not_theirs(const struct measure_facts *m)
{
	return m->of_case ? NULL
			  : "Only the two officers of the case take a measure and see to it (AEL "
			    "article 18(2); O2 article 22).";
}

static const char *not_two(const struct measure_facts *m)
{
	if (!m->officer1 || !m->officer2 || m->officer1 == m->officer2)
		return "Two different officers are needed (AEL article 18(2); O2 article 22).";
	if (!m->card1 || !m->card2)
		return "Both officers must hold an enforcement card (AEL articles 17 and 18(3)).";
	return NULL;
}

const char *may_propose_measure(const struct measure_facts *m, const char *reason)
{
	if (!m->case_open)
		return "A measure needs a matter that is open (O2 articles 33 and 36).";
	if (not_theirs(m))
		return not_theirs(m);
	if (not_two(m))
		return not_two(m);
	if (!m->items)
		return "A list of what is held is needed: name and quantity of each (O2 articles "
		       "34 and 37).";
	return *reason ? NULL : "Write the reason (O2 article 33; AEL article 24).";
}

const char *may_decide_measure(const struct measure_facts *m, const char *words)
{
	if (m->decided || is(m->state, "lapsed") || is(m->state, "released"))
		return "This measure does not wait for a decision.";
	if (m->of_case)
		return "A leader approves who is not one of the two officers (O2 articles 33 and "
		       "36; AEL "
		       "article 18(1)).";
	return *words ? NULL : "Write what you decide and why (O2 articles 33 and 36).";
}

const char *may_take_measure(const struct measure_facts *m)
{
	if (is(m->state, "proposed"))
		return "A leader has to approve it first; in an urgent case take it on the spot "
		       "and report it at once (O2 articles 33 and 36; AEL article 19).";
	if (!is(m->state, "approved"))
		return "This measure has been taken already, or is over.";
	if (!m->case_open)
		return "A measure needs a matter that is open (O2 articles 33 and 36).";
	return not_theirs(m) ? not_theirs(m) : not_two(m);
}

const char *may_act_on_kept(const struct measure_facts *m, const char *way)
{
	if (!is(m->kind, "keep") || !is(m->state, "running"))
		return "No evidence kept waits for an act (O2 article 35).";
	if (not_theirs(m))
		return not_theirs(m);
	if (m->now > m->until)
		return "Its term is over: it has lapsed by itself (O2 article 35).";
	if (!is(way, "record") && !is(way, "lab") && !is(way, "seize") && !is(way, "confiscate") &&
		!is(way, "release"))
		return "Choose one of the five acts (O2 article 35).";
	if (!m->decided && !is(way, "release"))
		return "A leader has not approved it yet (O2 article 33).";
	return NULL;
}

const char *may_begin_lab(const struct measure_facts *m, int64_t until)
{
	if (!seizure(m) || !is(m->state, "running"))
		return "No seal or seizure is running (O2 article 38).";
	if (not_theirs(m))
		return not_theirs(m);
	if (m->lab_from)
		return "They are at the laboratory already.";
	return until > m->now
		       ? NULL
		       : "The time in the laboratory is fixed beforehand and told to the party "
			 "(O2 article 38; AEL article 25).";
}

const char *may_end_lab(const struct measure_facts *m)
{
	if (!m->lab_from || !measure_holds(m->state))
		return "Nothing is at the laboratory.";
	return not_theirs(m);
}

const char *may_ask_more(const struct measure_facts *m, int64_t days, int64_t most)
{
	if (!seizure(m) || !is(m->state, "running"))
		return "No seal or seizure is running (O2 article 38).";
	if (not_theirs(m))
		return not_theirs(m);
	if (m->now > m->until)
		return "Its term is over: release it (O2 article 42(4)).";
	if (*m->more_state && !is(m->more_state, "refused"))
		return "More time can be given once (O2 article 38).";
	return days > 0 && days <= most
		       ? NULL
		       : "That is no number of days that may be added (O2 article 38; AEL article "
			 "25).";
}

const char *may_decide_more(const struct measure_facts *m, const char *words)
{
	if (!is(m->more_state, "asked"))
		return "Nobody has asked for more time.";
	if (!is(m->state, "running") || m->now > m->until)
		return "Its term is over: release it (O2 article 42(4)).";
	if (m->user == m->more_by || m->of_case)
		return "A leader approves who is not one of the two officers (O2 article 38).";
	return *words ? NULL : "Write the reason: the party is told in writing (O2 article 38).";
}

const char *may_give_into_care(const struct measure_facts *m, const char *keeper)
{
	if (!measure_holds(m->state))
		return "Nothing is held.";
	if (not_theirs(m))
		return not_theirs(m);
	return *keeper ? NULL : "Say who keeps it, and where (O2 article 41; AEL article 26).";
}

const char *may_release_measure(const struct measure_facts *m, const char *words)
{
	if (!measure_holds(m->state))
		return "Nothing is held.";
	if (m->of_case)
		return "A leader releases who is not one of the two officers (O2 articles 35 and "
		       "42).";
	return *words ? NULL : "Choose the ground and write it (O2 articles 35 and 42).";
}

const char *may_dispose(const struct measure_facts *m, int64_t quantity, int64_t left)
{
	if (!measure_holds(m->state))
		return "Nothing is held.";
	if (m->of_case)
		return "A leader disposes who is not one of the two officers (O2 article 41; AEL "
		       "article 27).";
	if (!m->decided)
		return "A leader has not approved the measure yet (O2 article 36).";
	return quantity > 0 && quantity <= left
		       ? NULL
		       : "Give a quantity that is still held (O2 article 41; AEL article 27).";
}

const char *may_write_letter(bool of_case, bool case_open)
{
	if (!case_open)
		return "This case is closed: nothing more is asked of other offices (O2 article "
		       "45).";
	return of_case ? NULL
		       : "Only the two officers of the case write to other offices and take their "
			 "answer (O2 articles 22 and 45).";
}
