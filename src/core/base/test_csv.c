/* The CSV reader: quoting, line ends, limits, and going on after bad records. */
#include "core/base/csv.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

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

static struct csv from(const char *text)
{
	struct csv c;
	csv_start(&c, text, strlen(text));
	return c;
}

/* The next record, its cells joined by '|'. */
static const char *next(struct csv *c, struct csv_record *r)
{
	struct buf b = { .arena = arena };

	if (!csv_next(c, arena, r))
		return "(end)";
	for (int i = 0; i < r->n; i++)
		buf_printf(&b, "%s%s", i ? "|" : "", r->cells[i]);
	return buf_text(&b);
}

static void test_plain(void **state)
{
	struct csv c = from("\xef\xbb\xbf"
			    "a,b,c\r\n1,,3\n,,\n");
	struct csv_record r;

	(void)state;
	assert_string_equal(next(&c, &r), "a|b|c");
	assert_int_equal(r.line, 1);
	assert_string_equal(next(&c, &r), "1||3");
	assert_string_equal(next(&c, &r), "||");
	assert_int_equal(r.n, 3);
	assert_string_equal(next(&c, &r), "(end)");
}

static void test_quotes_and_lines(void **state)
{
	struct csv c = from("a,\"b \"\"x\"\", \r\nsecond\",c\n\n\r\nlast,\"\",end");
	struct csv_record r;

	(void)state;
	assert_string_equal(next(&c, &r), "a|b \"x\", \r\nsecond|c");
	assert_int_equal(r.line, 1);
	assert_string_equal(next(&c, &r), "last||end");
	assert_int_equal(r.line, 5);
	assert_string_equal(next(&c, &r), "(end)");
}

static void test_bad_records(void **state)
{
	struct csv c = from("a,b\"c\nx,\"y\"z\nq,\"never closed\nfine,1\rk\nok,2\n");
	struct csv_record r;

	(void)state;
	assert_string_equal(next(&c, &r), "a,b\"c");
	assert_string_equal(r.bad, "has a quote in the middle of a field");
	next(&c, &r);
	assert_string_equal(r.bad, "has text after a closing quote");
	assert_int_equal(r.line, 2);
	next(&c, &r);
	assert_string_equal(r.bad, "has a quote that is not closed");
	assert_int_equal(r.line, 3);
	next(&c, &r);
	assert_string_equal(r.bad, "has a carriage return without a line feed");
	assert_string_equal(next(&c, &r), "ok|2");
	assert_null(r.bad);
	assert_int_equal(r.line, 5);
	assert_string_equal(next(&c, &r), "(end)");
}

/* A quote that is never closed costs its own line, not the rest of the file. */
static void test_limits(void **state)
{
	size_t n = CSV_FIELD * 3;
	char *big = arena_alloc(arena, n + 1);
	struct csv_record r;
	struct csv c;

	(void)state;
	memset(big, 'x', n);
	c = from(arena_printf(arena, "%s\nnext,1\n", big));
	next(&c, &r);
	assert_string_equal(r.bad, "has a field that is too long");
	assert_string_equal(next(&c, &r), "next|1");
	c = from(arena_printf(arena, "\"open\n%s\nnext,1\n", big));
	next(&c, &r);
	assert_non_null(r.bad);
	next(&c, &r);
	assert_non_null(r.bad);
	assert_string_equal(next(&c, &r), "next|1");
	assert_int_equal(r.line, 3);
	big[CSV_FIELD] = 0;
	c = from(arena_printf(arena, "\"%s\",1\n", big));
	next(&c, &r);
	assert_null(r.bad);
	memset(big, ',', CSV_CELLS);
	big[CSV_CELLS] = 0;
	c = from(big);
	next(&c, &r);
	assert_string_equal(r.bad, "has too many fields");
}

static void test_empty(void **state)
{
	struct csv c = from("");
	struct csv_record r;

	(void)state;
	assert_false(csv_next(&c, arena, &r));
	c = from("\n\r\n\n");
	assert_false(csv_next(&c, arena, &r));
	c = from("\"");
	assert_true(csv_next(&c, arena, &r));
	assert_non_null(r.bad);
}

static void test_write_reads_back(void **state)
{
	static const char *const cells[] = { "plain", "", "a,b", "say \"no\"", "two\r\nlines",
		" blank " };
	struct buf b = { .arena = arena };
	struct csv_record r;

	(void)state;
	for (int i = 0; i < 6; i++) {
		if (i)
			buf_putc(&b, ',');
		csv_write(&b, cells[i]);
	}
	buf_puts(&b, "\r\n");
	struct csv c = from(b.s);
	next(&c, &r);
	assert_null(r.bad);
	assert_int_equal(r.n, 6);
	for (int i = 0; i < 6; i++)
		assert_string_equal(r.cells[i], cells[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plain, setup, teardown),
		cmocka_unit_test_setup_teardown(test_quotes_and_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_records, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_write_reads_back, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
