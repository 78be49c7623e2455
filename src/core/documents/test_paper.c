/* Papers as a reader of the PDF sees them. Golden texts: SHIAN_GOLDEN=write makes them anew; look
 * at the difference before you keep it. */
#include "core/documents/documents.h"
#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const char *const samples[] = { "onspot_decision", "onspot_decision_fine",
	"correction_order", "address_confirmation", "defence_record", "filing_form", "closing_form",
	"service_receipt", "edata_record", "door_sign_a", "door_sign_b", "door_sign_c" };
enum { SAMPLES = sizeof samples / sizeof *samples };
static void texts_are_golden(void **state)
{
	(void)state;
	bool write = text_is(getenv("SHIAN_GOLDEN"), "write");
	struct arena *names = arena_new();
	const char **all;
	int n = test_samples(names, &all);
	for (int i = 0; i < n; i++) {
		struct arena *a = arena_new();
		struct paper p = test_sample(a, all[i]);
		char *text = test_text(a, test_pdf(a, &p));
		char *path = test_path(
			a, arena_printf(a, "src/core/documents/test_data/golden/%s.txt", all[i]));
		struct bytes golden = { 0 };
		if (write)
			assert_int_equal(file_write(path, text, strlen(text), 0644, NULL), OK);
		assert_int_equal(file_read(a, path, 1 << 20, &golden, NULL), OK);
		assert_string_equal(text, arena_copy(a, (const char *)golden.at, golden.n));
		arena_free(a);
	}
	arena_free(names);
}

static void the_same_paper_gives_the_same_bytes(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	for (int i = 0; i < SAMPLES; i++) {
		struct paper p = test_sample(a, samples[i]),
			     q = test_sample(a, samples[(i + 5) % SAMPLES]);
		struct bytes one = test_pdf(a, &p);
		test_pdf(a, &q);
		struct bytes two = test_pdf(a, &p);
		assert_int_equal(one.n, two.n);
		assert_memory_equal(one.at, two.at, one.n);
	}
	arena_free(a);
}

struct job {
	const char *sample;
	struct arena *a;
	struct bytes pdf;
};

static void *work(void *arg)
{
	struct job *j = arg;
	struct paper p = test_sample(j->a, j->sample);
	for (int i = 0; i < 3; i++)
		j->pdf = test_pdf(j->a, &p);
	return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
	(void)state;
	struct job jobs[4];
	pthread_t threads[4];
	for (int i = 0; i < 4; i++) {
		jobs[i] = (struct job){ samples[i % 2 ? 6 : 1], arena_new(), { 0 } };
		assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(jobs[i].pdf.n, jobs[i + 2].pdf.n);
		assert_memory_equal(jobs[i].pdf.at, jobs[i + 2].pdf.at, jobs[i].pdf.n);
	}
	for (int i = 0; i < 4; i++)
		arena_free(jobs[i].a);
}

static void phones_read_the_code_on_paper(void **state)
{
	(void)state;
	static const char *const argv[] = { "pdftoppm", "-gray", "-r", "150", "-f", "1", "-l", "1",
		"@", NULL };
	static const char *const read[] = { "zbarimg", "--quiet", "--raw", "@", NULL };
	for (int i = 0; i < SAMPLES; i += 3) {
		struct arena *a = arena_new();
		struct paper p = test_sample(a, samples[i]);
		struct bytes out = test_run(a, read, test_run(a, argv, test_pdf(a, &p)));
		assert_string_equal(
			text_trim(a, arena_copy(a, (const char *)out.at, out.n)), p.verify_url);
		arena_free(a);
	}
}

/* ---- refusals -------------------------------------------------------- */

static struct paper without(struct arena *a, struct paper p, const char *name)
{
	struct paper_value *v = NEWS(a, struct paper_value, p.n);
	size_t n = 0;
	for (size_t i = 0; i < p.n; i++)
		if (!text_is(p.values[i].name, name))
			v[n++] = p.values[i];
	p.values = v;
	p.n = n;
	return p;
}

static struct paper with(struct arena *a, struct paper p, const char *name, const char *text)
{
	p = without(a, p, name);
	struct paper_value *v = NEWS(a, struct paper_value, p.n + 1);
	memcpy(v, p.values, p.n * sizeof *v);
	v[p.n++] = (struct paper_value){ name, text };
	p.values = v;
	return p;
}

/* Every duty field of every template, taken away from its sample, is named. */
static void each_duty_field_is_missed(void **state)
{
	(void)state;
	struct arena *names = arena_new();
	const char **all;
	int n = test_samples(names, &all);
	for (int i = 0; i < n; i++) {
		struct arena *a = arena_new();
		struct paper p = test_sample(a, all[i]);
		const char *missing = NULL;
		struct fault why;
		assert_int_equal(paper_check(a, &p, &missing, &why), OK);
		assert_string_equal(missing, "");
		for (size_t k = 0; k < p.t->n_fields; k++) {
			const struct paper_field *f = &p.t->fields[k];
			if (f->need != NEED_ALWAYS || f->picture || strchr(f->name, '.'))
				continue;
			struct paper q = with(a, p, f->name, " 　\n");
			assert_int_equal(paper_check(a, &q, &missing, &why), E_INVALID);
			assert_string_equal(missing, f->name);
		}
		arena_free(a);
	}
	arena_free(names);
}

