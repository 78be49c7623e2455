/* Relations from both ends, doubles merged and parted, the file as of a past day, a whole number
 * found at once. */
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static const char *register_one(struct bench *b, const char *name, const char *licence)
{
	return bench_post(b, "officer1", "/operators", "name", name, "uscc", "91310112MA1GB00A88",
		"licence_no", licence, "licence_valid_to", "2027-12-20", "kind", "canteen_school",
		"address", "示例路8号", "area", "310112101", "legal_person", "张三", "phone",
		"13900000000", NULL)
		->location;
}

static const char *below(struct bench *b, const char *path, const char *rest)
{
	return arena_printf(bench_arena(b), "%s%s", path, rest);
}

static void test_relation(void **state)
{
	struct bench *b = *state;
	const char *canteen = register_one(b, "一中食堂", "JYX0001"),
		   *contractor = register_one(b, "禾记餐饮", "JYX0002"),
		   *add = below(b, canteen, "/relations");
	struct answer *r = bench_post(b, "officer1", add, "role", "run_by", "other", "JYX9999",
		"since", "2026-09-01", NULL);

	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "没有此许可编号或编码的经营者。"));
	r = bench_post(b, "officer1", add, "role", "run_by", "other", "JYX0001", NULL);
	assert_int_equal(r->status, 409); /* itself */
	r = bench_post(b, "officer1", add, "role", "run_by", "other", "jyx0002", "since",
		"2026-09-01", "until", "2026-08-01", NULL);
	assert_int_equal(r->status, 422);
	assert_true(bench_torture(b, "officer1", add, "role", "run_by", "other", "jyx0002", "since",
			    "2026-09-01", "remarks", "合同一年", NULL) > 3);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'relation.filed'"), 2);
	assert_int_equal(
		bench_post(b, "officer1", add, "role", "run_by", "other", "JYX0002", NULL)->status,
		409);
	/* seen from both ends, in its words */
	r = bench_get(b, "officer1", canteen);
	assert_true(answer_has(r, "食堂，承包方为"));
	assert_true(answer_has(r, "禾记餐饮"));
	r = bench_get(b, "officer1", contractor);
	assert_true(answer_has(r, "承包方，食堂为"));
	assert_true(answer_has(r, "一中食堂"));
	/* ended from the other end */
	const char *one = arena_printf(bench_arena(b), "%s/relations/%" PRId64, contractor,
		bench_int(b, "SELECT id FROM relations"));
	assert_int_equal(bench_post(b, "officer1", one, "version", "1", "since", "2026-09-01",
				 "until", "2026-11-01", NULL)
				 ->status,
		422);
	assert_true(
		bench_torture(b, "officer1", one, "version", "1", "since", "2026-09-01", "until",
			"2026-11-01", "remarks", "合同一年", "reason", "合同终止", NULL) > 3);
	r = bench_get(b, "officer1", one);
	assert_true(answer_has(r, "合同终止"));
	assert_true(answer_has(r, "2026-11-01"));
	bench_golden(b, r, "src/domains/entities/golden/relation.html");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_relations WHERE until > 0"), 1);
	assert_int_equal(bench_get(b, "officer3", one)->status, 403);
	/* over: the same may begin again */
	assert_int_equal(bench_post(b, "officer1", add, "role", "run_by", "other", "JYX0002",
				 "since", "2026-11-02", NULL)
				 ->status,
		303);
}

