/* The arithmetic and the rules of fines, row by row, each with its clause. */
#include "domains/fines/late.h"
#include "domains/fines/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* ---- late fine ---------------------------------------------------------------------------------
 */
enum { TERM = 1000, CAP = 200 };

static const struct late_row {
	const char *what;
	int64_t fine, total, bp;
	bool whole;
	int32_t term, plan_from;
	struct late_money parts[4], paid[4];
	struct late_span spans[2];
	int32_t until;
	int64_t sum;
	size_t lines;
} late_rows[] = {
	{ .what = "not served: nothing runs", .fine = 100000, .total = 100000, .until = 2000 },
	{ .what = "APL 72: the last day of the term is in time",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.until = TERM },
	{ .what = "APL 72: 3 % from the day after",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.until = TERM + 1,
		.sum = 3000,
		.lines = 1 },
	{ .what = "O2 75: ten days",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.until = TERM + 10,
		.sum = 30000,
		.lines = 10 },
	{ .what = "AEL 45: the 33rd day is below the fine",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.until = TERM + 33,
		.sum = 99000,
		.lines = 33 },
	{ .what = "AEL 45: the 34th day only fills it up",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.until = TERM + 34,
		.sum = 100000,
		.lines = 34 },
	{ .what = "AEL 45: a year later it is still the fine",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.until = TERM + 365,
		.sum = 100000,
		.lines = 34 },
	{ .what = "not on what was confiscated",
		.fine = 100000,
		.total = 500000,
		.term = TERM,
		.until = TERM + 2,
		.sum = 6000,
		.lines = 2 },
	{ .what = "only confiscated: none",
		.fine = 0,
		.total = 500000,
		.term = TERM,
		.until = TERM + 9 },
	{ .what = "part of a fen is dropped",
		.fine = 33,
		.total = 33,
		.term = TERM,
		.until = TERM + 400,
		.sum = 0,
		.lines = 0 },
	{ .what = "paid on the last day",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.paid = { { TERM, 100000 } },
		.until = TERM + 9 },
	{ .what = "paid on the second day after",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.paid = { { TERM + 2, 100000 } },
		.until = TERM + 9,
		.sum = 3000,
		.lines = 1 },
	{ .what = "half is paid: on the rest",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.paid = { { TERM + 2, 50000 } },
		.until = TERM + 3,
		.sum = 6000,
		.lines = 3 },
	{ .what = "half is paid, rule of the whole fine",
		.fine = 100000,
		.total = 100000,
		.whole = true,
		.term = TERM,
		.paid = { { TERM + 2, 50000 } },
		.until = TERM + 3,
		.sum = 9000,
		.lines = 3 },
	{ .what = "APL 73: a review in the middle is one line and adds nothing",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.spans = { { TERM + 3, TERM + 12 } },
		.until = TERM + 14,
		.sum = 12000,
		.lines = 5 },
	{ .what = "APL 73: review, then suit that still runs",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.spans = { { TERM - 5, TERM + 4 }, { TERM + 6, INT32_MAX } },
		.until = TERM + 60,
		.sum = 3000,
		.lines = 3 },
	{ .what = "APL 66: deferred, not late before its day",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.plan_from = TERM - 3,
		.parts = { { TERM + 30, 100000 } },
		.until = TERM + 30 },
	{ .what = "APL 66: deferred, late after its day",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.plan_from = TERM - 3,
		.parts = { { TERM + 30, 100000 } },
		.until = TERM + 32,
		.sum = 6000,
		.lines = 2 },
	{ .what = "asked three days late: those days count",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.plan_from = TERM + 4,
		.parts = { { TERM + 30, 100000 } },
		.until = TERM + 30,
		.sum = 9000,
		.lines = 3 },
	{ .what = "second part missed, first paid",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.plan_from = TERM,
		.parts = { { TERM + 10, 40000 }, { TERM + 20, 60000 } },
		.paid = { { TERM + 9, 40000 } },
		.until = TERM + 22,
		.sum = 3600,
		.lines = 2 },
	{ .what = "second part paid in part",
		.fine = 100000,
		.total = 100000,
		.term = TERM,
		.plan_from = TERM,
		.parts = { { TERM + 10, 40000 }, { TERM + 20, 60000 } },
		.paid = { { TERM + 9, 40000 }, { TERM + 20, 20000 } },
		.until = TERM + 21,
		.sum = 1200,
		.lines = 1 },
};

