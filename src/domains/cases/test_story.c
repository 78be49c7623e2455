#include "test_story.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char jpeg[] = "\xff\xd8\xff\xe0 a still of the kitchen \xff\xd9";
static const char clip[] = "....ftypiso5 a clip of the kitchen";

static struct bytes bytes_of(const char *s, size_t n)
{
	return (struct bytes){ (const uint8_t *)s, n };
}

struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

bool says(const struct answer *r, const char *text)
{
	const char *from = strstr(r->body, "<main");
	if (strstr(r->body, text))
		return true;
	fprintf(stderr, "'%s' is not in: %.2500s\n", text, from ? from : r->body);
	return false;
}

static const char *num(struct bench *b, int64_t v)
{
	return arena_printf(bench_arena(b), "%" PRId64, v);
}

const char *desk_of(const struct story *s, const char *step)
{
	return arena_printf(
		bench_arena(s->b), "/cases/%" PRId64 "%s%s", s->id, *step ? "/" : "", step);
}

const char *my(const struct story *s, const char *step)
{
	return arena_printf(
		bench_arena(s->b), "/my/cases/%" PRId64 "%s%s", s->id, *step ? "/" : "", step);
}

const char *officer(struct bench *b, const char *login)
{
	return num(b, bench_int(b, arena_printf(bench_arena(b),
					   "SELECT id FROM pub_users WHERE login = '%s'", login)));
}

const char *member(const struct story *s, const char *column)
{
	return bench_text(s->b,
		arena_printf(bench_arena(s->b),
			"SELECT CAST(%s AS text) FROM cases WHERE id = %" PRId64, column, s->id));
}

int64_t facts_in_story(const struct story *s, const char *name)
{
	return bench_int(s->b,
		arena_printf(bench_arena(s->b),
			"SELECT count(*) FROM ledger WHERE subject = %" PRId64 " AND name = '%s'",
			s->id, name));
}

void photo(struct bench *b)
{
	bench_file(b, "photo", "done.jpg", "image/jpeg", bytes_of(jpeg, sizeof(jpeg)));
}

/* ---- the way --------------------------------------------------------------------------------- */
static int64_t camera(struct bench *b, int64_t operator)
{
	status_is(bench_post(b, "officer1", "/cameras", "operator", num(b, operator), "name",
			  "热厨一号", "place", "热厨门上", "url", "rtsp://127.0.0.1:8554/kitchen",
			  "owner", "示例面馆", "standard", "GB/T 28181-2022", "hours",
			  "06:00-22:00", "interval_ms", "2000", "notice_url",
			  "https://www.example.org/notice", "notice_at", "2026-01-10", "valid_from",
			  "2026-02-01", "valid_to", "2027-12-31", NULL),
		303);
	int64_t id = bench_int(b, "SELECT max(id) FROM pub_cameras");
	const char *at = arena_printf(bench_arena(b), "/cameras/%" PRId64, id);
	status_is(bench_post(b, "reviewer1", arena_printf(bench_arena(b), "%s/legal", at), "number",
			  "1", "result", "passed", NULL),
		303);
	status_is(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/technical", at),
			  "number", "1", "result", "passed", NULL),
		303);
	photo(b);
	status_is(
		bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/sign", at), NULL), 303);
	return id;
}

struct answer *another_lead(struct story *s, const char *key)
{
	struct bench *b = s->b;
	int64_t now = clock_now(),
		camera_id = bench_int(
			b, arena_printf(bench_arena(b),
				   "SELECT max(id) FROM pub_cameras WHERE operator = %" PRId64,
				   s->operator));

	bench_file(b, "still", "still.jpg", "image/jpeg", bytes_of(jpeg, sizeof(jpeg)));
	bench_file(b, "clip", "clip.mp4", "video/mp4", bytes_of(clip, sizeof(clip)));
	status_is(bench_machine_post(b, "/leads", "key", key, "camera", num(b, camera_id), "rule",
			  "head_uncovered", "rule_version", "1", "model", "multipose256@12345678",
			  "started_at", num(b, now), "ended_at", num(b, now + 4000), "clip_from",
			  num(b, now - 8000), "clip_to", num(b, now + 5000), "score", "8700",
			  "width", "768", "height", "432", "findings", "[]", NULL),
		201);
	s->lead = arena_printf(bench_arena(b), "/leads/%" PRId64 "/review",
		bench_int(b, "SELECT max(id) FROM pub_leads"));
	status_is(bench_post(b, "officer1", s->lead, "verdict", "confirm", NULL), 303);
	return status_is(bench_post(b, "officer2", s->lead, "verdict", "confirm", NULL), 303);
}

