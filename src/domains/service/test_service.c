/* Service of papers as stories: by hand, by post, by public notice; screens, files, who may. */
#include "domains/service/service.h"
#include "harness.h"
#include "modules.h"
#include "signature_png.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

enum { LIST_STATEMENTS = 12, TASK_STATEMENTS = 17 };

struct story {
	struct bench *b;
	int64_t operator, case_id, task;
	char party[64];
};

static const char jpeg[] = "\xff\xd8\xff\xe0 a photo \xff\xd9", mp4[] = "....ftypiso5 a refusal";

static void photo(struct bench *b, const char *field)
{
	bool video = strcmp(field, "video") == 0;

	bench_file(b, field, "f", video ? "video/mp4" : "image/jpeg",
		(struct bytes){ (const uint8_t *)(video ? mp4 : jpeg),
			video ? sizeof(mp4) : sizeof(jpeg) });
}

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");

	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static const char *id_of(struct bench *b, const char *login)
{
	return at(b, "%" PRId64,
		bench_int(b, at(b, "SELECT id FROM pub_users WHERE login = '%s'", login)));
}

static struct answer *step(const struct story *s, const char *who, const char *name)
{
	return bench_post(s->b, who, at(s->b, "/cases/%" PRId64 "/%s", s->case_id, name),
		"officer2", id_of(s->b, "officer2"), "reason", "理由", "phone", "13900000000",
		"requirement", "戴帽", "due",
		at(s->b, "%s", date_text(bench_arena(s->b), clock_now() + 30 * DAY)), NULL);
}

/* A filed case whose order to correct is sealed and waits to be served; the party consented to
 * nothing. */
static struct story ordered(struct bench *b)
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

static const char *path_of(const struct story *s, const char *rest)
{
	return at(s->b, "/service/%" PRId64 "%s", s->task, rest);
}

static const char *member(const struct story *s, const char *column)
{
	return bench_text(
		s->b, at(s->b, "SELECT CAST(%s AS text) FROM service_tasks WHERE id = %" PRId64,
			      column, s->task));
}

static int64_t facts(const struct story *s, const char *name)
{
	return bench_int(s->b, at(s->b,
				       "SELECT count(*) FROM ledger WHERE subject IN (%" PRId64
				       ", %" PRId64 ") AND name = '%s'",
				       s->case_id, s->task, name));
}

static struct answer *attempt(const struct story *s, const char *way, const char *result)
{
	return bench_post(s->b, "officer1", path_of(s, "/attempts"), "way", way, "result", result,
		"place", "示例路9号", "receiver", "张三", "refusal", "不同意", "mail_no",
		at(s->b, "XA%" PRId64, clock_now()), "words", "多次联系无人应答", "server2",
		id_of(s->b, "officer2"), NULL);
}

static struct answer *address(const struct story *s, const char *consent)
{
	return bench_sign(s->b, s->party, at(s->b, "/my/cases/%" PRId64 "/address", s->case_id),
		"consent", consent, "e_phone", "13912345678", "post_address", "示例路9号",
		"receiver", "张三", NULL);
}