static void late_table(void **state)
{
	struct late_line lines[CAP];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(late_rows) / sizeof(*late_rows); i++) {
		const struct late_row *r = &late_rows[i];
		struct late_facts f = { .fine_fen = r->fine,
			.total_fen = r->total,
			.rate_bp = r->bp ? r->bp : 300,
			.whole = r->whole,
			.term = r->term,
			.plan_from = r->plan_from,
			.parts = r->parts,
			.n_parts = 4,
			.paid = r->paid,
			.n_paid = 4,
			.spans = r->spans,
			.until = r->until };
		while (f.n_spans < 2 && r->spans[f.n_spans].to)
			f.n_spans++;
		int64_t sum = late_fine(&f, lines, CAP, &n);
		if (sum != r->sum || n != r->lines)
			fail_msg("%s: %" PRId64 " in %zu lines", r->what, sum, n);
		int64_t added = 0;
		for (size_t k = 0; k < n; k++)
			added += lines[k].add_fen;
		assert_int_equal(added, sum);
		/* without room for lines the sum is the same */
		assert_int_equal(late_fine(&f, lines, 0, &n), sum);
		assert_int_equal(n, 0);
	}
}

/* ---- steps -------------------------------------------------------------------------------------
 */
static struct fine_facts base(void)
{
	return (struct fine_facts){ .state = "overdue",
		.simple = true,
		.fine_fen = 10000,
		.owed_fen = 10000,
		.served_at = 1,
		.pay_due = 100,
		.suit_due = 1000,
		.plan_state = "",
		.after_suit_term = true,
		.court_due = 3000,
		.now = 1500 };
}

static bool names(const char *why, const char *clause)
{
	return !*clause ? why == NULL : why && strstr(why, clause);
}

