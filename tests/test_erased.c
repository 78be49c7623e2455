/* What no case came of is erased when its term is over, and what was proved stays proved; on both
 * databases. */
#include "cli.h"
#include "core/app/private.h"
#include "core/ledger/verify.h"
#include "domains/cases/cases.h"
#include "harness.h"

#include <setjmp.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

static const char *file_put(struct bench *b, const char *text)
{
	struct object o;
	struct bytes content = { (const uint8_t *)text, strlen(text) };

	assert_int_equal(store_put(bench_app(b)->store, bench_arena(b), content, &o, NULL), OK);
	return o.sm3;
}

static void camera_new(struct bench *b)
{
	bench_operator(b, "禾记小馆", HARNESS_AREA);
	assert_int_equal(
		bench_post(b, "officer1", "/cameras", "operator",
			at(b, "%" PRId64, bench_int(b, "SELECT max(id) FROM pub_operators")),
			"name", "一号", "place", "热厨", "url", "rtsp://127.0.0.1/1", "owner", "x",
			"standard", "GB/T 28181-2022", "hours", "06:00-22:00", "interval_ms",
			"2000", "valid_from", "2026-01-01", "valid_to", "2027-12-10", NULL)
			->status,
		303);
}

/* A lead as it stands after its review. */
struct test_lead {
	int64_t id, found_at;
	const char *state, *still, *clip;
};

static void lead_put(struct bench *b, const struct test_lead *l)
{
	bench_run(b,
		at(b,
			"INSERT INTO leads (id, version, lead_key, camera, operator, area, rule, "
			"rule_version, act, model, found_at, started_at, ended_at, clip_from, "
			"clip_to, score, width, height, findings, still_sm3, still_sha256, "
			"clip_sm3, clip_sha256, clock_offset_ms, usable, usable_why, state, "
			"officer1, at1, reason1, officer2, at2, reason2, verdict) SELECT %" PRId64
			", 1, 'k%" PRId64 "', id, operator, area, 'r', '1', 'V01', 'm', %" PRId64
			", 1, 2, 1, 2, 9000, 9, 9, '[]', '%s', '', '%s', '', 0, 1, '', '%s', 1, 1, "
			"'', 2, 1, '', '' FROM cameras",
			l->id, l->id, l->found_at, l->still, l->clip, l->state));
}

static enum err in_a_case(struct req *rq, void *arg)
{
	struct case_row c;
	int64_t operator;

	(void)arg;
	TRY(db_int(rq, &operator, "SELECT max(id) FROM pub_operators"));
	return precheck_of(
		rq, &(struct finding){ operator, HARNESS_AREA, 1, 2, rq->now, "V01" }, &c);
}

static bool there(struct bench *b, const char *sm3)
{
	struct fault why = { 0 };
	int64_t size;
	int fd;

	if (store_fd(bench_app(b)->store, sm3, &fd, &size, &why))
		return false;
	close(fd);
	return true;
}

static int64_t wrong_found(struct bench *b)
{
	struct verify_report r = { 0 };
	struct fault why = { 0 };

	assert_int_equal(verify_app(bench_app(b), bench_arena(b), &r, &why), OK);
	return r.wrong.count;
}

static void night(struct bench *b, int hour)
{
	bench_clock(
		b, civil_to_ms((struct civil){ .year = 2027, .month = 6, .day = 1, .hour = hour }));
	bench_minute(b);
	bench_jobs(b);
}

static void erased_without_a_case(void **state)
{
	struct bench *b = *state;
	int64_t old = clock_now(), now = civil_to_ms((struct civil){ 2027, 5, 1 });
	static const char *const files[] = { "still 1", "clip 1", "still 2", "clip 2", "still 3",
		"still 4", "still 5", "still of 1, covered" };
	const char *sm3[8];

	camera_new(b);
	for (size_t i = 0; i < 8; i++)
		sm3[i] = file_put(b, files[i]);
	lead_put(b, &(struct test_lead){ 1, old, "rejected", sm3[0], sm3[1] });
	lead_put(b, &(struct test_lead){ 2, old, "confirmed", sm3[2], sm3[3] });
	lead_put(b, &(struct test_lead){ 3, old, "new", sm3[4], "" });
	lead_put(b, &(struct test_lead){ 4, now, "rejected", sm3[5], "" });
	lead_put(b, &(struct test_lead){ 5, old, "rejected", sm3[6], "" });
	bench_run(
		b, at(b, "INSERT INTO blur_wishes VALUES ('%s', '', 'still', 1, 1, 1, 1)", sm3[0]));
	bench_run(b, at(b,
			     "INSERT INTO blurs VALUES (9, 1, '%s', '', 'still', 1, 1, 'made', '', "
			     "'m', 1, 1)",
			     sm3[0]));
	bench_run(b,
		at(b, "INSERT INTO blur_pictures VALUES (9, 1, 9, 0, 0, 1, '%s', '', 1)", sm3[7]));
	assert_int_equal(bench_write(b, in_a_case, NULL), OK);
	bench_run(
		b, at(b,
			   "INSERT INTO case_evidence (id, version, case_id, lead, kind, taken_at, "
			   "still_sm3, still_sha256, clip_sm3, clip_sha256, method, usable, "
			   "usable_why, added_at) SELECT 1, 1, id, 2, 'EV_AV', 1, '%s', '', '%s', "
			   "'', 'm', 1, '', 1 FROM cases",
			   sm3[2], sm3[3]));
	int64_t before = wrong_found(b);
	night(b, 12); /* by day nothing is looked for */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM lead_erasures"), 0);
	night(b, 3);
	night(b, 4); /* once each */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM lead_erasures"), 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'lead.erased'"), 2);
	assert_false(there(b, sm3[0]) || there(b, sm3[1]) || there(b, sm3[7]));
	assert_false(there(b, sm3[6]));
	assert_true(there(b, sm3[2]) && there(b, sm3[3])); /* evidence of a case */
	assert_true(there(b, sm3[4]));			   /* nobody has judged it */
	assert_true(there(b, sm3[5]));			   /* its term is not over */
	/* the ledger holds, and what was there can still be proved by its digest */
	assert_int_equal(wrong_found(b), before);
	assert_non_null(strstr(
		bench_text(b, "SELECT data FROM ledger WHERE name = 'lead.erased' AND subject = 1"),
		sm3[0]));
	/* what was derived is gone with it; the covered pictures of the case are asked for */
	assert_int_equal(
		bench_int(b, at(b, "SELECT count(*) FROM pub_blurs WHERE original = '%s'", sm3[0])),
		0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_blurs"), 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_blur_pictures"), 0);
	struct answer *r = bench_get(b, "officer1", "/leads/1");
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "已于2027-06-01到期清除"));
	assert_null(strstr(r->body, "src=\"/leads/1/still"));
	assert_int_equal(bench_get(b, "officer1", "/leads/1/still")->status, 404);
	assert_int_equal(bench_get(b, "officer1", "/leads/1/clip")->status, 404);
}

#define ON_SQLITE                                                                                  \
	{                                                                                          \
		"erased", erased_without_a_case, bench_begin, bench_end, NULL                      \
	}
#define ON_POSTGRES                                                                                \
	{                                                                                          \
		"erased on PostgreSQL", erased_without_a_case, bench_begin, bench_end,             \
			(void *)"postgres"                                                         \
	}

int main(void)
{
	const struct CMUnitTest tests[] = { ON_SQLITE, ON_POSTGRES };
	return _cmocka_run_group_tests("erased", tests, bench_has_postgres() ? 2 : 1, NULL, NULL);
}
