/* The calendar, its file, the nightly look at the clocks, and the statistics. */
#include "contracts/facts.h"
#include "test_story.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t day(const char *text)
{
	int64_t ms = 0;
	assert_true(date_parse(text, &ms));
	return ms;
}

static bool lacks(const struct answer *r, const char *text)
{
	return strstr(r->body, text) == NULL;
}

/* The story begins on 23 November 2026: the pre-check ends on 14 December, ninety days after filing
 * on 22 February 2027 (21 is a Sunday). */
static void calendar_shows_what_comes_next(void **state)
{
	struct story s = precheck(*state);
	struct answer *r;

	bench_english(*state, true);
	r = bench_get(*state, "officer1", "/cases/calendar?month=2026-12");
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "Check the lead and decide whether to file"));
	assert_true(answer_has(r, "O2 article 18"));
	assert_true(answer_has(r, "2026-12-14"));
	assert_in_range(r->statements, 1, 12);
	r = bench_get(*state, "officer3", "/cases/calendar"); /* of another town */
	assert_true(answer_has(r, "No term is running."));
	file_it(&s);
	r = bench_get(*state, "officer1", "/cases/calendar?of=mine");
	assert_true(answer_has(r, "Decide the case"));
	assert_true(lacks(r, "Check the lead"));
	r = bench_get(*state, "officer1", "/cases/calendar.ics");
	assert_true(answer_has(r, "BEGIN:VCALENDAR\r\n"));
	assert_true(answer_has(r, "DTSTART;VALUE=DATE:20270222\r\n"));
	assert_true(answer_has(r, "DTEND;VALUE=DATE:20270223\r\n"));
	for (const char *line = r->body; *line;) {
		size_t n = strcspn(line, "\r\n");
		assert_true(n <= 75);
		line += n + strspn(line + n, "\r\n");
	}
	r = bench_get(*state, "officer1", "/cases/calendar?clock=serve");
	assert_true(answer_has(r, "No term is running."));
	/* a month that is none is this month */
	assert_int_equal(bench_get(*state, "officer1", "/cases/calendar?month=x'")->status, 200);
}

static int64_t told_of(void **state)
{
	return bench_int(
		*state, "SELECT count(*) FROM pub_ledger WHERE name = 'case.clock_warned'");
}

/* What was found after its limitation waits, red, until it is left unfiled (APL 36). */
static void barred_precheck_is_shown(void **state)
{
	struct story s = precheck(*state);

	bench_english(*state, true);
	assert_true(lacks(bench_get(*state, "officer1", "/cases/calendar"), "Limitation"));
	bench_run(*state,
		arena_printf(bench_arena(*state),
			"UPDATE case_evidence SET taken_at = %" PRId64 " WHERE case_id = %" PRId64,
			day("2024-11-20"), s.id));
	struct answer *r = bench_get(*state, "officer1", "/cases/calendar?clock=limitation");
	assert_true(answer_has(r, "APL article 36") && answer_has(r, "2026-11-20"));
	assert_true(answer_has(r, "Term ended, not done"));
	assert_true(answer_has(file_it(&s), "APL article 36"));
	bench_run(*state,
		arena_printf(bench_arena(*state),
			"UPDATE case_evidence SET taken_at = %" PRId64 " WHERE case_id = %" PRId64,
			day("2024-11-24"), s.id));
	r = bench_get(*state, "officer1", "/cases/calendar?clock=limitation");
	assert_true(answer_has(r, "No term is running."));
}

/* What the party asks for is answered within a term of its own, until it is. */
static void requests_stand_in_the_calendar(void **state)
{
	struct story s = filed(*state);
	static const char calendar[] = "/cases/calendar?clock=request";

	bench_english(*state, true);
	assert_true(answer_has(bench_get(*state, "officer1", calendar), "No term is running."));
	status_is(bench_post(*state, s.party, my(&s, "ask"), "kind", "recording", "words",
			  "请提供原始录像", NULL),
		303);
	status_is(bench_post(*state, s.party, my(&s, "ask"), "kind", "recusal", "officer", "1",
			  "words", "有利害关系", NULL),
		303);
	struct answer *r = bench_get(*state, "officer1", calendar);
	assert_true(answer_has(r, "Answer what the party asks for"));
	assert_true(answer_has(r, "2026-11-26")); /* three working days */
	assert_int_equal(
		bench_int(*state, "SELECT count(*) FROM case_request_details WHERE answer_due > 0"),
		2);
	assert_true(answer_has(bench_get(*state, "officer1", desk_of(&s, "")), "2026-11-26"));
	bench_clock(*state, day("2026-11-27") + 5 * HOUR);
	bench_minute(*state);
	assert_int_equal(told_of(state), 1); /* both end on one day: said once */
	bench_run(*state, "UPDATE case_requests SET state = 'refused'");
	assert_true(answer_has(bench_get(*state, "officer1", calendar), "No term is running."));
	bench_minute(*state);
	assert_int_equal(
		bench_int(*state, "SELECT count(*) FROM case_clock_warnings WHERE ended_at = 0"),
		0);
}

