/* Every sign must reach the paper. cairo 1.16 can write an empty outline (如 in Noto Sans) while
 * the text of the file still holds it, so the scan looks at the drawn page: all of GB 2312 and
 * every sign of our templates, in both weights. With SHIAN_ALL_GLYPHS=1 all the face has (half a
 * minute). Which glyphs it loses depends on what else is on the paper, so a scan is no proof for
 * other papers: the second wall is that each font in the file was written from outlines (see
 * text.c). */
#include "core/documents/documents.h"
#include "core/documents/sheet.h"
#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 25, ROWS = 40, PAGE = COLUMNS * ROWS, SIGNS = 0x30000, DPI = 72 };
static const double CELL = 18;

static void add_text(uint8_t *wanted, const char *text)
{
	for (const char *s = text; *s; s = g_utf8_next_char(s)) {
		gunichar c = g_utf8_get_char(s);
		if (c < SIGNS && g_unichar_isgraph(c))
			wanted[c] = 1;
	}
}

static size_t add_gb2312(uint8_t *wanted)
{
	iconv_t to = iconv_open("UTF-8", "GB2312");
	size_t n = 0;
	assert_true(to != (iconv_t)-1);
	for (int code = 0; code < 94 * 94; code++) {
		char in[2] = { (char)(0xa1 + code / 94), (char)(0xa1 + code % 94) }, out[8] = { 0 };
		char *from = in, *into = out;
		size_t left = 2, room = 7;
		if (iconv(to, &from, &left, &into, &room) == (size_t)-1)
			continue;
		add_text(wanted, out);
		n++;
	}
	iconv_close(to);
	return n;
}

static void add_templates(struct arena *a, uint8_t *wanted)
{
	char *path = test_path(a, "rules/documents");
	DIR *d = opendir(path);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		struct bytes b;
		if (!text_ends(e->d_name, ".json"))
			continue;
		assert_int_equal(
			file_read(a, arena_printf(a, "%s/%s", path, e->d_name), 1 << 20, &b, NULL),
			OK);
		add_text(wanted, arena_copy(a, (const char *)b.at, b.n));
	}
	closedir(d);
}

/* One page with the signs in a grid, as PDF. */
static struct bytes grid(struct arena *a, const gunichar *signs, int n, bool bold)
{
	struct sheet_setup setup = { "", "", "", 0, "", "", false, "", true };
	struct sheet s;
	struct bytes pdf = { 0 };
	struct type type = { .size = 13, .pitch = CELL, .bold = bold, .align = ALIGN_CENTRE };
	assert_int_equal(sheet_open(a, &setup, &s, NULL), OK);
	struct strip *row = NULL;
	for (int i = 0; i < n; i++) {
		char text[8] = { 0 };
		g_unichar_to_utf8(signs[i], text);
		if (i % COLUMNS == 0)
			row = flow_strip(&s.body, CELL);
		strip_text(&s.body, row, (struct words){ text, &type },
			(struct box){ s.body.x + i % COLUMNS * CELL, 0, CELL, 0 });
	}
	assert_int_equal(sheet_pdf(&s, &pdf, NULL), OK);
	sheet_close(&s);
	return pdf;
}

static bool has_ink(const struct raster *r, double x0, double y0)
{
	for (int y = (int)y0; y < (int)(y0 + CELL); y++)
		for (int x = (int)x0; x < (int)(x0 + CELL); x++)
			if (r->at[y * r->width + x] < 235)
				return true;
	return false;
}

static int scan_page(const gunichar *signs, int n, bool bold)
{
	struct arena *a = arena_new();
	struct raster r = test_page(a, grid(a, signs, n, bold), 1, DPI);
	int lost = 0;
	for (int i = 0; i < n; i++) {
		double x = 22 * 72 / 25.4 + i % COLUMNS * CELL,
		       y = 22 * 72 / 25.4 + i / COLUMNS * CELL;
		if (has_ink(&r, x, y))
			continue;
		print_error("U+%04X is not drawn (%s)\n", signs[i], bold ? "bold" : "regular");
		lost++;
	}
	arena_free(a);
	return lost;
}

