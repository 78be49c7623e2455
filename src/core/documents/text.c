#include "core/documents/text.h"

#include <cairo-ft.h>
#include <pango/pangofc-font.h>
#include <string.h>

/* cairo 1.16 cuts CFF fonts to the glyphs used by following the calls of their subroutines, and
 * loses its way when two glyphs share one that leaves numbers on the stack: depending on what else
 * stands on the paper a glyph comes out empty, or an assertion ends the process. A face that is
 * marked synthetic it does not cut but writes anew from outlines, which is always right. This bit
 * marks it without asking for a bold or slanted shape. test_glyphs.c looks at the result. */
enum { OUTLINES_ONLY = 0x4 };

void type_case_open(struct type_case *tc)
{
	PangoContext *c = pango_font_map_create_context(pango_cairo_font_map_get_default());
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(c, options);
	cairo_font_options_destroy(options);
	pango_cairo_context_set_resolution(c, 72);
	pango_context_set_round_glyph_positions(c, FALSE);
	pango_context_set_language(c, pango_language_from_string("zh-cn"));
	pango_context_set_base_dir(c, PANGO_DIRECTION_LTR);
	*tc = (struct type_case){ .context = c };
	tc->layouts = g_ptr_array_new_with_free_func(g_object_unref);
}

void type_case_close(struct type_case *tc)
{
	g_ptr_array_free(tc->layouts, TRUE);
	for (int i = 0; i < 2; i++)
		if (tc->faces[i])
			cairo_font_face_destroy(tc->faces[i]);
	g_object_unref(tc->context);
}

double text_pitch(const struct type *type)
{
	return type->pitch > 0 ? type->pitch : type->size * 1.5;
}

/* The square a Chinese sign stands in reaches 0.88 of its size above the baseline, 0.12 below. */
double text_baseline(const struct type *type)
{
	return text_pitch(type) / 2 + 0.38 * type->size;
}

