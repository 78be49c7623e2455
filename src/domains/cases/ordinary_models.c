/* The rows of the ordinary procedure. What a form asks for is INPUT; the rest the program writes.
 */
#include "domains/cases/ordinary.h"

const struct model proceeding_model = MODEL("case_procedures", struct proceeding, .witnessed = true,
	FIELDS(STORED(struct proceeding, id), STORED(struct proceeding, version),
		STORED(struct proceeding, case_id, .as = AS_ID),
		STORED(struct proceeding, procedure),
		INPUT(struct proceeding, reason, "Reason", .as = AS_LONG, .required = true,
			.max = 500),
		STORED(struct proceeding, chosen_by, .as = AS_ID),
		STORED(struct proceeding, chosen_at, .as = AS_TIME),
		STORED(struct proceeding, outcome_item),
		STORED(struct proceeding, confiscated_fen, .as = AS_FEN)));

const struct model approval_model = MODEL("case_approvals", struct approval, .witnessed = true,
	FIELDS(STORED(struct approval, id), STORED(struct approval, version),
		STORED(struct approval, case_id, .as = AS_ID), STORED(struct approval, matter),
		STORED(struct approval, cause),
		INPUT(struct approval, words, "Reason", .as = AS_LONG, .required = true,
			.max = 1000),
		STORED(struct approval, day, .as = AS_DATE),
		STORED(struct approval, asked_by, .as = AS_ID),
		STORED(struct approval, asked_at, .as = AS_TIME), STORED(struct approval, state),
		STORED(struct approval, answered_by, .as = AS_ID),
		STORED(struct approval, answered_at, .as = AS_TIME),
		STORED(struct approval, opinion), STORED(struct approval, paper, .as = AS_ID)));

/* A public notice stops the clock by itself, as a hearing does. */
static const struct choice span_kinds[] = { { "test", "Test or expert opinion", "" },
	{ "identification", "The right holder identifies goods", "" },
	{ "refund", "Refund that was ordered", "" }, { 0 } };

const struct model span_model = MODEL("case_spans", struct span_row, .witnessed = true,
	FIELDS(STORED(struct span_row, id), STORED(struct span_row, version),
		STORED(struct span_row, case_id, .as = AS_ID),
		INPUT(struct span_row, kind, "What stops the clock", .choices = span_kinds,
			.required = true),
		STORED(struct span_row, from_at, .as = AS_TIME),
		STORED(struct span_row, to_at, .as = AS_TIME),
		INPUT(struct span_row, reason, "Reason", .as = AS_LONG, .required = true,
			.max = 500),
		STORED(struct span_row, added_by, .as = AS_ID)));

static const struct choice exhibit_kinds[] = { { "EV_DOC", "Document", "" },
	{ "EV_OBJECT", "Physical evidence", "" }, { "EV_AV", "Audio-visual material", "" },
	{ "EV_EDATA", "Electronic data", "" }, { "EV_WITNESS", "Testimony of a witness", "" },
	{ "EV_PARTY", "Statement of the party", "" }, { "EV_EXPERT", "Expert opinion", "" },
	{ "EV_SITE_RECORD", "Record of the scene or an inspection", "" }, { 0 } };

static const char made_hint[] =
	"Original, copy checked against it, taken on the spot, download (O2 articles 24 to 26)";

/* Its row; and its form, which asks whether the rights were told before it (case_rights). */
#define EXHIBIT_INPUTS                                                                             \
	INPUT(struct exhibit, kind, "Kind of evidence", .choices = exhibit_kinds,                  \
		.required = true),                                                                 \
		INPUT(struct exhibit, title, "What it is", .required = true, .max = 200),          \
		INPUT(struct exhibit, taken_at, "Day", .as = AS_DATE, .required = true),           \
		INPUT(struct exhibit, place, "Place", .required = true, .max = 200),               \
		INPUT(struct exhibit, method, "How it was made", .required = true, .max = 300,     \
			.hint = made_hint),                                                        \
		INPUT(struct exhibit, maker, "Who made it", .required = true, .max = 100),         \
		INPUT(struct exhibit, words, "What it says or shows", .as = AS_LONG, .max = 4000,  \
			.hint = "A recording needs its words written out (O2 article 25)")

