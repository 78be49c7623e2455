#include "core/documents/paper.h"
#include "core/documents/documents.h"
#include "core/documents/render.h"

#include <stdio.h>
#include <string.h>

enum { BLANK_INK = 12 }; /* a picture with fewer inked pixels is not a signature */

/* A value without what web forms add: "\r\n" becomes "\n", tabs become blanks, ends are trimmed. */
static const char *clean(struct arena *a, const char *text)
{
	char *s = arena_dup(a, text), *to = s;
	for (const char *from = s; *from; from++) {
		if (from[0] == '\r' && from[1] == '\n')
			continue;
		*to++ = *from == '\t' ? ' ' : *from;
	}
	*to = 0;
	return text_trim(a, s);
}

static struct paper cleaned(struct arena *a, const struct paper *p)
{
	struct paper_value *values = NEWS(a, struct paper_value, p->n + 1);
	for (size_t i = 0; i < p->n; i++)
		values[i] = (struct paper_value){ p->values[i].name, clean(a, p->values[i].text) };
	struct paper copy = *p;
	copy.values = values;
	copy.bureau = clean(a, p->bureau);
	copy.number = clean(a, p->number);
	copy.seal_text = clean(a, p->seal_text);
	copy.verify_url = p->verify_url ? p->verify_url : "";
	return copy;
}

/* ---- duty fields ----------------------------------------------------- */

static void lacking(struct buf *missing, const char *name)
{
	buf_printf(missing, "%s%s", missing->n ? ", " : "", name);
}

static void check_list(const struct render *r, const struct paper_field *f, struct buf *missing)
{
	const char *dot = strchr(f->name, '.');
	size_t n = (size_t)(dot - f->name);
	int items = render_items(r->paper, f->name, n);
	if (items == 0)
		lacking(missing, f->name);
	for (int i = 1; i <= items; i++) {
		char *name = arena_printf(r->arena, "%.*s.%d%s", (int)n, f->name, i, dot);
		if (!render_value(r, name)[0])
			lacking(missing, name);
	}
}

static void check_duty(const struct render *r, struct buf *missing)
{
	const struct paper_template *t = r->paper->t;
	for (size_t i = 0; i < t->n_fields; i++) {
		const struct paper_field *f = &t->fields[i];
		bool wanted = f->need == NEED_ALWAYS ||
			      (f->need == NEED_WITH && render_value(r, f->text)[0]);
		if (!wanted)
			continue;
		if (strchr(f->name, '.'))
			check_list(r, f, missing);
		else if (!render_value(r, f->name)[0])
			lacking(missing, f->name);
	}
}

/* ---- what can be set ------------------------------------------------- */

/* True when name, with the number of its item left out, is a field of the template. */
static bool is_known(const struct paper_template *t, const char *name)
{
	char plain[128];
	const char *dot = strchr(name, '.');
	const char *rest = dot ? strchr(dot + 1, '.') : NULL;
	if (rest)
		snprintf(plain, sizeof plain, "%.*s%s", (int)(dot - name), name, rest);
	else
		snprintf(plain, sizeof plain, "%s", name);
	for (size_t i = 0; i < t->n_fields; i++)
		if (text_is(t->fields[i].name, plain))
			return true;
	return false;
}

static enum err check_text(const char *name, const char *text, struct fault *why)
{
	char bad[SIGN_MAX];
	if (strlen(text) > PAPER_VALUE)
		return fault(why, E_TOO_LARGE, "%s has more than %d bytes", name, PAPER_VALUE);
	if (!documents_can_draw(text, bad))
		return fault(why, E_INVALID, "%s has a sign that cannot be printed: %s", name, bad);
	return OK;
}

