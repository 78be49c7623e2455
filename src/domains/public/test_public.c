/* What the public sees, and what it must not see. */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *path(struct bench *b, const char *before, const char *after)
{
	return arena_printf(bench_arena(b), "%s%s%s", before,
		bench_text(b, "SELECT code FROM pub_operators"), after);
}

static void shop_page(struct bench *b)
{
	bench_operator(b, "示例<面馆>", HARNESS_AREA);
	struct answer *r = bench_get(b, "", path(b, "/p/", ""));
	assert_int_equal(r->status, 200);
	assert_non_null(strstr(r->body, "示例&lt;面馆&gt;"));
	assert_null(strstr(r->body, "张三"));	     /* no person */
	assert_null(strstr(r->body, "13900000000")); /* no telephone */
	for (int i = 0; i < r->reply.n_headers; i++)
		assert_string_not_equal(r->reply.headers[i].name, "Set-Cookie"); /* cacheable */
	assert_true(r->statements <= 8);
	bench_golden(b, r, "src/domains/public/golden/business.html");
	bench_english(b, true);
	assert_non_null(strstr(bench_get(b, "", path(b, "/p/", ""))->body, "Not graded yet"));
	assert_int_equal(bench_get(b, "", "/p/nosuchcode")->status, 404);
	struct answer *qr = bench_get(b, "", path(b, "/p/", "/qr.svg"));
	assert_string_equal(qr->type, "image/svg+xml");
	assert_non_null(strstr(qr->body, "<svg"));
}

/* A fine is published, a warning is not: the room of cases says which. */
static void penalties(struct bench *b)
{
	int64_t id = bench_operator(b, "示例饭店", HARNESS_AREA);
	static const char insert[] =
		"INSERT INTO cases SELECT %d, 1, 'n%d', %" PRId64
		", 310112101, 'V%d', '违法行为%d', 'closed', 1, 1, 1, 2,"
		" 1, 'r', 1, '', 0, 0, '', '', 0, 0, '', '', '', '', '', 0, 0, '', 0, 0, '', '', "
		"'', 0, '', 0, '', 0, '',"
		" '', 0, '', 0, 'penalty', '%s', %d, 1790000000000, 0, 1, 'direct', 1, ''";
	bench_run(b, arena_printf(bench_arena(b), insert, 1, 1, id, 1, 1, "PEN_WARN", 0));
	bench_run(b, arena_printf(bench_arena(b), insert, 2, 2, id, 2, 2, "PEN_FINE", 500000));
	struct answer *r = bench_get(b, "", path(b, "/p/", ""));
	assert_int_equal(r->status, 200);
	assert_null(strstr(r->body, "违法行为1"));
	assert_non_null(strstr(r->body, "违法行为2"));
}

static void searching(struct bench *b)
{
	bench_operator(b, "甲字面馆", HARNESS_AREA);
	bench_operator(b, "乙字饭店", HARNESS_AREA2);
	assert_non_null(strstr(bench_get(b, "", "/search?q=%E9%9D%A2%E9%A6%86")->body, "甲字面馆"));
	assert_null(strstr(bench_get(b, "", "/search?q=%E9%9D%A2%E9%A6%86")->body, "乙字饭店"));
	assert_non_null(strstr(bench_get(b, "", "/search?q=JY23101120000002")->body, "乙字饭店"));
	assert_null(strstr(
		bench_get(b, "", "/search?q=%25")->body, "甲字面馆")); /* one sign is too few */
	assert_int_equal(bench_get(b, "", "/search")->status, 200);
	struct answer *csv = bench_get(b, "", "/open-data?format=csv");
	assert_non_null(strstr(csv->type, "text/csv"));
	assert_non_null(strstr(csv->body, "乙字饭店"));
	assert_null(strstr(csv->body, "13900000000"));
}

static void small_pages(struct bench *b)
{
	static const char *const pages[] = { "/", "/about", "/verify", "/open-data" };
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		assert_int_equal(bench_get(b, "", pages[i])->status, 200);
	assert_string_equal(bench_get(b, "", "/verify?code=abcd2345")->location, "/v/abcd2345");
	assert_int_equal(
		bench_get(b, "", "/verify?code=AB/../1")->status, 200); /* refused in words */
	assert_int_equal(bench_get(b, "", "/v/abcd2345")->status, 404);
}

static void on_both(void (*run)(struct bench *b))
{
	for (int pg = 0; pg <= bench_has_postgres(); pg++) {
		struct bench *b = bench_open_on(NULL, pg);
		run(b);
		bench_close(b);
	}
}

#define BOTH(name)                                                                                 \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		on_both(name);                                                                     \
	}
BOTH(shop_page)
BOTH(penalties)
BOTH(searching)
BOTH(small_pages)

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_shop_page),
		cmocka_unit_test(test_penalties), cmocka_unit_test(test_searching),
		cmocka_unit_test(test_small_pages) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
