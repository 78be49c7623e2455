#include "core/documents/leaf.h"
#include "core/documents/picture.h"
#include "core/documents/sheet.h"

#include <cairo-pdf.h>
#include <string.h>

static const double EDGE = 64, TOP = 72, BOTTOM = 64, NUMBER_TOP = 28, NUMBER_RIGHT = 44,
		    PICTURE_MOST = 0.52;
enum { SIDE_MAX = 16384, JPEG_LEAST = 12 };

static cairo_status_t take(void *to, const unsigned char *at, unsigned n)
{
	struct buf *b = to;
	buf_add(b, at, n);
	return b->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

struct canvas {
	struct buf out;
	cairo_surface_t *surface;
	cairo_t *c;
	struct type_case types;
	const char *note;
	double y;
	int pages;
};

static void canvas_open(struct arena *a, struct canvas *v)
{
	*v = (struct canvas){ .out = { .arena = a }, .note = "" };
	v->surface = cairo_pdf_surface_create_for_stream(take, &v->out, SHEET_WIDTH, SHEET_HEIGHT);
	cairo_pdf_surface_restrict_to_version(v->surface, CAIRO_PDF_VERSION_1_5);
	v->c = cairo_create(v->surface);
	type_case_open(&v->types);
}

static enum err canvas_close(struct canvas *v, struct bytes *pdf, struct fault *why)
{
	cairo_status_t status = cairo_status(v->c);
	int missing = v->types.missing;
	cairo_destroy(v->c);
	cairo_surface_finish(v->surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(v->surface);
	cairo_surface_destroy(v->surface);
	type_case_close(&v->types);
	if (status != CAIRO_STATUS_SUCCESS)
		return fault(why, E_INTERNAL, "the PDF was not made: %s",
			cairo_status_to_string(status));
	if (missing)
		return fault(why, E_INVALID, "%d signs are not in %s", missing, TEXT_FAMILY);
	*pdf = (struct bytes){ (const uint8_t *)v->out.s, v->out.n };
	return OK;
}

/* The same input gives the same bytes. */
static void date_it(struct arena *a, struct canvas *v, int64_t at)
{
	struct civil t = civil_of(at);
	char *s = arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", t.year, t.month, t.day,
		t.hour, t.minute, t.second);
	cairo_pdf_surface_set_metadata(v->surface, CAIRO_PDF_METADATA_CREATE_DATE, s);
}

static void paint_line(struct canvas *v, const struct type *type, PangoLayoutLine *line, double y)
{
	double x = EDGE;
	if (type->align == ALIGN_CENTRE)
		x = (SHEET_WIDTH - text_line_width(line)) / 2;
	else if (type->align == ALIGN_RIGHT)
		x = SHEET_WIDTH - NUMBER_RIGHT - text_line_width(line);
	cairo_set_source_rgb(v->c, 0, 0, 0);
	cairo_move_to(v->c, x, y + text_baseline(type));
	text_paint(&v->types, v->c, line);
}

static void page_begin(struct canvas *v)
{
	static const struct type small = { .size = 9, .align = ALIGN_CENTRE };
	if (v->pages++)
		cairo_show_page(v->c);
	v->y = TOP;
	if (*v->note)
		paint_line(v, &small,
			pango_layout_get_line_readonly(text_set(&v->types, v->note, &small, 0), 0),
			NUMBER_TOP);
}

static void write_text(struct canvas *v, const char *text, const struct type *type)
{
	PangoLayout *l = text_set(&v->types, text, type, SHEET_WIDTH - 2 * EDGE);
	int n = pango_layout_get_line_count(l);
	for (int i = 0; i < n; i++) {
		if (v->y + text_pitch(type) > SHEET_HEIGHT - BOTTOM)
			page_begin(v);
		paint_line(v, type, pango_layout_get_line_readonly(l, i), v->y);
		v->y += text_pitch(type);
	}
}

enum err leaf_numbers(struct arena *a, int first, int n, struct bytes *pdf, struct fault *why)
{
	static const struct type bold = { .size = 12, .align = ALIGN_RIGHT, .bold = true };
	struct canvas v;
	canvas_open(a, &v);
	date_it(a, &v, 0);
	for (int i = 0; i < n; i++) {
		const char *text = arena_printf(a, "%d", first + i);
		page_begin(&v);
		paint_line(&v, &bold,
			pango_layout_get_line_readonly(text_set(&v.types, text, &bold, 0), 0),
			NUMBER_TOP);
	}
	return canvas_close(&v, pdf, why);
}

struct extent {
	int w, h;
};

/* Width and height out of the first frame header (ITU-T T.81, B.2.2). */
static bool jpeg_size(struct bytes b, struct extent *out)
{
	size_t i = 2;
	if (b.n < JPEG_LEAST || b.at[0] != 0xff || b.at[1] != 0xd8)
		return false;
	while (i + 9 < b.n && b.at[i] == 0xff) {
		uint8_t m = b.at[i + 1];
		if (m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc) {
			*out = (struct extent){ b.at[i + 7] << 8 | b.at[i + 8],
				b.at[i + 5] << 8 | b.at[i + 6] };
			return out->w > 0 && out->h > 0 && out->w <= SIDE_MAX && out->h <= SIDE_MAX;
		}
		i += 2 + ((size_t)b.at[i + 2] << 8 | b.at[i + 3]);
	}
	return false;
}

static void forget(void *bytes)
{
	(void)bytes; /* lives in the arena */
}

/* The picture as a surface; NULL when it is none that can be set. */
static cairo_surface_t *surface_of(struct arena *a, struct bytes b, struct extent *size)
{
	struct picture p;
	struct fault why = { 0 };
	cairo_surface_t *s;

	if (jpeg_size(b, size)) {
		/* its pixels are never looked at: cairo writes the file attached in their place */
		s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, size->w, size->h);
		if (cairo_surface_status(s) == CAIRO_STATUS_SUCCESS &&
			cairo_surface_set_mime_data(s, CAIRO_MIME_TYPE_JPEG, b.at, b.n, forget,
				NULL) == CAIRO_STATUS_SUCCESS)
			return s;
		cairo_surface_destroy(s);
		return NULL;
	}
	if (!b.n || picture_read(a, b, &p, &why))
		return NULL;
	*size = (struct extent){ p.width, p.height };
	s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, p.width, p.height);
	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(s);
		return NULL;
	}
	int stride = cairo_image_surface_get_stride(s);
	uint8_t *to = cairo_image_surface_get_data(s);
	for (int y = 0; y < p.height; y++)
		memcpy(to + (size_t)y * (size_t)stride, p.pixels + (size_t)y * (size_t)p.width,
			(size_t)p.width * sizeof *p.pixels);
	cairo_surface_mark_dirty(s);
	return s;
}

