/* Report, review, notice, hearing: what stands between the investigation and the decision. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"
#include "domains/cases/sources.h"
#include "domains/cases/statements.h"
#include "domains/cases/weighing.h"

#include <string.h>

/* ---- report ----------------------------------------------------------- */
static void report_begin(struct req *rq, const struct course *k, void *row)
{
	struct report *r = row;
	const struct node *act = act_of(rq, k->c.act);
	struct weighing w;
	bool weighed = !weighing_load(rq, k->c.id, &w) && w.id;

	if (k->report.id) { /* written anew: from what was written before */
		*r = k->report;
		r->id = r->version = r->paper = 0;
		r->new_facts = "";
		if (weighed && w.weighed_at > k->report.written_at)
			r->discretion = weighing_words(rq, &w);
		return;
	}
	r->party = arena_printf(rq->arena, "%s，%s，住所：%s，法定代表人（负责人）：%s。",
		k->party.name, k->party.uscc, k->party.address, k->party.legal_person);
	struct source s = { 0 };
	if (!source_load(rq, k->c.id, &s) && s.id)
		r->course =
			arena_printf(rq->arena, "%s%s，%s立案。", date_zh(rq->arena, s.received_at),
				source_zh(rq, &s), date_zh(rq->arena, k->c.filed_at));
	else
		r->course = arena_printf(rq->arena, "%s发现线索，%s立案。",
			date_zh(rq->arena, k->c.opened_at), date_zh(rq->arena, k->c.filed_at));
	r->nature = arena_printf(rq->arena, "%s，违反%s的规定。",
		node_text(act, "short", k->c.act_name), node_text(act, "provision", ""));
	r->basis = arena_printf(rq->arena, "依据%s。", basis_of(rq, &k->c, &k->party));
	r->outcome = weighed && *w.must_not ? "no_penalty" : "penalty";
	r->discretion = weighed ? weighing_words(rq, &w) : "";
}

/* The heaviest first: who reads one code reads that. */
static const char *kinds_of(struct req *rq, const struct report *r)
{
	const struct {
		const char *code;
		bool is;
	} kinds[] = { { "PEN_REVOKE", r->revoke }, { "PEN_STOP", r->stop },
		{ "PEN_CONFISCATE", r->confiscate || r->confiscated_fen > 0 || r->goods_fen > 0 },
		{ "PEN_FINE", r->fine_fen > 0 }, { "PEN_WARN", r->warn } };
	struct buf b = { .arena = rq->arena };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].is)
			buf_printf(&b, "%s%s", b.n ? "," : "", kinds[i].code);
	return b.n ? buf_text(&b) : "";
}

/* FSL 136: no penalty, but the goods are confiscated; that, and nothing else. */
static void exempt_goods_check(struct req *rq, const struct report *r)
{
	if (!text_is(r->kinds, "PEN_CONFISCATE") || r->confiscated_fen)
		field_error(rq, "confiscate",
			"Exempt for its honest source: the goods below standard are confiscated, "
			"and nothing else is imposed (FSL article 136).");
}

static enum err outcome_check(struct req *rq, const struct report *r)
{
	bool penalty = text_is(r->outcome, "penalty");
	const struct node *lists;

	TRY(rules(rq, "cases/exempt", rq->now, &lists));
	if (text_is(r->outcome, "no_penalty") && ground_confiscates(lists, r->outcome_item)) {
		exempt_goods_check(rq, r);
		return OK;
	}

	if (penalty && !*r->kinds)
		field_error(rq, "outcome", "Say which penalty is proposed.");
	if (!penalty && *r->kinds)
		field_error(rq, "outcome",
			"Without a penalty there is no fine, confiscation or other kind.");
	if (text_is(r->outcome, "no_penalty") && !*r->outcome_item)
		field_error(rq, "outcome_item",
			"Name the ground on which no penalty is imposed (APL article 33).");
	return OK;
}

static void heavier_check(struct req *rq, const struct course *k, const struct report *r)
{
	const struct penalty_size now = report_size(r);
	struct penalty_size told;

	if (told_last(k, &told) && *r->kinds && *heavier_in(&now, &told) && !*r->new_facts)
		field_error(rq, "fine_fen",
			"What is proposed goes beyond the notice: a defence never makes it worse "
			"(APL article 45; O2 article 58).");
}

