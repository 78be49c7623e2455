/* Every form of rules/documents as a reader sees its pages: all samples, and a form that has none
 * with every field filled. With SHIAN_PAGES=FOLDER each PDF is kept there, to be looked at:
 *   SHIAN_PAGES=/tmp/pages build/test_pages; pdftoppm -r 75 -png /tmp/pages/x.pdf x */
#include "core/documents/body.h"
#include "core/documents/documents.h"
#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table of all papers ----------------------------------------------------------------- */

struct look {
	struct arena *a;
	const char *name; /* of the sample, or the form */
	const struct paper *p;
};

typedef void looked(const struct look *);

static void each_sample(looked *see, const char **forms, int n_forms)
{
	struct arena *all = arena_new();
	const char **samples;
	int n = test_samples(all, &samples);

	for (int i = 0; i < n; i++) {
		struct arena *a = arena_new();
		struct paper p = test_sample(a, samples[i]);
		see(&(struct look){ a, samples[i], &p });
		for (int k = 0; k < n_forms; k++)
			if (text_is(forms[k], p.t->code))
				forms[k] = ""; /* seen */
		arena_free(a);
	}
	arena_free(all);
}

/* Every sample, then every form without one: a new form is looked at by itself. */
static void each_paper(looked *see)
{
	struct arena *all = arena_new();
	const char **forms;
	int n = test_forms(all, &forms);

	assert_true(n > 60);
	each_sample(see, forms, n);
	for (int k = 0; k < n; k++) {
		struct arena *a = arena_new();
		if (forms[k][0]) {
			struct paper p = test_filled(a, test_template(a, forms[k]), true);
			see(&(struct look){ a, forms[k], &p });
		}
		arena_free(a);
	}
	arena_free(all);
}

/* ---- what pdftotext finds -------------------------------------------------------------------- */

/* One word on a page, points from its upper left corner. */
struct word {
	int page;
	double x0, y0, x1, y1;
	const char *text;
};

enum { WORDS = 4000 };
/* Below and above stand the foot of a page and its warning. */
static const double BODY_TOP = 60, BODY_BOTTOM = 752;

static char *unescaped(struct arena *a, const char *s, size_t n)
{
	static const char *const marks[][2] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&apos;", "'" } };
	struct buf b = { .arena = a };

	for (const char *end = s + n; s < end;) {
		size_t i = 0;
		while (i < 5 && !text_starts(s, marks[i][0]))
			i++;
		buf_puts(&b, i < 5 ? marks[i][1] : "");
		if (i == 5)
			buf_add(&b, s, 1);
		s += i < 5 ? strlen(marks[i][0]) : 1;
	}
	return arena_dup(a, buf_text(&b));
}

static int words_of(struct arena *a, struct bytes pdf, struct word **out)
{
	const char *const argv[] = { "pdftotext", "-bbox", "-enc", "UTF-8", "@", "-", NULL };
	struct bytes b = test_run(a, argv, pdf);
	struct word *w = NEWS(a, struct word, WORDS);
	int n = 0, page = 0;

	for (char *line = arena_copy(a, (const char *)b.at, b.n), *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (strstr(line, "<page "))
			page++;
		char *text = strstr(line, "<word ");
		if (!text)
			continue;
		double box[4];
		for (int i = 0; i < 4; i++) {
			text = strstr(text, "=\"");
			assert_non_null(text);
			box[i] = strtod(text + 2, &text);
		}
		text += strcspn(text, ">") + 1;
		char *end = strstr(text, "</word>");
		assert_true(end && n < WORDS);
		w[n++] = (struct word){ page, box[0], box[1], box[2], box[3],
			unescaped(a, text, (size_t)(end - text)) };
	}
	*out = w;
	return n;
}

static bool in_body(const struct word *w)
{
	return w->y0 > BODY_TOP && w->y1 < BODY_BOTTOM;
}

/* Without blanks of any kind: pdftotext sets and drops them by distance. */
static const char *bare(struct arena *a, const char *s)
{
	struct buf b = { .arena = a };

	for (; *s; s++)
		if (text_starts(s, "　"))
			s += 2;
		else if (text_starts(s, "\u00a0"))
			s += 1;
		else if (*s != ' ' && *s != '\n' && *s != '\f')
			buf_add(&b, s, 1);
	return buf_text(&b);
}

/* ---- the pages ------------------------------------------------------------------------------- */

