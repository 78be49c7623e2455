/* The register of complaints through its pages: clocks, tasks, files, whoever sent one; on SQLite,
 * and on PostgreSQL where one is there. */
#include "domains/complaints/complaints.h"
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, PAGE_STATEMENTS = 18 };

static int facts(struct bench *b, const char *name)
{
	return (int)bench_int(b, arena_printf(bench_arena(b),
					 "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

static const char *step(struct bench *b, const char *path, const char *what)
{
	return arena_printf(bench_arena(b), "%s/%s", path, what);
}

/* Whatever the ledger and the lists say: never who sent it, never the text. */
static void nothing_told(struct bench *b)
{
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE data LIKE '%钱小七%' OR data "
			     "LIKE '%18612340000%' OR data LIKE '%吃坏肚子%'"),
		0);
	assert_null(strstr(bench_get(b, "officer1", "/complaints?state=all")->body, "钱小七"));
	assert_null(strstr(
		bench_get(b, "officer1", "/complaints?state=all&format=csv")->body, "吃坏肚子"));
}

static struct answer *enter(struct bench *b, const char *who, const char *kind)
{
	return bench_post(b, who, "/complaints", "number", "", "kind", kind, "source", "phone",
		"received_at", "2026-11-20", "subject_name", "禾记小馆", "matter", "食物不洁",
		"text", "在该店用餐后吃坏肚子", "reporter_name", "钱小七", "reporter_phone",
		"18612340000", NULL);
}

/* ---- rules ------------------------------------------------------------------------------------
 */
static void test_rules(void **state)
{
	static const struct {
		const char *kind, *state, *outcome;
		bool allowed;
	} table[] = {
		{ "complaint", "received", "settled", false },
		{ "complaint", "received", "refused", true },
		{ "complaint", "received", "withdrawn", true },
		{ "complaint", "accepted", "refused", false },
		{ "complaint", "accepted", "settled", true },
		{ "complaint", "accepted", "not_settled", true },
		{ "complaint", "decided", "settled", false },
		{ "complaint", "accepted", "filed", false },
		{ "report", "received", "filed", true },
		{ "report", "received", "not_filed", true },
		{ "report", "received", "transferred", true },
		{ "report", "received", "settled", false },
		{ "report", "closed", "filed", false },
		{ "report", "received", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_int_equal(may_decide_complaint(
					 table[i].kind, table[i].state, table[i].outcome) == NULL,
			table[i].allowed);
	assert_null(may_accept_complaint("complaint", "received"));
	assert_non_null(may_accept_complaint("report", "received"));
	assert_non_null(may_accept_complaint("complaint", "accepted"));
	assert_null(may_extend_complaint("report", "received", 0));
	assert_non_null(may_extend_complaint("report", "received", 1));
	assert_non_null(may_extend_complaint("complaint", "received", 0));
	assert_true(has_to_be_told("complaint", false));
	assert_false(has_to_be_told("report", false));
	assert_true(has_to_be_told("report", true));
	assert_int_equal(complaint_clock("received", -1), CLOCK_OVER);
	assert_int_equal(complaint_clock("received", 0), CLOCK_SOON);
	assert_int_equal(complaint_clock("received", 3), CLOCK_TIME);
	assert_int_equal(complaint_clock("closed", -1), CLOCK_NONE);
	int64_t day = 0, first = 0;
	assert_true(date_parse("2026-11-23", &day) && date_parse("2023-11-01", &first));
	assert_int_equal(erase_before(day, 36), first);
}

/* ---- a complaint -------------------------------------------------------------------------------
 */
static void test_complaint(void **state)
{
	struct bench *b = *state;
	struct answer *r;

	bench_operator(b, "禾记小馆", HARNESS_AREA);
	r = bench_post(b, "officer1", "/complaints", "kind", "complaint", "source", "phone",
		"received_at", "2026-11-24", "subject_name", "禾记小馆", "matter", "食物不洁",
		"text", "在该店用餐后吃坏肚子", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "在该店用餐后吃坏肚子")); /* what was typed is still there */
	const char *path = enter(b, "officer1", "complaint")->location;
	/* found by its name; seven working days after 2026-11-20 */
	assert_int_equal(bench_int(b, "SELECT operator FROM complaints"),
		bench_int(b, "SELECT id FROM operators"));
	r = bench_get(b, "officer1", path);
	assert_true(r->statements <= PAGE_STATEMENTS);
	assert_true(answer_has(r, "TSJB-2026-00001"));
	assert_true(answer_has(r, "2026-12-01"));
	bench_golden(b, r, "src/domains/complaints/golden/one.html");
	r = bench_get(b, "officer1", "/complaints");
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/complaints/golden/list.html");
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
	assert_int_equal(bench_get(b, "auditor1", path)->status, 200);
	assert_int_equal(bench_get(b, "admin1", path)->status, 403);
	assert_int_equal(bench_post(b, "officer1", step(b, path, "decide"), "outcome", "settled",
				 "words", "退款", NULL)
				 ->status,
		409);
	bench_torture(b, "officer1", step(b, path, "accept"), NULL);
	/* sixty days of mediation since 2026-04-15 */
	assert_true(answer_has(bench_get(b, "officer1", path), "2027-01-22"));
	assert_int_equal(bench_post(b, "officer1", step(b, path, "accept"), NULL)->status, 409);
	assert_int_equal(bench_post(b, "officer1", step(b, path, "decide"), "outcome", "settled",
				 "words", "", NULL)
				 ->status,
		422);
	bench_torture(b, "officer1", step(b, path, "decide"), "outcome", "settled", "words",
		"双方同意退款", NULL);
	bench_torture(b, "officer1", step(b, path, "answer"), "way", "电话告知", NULL);
	assert_string_equal(bench_text(b, "SELECT state FROM complaints"), "closed");
	assert_true(answer_has(bench_get(b, "officer1", path), "电话告知"));
	nothing_told(b);
	assert_int_equal(facts(b, "complaint.answered"), 1);
}

/* A report: checked within 15 working days and once 15 more; an anonymous one ends without that. */
static void test_report(void **state)
{
	struct bench *b = *state;

	bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *path = enter(b, "officer1", "report")->location;
	assert_true(answer_has(bench_get(b, "officer1", path), "2026-12-11"));
	assert_int_equal(bench_post(b, "officer1", step(b, path, "accept"), NULL)->status, 409);
	bench_torture(b, "officer1", step(b, path, "extend"), "words", "需检验", NULL);
	assert_true(answer_has(bench_get(b, "officer1", path), "2027-01-04"));
	assert_int_equal(
		bench_post(b, "officer1", step(b, path, "extend"), "words", "需检验", NULL)->status,
		409);
	assert_int_equal(bench_post(b, "officer1", step(b, path, "decide"), "outcome", "not_filed",
				 "words", "未发现违法行为", NULL)
				 ->status,
		303);
	assert_string_equal(bench_text(b, "SELECT state FROM complaints"), "decided");
	path = bench_post(b, "officer1", "/complaints", "number", "A1", "kind", "report", "source",
		"letter", "received_at", "2026-11-20", "subject_name", "禾记小馆", "matter", "鼠患",
		"text", "后厨有鼠", NULL)
		       ->location;
	bench_post(b, "officer1", step(b, path, "decide"), "outcome", "not_filed", "words",
		"未发现", NULL);
	assert_string_equal(
		bench_text(b, "SELECT state FROM complaints WHERE number = 'A1'"), "closed");
	struct answer *r = bench_post(b, "officer1", "/complaints", "number", "A1", "kind",
		"report", "source", "letter", "received_at", "2026-11-20", "subject_name",
		"禾记小馆", "matter", "鼠患", "text", "后厨有鼠", NULL);
	assert_int_equal(r->status, 409);
	assert_true(answer_has(r, "A1"));
}

/* ---- the officer of the cell
 * ---------------------------------------------------------------------- */
static void test_task(void **state)
{
	struct bench *b = *state;
	int64_t o;

	const char *path = enter(b, "officer1", "complaint")->location;
	assert_int_equal(bench_int(b, "SELECT operator FROM complaints"), 0);
	assert_int_equal(
		bench_post(b, "officer1", step(b, path, "assign"), "due", "2026-11-27", NULL)
			->status,
		409);
	o = bench_operator(b, "禾记小馆", HARNESS_AREA);
	assert_int_equal(
		bench_post(b, "officer1", step(b, path, "place"), "licence", "JY0", NULL)->status,
		422);
	bench_torture(b, "officer1", step(b, path, "place"), "licence",
		bench_text(b, "SELECT licence_no FROM operators"), NULL);
	assert_int_equal(bench_int(b, "SELECT operator FROM complaints"), o);
	assert_int_equal(
		bench_post(b, "officer1", step(b, path, "assign"), "due", "2026-11-01", NULL)
			->status,
		422);
	bench_torture(b, "officer1", step(b, path, "assign"), "due", "2026-11-27", NULL);
	assert_int_equal(
		bench_post(b, "officer1", step(b, path, "assign"), "due", "2026-11-27", NULL)
			->status,
		409);
	const char *task = arena_printf(
		bench_arena(b), "/tasks/%" PRId64, bench_int(b, "SELECT id FROM grid_tasks"));
	assert_true(answer_has(bench_get(b, "head1", task), "核查投诉 TSJB-2026-00001：食物不洁"));
	assert_true(answer_has(bench_get(b, "head1", task), path));
	bench_torture(b, "head1", step(b, task, "finish"), "outcome", "已现场核查，情况属实", NULL);
	assert_true(answer_has(bench_get(b, "officer1", path), "已现场核查，情况属实"));
	/* decided while somebody is on the way: the task lapses */
	bench_post(b, "officer1", step(b, path, "assign"), "due", "2026-11-27", NULL);
	bench_post(b, "officer1", step(b, path, "decide"), "outcome", "withdrawn", "words",
		"投诉人撤回", NULL);
	assert_int_equal(facts(b, "task.lapsed"), 1);
	/* linked */
	bench_run(b,
		"INSERT INTO inspections SELECT 8, 1, id, 'INSP_ROUTINE', 5, 1, 2, 't', '1', 1, 1, "
		"1, 3, 0, 900, 'BASIC_CONFORM', 'PASS', 0, '{}', '', 1, 0 FROM operators");
	assert_int_equal(
		bench_post(b, "officer1", step(b, path, "link"), "inspection", "9", NULL)->status,
		422);
	assert_int_equal(
		bench_post(b, "officer1", step(b, path, "link"), "case", "X", NULL)->status, 422);
	bench_torture(b, "officer1", step(b, path, "link"), "inspection", "8", NULL);
	assert_true(answer_has(bench_get(b, "officer1", path), "/inspections/8"));
	assert_true(answer_has(
		bench_get(b, "officer1", arena_printf(bench_arena(b), "/operators/%" PRId64, o)),
		"TSJB-2026-00001"));
	nothing_told(b);
}

/* ---- who sent it
 * ------------------------------------------------------------------------------------ */
static void test_sender(void **state)
{
	struct bench *b = *state;
	struct answer *r;

	bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *path = enter(b, "officer1", "report")->location,
		   *who = step(b, path, "reporter");
	assert_null(strstr(bench_get(b, "officer1", path)->body, "钱小七"));
	assert_int_equal(bench_post(b, "auditor1", who, "reason", "核实", NULL)->status, 403);
	assert_int_equal(bench_post(b, "officer3", who, "reason", "核实", NULL)->status, 403);
	assert_int_equal(bench_post(b, "officer1", who, "reason", "", NULL)->status, 422);
	r = bench_post(b, "officer1", who, "reason", "电话核实细节", NULL);
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "18612340000"));
	assert_int_equal(facts(b, "complaint.sender_viewed"), 1);
	bench_post(b, "officer1", step(b, path, "decide"), "outcome", "not_filed", "words",
		"未发现", NULL);
	bench_post(b, "officer1", step(b, path, "answer"), "way", "电话告知", NULL);
	bench_clock(b, clock_now() + 1090 * DAY); /* 2029-11-17 */
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM complaint_reporters"), 1);
	bench_clock(b, clock_now() + 20 * DAY); /* three years and a month */
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM complaint_reporters"), 0);
	assert_string_equal(bench_text(b, "SELECT text FROM complaints"), "");
	assert_int_equal(facts(b, "complaint.erased"), 1);
	assert_int_equal(bench_post(b, "officer1", who, "reason", "核实", NULL)->status, 404);
	assert_true(answer_has(bench_get(b, "officer1", path), "保存期满"));
	nothing_told(b);
}

