/* Off-site enforcement (非现场执法): from a confirmed lead to a warning that is served, without a meeting.
 *
 *	precheck -> filed -> told -> heard -> proposed -> decided -> closed
 *	        \-> not_filed
 *
 * Beside that line run, each with its own marks: the party's view and answer, its address confirmation, the
 * correction. What allows each step is in rules.c, article by article; the forms are filled in papers.c.
 */
#include "domains/cases/cases.h"
#include "contracts/facts.h"

const struct choice case_states[] = {
	{ "precheck", "Pre-check", "yellow" },
	{ "not_filed", "Not filed", "neutral" },
	{ "filed", "Filed", "info" },
	{ "told", "Party told", "info" },
	{ "heard", "Party heard", "info" },
	{ "proposed", "Decision proposed", "yellow" },
	{ "decided", "Decided", "green" },
	{ "closed", "Concluded", "neutral" },
	{ 0 },
};

const struct model case_model = MODEL("cases", struct case_row, .witnessed = true,
	FIELDS(STORED(struct case_row, id), STORED(struct case_row, version), STORED(struct case_row, number),
		STORED(struct case_row, operator, .as = AS_ID), STORED(struct case_row, area), STORED(struct case_row, act),
		STORED(struct case_row, act_name), STORED(struct case_row, state, .choices = case_states),
		STORED(struct case_row, opened_at, .as = AS_TIME), STORED(struct case_row, precheck_due, .as = AS_TIME),
		STORED(struct case_row, officer1, .as = AS_ID), STORED(struct case_row, officer2, .as = AS_ID),
		STORED(struct case_row, filed_at, .as = AS_TIME), STORED(struct case_row, filed_reason),
		STORED(struct case_row, decide_due, .as = AS_TIME), STORED(struct case_row, party_phone),
		STORED(struct case_row, link_sent_at, .as = AS_TIME), STORED(struct case_row, viewed_at, .as = AS_TIME),
		STORED(struct case_row, answer), STORED(struct case_row, answer_words),
		STORED(struct case_row, answered_at, .as = AS_TIME), STORED(struct case_row, e_service),
		STORED(struct case_row, e_phone), STORED(struct case_row, post_address), STORED(struct case_row, receiver),
		STORED(struct case_row, address_sign), STORED(struct case_row, address_sign_sha256),
		STORED(struct case_row, address_at, .as = AS_TIME), STORED(struct case_row, address_paper, .as = AS_ID),
		STORED(struct case_row, correction_text), STORED(struct case_row, correction_due, .as = AS_TIME),
		STORED(struct case_row, order_paper, .as = AS_ID), STORED(struct case_row, correction_sm3),
		STORED(struct case_row, correction_sha256), STORED(struct case_row, correction_words),
		STORED(struct case_row, correction_at, .as = AS_TIME), STORED(struct case_row, correction_state),
		STORED(struct case_row, told_at, .as = AS_TIME), STORED(struct case_row, told_penalty),
		STORED(struct case_row, hear_due, .as = AS_TIME), STORED(struct case_row, statement),
		STORED(struct case_row, statement_words), STORED(struct case_row, heard_at, .as = AS_TIME),
		STORED(struct case_row, defence_adopted), STORED(struct case_row, proposed_by, .as = AS_ID),
		STORED(struct case_row, outcome), STORED(struct case_row, penalty),
		STORED(struct case_row, fine_fen, .as = AS_FEN), STORED(struct case_row, decided_at, .as = AS_TIME),
		STORED(struct case_row, decision_paper, .as = AS_ID), STORED(struct case_row, served_at, .as = AS_TIME),
		STORED(struct case_row, service_way), STORED(struct case_row, closed_at, .as = AS_TIME),
		STORED(struct case_row, close_reason)));

const struct model evidence_model = MODEL("case_evidence", struct evidence, .witnessed = true,
	FIELDS(STORED(struct evidence, id), STORED(struct evidence, version), STORED(struct evidence, case_id, .as = AS_ID),
		STORED(struct evidence, lead, .as = AS_ID), STORED(struct evidence, kind),
		STORED(struct evidence, taken_at, .as = AS_TIME), STORED(struct evidence, still_sm3),
		STORED(struct evidence, still_sha256), STORED(struct evidence, clip_sm3),
		STORED(struct evidence, clip_sha256), STORED(struct evidence, method), STORED(struct evidence, usable),
		STORED(struct evidence, usable_why), STORED(struct evidence, added_at, .as = AS_TIME)));

#define AREA "SELECT area FROM cases WHERE id = $1"

