/* What the party asks for in the ordinary procedure, and evidence that officers add by hand. */
#include "domains/cases/ordinary.h"
#include "signature_png.h"
#include "test_way.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
	*state = bench_open_on(NULL, *state != NULL);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

/* ---- requests of the party --------------------------------------------------------------------
 */
static void requests(void **state)
{
	struct story s = filed_ordinary(*state);
	struct bench *b = s.b;

	status_is(MINE(&s, "ask", "kind", "recusal", "words", "有利害关系"), 422);
	status_is(MINE(&s, "ask", "kind", "more_time", "words", "需要时间"), 409);
	status_is(MINE(&s, "ask", "kind", "recusal", "officer", "2", "words", "有利害关系"), 303);
	const char *answer = desk_of(
		&s, arena_printf(bench_arena(b), "requests/%s", of(&s, "case_requests", "id")));
	assert_true(says(status_is(bench_post(b, "officer1", answer, "verdict", "refuse", "answer",
					   "不同意", NULL),
				 403),
		"APL article 43"));
	status_is(bench_post(b, "head1", answer, "verdict", "grant", "answer", "同意", NULL), 422);
	status_is(bench_post(b, "head1", answer, "verdict", "refuse", "answer", "无利害关系", NULL),
		303);
	status_is(bench_post(b, "head1", answer, "verdict", "refuse", "answer", "x", NULL), 409);
	assert_true(says(bench_get(b, s.party, my(&s, "")), "无利害关系"));
	status_is(MINE(&s, "ask", "kind", "recusal", "officer", "1", "words", "再次"), 303);
	status_is(MINE(&s,
			  arena_printf(bench_arena(b), "requests/%s/withdraw",
				  of(&s, "case_requests", "id")),
			  "x", "1"),
		303);
	assert_string_equal(of(&s, "case_requests", "state"), "withdrawn");
	assert_int_equal(facts_in_story(&s, "case.request_withdrawn"), 1);
	bench_jobs(b);
}

/* More time names its term, is refused when that does not run, and moves it alone, as far as the
 * rules allow; while it waits nothing lapses. */
static void more_time(void **state)
{
	struct story s = told_of(*state, "8000");
	struct bench *b = s.b;
	int64_t due, now = clock_now();

	assert_true(says(status_is(MINE(&s, "ask", "kind", "more_time", "words", "需要核对"), 422),
		"which term"));
	assert_true(says(status_is(MINE(&s, "ask", "kind", "more_time", "term", "correction",
					   "words", "需要核对"),
				 409),
		"APL articles 28 and 44"));
	assert_true(bench_torture(b, s.party, my(&s, "ask"), "kind", "more_time", "term",
			    "statement", "words", "需要核对", NULL) > 4);
	assert_true(says(status_is(MINE(&s, "ask", "kind", "more_time", "term", "statement",
					   "words", "再次"),
				 409),
		"waiting for its answer"));
	assert_true(text_to_int(member(&s, "hear_due"), &due));
	assert_string_equal(date_text(bench_arena(b), due), "2026-11-30");
	bench_clock(b, due + 1);
	assert_true(
		says(status_is(DO(&s, "officer1", "silence", "x", "1"), 409), "APL article 44"));
	const char *answer = desk_of(
		&s, arena_printf(bench_arena(b), "requests/%s", of(&s, "case_requests", "id")));
	/* ten working days beyond the 30th of November end on the 14th of December */
	assert_true(says(status_is(bench_post(b, "officer1", answer, "verdict", "grant", "answer",
					   "同意", "until", "2026-12-15", NULL),
				 422),
		"2026-12-14"));
	status_is(bench_post(b, "officer1", answer, "verdict", "grant", "answer", "同意", "until",
			  "2026-12-14", NULL),
		303);
	assert_true(text_to_int(member(&s, "hear_due"), &due));
	assert_string_equal(date_text(bench_arena(b), due), "2026-12-14");
	assert_string_equal(member(&s, "correction_due"), "0");
	status_is(DO(&s, "officer1", "silence", "x", "1"), 409);
	bench_clock(b, due + 1);
	status_is(DO(&s, "officer1", "silence", "x", "1"), 303);
	bench_jobs(b);
	bench_clock(b, now);
}

static const char *newest_request(const struct story *s)
{
	return desk_of(
		s, arena_printf(bench_arena(s->b), "requests/%s", of(s, "case_requests", "id")));
}

/* A third officer with a card works in the same town. */
static const char *third(struct bench *b)
{
	bench_run(b, "UPDATE users SET area = 310112101 WHERE login = 'officer3'");
	return officer(b, "officer3");
}

