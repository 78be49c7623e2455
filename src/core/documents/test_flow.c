#include "core/documents/documents.h"
#include "core/documents/sheet.h"
#include "core/documents/table.h"
#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static const char LOREM[] =
	"经查，你（单位）于2026年11月20日在餐饮服务经营活动中，如不按规定贮存食品（−18 ℃），"
	"违反了《中华人民共和国食品安全法》第三十三条、第五十六条的规定，现责令改正。";

static void open_sheet(struct arena *a, struct sheet *s)
{
	struct sheet_setup setup = { "t", "a", "s", 0, "", "", false, "", false };
	assert_int_equal(sheet_open(a, &setup, s, NULL), OK);
}

static char *close_sheet(struct arena *a, struct sheet *s)
{
	struct bytes pdf = { 0 };
	struct fault why = { 0 };
	if (sheet_pdf(s, &pdf, &why))
		fail_msg("%s", why.text);
	sheet_close(s);
	return test_text(a, pdf);
}

static double difference(double a, double b)
{
	return a > b ? a - b : b - a;
}

static void lines_are_flush_at_the_right(void **state)
{
	(void)state;
	struct type_case tc;
	type_case_open(&tc);
	struct type type = { .size = 14, .indent = 28 };
	PangoLayout *layout = text_set(&tc, LOREM, &type, 300);
	int n = pango_layout_get_line_count(layout);
	assert_in_range(n, 4, 6);
	for (int i = 0; i < n - 1; i++) {
		double w = text_line_width(pango_layout_get_line_readonly(layout, i));
		assert_true(difference(w, i ? 300 : 272) < 0.01);
	}
	assert_int_equal(tc.missing, 0);
	type_case_close(&tc);
}

/* No line begins with a closing mark or ends with an opening one. */
static void marks_stay_with_their_words(void **state)
{
	(void)state;
	struct type_case tc;
	type_case_open(&tc);
	struct type type = { .size = 14 };
	for (double w = 60; w < 300; w += 7) {
		PangoLayout *layout = text_set(&tc, LOREM, &type, w);
		const char *text = pango_layout_get_text(layout);
		int n = pango_layout_get_line_count(layout);
		for (int i = 1; i < n; i++) {
			PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
			const char *at = text + line->start_index;
			gunichar first = g_utf8_get_char(at);
			gunichar before = g_utf8_get_char(g_utf8_prev_char(at));
			assert_false(first == 0xff0c || first == 0x3002 || first == 0x3001 ||
				     first == 0xff09 || first == 0x300b);   /* ，。、）》 */
			assert_false(before == 0xff08 || before == 0x300a); /* （《 */
		}
	}
	type_case_close(&tc);
}

static void ligatures_are_off(void **state)
{
	(void)state;
	struct type_case tc;
	type_case_open(&tc);
	struct type type = { .size = 10 };
	double one = text_width(&tc, "f", &type), two = text_width(&tc, "ffi", &type);
	assert_true(difference(two, 2 * one + text_width(&tc, "i", &type)) < 0.3);
	type_case_close(&tc);
}

/* A paragraph at the end of a page leaves two lines there and takes two along, or moves whole. */
static void no_line_is_left_alone(void **state)
{
	(void)state;
	for (int fill = 20; fill < 26; fill++) {
		struct arena *a = arena_new();
		struct sheet s;
		open_sheet(a, &s);
		struct type type = { .size = 14, .pitch = 25 };
		for (int i = 0; i < fill; i++)
			flow_text(&s.body, "行", &type);
		int before = s.body.strips;
		flow_text(&s.body, LOREM, &type);
		assert_int_equal(s.body.strips - before, 3);
		char *text = close_sheet(a, &s);
		char *end = strchr(text, '\f');
		assert_non_null(end);
		char *on_first = arena_copy(a, text, (size_t)(end - text));
		assert_int_equal(
			strstr(on_first, "经查") != NULL, strstr(on_first, "责令改正") != NULL);
		arena_free(a);
	}
}