static void all_that_is_missing_is_named_at_once(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct paper p = test_sample(a, "edata_record");
	const char *missing = NULL;
	struct fault why;
	struct bytes pdf = { 0 };
	p = without(a, without(a, without(a, p, "software"), "file.2.sm3"), "maker");
	assert_int_equal(paper_check(a, &p, &missing, &why), E_INVALID);
	assert_string_equal(missing, "software, file.2.sm3, maker");
	assert_int_equal(paper_pdf(a, &p, &pdf, &why), E_INVALID);
	assert_null(pdf.at);
	assert_string_equal(why.text, "missing: software, file.2.sm3, maker");

	p = test_sample(a, "onspot_decision"); /* a fine brings more duties */
	p = with(a, p, "fine", "人民币贰佰元整");
	assert_int_equal(paper_check(a, &p, &missing, &why), E_INVALID);
	assert_string_equal(missing, "pay_way, pay_term");

	p = test_sample(a, "address_confirmation"); /* no consent without a signature */
	p.n_images = 0;
	assert_int_equal(paper_check(a, &p, &missing, &why), E_INVALID);
	assert_string_equal(missing, "party_sig");

	p = test_sample(a, "onspot_decision");
	p.number = NULL; /* fine to check before the number is taken, not to draw */
	assert_int_equal(paper_check(a, &p, &missing, &why), OK);
	assert_int_equal(paper_pdf(a, &p, &pdf, &why), E_INVALID);
	assert_string_equal(why.text, "missing: number");
	arena_free(a);
}

static void bad_input_is_named(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct paper p = test_sample(a, "onspot_decision"), q;
	const char *missing;
	struct fault why;
	q = with(a, p, "act", "笑脸😀");
	assert_int_equal(paper_check(a, &q, &missing, &why), E_INVALID);
	assert_string_equal(why.text, "act has a sign that cannot be printed: U+1F600");
	q = with(a, p, "act", "\xff\xfe");
	assert_int_equal(paper_check(a, &q, &missing, &why), E_INVALID);
	q = with(a, p, "unknown_to_the_template", "😀");
	assert_int_equal(paper_check(a, &q, &missing, &why), OK);
	char *huge = arena_alloc(a, PAPER_VALUE + 2);
	memset(huge, 'a', PAPER_VALUE + 1);
	q = with(a, p, "act", huge);
	assert_int_equal(paper_check(a, &q, &missing, &why), E_TOO_LARGE);
	q = p;
	q.verify_url = "https://a b";
	assert_int_equal(paper_check(a, &q, &missing, &why), E_INVALID);
	q = p;
	q.bureau = "局";
	assert_int_equal(paper_check(a, &q, &missing, &why), E_INVALID);
	struct paper_image image = { "party_sig", { (const uint8_t *)"not a picture", 13 } };
	q = p;
	q.images = &image;
	q.n_images = 1;
	assert_int_equal(paper_check(a, &q, &missing, &why), E_INVALID);
	assert_string_equal(why.text, "party_sig: the picture is not a PNG");
	struct paper door = with(a, test_sample(a, "door_sign_a"), "grade", "D");
	struct bytes pdf;
	assert_int_equal(paper_pdf(a, &door, &pdf, &why), E_INVALID);
	assert_string_equal(why.text, "grade: there is no grade 'D'");
	arena_free(a);
}

/* ---- pages ----------------------------------------------------------- */

static int pages(const char *text)
{
	int n = 0;
	for (const char *s = text; (s = strchr(s, '\f')); s++)
		n++;
	return n;
}

static void long_papers_flow_over_pages(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct buf b = { .arena = a };
	for (int i = 1; i <= 40; i++)
		buf_printf(&b, "%s第%d点，如实陈述：冷库温度 −18 ℃ 没有保持住，已经请人检修，",
			i > 1 ? "\n" : "", i);
	struct paper p = with(a, test_sample(a, "defence_record"), "defence", b.s);
	char *text = test_text(a, test_pdf(a, &p));
	assert_int_equal(pages(text), 3);
	assert_non_null(strstr(text, "第 1 页 共 3 页"));
	assert_non_null(strstr(text, "第 3 页 共 3 页"));
	for (int i = 1; i <= 40; i++)
		assert_non_null(strstr(text, arena_printf(a, "第%d点，如实陈述", i)));
	/* the places to sign are not alone on the last page */
	char *last = strstr(text, "第 2 页 共 3 页");
	assert_non_null(strstr(last, "第40点"));
	assert_non_null(strstr(last, "陈述申辩人（签名）"));
	arena_free(a);
}

/* A cell longer than a page is cut between lines, nothing is lost. */
static void long_cells_flow_over_pages(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct buf b = { .arena = a };
	for (int i = 1; i <= 90; i++)
		buf_printf(&b, "%s步骤%d：核对。", i > 1 ? "\n" : "", i);
	struct paper p = with(a, test_sample(a, "edata_record"), "steps", b.s);
	char *text = test_text(a, test_pdf(a, &p));
	assert_int_equal(pages(text), 4);
	for (int i = 1; i <= 90; i++)
		assert_non_null(strstr(text, arena_printf(a, "步骤%d：", i)));
	arena_free(a);
}

