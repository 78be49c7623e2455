/* The pure half: decoding, header, rows, keys that come twice. */
#include "domains/entities/intake.h"

#include <string.h>

/* Keys already met: open addressing, grown by doubling. */
struct seen {
	struct arena *arena;
	const char **at;
	int64_t *line;
	size_t n, cap;
};

/* ---- decoding ------------------------------------------------------------------------------- */
enum err intake_decode(struct arena *a, struct bytes file, struct bytes *out, struct fault *why)
{
	return csv_decode(a, file, out, why);
}

/* ---- header --------------------------------------------------------------------------------- */
static int column_named(const struct intake_kind *k, const char *name)
{
	for (int i = 0; k->columns[i]; i++)
		if (strcmp(k->columns[i], name) == 0)
			return i;
	return -1;
}

static enum err needed_columns(const struct intake *in, struct fault *why)
{
	for (const char *const *needed = in->kind->needed; *needed; needed++) {
		bool there = false;
		for (int i = 0; i < in->n; i++)
			there = there || in->column[i] == column_named(in->kind, *needed);
		if (!there)
			return fault(why, E_INVALID, "the header lacks the column %s", *needed);
	}
	return OK;
}

static const char *all_columns(struct arena *a, const struct intake_kind *k)
{
	struct buf b = { .arena = a };

	for (int i = 0; k->columns[i]; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", k->columns[i]);
	return buf_text(&b);
}

enum err intake_open(
	struct arena *a, struct intake_file file, struct intake *out, struct fault *why)
{
	struct csv_record head;

	*out = (struct intake){ .kind = file.kind };
	csv_start(&out->csv, (const char *)file.text.at, file.text.n);
	if (!csv_next(&out->csv, a, &head))
		return fault(why, E_INVALID, "the file is empty");
	if (head.bad)
		return fault(
			why, E_INVALID, "line %" PRId64 ", the header, %s", head.line, head.bad);
	out->n = head.n;
	for (int i = 0; i < head.n; i++) {
		const char *name = text_trim(a, head.cells[i]);
		out->header[i] = name;
		out->column[i] = column_named(file.kind, name);
		if (out->column[i] < 0)
			return fault(why, E_INVALID, "unknown column \"%.60s\"; known are %s", name,
				all_columns(a, file.kind));
		for (int k = 0; k < i; k++)
			if (out->column[k] == out->column[i])
				return fault(why, E_INVALID, "the column %s comes twice", name);
	}
	TRY(needed_columns(out, why));
	out->seen = NEW(a, struct seen);
	out->seen->arena = a;
	return OK;
}

/* ---- keys met --------------------------------------------------- */
static size_t slot(const struct seen *s, const char *key)
{
	uint64_t h = 1469598103934665603u;

	for (const char *c = key; *c; c++)
		h = (h ^ (unsigned char)*c) * 1099511628211u;
	size_t i = (size_t)h & (s->cap - 1);
	while (s->at[i] && strcmp(s->at[i], key) != 0)
		i = (i + 1) & (s->cap - 1);
	return i;
}

static void grow(struct seen *s)
{
	struct seen old = *s;

	s->cap = old.cap ? old.cap * 4 : 1024;
	s->at = NEWS(s->arena, const char *, s->cap);
	s->line = NEWS(s->arena, int64_t, s->cap);
	for (size_t i = 0; i < old.cap; i++)
		if (old.at[i]) {
			size_t to = slot(s, old.at[i]);
			s->at[to] = old.at[i];
			s->line[to] = old.line[i];
		}
}

/* The line the key was met on before, or 0 after remembering it. */
static int64_t met(struct seen *s, const char *key, int64_t line)
{
	if (s->n * 2 >= s->cap)
		grow(s);
	size_t i = slot(s, key);
	if (s->at[i])
		return s->line[i];
	s->at[i] = arena_dup(s->arena, key);
	s->line[i] = line;
	s->n++;
	return 0;
}

/* ---- rows ------------------------------------------------------------------ */
static const char *cell_of(
	const struct intake *in, struct arena *a, const char *const *cells, const char *column)
{
	for (int i = 0; i < in->n; i++)
		if (text_is(in->kind->columns[in->column[i]], column))
			return text_trim(a, cells[i]);
	return "";
}

const char *intake_cell(
	const struct intake *in, struct arena *a, const struct intake_row *row, const char *column)
{
	return cell_of(in, a, row->cells, column);
}

/* NULL while a part of it is empty: that is told of later, with the other fields. */
static const char *key_of(const struct intake *in, struct arena *a, const struct csv_record *r)
{
	struct buf b = { .arena = a };

	for (const char *const *k = in->kind->key; *k; k++) {
		const char *part = cell_of(in, a, r->cells, *k);
		if (!*part)
			return NULL;
		buf_printf(&b, "%s\n", part);
	}
	return buf_text(&b);
}

static void look(
	struct intake *in, struct arena *a, const struct csv_record *r, struct intake_row *row)
{
	row->unreadable = r->bad;
	if (r->bad) {
		row->problem = ROW_UNREADABLE;
	} else if (r->n != in->n) {
		row->problem = ROW_FIELDS;
	} else {
		const char *key = key_of(in, a, r);
		if (key)
			row->doubles = met(in->seen, key, r->line);
		row->problem = row->doubles ? ROW_DOUBLED : ROW_FINE;
	}
}

int intake_read(struct intake *in, struct arena *a, struct intake_row *rows, int max)
{
	struct csv_record r;
	int n = 0;

	in->slice = a;
	while (n < max && csv_next(&in->csv, a, &r)) {
		const char **cells = NEWS(a, const char *, (size_t)r.n);
		memcpy(cells, r.cells, (size_t)r.n * sizeof(*cells));
		rows[n] = (struct intake_row){ .line = r.line, .cells = cells, .n = r.n };
		look(in, a, &r, &rows[n++]);
	}
	return n;
}

void intake_rejected_head(struct buf *b, const struct intake *in)
{
	buf_puts(b, "line,reason");
	for (int i = 0; i < in->n; i++) {
		buf_putc(b, ',');
		csv_write(b, in->header[i]);
	}
	buf_puts(b, "\r\n");
}

void intake_rejected_row(struct buf *b, const struct intake_row *row)
{
	buf_printf(b, "%" PRId64 ",", row->line);
	csv_write(b, row->reason);
	for (int i = 0; i < row->n; i++) {
		buf_putc(b, ',');
		csv_write(b, row->cells[i]);
	}
	buf_puts(b, "\r\n");
}
