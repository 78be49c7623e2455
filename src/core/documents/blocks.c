#include "core/documents/parse.h"

#include <string.h>

static const double BODY_SIZE = 14, BODY_PITCH = 25; /* 四号 */
static const double TABLE_SIZE = 11.5, TABLE_PITCH = 17.5;

#define UNPACK(p, json, fmt, ...)                                                                  \
	do {                                                                                       \
		json_error_t e_;                                                                   \
		if (json_unpack_ex((json), &e_, 0, fmt, __VA_ARGS__))                              \
			return parse_bad((p), "%s", e_.text);                                      \
	} while (0)

enum err parse_align(struct parse *p, const char *word, enum align *align)
{
	static const char *const words[] = { "justify", "left", "center", "right" };
	if (!word)
		return OK;
	for (int i = 0; i < 4; i++)
		if (text_is(word, words[i])) {
			*align = (enum align)i;
			return OK;
		}
	return parse_bad(p, "'%s' is no alignment: justify, left, center or right", word);
}

static enum err parse_colour(struct parse *p, const char *word, uint32_t *out)
{
	uint8_t rgb[3];
	if (!word)
		return OK;
	if (word[0] != '#' || strlen(word) != 7 || !hex_decode(rgb, word + 1, 3))
		return parse_bad(p, "'%s' is no colour: #rrggbb in lower case", word);
	*out = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
	return OK;
}

static enum err parse_size(struct parse *p, double size, struct type *type)
{
	if (size < 5 || size > 200)
		return parse_bad(p, "the size %g is not within 5 and 200 points", size);
	if (size < type->size || size > type->size) {
		type->pitch *= size / type->size;
		type->size = size;
	}
	return OK;
}

enum err parse_signs(struct parse *p, json_t *list, const struct sign_plan **out, size_t *n)
{
	*n = json_array_size(list);
	struct sign_plan *all = NEWS(p->arena, struct sign_plan, *n + 1);
	if (list && !json_is_array(list))
		return parse_bad(p, "places to sign stand in a list");
	if (*n > 4)
		return parse_bad(p, "more than 4 places to sign in a row");
	for (size_t i = 0; i < *n; i++) {
		const char *label, *picture = "", *text = "";
		UNPACK(p, json_array_get(list, i), "{s:s,s?s,s?s !}", "label", &label, "picture",
			&picture, "text", &text);
		if (picture[0])
			TRY(parse_use(p, picture, true));
		all[i].picture = arena_dup(p->arena, picture);
		TRY(parse_phrase(p, label, &all[i].label));
		TRY(parse_phrase(p, text, &all[i].text));
	}
	*out = all;
	return OK;
}

static enum err parse_cell(struct parse *p, json_t *json, struct cell_plan *out)
{
	const char *text = "", *align = NULL, *date = NULL;
	json_t *signs = NULL;
	double size = TABLE_SIZE;
	int bold = 0, label = out->label;
	out->type = (struct type){ .size = TABLE_SIZE, .pitch = TABLE_PITCH };
	if (json_is_string(json))
		text = json_string_value(json);
	else
		UNPACK(p, json, "{s?s,s?s,s?s,s?F,s?b,s?b,s?i,s?o !}", "text", &text, "align",
			&align, "date", &date, "size", &size, "bold", &bold, "label", &label,
			"span", &out->span, "signs", &signs);
	out->label = label != 0;
	out->type.bold = bold != 0;
	out->type.align = out->label ? ALIGN_CENTRE : ALIGN_JUSTIFY;
	TRY(parse_align(p, align, &out->type.align));
	TRY(parse_size(p, size, &out->type));
	if (out->span < 0 || out->span > BODY_COLUMNS)
		return parse_bad(p, "a cell spans 1 to %d columns", BODY_COLUMNS);
	TRY(parse_phrase(p, text, &out->text));
	TRY(parse_phrase(p, date, &out->date));
	return parse_signs(p, signs, &out->signs, &out->n_signs);
}