double text_line_width(PangoLayoutLine *line)
{
	PangoRectangle logical;
	pango_layout_line_get_extents(line, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

static bool is_wide(gunichar c)
{
	return c >= 0x2e80 || (c >= 0x2014 && c <= 0x2026);
}

/* Walks the clusters of a line and widens each gap next to a wide sign by each, the first extra of
 * them by one unit more; with each 0 and extra 0 it only counts. Returns the number of such gaps.
 */
static int widen_gaps(PangoLayoutLine *line, int each, int extra)
{
	const char *text = pango_layout_get_text(line->layout);
	PangoGlyphInfo *before = NULL;
	gunichar left = 0;
	int gaps = 0;
	for (GSList *r = line->runs; r; r = r->next) {
		PangoLayoutRun *run = r->data;
		PangoGlyphString *g = run->glyphs;
		for (int i = 0; i < g->num_glyphs; i++) {
			if (i > 0 && g->log_clusters[i] == g->log_clusters[i - 1])
				continue;
			if (g->glyphs[i].geometry.width == 0)
				continue; /* the blank a line was broken at */
			gunichar c = g_utf8_get_char(text + run->item->offset + g->log_clusters[i]);
			if (before && (is_wide(left) || is_wide(c))) {
				before->geometry.width += each + (gaps < extra ? 1 : 0);
				gaps++;
			}
			before = &g->glyphs[i];
			left = c;
		}
	}
	return gaps;
}

static void justify(PangoLayout *layout, const struct type *type, double w)
{
	int lines = pango_layout_get_line_count(layout);
	for (int i = 0; i < lines - 1; i++) {
		PangoLayoutLine *line = pango_layout_get_line(layout, i);
		bool first = i == 0;
		double shift =
			type->indent > 0 ? (first ? type->indent : 0) : (first ? 0 : -type->indent);
		int slack = (int)((w - shift - text_line_width(line)) * PANGO_SCALE);
		int gaps = widen_gaps(line, 0, 0);
		/* a line that is short because of a long foreign word stays ragged */
		if (slack <= 0 || gaps == 0 || slack > gaps * type->size * PANGO_SCALE / 3)
			continue;
		widen_gaps(line, slack / gaps, slack % gaps);
	}
}

/* A box to tick and the word behind it stay on one line. */
static void bind_boxes(PangoAttrList *attrs, const char *text)
{
	for (const char *s = text; *s; s = g_utf8_next_char(s)) {
		gunichar c = g_utf8_get_char(s);
		if (c != 0x25a1 && c != 0x25a0) /* □ ■ */
			continue;
		const char *end = g_utf8_next_char(s);
		for (int i = 0; i < 2 && *end; i++)
			end = g_utf8_next_char(end);
		PangoAttribute *whole = pango_attr_allow_breaks_new(FALSE);
		whole->start_index = (guint)(s - text);
		whole->end_index = (guint)(end - text);
		pango_attr_list_insert(attrs, whole);
	}
}

static void describe(PangoLayout *layout, const char *text, const struct type *type)
{
	PangoFontDescription *d = pango_font_description_new();
	pango_font_description_set_family_static(d, TEXT_FAMILY);
	pango_font_description_set_weight(d, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(d, type->size * PANGO_SCALE);
	pango_layout_set_font_description(layout, d);
	pango_font_description_free(d);
	PangoAttrList *attrs = pango_attr_list_new();
	pango_attr_list_insert(attrs, pango_attr_fallback_new(FALSE));
	/* no ligatures: in a checksum "ff" must stay two signs, for the eye and for copying */
	pango_attr_list_insert(attrs, pango_attr_font_features_new("liga=0, clig=0, dlig=0"));
	if (type->tracking > 0)
		pango_attr_list_insert(
			attrs, pango_attr_letter_spacing_new((int)(type->tracking * PANGO_SCALE)));
	bind_boxes(attrs, text);
	pango_layout_set_attributes(layout, attrs);
	pango_attr_list_unref(attrs);
}

/* All signs nearer by so much. */
static void set_nearer(PangoLayout *layout, PangoAttrList *plain, double hair)
{
	PangoAttrList *near = pango_attr_list_copy(plain);
	pango_attr_list_insert(near, pango_attr_letter_spacing_new((int)(-hair * PANGO_SCALE)));
	pango_layout_set_attributes(layout, near);
	pango_attr_list_unref(near);
}

/* A last line of one sign, or of one and its stop, is taken into the lines above when each sign
 * need give way only a hair for it. */
static void take_in(PangoLayout *layout, const struct type *type)
{
	enum { RUNT = 2, STEPS = 4 };
	const double most = 0.035 * type->size;
	int lines = pango_layout_get_line_count(layout);
	const char *text = pango_layout_get_text(layout);
	PangoLayoutLine *last = pango_layout_get_line_readonly(layout, lines - 1);
	if (lines < 2 || g_utf8_strlen(text + last->start_index, last->length) > RUNT)
		return;
	PangoAttrList *plain = pango_attr_list_ref(pango_layout_get_attributes(layout));
	for (int i = 1; i <= STEPS && pango_layout_get_line_count(layout) == lines; i++)
		set_nearer(layout, plain, most * i / STEPS);
	if (pango_layout_get_line_count(layout) == lines)
		pango_layout_set_attributes(layout, plain);
	pango_attr_list_unref(plain);
}

PangoLayout *text_set(struct type_case *tc, const char *text, const struct type *type, double w)
{
	PangoLayout *layout = pango_layout_new(tc->context);
	g_ptr_array_add(tc->layouts, layout);
	describe(layout, text, type);
	pango_layout_set_auto_dir(layout, FALSE);
	pango_layout_set_text(layout, text, -1);
	if (w > 0) {
		pango_layout_set_width(layout, (int)(w * PANGO_SCALE));
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
		pango_layout_set_indent(layout, (int)(type->indent * PANGO_SCALE));
		if (type->align == ALIGN_JUSTIFY && type->tracking <= 0)
			take_in(layout, type);
		if (type->align == ALIGN_JUSTIFY)
			justify(layout, type, w);
	}
	tc->missing += pango_layout_get_unknown_glyphs_count(layout);
	return layout;
}

double text_width(struct type_case *tc, const char *text, const struct type *type)
{
	PangoLayout *layout = text_set(tc, text, type, 0);
	return text_line_width(pango_layout_get_line(layout, 0));
}

/* Glyphs and clusters of one run, as cairo wants them. */
struct stroke {
	cairo_glyph_t *glyphs;
	cairo_text_cluster_t *clusters;
	int n_clusters;
};

static struct stroke stroke_of(const PangoLayoutRun *run, double *x, double y)
{
	const PangoGlyphString *g = run->glyphs;
	struct stroke s = { g_new0(cairo_glyph_t, g->num_glyphs + 1),
		g_new0(cairo_text_cluster_t, g->num_glyphs + 1), 0 };
	for (int i = 0; i < g->num_glyphs; i++) {
		const PangoGlyphInfo *info = &g->glyphs[i];
		int n = s.n_clusters;
		if (i == 0 || g->log_clusters[i] != g->log_clusters[i - 1]) {
			int next = i + 1;
			while (next < g->num_glyphs && g->log_clusters[next] == g->log_clusters[i])
				next++;
			int end = next < g->num_glyphs ? g->log_clusters[next] : run->item->length;
			s.clusters[n].num_bytes = end - g->log_clusters[i];
			s.n_clusters = ++n;
		}
		s.clusters[n - 1].num_glyphs++;
		s.glyphs[i].index = info->glyph == PANGO_GLYPH_EMPTY ? 1 : info->glyph;
		s.glyphs[i].x = *x + (double)info->geometry.x_offset / PANGO_SCALE;
		s.glyphs[i].y = y + (double)info->geometry.y_offset / PANGO_SCALE;
		*x += (double)info->geometry.width / PANGO_SCALE;
	}
	return s;
}

static void choose_font(struct type_case *tc, cairo_t *c, PangoFont *font)
{
	PangoFontDescription *d = pango_font_describe_with_absolute_size(font);
	bool bold = pango_font_description_get_weight(d) >= PANGO_WEIGHT_SEMIBOLD;
	if (!tc->faces[bold]) {
		FcPattern *pattern = pango_fc_font_get_pattern(PANGO_FC_FONT(font));
		tc->faces[bold] = cairo_ft_font_face_create_for_pattern(pattern);
		cairo_ft_font_face_set_synthesize(tc->faces[bold], OUTLINES_ONLY);
	}
	cairo_set_font_face(c, tc->faces[bold]);
	cairo_set_font_size(c, (double)pango_font_description_get_size(d) / PANGO_SCALE);
	pango_font_description_free(d);
}

void text_paint(struct type_case *tc, cairo_t *c, PangoLayoutLine *line)
{
	const char *text = pango_layout_get_text(line->layout);
	double x, y;
	cairo_get_current_point(c, &x, &y);
	for (GSList *r = line->runs; r; r = r->next) {
		const PangoLayoutRun *run = r->data;
		struct stroke s = stroke_of(run, &x, y);
		choose_font(tc, c, run->item->analysis.font);
		cairo_show_text_glyphs(c, text + run->item->offset, run->item->length, s.glyphs,
			run->glyphs->num_glyphs, s.clusters, s.n_clusters, 0);
		g_free(s.glyphs);
		g_free(s.clusters);
	}
}

void text_warm(void)
{
	struct type_case tc;
	type_case_open(&tc);
	struct type type = { .size = 14 };
	for (int bold = 0; bold < 2; bold++) {
		type.bold = bold;
		text_width(&tc, "市场监督管理局〔2026〕第1号，如℃", &type);
	}
	type_case_close(&tc);
}
