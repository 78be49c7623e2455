/* A paper in words: what it says, in reading order, for a page on which it is read before it is
 * signed. Without title, number, seal, codes and places to sign. */
#include "core/documents/render.h"

#include <string.h>

struct telling {
	struct render r;
	struct paper_line *at;
	size_t n, most;
};

static void add(struct telling *w, const char *label, const char *text)
{
	if (!*label && !*text)
		return;
	if (w->n == w->most) {
		struct paper_line *more = NEWS(w->r.arena, struct paper_line, 2 * w->most + 32);
		if (w->n)
			memcpy(more, w->at, w->n * sizeof(*more));
		w->at = more;
		w->most = 2 * w->most + 32;
	}
	w->at[w->n++] = (struct paper_line){ label, text };
}

/* A label that is set in two lines is one word. */
static const char *on_one_line(struct arena *a, const char *text)
{
	char *s = arena_dup(a, text), *to = s;

	for (const char *from = s; *from; from++)
		if (*from != '\n')
			*to++ = *from;
	*to = 0;
	return s;
}

static void cells(struct telling *w, const struct row_plan *row)
{
	const char *label = "";

	for (size_t i = 0; i < row->n_cells; i++) {
		const char *text = render_phrase(&w->r, &row->cells[i].text);
		if (!row->cells[i].label) { /* only a place to sign: nothing to read */
			add(w, *text ? label : "", text);
			label = "";
			continue;
		}
		add(w, label, "");
		label = on_one_line(w->r.arena, text);
	}
	add(w, label, "");
}

static void rows(struct telling *w, const struct row_plan *row, size_t n)
{
	for (; n; row++, n--) {
		if (row->kind == ROW_CELLS)
			cells(w, row);
		else if (row->kind == ROW_IF && *render_value(&w->r, row->name))
			rows(w, row->rows, row->n_rows);
		if (row->kind != ROW_EACH)
			continue;
		int items = render_items(w->r.paper, row->name, strlen(row->name));
		for (w->r.item = 1; w->r.item <= items; w->r.item++)
			rows(w, row->rows, row->n_rows);
		w->r.item = 0;
	}
}

/* Lines of label and value; one whose value is empty is left out, as on the paper. */
static void fields(struct telling *w, const struct block *b)
{
	for (size_t i = 0; i < b->n_rows; i++)
		if (b->rows[i].kind == ROW_CELLS &&
			*render_phrase(&w->r, &b->rows[i].cells[1].text))
			cells(w, &b->rows[i]);
}

static void blocks(struct telling *w, const struct block *b, size_t n)
{
	for (; n; b++, n--) {
		if (b->kind == BLOCK_TEXT)
			add(w, "", render_phrase(&w->r, &b->text));
		else if (b->kind == BLOCK_FIELDS)
			fields(w, b);
		else if (b->kind == BLOCK_TABLE)
			rows(w, b->rows, b->n_rows);
		if (b->kind != BLOCK_IF)
			continue;
		const char *value = render_value(&w->r, b->name);
		if (b->is ? text_is(value, b->is) : *value != 0)
			blocks(w, b->blocks, b->n_blocks);
		else
			blocks(w, b->otherwise, b->n_otherwise);
	}
}

void render_words(struct arena *a, const struct paper *cleaned, struct paper_words *out)
{
	struct telling w = { .r = { .arena = a, .paper = cleaned } };

	blocks(&w, cleaned->t->body->blocks, cleaned->t->body->n_blocks);
	*out = (struct paper_words){ w.at, w.n };
}