static enum err parse_cells(struct parse *p, json_t *list, struct row_plan *row)
{
	row->n_cells = json_array_size(list);
	if (!json_is_array(list) || row->n_cells < 1 || row->n_cells > BODY_COLUMNS)
		return parse_bad(p, "a row has 1 to %d cells", BODY_COLUMNS);
	struct cell_plan *cells = NEWS(p->arena, struct cell_plan, row->n_cells);
	int span = 0;
	for (size_t i = 0; i < row->n_cells; i++) {
		cells[i].label = row->head || (row->n_cells > 1 && i % 2 == 0);
		TRY(parse_cell(p, json_array_get(list, i), &cells[i]));
		span += cells[i].span > 0 ? cells[i].span : 1;
	}
	if (span > p->columns)
		return parse_bad(p, "a row has more than the %d columns of its table", p->columns);
	row->cells = cells;
	return OK;
}

static enum err parse_each(struct parse *p, const char *name, json_t *rows, struct row_plan *row)
{
	if (p->list)
		return parse_bad(p, "a list stands inside of a list");
	row->kind = ROW_EACH;
	row->name = p->list = arena_dup(p->arena, name);
	enum err e = parse_rows(p, rows, &row->rows, &row->n_rows);
	p->list = NULL;
	return e;
}

static enum err parse_row(struct parse *p, json_t *json, struct row_plan *row)
{
	const char *each = NULL, *when = NULL;
	json_t *rows = NULL, *cells = NULL;
	int head = 0, keep = 0;
	if (json_is_array(json))
		return parse_cells(p, json, row);
	UNPACK(p, json, "{s?s,s?s,s?o,s?o,s?F,s?b,s?b !}", "each", &each, "if", &when, "rows",
		&rows, "cells", &cells, "min", &row->least, "head", &head, "keep", &keep);
	row->head = head != 0;
	row->keep = keep != 0;
	if (cells && !rows && !each && !when)
		return parse_cells(p, cells, row);
	if (!rows || cells || !each == !when)
		return parse_bad(
			p, "a row is a list of cells, or has cells, or each or if with rows");
	if (each)
		return parse_each(p, each, rows, row);
	row->kind = ROW_IF;
	row->name = arena_dup(p->arena, when);
	TRY(parse_use(p, when, false));
	return parse_rows(p, rows, &row->rows, &row->n_rows);
}

enum err parse_rows(struct parse *p, json_t *list, const struct row_plan **out, size_t *n)
{
	if (!json_is_array(list))
		return parse_bad(p, "rows stand in a list");
	if (p->depth >= PARSE_DEPTH)
		return parse_bad(p, "nested too deep");
	p->depth++;
	*n = json_array_size(list);
	struct row_plan *rows = NEWS(p->arena, struct row_plan, *n + 1);
	for (size_t i = 0; i < *n; i++)
		TRY(parse_row(p, json_array_get(list, i), &rows[i]));
	p->depth--;
	*out = rows;
	return OK;
}

/* ---- kinds of blocks ------------------------------------------------------------------------- */

static enum err block_text(struct parse *p, json_t *json, struct block *b)
{
	const char *type, *text, *align = NULL, *colour = NULL;
	double size = BODY_SIZE;
	int bold = 0, indent = 1, keep = 0;
	UNPACK(p, json, "{s:s,s:s,s?s,s?s,s?F,s?F,s?b,s?b,s?b !}", "type", &type, "text", &text,
		"align", &align, "colour", &colour, "size", &size, "space", &b->space, "bold",
		&bold, "indent", &indent, "keep", &keep);
	b->type = (struct type){ .size = BODY_SIZE, .pitch = BODY_PITCH, .bold = bold != 0 };
	TRY(parse_align(p, align, &b->type.align));
	TRY(parse_size(p, size, &b->type));
	TRY(parse_colour(p, colour, &b->type.colour));
	b->type.indent = indent ? 2 * b->type.size : 0;
	b->keep = keep != 0;
	return parse_phrase(p, text, &b->text);
}

static enum err block_number(struct parse *p, json_t *json, struct block *b)
{
	const char *type, *align = NULL;
	UNPACK(p, json, "{s:s,s?s !}", "type", &type, "align", &align);
	b->type = (struct type){ .size = BODY_SIZE, .pitch = BODY_PITCH, .align = ALIGN_CENTRE };
	p->numbered = true;
	return parse_align(p, align, &b->type.align);
}

