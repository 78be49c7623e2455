/* Stories of the ordinary procedure beside its straight way: discussing together, more time for
 * each term, what stops and ends it, a change of the procedure. */
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

/* ---- the way ---------------------------------------------------------- */
static struct answer *answer(const struct story *s, const char *verdict)
{
	return bench_post(
		s->b, "head1", approval_of(s), "verdict", verdict, "opinion", "意见", NULL);
}

static void at_day(const struct story *s, const char *day)
{
	int64_t at;

	assert_true(date_parse(day, &at));
	bench_clock(s->b, at + 10 * HOUR);
}

static int64_t moment(const struct story *s, const char *column)
{
	int64_t at;

	assert_true(text_to_int(member(s, column), &at));
	return at;
}

static void day_is(const struct story *s, const char *column, const char *day)
{
	assert_string_equal(date_text(bench_arena(s->b), moment(s, column)), day);
}

/* Filed by the ordinary procedure, of this act. */
static struct story filed_of(struct bench *b, const char *act)
{
	struct story s = precheck(b);

	status_is(bench_post(b, "officer1", desk_of(&s, "file"), "officer2", officer(b, "officer2"),
			  "reason", "有初步证据", FILING, "ordinary", "1", NULL),
		303);
	approve(&s);
	link_agreed(&s);
	status_is(address(&s, "yes"), 303);
	bench_jobs(b);
	bench_run(b, arena_printf(bench_arena(b), "UPDATE cases SET act = '%s' WHERE id = %" PRId64,
			     act, s.id));
	status_is(WEIGH(&s, "factor_cooperates", "1"), 303);
	return s;
}

#define REPORT(s, ...)                                                                             \
	DO(s, "officer1", "report", "party", "示例面馆", "course", "经过", "facts",                \
		"加工人员未戴帽", "nature", "违法", "basis", "依据", "discretion", "从轻的理由",   \
		__VA_ARGS__)

static void reviewed(const struct story *s)
{
	status_is(DO(s, "reviewer1", "review", "jurisdiction", "yes", "party", "yes", "facts",
			  "yes", "nature", "yes", "basis", "yes", "procedure", "yes", "proportion",
			  "yes", "verdict", "pass", "opinion", "同意"),
		303);
}

/* ---- together --------------------------------------------------------- */
static struct answer *discuss(const struct story *s, const char *about)
{
	return DO(s, "head1", "discuss", "about", about, "place", "会议室", "participants",
		"王局\n赵局\n钱科", "conclusion", "同意");
}

/* A talk about the term is no talk about the decision, nor an earlier one about a later term. */
static void discussed_each(void **state)
{
	struct story s = filed_of(*state, "V20");

	assert_true(says(status_is(discuss(&s, "term"), 409), "no collective discussion"));
	assert_true(says(status_is(DO(&s, "officer1", "extend-again", "day", "2027-05-10"), 409),
		"thirty days"));
	status_is(DO(&s, "officer1", "extend", "x", "1"), 303);
	approve(&s);
	assert_true(says(status_is(DO(&s, "officer1", "extend-again", "day", "2027-05-10"), 409),
		"collective discussion"));
	assert_true(says(status_is(discuss(&s, "decision"), 422), "no collective discussion"));
	status_is(discuss(&s, "term"), 303);
	assert_true(says(status_is(DO(&s, "officer1", "extend-again", "day", "2027-03-20"), 422),
		"after the present last day"));
	status_is(DO(&s, "officer1", "extend-again", "day", "2027-05-10"), 303);
	bench_clock(s.b, clock_now() + MINUTE);
	approve(&s);
	day_is(&s, "decide_due", "2027-05-10");
	assert_true(says(status_is(DO(&s, "officer1", "extend-again", "day", "2027-06-10"), 409),
		"collective discussion"));
	status_is(REPORT(&s, "outcome", "not_proven", "hard", "1"), 303);
	reviewed(&s);
	assert_true(says(status_is(DO(&s, "officer1", "submit", "x", "1"), 409), "together"));
	status_is(DO(&s, "officer1", "discuss", "about", "decision"), 403);
	assert_true(
		says(status_is(DO(&s, "head1", "discuss", "about", "decision", "place", "会议室",
				       "participants", "王局\n赵局", "conclusion", "同意"),
			     422),
			"At least three"));
	status_is(discuss(&s, "decision"), 303);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "decided");
	bench_jobs(s.b);
	assert_int_equal(count(&s, "discussion_record"), 2);
}

