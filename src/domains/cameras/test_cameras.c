/* The register's rule, the reviews of a lead, and what the door for findings refuses. */
#include "harness.h"

#include "domains/cameras/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct register_state whole = { true, true, true, 100, 100, 100, 200, 300 * DAY };

static void register_rule(void **state)
{
	struct register_state r = whole;
	int64_t last = r.valid_to + DAY - 1; /* the last day counts to its end */

	(void)state;
	assert_null(clip_unusable(&r, 200, 300));
	assert_null(clip_unusable(&r, last - 5, last));
	assert_non_null(strstr(clip_unusable(&r, last - 5, last + 1), "outside the time"));
	assert_non_null(strstr(clip_unusable(&r, 199, 300), "outside the time"));
	r.legal_at = 250;
	assert_non_null(strstr(clip_unusable(&r, 249, 300), "legal review"));
	assert_null(clip_unusable(&r, 250, 300));
	r = whole;
	r.legal_passed = false;
	assert_non_null(strstr(clip_unusable(&r, 200, 300), "legal review"));
	r = whole;
	r.technical_passed = false;
	assert_non_null(strstr(clip_unusable(&r, 200, 300), "technical review"));
	r = whole;
	r.sign_there = false;
	assert_non_null(strstr(clip_unusable(&r, 200, 300), "sign"));
	r = whole;
	r.notice_at = 0;
	assert_non_null(strstr(clip_unusable(&r, 200, 300), "published"));
	r = whole;
	r.valid_to = 0; /* without an end */
	assert_null(clip_unusable(&r, 200, 4000 * DAY));
}

static void review_rule(void **state)
{
	static const struct {
		struct review r;
		enum review_result want;
	} cases[] = {
		{ { "new", 0, 1, true, "" }, REVIEW_SECOND },
		{ { "new", 0, 1, false, "a cap is there" }, REVIEW_REJECTED },
		{ { "new", 0, 1, false, "" }, REVIEW_REFUSED },
		{ { "second", 1, 2, true, "" }, REVIEW_CONFIRMED },
		{ { "second", 1, 1, true, "" }, REVIEW_REFUSED },
		{ { "second", 1, 1, false, "x" }, REVIEW_REFUSED },
		{ { "second", 1, 2, false, "x" }, REVIEW_REJECTED },
		{ { "confirmed", 1, 3, true, "" }, REVIEW_REFUSED },
		{ { "rejected", 1, 3, true, "" }, REVIEW_REFUSED },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(review_decide(&cases[i].r, &why), cases[i].want);
		assert_true((why != NULL) == (cases[i].want == REVIEW_REFUSED));
	}
}

static int64_t camera_of(struct bench *b)
{
	const char *operator= arena_printf(
		bench_arena(b), "%" PRId64, bench_operator(b, "示例面馆", HARNESS_AREA));
	struct answer *r = bench_post(b, "officer1", "/cameras", "operator", operator, "name",
		"一号机", "place", "门上", "url", "rtsp://127.0.0.1/x", "owner", "店", "standard",
		"GB/T 28181", "hours", "06:00-22:00", "watch", "head_uncovered", "interval_ms",
		"2000", "valid_from", "2026-01-01", "valid_to", "2026-12-31", NULL);
	assert_int_equal(r->status, 303);
	return bench_int(b, "SELECT max(id) FROM pub_cameras");
}

static struct answer *send(struct bench *b, int64_t camera, const char *key, const char *rule)
{
	static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xd9 };
	const char *now = arena_printf(bench_arena(b), "%" PRId64, clock_now());
	bench_file(b, "still", "s.jpg", "image/jpeg", (struct bytes){ jpeg, sizeof(jpeg) });
	return bench_machine_post(b, "/leads", "key", key, "camera",
		arena_printf(bench_arena(b), "%" PRId64, camera), "rule", rule, "rule_version", "1",
		"model", "m", "started_at", now, "ended_at", now, "clip_from", now, "clip_to", now,
		"score", "9000", "width", "640", "height", "360", "findings", "[]", NULL);
}

