/* Complaints and reports received (投诉举报): a register with clocks, whoever sent one protected.
 * README.md has the law, the states and the screens. */
#include "domains/complaints/complaints.h"

#include "contracts/facts.h"

const struct choice complaint_kinds[] = {
	{ "complaint", "Complaint", "info" },
	{ "report", "Report of a violation", "yellow" },
	{ NULL },
};
const struct choice complaint_sources[] = {
	{ "12315", "12315 platform", "" },
	{ "12345", "12345 hotline", "" },
	{ "phone", "By telephone", "" },
	{ "letter", "By letter", "" },
	{ "visit", "In person", "" },
	{ "transfer", "Handed over by another office", "" },
	{ NULL },
};
const struct choice complaint_states[] = {
	{ "received", "Received", "yellow" },
	{ "accepted", "Accepted, being mediated", "info" },
	{ "decided", "Decided, to be told", "info" },
	{ "closed", "Settled and told", "green" },
	{ NULL },
};
const struct choice complaint_outcomes[] = {
	{ "settled", "Mediated", "green" },
	{ "not_settled", "Mediation ended without agreement", "neutral" },
	{ "withdrawn", "Withdrawn", "neutral" },
	{ "refused", "Not accepted", "neutral" },
	{ "filed", "A case is filed", "red" },
	{ "not_filed", "No case is filed", "neutral" },
	{ "transferred", "Handed to the office in charge", "neutral" },
	{ NULL },
};
const struct choice complaint_clocks[] = {
	{ "over", "Overdue", "red" },
	{ "soon", "Due soon", "yellow" },
	{ "time", "In time", "green" },
	{ NULL },
};

#define C(m, ...) STORED(struct complaint, m, __VA_ARGS__)
const struct model complaint_model = MODEL("complaints", struct complaint, .witnessed = true,
	FIELDS(C(id, .as = AS_ID), C(version, 0),
		INPUT(struct complaint, number, "Number of the register", .max = 40,
			.hint = "Of the platform it comes from; without one it gets ours"),
		INPUT(struct complaint, kind, "Complaint or report", .required = true,
			.choices = complaint_kinds),
		INPUT(struct complaint, source, "Source", .required = true,
			.choices = complaint_sources),
		INPUT(struct complaint, received_at, "Received on", .required = true,
			.as = AS_DATE),
		C(operator, .as = AS_ID), C(area, 0),
		INPUT(struct complaint, subject_name, "Business it is about", .required = true,
			.max = 120),
		INPUT(struct complaint, subject_no, "Licence number or credit code", .max = 40,
			.hint = "If known: the business is found by it"),
		INPUT(struct complaint, subject_address, "Address", .max = 200),
		INPUT(struct complaint, matter, "Matter", .required = true, .max = 60,
			.hint = "In a few words, without names: it is shown on lists and tasks"),
		INPUT(struct complaint, text, "What is complained about", .required = true,
			.as = AS_LONG, .max = 4000),
		C(named, 0), C(state, .choices = complaint_states), C(due_at, .as = AS_DATE),
		C(accepted_at, .as = AS_TIME), C(extended_at, .as = AS_TIME),
		C(decided_at, .as = AS_TIME), C(outcome, .choices = complaint_outcomes),
		C(words, 0), C(answered_at, .as = AS_TIME), C(answer_way, 0),
		C(checked_at, .as = AS_TIME), C(check_words, 0), C(inspection, .as = AS_ID),
		C(case_id, .as = AS_ID), C(rule_version, 0), C(entered_by, .as = AS_ID),
		C(entered_at, .as = AS_TIME), C(closed_at, .as = AS_TIME),
		C(erased_at, .as = AS_TIME)));
#undef C

const struct model reporter_model = MODEL("complaint_reporters", struct reporter,
	FIELDS(STORED(struct reporter, complaint, .as = AS_ID),
		INPUT(struct reporter, reporter_name, "Name of the sender", .max = 60,
			.hint = "Only who handles this sees it, and each look is written down"),
		INPUT(struct reporter, reporter_phone, "Telephone of the sender", .max = 40),
		INPUT(struct reporter, reporter_address, "Address of the sender", .max = 200)));

static const struct route routes[] = {
	{ GET, "/complaints", complaint_list, COMPLAINT_READ,
		.about = "The register; ?q=&kind=&state=&area=&operator=&clock=over",
		.gives = &complaint_model },
	{ GET, "/complaints/new", complaint_new, COMPLAINT_WRITE, .about = "Form of a new one" },
	{ POST, "/complaints", complaint_create, COMPLAINT_WRITE, .about = "Enter one",
		.takes = &complaint_model },
	{ GET, "/complaints/import", complaint_import_form, COMPLAINT_WRITE,
		.about = "Form for a file of the 12315 platform" },
	{ POST, "/complaints/import", complaint_import, COMPLAINT_WRITE,
		.about = "Take in a CSV file (UTF-8 or GB18030)" },
	{ GET, "/complaints/:id", complaint_page, COMPLAINT_READ, .about = "One with its clock",
		.gives = &complaint_model },
	{ POST, "/complaints/:id/accept", complaint_accept, COMPLAINT_WRITE,
		.about = "Accept a complaint" },
	{ POST, "/complaints/:id/extend", complaint_extend, COMPLAINT_WRITE,
		.about = "Extend the check of a report (words)" },
	{ POST, "/complaints/:id/decide", complaint_decide, COMPLAINT_WRITE,
		.about = "Decide (outcome, words)" },
	{ POST, "/complaints/:id/answer", complaint_answer, COMPLAINT_WRITE,
		.about = "The sender was told (way)" },
	{ POST, "/complaints/:id/place", complaint_place, COMPLAINT_WRITE,
		.about = "Say which business it is about (licence)" },
	{ POST, "/complaints/:id/assign", complaint_assign, COMPLAINT_WRITE,
		.about = "Send the officer of the cell (due)" },
	{ POST, "/complaints/:id/link", complaint_link, COMPLAINT_WRITE,
		.about = "Link it to a case or an inspection (case, inspection)" },
	{ POST, "/complaints/:id/reporter", complaint_reporter, COMPLAINT_WRITE,
		.about = "Look at who sent it; written down (reason)" },
	{ 0 },
};

#define TELLS(...) ((const char *const[]){ __VA_ARGS__, NULL })
static const struct listen listens[] = {
	{ TASK_DONE, on_complaint_task_done, TELLS(COMPLAINT_CHECKED) },
	{ 0 },
};

const struct module complaints = {
	.name = "complaints",
	.routes = routes,
	.listens = listens,
	.models = (const struct model *const[]){ &complaint_model, NULL },
	.tells = TELLS(COMPLAINT_RECEIVED, COMPLAINT_PLACED, COMPLAINT_ACCEPTED, COMPLAINT_EXTENDED,
		COMPLAINT_ASSIGNED, COMPLAINT_LINKED, COMPLAINT_DECIDED, COMPLAINT_ANSWERED,
		COMPLAINT_SENDER_SEEN, COMPLAINT_ERASED),
	.nav = (const struct nav[]){ { "/complaints", "Complaints and reports", COMPLAINT_READ },
		{ 0 } },
	.every_minute = complaints_every_minute,
};
