#include "domains/cases/procedure.h"

#include <string.h>

/* ---- what must be there: each names its article ----------------------- */
static const char *nothing_pending(const struct case_facts *c)
{
	return c->pending && *c->pending
		       ? "A request for approval is waiting: it is answered first (APL article "
			 "57)."
		       : NULL;
}

static const char *evidence_to_file(const struct case_facts *c)
{
	return c->usable_evidence
		       ? NULL
		       : "There is no evidence that may be used: every clip lies outside the "
			 "device's register (APL article 41). "
			 "Visit the place, or do not file.";
}

static const char *evidence(const struct case_facts *c)
{
	return c->usable_evidence ? NULL
				  : "There is no evidence that may be used (APL article 46).";
}

static const char *weighed(const struct case_facts *c)
{
	return c->weighed
		       ? NULL
		       : "What bears on the penalty has not been weighed yet; the report is bound "
			 "by it (O2 article 48; APL articles 32 to 34).";
}

static const char *visited(const struct case_facts *c)
{
	return c->unvisited
		       ? "What a camera shows does not establish this act: visit the place and "
			 "make the record of the scene first (APL article 40; O2 article 27)."
		       : NULL;
}

static const char *weighed_to_tell(const struct case_facts *c)
{
	return c->weighed ? NULL
			  : "It has not been weighed yet: what must not be punished gets no "
			    "warning either (APL article 33). Take the step \"Weigh the penalty\".";
}

/* In the pre-check the second officer is not yet named. */
static const char *two_officers_once_filed(const struct case_facts *c)
{
	return text_is(c->state, "precheck") ? NULL : needs_two_officers(c);
}

static const char *precheck_once(const struct case_facts *c)
{
	return c->precheck_extended
		       ? "The pre-check was extended already: once, by fifteen working "
			 "days (O2 article 18)."
		       : NULL;
}

static const char *precheck_running(const struct case_facts *c)
{
	return c->precheck_due && c->now > c->precheck_due
		       ? "The term of the pre-check is over: decide whether to file (O2 article "
			 "18)."
		       : NULL;
}

static const char *simple_act(const struct case_facts *c)
{
	return c->simple_act ? NULL
			     : "This act does not go by the simple procedure (APL article 51); the "
			       "ordinary procedure is needed.";
}

static const char *not_told(const struct case_facts *c)
{
	return c->told_at
		       ? "The party has been told: the case stays in the ordinary procedure (APL "
			 "article 51)."
		       : NULL;
}

static const char *running(const struct case_facts *c)
{
	if (c->ended)
		return "The investigation was ended: conclude the case (O2 articles 47 and 77).";
	return c->suspended ? "The investigation is suspended; resume it first (O2 article 46)."
			    : NULL;
}

static const char *is_suspended(const struct case_facts *c)
{
	return c->suspended ? NULL : "The investigation is not suspended (O2 article 46).";
}

static const char *no_span(const struct case_facts *c)
{
	return c->outside ? "The clock is stopped already; end that first (O2 article 64)." : NULL;
}

static const char *a_span(const struct case_facts *c)
{
	return c->outside ? NULL : "No test and no public notice is running (O2 article 64).";
}

/* What is over is not extended: the case is decided late, and says why. */
static const char *term_running(const struct case_facts *c)
{
	return decided_late(c)
		       ? "The term for deciding is over, and what is over is not extended: the "
			 "case is decided late, and says why (O2 article 64; APL article 60)."
		       : NULL;
}

static const char *extend_once(const struct case_facts *c)
{
	return c->decide_extended
		       ? "The head has extended the term once, by thirty days; a further "
			 "term is set by collective discussion (O2 article 64)."
		       : NULL;
}

static const char *extended_by_head(const struct case_facts *c)
{
	return c->decide_extended ? NULL
				  : "First the head extends the term by thirty days (O2 article "
				    "64).";
}

static const char *together(const struct case_facts *c)
{
	return c->term_discussed
		       ? NULL
		       : "A further term is set by collective discussion: record it first (O2 "
			 "article 64).";
}

static const char *nothing_under_review(const struct case_facts *c)
{
	return text_is(c->report, "submitted")
		       ? "The report is under review; it is answered first (O2 article 49)."
		       : NULL;
}

static const char *under_review(const struct case_facts *c)
{
	return text_is(c->report, "submitted") ? NULL
					       : "No report waits for review (O2 article 48).";
}

