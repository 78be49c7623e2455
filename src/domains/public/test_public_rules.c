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

static void test_publication(void **state)
{
	struct node *n = node_map(a);
	int64_t at = day(2024, 2, 29) + 10 * HOUR;

	(void)state;
	put_int(n, "short_months", 3);
	put_int(n, "long_months", 36);
	put_int(n, "low_fine_fen", 0);
	assert_int_equal(public_until(n, &(struct penalty){ "PEN_WARN", 0, at }), 0);
	assert_int_equal(public_until(n, &(struct penalty){ "", 0, at }), 0);
	/* the last day of a shorter month */
	assert_int_equal(public_until(n, &(struct penalty){ "PEN_FINE", 500000, at }),
		day(2027, 2, 28) + 10 * HOUR);
	assert_int_equal(public_until(n, &(struct penalty){ "PEN_CRITICISM", 0, at }),
		day(2024, 5, 29) + 10 * HOUR);
	put_int(n, "low_fine_fen", 500000);
	assert_int_equal(public_until(n, &(struct penalty){ "PEN_FINE", 500000, at }),
		day(2024, 5, 29) + 10 * HOUR);
	assert_int_equal(public_until(n, &(struct penalty){ "PEN_FINE", 500001, at }),
		day(2027, 2, 28) + 10 * HOUR);
	assert_int_equal(public_since(n, day(2026, 1, 5)), day(2023, 1, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fits, begin, end),
		cmocka_unit_test_setup_teardown(test_codes, begin, end),
		cmocka_unit_test_setup_teardown(test_licences, begin, end),
		cmocka_unit_test_setup_teardown(test_publication, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
