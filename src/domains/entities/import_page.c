/* Screens and job: an administrator uploads a file of operators, licences or relations; a job takes
 * it in slice by slice.
 */
#include "domains/entities/entities.h"
#include "domains/entities/intake.h"

#include <string.h>

struct import_row {
	int64_t id, version;
	const char *file_name, *sm3, *sha256;
	int64_t started_by, started_at, finished_at;
	const char *state;
	int64_t imported, rejected;
	const char *problem, *kind;
};

static const struct choice import_states[] = {
	{ "RUNNING", "Running", "info" },
	{ "DONE", "Done", "green" },
	{ "UNUSABLE", "Unusable", "red" },
	{ NULL },
};

static const struct choice import_kinds[] = {
	{ "operators", "Operators" },
	{ "licences", "Licences" },
	{ "relations", "Relations" },
	{ NULL },
};

static const struct model import_model = MODEL("operator_imports", struct import_row,
	FIELDS(STORED(struct import_row, id, .as = AS_ID), STORED(struct import_row, version),
		STORED(struct import_row, file_name), STORED(struct import_row, sm3),
		STORED(struct import_row, sha256),
		STORED(struct import_row, started_by, .as = AS_ID),
		STORED(struct import_row, started_at, .as = AS_TIME),
		STORED(struct import_row, finished_at, .as = AS_TIME),
		STORED(struct import_row, state, .choices = import_states),
		STORED(struct import_row, imported), STORED(struct import_row, rejected),
		STORED(struct import_row, problem),
		STORED(struct import_row, kind, .choices = import_kinds)));

struct reject_row {
	int64_t line;
	const char *reason, *cells;
};
static const struct model reject_model = MODEL("operator_import_rejects", struct reject_row,
	FIELDS(STORED(struct reject_row, line), STORED(struct reject_row, reason),
		STORED(struct reject_row, cells)));

enum { SHOWN = 200 };

/* Earlier imports, and what a file of each kind holds. */
static enum err imports_view(struct req *rq)
{
	struct list l;
	const char *chosen = form_text(rq, "kind");
	struct node *kinds = put_list(rq->view, "kinds");

	for (const struct choice *c = import_kinds; c->code; c++) {
		const struct intake_kind *k = intake_kind_named(c->code);
		struct node *n = put_map(kinds, NULL);
		struct buf b = { .arena = rq->arena };
		for (int i = 0; k->columns[i]; i++)
			buf_printf(&b, "%s%s", i ? "," : "", k->columns[i]);
		put_text(n, "code", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_text(n, "columns", buf_text(&b));
		put_flag(n, "selected", text_is(chosen, c->code));
	}
	TRY(db_all(
		rq, &import_model, &l, "SELECT * FROM operator_imports ORDER BY id DESC LIMIT 20"));
	show_list(rq, "imports", &import_model, &l);
	return OK;
}

enum err import_page(struct req *rq)
{
	TRY(imports_view(rq));
	return page(rq, "entities/import");
}

enum err import_start(struct req *rq)
{
	const struct http_file *f = form_file(rq, "file");
	const char *kind = *form_text(rq, "kind") ? form_text(rq, "kind") : "operators";
	struct object kept;

	if (!f)
		field_error(rq, "file", "Choose a CSV file.");
	if (!intake_kind_named(kind))
		field_error(rq, "kind", "Choose what the file is about.");
	if (!f || !intake_kind_named(kind)) {
		TRY(imports_view(rq));
		return form_again(rq, "entities/import");
	}
	TRY(keep_file(rq, f, &kept));
	struct import_row i = { .file_name = f->name,
		.sm3 = kept.sm3,
		.sha256 = kept.sha256,
		.started_by = rq->user->id,
		.started_at = rq->now,
		.state = "RUNNING",
		.problem = "",
		.kind = kind };
	TRY(db_insert(rq, &import_model, &i));
	TRY(job_add(rq, .kind = "entities.import", .subject = i.id));
	return redirect(rq, "/operators/imports/%" PRId64, i.id);
}

enum err import_result(struct req *rq)
{
	struct import_row i;
	struct list l;

	TRY(db_one(rq, &import_model, &i, "SELECT * FROM operator_imports WHERE id = $1", rq->id));
	TRY(db_all(rq, &reject_model, &l,
		"SELECT line, reason, cells FROM operator_import_rejects WHERE import = $1 ORDER "
		"BY line LIMIT $2",
		i.id, (int)SHOWN));
	show(rq, "import", &import_model, &i);
	put_flag(rq->view, "running", text_is(i.state, "RUNNING"))->hidden = true;
	show_list(rq, "rejects", &reject_model, &l);
	return page(rq, "entities/import_result");
}

/* The rejected rows as a file: what was wrong first, then the row as it came. */
enum err import_rejected(struct req *rq)
{
	struct buf b = { .arena = rq->arena };
	struct list l;
	const char *name;

