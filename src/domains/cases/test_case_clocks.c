/* Every clock of the procedure against rules/cases/clocks.json and the calendar of 2026: each row
 * names its clause, with boundaries over the Spring Festival (16 to 23 February 2026, Saturdays 14
 * and 28 February worked), the worked Sundays 4 January and 20 September, and the National Day. */
#include "domains/cases/clocks.h"
#include "domains/cases/test_law_data.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct clock_law law;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	law = (struct clock_law){ arena, law_read(arena, "cases/clocks"),
		law_read(arena, "calendar/workdays") };
	return law.clocks && law.workdays ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct case_clock *one(const struct case_moments *m, int64_t now, const char *code)
{
	struct case_clock *list;
	int n = case_clocks(&law, m, now, &list);
	return case_clock_of(list, n, code);
}

/* A term, whole: from an event to its last day. */
struct row {
	const char *code, *clause;
	enum case_moment from;
	unsigned kinds;
	const char *begins, *last;
};

static const struct row rows[] = {
	{ "request", "APL 41, 43, 44: over a weekend", AT_REQUESTED, KIND_SIMPLE, "2026-03-05",
		"2026-03-10" },
	{ "limitation", "APL 36: two years", AT_ACT_ENDED, KIND_NO_HARM, "2024-02-16",
		"2026-02-16" },
	{ "limitation", "APL 36: from a leap day", AT_ACT_ENDED, KIND_NO_HARM, "2024-02-29",
		"2026-02-28" },
	{ "limitation_life", "APL 36: from a leap day", AT_ACT_ENDED, KIND_LIFE_HARMED,
		"2024-02-29", "2029-02-28" },
	{ "limitation_life", "APL 36: five years", AT_ACT_ENDED, KIND_LIFE_HARMED, "2021-03-05",
		"2026-03-05" },
	{ "precheck", "O2 18: 15 working days", AT_FOUND, 0, "2026-02-13", "2026-03-12" },
	{ "precheck", "O2 18, over a worked Sunday", AT_FOUND, 0, "2025-12-31", "2026-01-22" },
	{ "decide", "O2 64, APL 60: 90 days", AT_FILED, 0, "2026-03-02", "2026-06-01" },
	{ "decide", "O2 64, 80: into the festival", AT_FILED, 0, "2025-11-20", "2026-02-24" },
	{ "crime_decide", "transfer rule 5: three days [R], no day moves on", AT_CRIME_ASKED, 0,
		"2026-02-13", "2026-02-16" },
	{ "crime_hand_over", "transfer rule 5: 24 hours [R]", AT_CRIME_APPROVED, 0, "2026-02-13",
		"2026-02-14" },
	{ "hold_report", "O2 33: 24 hours", AT_HELD_URGENTLY, 0, "2026-02-13", "2026-02-14" },
	{ "seize_report", "AEL 19: 24 hours [R]", AT_SEIZED_URGENTLY, 0, "2026-02-13",
		"2026-02-14" },
	{ "hold", "O2 35, APL 85: 7 working days", AT_HELD, 0, "2026-02-13", "2026-03-02" },
	{ "hold", "O2 35: over a worked Sunday", AT_HELD, 0, "2026-09-18", "2026-09-29" },
	{ "seize", "O2 38: 30 days, no holiday adds to them", AT_SEIZED, 0, "2026-01-20",
		"2026-02-19" },
	{ "seize", "O2 38: an ordinary month", AT_SEIZED, 0, "2026-03-02", "2026-04-01" },
	{ "assist", "O2 45: 15 working days", AT_ASSIST_SENT, 0, "2026-02-12", "2026-03-11" },
	{ "review", "O2 54: 10 working days", AT_REVIEW_SENT, 0, "2026-02-13", "2026-03-05" },
	{ "silence", "O2 57: 5 working days", AT_NOTICE_SERVED, 0, "2026-02-13", "2026-02-27" },
	{ "silence", "O2 57: over a worked Sunday", AT_NOTICE_SERVED, 0, "2026-09-18",
		"2026-09-24" },
	{ "hearing_request", "APL 64(1), 85: 5 working days", AT_NOTICE_SERVED, KIND_HEARING,
		"2026-02-12", "2026-02-26" },
	{ "hearing_notice", "APL 64(2), 85: 7 working days before", AT_HEARING_NOTICE_SERVED, 0,
		"2026-02-13", "2026-03-02" },
	{ "serve", "O2 81, APL 61, 85: 7 working days", AT_DECIDED, 0, "2026-02-12", "2026-02-28" },
	{ "public_notice", "O2 82: 30 days", AT_PUBLIC_NOTICE, 0, "2026-01-19", "2026-02-24" },
	{ "pay", "APL 67: 15 days", AT_SERVED, KIND_FINED, "2026-02-02", "2026-02-24" },
	{ "pay", "APL 67: 15 days, a worked Saturday stays", AT_SERVED, KIND_FINED, "2026-02-13",
		"2026-02-28" },
	{ "hand_in", "APL 71, O2 73: 2 working days", AT_COLLECTED, 0, "2026-02-13", "2026-02-24" },
	{ "bank", "APL 71, O2 73: 2 working days", AT_HANDED_IN, 0, "2026-02-12", "2026-02-14" },
	{ "remedy_review", "review: 60 days [R]", AT_SERVED, 0, "2026-03-02", "2026-05-06" },
	{ "remedy_suit", "suit: 6 months [R]", AT_SERVED, 0, "2025-08-31", "2026-02-28" },
	{ "demand", "AEL 54, 69: 10 working days", AT_DEMAND_SERVED, 0, "2026-02-13",
		"2026-03-05" },
	{ "court", "AEL 53: three months", AT_REMEDIES_EXPIRED, 0, "2025-11-16", "2026-02-24" },
	{ "close", "O2 77: 15 working days", AT_DONE, 0, "2026-09-18", "2026-10-15" },
	{ "archive_simple", "O2 70: 7 working days", AT_DECIDED, KIND_SIMPLE, "2026-02-13",
		"2026-03-02" },
	{ "publish", "Order 45, 9: 20 working days", AT_DECIDED, KIND_PUBLISHED, "2026-02-13",
		"2026-03-19" },
	{ "pass_on", "Order 45, 10: 10 working days", AT_DECIDED,
		KIND_PUBLISHED | KIND_OTHER_PROVINCE, "2026-02-13", "2026-03-05" },
	{ "publish_passed_on", "Order 45, 10: 10 more", AT_PASSED_ON, KIND_OTHER_PROVINCE,
		"2026-03-05", "2026-03-19" },
	{ "unpublish_short", "Order 45, 13: three months", AT_PUBLISHED, KIND_SHORT_PUBLICATION,
		"2025-11-16", "2026-02-16" },
	{ "unpublish", "Order 45, 13: three years", AT_PUBLISHED, KIND_LONG_PUBLICATION,
		"2023-02-20", "2026-02-20" },
	{ "withdraw", "Order 45, 11, APL 48, 85: 3 working days", AT_DECISION_CHANGED, 0,
		"2026-02-13", "2026-02-25" },
};

