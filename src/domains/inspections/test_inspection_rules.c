/* The result of an inspection, at its edges. */
#include "domains/inspections/rules.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

/* n items in one group, the first keys of them key items. */
static void table_of(struct check_table *t, int keys, int n)
{
	*t = (struct check_table){
		.id = "t", .version = "1", .n = n, .groups = 1, .min_key = 3, .min_general = 7
	};
	for (int i = 0; i < n; i++)
		t->items[i] = (struct check_item){ .no = arena_printf(arena, "1.%d", i + 1),
			.text = "x",
			.group = i / 20,
			.key = i < keys };
	t->groups = (n + 19) / 20;
}

struct asked {
	int keys, key_failed, generals, general_failed, absent;
};

/* Answers with so many failures; absent general items do not apply. */
static const char *judge_of(struct asked a, struct outcome *o)
{
	static struct check_table t;
	uint8_t answers[MAX_ITEMS] = { 0 };
	const char *item;
	int i = 0;

	table_of(&t, a.keys, a.keys + a.generals + a.absent);
	for (; i < a.keys; i++)
		answers[i] = i < a.key_failed ? FAILED : PASSED;
	for (; i < a.keys + a.generals; i++)
		answers[i] = i - a.keys < a.general_failed ? FAILED : PASSED;
	for (; i < t.n; i++)
		answers[i] = NOT_APPLICABLE;
	const struct judging j = { .table = &t, .answers = answers, .all_items = true };
	return inspection_judge(&j, o, &item);
}

static const char *result(int key_failed, int generals, int general_failed)
{
	struct outcome o;
	const char *problem =
		judge_of((struct asked){ 7, key_failed, generals, general_failed, 2 }, &o);
	return problem ? problem : o.result;
}

static void test_results(void **state)
{
	(void)state;
	assert_string_equal(result(0, 10, 0), "CONFORM");
	assert_string_equal(result(0, 10, 1), "BASIC_CONFORM");
	assert_string_equal(result(0, 10, 3), "BASIC_CONFORM"); /* exactly 70 % */
	assert_string_equal(result(0, 10, 4), "NOT_CONFORM");
	assert_string_equal(result(0, 23, 6), "BASIC_CONFORM"); /* 17 of 23 is 73.9 % */
	assert_string_equal(result(0, 23, 7), "NOT_CONFORM");	/* 16 of 23 is 69.6 % */
	assert_string_equal(result(1, 10, 0), "BASIC_CONFORM"); /* printed nowhere: our decision */
	assert_string_equal(result(1, 10, 3), "BASIC_CONFORM");
	assert_string_equal(result(1, 10, 4), "NOT_CONFORM");
	assert_string_equal(result(2, 10, 0), "NOT_CONFORM");
	assert_string_equal(result(0, 9, 9), "NOT_CONFORM");
}

static void test_refused(void **state)
{
	struct outcome o;

	(void)state;
	assert_string_equal(judge_of((struct asked){ 7, 0, 0, 0, 9 }, &o),
		"No general item was judged, so there is no share of passed ones.");
	assert_string_equal(
		judge_of((struct asked){ 2, 0, 9, 0, 0 }, &o), "Too few key items were judged.");
	assert_string_equal(judge_of((struct asked){ 3, 0, 6, 0, 5 }, &o),
		"Too few general items were judged.");
	assert_null(judge_of((struct asked){ 3, 0, 7, 0, 5 }, &o));
	assert_int_equal(o.not_applicable, 5);
	assert_int_equal(o.key_checked, 3);
	assert_int_equal(o.general_checked, 7);
}

static void test_unanswered(void **state)
{
	static struct check_table t;
	uint8_t answers[MAX_ITEMS], mandatory[MAX_ITEMS] = { 0 };
	struct judging j = { .table = &t, .answers = answers, .all_items = true };
	struct outcome o;
	const char *item;

	(void)state;
	table_of(&t, 4, 14);
	memset(answers, PASSED, sizeof(answers));
	answers[5] = NOT_ASKED;
	assert_string_equal(
		inspection_judge(&j, &o, &item), "This kind of inspection checks every item.");
	assert_string_equal(item, "1.6");
	j.all_items = false;
	assert_null(inspection_judge(&j, &o, &item));
	assert_null(item);
	mandatory[5] = 1;
	j.mandatory = mandatory;
	assert_string_equal(inspection_judge(&j, &o, &item),
		"This item failed last time and must be checked now.");
	assert_string_equal(item, "1.6");
	answers[5] = NOT_APPLICABLE;
	assert_null(inspection_judge(&j, &o, &item));
}

/* Two groups of twenty and ten items: the score is the mean of the groups, rounded half up to one
 * decimal. */
static int64_t score(int passed_of_20, int passed_of_10)
{
	static struct check_table t;
	uint8_t answers[MAX_ITEMS];
	struct judging j = { .table = &t, .answers = answers, .all_items = true };
	struct outcome o;
	const char *item;

	table_of(&t, 5, 30);
	for (int i = 0; i < 20; i++)
		answers[i] = i >= 20 - passed_of_20 ? PASSED : FAILED;
	for (int i = 0; i < 10; i++)
		answers[20 + i] = i < passed_of_10 ? PASSED : FAILED;
	assert_null(inspection_judge(&j, &o, &item));
	return o.score;
}

