/* The pure half of the intake, and the decisions about operators. */
#include "domains/entities/intake.h"

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

static struct bytes bytes_of(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static void test_decode(void **state)
{
	struct fault why = { 0 };
	struct bytes out;

	(void)state;
	assert_int_equal(intake_decode(arena, bytes_of("\xef\xbb\xbf食品"), &out, &why), OK);
	assert_int_equal(out.n, strlen("食品"));
	/* 餐饮 in GB18030 */
	assert_int_equal(intake_decode(arena, bytes_of("\xb2\xcd\xd2\xfb,a"), &out, &why), OK);
	assert_int_equal(out.n, strlen("餐饮,a"));
	assert_memory_equal(out.at, "餐饮,a", out.n);
	assert_int_equal(intake_decode(arena, bytes_of("\xff\xff\xff"), &out, &why), E_INVALID);
	assert_int_equal(
		intake_decode(arena, (struct bytes){ (const uint8_t *)"a\0b", 3 }, &out, &why),
		E_INVALID);
	assert_int_equal(intake_decode(arena, bytes_of(""), &out, &why), OK);
}

static enum err header(const char *text, struct intake *in, struct fault *why)
{
	return intake_open(
		arena, (struct intake_file){ &intake_operators, bytes_of(text) }, in, why);
}

static void test_header(void **state)
{
	struct fault why = { 0 };
	struct intake in;

	(void)state;
	assert_int_equal(header("town, name ,licence_no,kind,address\n", &in, &why), OK);
	assert_int_equal(in.n, 5);
	assert_string_equal(intake_operators.columns[in.column[0]], "town");
	assert_int_equal(header("", &in, &why), E_INVALID);
	assert_int_equal(header("name,licence_no,kind,address\n", &in, &why), E_INVALID);
	assert_string_equal(why.text, "the header lacks the column town");
	assert_int_equal(
		header("name,licence_no,kind,address,town,colour\n", &in, &why), E_INVALID);
	assert_non_null(strstr(why.text, "unknown column \"colour\""));
	assert_int_equal(header("name,licence_no,kind,address,town,name\n", &in, &why), E_INVALID);
	assert_int_equal(header("name,\"x\"y\n", &in, &why), E_INVALID);
}

static void test_rows(void **state)
{
	static const char text[] = "name,licence_no,kind,address,town\n"
				   "a,JY1,k,x,t\n"
				   "b,JY2,k,\"x\ny\",t\n"
				   "c,JY1,k,x,t\n"
				   "d,JY3,k\n"
				   "e,\"JY4\"x,k,x,t\n"
				   "f,,k,x,t\n";
	struct intake_row rows[10];
	struct fault why = { 0 };
	struct intake in;

	(void)state;
	assert_int_equal(header(text, &in, &why), OK);
	assert_int_equal(intake_read(&in, arena, rows, 2), 2);
	assert_int_equal(rows[0].problem, ROW_FINE);
	assert_int_equal(rows[1].line, 3);
	assert_int_equal(intake_read(&in, arena, rows, 10), 4);
	assert_int_equal(rows[0].problem, ROW_DOUBLED);
	assert_int_equal(rows[0].line, 5);
	assert_int_equal(rows[0].doubles, 2);
	assert_int_equal(rows[1].problem, ROW_FIELDS);
	assert_int_equal(rows[2].problem, ROW_UNREADABLE);
	assert_int_equal(rows[3].problem,
		ROW_FINE); /* the missing licence number is told of with the fields */
	assert_int_equal(rows[3].line, 8);
	assert_int_equal(intake_read(&in, arena, rows, 10), 0);
}

static void test_many_licences(void **state)
{
	struct buf b = { .arena = arena };
	struct intake_row rows[2];
	struct fault why = { 0 };
	struct intake in;
	int n = 0;

	(void)state;
	buf_puts(&b, "name,licence_no,kind,address,town\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "n,JY%07d,k,x,t\n", i);
	buf_puts(&b, "n,JY0000007,k,x,t\n");
	assert_int_equal(
		intake_open(arena,
			(struct intake_file){ &intake_operators, { (const uint8_t *)b.s, b.n } },
			&in, &why),
		OK);
	while (intake_read(&in, arena, rows, 1)) {
		n++;
		assert_int_equal(rows[0].problem, n == 5001 ? ROW_DOUBLED : ROW_FINE);
	}
	assert_int_equal(n, 5001);
	assert_int_equal(rows[0].doubles, 9);
}

static void test_rejected_file(void **state)
{
	struct buf b = { .arena = arena };
	struct fault why = { 0 };
	struct intake in;
	const char *cells[] = { "a,b", "x" };
	struct intake_row row = { .line = 7, .cells = cells, .n = 2, .reason = "name, is needed" };

	(void)state;
	assert_int_equal(header("name,licence_no,kind,address,town\n", &in, &why), OK);
	intake_rejected_head(&b, &in);
	intake_rejected_row(&b, &row);
	assert_string_equal(b.s, "line,reason,name,licence_no,kind,address,town\r\n7,\"name, is "
				 "needed\",\"a,b\",x\r\n");
}

/* ---- decisions ------------------------------------------------------------- */
static int64_t day(const char *text)
{
	int64_t ms = 0;
	assert_true(date_parse(text, &ms));
	return ms;
}

static void test_licence(void **state)
{
	int64_t now = day("2026-11-23") + 10 * HOUR;
	int days;

	(void)state;
	assert_int_equal(licence_state(0, now, 60, &days), LICENCE_UNKNOWN);
	assert_int_equal(licence_state(day("2026-11-22"), now, 60, &days), LICENCE_EXPIRED);
	assert_int_equal(days, -1);
	assert_int_equal(licence_state(day("2026-11-23"), now, 60, &days),
		LICENCE_EXPIRING); /* its last day */
	assert_int_equal(days, 0);
	assert_int_equal(licence_state(day("2027-01-22"), now, 60, &days), LICENCE_EXPIRING);
	assert_int_equal(licence_state(day("2027-01-23"), now, 60, &days), LICENCE_VALID);
}

static void test_text(void **state)
{
	(void)state;
	assert_string_equal(like_pattern(arena, ""), "");
	assert_string_equal(like_pattern(arena, "A_b%\\"), "%a\\_b\\%\\\\%");
	assert_string_equal(one_line(arena, "  a \r\n b\tc "), "a b c");
	assert_string_equal(one_line(arena, "一　二"), "一　二");
	assert_null(one_line(arena, "a\x01"));
	assert_string_equal(public_code(arena, 42, 0), public_code(arena, 42, 0));
	assert_string_not_equal(public_code(arena, 42, 0), public_code(arena, 42, 1));
	assert_int_equal(strlen(public_code(arena, 1, 0)), 10);
	assert_int_equal(strspn(public_code(arena, 1, 0), "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 10);
}

static void test_degrees(void **state)
{
	(void)state;
	assert_null(check_latitude("3.5"));
	assert_non_null(check_latitude("3.499"));
	assert_null(check_latitude("53.6"));
	assert_non_null(check_latitude("53.601"));
	assert_null(check_longitude("73"));
	assert_non_null(check_longitude("72.999999"));
	assert_null(check_longitude("135.1"));
	assert_non_null(check_longitude("135.101"));
	assert_non_null(check_longitude("-121"));
	assert_non_null(check_longitude(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_decode, setup, teardown),
		cmocka_unit_test_setup_teardown(test_header, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_licences, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rejected_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_licence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_degrees, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