static enum case_moment moment_named(const char *name)
{
	for (int i = 0; i < CASE_MOMENTS; i++)
		if (strcmp(case_moment_names[i], name) == 0)
			return (enum case_moment)i;
	fail_msg("no event is called %s", name);
	return CASE_MOMENTS;
}

static bool in_hours(enum case_moment from)
{
	return from == AT_HELD_URGENTLY || from == AT_SEIZED_URGENTLY || from == AT_CRIME_APPROVED;
}

/* Whatever the hour of the event, the term ends with the last millisecond of the day: on it the
 * clock runs or is kept, a millisecond later it is over (or open, where it is a least term). */
static void every_term(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (int late = 0; late < 2; late++) {
			const struct row *r = &rows[i];
			struct case_moments m = { .kinds = r->kinds };
			int64_t end = law_day_end(r->last);

			m.at[r->from] = law_moment(r->begins) + (late ? DAY - 1 : 0);
			if (in_hours(r->from))
				end = m.at[r->from] / HOUR * HOUR + 25 * (int64_t)HOUR - 1;
			const struct case_clock *c = one(&m, end, r->code);
			if (!c)
				fail_msg("%s (%s) does not run", r->code, r->clause);
			if (c->end != end)
				fail_msg("%s (%s) from %s ends on %s, not %s", r->code, r->clause,
					r->begins, time_text(arena, c->end), r->last);
			if (c->state != CLOCK_WARNS && c->state != CLOCK_RUNS)
				fail_msg("%s (%s): %s on its last day", r->code, r->clause,
					clock_state_word(c->state));
			c = one(&m, end + 1, r->code);
			if (c->state != (c->least ? CLOCK_OPEN : CLOCK_OVER))
				fail_msg("%s (%s): %s after its last day", r->code, r->clause,
					clock_state_word(c->state));
			assert_true(*c->article && *c->article_en && *c->name && *c->name_en);
		}
}