static const struct choice rights_answers[] = { { "", "Noted already in this case", "" },
	{ "told", "Cards were shown and the rights told before it was taken", "" },
	{ "not_party", "It was not taken from the party", "" }, { 0 } };
const struct model exhibit_form = MODEL("case_exhibits", struct exhibit,
	FIELDS(EXHIBIT_INPUTS,
		INPUT(struct exhibit, rights, "Rights of the party", .choices = rights_answers,
			.hint = "Before the first evidence is taken from it: the right to state, "
				"to defend and to ask that an officer steps aside (O2 article "
				"21)")));
const struct model rights_told_model = MODEL("case_rights", struct rights_told, .witnessed = true,
	FIELDS(STORED(struct rights_told, id), STORED(struct rights_told, version),
		STORED(struct rights_told, case_id, .as = AS_ID),
		STORED(struct rights_told, exhibit, .as = AS_ID),
		STORED(struct rights_told, told_by, .as = AS_ID),
		STORED(struct rights_told, told_at, .as = AS_TIME)));

const struct model exhibit_model = MODEL("case_exhibits", struct exhibit, .witnessed = true,
	FIELDS(STORED(struct exhibit, id), STORED(struct exhibit, version),
		STORED(struct exhibit, case_id, .as = AS_ID), EXHIBIT_INPUTS,
		STORED(struct exhibit, speaker), STORED(struct exhibit, sm3),
		STORED(struct exhibit, sha256), STORED(struct exhibit, type),
		STORED(struct exhibit, sign_sm3), STORED(struct exhibit, sign_sha256),
		STORED(struct exhibit, refusal), STORED(struct exhibit, paper, .as = AS_ID),
		STORED(struct exhibit, added_by, .as = AS_ID),
		STORED(struct exhibit, added_at, .as = AS_TIME)));

static const struct choice outcomes[] = { { "penalty", "Penalty", "red" },
	{ "no_penalty", "No penalty: exempt", "green" },
	{ "not_proven", "No penalty: not proven", "green" },
	{ "to_office", "Transfer to another office", "info" },
	{ "to_police", "Transfer to the police", "info" }, { 0 } };

static const struct choice items[] = { { "", "None", "" },
	{ "minor", "Minor, corrected in time, no harm", "" },
	{ "first", "First time, slight harm, corrected in time", "" },
	{ "no_fault", "The party proved that it is without fault", "" },
	{ "honest_source", "Honest source: the goods are confiscated (FSL 136)", "" }, { 0 } };

static const char heavier_hint[] =
	"Only these may make what is proposed heavier, after a new notice";
static const char basis_hint[] =
	"One act is fined once: where several provisions apply, by the one with the higher fine "
	"(APL article 29)";

/* Its row; and its form, which asks for the value of the goods as well (case_goods). */
#define REPORT_TO_GOODS                                                                            \
	STORED(struct report, id), STORED(struct report, version),                                 \
		STORED(struct report, case_id, .as = AS_ID),                                       \
		INPUT(struct report, party, "1. The party", .as = AS_LONG, .required = true,       \
			.max = 1000),                                                              \
		INPUT(struct report, course,                                                       \
			"2. Source of the case and course of the investigation", .as = AS_LONG,    \
			.required = true, .max = 4000),                                            \
		INPUT(struct report, facts, "3. Facts found and the evidence for them",            \
			.as = AS_LONG, .required = true, .max = 4000),                             \
		INPUT(struct report, nature, "4. Nature of the act", .as = AS_LONG,                \
			.required = true, .max = 2000),                                            \
		INPUT(struct report, basis, "5. Proposal and its basis", .as = AS_LONG,            \
			.required = true, .max = 2000, .hint = basis_hint),                        \
		INPUT(struct report, discretion, "6. Discretion and its reasons", .as = AS_LONG,   \
			.required = true, .max = 2000),                                            \
		INPUT(struct report, outcome, "Outcome proposed", .choices = outcomes,             \
			.required = true),                                                         \
		INPUT(struct report, outcome_item, "Ground for no penalty", .choices = items),     \
		STORED(struct report, kinds),                                                      \
		INPUT(struct report, fine_fen, "Fine (yuan)", .as = AS_FEN, .max = INT64_MAX),     \
		INPUT(struct report, confiscated_fen, "Illegal gains confiscated (yuan)",          \
			.as = AS_FEN, .max = INT64_MAX),                                           \
		INPUT(struct report, warn, "Warning"),                                             \
		INPUT(struct report, confiscate, "Confiscation of goods")