static int scan(const uint8_t *wanted, bool bold)
{
	gunichar page[PAGE];
	int n = 0, lost = 0;
	for (gunichar c = 0x21; c < SIGNS; c++) {
		char text[8] = { 0 };
		g_unichar_to_utf8(c, text);
		if (!wanted[c] || !documents_can_draw(text, NULL))
			continue;
		page[n++] = c;
		if (n == PAGE) {
			lost += scan_page(page, n, bold);
			n = 0;
		}
	}
	return n ? lost + scan_page(page, n, bold) : lost;
}

/* cairo names a font it wrote from outlines so; one it cut keeps its own name. */
static bool from_outlines(struct bytes pdf)
{
	static const char name[] = "+CairoFont-";
	return memmem(pdf.at, pdf.n, name, sizeof name - 1) &&
	       !memmem(pdf.at, pdf.n, "NotoSerif", 9);
}

static void fonts_are_written_from_outlines(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	static const gunichar signs[] = { 0x5982, 0x4e0d, 0x670d, 0x2103, 'A' }; /* 如不服 */
	assert_true(from_outlines(grid(a, signs, 5, false)));
	assert_true(from_outlines(grid(a, signs, 5, true)));
	struct paper p = test_sample(a, "onspot_decision");
	assert_true(from_outlines(test_pdf(a, &p)));
	arena_free(a);
}

static void every_sign_is_drawn(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	uint8_t *wanted = arena_alloc(a, SIGNS);
	assert_int_equal(add_gb2312(wanted), 7445);
	add_templates(a, wanted);
	assert_true(wanted[0x5982] && wanted[0x2103]); /* 如 ℃ */
	if (getenv("SHIAN_ALL_GLYPHS"))
		for (gunichar c = 0x21; c < SIGNS; c++)
			wanted[c] = g_unichar_isgraph(c) && !g_unichar_ismark(c);
	assert_int_equal(scan(wanted, false), 0);
	assert_int_equal(scan(wanted, true), 0);
	arena_free(a);
}

/* The whole of GB 2312 can be asked for, and what cannot be drawn is named. */
static void the_face_knows_its_signs(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	uint8_t *wanted = arena_alloc(a, SIGNS);
	char text[8], bad[SIGN_MAX];
	add_gb2312(wanted);
	add_templates(a, wanted);
	for (gunichar c = 0x21; c < SIGNS; c++) {
		if (!wanted[c])
			continue;
		text[g_unichar_to_utf8(c, text)] = 0;
		if (!documents_can_draw(text, bad))
			print_error("the face lacks %s\n", bad);
		assert_true(documents_can_draw(text, bad));
	}
	assert_false(documents_can_draw("笑脸😀", bad));
	assert_string_equal(bad, "U+1F600");
	assert_false(documents_can_draw("a\tb", bad));
	assert_string_equal(bad, "U+0009");
	assert_false(documents_can_draw("\xe2\x80\xae"
					"abc",
		bad)); /* right-to-left override */
	assert_string_equal(bad, "U+202E");
	assert_false(documents_can_draw("\xff", bad));
	assert_true(documents_can_draw("第一行\n第二行", bad));
	assert_string_equal(bad, "");
	arena_free(a);
}

static int warm(void **state)
{
	(void)state;
	struct fault why = { 0 };
	if (documents_init(&why)) {
		print_error("%s\n", why.text);
		return -1;
	}
	return 0;
}

static int cool(void **state)
{
	(void)state;
	documents_quit();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sign_is_drawn),
		cmocka_unit_test(fonts_are_written_from_outlines),
		cmocka_unit_test(the_face_knows_its_signs),
	};
	return cmocka_run_group_tests(tests, warm, cool);
}
