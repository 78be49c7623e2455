/* The plan of the year: spread as a pure rule, then drafted, put in force and worked off through
 * its pages; on SQLite, and on PostgreSQL where one is there. */
#include "domains/targeting/annual.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { STATEMENTS = 16, BUSINESSES = 24 };

/* ---- the rule
 * ------------------------------------------------------------------------------------ */
static void test_needed(void **state)
{
	(void)state;
	static const struct {
		int64_t least, most, made;
		int needed;
		bool conflict;
	} table[] = {
		{ 1, 0, 0, 1, false },
		{ 1, 0, 1, 0, false },
		{ 1, 0, 3, 0, false },
		{ 3, 0, 1, 2, false }, /* RISK_D with one visit made */
		{ 3, 4, 0, 3, false },
		{ 2, 2, 0, 2, false },
		{ 3, 2, 0, 2, true }, /* RISK_D of credit A: the bound by credit holds */
		{ 3, 2, 2, 0, true },
		{ 40, 0, 0, 12, false },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct planned p = {
			.least = table[i].least, .most = table[i].most, .made = table[i].made
		};
		bool conflict;
		assert_int_equal(annual_needed(&p, &conflict), table[i].needed);
		assert_int_equal(conflict, table[i].conflict);
	}
}

static int months[13];

static size_t spread(struct arena *a, const struct planned *p, int from, struct annual_slot **slots)
{
	size_t n = annual_spread(a, &(struct planned_year){ p, BUSINESSES, from }, slots);

	memset(months, 0, sizeof(months));
	for (size_t i = 0; i < n; i++)
		months[(*slots)[i].month]++;
	return n;
}

static void test_spread(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct planned p[BUSINESSES];
	struct annual_slot *s;

	for (int i = 0; i < BUSINESSES; i++) /* the higher its number, the longer it waits */
		p[i] = (struct planned){
			.operator= i + 1, .last_visit = (BUSINESSES - i) * DAY, .least = 1
		};
	assert_int_equal(spread(a, p, 1, &s), BUSINESSES);
	for (int m = 1; m <= 12; m++)
		assert_int_equal(months[m], BUSINESSES / 12);
	assert_int_equal(s[BUSINESSES - 1].month, 1);
	assert_int_equal(s[0].month, 12);
	/* what is left of a year */
	assert_int_equal(spread(a, p, 11, &s), BUSINESSES);
	assert_int_equal(months[11], BUSINESSES / 2);
	assert_int_equal(months[12], BUSINESSES / 2);
	/* three visits of each lie four months apart, every second one by video */
	for (int i = 0; i < BUSINESSES; i++) {
		p[i].least = 3;
		p[i].video = i == 5;
	}
	assert_int_equal(spread(a, p, 1, &s), 3 * BUSINESSES);
	for (int i = 0; i < BUSINESSES; i++) {
		const struct annual_slot *x = s + (size_t)i * 3;
		assert_int_equal(x[1].month - x[0].month, 4);
		assert_int_equal(x[2].month - x[1].month, 4);
		assert_false(x[0].offsite || x[2].offsite);
		assert_int_equal(x[1].offsite, i == 5);
	}
	for (int m = 1; m <= 12; m++)
		assert_int_equal(months[m], 3 * BUSINESSES / 12);
	for (int i = 0; i < BUSINESSES; i++)
		p[i].made = 3;
	assert_int_equal(spread(a, p, 1, &s), 0);
	assert_int_equal(annual_spread(a, &(struct planned_year){ p, 0, 1 }, &s), 0);
	arena_free(a);
}

/* ---- its life
 * ------------------------------------------------------------------------------------ */
static void businesses(struct bench *b)
{
	for (int i = 0; i < BUSINESSES; i++)
		bench_operator(b, arena_printf(bench_arena(b), "禾记小馆%02d", i),
			i % 3 ? HARNESS_AREA : HARNESS_AREA2);
}

static int64_t visits(struct bench *b, const char *where)
{
	return bench_int(b, arena_printf(bench_arena(b),
				    "SELECT count(*) FROM annual_visits v JOIN annual_plans p ON "
				    "p.id = v.plan WHERE %s",
				    where));
}

static const char *step(struct bench *b, const char *path, const char *what)
{
	return arena_printf(bench_arena(b), "%s/%s", path, what);
}

static const char *drafted(struct bench *b, const char *year)
{
	struct answer *r = bench_post(b, "head1", "/annual", "year", year, NULL);

	assert_int_equal(r->status, 303);
	bench_jobs(b);
	return r->location;
}

