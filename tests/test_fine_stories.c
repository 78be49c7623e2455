/* Fines through their pages, on both databases: paid in time; late to the cap and before the court;
 * later and in parts; collected on the spot; what the bank's file brings. */
#include "contracts/facts.h"
#include "domains/cases/cases.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 10, PAGE_STATEMENTS = 34 };

struct matter {
	struct bench *b;
	int64_t operator, id, paper, fine_fen, confiscated_fen;
	const char *procedure;
	int64_t officer1, officer2;
	char party[64];
};

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static const char *at(const struct matter *m, const char *step)
{
	return arena_printf(bench_arena(m->b), "/cases/%" PRId64 "/fine%s", m->id, step);
}

static const char *my(const struct matter *m, const char *step)
{
	return arena_printf(bench_arena(m->b), "/my/cases/%" PRId64 "/fine%s", m->id, step);
}

static const char *column(const struct matter *m, const char *name)
{
	return bench_text(
		m->b, arena_printf(bench_arena(m->b),
			      "SELECT CAST(%s AS text) FROM fines WHERE case_id = %" PRId64, name,
			      m->id));
}

static const char *day(const struct matter *m, const char *name)
{
	int64_t ms = 0;
	assert_true(text_to_int(column(m, name), &ms));
	return ms ? date_text(bench_arena(m->b), ms) : "";
}

static int facts(const struct matter *m, const char *name)
{
	return (int)bench_int(m->b,
		arena_printf(bench_arena(m->b),
			"SELECT count(*) FROM ledger WHERE subject = %" PRId64 " AND name = '%s'",
			m->id, name));
}

/* ---- a decided case, served --------------------------------------------------------------------
 */
static enum err decide(struct req *rq, void *arg)
{
	struct matter *m = arg;
	struct case_row c;

	TRY(precheck_of(rq,
		&(struct finding){
			m->operator, HARNESS_AREA, m->officer1, m->officer2, rq->now, "V01" },
		&c));
	m->id = c.id;
	c.state = "decided";
	c.number = "示范市监立〔2026〕9号";
	c.filed_at = c.told_at = c.heard_at = c.decided_at = rq->now;
	c.outcome = "penalty";
	c.penalty = "PEN_FINE";
	c.fine_fen = m->fine_fen;
	c.decision_paper = m->paper = id_new();
	TRY(db_update(rq, &case_model, &c));
	return emit(rq, CASE_DECIDED, c.id, c.operator,
		json_pairs(rq, "procedure", m->procedure, "outcome", "penalty", "fine_fen",
			arena_printf(rq->arena, "%" PRId64, m->fine_fen), "confiscated_fen",
			arena_printf(rq->arena, "%" PRId64, m->confiscated_fen), NULL));
}

static enum err serve(struct req *rq, void *arg)
{
	const struct matter *m = arg;

	return emit(rq, PAPER_SERVED, m->id, m->operator,
		json_pairs(rq, "paper", arena_printf(rq->arena, "%" PRId64, m->paper), "template",
			"penalty_decision", "title", "行政处罚决定书", "way", "direct", "served_at",
			arena_printf(rq->arena, "%" PRId64, rq->now), NULL));
}

static struct matter matter(struct bench *b, const char *procedure, int64_t fine, int64_t taken)
{
	struct matter m = { .b = b,
		.operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.fine_fen = fine,
		.confiscated_fen = taken,
		.procedure = procedure,
		.officer1 = bench_int(b, "SELECT id FROM pub_users WHERE login = 'officer1'"),
		.officer2 = bench_int(b, "SELECT id FROM pub_users WHERE login = 'officer2'") };

	assert_int_equal(bench_write(b, decide, &m), OK);
	snprintf(m.party, sizeof(m.party), "party:%" PRId64 ":%" PRId64, m.operator, m.id);
	bench_jobs(b);
	return m;
}

static struct matter served(struct bench *b, const char *procedure, int64_t fine, int64_t taken)
{
	struct matter m = matter(b, procedure, fine, taken);

	assert_int_equal(bench_write(b, serve, &m), OK);
	return m;
}

static struct answer *statement(const struct matter *m, const char *rows)
{
	const char *text =
		arena_printf(bench_arena(m->b), "流水号,缴款码,金额,缴款日期,付款人\n%s", rows);