/* Done on the last day it is kept, a millisecond later it is not; of a least term the other way. */
static void kept_and_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct case_moments m = { .kinds = r->kinds };

		m.at[r->from] = law_moment(r->begins);
		const struct case_clock *c = one(&m, m.at[r->from], r->code);
		int64_t end = c->end;
		NODE_EACH (clock, node_find(law.clocks, "clocks")) {
			if (strcmp(node_text(clock, "code", ""), r->code) != 0)
				continue;
			NODE_EACH (u, node_find(clock, "until")) {
				enum case_moment until = moment_named(u->s);
				m.at[until] = end;
				c = one(&m, end + DAY, r->code);
				assert_int_equal(c->state, c->least ? CLOCK_LATE : CLOCK_MET);
				m.at[until] = end + 1;
				c = one(&m, end + DAY, r->code);
				assert_int_equal(c->state, c->least ? CLOCK_MET : CLOCK_LATE);
				assert_false(case_clock_waits(c));
				m.at[until] = 0;
			}
		}
	}
}

/* Every clock of the data has a row above, and every event it names is known. */
static void data_is_whole(void **state)
{
	int clocks = 0;

	(void)state;
	NODE_EACH (clock, node_find(law.clocks, "clocks")) {
		const char *code = node_text(clock, "code", "");
		/* kinds_and_orders() */
		bool found = !strcmp(code, "correction") || !strcmp(code, "decide_anew");
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
			found |= strcmp(rows[i].code, code) == 0;
		if (!found)
			fail_msg("no row for %s", code);
		moment_named(node_text(clock, "from", ""));
		NODE_EACH (u, node_find(clock, "until"))
			moment_named(u->s);
		clocks++;
	}
	assert_int_equal(clocks, 35);
}

/* O2 64: suspension, hearing, public notice, tests, identification, ordered refunds do not count.
 */
static void excluded_time(void **state)
{
	static const char *const whys[] = { "suspension", "hearing", "public_notice", "test",
		"identification", "refund_order" };

	(void)state;
	for (size_t i = 0; i < sizeof(whys) / sizeof(*whys); i++) {
		/* ten days (the first still counts): 1 June becomes 11 June */
		struct case_span s = { whys[i], law_moment("2026-03-10 09:00"),
			law_moment("2026-03-20 17:00") };
		struct case_moments m = { .spans = &s, .n_spans = 1 };
		m.at[AT_FILED] = law_moment("2026-03-02 10:00");
		const struct case_clock *c = one(&m, law_moment("2026-04-01"), "decide");
		assert_int_equal(c->end, law_day_end("2026-06-10"));
		assert_int_equal(c->excluded_days, 10);
	}
	/* what the rule does not name counts; two that overlap count once */
	struct case_span s[] = { { "holiday", law_moment("2026-03-10"), law_moment("2026-03-20") },
		{ "test", law_moment("2026-03-10"), law_moment("2026-03-16") },
		{ "suspension", law_moment("2026-03-13"), law_moment("2026-03-20") } };
	struct case_moments m = { .spans = s, .n_spans = 3 };
	m.at[AT_FILED] = law_moment("2026-03-02");
	assert_int_equal(
		one(&m, law_moment("2026-04-01"), "decide")->end, law_day_end("2026-06-10"));
	/* O2 18: laboratory time, in working days; nothing else there */
	m.at[AT_FILED] = 0;
	m.at[AT_FOUND] = law_moment("2026-03-02");
	assert_int_equal(
		one(&m, law_moment("2026-03-30"), "precheck")->end, law_day_end("2026-03-27"));
	/* O2 38: laboratory time of a seizure */
	m.at[AT_FOUND] = 0;
	m.at[AT_SEIZED] = law_moment("2026-03-02");
	assert_int_equal(
		one(&m, law_moment("2026-03-30"), "seize")->end, law_day_end("2026-04-07"));
}