static void test_draft(void **state)
{
	struct bench *b = *state;

	businesses(b);
	assert_int_equal(bench_post(b, "officer1", "/annual", "year", "2026", NULL)->status, 403);
	assert_int_equal(bench_post(b, "head1", "/annual", "year", "2025", NULL)->status, 422);
	bench_torture(b, "head1", "/annual", "year", "2027", NULL);
	bench_jobs(b);
	const char *path = drafted(b, "2027");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM annual_plans WHERE state = 'draft'"), 1);
	assert_true(
		bench_int(b, "SELECT count(*) FROM annual_plans WHERE state = 'discarded'") >= 1);
	assert_int_equal(visits(b, "p.state = 'discarded'"), 0);
	assert_int_equal(visits(b, "p.state = 'draft'"), BUSINESSES);
	assert_int_equal(
		visits(b, "v.month = 1"), 3); /* one of 8 in one town, two of 16 in the other */
	struct answer *r = bench_get(b, "head1", path);
	assert_true(r->statements <= STATEMENTS);
	bench_golden(b, r, "src/domains/targeting/golden/annual_draft.html");
	/* a visit that was taken out past the program */
	bench_run(b, "UPDATE annual_visits SET month = 12 WHERE month = 1");
	r = bench_post(b, "head1", step(b, path, "approve"), NULL);
	assert_int_equal(r->status, 409);
	assert_true(answer_has(r, "不一致"));
	assert_int_equal(bench_post(b, "officer1", step(b, path, "discard"), NULL)->status, 403);
	bench_torture(b, "head1", step(b, path, "discard"), NULL);
	assert_int_equal(visits(b, "1 = 1"), 0);
	assert_int_equal(bench_post(b, "head1", step(b, path, "discard"), NULL)->status, 409);
	assert_int_equal(bench_post(b, "head1", step(b, path, "approve"), NULL)->status, 409);
	assert_int_equal(bench_get(b, "head1", "/annual/12345")->status, 404);
}

static enum err inspected(struct req *rq, void *arg)
{
	const char *kind = arg;
	int64_t operator;

	TRY(db_int(rq, &operator, "SELECT operator FROM annual_visits WHERE state = 'due' ORDER BY "
				  "operator LIMIT 1"));
	return emit(rq, .name = "inspection.recorded", .subject = 77, .entity = operator,
		.data = arena_printf(rq->arena, "{\"kind\":\"%s\",\"inspected_at\":%" PRId64 "}",
			kind, rq->now));
}

/* November: what is left of the year lies in two months, and this month's become tasks. */
static void test_in_force(void **state)
{
	struct bench *b = *state;

	businesses(b);
	const char *path = drafted(b, "2026");
	bench_run(b, "UPDATE operators SET state = 'CLOSED' WHERE name = '禾记小馆00'");
	bench_torture(b, "head1", step(b, path, "approve"), NULL);
	assert_int_equal(bench_post(b, "head1", step(b, path, "approve"), NULL)->status, 409);
	assert_int_equal(bench_post(b, "head1", "/annual", "year", "2026", NULL)->status, 409);
	assert_int_equal(visits(b, "v.month = 11"), BUSINESSES / 2);
	bench_jobs(b);
	int64_t due = visits(b, "v.state = 'due'"), lapsed = visits(b, "v.state = 'lapsed'");
	assert_int_equal(due + lapsed, BUSINESSES / 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_tasks WHERE source = "
				      "'annual_plan.visit_due'"),
		due);
	bench_jobs(b);
	assert_int_equal(bench_write(b, inspected, (void *)"INSP_OFFSITE"), OK);
	assert_int_equal(visits(b, "v.state = 'done'"), 0); /* none was to be by video */
	assert_int_equal(bench_write(b, inspected, (void *)"INSP_RANDOM"), OK);
	assert_int_equal(visits(b, "v.state = 'done' AND v.inspection = 77"), 1);
	struct answer *r = bench_get(b, "officer1", path);
	assert_true(r->statements <= STATEMENTS);
	bench_golden(b, r, "src/domains/targeting/golden/annual.html");
	r = bench_get(b, "head1", step(b, path, "visits?state=done"));
	assert_true(r->statements <= STATEMENTS);
	assert_true(answer_has(r, "/inspections/77"));
	r = bench_get(b, "head1", step(b, path, "visits?state=open"));
	assert_int_equal(bench_get(b, "head1", step(b, path, "visits?format=csv"))->status, 200);
	bench_golden(b, bench_get(b, "officer1", step(b, path, "visits?month=12")),
		"src/domains/targeting/golden/annual_visits.html");
	assert_null(strstr(bench_get(b, "officer3", step(b, path, "visits"))->body, "禾记小馆01"));
	r = bench_get(b, "", "/annual/public");
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "年度监督检查计划"));
	assert_null(strstr(r->body, "禾记"));
	/* the month passes: what was not visited is overdue */
	bench_clock(b, clock_now() + 10 * DAY);
	r = bench_get(b, "head1", step(b, path, "visits?state=late"));
	assert_true(answer_has(r, "逾期"));
	bench_minute(b);
	bench_jobs(b);
	assert_true(visits(b, "v.state = 'due' AND v.month = 12") > 0);
	bench_english(b, true);
	assert_true(answer_has(bench_get(b, "head1", "/annual"), "Plan of the year"));
}

#define TESTS(X)                                                                                   \
	X(test_needed)                                                                             \
	X(test_spread)                                                                             \
	X(test_draft)                                                                              \
	X(test_in_force)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"plan of the year", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
