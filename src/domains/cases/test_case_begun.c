/* How a case begins: what joins it, the conditions of filing, and the telling that reaches its
 * party. */
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

static int64_t cases_of(const struct story *s)
{
	return bench_int(
		s->b, arena_printf(bench_arena(s->b),
			      "SELECT count(*) FROM cases WHERE operator = %" PRId64, s->operator));
}

static int64_t evidence_of(const struct story *s)
{
	return bench_int(s->b,
		arena_printf(bench_arena(s->b),
			"SELECT count(*) FROM case_evidence WHERE case_id = %" PRId64, s->id));
}

/* Until the party is told a finding joins its case; from then on it opens one of its own, and the
 * two name each other (APL 44). */
static const struct {
	const char *state;
	bool joins;
} findings[] = { { "precheck", true }, { "filed", true }, { "told", false }, { "heard", false },
	{ "proposed", false }, { "decided", false }, { "closed", false }, { "not_filed", false } };

static void finding_in_each_state(void **state)
{
	struct bench *b = *state;
	int64_t now = clock_now();

	for (size_t i = 0; i < sizeof(findings) / sizeof(*findings); i++) {
		struct story s = precheck(b);
		bench_run(b, arena_printf(bench_arena(b),
				     "UPDATE cases SET state = '%s' WHERE id = %" PRId64,
				     findings[i].state, s.id));
		bench_clock(b, clock_now() + MINUTE);
		another_lead(&s, arena_printf(bench_arena(b), "found when %s %d", findings[i].state,
					 (int)i));
		assert_int_equal(evidence_of(&s), findings[i].joins ? 2 : 1);
		assert_int_equal(cases_of(&s), findings[i].joins ? 1 : 2);
		if (findings[i].joins)
			continue;
		/* and a third joins the new pre-check */
		another_lead(&s, arena_printf(bench_arena(b), "and once more %d", (int)i));
		assert_int_equal(cases_of(&s), 2);
		struct story later = s;
		later.id = bench_int(b,
			arena_printf(bench_arena(b),
				"SELECT max(id) FROM cases WHERE operator = %" PRId64, s.operator));
		assert_string_equal(member(&later, "state"), "precheck");
		struct answer *r = bench_get(b, "officer1", desk_of(&s, ""));
		assert_true(says(r, "Later case of the same act") && says(r, desk_of(&later, "")));
		r = bench_get(b, "officer1", desk_of(&later, ""));
		assert_true(says(r, "Earlier case of the same act") && says(r, desk_of(&s, "")));
	}
	bench_clock(b, now);
}

/* The four conditions (O2 19), the last by the end of the act: two years, five with harm to life;
 * the last day belongs to the term (APL 36). The clock stands at 2026-11-23. */
static const struct {
	const char *proof, *due, *jurisdiction, *ended, *life;
	int status;
	const char *says;
} conditions[] = { { "", "1", "1", "2026-11-23", "", 409, "O2 article 19" },
	{ "1", "", "1", "2026-11-23", "", 409, "O2 article 19" },
	{ "1", "1", "", "2026-11-23", "", 409, "O2 article 19" },
	{ "1", "1", "1", "2024-11-22", "", 409, "APL article 36" },
	{ "1", "1", "1", "2021-11-22", "1", 409, "APL article 36" },
	{ "1", "1", "1", "2026-11-24", "", 422, "after today" },
	{ "1", "1", "1", "soon", "", 422, "2026-11-30" },
	{ "1", "1", "1", "2024-11-23", "", 303, NULL },
	{ "1", "1", "1", "2024-11-22", "1", 303, NULL },
	{ "1", "1", "1", "2021-11-23", "1", 303, NULL } };