/* Once before the end, once after it, and never again; done, it leaves the desk. */
static void told_once_before_and_once_after(void **state)
{
	struct story s = precheck(*state);

	bench_english(*state, true);
	bench_clock(*state, day("2026-12-09") + 5 * HOUR);
	bench_minute(*state);
	assert_int_equal(told_of(state), 0);
	bench_clock(*state, day("2026-12-10") + 3 * HOUR); /* not before the hour of the look */
	bench_minute(*state);
	assert_int_equal(told_of(state), 0);
	bench_clock(*state, day("2026-12-10") + 4 * HOUR);
	bench_minute(*state);
	assert_int_equal(told_of(state), 1);
	bench_minute(*state);
	bench_clock(*state, day("2026-12-11") + 4 * HOUR);
	bench_minute(*state);
	assert_int_equal(told_of(state), 1);
	struct answer *r = bench_get(*state, "officer1", "/desk");
	assert_true(answer_has(r, "What the law demands next of the cases"));
	assert_true(answer_has(r, "2026-12-14"));
	bench_clock(*state, day("2026-12-15") + 4 * HOUR);
	bench_minute(*state);
	assert_int_equal(told_of(state), 2);
	bench_clock(*state, day("2026-12-16") + 4 * HOUR);
	bench_minute(*state);
	assert_int_equal(told_of(state), 2);
	assert_true(answer_has(
		bench_get(*state, "officer1", "/cases/calendar"), "Term ended, not done"));
	r = bench_get(*state, "officer1", "/desk");
	assert_true(answer_has(r, "Term ended, not done 2026-12-14"));
	file_it(&s);
	bench_minute(*state);
	assert_int_equal(told_of(state), 2);
	assert_true(lacks(
		bench_get(*state, "officer1", "/desk"), "What the law demands next of the cases"));
}

/* A correction is warned of, shown, refused: its term waits again with the same last day, and is
 * warned of again; no look fails on it. */
static void warned_again(void **state)
{
	struct story s = filed(*state);
	static const char open[] = "SELECT count(*) FROM case_clock_warnings WHERE ended_at = 0";

	status_is(bench_post(*state, "officer1", desk_of(&s, "correction"), "requirement", "戴帽",
			  "due", "2026-11-30", NULL),
		303);
	bench_clock(*state, day("2026-11-29") + 5 * HOUR);
	bench_minute(*state);
	assert_int_equal(told_of(state), 1);
	assert_int_equal(bench_int(*state, open), 1);
	photo(*state);
	status_is(bench_post(*state, s.party, my(&s, "correction"), "words", "已戴", NULL), 303);
	bench_minute(*state);
	assert_int_equal(bench_int(*state, open), 0);
	status_is(bench_post(*state, "officer1", desk_of(&s, "correction/verdict"), "verdict",
			  "refuse", "reason", "仍未遮住头发", NULL),
		303);
	bench_clock(*state, day("2026-11-30") + 5 * HOUR);
	bench_minute(*state);
	assert_int_equal(told_of(state), 2);
	assert_int_equal(bench_int(*state, open), 1);
	assert_int_equal(bench_int(*state, "SELECT count(*) FROM case_clock_warnings"), 1);
	bench_clock(*state, day("2026-12-01") + 5 * HOUR); /* and once when it has passed */
	bench_minute(*state);
	assert_int_equal(told_of(state), 3);
	bench_jobs(*state);
}

/* Ended, the investigation is to be concluded and no longer decided; what goes to another office is
 * not served; the simple papers are archived within seven working days (O2 47, 60, 70, 77). */
