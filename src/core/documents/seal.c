#include "core/documents/seal.h"

#include <math.h>
#include <string.h>

static const double RED[4] = { 0.83, 0.06, 0.08, 0.82 };

static void ring(cairo_t *c)
{
	cairo_set_line_width(c, 3.4);
	cairo_new_path(c);
	cairo_arc(c, 0, 0, SEAL_SIZE / 2 - 1.7, 0, 2 * M_PI);
	cairo_stroke(c);
}

static void star(cairo_t *c, double r)
{
	cairo_new_path(c);
	for (int i = 0; i < 10; i++) {
		double a = -M_PI / 2 + i * M_PI / 5;
		double d = i % 2 ? r * 0.381966 : r; /* the inner corners of a regular star */
		cairo_line_to(c, d * cos(a), d * sin(a));
	}
	cairo_close_path(c);
	cairo_fill(c);
}

/* One run of outlines, centred on the origin, stretched to the width and height given. */
struct outline {
	const char *text;
	double size, wide, high;
	double tracking;
};

static void outline(cairo_t *c, struct type_case *types, const struct outline *o)
{
	struct type type = { .size = o->size, .bold = true, .tracking = o->tracking };
	PangoLayout *layout = text_set(types, o->text, &type, 0);
	PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);
	double w = text_line_width(line);
	cairo_save(c);
	cairo_scale(c, o->wide, o->high);
	cairo_new_path(c);
	cairo_move_to(c, -w / 2, 0.38 * o->size);
	pango_cairo_layout_line_path(c, line);
	cairo_fill(c);
	cairo_restore(c);
}

static void arc_name(cairo_t *c, struct type_case *types, const char *name)
{
	int n = (int)utf8_length(name);
	double r = SEAL_SIZE / 2 - 3.4 - 10.5; /* to the middle of the signs */
	double step = n > 1 ? fmin(0.42, 3.75 / (n - 1)) : 0;
	double size = fmin(14, r * step * 1.04);
	size = fmax(size, 5);
	const char *s = name;
	for (int i = 0; i < n; i++) {
		const char *next = g_utf8_next_char(s);
		char one[8] = { 0 };
		memcpy(one, s, (size_t)(next - s));
		cairo_save(c);
		cairo_rotate(c, (i - (n - 1) / 2.0) * step);
		cairo_translate(c, 0, -r);
		outline(c, types, &(struct outline){ one, size, 0.92, fmin(1.35, 15.5 / size), 0 });
		cairo_restore(c);
		s = next;
	}
}

static void line_across(cairo_t *c, struct type_case *types, const struct outline *o, double y)
{
	cairo_save(c);
	cairo_translate(c, 0, y);
	outline(c, types, o);
	cairo_restore(c);
}

void seal_paint(cairo_t *c, struct type_case *types, const struct seal *s)
{
	cairo_save(c);
	cairo_set_source_rgba(c, RED[0], RED[1], RED[2], RED[3]);
	ring(c);
	cairo_save(c);
	cairo_translate(c, 0, -2);
	star(c, 18.5);
	cairo_restore(c);
	arc_name(c, types, s->office);
	if (s->kind[0]) {
		double n = (double)utf8_length(s->kind);
		struct outline kind = { s->kind, fmin(9.4, 60 / n), 0.92, 1.1, 0.4 };
		line_across(c, types, &kind, 31);
	}
	if (s->note[0])
		line_across(c, types, &(struct outline){ s->note, 6.2, 1, 1, 0.2 }, -27);
	cairo_restore(c);
}