static void conditions_of_filing(void **state)
{
	struct bench *b = *state;
	struct story s = precheck(b);
	struct answer *r;

	assert_true(says(bench_get(b, "officer1", desk_of(&s, "")), "2028-11-23"));
	for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions); i++) {
		r = bench_post(b, "officer1", desk_of(&s, "file"), "officer2",
			officer(b, "officer2"), "reason", "x", "proof", conditions[i].proof,
			"penalty_due", conditions[i].due, "jurisdiction",
			conditions[i].jurisdiction, "act_ended", conditions[i].ended, "life_harmed",
			conditions[i].life, NULL);
		status_is(r, conditions[i].status);
		if (conditions[i].says) {
			assert_true(says(r, conditions[i].says));
			assert_string_equal(member(&s, "state"), "precheck");
			continue;
		}
		assert_string_equal(member(&s, "state"), "filed");
		s = precheck(b);
	}
	/* by the ordinary procedure they stand on the form */
	status_is(bench_post(b, "officer1", desk_of(&s, "file"), "officer2", officer(b, "officer2"),
			  "reason", "x", FILING, "ordinary", "1", NULL),
		303);
	status_is(bench_post(b, "head1", approval_of(&s), "verdict", "approve", NULL), 303);
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT count(*) FROM papers WHERE template = "
				     "'filing_form' AND content LIKE '%%期限至2028年11月23日%%' "
				     "AND subject = %" PRId64,
				     s.id)),
		1);
	bench_jobs(b);
}

/* Nothing is told by a message that nobody receives: an open link or consent is needed (O2 57). */
static void telling_reaches(void **state)
{
	struct story s = precheck(*state);
	struct bench *b = s.b;
	const char *tell = desk_of(&s, "tell");
	int64_t now = clock_now();

	status_is(file_it(&s), 303);
	status_is(weigh_it(&s), 303);
	assert_true(says(status_is(bench_post(b, "officer1", tell, NULL), 409),
		"O2 article 57; APL article 44")); /* no telephone */
	assert_true(
		says(bench_get(b, "officer1", desk_of(&s, "")), "Nothing would reach the party"));
	status_is(bench_post(b, "officer1", desk_of(&s, "link"), "phone", "13912345678",
			  "phone_reason", "停机", NULL),
		303);
	bench_jobs(b);
	status_is(bench_post(b, "officer1", tell, NULL), 409); /* sent, and not opened */
	status_is(bench_post(b, s.party, my(&s, "seen"), NULL), 303);
	bench_clock(b, now + 30 * DAY); /* its thirty days are over */
	status_is(bench_post(b, "officer1", tell, NULL), 409);
	assert_string_equal(member(&s, "state"), "filed");
	assert_string_equal(member(&s, "hear_due"), "0");
	bench_clock(b, now);
	status_is(address(&s, "yes"), 303); /* it agreed: no link is needed any more */
	bench_clock(b, now + 30 * DAY);
	status_is(bench_post(b, "officer1", tell, NULL), 303);
	bench_jobs(b);
	bench_clock(b, now);
}

static const char in_person[] = "do/tell-in-person";

static struct answer *told_there(const struct story *s, const char *hour, const char *said)
{
	return bench_post(s->b, "officer1", desk_of(s, in_person), "at", "2026-11-23", "hour", hour,
		"place", "示例路1号", "speaker", "张三", "said", said, "words", "已经改了",
		"refusal", "", "signature", SIGNATURE_PNG, NULL);
}

/* By word of mouth: day, place, both officers, the party's signature or refusal; the five working
 * days run from that day. */