static enum err anew_check(struct req *rq, const struct course *k, const struct report *r)
{
	const struct penalty_size now = report_size(r);
	const char *why;

	TRY(anew_refuses(rq, k->c.id, &now, &why));
	if (why && *r->kinds)
		field_error(rq, "fine_fen", "%s", tr(rq, why));
	return OK;
}

static enum err review_open(struct req *rq, const struct course *k, const struct report *r)
{
	const struct review_facts f = { .public_interest = r->public_interest,
		.hearing = text_is(k->f.hearing, "reported"),
		.hard = r->hard };
	struct review v = {
		.case_id = k->c.id, .report = r->id, .kind = review_is_legal(&f) ? "legal" : "case"
	};

	row_blank(&review_model, &v);
	TRY(term_workdays(rq, rq->now, course_term(k, "review_workdays", 10), &v.due));
	return db_insert(rq, &review_model, &v);
}

/* Goods are confiscated with their value; when the officers leave it out, as it was weighed. */
static void goods_check(struct req *rq, const struct weighing *w, struct report *r)
{
	if (r->confiscate && !r->goods_fen && w->id)
		r->goods_fen = w->goods_fen;
	if (r->confiscate && r->goods_fen <= 0)
		field_error(rq, "goods_fen",
			"Give the value of the goods: from it follows the right to a hearing (APL "
			"article 63).");
}

static enum err goods_keep(struct req *rq, const struct report *r)
{
	struct goods g = { .case_id = r->case_id, .report = r->id, .goods_fen = r->goods_fen };

	return db_insert(rq, &goods_model, &g);
}

static enum err report_write(struct req *rq, struct course *k, void *row)
{
	struct report *r = row;
	struct weighing w;

	TRY(weighing_load(rq, k->c.id, &w));
	goods_check(rq, &w, r);
	r->kinds = kinds_of(rq, r);
	TRY(outcome_check(rq, r));
	heavier_check(rq, k, r);
	TRY(anew_check(rq, k, r));
	TRY(weighing_check_report(rq, k, r));
	if (form_failed(rq))
		return E_INVALID;
	r->case_id = k->c.id;
	r->state = "submitted";
	r->written_by = rq->user->id;
	r->written_at = rq->now;
	TRY(paper_report(rq, k, r));
	TRY(db_insert(rq, &report_model, r));
	TRY(goods_keep(rq, r));
	TRY(review_open(rq, k, r));
	return emit(rq, CASE_REPORTED, k->c.id, k->c.operator, json_of(rq, &report_model, r));
}

/* Beside the report: what it is bound by. */
static void weighing_shown(struct req *rq, const struct course *k)
{
	struct weighing w;

	if (!weighing_load(rq, k->c.id, &w) && w.id)
		put_weighing(rq, put_beside(rq, "As weighed"), &w);
}

/* ---- review ----------------------------------------------------------- */
static void review_begin(struct req *rq, const struct course *k, void *row)
{
	(void)rq;
	*(struct review *)row = k->review;
}

static bool all_right(const struct review *r)
{
	const char *const points[] = { r->jurisdiction, r->party, r->facts, r->nature, r->basis,
		r->procedure, r->proportion };

	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++)
		if (!text_is(points[i], "yes"))
			return false;
	return true;
}

static enum err review_write(struct req *rq, struct course *k, void *row)
{
	struct review *r = row;
	struct report p = k->report;
	bool pass = text_is(r->verdict, "pass");

	if (pass && !all_right(r)) {
		field_error(rq, "verdict",
			"A report with a point that is not right is returned (O2 articles 53 and "
			"54).");
		return E_INVALID;
	}
	r->reviewed_by = rq->user->id;
	r->reviewed_at = rq->now;
	p.state = pass ? "passed" : "returned";
	TRY(paper_review(rq, k, r));
	TRY(db_update(rq, &report_model, &p));
	return course_change(rq, k, &(struct written){ &review_model, r, CASE_REVIEWED });
}

