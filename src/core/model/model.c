#include "core/model/model.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 4000 }; /* characters of a text whose field names no limit */

static const void *at(const void *row, const struct field *f)
{
	return (const char *)row + f->offset;
}

static const char *row_text(const struct field *f, const void *row)
{
	const char *s = *(const char *const *)at(row, f);
	return s ? s : "";
}

int64_t row_int(const struct field *f, const void *row)
{
	switch (f->type) {
	case F_INT:
		return *(const int *)at(row, f);
	case F_I64:
		return *(const int64_t *)at(row, f);
	case F_BOOL:
		return *(const bool *)at(row, f);
	case F_TEXT:
	case F_END:
		break;
	}
	return 0;
}

void row_set_int(const struct field *f, void *row, int64_t v)
{
	void *p = (char *)row + f->offset;
	if (f->type == F_INT)
		*(int *)p = (int)v;
	else if (f->type == F_I64)
		*(int64_t *)p = v;
	else if (f->type == F_BOOL)
		*(bool *)p = v != 0;
}

const struct field *model_field(const struct model *m, const char *name)
{
	for (const struct field *f = m->fields; f->type; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

const char *choice_label(const struct choice *all, const char *code)
{
	for (; all && all->code; all++)
		if (strcmp(all->code, code) == 0)
			return all->label;
	return code;
}

/* v in units of 10^-places, without needless sign or float. */
static const char *decimal(struct arena *a, int64_t v, int places)
{
	int64_t unit = 1;
	for (int i = 0; i < places; i++)
		unit *= 10;
	int64_t whole = v / unit, part = v % unit;
	return arena_printf(a, "%s%" PRId64 ".%0*" PRId64, v < 0 ? "-" : "",
		whole < 0 ? -whole : whole, places, part < 0 ? -part : part);
}

static int places_of(enum field_as as)
{
	return as == AS_DEGREES ? 6 : as == AS_FEN || as == AS_HUNDREDTHS ? 2 : 0;
}

const char *field_text(struct arena *a, const struct field *f, const void *row)
{
	if (f->type == F_TEXT)
		return row_text(f, row);
	int64_t v = row_int(f, row);
	if (f->as == AS_DATE)
		return v ? date_text(a, v) : "";
	if (f->as == AS_TIME)
		return v ? time_text(a, v) : "";
	if (places_of(f->as))
		return decimal(a, v, places_of(f->as));
	return arena_printf(a, "%" PRId64, v);
}

/* The digest of a row covers every member in the order of the model: name, length, value. */
void model_bytes(struct buf *b, const struct model *m, const void *row)
{
	for (const struct field *f = m->fields; f->type; f++) {
		const char *v = f->type == F_TEXT
					? row_text(f, row)
					: arena_printf(b->arena, "%" PRId64, row_int(f, row));
		buf_printf(b, "%s=%zu:", f->name, strlen(v));
		buf_puts(b, v);
	}
}

struct digest model_digest(struct arena *a, const struct model *m, const void *row)
{
	struct buf b = { .arena = a };
	model_bytes(&b, m, row);
	return sm3(b.s, b.n);
}

enum err model_read_row(
	struct arena *a, const struct model *m, void *row, struct rows *r, struct fault *why)
{
	memset(row, 0, m->size);
	for (const struct field *f = m->fields; f->type; f++) {
		int c = rows_find(r, f->name);
		if (c < 0)
			return fault(why, E_INTERNAL, "%s: the query gives no column %s", m->table,
				f->name);
		if (f->type == F_TEXT)
			*(const char **)((char *)row + f->offset) = arena_dup(a, rows_text(r, c));
		else
			row_set_int(f, row, rows_int(r, c));
	}
	return OK;
}

/* "12.5" as units of 10^-places; false when it is not such a number or has more places. */
static bool decimal_read(const char *s, int places, int64_t *out)
{
	char all[32] = "";
	size_t n = 0, sign = *s == '-';
	const char *dot = strchr(s, '.');
	size_t whole = dot ? (size_t)(dot - s) : strlen(s), part = dot ? strlen(dot + 1) : 0;

	if (whole == sign || whole > 12 + sign || part > (size_t)places || (dot && !part))
		return false;
	memcpy(all, s, whole);
	n = whole;
	for (int i = 0; i < places; i++)
		all[n++] = (size_t)i < part ? dot[1 + i] : '0';
	return text_to_int(all, out);
}

static const char *value_read(const struct field *f, const char *s, int64_t *v)
{
	int places = places_of(f->as);

	if (f->as == AS_DATE)
		return date_parse(s, v) ? NULL : "is a date such as 2026-11-23";
	if (f->type == F_BOOL) {
		*v = !text_is(s, "0") && !text_is(s, "false");
		return NULL;
	}
	if (places)
		return decimal_read(s, places, v) ? NULL : "is a number such as 12.50";
	return text_to_int(s, v) ? NULL : "is a whole number";
}

static const char *number_read(const struct field *f, void *row, const char *s)
{
	int64_t v;
	const char *bad = value_read(f, s, &v);

	if (bad)
		return bad;
	if ((f->min || f->max) && (v < f->min || v > f->max))
		return "lies between {min} and {max}";
	if (f->type == F_INT && (v < INT32_MIN || v > INT32_MAX))
		return "is too large";
	row_set_int(f, row, v);
	return f->check ? f->check(s) : NULL;
}

static int64_t text_max(const struct field *f)
{
	return f->max || f->type != F_TEXT ? f->max : TEXT_MAX;
}

static const char *text_read(const struct field *f, void *row, const char *s)
{
	size_t n = utf8_length(s);

	*(const char **)((char *)row + f->offset) = s;
	if (n > (size_t)text_max(f))
		return "has at most {max} characters";
	if (f->min && n < (size_t)f->min)
		return "has at least {min} characters";
	if (f->choices) {
		for (const struct choice *c = f->choices; c->code; c++)
			if (strcmp(c->code, s) == 0)
				return NULL;
		return "is not one of the choices";
	}
	return f->check ? f->check(s) : NULL;
}

const char *field_words(struct arena *a, const struct field *f, const char *text)
{
	struct buf b = { .arena = a };

	for (const char *s = text; *s;) {
		if (text_starts(s, "{min}") || text_starts(s, "{max}")) {
			buf_printf(&b, "%" PRId64, s[2] == 'i' ? f->min : text_max(f));
			s += strlen("{min}");
		} else {
			buf_putc(&b, *s++);
		}
	}
	return buf_text(&b);
}

const char *field_read(struct arena *a, const struct field *f, void *row, const char *text)
{
	const char *s = text_trim(a, text);

	if (!*s) {
		if (f->type == F_TEXT)
			*(const char **)((char *)row + f->offset) = "";
		else
			row_set_int(f, row, 0);
		return f->required ? "is needed" : NULL;
	}
	return f->type == F_TEXT ? text_read(f, row, s) : number_read(f, row, s);
}

static void put_choice(struct node *in, const struct field *f, const char *code)
{
	for (const struct choice *c = f->choices; c->code; c++)
		if (strcmp(c->code, code) == 0) {
			struct node *tag = put_map(in, arena_printf(in->arena, "%s_tag", f->name));
			tag->hidden = true;
			put_text(tag, "label", c->label);
			put_text(tag, "tone", c->tone ? c->tone : "neutral");
		}
}

struct node *model_node(struct node *in, const char *name, const struct model *m, const void *row)
{
	struct node *n = put_map(in, name), *v;

	for (const struct field *f = m->fields; f->type; f++) {
		if (f->as == AS_SECRET)
			continue;
		if (f->type == F_TEXT) {
			v = put_text(n, f->name, row_text(f, row));
			if (f->choices)
				put_choice(n, f, row_text(f, row));
		} else if (f->type == F_BOOL) {
			put_flag(n, f->name, row_int(f, row) != 0);
		} else if (f->as == AS_TIME || f->as == AS_DATE) {
			v = put_time(n, f->name, row_int(f, row));
			v->display = field_text(n->arena, f, row);
		} else if (f->as == AS_ID || text_is(f->name, "id")) {
			put_text(n, f->name, field_text(n->arena, f, row));
		} else {
			v = put_int(n, f->name, row_int(f, row));
			if (places_of(f->as))
				v->display = f->as == AS_FEN ? money_text(n->arena, row_int(f, row))
							     : field_text(n->arena, f, row);
		}
	}
	return n;
}

static void csv_cell(struct buf *b, const char *s)
{
	/* a leading = + - @ would be a formula in a spreadsheet; a negative number is none */
	bool number = *s == '-' && s[1] && !s[1 + strspn(s + 1, "0123456789.")];
	bool formula = *s && strchr("=+-@\t\r", *s) && !number;
	if (!strpbrk(s, ",\"\r\n") && !formula) {
		buf_puts(b, s);
		return;
	}
	buf_putc(b, '"');
	if (formula)
		buf_putc(b, '\'');
	for (; *s; s++) {
		if (*s == '"')
			buf_putc(b, '"');
		buf_putc(b, *s);
	}
	buf_putc(b, '"');
}

void model_csv_head(struct buf *b, const struct model *m)
{
	const char *sep = "";
	for (const struct field *f = m->fields; f->type; f++) {
		if (f->as == AS_SECRET)
			continue;
		buf_puts(b, sep);
		buf_puts(b, f->name);
		sep = ",";
	}
	buf_puts(b, "\r\n");
}

void model_csv_row(struct arena *a, struct buf *b, const struct model *m, const void *row)
{
	const char *sep = "";
	for (const struct field *f = m->fields; f->type; f++) {
		if (f->as == AS_SECRET)
			continue;
		buf_puts(b, sep);
		csv_cell(b, field_text(a, f, row));
		sep = ",";
	}
	buf_puts(b, "\r\n");
}
