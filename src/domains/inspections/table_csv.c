#include "domains/inspections/table_csv.h"

#include <string.h>

enum { CELLS = 12, ROWS = 400, NO, GROUP, KEY, TEXT, TEXT_EN, COLUMNS };

struct reader {
	struct arena *a;
	const char *at;
	const char *cells[CELLS];
	int n, line;
	bool broken; /* a quote that does not end */
};

static const char *quoted(struct reader *r)
{
	struct buf b = { .arena = r->a };

	for (r->at++; *r->at; r->at++) {
		if (*r->at == '"' && r->at[1] != '"') {
			r->at++;
			return buf_text(&b);
		}
		r->at += *r->at == '"';
		r->line += *r->at == '\n';
		buf_add(&b, r->at, 1);
	}
	r->broken = true;
	return "";
}

static const char *plain(struct reader *r)
{
	size_t n = strcspn(r->at, ",\r\n");
	const char *s = arena_copy(r->a, r->at, n);

	r->at += n;
	return text_trim(r->a, s);
}

/* One row into cells; false at the end. */
static bool row(struct reader *r)
{
	r->n = 0;
	while (*r->at == '\r' || *r->at == '\n')
		r->line += *r->at++ == '\n';
	if (!*r->at)
		return false;
	for (;;) {
		const char *cell = *r->at == '"' ? quoted(r) : plain(r);
		if (r->n < CELLS)
			r->cells[r->n++] = cell;
		if (*r->at != ',')
			break;
		r->at++;
	}
	r->at += strcspn(r->at, "\r\n"); /* what follows a closing quote is no cell */
	return true;
}

static const char *cell(const struct reader *r, int column)
{
	return column >= 0 && column < r->n ? r->cells[column] : "";
}

static bool head(const struct reader *r, int *at)
{
	static const char *const names[] = { "no", "group", "key", "text", "text_en" };

	for (int k = NO; k < COLUMNS; k++) {
		at[k] = -1;
		for (int i = 0; i < r->n; i++)
			if (text_is(r->cells[i], names[k - NO]))
				at[k] = i;
	}
	return at[NO] >= 0 && at[GROUP] >= 0 && at[KEY] >= 0 && at[TEXT] >= 0;
}

static int64_t group_of(struct node *groups, const char *title)
{
	int64_t no = 1;

	NODE_EACH (g, groups) {
		if (text_is(node_text(g, "title", ""), title))
			return no;
		no++;
	}
	struct node *n = put_map(groups, NULL);
	put_int(n, "no", no);
	put_text(n, "title", title);
	return no;
}

static bool yes(const char *s)
{
	return text_is(s, "1") || text_is(s, "yes") || text_is(s, "*") || text_is(s, "是");
}

const char *check_table_rows(struct arena *a, const char *text, struct node *out)
{
	struct node *groups = put_list(out, "groups"), *items = put_list(out, "items");
	struct reader r = {
		.a = a, .at = text_starts(text, "\xef\xbb\xbf") ? text + 3 : text, .line = 1
	};
	int at[COLUMNS], rows = 0;

	if (!row(&r) || !head(&r, at))
		return "The first line names the columns: no,group,key,text,text_en.";
	while (row(&r) && !r.broken && rows++ < ROWS) {
		struct node *n;
		if (!*cell(&r, at[NO]) || !*cell(&r, at[GROUP]) || !*cell(&r, at[TEXT]))
			return arena_printf(a, "line %d: no, group or text is missing", r.line);
		int64_t group = group_of(groups, cell(&r, at[GROUP]));
		n = put_map(items, NULL);
		put_text(n, "no", cell(&r, at[NO]));
		put_int(n, "group", group);
		put_flag(n, "key", yes(cell(&r, at[KEY])));
		put_text(n, "text", cell(&r, at[TEXT]));
		put_text(n, "text_en", cell(&r, at[TEXT_EN]));
	}
	if (r.broken)
		return arena_printf(a, "line %d: a quotation mark does not end", r.line);
	return rows > ROWS ? "The table has too many rows." : NULL;
}
