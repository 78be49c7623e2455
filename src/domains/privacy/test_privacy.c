/* The worker's door: only what is asked for goes out, each comes back once, whole or not at all. */
#include "harness.h"

#include "core/app/private.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { NOTICE_STATEMENTS = 6 };

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

static const char still[] = "\xff\xd8\xff\xe0 somebody";

static int open_bench(void **state)
{
	*state = bench_open_on(NULL, *state != NULL);
	return 0;
}

static int close_bench(void **state)
{
	bench_close(*state);
	return 0;
}

/* A file of the store, wanted or not; gives its SM3. */
static const char *file_put(struct bench *b, const char *text, const char *kind)
{
	struct object o;
	struct bytes content = { (const uint8_t *)text, strlen(text) };

	assert_int_equal(store_put(bench_app(b)->store, bench_arena(b), content, &o, NULL), OK);
	if (kind)
		bench_run(b, at(b,
				     "INSERT INTO blur_wishes VALUES ('%s', '%s', '%s', 1, %d, "
				     "%" PRId64 ", 0)",
				     o.sm3, o.sha256, kind, HARNESS_AREA, clock_now()));
	return o.sm3;
}

static void attach(struct bench *b, const char *field)
{
	bench_file(
		b, field, "x.jpg", "image/jpeg", (struct bytes){ (const uint8_t *)"covered", 7 });
}

static void only_what_is_wanted(void **state)
{
	struct bench *b = *state;
	const char *other = file_put(b, "a paper of the bureau", NULL),
		   *sm3 = file_put(b, still, "still");

	assert_non_null(strstr(bench_machine_get(b, "/internal/blurs")->body, sm3));
	struct answer *r = bench_machine_get(b, at(b, "/internal/blurs/%s/original", sm3));
	assert_int_equal(r->status, 200);
	assert_memory_equal(r->body, still, strlen(still));
	assert_int_equal(
		bench_machine_get(b, at(b, "/internal/blurs/%s/original", other))->status, 404);
	assert_int_equal(bench_get(b, "officer1", "/internal/blurs")->status, 403);
	assert_int_equal(
		bench_get(b, "officer1", at(b, "/internal/blurs/%s/original", sm3))->status, 403);
	attach(b, "picture0");
	assert_int_equal(bench_machine_post(b, at(b, "/internal/blurs/%s", other), "method", "m",
				 "times", "0", "areas", "1", NULL)
				 ->status,
		404);
}

static void each_once(void **state)
{
	struct bench *b = *state;
	const char *sm3 = file_put(b, still, "still"), *path = at(b, "/internal/blurs/%s", sm3);

	for (int i = 0; i < 2; i++) { /* the second time it was killed after sending */
		attach(b, "picture0");
		assert_int_equal(bench_machine_post(b, path, "method", "head-blocks/1 m@1", "times",
					 "0", "areas", "3", NULL)
					 ->status,
			200);
	}
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'picture.blurred'"), 1);
	assert_int_equal(bench_int(b, "SELECT areas FROM blur_pictures"), 3);
	assert_string_equal(bench_text(b, "SELECT original FROM blurs"), sm3);
	assert_int_equal(
		bench_int(b, at(b, "SELECT count(*) FROM blur_pictures WHERE sm3 = '%s'", sm3)), 0);
	/* what is done is not given out again */
	assert_null(strstr(bench_machine_get(b, "/internal/blurs")->body, sm3));
	assert_int_equal(bench_machine_get(b, at(b, "%s/original", path))->status, 404);
}

