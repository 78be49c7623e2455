/* The procedure as its table has it: for each row of the law what is allowed, what is refused with
 * which article, and the moment at which it turns. Pure. */
#include "domains/cases/procedure.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000000, OFFICER1 = 7, OFFICER2 = 8, HEAD = 9, REVIEWER = 10, OTHER = 11 };

/* An ordinary case in which nothing is missing for what is asked of it. */
static const struct case_facts whole = { .state = "filed",
	.procedure = "ordinary",
	.officer1 = OFFICER1,
	.officer2 = OFFICER2,
	.officer1_card = true,
	.officer2_card = true,
	.usable_evidence = 1,
	.weighed = true,
	.simple_act = true,
	.reachable = true,
	.statement = "",
	.defence_adopted = "",
	.correction_state = "",
	.now = NOW,
	.pending = "",
	.precheck_due = NOW,
	.decide_due = NOW,
	.report = "passed",
	.outcome = "penalty",
	.heavier = "",
	.hearing = "" };

static const struct actor officer1 = { .id = OFFICER1, .officer = true };
static const struct actor head = { .id = HEAD, .leader = true };
static const struct actor reviewer = { .id = REVIEWER, .legal = true };
static const struct actor other = { .id = OTHER, .officer = true };
static const struct actor party = { .id = 0, .party = true };
static const struct actor officer2 = { .id = OFFICER2, .officer = true };
static const struct actor reviewer_recused = { .id = REVIEWER, .legal = true, .recused = true };
static const struct actor reviewer_challenged = {
	.id = REVIEWER, .legal = true, .challenged = true
};
static const struct actor officer_challenged = {
	.id = OFFICER1, .officer = true, .challenged = true
};
static const struct actor head_of_case = { .id = OFFICER1, .leader = true };
static const struct actor reviewer_of_case = { .id = OFFICER2, .legal = true, .officer = true };

static void check(const char *name, const char *why, const char *says)
{
	if (!says && why)
		fail_msg("%s: refused: %s", name, why);
	if (says && !why)
		fail_msg("%s: allowed, instead of '%s'", name, says);
	if (says && !strstr(why, says))
		fail_msg("%s: '%s' does not say '%s'", name, why, says);
}

/* ---- one row of the law, one change of the case ------------------------------------------------
 */
typedef void change(struct case_facts *c);
#define CHANGE(name, ...)                                                                          \
	static void name(struct case_facts *c)                                                     \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}
CHANGE(as_is, (void)c)
CHANGE(precheck, c->state = "precheck"; c->procedure = "")
CHANGE(precheck_extended, precheck(c); c->precheck_extended = true)
CHANGE(precheck_over, precheck(c); c->now = NOW + 1)
CHANGE(precheck_no_evidence, precheck(c); c->usable_evidence = 0)
CHANGE(precheck_one_officer, precheck(c); c->officer2 = 0)
CHANGE(precheck_same_officer, precheck(c); c->officer2 = OFFICER1)
CHANGE(precheck_no_card, precheck(c); c->officer2_card = false)
CHANGE(precheck_pending, precheck(c); c->pending = "file")
CHANGE(simple, c->procedure = "simple")
CHANGE(not_simple_act, c->simple_act = false)
CHANGE(was_told, c->told_at = 5)
CHANGE(suspended, c->suspended = true)
CHANGE(ended, c->ended = true)
CHANGE(stopped, c->outside = true)
CHANGE(pending, c->pending = "extend")
CHANGE(extended, c->decide_extended = 1)
CHANGE(extended_discussed, c->decide_extended = 1; c->term_discussed = true)
CHANGE(extended_decision, c->decide_extended = 1; c->discussed = true)
CHANGE(last_day, c->now = c->decide_due)
CHANGE(late, c->now = c->decide_due + 1)
CHANGE(late_discussed, extended_discussed(c); late(c))
CHANGE(precheck_tested, precheck(c); c->outside = true)
CHANGE(no_evidence, c->usable_evidence = 0; c->report = "")
CHANGE(no_report, c->report = "")
CHANGE(not_weighed, c->report = ""; c->weighed = false)
CHANGE(simple_filed, simple(c); c->report = "")
CHANGE(unreached, simple_filed(c); c->reachable = false)
CHANGE(simple_told, simple_filed(c); c->state = "told"; c->told_at = 5; c->hear_due = NOW)
CHANGE(simple_told_over, simple_told(c); c->now = NOW + 1)
CHANGE(simple_told_nowhere, simple_told_over(c); c->hear_due = 0)
CHANGE(not_visited, c->report = ""; c->unvisited = true)
CHANGE(submitted, c->report = "submitted")
CHANGE(submitted_legal, c->report = "submitted"; c->legal_review = true)
CHANGE(submitted_extended, c->report = "submitted"; c->review_extended = true)
CHANGE(returned, c->report = "returned")
CHANGE(no_penalty, c->outcome = "no_penalty")
CHANGE(honest_source, no_penalty(c); c->burdens = true)
CHANGE(precheck_weighed_by_one, precheck_one_officer(c); c->report = ""; c->weighed = false)
CHANGE(decided_served, c->state = "decided"; c->decided_at = 8; c->served_at = 9)
CHANGE(closed_simple, decided_served(c); c->state = "closed"; c->procedure = "simple")
CHANGE(challenged, decided_served(c); c->remedy = true)
CHANGE(transferred, decided_served(c); c->outcome = "to_office")
CHANGE(to_police, c->outcome = "to_police")
CHANGE(to_office, c->outcome = "to_office")
CHANGE(crime_named, to_police(c); c->crime_named = true)
CHANGE(police_returned, to_police(c); c->report = "returned")
CHANGE(police_one_officer, to_police(c); c->officer2 = 0)
CHANGE(police_suspended, to_police(c); c->suspended = true)
CHANGE(told, c->state = "told"; c->told_at = 5; c->notice_served_at = 6; c->hear_due = NOW)
CHANGE(told_not_served, told(c); c->notice_served_at = 0)
CHANGE(told_over, told(c); c->now = NOW + 1)
CHANGE(told_hearing_asked, told_over(c); c->hearing = "asked")
CHANGE(told_right, told(c); c->hearing_right = true)
CHANGE(told_right_over, told_right(c); c->now = NOW + 1)
CHANGE(told_right_asked, told_right(c); c->hearing = "asked")
CHANGE(told_right_withdrawn, told_right(c); c->hearing = "withdrawn")
CHANGE(hearing_set, told_right(c); c->hearing = "set"; c->hearing_at = NOW; c->hearing_chair = HEAD;
	c->hearing_from = NOW - 1)
