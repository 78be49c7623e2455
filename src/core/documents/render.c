#include "core/documents/render.h"
#include "core/documents/seal.h"
#include "core/documents/table.h"

#include <string.h>

/* ---- values ---------------------------------------------------------- */

int render_items(const struct paper *p, const char *list, size_t n)
{
	int most = 0;
	for (size_t i = 0; i < p->n; i++) {
		const char *s = p->values[i].name;
		if (strncmp(s, list, n) != 0 || s[n] != '.' || !p->values[i].text[0])
			continue;
		int item = 0;
		for (s += n + 1; *s >= '0' && *s <= '9' && item < 1000; s++)
			item = item * 10 + (*s - '0');
		if (*s == '.' && item <= 1000 && item > most)
			most = item;
	}
	return most;
}

static const struct picture *picture_of(const struct render *r, const char *name)
{
	for (size_t i = 0; i < r->paper->n_images; i++)
		if (text_is(r->paper->images[i].name, name))
			return r->pictures ? &r->pictures[i] : NULL;
	return NULL;
}

static const char *given(const struct render *r, const char *name)
{
	for (size_t i = 0; i < r->paper->n; i++)
		if (text_is(r->paper->values[i].name, name))
			return r->paper->values[i].text;
	for (size_t i = 0; i < r->paper->n_images; i++)
		if (text_is(r->paper->images[i].name, name))
			return "1";
	return "";
}

const char *render_value(const struct render *r, const char *name)
{
	const struct paper *p = r->paper;
	if (text_is(name, "number"))
		return p->number;
	if (text_is(name, "bureau"))
		return p->bureau;
	if (text_is(name, "date"))
		return date_zh(r->arena, p->at);
	const char *dot = strchr(name, '.');
	if (dot && r->item)
		name = arena_printf(r->arena, "%.*s.%d%s", (int)(dot - name), name, r->item, dot);
	const char *text = given(r, name);
	if (text[0])
		return text;
	for (size_t i = 0; i < p->t->n_fields; i++)
		if (p->t->fields[i].need == NEED_CONSTANT && text_is(p->t->fields[i].name, name))
			return p->t->fields[i].text;
	return "";
}

/* A value that brings its own stop is not stopped twice: "元。" and "。" make "元。". What is to be
 * printed of text, which follows in b. */
static const char *stopped_once(struct buf *b, const char *text)
{
	static const char stop[] = "。";
	const size_t n = sizeof stop - 1;

	if (strncmp(text, stop, n) != 0 || b->n < n)
		return text;
	const char *last = b->s + b->n - n;
	if (strncmp(last, stop, n) == 0 || strncmp(last, "！", n) == 0 ||
		strncmp(last, "？", n) == 0)
		return text + n;
	if (strncmp(last, "；", n) == 0 || strncmp(last, "，", n) == 0 ||
		strncmp(last, "、", n) == 0)
		b->s[b->n -= n] = 0;
	return text;
}

char *render_phrase(const struct render *r, const struct phrase *phrase)
{
	struct buf b = { .arena = r->arena };
	for (size_t i = 0; i < phrase->n; i++) {
		const struct piece *p = &phrase->pieces[i];
		const char *value = p->kind == PIECE_FIELD || p->kind == PIECE_TICK
					    ? render_value(r, p->name)
					    : "";
		if (p->kind == PIECE_COUNT)
			buf_printf(&b, "%d", r->item);
		else if (p->kind == PIECE_TICK)
			buf_puts(&b, text_is(value, p->text) ? "■" : "□");
		else
			buf_puts(&b, value[0] ? value : stopped_once(&b, p->text));
	}
	return arena_dup(r->arena, buf_text(&b));
}

/* The distance of its lines may be drawn in a little, so that a paper ends on fewer pages. */
static struct type drawn_in(const struct render *r, struct type type)
{
	type.pitch = text_pitch(&type) * r->pitch;
	return type;
}

/* ---- places to sign -------------------------------------------------- */

