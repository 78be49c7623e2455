/* The room of inspections through its pages. */
#include "domains/inspections/inspections.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(22);
	*state = b;
	return 0;
}

static bool has(const struct answer *r, const char *text)
{
	if (strstr(r->body, text))
		return true;
	fprintf(stderr, "not found: %s\nin: %.3000s\n", text, r->body);
	return false;
}

static int64_t user_id(struct bench *b, const char *login)
{
	return bench_int(b,
		arena_printf(bench_arena(b), "SELECT id FROM pub_users WHERE login = '%s'", login));
}

struct visit {
	int64_t operator;
	const char *who, *second, *kind, *day, *handling, *correct_by;
	const char *answers[12][2]; /* items that are not passed: number with underline, answer (""
				       none) */
	bool hold;
};

/* All thirty items passed, except the ones named. */
static struct answer *record(struct bench *b, const struct visit *v)
{
	static const char *const items[] = { "1_1", "2_1", "2_2", "2_3", "3_1", "3_2", "4_1", "4_2",
		"4_3", "4_4", "5_1", "5_2", "5_3", "5_4", "6_1", "6_2", "6_3", "7_1", "7_2", "7_3",
		"7_4", "7_5", "7_6", "8_1", "8_2", "8_3", "8_4", "9_1", "9_2", "9_3" };
	struct buf j = { .arena = bench_arena(b) };
	const char *who = v->who ? v->who : "officer1",
		   *second = v->second ? v->second : "officer2";

	buf_printf(&j, "{\"operator\":\"%" PRId64 "\",\"inspector2\":\"%" PRId64 "\"", v->operator,
		user_id(b, second));
	buf_printf(&j,
		",\"kind\":\"%s\",\"inspected_at\":\"%s\",\"handling\":\"%s\",\"correct_by\":\"%"
		"s\"%s",
		v->kind ? v->kind : "INSP_ROUTINE", v->day ? v->day : "2026-11-23",
		v->handling ? v->handling : "PASS", v->correct_by ? v->correct_by : "",
		v->hold ? ",\"hold\":\"1\"" : "");
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++) {
		const char *answer = "ok";
		for (int k = 0; k < 12 && v->answers[k][0]; k++)
			if (strcmp(v->answers[k][0], items[i]) == 0)
				answer = v->answers[k][1];
		buf_printf(&j, ",\"i%s\":\"%s\"", items[i], answer);
	}
	buf_puts(&j, "}");
	return bench_post_json(b, who, "/inspections", j.s);
}

static void test_conforms(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);
	struct visit v = { .operator= op };
	struct answer *r = bench_get(b, "officer1",
		arena_printf(bench_arena(b), "/inspections/new?operator=%" PRId64, op));

	assert_int_equal(r->status, 200);
	bench_golden(b, r, "src/domains/inspections/golden/form.html");
	bench_golden(b, bench_get(b, "officer1", "/inspections"),
		"src/domains/inspections/golden/list_empty.html");
	r = record(b, &v);
	assert_int_equal(r->status, 200);
	assert_string_equal(bench_text(b, "SELECT result FROM pub_inspections"), "CONFORM");
	assert_int_equal(bench_int(b, "SELECT score FROM pub_inspections"), 1000);
	assert_true(bench_int(b, "SELECT published_at FROM pub_inspections") > 0);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'inspection.recorded'"), 1);
	int64_t id = bench_int(b, "SELECT id FROM inspections");
	r = bench_get(b, "officer1", arena_printf(bench_arena(b), "/inspections/%" PRId64, id));
	assert_int_equal(r->status, 200);
	bench_golden(b, r, "src/domains/inspections/golden/inspection.html");
	assert_in_range(r->statements, 1, 16); /* the page, its navigation and counters */
	bench_golden(b, bench_get(b, "officer1", "/inspections"),
		"src/domains/inspections/golden/list.html");
	assert_true(has(bench_get(b, "officer1", "/inspections?format=csv"), "CONFORM"));
	assert_int_equal(
		bench_get(b, "officer3", arena_printf(bench_arena(b), "/inspections/%" PRId64, id))
			->status,
		403);
	assert_null(strstr(bench_get(b, "officer3", "/inspections")->body, "禾记"));
}