CHANGE(hearing_not_served, hearing_set(c); c->hearing_from = 0)
CHANGE(hearing_too_soon, hearing_set(c); c->hearing_from = NOW)
CHANGE(hearing_early, hearing_set(c); c->hearing_at = NOW + 1)
CHANGE(told_time_asked, told_over(c); c->more_time_open = true)
CHANGE(heard, told(c); c->state = "heard"; c->heard_at = 7; c->statement = "none")
CHANGE(hearing_held, heard(c); c->hearing = "held"; c->hearing_chair = HEAD)
CHANGE(heard_right_running, heard(c); c->hearing_right = true)
CHANGE(heard_right_over, heard_right_running(c); c->now = NOW + 1)
CHANGE(hearing_reported, heard(c); c->hearing = "reported")
CHANGE(hearing_reviewed, hearing_reported(c); c->heard_by_review = true)
CHANGE(heard_heavier, heard(c); c->heavier = "fine")
CHANGE(heard_new_facts, heard_heavier(c); c->new_facts = true)
CHANGE(told_before, c->told_before = true; c->heavier = "PEN_FINE")
CHANGE(told_before_new, told_before(c); c->new_facts = true)
CHANGE(said_before, heard(c); c->said_before = true; c->procedure = "simple"; c->report = "")
CHANGE(said_before_answered, said_before(c); c->defence_adopted = "x")
CHANGE(heard_weighty, heard(c); c->weighty = true)
CHANGE(heard_term_discussed, heard_weighty(c); c->decide_extended = 1; c->term_discussed = true)
CHANGE(heard_discussed, heard_weighty(c); c->discussed = true)
CHANGE(heard_unwritten, heard(c); c->untranscribed = 1)
CHANGE(recorded, c->edata_open = true)
CHANGE(unwritten, c->untranscribed = 2)
CHANGE(proposed, heard(c); c->state = "proposed")
CHANGE(proposed_police, proposed(c); c->outcome = "to_police")
CHANGE(proposed_crime, proposed_police(c); c->crime_named = true)
CHANGE(proposed_late, proposed(c); c->now = NOW + 1)
CHANGE(proposed_challenged, proposed(c); c->recusal_open = true)
CHANGE(decided, proposed(c); c->state = "decided"; c->decided_at = 8; c->served_at = 9)
CHANGE(gone_to_police, decided(c); c->outcome = "to_police"; c->served_at = 0)
CHANGE(gone_to_office, decided(c); c->outcome = "to_office"; c->served_at = 0)
CHANGE(office_has_it, gone_to_office(c); c->handed_over = true)
CHANGE(police_have_it, gone_to_police(c); c->handed_over = true)
CHANGE(police_took_it, police_have_it(c); c->police = "accepted")
CHANGE(decided_not_served, decided(c); c->served_at = 0)
CHANGE(decided_not_corrected, decided(c); c->correction_state = "ordered")
CHANGE(decided_not_paid, decided(c); c->owed = true)
CHANGE(decided_held, decided(c); c->held = true)
CHANGE(ended_held, ended(c); c->held = true)

