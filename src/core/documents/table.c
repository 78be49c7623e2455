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

/* One strip per line: the n-th strips of all cells stand side by side. */
static void cut_row(struct table *t, const struct row *row)
{
	const struct strip *at[TABLE_COLUMNS] = { 0 };
	bool more = false;
	for (int i = 0; i < row->n; i++) {
		at[i] = row->cells[i].text->first;
		more = more || at[i];
	}
	for (bool first = true; more; first = false) {
		double h = 0;
		bool keep = false;
		more = false;
		for (int i = 0; i < row->n; i++) {
			h = at[i] && at[i]->h > h ? at[i]->h : h;
			keep = keep || (at[i] && at[i]->keep);
			more = more || (at[i] && at[i]->next);
		}
		double top = first ? t->pad : 0;
		struct strip *s = flow_strip(t->into, h + top + (more ? 0 : t->pad));
		s->keep = keep && more;
		s->open_above = !first;
		s->open_below = more;
		sides(t, s, row);
		if (first)
			rule(t, s, (struct box){ t->into->x, 0, t->into->w, 0 });
		if (!more)
			rule(t, s, (struct box){ t->into->x, s->h, t->into->w, 0 });
		for (int i = 0; i < row->n; i++)
			if (at[i]) {
				pour(t, s, at[i], top);
				at[i] = at[i]->next;
			}
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