/* ---- time ------------------------------------------------------------- */
/* The days of a test are not counted in the fifteen working days; an extension adds fifteen. */
static void precheck_with_a_test(void **state)
{
	struct story s = precheck(*state);
	int64_t now = clock_now();

	day_is(&s, "precheck_due", "2026-12-14");
	assert_true(says(status_is(DO(&s, "officer1", "stop-clock", "kind", "refund"), 422),
		"O2 article 18"));
	at_day(&s, "2026-12-10"); /* Thursday: Friday and Monday are left */
	status_is(DO(&s, "officer1", "stop-clock", "kind", "test"), 303);
	assert_true(says(
		status_is(bench_post(s.b, "officer1", desk_of(&s, "file"), "officer2",
				  officer(s.b, "officer2"), "reason", "有初步证据", FILING, NULL),
			409),
		"stopped already"));
	at_day(&s, "2026-12-20"); /* Sunday: Monday and Tuesday */
	status_is(DO(&s, "officer1", "extend-precheck", "x", "1"), 303); /* it is not over */
	status_is(DO(&s, "officer1", "start-clock", "x", "1"), 303);
	day_is(&s, "precheck_due", "2026-12-22");
	assert_true(
		says(status_is(DO(&s, "officer1", "extend-precheck", "x", "1"), 409), "waiting"));
	approve(&s);
	day_is(&s, "precheck_due", "2027-01-13"); /* fifteen more, the first of January free */
	assert_true(says(status_is(DO(&s, "officer1", "extend-precheck", "x", "1"), 409), "once"));
	bench_jobs(s.b);
	assert_int_equal(count(&s, "case_matter"), 1);
	bench_clock(s.b, now);
}

/* A test while the investigation is suspended is one time, not two. */
static void overlapping(void **state)
{
	struct story s = filed_of(*state, "V20");
	int64_t now = clock_now();

	day_is(&s, "decide_due", "2027-02-22");
	at_day(&s, "2026-12-01");
	status_is(DO(&s, "officer1", "stop-clock", "kind", "test"), 303);
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE case_spans SET kind = 'suspension' WHERE case_id = %" PRId64,
			       s.id));
	bench_run(
		s.b, arena_printf(bench_arena(s.b),
			     "INSERT INTO case_spans (id, version, case_id, kind, from_at, to_at, "
			     "reason, added_by) VALUES (1, 1, %" PRId64 ", 'test', %" PRId64
			     ", 0, '', 1)",
			     s.id, clock_now()));
	at_day(&s,
		"2027-03-01"); /* ninety days later, past the old day: not over, while it lasts */
	status_is(DO(&s, "officer1", "extend", "x", "1"), 303);
	approve(&s);
	at_day(&s, "2027-12-01"); /* twice the time would still allow it, once does too */
	status_is(DO(&s, "officer1", "start-clock", "x", "1"), 303);
	status_is(DO(&s, "officer1", "resume", "x", "1"), 303);
	/* 82 of 120 days were left when it stopped */
	day_is(&s, "decide_due", "2028-03-22");
	bench_clock(s.b, now);
}

/* ---- the end, a change of the procedure, other outcomes ---------------- */
/* More days for the review, once, by a leader. */
static void review_extended(void **state)
{
	struct story s = filed_of(*state, "V20");

	assert_true(says(
		status_is(DO(&s, "reviewer1", "extend-review", "x", "1"), 409), "O2 article 48"));
	status_is(REPORT(&s, "outcome", "not_proven"), 303);
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "")), "2026-12-07"));
	status_is(DO(&s, "officer1", "extend-review", "x", "1"), 403);
	status_is(DO(&s, "reviewer1", "extend-review", "x", "1"), 303);
	approve(&s);
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "")), "2026-12-21"));
	assert_true(says(
		status_is(DO(&s, "reviewer1", "extend-review", "x", "1"), 409), "O2 article 54"));
	/* not proven: no notice, a decision of no penalty */
	reviewed(&s);
	status_is(DO(&s, "officer1", "notify", "x", "1"), 409);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "outcome"), "not_proven");
	bench_jobs(s.b);
	assert_int_equal(count(&s, "no_penalty_decision"), 1);
	status_is(DO(&s, "officer1", "close", "cause", "done"), 422);
	status_is(DO(&s, "officer1", "close", "cause", "no_penalty"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "closed");
	bench_jobs(s.b);
}