static const struct {
	const char *clause;
	enum step step;
	change *of;
	const struct actor *by;
	const char *says; /* NULL: allowed */
} rows[] = {
	/* pre-check: 15 working days, +15 once, before it is over */
	{ "O2 18", STEP_EXTEND_PRECHECK, precheck, &officer1, NULL },
	{ "O2 18", STEP_EXTEND_PRECHECK, precheck_extended, &officer1, "O2 article 18" },
	{ "O2 18", STEP_EXTEND_PRECHECK, precheck_over, &officer1, "O2 article 18" },
	{ "O2 18", STEP_EXTEND_PRECHECK, as_is, &officer1, "O2 article 18" },
	/* filing: proof, two officers with cards */
	{ "O2 19", STEP_FILE, precheck, &officer1, NULL },
	{ "O2 19", STEP_FILE, precheck_no_evidence, &officer1, "APL article 41" },
	{ "O2 19", STEP_FILE, precheck_one_officer, &officer1, "Two different officers" },
	{ "O2 19", STEP_FILE, precheck_same_officer, &officer1, "Two different officers" },
	{ "O2 22", STEP_FILE, precheck_no_card, &officer1, "enforcement card" },
	{ "O2 19", STEP_FILE, precheck_pending, &officer1, "waiting" },
	{ "O2 18", STEP_FILE, precheck, &reviewer, "Only an officer" },
	{ "O2 20", STEP_NOT_FILE, precheck, &officer1, NULL },
	{ "O2 20", STEP_NOT_FILE, as_is, &officer1, "O2 article 20" },
	/* which procedure; never back after the notice */
	{ "APL 51", STEP_TO_ORDINARY, simple, &officer1, NULL },
	{ "APL 51", STEP_TO_ORDINARY, as_is, &officer1, "APL article 51" },
	{ "APL 51", STEP_TO_SIMPLE, as_is, &officer1, NULL },
	{ "APL 51", STEP_TO_SIMPLE, was_told, &officer1, "has been told" },
	{ "APL 51", STEP_TO_SIMPLE, not_simple_act, &officer1, "APL article 51" },
	{ "APL 51", STEP_TO_SIMPLE, submitted, &officer1, "under review" },
	/* evidence */
	{ "APL 46", STEP_EXHIBIT, as_is, &officer1, NULL },
	{ "O2 18", STEP_EXHIBIT, precheck_no_evidence, &officer1, NULL },
	{ "O2 21", STEP_EXHIBIT, proposed, &officer1, "O2 article 21" },
	{ "APL 42", STEP_EXHIBIT, as_is, &other, "Only the two officers" },
	{ "O2 46", STEP_EXHIBIT, suspended, &officer1, "O2 article 46" },
	{ "O2 47", STEP_EXHIBIT, ended, &officer1, "O2 articles 47" },
	/* what devices recorded has its record, sound its words */
	{ "O2 26", STEP_EDATA, recorded, &officer1, NULL },
	{ "O2 26", STEP_EDATA, as_is, &officer1, "O2 article 26" },
	{ "O2 26", STEP_EDATA, proposed, &officer1, "O2 article 26" },
	{ "APL 42", STEP_EDATA, recorded, &other, "Only the two officers" },
	{ "O2 25", STEP_TRANSCRIBE, unwritten, &officer2, NULL },
	{ "O2 25", STEP_TRANSCRIBE, as_is, &officer1, "O2 article 25" },
	{ "O2 25", STEP_SUBMIT, heard_unwritten, &officer1, "O2 article 25" },
	{ "O2 29", STEP_INQUIRE, as_is, &officer1, NULL },
	{ "O2 30", STEP_SUMMON, simple, &officer1, "ordinary procedure" },
	{ "O2 27", STEP_SCENE, as_is, &officer1, NULL },
	/* time that is not counted */
	{ "O2 64", STEP_SPAN, as_is, &officer1, NULL },
	{ "O2 64", STEP_SPAN, stopped, &officer1, "stopped already" },
	{ "O2 64", STEP_SPAN_END, stopped, &officer1, NULL },
	{ "O2 64", STEP_SPAN_END, as_is, &officer1, "O2 article 64" },
	{ "O2 46", STEP_SUSPEND, as_is, &officer1, NULL },
	{ "O2 46", STEP_SUSPEND, suspended, &officer1, "O2 article 46" },
	{ "O2 46", STEP_RESUME, suspended, &officer1, NULL },
	{ "O2 46", STEP_RESUME, as_is, &officer1, "O2 article 46" },
	{ "O2 47", STEP_END, as_is, &officer1, NULL },
	{ "O2 47", STEP_END, pending, &officer1, "waiting" },
	{ "O2 64", STEP_EXTEND, as_is, &officer1, NULL },
	{ "O2 64", STEP_EXTEND, extended, &officer1, "collective discussion" },
	{ "O2 64", STEP_EXTEND, last_day, &officer1, NULL },
	{ "O2 64", STEP_EXTEND, late, &officer1, "APL article 60" },
	{ "O2 64", STEP_EXTEND_AGAIN, late_discussed, &officer1, "APL article 60" },
	{ "O2 18", STEP_SPAN, precheck, &officer1, NULL },
	{ "O2 18", STEP_SPAN_END, precheck_tested, &officer1, NULL },
	{ "O2 18", STEP_FILE, precheck_tested, &officer1, "stopped already" },
	{ "O2 64", STEP_EXTEND_AGAIN, as_is, &officer1, "thirty days" },
	{ "O2 64", STEP_EXTEND_AGAIN, extended, &officer1, "collective discussion" },
	{ "O2 64", STEP_EXTEND_AGAIN, extended_discussed, &officer1, NULL },
	{ "O2 64", STEP_EXTEND_AGAIN, extended_decision, &officer1, "collective discussion" },
	/* weighing: in both procedures, never while the report is under review */
	{ "APL 34", STEP_WEIGH, not_weighed, &officer1, NULL },
	{ "APL 34", STEP_WEIGH, simple_filed, &officer1, NULL },
	{ "APL 34", STEP_WEIGH, heard, &officer1, NULL },
	{ "O2 49", STEP_WEIGH, submitted, &officer1, "O2 article 49" },
	{ "APL 42", STEP_WEIGH, not_weighed, &other, "Only the two officers" },
	{ "APL 34", STEP_WEIGH, told, &officer1, "APL articles 32 to 34" },
	{ "APL 64", STEP_WEIGH, hearing_held, &officer1, "APL article 64" },
	{ "O2 20; APL 33", STEP_WEIGH, precheck_weighed_by_one, &other, NULL },
	/* review and suit: against every decision that was served, by either procedure */
	{ "APL 7", STEP_REMEDY, decided_served, &other, NULL },
	{ "APL 7", STEP_REMEDY, closed_simple, &officer1, NULL },
	{ "O2 81", STEP_REMEDY, decided_not_served, &officer1, "O2 article 81" },
	{ "APL 57", STEP_REMEDY, transferred, &officer1, "APL article 57" },
	{ "APL 7", STEP_REMEDY, as_is, &officer1, "APL article 7" },
	{ "ALL 44", STEP_REMEDY, challenged, &officer1, "article 44" },
	{ "APL 7", STEP_REMEDY_END, challenged, &officer1, NULL },
	{ "APL 7", STEP_REMEDY_END, decided_served, &officer1, "No review or suit" },
	/* FSL 136: goods are confiscated without a penalty: told and heard all the same */
	{ "APL 44", STEP_NOTIFY, honest_source, &officer1, NULL },
	{ "APL 44", STEP_SUBMIT, honest_source, &officer1, "told and heard" },
	/* report */
	{ "APL 34", STEP_REPORT, not_weighed, &officer1, "APL articles 32 to 34" },
	{ "O2 48", STEP_REPORT, no_report, &officer1, NULL },
	{ "O2 27", STEP_REPORT, not_visited, &officer1, "O2 article 27" },
	{ "O2 48", STEP_REPORT, returned, &officer1, NULL },
	{ "O2 49", STEP_REPORT, submitted, &officer1, "O2 article 49" },
	{ "APL 46", STEP_REPORT, no_evidence, &officer1, "APL article 46" },
	{ "O2 48", STEP_REPORT, told, &officer1, "O2 articles 48" },
	{ "O2 58", STEP_REPORT, heard, &officer1, NULL },
	{ "APL 64", STEP_REPORT, hearing_held, &officer1, "APL article 64" },
	/* review: somebody else; legal review by a legal reviewer */
	{ "O2 51", STEP_REVIEW, submitted, &other, NULL },
	{ "O2 51", STEP_REVIEW, submitted, &reviewer, NULL },
	{ "O2 51", STEP_REVIEW, submitted, &officer1, "must not be an officer of the case" },
	{ "O2 51", STEP_REVIEW, submitted, &reviewer_of_case, "must not be an officer" },
	{ "APL 58", STEP_REVIEW, submitted_legal, &other, "legal review" },
	{ "APL 58", STEP_REVIEW, submitted_legal, &reviewer, NULL },
	{ "APL 43", STEP_REVIEW, submitted, &reviewer_recused, "APL article 43" },
	{ "APL 43", STEP_REVIEW, submitted, &reviewer_challenged, "APL article 43" },
	{ "APL 43", STEP_WEIGH, not_weighed, &officer_challenged, NULL }, /* goes on meanwhile */
	{ "O2 48", STEP_REVIEW, no_report, &reviewer, "O2 article 48" },
	{ "O2 54", STEP_EXTEND_REVIEW, submitted, &reviewer, NULL },
	{ "O2 54", STEP_EXTEND_REVIEW, submitted_extended, &reviewer, "O2 article 54" },
	/* notice */
	{ "O2 57", STEP_NOTIFY, as_is, &officer1, NULL },
	{ "O2 57", STEP_NOTIFY, submitted, &officer1, "under review" },
	{ "O2 54", STEP_NOTIFY, returned, &officer1, "returned" },
	{ "O2 57", STEP_NOTIFY, no_penalty, &officer1, "O2 article 57" },
	{ "APL 44", STEP_NOTIFY, heard, &officer1, "already" },
	{ "APL 45", STEP_NOTIFY, heard_heavier, &officer1, "APL article 45" },
	{ "APL 44", STEP_NOTIFY, heard_new_facts, &officer1, NULL },
	/* told before, in the simple procedure: the baseline of the ordinary one */
	{ "APL 45", STEP_NOTIFY, told_before, &officer1, "APL article 45" },
	{ "APL 44", STEP_NOTIFY, told_before_new, &officer1, NULL },
	{ "APL 45", STEP_SUBMIT, told_before, &officer1, "APL articles 44, 45" },
	{ "APL 45", STEP_PROPOSE, said_before, &officer1, "APL article 45; O2 article 62" },
	{ "APL 45", STEP_PROPOSE, said_before_answered, &officer1, NULL },
	/* the simple procedure: what reaches the party, or its telling in person */
	{ "APL 44", STEP_TELL, simple_filed, &officer1, NULL },
	{ "O2 57", STEP_TELL, unreached, &officer1, "O2 article 57; APL article 44" },
	{ "APL 44", STEP_TELL_IN_PERSON, unreached, &officer1, NULL },
	{ "APL 42", STEP_TELL_IN_PERSON, unreached, &other, "APL article 42" },
	{ "APL 44", STEP_TELL_IN_PERSON, simple_told, &officer1, "told once" },
	{ "APL 44", STEP_TELL_IN_PERSON, as_is, &officer1, "APL article 44" },
	{ "O2 57", STEP_SILENCE, simple_told, &officer1, "O2 article 57" },
	{ "O2 57", STEP_SILENCE, simple_told_over, &officer1, NULL },
	{ "O2 57", STEP_SILENCE, simple_told_nowhere, &officer1, "not been served" },
	/* silence: only after five working days from service */
	{ "O2 57", STEP_SILENCE, told_not_served, &officer1, "not been served" },
	{ "O2 57", STEP_SILENCE, told, &officer1, "O2 article 57" },
	{ "O2 57", STEP_SILENCE, told_over, &officer1, NULL },
	{ "APL 44", STEP_SILENCE, told_time_asked, &officer1, "APL article 44" },
	{ "APL 64", STEP_SILENCE, told_hearing_asked, &officer1, "APL article 64" },
	/* hearing */
	{ "APL 63", STEP_ASK_HEARING, told, &party, "APL article 63" },
	{ "APL 64", STEP_ASK_HEARING, told_right, &party, NULL },
	{ "APL 64", STEP_ASK_HEARING, told_right_over, &party, "within five working days" },
	{ "APL 64", STEP_ASK_HEARING, told_right_asked, &party, "already" },
	{ "APL 64", STEP_ASK_HEARING, told_right_withdrawn, &party, NULL },
	{ "APL 64", STEP_ASK_HEARING, heard_right_running, &party, NULL },
	{ "APL 64", STEP_ASK_HEARING, told_right, &officer1, "Only the party" },
	{ "APL 64", STEP_SET_HEARING, told_right_asked, &head, NULL },
	{ "APL 64", STEP_SET_HEARING, told_right_asked, &reviewer, NULL },
	{ "APL 64", STEP_SET_HEARING, told_right_asked, &head_of_case, "not an officer" },
	{ "APL 64", STEP_SET_HEARING, told_right, &head, "APL article 64" },
	{ "APL 64", STEP_HOLD_HEARING, hearing_set, &head, NULL },
	{ "APL 64", STEP_HOLD_HEARING, hearing_early, &head, "still to come" },
	{ "APL 64", STEP_HOLD_HEARING, hearing_set, &reviewer, "chair" },
	{ "APL 64", STEP_HOLD_HEARING, hearing_not_served, &head, "not been served" },
	{ "APL 85", STEP_HOLD_HEARING, hearing_too_soon, &head, "Seven working days" },
	{ "APL 64", STEP_PUT_OFF, hearing_too_soon, &head, NULL },
	{ "APL 64", STEP_PUT_OFF, told_right_asked, &head, "chair" },
	{ "APL 64", STEP_PUT_OFF, hearing_held, &head, "APL article 64" },
	{ "APL 64", STEP_TAKE_CHAIR, hearing_set, &reviewer, NULL },
	{ "APL 64", STEP_TAKE_CHAIR, hearing_held, &reviewer, NULL },
	{ "APL 64", STEP_TAKE_CHAIR, told_right_asked, &reviewer, "APL article 64" },
	{ "APL 64", STEP_TAKE_CHAIR, hearing_set, &head_of_case, "not an officer" },
	{ "APL 64", STEP_ABSENT, hearing_set, &head, NULL },
	{ "APL 85", STEP_ABSENT, hearing_too_soon, &head, "Seven working days" },
	{ "APL 64", STEP_ABSENT, hearing_early, &head, "still to come" },
	{ "APL 65", STEP_REPORT_HEARING, hearing_held, &head, NULL },
	{ "APL 65", STEP_REPORT_HEARING, heard, &head, "chair" },
	/* discussion and decision */
	{ "APL 57", STEP_DISCUSS, heard, &head, "no collective discussion" },
	{ "APL 57", STEP_DISCUSS, heard_weighty, &head, NULL },
	{ "APL 57", STEP_DISCUSS, heard_weighty, &officer1, "leader" },
	{ "O2 64", STEP_DISCUSS, extended, &head, NULL },
	{ "APL 57", STEP_SUBMIT, heard_term_discussed, &officer1, "together" },
	{ "O2 60", STEP_SUBMIT, heard, &officer1, NULL },
	{ "APL 62", STEP_SUBMIT, as_is, &officer1, "told and heard" },
	{ "O2 60", STEP_SUBMIT, no_penalty, &officer1, NULL },
	/* to the police: what goes with it comes first */
	{ "APL 27", STEP_CRIME, to_police, &officer1, NULL },
	{ "APL 27", STEP_CRIME, crime_named, &officer1, NULL },
	{ "APL 27", STEP_CRIME, as_is, &officer1, "does not propose a transfer to the police" },
	{ "O2 60", STEP_CRIME, to_office, &officer1, "APL articles 27 and 57" },
	{ "O2 54", STEP_CRIME, police_returned, &officer1, "write it anew" },
	{ "O2 46", STEP_CRIME, police_suspended, &officer1, "O2 article 46" },
	{ "APL 42", STEP_CRIME, police_one_officer, &officer1, "Two different" },
	{ "APL 42", STEP_CRIME, to_police, &other, "APL article 42" },
	{ "APL 57", STEP_CRIME, proposed_police, &officer1, "before the decision" },
	{ "APL 27", STEP_SUBMIT, to_police, &officer1, "transfer rule, article 6" },
	{ "APL 57", STEP_SUBMIT, crime_named, &officer1, NULL },
	{ "O2 60", STEP_SUBMIT, to_office, &officer1, NULL },
	{ "APL 27", STEP_DECIDE, proposed_police, &head, "transfer rule, article 6" },
	{ "APL 57", STEP_DECIDE, proposed_crime, &head, NULL },
	{ "APL 45", STEP_SUBMIT, heard_heavier, &officer1, "never makes it worse" },
	{ "APL 44", STEP_SUBMIT, heard_new_facts, &officer1, "new notice" },
	{ "APL 64", STEP_SUBMIT, heard_right_running, &officer1, "may still ask" },
	{ "APL 64", STEP_SUBMIT, heard_right_over, &officer1, NULL },
	{ "APL 64", STEP_SUBMIT, hearing_held, &officer1, "APL article 64" },
	{ "APL 58", STEP_SUBMIT, hearing_reported, &officer1, "legal review" },
	{ "APL 58", STEP_SUBMIT, hearing_reviewed, &officer1, NULL },
	{ "APL 57", STEP_SUBMIT, heard_weighty, &officer1, "together" },
	{ "APL 57", STEP_SUBMIT, heard_discussed, &officer1, NULL },
	{ "O2 60", STEP_DECIDE, proposed, &head, NULL },
	{ "APL 57", STEP_DECIDE, proposed, &head_of_case, "leader" },
	{ "O2 64", STEP_DECIDE, proposed_late, &head, NULL }, /* with its reason: approvals.c */
	{ "APL 43", STEP_DECIDE, proposed_challenged, &head, "APL article 43" },
	/* conclusion */
	{ "O2 77", STEP_CLOSE, decided, &officer1, NULL },
	{ "O2 81", STEP_CLOSE, decided_not_served, &officer1, "O2 article 81" },
	{ "transfer rule 5", STEP_HAND_OVER, gone_to_police, &officer1, NULL },
	{ "APL 57", STEP_HAND_OVER, gone_to_office, &officer1, NULL },
	{ "APL 57", STEP_HAND_OVER, decided, &officer1, "APL article 57" },
	{ "APL 57", STEP_HAND_OVER, to_police, &officer1, "has been approved" },
	{ "APL 57", STEP_HAND_OVER, police_have_it, &officer1, "already" },
	{ "APL 42", STEP_HAND_OVER, gone_to_police, &other, "APL article 42" },
	{ "transfer rule 8", STEP_POLICE_REPLY, police_have_it, &officer1, NULL },
	{ "transfer rule 5", STEP_POLICE_REPLY, gone_to_police, &officer1, "not been handed over" },
	{ "APL 27", STEP_POLICE_REPLY, office_has_it, &officer1, "APL article 27" },
	{ "transfer rule 8", STEP_POLICE_REPLY, police_took_it, &officer1, "already" },
	{ "transfer rule 5", STEP_CLOSE, gone_to_police, &officer1, "transfer rule, article 5" },
	{ "transfer rule 8", STEP_CLOSE, police_have_it, &officer1, "transfer rule, article 8" },
	{ "O2 77", STEP_CLOSE, police_took_it, &officer1, NULL },
	{ "APL 57", STEP_CLOSE, gone_to_office, &officer1, "receipt" },
	{ "O2 77", STEP_CLOSE, office_has_it, &officer1, NULL },
	{ "APL 28", STEP_CLOSE, decided_not_corrected, &officer1, "APL article 28" },
	{ "O2 77", STEP_CLOSE, decided_not_paid, &officer1, "O2 article 77" },
	{ "O2 77", STEP_CLOSE, decided_held, &officer1, "still held" },
	{ "O2 77", STEP_CLOSE, ended_held, &officer1, "still held" },
	{ "O2 77", STEP_CLOSE, ended, &officer1, NULL },
	{ "O2 77", STEP_CLOSE, as_is, &officer1, "O2 article 77" },
};