static void test_merge(void **state)
{
	struct bench *b = *state;
	const char *keep = register_one(b, "一中食堂", "JYX0001"),
		   *twin = register_one(b, "一中食堂", "JYX0002"),
		   *merge = below(b, twin, "/merge"), *part = below(b, twin, "/part");
	const char *code = bench_text(b, "SELECT code FROM operators WHERE licence_no = 'JYX0002'"),
		   *kept = bench_text(b, "SELECT code FROM operators WHERE licence_no = 'JYX0001'");
	struct answer *r = bench_get(b, "officer1", "/operators/doubles");

	assert_true(answer_has(r, "JYX0001"));
	assert_true(answer_has(r, "JYX0002"));
	bench_golden(b, r, "src/domains/entities/golden/doubles.html");
	assert_null(strstr(bench_get(b, "officer3", "/operators/doubles")->body, "JYX0001"));
	assert_int_equal(bench_get(b, "officer1", below(b, merge, "?into=JYX0001"))->status, 200);
	assert_int_equal(bench_post(b, "officer1", merge, "into", "JYX0001", NULL)->status, 422);
	assert_int_equal(
		bench_post(b, "officer1", merge, "into", "JYX0002", "reason", "x", NULL)->status,
		409);
	assert_int_equal(
		bench_post(b, "command1", merge, "into", "JYX0001", "reason", "x", NULL)->status,
		403);
	assert_int_equal(bench_post(b, "officer1", part, "reason", "x", NULL)->status, 409);
	assert_true(bench_torture(b, "officer1", merge, "into", "JYX0001", "reason",
			    "同一食堂登记两次", NULL) > 3);
	/* the old address and the old code lead to the survivor; nothing is gone */
	assert_string_equal(bench_get(b, "officer1", twin)->location, keep);
	assert_string_equal(bench_get(b, "", arena_printf(bench_arena(b), "/p/%s", code))->location,
		arena_printf(bench_arena(b), "/p/%s", kept));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM operators"), 2);
	r = bench_get(b, "officer1", keep);
	assert_true(answer_has(r, "已并入本档案的档案："));
	assert_true(answer_has(r, "同一食堂登记两次"));
	r = bench_get(b, "officer1", below(b, twin, "?own=1"));
	assert_true(answer_has(r, "本档案已并入："));
	assert_true(answer_has(r, "撤销合并"));
	assert_null(strstr(bench_get(b, "officer1", "/operators/doubles")->body, "JYX0002"));
	/* not twice, not in a ring */
	assert_int_equal(
		bench_post(b, "officer1", merge, "into", "JYX0001", "reason", "x", NULL)->status,
		409);
	assert_int_equal(bench_post(b, "officer1", below(b, keep, "/merge"), "into", "JYX0002",
				 "reason", "x", NULL)
				 ->status,
		409);
	/* undone by a fact of its own */
	assert_true(bench_torture(b, "officer1", part, "reason", "两个食堂", NULL) > 3);
	assert_int_equal(bench_get(b, "officer1", twin)->status, 200);
	assert_string_equal(
		bench_text(b, "SELECT state FROM operators WHERE licence_no = 'JYX0002'"),
		"ACTIVE");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'operator.parted'"), 2);
	assert_true(answer_has(bench_get(b, "officer1", "/operators/doubles"), "JYX0002"));
}