/* ---- a file
 * -------------------------------------------------------------------------------------------- */
static struct answer *import(struct bench *b, const char *who, const char *text)
{
	bench_file(b, "file", "12315.csv", "text/csv",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	return bench_post(b, who, "/complaints/import", NULL);
}

static void test_import(void **state)
{
	struct bench *b = *state;
	static const char file[] =
		"登记编号,类型,登记时间,被投诉主体,统一社会信用代码,投诉内容,投诉人,联系电话,"
		"其他\r\n"
		"S1,投诉,2026-11-18 09:30:00,禾记小馆,,\"有异物, "
		"要求退款\",钱小七,18612340000,x\r\n"
		"S2,举报,2026/11/19,无此店,,在该店用餐后吃坏肚子,,,\r\n"
		"S3,举报,2026-12-19,禾记小馆,,未来,,,\r\n"
		",举报,2026-11-19,禾记小馆,,无编号,,,\r\n"
		"S5,举报,2026-11-19,七宝面馆,,他镇,,,\r\n";

	bench_operator(b, "禾记小馆", HARNESS_AREA);
	bench_operator(b, "七宝面馆", HARNESS_AREA2);
	assert_int_equal(bench_post(b, "officer1", "/complaints/import", NULL)->status, 422);
	struct answer *r = import(b, "officer1", "编号,内容\r\n1,x\r\n");
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "登记时间"));
	assert_int_equal(import(b, "officer1", "")->status, 422);
	r = import(b, "officer1", file);
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "登记日期无效"));
	assert_true(answer_has(r, "其他街镇"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM complaints"), 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM complaint_reporters"), 1);
	assert_string_equal(bench_text(b, "SELECT text FROM complaints WHERE number = 'S1'"),
		"有异物, 要求退款");
	assert_string_equal(
		bench_text(b, "SELECT kind FROM complaints WHERE number = 'S2'"), "report");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM complaints WHERE operator > 0"), 1);
	/* again, for the whole district: what is known is passed over */
	r = import(b, "command1", file);
	assert_int_equal(r->status, 200);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM complaints"), 3);
	assert_int_equal(facts(b, "complaint.received"), 3);
	/* 禾记 in GB18030 */
	r = import(b, "officer1",
		"number,received,subject,text\n"
		"S9,2026-11-20,\xba\xcc\xbc\xc7\xd0\xa1\xb9\xdd,\xd2\xec\xce\xef\n");
	assert_int_equal(r->status, 200);
	assert_string_equal(
		bench_text(b, "SELECT subject_name FROM complaints WHERE number = 'S9'"),
		"禾记小馆");
	nothing_told(b);
}

