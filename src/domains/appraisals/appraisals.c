/* Appraisal of closed cases (案卷评查): rounds drawn so that anybody makes the sample again, tables
 * of points, objections, what has to be put right. README.md has the law and the screens. */
#include "domains/appraisals/appraisals.h"

#include "contracts/facts.h"

const struct choice round_states[] = {
	{ "open", "Candidates fixed, not drawn yet", "yellow" },
	{ "drawn", "Being appraised", "info" },
	{ "finished", "Round finished", "green" },
	{ "withdrawn", "Withdrawn", "neutral" },
	{ 0 },
};
const struct choice appraisal_states[] = {
	{ "drawn", "Drawn, no appraiser yet", "yellow" },
	{ "assigned", "With its appraiser", "info" },
	{ "told", "Officers told", "info" },
	{ "objected", "Officers object", "yellow" },
	{ "answered", "Objections answered", "info" },
	{ "final", "Final", "green" },
	{ "replaced", "Replaced", "neutral" },
	{ 0 },
};
const struct choice mend_states[] = {
	{ "ordered", "To be put right", "yellow" },
	{ "shown", "Put right, to be checked", "info" },
	{ "refused", "Not put right yet", "red" },
	{ "accepted", "Put right", "green" },
	{ 0 },
};
const struct choice verdicts[] = {
	{ "met", "Met", "green" },
	{ "part", "Met in part", "yellow" },
	{ "failed", "Not met", "red" },
	{ "na", "Does not apply", "neutral" },
	{ 0 },
};
const struct choice found_states[] = {
	{ "ok", "The record says: met", "green" },
	{ "bad", "The record says: not met", "red" },
	{ "na", "The record says: does not apply", "neutral" },
	{ 0 },
};
const struct choice objection_states[] = {
	{ "made", "Waits for an answer", "yellow" },
	{ "upheld", "Objection upheld", "green" },
	{ "rejected", "Objection rejected", "neutral" },
	{ 0 },
};
const struct choice procedure_names[] = {
	{ "simple", "Simple procedure", "" },
	{ "ordinary", "Ordinary procedure", "" },
	{ 0 },
};
const struct choice outcome_names[] = {
	{ "penalty", "Penalty", "" },
	{ "no_penalty", "No penalty", "" },
	{ "not_proven", "Not proven", "" },
	{ "to_office", "To another office", "" },
	{ "to_police", "To the police", "" },
	{ "-", "Ended without a decision", "" },
	{ 0 },
};

#define R(m, ...) STORED(struct round, m, __VA_ARGS__)
const struct model round_model = MODEL("appraisal_rounds", struct round, .witnessed = true,
	FIELDS(R(id, .as = AS_ID), R(version, 0), R(title, 0), R(area, 0),
		R(from_day, .as = AS_DATE), R(to_day, .as = AS_DATE), R(kinds, 0), R(strata, 0),
		R(way, 0), R(amount, 0), R(candidates, 0), R(take, 0), R(table_version, 0),
		R(list_sm3, 0), R(list_sha256, 0), R(commitment, 0), R(nonce, .as = AS_SECRET),
		R(state, .choices = round_states), R(opened_by, .as = AS_ID),
		R(opened_at, .as = AS_TIME), R(seed, 0), R(head_size, 0), R(head_root, 0),
		R(word, 0), R(drawn_by, .as = AS_ID), R(drawn_at, .as = AS_TIME), R(draw_sm3, 0),
		R(draw_sha256, 0), R(finished_by, .as = AS_ID), R(finished_at, .as = AS_TIME),
		R(reason, 0)));
#undef R
#define A(m, ...) STORED(struct appraisal, m, __VA_ARGS__)
const struct model appraisal_model = MODEL("appraisals", struct appraisal, .witnessed = true,
	FIELDS(A(id, .as = AS_ID), A(version, 0), A(round, .as = AS_ID), A(case_id, .as = AS_ID),
		A(place, 0), A(stratum, 0), A(operator, .as = AS_ID), A(area, 0), A(number, 0),
		A(procedure, .choices = procedure_names), A(outcome, .choices = outcome_names),
		A(closed_at, .as = AS_DATE), A(officer1, .as = AS_ID), A(officer2, .as = AS_ID),
		A(state, .choices = appraisal_states), A(appraiser, .as = AS_ID),
		A(assigned_by, .as = AS_ID), A(assigned_at, .as = AS_TIME),
		A(fill_due, .as = AS_DATE), A(submitted_at, .as = AS_TIME), A(opinion, 0),
		A(score, .as = AS_HUNDREDTHS), A(grade, 0), A(vetoed, 0), A(failed, 0),
		A(object_due, .as = AS_DATE), A(accepted_by, .as = AS_ID),
		A(accepted_at, .as = AS_TIME), A(answered_at, .as = AS_TIME),
		A(final_by, .as = AS_ID), A(final_at, .as = AS_TIME),
		A(mend_state, .choices = mend_states), A(mend_due, .as = AS_DATE), A(mend_words, 0),
		A(mend_by, .as = AS_ID), A(mend_at, .as = AS_TIME), A(mend_sm3, 0),
		A(mend_sha256, 0), A(mend_type, 0), A(mend_answer, 0), A(reason, 0)));
#undef A
#define P(m, ...) STORED(struct point, m, __VA_ARGS__)
const struct model point_model = MODEL("appraisal_points", struct point, .witnessed = true,
	FIELDS(P(id, .as = AS_ID), P(version, 0), P(appraisal, .as = AS_ID), P(code, 0),
		P(found, .choices = found_states), P(found_words, 0), P(found_detail, 0),
		P(found_at, .as = AS_DATE), P(found_due, .as = AS_DATE),
		P(verdict, .choices = verdicts), P(reason, 0)));