static const char *review_once(const struct case_facts *c)
{
	return c->review_extended ? "The term of the review was extended already (O2 article 54)."
				  : NULL;
}

static const char *passed(const struct case_facts *c)
{
	if (text_is(c->report, "passed"))
		return NULL;
	if (text_is(c->report, "submitted"))
		return "The report is under review; it is answered first (O2 article 49).";
	if (text_is(c->report, "returned"))
		return "The review returned the report: write it anew (O2 article 54).";
	return "The report of the investigation is missing (O2 article 48).";
}

/* Goods confiscated beside an exemption are a burden too: told and heard before (APL 44). */
static bool burdened(const struct case_facts *c)
{
	return text_is(c->outcome, "penalty") || c->burdens;
}

static const char *penalty_intended(const struct case_facts *c)
{
	return burdened(c) ? NULL
			   : "Only who is to be punished is given notice; submit the decision (O2 "
			     "article 57).";
}

static const char *notice_needed(const struct case_facts *c)
{
	bool heavier = c->heavier && *c->heavier;

	if (c->told_at && !heavier)
		return "The party has been given this notice already (APL article 44).";
	if (heavier && !c->new_facts)
		return "What is proposed goes beyond the notice, and the report names no new facts "
		       "(APL article 45; O2 article 58).";
	return NULL;
}

/* A message into the void tells nobody. */
static const char *reachable(const struct case_facts *c)
{
	return c->reachable
		       ? NULL
		       : "Nothing would reach the party: it has not opened its link, and has "
			 "not agreed to be served electronically. Send the link, or tell it in "
			 "person and record that (O2 article 57; APL article 44).";
}

/* In the simple procedure the telling reached the party when its term was set. */
static const char *served_notice(const struct case_facts *c)
{
	return c->notice_served_at || (!text_is(c->procedure, "ordinary") && c->hear_due)
		       ? NULL
		       : "The notice has not been served: the five working days have not "
			 "begun (O2 article 57).";
}

static const char *silence_over(const struct case_facts *c)
{
	return c->now > c->hear_due ? NULL
				    : "The party has five working days from being told to state "
				      "and defend (O2 article 57).";
}

static bool hearing_open(const struct case_facts *c)
{
	return text_is(c->hearing, "asked") || text_is(c->hearing, "set") ||
	       text_is(c->hearing, "held");
}

static const char *no_hearing_open(const struct case_facts *c)
{
	return hearing_open(c)
		       ? "A hearing was asked for and has not been reported (APL article 64)."
		       : NULL;
}

static const char *hearing_right(const struct case_facts *c)
{
	return c->hearing_right ? NULL
				: "The notice names no right to a hearing: what is intended lies "
				  "below its bound (APL article 63).";
}

static const char *hearing_in_time(const struct case_facts *c)
{
	return c->now <= c->hear_due ? NULL
				     : "A hearing is asked for within five working days of the "
				       "notice (APL article 64).";
}

static const char *hearing_once(const struct case_facts *c)
{
	return text_is(c->hearing, "") || text_is(c->hearing, "withdrawn")
		       ? NULL
		       : "A hearing was asked for already (APL article 64).";
}

static const char *hearing_asked(const struct case_facts *c)
{
	return text_is(c->hearing, "asked") ? NULL
					    : "Nobody has asked for a hearing (APL article 64).";
}

static const char *hearing_announced(const struct case_facts *c)
{
	return text_is(c->hearing, "set") ? NULL
					  : "No hearing has been announced (APL article 64).";
}

/* Its chair may have to go before it, or between it and the report. */
static const char *hearing_to_chair(const struct case_facts *c)
{
	return text_is(c->hearing, "held") ? NULL : hearing_announced(c);
}

static const char *hearing_set(const struct case_facts *c)
{
	if (hearing_announced(c))
		return hearing_announced(c);
	if (!c->hearing_from)
		return "The notice of the hearing has not been served (APL article 64).";
	if (c->hearing_at <= c->hearing_from)
		return "Seven working days do not lie between the service of the notice and the "
		       "hearing: put it off (APL articles 64 and 85).";
	return c->now < c->hearing_at ? "The hearing has not begun: its day is still to come (APL "
					"article 64)."
				      : NULL;
}

static const char *hearing_held(const struct case_facts *c)
{
	return text_is(c->hearing, "held") ? NULL
					   : "The hearing has not been held (APL article 64).";
}