static void keep_file(const struct look *l, struct bytes pdf)
{
	const char *folder = getenv("SHIAN_PAGES");

	if (folder)
		assert_int_equal(file_write(arena_printf(l->a, "%s/%s.pdf", folder, l->name),
					 pdf.at, pdf.n, 0644, NULL),
			OK);
}

static void inside_its_margins(const struct look *l, const struct word *w)
{
	bool poster = l->p->t->body->poster;
	double left = poster ? 61 : 78, right = poster ? 534 : 523;

	if (w->x0 < left || w->x1 > right || w->y0 < 20 || w->y1 > 835)
		fail_msg("%s: '%s' on page %d runs over the margin", l->name, w->text, w->page);
	if (!poster && !in_body(w) && w->y0 < BODY_BOTTOM && w->y1 > BODY_TOP)
		fail_msg("%s: '%s' stands half in the foot of page %d", l->name, w->text, w->page);
}

static void over_no_other(const struct look *l, const struct word *w, int n)
{
	for (int i = 1; i < n; i++) {
		double x0 = w->x0 > w[i].x0 ? w->x0 : w[i].x0,
		       y0 = w->y0 > w[i].y0 ? w->y0 : w[i].y0;
		double x1 = w->x1 < w[i].x1 ? w->x1 : w[i].x1,
		       y1 = w->y1 < w[i].y1 ? w->y1 : w[i].y1;
		if (w[i].page == w->page && x1 - x0 > 1.5 && y1 - y0 > 3)
			fail_msg("%s: '%s' is printed over '%s'", l->name, w->text, w[i].text);
	}
}

static void no_text_is_cut_or_covered(const struct look *l)
{
	struct word *w;
	struct bytes pdf = test_pdf(l->a, l->p);
	int n = words_of(l->a, pdf, &w);

	keep_file(l, pdf);
	assert_true(n > 3);
	for (int i = 0; i < n; i++) {
		inside_its_margins(l, &w[i]);
		over_no_other(l, &w[i], n - i);
	}
}

static void words_stand_apart(void **state)
{
	(void)state;
	each_paper(no_text_is_cut_or_covered);
}

static bool starts_with_any(const char *line, const char *const *signs)
{
	for (; *signs; signs++)
		if (text_starts(line, *signs))
			return true;
	return false;
}

static bool ends_with_any(const char *line, const char *const *signs)
{
	for (; *signs; signs++)
		if (text_ends(line, *signs))
			return true;
	return false;
}

static void lines_break_well(const struct look *l)
{
	static const char *const not_first[] = { "，", "。", "；", "：", "、", "）", "》", "」",
		"』", "！", "？", "”", "’", "〕", "】", "℃", "%", NULL };
	static const char *const not_last[] = { "（", "《", "“", "‘", "〔", "【", "「", "『", "□",
		"■", NULL };

	for (char *line = test_text(l->a, test_pdf(l->a, l->p)), *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (starts_with_any(line, not_first) || ends_with_any(line, not_last))
			fail_msg("%s: the line '%s' is broken badly", l->name, line);
	}
}

static void punctuation_stands_where_it_belongs(void **state)
{
	(void)state;
	each_paper(lines_break_well);
}

static void numbered_pages(const struct look *l)
{
	char *text = test_text(l->a, test_pdf(l->a, l->p));
	int pages = 0, page = 0;

	for (const char *s = text; (s = strchr(s, '\f')); s++)
		pages++;
	if (l->p->t->body->poster || l->p->t->body->bound) {
		assert_null(strstr(text, "页 共"));
		return;
	}
	for (char *s = text, *end; (end = strchr(s, '\f')); s = end + 1) {
		*end = 0;
		page++;
		if (!strstr(s, arena_printf(l->a, "第 %d 页 共 %d 页", page, pages)))
			fail_msg("%s: page %d of %d does not say so", l->name, page, pages);
	}
}

static void pages_are_numbered(void **state)
{
	(void)state;
	each_paper(numbered_pages);
}

/* ---- no page almost empty -------------------------------------------------------------------- */

static bool is_signing(const char *line, const struct block *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (b[i].kind == BLOCK_SIGN && b[i].signs[0].label.n &&
			text_starts(line, b[i].signs[0].label.pieces[0].text))
			return true;
		if (is_signing(line, b[i].blocks, b[i].n_blocks) ||
			is_signing(line, b[i].otherwise, b[i].n_otherwise))
			return true;
	}
	return false;
}