static void pour_signs(
	const struct render *r, struct flow *f, const struct sign_plan *plans, size_t n)
{
	struct signing *all = NEWS(r->arena, struct signing, n);
	struct type type = { .size = 12 };
	for (size_t i = 0; i < n; i++)
		all[i] = (struct signing){ render_phrase(r, &plans[i].label),
			render_phrase(r, &plans[i].text), picture_of(r, plans[i].picture) };
	flow_sign(f, all, (int)n, &type);
}

/* ---- tables ---------------------------------------------------------- */

static const double TABLE_PAD = 4;

/* What a cell says; one that has a label and nothing to say is struck out, as on paper. */
static char *cell_text(const struct render *r, const struct row_plan *plan, int i)
{
	const struct cell_plan *c = &plan->cells[i];
	char *text = render_phrase(r, &c->text);
	bool labelled = i > 0 && plan->cells[i - 1].label && !c->label;

	return labelled && !text[0] && c->n_signs == 0 ? arena_dup(r->arena, "——") : text;
}

/* Text at the top of the cell, places to sign on its floor, the date at their right. */
static void pour_cell(const struct render *r, const struct row_plan *row, int i, struct cell *cell)
{
	const struct cell_plan *plan = &row->cells[i];
	struct flow *f = cell->text;
	char *text = cell_text(r, row, i);
	struct type type = drawn_in(r, plan->type);
	cell->middle = plan->n_signs == 0;
	if (text[0])
		flow_text(f, text, &type);
	if (plan->n_signs == 0)
		return;
	char *date = render_phrase(r, &plan->date);
	struct type right = plan->type;
	right.align = ALIGN_RIGHT;
	double for_date = date[0] ? text_width(f->types, date, &right) + 4 : 0;
	struct flow end = { .arena = f->arena, .types = f->types, .x = f->x, .w = f->w - for_date };
	pour_signs(r, &end, plan->signs, plan->n_signs);
	struct box at = { f->x, 0, f->w, end.last->h };
	if (date[0])
		strip_text(&end, end.last, (struct words){ date, &right }, at);
	double blank = row->least * r->pitch - 2 * TABLE_PAD - flow_height(f) - flow_height(&end);
	if (f->last)
		f->last->keep = true;
	if (blank > 0)
		flow_space(f, blank);
	if (f->last)
		f->last->keep = true;
	flow_join(f, &end);
}

static void pour_row(struct render *r, struct table *t, const struct row_plan *plan)
{
	struct cell cells[TABLE_COLUMNS];
	int column = 0, n = (int)plan->n_cells;
	bool signed_here = false;
	for (int i = 0; i < n; i++) {
		const struct cell_plan *c = &plan->cells[i];
		int span = c->span > 0 ? c->span : i == n - 1 ? t->columns - column : 1;
		cells[i] = (struct cell){ table_cell(t, column, span), column, span, false };
		pour_cell(r, plan, i, &cells[i]);
		signed_here = signed_here || c->n_signs > 0;
		column += span;
	}
	double least = (plan->least > 0 ? plan->least : 26) * r->pitch;
	struct row row = { cells, n, least, plan->head };
	struct strip *above = t->into->last;
	int before = t->into->strips;
	table_row(t, &row);
	if (plan->keep)
		t->into->last->keep = true;
	/* who signs signs what stands above: such a row is an ending, and stays with the row before
	 */
	if (signed_here && t->into->strips == before + 1) {
		t->into->last->ending = true;
		if (above && !above->gap)
			above->keep = true;
	}
}

static void pour_rows(struct render *r, struct table *t, const struct row_plan *rows, size_t n);

/* The rows of one item stay together on a page when they are few. */
static void pour_items(struct render *r, struct table *t, const struct row_plan *plan)
{
	int items = render_items(r->paper, plan->name, strlen(plan->name));
	for (r->item = 1; r->item <= items; r->item++) {
		int before = t->into->strips;
		pour_rows(r, t, plan->rows, plan->n_rows);
		int added = t->into->strips - before;
		if (added > 1 && added <= 8) {
			flow_keep(t->into, added);
			t->into->last->keep = false;
		}
	}
	r->item = 0;
}