static void whole_or_not(void **state)
{
	struct bench *b = *state;
	const char *path = at(b, "/internal/blurs/%s", file_put(b, still, "still"));
	static const char *const wrong[][3] = { { "", "0", "1" }, { "m", "", "" }, { "m", "0", "" },
		{ "m", "0,1000", "1,1" }, { "m", "x", "1" }, { "m", "-1", "1" },
		{ "m", "0", "99999" }, { "m", "9999999999", "1" } };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		attach(b, "picture0");
		assert_int_equal(bench_machine_post(b, path, "method", wrong[i][0], "times",
					 wrong[i][1], "areas", wrong[i][2], NULL)
					 ->status,
			422);
	}
	assert_int_equal(
		bench_machine_post(b, path, "method", "m", "times", "0", "areas", "1", NULL)
			->status,
		422); /* no file */
	assert_int_equal(
		bench_machine_post(b, path, "method", "m", "refused", "because", NULL)->status,
		422);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM blurs"), 0);
	assert_int_equal(bench_int(b, "SELECT done FROM blur_wishes"), 0);
	assert_int_equal(
		bench_machine_post(b, path, "method", "m", "refused", "too_large", NULL)->status,
		200);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'picture.not_blurred'"), 1);
	assert_string_equal(bench_text(b, "SELECT reason FROM pub_blurs"), "too_large");
}

/* Leads from before there was this room are caught up with; others are not. */
static void caught_up(void **state)
{
	struct bench *b = *state;
	static const char *const states[] = { "confirmed", "new", "rejected" };

	bench_operator(b, "禾记小馆", HARNESS_AREA);
	assert_int_equal(
		bench_post(b, "officer1", "/cameras", "operator",
			at(b, "%" PRId64, bench_int(b, "SELECT max(id) FROM pub_operators")),
			"name", "一号", "place", "热厨", "url", "rtsp://127.0.0.1/1", "owner", "x",
			"standard", "GB/T 28181-2022", "hours", "06:00-22:00", "interval_ms",
			"2000", "valid_from", "2026-01-01", "valid_to", "2027-12-10", NULL)
			->status,
		303);
	for (size_t i = 0; i < 3; i++)
		bench_run(
			b, at(b,
				   "INSERT INTO leads (id, version, lead_key, camera, operator, "
				   "area, rule, rule_version, act, model, found_at, started_at, "
				   "ended_at, clip_from, clip_to, score, width, height, findings, "
				   "still_sm3, still_sha256, clip_sm3, clip_sha256, "
				   "clock_offset_ms, usable, usable_why, state, officer1, at1, "
				   "reason1, officer2, at2, reason2, verdict) SELECT %zu, 1, "
				   "'k%zu', id, operator, area, 'r', '1', 'V01', 'm', 1, 1, 2, 1, "
				   "2, 9000, 9, 9, '[]', 's%zu', 'x', 'c%zu', 'x', 0, 1, '', "
				   "'%s', 1, 1, '', 2, 1, '', '' FROM cameras",
				   i + 1, i, i, i, states[i]));
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM blur_wishes"), 2);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM blur_wishes WHERE original IN ('s0', 'c0')"), 2);
}

/* Article 35: anybody reads it, in both languages, and its terms are those that are kept to. */
static void told(void **state)
{
	struct bench *b = *state;
	struct answer *r = bench_get(b, "", "/privacy");

	assert_int_equal(r->status, 200);
	assert_true(r->statements <= NOTICE_STATEMENTS);
	bench_golden(b, r, "src/domains/privacy/golden/notice.html");
	assert_true(answer_has(r, "不识别人脸"));
	assert_true(answer_has(r, "183天") && answer_has(r, "30天"));
	assert_true(answer_has(r, "第三十五条"));
	bench_english(b, true);
	r = bench_get(b, "", "/privacy");
	assert_true(answer_has(r, "no face recognition"));
	assert_true(answer_has(r, "183 days"));
	bench_english(b, false);
	/* it is one step away from every public page */
	assert_non_null(strstr(bench_get(b, "", "/penalties")->body, "href=\"/privacy\""));
}

#define TESTS(X)       X(only_what_is_wanted) X(each_once) X(whole_or_not) X(caught_up) X(told)
#define ON_SQLITE(f)   { #f, f, open_bench, close_bench, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, close_bench, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"privacy", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