/* Words of one height are one line; a seal brings the office and the date. */
static int lines_beside_the_seal(const struct look *l, const struct word *w, int n, int page)
{
	double y = -1;
	int lines = 0;

	for (int i = 0; i < n; i++) {
		if (w[i].page != page || !in_body(&w[i]) || (w[i].y0 < y + 4 && w[i].y0 > y - 4))
			continue;
		y = w[i].y0;
		if (!text_is(w[i].text, l->p->bureau) &&
			!text_is(w[i].text, date_zh(l->a, l->p->at)) &&
			!is_signing(w[i].text, l->p->t->body->blocks, l->p->t->body->n_blocks))
			lines++;
	}
	return lines;
}

enum { LEAST_LINES = 2 };

static void enough_on_each_page(const struct look *l)
{
	struct word *w;
	int n = words_of(l->a, test_pdf(l->a, l->p), &w), pages = w[n - 1].page;

	for (int page = 1; page <= pages; page++)
		if (lines_beside_the_seal(l, w, n, page) < LEAST_LINES)
			fail_msg("%s: page %d has fewer than %d lines beside its seal", l->name,
				page, LEAST_LINES);
}

static void no_page_is_almost_empty(void **state)
{
	(void)state;
	each_paper(enough_on_each_page);
}

/* A slip is put on the counter of a bank: one leaf, and the code to pay by is said once in figures;
 * with long names too. */
static void a_slip_is_one_leaf(void **state)
{
	(void)state;
	static const char code[] = "31011220260000010036";
	static const struct paper_value long_ones[] = {
		{ "party_name",
			"示范市江川路街道社区综合服务中心如意食堂餐饮管理有限公司第一分公司" },
		{ "party_address",
			"示范市示范区江川路街道江川东路 1288 弄 3 号楼 1 层 101 室至 108 室" },
		{ "term", "自收到行政处罚决定书之日起15日内" },
	};
	enum { LONG = sizeof long_ones / sizeof *long_ones };
	struct arena *a = arena_new();

	for (int i = 0; i < 2; i++) {
		struct paper p = test_sample(a, "payment_slip");
		struct paper_value *v = NEWS(a, struct paper_value, p.n + LONG);
		memcpy(v, long_ones, sizeof long_ones);
		memcpy(v + LONG, p.values, p.n * sizeof *v);
		if (i) /* the first of a name is taken */
			p.values = v;
		p.n += i ? LONG : 0;
		const char *text = test_text(a, test_pdf(a, &p)), *at = strstr(text, code);
		assert_null(strstr(text, "共 2 页"));
		assert_non_null(at);
		assert_null(strstr(at + 1, code));
	}
	arena_free(a);
}

/* ---- what is given is printed ---------------------------------------------------------------- */

struct reading {
	const struct look *l;
	const char *text; /* of the PDF, bare */
	int item;
};

static const char *name_in(const struct reading *r, const char *name)
{
	const char *dot = strchr(name, '.');

	return dot && r->item
		       ? arena_printf(r->l->a, "%.*s.%d%s", (int)(dot - name), name, r->item, dot)
		       : name;
}

static const char *value_in(const struct reading *r, const char *name)
{
	const struct paper *p = r->l->p;

	name = name_in(r, name);
	for (size_t i = 0; i < p->n; i++)
		if (text_is(p->values[i].name, name))
			return p->values[i].text;
	for (size_t i = 0; i < p->n_images; i++)
		if (text_is(p->images[i].name, name))
			return "1";
	for (size_t i = 0; i < p->t->n_fields; i++)
		if (p->t->fields[i].need == NEED_CONSTANT && text_is(p->t->fields[i].name, name))
			return p->t->fields[i].text;
	return "";
}

/* Each paragraph of a value by itself: a page may end between two of them. */
static void is_printed(const struct reading *r, const char *name)
{
	char *value = arena_dup(r->l->a, value_in(r, name));

	for (char *line = value, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (!strstr(r->text, bare(r->l->a, line)))
			fail_msg("%s: %s says '%s', the paper does not", r->l->name,
				name_in(r, name), line);
	}
}

static void phrase_is_printed(const struct reading *r, const struct phrase *phrase)
{
	for (size_t i = 0; i < phrase->n; i++)
		if (phrase->pieces[i].kind == PIECE_FIELD)
			is_printed(r, phrase->pieces[i].name);
}