/* Neither a hearing that runs, nor one that may still be asked for. */
static const char *hearing_settled(const struct case_facts *c)
{
	if (hearing_open(c))
		return no_hearing_open(c);
	if (c->hearing_right && text_is(c->hearing, "") && c->now <= c->hear_due)
		return "The party may still ask for a hearing; its term is running (APL article "
		       "64).";
	return NULL;
}

static const char *reviewed_after_hearing(const struct case_facts *c)
{
	return text_is(c->hearing, "reported") && !c->heard_by_review
		       ? "After a hearing the report goes through legal review once more (APL "
			 "article 58; O2 article 50)."
		       : NULL;
}

static const char *never_worse(const struct case_facts *c)
{
	if (!burdened(c) || !c->heavier || !*c->heavier)
		return NULL;
	return c->new_facts ? "New facts need a new notice before the decision (APL article 44)."
			    : "What is proposed goes beyond the notice: a defence never makes it "
			      "worse (APL article 45; O2 article 58).";
}

static const char *weighed_together(const struct case_facts *c)
{
	return c->weighty && !c->discussed
		       ? "A weighty or difficult case is discussed together by those responsible "
			 "before the decision (APL article 57; O2 article 60)."
		       : NULL;
}

const char *discussion_missing(const struct case_facts *c, bool term)
{
	if (term)
		return extended_by_head(c);
	return c->weighty ? passed(c)
			  : "This case needs no collective discussion (APL article 57).";
}

/* On the decision, once its report has passed; or on a further term after the head's extension. */
static const char *to_discuss(const struct case_facts *c)
{
	return discussion_missing(c, true) ? discussion_missing(c, false) : NULL;
}

static bool to_police(const struct case_facts *c)
{
	return text_is(c->outcome, "to_police");
}

static const char *crime_suspected(const struct case_facts *c)
{
	return to_police(c) ? NULL
			    : "The report does not propose a transfer to the police (APL articles "
			      "27 and 57).";
}

/* 行政执法机关移送涉嫌犯罪案件的规定, article 6: what goes with the case. */
static const char *crime_named(const struct case_facts *c)
{
	return to_police(c) && !c->crime_named
		       ? "Say first which crime is suspected, on what ground, and what is handed "
			 "over to the police (APL article 27; transfer rule, article 6)."
		       : NULL;
}

static const char *heard_or_none(const struct case_facts *c)
{
	if (!burdened(c))
		return NULL;
	return c->told_at && c->heard_at
		       ? NULL
		       : "The party must be told and heard first (APL articles 44, 45 and 62).";
}

static const char *defence_answered(const struct case_facts *c)
{
	bool made = text_is(c->statement, "made") || c->said_before;

	return made && !(c->defence_adopted && *c->defence_adopted)
		       ? "Say whether the party's statement is adopted and why (APL article 45; O2 "
			 "article 62)."
		       : NULL;
}

bool decided_late(const struct case_facts *c)
{
	return c->decide_due && c->now > c->decide_due;
}

static const char *nobody_challenged(const struct case_facts *c)
{
	return c->recusal_open ? "A request that an officer steps aside waits for its answer (APL "
				 "article 43)."
			       : NULL;
}

static bool goes_elsewhere(const struct case_facts *c)
{
	return c->outcome && strncmp(c->outcome, "to_", 3) == 0;
}

static const char *to_hand_over(const struct case_facts *c)
{
	if (!goes_elsewhere(c))
		return "This case goes to no other office (APL article 57).";
	return c->handed_over ? "It has been handed over already." : NULL;
}

static const char *police_to_answer(const struct case_facts *c)
{
	if (!to_police(c))
		return "This case does not go to the police (APL article 27).";
	if (!c->handed_over)
		return "It has not been handed over yet (transfer rule, article 5).";
	return c->police && *c->police ? "Their answer is on file already." : NULL;
}

/* A transfer is performed when it has arrived; the police say whether they take it up. */
static const char *handed_over(const struct case_facts *c)
{
	if (!c->handed_over)
		return "The case has not been handed over against a receipt (APL article 57; "
		       "transfer rule, article 5).";
	return to_police(c) && !text_is(c->police ? c->police : "", "accepted")
		       ? "The police have not said yet whether they take up the case (transfer "
			 "rule, article 8)."
		       : NULL;
}

