/* Stories of the ordinary procedure: a fine with defence, a hearing, no penalty, a suspension, a
 * transfer, and what the party asks for. */
#include "domains/cases/ordinary.h"
#include "signature_png.h"
#include "test_story.h"

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

#define DO(s, who, key, ...)                                                                       \
	bench_post((s)->b, who, desk_of(s, "do/" key), "reason", "理由", "words", "理由",          \
		__VA_ARGS__, NULL)
#define MINE(s, page, ...) bench_post((s)->b, (s)->party, my(s, page), __VA_ARGS__, NULL)

static void approve(const struct story *s)
{
	status_is(bench_post(s->b, "head1", approval_of(s), "verdict", "approve", NULL), 303);
}

static int64_t count(const struct story *s, const char *template)
{
	return bench_int(s->b, arena_printf(bench_arena(s->b),
				       "SELECT count(*) FROM papers WHERE subject = %" PRId64
				       " AND template = '%s'",
				       s->id, template));
}

static const char *of(const struct story *s, const char *table, const char *column)
{
	return bench_text(s->b, arena_printf(bench_arena(s->b),
					"SELECT CAST(%s AS text) FROM %s WHERE case_id = %" PRId64
					" ORDER BY id DESC LIMIT 1",
					column, table, s->id));
}

/* ---- the way ----------------------------------------------------------------------------------
 */
static void of_act(const struct story *s, const char *act)
{
	bench_run(s->b, arena_printf(bench_arena(s->b),
				"UPDATE cases SET act = '%s' WHERE id = %" PRId64, act, s->id));
}

/* Weighed so that no penalty is possible and none is forbidden: a first offence. */
#define WEIGH(s, ...)                                                                              \
	bench_post((s)->b, "officer1", desk_of(s, "do/weigh"), "reply_first", "yes",               \
		"reply_slight_harm", "yes", "reply_corrected", "yes", __VA_ARGS__, NULL)

/* Filed by the ordinary procedure; the party has its link and takes papers on its telephone. */
static struct story filed_ordinary(struct bench *b)
{
	struct story s = precheck(b);

	status_is(bench_post(b, "officer1", desk_of(&s, "file"), "officer2", officer(b, "officer2"),
			  "reason", "有初步证据", "ordinary", "1", NULL),
		303);
	assert_string_equal(member(&s, "state"), "precheck");
	approve(&s);
	status_is(bench_post(b, "officer1", desk_of(&s, "link"), "phone", "13912345678",
			  "phone_reason", "执照登记电话已停机", NULL),
		303);
	status_is(address(&s, "yes"), 303);
	bench_jobs(b);
	assert_string_equal(member(&s, "state"), "filed");
	of_act(&s, "V20"); /* not corrected although ordered: 5,000 to 50,000 yuan */
	status_is(WEIGH(&s, "factor_cooperates", "1"), 303);
	return s;
}

static struct answer *report(const struct story *s, const char *outcome, const char *fine)
{
	return DO(s, "officer1", "report", "party", "示例面馆", "course", "经过", "facts",
		"加工人员未戴帽", "nature", "违法", "basis", "依据", "discretion", "从轻的理由",
		"outcome", outcome, "outcome_item", strcmp(outcome, "no_penalty") ? "" : "first",
		"fine_fen", fine);
}

static struct answer *review(const struct story *s, const char *who, const char *verdict)
{
	const char *point = strcmp(verdict, "pass") ? "no" : "yes";

	return DO(s, who, "review", "jurisdiction", "yes", "party", "yes", "facts", point, "nature",
		"yes", "basis", "yes", "procedure", "yes", "proportion", "yes", "verdict", verdict,
		"opinion", "审核意见");
}

/* Told of a fine, the notice served. */
static struct story told_of(struct bench *b, const char *fine)
{
	struct story s = filed_ordinary(b);