/* Refused, it goes on; approved, only its conclusion is left. */
static void investigation_ended(void **state)
{
	struct story s = filed_of(*state, "V20");

	status_is(DO(&s, "officer1", "end", "cause", "bored"), 422);
	status_is(DO(&s, "officer1", "end", "cause", "end_dead"), 303);
	status_is(answer(&s, "refuse"), 303);
	status_is(DO(&s, "officer1", "end", "cause", "end_dead"), 303);
	approve(&s);
	bench_jobs(s.b);
	assert_int_equal(facts_in_story(&s, "case.investigation_ended"), 1);
	assert_true(says(status_is(REPORT(&s, "outcome", "not_proven"), 409), "O2 articles 47"));
	assert_true(says(
		status_is(DO(&s, "officer1", "close", "cause", "done"), 422), "O2 article 77"));
	status_is(DO(&s, "officer1", "close", "cause", "investigation_ended"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "closed");
	bench_jobs(s.b);
}

/* To the simple procedure before the notice, and back with a leader's approval. */
static void procedure_changed(void **state)
{
	struct story s = filed_of(*state, "V01");

	assert_true(says(
		status_is(DO(&s, "officer1", "to-ordinary", "x", "1"), 409), "APL article 51"));
	status_is(DO(&s, "officer1", "to-simple", "x", "1"), 303);
	assert_int_equal(facts_in_story(&s, "case.procedure_chosen"), 2);
	assert_true(says(status_is(REPORT(&s, "outcome", "not_proven"), 409), "O2 articles 48"));
	status_is(DO(&s, "officer1", "to-ordinary", "x", "1"), 303);
	approve(&s);
	assert_int_equal(facts_in_story(&s, "case.procedure_chosen"), 3);
	bench_jobs(s.b);
	status_is(REPORT(&s, "outcome", "not_proven"), 303);
	assert_true(
		says(status_is(DO(&s, "officer1", "to-simple", "x", "1"), 409), "under review"));
}

/* ---- goods ------------------------------------------------------------ */
/* Goods of great value give the right to a hearing; and never more goods than the notice says. */
static void goods_confiscated(void **state)
{
	struct story s = filed_of(*state, "V14");

	visit(&s);
	status_is(WEIGH(&s, "factor_cooperates", "1"), 303);
	assert_true(says(
		status_is(REPORT(&s, "outcome", "penalty", "fine_fen", "60000", "confiscate", "1"),
			422),
		"Give the value of the goods"));
	status_is(REPORT(&s, "outcome", "penalty", "fine_fen", "60000", "confiscate", "1",
			  "goods_fen", "100000"),
		303);
	reviewed(&s);
	status_is(DO(&s, "officer1", "notify", "x", "1"), 303);
	bench_jobs(s.b);
	assert_true(says(bench_get(s.b, s.party, my(&s, "statement")), "ask for a hearing"));
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "")), "价值100,000.00元"));
	status_is(MINE(&s, "statement", "statement", "none"), 303);
	assert_true(says(status_is(REPORT(&s, "outcome", "penalty", "fine_fen", "60000",
					   "confiscate", "1", "goods_fen", "100000.01"),
				 422),
		"APL article 45"));
	status_is(REPORT(&s, "outcome", "penalty", "fine_fen", "60000", "confiscate", "1",
			  "goods_fen", "90000"),
		303);
}

/* ---- goods that go along ---------------------------------------------- */
/* What is seized goes with the case, and its owner is told by form 6 first (AEL 21). */
static void goods_go_along(void **state)
{
	struct story s = filed_of(*state, "V20");
	struct bench *b = s.b;

	status_is(bench_post(b, "officer1", desk_of(&s, "measures"), "kind", "seize", "reason",
			  "涉嫌经营过期食品", "place", "示例路1号后厨", "urgent", "1", "name1",
			  "冷冻鸡块", "spec1", "1kg/袋", "quantity1", "20", "unit1", "袋", "seal1",
			  "F0001", NULL),
		303);
	bench_jobs(b);
	status_is(REPORT(&s, "outcome", "to_office"), 303);
	reviewed(&s);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	bench_jobs(b);
	const char *now = time_text(bench_arena(b), clock_now()) + strlen("2026-11-23 "),
		   *today = date_text(bench_arena(b), clock_now());
	assert_true(
		says(status_is(DO(&s, "officer1", "handed-over", "receiver", "某局", "taken_by",
				       "李某", "handed_at", today, "hour", now, "receipt", "1号"),
			     409),
			"form 6"));
	status_is(bench_post(b, "officer1", desk_of(&s, "papers/new"), "template",
			  "seized_transfer", "party_name", "示例面馆", "party_id",
			  "91310112MA1GB12345", "party_address", "示例路1号", "cause", "案",
			  "measure", "seize", "decision_no", "1号", "moved_to", "某局", "reason",
			  "移送", "basis", "法", "goods", "冷冻鸡块20袋", "contact", "李明",
			  "contact_phone", "12315", "order", "1", NULL),
		303);
	bench_jobs(b);
	status_is(DO(&s, "officer1", "handed-over", "receiver", "某局", "taken_by", "李某",
			  "handed_at", today, "hour", now, "receipt", "1号"),
		303);
	assert_true(says(
		status_is(DO(&s, "officer1", "close", "cause", "no_penalty"), 409), "still held"));
}

