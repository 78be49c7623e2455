/* shian verify: looks at a data folder or a database from the outside and says what was changed
 * behind its back. */
#include "cli.h"
#include "commands.h"

#include "core/ledger/verify.h"
#include "modules.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SOURCES = 128 };

/* Every row of a witnessed table, with the digest its model gives. */
static enum err rows_each(const struct witness_source *self, struct conn *c,
	const struct witness_sink *to, struct fault *why)
{
	const struct model *m = self->of;
	const struct field *id = model_field(m, "id");
	struct arena *a = arena_new();
	struct rows *r = NULL;
	bool more = false;
	/* the text of a statement must outlive the process: a name of a table is one of ours */
	static char texts[MAX_SOURCES][128];
	static int n;
	char *sql = texts[n++ % MAX_SOURCES];

	snprintf(sql, sizeof(texts[0]), "SELECT * FROM %s", m->table);
	enum err e = conn_query(c, sql, BINDS(), &r);
	void *row = arena_alloc(a, m->size);
	for (struct arena *each = arena_new(); !e; arena_reset(each)) {
		if ((e = rows_next(r, &more)) || !more) {
			arena_free(each);
			break;
		}
		if (!(e = model_read_row(each, m, row, r, why))) {
			struct digest d = model_digest(each, m, row);
			e = to->row(to->ctx, row_int(id, row), &d);
		}
		if (e) {
			arena_free(each);
			break;
		}
	}
	rows_close(r);
	arena_free(a);
	return e && !*why->text ? fault(why, e, "%s: %s", m->table, conn_fault(c)->text) : e;
}

static enum err files_each(const struct object_source *self, struct conn *c,
	const struct object_sink *to, struct fault *why)
{
	const struct module *m = self->of;
	struct rows *r;
	bool more;

	if (conn_query(c, m->objects, BINDS(), &r))
		return fault(why, E_INTERNAL, "%s: %s", m->name, conn_fault(c)->text);
	enum err e;
	while (!(e = rows_next(r, &more)) && more) {
		struct object_named o = { rows_text(r, 0), rows_text(r, 1), m->name, -1 };
		if ((e = to->file(to->ctx, &o)))
			break;
	}
	rows_close(r);
	return e;
}

static size_t witnesses(const struct module *const *all, struct witness_source *w)
{
	size_t n = 0;
	for (; *all; all++)
		for (const struct model *const *m = (*all)->models; m && *m && n < MAX_SOURCES; m++)
			w[n++] = (struct witness_source){ (*m)->table, *m, rows_each };
	return n;
}

static size_t objects(const struct module *const *all, struct object_source *o)
{
	size_t n = 0;
	for (; *all; all++)
		if ((*all)->objects && n < MAX_SOURCES)
			o[n++] = (struct object_source){ *all, files_each };
	return n;
}

enum err verify_app(struct app *app, struct arena *a, struct verify_report *r, struct fault *why)
{
	struct witness_source w[MAX_SOURCES];
	struct object_source o[MAX_SOURCES];
	struct verify_options v = { .db = app->db,
		.store = app->store,
		.witnesses = w,
		.witnesses_n = witnesses(app->modules, w),
		.objects = o,
		.objects_n = objects(app->modules, o),
		.arena = a,
		.keys_dir = arena_printf(a, "%s/keys", app->data_dir) };

	return ledger_verify(&v, r, why);
}

static void report_print(const struct verify_report *r)
{
	printf("%" PRId64 " facts, %" PRId64 " signed heads, %" PRId64 " rows, %" PRId64
	       " files read in %" PRId64 " ms\n",
		r->facts, r->heads, r->rows, r->files, r->ms);
	for (int64_t i = 0; i < r->wrong.count && i < VERIFY_FINDINGS; i++)
		printf("%s %s\n", i ? "     " : "WRONG", r->wrong.text[i]);
	for (int64_t i = 0; i < r->notes.count && i < 10; i++)
		printf("note  %s\n", r->notes.text[i]);
	if (r->wrong.count)
		printf("%" PRId64 " things were changed.\n", r->wrong.count);
	else
		puts("Nothing was changed.");
}

int verify_main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	struct arena *a = arena_new();
	struct verify_report r = { 0 };
	const char *data = option(argc, argv, "--data", NULL);

	if (!data)
		return cli_complain("usage: shian verify --data DIR [--db URL]", 2);
	char *key = arena_printf(a, "%s/keys/web.secret", data);
	struct app_options o = {
		.data_dir = data, .db_url = option(argc, argv, "--db", NULL), .modules = modules
	};
	enum err e = access(key, F_OK)
			     ? fault(&why, E_NOT_FOUND, "%s is not a data folder of Shian", data)
			     : app_open(&o, &app, &why);
	if (!e)
		e = verify_app(app, a, &r, &why);
	if (!e)
		report_print(&r);
	app_close(app);
	arena_free(a);
	return e ? cli_fail("verify", &why, 2) : r.wrong.count ? 1 : 0;
}
