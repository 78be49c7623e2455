#include "core/documents/sheet.h"
#include "core/documents/face.h"
#include "core/documents/seal.h"

#include <cairo-pdf.h>
#include <string.h>

static const double MM = 72 / 25.4;
static const double HAIR = 0.6;	    /* width of rules */
static const double CODE_SIDE = 54; /* 19 mm */

/* ---- laying strips on pages ------------------------------------------------------------------ */

struct placed {
	const struct strip *strip;
	int page;
	double y;
	struct placed *next;
};

struct plan {
	struct sheet *sheet;
	struct placed *first, *last;
	int page;
	double y;
	bool fresh; /* nothing on this page yet */
};

static void place(struct plan *p, const struct strip *s)
{
	if (p->fresh && s->gap)
		return;
	if (p->fresh && s->head && s->head != s) {
		p->fresh = false;
		place(p, s->head);
	}
	struct placed *at = NEW(p->sheet->arena, struct placed);
	*at = (struct placed){ s, p->page, p->y, NULL };
	if (p->last)
		p->last->next = at;
	else
		p->first = at;
	p->last = at;
	p->y += s->h;
	p->fresh = false;
}

static void new_page(struct plan *p)
{
	p->page++;
	p->y = p->sheet->top;
	p->fresh = true;
}

/* Strips that keep together are placed together; what fits on no page is placed strip by strip. */
static void plan_pages(struct plan *p)
{
	double room = p->sheet->bottom - p->sheet->top;
	for (const struct strip *s = p->sheet->body.first; s && p->page < SHEET_PAGES;) {
		double h = s->h;
		const struct strip *end = s;
		while (end->keep && end->next) {
			end = end->next;
			h += end->h;
		}
		if (!p->fresh && h <= room && p->y + h > p->sheet->bottom)
			new_page(p);
		for (;; s = s->next) {
			if (!p->fresh && p->y + s->h > p->sheet->bottom && !s->gap)
				new_page(p);
			place(p, s);
			if (s == end)
				break;
		}
		s = s->next;
	}
}

int sheet_pages(struct sheet *s)
{
	struct plan plan = { .sheet = s, .page = 1, .y = s->top, .fresh = true };

	plan_pages(&plan);
	return plan.page;
}