/* While a span lasts the clock stands: never over, and its end moves with the days. */
static void stands_still(void **state)
{
	struct case_span s = { "suspension", law_moment("2026-03-10"), 0 };
	struct case_moments m = { .spans = &s, .n_spans = 1 };

	(void)state;
	m.at[AT_FILED] = law_moment("2026-03-02");
	const struct case_clock *c = one(&m, law_moment("2026-12-01"), "decide");
	assert_int_equal(c->state, CLOCK_STANDS);
	assert_true(c->end > law_moment("2026-12-01"));
	s.until = law_moment("2026-03-10 18:00"); /* ended on the day it began: nothing is lost */
	c = one(&m, law_moment("2026-04-01"), "decide");
	assert_int_equal(c->end, law_day_end("2026-06-01"));
	assert_int_equal(c->excluded_days, 0);
}

/* O2 18 (+15, once), 38 (+30, once), 64 (+30 by the head, then a term fixed collectively). */
static void extensions(void **state)
{
	struct case_extension e[] = { { "precheck", 1, 0 }, { "decide", 1, 0 }, { "seize", 1, 0 } };
	struct case_moments m = { .extensions = e, .n_extensions = 3 };

	(void)state;
	m.at[AT_FOUND] = m.at[AT_FILED] = m.at[AT_SEIZED] = law_moment("2026-03-02");
	assert_int_equal(one(&m, m.at[AT_FOUND], "seize")->end, law_day_end("2026-05-01"));
	assert_int_equal(one(&m, m.at[AT_FILED], "decide")->end, law_day_end("2026-06-30"));
	m.at[AT_FILED] = 0;
	assert_int_equal(one(&m, m.at[AT_FOUND], "precheck")->end, law_day_end("2026-04-14"));
	e[0].times = 2; /* more than the rule allows */
	assert_int_equal(one(&m, m.at[AT_FOUND], "precheck")->end, law_day_end("2026-04-14"));
	m.at[AT_FILED] = law_moment("2026-03-02");
	e[1].until = law_day_end("2026-08-15");
	const struct case_clock *c = one(&m, m.at[AT_FILED], "decide");
	assert_int_equal(c->end, law_day_end("2026-08-15"));
	assert_true(c->fixed);
	e[2].until = law_day_end("2026-08-15"); /* a seizure has no such term */
	assert_int_equal(one(&m, m.at[AT_SEIZED], "seize")->end, law_day_end("2026-05-01"));
}

/* A clock runs only in the kind of case it is made for, and ends with the day an order names. */
static void kinds_and_orders(void **state)
{
	struct case_moments m = { .kinds = KIND_ORDINARY };

	(void)state;
	m.at[AT_DECIDED] = m.at[AT_SERVED] = m.at[AT_NOTICE_SERVED] = law_moment("2026-03-02");
	assert_null(one(&m, m.at[AT_DECIDED], "archive_simple"));
	assert_null(one(&m, m.at[AT_DECIDED], "publish"));
	assert_null(one(&m, m.at[AT_DECIDED], "pay"));
	assert_null(one(&m, m.at[AT_DECIDED], "hearing_request"));
	m.kinds |= KIND_PUBLISHED;
	assert_non_null(one(&m, m.at[AT_DECIDED], "publish"));
	assert_null(one(&m, m.at[AT_DECIDED], "pass_on"));
	m.at[AT_CORRECTION_ORDERED] = law_moment("2026-03-02");
	assert_null(one(&m, m.at[AT_DECIDED], "correction"));
	m.at[AT_CORRECTION_DUE] = law_day_end("2026-03-08"); /* a Sunday: the order's own day */
	assert_int_equal(one(&m, m.at[AT_DECIDED], "correction")->end, law_day_end("2026-03-08"));
	/* what was done before the event does not end its clock */
	m.at[AT_CORRECTED] = law_moment("2026-02-28");
	assert_int_equal(one(&m, law_moment("2026-03-09"), "correction")->state, CLOCK_OVER);
}

/* A year whose make-up days are not on file is said, never taken for one without any. */
static void year_on_file(void **state)
{
	struct case_moments m = { .kinds = KIND_ORDINARY };

	(void)state;
	assert_true(clock_year_known(&law, law_moment("2026-12-31")));
	assert_false(clock_year_known(&law, law_moment("2027-01-01")));
	m.at[AT_FILED] = law_moment("2026-03-02");
	assert_false(one(&m, m.at[AT_FILED], "decide")->unsure);
	m.at[AT_FILED] = law_moment("2026-11-23");
	assert_true(one(&m, m.at[AT_FILED], "decide")->unsure);
}