static const char *decided_and_served(const struct case_facts *c)
{
	if (c->outcome && strncmp(c->outcome, "to_", 3) == 0)
		return "A transfer is no decision that is reviewed (APL article 57).";
	return c->served_at ? NULL : "The decision has not been served (O2 article 81).";
}

static const char *no_remedy(const struct case_facts *c)
{
	return c->remedy ? "A review or suit is running already: it ends first (Litigation Law "
			   "article 44)."
			 : NULL;
}

static const char *a_remedy(const struct case_facts *c)
{
	return c->remedy ? NULL : "No review or suit is running.";
}

static const char *no_time_asked(const struct case_facts *c)
{
	return c->more_time_open ? "The party asks for more time for its statement: answer that "
				   "first (APL article 44)."
				 : NULL;
}

static const char *transcribed(const struct case_facts *c)
{
	return c->untranscribed
		       ? "A recording of sound is not written out yet: take the step \"Write out a "
			 "recording\" first (O2 article 25)."
		       : NULL;
}

static const char *unwritten(const struct case_facts *c)
{
	return c->untranscribed ? NULL : "No recording waits to be written out (O2 article 25).";
}

static const char *edata_uncovered(const struct case_facts *c)
{
	return c->edata_open
		       ? NULL
		       : "Nothing that devices recorded waits for its record (O2 article 26).";
}

static const char *performed(const struct case_facts *c)
{
	if (c->held)
		return "Goods or evidence of the party are still held: release or dispose of them "
		       "first (O2 articles 40 and 77).";
	if (c->ended)
		return NULL;
	if (!c->decided_at)
		return "There is no decision, and the investigation was not ended (O2 article 77).";
	if (goes_elsewhere(c))
		return handed_over(c);
	if (!c->served_at)
		return "The decision has not been served (O2 article 81).";
	if (c->correction_state && *c->correction_state &&
		!text_is(c->correction_state, "accepted"))
		return "The correction that was ordered has not been accepted (APL article 28).";
	return c->owed ? "The fine has not been settled: it is paid, or its execution ended first "
			 "(O2 article 77)."
		       : NULL;
}

/* ---- the table -------------------------------------------------------- */
#define OPEN_LINE  (IN_FILED | IN_TOLD | IN_HEARD)
#define FILED_LINE (IN_FILED | IN_TOLD | IN_HEARD | IN_PROPOSED | IN_DECIDED)
static const char only_ordinary[] =
	"This step belongs to the ordinary procedure, from filing to the proposal (O2 article 18).";

