#include "domains/inspections/table_csv.h"

#include "core/base/csv.h"

#include <string.h>

enum { ROWS = 400, NO, GROUP, KEY, TEXT, TEXT_EN, COLUMNS };

struct reader {
	struct arena *a;
	struct csv csv;
	struct csv_record row;
	int at[COLUMNS]; /* where each column stands, -1: not there */
};

static bool next(struct reader *r)
{
	return csv_next(&r->csv, r->a, &r->row);
}

static const char *cell(const struct reader *r, int column)
{
	int at = r->at[column];

	return at >= 0 && at < r->row.n ? text_trim(r->a, r->row.cells[at]) : "";
}

static bool head(struct reader *r)
{
	static const char *const names[] = { "no", "group", "key", "text", "text_en" };

	for (int k = NO; k < COLUMNS; k++) {
		r->at[k] = -1;
		for (int i = 0; i < r->row.n; i++)
			if (text_is(text_trim(r->a, r->row.cells[i]), names[k - NO]))
				r->at[k] = i;
	}
	return r->at[NO] >= 0 && r->at[GROUP] >= 0 && r->at[KEY] >= 0 && r->at[TEXT] >= 0;
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
	struct reader r = { .a = a };
	int rows = 0;

	csv_start(&r.csv, text, strlen(text));
	if (!next(&r) || r.row.bad || !head(&r))
		return "The first line names the columns: no,group,key,text,text_en.";
	while (next(&r)) {
		if (r.row.bad)
			return arena_printf(a, "line %" PRId64 " %s", r.row.line, r.row.bad);
		if (rows++ == ROWS)
			return "The table has too many rows.";
		if (!*cell(&r, NO) || !*cell(&r, GROUP) || !*cell(&r, TEXT))
			return arena_printf(
				a, "line %" PRId64 ": no, group or text is missing", r.row.line);
		int64_t group = group_of(groups, cell(&r, GROUP));
		struct node *n = put_map(items, NULL);
		put_text(n, "no", cell(&r, NO));
		put_int(n, "group", group);
		put_flag(n, "key", yes(cell(&r, KEY)));
		put_text(n, "text", cell(&r, TEXT));
		put_text(n, "text_en", cell(&r, TEXT_EN));
	}
	return NULL;
}