static void pour_rows(struct render *r, struct table *t, const struct row_plan *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row_plan *plan = &rows[i];
		if (plan->kind == ROW_CELLS) {
			pour_row(r, t, plan);
		} else if (plan->kind == ROW_IF) {
			if (render_value(r, plan->name)[0])
				pour_rows(r, t, plan->rows, plan->n_rows);
		} else {
			pour_items(r, t, plan);
		}
	}
}

static void pour_table(struct render *r, const struct block *b)
{
	struct table t = { .into = &r->sheet->body, .columns = b->n_columns, .pad = TABLE_PAD };
	memcpy(t.shares, b->columns, sizeof t.shares);
	pour_rows(r, &t, b->rows, b->n_rows);
}

/* Lines "label：value"; one whose value is empty is left out. */
static void pour_fields(struct render *r, const struct block *b)
{
	struct flow *f = &r->sheet->body;
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct row_plan *row = &b->rows[i];
		if (row->kind != ROW_CELLS)
			continue;
		char *value = render_phrase(r, &row->cells[1].text);
		if (!value[0])
			continue;
		char *label = arena_printf(r->arena, "%s：", render_phrase(r, &row->cells[0].text));
		struct type type = drawn_in(r, b->type);
		double w = text_width(f->types, label, &type);
		type.indent = w < 9 * type.size ? -w : 0;
		flow_text(f, arena_printf(r->arena, "%s%s", label, value), &type);
	}
}

/* ---- fixed blocks ---------------------------------------------------- */

static void pour_title(struct render *r)
{
	struct flow *f = &r->sheet->body;
	const char *name = r->paper->t->name;
	struct type office = { .size = 20, .pitch = 32, .bold = true, .align = ALIGN_CENTRE };
	struct type title = { .size = 22, .pitch = 36, .bold = true, .align = ALIGN_CENTRE };
	title.tracking = utf8_length(name) <= 7 ? 6 : 1;
	flow_text(f, r->paper->bureau, &office);
	flow_text(f, name, &title);
	flow_keep(f, 2);
}

static void pour_text(struct render *r, const struct block *b)
{
	char *text = render_phrase(r, &b->text);
	if (!text[0])
		return;
	struct type type = drawn_in(r, b->type);
	flow_text(&r->sheet->body, text, &type);
	/* what announces something stays with it */
	if (b->keep || text_ends(text, "："))
		r->sheet->body.last->keep = true;
}

/* Office and date at the right, the seal over both, as the format of official papers wants it: they
 * stand a little below its centre. */
static void pour_seal(struct render *r)
{
	struct flow *f = &r->sheet->body;
	struct type type = { .size = 14, .pitch = 24, .align = ALIGN_CENTRE };
	double half = text_width(f->types, r->paper->bureau, &type) / 2;
	half = half > SEAL_SIZE / 2 ? half : SEAL_SIZE / 2;
	double x = f->x + f->w - half - 14, middle = SEAL_SIZE / 2 + 2;
	struct strip *s = flow_strip(f, SEAL_SIZE + 6);
	struct box line = { x - half, middle + 9, 2 * half, 0 };
	strip_text(f, s, (struct words){ r->paper->bureau, &type }, line);
	line.y += 25;
	strip_text(f, s, (struct words){ date_zh(r->arena, r->paper->at), &type }, line);
	struct seal *seal = NEW(r->arena, struct seal);
	*seal = (struct seal){ r->paper->bureau, r->paper->seal_text,
		r->paper->demo ? "示例 DEMO" : "" };
	strip_mark(f, s,
		(struct mark){ .kind = MARK_SEAL, .box = { .x = x, .y = middle }, .what = seal });
}

static void pour_banner(struct render *r, const struct block *b)
{
	struct flow *f = &r->sheet->body;
	struct strip *s = flow_strip(f, 84);
	struct box fill = { 0, -r->sheet->top, SHEET_WIDTH, r->sheet->top + 62 };
	strip_mark(f, s, (struct mark){ .kind = MARK_FILL, .box = fill, .colour = b->type.colour });
	struct type type = b->type;
	type.colour = 0xffffff;
	strip_text(f, s, (struct words){ render_phrase(r, &b->text), &type },
		(struct box){ f->x, -24, f->w, 62 });
}

