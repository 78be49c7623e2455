/* What the public sees, what it must not see, and what it costs. */
#include "domains/public/public.h"
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(31);
	*state = b;
	return 0;
}

static bool has(const struct answer *r, const char *text)
{
	return strstr(r->body, text) != NULL;
}

static const char *header(const struct answer *r, const char *name)
{
	for (int i = 0; i < r->reply.n_headers; i++)
		if (strcmp(r->reply.headers[i].name, name) == 0)
			return r->reply.headers[i].value;
	return "";
}

static const char *code_of(struct bench *b)
{
	return bench_text(b, "SELECT code FROM pub_operators ORDER BY id LIMIT 1");
}

static const char *path_of(struct bench *b, const char *after)
{
	return arena_printf(bench_arena(b), "/p/%s%s", code_of(b), after);
}

/* A stranger's first request: no cookie of any kind comes with it. */
static struct answer *stranger(
	struct bench *b, const char *path, const char *name, const char *value)
{
	static const struct http_pair none[1];
	struct http_pair query[] = { { name, value }, { NULL, NULL } };
	struct http_request rq = { .arena = bench_arena(b),
		.method = "GET",
		.path = path,
		.headers = none,
		.cookies = none,
		.form = none,
		.query = query,
		.remote = "127.0.0.1" };
	struct answer *r = NEW(bench_arena(b), struct answer);

	r->reply.fd = -1;
	app_serve(bench_app(b), &rq, &r->reply);
	r->status = r->reply.status;
	r->body = arena_copy(bench_arena(b), (const char *)r->reply.body.at, r->reply.body.n);
	return r;
}

/* ---- the page behind the code ---------------------------------------------------------------- */
static void test_page(void **state)
{
	struct bench *b = *state;

	bench_operator(b, "示例<面馆>", HARNESS_AREA);
	struct answer *r = bench_get(b, "", path_of(b, ""));
	assert_int_equal(r->status, 200);
	assert_true(has(r, "示例&lt;面馆&gt;"));
	assert_true(has(r, "尚未评级"));
	assert_true(has(r, "首次现场检查后评定。"));
	assert_true(has(r, "2028-06-30"));
	assert_false(has(r, "张三"));
	assert_false(has(r, "13900000000"));
	bench_golden(b, r, "src/domains/public/golden/operator.html");
	r = bench_get(b, "", path_of(b, "?format=json"));
	assert_true(has(r, "\"colour\":\"none\""));
	assert_true(has(r, "\"state\":\"valid\""));
	assert_false(has(r, "张三"));
	assert_false(has(r, "13900000000"));
	assert_false(has(r, "\"id\""));
	bench_english(b, true);
	assert_true(has(bench_get(b, "", path_of(b, "")), "Not graded yet"));
	assert_int_equal(bench_get(b, "", "/p/0000000000")->status, 404);
	assert_int_equal(bench_get(b, "", "/p/nosuch")->status, 404);
}

static void test_code(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);

	bench_operator(b, "示例面馆", HARNESS_AREA);
	char *small = arena_dup(a, code_of(b));
	for (char *c = small; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	assert_int_equal(bench_get(b, "", arena_printf(a, "/p/%s", small))->status, 200);
	struct answer *r = bench_get(b, "", path_of(b, "/qr.svg"));
	assert_string_equal(r->type, "image/svg+xml");
	assert_true(text_starts(r->body, "<svg"));
	assert_int_equal(bench_get(b, "", "/p/0000000000/qr.svg")->status, 404);
	r = bench_get(b, "", arena_printf(a, "/search?q=http://shian.test/p/%s", small));
	assert_int_equal(r->status, 303);
	assert_string_equal(r->location, path_of(b, ""));
}

static void test_licence(void **state)
{
	struct bench *b = *state;

	bench_operator(b, "示例面馆", HARNESS_AREA);
	int64_t last = bench_int(b, "SELECT licence_valid_to FROM pub_operators");
	bench_clock(b, last + DAY - 1);
	assert_false(has(bench_get(b, "", path_of(b, "")), "已过有效期"));
	bench_clock(b, last + DAY);
	assert_true(has(bench_get(b, "", path_of(b, "")), "已过有效期"));
	bench_run(b, "UPDATE operators SET state = 'CLOSED'");
	assert_true(has(bench_get(b, "", path_of(b, "")), "该经营者已停业。"));
}

