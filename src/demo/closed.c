/* Cases of the past year that are over: what statistics, the public list of penalties and the list
 * of what waits are looked at with. Parties, acts and sums are made up, as everybody here. */
#include "contracts/facts.h"
#include "demo/demo.h"
#include "domains/cases/ordinary.h"
#include "domains/publications/publications.h"

enum { CLOSED = 16, FIRST_OPERATOR = 70, PUBLISH_AFTER = 9 };

/* ago: days since filing; then days to the notice, to the decision, to its service, to its end. */
static const struct past {
	int ago, told, decided, served, done;
	const char *act, *outcome, *kinds;
	int64_t fine_fen;
	const char *published; /* what became of its publication: "" none */
} pasts[CLOSED] = {
	{ 340, 2, 3, 0, 9, "V01", "penalty", "PEN_WARN", 0, "" },
	{ 331, 21, 40, 3, 12, "V20", "penalty", "PEN_FINE", 500000, "public" },
	{ 318, 1, 2, 0, 5, "V01", "penalty", "PEN_WARN", 0, "" },
	{ 301, 40, 96, 5, 14, "V20", "penalty", "PEN_FINE", 1200000, "withdrawn" },
	{ 282, 18, 33, 2, 10, "V20", "penalty", "PEN_FINE,PEN_WARN", 600000, "public" },
	{ 263, 2, 4, 1, 7, "V06", "penalty", "PEN_WARN", 0, "" },
	{ 244, 15, 31, 4, 0, "V20", "no_penalty", "", 0, "" },
	{ 230, 26, 58, 3, 11, "V20", "penalty", "PEN_FINE", 800000, "public" },
	{ 211, 1, 1, 0, 6, "V01", "penalty", "PEN_WARN", 0, "" },
	{ 190, 30, 74, 6, 13, "V20", "penalty", "PEN_FINE", 2000000, "public" },
	{ 171, 2, 3, 0, 8, "V06", "penalty", "PEN_WARN", 0, "" },
	{ 150, 19, 37, 3, 9, "V20", "penalty", "PEN_FINE", 500000, "corrected" },
	{ 133, 12, 24, 2, 0, "V20", "no_penalty", "", 0, "" },
	{ 112, 1, 3, 0, 4, "V01", "penalty", "PEN_WARN", 0, "" },
	{ 95, 17, 34, 3, 10, "V20", "penalty", "PEN_FINE", 700000, "public" },
	{ 80, 14, 30, 2, 12, "V20", "penalty", "PEN_FINE", 500000, "late" },
};

static bool is_ordinary(const struct past *p)
{
	return !text_is(p->kinds, "PEN_WARN");
}

static enum err opened(struct req *rq, const struct demo *d, int k, struct case_row *c)
{
	int64_t who = (FIRST_OPERATOR + k) % d->n, area;
	const struct user *officers = &d->officers[d->town[who] * 2];

	TRY(db_int(rq, &area, "SELECT area FROM pub_operators WHERE id = $1", d->operators[who]));
	return precheck_of(rq,
		&(struct finding){ d->operators[who], area, officers[0].id, officers[1].id, rq->now,
			pasts[k].act },
		c);
}

static enum err procedure_of(struct req *rq, const struct case_row *c)
{
	struct proceeding p = { .case_id = c->id,
		.procedure = "ordinary",
		.reason = "拟处罚款，适用普通程序。",
		.chosen_by = c->officer1,
		.chosen_at = rq->now,
		.outcome_item = "" };

	return db_insert(rq, &proceeding_model, &p);
}

/* Filed, told, decided and served in their time; one fact each for the filing, the decision and the
 * service. */
static enum err decided(struct req *rq, const struct past *p, int64_t filed, struct case_row *c)
{
	static const char year[] = "示例市监立〔%d〕%d号";

	c->filed_at = filed;
	c->filed_reason = "有初步证据证明违法行为。";
	c->told_at = filed + p->told * DAY;
	c->told_penalty = p->kinds;
	c->heard_at =
		c->told_at + 6 * DAY > filed + p->decided * DAY ? c->told_at : c->told_at + 6 * DAY;
	c->statement = "none";
	c->decided_at = filed + p->decided * DAY;
	c->served_at = c->decided_at + p->served * DAY;
	c->service_way = "direct";
	c->state = "decided";
	c->outcome = p->outcome;
	c->penalty = p->kinds;
	c->fine_fen = p->fine_fen;
	c->number = arena_printf(rq->arena, year, civil_of(filed).year, 300 + (int)(p - pasts));
	c->decision_paper = id_new(); /* no paper of an invented decision is made */
	rq->now = filed;
	TRY(term_days(rq, filed, (int)act_term(rq, "decide_days", 90), &c->decide_due));
	TRY(db_update(rq, &case_model, c));
	if (is_ordinary(p))
		TRY(procedure_of(rq, c));
	TRY(emit(rq, CASE_FILED, c->id, c->operator, json_of(rq, &case_model, c)));
	rq->now = c->decided_at;
	TRY(emit(rq, CASE_DECIDED, c->id, c->operator,
		json_pairs(rq, "procedure", is_ordinary(p) ? "ordinary" : "simple", "outcome",
			p->outcome, "fine_fen", arena_printf(rq->arena, "%" PRId64, p->fine_fen),
			"confiscated_fen", "0", NULL)));
	rq->now = c->served_at;
	return emit(rq, PAPER_SERVED, c->id, c->operator,
		json_pairs(rq, "paper", arena_printf(rq->arena, "%" PRId64, c->decision_paper),
			"template", "penalty_decision", "title", "行政处罚决定书", "way", "direct",
			"served_at", arena_printf(rq->arena, "%" PRId64, rq->now), NULL));
}