/* As wide as the text, at most so high, never larger than it is at 72 dots an inch times two. */
static bool put_picture(struct arena *a, struct canvas *v, struct bytes picture)
{
	struct extent size;
	cairo_surface_t *s = surface_of(a, picture, &size);
	if (!s)
		return false;
	double scale = (SHEET_WIDTH - 2 * EDGE) / size.w;
	if (scale * size.h > SHEET_HEIGHT * PICTURE_MOST)
		scale = SHEET_HEIGHT * PICTURE_MOST / size.h;
	if (scale > 2)
		scale = 2;
	cairo_save(v->c);
	cairo_translate(v->c, (SHEET_WIDTH - scale * size.w) / 2, v->y);
	cairo_scale(v->c, scale, scale);
	cairo_set_source_surface(v->c, s, 0, 0);
	cairo_paint(v->c);
	cairo_restore(v->c);
	cairo_surface_destroy(s);
	v->y += scale * size.h + 18;
	return true;
}

enum err leaf_picture(
	struct arena *a, const struct leaf *l, struct bytes *pdf, bool *shown, struct fault *why)
{
	static const struct type head = { .size = 16, .align = ALIGN_CENTRE, .bold = true },
				 body = { .size = 10.5, .align = ALIGN_LEFT };
	struct canvas v;
	canvas_open(a, &v);
	date_it(a, &v, l->at);
	v.note = l->note ? l->note : "";
	page_begin(&v);
	write_text(&v, l->title, &head);
	v.y += 12;
	*shown = put_picture(a, &v, l->picture);
	for (char *line = arena_dup(a, l->lines); line && *line;) {
		char *end = strchr(line, '\n');
		if (end)
			*end = '\0';
		write_text(&v, *line ? line : " ", &body);
		line = end ? end + 1 : NULL;
	}
	int pages = v.pages;
	TRY(canvas_close(&v, pdf, why));
	return pages > LEAF_PAGES ? fault(why, E_TOO_LARGE, "more than %d pages", LEAF_PAGES) : OK;
}
