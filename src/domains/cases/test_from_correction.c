/* From an inspection's correction that was not made to a case: through both rooms' pages. */
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static int64_t overdue(struct bench *b)
{
	struct arena *a = bench_arena(b);
	int64_t o = bench_operator(b, "禾记小馆", HARNESS_AREA);

	bench_run(
		b, arena_printf(a,
			   "INSERT INTO inspections SELECT 8, 1, o.id, 'INSP_ROUTINE', %" PRId64
			   ", u.id, 2, 't', '1', 1, 1, 1, 3, 0, 900, 'BASIC_CONFORM', 'ORDER', 0, "
			   "'{}', '', 1, 0 FROM operators o, users u WHERE u.login = 'officer2'",
			   clock_now() - 20 * DAY));
	for (int i = 0; i < 3; i++)
		bench_run(
			b, arena_printf(a,
				   "INSERT INTO inspection_corrections SELECT %d, 1, 8, id, area, "
				   "'4.4', '%s', '一名厨师未戴帽', 7, %" PRId64
				   ", 'OVERDUE', 0, 'signed', 0, 0, '', 0, 0, 0, 0, '', 0 FROM "
				   "operators",
				   70 + i, i == 2 ? "排油烟设施清洁" : "从业人员穿戴清洁的工作衣帽",
				   clock_now() - 2 * DAY));
	return o;
}

static void test_to_case(void **state)
{
	struct bench *b = *state;

	overdue(b);
	assert_int_equal(
		bench_post(b, "officer1", "/corrections/70/case", "words", "", NULL)->status, 422);
	bench_torture(b, "officer1", "/corrections/70/case", "words", "两次催告仍未改正", NULL);
	assert_string_equal(bench_text(b, "SELECT state FROM cases"), "precheck");
	assert_string_equal(bench_text(b, "SELECT act FROM cases"), "V01");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM cases c JOIN users u ON u.id = c.officer2 "
			     "WHERE u.login = 'officer2'"),
		1);
	assert_int_equal(
		bench_int(b, "SELECT cause FROM ledger WHERE name = 'case.precheck_opened'"),
		bench_int(b, "SELECT seq FROM ledger WHERE name = 'correction.to_case'"));
	const char *path = arena_printf(
		bench_arena(b), "/cases/%" PRId64, bench_int(b, "SELECT id FROM cases"));
	struct answer *r = bench_get(b, "officer1", path);
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "一名厨师未戴帽"));
	assert_true(answer_has(r, "两次催告仍未改正"));
	assert_true(answer_has(r, "/corrections/70"));
	assert_null(strstr(r->body, "/still"));
	assert_int_equal(bench_get(b, "officer1",
				 arena_printf(bench_arena(b), "%s/evidence/%" PRId64 "/still", path,
					 bench_int(b, "SELECT id FROM case_evidence")))
				 ->status,
		404);
	/* another of the same act joins it; another act opens its own */
	assert_int_equal(
		bench_post(b, "officer1", "/corrections/71/case", "words", "未改", NULL)->status,
		303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cases"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM case_evidence"), 2);
	assert_int_equal(
		bench_post(b, "officer1", "/corrections/72/case", "words", "未改", NULL)->status,
		303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cases WHERE act = 'V20'"), 1);
	assert_int_equal(
		bench_post(b, "officer1", "/corrections/70/case", "words", "未改", NULL)->status,
		409);
	/* the record may serve: it is filed, and the party reads what is said against it */
	assert_int_equal(
		bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/file", path), "officer2",
			arena_printf(bench_arena(b), "%" PRId64,
				bench_int(b, "SELECT id FROM users WHERE login = 'officer2'")),
			"reason", "逾期未改正", "proof", "1", "penalty_due", "1", "jurisdiction",
			"1", NULL)
			->status,
		303);
	r = bench_get(b,
		arena_printf(bench_arena(b), "party:%" PRId64 ":%" PRId64,
			bench_int(b, "SELECT id FROM operators"),
			bench_int(b, "SELECT id FROM cases WHERE act = 'V01'")),
		arena_printf(bench_arena(b), "/my%s/evidence", path));
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "一名厨师未戴帽"));
	assert_null(strstr(r->body, "<img"));
}

#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { ON_SQLITE(test_to_case) ON_POSTGRES(test_to_case) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"from_correction", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