static void every_row_of_the_law(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct case_facts c = whole;
		char name[120];
		rows[i].of(&c);
		snprintf(name, sizeof(name), "row %zu, %s, %s", i, rows[i].clause,
			step_rule(rows[i].step)->key);
		check(name, step_missing(rows[i].step, &c, rows[i].by), rows[i].says);
	}
}

/* No step is without a row here, none without a key, a clause and its own refusal. */
static void the_table_is_whole(void **state)
{
	(void)state;
	for (int s = 0; s < STEPS; s++) {
		const struct step_rule *r = step_rule((enum step)s);
		bool tried =
			s == STEP_TELL || s == STEP_PROPOSE || s == STEP_SIGN; /* test_case_rules */
		assert_non_null(r->key);
		assert_non_null(r->elsewhere);
		assert_true(*r->clause && r->from && r->procedures && r->who);
		assert_int_equal(step_named(r->key), s);
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
			tried |= (int)rows[i].step == s;
		if (!tried)
			fail_msg("%s is not tried", r->key);
	}
	assert_int_equal(step_named("nothing"), STEPS);
}

/* While it is suspended nothing goes on but its end, and asking for time or the end. */
static void suspension_stops_all(void **state)
{
	static const enum step go_on[] = { STEP_RESUME, STEP_END, STEP_EXTEND, STEP_SPAN_END,
		STEP_EXTEND_AGAIN, STEP_TO_ORDINARY, STEP_CLOSE, STEP_DISCUSS, STEP_EXTEND_REVIEW,
		STEP_SET_HEARING, STEP_ASK_HEARING, STEP_HOLD_HEARING, STEP_REPORT_HEARING,
		STEP_SILENCE, STEP_PUT_OFF, STEP_TAKE_CHAIR, STEP_ABSENT };

	(void)state;
	for (int s = 0; s < STEPS; s++) {
		struct case_facts c = whole;
		bool may = false;
		c.suspended = true;
		for (size_t i = 0; i < sizeof(go_on) / sizeof(*go_on); i++)
			may |= (int)go_on[i] == s;
		if (!may && !step_missing((enum step)s, &c, NULL))
			fail_msg("%s goes on while suspended", step_rule((enum step)s)->key);
	}
}

