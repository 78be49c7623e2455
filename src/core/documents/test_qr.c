#include "core/documents/qr.h"
#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCALE = 4 };

/* The decimal number that begins at *at, which then stands behind it. */
static int64_t number(const char **at)
{
	int64_t v = 0;
	const char *s = *at;
	assert_in_range(*s, '0', '9');
	for (; *s >= '0' && *s <= '9'; s++)
		v = v * 10 + (*s - '0');
	*at = s;
	return v;
}

/* Draws the path of the SVG as a browser would: white, then the black runs "Mx yhNv1h-Nz". */
static struct bytes draw(struct arena *a, const char *svg)
{
	const char *box = strstr(svg, "viewBox=\"0 0 ");
	assert_non_null(box);
	box += strlen("viewBox=\"0 0 ");
	int side = (int)number(&box) * SCALE, head;
	char *pgm = arena_printf(a, "P5\n%d %d\n255\n", side, side);
	head = (int)strlen(pgm);
	uint8_t *out = arena_alloc(a, (size_t)(head + side * side));
	memcpy(out, pgm, (size_t)head);
	memset(out + head, 255, (size_t)(side * side));
	const char *path = strstr(svg, "fill=\"#000\" d=\"");
	assert_non_null(path);
	for (const char *m = strchr(path + 12, 'M'); m; m = strchr(m + 1, 'M')) {
		const char *s = m + 1;
		int64_t x = number(&s), y = (s++, number(&s)), n = (s++, number(&s));
		for (int64_t v = y * SCALE; v < (y + 1) * SCALE; v++)
			memset(out + head + v * side + x * SCALE, 0, (size_t)(n * SCALE));
	}
	return (struct bytes){ out, (size_t)(head + side * side) };
}

static char *read_code(struct arena *a, struct bytes picture)
{
	const char *const argv[] = { "zbarimg", "--quiet", "--raw", "@", NULL };
	struct bytes out = test_run(a, argv, picture);
	return text_trim(a, arena_copy(a, (const char *)out.at, out.n));
}

static void phones_read_the_svg(void **state)
{
	(void)state;
	static const char *const texts[] = { "https://shian.example.cn/v/3f9a1c77e2d04b61", "x",
		"食品安全 扫码验真 如意小厨" };
	struct arena *a = arena_new();
	for (size_t i = 0; i < 3; i++) {
		char *svg = NULL;
		assert_int_equal(qr_svg(a, texts[i], &svg, NULL), OK);
		assert_string_equal(read_code(a, draw(a, svg)), texts[i]);
		assert_null(strstr(svg, "currentColor"));
		assert_null(strstr(svg, "style"));
	}
	arena_free(a);
}

static void the_same_text_gives_the_same_code(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	char *one = NULL, *two = NULL, *other = NULL;
	assert_int_equal(qr_svg(a, "https://a.example/1", &one, NULL), OK);
	assert_int_equal(qr_svg(a, "https://a.example/1", &two, NULL), OK);
	assert_int_equal(qr_svg(a, "https://a.example/2", &other, NULL), OK);
	assert_string_equal(one, two);
	assert_string_not_equal(one, other);
	arena_free(a);
}

static void limits_are_told(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct qr q = { 0 };
	char longest[QR_MAX + 2];
	memset(longest, 'a', sizeof longest);
	longest[QR_MAX + 1] = 0;
	assert_int_equal(qr_make(a, longest, &q, &why), E_TOO_LARGE);
	assert_non_null(strstr(why.text, "801"));
	longest[QR_MAX] = 0;
	assert_int_equal(qr_make(a, longest, &q, &why), OK);
	assert_in_range(q.side, 21, 177);
	assert_int_equal(qr_make(a, "", &q, &why), E_INVALID);
	assert_int_equal(qr_make(a, NULL, &q, &why), E_INVALID);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phones_read_the_svg),
		cmocka_unit_test(the_same_text_gives_the_same_code),
		cmocka_unit_test(limits_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