struct story precheck(struct bench *b)
{
	struct story s = { .b = b, .operator= bench_operator(b, "示例面馆", HARNESS_AREA) };

	camera(b, s.operator);
	bench_clock(b, clock_now() + MINUTE); /* the reviews lie before the clip */
	another_lead(&s, num(b, s.operator));
	s.id = bench_int(
		b, arena_printf(bench_arena(b),
			   "SELECT max(id) FROM cases WHERE operator = %" PRId64, s.operator));
	snprintf(s.party, sizeof(s.party), "party:%" PRId64 ":%" PRId64, s.operator, s.id);
	return s;
}

const char *approval_of(const struct story *s)
{
	return desk_of(
		s, arena_printf(bench_arena(s->b), "approvals/%" PRId64,
			   bench_int(s->b,
				   arena_printf(bench_arena(s->b),
					   "SELECT max(id) FROM case_approvals WHERE case_id = "
					   "%" PRId64 " AND state = 'asked'",
					   s->id))));
}

struct answer *file_it(const struct story *s)
{
	return bench_post(s->b, "officer1", desk_of(s, "file"), "officer2",
		officer(s->b, "officer2"), "reason", "有初步证据证明违法行为", FILING, NULL);
}

/* To another telephone than the licence's: one officer of the case prepares it, the other sends. */
void link_agreed(const struct story *s)
{
	status_is(bench_post(s->b, "officer1", desk_of(s, "link"), "phone", "13912345678",
			  "phone_reason", "执照登记电话已停机", NULL),
		303);
	status_is(bench_post(s->b, "officer2", desk_of(s, "link"), "phone", "13912345678", NULL),
		303);
}

struct story filed(struct bench *b)
{
	struct story s = precheck(b);
	status_is(file_it(&s), 303);
	link_agreed(&s);
	bench_jobs(b);
	return s;
}

void stated(const struct story *s, const char *words)
{
	status_is(bench_post(s->b, s->party, my(s, "statement"), "statement", "made", "words",
			  words, NULL),
		303);
	status_is(bench_sign(s->b, s->party, my(s, "statement"), "statement", "all", NULL), 303);
}

void verified(const struct story *s, const char *who)
{
	struct bench *b = s->b;
	const char *last = arena_printf(bench_arena(b),
		"SELECT max(id) FROM case_exhibits WHERE case_id = %" PRId64, s->id);
	const char *path =
		arena_printf(bench_arena(b), "exhibits/%" PRId64 "/check", bench_int(b, last));

	status_is(bench_post(b, who, desk_of(s, path), "verdict", "true", "reason",
			  "与原件核对一致", NULL),
		303);
}

struct answer *address(const struct story *s, const char *consent)
{
	return bench_sign(s->b, s->party, my(s, "address"), "consent", consent, "e_phone",
		"13912345678", "post_address", "示例路1号", "receiver", "张三", NULL);
}

struct answer *weigh_it(const struct story *s)
{
	return bench_post(s->b, "officer1", desk_of(s, "do/weigh"), "reply_minor", "no",
		"reply_corrected", "no", NULL);
}

struct story ready_to_tell(struct bench *b)
{
	struct story s = filed(b);
	status_is(bench_post(b, s.party, my(&s, "seen"), NULL), 303);
	status_is(weigh_it(&s), 303);
	return s;
}

struct story told(struct bench *b)
{
	struct story s = ready_to_tell(b);
	status_is(bench_post(b, "officer1", desk_of(&s, "tell"), NULL), 303);
	bench_jobs(b);
	return s;
}

struct story heard(struct bench *b)
{
	struct story s = told(b);
	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "none", NULL), 303);
	return s;
}

struct story proposed(struct bench *b)
{
	struct story s = heard(b);
	status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 303);
	return s;
}

struct story decided(struct bench *b)
{
	struct story s = proposed(b);
	status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL), 303);
	bench_jobs(b);
	return s;
}
