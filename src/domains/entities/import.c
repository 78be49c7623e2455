/* Whole files in and out, slice by slice, for the command line. */
#include "core/app/app.h"
#include "domains/entities/entities.h"
#include "domains/entities/intake.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- import ---------------------------------------------------------------------------------- */
struct slice {
	struct intake *in;
	struct intake_row rows[INTAKE_SLICE];
	int n;
};

static enum err slice_take(struct req *rq, void *arg)
{
	struct slice *s = arg;
	return intake_take(rq, s->in, s->rows, s->n);
}

/* One line kept up to date, on a terminal only. */
static void progress(const struct intake *in, const struct import_totals *t)
{
	char bar[31];

	if (!isatty(STDERR_FILENO))
		return;
	size_t share = in->csv.n ? in->csv.pos * 100 / in->csv.n : 100;
	for (size_t i = 0; i < 30; i++)
		bar[i] = i < share * 30 / 100 ? '#' : '.';
	bar[30] = 0;
	fprintf(stderr, "\r[%s] %3zu %%  %" PRId64 " rows ", bar, share, t->imported + t->rejected);
	if (share == 100)
		fputc('\n', stderr);
	fflush(stderr);
}

static void count(const struct intake *in, const struct slice *s, struct import_totals *t,
	struct buf *rejected)
{
	for (int i = 0; i < s->n; i++) {
		if (!s->rows[i].reason) {
			t->imported++;
			continue;
		}
		if (!t->rejected++)
			intake_rejected_head(rejected, in);
		intake_rejected_row(rejected, &s->rows[i]);
	}
}

static enum err take_all(struct app *app, struct intake *in, struct import_totals *t,
	struct buf *rejected, struct fault *why)
{
	struct arena *a = arena_new();
	struct slice *s = NEW(rejected->arena, struct slice);
	enum err e = OK;

	s->in = in;
	while (!e) {
		arena_reset(a);
		s->n = intake_read(in, a, s->rows, INTAKE_SLICE);
		if (!s->n)
			break;
		e = app_write(app, slice_take, s, why);
		if (!e)
			count(in, s, t, rejected);
		progress(in, t);
	}
	arena_free(a);
	return e;
}

static enum err rejected_keep(const char *path, struct buf *rejected, struct fault *why)
{
	char *name = arena_printf(rejected->arena, "%s.rejected.csv", path);

	if (!rejected->n) {
		(void)!unlink(name);
		return OK;
	}
	return file_write(name, rejected->s, rejected->n, 0640, why);
}

struct import_file {
	const struct intake_kind *kind;
	const char *path;
};

static enum err import_in(struct arena *a, struct app *app, const struct import_file *f,
	struct import_totals *out, struct fault *why)
{
	const char *path = f->path;
	struct bytes file, text;
	struct intake in;
	struct buf rejected = { .arena = a, .max = INTAKE_MAX };

	TRY(file_read(a, path, INTAKE_MAX, &file, why));
	TRY(intake_decode(a, file, &text, why));
	TRY(intake_open(a, (struct intake_file){ f->kind, text }, &in, why));
	enum err e = take_all(app, &in, out, &rejected, why);
	TRY(rejected_keep(path, &rejected, e ? NULL : why));
	return e;
}

enum err file_import(
	struct app *app, const char *const file[2], struct import_totals *out, struct fault *why)
{
	const struct import_file f = { intake_kind_named(file[0]), file[1] };

	if (!f.kind)
		return fault(why, E_INVALID, "there are no files of \"%s\"", file[0]);
	struct arena *a = arena_new();

	*out = (struct import_totals){ 0 };
	enum err e = import_in(a, app, &f, out, why);
	arena_free(a);
	return e;
}

/* ---- export ---------------------------------------------------------------- */
/* The member a column shows; NULL for town, which is a name of another table. */
static const char *cell_text(
	struct arena *a, const struct operator* o, const char *column, const char *town)
{
	const struct field *f = model_field(&operator_model, column);

	if (!f)
		return town;
	if (f->as == AS_DEGREES && !row_int(f, o))
		return "";
	return field_text(a, f, o);
}

static enum err export_slice(struct req *rq, int64_t *after, size_t *n)
{
	struct list l;
	struct buf b = { .arena = rq->arena };
	struct rows *r;
	const char *town;
	bool more;

	TRY(db_all(rq, &operator_model, &l,
		"SELECT * FROM operators WHERE id > $1 ORDER BY id LIMIT $2", *after,
		(int)INTAKE_SLICE));
	TRY(db_query(rq, &r,
		"SELECT a.name FROM operators o JOIN areas a ON a.id = o.area WHERE o.id > $1 "
		"ORDER BY o.id LIMIT $2",
		*after, (int)INTAKE_SLICE));
	for (const struct operator* o = LIST_OF(struct operator, & l);
		o < LIST_END(struct operator, & l); o++) {
		TRY(rows_next(r, &more));
		town = rows_text(r, 0);
		for (int i = 0; intake_operators.columns[i]; i++) {
			if (i)
				buf_putc(&b, ',');
			csv_write(&b, cell_text(rq->arena, o, intake_operators.columns[i], town));
		}
		buf_puts(&b, "\r\n");
		*after = o->id;
	}
	rows_close(r);
	*n = l.n;
	if (b.n && fwrite(b.s, 1, b.n, stdout) != b.n)
		return fail(rq, E_INTERNAL, "The output cannot be written.");
	return OK;
}

struct export
{
	int64_t after;
	size_t n;
};

static enum err export_work(struct req *rq, void *arg)
{
	struct export *x = arg;
	return export_slice(rq, &x->after, &x->n);
}

enum err operators_export(struct app *app, struct fault *why)
{
	struct export x = { 0 };

	for (int i = 0; intake_operators.columns[i]; i++)
		printf("%s%s", i ? "," : "", intake_operators.columns[i]);
	printf("\r\n");
	do {
		TRY(app_read(app, export_work, &x, why));
	} while (x.n);
	return fflush(stdout) ? fault(why, E_INTERNAL, "the output cannot be written") : OK;
}