/* Three days: registered, licensed and tied, renamed and ended. Each is as it was. */
static void test_past(void **state)
{
	struct bench *b = *state;
	const int64_t first = clock_now();
	const char *path = register_one(b, "一中食堂", "JYX0001"),
		   *other = register_one(b, "禾记餐饮", "JYX0002");

	(void)other;
	bench_clock(b, first + 10 * DAY);
	bench_post(b, "officer1", below(b, path, "/licences"), "kind", "food_business", "number",
		"JYX0001", "valid_until", "2031-01-01", "state", "VALID", NULL);
	bench_post(b, "officer1", below(b, path, "/relations"), "role", "run_by", "other",
		"JYX0002", "since", "2026-11-30", NULL);
	bench_clock(b, first + 20 * DAY);
	const char *licence = arena_printf(bench_arena(b), "%s/licences/%" PRId64, path,
		bench_int(b, "SELECT id FROM licences"));
	assert_int_equal(bench_post(b, "officer1", licence, "version", "1", "kind", "food_business",
				 "number", "JYX0001", "valid_until", "2031-01-01", "state",
				 "REVOKED", "state_since", "2026-12-12", "reason", "吊销决定", NULL)
				 ->status,
		303);
	assert_int_equal(
		bench_post(b, "officer1", path, "version", "2", "name", "二中食堂", "licence_no",
			"JYX0001", "licence_valid_to", "2031-01-01", "kind", "canteen_school",
			"address", "示例路9号", "area", "310112101", NULL)
			->status,
		303);
	struct answer *r = bench_get(b, "officer1", below(b, path, "?at=2026-11-25"));
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "一中食堂"));
	assert_true(answer_has(r, "示例路8号"));
	assert_true(answer_has(r, "2027-12-20"));
	assert_null(strstr(r->body, "二中食堂"));
	assert_null(strstr(r->body, "承包方为"));
	r = bench_get(b, "officer1", below(b, path, "?at=2026-12-05"));
	assert_true(answer_has(r, "一中食堂"));
	assert_true(answer_has(r, "2031-01-01"));
	assert_true(answer_has(r, "有效"));
	assert_true(answer_has(r, "承包方为"));
	assert_null(strstr(r->body, "吊销"));
	assert_true(answer_has(r, "无法得知的当日情况"));
	bench_golden(b, r, "src/domains/entities/golden/file_at.html");
	r = bench_get(b, "officer1", below(b, path, "?at=2026-12-13"));
	assert_true(answer_has(r, "二中食堂"));
	assert_true(answer_has(r, "吊销"));
	r = bench_get(b, "officer1", below(b, path, "?at=2026-11-22"));
	assert_true(answer_has(r, "该日尚无此经营者的档案。"));
	assert_null(strstr(r->body, "示例路"));
	assert_int_equal(bench_get(b, "officer1", below(b, path, "?at=2036-01-01"))->status, 422);
	assert_int_equal(bench_get(b, "officer1", below(b, path, "?at=x"))->status, 422);
	assert_int_equal(bench_get(b, "officer3", below(b, path, "?at=2026-11-25"))->status, 403);
}

/* The printed file is a PDF with what the page shows, for those who may see the page. */
static void test_print(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "一中食堂", "JYX0001");
	struct answer *r = bench_get(b, "officer1", below(b, path, "/file.pdf"));

	assert_int_equal(r->status, 200);
	assert_string_equal(r->type, "application/pdf");
	assert_true(r->body_n > 10000);
	assert_memory_equal(r->body, "%PDF-", 5);
	assert_int_equal(bench_get(b, "officer3", below(b, path, "/file.pdf"))->status, 403);
}

/* A whole number finds its own file, not all that begin with it; also that of a further licence. */
static void test_whole_number(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "一中食堂", "JYX0001");

	register_one(b, "禾记餐饮", "JYX00012");
	bench_post(b, "officer1", below(b, path, "/licences"), "kind", "prepackaged_filing",
		"number", "YB0000001", "state", "VALID", NULL);
	struct answer *r = bench_get(b, "head1", "/operators?format=json&q=jyx0001");
	assert_true(answer_has(r, "\"JYX0001\""));
	assert_null(strstr(r->body, "JYX00012"));
	assert_true(answer_has(
		bench_get(b, "head1", "/operators?format=json&q=yb0000001"), "一中食堂"));
	assert_true(answer_has(
		bench_get(b, "head1", "/operators?format=json&q=91310112ma1gb00a88"), "JYX00012"));
	assert_null(strstr(
		bench_get(b, "officer3", "/operators?format=json&q=jyx0001")->body, "JYX0001"));
	/* its beginning still finds both */
	r = bench_get(b, "head1", "/operators?format=json&q=jyx000");
	assert_true(answer_has(r, "\"JYX0001\""));
	assert_true(answer_has(r, "JYX00012"));
}

#define TESTS(X)                                                                                   \
	X(test_relation)                                                                           \
	X(test_merge)                                                                              \
	X(test_past)                                                                               \
	X(test_print)                                                                              \
	X(test_whole_number)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"relations", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
