/* Licences of an operator, through their pages: filed, changed, ended, warned of. */
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static const char *register_one(struct bench *b, const char *name, const char *licence)
{
	return bench_post(b, "officer1", "/operators", "name", name, "uscc", "91310112MA1GB00A88",
		"licence_no", licence, "licence_valid_to", "2026-12-20", "kind", "restaurant_small",
		"address", "示例路8号", "area", "310112101", "legal_person", "张三", "phone",
		"13900000000", NULL)
		->location;
}

static const char *licence_path(struct bench *b, const char *file, const char *number)
{
	return arena_printf(bench_arena(b), "%s/licences/%" PRId64, file,
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT id FROM licences WHERE number = '%s'", number)));
}

static void test_licences(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "禾记小馆", "JYX0001");
	const char *add = arena_printf(bench_arena(b), "%s/licences", path);

	/* before anybody filed it: what the file itself knows */
	assert_string_equal(bench_text(b, "SELECT kind FROM pub_licences"), "food_business");
	assert_int_equal(bench_int(b, "SELECT id FROM pub_licences"), 0);
	struct answer *r =
		bench_get(b, "officer1", arena_printf(bench_arena(b), "%s/new?main=1", add));
	assert_true(answer_has(r, "JYX0001"));
	assert_true(answer_has(r, "2026-12-20"));
	/* wrong: ends before it begins; both an end and none */
	r = bench_post(b, "officer1", add, "kind", "food_business", "number", "JYX0001", "issued",
		"2026-01-01", "valid_until", "2025-01-01", "state", "VALID", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "截止日期早于开始日期。"));
	r = bench_post(b, "officer1", add, "kind", "food_business", "number", "JYX0001",
		"valid_until", "2025-01-01", "no_end", "1", "state", "VALID", NULL);
	assert_int_equal(r->status, 422);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM licences"), 0);
	/* the one that names the file takes its last day along */
	assert_true(bench_torture(b, "officer1", add, "kind", "food_business", "number", "JYX0001",
			    "issuer", "示范区市场监督管理局", "scope", "热食类食品制售", "issued",
			    "2026-11-20", "valid_until", "2031-11-19", "state", "VALID", NULL) > 3);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_licences"), 1);
	assert_int_equal(bench_int(b, "SELECT main FROM pub_licences"), 1);
	r = bench_get(b, "officer1", path);
	assert_false(strstr(r->body, "天后到期") != NULL);
	assert_true(answer_has(r, "示范区市场监督管理局"));
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'operator.changed'"), 1);
	/* twice the same */
	assert_int_equal(bench_post(b, "officer1", add, "kind", "food_business", "number",
				 "JYX0001", "state", "VALID", NULL)
				 ->status,
		409);
	/* a second one that runs out, warned of by the rule */
	assert_int_equal(bench_post(b, "officer1", add, "kind", "prepackaged_filing", "number",
				 "YB0000001", "valid_until", "2027-01-20", "state", "VALID", NULL)
				 ->status,
		303);
	r = bench_get(b, "officer1", path);
	assert_true(answer_has(r, "仅销售预包装食品备案 YB0000001: 许可证将于 58 天后到期。"));
	assert_true(answer_has(r, "alert-info"));
	bench_golden(b, r, "src/domains/entities/golden/file_licences.html");
	r = bench_get(b, "officer1", "/operators/licences?format=csv");
	assert_true(answer_has(r, "YB0000001"));
	assert_null(strstr(r->body, "JYX0001"));
	assert_null(strstr(bench_get(b, "officer3", "/operators/licences")->body, "YB0000001"));
	bench_golden(b, bench_get(b, "officer1", "/operators/licences"),
		"src/domains/entities/golden/licences.html");
}

static void test_licence_steps(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "禾记小馆", "JYX0001");
	const char *add = arena_printf(bench_arena(b), "%s/licences", path);

	bench_post(b, "officer1", add, "kind", "food_business", "number", "JYX0001", "valid_until",
		"2026-12-20", "state", "VALID", NULL);
	const char *one = licence_path(b, path, "JYX0001");
	/* not without a reason */
	struct answer *r = bench_post(b, "officer1", one, "version", "1", "kind", "food_business",
		"number", "JYX0001", "valid_until", "2026-12-20", "state", "SUSPENDED", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "请说明变更许可的理由。"));
	assert_true(bench_torture(b, "officer1", one, "version", "1", "kind", "food_business",
			    "number", "JYX0001", "valid_until", "2026-12-20", "state", "SUSPENDED",
			    "state_since", "2026-11-20", "reason", "限期未整改", NULL) > 3);
	assert_string_equal(bench_text(b, "SELECT state FROM pub_licences"), "SUSPENDED");
	r = bench_get(b, "officer1", one);
	assert_true(answer_has(r, "许可状态: 有效 → 暂扣"));
	assert_true(answer_has(r, "限期未整改"));
	bench_golden(b, r, "src/domains/entities/golden/licence.html");
	/* the number of the file changes: the old licence is replaced by the new one */
	bench_run(b, "UPDATE licences SET state = 'VALID'");
	r = bench_post(b, "officer1", path, "version", "1", "name", "禾记小馆", "licence_no",
		"JYX0009", "licence_valid_to", "2031-01-01", "kind", "restaurant_small", "address",
		"示例路8号", "area", "310112101", NULL);
	assert_int_equal(r->status, 303);
	assert_string_equal(
		bench_text(b, "SELECT state FROM licences WHERE number = 'JYX0001'"), "REPLACED");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_licences WHERE main = 1"), 1);
	assert_string_equal(
		bench_text(b, "SELECT number FROM pub_licences WHERE main = 1"), "JYX0009");
	/* another town's officer, another file */
	assert_int_equal(bench_get(b, "officer3", one)->status, 403);
	assert_int_equal(bench_post(b, "head1", add, NULL)->status, 403);
}

#define TESTS(X)                                                                                   \
	X(test_licences)                                                                           \
	X(test_licence_steps)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"licences", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