/* ---- handing over ------------------------------------------------------ */
static void handed_over(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;

	assert_string_equal(member(&s, "state"), "waiting");
	/* seven working days after Monday the 23rd */
	int64_t due = 0;
	assert_true(text_to_int(member(&s, "due_at"), &due));
	assert_string_equal(date_text(bench_arena(b), due), "2026-12-02");
	assert_true(answer_has(status_is(attempt(&s, "direct", "delivered"), 409), "article 81"));
	/* one officer twice: refused, and what was typed and signed is still there */
	struct answer *r = status_is(
		bench_post(b, "officer1", path_of(&s, "/attempts"), "way", "direct", "result",
			"delivered", "place", "示例路77号", "receiver", "张三<b>", "signature",
			SIGNATURE_PNG, "server2", id_of(b, "officer1"), NULL),
		409);
	assert_true(answer_has(r, "value=\"示例路77号\""));
	assert_true(answer_has(r, "value=\"张三&lt;b&gt;\""));
	assert_true(answer_has(r, "name=\"signature\" value=\"" SIGNATURE_PNG));
	r = status_is(bench_post(b, "officer1", path_of(&s, "/attempts"), "way", "post", "place",
			      "示例路78号", "mail_no", "", NULL),
		409);
	assert_true(answer_has(r, "示例路78号"));
	status_is(bench_post(b, "officer3", path_of(&s, "/attempts"), "way", "direct", NULL), 403);
	status_is(bench_post(b, "auditor1", path_of(&s, "/attempts"), "way", "direct", NULL), 403);
	assert_true(
		bench_torture(b, "officer1", path_of(&s, "/attempts"), "way", "direct", "result",
			"delivered", "place", "示例路9号", "receiver", "李四", "relation", "店长",
			"signature", SIGNATURE_PNG, "server2", id_of(b, "officer2"), NULL) > 10);
	assert_string_equal(member(&s, "state"), "served");
	assert_string_equal(member(&s, "way"), "direct");
	assert_int_equal(facts(&s, "paper.served"), 1);
	assert_int_equal(facts(&s, "case.served"), 1);
	status_is(attempt(&s, "direct", "absent"), 409); /* once */
	bench_jobs(b);
	/* the receipt: who received it, which relation, two servers */
	assert_int_equal(
		bench_int(b, at(b,
				     "SELECT count(*) FROM papers WHERE template = "
				     "'service_receipt' AND state = 'sealed' AND subject = "
				     "%" PRId64 " AND content LIKE '%%店长%%'",
				     s.case_id)),
		1);
	int64_t tried = bench_int(b, at(b,
					     "SELECT id FROM service_attempts WHERE task = %" PRId64
					     " AND result = 'delivered'",
					     s.task));
	const char *file = at(b, "/service/%" PRId64 "/attempts/%" PRId64 "/files/", s.task, tried);
	status_is(bench_get(b, "officer1", at(b, "%ssignature", file)), 200);
	status_is(bench_get(b, "officer1", at(b, "%sphoto", file)), 404);
	status_is(bench_get(b, "officer3", at(b, "%ssignature", file)), 403);
}

/* ---- the way to a public notice ---------------------------------------- */
static void refused_to_notice(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;

	status_is(attempt(&s, "public_notice", ""), 409);
	status_is(attempt(&s, "left", ""), 409); /* nobody refused yet */
	assert_true(bench_torture(b, "officer1", path_of(&s, "/attempts"), "way", "direct",
			    "result", "refused", "place", "示例路9号", "receiver", "张三",
			    "refusal", "不同意", "server2", id_of(b, "officer2"), NULL) > 4);
	assert_true(answer_has(status_is(attempt(&s, "left", ""), 409), "witness"));
	status_is(attempt(&s, "post", ""), 303);
	assert_true(answer_has(status_is(attempt(&s, "public_notice", ""), 409), "under way"));
	int64_t letter = bench_int(b,
		at(b, "SELECT id FROM service_attempts WHERE task = %" PRId64 " AND way = 'post'",
			s.task));
	const char *result = path_of(&s, at(b, "/attempts/%" PRId64 "/result", letter));
	status_is(bench_post(b, "officer1", result, "result", "returned", NULL), 409);
	bench_clock(b, clock_now() + 3 * DAY);
	assert_true(bench_torture(b, "officer1", result, "result", "returned", "words",
			    "原址查无此人", NULL) > 4);
	assert_string_equal(member(&s, "state"), "waiting"); /* no address was confirmed */
	status_is(bench_post(b, "officer1", result, "result", "returned", "words", "x", NULL), 404);
	assert_true(bench_torture(b, "officer1", path_of(&s, "/attempts"), "way", "public_notice",
			    "words", "直接送达被拒收且无见证人，邮寄被退回", NULL) > 10);
	assert_string_equal(member(&s, "state"), "notice");
	bench_jobs(b);

	/* what the public reads: the business and the paper, no reason, no telephone */
	struct answer *r = bench_get(b, "", "/notices");
	assert_true(answer_has(status_is(r, 200), "示例面馆"));
	int64_t n =
		bench_int(b, at(b, "SELECT id FROM service_notices WHERE task = %" PRId64, s.task));
	r = status_is(bench_get(b, "", at(b, "/notices/%" PRId64, n)), 200);
	assert_true(answer_has(r, "视为送达"));
	assert_null(strstr(r->body, "无见证人"));
	assert_null(strstr(r->body, "13900000000"));

	/* published on the 26th of November: thirty days end on Saturday the 26th of December */
	int64_t until =
		bench_int(b, at(b, "SELECT until_at FROM service_notices WHERE id = %" PRId64, n));
	assert_string_equal(date_text(bench_arena(b), until), "2026-12-28");
	bench_clock(b, until);
	bench_minute(b);
	assert_string_equal(member(&s, "state"), "notice");
	bench_clock(b, until + 1);
	bench_minute(b);
	bench_minute(b);
	assert_string_equal(member(&s, "state"), "served");
	assert_string_equal(member(&s, "way"), "public_notice");
	assert_string_equal(member(&s, "served_at"), at(b, "%" PRId64, until));
	assert_int_equal(facts(&s, "paper.served"), 1);
	assert_int_equal(facts(&s, "case.served"), 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'paper.served' AND data "
			     "LIKE '%excluded_from%'"),
		1);
	status_is(bench_get(b, "", at(b, "/notices/%" PRId64, n)), 404);
	bench_jobs(b);
}