static const struct step_rule table[STEPS] = {
	/* pre-check: 15 working days, once 15 more */
	[STEP_EXTEND_PRECHECK] = { "extend-precheck", "Extend the pre-check", "O2 18", IN_PRECHECK,
		UNCHOSEN, ANY_OFFICER, "Only a pre-check is extended (O2 article 18).",
		{ nothing_pending, precheck_once, precheck_running } },
	[STEP_FILE] = { "file", "File the case", "O2 18, 19", IN_PRECHECK, UNCHOSEN, ANY_OFFICER,
		"Only a matter under pre-check can be filed (O2 article 18).",
		{ evidence_to_file, needs_two_officers, nothing_pending, no_span } },
	[STEP_NOT_FILE] = { "not-file", "Do not file", "O2 20", IN_PRECHECK, UNCHOSEN, ANY_OFFICER,
		"Only a matter under pre-check can be left unfiled (O2 article 20).",
		{ nothing_pending, no_span } },
	/* which procedure */
	[STEP_TO_ORDINARY] = { "to-ordinary", "Change to the ordinary procedure", "APL 51, 54",
		IN_FILED | IN_TOLD | IN_HEARD, SIMPLE, CASE_OFFICER,
		"Only a case in the simple procedure changes to the ordinary one (APL article 51).",
		{ nothing_pending, needs_two_officers } },
	[STEP_TO_SIMPLE] = { "to-simple", "Change to the simple procedure", "APL 51", IN_FILED,
		ORDINARY, CASE_OFFICER,
		"Only a case in the ordinary procedure, before its notice, changes to the simple "
		"one (APL article 51).",
		{ not_told, simple_act, nothing_pending, nothing_under_review, running } },
	/* evidence of all kinds */
	[STEP_EXHIBIT] = { "exhibit", "Add evidence", "APL 46; O2 18, 23-27",
		IN_PRECHECK | OPEN_LINE, ANY_PROCEDURE, CASE_OFFICER,
		"Evidence is added from the pre-check until the decision is proposed (O2 article "
		"21).",
		{ running } },
	[STEP_EDATA] = { "edata", "Record of electronic data without the party",
		"APL 41; O2 26, 29", OPEN_LINE, ANY_PROCEDURE, CASE_OFFICER,
		"The record of electronic data is made from filing until the decision is proposed "
		"(O2 article 26).",
		{ running, edata_uncovered, needs_two_officers } },
	[STEP_TRANSCRIBE] = { "transcribe", "Write out a recording", "O2 25", OPEN_LINE,
		ANY_PROCEDURE, CASE_OFFICER,
		"Recordings are written out from filing until the decision is proposed (O2 "
		"article 25).",
		{ running, unwritten } },
	[STEP_SUMMON] = { "summon", "Invite somebody to be asked", "O2 29, 30", OPEN_LINE, ORDINARY,
		CASE_OFFICER, only_ordinary, { running } },
	[STEP_INQUIRE] = { "inquire", "Record of an inquiry", "O2 29", OPEN_LINE, ORDINARY,
		CASE_OFFICER, only_ordinary, { running, needs_two_officers } },
	[STEP_SCENE] = { "scene", "Record of the scene", "O2 27", OPEN_LINE, ORDINARY, CASE_OFFICER,
		only_ordinary, { running, needs_two_officers } },
	/* time */
	[STEP_SPAN] = { "stop-clock", "Stop the clock", "O2 18, 64", IN_PRECHECK | OPEN_LINE,
		UNCHOSEN | ORDINARY, CASE_OFFICER, only_ordinary, { running, no_span } },
	[STEP_SPAN_END] = { "start-clock", "Let the clock run again", "O2 18, 64",
		IN_PRECHECK | OPEN_LINE, UNCHOSEN | ORDINARY, CASE_OFFICER, only_ordinary,
		{ a_span } },
	[STEP_SUSPEND] = { "suspend", "Suspend the investigation", "O2 46", OPEN_LINE, ORDINARY,
		CASE_OFFICER, only_ordinary, { nothing_pending, running, no_span } },
	[STEP_RESUME] = { "resume", "Resume the investigation", "O2 46", OPEN_LINE, ORDINARY,
		CASE_OFFICER, only_ordinary, { is_suspended } },
	[STEP_END] = { "end", "End the investigation", "O2 47", OPEN_LINE, ORDINARY, CASE_OFFICER,
		only_ordinary, { nothing_pending } },
	[STEP_EXTEND] = { "extend", "Extend the term by thirty days", "O2 64", OPEN_LINE, ORDINARY,
		CASE_OFFICER, only_ordinary, { nothing_pending, extend_once, term_running } },
	[STEP_EXTEND_AGAIN] = { "extend-again", "Extend the term by collective discussion", "O2 64",
		OPEN_LINE, ORDINARY, CASE_OFFICER, only_ordinary,
		{ nothing_pending, extended_by_head, together, term_running } },
	/* report and review */
	[STEP_WEIGH] = { "weigh", "Weigh the penalty", "APL 32-34; O2 48",
		IN_PRECHECK | IN_FILED | IN_HEARD, ANY_PROCEDURE, CASE_OFFICER | ANY_OFFICER,
		"What bears on the penalty is weighed from the pre-check until the decision is "
		"proposed (APL articles 32 to 34).",
		{ running, nothing_under_review, no_hearing_open, two_officers_once_filed,
			nothing_pending } },
	[STEP_REPORT] = { "report", "Report of the investigation", "O2 48", IN_FILED | IN_HEARD,
		ORDINARY, CASE_OFFICER,
		"The report is written when the investigation is finished, or after the party was "
		"heard (O2 articles 48 and 58).",
		{ running, evidence, needs_two_officers, nothing_under_review, no_hearing_open,
			weighed, visited } },
	[STEP_EXTEND_REVIEW] = { "extend-review", "Extend the review", "O2 54", IN_FILED | IN_HEARD,
		ORDINARY, LEGAL | OTHER_OFFICER, "No report waits for review (O2 article 48).",
		{ under_review, review_once, nothing_pending } },
	[STEP_REVIEW] = { "review", "Review the report", "O2 49-55; APL 58", IN_FILED | IN_HEARD,
		ORDINARY, LEGAL | OTHER_OFFICER, "No report waits for review (O2 article 48).",
		{ under_review, running } },
	/* telling and hearing */
	[STEP_TELL] = { "tell", "Tell the party", "APL 44", IN_FILED, SIMPLE | UNCHOSEN,
		CASE_OFFICER, "The party is told once, in a filed case (APL article 44).",
		{ evidence, simple_act, needs_two_officers, weighed_to_tell, reachable } },
	[STEP_TELL_IN_PERSON] = { "tell-in-person", "Tell the party in person", "APL 44; O2 57, 69",
		IN_FILED, SIMPLE | UNCHOSEN, CASE_OFFICER,
		"The party is told once, in a filed case (APL article 44).",
		{ evidence, simple_act, needs_two_officers, weighed_to_tell } },
	[STEP_NOTIFY] = { "notify", "Give notice of the intended penalty", "O2 57; APL 44",
		IN_FILED | IN_HEARD, ORDINARY, CASE_OFFICER,
		"Notice is given in a filed case whose report has passed review (APL article 44).",
		{ running, passed, penalty_intended, notice_needed, needs_two_officers,
			nothing_pending } },
	[STEP_SILENCE] = { "silence", "Take silence as a waiver", "O2 57", IN_TOLD,
		SIMPLE | UNCHOSEN | ORDINARY, CASE_OFFICER,
		"Nobody is being waited for (O2 article 57).",
		{ served_notice, silence_over, no_hearing_open, no_time_asked } },
	[STEP_ASK_HEARING] = { "ask-hearing", "Ask for a hearing", "APL 64", IN_TOLD | IN_HEARD,
		ORDINARY, THE_PARTY,
		"A hearing is asked for after the notice and before the decision (APL article 64).",
		{ served_notice, hearing_right, hearing_once, hearing_in_time } },
	[STEP_SET_HEARING] = { "set-hearing", "Announce the hearing", "APL 64", IN_TOLD | IN_HEARD,
		ORDINARY, LEGAL | LEADER, "Nobody has asked for a hearing (APL article 64).",
		{ hearing_asked } },
	[STEP_PUT_OFF] = { "put-off", "Put off the hearing", "APL 64", IN_TOLD | IN_HEARD, ORDINARY,
		THE_CHAIR, "No hearing has been announced (APL article 64).",
		{ hearing_announced } },
	[STEP_TAKE_CHAIR] = { "take-chair", "Take over the chair of the hearing", "APL 64",
		IN_TOLD | IN_HEARD, ORDINARY, LEGAL | LEADER,
		"No hearing has been announced (APL article 64).", { hearing_to_chair } },
	[STEP_ABSENT] = { "party-absent", "The party stayed away", "APL 64", IN_TOLD | IN_HEARD,
		ORDINARY, THE_CHAIR, "No hearing has been announced (APL article 64).",
		{ hearing_set } },
	[STEP_HOLD_HEARING] = { "hold-hearing", "Record of the hearing", "APL 64",
		IN_TOLD | IN_HEARD, ORDINARY, THE_CHAIR,
		"No hearing has been announced (APL article 64).", { hearing_set } },
	[STEP_REPORT_HEARING] = { "report-hearing", "Report of the hearing", "APL 64, 65", IN_HEARD,
		ORDINARY, THE_CHAIR, "The hearing has not been held (APL article 64).",
		{ hearing_held } },
	/* deciding */
	[STEP_DISCUSS] = { "discuss", "Collective discussion", "APL 57; O2 60", IN_FILED | IN_HEARD,
		ORDINARY, LEADER,
		"The discussion comes after the report and before the decision (APL article 57).",
		{ to_discuss } },
	[STEP_CRIME] = { "hand-over", "What goes to the police",
		"APL 27, 57; transfer rule 3, 5, 6", IN_FILED | IN_HEARD, ORDINARY, CASE_OFFICER,
		"What goes to the police is written when the report has passed, before the "
		"decision (APL article 27).",
		{ running, passed, crime_suspected, needs_two_officers, nothing_pending } },
	[STEP_HAND_OVER] = { "handed-over", "Case handed over", "APL 27, 57; transfer rule 5, 6",
		IN_DECIDED, ORDINARY, CASE_OFFICER,
		"A case is handed over when that has been approved (APL article 57).",
		{ to_hand_over, needs_two_officers } },
	[STEP_POLICE_REPLY] = { "police-reply", "Answer of the police", "transfer rule 8-10",
		IN_DECIDED, ORDINARY, CASE_OFFICER,
		"The police answer what has been handed over (transfer rule, article 8).",
		{ police_to_answer, nothing_pending } },
	[STEP_PROPOSE] = { "propose", "Propose the decision", "APL 45, 52", IN_HEARD,
		SIMPLE | UNCHOSEN, CASE_OFFICER,
		"The party must be told and heard first (APL articles 44, 45 and 62).",
		{ defence_answered, transcribed, needs_two_officers } },
	[STEP_SUBMIT] = { "submit", "Submit the decision", "APL 57; O2 60", IN_FILED | IN_HEARD,
		ORDINARY, CASE_OFFICER,
		"The decision is submitted after the party was heard, or when no penalty is "
		"proposed (O2 article 60).",
		{ running, passed, crime_named, heard_or_none, never_worse, hearing_settled,
			reviewed_after_hearing, weighed_together, transcribed, needs_two_officers,
			nothing_pending } },
	[STEP_DECIDE] = { "decide", "Decide", "APL 57; O2 60, 64", IN_PROPOSED, ORDINARY, LEADER,
		"The decision must be proposed by one officer first (APL article 57).",
		{ nobody_challenged, crime_named, never_worse, weighed_together,
			needs_two_officers } },
	[STEP_SIGN] = { "sign", "Sign the decision", "APL 42, 52", IN_PROPOSED, SIMPLE | UNCHOSEN,
		CASE_OFFICER,
		"The decision must be proposed by one officer first (APL article 57).",
		{ needs_two_officers, nobody_challenged } },
	[STEP_CLOSE] = { "close", "Conclude the case", "O2 77", FILED_LINE, ORDINARY, CASE_OFFICER,
		"A case is concluded after its decision (O2 article 77).",
		{ nothing_pending, performed } },
	/* against the decision, whatever it says */
	[STEP_REMEDY] = { "remedy", "A review or suit has begun", "APL 7, 73",
		IN_DECIDED | IN_CLOSED, ANY_PROCEDURE, ANY_OFFICER,
		"A review or a suit is directed against a decision (APL article 7).",
		{ decided_and_served, no_remedy } },
	[STEP_REMEDY_END] = { "remedy-end", "The review or suit has ended", "APL 7; O45 11",
		IN_DECIDED | IN_CLOSED, ANY_PROCEDURE, ANY_OFFICER,
		"A review or a suit is directed against a decision (APL article 7).",
		{ a_remedy } },
};