static const struct model reason_form = MODEL("case_approvals", struct approval,
	FIELDS(INPUT(
		struct approval, words, "Reason", .as = AS_LONG, .required = true, .max = 1000)));

static enum err ask_review_time(struct req *rq, struct course *k, void *row)
{
	struct approval *a = row;

	a->matter = "extend_review";
	TRY(approval_ask(rq, k, a));
	notice(rq, "It waits for a leader's approval.");
	return OK;
}

/* ---- notice ----------------------------------------------------------- */
static enum err notify(struct req *rq, struct course *k, void *row)
{
	const struct report *r = &k->report;
	const struct penalty_size p = report_size(r);
	struct notice_row n = { .case_id = k->c.id,
		.report = r->id,
		.kinds = r->kinds,
		.fine_fen = r->fine_fen,
		.confiscated_fen = r->confiscated_fen,
		.goods_fen = r->goods_fen,
		.hearing_right = hearing_due(&k->bounds, &p, k->f.person),
		.told_at = rq->now };

	(void)row;
	TRY(told_before_keep(rq, k)); /* an earlier notice, which new facts go beyond */
	k->c.state = "told";
	k->c.told_at = rq->now;
	k->c.told_penalty = r->kinds;
	k->c.hear_due = 0; /* five working days begin when it is served */
	TRY(paper_notice(rq, k, &n));
	TRY(db_insert(rq, &notice_model, &n));
	TRY(db_update(rq, &case_model, &k->c));
	TRY(tell_party(rq, &k->c,
		arena_printf(rq->arena, "拟对您单位作出行政处罚（%s），您可以陈述、申辩%s。",
			penalty_zh(rq, k, &p), n.hearing_right ? "、要求听证" : "")));
	return emit(rq, CASE_TOLD, k->c.id, k->c.operator, json_of(rq, &notice_model, &n));
}

enum err notice_served(struct req *rq, struct case_row *c, const struct node *told)
{
	struct notice_row n;
	enum err e = db_one(rq, &notice_model, &n, "SELECT * FROM case_notices WHERE paper = $1",
		node_int(told, "paper", 0));

	if (e || n.served_at || !text_is(c->state, "told"))
		return e ? e : OK;
	n.served_at = node_int(told, "served_at", rq->now);
	TRY(term_workdays(rq, n.served_at, (int)act_term(rq, "silence_workdays", 5), &c->hear_due));
	TRY(db_update(rq, &notice_model, &n));
	return case_save_with(rq, c, CASE_SERVED, service_words(rq, told));
}

static enum err silence(struct req *rq, struct course *k, void *row)
{
	(void)row;
	return statement_over(rq, &k->c);
}

/* ---- hearing ---------------------------------------------------------- */
static const struct model set_form = MODEL("case_hearings", struct hearing,
	FIELDS(INPUT(struct hearing, at, "Day", .as = AS_DATE, .required = true,
		       .hint = "At least seven working days from now"),
		INPUT(struct hearing, attended, "Hour", .required = true, .max = 5,
			.hint = "Such as 09:30"),
		INPUT(struct hearing, place, "Place", .required = true, .max = 200),
		INPUT(struct hearing, recorder, "Who keeps the record", .required = true,
			.max = 60)));
static const struct model hold_form = MODEL("case_hearings", struct hearing,
	FIELDS(INPUT(struct hearing, attended, "Who attended", .as = AS_LONG, .required = true,
		       .max = 500),
		INPUT(struct hearing, record, "Record of the hearing", .as = AS_LONG,
			.required = true, .max = 4000),
		INPUT(struct hearing, refusal, "If the party does not sign: why", .max = 200)));
static const struct model hearing_report_form = MODEL("case_hearings", struct hearing,
	FIELDS(INPUT(struct hearing, opinion, "Summary and opinion of the chair", .as = AS_LONG,
		.required = true, .max = 4000)));

static void hearing_begin(struct req *rq, const struct course *k, void *row)
{
	struct hearing *h = row;

	(void)rq;
	*h = k->hearing;
	if (text_is(h->state, "asked"))
		h->attended = "";
}

static enum err request_granted(struct req *rq, const struct hearing *h)
{
	struct request q;
	enum err e = db_one(
		rq, &request_model, &q, "SELECT * FROM case_requests WHERE id = $1", h->request);