static void test_grades(void **state)
{
	static const char *const words[][3] = { { "green", "A", "良好" }, { "yellow", "B", "一般" },
		{ "red", "C", "较差" } };
	struct bench *b = *state;
	struct arena *a = bench_arena(b);

	bench_operator(b, "示例面馆", HARNESS_AREA);
	bench_run(b, "INSERT INTO grades VALUES (1, 1, (SELECT id FROM operators), 'SHG', 'A', "
		     "'green', 950, 1760000000000, 0, '2022', '[{\"key\":\"sanction\"}]', 0)");
	for (size_t i = 0; i < 3; i++) {
		bench_run(b, arena_printf(a, "UPDATE grades SET colour = '%s', letter = '%s'",
				     words[i][0], words[i][1]));
		struct answer *r = bench_get(b, "", path_of(b, ""));
		assert_true(has(r, arena_printf(a, "tricode-%s", words[i][0])));
		assert_true(has(r, words[i][2]));
		assert_true(has(r, "自2025-10-09起"));
		assert_false(has(r, "sanction"));
	}
	/* a kind of business the scheme does not cover */
	bench_run(b, "DELETE FROM grades");
	bench_run(b, "UPDATE operators SET kind = 'supermarket'");
	assert_true(has(bench_get(b, "", path_of(b, "")), "仅适用于餐饮服务单位和食堂"));
}

static void test_inspections(void **state)
{
	static const char insert[] =
		"INSERT INTO inspections SELECT %d, 1, id, 'INSP_ROUTINE', %" PRId64
		", 1, 2, 't', '1', 1, %d, 1, 3, 0, 900, 'BASIC_CONFORM', 'PASS', 0, '{}', '', 1, "
		"%d FROM operators";
	struct bench *b = *state;
	struct arena *a = bench_arena(b);

	bench_operator(b, "示例面馆", HARNESS_AREA);
	bench_run(b, arena_printf(a, insert, 1, clock_now() - 9 * DAY, 1, 1));
	bench_run(b, arena_printf(a, insert, 2, clock_now() - 2 * DAY, 7, 0)); /* held back */
	struct answer *r = bench_get(b, "", path_of(b, ""));
	assert_true(has(r, "重点项不合格1项，一般项不合格3项。"));
	assert_true(has(r, "2026-11-14"));
	assert_false(has(r, "不合格7项"));
	assert_false(has(r, "2026-11-21"));
	assert_false(has(bench_get(b, "", "/open-data?format=csv"), "2026-11-21"));
	assert_true(has(bench_get(b, "", "/open-data?format=csv"), "2026-11-14"));
}

/* ---- penalties: what the room of publications keeps public ------------ */
static void publish_row_of(struct bench *b, int n, const char *state, int64_t until)
{
	bench_run(b,
		arena_printf(bench_arena(b),
			"INSERT INTO publications SELECT %d, 1, 'code%d', %d, id, area, 'n%d', "
			"name, uscc, 'entity', 'V%d', '违法行为%d', 'ordinary', "
			"'PEN_FINE,PEN_CONFISCATE', 500000, 100, 0, 1, 1, '', 0, '', '', 1, 1, "
			"'%s', 1, 1, 1, %" PRId64 ", 0, 0, '', 0, '', '', '', 0, 0, 0, 0, '', 0, "
			"'', 0, '', 0 FROM operators",
			n, n, n, n, n, n, state, until));
}

static void test_penalties(void **state)
{
	struct bench *b = *state;

	bench_operator(b, "示例面馆", HARNESS_AREA);
	int64_t now = clock_now();
	publish_row_of(b, 1, "public", now + DAY);
	publish_row_of(b, 2, "prepared", 0);
	publish_row_of(b, 3, "withdrawn", now + DAY);
	publish_row_of(b, 4, "ended", now + DAY);
	publish_row_of(b, 5, "public", now - 1); /* over, not yet told */
	struct answer *r = bench_get(b, "", path_of(b, ""));
	assert_true(has(r, "违法行为1"));
	assert_true(has(r, "5,000.00"));
	assert_true(has(r, "/penalties/code1"));
	for (int n = 2; n <= 5; n++)
		assert_false(has(r, arena_printf(bench_arena(b), "违法行为%d", n)));
}

