/* Legal terms against the calendar of 2025 to 2027 that the program brings along. */
#include "core/app/calendar.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
	*state = bench_open(NULL);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

static int64_t day(const char *s)
{
	int64_t ms;
	if (!date_parse(s, &ms))
		fail_msg("no date: %s", s);
	return ms;
}

/* What is asked of the calendar inside of a request. */
struct question {
	enum err (*ask)(struct req *rq, struct question *q);
	int64_t from, end;
	int n, left;
	const char *date, *said;
	bool yes;
};

static enum err ask(struct req *rq, void *arg)
{
	struct question *q = arg;
	return q->ask(rq, q);
}

static void asked(void **state, struct question *q)
{
	struct fault why = { 0 };
	if (app_read(bench_app(*state), ask, q, &why))
		fail_msg("%s", why.text);
}

/* ---- days ------------------------------------------------------------------------------------ */
static enum err ask_workday(struct req *rq, struct question *q)
{
	const struct node *table;
	TRY(rules(rq, "calendar/workdays", q->from, &table));
	q->yes = is_workday(table, q->from + (int64_t)q->n);
	return OK;
}

static void workdays(void **state)
{
	static const struct {
		const char *day;
		bool works;
	} days[] = {
		{ "2026-11-20", true },	 /* a Friday */
		{ "2026-11-21", false }, /* Saturday */
		{ "2026-11-22", false }, /* Sunday */
		{ "2026-11-23", true },
		{ "2026-01-01", false }, /* New Year, a Thursday */
		{ "2026-01-04", true },	 /* a Sunday that is worked */
		{ "2026-02-14", true },	 /* Saturday worked before the Spring Festival */
		{ "2026-02-15", false }, /* the Sunday that belongs to it */
		{ "2026-02-16", false },
		{ "2026-02-23", false },
		{ "2026-02-24", true },
		{ "2026-02-28", true },	 /* Saturday worked after it */
		{ "2026-09-20", true },	 /* Sunday worked for the National Day */
		{ "2026-09-25", false }, /* Mid-Autumn */
		{ "2026-10-01", false },
		{ "2026-10-07", false },
		{ "2026-10-08", true },
		{ "2026-10-10", true }, /* Saturday worked */
		{ "2027-01-01", false },
	};

	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++)
		for (int k = 0; k < 3;
			k++) { /* the first, some and the last millisecond of the day */
			struct question q = { .ask = ask_workday,
				.from = day(days[i].day),
				.n = k == 0   ? 0
				     : k == 1 ? 10 * HOUR
					      : 24 * HOUR - 1 };
			asked(state, &q);
			if (q.yes != days[i].works)
				fail_msg("%s, moment %d", days[i].day, k);
		}
}

/* ---- terms ----------------------------------------------------------------------------------- */
static enum err ask_workdays(struct req *rq, struct question *q)
{
	return term_workdays(rq, q->from, q->n, &q->end);
}

static enum err ask_days(struct req *rq, struct question *q)
{
	return term_days(rq, q->from, q->n, &q->end);
}

struct span {
	const char *from;
	int n;
	const char *last;
};

static void terms_are(
	void **state, enum err (*how)(struct req *, struct question *), const struct span *t)
{
	for (; t->from; t++)
		for (int late = 0; late < 2; late++) { /* whatever the hour of the event */
			struct question q = {
				.ask = how, .n = t->n, .from = day(t->from) + (late ? DAY - 1 : 0)
			};
			struct arena *a = arena_new();
			asked(state, &q);
			if (q.end != day(t->last) + DAY - 1)
				fail_msg("%s and %d: %s, not %s", t->from, t->n,
					date_text(a, q.end), t->last);
			arena_free(a);
		}
}

static void working_days(void **state)
{
	static const struct span terms[] = {
		{ "2026-11-23", 1, "2026-11-24" }, /* the day itself does not count */
		{ "2026-11-23", 5, "2026-11-30" }, /* over a weekend */
		{ "2026-11-20", 1, "2026-11-23" },
		{ "2026-11-21", 1, "2026-11-23" },
		/* over the Spring Festival: Saturday 14 and Saturday 28 February are worked */
		{ "2026-02-12", 1, "2026-02-13" },
		{ "2026-02-12", 2, "2026-02-14" },
		{ "2026-02-12", 3, "2026-02-24" },
		{ "2026-02-13", 5, "2026-02-27" },
		{ "2026-02-13", 6, "2026-02-28" },
		{ "2026-02-13", 7, "2026-03-02" },
		{ "2026-02-17", 1, "2026-02-24" },
		/* over the National Day */
		{ "2026-09-30", 1, "2026-10-08" },
		{ "2026-09-30", 3, "2026-10-10" },
		{ "2026-09-30", 4, "2026-10-12" },
		{ "2026-09-18", 1, "2026-09-20" },
		/* over the end of the year: 1 January 2026 and 2027, with Sunday 4 January 2026 */
		{ "2025-12-31", 1, "2026-01-04" },
		{ "2026-12-31", 1, "2027-01-04" },
		{ "2026-12-14", 15, "2027-01-05" },
		{ "2026-11-23", 0, "2026-11-23" },
		{ NULL, 0, NULL },
	};
	terms_are(state, ask_workdays, terms);
}