/* Who steps aside leaves nothing open behind, and takes no other part in the case. */
static void an_officer_steps_aside(void **state)
{
	struct story s = told_of(*state, "8000");
	struct bench *b = s.b;
	const char *other = third(b);

	status_is(MINE(&s, "statement", "statement", "none"), 303);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	status_is(MINE(&s, "ask", "kind", "recusal", "officer", "1", "words", "有利害关系"), 303);
	assert_true(says(
		status_is(bench_post(b, "head1", approval_of(&s), "verdict", "approve", NULL), 409),
		"APL article 43"));
	assert_true(bench_torture(b, "head1", newest_request(&s), "verdict", "grant", "answer",
			    "同意回避", "officer", other, NULL) > 6);
	assert_string_equal(member(&s, "officer1"), other);
	assert_string_equal(member(&s, "state"), "heard"); /* nothing waits for anybody */
	assert_string_equal(of(&s, "case_approvals", "state"), "refused");
	assert_true(says(status_is(DO(&s, "officer1", "submit", "x", "1"), 403), "APL article 43"));
	status_is(DO(&s, "officer3", "submit", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "decided");
	bench_jobs(b);
}

/* What a reviewer passed who had to step aside is reviewed again, by somebody else. */
static void a_reviewer_steps_aside(void **state)
{
	struct story s = filed_ordinary(*state);
	struct bench *b = s.b;
	const char *reviewer = officer(b, "reviewer1");

	(void)third(b);
	status_is(report(&s, "not_proven", ""), 303);
	status_is(MINE(&s, "ask", "kind", "recusal", "officer", "77", "words", "x"), 422);
	assert_true(says(bench_get(b, s.party, my(&s, "ask?kind=recusal")), reviewer));
	status_is(
		MINE(&s, "ask", "kind", "recusal", "officer", reviewer, "words", "亲属关系"), 303);
	assert_true(says(status_is(review(&s, "reviewer1", "pass"), 403), "APL article 43"));
	status_is(bench_post(b, "head1", newest_request(&s), "verdict", "refuse", "answer",
			  "经查无亲属关系", NULL),
		303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	assert_string_equal(of(&s, "case_reports", "state"), "passed");
	status_is(
		MINE(&s, "ask", "kind", "recusal", "officer", reviewer, "words", "补充证据"), 303);
	status_is(bench_post(b, "head1", newest_request(&s), "verdict", "grant", "answer", "同意",
			  NULL),
		303);
	assert_string_equal(of(&s, "case_reports", "state"), "submitted");
	assert_true(says(status_is(review(&s, "reviewer1", "pass"), 403), "APL article 43"));
	status_is(review(&s, "officer3", "pass"), 303);
	assert_string_equal(of(&s, "case_reports", "state"), "passed");
	bench_jobs(b);
}

/* The recording as it was recorded: asked for, answered by a day, given with the answer. */
static void recording_asked_for(void **state)
{
	struct story s = filed_ordinary(*state);
	struct bench *b = s.b;
	const char *clip = my(&s,
		arena_printf(bench_arena(b), "evidence/%s/clip", of(&s, "case_evidence", "id")));

	status_is(bench_get(b, s.party, clip), 403);
	status_is(MINE(&s, "ask", "kind", "recording", "words", "认不出是不是我店员工"), 303);
	assert_true(says(bench_get(b, "officer1", desk_of(&s, "")), "2026-11-26"));
	assert_true(bench_torture(b, "officer1", newest_request(&s), "verdict", "grant", "answer",
			    "需辨认，同意", NULL) > 5);
	status_is(bench_get(b, s.party, clip), 200);
	assert_int_equal(facts_in_story(&s, "case.evidence_released"), 1);
	bench_jobs(b);
}

/* ---- evidence by hand -------------------------------------------------------------------------
 */
static const char *check_of(const struct story *s)
{
	return desk_of(s,
		arena_printf(bench_arena(s->b), "exhibits/%s/check", of(s, "case_exhibits", "id")));
}

static void counted_when_verified(const struct story *s)
{
	struct bench *b = s->b;
	static const char unusable[] = "....ftypiso5 an unusable clip";
	struct digest d = sm3(unusable, sizeof(unusable));

	assert_true(says(bench_get(b, "officer1", desk_of(s, "")), "Waits for the other officer"));
	status_is(
		bench_post(b, "officer2", check_of(s), "verdict", "true", "reason", "", NULL), 409);
	status_is(bench_post(b, "officer2", check_of(s), "verdict", "maybe", "reason", "x", NULL),
		422);
	assert_true(bench_torture(b, "officer2", check_of(s), "verdict", "untrue", "reason",
			    "与原件不符", NULL) > 3);
	assert_true(says(status_is(bench_post(b, "officer2", check_of(s), "verdict", "true",
					   "reason", "x", NULL),
				 409),
		"verified already"));
	assert_true(says(bench_get(b, "officer1", desk_of(s, "")), "与原件不符"));
	assert_int_equal(facts_in_story(s, "case.exhibit_checked"), 1);
	/* a clip from outside the register's validity does not come back by hand */
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE leads SET usable = 0, clip_sm3 = '%s' WHERE id = %s",
			     digest_hex(bench_arena(b), &d), of(s, "case_evidence", "lead")));
	bench_file(b, "file", "c.mp4", "video/mp4",
		(struct bytes){ (const uint8_t *)unusable, sizeof(unusable) });
	assert_true(says(
		status_is(DO(s, "officer1", "exhibit", "kind", "EV_AV", "title", "录像", "taken_at",
				  "2026-11-20", "place", "后厨", "method", "下载", "maker", "李明"),
			422),
		"APL article 41"));
}

