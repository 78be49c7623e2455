/* Impact assessments and breaches: who decides, which terms run, whom was told; each refusal with
 * its article (个人信息保护法 55–57). */
#include "domains/privacy/registers.h"
#include "domains/privacy/rules.h"
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, PAGE_STATEMENTS = 14 };

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)
#define ONE	   "/privacy/breaches/%" PRId64 "%s"

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

/* ---- pure -------------------------------------------------------------- */
static void what_is_next(void **state)
{
	static const struct {
		const char *what;
		struct breach_facts f;
		const char *next, *not_yet;
		int64_t due;
	} rows[] = {
		{ "57: both wait, the earlier first", { 0, 0, 0, 4, 72, false }, "report",
			"authority", 4 },
		{ "the people's may be the earlier", { 0, 0, 0, 90, 72, false }, "tell",
			"authority", 72 },
		{ "the authority was told", { 3, 0, 0, 4, 72, false }, "tell", "people", 72 },
		{ "the people were told first", { 0, 3, 0, 4, 72, false }, "report", "authority",
			4 },
		{ "57 paragraph 2: they need not be", { 3, 0, 5, 4, 72, false }, "", NULL, 0 },
		{ "both were told", { 3, 5, 0, 4, 72, false }, "", NULL, 0 },
		{ "closed", { 3, 5, 0, 4, 72, true }, "", "closed already", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t due;
		const char *next = breach_next(&rows[i].f, &due);
		const char *not_yet = breach_not_yet(&rows[i].f);
		if (strcmp(next, rows[i].next) != 0 || due != rows[i].due)
			fail_msg("%s: %s", rows[i].what, next);
		if (!rows[i].not_yet != !not_yet || (not_yet && !strstr(not_yet, rows[i].not_yet)))
			fail_msg("%s: %s", rows[i].what, not_yet ? not_yet : "nothing");
	}
}

static void hours(void **state)
{
	static const char *const wrong[] = { "", "9:30", "24:00", "12:60", "12-30", "ab:cd",
		"09:300" };

	(void)state;
	assert_int_equal(hour_ms("09:30"), 9 * HOUR + 30 * MINUTE);
	assert_null(check_hour("23:59"));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_non_null(check_hour(wrong[i]));
	assert_non_null(impact_refused(false, 1, 2));
	assert_non_null(impact_refused(true, 1, 1));
	assert_null(impact_refused(true, 1, 2));
}

/* ---- impact assessments ------------------------------------------------ */
static void assessed(void **state)
{
	struct bench *b = *state;

	status_is(bench_get(b, "officer1", "/privacy/impacts"), 403);
	struct answer *r = status_is(bench_post(b, "reviewer1", "/privacy/impacts", "title",
					     "后厨摄像", "occasion", "sensitive", NULL),
		422);
	assert_true(answer_has(r, "后厨摄像")); /* what was typed stays */
	bench_torture(b, "reviewer1", "/privacy/impacts", "title", "后厨摄像", "occasion",
		"sensitive", "purpose", "发现违法行为", "effect", "影响从业人员", "measures",
		"人脸遮挡", "risk", "middle", NULL);
	assert_string_equal(
		bench_text(b, "SELECT number FROM privacy_impacts"), "个保评估〔2026〕1号");
	const char *one =
		at(b, "/privacy/impacts/%" PRId64, bench_int(b, "SELECT id FROM privacy_impacts"));
	const char *decide = at(b, "%s/decide", one);
	status_is(bench_post(b, "reviewer1", decide, "verdict", "approve", "opinion", "x", NULL),
		403);
	status_is(bench_post(b, "head1", decide, "verdict", "approve", "opinion", "", NULL), 422);
	bench_torture(b, "head1", decide, "verdict", "approve", "opinion", "同意", NULL);
	status_is(bench_post(b, "head1", decide, "verdict", "refuse", "opinion", "x", NULL), 409);
	/* article 56: three years */
	assert_string_equal(
		date_text(bench_arena(b), bench_int(b, "SELECT keep_until FROM privacy_impacts")),
		"2029-11-23");
	r = status_is(bench_get(b, "auditor1", one), 200);
	assert_true(r->statements <= PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/privacy/golden/impact.html");
	r = status_is(bench_get(b, "auditor1", "/privacy/impacts"), 200);
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/privacy/golden/impacts.html");
	status_is(bench_get(b, "head1", at(b, "%s/file", one)), 404);
	assert_non_null(
		strstr(bench_get(b, "head1", "/privacy/impacts?format=csv")->body, "后厨摄像"));
	bench_clock(b, clock_now() + 370 * DAY);
	assert_true(answer_has(bench_get(b, "head1", one), "复查期限已到"));
}

/* ---- breaches ---------------------------------------------------------- */
static struct answer *told(struct bench *b, const char *path, const char *whom, const char *hour)
{
	return bench_post(b, "command1", path, "whom", whom, "name", "网信办", "told_day",
		"2026-11-23", "told_hour", hour, "way", "phone", "words", "已报告", NULL);
}

static void breach(void **state)
{
	struct bench *b = *state;

	/* found at 09:30, entered at 10:00 */
	struct answer *r = status_is(
		bench_post(b, "command1", "/privacy/breaches", "title", "执法平板遗失", "kind",
			"loss", "found_day", "2026-11-23", "found_hour", "23:30", NULL),
		422);
	assert_true(answer_has(r, "执法平板遗失"));
	bench_torture(b, "command1", "/privacy/breaches", "title", "执法平板遗失", "kind", "loss",
		"found_day", "2026-11-23", "found_hour", "09:30", "data_kinds", "当事人姓名、电话",
		"people", "12", "cause", "遗失", "harm", "骚扰电话", "measures", "远程锁定",
		"self_help", "留意来电", "contact", "12315", NULL);
	int64_t id = bench_int(b, "SELECT id FROM privacy_breaches");
	assert_int_equal(
		bench_int(b, "SELECT report_due - found_at FROM privacy_breaches"), 4 * HOUR);
	assert_int_equal(
		bench_int(b, "SELECT tell_due - found_at FROM privacy_breaches"), 72 * HOUR);
	assert_true(answer_has(bench_get(b, "command1", "/desk/waiting?of=breach"), "个保事件"));
	assert_null(strstr(bench_get(b, "officer1", "/desk/waiting")->body, "个保事件"));
	/* the first term passes: said once */
	bench_clock(b, clock_now() + 4 * HOUR);
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'breach.overdue'"), 1);
	r = status_is(bench_get(b, "head1", at(b, ONE, id, "")), 200);
	assert_true(r->statements <= PAGE_STATEMENTS);
	assert_true(answer_has(r, "已逾期"));
	bench_golden(b, r, "src/domains/privacy/golden/breach.html");
	r = status_is(bench_post(b, "head1", at(b, ONE, id, "/close"), "closing", "x", NULL), 409);
	assert_true(answer_has(r, "第五十七条"));
	status_is(told(b, at(b, ONE, id, "/notices"), "authority", "09:00"), 422); /* too early */
	status_is(told(b, at(b, ONE, id, "/notices"), "authority", "10:30"), 303);
	r = status_is(bench_post(b, "head1", at(b, ONE, id, "/close"), "closing", "x", NULL), 409);
	assert_true(answer_has(r, "第五十七条"));
	status_is(bench_post(b, "command1", at(b, ONE, id, "/untold"), "why", "x", NULL), 403);
	status_is(bench_post(b, "head1", at(b, ONE, id, "/untold"), "why", "", NULL), 422);
	bench_torture(b, "head1", at(b, ONE, id, "/untold"), "why", "平板加密，未被打开", NULL);
	assert_int_equal(bench_int(b, "SELECT next_due FROM privacy_breaches"), 0);
	bench_torture(b, "head1", at(b, ONE, id, "/close"), "closing", "找回，未泄露", NULL);
	status_is(told(b, at(b, ONE, id, "/notices"), "people", "11:00"), 409);
	r = status_is(bench_get(b, "auditor1", "/privacy/breaches"), 200);
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/privacy/golden/breaches.html");
}

#define EACH(X)	       X(assessed) X(breach)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest pure[] = { cmocka_unit_test(what_is_next),
		cmocka_unit_test(hours) };
	const struct CMUnitTest tests[] = { EACH(ON_SQLITE) EACH(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	int failed = cmocka_run_group_tests_name("pure", pure, NULL, NULL);

	return failed + _cmocka_run_group_tests(
				"registers", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
