/* A statement of the bank (对账文件): each row a payment, known by the bank's transaction number. A
 * row taken before is passed over, so the same file may come again. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"
#include "core/base/csv.h"

#include <string.h>

enum { FILE_MAX = 8 * 1024 * 1024, COLUMNS = 8 };

struct taking {
	const struct node *law;
	const char *fields[COLUMNS];
	int at[COLUMNS], n;
	const struct csv_record *row;
	struct fine_statement *s;
	struct node *rejected;
};

static const char *cell(struct req *rq, const struct taking *t, const char *field)
{
	for (int i = 0; i < t->n; i++)
		if (text_is(t->fields[i], field))
			return t->at[i] >= 0 && t->at[i] < t->row->n
				       ? text_trim(rq->arena, t->row->cells[t->at[i]])
				       : "";
	return "";
}

static int column_of(struct req *rq, const struct csv_record *head, const struct node *names)
{
	for (int i = 0; i < head->n; i++)
		NODE_EACH (n, names)
			if (n->type == NODE_TEXT &&
				text_is(n->s, text_trim(rq->arena, head->cells[i])))
				return i;
	return -1;
}

/* NULL, or why the file cannot be read. */
static const char *head_wrong(struct req *rq, struct taking *t, const struct csv_record *head)
{
	NODE_EACH (c, node_find(t->law, "columns")) {
		if (t->n == COLUMNS)
			break;
		t->fields[t->n] = node_text(c, "field", "");
		t->at[t->n] = column_of(rq, head, node_find(c, "names"));
		if (t->at[t->n] < 0 && node_true(c, "needed"))
			return arena_printf(rq->arena, tr(rq, "The file has no column %s."),
				node_text(c, "names.0", ""));
		t->n++;
	}
	return NULL;
}

static bool day_of(struct req *rq, const char *s, int64_t *out)
{
	char *day = arena_dup(rq->arena, s);

	if (strlen(day) == 8 && strspn(day, "0123456789") == 8)
		day = arena_printf(rq->arena, "%.4s-%.2s-%s", day, day + 4, day + 6);
	for (char *c = day; *c; c++)
		if (*c == '/' || *c == '.')
			*c = '-';
	day[strcspn(day, " T")] = '\0';
	return date_parse(day, out);
}

static const char *row_wrong(struct req *rq, const struct taking *t, struct fine_payment *p)
{
	if (!*p->bank_no || utf8_length(p->bank_no) > 60)
		return "The transaction number is missing, or longer than 60 characters.";
	if (!money_read(cell(rq, t, "amount"), &p->fen))
		return "The amount is not a number of yuan above 0.";
	if (!day_of(rq, cell(rq, t, "paid_on"), &p->paid_at) || p->paid_at > rq->now)
		return "The day of payment is no day up to today.";
	return NULL;
}

static void reject(struct req *rq, struct taking *t, const char *why)
{
	struct node *n = put_map(t->rejected, NULL);

	put_int(n, "line", t->row->line);
	put_text(n, "number", t->row->bad ? "" : cell(rq, t, "bank_no"));
	put_text(n, "reason", tr(rq, why));
	t->s->bad++;
}

static enum err row_take(struct req *rq, struct taking *t)
{
	struct fine_payment p = { .source = "bank",
		.words = "",
		.receipt_no = "",
		.onspot_why = "",
		.taken_at = rq->now };
	struct fine f;
	const char *why = t->row->bad;
	int64_t there;

	if (!why) {
		p.bank_no = cell(rq, t, "bank_no");
		p.slip_code = cell(rq, t, "slip_code");
		p.payer = cell(rq, t, "payer");
		why = row_wrong(rq, t, &p);
	}
	if (why) {
		reject(rq, t, why);
		return OK;
	}
	TRY(db_int(rq, &there, "SELECT count(*) FROM fine_payments WHERE bank_no = $1", p.bank_no));
	if (there) {
		t->s->known++;
		return OK;
	}
	t->s->taken++;
	enum err e = db_one(
		rq, &fine_model, &f, "SELECT * FROM fines WHERE slip_code = $1", p.slip_code);
	if (!e)
		return fine_paid(rq, &f, &p);
	if (e != E_NOT_FOUND)
		return e;
	t->s->unknown++;
	TRY(db_insert(rq, &fine_payment_model, &p));
	return emit(rq, FINE_PAYMENT_UNKNOWN, p.id, 0, json_of(rq, &fine_payment_model, &p));
}

static enum err rows_take(struct req *rq, struct taking *t, struct bytes text)
{
	struct csv csv;
	struct csv_record row;
	int64_t rows = 0, most = node_int(t->law, "rows_most", 5000);

	csv_start(&csv, (const char *)text.at, text.n);
	if (!csv_next(&csv, rq->arena, &row) || row.bad) {
		t->s->why = tr(rq, "The file is empty, or its first line cannot be read.");
		return OK;
	}
	const char *why = head_wrong(rq, t, &row);
	if (why) {
		t->s->why = why;
		return OK;
	}
	while (csv_next(&csv, rq->arena, &row)) {
		t->row = &row;
		if (++rows > most)
			reject(rq, t, "The file has too many rows: split it.");
		else
			TRY(row_take(rq, t));
	}
	return OK;
}

enum err fine_statement_take(struct req *rq, struct fine_statement *s, struct node *rejected)
{
	struct taking t = { .s = s, .rejected = rejected };
	struct fault why = { 0 };
	struct bytes raw, text;

	TRY(rules(rq, "fines/statement", rq->now, &t.law));
	if (store_read(rq_store(rq), rq->arena, s->sm3, FILE_MAX, &raw, &why))
		s->why = tr(rq, "The file is not in the store, or larger than 8 MiB.");
	else if (csv_decode(rq->arena, raw, &text, &why))
		s->why = tr(rq, "The file is neither UTF-8 nor GB18030 text.");
	else
		TRY(rows_take(rq, &t, text));
	s->taken_by = rq->user->id;
	s->taken_at = rq->now;
	TRY(db_insert(rq, &fine_statement_model, s));
	return emit(rq, FINE_STATEMENT_TAKEN, s->id, 0, json_of(rq, &fine_statement_model, s));
}

enum err fine_statement_upload(struct req *rq)
{
	const struct http_file *file = form_file(rq, "file");
	struct fine_statement s = { .why = "" };
	struct node *rejected = put_list(rq->view, "rejected");
	struct object kept;

	if (!file)
		return fail(rq, E_INVALID, "Choose a CSV file.");
	if (file->size > FILE_MAX)
		return fail(rq, E_TOO_LARGE, "A statement of the bank has at most 8 MiB.");
	TRY(keep_file(rq, file, &kept));
	s.name = file->name;
	s.sm3 = kept.sm3;
	s.sha256 = kept.sha256;
	TRY(fine_statement_take(rq, &s, rejected));
	if (*s.why)
		return fail(rq, E_INVALID, "%s", s.why);
	if (s.bad)
		return fine_payments_page(rq);
	notice(rq, "%d taken, %d known already, %d of nobody we know.", (int)s.taken, (int)s.known,
		(int)s.unknown);
	return redirect(rq, "/fines/payments");
}