/* ---- hearing ---------------------------------------------------------- */
/* Told of a fine of which a hearing may be asked for; it was asked for. */
static struct story hearing_asked(struct bench *b)
{
	struct story s = filed_of(b, "V14");

	visit(&s);
	status_is(WEIGH(&s, "factor_cooperates", "1", "goods_fen", "10000"), 303);
	status_is(REPORT(&s, "outcome", "penalty", "fine_fen", "120000"), 303);
	reviewed(&s);
	status_is(DO(&s, "officer1", "notify", "x", "1"), 303);
	bench_jobs(b);
	status_is(MINE(&s, "ask", "kind", "hearing", "words", "请求听证"), 303);
	return s;
}

static struct answer *on_day(
	const struct story *s, const char *who, const char *key, const char *day)
{
	return bench_post(s->b, who, desk_of(s, key), "at", day, "attended", "09:30", "place",
		"听证室", "recorder", "记录员", "record", "主持人因病", NULL);
}

/* The seven working days run from the service of the notice, not from the announcement. */
static void hearing_put_off(void **state)
{
	struct story s = hearing_asked(*state);
	int64_t now = clock_now();

	status_is(on_day(&s, "head1", "do/set-hearing", "2026-12-03"), 303);
	at_day(&s, "2026-11-30"); /* served a week late */
	bench_jobs(s.b);
	at_day(&s, "2026-12-03");
	assert_true(says(status_is(DO(&s, "head1", "hold-hearing", "attended", "双方", "record",
					   "记录", "signature", SIGNATURE_PNG),
				 409),
		"Seven working days"));
	/* the chair is ill: somebody else, but no officer of the case */
	status_is(DO(&s, "officer1", "take-chair", "x", "1"), 403);
	status_is(DO(&s, "head1", "take-chair", "x", "1"), 409);
	status_is(DO(&s, "reviewer1", "take-chair", "x", "1"), 303);
	status_is(on_day(&s, "head1", "do/put-off", "2026-12-20"), 403);
	assert_true(says(status_is(on_day(&s, "reviewer1", "do/put-off", "2026-12-14"), 422),
		"seven working days"));
	status_is(on_day(&s, "reviewer1", "do/put-off", "2026-12-15"), 303);
	assert_true(says(status_is(DO(&s, "reviewer1", "hold-hearing", "attended", "双方", "record",
					   "记录", "signature", SIGNATURE_PNG),
				 409),
		"not been served"));
	bench_jobs(s.b);
	assert_int_equal(count(&s, "hearing_notice"), 2);
	at_day(&s, "2026-12-15");
	/* the party stays away: waived, and the ninety days run on */
	status_is(DO(&s, "reviewer1", "party-absent", "attended", "", "record", ""), 422);
	status_is(DO(&s, "reviewer1", "party-absent", "attended", "办案人员", "record",
			  "等候三十分钟"),
		303);
	bench_jobs(s.b);
	assert_int_equal(bench_int(s.b, arena_printf(bench_arena(s.b),
						"SELECT count(*) FROM case_spans WHERE case_id = "
						"%" PRId64 " AND to_at = 0",
						s.id)),
		0);
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "")), "stayed away"));
	status_is(DO(&s, "officer1", "silence", "x", "1"), 303);
	status_is(DO(&s, "officer1", "submit", "x", "1"), 303);
	approve(&s);
	assert_string_equal(member(&s, "state"), "decided");
	bench_jobs(s.b);
	bench_clock(s.b, now);
}

#define ON_SQLITE(f)   { #f, f, begin, end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, end, (void *)"postgres" },
#define ALL(ON)                                                                                    \
	ON(discussed_each)                                                                         \
	ON(goods_go_along)                                                                         \
	ON(review_extended)                                                                        \
	ON(investigation_ended)                                                                    \
	ON(procedure_changed)                                                                      \
	ON(precheck_with_a_test) ON(overlapping) ON(goods_confiscated) ON(hearing_put_off)

int main(void)
{
	const struct CMUnitTest tests[] = { ALL(ON_SQLITE) ALL(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"course", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
