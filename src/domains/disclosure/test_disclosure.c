/* Requests for information: which step may be taken, its term, who sees who asked; each refusal
 * with its article (政府信息公开条例 30, 32, 33, 36). */
#include "domains/disclosure/disclosure.h"
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, PAGE_STATEMENTS = 14, OPEN_STATEMENTS = 6 };

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static bool names(const char *why, const char *words)
{
	return !*words ? why == NULL : why && strstr(why, words);
}

static void steps_pure(void **state)
{
	const struct disclosure_facts open = { "open", false, false, 10, 10 };
	const struct disclosure_facts late = { "open", false, false, 10, 11 };
	const struct disclosure_facts used = { "open", true, true, 10, 10 };
	const struct disclosure_facts mend = { "mend", true, false, 10, 10 };
	const struct disclosure_facts done = { "answered", true, false, 10, 10 };
	struct arena *a = arena_new();
	struct node *given = node_map(a), *dropped = node_map(a);

	(void)state;
	put_text(given, "code", "given");
	put_flag(dropped, "only_waiting", true);
	assert_true(names(wait_refused(&open, "mend"), ""));
	assert_true(names(wait_refused(&late, "mend"), "article 30"));
	assert_true(names(wait_refused(&used, "mend"), "article 30"));
	assert_true(names(wait_refused(&late, "third"), ""));
	assert_true(names(wait_refused(&mend, "third"), "does not run"));
	assert_true(names(wait_refused(&open, "x"), "Say what"));
	assert_true(names(extend_refused(&open), ""));
	assert_true(names(extend_refused(&used), "article 33"));
	assert_true(names(extend_refused(&mend), "does not run"));
	assert_true(names(answer_refused(&open, given), ""));
	assert_true(names(answer_refused(&open, NULL), "article 36"));
	assert_true(names(answer_refused(&open, dropped), "article 30"));
	assert_true(names(answer_refused(&mend, dropped), ""));
	assert_true(names(answer_refused(&done, given), "already"));
	arena_free(a);
}

static const char *due(struct bench *b)
{
	return date_text(bench_arena(b), bench_int(b, "SELECT due FROM disclosures"));
}

static const char *one(struct bench *b, const char *step)
{
	return at(
		b, "/disclosures/%" PRId64 "%s", bench_int(b, "SELECT id FROM disclosures"), step);
}

static void answered(void **state)
{
	struct bench *b = *state;

	struct answer *r = status_is(
		bench_post(b, "officer1", "/disclosures", "title", "检查结果", NULL), 422);
	assert_true(answer_has(r, "检查结果")); /* what was typed stays */
	bench_torture(b, "officer1", "/disclosures", "title", "检查结果", "wanted", "三年检查结果",
		"way", "net", "form", "electronic", "received_day", "2026-11-23", "name", "钱多多",
		"contact", "13900000000", NULL);
	/* article 33: twenty working days */
	assert_string_equal(due(b), "2026-12-21");
	assert_true(
		answer_has(bench_get(b, "officer1", "/desk/waiting?of=disclosure"), "检查结果"));
	r = status_is(bench_get(b, "officer1", one(b, "")), 200);
	assert_true(r->statements <= PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/disclosure/golden/one.html");
	assert_true(answer_has(r, "钱多多"));
	assert_null(strstr(bench_get(b, "auditor1", one(b, ""))->body, "钱多多"));
	assert_null(strstr(bench_get(b, "officer1", "/disclosures?format=csv")->body, "钱多多"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE data LIKE '%钱多多%'"), 0);
	/* article 32: the third party's days are not counted */
	status_is(bench_post(b, "officer1", one(b, "/wait"), "kind", "third", "words", "", NULL),
		422);
	bench_torture(b, "officer1", one(b, "/wait"), "kind", "third", "words", "书面征求", NULL);
	status_is(bench_post(b, "head1", one(b, "/more"), "why", "x", NULL), 409);
	bench_clock(b, clock_now() + 7 * DAY);
	bench_torture(b, "officer1", one(b, "/resume"), NULL);
	assert_string_equal(due(b), "2026-12-28");
	status_is(bench_post(b, "officer1", one(b, "/resume"), NULL), 409);
	/* once twenty more, by a head */
	status_is(bench_post(b, "officer1", one(b, "/more"), "why", "x", NULL), 403);
	bench_torture(b, "head1", one(b, "/more"), "why", "材料较多", NULL);
	r = status_is(bench_post(b, "head1", one(b, "/more"), "why", "x", NULL), 409);
	assert_true(answer_has(r, "第三十三条"));
	r = status_is(bench_post(b, "officer1", one(b, "/answer"), "answer", "dropped", "words",
			      "x", NULL),
		409);
	assert_true(answer_has(r, "第三十条"));
	bench_torture(
		b, "officer1", one(b, "/answer"), "answer", "part", "words", "部分公开", NULL);
	assert_int_equal(bench_int(b, "SELECT in_time FROM disclosures"), 1);
	r = status_is(bench_get(b, "", "/disclosures/counts"), 200);
	assert_true(r->statements <= OPEN_STATEMENTS);
	bench_golden(b, r, "src/domains/disclosure/golden/counts.html");
	assert_null(strstr(r->body, "检查结果"));
	r = status_is(bench_get(b, "officer1", "/disclosures"), 200);
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/disclosure/golden/list.html");
	/* three years later nobody knows who asked */
	bench_clock(b, clock_now() + (3 * 365 + 30) * DAY);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM disclosure_applicants"), 0);
	assert_true(answer_has(bench_get(b, "officer1", one(b, "")), "保存期满，已删除。"));
}

static void corrected_or_given_up(void **state)
{
	struct bench *b = *state;

	status_is(bench_post(b, "officer1", "/disclosures", "title", "a", "wanted", "b", "way",
			  "visit", "form", "paper", "received_day", "2026-11-23", "name", "n",
			  "contact", "c", NULL),
		303);
	bench_torture(b, "officer1", one(b, "/wait"), "kind", "mend", "words", "请明确", NULL);
	bench_clock(b, clock_now() + 2 * DAY);
	status_is(bench_post(b, "officer1", one(b, "/resume"), NULL), 303);
	assert_string_equal(due(b), "2026-12-23"); /* article 30: anew from the correction */
	struct answer *r = status_is(
		bench_post(b, "officer1", one(b, "/wait"), "kind", "mend", "words", "x", NULL),
		409);
	assert_true(answer_has(r, "第三十条"));
	/* its term passes: told once */
	bench_clock(b, clock_now() + 40 * DAY);
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'disclosure.overdue'"), 1);
	status_is(
		bench_post(b, "officer1", one(b, "/answer"), "answer", "given", "words", "x", NULL),
		303);
	assert_int_equal(bench_int(b, "SELECT in_time FROM disclosures"), 0);
	status_is(
		bench_post(b, "officer1", one(b, "/answer"), "answer", "given", "words", "x", NULL),
		409);
}

#define EACH(X)	       X(answered) X(corrected_or_given_up)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest pure[] = { cmocka_unit_test(steps_pure) };
	const struct CMUnitTest tests[] = { EACH(ON_SQLITE) EACH(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	int failed = cmocka_run_group_tests_name("pure", pure, NULL, NULL);

	return failed + _cmocka_run_group_tests(
				"disclosure", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