	if (strlen(fine) > 5) { /* spoiled food for 10,000 yuan: ten to twenty times its value */
		of_act(&s, "V14");
		status_is(WEIGH(&s, "factor_cooperates", "1", "goods_fen", "10000"), 303);
	}
	status_is(report(&s, "penalty", fine), 303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	status_is(DO(&s, "officer1", "notify", "x", "1"), 303);
	assert_string_equal(member(&s, "hear_due"), "0");
	bench_jobs(b);
	assert_string_equal(member(&s, "state"), "told");
	assert_string_not_equal(member(&s, "hear_due"), "0");
	return s;
}

/* What somebody is answered who opens the case's newest paper of this kind. */
static int paper_as(struct story *s, const char *who, const char *template)
{
	return bench_get(s->b, who,
		arena_printf(bench_arena(s->b), "/papers/%" PRId64 "/file",
			bench_int(
				s->b, arena_printf(bench_arena(s->b),
					      "SELECT max(id) FROM papers WHERE subject = %" PRId64
					      " AND template = '%s' AND state = 'sealed'",
					      s->id, template))))
		->status;
}

/* Sound is evidence with its words written out. */
static void written_out(const struct story *s)
{
	const char *voice = of(s, "case_party_files", "id");

	assert_true(says(status_is(DO(s, "officer1", "submit", "x", "1"), 409), "O2 article 25"));
	assert_true(says(bench_get(s->b, "officer1", desk_of(s, "do/transcribe")), voice));
	status_is(DO(s, "officer1", "transcribe", "recording", "1"), 422);
	status_is(DO(s, "officer1", "transcribe", "recording", voice), 303);
	assert_true(says(status_is(DO(s, "officer1", "transcribe", "recording", voice), 409),
		"O2 article 25"));
}

/* ---- a fine with defence ----------------------------------------------------------------------
 */
static void concluded(struct story *s)
{
	assert_true(says(
		status_is(DO(s, "officer1", "close", "cause", "done"), 409), "not been settled"));
	bench_run(s->b,
		arena_printf(bench_arena(s->b),
			"UPDATE fines SET state = 'settled' WHERE case_id = %" PRId64, s->id));
	assert_true(says(status_is(DO(s, "officer1", "close", "cause", "investigation_ended"), 422),
		"does not fit"));
	status_is(DO(s, "officer1", "close", "cause", "done"), 303);
	approve(s);
	assert_string_equal(member(s, "state"), "closed");
	bench_jobs(s->b);
	assert_int_equal(count(s, "closing_form"), 1);
	assert_int_equal(paper_as(s, "officer1", "review_form"), 200);
	assert_int_equal(paper_as(s, s->party, "review_form"), 403);
	assert_int_equal(paper_as(s, s->party, "investigation_report"), 403);
	assert_int_equal(paper_as(s, s->party, "penalty_decision"), 200);
}

static void fine_with_defence(void **state)
{
	struct story s = told_of(*state, "8000");
	struct bench *b = s.b;
	static const char voice[] = "RIFF0000WAVEfmt a voice";

	assert_string_equal(of(&s, "case_notices", "hearing_right"), "0");
	status_is(DO(&s, "officer1", "silence", "x", "1"), 409);
	assert_true(says(bench_get(b, s.party, my(&s, "statement")), "8,000.00"));
	bench_file(b, "voice", "v.wav", "audio/wav",
		(struct bytes){ (const uint8_t *)voice, strlen(voice) });
	status_is(MINE(&s, "statement", "statement", "made", "words", "已经改正"), 303);
	assert_int_equal(count(&s, "defence_record"), 0);
	status_is(bench_sign(b, s.party, my(&s, "statement"), "statement", "all", NULL), 303);
	assert_int_equal(count(&s, "defence_record"), 1);
	assert_string_equal(of(&s, "case_signatures", "about"), "statement");
	assert_string_equal(of(&s, "case_party_files", "type"), "audio/wav");
	/* heavier is refused, in each component; lighter needs its review */
	assert_true(says(status_is(report(&s, "penalty", "8000.01"), 422), "APL article 45"));
	status_is(report(&s, "penalty", "6000"), 303);
	status_is(DO(&s, "officer1", "submit", "words", "采纳"), 409);
	assert_true(says(status_is(review(&s, "officer1", "pass"), 403), "must not be an officer"));
	status_is(review(&s, "reviewer1", "return"), 303);
	assert_string_equal(of(&s, "case_reports", "state"), "returned");
	status_is(report(&s, "penalty", "6000"), 303);
	assert_true(says(
		status_is(DO(&s, "reviewer1", "review", "jurisdiction", "no", "party", "yes",
				  "facts", "yes", "nature", "yes", "basis", "yes", "procedure",
				  "yes", "proportion", "yes", "verdict", "pass", "opinion", "x"),
			422),
		"O2 articles 53"));
	status_is(review(&s, "reviewer1", "pass"), 303);
	written_out(&s);
	assert_true(says(status_is(bench_post(b, "officer1", desk_of(&s, "do/submit"), NULL), 422),
		"APL article 45"));
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	assert_int_equal(count(&s, "edata_record"), 1); /* without the party, who kept silent */
	assert_string_equal(of(&s, "case_edata_records", "answer"), "silent");
	status_is(bench_post(b, "head1", approval_of(&s), "verdict", "refuse", NULL), 422);
	status_is(bench_post(b, "head1", approval_of(&s), "verdict", "refuse", "opinion",
			  "补充说理", NULL),
		303);
	assert_string_equal(member(&s, "state"), "heard");
	status_is(DO(&s, "officer2", "submit", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "decided");
	assert_string_equal(member(&s, "fine_fen"), "600000");
	assert_string_equal(member(&s, "penalty"), "PEN_FINE");
	bench_jobs(b);
	assert_string_not_equal(member(&s, "served_at"), "0");
	assert_string_equal(member(&s, "state"), "decided"); /* concluded by its form */
	assert_int_equal(count(&s, "penalty_decision"), 1);
	assert_int_equal(bench_int(b, arena_printf(bench_arena(b),
					      "SELECT count(*) FROM ledger WHERE subject = %" PRId64
					      " AND name = 'case.decided' AND data LIKE "
					      "'%%\"procedure\":\"ordinary\"%%'",
					      s.id)),
		1);
	concluded(&s);
}

/* ---- hearing ----------------------------------------------------------------------------------
 */
static void hearing(void **state)
{
	struct story s = told_of(*state, "120000");
	struct bench *b = s.b;
	int64_t now = clock_now();

	assert_string_equal(of(&s, "case_notices", "hearing_right"), "1");
	assert_true(says(bench_get(b, s.party, my(&s, "statement")), "ask for a hearing"));
	status_is(MINE(&s, "statement", "statement", "none"), 303);
	assert_true(says(status_is(DO(&s, "officer1", "submit", "x", "1"), 409), "may still ask"));
	status_is(MINE(&s, "ask", "kind", "hearing", "words", ""), 422);
	status_is(MINE(&s, "ask", "kind", "hearing", "words", "请求听证"), 303);
	status_is(MINE(&s, "ask", "kind", "hearing", "words", "再次"), 409);
	status_is(DO(&s, "officer1", "set-hearing", "at", "2026-12-10"), 403);
	/* seven working days from the 23rd of November are over on the 2nd of December */
	assert_true(says(status_is(DO(&s, "head1", "set-hearing", "at", "2026-12-02", "attended",
					   "09:30", "place", "听证室", "recorder", "记录员"),
				 422),
		"seven working days"));
	status_is(DO(&s, "head1", "set-hearing", "at", "2026-12-03", "attended", "09:30", "place",
			  "听证室", "recorder", "记录员"),
		303);
	bench_jobs(b);
	assert_true(says(bench_get(b, s.party, my(&s, "")), "2026-12-03 09:30"));
	status_is(DO(&s, "head1", "hold-hearing", "attended", "双方", "record", "记录"), 409);
	bench_clock(b, now + 10 * DAY);
	status_is(DO(&s, "head1", "hold-hearing", "attended", "双方", "record", "记录"), 422);
	status_is(DO(&s, "head1", "hold-hearing", "attended", "双方", "record", "记录", "signature",
			  SIGNATURE_PNG),
		303);
	status_is(DO(&s, "head1", "report-hearing", "opinion", "建议从轻"), 303);
	/* ten days of hearing are not counted in the ninety */
	int64_t due;
	assert_true(text_to_int(member(&s, "decide_due"), &due));
	assert_string_equal(date_text(bench_arena(b), due), "2027-03-03");
	assert_true(says(status_is(DO(&s, "officer1", "submit", "x", "1"), 409), "legal review"));
	bench_clock(b, clock_now() + MINUTE);
	status_is(report(&s, "penalty", "110000"), 303);
	assert_string_equal(of(&s, "case_reviews", "kind"), "legal");
	status_is(review(&s, "reviewer1", "pass"), 303);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "decided");
	bench_jobs(b);
	assert_int_equal(count(&s, "hearing_notice"), 1);
	assert_int_equal(count(&s, "hearing_record"), 1);
	assert_int_equal(count(&s, "hearing_report"), 1);
	bench_clock(b, now);
}

/* ---- other outcomes ---------------------------------------------------------------------------
 */
static void no_penalty(void **state)
{
	struct story old = decided(*state), s = filed_ordinary(*state);

	status_is(DO(&s, "officer1", "submit", "x", "1"), 409);
	assert_true(says(status_is(report(&s, "no_penalty", "100"), 422), "Without a penalty"));
	/* "first" looks back: an earlier decision of this business in the same field */
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE cases SET operator = %" PRId64
			       ", state = 'closed' WHERE id = %" PRId64,
			       s.operator, old.id));
	assert_true(says(status_is(report(&s, "no_penalty", ""), 422), "first offence"));
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE cases SET operator = %" PRId64 " WHERE id = %" PRId64,
			       old.operator, old.id));
	status_is(report(&s, "no_penalty", ""), 303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	assert_true(says(status_is(DO(&s, "officer1", "notify", "x", "1"), 409), "O2 article 57"));
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "outcome"), "no_penalty");
	bench_jobs(s.b);
	assert_int_equal(count(&s, "no_penalty_decision"), 1);
	assert_string_not_equal(member(&s, "served_at"), "0");
	assert_true(says(bench_get(s.b, s.party, my(&s, "decision")), "exempt"));
	status_is(DO(&s, "officer1", "close", "cause", "no_penalty"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "closed");
	bench_jobs(s.b);
}