static void evidence_of_all_kinds(void **state)
{
	static const char *const kinds[] = { "EV_DOC", "EV_OBJECT", "EV_AV", "EV_EDATA",
		"EV_WITNESS", "EV_PARTY", "EV_EXPERT", "EV_SITE_RECORD" };
	struct story s = filed_ordinary(*state);
	struct bench *b = s.b;

	/* the first evidence of the case says whether the rights were told before it; what did not
	 * come from the party notes nothing */
	assert_true(says(status_is(DO(&s, "officer1", "exhibit", "kind", "EV_DOC", "title", "票据",
					   "taken_at", "2026-11-20", "place", "后厨", "method",
					   "复制件", "maker", "李明", "words", "进货"),
				 422),
		"O2 article 21"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM case_exhibits"), 0);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		status_is(DO(&s, "officer1", "exhibit", "kind", kinds[i], "title", "材料",
				  "taken_at", "2026-11-20", "place", "后厨", "method", "复制件",
				  "maker", "李明", "rights", i ? "" : "told"),
			303);
	assert_true(says(bench_get(b, "officer1", desk_of(&s, "")), "Noted with a piece"));
	/* a recording without its words, a kind of file that is not taken, a day to come */
	bench_file(b, "file", "a.mp3", "audio/mpeg", (struct bytes){ (const uint8_t *)"ID3x", 4 });
	assert_true(
		says(status_is(bench_post(b, "officer1", desk_of(&s, "do/exhibit"), "kind", "EV_AV",
				       "title", "录音", "taken_at", "2026-11-20", "place", "后厨",
				       "method", "原始", "maker", "李明", NULL),
			     422),
			"O2 article 25"));
	bench_file(b, "file", "a.exe", "application/x-msdownload",
		(struct bytes){ (const uint8_t *)"x", 1 });
	status_is(DO(&s, "officer1", "exhibit", "kind", "EV_DOC", "title", "a", "taken_at",
			  "2026-11-20", "place", "b", "method", "c", "maker", "d"),
		422);
	status_is(DO(&s, "officer1", "exhibit", "kind", "EV_DOC", "title", "a", "taken_at",
			  "2027-11-20", "place", "b", "method", "c", "maker", "d"),
		422);
	assert_int_equal(bench_int(b, arena_printf(bench_arena(b),
					      "SELECT count(*) FROM case_exhibits WHERE case_id = "
					      "%" PRId64,
					      s.id)),
		8);
	counted_when_verified(&s);
	/* records are signed, or say why not */
	status_is(DO(&s, "officer1", "inquire", "kind", "EV_PARTY", "speaker", "张三", "place",
			  "局内"),
		422);
	status_is(DO(&s, "officer1", "inquire", "kind", "EV_PARTY", "speaker", "张三", "place",
			  "局内", "signature", SIGNATURE_PNG),
		303);
	status_is(DO(&s, "officer1", "scene", "speaker", "张三", "place", "后厨", "refusal",
			  "拒绝签名"),
		303);
	status_is(DO(&s, "officer1", "summon", "speaker", "张三", "taken_at", "2026-11-30", "title",
			  "9:30", "place", "局内"),
		422);
	status_is(DO(&s, "officer1", "summon", "speaker", "张三", "taken_at", "2026-11-30", "title",
			  "09:30", "place", "局内"),
		303);
	bench_jobs(b);
	assert_int_equal(count(&s, "inquiry_record"), 1);
	assert_int_equal(count(&s, "scene_record"), 1);
	/* the scene has its record in writing, and no picture or sound yet (APL 47) */
	struct answer *page = bench_get(b, "officer1", desk_of(&s, ""));
	assert_true(says(page, "No picture or sound") && says(page, "现场笔录"));
	assert_true(says(page, "Without a record it needs: 1"));
	assert_int_equal(count(&s, "inquiry_notice"), 1);
	assert_true(says(bench_get(b, s.party, my(&s, "evidence")), "Further evidence"));
}

