/* Runs and pages on SQLite, and on PostgreSQL where one is there; bounds and the list as rules. */
#include "domains/targeting/plan.h"
#include "domains/targeting/targeting.h"
#include "harness.h"
#include "core/app/app.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 20, OPERATORS = 60 };

/* ---- rules ---------------------------------------------------------------- */
static void test_bounds(void **state)
{
	(void)state;
	static const struct {
		struct bounds b;
		struct standing s;
		enum due is;
	} table[] = {
		{ { 1, 0, 730 }, { 364, 364, 900, 1 }, DUE_MAY },
		{ { 1, 0, 730 }, { 365, 365, 900, 0 }, DUE_MUST }, /* RISK_A: one a year */
		{ { 3, 0, 730 }, { 121, 121, 900, 2 }, DUE_MUST }, /* RISK_D: each 121 days */
		{ { 3, 0, 730 }, { 120, 120, 900, 3 }, DUE_MAY },
		{ { 1, 0, 730 }, { -1, -1, 364, 0 }, DUE_MAY }, /* new */
		{ { 1, 0, 730 }, { -1, -1, 365, 0 }, DUE_MUST },
		{ { 1, 0, 730 }, { 10, 730, 900, 1 }, DUE_MUST }, /* full check, order 49, 22 */
		{ { 1, 2, 730 }, { 10, 10, 900, 2 }, DUE_FULL },  /* RC_A: two a year */
		{ { 1, 4, 730 }, { 10, 10, 900, 3 }, DUE_MAY },
		{ { 1, 2, 730 }, { 10, 730, 900, 2 }, DUE_CONFLICT },
		{ { 3, 2, 730 }, { 10, 10, 900, 0 }, DUE_CONFLICT },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_int_equal(due_of(&table[i].b, &table[i].s), table[i].is);
}

static void test_choice(void **state)
{
	(void)state;
	enum { N = 1000 };
	struct arena *a = arena_new();
	struct candidate all[N];
	struct choice_rule rule = { 100, 10, 42 };
	int law = 0, model = 0, random = 0, again = 0;

	for (int i = 0; i < N; i++)
		all[i] = (struct candidate){ .operator= i + 1,
			.area = 1,
			.probability = i % 997,
			.since_visit = i % 400,
			.due = i < 20	? DUE_MUST
			       : i < 30 ? DUE_CONFLICT
			       : i < 40 ? DUE_FULL
					: DUE_MAY };
	plan_choose(a, all, N, &rule);
	for (int i = 0; i < N; i++) {
		law += all[i].chosen == CHOSEN_LAW;
		model += all[i].chosen == CHOSEN_MODEL;
		random += all[i].chosen == CHOSEN_RANDOM;
		if (all[i].due == DUE_FULL || all[i].due == DUE_CONFLICT)
			assert_int_equal(all[i].chosen, CHOSEN_NOT);
		if (all[i].due == DUE_MUST)
			assert_true(all[i].chosen != CHOSEN_NOT);
	}
	assert_int_equal(random, 10);
	assert_int_equal(law + model + random, 100);
	uint32_t place = all[996].place; /* of those who may, the likeliest */
	assert_int_equal(place, 21);
	struct candidate same[N];
	memcpy(same, all, sizeof(all));
	plan_choose(a, same, N, &rule); /* the seed draws the same again */
	for (int i = 0; i < N; i++)
		assert_int_equal(same[i].chosen, all[i].chosen);
	rule.seed++;
	plan_choose(a, same, N, &rule);
	for (int i = 0; i < N; i++)
		again += same[i].chosen == CHOSEN_RANDOM && all[i].chosen == CHOSEN_RANDOM;
	assert_true(again < 5);
	arena_free(a);
}

/* ---- runs ----------------------------------------------------------------- */
/* Visits past the program: two years of them, every fourth operator a bad one. */
static void history(struct bench *b)
{
	uint64_t chance = 5;
	int64_t first = 0, person[2] = { bench_int(b, "SELECT id FROM users WHERE login = "
						      "'officer1'"),
		bench_int(b, "SELECT id FROM users WHERE login = 'officer2'") };

	for (int i = 0; i < OPERATORS; i++) {
		int64_t id =
			bench_operator(b, arena_printf(bench_arena(b), "店%d", i), HARNESS_AREA);
		first = first ? first : id;
		for (int k = 0; i && k < 8; k++) {
			chance = chance * 6364136223846793005u + 1442695040888963407u;
			bool failed = (chance >> 33) % 100 < (i % 4 ? 8u : 55u);
			bench_run(
				b, arena_printf(bench_arena(b),
					   "INSERT INTO inspections VALUES (%" PRId64
					   ", 1, %" PRId64 ", 'INSP_ROUTINE', %" PRId64 ", %" PRId64
					   ", %" PRId64 ", 't', '1', 7, %d, 23, 1, 0, 900, '%s', "
					   "'PASS', 0, '{}', '', 0, 0)",
					   id_new(), id, clock_now() - (20 + k * 90 + i) * DAY,
					   person[k % 2], person[1 - k % 2], failed,
					   failed ? "NOT_CONFORM" : "CONFORM"));
		}
	}
}

static void test_too_few(void **state)
{
	struct bench *b = *state;

	assert_true(answer_has(bench_get(b, "officer1", "/targeting"), "此清单为空"));
	assert_true(answer_has(bench_get(b, "officer1", "/targeting/report"), "尚未完成运行"));
	bench_operator(b, "禾记小馆", HARNESS_AREA);
	assert_int_equal(bench_post(b, "officer1", "/targeting/run", NULL)->status, 403);
	bench_torture(b, "head1", "/targeting/run", NULL);
	bench_jobs(b);
	assert_string_equal(bench_text(b, "SELECT state FROM targeting_runs"), "clocks");
	assert_true(answer_has(bench_get(b, "officer1", "/targeting"), "仅按法定期限排序"));
	assert_true(answer_has(bench_get(b, "officer1", "/targeting"), "禾记小馆"));
}

static void test_run(void **state)
{
	struct bench *b = *state;

	history(b);
	bench_minute(b); /* the night's run is asked for once a day */
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs WHERE kind = 'targeting.run'"), 1);
	bench_jobs(b);
	assert_string_equal(bench_text(b, "SELECT state FROM targeting_runs"), "model");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM targeting_scores"), OPERATORS);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'targeting.run_finished'"),
		1);
	/* who fails often is likelier to fail; who was never visited has the widest interval */
	assert_true(bench_int(b, "SELECT CAST(sum(s.probability) AS bigint) FROM targeting_scores "
				 "s JOIN operators "
				 "o ON o.id = s.operator WHERE o.name IN ('店4', '店8', '店12', "
				 "'店16', '店20')") >
		    bench_int(b, "SELECT CAST(sum(s.probability) AS bigint) FROM targeting_scores "
				 "s JOIN operators "
				 "o ON o.id = s.operator WHERE o.name IN ('店5', '店9', '店13', "
				 "'店17', '店21')"));
	assert_int_equal(bench_int(b, "SELECT visits FROM targeting_scores s JOIN operators o ON "
				      "o.id = s.operator WHERE o.name = '店0'"),
		0);
	struct answer *r = bench_get(b, "officer1", "/targeting");
	assert_int_equal(r->status, 200);
	assert_true(r->statements <= LIST_STATEMENTS);
	assert_true(answer_has(r, "清单："));
	bench_golden(b, bench_get(b, "officer1", "/targeting?show=must"),
		"src/domains/targeting/golden/list.html");
	assert_true(answer_has(bench_get(b, "officer1", "/targeting?show=all&format=csv"), "店59"));
	assert_null(strstr(bench_get(b, "officer3", "/targeting?show=all")->body, "店59"));
	const char *fresh = arena_printf(bench_arena(b), "/targeting/%" PRId64,
		bench_int(b, "SELECT id FROM operators WHERE name = '店0'"));
	r = bench_get(b, "officer1", fresh);
	assert_true(answer_has(r, "无历史"));
	assert_int_equal(bench_get(b, "officer3", fresh)->status, 403);
	const char *known = arena_printf(bench_arena(b), "/targeting/%" PRId64,
		bench_int(b, "SELECT id FROM operators WHERE name = '店4'"));
	r = bench_get(b, "officer1", known);
	assert_true(r->statements <= LIST_STATEMENTS);
	assert_true(answer_has(r, "href=\"/inspections/"));
	assert_true(answer_has(r, "重点项不合格："));
	bench_golden(b, r, "src/domains/targeting/golden/one.html");
	r = bench_get(b, "officer1", "/targeting/report");
	assert_true(answer_has(r, "按上次检查人员"));
	assert_true(answer_has(r, "莘庄"));
	assert_int_equal(bench_get(b, "officer1", "/targeting/12345")->status, 404);
	/* a later run replaces the scores and keeps the earlier run's record */
	bench_post(b, "head1", "/targeting/run", NULL);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM targeting_scores"), OPERATORS);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM targeting_runs"), 2);
}