static void ends_of_a_case(void **state)
{
	struct story s = filed(*state), t = decided(*state), u = decided(*state);
	struct bench *b = *state;
	struct answer *r;

	bench_english(b, true);
	bench_run(b,
		arena_printf(bench_arena(b),
			"INSERT INTO case_approvals (id, version, case_id, matter, cause, words, "
			"day, asked_by, asked_at, state, answered_by, answered_at, opinion, "
			"paper) VALUES (1, 1, %" PRId64 ", 'end', 'end_dead', 'x', 0, 1, 1, "
			"'approved', 2, %" PRId64 ", 'x', 0)",
			s.id, clock_now()));
	r = bench_get(b, "officer1", desk_of(&s, ""));
	assert_true(answer_has(r, "Close the case"));
	assert_true(lacks(r, "Decide the case"));
	r = bench_get(b, "officer1", desk_of(&t, ""));
	assert_true(answer_has(r, "Serve the decision"));
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE cases SET outcome = 'to_office' WHERE id = %" PRId64, t.id));
	assert_true(lacks(bench_get(b, "officer1", desk_of(&t, "")), "Serve the decision"));
	bench_run(
		b, arena_printf(bench_arena(b),
			   "UPDATE cases SET state = 'closed', served_at = decided_at, closed_at = "
			   "decided_at WHERE id = %" PRId64,
			   u.id));
	r = bench_get(b, "officer1", "/cases/calendar?clock=archive_simple");
	assert_true(answer_has(r, "Archive the papers of a simple procedure"));
	assert_true(answer_has(r, "2026-12-02"));
	(void)bench_get(b, "officer1", "/desk");
}

/* Mine, town, act; what is typed is found as it is; the file has what the page has. */
static void list_filters(void **state)
{
	struct story s = filed(*state);
	struct bench *b = *state;
	struct answer *r;

	bench_english(b, true);
	r = bench_get(b, "officer1", "/cases?mine=1&act=V01");
	assert_true(answer_has(r, member(&s, "number")) && answer_has(r, "2027-02-22"));
	assert_true(answer_has(r, "act=V01"));
	assert_true(lacks(bench_get(b, "officer1", "/cases?act=V02"), member(&s, "number")));
	assert_true(lacks(bench_get(b, "head1", "/cases?mine=1"), member(&s, "number")));
	assert_true(answer_has(bench_get(b, "head1", "/cases"), member(&s, "number")));
	assert_true(lacks(bench_get(b, "head1", "/cases?town=310112102"), member(&s, "number")));
	assert_true(lacks(bench_get(b, "head1", "/cases?q=%25"), member(&s, "number")));
	assert_true(lacks(bench_get(b, "head1", "/cases?q=_"), member(&s, "number")));
	r = bench_get(b, "head1", "/cases?act=V02&format=csv");
	assert_true(lacks(r, member(&s, "number")));
	bench_jobs(b);
}

/* Ten decided cases: the middle and the ninth, the ninetieth day inside and the next one outside.
 */
static void statistics_measure(void **state)
{
	struct story s = decided(*state);
	struct answer *r;

	bench_english(*state, true);
	bench_run(*state, "UPDATE cases SET opened_at = decided_at - 8380800000, filed_at = "
			  "decided_at - 7776000000, told_at = decided_at - 2592000000");
	r = bench_get(*state, "head1", "/cases/statistics?year=2026");
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "100.0%"));
	assert_true(answer_has(r, "90 / 90"));
	assert_true(answer_has(r, "60 / 60"));
	assert_true(answer_has(r, "7 / 7"));
	assert_true(answer_has(r, "Quarter 4"));
	assert_in_range(r->statements, 1, 13);
	bench_run(*state, "UPDATE cases SET filed_at = filed_at - 86400000");
	r = bench_get(*state, "head1", "/cases/statistics?year=2026");
	assert_true(answer_has(r, "0.0%"));
	assert_true(answer_has(r, "91 / 91"));
	r = bench_get(*state, "head1", "/cases/statistics?year=2026&format=csv");
	assert_true(answer_has(r, "share_before"));
	r = bench_get(
		*state, "officer3", "/cases/statistics?year=2026"); /* another town's officer */
	assert_true(answer_has(r, "No case was decided in these two years"));
	(void)s;
}

/* What a body or a court said of a case, on file. */
struct said {
	int64_t id, case_id;
	const char *kind, *begun, *ended, *outcome, *effect, *words;
};

static void put_remedy(struct bench *b, const struct said *r)
{
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO case_remedies (id, version, case_id, kind, begun_at, "
			     "ended_at, outcome, effect, words, fine_fen, entered_by, entered_at) "
			     "VALUES (%" PRId64 ", 1, %" PRId64 ", '%s', %" PRId64 ", %" PRId64
			     ", '%s', '%s', '%s', 0, 1, 1)",
			     r->id, r->case_id, r->kind, day(r->begun),
			     *r->ended ? day(r->ended) : 0, r->outcome, r->effect, r->words));
}