static void rows_are_printed(struct reading *r, const struct row_plan *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row_plan *row = &rows[i];
		for (size_t k = 0; k < row->n_cells; k++) {
			phrase_is_printed(r, &row->cells[k].text);
			phrase_is_printed(r, &row->cells[k].date);
		}
		if (row->kind == ROW_IF && value_in(r, row->name)[0])
			rows_are_printed(r, row->rows, row->n_rows);
		for (int k = 1; row->kind == ROW_EACH && k < 30; k++) {
			r->item = k;
			rows_are_printed(r, row->rows, row->n_rows);
		}
		if (row->kind == ROW_EACH)
			r->item = 0;
	}
}

static void blocks_are_printed(struct reading *r, const struct block *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		phrase_is_printed(r, &b[i].text);
		rows_are_printed(r, b[i].rows, b[i].n_rows);
		for (size_t k = 0; k < b[i].n_signs; k++)
			if (!value_in(r, b[i].signs[k].picture)[0])
				phrase_is_printed(r, &b[i].signs[k].text);
		if (b[i].kind != BLOCK_IF)
			continue;
		const char *value = value_in(r, b[i].name);
		if (b[i].is ? text_is(value, b[i].is) : value[0] != 0)
			blocks_are_printed(r, b[i].blocks, b[i].n_blocks);
		else
			blocks_are_printed(r, b[i].otherwise, b[i].n_otherwise);
	}
}

/* What the body says, page after page, without what stands at head and foot of each. */
static const char *body_text(const struct look *l)
{
	struct buf b = { .arena = l->a };
	char *text = test_text(l->a, test_pdf(l->a, l->p));

	for (char *s = text, *end; (end = strchr(s, '\f')); s = end + 1) {
		*end = 0;
		char *foot = strstr(s, "\n扫码验真\n");
		if (foot)
			*foot = 0;
		buf_puts(&b, s);
		if (foot)
			buf_puts(&b, "");
	}
	return bare(l->a, buf_text(&b));
}

static void says_what_was_given(const struct look *l)
{
	struct reading r = { l, body_text(l), 0 };
	const struct paper_body *body = l->p->t->body;

	blocks_are_printed(&r, body->blocks, body->n_blocks);
	if (l->p->number && body->numbered)
		assert_non_null(strstr(r.text, bare(l->a, l->p->number)));
}

static void papers_say_what_was_given(void **state)
{
	(void)state;
	each_paper(says_what_was_given);
}

/* ---- no sentence with a hole ----------------------------------------------------------------- */

/* Fields that are there for certain at a place: duty fields, and those asked for by the conditions
 * around it. */
struct sure {
	const struct paper_template *t;
	const char *given[16];
	int n, holes;
};

static bool is_sure(const struct sure *s, const char *name)
{
	for (size_t i = 0; i < s->t->n_fields; i++) {
		const struct paper_field *f = &s->t->fields[i];
		if (!text_is(f->name, name))
			continue;
		if (f->need == NEED_ALWAYS || f->need == NEED_CONSTANT || f->need == NEED_BUILTIN)
			return true;
		for (int k = 0; k < s->n; k++)
			if (text_is(s->given[k], name) ||
				(f->need == NEED_WITH && text_is(s->given[k], f->text)))
				return true;
		return false;
	}
	return false;
}

/* A phrase that is one field alone is left out, or struck out, when that is empty; in a sentence an
 * empty one would leave a hole. */
static void has_no_hole(struct sure *s, const struct phrase *phrase)
{
	for (size_t i = 0; i < phrase->n && phrase->n > 1; i++) {
		const struct piece *p = &phrase->pieces[i];
		if (p->kind != PIECE_FIELD || p->text[0] || is_sure(s, p->name))
			continue;
		print_error(
			"%s: {%s} stands in a sentence and may be empty\n", s->t->code, p->name);
		s->holes++;
	}
}

static void rows_have_no_hole(struct sure *s, const struct row_plan *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < rows[i].n_cells; k++)
			has_no_hole(s, &rows[i].cells[k].text);
		s->given[s->n++] = rows[i].kind == ROW_IF ? rows[i].name : "";
		rows_have_no_hole(s, rows[i].rows, rows[i].n_rows);
		s->n--;
	}
}

static void blocks_have_no_hole(struct sure *s, const struct block *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		has_no_hole(s, &b[i].text);
		rows_have_no_hole(s, b[i].rows, b[i].n_rows);
		s->given[s->n++] = b[i].kind == BLOCK_IF ? b[i].name : "";
		blocks_have_no_hole(s, b[i].blocks, b[i].n_blocks);
		s->n--;
		blocks_have_no_hole(s, b[i].otherwise, b[i].n_otherwise);
	}
}

