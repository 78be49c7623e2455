#include "core/documents/flow.h"

#include <string.h>

struct strip *flow_strip(struct flow *f, double h)
{
	struct strip *s = NEW(f->arena, struct strip);
	s->h = h;
	if (f->last)
		f->last->next = s;
	else
		f->first = s;
	f->last = s;
	f->strips++;
	return s;
}

void flow_space(struct flow *f, double h)
{
	bool keep = f->last &&
		    f->last->keep; /* what stays with the next stays with what is behind the gap */
	struct strip *s = flow_strip(f, h);
	s->gap = true;
	s->keep = keep;
}

void flow_keep(struct flow *f, int n)
{
	int skip = f->strips - n;
	for (struct strip *s = f->first; s; s = s->next)
		if (skip-- <= 0)
			s->keep = true;
}

void flow_join(struct flow *f, struct flow *more)
{
	if (!more->first)
		return;
	if (f->last)
		f->last->next = more->first;
	else
		f->first = more->first;
	f->last = more->last;
	f->strips += more->strips;
	more->first = more->last = NULL;
	more->strips = 0;
}

double flow_height(const struct flow *f)
{
	double h = 0;
	for (const struct strip *s = f->first; s; s = s->next)
		h += s->h;
	return h;
}

void strip_mark(struct flow *f, struct strip *s, struct mark m)
{
	struct mark *copy = NEW(f->arena, struct mark);
	*copy = m;
	copy->next = NULL;
	if (s->last)
		s->last->next = copy;
	else
		s->marks = copy;
	s->last = copy;
}

/* Where a line of width used begins in a column of width w. */
static double aligned(enum align align, double w, double used)
{
	if (align == ALIGN_CENTRE)
		return (w - used) / 2;
	return align == ALIGN_RIGHT ? w - used : 0;
}

static double indent_of(const struct type *type, int line)
{
	if (type->align == ALIGN_CENTRE || type->align == ALIGN_RIGHT)
		return 0;
	if (type->indent > 0)
		return line == 0 ? type->indent : 0;
	return line == 0 ? 0 : -type->indent;
}

static void one_paragraph(struct flow *f, const char *text, const struct type *type)
{
	PangoLayout *layout = text_set(f->types, text, type, f->w);
	int lines = pango_layout_get_line_count(layout);
	for (int i = 0; i < lines; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
		struct strip *s = flow_strip(f, text_pitch(type));
		s->keep = lines > 1 && (i == 0 || i == lines - 2);
		double dx = indent_of(type, i) + aligned(type->align, f->w, text_line_width(line));
		strip_mark(f, s,
			(struct mark){ .kind = MARK_TEXT,
				.box = { .x = f->x + dx, .y = text_baseline(type) },
				.colour = type->colour,
				.what = line });
	}
}

void flow_text(struct flow *f, const char *text, const struct type *type)
{
	for (const char *s = text;;) {
		size_t n = strcspn(s, "\n");
		one_paragraph(f, arena_copy(f->arena, s, n), type);
		if (!s[n])
			return;
		s += n + 1;
	}
}

void strip_text(struct flow *f, struct strip *s, struct words w, struct box b)
{
	const struct type *type = w.type;
	PangoLayout *layout = text_set(f->types, w.text, type, 0);
	PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);
	double x = b.x + aligned(type->align, b.w, text_line_width(line));
	double lower = b.h > 0 ? (b.h - text_pitch(type)) / 2 : 0;
	strip_mark(f, s,
		(struct mark){ .kind = MARK_TEXT,
			.box = { .x = x, .y = b.y + lower + text_baseline(type) },
			.colour = type->colour,
			.what = line });
}

void strip_picture(struct flow *f, struct strip *s, const struct picture *p, struct box b)
{
	double scale = b.w / p->width;
	if (p->height * scale > b.h)
		scale = b.h / p->height;
	struct box at = { b.x, b.y + b.h - p->height * scale, p->width * scale, p->height * scale };
	strip_mark(f, s, (struct mark){ .kind = MARK_PICTURE, .box = at, .what = p });
}

/* A place to sign: its label, and beside it a picture, words or a line to write on. */
enum { SIGN_GAP = 4, SIGN_RIGHT = 8 };
static const double SIGN_WORDS = 10.5; /* size of words that fill more than their line */

static double signing_rest(
	struct flow *f, const struct signing *sign, double w, const struct type *t)
{
	return w - text_width(f->types, sign->label, t) - SIGN_GAP - SIGN_RIGHT;
}

/* Words that are wider than their place are set smaller, in as many lines as they need. */
static PangoLayout *signing_words(
	struct flow *f, const struct signing *sign, double rest, const struct type *type)
{
	if (sign->picture || !sign->text || !sign->text[0] ||
		text_width(f->types, sign->text, type) <= rest)
		return NULL;
	return text_set(f->types, sign->text, &(struct type){ .size = SIGN_WORDS }, rest);
}

static double signing_height(
	struct flow *f, const struct signing *sign, double w, const struct type *type)
{
	PangoLayout *l = signing_words(f, sign, signing_rest(f, sign, w, type), type);

	return l ? pango_layout_get_line_count(l) *
				       text_pitch(&(struct type){ .size = SIGN_WORDS }) +
			       SIGN_GAP
		 : 0;
}

static void wrapped_words(struct flow *f, struct strip *s, PangoLayout *l, struct box b)
{
	const struct type small = { .size = SIGN_WORDS };
	int lines = pango_layout_get_line_count(l);
	double top = b.y + (b.h - lines * text_pitch(&small)) / 2;

	for (int i = 0; i < lines; i++)
		strip_mark(f, s,
			(struct mark){ .kind = MARK_TEXT,
				.box = { .x = b.x,
					.y = top + i * text_pitch(&small) + text_baseline(&small) },
				.colour = small.colour,
				.what = pango_layout_get_line_readonly(l, i) });
}

/* type: of its words. */
static void one_signing(struct flow *f, const struct signing *sign, struct box b, struct type type)
{
	struct strip *s = f->last;
	double rest_w = signing_rest(f, sign, b.w, &type);
	PangoLayout *words = signing_words(f, sign, rest_w, &type);

	type.pitch = b.h;
	strip_text(f, s, (struct words){ sign->label, &type }, b);
	struct box rest = { b.x + b.w - rest_w - SIGN_RIGHT, b.y, rest_w, b.h };
	if (sign->picture) {
		strip_picture(f, s, sign->picture, (struct box){ rest.x, 1, rest.w, b.h - 2 });
	} else if (words) {
		wrapped_words(f, s, words, rest);
	} else if (sign->text && sign->text[0]) {
		strip_text(f, s, (struct words){ sign->text, &type }, rest);
	} else {
		double y = text_baseline(&type) + SIGN_GAP;
		strip_mark(
			f, s, (struct mark){ .kind = MARK_RULE, .box = { rest.x, y, rest.w, 0 } });
	}
}

void flow_sign(struct flow *f, const struct signing *all, int n, const struct type *type)
{
	const struct type words = { .size = type->size, .align = ALIGN_LEFT };
	double h = type->size * 2.5, w = f->w / n;

	for (int i = 0; i < n; i++) {
		double needs = signing_height(f, &all[i], w, &words);
		h = needs > h ? needs : h;
	}
	flow_strip(f, h);
	for (int i = 0; i < n; i++)
		one_signing(f, &all[i], (struct box){ f->x + i * w, 0, w, h }, words);
}