/* Somebody comes for the paper while the notice runs: it ends at once. */
static void notice_withdrawn(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;

	status_is(attempt(&s, "direct", "absent"), 303);
	status_is(attempt(&s, "post", ""), 303);
	int64_t letter = bench_int(b,
		at(b, "SELECT id FROM service_attempts WHERE task = %" PRId64 " AND way = 'post'",
			s.task));
	status_is(bench_post(b, "officer1",
			  path_of(&s, at(b, "/attempts/%" PRId64 "/result", letter)), "result",
			  "returned", "words", "x", NULL),
		303);
	status_is(attempt(&s, "public_notice", ""), 303);
	status_is(attempt(&s, "public_notice", ""), 409);
	photo(b, "photo");
	status_is(attempt(&s, "direct", "delivered"), 303);
	assert_string_equal(member(&s, "way"), "direct");
	assert_string_equal(
		bench_text(b,
			at(b, "SELECT state FROM service_notices WHERE task = %" PRId64, s.task)),
		"withdrawn");
	bench_jobs(b);
}

/* O2 83: a letter to the address that the party confirmed counts when it comes back. */
static void confirmed_address_counts(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;

	status_is(address(&s, "no"), 303);
	status_is(attempt(&s, "post", ""), 303);
	int64_t letter = bench_int(b,
		at(b, "SELECT id FROM service_attempts WHERE task = %" PRId64 " AND way = 'post'",
			s.task));
	status_is(bench_post(b, "officer1",
			  path_of(&s, at(b, "/attempts/%" PRId64 "/result", letter)), "result",
			  "returned", "words", "已搬迁", NULL),
		303);
	assert_string_equal(member(&s, "state"), "served");
	assert_string_equal(member(&s, "way"), "post");
	bench_jobs(b);
}

/* ---- electronically ---------------------------------------------------- */
static void on_the_telephone(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;
	const char *list = at(b, "/my/cases/%" PRId64 "/papers", s.case_id);

	status_is(attempt(&s, "electronic", ""), 409);
	status_is(address(&s, "yes"), 303);
	assert_string_equal(member(&s, "way"), "electronic");
	bench_jobs(b);
	assert_true(answer_has(status_is(bench_get(b, s.party, list), 200), "Receipt of service"));
	const char *open = at(b, "%s/%" PRId64 "/open", list, s.task);
	assert_true(bench_torture(b, s.party, open, NULL) > 2);
	assert_string_not_equal(member(&s, "opened_at"), "0");
	status_is(bench_post(b, s.party, open, NULL), 303);
	assert_int_equal(facts(&s, "service.paper_opened"), 1);
	/* another party */
	struct story other = ordered(b);
	status_is(bench_get(b, other.party, list), 403);
	status_is(bench_post(b, other.party, open, NULL), 403);
	status_is(bench_post(b, other.party,
			  at(b, "/my/cases/%" PRId64 "/papers/%" PRId64 "/open", other.case_id,
				  s.task),
			  NULL),
		404);
}