int sheet_lone_page(struct sheet *s)
{
	struct plan plan = { .sheet = s, .page = 1, .y = s->top, .fresh = true };
	const struct placed *at;

	plan_pages(&plan);
	for (int page = 2; page <= plan.page; page++) {
		for (at = plan.first; at; at = at->next)
			if (at->page == page && !at->strip->ending && !at->strip->gap)
				break;
		if (!at)
			return page;
	}
	return 0;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void source(cairo_t *c, uint32_t rgb)
{
	cairo_set_source_rgb(
		c, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void paint_rule(cairo_t *c, struct box b)
{
	cairo_set_line_width(c, HAIR);
	cairo_set_line_cap(c, CAIRO_LINE_CAP_SQUARE);
	cairo_move_to(c, b.x, b.y);
	cairo_line_to(c, b.x + b.w, b.y + b.h);
	cairo_stroke(c);
}

static void paint_picture(cairo_t *c, const struct picture *p, struct box b)
{
	cairo_surface_t *image =
		cairo_image_surface_create(CAIRO_FORMAT_ARGB32, p->width, p->height);
	if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS) {
		unsigned char *to = cairo_image_surface_get_data(image);
		size_t stride = (size_t)cairo_image_surface_get_stride(image);
		size_t row = (size_t)p->width * 4;
		for (size_t y = 0; y < (size_t)p->height; y++)
			memcpy(to + y * stride, p->pixels + y * (size_t)p->width, row);
		cairo_surface_mark_dirty(image);
		cairo_save(c);
		cairo_translate(c, b.x, b.y);
		cairo_scale(c, b.w / p->width, b.h / p->height);
		cairo_set_source_surface(c, image, 0, 0);
		cairo_paint(c);
		cairo_restore(c);
	}
	cairo_surface_destroy(image);
}

static void paint_qr(cairo_t *c, const struct qr *q, struct box b)
{
	cairo_save(c);
	cairo_translate(c, b.x, b.y);
	cairo_scale(c, b.w / q->side, b.w / q->side);
	cairo_set_source_rgb(c, 0, 0, 0);
	qr_paint(c, q);
	cairo_restore(c);
}

static void paint_mark(cairo_t *c, struct sheet *s, const struct mark *m)
{
	source(c, m->colour);
	switch (m->kind) {
	case MARK_TEXT:
		cairo_move_to(c, m->box.x, m->box.y);
		text_paint(&s->types, c, (PangoLayoutLine *)(uintptr_t)m->what);
		break;
	case MARK_RULE:
		paint_rule(c, m->box);
		break;
	case MARK_FILL:
		cairo_rectangle(c, m->box.x, m->box.y, m->box.w, m->box.h);
		cairo_fill(c);
		break;
	case MARK_PICTURE:
		paint_picture(c, m->what, m->box);
		break;
	case MARK_QR:
		paint_qr(c, m->what, m->box);
		break;
	case MARK_SEAL:
		cairo_save(c);
		cairo_translate(c, m->box.x, m->box.y);
		seal_paint(c, &s->types, m->what);
		cairo_restore(c);
		break;
	case MARK_FACE:
		cairo_save(c);
		cairo_translate(c, m->box.x, m->box.y);
		cairo_scale(c, m->box.w, m->box.w);
		face_paint(c, m->what);
		cairo_restore(c);
		break;
	}
}

static void paint_strip(cairo_t *c, struct sheet *s, const struct placed *at)
{
	cairo_save(c);
	cairo_translate(c, 0, at->y);
	for (const struct mark *m = at->strip->marks; m; m = m->next)
		paint_mark(c, s, m);
	cairo_restore(c);
}

/* A row cut by the end of a page gets its border there and on the page after. */
static void paint_cut(cairo_t *c, const struct placed *at, bool floor)
{
	struct box b = at->strip->border;
	b.y = at->y + (floor ? at->strip->h : 0);
	cairo_set_source_rgb(c, 0, 0, 0);
	paint_rule(c, b);
}

/* ---- the foot of a page ---------------------------------------------------------------------- */

struct foot {
	cairo_t *c;
	struct flow *f;
	struct strip *strip;
};

static void foot_text(struct foot *t, const char *text, struct type type, struct box b)
{
	strip_text(t->f, t->strip, (struct words){ text, &type }, b);
}

/* The code at the left, beside it in small type what it is for and where it leads. */
static void foot_code(struct sheet *s, struct foot *t, double y)
{
	double x = s->body.x + CODE_SIDE + 8;
	strip_mark(t->f, t->strip,
		(struct mark){ .kind = MARK_QR,
			.box = { s->body.x, y, CODE_SIDE, CODE_SIDE },
			.what = &s->qr });
	struct type bold = { .size = 8.5, .bold = true, .align = ALIGN_LEFT };
	foot_text(t, "扫码验真", bold, (struct box){ x, y + CODE_SIDE - 34, 0, 0 });
	struct type small = { .size = 7, .pitch = 9, .align = ALIGN_LEFT, .colour = 0x333333 };
	struct flow address = { .arena = s->arena, .types = &s->types, .x = x, .w = 250 };
	flow_text(&address, s->setup.verify_url, &small);
	double at = y + CODE_SIDE - 20;
	int lines = 0;
	for (const struct strip *l = address.first; l && lines < 2; l = l->next, lines++) {
		struct mark m = *l->marks;
		m.box.y += at;
		strip_mark(t->f, t->strip, m);
		at += l->h;
	}
}

static void paint_foot(cairo_t *c, struct sheet *s, int page, int pages)
{
	struct flow f = { .arena = s->arena, .types = &s->types, .x = s->body.x, .w = s->body.w };
	struct foot t = { c, &f, flow_strip(&f, 0) };
	struct type left = { .size = 9, .align = ALIGN_LEFT },
		    right = { .size = 9, .align = ALIGN_RIGHT };
	struct type warn = { .size = 8.5, .align = ALIGN_RIGHT, .colour = 0xb00000 };
	bool code = s->qr.side && s->setup.code_at_foot;
	double y = s->bottom + 10;
	struct box line = { s->body.x, y + 3, s->body.w, 0 };
	if (!s->setup.poster)
		strip_mark(&f, t.strip,
			(struct mark){ .kind = MARK_RULE, .box = { line.x, y, line.w, 0 } });
	if (code)
		foot_code(s, &t, y + 6);
	if (s->setup.footer[0]) {
		line.x += code ? CODE_SIDE + 8 : 0;
		foot_text(&t, s->setup.footer, left, line);
	}
	line = (struct box){ s->body.x, y + 6 + CODE_SIDE - 12, s->body.w, 0 };
	if (!s->setup.poster && !s->setup.bound)
		foot_text(
			&t, arena_printf(s->arena, "第 %d 页　共 %d 页", page, pages), right, line);
	line.y = s->setup.poster ? SHEET_HEIGHT - 24 : 34;
	if (s->setup.note[0])
		foot_text(&t, s->setup.note, warn, line);
	for (const struct mark *m = t.strip->marks; m; m = m->next)
		paint_mark(c, s, m);
}

/* ---- the file -------------------------------------------------------------------------------- */

static cairo_status_t take(void *to, const unsigned char *at, unsigned n)
{
	struct buf *b = to;
	buf_add(b, at, n);
	return b->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void describe(cairo_surface_t *pdf, struct sheet *s)
{
	struct civil t = civil_of(s->setup.at);
	char *at = arena_printf(s->arena, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", t.year, t.month,
		t.day, t.hour, t.minute, t.second);
	cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, s->setup.title);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_AUTHOR, s->setup.author);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_SUBJECT, s->setup.subject);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, "Shian");
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, at);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_MOD_DATE, at);
}