/* ---- cost, cookies, caches ------------------------------------------------------------------- */
static enum err count(struct req *rq, void *arg)
{
	int64_t *n = arg, before = conn_statements(rq_conn(rq));

	rq->key = arena_dup(rq->arena, rq->key);
	TRY(db_text(rq, &rq->key, "SELECT code FROM pub_operators"));
	TRY(public_operator(rq));
	*n = conn_statements(rq_conn(rq)) - before - 1;
	return OK;
}

static void test_budget(void **state)
{
	struct bench *b = *state;
	struct fault why = { 0 };
	int64_t n = -1;

	bench_operator(b, "示例面馆", HARNESS_AREA);
	assert_int_equal(app_read(bench_app(b), count, &n, &why), OK);
	assert_int_equal(n, 3);
}

static void test_cookies(void **state)
{
	static const char *const pages[] = { "/", "/about", "/verify", "/search", "/open-data" };
	struct bench *b = *state;
	struct answer *r;

	bench_operator(b, "示例面馆", HARNESS_AREA);
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		r = stranger(b, pages[i], "q", "面馆");
		assert_int_equal(r->status, 200);
		assert_string_equal(header(r, "Set-Cookie"), "");
		assert_true(text_starts(header(r, "Cache-Control"), "public, max-age="));
	}
	r = stranger(b, path_of(b, ""), "x", "");
	assert_string_equal(header(r, "Set-Cookie"), "");
	assert_string_equal(header(r, "Cache-Control"), "public, max-age=60");
	/* the language's cookie is asked for, and its answer is nobody else's */
	r = stranger(b, path_of(b, ""), "lang", "en");
	assert_true(text_starts(header(r, "Set-Cookie"), "lang=en"));
	assert_string_equal(header(r, "Cache-Control"), "public, max-age=0");
	/* who is signed in sees the navigation: not for caches */
	r = bench_get(b, "officer1", path_of(b, ""));
	assert_null(strstr(header(r, "Cache-Control"), "public"));
}

/* ---- search, verify, open data --------------------------------------------------------------- */
static void test_search(void **state)
{
	struct bench *b = *state;

	bench_operator(b, "甲字面馆", HARNESS_AREA);
	bench_operator(b, "乙字饭店", HARNESS_AREA2);
	struct answer *r = bench_get(b, "", "/search?q=%E9%9D%A2%E9%A6%86"); /* 面馆 */
	assert_true(has(r, "甲字面馆"));
	assert_false(has(r, "乙字饭店"));
	bench_golden(b, r, "src/domains/public/golden/search.html");
	r = bench_get(b, "", "/search?q=jy23101120000002"); /* the licence, in any case */
	assert_true(has(r, "乙字饭店"));
	/* two words: 七宝 and 示例路; of name, town, address */
	r = bench_get(b, "", "/search?q=%E7%A4%BA%E4%BE%8B%E8%B7%AF+%E4%B8%83%E5%AE%9D");
	assert_true(has(r, "乙字饭店"));
	assert_false(has(r, "甲字面馆"));
	r = bench_get(b, "", "/search?q=%25%25"); /* two signs of LIKE are two signs */
	assert_true(has(r, "没有找到经营者"));
	r = bench_get(b, "", "/search?q=x");
	assert_int_equal(r->status, 200);
	assert_true(has(r, "请输入名称或地址中的2至60个字。"));
	assert_false(has(bench_get(b, "", "/search"), "field-error"));
	/* pinyin, and the same by tokens once they are made; never by person or telephone */
	for (int i = 0; i < 2; i++) {
		assert_true(has(bench_get(b, "", "/search?q=yzfd"), "乙字饭店"));
		assert_true(has(bench_get(b, "", "/search?q=%E4%B8%83%E5%AE%9D"), "乙字饭店"));
		assert_true(has(bench_get(b, "", "/search?q=qibao"), "乙字饭店"));
		assert_false(has(bench_get(b, "", "/search?q=qibao"), "甲字面馆"));
		assert_true(has(bench_get(b, "", "/search?q=JY23101120000002"), "乙字饭店"));
		assert_false(has(bench_get(b, "", "/search?q=13900000000"), "乙字饭店"));
		assert_false(has(bench_get(b, "", "/search?q=%E5%BC%A0%E4%B8%89"), "乙字饭店"));
		bench_minute(b);
		bench_jobs(b);
	}
	assert_true(bench_int(b, "SELECT count(*) FROM pub_operator_tokens") > 0);
	bench_run(b, "UPDATE operators SET state = 'CLOSED' WHERE name = '甲字面馆'");
	assert_false(has(bench_get(b, "", "/search?q=%E9%9D%A2%E9%A6%86"), "甲字面馆"));
	r = bench_get(b, "", "/search?format=json&q=%E9%A5%AD%E5%BA%97");
	assert_true(has(r, "\"name\":\"乙字饭店\""));
	assert_false(has(r, "13900000000"));
}