/* ---- what a run writes ------------------------------------------------------ */
static int64_t count_of(struct bench *b, const char *table)
{
	return bench_int(b, arena_printf(bench_arena(b), "SELECT count(*) FROM %s", table));
}

/* Every statement of the job fails once; nothing of a run that failed is there, and the one before
 * stays. */
static void test_job_fails(void **state)
{
	struct bench *b = *state;
	struct fault why = { 0 };
	bool ran;
	int64_t before, round;

	history(b);
	assert_int_equal(bench_post(b, "command1", "/targeting/run", NULL)->status, 303);
	bench_jobs(b);
	before = bench_int(b, "SELECT max(run) FROM targeting_scores");
	int64_t facts = count_of(b, "ledger"), listed = count_of(b, "targeting_lists");
	assert_int_equal(bench_post(b, "head1", "/targeting/run", NULL)->status, 303);
	for (round = 1; round < 100; round++) {
		bench_clock(b, clock_now() + HOUR);
		bench_run(b, "UPDATE jobs SET attempts = 0");
		db_fail_at(bench_app(b)->db, round);
		(void)!app_run_job(bench_app(b), &ran, &why);
		db_fail_at(bench_app(b)->db, 0);
		if (!count_of(b, "jobs"))
			break;
		assert_int_equal(bench_int(b, "SELECT min(run) FROM targeting_scores"), before);
		assert_int_equal(count_of(b, "targeting_scores"), OPERATORS);
		assert_int_equal(count_of(b, "targeting_runs"), 1);
		assert_int_equal(count_of(b, "targeting_lists"), listed);
		assert_int_equal(count_of(b, "ledger"), facts);
	}
	assert_true(round > 6 && round < 100);
	assert_true(bench_int(b, "SELECT min(run) FROM targeting_scores") != before);
	assert_int_equal(count_of(b, "targeting_runs"), 2);
}