static void paint_pages(cairo_t *c, struct sheet *s, const struct plan *plan)
{
	const struct placed *before = NULL;
	int page = 1;
	for (const struct placed *at = plan->first; at; before = at, at = at->next) {
		if (at->page != page) {
			if (before && before->strip->open_below)
				paint_cut(c, before, true);
			paint_foot(c, s, page, plan->page);
			cairo_show_page(c);
			page = at->page;
		}
		paint_strip(c, s, at);
		bool first =
			!before || before->page != at->page || before->strip == at->strip->head;
		if (first && at->strip->open_above)
			paint_cut(c, at, false);
	}
	paint_foot(c, s, page, plan->page);
	cairo_show_page(c);
}

enum err sheet_open(
	struct arena *a, const struct sheet_setup *setup, struct sheet *out, struct fault *why)
{
	*out = (struct sheet){ .arena = a, .setup = *setup };
	if (setup->verify_url[0])
		TRY(qr_make(a, setup->verify_url, &out->qr, why));
	double left = setup->poster ? 22 * MM : 28 * MM, right = setup->poster ? 22 * MM : 26 * MM;
	out->top = setup->poster ? 22 * MM : 27 * MM;
	out->bottom = SHEET_HEIGHT - (setup->poster ? 11 * MM : 32 * MM);
	type_case_open(&out->types);
	out->body = (struct flow){
		.arena = a, .types = &out->types, .x = left, .w = SHEET_WIDTH - left - right
	};
	return OK;
}

void sheet_close(struct sheet *s)
{
	type_case_close(&s->types);
}

enum err sheet_pdf(struct sheet *s, struct bytes *pdf, struct fault *why)
{
	struct plan plan = { .sheet = s, .page = 1, .y = s->top, .fresh = true };
	plan_pages(&plan);
	if (plan.page >= SHEET_PAGES)
		return fault(why, E_TOO_LARGE, "the paper has more than %d pages", SHEET_PAGES - 1);
	struct buf b = { .arena = s->arena };
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(take, &b, SHEET_WIDTH, SHEET_HEIGHT);
	describe(surface, s);
	cairo_t *c = cairo_create(surface);
	paint_pages(c, s, &plan);
	cairo_status_t status = cairo_status(c);
	cairo_destroy(c);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS)
		return fault(why, E_INTERNAL, "the PDF was not made: %s",
			cairo_status_to_string(status));
	if (s->types.missing)
		return fault(
			why, E_INVALID, "%d signs are not in %s", s->types.missing, TEXT_FAMILY);
	*pdf = (struct bytes){ (const uint8_t *)b.s, b.n };
	return OK;
}
