/* Stories of the ordinary procedure: a fine with defence, a hearing, no penalty, a suspension, a
 * transfer. */
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

/* The ground of the conclusion is the one that the file gives. */
static void grounds_of_the_end(const struct story *s)
{
	struct bench *b = s->b;

	assert_true(says(
		status_is(DO(s, "officer1", "close", "cause", "done"), 409), "not been settled"));
	bench_run(
		b, arena_printf(bench_arena(s->b),
			   "UPDATE fines SET state = 'settled', settled_how = 'court_ended' WHERE "
			   "case_id = %" PRId64,
			   s->id));
	static const char *const others[] = { "done", "other", "no_penalty" };
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_true(says(status_is(DO(s, "officer1", "close", "cause", others[i]), 422),
			"O2 article 77"));
	bench_run(b,
		arena_printf(bench_arena(s->b),
			"UPDATE fines SET settled_how = 'paid' WHERE case_id = %" PRId64, s->id));
	status_is(DO(s, "officer1", "close", "cause", "court_ended"), 422);
	assert_true(says(status_is(DO(s, "officer1", "close", "cause", "investigation_ended"), 422),
		"does not fit"));
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
	grounds_of_the_end(s);
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

	bench_run(s.b, arena_printf(bench_arena(s.b), /* another subject */
			       "UPDATE operators SET uscc = '' WHERE id = %" PRId64, old.operator));
	status_is(DO(&s, "officer1", "submit", "x", "1"), 409);
	of_act(&s, "V11");
	status_is(bench_post(s.b, "officer1", desk_of(&s, "do/weigh"), "reply_first", "yes",
			  "reply_slight_harm", "yes", "reply_corrected", "yes", "reply_minor", "no",
			  "city_checked", date_text(bench_arena(s.b), clock_now()), NULL),
		303);
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
	/* the item of the list stands in the decision and in the report */
	assert_int_equal(bench_int(s.b, "SELECT count(*) FROM papers WHERE content LIKE "
					"'%总局首违不罚清单（一）第5项%' AND template IN "
					"('no_penalty_decision', 'investigation_report')"),
		2);
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

static struct answer *taken_away(const struct story *s, const char *hour)
{
	return DO(s, "officer1", "handed-over", "receiver", "示范区公安分局", "taken_by", "李警官",
		"handed_at", date_text(bench_arena(s->b), clock_now()), "hour", hour, "receipt",
		"收字1号");
}

static void handed_over(const struct story *s)
{
	const char *now = time_text(bench_arena(s->b), clock_now());

	status_is(taken_away(s, "23:59"), 422); /* still to come */
	status_is(taken_away(s, now + strlen("2026-11-23 ")), 303);
	assert_int_equal(facts_in_story(s, "case.handed_over"), 1);
}

static struct answer *police_reply(const struct story *s, const char *reply)
{
	return DO(s, "officer1", "police-reply", "reply", reply, "replied_at",
		date_text(bench_arena(s->b), clock_now()), "reply_number", "公立字1号",
		"reply_words", "审查意见");
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
	assert_true(says(status_is(DO(&s, "officer1", "close", "cause", "no_penalty"), 409),
		"against a receipt"));
	status_is(taken_away(&s, "00:01"), 422); /* before it was decided */
	handed_over(&s);
	assert_true(says(status_is(DO(&s, "officer1", "close", "cause", "no_penalty"), 409),
		"whether they take up"));
	status_is(police_reply(&s, "accepted"), 303);
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
	assert_true(says(status_is(DO(&s, "officer1", "close", "cause", "no_penalty"), 409),
		"against a receipt"));
	handed_over(&s);
	assert_true(says(status_is(police_reply(&s, "accepted"), 409), "APL article 27"));
	status_is(DO(&s, "officer1", "close", "cause", "no_penalty"), 303);
}

/* Three days to approve it and 24 hours to hand it over, each told before its end; what the police
 * do not take up is back, and its report is written anew. */
static void not_taken_up(struct story *s)
{
	int64_t now = clock_now(), day;

	assert_true(says(bench_get(s->b, "officer1", desk_of(s, "")),
		"Decide whether the case goes to the police"));
	approve(s);
	bench_jobs(s->b);
	assert_true(date_parse(date_text(bench_arena(s->b), now + DAY), &day));
	bench_clock(s->b, day + 4 * HOUR);
	bench_minute(s->b);
	assert_true(says(bench_get(s->b, "officer1", "/desk"), "Hand the case over to the police"));
	handed_over(s);
	bench_minute(s->b);
	assert_null(strstr(
		bench_get(s->b, "officer1", "/desk")->body, "Hand the case over to the police"));
	status_is(police_reply(s, "refused"), 303);
	assert_string_equal(member(s, "state"), "filed");
	assert_string_equal(member(s, "decided_at"), "0");
	assert_true(says(status_is(DO(s, "officer1", "submit", "x", "1"), 409), "write it anew"));
	bench_clock(s->b, clock_now() + MINUTE);
	status_is(report(s, "not_proven", ""), 303);
	status_is(review(s, "reviewer1", "pass"), 303);
	status_is(DO(s, "officer1", "submit", "x", "1"), 303);
	approve(s);
	assert_string_equal(member(s, "outcome"), "not_proven");
	bench_jobs(s->b);
	bench_clock(s->b, now);
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
	not_taken_up(&s);
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
	assert_string_equal(date_text(bench_arena(b), due), "2027-02-22"); /* 21 is a Sunday */
	assert_string_equal(date_text(bench_arena(b), after), "2027-06-01");
	/* and late: what is over is not extended, and the decision says why it comes late */
	status_is(report(&s, "to_office", ""), 303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	bench_clock(b, after + 1);
	assert_true(says(bench_get(b, "head1", desk_of(&s, "")), "Overdue"));
	assert_true(says(
		status_is(bench_post(b, "head1", approval_of(&s), "verdict", "approve", NULL), 422),
		"O2 article 64"));
	status_is(bench_post(b, "head1", approval_of(&s), "verdict", "refuse", "opinion", "逾期",
			  NULL),
		303);
	assert_true(says(status_is(DO(&s, "officer1", "extend", "x", "1"), 409), "APL article 60"));
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	status_is(bench_post(b, "head1", approval_of(&s), "verdict", "approve", "opinion",
			  "因系统故障逾期，同意", NULL),
		303);
	assert_string_equal(member(&s, "state"), "decided");
	bench_jobs(b);
	assert_int_equal(count(&s, "case_matter"), 1);
	bench_clock(b, now);
}

/* Each statement of each step fails once, and nothing half-done stays. */
static void nothing_half_done(void **state)
{
	struct story s = filed_ordinary(*state);
	struct bench *b = s.b;

	of_act(&s, "V14");
	visit(&s);
	assert_true(bench_torture(b, "officer1", desk_of(&s, "do/weigh"), "goods_fen", "10000",
			    "factor_cooperates", "1", "reply_minor", "no", "reply_corrected", "no",
			    NULL) > 4);
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
/* Told of a warning in the simple procedure, and it stated: the ordinary procedure does not go
 * beyond that without new facts and a new notice, and answers what was said (APL 45; O2 58). */
static void never_worse_by_changing_procedure(void **state)
{
	struct story s = told(*state);
	struct bench *b = s.b;
	static const char first[] = "当日已经戴好帽子", said[] = "以后一定注意";

	status_is(address(&s, "yes"), 303);
	status_is(MINE(&s, "statement", "statement", "made", "words", first), 303);
	status_is(DO(&s, "officer1", "to-ordinary", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "filed");
	/* the number it had without a paper is now its filing form's */
	assert_string_equal(
		bench_text(
			b, arena_printf(bench_arena(b),
				   "SELECT number FROM papers WHERE template = 'filing_form' AND "
				   "subject = %" PRId64,
				   s.id)),
		member(&s, "number"));
	assert_string_equal(member(&s, "statement"), "");
	assert_string_equal(of(&s, "case_told_before", "words"), first);
	assert_string_equal(of(&s, "case_told_before", "kinds"), "PEN_WARN");
	/* and back: the simple procedure does not go beyond it either */
	status_is(DO(&s, "officer1", "to-simple", "x", "1"), 303);
	assert_true(
		says(status_is(bench_post(b, "officer1", desk_of(&s, "tell"), "fine", "1000", NULL),
			     409),
			"APL article 45"));
	status_is(DO(&s, "officer1", "to-ordinary", "x", "1"), 303);
	approve(&s);
	assert_int_equal(count(&s, "filing_form"), 1); /* one case, one filing form */
	assert_int_equal(count(&s, "case_matter"), 1);
	of_act(&s, "V20");
	status_is(WEIGH(&s, "factor_cooperates", "1"), 303);
	assert_true(says(status_is(report(&s, "penalty", "5000"), 422), "APL article 45"));
	status_is(DO(&s, "officer1", "report", "party", "示例面馆", "course", "经过", "facts",
			  "未戴帽，责令改正后拒不改正", "nature", "违法", "basis", "依据",
			  "discretion", "从轻的理由", "outcome", "penalty", "fine_fen", "5000",
			  "new_facts", "告知后查明责令改正后仍未改正"),
		303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 409); /* no new notice yet */
	status_is(DO(&s, "officer1", "notify", "x", "1"), 303);
	bench_jobs(b);
	status_is(MINE(&s, "statement", "statement", "none"), 303);
	assert_true(says(
		status_is(bench_post(b, "officer1", desk_of(&s, "do/submit"), "words", "", NULL),
			422),
		"APL article 45"));
	status_is(bench_post(b, "officer1", desk_of(&s, "do/submit"), "words", said, NULL), 303);
	approve(&s);
	assert_int_equal(bench_int(b, arena_printf(bench_arena(b),
					      "SELECT count(*) FROM papers WHERE template = "
					      "'penalty_decision' AND content LIKE '%%%s%%' AND "
					      "content LIKE '%%%s%%' AND subject = %" PRId64,
					      first, said, s.id)),
		1);
	bench_jobs(b);
}

/* A second fine for the same act in the same time is refused, a warning and another time are not
 * (APL 29). */
static void one_act_one_fine(void **state)
{
	struct story s = heard(*state), before = decided(*state);
	struct bench *b = s.b;

	bench_run(b,
		arena_printf(bench_arena(b),
			"UPDATE cases SET operator = %" PRId64
			", fine_fen = 100000, penalty = 'PEN_FINE', number = '前案一号' WHERE id "
			"= %" PRId64,
			s.operator, before.id));
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE case_evidence SET taken_at = (SELECT max(taken_at) FROM "
			     "case_evidence WHERE case_id = %" PRId64 ") WHERE case_id = %" PRId64,
			     s.id, before.id));
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE cases SET fine_fen = 50000 WHERE id = %" PRId64, s.id));
	struct answer *r = status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 409);
	assert_true(says(r, "APL article 29") && says(r, "前案一号"));
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE case_evidence SET taken_at = taken_at - 1 WHERE case_id = "
			     "%" PRId64,
			     before.id));
	status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 303);
	bench_jobs(b);
}

#define ALL(ON)                                                                                    \
	ON(one_act_one_fine)                                                                       \
	ON(never_worse_by_changing_procedure)                                                      \
	ON(fine_with_defence)                                                                      \
	ON(hearing)                                                                                \
	ON(no_penalty)                                                                             \
	ON(transfer)                                                                               \
	ON(transfer_to_an_office)                                                                  \
	ON(transfer_anew)                                                                          \
	ON(suspended_and_resumed) ON(nothing_half_done)

int main(void)
{
	const struct CMUnitTest tests[] = { ALL(ON_SQLITE) ALL(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"ordinary", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
