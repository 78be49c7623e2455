/* A statement of the bank (对账文件): each row a payment, known by the bank's transaction number. A
 * row taken before is passed over, so the same file may come again. The file is kept at once and
 * read by a job, a slice of rows in each transaction; what could not be taken is listed with its
 * line. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"
#include "core/base/csv.h"

#include <string.h>

enum { FILE_MAX = 8 * 1024 * 1024, COLUMNS = 8, SLICE = 100, NUMBER_CHARS = 60 };
enum { PAYER_CHARS = 100, GIVE_UP = 6 }; /* GIVE_UP: the try that leaves a row out */

struct line {
	struct csv_record row;
	size_t pos; /* behind it */
	int64_t line;
};
/* What prepare found for run. */
struct slice {
	const struct node *law;
	const char *why; /* the file cannot be read; or NULL */
	const char *fields[COLUMNS];
	int at[COLUMNS], n_columns;
	struct line lines[SLICE];
	size_t n, wanted;
	int64_t before; /* rows read by earlier slices */
	bool end, too_many;
};
struct taking {
	const struct slice *s;
	struct fine_reading *r;
	const struct csv_record *row;
};

static const char *cell(struct req *rq, const struct taking *t, const char *field)
{
	const struct slice *s = t->s;

	for (int i = 0; i < s->n_columns; i++)
		if (text_is(s->fields[i], field))
			return s->at[i] >= 0 && s->at[i] < t->row->n
				       ? text_trim(rq->arena, t->row->cells[s->at[i]])
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
static const char *head_wrong(struct req *rq, struct slice *s, const struct csv_record *head)
{
	NODE_EACH (c, node_find(s->law, "columns")) {
		if (s->n_columns == COLUMNS)
			break;
		s->fields[s->n_columns] = node_text(c, "field", "");
		s->at[s->n_columns] = column_of(rq, head, node_find(c, "names"));
		if (s->at[s->n_columns] < 0 && node_true(c, "needed"))
			return arena_printf(rq->arena, tr(rq, "The file has no column %s."),
				node_text(c, "names.0", ""));
		s->n_columns++;
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
	if (t->row->bad)
		return t->row->bad;
	p->bank_no = cell(rq, t, "bank_no");
	p->slip_code = cell(rq, t, "slip_code");
	p->payer = cell(rq, t, "payer");
	if (!*p->bank_no || utf8_length(p->bank_no) > NUMBER_CHARS)
		return "The transaction number is missing, or longer than 60 characters.";
	if (utf8_length(p->slip_code) > NUMBER_CHARS || utf8_length(p->payer) > PAYER_CHARS)
		return "The payment code or the payer's name is too long.";
	if (!money_read(cell(rq, t, "amount"), &p->fen))
		return "The amount is not a number of yuan above 0.";
	if (!day_of(rq, cell(rq, t, "paid_on"), &p->paid_at) || p->paid_at > rq->now)
		return "The day of payment is no day up to today.";
	return NULL;
}

/* reason: a sentence of the catalogue, shown in each reader's language. */
static enum err reject(struct req *rq, struct taking *t, const char *reason)
{
	const char *no = t->row->bad ? "" : cell(rq, t, "bank_no");
	struct fine_reject x = { .statement = t->r->id,
		.line = t->row->line,
		.number = utf8_length(no) > NUMBER_CHARS ? "" : no,
		.reason = reason };

	t->r->bad++;
	return db_insert(rq, &fine_reject_model, &x);
}

static enum err row_take(struct req *rq, struct taking *t)
{
	struct fine_payment p = { .source = "bank",
		.words = "",
		.receipt_no = "",
		.onspot_why = "",
		.taken_at = rq->now };
	struct fine f;
	const char *why = row_wrong(rq, t, &p);
	int64_t there;

	if (why)
		return reject(rq, t, why);
	TRY(db_int(rq, &there, "SELECT count(*) FROM fine_payments WHERE bank_no = $1", p.bank_no));
	if (there) {
		t->r->known++;
		return OK;
	}
	t->r->taken++;
	enum err e = db_one(
		rq, &fine_model, &f, "SELECT * FROM fines WHERE slip_code = $1", p.slip_code);
	if (!e)
		return fine_paid(rq, &f, &p);
	if (e != E_NOT_FOUND)
		return e;
	t->r->unknown++;
	TRY(db_insert(rq, &fine_payment_model, &p));
	return emit(rq, FINE_PAYMENT_UNKNOWN, p.id, 0, json_of(rq, &fine_payment_model, &p));
}

/* ---- reading ----------------------------------------------------------------------------------
 */
/* The text of the file, and its columns; s->why says what is wrong with it. */
static enum err file_open(struct req *rq, const char *sm3, struct slice *s, struct csv *csv)
{
	struct fault why = { 0 };
	struct bytes raw, text;
	struct csv_record head;

	TRY(rules(rq, "fines/statement", rq->now, &s->law));
	if (store_read(rq_store(rq), rq->arena, sm3, FILE_MAX, &raw, &why)) {
		s->why = tr(rq, "The file is not in the store, or larger than 8 MiB.");
		return OK;
	}
	if (csv_decode(rq->arena, raw, &text, &why)) {
		s->why = tr(rq, "The file is neither UTF-8 nor GB18030 text.");
		return OK;
	}
	csv_start(csv, (const char *)text.at, text.n);
	if (!csv_next(csv, rq->arena, &head) || head.bad)
		s->why = tr(rq, "The file is empty, or its first line cannot be read.");
	else
		s->why = head_wrong(rq, s, &head);
	return OK;
}

static enum err reading_load(struct req *rq, int64_t id, struct fine_reading *r)
{
	return db_one(rq, &fine_reading_model, r, "SELECT * FROM fine_readings WHERE id = $1", id);
}

/* The next rows; after a failure only one, so that the one that fails stands alone. */
static void lines_read(struct req *rq, struct slice *s, struct csv *csv)
{
	int64_t most = node_int(s->law, "rows_most", 5000);

	while (s->n < s->wanted && !s->end && !s->too_many) {
		struct line *l = &s->lines[s->n];
		if (!csv_next(csv, rq->arena, &l->row)) {
			s->end = true;
			continue;
		}
		s->too_many = s->before + (int64_t)s->n >= most;
		l->pos = csv->pos;
		l->line = csv->line;
		s->n++;
	}
}

enum err fine_statement_prepare(struct req *rq, const struct job *j, void **result)
{
	struct slice *s = NEW(rq->arena, struct slice);
	struct fine_reading r;
	struct csv csv;

	*result = s;
	TRY(reading_load(rq, j->subject, &r));
	TRY(file_open(rq, r.sm3, s, &csv));
	if (s->why)
		return OK;
	if (r.pos) {
		csv.pos = (size_t)r.pos;
		csv.line = r.line;
	}
	s->before = r.rows;
	s->wanted = j->attempts > 1 ? 1 : SLICE;
	lines_read(rq, s, &csv);
	return OK;
}

static enum err finished(struct req *rq, const struct fine_reading *r, const char *why)
{
	struct fine_statement s = { .id = r->id,
		.name = r->name,
		.sm3 = r->sm3,
		.sha256 = r->sha256,
		.why = why ? why : "",
		.taken = r->taken,
		.known = r->known,
		.unknown = r->unknown,
		.bad = r->bad,
		.taken_by = r->taken_by,
		.taken_at = rq->now };

	TRY(db_run(rq, "DELETE FROM fine_readings WHERE id = $1", r->id));
	TRY(db_insert(rq, &fine_statement_model, &s));
	return emit(rq, FINE_STATEMENT_TAKEN, s.id, 0, json_of(rq, &fine_statement_model, &s));
}

static enum err line_take(struct req *rq, struct taking *t, bool too_many, int attempts)
{
	if (too_many)
		return reject(rq, t,
			"The file has too many rows: from this one on nothing was read. "
			"Split it.");
	if (attempts >= GIVE_UP && !t->row->bad)
		return reject(
			rq, t, "This row could not be booked; the log of the program says why.");
	return row_take(rq, t);
}

enum err fine_statement_run(struct req *rq, const struct job *j, void *result)
{
	const struct slice *s = result;
	struct fine_reading r;
	struct taking t = { .s = s, .r = &r };

	TRY(reading_load(rq, j->subject, &r));
	for (size_t i = 0; i < s->n; i++) {
		t.row = &s->lines[i].row;
		TRY(line_take(rq, &t, s->too_many && i + 1 == s->n, j->attempts));
		r.pos = (int64_t)s->lines[i].pos;
		r.line = s->lines[i].line;
		r.rows++;
	}
	if (s->why || s->end || s->too_many)
		return finished(rq, &r, s->why);
	TRY(db_update(rq, &fine_reading_model, &r));
	return job_add(rq, "fines.statement", r.id);
}

enum err fine_statement_begin(struct req *rq, const struct fine_reading *file)
{
	struct fine_reading r = *file;

	r.taken_by = rq->user->id;
	r.begun_at = rq->now;
	TRY(db_insert(rq, &fine_reading_model, &r));
	return job_add(rq, "fines.statement", r.id);
}

enum err fine_statement_upload(struct req *rq)
{
	const struct http_file *file = form_file(rq, "file");
	struct slice *s = NEW(rq->arena, struct slice);
	struct object kept;
	struct csv csv;
	int64_t there;

	if (!file)
		return fail(rq, E_INVALID, "Choose a CSV file.");
	if (file->size > FILE_MAX)
		return fail(rq, E_TOO_LARGE, "A statement of the bank has at most 8 MiB.");
	TRY(keep_file(rq, file, &kept));
	TRY(db_int(rq, &there, "SELECT count(*) FROM fine_readings WHERE sm3 = $1", kept.sm3));
	if (there)
		return fail(rq, E_CONFLICT, "This file is being read already.");
	TRY(file_open(rq, kept.sm3, s, &csv));
	if (s->why)
		return fail(rq, E_INVALID, "%s", s->why);
	TRY(fine_statement_begin(
		rq, &(struct fine_reading){
			    .name = file->name, .sm3 = kept.sm3, .sha256 = kept.sha256 }));
	notice(rq, "The file is being read. What it brings stands here in a moment.");
	return redirect(rq, "/fines/payments");
}