	TRY(db_text(rq, &name, "SELECT file_name FROM operator_imports WHERE id = $1", rq->id));
	TRY(db_all(rq, &reject_model, &l,
		"SELECT line, reason, cells FROM operator_import_rejects WHERE import = $1 ORDER "
		"BY line",
		rq->id));
	buf_puts(&b, "\xef\xbb\xbfline,reason\r\n");
	for (const struct reject_row *r = LIST_OF(struct reject_row, &l);
		r < LIST_END(struct reject_row, &l); r++)
		buf_puts(&b, r->cells);
	return reply_bytes(rq, "text/csv; charset=utf-8",
		(struct bytes){ (const uint8_t *)b.s, b.n },
		arena_printf(rq->arena, "%s.rejected.csv", name));
}

/* ---- the job: one slice each time ------------------------------------------ */
struct slice {
	struct import_row import;
	struct intake in;
	struct intake_row rows[INTAKE_SLICE];
	int n;
	bool last;
	const char *problem;
};

static enum err slice_read(struct req *rq, struct slice *s)
{
	struct fault why = { 0 };
	struct bytes file, text;
	int64_t done = s->import.imported + s->import.rejected;
	const struct intake_kind *kind = intake_kind_named(s->import.kind);

	if (store_read(rq_store(rq), rq->arena, s->import.sm3, INTAKE_MAX, &file, &why) ||
		intake_decode(rq->arena, file, &text, &why) ||
		intake_open(rq->arena, (struct intake_file){ kind, text }, &s->in, &why)) {
		s->problem = arena_dup(rq->arena, why.text);
		return OK;
	}
	for (;;) { /* the rows done before are read again, for the licence numbers met */
		s->n = intake_read(&s->in, rq->arena, s->rows, INTAKE_SLICE);
		s->last = s->n < INTAKE_SLICE;
		if (done < INTAKE_SLICE || s->last)
			return OK;
		done -= INTAKE_SLICE;
	}
}

enum err import_job_prepare(struct req *rq, const struct job *j, void **result)
{
	struct slice *s = NEW(rq->arena, struct slice);

	*result = s;
	TRY(db_one(rq, &import_model, &s->import, "SELECT * FROM operator_imports WHERE id = $1",
		j->subject));
	return slice_read(rq, s);
}

static enum err keep_reject(struct req *rq, const struct slice *s, const struct intake_row *row)
{
	struct buf b = { .arena = rq->arena };

	intake_rejected_row(&b, row);
	return db_run(rq,
		"INSERT INTO operator_import_rejects (import, line, reason, cells) VALUES ($1, $2, "
		"$3, $4)"
		" ON CONFLICT DO NOTHING",
		s->import.id, row->line, row->reason, buf_text(&b));
}

static enum err finish(struct req *rq, const struct slice *s, int64_t taken, int64_t rejected)
{
	const char *state = s->problem ? "UNUSABLE" : s->last ? "DONE" : "RUNNING";

	TRY(db_run(rq,
		"UPDATE operator_imports SET state = $2, imported = imported + $3, rejected = "
		"rejected + $4,"
		" problem = $5, finished_at = $6 WHERE id = $1",
		s->import.id, state, taken, rejected, s->problem ? s->problem : "",
		text_is(state, "RUNNING") ? (int64_t)0 : rq->now));
	if (!text_is(state, "RUNNING"))
		return OK;
	return job_add(rq, .kind = "entities.import", .subject = s->import.id);
}

enum err import_job_run(struct req *rq, const struct job *j, void *result)
{
	struct slice *s = result;
	const struct user *program = rq->user;
	struct user who = *program;
	int64_t rejected = 0;

	(void)j;
	if (s->problem)
		return finish(rq, s, 0, 0);
	/* the facts carry the name of who sent the file */
	TRY(db_text(
		rq, &who.name, "SELECT name FROM pub_users WHERE id = $1", s->import.started_by));
	who.id = s->import.started_by;
	rq->user = &who;
	enum err e = intake_take(rq, &s->in, s->rows, s->n);
	rq->user = program;
	TRY(e);
	for (int i = 0; i < s->n; i++)
		if (s->rows[i].reason) {
			TRY(keep_reject(rq, s, &s->rows[i]));
			rejected++;
		}
	return finish(rq, s, s->n - rejected, rejected);
}