static void no_sentence_has_a_hole(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	const char **forms;
	int n = test_forms(a, &forms), holes = 0;

	for (int i = 0; i < n; i++) {
		struct sure s = { .t = test_template(a, forms[i]) };
		blocks_have_no_hole(&s, s.t->body->blocks, s.t->body->n_blocks);
		holes += s.holes;
	}
	assert_int_equal(holes, 0);
	arena_free(a);
}

/* With its duty fields only: no label is followed by nothing, no bracket is empty. */
static void a_bare_paper_has_no_empty_label(void **state)
{
	(void)state;
	static const char *const bad[] = { "：。", "：；", "（）", "《》", "〔〕", "，，", "，。",
		"。。", "；。", "：：", "因，", "于，", NULL };
	struct arena *all = arena_new();
	const char **forms;
	int n = test_forms(all, &forms);

	for (int i = 0; i < n; i++) {
		struct arena *a = arena_new();
		struct paper p = test_filled(a, test_template(a, forms[i]), false);
		if (text_is(forms[i], "door_sign")) /* its grade is a letter, see the samples */
			p = test_sample(a, "door_sign_a");
		const char *text = bare(a, test_text(a, test_pdf(a, &p)));
		for (int k = 0; bad[k]; k++)
			if (strstr(text, bad[k]))
				fail_msg("%s: %s", forms[i], strstr(text, bad[k]));
		arena_free(a);
	}
	arena_free(all);
}

/* ---- what the law wants on each -------------------------------------------------------------- */

/* Blank between names. Without one of duty no paper is made; what is shown stands there when there
 * is such a thing (a picture is a place to sign); words are printed on the sample. */
static const struct {
	const char *form, *law, *duty, *shown, *words;
} duties[] = {
	{ "filing_form", "O2 18, 19",
		"origin party_name party_id party_address facts basis officers_opinion officer1 "
		"officer2 unit_opinion unit_head leader_opinion leader leader_at",
		"party_legal party_phone officer1_sig officer2_sig unit_head_sig leader_sig", "" },
	{ "correction_order", "APL 28",
		"party_name act provision basis requirement review_body court contact",
		"deadline received_at refusal party_sig", "六十日内 六个月内" },
	{ "penalty_notice", "APL 44, 45, 63; O2 57",
		"party_name facts evidence provision reasons basis penalty contact contact_phone",
		"hearing received_at party_sig", "陈述、申辩 五个工作日 有权要求听证" },
	{ "onspot_decision", "APL 52; O2 68",
		"party_name act provision basis penalty_kind review_body court decision_time "
		"decision_place officer1 officer2",
		"fine pay_way pay_term officer1_sig officer2_sig refusal party_sig",
		"行政复议 行政诉讼" },
	{ "penalty_decision", "APL 59; O2 62; O45 8",
		"party_name party_address facts evidence defence basis penalty review_body court",
		"fine pay_way pay_term received_at", "六十日内 六个月内 向社会公示" },
	{ "service_receipt", "O2 81", "doc.name doc.number place way served_at server1 server2",
		"receiver relation refusal witness received_at receiver_sig server1_sig "
		"server2_sig "
		"witness_sig",
		"" },
	{ "address_confirmation", "O2 82",
		"party_name accept_electronic post_address signed_at party_sig",
		"e_phone e_mail e_account e_fax", "视为送达" },
	{ "edata_record", "O2 26",
		"cause started_at place officer1 officer2 party_name device system software "
		"network "
		"steps file.name file.format file.size file.sm3 medium method made_at maker",
		"photos party_sig officer1_sig officer2_sig", "" },
	{ "closing_form", "O2 77",
		"case_no party_name execution closing_reason officer1 officer2 leader leader_at",
		"decision_no decision_at", "" },
	{ "coercive_measure_decision", "AEL 24",
		"party_name party_address reason basis from until item.name item.quantity "
		"review_body court",
		"party_sig", "陈述和申辩 行政复议 行政诉讼" },
	{ "measure_extension", "AEL 25", "party_name kind until more_reason review_body court", "",
		"行政复议" },
	{ "coercive_release_decision", "AEL 28", "party_name kind end_words item.name", "", "" },
	{ "evidence_release_notice", "O2 35", "party_name end_words item.name", "", "" },
	{ "custody_letter", "AEL 26", "party_name keeper item.name item.quantity", "", "" },
	{ "payment_demand", "AEL 35, 54", "party_name decision_number pay_due owed slip_code bank",
		"received_at", "十个工作日 陈述和申辩" },
	{ "enforcement_application", "AEL 55",
		"court party_name decision_number owed demand_number demand_served_at leader",
		"statement", "" },
	{ "defer_notice", "APL 66; O2 74",
		"party_name decision_number kind reason approved slip_code bank",
		"part.due part.amount", "" },
	{ "hearing_notice", "APL 64", "party_name hearing_at place chair", "", "申请回避 代理" },
	{ "hearing_record", "APL 64", "hearing_at place chair recorder content",
		"party_sig refusal officer1_sig officer2_sig chair_sig",
		"主持人 记录人： 办案人员" },
	{ "hearing_report", "APL 65", "hearing_at chair opinion report_at", "", "签名：" },
	{ "discussion_record", "APL 57", "participants content conclusion", "", "参加人员" },
	{ "property_list", "AEL 24", "party_name item.name item.quantity",
		"party_sig officer1_sig officer2_sig", "办案人员：" },
	{ "inquiry_record", "APL 55; O2 29", "present place officer1 officer2 content",
		"party_sig refusal", "出示执法证件 申请回避" },
	{ "no_penalty_decision", "APL 57; O2 60",
		"party_name facts evidence ground basis review_body court", "",
		"六十日内 六个月内" },
};