static struct answer *hand_over(const struct story *s, const char *crime, const char *basis)
{
	return DO(s, "officer1", "hand-over", "authority", "示范区公安分局", "crime", crime,
		"basis", basis, "facts", "销售金额五万元以上", "material", "调查终结报告、检验报告",
		"procurator", "示范区人民检察院");
}

/* To the police by form 5, with the crime suspected, its ground and what is handed over. */
static void transfer(void **state)
{
	struct story s = filed_ordinary(*state);
	const char *crime = "生产、销售不符合安全标准的食品罪",
		   *basis = "《中华人民共和国刑法》第一百四十三条";

	assert_true(says(status_is(hand_over(&s, crime, basis), 409), "O2 article 48"));
	status_is(report(&s, "to_police", ""), 303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	assert_true(says(status_is(DO(&s, "officer1", "submit", "x", "1"), 409), "article 27"));
	bench_golden(s.b, bench_get(s.b, "officer1", desk_of(&s, "do/hand-over")),
		"src/domains/cases/golden/hand_over.html");
	assert_true(says(status_is(hand_over(&s, "", basis), 422), "Crime suspected"));
	assert_true(says(status_is(hand_over(&s, "销售假货", basis), 422), "ending in 罪"));
	assert_true(says(status_is(hand_over(&s, crime, "有关规定"), 422), "刑法"));
	status_is(hand_over(&s, crime, basis), 303);
	assert_int_equal(facts_in_story(&s, "case.crime_named"), 1);
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "")), crime));
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	bench_jobs(s.b);
	assert_int_equal(count(&s, "crime_transfer"), 1);
	assert_int_equal(count(&s, "transfer_letter"), 0);
	assert_int_equal(paper_as(&s, "officer1", "crime_transfer"), 200);
	status_is(DO(&s, "officer1", "close", "cause", "no_penalty"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "closed");
	bench_jobs(s.b);
}

