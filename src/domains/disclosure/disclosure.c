/* Requests for government information (依申请公开): README.md has the law and the screens. */
#include "domains/disclosure/disclosure.h"

#include "contracts/facts.h"

const struct choice disclosure_states[] = {
	{ "open", "To be answered", "yellow" },
	{ "mend", "Waits for the applicant's correction", "info" },
	{ "third", "Waits for a third party's view", "info" },
	{ "answered", "Answered", "green" },
	{ 0 },
};
static const struct choice ways[] = { { "visit", "In person", "" }, { "letter", "By letter", "" },
	{ "net", "Over the internet", "" }, { "fax", "By fax", "" }, { 0 } };
static const struct choice forms[] = { { "paper", "On paper", "" },
	{ "electronic", "Electronically", "" }, { "look", "To look at", "" }, { 0 } };

#define I(m, ...) INPUT(struct disclosure, m, __VA_ARGS__)
#define S(m, ...) STORED(struct disclosure, m, __VA_ARGS__)
const struct model disclosure_model = MODEL("disclosures", struct disclosure, .witnessed = true,
	FIELDS(S(id, .as = AS_ID), S(version, 0), S(number, 0),
		I(title, "What it is about", .required = true, .max = 80,
			.hint = "Without names: lists show it"),
		I(wanted, "What is asked for", .required = true, .as = AS_LONG, .max = 2000),
		I(way, "How it came", .required = true, .choices = ways),
		I(form, "In which form", .required = true, .choices = forms),
		I(received_day, "Received on", .required = true, .as = AS_DATE,
			.hint = "OGI article 31: the day it was handed in or signed for"),
		S(entered_by, .as = AS_ID), S(entered_at, .as = AS_TIME),
		S(state, .choices = disclosure_states), S(due, .as = AS_DATE), S(days_left, 0),
		S(waits_words, 0), S(mended, 0), S(extended_at, .as = AS_DATE),
		S(extended_by, .as = AS_ID), S(extended_why, 0), S(answer, 0), S(answer_words, 0),
		S(answered_by, .as = AS_ID), S(answered_at, .as = AS_DATE), S(in_time, 0),
		S(warned_due, .as = AS_TIME), S(erased_at, .as = AS_DATE)));
#undef I
#undef S
const struct model applicant_model = MODEL("disclosure_applicants", struct applicant,
	FIELDS(STORED(struct applicant, disclosure, .as = AS_ID),
		INPUT(struct applicant, name, "Who asks", .required = true, .max = 80),
		INPUT(struct applicant, contact, "How to reach them", .required = true,
			.max = 200)));

enum err disclosure_law(struct req *rq, int64_t at, const struct node **law)
{
	return rules(rq, "disclosure/terms", at, law);
}

const struct node *disclosure_answer_of(const struct node *law, const char *code)
{
	NODE_EACH (a, node_find(law, "answers"))
		if (text_is(node_text(a, "code", ""), code))
			return a;
	return NULL;
}

enum err disclosure_load(struct req *rq, struct disclosure *d)
{
	enum err e =
		db_one(rq, &disclosure_model, d, "SELECT * FROM disclosures WHERE id = $1", rq->id);

	return e == E_NOT_FOUND ? fail(rq, e, "There is no such request.") : e;
}

enum err disclosure_save(struct req *rq, struct disclosure *d, const char *fact, const char *data)
{
	TRY(d->id ? db_update(rq, &disclosure_model, d) : db_insert(rq, &disclosure_model, d));
	return emit(rq, fact, d->id, 0, data);
}

static const struct route routes[] = {
	{ GET, "/disclosures", disclosure_list, COMPLAINT_READ,
		.about = "Requests for information, what ends next on top; ?state=",
		.gives = &disclosure_model },
	{ GET, "/disclosures/counts", disclosure_counts, ANYBODY,
		.about = "How many requests came, and how they were answered" },
	{ GET, "/disclosures/new", disclosure_new, COMPLAINT_WRITE, .about = "Form of a request" },
	{ POST, "/disclosures", disclosure_create, COMPLAINT_WRITE,
		.about = "Put a request on file", .takes = &disclosure_model },
	{ GET, "/disclosures/:id", disclosure_page, COMPLAINT_READ, .about = "One request",
		.gives = &disclosure_model },
	{ POST, "/disclosures/:id/wait", disclosure_wait, COMPLAINT_WRITE,
		.about = "Ask for a correction or a third party's view (kind, words)" },
	{ POST, "/disclosures/:id/resume", disclosure_resume, COMPLAINT_WRITE,
		.about = "What was waited for came" },
	{ POST, "/disclosures/:id/more", disclosure_extend, CASE_APPROVE,
		.about = "Give more time (why)" },
	{ POST, "/disclosures/:id/answer", disclosure_answer, COMPLAINT_WRITE,
		.about = "Answer it (answer, words)" },
	{ POST, "/disclosures/:id/clips", disclosure_clip_put, COMPLAINT_WRITE,
		.about = "Put a clip with faces covered to the answer (cover)",
		.takes = &disclosure_clip_model },
	{ GET, "/disclosures/:id/clips/:id2.zip", disclosure_clip_give, COMPLAINT_WRITE,
		.about = "The clip that the answer gives, with its manifest" },
	{ 0 },
};

const struct module disclosure = {
	.name = "disclosure",
	.routes = routes,
	.models = (const struct model *const[]){ &disclosure_model, &disclosure_clip_model, NULL },
	.tells = (const char *const[]){ DISCLOSURE_RECEIVED, DISCLOSURE_WAITS, DISCLOSURE_RESUMED,
		DISCLOSURE_EXTENDED, DISCLOSURE_CLIP_PUT, DISCLOSURE_ANSWERED, DISCLOSURE_OVERDUE,
		DISCLOSURE_ERASED, NULL },
	.nav = (const struct nav[]){ { "/disclosures", "Requests for information", COMPLAINT_READ,
					     NULL },
		{ 0 } },
	.announces = (const struct announce[]){ { DISCLOSURE_OVERDUE, "officers",
							"The term of a request for information has "
							"passed",
							"/disclosures/", "red", NULL, NULL },
		{ 0 } },
	.every_minute = disclosures_every_minute,
};
