/* What may happen to a hearing before it is held: its notice is served, it is put off, its chair
 * changes, the party stays away. None of it leaves the ninety days standing still for ever. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"

/* ---- the notice ------------------------------------------------------- */
enum err hearing_notice_add(struct req *rq, const struct course *k, const struct hearing *h)
{
	struct hearing_notice n = { .case_id = k->c.id,
		.hearing = h->id,
		.paper = h->notice_paper,
		.at = h->at,
		.told_at = rq->now };

	row_blank(&hearing_notice_model, &n);
	return db_insert(rq, &hearing_notice_model, &n);
}

enum err hearing_notice_end(
	struct req *rq, const struct course *k, const char *outcome, const char *reason)
{
	struct hearing_notice n = k->hearing_notice;

	if (!n.id)
		return OK;
	n.outcome = outcome;
	n.reason = reason;
	return db_update(rq, &hearing_notice_model, &n);
}

enum err hearing_notice_served(struct req *rq, struct case_row *c, const struct node *told)
{
	struct hearing_notice n;
	enum err e = db_one(rq, &hearing_notice_model, &n,
		"SELECT * FROM case_hearing_notices WHERE paper = $1", node_int(told, "paper", 0));

	if (e && e != E_NOT_FOUND)
		return e;
	if (!e && !n.served_at) {
		n.served_at = node_int(told, "served_at", rq->now);
		TRY(db_update(rq, &hearing_notice_model, &n));
	}
	return emit(rq, CASE_SERVED, c->id, c->operator, service_words(rq, told));
}

/* Seven working days lie between the notice and the hearing (APL 64, 85). */
enum err hearing_day(struct req *rq, const struct course *k, struct hearing *h)
{
	int64_t earliest;

	h->at = form_moment(rq, "at", "attended");
	h->attended = "";
	TRY(term_workdays(rq, rq->now, course_term(k, "hearing_notice_workdays", 7), &earliest));
	if (!form_failed(rq) && h->at <= earliest)
		field_error(rq, "at",
			"The party is told seven working days before the hearing (APL articles 64 "
			"and 85).");
	return form_failed(rq) ? E_INVALID : OK;
}

/* ---- put off ---------------------------------------------------------- */
static const struct model put_off_form = MODEL("case_hearings", struct hearing,
	FIELDS(INPUT(struct hearing, record, "Reason", .as = AS_LONG, .required = true, .max = 500),
		INPUT(struct hearing, at, "Day", .as = AS_DATE, .required = true,
			.hint = "At least seven working days from now"),
		INPUT(struct hearing, attended, "Hour", .required = true, .max = 5,
			.hint = "Such as 09:30"),
		INPUT(struct hearing, place, "Place", .required = true, .max = 200)));

static void hearing_begin(struct req *rq, const struct course *k, void *row)
{
	(void)rq;
	*(struct hearing *)row = k->hearing;
}

static enum err put_off(struct req *rq, struct course *k, void *row)
{
	struct hearing *h = row;
	const char *why = h->record;

	TRY(hearing_day(rq, k, h));
	h->record = "";
	h->announced_at = rq->now;
	TRY(hearing_notice_end(rq, k, "put_off", why));
	TRY(paper_hearing_notice(rq, k, h));
	TRY(hearing_notice_add(rq, k, h));
	TRY(tell_party(rq, &k->c,
		arena_printf(rq->arena, "听证延期至%s在%s举行。", moment_zh(rq, h->at), h->place)));
	return course_change(rq, k, &(struct written){ &hearing_model, h, CASE_HEARING_PUT_OFF });
}

/* ---- another chair ---------------------------------------------------- */
/* Known to the party, who may ask that the new chair steps aside (APL 64). */
static enum err take_chair(struct req *rq, struct course *k, void *row)
{
	struct hearing h = k->hearing;

	(void)row;
	if (h.chair == rq->user->id)
		return fail(rq, E_CONFLICT, "You chair this hearing already.");
	h.chair = rq->user->id;
	TRY(tell_party(rq, &k->c,
		arena_printf(rq->arena,
			"听证主持人变更为%s。认为其与本案有直接利害关系的，"
			"有权申请回避。",
			user_name(rq, h.chair))));
	return course_change(rq, k, &(struct written){ &hearing_model, &h, CASE_HEARING_SET });
}

/* ---- the party stays away --------------------------------------------- */
static const struct model absent_form = MODEL("case_hearings", struct hearing,
	FIELDS(INPUT(struct hearing, attended, "Who attended", .as = AS_LONG, .required = true,
		       .max = 500),
		INPUT(struct hearing, record, "How the party was waited for", .as = AS_LONG,
			.required = true, .max = 2000)));

static enum err absent(struct req *rq, struct course *k, void *row)
{
	struct hearing *h = row;

	h->state = "withdrawn";
	h->refusal = "当事人无正当理由拒不出席听证，视为放弃听证权利，听证终止。";
	TRY(paper_hearing_record(rq, k, h));
	TRY(hearing_notice_end(rq, k, "absent", h->record));
	TRY(span_close(rq, k, "hearing"));
	TRY(db_update(rq, &case_model, &k->c));
	return course_change(rq, k, &(struct written){ &hearing_model, h, CASE_HEARING_WAIVED });
}

#define HEARING sizeof(struct hearing), hearing_begin
const struct deed hearing_deeds[] = {
	{ STEP_PUT_OFF, &put_off_form, HEARING, put_off, NULL, false,
		"The party is given a new notice, and its seven working days run anew.", NULL },
	{ STEP_TAKE_CHAIR, NULL, sizeof(struct hearing), NULL, take_chair, NULL, false,
		"The chair cannot go on: you chair the hearing from now on, and the party is told.",
		NULL },
	{ STEP_ABSENT, &absent_form, HEARING, absent, NULL, false,
		"Who stays away without a good reason, or leaves without leave, has waived the "
		"hearing: it ends, and the ninety days run on (APL article 64).",
		NULL },
	{ 0 },
};