#define REPORT_FROM_STOP                                                                           \
	INPUT(struct report, stop, "Business stopped"),                                            \
		INPUT(struct report, revoke, "Licence revoked"),                                   \
		INPUT(struct report, public_interest, "Touches a major public interest",           \
			.hint = "Then legal review (APL article 58)"),                             \
		INPUT(struct report, hard, "Difficult, or of several legal relations",             \
			.hint = "Then legal review, and collective discussion"),                   \
		INPUT(struct report, new_facts, "New facts found after the notice", .as = AS_LONG, \
			.max = 2000, .hint = heavier_hint),                                        \
		STORED(struct report, state), STORED(struct report, written_by, .as = AS_ID),      \
		STORED(struct report, written_at, .as = AS_TIME),                                  \
		STORED(struct report, paper, .as = AS_ID)

const struct model report_model = MODEL("case_reports", struct report, .witnessed = true,
	FIELDS(REPORT_TO_GOODS, REPORT_FROM_STOP));
const struct model report_form = MODEL("case_reports", struct report,
	FIELDS(REPORT_TO_GOODS,
		INPUT(struct report, goods_fen, "Value of the goods confiscated (yuan)",
			.as = AS_FEN, .max = INT64_C(1000000000000),
			.hint = "A hearing and a discussion may follow from it (APL articles 57 "
				"and 63)"),
		REPORT_FROM_STOP));

const struct model goods_model = MODEL("case_goods", struct goods, .witnessed = true,
	FIELDS(STORED(struct goods, id), STORED(struct goods, version),
		STORED(struct goods, case_id, .as = AS_ID),
		STORED(struct goods, report, .as = AS_ID),
		STORED(struct goods, goods_fen, .as = AS_FEN)));

static const struct choice checks[] = { { "yes", "Right", "green" }, { "no", "Not right", "red" },
	{ 0 } };
static const struct choice verdicts[] = { { "pass", "Passed", "green" },
	{ "return", "Returned", "yellow" }, { 0 } };

const struct model review_model = MODEL("case_reviews", struct review, .witnessed = true,
	FIELDS(STORED(struct review, id), STORED(struct review, version),
		STORED(struct review, case_id, .as = AS_ID),
		STORED(struct review, report, .as = AS_ID), STORED(struct review, kind),
		STORED(struct review, due, .as = AS_DATE), STORED(struct review, extended),
		INPUT(struct review, jurisdiction, "1. Jurisdiction of this office",
			.choices = checks, .required = true),
		INPUT(struct review, party, "2. Who the party is", .choices = checks,
			.required = true),
		INPUT(struct review, facts, "3. Facts clear, evidence sufficient",
			.choices = checks, .required = true),
		INPUT(struct review, nature, "4. Nature of the act", .choices = checks,
			.required = true),
		INPUT(struct review, basis, "5. Basis applied rightly", .choices = checks,
			.required = true),
		INPUT(struct review, procedure, "6. Procedure followed", .choices = checks,
			.required = true),
		INPUT(struct review, proportion, "7. Penalty in proportion", .choices = checks,
			.required = true),
		INPUT(struct review, verdict, "Result", .choices = verdicts, .required = true),
		INPUT(struct review, opinion, "Opinion in writing", .as = AS_LONG, .required = true,
			.max = 2000),
		STORED(struct review, reviewed_by, .as = AS_ID),
		STORED(struct review, reviewed_at, .as = AS_TIME),
		STORED(struct review, paper, .as = AS_ID)));

const struct model notice_model = MODEL("case_notices", struct notice_row, .witnessed = true,
	FIELDS(STORED(struct notice_row, id), STORED(struct notice_row, version),
		STORED(struct notice_row, case_id, .as = AS_ID),
		STORED(struct notice_row, report, .as = AS_ID), STORED(struct notice_row, kinds),
		STORED(struct notice_row, fine_fen, .as = AS_FEN),
		STORED(struct notice_row, confiscated_fen, .as = AS_FEN),
		STORED(struct notice_row, hearing_right),
		STORED(struct notice_row, told_at, .as = AS_TIME),
		STORED(struct notice_row, served_at, .as = AS_TIME),
		STORED(struct notice_row, paper, .as = AS_ID)));