static const struct paper_field *field_of(const struct paper_template *t, const char *name)
{
	for (size_t i = 0; i < t->n_fields; i++)
		if (text_is(t->fields[i].name, name))
			return &t->fields[i];
	return NULL;
}

/* Each word of a list, to see. */
static const char *next_word(struct arena *a, const char **list)
{
	size_t n = strcspn(*list, " ");
	const char *word = arena_copy(a, *list, n);

	*list += n + ((*list)[n] == ' ');
	return word;
}

static void forms_have_what_the_law_wants(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof duties / sizeof *duties; i++) {
		struct arena *a = arena_new();
		struct paper p = test_sample(a, duties[i].form);
		const char *text = bare(a, test_text(a, test_pdf(a, &p)));
		for (const char *s = duties[i].duty; *s;) {
			const char *name = next_word(a, &s);
			const struct paper_field *f = field_of(p.t, name);
			if (!f || f->need != NEED_ALWAYS)
				fail_msg("%s: %s is a duty field (%s)", duties[i].form, name,
					duties[i].law);
		}
		for (const char *s = duties[i].shown; *s;) {
			const char *name = next_word(a, &s);
			if (!field_of(p.t, name))
				fail_msg("%s has no %s (%s)", duties[i].form, name, duties[i].law);
		}
		for (const char *s = duties[i].words; *s;) {
			const char *word = next_word(a, &s);
			if (!strstr(text, word))
				fail_msg("%s does not say %s (%s)", duties[i].form, word,
					duties[i].law);
		}
		arena_free(a);
	}
}

/* Who is fined on the spot is told that it will be published, who is warned is not (O45 2, 8). */
static void a_fine_is_announced_to_be_published(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct paper fined = test_sample(a, "onspot_decision_fine"),
		     warned = test_sample(a, "onspot_decision");

	assert_non_null(strstr(test_text(a, test_pdf(a, &fined)), "向社会公示"));
	assert_null(strstr(test_text(a, test_pdf(a, &warned)), "向社会公示"));
	arena_free(a);
}

static int warm(void **state)
{
	(void)state;
	return documents_init(NULL) ? -1 : 0;
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
		cmocka_unit_test(words_stand_apart),
		cmocka_unit_test(punctuation_stands_where_it_belongs),
		cmocka_unit_test(pages_are_numbered),
		cmocka_unit_test(no_page_is_almost_empty),
		cmocka_unit_test(a_slip_is_one_leaf),
		cmocka_unit_test(papers_say_what_was_given),
		cmocka_unit_test(no_sentence_has_a_hole),
		cmocka_unit_test(a_bare_paper_has_no_empty_label),
		cmocka_unit_test(forms_have_what_the_law_wants),
		cmocka_unit_test(a_fine_is_announced_to_be_published),
	};
	return cmocka_run_group_tests(tests, warm, cool);
}
