/* A file of the 12315 platform: rows that are new are entered, known numbers passed over, bad ones
 * listed with the reason. Which heads mean what is data: rules/complaints/import.json. */
#include "core/base/csv.h"
#include "domains/complaints/complaints.h"

#include <string.h>

enum { FILE_MAX = 8 * 1024 * 1024, FIELDS_MOST = 16 };

struct take {
	const struct node *law;
	const char *fields[FIELDS_MOST]; /* of the rule */
	int at[FIELDS_MOST];		 /* the column of each; -1: the file has none */
	int n;
	const struct csv_record *row;
	int64_t taken, known, bad;
	struct node *rejected;
};

static const char *cell(const struct take *t, const char *field)
{
	for (int i = 0; i < t->n; i++)
		if (text_is(t->fields[i], field))
			return t->at[i] >= 0 && t->at[i] < t->row->n ? t->row->cells[t->at[i]] : "";
	return "";
}

static bool named_so(const struct node *names, const char *head)
{
	NODE_EACH (n, names)
		if (n->type == NODE_TEXT && text_is(n->s, head))
			return true;
	return false;
}

/* Which column has which field. */
static enum err head_read(struct req *rq, struct take *t, const struct csv_record *head)
{
	NODE_EACH (c, node_find(t->law, "columns")) {
		if (t->n == FIELDS_MOST)
			break;
		t->fields[t->n] = node_text(c, "field", "");
		t->at[t->n] = -1;
		for (int i = 0; i < head->n && t->at[t->n] < 0; i++)
			if (named_so(node_find(c, "names"), text_trim(rq->arena, head->cells[i])))
				t->at[t->n] = i;
		if (t->at[t->n] < 0 && node_true(c, "needed"))
			return fail(rq, E_INVALID, "The file has no column %s.",
				node_text(c, "names.0", ""));
		t->n++;
	}
	return OK;
}

/* "2026-11-20 10:30", "2026/11/20": the day counts. */
static bool day_read(struct req *rq, const char *s, int64_t *out)
{
	char *day = arena_dup(rq->arena, s);

	for (char *c = day; *c; c++)
		if (*c == '/' || *c == '.')
			*c = '-';
	day[strcspn(day, " T")] = '\0';
	return date_parse(day, out);
}

static void row_read(struct req *rq, const struct take *t, struct complaint *c)
{
	bool report = strstr(cell(t, "kind"), "举报") || text_is(cell(t, "kind"), "report");

	*c = (struct complaint){ .number = text_trim(rq->arena, cell(t, "number")),
		.kind = report ? "report" : "complaint",
		.source = strstr(cell(t, "source"), "12345") ? "12345" : "12315",
		.subject_name = text_trim(rq->arena, cell(t, "subject_name")),
		.subject_no = text_trim(rq->arena, cell(t, "subject_no")),
		.subject_address = text_trim(rq->arena, cell(t, "subject_address")),
		.matter = text_trim(rq->arena, cell(t, "matter")),
		.text = cell(t, "text") };
	if (!*c->matter)
		c->matter = "其他";
	if (!day_read(rq, cell(t, "received_at"), &c->received_at))
		c->received_at = 0;
}

static bool sized(const char *s, size_t most)
{
	return *s && utf8_length(s) <= most;
}

static const char *row_wrong(struct req *rq, const struct complaint *c)
{
	if (!sized(c->number, 40))
		return "The number is missing, or longer than 40 characters.";
	if (!c->received_at || c->received_at > rq->now)
		return "The day of receipt is no day up to today.";
	if (!sized(c->subject_name, 120))
		return "The name of the business is missing, or longer than 120 characters.";
	if (utf8_length(c->matter) > 60 || utf8_length(c->subject_no) > 40 ||
		utf8_length(c->subject_address) > 200)
		return "Matter, number or address of the business is too long.";
	return sized(c->text, 4000) ? NULL
				    : "The text is missing, or longer than 4,000 characters.";
}

static void reject(struct req *rq, struct take *t, const char *why)
{
	struct node *n = put_map(t->rejected, NULL);

	put_int(n, "line", t->row->line);
	put_text(n, "number", t->row->bad ? "" : cell(t, "number"));
	put_text(n, "reason", tr(rq, why));
	t->bad++;
}

static enum err row_take(struct req *rq, struct take *t)
{
	struct complaint c;
	struct reporter r = { .reporter_name = "", .reporter_phone = "", .reporter_address = "" };
	const char *why = t->row->bad;
	int64_t there;

	if (!why) {
		row_read(rq, t, &c);
		why = row_wrong(rq, &c);
	}
	if (why) {
		reject(rq, t, why);
		return OK;
	}
	TRY(db_int(rq, &there, "SELECT count(*) FROM complaints WHERE number = $1", c.number));
	if (there) {
		t->known++;
		return OK;
	}
	TRY(complaint_match(rq, &c));
	if (rq->user->area && c.area && c.area != rq->user->area) {
		reject(rq, t, "This business lies in another town: hand the row to its station.");
		return OK;
	}
	r.reporter_name = text_trim(rq->arena, cell(t, "reporter_name"));
	r.reporter_phone = text_trim(rq->arena, cell(t, "reporter_phone"));
	r.reporter_address = text_trim(rq->arena, cell(t, "reporter_address"));
	t->taken++;
	return complaint_receive(rq, &c, &r);
}

enum err complaint_import_form(struct req *rq)
{
	return page(rq, "complaints/import");
}

static enum err rows_take(struct req *rq, struct take *t, struct csv *csv)
{
	struct csv_record row;
	int64_t rows = 0, most = node_int(t->law, "rows_most", 2000);

	if (!csv_next(csv, rq->arena, &row) || row.bad)
		return fail(rq, E_INVALID, "The file is empty, or its first line cannot be read.");
	TRY(head_read(rq, t, &row));
	while (csv_next(csv, rq->arena, &row)) {
		if (++rows > most)
			return fail(rq, E_INVALID,
				"At most %d rows at once: split the file. Nothing was taken.",
				(int)most);
		t->row = &row;
		TRY(row_take(rq, t));
	}
	return OK;
}

enum err complaint_import(struct req *rq)
{
	const struct http_file *f = form_file(rq, "file");
	struct take t = { .rejected = put_list(rq->view, "rejected") };
	struct fault why = { 0 };
	struct bytes raw, text;
	struct csv csv;

	if (!f)
		return fail(rq, E_INVALID, "Choose a CSV file.");
	if (f->size > FILE_MAX || file_read(rq->arena, f->path, FILE_MAX, &raw, &why))
		return fail(rq, E_TOO_LARGE, "A file of complaints has at most 8 MiB.");
	if (csv_decode(rq->arena, raw, &text, &why))
		return fail(rq, E_INVALID, "The file is neither UTF-8 nor GB18030 text.");
	TRY(rules(rq, "complaints/import", rq->now, &t.law));
	csv_start(&csv, (const char *)text.at, text.n);
	TRY(rows_take(rq, &t, &csv));
	put_int(rq->view, "taken", t.taken);
	put_int(rq->view, "known", t.known);
	put_int(rq->view, "bad", t.bad);
	put_flag(rq->view, "done", true)->hidden = true;
	return page(rq, "complaints/import");
}