/* It warns from so many days before its end, to the millisecond. */
static void warns_before(void **state)
{
	struct case_moments m = { 0 };

	(void)state;
	m.at[AT_FILED] = law_moment("2026-03-02");
	int64_t warn = law_day_end("2026-06-01") - 15 * DAY;
	assert_int_equal(one(&m, warn - 1, "decide")->state, CLOCK_RUNS);
	assert_int_equal(one(&m, warn, "decide")->state, CLOCK_WARNS);
	assert_int_equal(case_clock_end(&law, "decide", m.at[AT_FILED]), law_day_end("2026-06-01"));
	assert_int_equal(case_clock_end(&law, "no such", m.at[AT_FILED]), 0);
}

static const struct node *clock_named(const char *code)
{
	NODE_EACH (clock, node_find(law.clocks, "clocks"))
		if (strcmp(node_text(clock, "code", ""), code) == 0)
			return clock;
	return NULL;
}

/* Other rooms keep some of these terms in rules of their own: they say the same. */
static void every_room_says_the_same(void **state)
{
	static const struct {
		const char *rules, *term, *clock, *of, *unit;
	} same[] = {
		{ "cases/acts", "terms.precheck_workdays", "precheck", "n", "workdays" },
		{ "cases/acts", "terms.decide_days", "decide", "n", "days" },
		{ "cases/acts", "terms.silence_workdays", "silence", "n", "workdays" },
		{ "cases/procedure", "terms.precheck_extension_workdays", "precheck", "extension.n",
			"workdays" },
		{ "cases/procedure", "terms.review_workdays", "review", "n", "workdays" },
		{ "cases/procedure", "terms.hearing_notice_workdays", "hearing_notice", "n",
			"workdays" },
		{ "cases/procedure", "terms.extension_days", "decide", "extension.n", "days" },
		{ "cases/procedure", "answers.recording_workdays", "request", "n", "workdays" },
		{ "cases/procedure", "answers.recusal_workdays", "request", "n", "workdays" },
		{ "cases/procedure", "answers.more_time_workdays", "request", "n", "workdays" },
		{ "cases/procedure", "terms.closing_workdays", "close", "n", "workdays" },
		{ "cases/procedure", "terms.service_workdays", "serve", "n", "workdays" },
		{ "measures/terms", "keep_workdays", "hold", "n", "workdays" },
		{ "measures/terms", "seizure_days", "seize", "n", "days" },
		{ "measures/terms", "more_days", "seize", "extension.n", "days" },
		{ "measures/terms", "report_hours", "hold_report", "n", "hours" },
		{ "measures/terms", "report_hours", "seize_report", "n", "hours" },
		{ "measures/terms", "letter_workdays", "assist", "n", "workdays" },
		{ "service/terms", "serve_workdays", "serve", "n", "workdays" },
		{ "service/terms", "notice_days", "public_notice", "n", "days" },
		{ "fines/terms", "pay_days", "pay", "n", "days" },
		{ "fines/terms", "hand_in_workdays", "hand_in", "n", "workdays" },
		{ "fines/terms", "bank_workdays", "bank", "n", "workdays" },
		{ "fines/terms", "simple_review_days", "remedy_review", "n", "days" },
		{ "fines/terms", "suit_months", "remedy_suit", "n", "months" },
		{ "fines/terms", "demand_workdays", "demand", "n", "workdays" },
		{ "fines/terms", "court_months", "court", "n", "months" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		int64_t there = node_int(law_read(arena, same[i].rules), same[i].term, -1);
		const struct node *clock = clock_named(same[i].clock);

		if (!clock || strcmp(node_text(clock, "unit", ""), same[i].unit) != 0)
			fail_msg("%s has not the unit %s", same[i].clock, same[i].unit);
		if (there < 0 || there != node_int(clock, same[i].of, -2))
			fail_msg("%s of %s is %d, not as the clock %s", same[i].term, same[i].rules,
				(int)there, same[i].clock);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_term),
		cmocka_unit_test(kept_and_not), cmocka_unit_test(data_is_whole),
		cmocka_unit_test(excluded_time), cmocka_unit_test(stands_still),
		cmocka_unit_test(extensions), cmocka_unit_test(kinds_and_orders),
		cmocka_unit_test(year_on_file), cmocka_unit_test(warns_before),
		cmocka_unit_test(every_room_says_the_same) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