static void collecting(void **state)
{
	static const struct fine_bounds b = { 10000, 300000 };
	static const struct {
		int64_t fine, paid;
		bool simple;
		const char *why, *receipt, *words, *says;
	} rows[] = {
		{ 10000, 0, true, "small", "A1", "", "" },
		{ 10001, 0, true, "small", "A1", "", "article 68(1)" },
		{ 10000, 0, false, "small", "A1", "", "article 68(1)" },
		{ 300000, 0, true, "hard", "A1", "", "" },
		{ 300001, 0, true, "hard", "A1", "", "article 68(2)" },
		{ 200000, 0, false, "hard", "A1", "", "article 68(2)" },
		{ 900000, 0, false, "remote", "A1", "交通不便，当事人提出", "" },
		{ 900000, 0, false, "remote", "A1", "", "article 69" },
		{ 10000, 0, true, "small", "", "", "article 70" },
		{ 10000, 0, true, "", "A1", "", "articles 67 to 69" },
		{ 10000, 1, true, "small", "A1", "", "article 67" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fine_facts f = base();
		const struct collecting c = { rows[i].why, rows[i].receipt, rows[i].words };
		f.fine_fen = rows[i].fine;
		f.paid_fen = rows[i].paid;
		f.simple = rows[i].simple;
		if (!names(may_collect(&f, &b, &c), rows[i].says))
			fail_msg("row %zu: %s", i, may_collect(&f, &b, &c));
	}
}

static void planning(void **state)
{
	struct fine_facts f = base();
	int64_t due[] = { 2000, 3000 }, fen[] = { 4000, 6000 };

	(void)state;
	assert_null(may_ask_plan(&f, "生意不好"));
	assert_true(names(may_ask_plan(&f, ""), "O2 article 74"));
	assert_true(names(may_propose_plan(&f, "x"), "APL article 66"));
	f.plan_state = "asked";
	f.plan_by = 7;
	assert_non_null(may_ask_plan(&f, "x"));
	assert_null(may_propose_plan(&f, "x"));
	assert_non_null(may_propose_plan(&f, ""));
	assert_non_null(may_decide_plan(&f, 8, "x"));
	f.plan_state = "proposed";
	assert_null(may_decide_plan(&f, 8, "x"));
	assert_true(names(may_decide_plan(&f, 7, "x"), "does not approve"));
	assert_true(names(may_decide_plan(&f, 8, ""), "in writing"));
	f.plan_state = "broken";
	assert_non_null(may_ask_plan(&f, "x"));
	assert_null(plan_wrong(&f, due, fen, 2));
	assert_non_null(plan_wrong(&f, due, fen, 1)); /* not all of it */
	due[1] = 2000;
	assert_non_null(plan_wrong(&f, due, fen, 2)); /* no order */
	due[0] = 1500;
	assert_non_null(plan_wrong(&f, due, fen, 2)); /* not in the future */
	assert_non_null(plan_wrong(&f, due, fen, 0));
	f.state = "settled";
	assert_non_null(may_ask_plan(&f, "x"));
}

/* Each row changes one thing of a fine that may go to court. */
static void court(void **state)
{
	(void)state;
	struct fine_facts ready = base();
	ready.demanded_at = 1100;
	ready.demand_served_at = 1150;
	ready.demand_due = 1400;
	assert_null(may_apply_to_court(&ready));
#define ROW(change, clause)                                                                        \
	do {                                                                                       \
		struct fine_facts f = ready;                                                       \
		change;                                                                            \
		if (!names(may_apply_to_court(&f), clause))                                        \
			fail_msg("%s: %s", #change, may_apply_to_court(&f));                       \
	} while (0)
	ROW(f.now = 1401, "");
	ROW(f.now = f.demand_due, "AEL articles 54 and 69");
	ROW(f.now = f.suit_due, "AEL article 53");
	ROW(f.now = f.pay_due, "APL article 67");
	ROW(f.now = f.court_due, "");
	ROW(f.now = f.court_due + 1, "AEL article 53");
	ROW(f.demanded_at = 0, "AEL article 54");
	ROW(f.demand_served_at = 0, "AEL articles 38 and 54");
	ROW(f.demand_words = true, "AEL article 36");
	ROW(f.demand_words = f.demand_view = true, "");
	ROW(f.remedy = true, "O2 article 76");
	ROW((f.plan_state = "approved", f.plan_until = 1600), "O2 articles 74 and 76");
	ROW((f.plan_state = "approved", f.plan_until = 1499), "");
	ROW(f.court_at = 1, "asked already");
	ROW(f.state = "settled", "settled");
#undef ROW
	struct fine_facts f = base();
	assert_null(may_demand(&f));
	f.now = f.suit_due;
	assert_true(names(may_demand(&f), "O2 article 76"));
	f.after_suit_term = false;
	assert_null(may_demand(&f));
	f.demanded_at = 1;
	assert_non_null(may_demand(&f));
	assert_null(may_answer_demand(&f, "x"));
	assert_non_null(may_answer_demand(&f, ""));
	assert_non_null(may_judge_demand(&f, "x"));
	f.demand_words = true;
	assert_null(may_judge_demand(&f, "x"));
	assert_true(names(may_judge_demand(&f, ""), "AEL article 36"));
	assert_true(names(may_end_fine(&f, ""), "AEL article 40"));
	assert_non_null(may_note_court(&f));
	f.court_at = 1;
	assert_null(may_note_court(&f));
}

static void codes_and_amounts(void **state)
{
	char code[SLIP_CODE + 1];
	int64_t fen;

	(void)state;
	slip_code_make(2026, 1, "310112", code);
	assert_true(slip_code_right(code));
	assert_true(strncmp(code, "310112260000000001", 18) == 0);
	for (int i = 0; i < SLIP_CODE; i++) { /* one wrong digit is always found */
		char was = code[i];
		code[i] = was == '9' ? '0' : (char)(was + 1);
		assert_false(slip_code_right(code));
		code[i] = was;
	}
	for (int i = 0; i + 1 < SLIP_CODE; i++) { /* two neighbours exchanged too */
		char a = code[i], b = code[i + 1];
		code[i] = b;
		code[i + 1] = a;
		assert_true(a == b || !slip_code_right(code));
		code[i] = a;
		code[i + 1] = b;
	}
	assert_false(slip_code_right("31011226000000000"));
	assert_false(slip_code_right("31011226000000000x79"));
	assert_true(money_read("1,234.5", &fen) && fen == 123450);
	assert_true(money_read("¥0.01", &fen) && fen == 1);
	assert_true(money_read("￥50", &fen) && fen == 5000);
	static const char *const wrong[] = { "", "0", "-1", "1.234", "1.2.3", "abc", "1e3",
		"999999999999999" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(money_read(wrong[i], &fen));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(late_table),
		cmocka_unit_test(collecting), cmocka_unit_test(planning), cmocka_unit_test(court),
		cmocka_unit_test(codes_and_amounts) };
	return cmocka_run_group_tests_name("fine rules", tests, NULL, NULL);
}