static void test_search_pages(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 31; i++)
		bench_operator(b, arena_printf(bench_arena(b), "小店%02d号", i), HARNESS_AREA);
	struct answer *r = bench_get(b, "", "/search?q=%E5%B0%8F%E5%BA%97");
	assert_true(has(r, "小店29号"));
	assert_false(has(r, "小店30号"));
	assert_true(has(r, "page=2"));
	r = bench_get(b, "", "/search?q=%E5%B0%8F%E5%BA%97&page=2");
	assert_true(has(r, "小店30号"));
	assert_false(has(r, "小店29号"));
}

static void test_open_data(void **state)
{
	struct bench *b = *state;

	bench_golden(b, bench_get(b, "", "/open-data"),
		"src/domains/public/golden/open_data_empty.html");
	bench_operator(b, "甲字面馆", HARNESS_AREA);
	bench_golden(b, bench_get(b, "", "/open-data"), "src/domains/public/golden/open_data.html");
	struct answer *r = bench_get(b, "", "/open-data?format=csv");
	assert_non_null(strstr(r->type, "text/csv"));
	assert_true(has(r, "name,licence_no,licence_valid_to,kind,address,town,letter,colour,"
			   "graded_since,last_inspection,code"));
	assert_true(has(r, "甲字面馆,JY23101120000001,2028-06-30,small_caterer,"));
	assert_false(has(r, "13900000000"));
	assert_false(has(r, "张三"));
	assert_false(has(r, "91310112MA1GB00A88"));
}

static void test_verify(void **state)
{
	struct bench *b = *state;

	assert_string_equal(
		bench_get(b, "", "/verify?code=ABCD-2345-efgh")->location, "/v/abcd2345efgh");
	assert_string_equal(
		bench_get(b, "", "/verify?code=http%3A%2F%2Fx%2Fv%2Fabcd2345efgh")->location,
		"/v/abcd2345efgh");
	struct answer *r = bench_get(b, "", "/verify?code=a%2F..%2Fb%22%3E");
	assert_int_equal(r->status, 422);
	assert_true(has(r, "编码只由字母和数字组成。"));
	assert_true(has(r, "a/../b&quot;&gt;"));
	bench_golden(b, bench_get(b, "", "/verify"), "src/domains/public/golden/verify.html");
}

static void test_small_pages(void **state)
{
	struct bench *b = *state;

	bench_golden(b, bench_get(b, "", "/"), "src/domains/public/golden/start.html");
	bench_golden(b, bench_get(b, "", "/about"), "src/domains/public/golden/about.html");
	bench_english(b, true);
	assert_true(has(bench_get(b, "", "/"), "Look up any food business"));
}

#define TESTS(X)                                                                                   \
	X(test_page)                                                                               \
	X(test_code)                                                                               \
	X(test_licence)                                                                            \
	X(test_grades)                                                                             \
	X(test_inspections)                                                                        \
	X(test_penalties)                                                                          \
	X(test_budget)                                                                             \
	X(test_cookies)                                                                            \
	X(test_search)                                                                             \
	X(test_search_pages)                                                                       \
	X(test_open_data)                                                                          \
	X(test_verify)                                                                             \
	X(test_small_pages)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"public", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
