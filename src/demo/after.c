/* What comes after decisions: a fine paid, a late one, one in parts; goods seized. Cases, payments
 * and goods are made up, as everybody here. */
#include "contracts/facts.h"
#include "demo/demo.h"
#include "domains/cases/cases.h"
#include "domains/fines/fines.h"
#include "domains/measures/measures.h"

enum { FINES = 3, SEIZED = 3 };

static const struct {
	int64_t who, fine_fen, taken_fen, ago; /* ago: days since the decision was served */
	const char *act, *number;
} decisions[FINES] = {
	{ 60, 500000, 0, 20, "V14", "示例市监立〔2026〕901号" },
	{ 61, 1000000, 264000, 30, "V14", "示例市监立〔2026〕902号" },
	{ 62, 600000, 0, 25, "V14", "示例市监立〔2026〕903号" },
};

struct scene {
	const struct demo *d;
	int k;
	int64_t case_id;
};

static const struct user *officer_of(const struct demo *d, int64_t who, int second)
{
	return &d->officers[d->town[who % d->n] * 2 + second];
}

static enum err case_open(struct req *rq, const struct demo *d, int64_t who, struct case_row *c)
{
	int64_t operator= d->operators[who % d->n], area;

	TRY(db_int(rq, &area, "SELECT area FROM pub_operators WHERE id = $1", operator));
	return precheck_of(rq,
		&(struct finding){ operator, area, officer_of(d, who, 0)->id,
			officer_of(d, who, 1)->id, rq->now, "V14" },
		c);
}

static enum err decided(struct req *rq, void *arg)
{
	struct scene *s = arg;
	struct case_row c;

	TRY(case_open(rq, s->d, decisions[s->k].who, &c));
	c.state = "decided";
	c.number = decisions[s->k].number;
	c.filed_at = c.told_at = c.heard_at = c.decided_at = c.served_at = rq->now;
	c.service_way = "direct";
	c.statement = "none";
	c.outcome = "penalty";
	c.penalty = "PEN_FINE";
	c.fine_fen = decisions[s->k].fine_fen;
	c.decision_paper = id_new(); /* no paper of an invented decision is made */
	s->case_id = c.id;
	TRY(term_days(rq, c.filed_at, (int)act_term(rq, "decide_days", 90), &c.decide_due));
	TRY(db_update(rq, &case_model, &c));
	TRY(emit(rq, CASE_DECIDED, c.id, c.operator,
		json_pairs(rq, "procedure", "ordinary", "outcome", "penalty", "fine_fen",
			arena_printf(rq->arena, "%" PRId64, c.fine_fen), "confiscated_fen",
			arena_printf(rq->arena, "%" PRId64, decisions[s->k].taken_fen), NULL)));
	return emit(rq, PAPER_SERVED, c.id, c.operator,
		json_pairs(rq, "paper", arena_printf(rq->arena, "%" PRId64, c.decision_paper),
			"template", "penalty_decision", "title", "行政处罚决定书", "way", "direct",
			"served_at", arena_printf(rq->arena, "%" PRId64, rq->now), NULL));
}

static enum err minute(struct req *rq, void *arg)
{
	struct list l;

	(void)arg;
	TRY(db_all(rq, &fine_clock_model, &l,
		"SELECT * FROM fine_clocks WHERE state <> 'done' AND warn_at <= $1 ORDER BY due, "
		"id",
		rq->now));
	for (struct fine_clock *c = LIST_OF(struct fine_clock, &l);
		c < LIST_END(struct fine_clock, &l); c++)
		TRY(fine_clock_run(rq, &(struct job){ .subject = c->id }, NULL));
	return OK;
}

enum err demo_pay(struct req *rq, int64_t case_id, const char *bank_no, int64_t fen)
{
	struct fine f;
	struct fine_payment p = { .source = "bank",
		.bank_no = bank_no,
		.fen = fen,
		.paid_at = rq->now,
		.payer = "示例付款人",
		.words = "",
		.receipt_no = "",
		.onspot_why = "",
		.taken_at = rq->now };

	TRY(db_one(rq, &fine_model, &f, "SELECT * FROM fines WHERE case_id = $1", case_id));
	p.slip_code = f.slip_code;
	return fine_paid(rq, &f, &p);
}

/* Asked for by the party, proposed and approved: in three parts, the first paid. */
static enum err in_parts(struct req *rq, void *arg)
{
	const struct scene *s = arg;
	struct fine f;