#undef P
#define O(m, ...) STORED(struct objection, m, __VA_ARGS__)
const struct model objection_model =
	MODEL("appraisal_objections", struct objection, .witnessed = true,
		FIELDS(O(id, .as = AS_ID), O(version, 0), O(appraisal, .as = AS_ID), O(code, 0),
			O(words, 0), O(made_by, .as = AS_ID), O(made_at, .as = AS_TIME),
			O(state, .choices = objection_states), O(answer, 0),
			O(answered_by, .as = AS_ID), O(answered_at, .as = AS_TIME)));
#undef O

static const struct route routes[] = {
	{ GET, "/appraisals", round_list, APPRAISAL_READ, .about = "Rounds of appraisal",
		.gives = &round_model },
	{ GET, "/appraisals/new", round_new, APPRAISAL_WRITE, .about = "Form of a round" },
	{ GET, "/appraisals/mine", appraisals_mine, APPRAISAL_SEE,
		.about = "What one appraises, and what was found in one's cases",
		.gives = &appraisal_model },
	{ POST, "/appraisals", round_create, APPRAISAL_WRITE,
		.about = "Fix the candidates and commit to a seed (title, area, from_day, to_day, "
			 "kinds, by_area, by_procedure, by_outcome, way, amount)" },
	{ GET, "/appraisals/:id", round_page, APPRAISAL_READ, .about = "A round with its sample",
		.gives = &appraisal_model },
	{ GET, "/appraisals/:id/candidates", round_candidates, APPRAISAL_READ,
		.about = "The list of candidates whose SM3 was committed to" },
	{ GET, "/appraisals/:id/order", round_order, APPRAISAL_READ,
		.about = "The draw: seed and order, docs/DRAW.md" },
	{ GET, "/appraisals/:id/file", round_file, APPRAISAL_READ,
		.about = "The draw with its list in one file: shian draw verify FILE" },
	{ GET, "/appraisals/:id/report", round_report, APPRAISAL_READ,
		.about = "Report of a round: by station, by point (also CSV)" },
	{ GET, "/appraisals/:id/report.pdf", round_print, APPRAISAL_READ,
		.about = "The report as a paper" },
	{ POST, "/appraisals/:id/draw", round_draw, APPRAISAL_WRITE, .about = "Draw (word)" },
	{ POST, "/appraisals/:id/withdraw", round_withdraw, APPRAISAL_WRITE,
		.about = "Withdraw before it is drawn (reason)" },
	{ POST, "/appraisals/:id/finish", round_finish, APPRAISAL_WRITE, .about = "Finish it" },
	{ GET, "/appraised/:id", appraisal_page, APPRAISAL_SEE, .about = "One appraisal",
		.gives = &appraisal_model },
	{ GET, "/appraised/:id/proof", appraisal_proof, APPRAISAL_SEE,
		.about = "Proof that something was put right" },
	{ POST, "/appraised/:id/assign", appraisal_assign, APPRAISAL_WRITE,
		.about = "Appoint the appraiser (appraiser)" },
	{ POST, "/appraised/:id/replace", appraisal_replace, APPRAISAL_WRITE,
		.about = "The next of its stratum comes instead (reason)" },
	{ POST, "/appraised/:id/fill", appraisal_fill, APPRAISAL_SEE,
		.about = "Fill in the table (v_<code>, r_<code>, opinion, do: save|submit)" },
	{ POST, "/appraised/:id/accept", appraisal_accept, APPRAISAL_SEE,
		.about = "An officer of the case accepts the findings" },
	{ POST, "/appraised/:id/object", appraisal_object, APPRAISAL_SEE,
		.about = "An officer of the case objects (code, words)" },
	{ POST, "/appraised/:id/answer", appraisal_answer, APPRAISAL_WRITE,
		.about = "Answer an objection (code, verdict: uphold|reject, words)" },
	{ POST, "/appraised/:id/confirm", appraisal_confirm, APPRAISAL_WRITE,
		.about = "The result is final" },
	{ POST, "/appraised/:id/mend", appraisal_mend, APPRAISAL_SEE,
		.about = "An officer of the case puts it right (words, file proof)" },
	{ POST, "/appraised/:id/check", appraisal_check, APPRAISAL_WRITE,
		.about = "Check what was put right (verdict: accept|refuse, words)" },
	{ 0 },
};

static const struct nav nav[] = { { "/appraisals", "Appraisal of closed cases", APPRAISAL_READ,
					  NULL },
	{ "/appraisals/mine", "Appraisals that concern me", APPRAISAL_SEE, NULL }, { 0 } };

const struct module appraisals = {
	.name = "appraisals",
	.routes = routes,
	.models = (const struct model *const[]){ &round_model, &appraisal_model, &point_model,
		&objection_model, NULL },
	.tells = (const char *const[]){ APPRAISAL_OPENED, APPRAISAL_WITHDRAWN, APPRAISAL_DRAWN,
		APPRAISAL_FINISHED, APPRAISAL_REPLACED, APPRAISAL_ASSIGNED, APPRAISAL_FILLED,
		APPRAISAL_SUBMITTED, APPRAISAL_ACCEPTED, APPRAISAL_OBJECTED, APPRAISAL_ANSWERED,
		APPRAISAL_CONFIRMED, APPRAISAL_MENDED, APPRAISAL_CHECKED, NULL },
	.nav = nav,
	.objects = "SELECT list_sm3 AS sm3, list_sha256 AS sha256 FROM appraisal_rounds UNION ALL "
		   "SELECT draw_sm3, draw_sha256 FROM appraisal_rounds WHERE draw_sm3 <> '' UNION "
		   "ALL SELECT mend_sm3, mend_sha256 FROM appraisals WHERE mend_sm3 <> ''",
};
