#include "core/documents/face.h"

#include <math.h>

static void disc(cairo_t *c, double x, double y, double r)
{
	cairo_new_path(c);
	cairo_arc(c, x, y, r, 0, 2 * M_PI);
	cairo_fill(c);
}

static void eyes(cairo_t *c, enum mood mood)
{
	for (int side = -1; side <= 1; side += 2) {
		double x = side * 0.36;
		if (mood == MOOD_SMILE || mood == MOOD_LAUGH) { /* two bows */
			cairo_new_path(c);
			cairo_arc(c, x, -0.16, 0.17, M_PI * 1.12, M_PI * 1.88);
			cairo_stroke(c);
		} else {
			cairo_save(c);
			cairo_translate(c, x, -0.22);
			cairo_scale(c, 0.1, 0.145);
			disc(c, 0, 0, 1);
			cairo_restore(c);
		}
	}
}

static void mouth(cairo_t *c, enum mood mood)
{
	cairo_new_path(c);
	switch (mood) {
	case MOOD_SMILE:
		cairo_arc(c, 0, 0.12, 0.5, 0, M_PI);
		cairo_close_path(c);
		cairo_fill(c);
		return;
	case MOOD_LAUGH:
		cairo_arc(c, 0, 0.06, 0.62, 0, M_PI);
		cairo_close_path(c);
		cairo_fill(c);
		return;
	case MOOD_GENTLE:
		cairo_arc(c, 0, 0.08, 0.44, M_PI * 0.14, M_PI * 0.86);
		break;
	case MOOD_FLAT:
		cairo_move_to(c, -0.36, 0.4);
		cairo_line_to(c, 0.36, 0.4);
		break;
	case MOOD_CRY:
		cairo_arc(c, 0, 0.72, 0.4, M_PI * 1.16, M_PI * 1.84);
		break;
	}
	cairo_stroke(c);
}

static void tear(cairo_t *c, double x)
{
	cairo_new_path(c);
	cairo_move_to(c, x, 0.02);
	cairo_curve_to(c, x + 0.16, 0.26, x + 0.09, 0.38, x, 0.38);
	cairo_curve_to(c, x - 0.09, 0.38, x - 0.16, 0.26, x, 0.02);
	cairo_fill(c);
}

void face_paint(cairo_t *c, const struct face *f)
{
	cairo_save(c);
	cairo_set_source_rgb(c, (f->colour >> 16 & 255) / 255.0, (f->colour >> 8 & 255) / 255.0,
		(f->colour & 255) / 255.0);
	disc(c, 0, 0, 1);
	cairo_set_source_rgb(c, 1, 1, 1);
	cairo_set_line_cap(c, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_width(c, 0.1);
	eyes(c, f->mood);
	mouth(c, f->mood);
	if (f->mood == MOOD_CRY) {
		tear(c, -0.52);
		tear(c, 0.52);
	}
	cairo_restore(c);
}