static void on_one(struct bench *b)
{
	int64_t camera = camera_of(b);

	assert_int_equal(bench_post(b, "officer1", "/cameras", "operator", "1", NULL)->status, 422);
	assert_int_equal(send(b, camera + 1, "a", "head_uncovered")->status, 404);
	assert_int_equal(send(b, camera, "a", "no_such_rule")->status, 422);
	assert_int_equal(bench_machine_post(b, "/leads", "key", "", NULL)->status, 422);
	assert_int_equal(send(b, camera, "a", "head_uncovered")->status, 201);
	assert_int_equal(send(b, camera, "a", "head_uncovered")->status, 201);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_leads"), 1);
	assert_int_equal(bench_int(b, "SELECT usable FROM pub_leads"), 0); /* no clip, no reviews */
	assert_int_equal(bench_post(b, "officer1", "/leads", "key", "z", NULL)->status,
		403); /* not a machine */
	const char *lead = arena_printf(
		bench_arena(b), "/leads/%" PRId64, bench_int(b, "SELECT id FROM pub_leads"));
	const char *review = arena_printf(bench_arena(b), "%s/review", lead);
	assert_int_equal(bench_get(b, "officer1", lead)->status, 200);
	assert_int_equal(bench_get(b, "officer3", lead)->status, 403);
	assert_int_equal(bench_post(b, "officer1", review, "verdict", "maybe", NULL)->status, 422);
	assert_true(bench_torture(b, "officer1", review, "verdict", "reject", "reason", "戴了帽",
			    NULL) > 3);
	assert_non_null(
		strstr(bench_get(b, "officer1", "/rules")->body, "100.00")); /* all wrong so far */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_cases"), 0);
}

/* Another place or stream is another device: its reviews begin anew. */
static void another_place(struct bench *b)
{
	int64_t camera = camera_of(b);
	const char *at = arena_printf(bench_arena(b), "/cameras/%" PRId64, camera);
	const char *legal = arena_printf(bench_arena(b), "%s/legal", at);

	assert_int_equal(
		bench_post(b, "officer1", legal, "number", "1", "result", "passed", NULL)->status,
		403);
	assert_int_equal(
		bench_post(b, "reviewer1", legal, "number", "", "result", "passed", NULL)->status,
		422);
	assert_int_equal(
		bench_post(b, "reviewer1", legal, "number", "1", "result", "passed", NULL)->status,
		303);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM cameras WHERE legal_result = 'passed'"), 1);
	assert_int_equal(bench_post(b, "officer1", at, "name", "一号机", "place", "窗边", "url",
				 "rtsp://127.0.0.1/x", "owner", "店", "standard", "GB/T 28181",
				 "hours", "06:00-22:00", "interval_ms", "2000", "valid_from",
				 "2026-01-01", "valid_to", "2026-12-31", NULL)
				 ->status,
		303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cameras WHERE legal_result = ''"), 1);
}

static void workers_door(struct bench *b)
{
	int64_t camera = camera_of(b);
	struct answer *r = bench_machine_get(b, "/internal/cameras");
	char *status = arena_printf(bench_arena(b),
		"{\"cameras\":[{\"id\":\"%" PRId64
		"\",\"state\":\"live\",\"since\":5,\"reason\":\"\",\"width\":640,"
		"\"height\":360,\"codec\":\"h264\",\"last_frame\":6},{\"id\":\"77\",\"state\":"
		"\"live\"}]}",
		camera);

	assert_int_equal(r->status, 200);
	assert_non_null(strstr(r->body, "\"code\":\"head_uncovered\""));
	assert_null(strstr(r->body, "person_off_hours")); /* this camera is not watched for it */
	assert_int_equal(bench_get(b, "officer1", "/internal/cameras")->status, 403);
	assert_int_equal(bench_machine_json(b, "/internal/cameras/status", status)->status, 200);
	assert_int_equal(bench_int(b, "SELECT live FROM pub_cameras"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_status"),
		1); /* the unknown one is left alone */
	assert_int_equal(
		bench_machine_json(b, "/internal/cameras/status", "{\"cameras\":")->status, 400);
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
BOTH(on_one)
BOTH(another_place)
BOTH(workers_door)

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(register_rule),
		cmocka_unit_test(review_rule), cmocka_unit_test(test_on_one),
		cmocka_unit_test(test_another_place), cmocka_unit_test(test_workers_door) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
