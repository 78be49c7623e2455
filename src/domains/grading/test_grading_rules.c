/* From facts to a letter, under the rules as shipped. */
#include "domains/grading/rules.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct grade_rules shanghai;
static struct grade_outcome out;

static int64_t day(const char *text)
{
	int64_t ms = 0;
	assert_true(date_parse(text, &ms));
	return ms;
}

static int setup(void **state)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes b;
	struct node *n;

	(void)state;
	arena = arena_new();
	char *path = arena_printf(arena, "%s/rules/grading/shanghai-2022.json", root ? root : ".");
	if (file_read(arena, path, 1 << 20, &b, &why) || json_parse(arena, b, &n, &why))
		return -1;
	return grade_rules_read(n, &shanghai, &why) ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct grade_input inspection(
	const char *on, int64_t score, int64_t key_failed, const char *result)
{
	return (struct grade_input){ .kind = INPUT_INSPECTION,
		.ref = 1,
		.at = day(on),
		.result = result,
		.score = score,
		.key_failed = key_failed,
		.penalty = "" };
}

static struct grade_input by_video(const char *on, int64_t score)
{
	struct grade_input i = inspection(on, score, 0, "BASIC_CONFORM");
	i.off_site = true;
	return i;
}

static struct grade_input penalty(const char *on, const char *code)
{
	return (struct grade_input){ .kind = INPUT_SANCTION,
		.ref = 2,
		.at = day(on) + 9 * HOUR,
		.result = "",
		.penalty = code };
}

/* The letter on that day; "" for none. The inputs come in order. */
static const char *letter_on(const char *on, const struct grade_input *inputs, size_t n)
{
	struct grade_facts f = { .now = day(on) + 12 * HOUR,
		.registered_at = day("2026-01-10"),
		.kind = "snack",
		.inputs = inputs,
		.n = n };
	grade_compute(arena, &shanghai, &f, &out);
	return out.letter;
}

#define LETTER(on, ...)                                                                            \
	letter_on(on, (const struct grade_input[]){ __VA_ARGS__ },                                 \
		sizeof((const struct grade_input[]){ __VA_ARGS__ }) / sizeof(struct grade_input))

static bool has_line(const char *key)
{
	for (int i = 0; i < out.n; i++)
		if (strcmp(out.lines[i].key, key) == 0)
			return true;
	return false;
}

static void test_base(void **state)
{
	(void)state;
	assert_string_equal(
		LETTER("2026-06-01", inspection("2026-05-01", 1000, 0, "CONFORM")), "A");
	assert_string_equal(out.colour, "green");
	assert_int_equal(out.points, 1000);
	assert_int_equal(out.due_at, 0);
	assert_string_equal(
		LETTER("2026-06-01", inspection("2026-05-01", 900, 0, "BASIC_CONFORM")), "A");
	assert_string_equal(
		LETTER("2026-06-01", inspection("2026-05-01", 890, 0, "BASIC_CONFORM")), "B");
	assert_string_equal(out.colour, "yellow");
	assert_string_equal(
		LETTER("2026-06-01", inspection("2026-05-01", 600, 0, "BASIC_CONFORM")), "B");
	assert_string_equal(
		LETTER("2026-06-01", inspection("2026-05-01", 590, 0, "BASIC_CONFORM")), "C");
	assert_string_equal(out.colour, "red");
	assert_string_equal(
		LETTER("2026-06-01", inspection("2026-05-01", 950, 1, "BASIC_CONFORM")), "B");
	assert_string_equal(
		LETTER("2026-06-01", inspection("2026-05-01", 950, 2, "NOT_CONFORM")), "C");
	assert_string_equal(
		LETTER("2026-06-01", inspection("2026-05-01", 700, 0, "NOT_CONFORM")), "C");
	assert_true(has_line("result"));
}

static void test_latest_counts(void **state)
{
	(void)state;
	assert_string_equal(LETTER("2026-06-01", inspection("2026-01-01", 500, 0, "NOT_CONFORM"),
				    inspection("2026-05-01", 1000, 0, "CONFORM")),
		"A");
	assert_string_equal(LETTER("2026-06-01", inspection("2026-01-01", 1000, 0, "CONFORM"),
				    inspection("2026-05-01", 700, 0, "BASIC_CONFORM")),
		"B");
}

static void test_new_and_not_covered(void **state)
{
	struct grade_facts f = {
		.now = day("2026-04-10"), .registered_at = day("2026-01-10"), .kind = "snack"
	};

	(void)state;
	grade_compute(arena, &shanghai, &f, &out);
	assert_string_equal(out.letter, "");
	assert_string_equal(out.colour, "none");
	assert_int_equal(out.rank, -1);
	assert_true(has_line("new")); /* its last day */
	f.now = day("2026-04-11");
	grade_compute(arena, &shanghai, &f, &out);
	assert_true(has_line("not_inspected"));
	f.kind = "food_maker";
	grade_compute(arena, &shanghai, &f, &out);
	assert_true(has_line("not_covered"));
	assert_int_equal(out.n, 1);
}