/* ---- the delegate ------------------------------------------------------ */
static const char *last_sms(struct bench *b, const char *mark, size_t n)
{
	const char *text = bench_text(
		b, "SELECT data FROM jobs WHERE kind = 'core.sms' ORDER BY id DESC LIMIT 1");
	const char *from = strstr(text, mark);

	assert_non_null(from);
	return arena_copy(bench_arena(b), from + (*mark == '/' ? 0 : strlen(mark)), n);
}

static const char *until(struct bench *b, int64_t ms)
{
	return date_text(bench_arena(b), clock_now() + ms);
}

/* Its telephone proves itself; what it does is its own act, until the party ends it. */
static void delegate_acts(const struct story *s, const char *path, const char *link)
{
	struct bench *b = s->b;

	status_is(bench_post(b, "", at(b, "%s/code", link), NULL), 303);
	status_is(bench_post(b, "", link, "code", last_sms(b, "code is ", 6), NULL), 303);
	assert_int_equal(
		bench_int(b,
			at(b,
				"SELECT count(*) FROM sessions WHERE holder = '王五' AND subject "
				"= %" PRId64,
				s->case_id)),
		1);
	status_is(bench_get(b, s->party, path), 200); /* the party's session is there */
	assert_string_equal(
		bench_text(b, "SELECT powers FROM sessions WHERE holder = '王五'"), "state,papers");
	bench_run(b, at(b,
			     "UPDATE sessions SET holder = '王五', powers = 'state,papers' WHERE "
			     "subject = "
			     "%" PRId64,
			     s->case_id));
	/* what its power covers, and nothing else */
	status_is(bench_get(b, s->party, at(b, "/my/cases/%" PRId64 "/papers", s->case_id)), 200);
	status_is(bench_get(b, s->party, at(b, "/my/cases/%" PRId64, s->case_id)), 200);
	status_is(bench_get(b, s->party, at(b, "/my/cases/%" PRId64 "/evidence", s->case_id)), 403);
	status_is(bench_post(b, s->party, at(b, "/my/cases/%" PRId64 "/seen", s->case_id), NULL),
		403);
	bench_run(b, "UPDATE sessions SET powers = 'papers,evidence' WHERE holder = '王五'");
	status_is(bench_post(b, s->party, at(b, "/my/cases/%" PRId64 "/seen", s->case_id), NULL),
		303);
	assert_int_equal(
		bench_int(b,
			at(b,
				"SELECT count(*) FROM ledger WHERE name = 'case.evidence_viewed' "
				"AND actor_name = '王五（受托人）' AND subject = %" PRId64,
				s->case_id)),
		1);
	/* not its to end */
	status_is(bench_post(b, s->party, at(b, "%s/revoke", path), NULL), 403);
	/* the party's own session again, beside the delegate's */
	bench_run(b, at(b,
			     "UPDATE sessions SET holder = '', powers = '' WHERE subject = %" PRId64
			     " AND expires_at <> (SELECT until_at FROM service_delegates WHERE "
			     "case_id = %" PRId64 ")",
			     s->case_id, s->case_id));
	assert_true(bench_torture(b, s->party, at(b, "%s/revoke", path), NULL) > 3);
	status_is(bench_get(b, "", link), 410);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sessions WHERE holder = '王五'"), 0);
	assert_int_equal(facts(s, "delegate.named"), 1);
	assert_int_equal(facts(s, "delegate.revoked"), 1);
	bench_jobs(b);
}