const struct model hearing_model = MODEL("case_hearings", struct hearing, .witnessed = true,
	FIELDS(STORED(struct hearing, id), STORED(struct hearing, version),
		STORED(struct hearing, case_id, .as = AS_ID),
		STORED(struct hearing, request, .as = AS_ID), STORED(struct hearing, state),
		STORED(struct hearing, asked_at, .as = AS_TIME),
		STORED(struct hearing, chair, .as = AS_ID), STORED(struct hearing, recorder),
		STORED(struct hearing, at, .as = AS_TIME), STORED(struct hearing, place),
		STORED(struct hearing, announced_at, .as = AS_TIME),
		STORED(struct hearing, notice_paper, .as = AS_ID), STORED(struct hearing, attended),
		STORED(struct hearing, record), STORED(struct hearing, sign_sm3),
		STORED(struct hearing, sign_sha256), STORED(struct hearing, refusal),
		STORED(struct hearing, record_paper, .as = AS_ID), STORED(struct hearing, opinion),
		STORED(struct hearing, reported_at, .as = AS_TIME),
		STORED(struct hearing, report_paper, .as = AS_ID)));

#define N(m, ...) STORED(struct hearing_notice, m, __VA_ARGS__)
const struct model hearing_notice_model = MODEL("case_hearing_notices", struct hearing_notice,
	.witnessed = true,
	FIELDS(STORED(struct hearing_notice, id), STORED(struct hearing_notice, version),
		N(case_id, .as = AS_ID), N(hearing, .as = AS_ID), N(paper, .as = AS_ID),
		N(at, .as = AS_TIME), N(told_at, .as = AS_TIME), N(served_at, .as = AS_TIME),
		STORED(struct hearing_notice, outcome), STORED(struct hearing_notice, reason)));
#undef N

const struct model discussion_model = MODEL("case_discussions", struct discussion,
	.witnessed = true,
	FIELDS(STORED(struct discussion, id), STORED(struct discussion, version),
		STORED(struct discussion, case_id, .as = AS_ID),
		STORED(struct discussion, report, .as = AS_ID),
		STORED(struct discussion, at, .as = AS_TIME), STORED(struct discussion, place),
		STORED(struct discussion, chair, .as = AS_ID),
		STORED(struct discussion, participants), STORED(struct discussion, words),
		STORED(struct discussion, conclusion),
		STORED(struct discussion, paper, .as = AS_ID)));

static const struct choice bands[] = { { "none", "A warning; no fine", "neutral" },
	{ "reduced", "Reduced below the least", "green" }, { "light", "A light penalty", "green" },
	{ "ordinary", "An ordinary penalty", "yellow" }, { "heavy", "A heavy penalty", "red" },
	{ 0 } };

const struct model weighing_model = MODEL("case_weighings", struct weighing, .witnessed = true,
	FIELDS(STORED(struct weighing, id), STORED(struct weighing, version),
		STORED(struct weighing, case_id, .as = AS_ID),
		INPUT(struct weighing, small_caterer, "A small caterer",
			.hint = "Its own scale in the Shanghai regulation"),
		INPUT(struct weighing, goods_fen, "Value of the goods (yuan)", .as = AS_FEN,
			.max = INT64_C(1000000000000)),
		INPUT(struct weighing, days, "Days the act lasted", .max = 36500),
		INPUT(struct weighing, ill, "Persons taken ill", .max = 1000000),
		STORED(struct weighing, factors), STORED(struct weighing, replies),
		INPUT(struct weighing, words, "What else was weighed", .as = AS_LONG, .max = 1000),
		STORED(struct weighing, refused), STORED(struct weighing, repeated),
		STORED(struct weighing, scale), STORED(struct weighing, band, .choices = bands),
		STORED(struct weighing, serious), STORED(struct weighing, low_fen, .as = AS_FEN),
		STORED(struct weighing, high_fen, .as = AS_FEN), STORED(struct weighing, exempt),
		STORED(struct weighing, must_not), STORED(struct weighing, why),
		STORED(struct weighing, why_en), STORED(struct weighing, discretion),
		STORED(struct weighing, lists), STORED(struct weighing, weighed_by, .as = AS_ID),
		STORED(struct weighing, weighed_at, .as = AS_TIME)));