static enum err pour_grade(struct render *r, const struct block *b, struct fault *why)
{
	struct flow *f = &r->sheet->body;
	const char *letter = render_value(r, b->name);
	const struct grade_plan *g = NULL;
	for (size_t i = 0; i < b->n_grades; i++)
		if (text_is(b->grades[i].letter, letter))
			g = &b->grades[i];
	if (!g)
		return fault(why, E_INVALID, "%s: there is no grade '%s'", b->name, letter);
	/* the letter is the grade's own, or that of another field beside it */
	const double radius = b->type.size, share = radius / 88, foot = 40 * (0.4 + 0.6 * share);
	const char *big_letter = b->is ? render_value(r, b->is) : letter;
	struct strip *s = flow_strip(f, 2 * radius + foot + 16 * share);
	struct box face = { f->x + f->w * 0.29, radius, radius, 0 };
	strip_mark(f, s, (struct mark){ .kind = MARK_FACE, .box = face, .what = &g->face });
	struct box half = { f->x + f->w / 2, 0, f->w / 2, 2 * radius };
	struct type big = { .size = 170 * share,
		.pitch = 176 * share,
		.bold = true,
		.align = ALIGN_CENTRE,
		.colour = g->face.colour };
	strip_text(f, s, (struct words){ big_letter, &big }, half);
	struct type word = {
		.size = 26 * (0.4 + 0.6 * share), .pitch = foot, .bold = true, .align = ALIGN_CENTRE
	};
	half.y = 2 * radius + 8 * share;
	half.h = foot;
	strip_text(f, s, (struct words){ render_phrase(r, &b->text), &word }, half);
	half.x = face.x - half.w / 2;
	strip_text(f, s, (struct words){ g->word, &word }, half);
	return OK;
}

static enum err pour_code(struct render *r, const struct block *b, struct fault *why)
{
	struct flow *f = &r->sheet->body;
	const double side = b->type.size;
	const char *says = render_phrase(r, &b->code);
	struct qr *code = &r->sheet->qr;
	if (*says) {
		code = NEW(f->arena, struct qr);
		TRY(qr_make(f->arena, says, code, why));
	}
	if (!code->side)
		return fault(why, E_INVALID, "missing: verify_url");
	struct flow beside = { .arena = f->arena, .types = f->types };
	struct box at = { f->x + 24, 4, side, side };
	beside.x = at.x + side + 26;
	beside.w = f->x + f->w - beside.x;
	struct type type = { .size = 15, .pitch = 26, .align = ALIGN_LEFT };
	flow_text(&beside, render_phrase(r, &b->text), &type);
	double said = flow_height(&beside), h = said > side ? said : side;
	struct strip *s = flow_strip(f, h + 8);
	at.y += (h - side) / 2;
	strip_mark(f, s, (struct mark){ .kind = MARK_QR, .box = at, .what = code });
	double y = 4 + (h - said) / 2;
	for (const struct strip *l = beside.first; l; y += l->h, l = l->next) {
		struct mark m = *l->marks;
		m.box.y += y;
		strip_mark(f, s, m);
	}
	return OK;
}

/* ---- all ------------------------------------------------------------- */

static enum err pour_if(struct render *r, const struct block *b, struct fault *why)
{
	const char *value = render_value(r, b->name);
	bool yes = b->is ? text_is(value, b->is) : value[0] != 0;
	return yes ? render_blocks(r, b->blocks, b->n_blocks, why)
		   : render_blocks(r, b->otherwise, b->n_otherwise, why);
}

/* ---- endings ---------------------------------------------------------- */
/* A page that bears only the seal, or places to sign, says nothing of what was sealed: GB/T 9704
 * refuses it. So an ending stays with the last lines of what it ends. */
enum { CONTACT_LINES = 4 };
static const double ENDING_MOST = 0.7; /* of a page: what is taller may be cut */
static const double TAIL_HEIGHT = 40;  /* two lines */