	bench_file(m->b, "file", "bank.csv", "text/csv",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	struct answer *r = bench_post(m->b, "officer1", "/fines/statement", NULL);
	bench_jobs(m->b); /* the rows are taken by jobs */
	return r;
}

static const char *row(const struct matter *m, const char *no, const char *amount, const char *date)
{
	return arena_printf(bench_arena(m->b), "%s,%s,\"%s\",%s,禾记小馆\n", no,
		column(m, "slip_code"), amount, date);
}

/* To the last minute of a day, minute work done. */
static void until(const struct matter *m, const char *date)
{
	int64_t ms = 0;

	assert_true(date_parse(date, &ms));
	bench_clock(m->b, ms + 12 * HOUR);
	for (int i = 0; i < 4; i++) {
		bench_minute(m->b);
		bench_jobs(m->b);
	}
}

static int courts(const struct matter *m)
{
	return (int)bench_int(
		m->b, "SELECT count(*) FROM fine_clocks WHERE kind = 'court' AND state <> 'done'");
}

/* Last day of the running clock of the court. */
static const char *court_day(const struct matter *m)
{
	assert_int_equal(courts(m), 1);
	return date_text(bench_arena(m->b),
		bench_int(m->b,
			"SELECT due FROM fine_clocks WHERE kind = 'court' AND state <> 'done'"));
}

/* ---- stories -----------------------------------------------------------------------------------
 */
static void paid_in_time(void **state)
{
	struct matter m = matter(*state, "ordinary", 500000, 120000);
	struct bench *b = m.b;

	assert_string_equal(column(&m, "state"), "awaiting");
	assert_true(answer_has(bench_get(b, "officer1", at(&m, "")), "have not begun"));
	assert_true(answer_has(bench_get(b, m.party, my(&m, "")), "within 15 days"));
	assert_int_equal(bench_write(b, serve, &m), OK);
	assert_int_equal(bench_write(b, serve, &m), OK); /* told twice, counted once */
	assert_int_equal(facts(&m, "fine.due"), 1);
	/* 2026-11-23 and 15 days; half a year */
	assert_string_equal(day(&m, "pay_due"), "2026-12-08");
	assert_string_equal(day(&m, "suit_due"), "2027-05-24"); /* the 23rd is a Sunday */
	struct answer *r = bench_get(b, "officer1", at(&m, ""));
	assert_true(r->statements <= PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/fines/golden/one_due.html");
	bench_golden(b, bench_get(b, m.party, my(&m, "")), "src/domains/fines/golden/my_fine.html");
	r = bench_get(b, "officer1", "/fines");
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/fines/golden/list.html");
	status_is(bench_get(b, "officer3", at(&m, "")), 403);
	status_is(bench_get(b, "admin1", at(&m, "")), 403);
	status_is(bench_get(b, "party:1:2", my(&m, "")), 403);
	until(&m, "2026-12-06");
	assert_int_equal(facts(&m, "fine.clock_near"), 1);
	bench_minute(b);
	assert_int_equal(facts(&m, "fine.clock_near"), 1);
	until(&m, "2026-12-08");
	assert_int_equal(facts(&m, "fine.clock_over"), 0);
	status_is(statement(&m, row(&m, "T1", "6,200.00", "2026-12-08")), 303);
	assert_string_equal(column(&m, "state"), "settled");
	assert_string_equal(column(&m, "settled_how"), "paid");
	assert_string_equal(column(&m, "late_fen"), "0");
	/* the case closes by it */
	assert_string_equal(bench_text(b, "SELECT state FROM cases"), "closed");
	assert_true(answer_has(bench_get(b, m.party, my(&m, "")), "Nothing is left to pay"));
	/* the same file again: nothing new */
	int64_t before = bench_int(b, "SELECT count(*) FROM fine_payments");
	status_is(statement(&m, row(&m, "T1", "6200.00", "2026-12-08")), 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_payments"), before);
	until(&m, "2026-12-20");
	assert_int_equal(facts(&m, "fine.overdue"), 0);
}

static enum err serve_demand(struct req *rq, void *arg)
{
	struct matter *m = arg;
	struct matter d = *m;

	TRY(db_int(rq, &d.paper, "SELECT demand_paper FROM fines WHERE case_id = $1", m->id));
	return serve(rq, &d);
}

static const char *of_case(const struct matter *m, const char *step)
{
	return arena_printf(bench_arena(m->b), "/cases/%" PRId64 "/do/%s", m->id, step);
}

static struct answer *remedy(const struct matter *m, const char *kind, const char *on)
{
	return bench_post(
		m->b, "officer1", of_case(m, "remedy"), "kind", kind, "begun_at", on, NULL);
}

static struct answer *remedy_end(
	const struct matter *m, const char *outcome, const char *fine, const char *on)
{
	return bench_post(m->b, "officer1", of_case(m, "remedy-end"), "outcome", outcome,
		"ended_at", on, "words", "文书", "fine_fen", fine, NULL);
}

/* Paid, and then a review changes the fine and a suit annuls the decision: each time what was paid
 * too much is owed back. */
static void changed_and_annulled(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);

	until(&m, "2026-11-24");
	status_is(statement(&m, row(&m, "R1", "1000.00", "2026-11-24")), 303);
	assert_string_equal(column(&m, "settled_how"), "paid");
	until(&m, "2026-12-01");
	status_is(remedy(&m, "review", "2026-12-01"), 303);
	status_is(remedy_end(&m, "changed", "1000.01", "2026-12-01"), 422); /* never worse */
	status_is(remedy_end(&m, "upheld", "600", "2026-12-01"), 422);
	status_is(remedy_end(&m, "changed", "600", "2026-12-01"), 303);
	assert_string_equal(column(&m, "fine_fen"), "60000");
	assert_true(answer_has(bench_get(m.b, "officer1", at(&m, "")), "400.00"));
	status_is(remedy(&m, "suit", "2026-12-01"), 303);
	status_is(remedy_end(&m, "annulled", "", "2026-12-01"), 303);
	assert_string_equal(column(&m, "settled_how"), "annulled");
	assert_int_equal(facts(&m, "fine.changed"), 4);
}

/* Nobody pays: the late fine to its cap, demand after the term for suit, statement, court. */
static void late_and_court(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;

	status_is(bench_post(b, "officer1", at(&m, "/demand"), NULL), 409);
	until(&m, "2026-12-09");
	assert_string_equal(column(&m, "state"), "overdue");
	assert_int_equal(facts(&m, "fine.overdue"), 1);
	assert_true(answer_has(bench_get(b, "officer1", at(&m, "")), "¥30.00"));
	/* a review of ten days stands in between */
	until(&m, "2026-12-11");
	const char *begin = of_case(&m, "remedy"), *end = of_case(&m, "remedy-end");
	status_is(remedy(&m, "x", "2026-12-11"), 422);
	status_is(remedy(&m, "review", "2026-12-12"), 422);
	assert_true(bench_torture(b, "officer1", begin, "kind", "review", "begun_at", "2026-12-11",
			    NULL) > 2);
	status_is(remedy(&m, "suit", "2026-12-11"), 409);
	until(&m, "2026-12-20");
	assert_true(answer_has(bench_get(b, "officer1", at(&m, "")), "¥60.00"));
	status_is(remedy_end(&m, "upheld", "", "2026-12-10"), 422);
	assert_true(bench_torture(b, "officer1", end, "outcome", "upheld", "ended_at", "2026-12-20",
			    "words", "沪闵府复〔2026〕1号", NULL) > 3);
	assert_string_equal(day(&m, "suit_due"), "2027-01-04"); /* fifteen days after the review */
	until(&m, "2027-01-04");
	struct answer *r = status_is(bench_post(b, "officer1", at(&m, "/demand"), NULL), 409);
	assert_true(answer_has(r, "O2 article 76"));
	until(&m, "2027-03-15");
	r = bench_get(b, "officer1", at(&m, ""));
	assert_true(answer_has(r, "it grows no more"));
	assert_true(answer_has(r, "not counted (APL 73)"));
	bench_golden(b, r, "src/domains/fines/golden/one_late.html");
	r = status_is(bench_post(b, "head1", at(&m, "/court"), NULL), 409);
	assert_true(answer_has(r, "AEL article 54"));
	bench_torture(b, "officer1", at(&m, "/demand"), NULL);
	bench_jobs(b);
	r = status_is(bench_post(b, "head1", at(&m, "/court"), NULL), 409);
	assert_true(answer_has(r, "has not been served"));
	assert_int_equal(bench_write(b, serve_demand, &m), OK);
	assert_string_equal(day(&m, "demand_due"), "2027-03-29"); /* ten working days */
	r = status_is(bench_post(b, m.party, my(&m, "/statement"), "words", "", NULL), 422);
	bench_torture(b, m.party, my(&m, "/statement"), "words", "经营困难，下月缴纳", NULL);
	until(&m, "2027-03-30");
	r = status_is(bench_post(b, "head1", at(&m, "/court"), NULL), 409);
	assert_true(answer_has(r, "AEL article 36"));
	bench_torture(b, "officer1", at(&m, "/demand/view"), "view", "未提供证据，不予采纳", NULL);
	status_is(bench_post(b, "officer1", at(&m, "/court"), NULL), 403);
	bench_torture(b, "head1", at(&m, "/court"), NULL);
	bench_jobs(b);
	assert_string_equal(column(&m, "state"), "court");
	assert_string_equal(bench_text(b, "SELECT state FROM papers WHERE template = "
					  "'enforcement_application'"),
		"sealed");
	status_is(bench_post(b, "officer1", at(&m, "/court/result"), "result", "allowed", "words",
			  "", NULL),
		422);
	bench_torture(b, "officer1", at(&m, "/court/result"), "result", "allowed", "words",
		"（2027）沪0112行审1号", NULL);
	/* paid under the court: fine and late fine */
	status_is(statement(&m, row(&m, "C1", "2000.00", "2027-03-30")), 303);
	assert_string_equal(column(&m, "state"), "settled");
	assert_string_equal(column(&m, "late_fen"), "100000");
	assert_string_equal(bench_text(b, "SELECT state FROM cases"), "closed");
}

/* Three months after the term for suit nobody may go to the court; the execution ends by a leader.
 */
static void court_too_late(void **state)
{
	struct matter m = served(*state, "simple", 20000, 0);
	struct bench *b = m.b;

	/* the simple procedure: sixty days for a review first */
	assert_string_equal(day(&m, "suit_due"), "2027-01-22");
	until(&m, "2027-02-01");
	status_is(bench_post(b, "officer1", at(&m, "/demand"), NULL), 303);
	bench_jobs(b);
	assert_int_equal(bench_write(b, serve_demand, &m), OK);
	/* 5 to 12 February, the Spring Festival, is no working time */
	assert_string_equal(day(&m, "demand_due"), "2027-02-23");
	until(&m, "2027-04-10");
	assert_int_equal(facts(&m, "fine.clock_near"), 1);
	until(&m, "2027-04-23");
	assert_int_equal(facts(&m, "fine.clock_over"), 3);
	struct answer *r = status_is(bench_post(b, "head1", at(&m, "/court"), NULL), 409);
	assert_true(answer_has(r, "Three months"));
	status_is(
		bench_post(b, "head1", at(&m, "/end"), "ground", "paid", "reason", "x", NULL), 409);
	status_is(bench_post(b, "officer1", at(&m, "/end"), "ground", "other", "reason", "x", NULL),
		403);
	bench_torture(b, "head1", at(&m, "/end"), "ground", "no_assets", "reason",
		"企业终止，无财产可供执行", NULL);
	assert_string_equal(column(&m, "settled_how"), "no_assets");
	assert_string_equal(bench_text(b, "SELECT state FROM cases"), "closed");
}

static void in_parts(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;

	status_is(bench_post(b, "officer1", at(&m, "/plan"), "opinion", "同意", "due1",
			  "2027-01-11", "amount1", "1000", NULL),
		409);
	status_is(bench_post(b, m.party, my(&m, "/plan"), "kind", "parts", "words", "", NULL), 422);
	bench_torture(
		b, m.party, my(&m, "/plan"), "kind", "parts", "words", "店面装修，资金紧张", NULL);
	status_is(bench_post(b, "officer1", at(&m, "/plan"), "opinion", "同意", "due1",
			  "2027-01-11", "amount1", "999.99", NULL),
		422);
	status_is(bench_post(b, "officer1", at(&m, "/plan"), "opinion", "同意", "due1",
			  "2027-01-11", "amount1", "十元", NULL),
		422);
	bench_torture(b, "officer1", at(&m, "/plan"), "opinion", "情况属实，建议分两期", "due1",
		"2027-01-11", "amount1", "400", "due2", "2027-02-22", "amount2", "600.00", NULL);
	status_is(bench_post(b, "officer1", at(&m, "/plan/decide"), "verdict", "approve", "reason",
			  "x", NULL),
		403);
	status_is(bench_post(b, "head1", at(&m, "/plan/decide"), "verdict", "approve", "reason", "",
			  NULL),
		409);
	bench_torture(b, "head1", at(&m, "/plan/decide"), "verdict", "approve", "reason",
		"确有经济困难", NULL);
	bench_jobs(b);
	assert_string_equal(column(&m, "state"), "deferred");
	assert_string_equal(
		bench_text(b, "SELECT state FROM papers WHERE template = 'defer_notice'"),
		"sealed");
	until(&m, "2027-01-10");
	assert_int_equal(facts(&m, "fine.overdue"), 0); /* deferred, so not late */
	status_is(statement(&m, row(&m, "P1", "400.00", "2027-01-10")), 303);
	until(&m, "2027-01-20");
	assert_int_equal(facts(&m, "fine.plan_broken"), 0);
	bench_golden(
		b, bench_get(b, m.party, my(&m, "")), "src/domains/fines/golden/my_parts.html");
	/* the second part is missed, and says so; late on the 600 that are overdue */
	until(&m, "2027-02-24");
	assert_int_equal(facts(&m, "fine.plan_broken"), 1);
	assert_string_equal(column(&m, "state"), "overdue");
	assert_string_equal(column(&m, "plan_state"), "broken");
	assert_true(answer_has(bench_get(b, "officer1", at(&m, "")), "¥36.00"));
	status_is(statement(&m, row(&m, "P2", "600.00", "2027-02-24")), 303);
	assert_string_equal(column(&m, "state"), "overdue"); /* 18.00 of late fine are left */
	assert_string_equal(column(&m, "late_fen"), "1800");
	/* too much: kept, shown, and it goes back */
	status_is(statement(&m, row(&m, "P3", "20", "2027-02-24")), 303);
	assert_string_equal(column(&m, "state"), "settled");
	assert_int_equal(facts(&m, "fine.overpaid"), 1);
	const char *refund = arena_printf(bench_arena(b), "/fines/payments/%" PRId64 "/refund",
		bench_int(b, "SELECT id FROM fine_payments WHERE bank_no = 'P3'"));
	status_is(bench_post(b, "officer1", refund, "amount", "2.01", "words", "退1", NULL), 422);
	bench_torture(b, "officer1", refund, "amount", "2.00", "words", "退库单1号", NULL);
	assert_string_equal(column(&m, "paid_fen"), "101800");
}

static void plan_refused(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;

	status_is(
		bench_post(b, m.party, my(&m, "/plan"), "kind", "later", "words", "资金紧张", NULL),
		303);
	status_is(bench_post(b, "officer1", at(&m, "/plan"), "opinion", "不实", "due1",
			  "2027-01-11", "amount1", "1000", NULL),
		303);
	bench_torture(b, "head1", at(&m, "/plan/decide"), "verdict", "refuse", "reason",
		"未提供证明", NULL);
	until(&m, "2026-12-10");
	assert_string_equal(column(&m, "state"), "overdue"); /* the term ran on */
	status_is(
		bench_post(b, m.party, my(&m, "/plan"), "kind", "later", "words", "补充证明", NULL),
		303);
}

static void on_the_spot(void **state)
{
	struct matter m = matter(*state, "simple", 10000, 0);
	struct bench *b = m.b;

	struct answer *r = status_is(bench_post(b, "officer1", at(&m, "/collect"), "why", "small",
					     "receipt_no", "", NULL),
		409);
	assert_true(answer_has(r, "article 70"));
	status_is(bench_post(b, "officer3", at(&m, "/collect"), "why", "small", "receipt_no", "A1",
			  NULL),
		403);
	bench_torture(
		b, "officer1", at(&m, "/collect"), "why", "small", "receipt_no", "00112233", NULL);
	assert_string_equal(column(&m, "state"), "settled");
	int64_t id = bench_int(b, "SELECT id FROM fine_payments");
	const char *path = arena_printf(bench_arena(b), "/fines/payments/%" PRId64, id);
	/* two working days, then two more; both clocks are warned and missed loudly */
	until(&m, "2026-11-26");
	assert_int_equal(facts(&m, "fine.clock_over"), 1);
	status_is(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/banked", path),
			  "bank_no", "B1", NULL),
		409);
	bench_torture(b, "officer1", arena_printf(bench_arena(b), "%s/hand-in", path), NULL);
	assert_string_equal(
		date_text(bench_arena(b), bench_int(b, "SELECT bank_due FROM fine_payments")),
		"2026-11-30");
	status_is(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/banked", path),
			  "bank_no", "", NULL),
		422);
	bench_torture(b, "officer1", arena_printf(bench_arena(b), "%s/banked", path), "bank_no",
		"B1", NULL);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_clocks WHERE state <> 'done'"), 0);
}