static void head_rows_are_repeated(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct sheet s;
	open_sheet(a, &s);
	struct table t = { .into = &s.body, .columns = 2, .shares = { 1, 3 }, .pad = 4 };
	struct type type = { .size = 12 };
	for (int i = 0; i < 60; i++) {
		struct cell cells[2];
		for (int k = 0; k < 2; k++) {
			cells[k] = (struct cell){ table_cell(&t, k, 1), k, 1, true };
			flow_text(cells[k].text, i ? "数据" : k ? "右头" : "左头", &type);
		}
		table_row(&t, &(struct row){ cells, 2, 26, i == 0 });
	}
	char *text = close_sheet(a, &s);
	int heads = 0, rows = 0;
	for (char *p = text; (p = strstr(p, "左头")); p++)
		heads++;
	for (char *p = text; (p = strstr(p, "数据")); p++)
		rows++;
	assert_int_equal(heads, 3);
	assert_int_equal(rows, 118);
	arena_free(a);
}

static void nothing_is_a_page_too(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct sheet s;
	open_sheet(a, &s);
	flow_space(&s.body, 5000);
	char *text = close_sheet(a, &s);
	assert_non_null(strstr(text, "第 1 页 共 1 页"));
	arena_free(a);
}

static const char *line_at(PangoLayout *layout, int i, int *n)
{
	const PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);

	*n = (int)g_utf8_strlen(pango_layout_get_text(layout) + line->start_index, line->length);
	return pango_layout_get_text(layout) + line->start_index;
}

/* Of a paragraph of some lines the last is never one sign: it is taken into those above. */
static void no_sign_is_alone_on_the_last_line(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct type type = { .size = 14, .pitch = 25, .indent = 28 };
	struct buf b = { .arena = a };
	struct type_case tc;
	int length, looked = 0;

	type_case_open(&tc);
	for (int i = 0; i < 260; i++) {
		buf_puts(&b, i % 17 ? "查" : "2");
		PangoLayout *layout = text_set(&tc, buf_text(&b), &type, 441);
		int lines = pango_layout_get_line_count(layout);
		if (lines < 3)
			continue;
		line_at(layout, lines - 1, &length);
		looked++;
		assert_true(length > 1);
		for (int k = 0; k < lines; k++)
			assert_true(text_line_width(pango_layout_get_line_readonly(layout, k)) <=
				    441.01);
	}
	assert_true(looked > 150);
	type_case_close(&tc);
	arena_free(a);
}

/* A box at the end of a line with its word on the next is ticked for nothing. */
static void a_box_stays_with_its_word(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct type type = { .size = 14 };
	struct buf b = { .arena = a };
	struct type_case tc;
	int length;

	type_case_open(&tc);
	for (int i = 0; i < 30; i++) {
		buf_puts(&b, "字");
		PangoLayout *layout = text_set(
			&tc, arena_printf(a, "%s■ 是　□ 否□检验", buf_text(&b)), &type, 200);
		for (int k = 0; k < pango_layout_get_line_count(layout); k++) {
			const char *line = line_at(layout, k, &length);
			const char *end = g_utf8_offset_to_pointer(line, length);
			const char *text = text_trim(a, arena_copy(a, line, (size_t)(end - line)));
			assert_false(text_ends(text, "□") || text_ends(text, "■"));
		}
	}
	type_case_close(&tc);
	arena_free(a);
}

static int warm(void **state)
{
	(void)state;
	struct fault why = { 0 };
	return documents_init(&why) == OK ? 0 : -1;
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
		cmocka_unit_test(lines_are_flush_at_the_right),
		cmocka_unit_test(marks_stay_with_their_words),
		cmocka_unit_test(ligatures_are_off),
		cmocka_unit_test(no_sign_is_alone_on_the_last_line),
		cmocka_unit_test(a_box_stays_with_its_word),
		cmocka_unit_test(no_line_is_left_alone),
		cmocka_unit_test(head_rows_are_repeated),
		cmocka_unit_test(nothing_is_a_page_too),
	};
	return cmocka_run_group_tests(tests, warm, cool);
}