static void test_lists(void **state)
{
	struct bench *b = *state;

	bench_operator(b, "禾记小馆", HARNESS_AREA);
	enter(b, "officer1", "complaint");
	assert_true(answer_has(bench_get(b, "officer1", "/complaints?kind=complaint"), "食物不洁"));
	assert_null(strstr(
		bench_get(b, "officer1", "/complaints?kind=report")->body, "TSJB-2026-00001"));
	assert_null(strstr(
		bench_get(b, "officer1", "/complaints?clock=over")->body, "TSJB-2026-00001"));
	bench_clock(b, clock_now() + 20 * DAY);
	assert_true(
		answer_has(bench_get(b, "officer1", "/complaints?clock=over"), "TSJB-2026-00001"));
	assert_true(answer_has(bench_get(b, "officer1", "/complaints?q=禾记"), "TSJB-2026-00001"));
	assert_null(strstr(bench_get(b, "officer3", "/complaints")->body, "TSJB-2026-00001"));
	assert_int_equal(bench_get(b, "officer1", "/complaints/new")->status, 200);
	assert_int_equal(bench_get(b, "officer1", "/complaints/import")->status, 200);
	bench_torture(b, "officer1", "/complaints", "number", "T1", "kind", "complaint", "source",
		"phone", "received_at", "2026-11-20", "subject_name", "禾记小馆", "matter", "异物",
		"text", "异物", "reporter_name", "李四", NULL);
	/* three within thirty days make a warning */
	enter(b, "officer1", "report");
	bench_post(b, "head1", "/warnings/run", NULL);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM warnings WHERE rule = "
				      "'complaints_operator' AND n = 3"),
		1);
}

#define TESTS(X)                                                                                   \
	X(test_rules)                                                                              \
	X(test_complaint)                                                                          \
	X(test_report) X(test_task) X(test_sender) X(test_import) X(test_lists)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"complaints", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