static void endless_papers_are_refused(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	char *lines = arena_alloc(a, 60000);
	for (int i = 0; i + 3 < 60000; i += 2)
		memcpy(lines + i, "a\n", 2);
	lines[59000] = 'z';
	lines[59001] = 0;
	struct paper p = with(a, test_sample(a, "defence_record"), "defence", lines);
	struct bytes pdf;
	struct fault why;
	assert_int_equal(paper_pdf(a, &p, &pdf, &why), E_TOO_LARGE);
	assert_string_equal(why.text, "the paper has more than 199 pages");
	arena_free(a);
}

/* ---- what is set right by itself ------------------------------------- */

static void a_stop_is_said_once(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	static const char *const said[] = { "警告", "警告。", "警告；", "警告，" };

	for (int i = 0; i < 4; i++) {
		struct paper p =
			with(a, test_sample(a, "onspot_decision"), "penalty_kind", said[i]);
		assert_non_null(strstr(test_text(a, test_pdf(a, &p)), "处罚种类：警告。\n"));
	}
	struct paper p = with(a, test_sample(a, "onspot_decision"), "penalty_kind", "警告！");
	assert_non_null(strstr(test_text(a, test_pdf(a, &p)), "处罚种类：警告！\n"));
	arena_free(a);
}

static void an_empty_cell_is_struck_out(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct paper p = without(a, test_sample(a, "inspection_result"), "licence");

	assert_non_null(strstr(test_text(a, test_pdf(a, &p)), "许可证编号 ——"));
	arena_free(a);
}

/* The sheet of a form that says lines of text, and then announces something. */
static struct paper announcing(struct arena *a, int lines)
{
	static const char head[] =
		"{\"code\":\"t\",\"name\":\"试\",\"version\":\"1\",\"source\":\"s\","
		"\"valid_from\":\"2021-07-15\",\"blocks\":[{\"type\":\"title\"}";
	struct buf b = { .arena = a };
	struct paper_template *t = NULL;
	struct fault why = { 0 };

	buf_puts(&b, head);
	for (int i = 0; i < lines; i++)
		buf_puts(&b, ",{\"type\":\"para\",\"text\":\"一行。\"}");
	buf_puts(&b, ",{\"type\":\"para\",\"text\":\"要求如下：\"}");
	for (int i = 0; i < 5; i++)
		buf_puts(&b, ",{\"type\":\"para\",\"text\":\"改正。\"}");
	buf_puts(&b, "]}");
	if (paper_template_parse(a, (struct bytes){ (const uint8_t *)b.s, b.n }, &t, &why))
		fail_msg("%s", why.text);
	return (struct paper){ .t = t,
		.bureau = "示范市市场监督管理局",
		.number = "",
		.seal_text = "",
		.at = 1795413900000 };
}

static void what_announces_is_not_left_behind(void **state)
{
	(void)state;
	for (int lines = 10; lines < 40; lines++) {
		struct arena *a = arena_new();
		struct paper p = announcing(a, lines);
		char *text = test_text(a, test_pdf(a, &p)), *at = strstr(text, "要求如下：\n");
		assert_non_null(at);
		assert_true(text_starts(at + strlen("要求如下：\n"), "改正。"));
		arena_free(a);
	}
}

/* One line over the foot is drawn in; what would need more keeps the distance of its lines. */
static void a_little_too_long_is_drawn_in(void **state)
{
	(void)state;
	bool one_page = true;
	int held = 0;

	for (int lines = 10; lines < 40; lines++) {
		struct arena *a = arena_new();
		struct paper p = announcing(a, lines);
		bool one = pages(test_text(a, test_pdf(a, &p))) == 1;
		assert_true(one_page || !one); /* never longer, then shorter */
		one_page = one;
		held += one;
		arena_free(a);
	}
	/* 674 points, the title 68, lines of 25, which may come down to 22.5: 26 in all */
	assert_int_equal(held, 26 - 6 - 10 + 1);
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
		cmocka_unit_test(texts_are_golden),
		cmocka_unit_test(the_same_paper_gives_the_same_bytes),
		cmocka_unit_test(threads_do_not_disturb_each_other),
		cmocka_unit_test(phones_read_the_code_on_paper),
		cmocka_unit_test(each_duty_field_is_missed),
		cmocka_unit_test(all_that_is_missing_is_named_at_once),
		cmocka_unit_test(bad_input_is_named),
		cmocka_unit_test(long_papers_flow_over_pages),
		cmocka_unit_test(long_cells_flow_over_pages),
		cmocka_unit_test(endless_papers_are_refused),
		cmocka_unit_test(a_stop_is_said_once),
		cmocka_unit_test(an_empty_cell_is_struck_out),
		cmocka_unit_test(what_announces_is_not_left_behind),
		cmocka_unit_test(a_little_too_long_is_drawn_in),
	};
	return cmocka_run_group_tests(tests, warm, cool);
}