const struct step_rule *step_rule(enum step s)
{
	return &table[s];
}

enum step step_named(const char *key)
{
	for (int s = 0; s < STEPS; s++)
		if (text_is(table[s].key, key))
			return (enum step)s;
	return STEPS;
}

unsigned state_bit(const char *state)
{
	static const char *const names[] = { "precheck", "not_filed", "filed", "told", "heard",
		"proposed", "decided", "closed" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (text_is(names[i], state))
			return 1u << i;
	return 0;
}

static unsigned procedure_bit(const char *procedure)
{
	if (text_is(procedure, "ordinary"))
		return ORDINARY;
	return text_is(procedure, "simple") ? SIMPLE : UNCHOSEN;
}

bool step_belongs(enum step s, const struct case_facts *c)
{
	return (table[s].from & state_bit(c->state)) &&
	       (table[s].procedures & procedure_bit(c->procedure));
}

/* ---- asking ----------------------------------------------------------- */
static const char *needs_missing(const struct step_rule *r, const struct case_facts *c)
{
	for (int i = 0; i < MOST_NEEDS && r->needs[i]; i++) {
		const char *why = r->needs[i](c);
		if (why)
			return why;
	}
	return NULL;
}

const char *step_missing(enum step s, const struct case_facts *c, const struct actor *actor)
{
	const char *why;

	if (!step_belongs(s, c))
		return table[s].elsewhere;
	if (actor && (why = step_actor_missing(s, c, actor)))
		return why;
	return needs_missing(&table[s], c);
}

const char *step_missing_at_approval(enum step s, const struct case_facts *c)
{
	struct case_facts own = *c;

	own.pending = "";
	return step_missing(s, &own, NULL);
}
