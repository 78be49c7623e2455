/* What is held of a party in a case (查封、扣押、先行登记保存), and letters to other offices:
 * README.md. */
#include "domains/measures/measures.h"

#include "contracts/facts.h"

const struct choice measure_kinds[] = {
	{ "keep", "Evidence kept (O2 33)", "" },
	{ "seal", "Seal (O2 36)", "" },
	{ "seize", "Seizure (O2 36)", "" },
	{ 0 },
};
const struct choice measure_states[] = {
	{ "proposed", "Waits for a leader", "yellow" },
	{ "approved", "Approved, not taken yet", "info" },
	{ "running", "Being held", "yellow" },
	{ "overdue", "Over its term: release it", "red" },
	{ "kept", "Acted on in time, held", "info" },
	{ "released", "Released", "green" },
	{ "lapsed", "Lapsed by itself", "red" },
	{ "refused", "Measure not approved", "neutral" },
	{ "disposed", "All disposed of", "neutral" },
	{ 0 },
};
const struct choice measure_ways[] = {
	{ "record", "Recorded, copied, photographed; given back", "" },
	{ "lab", "Sent to be tested", "" },
	{ "seize", "Seized: a measure of its own follows", "" },
	{ "confiscate", "Confiscated by the decision", "" },
	{ "release", "No violation, or not to be held: released", "" },
	{ 0 },
};
const struct choice measure_disposals[] = {
	{ "returned", "Given back", "green" },
	{ "confiscated", "Confiscated, to the treasury", "neutral" },
	{ "destroyed", "Destroyed", "neutral" },
	{ "handed_over", "Handed over with the case", "neutral" },
	{ 0 },
};
const struct choice letter_states[] = {
	{ "sent", "Waits for the answer", "info" },
	{ "overdue", "Answer overdue", "red" },
	{ "answered", "Answered", "green" },
	{ 0 },
};

#define M(m, ...) STORED(struct measure, m, __VA_ARGS__)
const struct model measure_model = MODEL("measures", struct measure, .witnessed = true,
	FIELDS(M(id, .as = AS_ID), M(version, 0), M(case_id, .as = AS_ID), M(operator, .as = AS_ID),
		M(area, 0), M(kind, .choices = measure_kinds), M(state, .choices = measure_states),
		M(officer1, .as = AS_ID), M(officer2, .as = AS_ID), M(proposed_at, .as = AS_TIME),
		M(reason, 0), M(basis, 0), M(place, 0), M(urgent, 0), M(report_due, .as = AS_TIME),
		M(taken_at, .as = AS_TIME), M(base_until, .as = AS_DATE), M(until, .as = AS_DATE),
		M(decided_by, .as = AS_ID), M(decided_at, .as = AS_TIME), M(decided_words, 0),
		M(lab_from, .as = AS_DATE), M(lab_until, .as = AS_DATE), M(lab_days, 0),
		M(lab_name, 0), M(more_state, 0), M(more_reason, 0), M(more_by, .as = AS_ID),
		M(more_days, 0), M(more_decided_by, .as = AS_ID), M(keeper, 0),
		M(keeper_at, .as = AS_TIME), M(warned_at, .as = AS_TIME),
		M(ended_at, .as = AS_TIME), M(end_way, 0), M(end_words, 0), M(paper, .as = AS_ID),
		M(photo_sm3, 0), M(photo_sha256, 0)));
#undef M
#define I(m, ...) STORED(struct measure_item, m, __VA_ARGS__)
const struct model measure_item_model = MODEL("measure_items", struct measure_item,
	.witnessed = true,
	FIELDS(I(id, .as = AS_ID), I(version, 0), I(measure, .as = AS_ID), I(n, 0), I(name, 0),
		I(spec, 0), I(unit, 0), I(quantity, 0), I(seal_no, 0), I(words, 0), I(gone, 0)));
#undef I
#define D(m, ...) STORED(struct measure_disposal, m, __VA_ARGS__)
const struct model measure_disposal_model = MODEL("measure_disposals", struct measure_disposal,
	.witnessed = true,
	FIELDS(D(id, .as = AS_ID), D(version, 0), D(measure, .as = AS_ID), D(item, .as = AS_ID),
		D(way, .choices = measure_disposals), D(quantity, 0), D(by, .as = AS_ID),
		D(at, .as = AS_TIME), D(words, 0), D(receiver, 0), D(paper, .as = AS_ID)));
#undef D
#define P(m, ...) STORED(struct measure_paper_row, m, __VA_ARGS__)
const struct model measure_paper_model =
	MODEL("measure_papers", struct measure_paper_row, .witnessed = true,
		FIELDS(P(id, .as = AS_ID), P(version, 0), P(measure, .as = AS_ID), P(moment, 0),
			P(paper, .as = AS_ID), P(at, .as = AS_TIME)));
#undef P
#define L(m, ...) STORED(struct letter, m, __VA_ARGS__)
const struct model letter_model = MODEL("letters", struct letter, .witnessed = true,
	FIELDS(L(id, .as = AS_ID), L(version, 0), L(case_id, .as = AS_ID), L(operator, .as = AS_ID),
		L(area, 0), L(office, 0), L(matter, 0), L(state, .choices = letter_states),
		L(sent_by, .as = AS_ID), L(sent_at, .as = AS_TIME), L(due, .as = AS_DATE),
		L(extended_to, .as = AS_DATE), L(extend_words, 0), L(answer, 0),
		L(answered_at, .as = AS_TIME), L(warned_at, .as = AS_TIME), L(paper, .as = AS_ID)));