static void test_score(void **state)
{
	(void)state;
	assert_int_equal(score(20, 10), 1000);
	assert_int_equal(score(0, 0), 0);
	assert_int_equal(score(16, 8), 800);
	assert_int_equal(score(19, 8), 880); /* (9.5 + 8) / 2 = 8.75, half up */
	assert_int_equal(score(17, 9), 880); /* 8.75 */
	assert_int_equal(score(18, 9), 900);
	assert_int_equal(score(15, 4), 580); /* 5.75 */
	assert_int_equal(score(13, 6), 630); /* 6.25 */
	assert_int_equal(score(1, 0), 30);   /* 0.25 */
}

/* Ten groups: one of twenty items with one failure (9.5), one of two items, eight of one item.
 * So 5.95, 7.45 and 8.95 can be reached exactly; each rounds up to the threshold. */
static int64_t score_of_ten(int passed_pair, int passed_singles)
{
	static struct check_table t;
	uint8_t answers[MAX_ITEMS];
	struct judging j = { .table = &t, .answers = answers, .all_items = true };
	struct outcome o;
	const char *item;

	t = (struct check_table){
		.id = "t", .version = "1", .n = 30, .groups = 10, .min_general = 1
	};
	for (int i = 0; i < 30; i++) {
		t.items[i] = (struct check_item){ .no = "1",
			.text = "x",
			.group = i < 20	  ? 0
				 : i < 22 ? 1
					  : i - 20 };
		answers[i] = i < 20   ? i > 0
			     : i < 22 ? i - 20 < passed_pair
				      : i - 22 < passed_singles;
		answers[i] = answers[i] ? PASSED : FAILED;
	}
	assert_null(inspection_judge(&j, &o, &item));
	return o.score;
}

static void test_rounding_edges(void **state)
{
	(void)state;
	assert_int_equal(score_of_ten(0, 8), 900); /* 8.95 */
	assert_int_equal(score_of_ten(1, 6), 750); /* 7.45 */
	assert_int_equal(score_of_ten(0, 5), 600); /* 5.95 */
	assert_int_equal(score_of_ten(1, 5), 650); /* 6.45 */
}

static void test_handling(void **state)
{
	(void)state;
	assert_null(handling_problem("CONFORM", "PASS", 0, DAY));
	assert_non_null(handling_problem("CONFORM", "ORDER", DAY, DAY));
	assert_non_null(handling_problem("BASIC_CONFORM", "PASS", 0, DAY));
	assert_non_null(handling_problem("BASIC_CONFORM", "ORDER", 0, DAY));
	assert_non_null(handling_problem("BASIC_CONFORM", "ORDER", DAY, 3 * DAY));
	assert_null(handling_problem("BASIC_CONFORM", "ORDER", 3 * DAY, 3 * DAY));
	assert_non_null(handling_problem("BASIC_CONFORM", "STOP", 0, DAY));
	assert_null(handling_problem("NOT_CONFORM", "STOP", 0, DAY));
	assert_null(handling_problem("NOT_CONFORM", "ORDER", 2 * DAY, DAY));
	assert_true(asks_all_items("INSP_ROUTINE"));
	assert_true(asks_all_items("INSP_GRADING"));
	assert_false(asks_all_items("INSP_UNANNOUNCED"));
	assert_false(asks_all_items("INSP_OFFSITE"));
}

/* The table as shipped. */
static void test_shipped_table(void **state)
{
	const char *root = getenv("SHIAN_SOURCE");
	static struct check_table t;
	struct fault why = { 0 };
	struct bytes b;
	struct node *n;
	int keys = 0;

	(void)state;
	assert_int_equal(file_read(arena,
				 arena_printf(arena, "%s/rules/inspections/catering-2016.json",
					 root ? root : "."),
				 1 << 20, &b, &why),
		OK);
	assert_int_equal(json_parse(arena, b, &n, &why), OK);
	assert_int_equal(check_table_read(n, &t, &why), OK);
	assert_int_equal(t.n, 30);
	assert_int_equal(t.groups, 9);
	for (int i = 0; i < t.n; i++) {
		keys += t.items[i].key;
		assert_int_equal(t.items[i].group, t.items[i].no[0] - '1');
	}
	assert_int_equal(keys, 7);
	assert_int_equal(t.min_key, 3);
	assert_int_equal(t.min_general, 7);
}

static void test_broken_tables(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{\"table_id\":\"t\",\"version\":\"1\",\"groups\":[{\"no\":1}],\"items\":[]}",
		"{\"table_id\":\"t\",\"version\":\"1\",\"groups\":[{\"no\":1}],\"items\":[{\"no\":"
		"\"1\",\"group\":2,\"text\":\"x\"}]}",
		("{\"table_id\":\"t\",\"version\":\"1\",\"groups\":[{\"no\":1}],"
		 "\"items\":[{\"no\":\"1\",\"group\":1,\"text\":\"x\"},{\"no\":\"1\",\"group\":1,"
		 "\"text\":\"y\"}]}"),
	};
	static struct check_table t;
	struct fault why = { 0 };
	struct node *n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct bytes b = { (const uint8_t *)bad[i], strlen(bad[i]) };
		assert_int_equal(json_parse(arena, b, &n, &why), OK);
		assert_int_equal(check_table_read(n, &t, &why), E_INVALID);
	}
}

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_rounding_edges),
		cmocka_unit_test(test_handling),
		cmocka_unit_test(test_shipped_table),
		cmocka_unit_test(test_broken_tables),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