	TRY(db_one(rq, &fine_model, &f, "SELECT * FROM fines WHERE case_id = $1", s->case_id));
	f.plan_state = "approved";
	f.plan_kind = "parts";
	f.plan_words = "门店装修停业，资金周转困难，申请分三期缴纳";
	f.plan_asked_at = f.plan_decided_at = rq->now;
	f.plan_by = f.officer1;
	f.plan_opinion = "情况属实，建议分三期";
	f.plan_reason = "确有经济困难，同意分期缴纳";
	f.state = "deferred";
	TRY(fine_clock_stop(rq, &f, "pay", 0));
	for (int i = 0; i < 3; i++) {
		struct fine_part p = { .fine = f.id,
			.n = i + 1,
			.due = s->d->today + (i * 30 - 8) * DAY - 1,
			.fen = f.fine_fen / 3 };
		TRY(db_insert(rq, &fine_part_model, &p));
		TRY(fine_clock_start(
			rq, (struct fine_clock){ .fine = f.id, .kind = "part", .due = p.due }));
		f.plan_until = p.due;
	}
	TRY(fine_save(rq, &f, FINE_PLAN_DECIDED,
		json_pairs(rq, "verdict", "approve", "reason", f.plan_reason, NULL)));
	return OK;
}

static enum err paid(struct req *rq, void *arg)
{
	const struct scene *s = arg;

	return demo_pay(rq, s->case_id, arena_printf(rq->arena, "SL2026%04d", s->k + 1),
		s->k == 0 ? decisions[0].fine_fen : decisions[s->k].fine_fen / 3);
}

/* ---- goods seized
 * --------------------------------------------------------------------------------- */
static const struct {
	const char *name, *spec, *unit, *seal;
	int64_t quantity;
} goods[SEIZED] = {
	{ "冷冻鸡块（标签无生产日期）", "1kg/袋", "袋", "SL-0001", 24 },
	{ "过期酱料", "5kg/桶", "桶", "SL-0002", 6 },
	{ "无标签糕点", "散装", "箱", "SL-0003", 3 },
};

static enum err seized(struct req *rq, void *arg)
{
	const struct demo *d = arg;
	struct case_row c;

	TRY(case_open(rq, d, 63, &c));
	c.state = "filed";
	c.number = "示例市监立〔2026〕904号";
	c.filed_at = rq->now;
	TRY(term_days(rq, c.filed_at, (int)act_term(rq, "decide_days", 90), &c.decide_due));
	TRY(db_update(rq, &case_model, &c));
	TRY(emit(rq, CASE_FILED, c.id, c.operator, json_of(rq, &case_model, &c)));
	struct measure m = { .case_id = c.id,
		.operator= c.operator,
		.area = c.area,
		.kind = "seize",
		.state = "running",
		.officer1 = c.officer1,
		.officer2 = c.officer2,
		.proposed_at = rq->now,
		.reason = "涉嫌经营超过保质期、无标签的食品",
		.basis = "《中华人民共和国食品安全法》第一百一十条第四项",
		.place = "后厨冷库",
		.taken_at = rq->now,
		.decided_at = rq->now,
		.decided_words = "同意扣押",
		.lab_name = "",
		.more_state = "",
		.more_reason = "",
		.keeper = "",
		.end_way = "",
		.end_words = "",
		.photo_sm3 = "",
		.photo_sha256 = "" };
	TRY(measure_until(rq, &m));
	TRY(db_insert(rq, &measure_model, &m));
	for (int i = 0; i < SEIZED; i++) {
		struct measure_item x = { .measure = m.id,
			.n = i + 1,
			.name = goods[i].name,
			.spec = goods[i].spec,
			.unit = goods[i].unit,
			.quantity = goods[i].quantity,
			.seal_no = goods[i].seal,
			.words = "" };
		TRY(db_insert(rq, &measure_item_model, &x));
	}
	TRY(measure_paper_of_taking(rq, &m));
	return measure_save(rq, &m, MEASURE_TAKEN, json_of(rq, &measure_model, &m));
}

enum err demo_after(struct demo *d, struct fault *why)
{
	for (int k = 0; k < FINES; k++) {
		struct scene s = { .d = d, .k = k };
		clock_set(d->today - decisions[k].ago * DAY);
		TRY(app_write(d->app, decided, &s, why));
		clock_set(d->today - 12 * DAY);
		if (k == 2)
			TRY(app_write(d->app, in_parts, &s, why));
		clock_set(d->today - 11 * DAY);
		if (k != 1)
			TRY(app_write(d->app, paid, &s, why));
	}
	clock_set(d->today - 27 * DAY);
	TRY(app_write(d->app, seized, d, why));
	clock_set(d->today);
	TRY(app_write(d->app, minute, NULL, why));
	return app_write(d->app, minute, NULL, why);
}