#undef L

#define OF_CASE	   "SELECT area FROM pub_cases WHERE id = $1"
#define OF_MEASURE "SELECT area FROM measures WHERE id = $1"
#define OF_LETTER  "SELECT area FROM letters WHERE id = $1"
static const struct route routes[] = {
	{ GET, "/measures", measure_list, CASE_READ,
		.about = "Measures, what ends next on top; ?state=", .gives = &measure_model },
	{ GET, "/cases/:id/measures", measures_of_case, CASE_READ, OF_CASE,
		"Measures and letters of a case", .gives = &measure_model },
	{ POST, "/cases/:id/measures", measure_propose, CASE_WRITE, OF_CASE,
		"Propose a measure, or take it in urgency (kind, reason, place, name1, quantity1 "
		"...)" },
	{ POST, "/cases/:id/letters", letter_send, CASE_WRITE, OF_CASE,
		"Ask another office for help (office, matter)" },
	{ GET, "/measures/:id/photo", measure_photo, CASE_READ, OF_MEASURE,
		"Photo of what is held" },
	{ POST, "/measures/:id/decide", measure_decide, CASE_APPROVE, OF_MEASURE,
		"Approve or refuse (verdict, words)" },
	{ POST, "/measures/:id/take", measure_take, CASE_WRITE, OF_MEASURE, "It was taken" },
	{ POST, "/measures/:id/act", measure_act, CASE_WRITE, OF_MEASURE,
		"What was done with kept evidence (way, words)" },
	{ POST, "/measures/:id/lab", measure_lab_begin, CASE_WRITE, OF_MEASURE,
		"To the laboratory (lab, until)" },
	{ POST, "/measures/:id/lab/end", measure_lab_end, CASE_WRITE, OF_MEASURE,
		"Back from the laboratory" },
	{ POST, "/measures/:id/more", measure_more, CASE_WRITE, OF_MEASURE,
		"Ask for more time (days, reason)" },
	{ POST, "/measures/:id/more/decide", measure_more_decide, CASE_APPROVE, OF_MEASURE,
		"Give more time or not (verdict, words)" },
	{ POST, "/measures/:id/care", measure_care, CASE_WRITE, OF_MEASURE,
		"Give into care (keeper)" },
	{ POST, "/measures/:id/release", measure_release, CASE_APPROVE, OF_MEASURE,
		"Release (words)" },
	{ POST, "/measures/:id/dispose", measure_dispose, CASE_APPROVE, OF_MEASURE,
		"Dispose of a thing (item, way, quantity, words, receiver)" },
	{ POST, "/letters/:id/extend", letter_extend, CASE_WRITE, OF_LETTER,
		"The office needs more time (until, words)" },
	{ POST, "/letters/:id/answer", letter_answer, CASE_WRITE, OF_LETTER,
		"The office answered (answer)" },
	{ GET, "/my/cases/:id/measures", my_measures, PARTY,
		.about = "What is held of the party, until when", .power = "papers" },
	{ 0 },
};

const struct module measures = {
	.name = "measures",
	.routes = routes,
	.models = (const struct model *const[]){ &measure_model, &measure_item_model,
		&measure_disposal_model, &measure_paper_model, &letter_model, NULL },
	.tells = (const char *const[]){ MEASURE_PROPOSED, MEASURE_TAKEN, MEASURE_APPROVED,
		MEASURE_REFUSED, MEASURE_ACTED, MEASURE_LAB_BEGUN, MEASURE_LAB_ENDED,
		MEASURE_MORE_ASKED, MEASURE_EXTENDED, MEASURE_NEAR, MEASURE_LAPSED, MEASURE_OVERDUE,
		MEASURE_REPORT_NEAR, MEASURE_REPORT_OVER, LETTER_NEAR, MEASURE_CUSTODY,
		MEASURE_RELEASED, MEASURE_DISPOSED, LETTER_SENT, LETTER_EXTENDED, LETTER_ANSWERED,
		LETTER_OVERDUE, PAPER_ORDERED, NULL },
	.nav = (const struct nav[]){ { "/measures", "Goods and evidence held", CASE_READ, NULL },
		{ 0 } },
	.announces = (const struct announce[]){ { MEASURE_NEAR, "officers", "A measure ends soon",
							"/cases/", "yellow", NULL, NULL },
		{ MEASURE_OVERDUE, "officers", "Measure over its term", "/cases/", "red", NULL,
			NULL },
		{ MEASURE_REPORT_NEAR, "officers", "A measure taken in urgency waits for a leader",
			"/cases/", "yellow", NULL, NULL },
		{ MEASURE_REPORT_OVER, "officers",
			"A measure taken in urgency was not decided on in time", "/cases/", "red",
			NULL, NULL },
		{ LETTER_NEAR, "officers", "An answer of another office is due soon", "/cases/",
			"yellow", NULL, NULL },
		{ 0 } },
	.objects = "SELECT photo_sm3 AS sm3, photo_sha256 AS sha256 FROM measures WHERE photo_sm3 "
		   "<> ''",
	.jobs = (const struct job_kind[]){ { "measures.clock", NULL, measure_clock_run },
		{ "measures.letter", NULL, letter_clock_run }, { 0 } },
	.every_minute = measures_every_minute,
};