static void of_nobody(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;

	bench_torture(b, "officer1", at(&m, "/slip"), NULL);
	struct answer *r = statement(&m, "U1,31011226000000000000,1000.00,2026-11-23,张三\n"
					 "U2,x,一千,2026-11-23,李四\nU3,x,5,2030-01-01,王五\n");
	status_is(r, 303);
	r = bench_get(b, "officer1",
		arena_printf(bench_arena(b), "/fines/payments?file=%" PRId64,
			bench_int(b, "SELECT id FROM fine_statements")));
	assert_true(answer_has(r, "not a number of yuan"));
	assert_true(answer_has(r, "no day up to today"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_payments WHERE fine = 0"), 1);
	bench_golden(b, bench_get(b, "officer1", "/fines/payments"),
		"src/domains/fines/golden/payments.html");
	const char *path = arena_printf(bench_arena(b), "/fines/payments/%" PRId64 "/match",
		bench_int(b, "SELECT id FROM fine_payments"));
	status_is(bench_post(b, "officer1", path, "slip_code", "x", "words", "凭证", NULL), 422);
	status_is(bench_post(b, "officer1", path, "slip_code", column(&m, "slip_code"), "words", "",
			  NULL),
		422);
	bench_torture(b, "officer1", path, "slip_code", column(&m, "slip_code"), "words",
		"当事人提供转账凭证", NULL);
	assert_string_equal(column(&m, "state"), "settled");
	status_is(statement(&m, ""), 303);
	bench_file(b, "file", "x.csv", "text/csv", (struct bytes){ (const uint8_t *)"a,b\n", 4 });
	status_is(bench_post(b, "officer1", "/fines/statement", NULL), 422);
	status_is(bench_post(b, "officer1", "/fines/statement", NULL), 422);
}

/* Slices of a file: what is known, what is of nobody, what cannot be read, each once. */
static void many_rows(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;
	struct buf rows = { .arena = bench_arena(b) };

	for (int i = 1; i <= 250; i++)
		buf_printf(&rows, "N%d,%s,%s,2026-11-23,张三\n", i,
			i == 120 ? column(&m, "slip_code") : "0",
			i == 101 || i == 250 ? "x" : "1000");
	const char *text = arena_printf(
		bench_arena(b), "流水号,缴款码,金额,缴款日期,付款人\n%s", buf_text(&rows));
	bench_file(b, "file", "many.csv", "text/csv",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	status_is(bench_post(b, "officer1", "/fines/statement", NULL), 303);
	/* the upload takes no row itself */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_payments"), 0);
	assert_true(answer_has(bench_get(b, "officer1", "/fines/payments"), "Being read"));
	bench_file(b, "file", "many.csv", "text/csv",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	status_is(bench_post(b, "officer1", "/fines/statement", NULL), 409);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_payments"), 248);
	assert_string_equal(column(&m, "state"), "settled");
	assert_int_equal(bench_int(b, "SELECT taken * 1000000 + unknown * 1000 + bad FROM "
				      "fine_statements"),
		248247002);
	assert_string_equal(
		bench_text(b, "SELECT number FROM fine_rejects WHERE line = 102"), "N101");
	assert_string_equal(
		bench_text(b, "SELECT number FROM fine_rejects WHERE line = 251"), "N250");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_readings"), 0);
}

/* Reading stops at the bound of the rule, and says so once. */
static void too_many_rows(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;
	struct buf rows = { .arena = bench_arena(b) };

	for (int i = 0; i < 5100; i++)
		buf_printf(&rows, "N1,0,5,2026-11-23,%s\n", i == 4 ? "" : "张三");
	buf_printf(&rows, "N2,0,5,2026-11-23,张三\n");
	status_is(statement(&m, buf_text(&rows)), 303);
	assert_int_equal(
		bench_int(b, "SELECT known * 1000 + taken * 10 + bad FROM fine_statements"),
		4999011);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_rejects"), 1);
	assert_int_equal(bench_int(b, "SELECT line FROM fine_rejects"), 5002);
	/* and no cell is longer than its bound */
	status_is(
		statement(&m, arena_printf(bench_arena(b), "L1,%0100d,5,2026-11-23,x\n", 7)), 303);
	assert_true(
		strstr(bench_text(b, "SELECT reason FROM fine_rejects ORDER BY id DESC LIMIT 1"),
			"too long") != NULL);
}

/* A row whose booking fails stands alone, is left out in the end, and holds up no other. */
static enum err fine_broken(struct req *rq, void *arg)
{
	const struct matter *m = arg;

	TRY(db_run(rq, "UPDATE fine_clocks SET kind = 'part' WHERE kind = 'pay'"));
	return db_run(rq, "UPDATE fines SET plan_until = 1 WHERE case_id = $1", m->id);
}

static void a_row_that_fails(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;
	struct fault why = { 0 };
	const char *code = column(&m, "slip_code");
	const char *text = arena_printf(bench_arena(b),
		"流水号,缴款码,金额,缴款日期\nG1,0,5,2026-11-23\nG2,%s,1000,2026-11-23\n"
		"G3,0,5,2026-11-23\n",
		code);

	assert_int_equal(bench_write(b, fine_broken, &m), OK);
	bench_file(b, "file", "g.csv", "text/csv",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	status_is(bench_post(b, "officer1", "/fines/statement", NULL), 303);
	for (int i = 0; i < 20; i++) {
		bool ran = true;
		while (ran)
			assert_int_equal(app_run_job(bench_app(b), &ran, &why), OK);
		bench_clock(b, clock_now() + HOUR);
	}
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_readings"), 0);
	assert_int_equal(bench_int(b, "SELECT taken * 10 + bad FROM fine_statements"), 21);
	assert_string_equal(bench_text(b, "SELECT number FROM fine_rejects"), "G2");
}

/* The three months for the court (AEL 53; O2 76) are watched from the service of the decision on,
 * move with what moves them, and stand still meanwhile. */
static enum err forget_court(struct req *rq, void *arg)
{
	(void)arg;
	return db_run(rq, "DELETE FROM fine_clocks WHERE kind = 'court'");
}

static void court_watched(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;

	assert_string_equal(court_day(&m), "2027-08-24");
	/* a fine of before the clock gets it */
	assert_int_equal(bench_write(b, forget_court, &m), OK);
	bench_minute(b);
	bench_jobs(b);
	assert_string_equal(court_day(&m), "2027-08-24");
	until(&m, "2027-06-05");
	status_is(remedy(&m, "review", "2027-06-01"), 303);
	assert_int_equal(courts(&m), 0);
	until(&m, "2027-06-16");
	assert_int_equal(courts(&m), 0);
	status_is(remedy_end(&m, "upheld", "", "2027-06-16"), 303);
	assert_string_equal(day(&m, "suit_due"), "2027-07-01");
	/* the first of October is a holiday, and the week after it (O2 80) */
	assert_string_equal(court_day(&m), "2027-10-08");
	int over = facts(&m, "fine.clock_over");
	/* nobody demanded: warned all the same, thirty days before */
	until(&m, "2027-09-08");
	int warned = facts(&m, "fine.clock_near");
	until(&m, "2027-09-09");
	assert_int_equal(facts(&m, "fine.clock_near"), warned + 1);
	until(&m, "2027-10-08");
	assert_int_equal(facts(&m, "fine.clock_over"), over);
	until(&m, "2027-10-09");
	assert_int_equal(facts(&m, "fine.clock_over"), over + 1);
}

static void court_after_a_plan(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;

	status_is(
		bench_post(b, m.party, my(&m, "/plan"), "kind", "later", "words", "资金紧张", NULL),
		303);
	bench_torture(b, "officer1", at(&m, "/plan"), "opinion", "属实", "due1", "2027-07-05",
		"amount1", "1000", NULL);
	bench_torture(
		b, "head1", at(&m, "/plan/decide"), "verdict", "approve", "reason", "同意", NULL);
	/* from the end of the plan (O2 76), off the holidays (O2 80) */
	assert_string_equal(court_day(&m), "2027-10-08");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_clocks WHERE kind = 'court'"), 2);
}

/* Who stepped aside (APL 43) collects nothing any more. */
static enum err third_takes_over(struct req *rq, void *arg)
{
	const struct matter *m = arg;
	struct case_row c;

	TRY(db_run(
		rq, "UPDATE users SET area = $1 WHERE login = 'officer3'", (int64_t)HARNESS_AREA));
	TRY(db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", m->id));
	TRY(db_int(rq, &c.officer1, "SELECT id FROM pub_users WHERE login = 'officer3'"));
	TRY(db_update(rq, &case_model, &c));
	return emit(rq, CASE_REQUEST_ANSWERED, c.id, c.operator, "{}");
}

static void collected_by_the_new_one(void **state)
{
	struct matter m = matter(*state, "simple", 10000, 0);
	struct bench *b = m.b;

	assert_int_equal(bench_write(b, third_takes_over, &m), OK);
	struct answer *r = status_is(bench_post(b, "officer1", at(&m, "/collect"), "why", "small",
					     "receipt_no", "A1", NULL),
		403);
	assert_true(answer_has(r, "APL article 68"));
	bench_torture(b, "officer3", at(&m, "/collect"), "why", "small", "receipt_no", "A1", NULL);
	assert_string_equal(column(&m, "state"), "settled");
	/* settled, and still to be handed in: on the list of what waits (APL 71) */
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM pub_fine_clocks WHERE kind = 'office'"), 1);
	assert_true(answer_has(
		bench_get(b, "officer3", "/desk/waiting"), "Hand the collected money in"));
}

/* On the water the two working days run from the landing (APL 71; O2 73). */
static void on_the_water(void **state)
{
	struct matter m = matter(*state, "ordinary", 900000, 0);
	struct bench *b = m.b;

	struct answer *r = status_is(bench_post(b, "officer1", at(&m, "/collect"), "why", "remote",
					     "receipt_no", "W1", "words", "", NULL),
		409);
	assert_true(answer_has(r, "article 69"));
	r = status_is(bench_post(b, "officer1", at(&m, "/collect"), "why", "hard", "receipt_no",
			      "W1", "landed", "2026-11-27", NULL),
		409);
	assert_true(answer_has(r, "article 68(2)"));
	r = status_is(bench_post(b, "officer1", at(&m, "/collect"), "why", "remote", "receipt_no",
			      "W1", "words", "当事人提出", "landed", "2026-11-22", NULL),
		422);
	assert_true(answer_has(r, "article 71"));
	bench_torture(b, "officer1", at(&m, "/collect"), "why", "remote", "receipt_no", "W1",
		"words", "船舶作业，当事人提出", "landed", "2026-11-27", NULL);
	/* landed on a Friday */
	assert_string_equal(
		date_text(bench_arena(b), bench_int(b, "SELECT office_due FROM fine_payments")),
		"2026-12-01");
	r = status_is(bench_post(b, "officer1", at(&m, "/collect"), "why", "remote", "receipt_no",
			      "W1", "words", "x", NULL),
		409);
}

/* The adapter: a folder that the bank fills. */
static enum err folder_set(struct req *rq, void *arg)
{
	return setting_put(rq, "bank_folder", arg);
}

static void folder_of_the_bank(void **state)
{
	struct matter m = served(*state, "ordinary", 100000, 0);
	struct bench *b = m.b;
	struct fault why;
	char *folder = arena_printf(bench_arena(b), "%s/bank", bench_dir(b));
	const char *text = arena_printf(bench_arena(b),
		"流水号,缴款码,金额,缴款日期\n"
		"F1,%s,1000,20261123\n",
		column(&m, "slip_code"));

	assert_int_equal(dir_make(folder, &why), OK);
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/a.csv", folder), text,
				 strlen(text), 0640, &why),
		OK);
	assert_int_equal(bench_write(b, folder_set, folder), OK);
	for (int i = 0; i < 3; i++) {
		bench_minute(b);
		bench_jobs(b);
	}
	assert_string_equal(column(&m, "state"), "settled");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM fine_statements"), 1);
	struct bytes moved;
	assert_int_equal(
		file_read(bench_arena(b), arena_printf(bench_arena(b), "%s/done/a.csv", folder),
			4096, &moved, &why),
		OK);
}

static void warning_opens_none(void **state)
{
	struct matter m = matter(*state, "simple", 0, 0);

	assert_int_equal(bench_int(m.b, "SELECT count(*) FROM fines"), 0);
	status_is(bench_get(m.b, "officer1", at(&m, "")), 404);
	status_is(bench_get(m.b, m.party, my(&m, "")), 404);
}

#define TESTS(X)                                                                                   \
	X(paid_in_time)                                                                            \
	X(changed_and_annulled)                                                                    \
	X(late_and_court)                                                                          \
	X(court_too_late)                                                                          \
	X(in_parts)                                                                                \
	X(plan_refused)                                                                            \
	X(on_the_spot)                                                                             \
	X(of_nobody)                                                                               \
	X(folder_of_the_bank)                                                                      \
	X(warning_opens_none)                                                                      \
	X(many_rows)                                                                               \
	X(too_many_rows)                                                                           \
	X(a_row_that_fails)                                                                        \
	X(court_watched) X(court_after_a_plan) X(collected_by_the_new_one) X(on_the_water)
#define ON_SQLITE(f)   { #f, f, begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, bench_end, (void *)"postgres" },

static int begin(void **state)
{
	int e = bench_begin(state);
	bench_english(*state, true);
	return e;
}

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"fines", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