/* Two decisions, three challenges taken up and four ended in the year, two of them lost; of the
 * year before one, which was not. What is lost is read by those who lead. */
static void challenged_decisions(void **state)
{
	struct bench *b = *state;
	struct story s = decided(b), t = decided(b);
	static const char csv[] = "/cases/statistics?year=2026&of=challenged&format=csv";
	const struct said all[] = {
		{ 1, s.id, "review", "2026-03-02", "2026-05-04", "upheld", "stands", "复议维持" },
		{ 2, s.id, "suit", "2026-06-01", "2026-10-09", "annulled", "annulled",
			"主要证据不足" },
		{ 3, t.id, "review", "2025-03-03", "2025-05-06", "dismissed", "stands", "驳回" },
		{ 4, t.id, "suit", "2025-12-01", "2026-01-05", "withdrawn", "stands", "撤诉" },
		{ 5, t.id, "review", "2026-02-02", "2026-04-07", "changed", "changed", "处罚过重" }
	};
	struct answer *r;

	bench_english(b, true);
	r = bench_get(b, "head1", "/cases/statistics?year=2026");
	assert_true(lacks(r, "Challenged decisions"));
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		put_remedy(b, &all[i]);
	r = bench_get(b, "head1", "/cases/statistics?year=2026");
	assert_true(answer_has(r, "Challenged decisions") && answer_has(r, "50.0%"));
	assert_true(answer_has(r, "主要证据不足") && answer_has(r, "处罚过重"));
	assert_true(lacks(r, "复议维持") && lacks(r, "撤诉"));
	assert_in_range(r->statements, 1, 13);
	r = bench_get(b, "head1", csv);
	/* decisions, reviews, suits, ended, upheld, withdrawn, ordered, changed, annulled, lost */
	assert_true(answer_has(r, "All challenged decisions,2,2,1,4,1,1,0,1,1,500,0"));
	assert_true(answer_has(r, "Administrative review,2,2,0,2,1,0,0,1,0,500,0"));
	assert_true(answer_has(r, "Administrative suit,1,0,1,2,0,1,0,0,1,500,-1"));
	assert_true(answer_has(r, ",2,2,1,4,1,1,0,1,1,500,0"));
	/* others count neither what was annulled nor publish it; what was changed counts */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_cases WHERE annulled = 1"), 1);
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT annulled FROM pub_cases WHERE id = %" PRId64, s.id)),
		1);
	bench_run(b, "UPDATE cases SET penalty = 'PEN_FINE', fine_fen = 1000");
	assert_int_equal(bench_int(b, "SELECT sum(publishable) FROM pub_cases"), 1);
	/* an officer sees the figures, not the list; another town's sees nothing */
	r = bench_get(b, "officer1", "/cases/statistics?year=2026");
	assert_true(answer_has(r, "50.0%") && lacks(r, "主要证据不足"));
	r = bench_get(b, "officer3", "/cases/statistics?year=2026");
	assert_true(lacks(r, "Challenged decisions"));
	/* what still runs has not ended; a body that orders the office to act finds against it */
	bench_run(b, "DELETE FROM case_remedies WHERE id IN (2, 4)");
	put_remedy(b, &(struct said){ 6, s.id, "suit", "2026-06-01", "", "", "", "" });
	put_remedy(b, &(struct said){ 7, t.id, "suit", "2026-06-01", "2026-11-02", "ordered",
			      "stands", "责令履行" });
	r = bench_get(b, "head1", csv);
	assert_true(answer_has(r, "All challenged decisions,2,2,2,3,1,0,1,1,0,667,0"));
}

#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },
#define EACH(on)                                                                                   \
	on(calendar_shows_what_comes_next) on(told_once_before_and_once_after) on(warned_again)    \
		on(ends_of_a_case) on(list_filters) on(statistics_measure)                         \
			on(challenged_decisions) on(barred_precheck_is_shown)                      \
				on(requests_stand_in_the_calendar)

int main(void)
{
	const struct CMUnitTest here[] = { EACH(ON_SQLITE) }, there[] = { EACH(ON_POSTGRES) };
	int bad = cmocka_run_group_tests(here, NULL, NULL);

	return bad + (bench_has_postgres() ? cmocka_run_group_tests(there, NULL, NULL) : 0);
}