/* Label and value lines without borders: rows of two cells. */
static enum err block_fields(struct parse *p, json_t *json, struct block *b)
{
	const char *type;
	json_t *rows;
	UNPACK(p, json, "{s:s,s:o,s?F !}", "type", &type, "rows", &rows, "space", &b->space);
	p->columns = 2;
	TRY(parse_rows(p, rows, &b->rows, &b->n_rows));
	for (size_t i = 0; i < b->n_rows; i++)
		if (b->rows[i].kind == ROW_CELLS && b->rows[i].n_cells != 2)
			return parse_bad(p, "fields have two cells in a row: label and value");
	b->type = (struct type){ .size = BODY_SIZE, .pitch = BODY_PITCH };
	return OK;
}

static enum err block_table(struct parse *p, json_t *json, struct block *b)
{
	const char *type;
	json_t *rows, *columns;
	UNPACK(p, json, "{s:s,s:o,s:o,s?F !}", "type", &type, "columns", &columns, "rows", &rows,
		"space", &b->space);
	size_t n = json_array_size(columns);
	if (n < 1 || n > BODY_COLUMNS)
		return parse_bad(p, "a table has 1 to %d columns", BODY_COLUMNS);
	p->columns = b->n_columns = (int)n;
	for (size_t i = 0; i < n; i++) {
		b->columns[i] = json_number_value(json_array_get(columns, i));
		if (!(b->columns[i] >= 1 && b->columns[i] <= 1000))
			return parse_bad(p, "the width of a column is not within 1 and 1000");
	}
	return parse_rows(p, rows, &b->rows, &b->n_rows);
}

static enum err block_if(struct parse *p, json_t *json, struct block *b)
{
	const char *type, *name, *is = NULL;
	json_t *blocks, *otherwise = NULL;
	UNPACK(p, json, "{s:s,s:s,s?s,s:o,s?o !}", "type", &type, "field", &name, "is", &is,
		"blocks", &blocks, "else", &otherwise);
	TRY(parse_use(p, name, false));
	b->name = arena_dup(p->arena, name);
	b->is = is ? arena_dup(p->arena, is) : NULL;
	TRY(parse_blocks(p, blocks, &b->blocks, &b->n_blocks));
	if (otherwise)
		TRY(parse_blocks(p, otherwise, &b->otherwise, &b->n_otherwise));
	return OK;
}

static enum err block_sign(struct parse *p, json_t *json, struct block *b)
{
	const char *type;
	json_t *signs;
	UNPACK(p, json, "{s:s,s:o,s?F !}", "type", &type, "signs", &signs, "space", &b->space);
	b->type = (struct type){ .size = 12 };
	TRY(parse_signs(p, signs, &b->signs, &b->n_signs));
	return b->n_signs ? OK : parse_bad(p, "nobody signs here");
}

static enum err block_bare(struct parse *p, json_t *json, struct block *b)
{
	const char *type;
	UNPACK(p, json, "{s:s,s?F !}", "type", &type, "space", &b->space);
	p->sealed = p->sealed || b->kind == BLOCK_SEAL;
	return OK;
}

static enum err block_banner(struct parse *p, json_t *json, struct block *b)
{
	const char *type, *text, *colour = "#14532d";
	UNPACK(p, json, "{s:s,s:s,s?s !}", "type", &type, "text", &text, "colour", &colour);
	b->type = (struct type){ .size = 34, .bold = true, .align = ALIGN_CENTRE, .tracking = 2 };
	TRY(parse_colour(p, colour, &b->type.colour));
	return parse_phrase(p, text, &b->text);
}

static enum err block_code(struct parse *p, json_t *json, struct block *b)
{
	const char *type, *text, *code = "";
	b->type.size = 118;
	UNPACK(p, json, "{s:s,s:s,s?s,s?F,s?F !}", "type", &type, "text", &text, "code", &code,
		"space", &b->space, "size", &b->type.size);
	if (b->type.size < 56 || b->type.size > 160)
		return parse_bad(p, "the side of a code is 56 to 160 points");
	TRY(parse_phrase(p, code, &b->code));
	return parse_phrase(p, text, &b->text);
}