/* Decided on 23 May: the last day of six months is 23 November. */
static void test_warning(void **state)
{
	const struct grade_input good = inspection("2026-03-01", 1000, 0, "CONFORM");
	const struct grade_input warned = penalty("2026-05-23", "PEN_WARN");

	(void)state;
	assert_string_equal(LETTER("2026-05-23", good, warned), "B");
	assert_int_equal(out.due_at, day("2026-11-24"));
	assert_true(has_line("sanction"));
	assert_string_equal(LETTER("2026-11-23", good, warned), "B");
	assert_string_equal(LETTER("2026-11-24", good, warned), "A");
	assert_int_equal(out.due_at, 0);
	assert_false(has_line("sanction"));
	/* a new perfect inspection does not lift the cap */
	assert_string_equal(
		LETTER("2026-06-02", warned, inspection("2026-06-01", 1000, 0, "CONFORM")), "B");
	/* never raises: C stays C */
	assert_string_equal(
		LETTER("2026-06-02", inspection("2026-03-01", 400, 0, "NOT_CONFORM"), warned), "C");
	/* a decision that was annulled is named as long, and lowers nothing */
	struct grade_input undone = penalty("2026-05-23", "PEN_STOP");
	undone.word = "annulled";
	assert_string_equal(LETTER("2026-05-23", good, undone), "A");
	assert_true(has_line("undone") && !has_line("sanction"));
	assert_string_equal(LETTER("2027-05-24", good, undone), "A");
	assert_false(has_line("undone"));
	/* and gives no letter to who has none */
	assert_string_equal(LETTER("2026-06-02", warned), "");
	assert_int_equal(out.due_at, day("2026-11-24"));
}

static void test_fine_and_accident(void **state)
{
	const struct grade_input good = inspection("2026-03-01", 1000, 0, "CONFORM");
	struct grade_input accident = {
		.kind = INPUT_ACCIDENT, .at = day("2026-05-01"), .result = "", .penalty = ""
	};

	(void)state;
	assert_string_equal(LETTER("2026-06-02", good, penalty("2026-05-23", "PEN_FINE")), "C");
	assert_string_equal(LETTER("2026-06-02", good, penalty("2026-05-23", "PEN_STOP")), "C");
	assert_string_equal(LETTER("2026-06-02", good, penalty("2026-05-23", "PEN_")), "A");
	assert_string_equal(LETTER("2026-06-02", good, penalty("2026-05-23", "FINE")), "A");
	assert_string_equal(LETTER("2026-06-02", penalty("2026-05-23", "PEN_FINE")), "C");
	assert_string_equal(LETTER("2026-06-02", good, accident), "C");
	assert_string_equal(
		LETTER("2026-07-02", accident, inspection("2026-07-01", 1000, 0, "CONFORM")), "C");
	assert_string_equal(
		LETTER("2026-11-02", accident, inspection("2026-07-01", 1000, 0, "CONFORM")), "A");
	/* the fine ends before the warning that came later: first C, then B, then A */
	const struct grade_input two[] = { good, penalty("2026-05-01", "PEN_FINE"),
		penalty("2026-07-01", "PEN_WARN") };
	assert_string_equal(letter_on("2026-11-01", two, 3), "C");
	assert_int_equal(out.due_at, day("2026-11-02"));
	assert_string_equal(letter_on("2026-11-02", two, 3), "B");
	assert_int_equal(out.due_at, day("2027-01-02"));
	assert_string_equal(letter_on("2027-01-02", two, 3), "A");
}

static void test_by_video(void **state)
{
	const struct grade_input fair = inspection("2026-03-01", 800, 0, "BASIC_CONFORM");

	(void)state;
	assert_string_equal(LETTER("2026-06-02", fair, by_video("2026-05-01", 1000)), "B");
	assert_true(has_line("off_site_no_raise"));
	assert_string_equal(LETTER("2026-06-02", fair, by_video("2026-05-01", 300)), "C");
	assert_true(has_line("off_site"));
	/* a better one afterwards takes nothing back; an inspection on site does */
	assert_string_equal(LETTER("2026-06-02", fair, by_video("2026-05-01", 300),
				    by_video("2026-05-02", 1000)),
		"C");
	assert_string_equal(LETTER("2026-06-02", by_video("2026-05-01", 300),
				    inspection("2026-05-05", 1000, 0, "CONFORM")),
		"A");
	assert_false(has_line("off_site"));
	assert_string_equal(LETTER("2026-06-02", by_video("2026-05-01", 1000)), "");
}

static void test_months(void **state)
{
	(void)state;
	assert_int_equal(months_after(day("2026-08-31"), 6), day("2027-03-01"));
	assert_int_equal(months_after(day("2027-08-31"), 6),
		day("2028-03-01")); /* leap: 29 February is the last */
	assert_int_equal(months_after(day("2026-12-15") + 23 * HOUR, 1), day("2027-01-16"));
	assert_int_equal(months_after(day("2026-01-31"), 1), day("2026-03-01"));
}

static void test_broken_rules(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{\"scheme\":\"S\",\"version\":\"1\"}",
		("{\"scheme\":\"S\",\"version\":\"1\",\"letters\":[{\"letter\":\"A\"}],"
		 "\"base\":{\"scores\":[{\"letter\":\"Z\",\"min\":0}]},\"accident\":{\"letter\":"
		 "\"A\"}}"),
		"{\"scheme\":\"S\",\"version\":\"1\",\"letters\":[{\"letter\":\"A\"}],\"accident\":"
		"{\"letter\":\"A\"}}",
	};
	struct grade_rules r;
	struct fault why = { 0 };
	struct node *n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct bytes b = { (const uint8_t *)bad[i], strlen(bad[i]) };
		assert_int_equal(json_parse(arena, b, &n, &why), OK);
		assert_int_equal(grade_rules_read(n, &r, &why), E_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base),
		cmocka_unit_test(test_latest_counts),
		cmocka_unit_test(test_new_and_not_covered),
		cmocka_unit_test(test_warning),
		cmocka_unit_test(test_fine_and_accident),
		cmocka_unit_test(test_by_video),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_broken_rules),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