static void test_failed_items(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.answers = { { "5_1", "fail" }, { "7_3", "na" }, { "4_2", "fail" } } };

	assert_int_equal(record(b, &v)->status, 422); /* handled as passed */
	v.handling = "ORDER";
	assert_int_equal(record(b, &v)->status, 422); /* without a date */
	v.correct_by = "2026-12-01";
	assert_int_equal(record(b, &v)->status, 200);
	assert_string_equal(bench_text(b, "SELECT result FROM pub_inspections"), "BASIC_CONFORM");
	assert_int_equal(bench_int(b, "SELECT not_applicable FROM inspections"), 1);
	assert_int_equal(bench_int(b, "SELECT key_failed FROM inspections"), 1);
	/* what failed must be looked at next time, even in a check of some items */
	v = (struct visit){ .operator= v.operator,
		.kind = "INSP_RECHECK",
		.answers = { { "5_1", "" }, { "1_1", "" } } };
	struct answer *r = record(b, &v);
	assert_int_equal(r->status, 422);
	assert_true(has(r, "5.1 该项上次不合格"));
	v.answers[0][1] = "ok";
	assert_int_equal(record(b, &v)->status, 200);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM inspections"), 2);
}

static void test_refused(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);
	struct visit v = { .operator= op, .second = "officer1" };

	assert_int_equal(record(b, &v)->status, 422); /* twice the same person */
	v.second = "officer3";
	assert_int_equal(record(b, &v)->status, 422); /* of another town */
	v.second = "reviewer1";
	assert_int_equal(record(b, &v)->status, 422); /* no officer */
	v = (struct visit){ .operator= op, .day = "2026-11-24" };
	assert_int_equal(record(b, &v)->status, 422); /* tomorrow */
	v = (struct visit){ .operator= op, .answers = { { "3_1", "" } } };
	assert_int_equal(record(b, &v)->status, 422); /* routine asks all */
	v = (struct visit){ .operator= op, .kind = "INSP_PARTY" };
	assert_int_equal(record(b, &v)->status, 422);
	v = (struct visit){ .operator= op, .who = "officer3" };
	assert_int_equal(record(b, &v)->status, 403); /* another town's business */
	v = (struct visit){ .operator= op, .who = "head1" };
	assert_int_equal(record(b, &v)->status, 403);
	v = (struct visit){ .operator= 77 };
	assert_int_equal(record(b, &v)->status, 404);
	bench_post(b, "officer1", arena_printf(bench_arena(b), "/operators/%" PRId64 "/close", op),
		NULL);
	v = (struct visit){ .operator= op };
	assert_int_equal(record(b, &v)->status, 409); /* closed */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM inspections"), 0);
}

/* The form comes back with what was answered. */
static void test_form_again(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);
	struct answer *r = bench_post(b, "officer1", "/inspections", "operator",
		arena_printf(bench_arena(b), "%" PRId64, op), "kind", "INSP_ROUTINE",
		"inspected_at", "2026-11-23", "handling", "PASS", "i1_1", "fail", "hold", "1",
		NULL);

	assert_int_equal(r->status, 422);
	bench_golden(b, r, "src/domains/inspections/golden/form_again.html");
}

static void test_publish(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA), .hold = true };

	assert_int_equal(record(b, &v)->status, 200);
	assert_int_equal(bench_int(b, "SELECT published_at FROM pub_inspections"), 0);
	const char *path = arena_printf(bench_arena(b), "/inspections/%" PRId64,
		bench_int(b, "SELECT id FROM inspections"));
	const char *publish = arena_printf(bench_arena(b), "%s/publish", path);
	assert_true(has(bench_get(b, "officer1", path), publish));
	assert_true(bench_torture(b, "officer1", publish, NULL) > 2);
	assert_true(bench_int(b, "SELECT published_at FROM pub_inspections") > 0);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'inspection.published'"), 1);
	assert_int_equal(bench_post(b, "officer1", publish, NULL)->status, 409);
}

/* Each test on SQLite, and on PostgreSQL too where one is there. */
#define TESTS(X)                                                                                   \
	X(test_conforms)                                                                           \
	X(test_failed_items)                                                                       \
	X(test_refused)                                                                            \
	X(test_form_again)                                                                         \
	X(test_publish)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"inspections", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
