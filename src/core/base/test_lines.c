/* The reader of texts whose digest counts: one way to write each thing, and where it stops. */
#include "core/base/lines.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct fault why;

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

static struct lines from(const char *text, bool blank)
{
	return (struct lines){ .arena = arena,
		.in = { (const uint8_t *)text, strlen(text) },
		.blank = blank,
		.why = &why };
}

static void test_cells(void **state)
{
	struct lines r = from("shian 1\nlot\t5\t\nend\n", false);

	(void)state;
	assert_int_equal(lines_next(&r), OK);
	assert_true(lines_is(&r, "shian 1", 1));
	assert_int_equal(lines_next(&r), OK);
	assert_true(lines_is(&r, "lot", 3));
	assert_false(lines_is(&r, "lot", 2));
	assert_string_equal(r.cells[1], "5");
	assert_string_equal(r.cells[2], "");
	assert_int_equal(lines_next(&r), OK);
	assert_int_equal(lines_next(&r), E_NOT_FOUND);
	assert_int_equal(r.line, 3);
}

static void test_blank(void **state)
{
	struct lines r = from("case a b\t7\tx y\nend\n", true);

	(void)state;
	assert_int_equal(lines_next(&r), OK);
	assert_true(lines_is(&r, "case", 4));
	assert_string_equal(r.cells[1], "a b");
	assert_string_equal(r.cells[3], "x y");
	assert_int_equal(lines_next(&r), OK);
	assert_true(lines_is(&r, "end", 1));
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "end", "line 1: the last line does not end" },
		{ "\xff\n", "line 1: no line of text" },
		{ "1\t2\t3\t4\t5\t6\t7\t8\t9\n", "line 1: too many fields" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct lines r = from(bad[i].text, false);
		assert_int_equal(lines_next(&r), E_INVALID);
		assert_string_equal(why.text, bad[i].says);
	}
}

static void test_numbers(void **state)
{
	static const char *const bad[] = { "", "01", "+1", "-1", "1 ", "11", "x",
		"99999999999999999999" };
	int64_t n;

	(void)state;
	assert_true(line_number("0", 0, 10, &n) && n == 0);
	assert_true(line_number("10", 0, 10, &n) && n == 10);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(line_number(bad[i], 0, 10, &n));
}

static void test_fields(void **state)
{
	struct buf b = { .arena = arena };

	(void)state;
	assert_string_equal(line_field(arena, "a\tb\nc\x7f"), "a b c ");
	for (int i = 0; i < 300; i++)
		buf_puts(&b, "馆");
	assert_false(line_plain(buf_text(&b)));
	const char *cut = line_field(arena, buf_text(&b));
	assert_int_equal(strlen(cut), 399); /* whole characters */
	assert_true(utf8_valid(cut, 399));
	assert_true(line_plain(cut));
	assert_false(line_plain("a\tb"));
}

static void test_room(void **state)
{
	int *at = NULL;

	(void)state;
	for (size_t n = 0; n < 1000; n++) {
		at = lines_room(arena, at, n, sizeof(*at));
		at[n] = (int)n;
	}
	for (int n = 0; n < 1000; n++)
		assert_int_equal(at[n], n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_room),
	};
	return cmocka_run_group_tests_name("lines", tests, setup, teardown);
}