/* To another office by form 4: nothing of a crime is asked. */
static void transfer_to_an_office(void **state)
{
	struct story s = filed_ordinary(*state);

	status_is(report(&s, "to_office", ""), 303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	assert_true(says(status_is(hand_over(&s, "诈骗罪", "刑法"), 409), "articles 27 and 57"));
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	bench_jobs(s.b);
	assert_int_equal(count(&s, "transfer_letter"), 1);
	assert_int_equal(count(&s, "crime_transfer"), 0);
}

/* A report that comes back and is written anew needs its own hand-over: what was written for the
 * first one speaks of other facts. */
static void transfer_anew(void **state)
{
	struct story s = filed_ordinary(*state);

	status_is(report(&s, "to_police", ""), 303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	status_is(hand_over(&s, "诈骗罪", "刑法第二百六十六条"), 303);
	bench_clock(s.b, clock_now() + MINUTE);
	status_is(report(&s, "to_police", ""), 303);
	assert_true(says(status_is(DO(&s, "officer1", "submit", "x", "1"), 409), "under review"));
	status_is(review(&s, "reviewer1", "pass"), 303);
	assert_true(says(status_is(DO(&s, "officer1", "submit", "x", "1"), 409), "article 27"));
	/* what was written before stands in the form, to be looked at again */
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "do/hand-over")), "诈骗罪"));
	status_is(hand_over(&s, "诈骗罪", "刑法第二百六十六条"), 303);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
}

/* ---- time -------------------------------------------------------------------------------------
 */
