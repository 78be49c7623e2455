#include "core/documents/table.h"

static const double CUT_ABOVE = 210; /* rows up to this height stay whole */

static double column_x(const struct table *t, int column)
{
	double all = 0, left = 0;
	for (int i = 0; i < t->columns; i++) {
		all += t->shares[i];
		if (i < column)
			left += t->shares[i];
	}
	return t->into->x + t->into->w * left / all;
}

struct flow *table_cell(const struct table *t, int column, int span)
{
	struct flow *f = NEW(t->into->arena, struct flow);
	f->arena = t->into->arena;
	f->types = t->into->types;
	f->x = column_x(t, column) + t->pad;
	f->w = column_x(t, column + span) - t->pad - f->x;
	return f;
}

static void rule(struct table *t, struct strip *s, struct box b)
{
	strip_mark(t->into, s, (struct mark){ .kind = MARK_RULE, .box = b });
}

static void sides(struct table *t, struct strip *s, const struct row *row)
{
	for (int i = 0; i < row->n; i++)
		rule(t, s, (struct box){ column_x(t, row->cells[i].column), 0, 0, s->h });
	rule(t, s, (struct box){ t->into->x + t->into->w, 0, 0, s->h });
	s->border = (struct box){ t->into->x, 0, t->into->w, 0 };
	s->head = row->head ? NULL : t->head;
}

/* Moves the marks of one strip of a cell into a strip of the row. */
static void pour(struct table *t, struct strip *into, const struct strip *from, double y)
{
	for (const struct mark *m = from->marks; m; m = m->next) {
		struct mark copy = *m;
		copy.box.y += y;
		strip_mark(t->into, into, copy);
	}
}

static void whole_row(struct table *t, const struct row *row, double h)
{
	struct strip *s = flow_strip(t->into, h);
	sides(t, s, row);
	rule(t, s, (struct box){ t->into->x, 0, t->into->w, 0 });
	rule(t, s, (struct box){ t->into->x, h, t->into->w, 0 });
	for (int i = 0; i < row->n; i++) {
		const struct flow *cell = row->cells[i].text;
		double y = row->cells[i].middle ? (h - flow_height(cell)) / 2 : t->pad;
		for (const struct strip *c = cell->first; c; y += c->h, c = c->next)
			pour(t, s, c, y);
	}
	if (row->head) {
		t->head = s;
		s->keep = true;
	}
}

/* The strips of all cells that stand side by side at one height, NULL where a cell has ended. */
struct level {
	const struct strip *at[TABLE_COLUMNS];
	double h;
	bool keep, any, more; /* any: not all have ended; more: one goes on below */
};

static struct level level_of(const struct row *row, const struct level *above)
{
	struct level l = { 0 };
	for (int i = 0; i < row->n; i++) {
		const struct strip *s = row->cells[i].text->first;
		if (above)
			s = above->at[i] ? above->at[i]->next : NULL;
		l.at[i] = s;
		if (!s)
			continue;
		l.h = s->h > l.h ? s->h : l.h;
		l.keep = l.keep || s->keep;
		l.more = l.more || s->next;
		l.any = true;
	}
	return l;
}

static void one_level(struct table *t, const struct row *row, const struct level *l, bool first)
{
	double top = first ? t->pad : 0;
	struct strip *s = flow_strip(t->into, l->h + top + (l->more ? 0 : t->pad));
	s->keep = l->keep && l->more;
	s->open_above = !first;
	s->open_below = l->more;
	sides(t, s, row);
	if (first)
		rule(t, s, (struct box){ t->into->x, 0, t->into->w, 0 });
	if (!l->more)
		rule(t, s, (struct box){ t->into->x, s->h, t->into->w, 0 });
	for (int i = 0; i < row->n; i++)
		if (l->at[i])
			pour(t, s, l->at[i], top);
}

/* One strip per line: a page may end between any two of them. */
static void cut_row(struct table *t, const struct row *row)
{
	struct level l = level_of(row, NULL);
	for (bool first = true; l.any; first = false) {
		one_level(t, row, &l, first);
		l = level_of(row, &l);
	}
}

void table_row(struct table *t, const struct row *row)
{
	double h = row->least;
	for (int i = 0; i < row->n; i++) {
		double used = flow_height(row->cells[i].text) + 2 * t->pad;
		h = used > h ? used : h;
	}
	if (h > CUT_ABOVE && !row->head)
		cut_row(t, row);
	else
		whole_row(t, row, h);
}
