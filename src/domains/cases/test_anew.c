/* A review or a suit orders a new decision: its case, its source, its day, its task; never worse
 * than the one that fell in a review. */
#include "test_story.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int64_t day(const char *text)
{
	int64_t ms = 0;
	assert_true(date_parse(text, &ms));
	return ms;
}

/* Decided and served, and challenged. */
static struct story challenged(struct bench *b, const char *kind)
{
	struct story s = decided(b);

	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE cases SET served_at = decided_at, state = 'closed', closed_at "
			     "= decided_at WHERE id = %" PRId64,
			     s.id));
	status_is(bench_post(b, "officer1", desk_of(&s, "do/remedy"), "kind", kind, "begun_at",
			  date_text(bench_arena(b), clock_now()), NULL),
		303);
	return s;
}

static struct answer *ends(const struct story *s, const char *outcome, const char *due)
{
	return bench_post(s->b, "officer1", desk_of(s, "do/remedy-end"), "outcome", outcome,
		"ended_at", date_text(bench_arena(s->b), clock_now()), "words",
		"沪闵府复〔2026〕7号，主要事实不清", "fine_fen", "", "anew_due", due, NULL);
}

static struct story new_case(const struct story *old)
{
	struct story s = *old;

	s.id = bench_int(old->b,
		arena_printf(bench_arena(old->b),
			"SELECT anew_case FROM case_remedies WHERE case_id = %" PRId64, old->id));
	snprintf(s.party, sizeof(s.party), "party:%" PRId64 ":%" PRId64, s.operator, s.id);
	return s;
}

static int64_t task(const struct story *s, const char *what)
{
	return bench_int(s->b, arena_printf(bench_arena(s->b),
				       "SELECT %s FROM grid_tasks WHERE kind = 'anew' AND ref = "
				       "%" PRId64,
				       what, s->id));
}

/* The document names no day: sixty days. The pre-check goes its way; the fine stays below. */
static void decided_anew(void **state)
{
	struct bench *b = *state;
	struct story old, s;
	struct answer *r;

	bench_english(b, true);
	old = challenged(b, "review");
	assert_true(says(status_is(ends(&old, "annulled", "2027-01-20"), 422),
		"No new decision was ordered"));
	assert_true(says(
		status_is(ends(&old, "annulled_anew", date_text(bench_arena(b), clock_now())), 422),
		"not after the document"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM case_sources"), 0);
	status_is(ends(&old, "annulled_anew", ""), 303);
	s = new_case(&old);
	assert_true(s.id && s.id != old.id);
	assert_string_equal(member(&s, "state"), "precheck");
	assert_string_equal(member(&s, "act"), member(&old, "act"));
	int64_t due = bench_int(b, "SELECT max(anew_due) FROM case_remedies");
	assert_string_equal(date_text(bench_arena(b), due), "2027-01-22");
	/* its source, both ways linked; the day among the clocks */
	r = bench_get(b, "officer1", desk_of(&s, ""));
	assert_true(answer_has(r, "A new decision ordered by a review body or a court"));
	assert_true(answer_has(r, "沪闵府复〔2026〕7号"));
	assert_true(answer_has(r, "Decided anew instead of, due by"));
	assert_true(answer_has(r, "Decide anew, as a review body or a court ordered"));
	assert_true(answer_has(
		bench_get(b, "officer1", desk_of(&old, "")), "New decision ordered, due by"));
	assert_true(answer_has(
		bench_get(b, "officer1", "/cases/calendar?clock=decide_anew"), "2027-01-22"));
	/* a task of both officers, that day */
	bench_jobs(b);
	assert_int_equal(task(&s, "count(*)"), 1);
	assert_int_equal(
		task(&s, "officer"), bench_int(b, arena_printf(bench_arena(b),
							  "SELECT officer1 FROM cases WHERE id = "
							  "%" PRId64,
							  old.id)));
	assert_int_equal(task(&s, "due_at"), day("2027-01-22") + DAY - 1);
	assert_true(answer_has(bench_get(b, "officer1", "/tasks"), "Decide anew"));
	/* on its way again: worse than the warning that fell it may not become */
	another_lead(&s, "again");
	status_is(file_it(&s), 303);
	link_agreed(&s);
	bench_jobs(b);
	status_is(bench_post(b, s.party, my(&s, "seen"), NULL), 303);
	status_is(weigh_it(&s), 303);
	assert_true(says(
		status_is(bench_post(b, "officer1", desk_of(&s, "tell"), "fine", "100", NULL), 409),
		"Reconsideration Law article 63"));
	status_is(bench_post(b, "officer1", desk_of(&s, "tell"), NULL), 303);
	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "none", NULL), 303);
	status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 303);
	assert_int_equal(task(&s, "sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END)"), 1);
	status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL), 303);
	bench_jobs(b);
	assert_int_equal(task(&s, "sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END)"), 1);
	assert_true(strstr(bench_get(b, "officer1", "/cases/calendar?clock=decide_anew")->body,
			    "2027-01-22") == NULL);
}

/* A court names its day; its order binds the office, and the bound of the review is not its. */
static void court_names_its_day(void **state)
{
	struct bench *b = *state;
	struct story old = challenged(b, "suit"), s;

	bench_english(b, true);
	another_lead(
		&old, "meanwhile"); /* a pre-check of the same act is open: the order joins it */
	status_is(ends(&old, "annulled_anew", "2026-12-31"), 303);
	s = new_case(&old);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cases WHERE state = 'precheck'"), 1);
	assert_string_equal(member(&s, "state"), "precheck");
	bench_jobs(b);
	assert_int_equal(task(&s, "due_at"), day("2026-12-31") + DAY - 1);
	status_is(file_it(&s), 303);
	link_agreed(&s);
	bench_jobs(b);
	status_is(bench_post(b, s.party, my(&s, "seen"), NULL), 303);
	status_is(weigh_it(&s), 303);
	struct answer *r = bench_post(b, "officer1", desk_of(&s, "tell"), "fine", "100", NULL);
	assert_true(strstr(r->body, "Reconsideration Law article 63") == NULL);
	/* not decided until its day: it stays before the officers */
	bench_clock(b, day("2027-01-02") + 5 * HOUR);
	bench_minute(b);
	assert_true(answer_has(bench_get(b, "officer1", "/cases/calendar?clock=decide_anew"),
		"Term ended, not done"));
}

/* What stands, or was only changed, orders nothing; a body that orders the office to act does. */
static void ordered_to_act(void **state)
{
	struct bench *b = *state;
	struct story a = challenged(b, "review"), c = challenged(b, "review");

	status_is(ends(&a, "upheld", ""), 303);
	assert_int_equal(new_case(&a).id, 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM case_sources"), 0);
	status_is(ends(&c, "ordered", ""), 303);
	struct story s = new_case(&c);
	assert_string_equal(member(&s, "state"), "precheck");
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT annulled FROM pub_cases WHERE id = %" PRId64, c.id)),
		0);
}

#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },
#define EACH(on)       on(decided_anew) on(court_names_its_day) on(ordered_to_act)

int main(void)
{
	const struct CMUnitTest here[] = { EACH(ON_SQLITE) }, there[] = { EACH(ON_POSTGRES) };
	int bad = cmocka_run_group_tests(here, NULL, NULL);

	return bad + (bench_has_postgres() ? cmocka_run_group_tests(there, NULL, NULL) : 0);
}
