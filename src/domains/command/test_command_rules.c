/* Shares, colours of numbers, the middle one. */
#include "domains/command/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_shares(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_int_equal(permille(0, 0), -1);
	assert_int_equal(permille(1, 3), 333);
	assert_int_equal(permille(2, 3), 667);
	assert_int_equal(permille(29646, 30000), 988);
	assert_string_equal(percent_text(a, permille(5, 5)), "100.0");
	assert_string_equal(percent_text(a, permille(0, 5)), "0.0");
	assert_string_equal(percent_text(a, permille(0, 0)), "—"); /* never a made-up 100 */
	assert_string_equal(number_text(a, 0), "0");
	assert_string_equal(number_text(a, 999), "999");
	assert_string_equal(number_text(a, 1000), "1,000");
	assert_string_equal(number_text(a, 1234007), "1,234,007");
	assert_string_equal(number_text(a, -1000), "−1,000");
	arena_free(a);
}

static void test_tones(void **state)
{
	(void)state;
	assert_string_equal(share_tone(950, 950, 900), "green");
	assert_string_equal(share_tone(949, 950, 900), "yellow");
	assert_string_equal(share_tone(899, 950, 900), "red");
	assert_string_equal(share_tone(-1, 950, 900), "neutral");
	assert_string_equal(waiting_tone(-1), "green");
	assert_string_equal(waiting_tone(HOUR - 1), "green");
	assert_string_equal(waiting_tone(HOUR), "yellow");
	assert_string_equal(waiting_tone(DAY), "red");
	assert_string_equal(town_tone(0, 0), "neutral");
	assert_string_equal(town_tone(5, 1000), "green");
	assert_string_equal(town_tone(6, 1000), "yellow");
	assert_string_equal(town_tone(15, 1000), "yellow");
	assert_string_equal(town_tone(16, 1000), "red");
}

static void test_median(void **state)
{
	int64_t odd[] = { 9, 1, 5 }, even[] = { 40, 10, 30, 20 };

	(void)state;
	assert_int_equal(median(NULL, 0), -1);
	assert_int_equal(median(odd, 1), 9);
	assert_int_equal(median(odd, 3), 5);
	assert_int_equal(median(even, 4), 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_shares),
		cmocka_unit_test(test_tones), cmocka_unit_test(test_median) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
