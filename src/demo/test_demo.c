/* The demonstration district: the same twice, with the colours of a real one, and never over
 * another district. */
#include "demo/demo.h"
#include "core/ledger/ledger.h"
#include "harness.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 400 };

static int64_t day(const char *text)
{
	int64_t ms = 0;
	assert_true(date_parse(text, &ms));
	return ms;
}

/* bench_open() brings people; the demonstration wants an empty district. */
static struct bench *empty(void)
{
	struct bench *b = bench_open(NULL);
	bench_run(b, "DELETE FROM sessions");
	bench_run(b, "DELETE FROM user_state");
	bench_run(b, "DELETE FROM users");
	return b;
}

static const char *signature(struct bench *b)
{
	return arena_printf(bench_arena(b), "%s|%" PRId64 "|%" PRId64 "|%" PRId64,
		bench_text(
			b, "SELECT code FROM pub_operators WHERE licence_no = 'JYX3101120000123'"),
		bench_int(b, "SELECT count(*) FROM pub_inspections"),
		bench_int(b, "SELECT count(*) FROM pub_grades WHERE letter = 'A'"),
		bench_int(b, "SELECT sum(score) FROM pub_inspections"));
}

static enum err build_in(struct bench *b, int n, bool *built, struct fault *why)
{
	struct demo_plan plan = { n, day("2026-11-23"), "rtsp://127.0.0.1:8554/kitchen", 3 };
	return demo_build(bench_app(b), &plan, built, why);
}

static const char *build(bool *built, struct fault *why, enum err *e)
{
	struct bench *b = empty();
	*e = build_in(b, N, built, why);
	char *s = *e ? strdup("") : strdup(signature(b));
	bench_close(b);
	return s;
}

static void test_same_twice(void **state)
{
	struct fault why = { 0 };
	enum err e;
	bool built;
	const char *one, *two;

	(void)state;
	one = build(&built, &why, &e);
	if (e)
		fail_msg("%s", why.text);
	two = build(&built, &why, &e);
	assert_int_equal(e, OK);
	assert_true(built);
	assert_string_equal(one, two);
	free((void *)one);
	free((void *)two);
}

/* A finished round of appraisal: several grades, an objection upheld and one not, things put right,
 * one still to be. */
static void appraised(struct bench *b)
{
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM appraisal_rounds WHERE state = 'finished'"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM appraisals WHERE state = 'final'"), 6);
	assert_true(bench_int(b, "SELECT count(DISTINCT grade) FROM appraisals") >= 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM appraisals WHERE mend_state = "
				      "'accepted'"),
		5);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM appraisal_objections WHERE state <> "
				      "'made'"),
		2);
}

/* Signed by both officers and the business, or refused before a witness; each with its sheet. */
static void tablet_records(struct bench *b)
{
	/* four of the graded visit, five of the tablet's */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM inspection_corrections"), 9);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM inspection_protocols WHERE sign1 <> '' "
				      "AND sign2 <> '' AND (sign_party <> '' OR sign_witness <> "
				      "'')"),
		5);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM inspection_protocols WHERE refusal <> ''"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM inspection_photos"), 4);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM papers WHERE template = 'inspection_result'"),
		5);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grade_profiles"), 5);
}