static void delegate(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;
	const char *path = at(b, "/my/cases/%" PRId64 "/delegate", s.case_id);

	status_is(bench_get(b, s.party, path), 200);
	/* the power is read before it is signed */
	struct answer *r = bench_get(b, s.party,
		at(b,
			"%s?name=%s&id_last4=123X&phone=13911112222&may_papers=1&may_state=1&until="
			"%s",
			path, "%E7%8E%8B%E4%BA%94", until(b, 10 * DAY)));
	assert_true(answer_has(status_is(r, 200), "委托期限"));
	status_is(
		bench_post(b, s.party, path, "name", "王五", "id_last4", "123X", "phone",
			"13911112222", "scope", "papers,state", "until", until(b, 10 * DAY), NULL),
		422); /* not signed */
	status_is(bench_post(b, s.party, path, "name", "王五", "id_last4", "12345", "phone",
			  "13911112222", "scope", "papers,state", "until", until(b, 10 * DAY),
			  "signature", SIGNATURE_PNG, NULL),
		422);
	status_is(bench_post(b, s.party, path, "name", "王五", "id_last4", "123X", "phone",
			  "13911112222", "scope", "papers,state", "until", until(b, -DAY),
			  "signature", SIGNATURE_PNG, NULL),
		422);
	assert_true(bench_torture(b, s.party, path, "name", "王五", "id_last4", "123X", "phone",
			    "13911112222", "scope", "papers,state", "until", until(b, 10 * DAY),
			    "signature", SIGNATURE_PNG, NULL) > 8);
	const char *link = last_sms(b, "/l/", 3 + 43);
	bench_jobs(b);
	assert_int_equal(
		bench_int(b, at(b,
				     "SELECT count(*) FROM pub_papers WHERE template = "
				     "'power_of_attorney' AND state = 'sealed' AND subject = "
				     "%" PRId64,
				     s.case_id)),
		1);
	status_is(bench_post(b, s.party, path, "name", "赵六", "id_last4", "1234", "phone",
			  "13911112223", "scope", "papers", "until", until(b, DAY), "signature",
			  SIGNATURE_PNG, NULL),
		409); /* one at a time */

	delegate_acts(&s, path, link);
}

/* ---- screens ------------------------------------------------------------- */
static void screens(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;
	struct answer *r = status_is(bench_get(b, "officer1", "/service?mine=1"), 200);

	assert_true(answer_has(r, "责令改正通知书"));
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/service/golden/list.html");
	r = status_is(bench_get(b, "officer1", path_of(&s, "")), 200);
	assert_true(r->statements <= TASK_STATEMENTS);
	bench_golden(b, r, "src/domains/service/golden/task.html");
	status_is(bench_get(b, "officer1", path_of(&s, "/hand")), 200);
	r = status_is(
		bench_get(b, "officer1", at(b, "/cases/%" PRId64 "/service", s.case_id)), 200);
	assert_true(answer_has(r, "has not confirmed an address"));
	status_is(bench_get(b, "officer3", path_of(&s, "")), 403);
	status_is(bench_get(b, "", path_of(&s, "")), 303); /* to the login */
	status_is(bench_get(b, "", "/notices"), 200);
}

/* ---- boundaries ---------------------------------------------------------- */
/* Thirty days and seven working days across the Spring Festival of 2027 (5 to 12 February off). */
static void over_the_spring_festival(void **state)
{
	struct bench *b = *state;
	int64_t day = 0;

	assert_true(date_parse("2027-02-03", &day));
	bench_clock(b, day + 10 * HOUR);
	struct story s = ordered(b);
	int64_t due = 0;
	assert_true(text_to_int(member(&s, "due_at"), &due));
	/* 4 February, then 15, 16, 17, 18, 19 and 22 */
	assert_string_equal(date_text(bench_arena(b), due), "2027-02-22");
}

#define TESTS(X)                                                                                   \
	X(handed_over)                                                                             \
	X(refused_to_notice)                                                                       \
	X(notice_withdrawn)                                                                        \
	X(confirmed_address_counts)                                                                \
	X(on_the_telephone) X(delegate) X(screens) X(over_the_spring_festival)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"service", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