/* ---- figures ----------------------------------------------------------------------------------
 */
static const struct bounds law = { .simple_person = 20000,
	.simple_entity = 300000,
	.hearing_person = 1000000,
	.hearing_entity = 10000000,
	.weighty_person = 5000000,
	.weighty_entity = 20000000,
	.hearing_kinds = "PEN_STOP,PEN_REVOKE",
	.weighty_kinds = "PEN_STOP,PEN_REVOKE" };

/* "above" and "below" a bound include it (O2 84). */
static void bounds_include_themselves(void **state)
{
	static const struct {
		const char *kinds;
		int64_t fine, confiscated, goods;
		bool person, simple, hearing, weighty;
	} cases[] = {
		{ "PEN_WARN", 0, 0, 0, false, true, false, false },
		{ "PEN_FINE", 20000, 0, 0, true, true, false, false },
		{ "PEN_FINE", 20001, 0, 0, true, false, false, false },
		{ "PEN_FINE", 300000, 0, 0, false, true, false, false },
		{ "PEN_FINE", 300001, 0, 0, false, false, false, false },
		{ "PEN_FINE", 999999, 0, 0, true, false, false, false },
		{ "PEN_FINE", 1000000, 0, 0, true, false, true, false },
		{ "PEN_FINE", 9999999, 0, 0, false, false, false, false },
		{ "PEN_FINE", 10000000, 0, 0, false, false, true, false },
		{ "PEN_FINE", 19999999, 0, 0, false, false, true, false },
		{ "PEN_FINE", 20000000, 0, 0, false, false, true, true },
		{ "PEN_CONFISCATE", 0, 10000000, 0, false, false, true, false },
		{ "PEN_CONFISCATE", 0, 1, 0, false, false, false, false },
		{ "PEN_STOP,PEN_WARN", 0, 0, 0, false, false, true, true },
		{ "PEN_REVOKE", 0, 0, 0, true, false, true, true },
		/* goods by their value, with the gains */
		{ "PEN_CONFISCATE", 0, 0, 9999999, false, false, false, false },
		{ "PEN_CONFISCATE", 0, 0, 10000000, false, false, true, false },
		{ "PEN_CONFISCATE", 0, 4000000, 6000000, false, false, true, false },
		{ "PEN_CONFISCATE", 0, 0, 1000000, true, false, true, false },
		{ "PEN_CONFISCATE", 0, 0, 20000000, false, false, true, true },
		{ "PEN_CONFISCATE", 0, 0, -1, false, false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct penalty_size p = { cases[i].kinds, cases[i].fine, cases[i].confiscated,
			cases[i].goods };
		if (within_simple(&law, &p, cases[i].person) != cases[i].simple ||
			hearing_due(&law, &p, cases[i].person) != cases[i].hearing ||
			discussion_due(&law, &p, cases[i].person) != cases[i].weighty)
			fail_msg("line %zu", i);
	}
}

/* APL 45: each component for itself. */
static void never_heavier(void **state)
{
	const struct penalty_size told = { "PEN_FINE,PEN_WARN", 500000, 1000 };

	(void)state;
	assert_string_equal(heavier_in(&told, &told), "");
	assert_string_equal(heavier_in(&(struct penalty_size){ "PEN_WARN", 499999, 0 }, &told), "");
	assert_string_equal(
		heavier_in(&(struct penalty_size){ "PEN_FINE", 500001, 0 }, &told), "fine");
	assert_string_equal(
		heavier_in(&(struct penalty_size){ "PEN_FINE", 1, 1001 }, &told), "confiscation");
	assert_string_equal(
		heavier_in(&(struct penalty_size){ "PEN_FINE", 1, 1, 1 }, &told), "goods");
	assert_string_equal(heavier_in(&(struct penalty_size){ "PEN_FINE", 1, 1, 1 },
				    &(struct penalty_size){ "PEN_FINE", 1, 1, -1 }),
		"");
	assert_string_equal(
		heavier_in(&(struct penalty_size){ "PEN_STOP", 0, 0 }, &told), "PEN_STOP");
	assert_true(kinds_have("PEN_FINE,PEN_WARN", "PEN_WARN"));
	assert_false(kinds_have("PEN_FINES", "PEN_FINE"));
	assert_false(kinds_have(NULL, "PEN_FINE"));
}

static void which_review(void **state)
{
	(void)state;
	assert_false(review_is_legal(&(struct review_facts){ false, false, false }));
	assert_true(review_is_legal(&(struct review_facts){ .public_interest = true }));
	assert_true(review_is_legal(&(struct review_facts){ .hearing = true }));
	assert_true(review_is_legal(&(struct review_facts){ .hard = true }));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_row_of_the_law),
		cmocka_unit_test(the_table_is_whole), cmocka_unit_test(suspension_stops_all),
		cmocka_unit_test(bounds_include_themselves), cmocka_unit_test(never_heavier),
		cmocka_unit_test(which_review) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