const struct model handover_model = MODEL("case_handovers", struct handover, .witnessed = true,
	FIELDS(STORED(struct handover, id), STORED(struct handover, version),
		STORED(struct handover, case_id, .as = AS_ID),
		STORED(struct handover, report, .as = AS_ID),
		INPUT(struct handover, authority, "Police office it goes to", .required = true,
			.max = 100),
		INPUT(struct handover, crime, "Crime suspected", .required = true, .max = 100,
			.hint = "As the criminal law names it, ending in 罪"),
		INPUT(struct handover, basis,
			"Articles of the criminal law and the standard of "
			"prosecution that are met",
			.as = AS_LONG, .required = true, .max = 1000,
			.hint = "An amount or a harm that meets the standard is handed over, and "
				"no fine takes its place (transfer rule, articles 3 and 11)"),
		INPUT(struct handover, facts, "Facts of the suspected crime", .as = AS_LONG,
			.required = true, .max = 4000),
		INPUT(struct handover, material, "What is handed over", .as = AS_LONG,
			.required = true, .max = 2000,
			.hint = "Report of the investigation, list of goods, test reports and "
				"expert opinions, other material (transfer rule, article 6)"),
		INPUT(struct handover, procurator, "Copy to the procuratorate", .max = 100),
		STORED(struct handover, written_by, .as = AS_ID),
		STORED(struct handover, written_at, .as = AS_TIME)));

const struct model transfer_model = MODEL("case_transfers", struct transfer, .witnessed = true,
	FIELDS(STORED(struct transfer, id), STORED(struct transfer, version),
		STORED(struct transfer, case_id, .as = AS_ID),
		STORED(struct transfer, decision, .as = AS_ID), STORED(struct transfer, receiver),
		STORED(struct transfer, taken_by),
		STORED(struct transfer, handed_at, .as = AS_TIME), STORED(struct transfer, receipt),
		STORED(struct transfer, written_by, .as = AS_ID), STORED(struct transfer, reply),
		STORED(struct transfer, replied_at, .as = AS_DATE),
		STORED(struct transfer, reply_number), STORED(struct transfer, reply_words),
		STORED(struct transfer, reply_by, .as = AS_ID)));

static const struct choice request_kinds[] = { { "hearing", "A hearing", "" },
	{ "recusal", "That somebody steps aside", "" }, { "more_time", "More time", "" },
	{ "recording", "To see the recording as it was recorded", "" }, { 0 } };
static const struct choice request_states[] = { { "asked", "Waits for an answer", "yellow" },
	{ "granted", "Granted", "green" }, { "refused", "Not granted", "red" },
	{ "withdrawn", "Withdrawn", "neutral" }, { 0 } };

const struct model request_model = MODEL("case_requests", struct request, .witnessed = true,
	FIELDS(STORED(struct request, id), STORED(struct request, version),
		STORED(struct request, case_id, .as = AS_ID),
		INPUT(struct request, kind, "What you ask for", .choices = request_kinds,
			.required = true),
		STORED(struct request, officer, .as = AS_ID),
		INPUT(struct request, words, "Why", .as = AS_LONG, .required = true, .max = 2000),
		STORED(struct request, asked_at, .as = AS_TIME),
		STORED(struct request, state, .choices = request_states),
		STORED(struct request, answer), STORED(struct request, until, .as = AS_DATE),
		STORED(struct request, answered_by, .as = AS_ID),
		STORED(struct request, answered_at, .as = AS_TIME)));

const struct model party_file_model =
	MODEL("case_party_files", struct party_file, .witnessed = true,
		FIELDS(STORED(struct party_file, id), STORED(struct party_file, version),
			STORED(struct party_file, case_id, .as = AS_ID),
			STORED(struct party_file, about), STORED(struct party_file, sm3),
			STORED(struct party_file, sha256), STORED(struct party_file, type),
			STORED(struct party_file, sent_at, .as = AS_TIME)));
