/* Service of papers as stories: by hand, by post, by public notice; screens, files, who may. */
#include "domains/service/test_hand.h"
#include "harness.h"
#include "modules.h"
#include "signature_png.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, TASK_STATEMENTS = 17 };

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
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM jobs WHERE kind = 'service.notice_end'"), 1);
	bench_jobs(b);
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

/* ---- notices, each by itself ------------------------------------------- */
static void noticed(const struct story *s)
{
	struct bench *b = s->b;

	status_is(attempt(s, "direct", "absent"), 303);
	status_is(attempt(s, "post", ""), 303);
	int64_t letter = bench_int(b,
		at(b, "SELECT id FROM service_attempts WHERE task = %" PRId64 " AND way = 'post'",
			s->task));
	status_is(
		bench_post(b, "officer1", path_of(s, at(b, "/attempts/%" PRId64 "/result", letter)),
			"result", "returned", "words", "x", NULL),
		303);
	status_is(attempt(s, "public_notice", ""), 303);
	bench_jobs(b);
}

static void task_of_case(const struct story *s, int64_t id)
{
	bench_run(
		s->b, at(s->b, "UPDATE service_tasks SET case_id = %" PRId64 " WHERE id = %" PRId64,
			      id, s->task));
}

/* One that cannot end keeps none of the others, and is tried again. */
static void one_bad_notice(void **state)
{
	struct bench *b = *state;
	struct story bad = ordered(b), good = ordered(b);

	noticed(&bad);
	noticed(&good);
	task_of_case(&bad, 1);
	bench_clock(b, clock_now() + 60 * DAY);
	bench_minute(b);
	bench_minute(b); /* not queued a second time */
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM jobs WHERE kind = 'service.notice_end'"), 2);
	jobs_one_by_one(b);
	assert_string_equal(member(&good, "state"), "served");
	assert_string_equal(member(&bad, "state"), "notice");
	for (int i = 0; i < 11; i++) { /* given up by its job */
		bench_clock(b, clock_now() + 20 * MINUTE);
		jobs_one_by_one(b);
	}
	task_of_case(&bad, bad.case_id);
	bench_minute(b);
	jobs_one_by_one(b);
	assert_string_equal(member(&bad, "state"), "served");
	bench_run(b, "DELETE FROM jobs");
}

/* ---- what is typed ----------------------------------------------------- */
static void too_long(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;
	char *sixty_one = arena_dup(bench_arena(b), "");

	for (int i = 0; i < 61; i++)
		sixty_one = arena_printf(bench_arena(b), "%s长", sixty_one);
	struct answer *r = status_is(
		bench_post(b, "officer1", path_of(&s, "/attempts"), "way", "direct", "result",
			"delivered", "place", "示例路9号", "receiver", sixty_one, NULL),
		422);
	assert_true(answer_has(r, "At most 60 characters") && answer_has(r, "示例路9号"));
	r = status_is(bench_post(b, "officer1", path_of(&s, "/attempts"), "way", "post", "place",
			      "示例路9号", "mail_no", sixty_one, NULL),
		422);
	assert_true(answer_has(r, "At most 40 characters") && answer_has(r, sixty_one));
	status_is(attempt(&s, "post", ""), 303);
	int64_t letter = bench_int(b,
		at(b, "SELECT id FROM service_attempts WHERE task = %" PRId64 " AND way = 'post'",
			s.task));
	r = status_is(bench_post(b, "officer1",
			      path_of(&s, at(b, "/attempts/%" PRId64 "/result", letter)), "result",
			      "delivered", "receiver", sixty_one, NULL),
		422);
	assert_true(answer_has(r, "At most 60 characters") && answer_has(r, sixty_one));
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
	status_is(bench_get(b, s->party, at(b, "/my/cases/%" PRId64 "/publication", s->case_id)),
		403);
	status_is(bench_get(b, s->party, path), 403); /* what names no power is the party's own */
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
	/* the power is read before it is signed; nothing of it stands in an address */
	const char *preview = at(b, "%s/preview", path);
	struct answer *r = bench_post(b, s.party, preview, "name", "王五", "id_last4", "123X",
		"phone", "13911112222", "may_papers", "1", "may_state", "1", "until",
		until(b, 10 * DAY), NULL);
	assert_true(answer_has(status_is(r, 200), "委托期限"));
	status_is(bench_get(b, s.party, preview), 405);
	r = status_is(bench_post(b, s.party, preview, "name", "王五", "id_last4", "123X", "phone",
			      "1391", "may_papers", "1", "until", until(b, 10 * DAY), NULL),
		422);
	assert_true(
		answer_has(r, "Please correct what is marked") && answer_has(r, "value=\"王五\""));
	assert_null(strstr(r->body, "委托期限"));
	r = status_is(bench_get(b, s.party, at(b, "%s?name=x&phone=13911112222", path)), 200);
	assert_null(strstr(r->body, "13911112222"));
	r = status_is(
		bench_post(b, s.party, path, "name", "王五", "id_last4", "123X", "phone",
			"13911112222", "scope", "papers,state", "until", until(b, 10 * DAY), NULL),
		422); /* the power stays before the eyes of whoever did not sign it */
	assert_true(answer_has(r, "委托期限") && answer_has(r, "field-error"));
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
	X(one_bad_notice) X(too_long) X(delegate) X(screens) X(over_the_spring_festival)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"service", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