static void test_district(void **state)
{
	struct bench *b = empty();
	struct fault why = { 0 };
	bool built;

	(void)state;
	assert_int_equal(build_in(b, N, &built, &why), OK);
	assert_true(built);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_operators"), N);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_places WHERE how = 'cell'"), N);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_officers"), DEMO_OFFICERS);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_accidents"), 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM pub_reratings WHERE state = 'asked'"), 1);
	tablet_records(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM rehearsals"), 1);
	assert_true(bench_int(b, "SELECT take FROM draws") > 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_tasks WHERE kind = 'draw'"),
		bench_int(b, "SELECT take FROM draws"));
	/* warnings of each sort, clusters of complaints, tasks late, handed over, done */
	assert_in_range(bench_int(b, "SELECT count(DISTINCT sort) FROM warnings"), 7, 8);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM warnings WHERE rule = "
				      "'complaints_operator' AND state = 'open'"),
		2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM warnings WHERE rule = "
				      "'complaints_cell' AND state = 'open'"),
		1);
	assert_true(bench_int(b, "SELECT count(*) FROM grid_tasks WHERE kind = 'warning' AND "
				 "escalated_at > 0") > 0);
	assert_true(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'task.handed_over'") > 0);
	assert_true(bench_int(b, "SELECT count(*) FROM warnings WHERE state = 'dismissed'") > 0);
	assert_true(bench_int(b, "SELECT count(*) FROM warnings WHERE state = 'answered'") > 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM complaints"), 12);
	appraised(b);
	assert_int_equal(
		bench_int(b, "SELECT count(DISTINCT area) FROM pub_operators"), DEMO_TOWNS);
	assert_int_equal(
		bench_int(b,
			"SELECT count(*) FROM pub_users WHERE role = 'officer' AND card_no <> ''"),
		DEMO_OFFICERS);
	assert_int_equal(
		bench_int(b, "SELECT area FROM pub_users WHERE login = 'officer1'"), 310112101);
	assert_int_equal(
		bench_int(b, "SELECT area FROM pub_users WHERE login = 'officer3'"), 310112102);
	/* every place of business that was graded, with about 31 % A, 68 % B, hardly any C */
	int64_t all = bench_int(b, "SELECT count(*) FROM pub_grades");
	int64_t a = bench_int(b, "SELECT count(*) FROM pub_grades WHERE letter = 'A'");
	int64_t c = bench_int(b, "SELECT count(*) FROM pub_grades WHERE letter = 'C'");
	assert_true(all > N * 6 / 10);
	assert_in_range(a * 1000 / all, 250, 380);
	assert_in_range(c * 1000 / all, 0, 20);
	/* nothing lies after the day, and each has its fact */
	assert_true(bench_int(b, "SELECT max(inspected_at) FROM inspections") < day("2026-11-23"));
	assert_true(bench_int(b, "SELECT max(registered_at) FROM operators") < day("2026-11-23"));
	assert_true(bench_int(b, "SELECT min(registered_at) FROM operators") > day("2025-10-01"));
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'operator.registered'"), N);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM inspections WHERE inspector1 = inspector2"), 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE name = "
				      "'inspection.recorded' AND actor = 0"),
		0);
	/* once more: nothing is done; another number: refused */
	assert_int_equal(build_in(b, N, &built, &why), OK);
	assert_false(built);
	assert_int_equal(build_in(b, N + 1, &built, &why), E_CONFLICT);
	bench_close(b);
}

static void test_refuses(void **state)
{
	struct bench *b = bench_open(NULL);
	struct fault why = { 0 };
	bool built;

	(void)state;
	assert_int_equal(build_in(b, N, &built, &why), E_CONFLICT);
	assert_false(built);
	assert_non_null(strstr(why.text, "holds a district already"));
	bench_close(b);
}

static void test_names(void **state)
{
	struct arena *a = arena_new();
	uint64_t random = 5;

	(void)state;
	for (int64_t i = 0; i < 2000; i++) {
		struct operator o;
		demo_operator(a, &random, i, &o);
		assert_null(check_uscc(o.uscc));
		assert_null(check_phone(o.phone));
		assert_true(text_starts(o.uscc, "92310112XX"));
		assert_true(text_starts(o.phone, "1990000"));
		assert_true(o.lat > 30900000 && o.lat < 31300000 && o.lon > 121200000 &&
			    o.lon < 121600000);
		assert_true(utf8_length(o.name) >= 5);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_same_twice),
		cmocka_unit_test(test_district),
		cmocka_unit_test(test_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