static bool url_is_fine(const char *s)
{
	if (strlen(s) > PAPER_URL)
		return false;
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

static enum err check_texts(const struct paper *p, struct fault *why)
{
	size_t name = utf8_length(p->bureau);
	if (name < 4 || name > 30)
		return fault(why, E_INVALID, "the name of the office has 4 to 30 signs");
	if (strchr(p->bureau, '\n') || strchr(p->number, '\n') || strchr(p->seal_text, '\n'))
		return fault(why, E_INVALID, "office, number and seal stand on one line");
	if (utf8_length(p->seal_text) > 10)
		return fault(why, E_INVALID, "the seal holds 10 signs at its foot");
	if (!url_is_fine(p->verify_url))
		return fault(why, E_INVALID,
			"the address in the code has blanks, other than ASCII, "
			"or more than %d signs",
			PAPER_URL);
	TRY(check_text("bureau", p->bureau, why));
	TRY(check_text("number", p->number, why));
	TRY(check_text("seal_text", p->seal_text, why));
	for (size_t i = 0; i < p->n; i++)
		if (is_known(p->t, p->values[i].name))
			TRY(check_text(p->values[i].name, p->values[i].text, why));
	return OK;
}

static enum err check_images(struct render *r, struct fault *why)
{
	const struct paper *p = r->paper;
	r->pictures = NEWS(r->arena, struct picture, p->n_images + 1);
	for (size_t i = 0; i < p->n_images; i++) {
		struct fault inner = { 0 };
		enum err e = picture_read(r->arena, p->images[i].png, &r->pictures[i], &inner);
		if (e)
			return fault(why, e, "%s: %s", p->images[i].name, inner.text);
		if (r->pictures[i].ink < BLANK_INK)
			return fault(why, E_INVALID, "%s: the picture is blank", p->images[i].name);
	}
	return OK;
}

static enum err check_all(struct render *r, const char **missing, struct fault *why)
{
	struct buf list = { .arena = r->arena };
	check_duty(r, &list);
	*missing = buf_text(&list);
	if (list.n)
		return fault(why, E_INVALID, "missing: %s", list.s);
	TRY(check_texts(r->paper, why));
	return check_images(r, why);
}

enum err paper_check(
	struct arena *a, const struct paper *p, const char **missing, struct fault *why)
{
	struct paper copy = cleaned(a, p);
	struct render r = { .arena = a, .paper = &copy };
	return check_all(&r, missing, why);
}

/* ---- the file -------------------------------------------------------- */

static struct sheet_setup setup_of(const struct render *r)
{
	const struct paper *p = r->paper;
	return (struct sheet_setup){
		.title = p->t->name,
		.author = p->bureau,
		.subject = p->number,
		.at = p->at,
		.footer = render_phrase(r, &p->t->body->footer),
		.verify_url = p->verify_url,
		.code_at_foot = p->t->body->code,
		.bound = p->t->body->bound,
		.note = p->demo ? "示例文书　DEMO　无法律效力" : "",
		.poster = p->t->body->poster,
	};
}

/* Poured at this pitch into a new sheet, which sheet_close must follow after OK. */
static enum err pour(struct render *r, double pitch, struct sheet *sheet, struct fault *why)
{
	struct sheet_setup setup = setup_of(r);
	TRY(sheet_open(r->arena, &setup, sheet, why));
	r->sheet = sheet;
	r->pitch = pitch;
	r->tail = r->item = 0;
	r->ended = false;
	r->before = BLOCK_SPACE;
	const struct paper_body *body = r->paper->t->body;
	enum err e = render_blocks(r, body->blocks, body->n_blocks, why);
	if (e)
		sheet_close(sheet);
	else
		render_end(r);
	return e;
}

/* A short paper that runs a little over a page is drawn in, line to line, if that spares the page.
 * Of one that does not get shorter the lines keep their distance. */
enum { SHORT_PAGES = 3 };

static enum err pour_to_fit(struct render *r, struct sheet *sheet, struct fault *why)
{
	static const double pitches[] = { 0.97, 0.94, 0.9 };
	TRY(pour(r, 1, sheet, why));
	int pages = sheet_pages(sheet);
	if (pages == 1 || pages > SHORT_PAGES)
		return OK;
	for (size_t i = 0; i < sizeof pitches / sizeof *pitches; i++) {
		sheet_close(sheet);
		TRY(pour(r, pitches[i], sheet, why));
		if (sheet_pages(sheet) < pages)
			return OK;
	}
	sheet_close(sheet);
	return pour(r, 1, sheet, why);
}

/* Checked, poured, and then what is wanted of the sheet. */
struct wanted {
	struct bytes *pdf;
	int *lone; /* NULL: the file */
};

static enum err paper_laid(
	struct arena *a, const struct paper *p, const struct wanted *w, struct fault *why)
{
	struct paper copy = cleaned(a, p);
	struct render r = { .arena = a, .paper = &copy };
	const char *missing;
	TRY(check_all(&r, &missing, why));
	if (p->t->body->numbered && !copy.number[0])
		return fault(why, E_INVALID, "missing: number");
	struct sheet sheet;
	enum err e = OK;
	TRY(pour_to_fit(&r, &sheet, why));
	if (w->lone)
		*w->lone = sheet_lone_page(&sheet);
	else
		e = sheet_pdf(&sheet, w->pdf, why);
	sheet_close(&sheet);
	return e;
}

enum err paper_pdf(struct arena *a, const struct paper *p, struct bytes *pdf, struct fault *why)
{
	return paper_laid(a, p, &(struct wanted){ .pdf = pdf }, why);
}

enum err paper_lone_page(struct arena *a, const struct paper *p, int *page, struct fault *why)
{
	return paper_laid(a, p, &(struct wanted){ .lone = page }, why);
}

enum err paper_words(
	struct arena *a, const struct paper *p, struct paper_words *out, struct fault *why)
{
	struct paper *copy = NEW(a, struct paper);

	*copy = cleaned(a, p);
	TRY(check_texts(copy, why));
	render_words(a, copy, out);
	return OK;
}