static struct strip *strip_at(const struct flow *f, int n)
{
	struct strip *s = f->first;

	while (s && n-- > 0)
		s = s->next;
	return s;
}

/* What an ending would stay with: the last two lines poured so far, of however many blocks; a row
 * of a table that is as tall as two lines is enough. */
static void tail_here(struct render *r)
{
	int i = 0, before = 0, last = 0;

	for (const struct strip *s = r->sheet->body.first; s; s = s->next, i++) {
		if (s->gap)
			continue;
		before = s->h < TAIL_HEIGHT ? last : i;
		last = i;
	}
	r->tail = before;
}

/* From the tail to the end nothing is cut, but behind it a page may end. */
static void keep_with_tail(struct render *r)
{
	struct flow *f = &r->sheet->body;
	double h = 0, room = r->sheet->bottom - r->sheet->top;

	for (const struct strip *s = strip_at(f, r->tail); s; s = s->next)
		h += s->h;
	if (h > ENDING_MOST * room)
		tail_here(r);
	for (struct strip *s = strip_at(f, r->tail); s; s = s->next)
		s->keep = s->next != NULL;
}

static void mark_ending(struct render *r, int from)
{
	for (struct strip *s = strip_at(&r->sheet->body, from); s; s = s->next)
		s->ending = true;
}

/* from: strips before this block. */
static void end_block(struct render *r, enum block_kind kind, int from)
{
	struct flow *f = &r->sheet->body;
	bool ends = kind == BLOCK_SEAL || kind == BLOCK_SIGN;

	if (f->strips == from || kind == BLOCK_SPACE || kind == BLOCK_IF)
		return;
	r->before = kind;
	if (kind == BLOCK_FIELDS && from > r->tail && f->strips - from <= CONTACT_LINES)
		ends = true;
	else if (ends)
		r->ended = true;
	else if (!r->ended)
		tail_here(r);
	if (ends)
		mark_ending(r, from);
	if (ends || r->ended)
		keep_with_tail(r);
}

static enum err pour_block(struct render *r, const struct block *b, struct fault *why)
{
	struct flow *f = &r->sheet->body;

	switch (b->kind) {
	case BLOCK_TITLE:
		pour_title(r);
		break;
	case BLOCK_NUMBER:
		flow_text(f, r->paper->number, &b->type);
		break;
	case BLOCK_TEXT:
		pour_text(r, b);
		break;
	case BLOCK_FIELDS:
		pour_fields(r, b);
		break;
	case BLOCK_TABLE:
		pour_table(r, b);
		break;
	case BLOCK_IF:
		return pour_if(r, b, why);
	case BLOCK_SIGN:
		pour_signs(r, f, b->signs, b->n_signs);
		break;
	case BLOCK_SEAL:
		pour_seal(r);
		break;
	case BLOCK_SPACE:
		break;
	case BLOCK_BANNER:
		pour_banner(r, b);
		break;
	case BLOCK_GRADE:
		return pour_grade(r, b, why);
	case BLOCK_CODE:
		return pour_code(r, b, why);
	}
	return OK;
}

static const double AFTER_TABLE = 6; /* between its border and the text below */

static enum err one_block(struct render *r, const struct block *b, struct fault *why)
{
	struct flow *f = &r->sheet->body;
	double space = b->space;
	if (r->before == BLOCK_TABLE && space < AFTER_TABLE && b->kind != BLOCK_IF)
		space = AFTER_TABLE;
	if (space > 0)
		flow_space(f, space * r->pitch);
	int from = f->strips;
	TRY(pour_block(r, b, why));
	end_block(r, b->kind, from);
	return OK;
}

/* The last lines of a paper stay together: no page bears one line of it alone. */
void render_end(struct render *r)
{
	if (!r->ended) {
		tail_here(r);
		keep_with_tail(r);
	}
}

enum err render_blocks(struct render *r, const struct block *blocks, size_t n, struct fault *why)
{
	for (size_t i = 0; i < n; i++)
		TRY(one_block(r, &blocks[i], why));
	return OK;
}
