/* What the stories of service share: a case whose order to correct waits to be served. */
#include "domains/service/test_hand.h"
#include "signature_png.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char jpeg[] = "\xff\xd8\xff\xe0 a photo \xff\xd9", mp4[] = "....ftypiso5 a refusal";

void photo(struct bench *b, const char *field)
{
	bool video = strcmp(field, "video") == 0;

	bench_file(b, field, "f", video ? "video/mp4" : "image/jpeg",
		(struct bytes){ (const uint8_t *)(video ? mp4 : jpeg),
			video ? sizeof(mp4) : sizeof(jpeg) });
}

struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");

	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

const char *id_of(struct bench *b, const char *login)
{
	return at(b, "%" PRId64,
		bench_int(b, at(b, "SELECT id FROM pub_users WHERE login = '%s'", login)));
}

struct answer *step(const struct story *s, const char *who, const char *name)
{
	return bench_post(s->b, who, at(s->b, "/cases/%" PRId64 "/%s", s->case_id, name),
		"officer2", id_of(s->b, "officer2"), "reason", "理由", "proof", "1", "penalty_due",
		"1", "jurisdiction", "1", "phone", "13900000000", "requirement", "戴帽", "due",
		at(s->b, "%s", date_text(bench_arena(s->b), clock_now() + 30 * DAY)), NULL);
}

/* A filed case whose order to correct is sealed and waits to be served; the party consented to
 * nothing. */
struct story ordered(struct bench *b)
{
	struct story s = { .b = b, .operator= bench_operator(b, "示例面馆", HARNESS_AREA) };
	struct answer *r;

	bench_english(b, true);
	status_is(bench_post(b, "officer1", "/cameras", "operator", at(b, "%" PRId64, s.operator),
			  "name", "热厨一号", "place", "热厨门上", "url",
			  "rtsp://127.0.0.1:8554/kitchen", "owner", "示例面馆", "standard",
			  "GB/T 28181-2022", "hours", "06:00-22:00", "interval_ms", "2000",
			  "notice_url", "https://www.example.org/notice", "notice_at", "2026-01-10",
			  "valid_from", "2026-02-01", "valid_to", "2028-12-31", NULL),
		303);
	int64_t camera = bench_int(b, "SELECT max(id) FROM pub_cameras"), now;
	const char *device = at(b, "/cameras/%" PRId64, camera);
	status_is(bench_post(b, "reviewer1", at(b, "%s/legal", device), "number", "1", "result",
			  "passed", NULL),
		303);
	status_is(bench_post(b, "officer1", at(b, "%s/technical", device), "number", "1", "result",
			  "passed", NULL),
		303);
	photo(b, "photo");
	status_is(bench_post(b, "officer1", at(b, "%s/sign", device), NULL), 303);
	bench_clock(b, clock_now() + MINUTE);
	now = clock_now();
	bench_file(b, "still", "still.jpg", "image/jpeg",
		(struct bytes){ (const uint8_t *)jpeg, sizeof(jpeg) });
	bench_file(b, "clip", "clip.mp4", "video/mp4",
		(struct bytes){ (const uint8_t *)mp4, sizeof(mp4) });
	status_is(bench_machine_post(b, "/leads", "key", at(b, "%" PRId64, camera), "camera",
			  at(b, "%" PRId64, camera), "rule", "head_uncovered", "rule_version", "1",
			  "model", "m@12345678", "started_at", at(b, "%" PRId64, now), "ended_at",
			  at(b, "%" PRId64, now + 4000), "clip_from", at(b, "%" PRId64, now - 8000),
			  "clip_to", at(b, "%" PRId64, now + 5000), "score", "8700", "width", "768",
			  "height", "432", "findings", "[]", NULL),
		201);
	const char *review =
		at(b, "/leads/%" PRId64 "/review", bench_int(b, "SELECT max(id) FROM pub_leads"));
	status_is(bench_post(b, "officer1", review, "verdict", "confirm", NULL), 303);
	status_is(bench_post(b, "officer2", review, "verdict", "confirm", NULL), 303);
	s.case_id = bench_int(b, "SELECT max(id) FROM pub_cases");
	status_is(step(&s, "officer1", "file"), 303);
	status_is(step(&s, "officer1", "link"), 303);
	r = step(&s, "officer1", "correction");
	status_is(r, 303);
	bench_jobs(b);
	s.task = bench_int(
		b, at(b, "SELECT id FROM pub_services WHERE case_id = %" PRId64, s.case_id));
	snprintf(s.party, sizeof(s.party), "party:%" PRId64 ":%" PRId64, s.operator, s.case_id);
	return s;
}

const char *path_of(const struct story *s, const char *rest)
{
	return at(s->b, "/service/%" PRId64 "%s", s->task, rest);
}

const char *member(const struct story *s, const char *column)
{
	return bench_text(
		s->b, at(s->b, "SELECT CAST(%s AS text) FROM service_tasks WHERE id = %" PRId64,
			      column, s->task));
}

int64_t facts(const struct story *s, const char *name)
{
	return bench_int(s->b, at(s->b,
				       "SELECT count(*) FROM ledger WHERE subject IN (%" PRId64
				       ", %" PRId64 ") AND name = '%s'",
				       s->case_id, s->task, name));
}

struct answer *attempt(const struct story *s, const char *way, const char *result)
{
	return bench_post(s->b, "officer1", path_of(s, "/attempts"), "way", way, "result", result,
		"place", "示例路9号", "receiver", "张三", "refusal", "不同意", "mail_no",
		at(s->b, "XA%" PRId64, clock_now()), "words", "多次联系无人应答", "server2",
		id_of(s->b, "officer2"), NULL);
}

struct answer *address(const struct story *s, const char *consent)
{
	return bench_sign(s->b, s->party, at(s->b, "/my/cases/%" PRId64 "/address", s->case_id),
		"consent", consent, "e_phone", "13912345678", "post_address", "示例路9号",
		"receiver", "张三", NULL);
}

void jobs_one_by_one(struct bench *b)
{
	struct fault why = { 0 };
	bool ran = true;

	while (ran)
		assert_int_equal(app_run_job(bench_app(b), &ran, &why), OK);
}