static enum err one_grade(struct parse *p, json_t *json, struct grade_plan *g)
{
	static const char *const moods[] = { "smile", "flat", "cry", "laugh", "gentle" };
	enum { MOODS = sizeof moods / sizeof *moods };
	const char *letter, *word, *face, *colour;
	UNPACK(p, json, "{s:s,s:s,s:s,s:s !}", "letter", &letter, "word", &word, "face", &face,
		"colour", &colour);
	g->letter = arena_dup(p->arena, letter);
	g->word = arena_dup(p->arena, word);
	TRY(parse_colour(p, colour, &g->face.colour));
	for (int i = 0; i < MOODS; i++)
		if (text_is(face, moods[i])) {
			g->face.mood = (enum mood)i;
			return OK;
		}
	return parse_bad(p, "'%s' is no face: smile, flat, cry, laugh or gentle", face);
}

static enum err block_grade(struct parse *p, json_t *json, struct block *b)
{
	const char *type, *name, *text = "", *letter = NULL;
	json_t *grades;
	b->type.size = 88;
	UNPACK(p, json, "{s:s,s:s,s:o,s?s,s?s,s?F !}", "type", &type, "field", &name, "grades",
		&grades, "text", &text, "letter", &letter, "size", &b->type.size);
	if (b->type.size < 20 || b->type.size > 120)
		return parse_bad(p, "the size of a face is 20 to 120 points");
	TRY(parse_use(p, name, false));
	b->name = arena_dup(p->arena, name);
	if (letter) {
		TRY(parse_use(p, letter, false));
		b->is = arena_dup(p->arena, letter);
	}
	b->n_grades = json_array_size(grades);
	if (b->n_grades < 1 || b->n_grades > BODY_GRADES)
		return parse_bad(p, "there are 1 to %d grades", BODY_GRADES);
	struct grade_plan *all = NEWS(p->arena, struct grade_plan, b->n_grades);
	for (size_t i = 0; i < b->n_grades; i++)
		TRY(one_grade(p, json_array_get(grades, i), &all[i]));
	b->grades = all;
	return parse_phrase(p, text, &b->text);
}

static const struct {
	const char *name;
	enum block_kind kind;
	enum err (*parse)(struct parse *, json_t *, struct block *);
} kinds[] = {
	{ "title", BLOCK_TITLE, block_bare },
	{ "number", BLOCK_NUMBER, block_number },
	{ "para", BLOCK_TEXT, block_text },
	{ "fields", BLOCK_FIELDS, block_fields },
	{ "table", BLOCK_TABLE, block_table },
	{ "if", BLOCK_IF, block_if },
	{ "signature", BLOCK_SIGN, block_sign },
	{ "seal", BLOCK_SEAL, block_bare },
	{ "space", BLOCK_SPACE, block_bare },
	{ "banner", BLOCK_BANNER, block_banner },
	{ "grade", BLOCK_GRADE, block_grade },
	{ "qr", BLOCK_CODE, block_code },
};

static enum err one_block(struct parse *p, json_t *json, struct block *b)
{
	const char *type = json_string_value(json_object_get(json, "type"));
	p->block++;
	for (size_t i = 0; type && i < sizeof kinds / sizeof *kinds; i++)
		if (text_is(type, kinds[i].name)) {
			b->kind = kinds[i].kind;
			return kinds[i].parse(p, json, b);
		}
	return parse_bad(p, "'%s' is no kind of block", type ? type : "");
}

enum err parse_blocks(struct parse *p, json_t *list, const struct block **out, size_t *n)
{
	if (!json_is_array(list))
		return parse_bad(p, "blocks stand in a list");
	if (p->depth >= PARSE_DEPTH)
		return parse_bad(p, "nested too deep");
	p->depth++;
	*n = json_array_size(list);
	struct block *blocks = NEWS(p->arena, struct block, *n + 1);
	for (size_t i = 0; i < *n; i++)
		TRY(one_block(p, json_array_get(list, i), &blocks[i]));
	p->depth--;
	*out = blocks;
	return OK;
}