	if (e)
		return e == E_NOT_FOUND ? OK : e;
	q.state = "granted";
	q.answer = "依法举行听证。";
	q.answered_by = rq->user->id;
	q.answered_at = rq->now;
	return db_update(rq, &request_model, &q);
}

static enum err set_hearing(struct req *rq, struct course *k, void *row)
{
	struct hearing *h = row;

	TRY(hearing_day(rq, k, h));
	h->chair = rq->user->id;
	h->announced_at = rq->now;
	h->state = "set";
	TRY(paper_hearing_notice(rq, k, h));
	TRY(hearing_notice_add(rq, k, h));
	TRY(request_granted(rq, h));
	TRY(tell_party(rq, &k->c,
		arena_printf(rq->arena, "听证定于%s在%s举行。", moment_zh(rq, h->at), h->place)));
	return course_change(rq, k, &(struct written){ &hearing_model, h, CASE_HEARING_SET });
}

static enum err hold_hearing(struct req *rq, struct course *k, void *row)
{
	struct hearing *h = row;
	struct object sign = { .sm3 = "", .sha256 = "" };

	if (!*h->refusal && keep_signature(rq, "signature", &sign)) {
		field_error(rq, "signature",
			"The person signs in the box, or write why it does not sign.");
		return E_INVALID;
	}
	h->sign_sm3 = *h->refusal ? "" : sign.sm3;
	h->sign_sha256 = *h->refusal ? "" : sign.sha256;
	h->state = "held";
	if (!k->c.heard_at) { /* what is said there is the party's statement */
		static const char there[] = "当事人在听证中陈述、申辩，见听证笔录";
		bool before = text_is(k->c.statement, "made");
		k->c.statement = "made";
		k->c.statement_words =
			before ? arena_printf(rq->arena, "%s\n%s", k->c.statement_words, there)
			       : there;
		k->c.heard_at = rq->now;
	}
	k->c.state = "heard";
	TRY(hearing_notice_end(rq, k, "held", ""));
	TRY(paper_hearing_record(rq, k, h));
	TRY(db_update(rq, &case_model, &k->c));
	return course_change(rq, k, &(struct written){ &hearing_model, h, CASE_HEARING_HELD });
}

static enum err report_hearing(struct req *rq, struct course *k, void *row)
{
	struct hearing *h = row;

	h->state = "reported";
	h->reported_at = rq->now;
	TRY(paper_hearing_report(rq, k, h));
	TRY(span_close(rq, k, "hearing"));
	TRY(db_update(rq, &case_model, &k->c));
	return course_change(rq, k, &(struct written){ &hearing_model, h, CASE_HEARING_REPORTED });
}

#define HEARING sizeof(struct hearing), hearing_begin
const struct deed review_deeds[] = {
	{ STEP_REPORT, &report_form, sizeof(struct report), report_begin, report_write, NULL, false,
		"Its six parts go to the reviewer with the proposal (O2 article 48).",
		weighing_shown },
	{ STEP_EXTEND_REVIEW, &reason_form, sizeof(struct approval), NULL, ask_review_time, NULL,
		false, NULL, NULL },
	{ STEP_REVIEW, &review_model, sizeof(struct review), review_begin, review_write, NULL,
		false, "Answer each of the seven points of O2 article 53.", review_shown },
	{ STEP_NOTIFY, NULL, 1, NULL, notify, NULL, false,
		"The notice is a paper. The five working days begin when it is served.",
		put_report },
	{ STEP_SILENCE, NULL, 1, NULL, silence, NULL, false,
		"Five working days have passed since the notice was served.", NULL },
	{ STEP_SET_HEARING, &set_form, HEARING, set_hearing, NULL, false,
		"You chair the hearing. It is public, but for secrets and privacy (APL article "
		"64).",
		NULL },
	{ STEP_HOLD_HEARING, &hold_form, HEARING, hold_hearing, NULL, true, NULL, NULL },
	{ STEP_REPORT_HEARING, &hearing_report_form, HEARING, report_hearing, NULL, false,
		"The decision is made on the record of the hearing (APL article 65).", NULL },
	{ 0 },
};