static void calendar_days(void **state)
{
	static const struct span terms[] = {
		{ "2026-11-23", 1, "2026-11-24" },
		{ "2026-11-23", 7, "2026-11-30" },
		{ "2026-11-20", 1, "2026-11-23" }, /* Saturday: moved to Monday */
		{ "2026-11-20", 2, "2026-11-23" },
		{ "2026-02-13", 1, "2026-02-14" }, /* a Saturday that is worked stays */
		{ "2026-02-13", 4, "2026-02-24" }, /* into the festival: the first day after */
		{ "2026-09-01", 30, "2026-10-08" },
		{ "2026-10-05", 5, "2026-10-10" },
		{ "2026-11-23", 90, "2027-02-22" }, /* 21 February 2027 is a Sunday */
		{ "2026-12-02", 30, "2027-01-04" },
		{ "2028-01-30", 30, "2028-02-29" },
		{ NULL, 0, NULL },
	};
	terms_are(state, ask_days, terms);
}

/* ---- what is left ---------------------------------------------------------------------------- */
static enum err ask_left(struct req *rq, struct question *q)
{
	return workdays_left(rq, q->end, &q->left);
}

static void left_is(void **state, int64_t now, const char *last, int left)
{
	struct question q = { .ask = ask_left, .end = day(last) + DAY - 1 };
	bench_clock(*state, now);
	asked(state, &q);
	if (q.left != left)
		fail_msg("until %s: %d left, not %d", last, q.left, left);
}

static void days_left(void **state)
{
	left_is(state, day("2026-11-23") + 10 * HOUR, "2026-11-30", 5);
	left_is(state, day("2026-11-27"), "2026-11-30", 1);
	left_is(state, day("2026-11-28"), "2026-11-30", 1);
	left_is(state, day("2026-11-30"), "2026-11-30", 0);	      /* the last day */
	left_is(state, day("2026-11-30") + DAY - 1, "2026-11-30", 0); /* to its last millisecond */
	left_is(state, day("2026-12-01"), "2026-11-30", -1);
	left_is(state, day("2026-12-03") + 10 * HOUR, "2026-11-30", -3);
	/* over on a Friday, looked at on Saturday: no working day has passed, but over it is */
	left_is(state, day("2026-11-28"), "2026-11-27", -1);
	left_is(state, day("2026-11-30"), "2026-11-27", -1);
	left_is(state, day("2026-12-01"), "2026-11-27", -2);
	left_is(state, day("2026-02-13"), "2026-02-24", 2); /* Saturday 14 and Tuesday 24 */
	left_is(state, day("2026-02-20"), "2026-02-13", -1);
}

/* A term and what is left of it agree, whatever the day it begins on. */
static void terms_and_left_agree(void **state)
{
	for (int64_t d = day("2026-01-28"); d < day("2026-03-05"); d += DAY) {
		struct question q = { .ask = ask_workdays, .from = d, .n = 5 },
				l = { .ask = ask_left };
		asked(state, &q);
		l.end = q.end;
		bench_clock(*state, d + 12 * HOUR);
		asked(state, &l);
		assert_int_equal(l.left, 5);
		bench_clock(*state, q.end);
		asked(state, &l);
		assert_int_equal(l.left, 0);
		bench_clock(*state, q.end + 1);
		asked(state, &l);
		assert_int_equal(l.left, -1);
	}
}

/* Before the first day of the rule there is no calendar, and that is said, not guessed. */
static void no_calendar(void **state)
{
	struct question q = { .ask = ask_workdays, .from = day("2019-06-03"), .n = 5 };
	struct fault why = { 0 };
	assert_int_equal(app_read(bench_app(*state), ask, &q, &why), E_NOT_FOUND);
}

/* ---- clauses --------------------------------------------------------------------------------- */
static enum err ask_clause(struct req *rq, struct question *q)
{
	rq->zh = q->yes;
	q->date = clause_text(rq, q->date);
	assert_string_equal(q->date, q->said);
	return OK;
}

static void clauses(void **state)
{
	static const struct {
		const char *written, *zh, *en;
	} rows[] = {
		{ "", "", "" },
		{ "O2 81", "程序规定第八十一条", "O2 81" },
		{ "O2 38 · AEL 25", "程序规定第三十八条、行政强制法第二十五条", "O2 38 · AEL 25" },
		{ "AEL 54, 69 · O2 76", "行政强制法第五十四条、第六十九条、程序规定第七十六条",
			"AEL 54, 69 · O2 76" },
		{ "O2 49-55; APL 58", "程序规定第四十九条至第五十五条、行政处罚法第五十八条",
			"O2 49-55; APL 58" },
		{ "APL 68(1)", "行政处罚法第六十八条第一项", "APL 68(1)" },
		{ "APL 10, 20; FSL 101; FSL 110; FSL 200",
			"行政处罚法第十条、第二十条、食品安全法第一百零一条、食品安全法第一百一十条"
			"、"
			"食品安全法第二百条",
			"APL 10, 20; FSL 101; FSL 110; FSL 200" },
		{ "APL 27, 57; transfer rule 3, 5",
			"行政处罚法第二十七条、第五十七条、移送涉嫌犯罪案件规定第三条、第五条",
			"APL 27, 57; transfer rule 3, 5" },
		{ "令45 13、14", "处罚信息公示规定第十三条、第十四条", "O45 13, 14" },
		{ "GB 31654-2021", "GB 31654-2021", "GB 31654-2021" },
		{ "O2", "程序规定", "O2" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (int zh = 0; zh < 2; zh++) {
			struct question q = { .ask = ask_clause,
				.yes = zh,
				.date = rows[i].written,
				.said = zh ? rows[i].zh : rows[i].en };
			asked(state, &q);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(workdays),
		cmocka_unit_test(working_days), cmocka_unit_test(calendar_days),
		cmocka_unit_test(days_left), cmocka_unit_test(terms_and_left_agree),
		cmocka_unit_test(no_calendar), cmocka_unit_test(clauses) };
	return cmocka_run_group_tests(tests, begin, end);
}