static void telling_in_person(void **state)
{
	struct story s = precheck(*state), t = precheck(*state);
	struct bench *b = s.b;
	int64_t now = clock_now(), due;
	const char *ago =
		arena_printf(bench_arena(b), "%02d:%02d", civil_of(now).hour, civil_of(now).minute);

	status_is(file_it(&s), 303);
	status_is(file_it(&t), 303);
	assert_true(says(status_is(told_there(&s, ago, "later"), 409), "APL article 33"));
	status_is(weigh_it(&s), 303);
	status_is(weigh_it(&t), 303);
	status_is(told_there(&s, "23:59", "later"), 422);
	status_is(told_there(&s, "00:01", "later"), 422); /* before it was filed */
	status_is(told_there(&s, "9", "later"), 422);
	assert_true(says(status_is(bench_post(b, "officer1", desk_of(&s, in_person), "at",
					   "2026-11-23", "hour", ago, "place", "示例路1号",
					   "speaker", "张三", "said", "later", NULL),
				 422),
		"does not sign"));     /* neither signed nor a refusal noted */
	bench_clock(b, now + 3 * DAY); /* written down three days later */
	status_is(told_there(&s, ago, "later"), 303);
	assert_string_equal(member(&s, "state"), "told");
	assert_true(text_to_int(member(&s, "hear_due"), &due));
	assert_string_equal(date_text(bench_arena(b), due), "2026-11-30");
	status_is(told_there(&s, ago, "later"), 409);
	bench_clock(b, now);
	assert_true(
		says(status_is(bench_post(b, "officer1", desk_of(&t, in_person), "at", "2026-11-23",
				       "hour", ago, "place", "示例路1号", "speaker", "张三", "said",
				       "made", "words", "", "refusal", "不愿签字", NULL),
			     422),
			"O2 article 57"));
	status_is(bench_post(b, "officer1", desk_of(&t, in_person), "at", "2026-11-23", "hour", ago,
			  "place", "示例路1号", "speaker", "张三", "said", "made", "words",
			  "已经改了", "refusal", "不愿签字", NULL),
		303);
	assert_string_equal(member(&t, "state"), "heard");
	assert_string_equal(member(&t, "statement_words"), "已经改了");
	assert_int_equal(facts_in_story(&t, "case.told"), 1);
	assert_int_equal(facts_in_story(&t, "case.heard"), 1);
	assert_int_equal(
		bench_int(
			b, arena_printf(bench_arena(b),
				   "SELECT count(*) FROM papers WHERE template = 'defence_record' "
				   "AND content LIKE '%%不愿签字%%' AND subject = %" PRId64,
				   t.id)),
		1);
	bench_jobs(b);
}

/* A case of the simple procedure bears its number without a paper: nobody takes it away. */
static void number_borne_by_a_case(void **state)
{
	struct story s = precheck(*state);
	struct bench *b = s.b;
	struct arena *a = bench_arena(b);

	status_is(file_it(&s), 303);
	const char *number = member(&s, "number");
	int64_t id = bench_int(
		b, arena_printf(a, "SELECT id FROM pub_paper_numbers WHERE number = '%s'", number));
	const char *way = arena_printf(a, "/papers/numbers/%" PRId64 "/void", id);
	struct answer *r = status_is(bench_get(b, "officer1", "/papers/numbers"), 200);
	assert_true(says(r, "Borne by a case"));
	assert_true(says(r, arena_printf(a, "/cases?state=all&amp;q=%s", number)));
	assert_null(strstr(r->body, way));
	r = status_is(bench_post(b, "officer1", way, "reason", "not needed", NULL), 409);
	assert_true(says(r, arena_printf(a, "A case bears the number %s", number)));
	bench_english(b, false);
	r = status_is(bench_post(b, "officer1", way, "reason", "not needed", NULL), 409);
	assert_true(says(r, "已由案件使用，不能作废。"));
	assert_true(says(bench_get(b, "officer1", "/papers/numbers"), "案件使用中"));
	bench_english(b, true);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE name = "
				      "'paper.number_voided'"),
		0);
	assert_true(says(bench_get(b, "officer1", arena_printf(a, "/cases?state=all&q=%s", number)),
		number));
	/* one that was reserved by hand and not used is declared void as before */
	status_is(bench_post(b, "officer1", "/papers/numbers", "template", "correction_order",
			  "reason", "written by hand", NULL),
		303);
	id = bench_int(b, "SELECT max(id) FROM pub_paper_numbers WHERE template = "
			  "'correction_order' AND state = 'reserved'");
	way = arena_printf(a, "/papers/numbers/%" PRId64 "/void", id);
	assert_true(says(bench_get(b, "officer1", "/papers/numbers"), way));
	status_is(bench_post(b, "officer1", way, "reason", "not needed", NULL), 303);
}

#define ALL(ON)                                                                                    \
	ON(finding_in_each_state)                                                                  \
	ON(conditions_of_filing)                                                                   \
	ON(telling_reaches) ON(telling_in_person) ON(number_borne_by_a_case)
#define ON_SQLITE(f)   { #f, f, begin, end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { ALL(ON_SQLITE) ALL(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"begun", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