const struct module cases = {
	.name = "cases",
	.routes = (const struct route[]){
		{ GET, "/cases", case_list, CASE_READ, .about = "Cases", .gives = &case_model },
		{ GET, "/cases/:id", case_page, CASE_READ, AREA, "One case", .gives = &case_model },
		{ GET, "/cases/:id/evidence/:id2/still", case_still, CASE_READ, AREA, "A still" },
		{ GET, "/cases/:id/evidence/:id2/clip", case_clip, CASE_READ, AREA, "A clip" },
		{ GET, "/cases/:id/correction/photo", case_correction_photo, CASE_READ, AREA, "Photo of the correction" },
		{ POST, "/cases/:id/file", case_file, CASE_WRITE, AREA, "File the case (officer2, reason)" },
		{ POST, "/cases/:id/not-file", case_not_file, CASE_WRITE, AREA, "Do not file (reason)" },
		{ POST, "/cases/:id/link", case_send_link, CASE_WRITE, AREA, "Send the party its link (phone)" },
		{ POST, "/cases/:id/correction", case_order_correction, CASE_WRITE, AREA,
			"Order a correction (requirement, due)" },
		{ POST, "/cases/:id/correction/verdict", case_judge_correction, CASE_WRITE, AREA,
			"Accept or refuse the correction (verdict, reason)" },
		{ POST, "/cases/:id/tell", case_tell, CASE_WRITE, AREA, "Tell the party what is intended" },
		{ POST, "/cases/:id/silence", case_take_silence, CASE_WRITE, AREA, "Take silence as a waiver" },
		{ POST, "/cases/:id/propose", case_propose, CASE_WRITE, AREA, "Propose the decision (adopted)" },
		{ POST, "/cases/:id/decide", case_decide, CASE_WRITE, AREA, "Sign or return the decision (verdict)" },
		{ POST, "/cases/:id/serve", case_serve_by_hand, CASE_WRITE, AREA, "Record direct service" },
		{ GET, "/my/cases/:id", my_case, PARTY, .about = "The party's matter" },
		{ GET, "/my/cases/:id/evidence", my_evidence, PARTY, .about = "The evidence" },
		{ POST, "/my/cases/:id/seen", my_seen, PARTY, .about = "The party has looked at the evidence" },
		{ GET, "/my/cases/:id/evidence/:id2/still", my_still, PARTY, .about = "A still" },
		{ GET, "/my/cases/:id/evidence/:id2/clip", my_clip, PARTY, .about = "A clip" },
		{ GET, "/my/cases/:id/answer", my_answer_form, PARTY, .about = "Accept or dispute" },
		{ POST, "/my/cases/:id/answer", my_answer, PARTY, .about = "Accept or dispute (answer, words)" },
		{ GET, "/my/cases/:id/address", my_address_form, PARTY, .about = "Address confirmation" },
		{ POST, "/my/cases/:id/address", my_address, PARTY, .about = "Address confirmation, signed" },
		{ GET, "/my/cases/:id/correction", my_correction_form, PARTY, .about = "The correction order" },
		{ POST, "/my/cases/:id/correction", my_correction, PARTY, .about = "Photo of the correction" },
		{ GET, "/my/cases/:id/statement", my_statement_form, PARTY, .about = "What is intended; your rights" },
		{ POST, "/my/cases/:id/statement", my_statement, PARTY, .about = "Statement or none (statement, words)" },
		{ GET, "/my/cases/:id/decision", my_decision, PARTY, .about = "The decision" },
		{ 0 } },
	.listens = (const struct listen[]){
		{ LEAD_CONFIRMED, on_lead_confirmed,
			(const char *const[]){ CASE_PRECHECK_OPENED, CASE_EVIDENCE_ADDED, NULL } },
		{ PAPER_SEALED, on_paper_sealed, (const char *const[]){ CASE_SERVED, CASE_CLOSED, NULL } },
		{ 0 } },
	.models = (const struct model *const[]){ &case_model, &evidence_model, NULL },
	.tells = (const char *const[]){ CASE_FILED, CASE_NOT_FILED, CASE_LINK_SENT, CASE_EVIDENCE_VIEWED, CASE_ANSWERED,
		CASE_ADDRESS_CONFIRMED, CASE_CORRECTION_ORDERED, CASE_CORRECTION_SHOWN, CASE_CORRECTION_ACCEPTED,
		CASE_CORRECTION_REFUSED, CASE_TOLD, CASE_HEARD, CASE_PROPOSED, CASE_DECIDED, CASE_SERVED, CASE_CLOSED,
		PAPER_ORDERED, NULL },
	.nav = (const struct nav[]){
		{ "/cases", "Cases", CASE_READ,
			"SELECT count(*) FROM cases WHERE state IN ('precheck', 'proposed') AND ($1 = 0 OR area = $1)" },
		{ 0 } },
	.announces = (const struct announce[]){
		{ CASE_PRECHECK_OPENED, "officers", "A pre-check was opened", "/cases/", "yellow", NULL, NULL },
		{ CASE_ANSWERED, "officers", "A party answered", "/cases/", "info", NULL, NULL },
		{ CASE_CORRECTION_SHOWN, "officers", "A party sent a photo of its correction", "/cases/", "info", NULL, NULL },
		{ CASE_HEARD, "officers", "A party was heard", "/cases/", "info", NULL, NULL },
		{ 0 } },
	.objects = "SELECT correction_sm3 AS sm3, correction_sha256 AS sha256 FROM cases WHERE correction_sm3 <> ''"
		   " UNION ALL SELECT address_sign, address_sign_sha256 FROM cases WHERE address_sign <> ''",
};