/* What waits for one's own word stands on one's desk, what came first on top, until it is given. */
static void waits_on_the_desk(void **state)
{
	struct story s = filed_ordinary(*state);
	struct bench *b = s.b;
	static const char recording[] = "The party asks for the recording",
			  recusal[] = "The party asks that somebody steps aside",
			  verify[] = "Evidence to be verified by you",
			  link[] = "A link to another telephone waits for your word";
	int64_t now = clock_now();

	assert_false(says(bench_get(b, "officer1", "/desk"), "Asked of me in cases"));
	status_is(DO(&s, "officer1", "exhibit", "kind", "EV_DOC", "title", "票据", "taken_at",
			  "2026-11-20", "place", "后厨", "method", "复制件", "maker", "李明",
			  "rights", "told"),
		303);
	bench_clock(b, now + MINUTE);
	status_is(bench_post(b, "officer1", desk_of(&s, "link"), "phone", "13911112222",
			  "phone_reason", "负责人换号", NULL),
		303);
	bench_clock(b, now + 2 * MINUTE);
	status_is(MINE(&s, "ask", "kind", "recording", "words", "请提供"), 303);
	status_is(MINE(&s, "ask", "kind", "recusal", "officer", "1", "words", "有利害关系"), 303);
	struct answer *r = bench_get(b, "officer1", "/desk");
	assert_true(says(r, recording) && says(r, "Answer due by 2026-11-26"));
	assert_false(says(r, verify) || says(r, link) || says(r, recusal)); /* its own */
	r = bench_get(b, "officer2", "/desk");
	const char *first = strstr(r->body, verify), *then = strstr(r->body, link),
		   *last = strstr(r->body, recording);
	assert_true(first && then && last && first < then && then < last);
	r = bench_get(b, "head1", "/desk");
	assert_true(says(r, recusal));
	assert_false(says(r, recording) || says(r, verify));
	assert_false(says(bench_get(b, "officer3", "/desk"), "Asked of me in cases"));
	verified(&s, "officer2");
	status_is(
		bench_post(b, "officer2", desk_of(&s, "link"), "phone", "13911112222", NULL), 303);
	r = bench_get(b, "officer2", "/desk");
	assert_false(says(r, verify) || says(r, link));
	bench_clock(b, now + 5 * DAY);
	assert_true(says(bench_get(b, "officer2", "/desk"), "Overdue 2026-11-26"));
	bench_clock(b, now);
}

/* What the message of the telling carries: "/l/..." up to its end, or "". */
static const char *link_told(struct bench *b, const char *phone)
{
	const char *data =
		bench_text(b, arena_printf(bench_arena(b),
				      "SELECT data FROM jobs WHERE kind = 'core.sms' AND data LIKE "
				      "'%%拟对您单位%%' AND data LIKE '%%%s%%'",
				      phone));
	const char *at = strstr(data, "/l/");

	return at ? arena_copy(bench_arena(b), at, strcspn(at, "\"")) : "";
}

/* Who is told can open the matter with the message itself; what is open already stays open. Another
 * telephone than the party's own gets no link that acts for it. */
static void message_opens_the_matter(void **state)
{
	struct story s = ready_to_tell(*state);
	struct bench *b = s.b;

	status_is(bench_post(b, "officer1", desk_of(&s, "tell"), NULL), 303);
	const char *path = link_told(b, "13912345678");
	assert_true(strlen(path) > 40);
	assert_true(says(status_is(bench_get(b, "", path), 200), "139****5678"));
	status_is(bench_get(b, s.party, my(&s, "statement")), 200);
	bench_jobs(b);
	s = ready_to_tell(b);
	status_is(bench_sign(b, s.party, my(&s, "address"), "consent", "1", "e_phone",
			  "13700001111", "post_address", "示例路1号", "receiver", "张三", NULL),
		303);
	status_is(bench_post(b, "officer1", desk_of(&s, "tell"), NULL), 303);
	assert_string_equal(link_told(b, "13700001111"), "");
	assert_int_equal(bench_int(b, arena_printf(bench_arena(b),
					      "SELECT count(*) FROM links WHERE subject = %" PRId64
					      " AND phone = '13700001111'",
					      s.id)),
		0);
	bench_jobs(b);
}

#define ON_SQLITE(f)   { #f, f, begin, end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, end, (void *)"postgres" },
#define ALL(ON)                                                                                    \
	ON(requests)                                                                               \
	ON(more_time)                                                                              \
	ON(an_officer_steps_aside)                                                                 \
	ON(a_reviewer_steps_aside)                                                                 \
	ON(recording_asked_for)                                                                    \
	ON(evidence_of_all_kinds) ON(waits_on_the_desk) ON(message_opens_the_matter)

int main(void)
{
	const struct CMUnitTest tests[] = { ALL(ON_SQLITE) ALL(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"requests", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