static enum err closed(struct req *rq, const struct past *p, int64_t id)
{
	struct case_row c;

	TRY(db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", id));
	if (p->fine_fen)
		TRY(demo_pay(rq, id, arena_printf(rq->arena, "SLP%04d", (int)(p - pasts) + 1),
			c.fine_fen));
	TRY(db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", id));
	if (text_is(c.state, "closed")) /* by the payment */
		return OK;
	c.state = "closed";
	c.closed_at = rq->now;
	c.close_reason = text_is(p->outcome, "penalty") ? "done" : "no_penalty";
	TRY(db_update(rq, &case_model, &c));
	return emit(
		rq, CASE_CLOSED, c.id, c.operator, json_pairs(rq, "reason", c.close_reason, NULL));
}

/* ---- what of it is public ----------------------------------------------------------------------
 */
static enum err made_public(struct req *rq, const struct case_row *c, struct published *p)
{
	const struct node *rule;
	struct publication_term term;

	TRY(publication_rule(rq, p->decided_at, &rule));
	publication_term(rule, &(struct sanction_kinds){ p->procedure, p->kinds, p->fine_fen },
		rq->now, &term);
	p->words =
		"经查：当事人经责令改正后，再次检查时冷藏柜温度仍高于规定，现场负责人陈某签字确认"
		"。\n依据《中华人民共和国食品安全法》第一百二十六条第一款的规定，决定处以罚款。";
	p->masked = 1;
	p->prepared_by = c->officer1;
	p->published_by = c->officer2;
	p->prepared_at = p->published_at = rq->now;
	p->state = "public";
	p->public_until = term.until;
	p->early_from = term.early_from;
	return publication_save(rq, p, PUBLICATION_PUBLISHED,
		json_pairs(rq, "number", p->number, "until", date_text(rq->arena, p->public_until),
			NULL));
}

static enum err withdrawn(struct req *rq, struct published *p)
{
	rq->now += 60 * DAY;
	p->fault = "revoked";
	p->fault_document = "示例府复〔2026〕12号";
	p->fault_at = rq->now;
	TRY(term_workdays(rq, rq->now, 3, &p->withdraw_due));
	rq->now += DAY;
	p->state = "withdrawn";
	p->withdrawn_at = rq->now;
	p->withdrawn_by = rq->user->id;
	p->withdrawn_why = "行政复议决定撤销该行政处罚决定。";
	return publication_save(rq, p, PUBLICATION_WITHDRAWN,
		json_pairs(rq, "fault", p->fault, "document", p->fault_document, "reason",
			p->withdrawn_why, "due", date_text(rq->arena, p->withdraw_due), NULL));
}

static enum err shown(struct req *rq, const struct past *k, const struct case_row *c)
{
	struct published p;

	if (!*k->published || text_is(k->published, "late"))
		return OK;
	rq->now = c->decided_at + PUBLISH_AFTER * DAY;
	TRY(db_one(
		rq, &published_model, &p, "SELECT * FROM publications WHERE case_id = $1", c->id));
	TRY(made_public(rq, c, &p));
	if (text_is(k->published, "withdrawn"))
		return withdrawn(rq, &p);
	if (!text_is(k->published, "corrected"))
		return OK;
	rq->now += 5 * DAY;
	p.corrected_at = rq->now;
	p.correction = "违法行为类型表述有误，予以更正。";
	return publication_save(
		rq, &p, PUBLICATION_CORRECTED, json_pairs(rq, "reason", p.correction, NULL));
}

static enum err one_written(struct req *rq, const struct demo *d, int k)
{
	const struct past *p = &pasts[k];
	int64_t filed = d->today - p->ago * DAY + 10 * HOUR, open;
	struct case_row c;

	/* in a small district the business may have an open case of this act: that one is left */
	TRY(db_int(rq, &open,
		"SELECT count(*) FROM cases WHERE operator = $1 AND act = $2 AND state NOT IN "
		"('closed', 'not_filed')",
		d->operators[(FIRST_OPERATOR + k) % d->n], p->act));
	if (open)
		return OK;
	rq->now = filed - (1 + k % 6) * DAY;
	TRY(opened(rq, d, k, &c));
	TRY(decided(rq, p, filed, &c));
	rq->now += p->done * DAY;
	TRY(closed(rq, p, c.id));
	return shown(rq, p, &c);
}

static enum err closed_write(struct req *rq, void *arg)
{
	const struct demo *d = arg;
	int64_t now = rq->now;
	enum err e = OK;

	for (int k = 0; !e && k < CLOSED; k++)
		e = one_written(rq, d, k);
	rq->now = now;
	return e;
}

enum err demo_closed(struct demo *d, struct fault *why)
{
	clock_set(d->today);
	return app_write(d->app, closed_write, d, why);
}
