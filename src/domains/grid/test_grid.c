/* Officers through their pages: register, leave, recusals, rights, torture; on SQLite, and on
 * PostgreSQL where one is there. */
#include "domains/grid/grid.h"
#include "domains/grid/rules.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, PAGE_STATEMENTS = 20 };

static const char *account(struct bench *b, const char *login)
{
	return arena_printf(bench_arena(b), "%" PRId64,
		bench_int(b, arena_printf(bench_arena(b), "SELECT id FROM users WHERE login = '%s'",
				     login)));
}

static const char *of(struct bench *b, const char *login, const char *what)
{
	return arena_printf(bench_arena(b), "/officers/%s%s", account(b, login), what);
}

static struct answer *enter(struct bench *b, const char *who, const char *login)
{
	return bench_post(b, who, "/officers", "account", account(b, login), "card_no",
		arena_printf(bench_arena(b), "ZF-%s", login), "card_valid_to", "2027-12-31",
		"qualification", "食品安全检查员", "station", "莘庄所", "words", "", NULL);
}

static int facts(struct bench *b, const char *name)
{
	return (int)bench_int(b, arena_printf(bench_arena(b),
					 "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

static void test_rules(void **state)
{
	int64_t today = 1795363200000; /* a midnight */

	(void)state;
	assert_null(check_card_no("0911201-0001"));
	assert_non_null(check_card_no("091"));
	assert_non_null(check_card_no("0911 2010"));
	assert_null(leave_wrong(today, today, today));
	assert_non_null(leave_wrong(0, today, today));
	assert_non_null(leave_wrong(today, today - DAY, today));
	assert_null(leave_wrong(today - 30 * DAY, today, today));
	assert_non_null(leave_wrong(today - 31 * DAY, today, today));
	assert_non_null(leave_wrong(today, today + 367 * DAY, today));
	assert_int_equal(card_state_of(today - 1, today), CARD_OVER);
	assert_int_equal(card_state_of(today, today), CARD_ENDS_SOON); /* its last day */
	assert_int_equal(card_state_of(today + 29 * DAY, today), CARD_ENDS_SOON);
	assert_int_equal(card_state_of(today + 30 * DAY, today), CARD_VALID);
}

static void test_register(void **state)
{
	struct bench *b = *state;

	assert_true(answer_has(bench_get(b, "officer1", "/officers"), "暂无执法人员"));
	bench_golden(b, bench_get(b, "admin1", "/officers/new"),
		"src/domains/grid/golden/officer_form.html");
	struct answer *r = enter(b, "admin1", "officer1");
	assert_int_equal(r->status, 303);
	assert_string_equal(r->location, of(b, "officer1", ""));
	assert_int_equal(enter(b, "admin1", "officer1")->status, 409);
	assert_int_equal(enter(b, "admin1", "auditor1")->status, 422); /* no officer */
	assert_int_equal(enter(b, "officer1", "officer2")->status, 403);
	r = bench_post(b, "admin1", "/officers", "account", account(b, "officer2"), "card_no",
		"ZF-officer1", "card_valid_to", "2027-12-31", "station", "莘庄所", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "该执法证已登记在他人名下"));
	r = bench_get(b, "officer2", "/officers");
	assert_true(r->statements <= LIST_STATEMENTS);
	assert_true(answer_has(r, "ZF-officer1"));
	assert_null(strstr(bench_get(b, "officer3", "/officers")->body, "ZF-officer1"));
	assert_true(answer_has(bench_get(b, "admin1", "/officers?q=zf-off"), "莘庄所"));
	assert_true(answer_has(bench_get(b, "admin1", "/officers?format=csv"), "食品安全检查员"));
	r = bench_get(b, "officer1", of(b, "officer1", ""));
	assert_true(r->statements <= PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/grid/golden/officer.html");
	assert_int_equal(bench_get(b, "officer3", of(b, "officer1", ""))->status, 403);
	assert_int_equal(bench_get(b, "admin1", of(b, "officer1", "/edit"))->status, 200);
	r = bench_post(b, "admin1", of(b, "officer1", ""), "card_no", "ZF9", "card_valid_to",
		"2026-11-22", "station", "七宝所", "state", "serving", NULL);
	assert_int_equal(r->status, 422); /* has 4 to 30 characters */
	bench_post(b, "admin1", of(b, "officer1", ""), "card_no", "ZF-0009", "card_valid_to",
		"2026-11-22", "station", "七宝所", "state", "serving", NULL);
	assert_true(answer_has(bench_get(b, "admin1", of(b, "officer1", "")), "执法证已失效"));
	bench_post(b, "admin1", of(b, "officer1", ""), "card_no", "ZF-0009", "card_valid_to",
		"2026-11-22", "station", "七宝所", "state", "left", NULL);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_officers"), 0);
	assert_int_equal(facts(b, "officer.changed"), 2);
}

static struct answer *leave(struct bench *b, const char *who, const char *from, const char *to)
{
	return bench_post(b, who, of(b, "officer1", "/leave"), "from_day", from, "to_day", to,
		"kind", "annual", "words", "", NULL);
}

static void test_leave(void **state)
{
	struct bench *b = *state;

	enter(b, "admin1", "officer1");
	assert_int_equal(leave(b, "officer1", "2026-11-24", "2026-11-25")->status, 303);
	assert_int_equal(leave(b, "admin1", "2026-11-25", "2026-11-27")->status, 409);
	assert_int_equal(leave(b, "officer1", "2026-11-29", "2026-11-28")->status, 422);
	assert_int_equal(leave(b, "officer1", "x", "")->status, 422);
	assert_int_equal(leave(b, "officer2", "2026-12-24", "2026-12-25")->status, 403);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT on_leave FROM pub_officers"), 0);
	bench_clock(b, clock_now() + DAY);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT on_leave FROM pub_officers"), 1);
	assert_true(answer_has(bench_get(b, "officer1", of(b, "officer1", "")), "今日休假"));
	assert_true(answer_has(bench_get(b, "officer2", "/officers"), "休假中"));
	const char *end = arena_printf(bench_arena(b), "%s/leave/%" PRId64 "/end",
		of(b, "officer1", ""), bench_int(b, "SELECT id FROM grid_leaves"));
	assert_int_equal(bench_post(b, "officer1", end, NULL)->status, 303);
	assert_int_equal(bench_post(b, "officer1", end, NULL)->status, 409);
	assert_int_equal(bench_int(b, "SELECT on_leave FROM pub_officers"), 0);
	assert_int_equal(facts(b, "officer.leave_ended"), 1);
}

static struct answer *recuse(struct bench *b, const char *licence, const char *person)
{
	return bench_post(b, "officer1", of(b, "officer1", "/recusals"), "licence", licence,
		"person", person, "reason", "近亲属", NULL);
}

static void test_recusals(void **state)
{
	struct bench *b = *state;

	enter(b, "admin1", "officer1");
	bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *licence = bench_text(b, "SELECT licence_no FROM operators");
	assert_int_equal(recuse(b, licence, "")->status, 303);
	assert_int_equal(recuse(b, licence, "")->status, 409);
	assert_int_equal(recuse(b, licence, "王明")->status, 422);
	assert_int_equal(recuse(b, "", "")->status, 422);
	assert_int_equal(recuse(b, "JYX0", "")->status, 422);
	assert_int_equal(recuse(b, "", "王明")->status, 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_officer_recusals"), 2);
	assert_true(answer_has(bench_get(b, "officer1", of(b, "officer1", "")), "禾记小馆"));
	const char *end =
		arena_printf(bench_arena(b), "%s/recusals/%" PRId64 "/end", of(b, "officer1", ""),
			bench_int(b, "SELECT id FROM grid_recusals WHERE person <> ''"));
	assert_int_equal(bench_post(b, "officer1", end, "reason", "x", NULL)->status, 403);
	assert_int_equal(bench_post(b, "admin1", end, "reason", "", NULL)->status, 422);
	assert_int_equal(bench_post(b, "admin1", end, "reason", "已离异", NULL)->status, 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_officer_recusals"), 1);
	assert_int_equal(facts(b, "officer.recusal_ended"), 1);
}

static void test_torture(void **state)
{
	struct bench *b = *state;

	bench_torture(b, "admin1", "/officers", "account", account(b, "officer1"), "card_no",
		"ZF-0001", "card_valid_to", "2027-12-31", "station", "莘庄所", NULL);
	bench_torture(b, "admin1", of(b, "officer1", ""), "card_no", "ZF-0002", "card_valid_to",
		"2027-12-31", "station", "莘庄所", NULL);
	bench_torture(b, "officer1", of(b, "officer1", "/leave"), "from_day", "2026-11-24",
		"to_day", "2026-11-25", "kind", "annual", NULL);
	bench_torture(b, "officer1",
		arena_printf(bench_arena(b), "%s/leave/%" PRId64 "/end", of(b, "officer1", ""),
			bench_int(b, "SELECT id FROM grid_leaves")),
		NULL);
	bench_torture(b, "officer1", of(b, "officer1", "/recusals"), "person", "王明", "reason",
		"近亲属", NULL);
	bench_torture(b, "admin1",
		arena_printf(bench_arena(b), "%s/recusals/%" PRId64 "/end", of(b, "officer1", ""),
			bench_int(b, "SELECT id FROM grid_recusals")),
		"reason", "已离异", NULL);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_officer_recusals"), 0);
}

#define TESTS(X)       X(test_rules) X(test_register) X(test_leave) X(test_recusals) X(test_torture)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests("grid", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
