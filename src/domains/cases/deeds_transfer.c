/* A case that goes elsewhere: handed over against a receipt, to the police within 24 hours of the
 * approval; and what the police answer. What they do not take comes back and is decided anew. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"

/* ---- handing over ----------------------------------------------------- */
static const struct model handed_form = MODEL("case_transfers", struct transfer,
	FIELDS(INPUT(struct transfer, receiver, "Office it goes to", .required = true, .max = 100),
		INPUT(struct transfer, taken_by, "Who took it there", .required = true, .max = 60),
		INPUT(struct transfer, handed_at, "Day", .as = AS_DATE, .required = true),
		INPUT(struct transfer, hour, "Hour", .required = true, .max = 5,
			.hint = "Such as 09:30"),
		INPUT(struct transfer, receipt, "Receipt of the other office", .required = true,
			.max = 100,
			.hint = "Its number, or how the office confirmed it in writing")));

static void handed_begin(struct req *rq, const struct course *k, void *row)
{
	struct transfer *t = row;

	t->receiver = text_is(k->c.outcome, "to_police")
			      ? k->handover.authority
			      : setting(rq, "transfer_office", "有管辖权的行政机关");
	t->handed_at = rq->now;
}

/* What is sealed or seized goes along, and its owner is told by form 6 (AEL 21). */
static enum err goods_told(struct req *rq, const struct course *k)
{
	int64_t n;

	if (!k->f.held)
		return OK;
	TRY(db_int(rq, &n,
		"SELECT count(*) FROM pub_papers WHERE subject = $1 AND template = "
		"'seized_transfer' AND state <> 'void'",
		k->c.id));
	return n ? OK
		 : fail(rq, E_CONFLICT,
			   "Goods of the party are held: they go along, and the party is told by "
			   "form 6. Fill it in first (Coercion Law article 21).");
}

static enum err hand_over(struct req *rq, struct course *k, void *row)
{
	struct transfer *t = row;

	TRY(goods_told(rq, k));
	t->handed_at = form_moment(rq, "handed_at", "hour");
	if (!form_failed(rq) &&
		(t->handed_at + MINUTE <= k->c.decided_at || t->handed_at > rq->now))
		field_error(rq, "handed_at",
			"It was handed over after the approval, and not in the future.");
	if (form_failed(rq))
		return E_INVALID;
	row_blank(&transfer_model, t);
	t->case_id = k->c.id;
	t->decision = k->c.decision_paper;
	t->written_by = rq->user->id;
	return course_add(rq, k, &(struct written){ &transfer_model, t, CASE_HANDED_OVER });
}

/* ---- what the police answer ------------------------------------------- */
static const struct choice replies[] = { { "accepted", "The police took up the case", "" },
	{ "refused", "The police did not take up the case", "" }, { 0 } };
static const struct model reply_form = MODEL("case_transfers", struct transfer,
	FIELDS(INPUT(struct transfer, reply, "Answer of the police", .choices = replies,
		       .required = true),
		INPUT(struct transfer, replied_at, "Day", .as = AS_DATE, .required = true),
		INPUT(struct transfer, reply_number, "Number of their document", .required = true,
			.max = 100),
		INPUT(struct transfer, reply_words, "What they say", .as = AS_LONG,
			.required = true, .max = 1000)));

static void reply_begin(struct req *rq, const struct course *k, void *row)
{
	struct transfer *t = row;

	*t = k->transfer;
	t->replied_at = rq->now;
}

/* Back to the investigation, with a new report: the bureau decides itself what is to follow. */
static enum err comes_back(struct req *rq, struct course *k)
{
	struct report r = k->report;
	struct case_row *c = &k->c;

	r.state = "returned";
	TRY(db_update(rq, &report_model, &r));
	c->state = c->told_at ? "heard" : "filed";
	c->outcome = c->penalty = c->service_way = "";
	c->decided_at = c->decision_paper = c->served_at = c->proposed_by = 0;
	return db_update(rq, &case_model, c);
}

static enum err police_reply(struct req *rq, struct course *k, void *row)
{
	struct transfer *t = row;

	if (t->replied_at < t->handed_at - DAY || t->replied_at > rq->now) {
		field_error(rq, "replied_at",
			"They answered after it was handed over, and not in the future.");
		return E_INVALID;
	}
	t->reply_by = rq->user->id;
	if (text_is(t->reply, "refused"))
		TRY(comes_back(rq, k));
	return course_change(rq, k, &(struct written){ &transfer_model, t, CASE_POLICE_ANSWERED });
}

#define TRANSFER sizeof(struct transfer)
const struct deed transfer_deeds[] = {
	{ STEP_HAND_OVER, &handed_form, TRANSFER, handed_begin, hand_over, NULL, false,
		"To the police within 24 hours of the approval, with the whole file and the goods "
		"(transfer rule, articles 5 and 6).",
		NULL },
	{ STEP_POLICE_REPLY, &reply_form, TRANSFER, reply_begin, police_reply, NULL, false,
		"What they do not take up comes back: the report is written anew and the case is "
		"decided by this office (transfer rule, articles 8 to 10).",
		NULL },
	{ 0 },
};
