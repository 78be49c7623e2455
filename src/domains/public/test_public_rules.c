/* What is searched for, codes as people type them, how long a penalty is public. */
#include "domains/public/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct arena *a;

static int begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static void test_fits(void **state)
{
	char *long_one = arena_alloc(a, 62);

	(void)state;
	assert_true(search_fits(a, " 面馆 "));
	assert_false(search_fits(a, "面"));
	assert_false(search_fits(a, ""));
	assert_false(search_fits(a, "  \xe3\x80\x80 "));
	memset(long_one, 'x', 61);
	assert_false(search_fits(a, long_one));
	long_one[60] = 0;
	assert_true(search_fits(a, long_one));
}

static void test_codes(void **state)
{
	(void)state;
	assert_string_equal(operator_code(a, "em34n4ry36"), "EM34N4RY36");
	assert_string_equal(operator_code(a, " EM34 N4RY-36 "), "EM34N4RY36");
	assert_string_equal(operator_code(a, "O0IL1ABCDE"), "00111ABCDE");
	assert_string_equal(operator_code(a, "https://a.test/p/EM34N4RY36?lang=en"), "EM34N4RY36");
	assert_string_equal(operator_code(a, "http://a/p/x/p/EM34N4RY36/qr.svg"), "EM34N4RY36");
	assert_string_equal(operator_code(a, "EM34N4RY3"), "");
	assert_string_equal(operator_code(a, "禾记小馆面面面面面面"), "");
	assert_string_equal(operator_code(a, "EM34N4RY3'"), "");
	assert_string_equal(paper_code(a, "ABcd 2345-efgh"), "abcd2345efgh");
	assert_string_equal(paper_code(a, "http://a.test/v/abcd2345efgh#x"), "abcd2345efgh");
	assert_string_equal(paper_code(a, "ab/../cd"), "");
	assert_string_equal(paper_code(a, "編碼"), "");
	assert_string_equal(paper_code(a, ""), "");
}

static int64_t day(int year, int month, int d)
{
	return civil_to_ms((struct civil){ .year = year, .month = month, .day = d });
}

static void test_licences(void **state)
{
	int64_t last = day(2026, 11, 23);

	(void)state;
	assert_int_equal(licence_now(0, last), LICENCE_UNKNOWN);
	assert_int_equal(licence_now(last, last + DAY - 1), LICENCE_VALID);
	assert_int_equal(licence_now(last, last + DAY), LICENCE_EXPIRED);
}

/* What the rule does not list is empty, also when the section is not there at all; what it lists,
 * and what is never shown, is left alone. */
struct row {
	int64_t id;
	const char *name, *phone;
	int64_t day;
	bool flag;
};
static const struct model row_model = MODEL("rows", struct row,
	FIELDS(STORED(struct row, id, .as = AS_SECRET), STORED(struct row, name),
		STORED(struct row, phone), STORED(struct row, day), STORED(struct row, flag)));

static void test_unlisted_never_leaves(void **state)
{
	const struct row full = { 7, "禾记", "13900000000", 5, true };
	struct row r = full;
	struct node *rule = node_map(a), *list = put_map(rule, "operator");

	(void)state;
	put_text(list, "name", "FSL 113");
	put_text(list, "day", "FSL 113");
	publish_row(rule, "operator", &row_model, &r);
	assert_int_equal(r.id, 7);
	assert_string_equal(r.name, "禾记");
	assert_int_equal(r.day, 5);
	assert_string_equal(r.phone, "");
	assert_false(r.flag);
	r = full;
	publish_row(rule, "penalty", &row_model, &r);
	assert_string_equal(r.name, "");
	assert_int_equal(r.day, 0);
	assert_int_equal(r.id, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fits, begin, end),
		cmocka_unit_test_setup_teardown(test_codes, begin, end),
		cmocka_unit_test_setup_teardown(test_licences, begin, end),
		cmocka_unit_test_setup_teardown(test_unlisted_never_leaves, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