static void suspended_and_resumed(void **state)
{
	struct story s = filed_ordinary(*state);
	struct bench *b = s.b;
	int64_t now = clock_now(), due, after;

	assert_true(text_to_int(member(&s, "decide_due"), &due));
	status_is(DO(&s, "officer1", "suspend", "cause", "whim"), 422);
	status_is(DO(&s, "officer1", "suspend", "cause", "suspend_force"), 303);
	status_is(DO(&s, "officer1", "resume", "x", "1"), 409); /* not yet approved */
	approve(&s);
	assert_true(says(status_is(report(&s, "penalty", "100"), 409), "O2 article 46"));
	assert_true(says(bench_get(b, s.party, my(&s, "")), "stands still"));
	bench_clock(b, now + 100 * DAY);
	status_is(DO(&s, "officer1", "resume", "x", "1"), 303);
	assert_true(text_to_int(member(&s, "decide_due"), &after));
	assert_in_range(after - due, 98 * DAY, 104 * DAY); /* moved off holidays */
	/* and late: a decision is refused, then allowed by an extension */
	status_is(report(&s, "no_penalty", ""), 303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	bench_clock(b, after + 1);
	assert_true(says(bench_get(b, "head1", desk_of(&s, "")), "Overdue"));
	assert_true(says(
		status_is(bench_post(b, "head1", approval_of(&s), "verdict", "approve", NULL), 409),
		"O2 article 64"));
	status_is(bench_post(b, "head1", approval_of(&s), "verdict", "refuse", "opinion", "逾期",
			  NULL),
		303);
	status_is(DO(&s, "officer1", "extend", "x", "1"), 303);
	approve(&s);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "decided");
	bench_jobs(b);
	assert_int_equal(count(&s, "case_matter"), 2);
	bench_clock(b, now);
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
	status_is(report(&s, "no_penalty", ""), 303);
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

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		status_is(
			DO(&s, "officer1", "exhibit", "kind", kinds[i], "title", "材料", "taken_at",
				"2026-11-20", "place", "后厨", "method", "复制件", "maker", "李明"),
			303);
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
	assert_int_equal(count(&s, "inquiry_notice"), 1);
	assert_true(says(bench_get(b, s.party, my(&s, "evidence")), "Further evidence"));
}

/* Each statement of each step fails once, and nothing half-done stays. */
static void nothing_half_done(void **state)
{
	struct story s = filed_ordinary(*state);
	struct bench *b = s.b;

	of_act(&s, "V14");
	assert_true(bench_torture(b, "officer1", desk_of(&s, "do/weigh"), "goods_fen", "10000",
			    "factor_cooperates", "1", "reply_minor", "no", NULL) > 4);
	assert_true(bench_torture(b, "officer1", desk_of(&s, "do/report"), "party", "示例面馆",
			    "course", "经过", "facts", "事实", "nature", "违法", "basis", "依据",
			    "discretion", "理由", "outcome", "penalty", "fine_fen", "100000",
			    NULL) > 8);
	assert_true(bench_torture(b, "reviewer1", desk_of(&s, "do/review"), "jurisdiction", "yes",
			    "party", "yes", "facts", "yes", "nature", "yes", "basis", "yes",
			    "procedure", "yes", "proportion", "yes", "verdict", "pass", "opinion",
			    "同意", NULL) > 8);
	assert_true(bench_torture(b, "officer1", desk_of(&s, "do/notify"), NULL) > 8);
	bench_jobs(b);
	assert_true(bench_torture(b, s.party, my(&s, "ask"), "kind", "hearing", "words", "请求听证",
			    NULL) > 8);
	status_is(MINE(&s,
			  arena_printf(bench_arena(b), "requests/%s/withdraw",
				  of(&s, "case_requests", "id")),
			  "x", "1"),
		303);
	status_is(MINE(&s, "statement", "statement", "none"), 303);
	int64_t now = clock_now();
	bench_clock(b, now + 10 * DAY);
	assert_true(bench_torture(b, "officer1", desk_of(&s, "do/submit"), NULL) > 8);
	assert_true(bench_torture(b, "head1", approval_of(&s), "verdict", "approve", NULL) > 8);
	assert_string_equal(member(&s, "state"), "decided");
	bench_jobs(b);
	bench_clock(b, now);
}

#define ON_SQLITE(f)   { #f, f, begin, end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, end, (void *)"postgres" },
#define ALL(ON)                                                                                    \
	ON(fine_with_defence)                                                                      \
	ON(hearing)                                                                                \
	ON(no_penalty)                                                                             \
	ON(transfer)                                                                               \
	ON(transfer_to_an_office)                                                                  \
	ON(transfer_anew)                                                                          \
	ON(more_time)                                                                              \
	ON(an_officer_steps_aside)                                                                 \
	ON(a_reviewer_steps_aside)                                                                 \
	ON(recording_asked_for)                                                                    \
	ON(suspended_and_resumed) ON(requests) ON(evidence_of_all_kinds) ON(nothing_half_done)

int main(void)
{
	const struct CMUnitTest tests[] = { ALL(ON_SQLITE) ALL(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"ordinary", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