/* ---- what came of the lists -------------------------------------------------- */
static void visit_later(struct bench *b, int64_t op, bool failed)
{
	bench_run(
		b, arena_printf(bench_arena(b),
			   "INSERT INTO inspections VALUES (%" PRId64 ", 1, %" PRId64
			   ", 'INSP_ROUTINE', %" PRId64 ", 1, 2, 't', '1', 7, %d, 23, 1, 0, 900, "
			   "'%s', 'PASS', 0, '{}', '', 0, 0)",
			   id_new(), op, clock_now(), failed, failed ? "NOT_CONFORM" : "CONFORM"));
}

static void listed(struct bench *b, int64_t op, const char *chosen, int64_t at)
{
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO targeting_lists VALUES (%" PRId64 ", %" PRId64
			     ", %" PRId64 ", '%s', 500)",
			     id_new(), op, at, chosen));
}

/* A visit counts for the latest list before it, as long as that lasts; by video counts nothing. */
static void test_outcomes(void **state)
{
	struct bench *b = *state;
	int64_t now = clock_now();

	for (int i = 0; i < 10; i++) {
		int64_t op =
			bench_operator(b, arena_printf(bench_arena(b), "店%d", i), HARNESS_AREA);
		listed(b, op, i < 6 ? "random" : "model", now - 20 * DAY);
		visit_later(b, op, i == 0 || i > 7);
	}
	int64_t moved = bench_operator(b, "先随机后模型", HARNESS_AREA),
		late = bench_operator(b, "清单已过期", HARNESS_AREA);
	listed(b, moved, "random", now - 30 * DAY);
	listed(b, moved, "model", now - 10 * DAY);
	visit_later(b, moved, true);
	listed(b, late, "random", now - 61 * DAY);
	visit_later(b, late, true);
	bench_clock(b, now + HOUR);
	bench_post(b, "head1", "/targeting/run", NULL);
	bench_jobs(b);
	bench_run(b, "UPDATE targeting_runs SET took_ms = 12, seed = '7'"); /* differ each time */
	struct answer *r = bench_get(b, "head1", "/targeting/report");
	assert_true(answer_has(r, "如实估计"));
	assert_true(answer_has(r, "16.6 %")); /* one of six, Wilson 3.0 to 56.4 */
	assert_true(answer_has(r, "3.0 % – 56.3 %"));
	assert_true(answer_has(r, "60.0 %")); /* three of five */
	bench_golden(b, r, "src/domains/targeting/golden/report.html");
}

/* The level on file bounds the visits; without one the kind of business stands for it. */
static void test_levels_on_file(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);

	bench_run(
		b, arena_printf(bench_arena(b),
			   "INSERT INTO scales VALUES (1, 1, %" PRId64 ", 'RISK', 'grading/risk', "
			   "'2016', 'RISK_D', 6100, 0, 0, 0, '[]'), (2, 1, %" PRId64
			   ", 'RC', 'grading/risk-credit', '2025', 'RC_B', 3000, 0, 0, 0, '[]')",
			   op, op));
	bench_post(b, "head1", "/targeting/run", NULL);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT least FROM targeting_scores"), 3);
	assert_int_equal(bench_int(b, "SELECT most FROM targeting_scores"), 4);
}

#define TESTS(X)                                                                                   \
	X(test_bounds)                                                                             \
	X(test_choice)                                                                             \
	X(test_too_few)                                                                            \
	X(test_run)                                                                                \
	X(test_job_fails)                                                                          \
	X(test_outcomes)                                                                           \
	X(test_levels_on_file)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"targeting", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
