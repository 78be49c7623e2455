/* SQLite: statements and rows. Connections and transactions are in sqlite_open.c. */
#include "core/db/sqlite.h"

#include <stdlib.h>
#include <string.h>

struct cell {
	int type;
	int64_t i;
	const char *s;
};

struct lite_rows {
	struct rows base;
	sqlite3_stmt *st;
	struct cached *cached; /* NULL: st is ours alone */
	int step;	       /* SQLITE_ROW: the current row waits for rows_next() */
	bool current;
	struct cell *cells; /* writers: all rows, read at once */
	int64_t kept, at;
};

/* ---- preparing and binding ------------------------------------------------------------------ */

static bool used_up(const char *tail)
{
	return tail[strspn(tail, " \t\r\n;")] == '\0';
}

static enum err prepare(struct lite *l, const char *sql, unsigned flags, sqlite3_stmt **out)
{
	const char *tail = "";
	l->refused = OK;
	if (sqlite3_prepare_v3(l->h, sql, -1, flags, out, &tail) != SQLITE_OK)
		return lite_fail(l, sql);
	if (*out && used_up(tail))
		return OK;
	sqlite3_finalize(*out);
	return conn_fail(&l->base, E_INTERNAL, "not one statement: %.200s", sql);
}

/* A cached statement whose rows are still open is prepared a second time, for this once. */
static enum err statement(
	struct lite *l, const char *sql, struct cached **cached, sqlite3_stmt **out)
{
	const char *whose = l->own ? "own" : ""; /* COMMIT of ours is not there for others */
	struct cached *e = cache_find(l->cache, sql, whose);
	*cached = NULL;
	if (e && !e->busy) {
		e->busy = true;
		*cached = e;
		*out = e->handle;
		return OK;
	}
	TRY(prepare(l, sql, e ? 0 : SQLITE_PREPARE_PERSISTENT, out));
	if (e)
		return OK;
	e = cache_add(l->cache, sql, whose, *out);
	if (!e) {
		cache_clear(l->cache);
		e = cache_add(l->cache, sql, whose, *out);
	}
	if (e)
		e->busy = true;
	*cached = e;
	return OK;
}

static void release(struct cached *cached, sqlite3_stmt *st)
{
	if (!cached) {
		sqlite3_finalize(st);
		return;
	}
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	cached->busy = false;
}

static int count_values(const struct val *b)
{
	int n = 0;
	while (b && b[n].type != VAL_END)
		n++;
	return n;
}

/* By name: SQLite numbers $2 as its first parameter when it comes first in the text. */
static enum err bind(struct lite *l, sqlite3_stmt *st, const struct val *b)
{
	int n = count_values(b);
	for (int i = 1; i <= sqlite3_bind_parameter_count(st); i++) {
		const char *name = sqlite3_bind_parameter_name(st, i);
		int64_t number = 0;
		if (!name || *name != '$' || !text_to_int(name + 1, &number) || number < 1)
			return conn_fail(&l->base, E_INTERNAL, "%s is not $1, $2, ... in: %.200s",
				name ? name : "a parameter", sqlite3_sql(st));
		if (number > n)
			return conn_fail(&l->base, E_INTERNAL, "no value for %s in: %.200s", name,
				sqlite3_sql(st));
		const struct val *v = &b[number - 1];
		int rc = SQLITE_OK;
		if (v->type == VAL_INT)
			rc = sqlite3_bind_int64(st, i, v->i);
		else if (v->type == VAL_TEXT)
			rc = sqlite3_bind_text(st, i, v->s, -1, SQLITE_TRANSIENT);
		if (rc != SQLITE_OK)
			return lite_fail(l, sqlite3_sql(st));
	}
	return OK;
}

/* ---- running ------------------------------------------------------------------------------ */

static int step(struct lite *l, sqlite3_stmt *st)
{
	int64_t now = clock_mono();
	l->refused = OK;
	l->stop_at = l->base.script ? 0 : now + STATEMENT_MS;
	if (!l->own) /* where BEGIN set it, a transaction needs no more patience */
		l->busy_until = now + WAIT_MS;
	int rc = sqlite3_step(st);
	l->stop_at = 0;
	return rc;
}

/* There is no real number in our data; one means that a sum went beyond 63 bits, or a mistake. */
static enum err no_reals(struct lite *l, sqlite3_stmt *st)
{
	for (int i = 0; i < sqlite3_column_count(st); i++)
		if (sqlite3_column_type(st, i) == SQLITE_FLOAT)
			return conn_fail(&l->base, E_INTERNAL,
				"column %s is a real number in: %.200s", sqlite3_column_name(st, i),
				sqlite3_sql(st));
	return OK;
}

static enum err step_checked(struct lite *l, sqlite3_stmt *st, int *rc)
{
	*rc = step(l, st);
	if (*rc == SQLITE_ROW)
		return no_reals(l, st);
	return *rc == SQLITE_DONE ? OK : lite_fail(l, sqlite3_sql(st));
}

static void keep_row(struct lite_rows *r, int64_t *room)
{
	struct arena *a = rows_arena(&r->base);
	int n = r->base.columns;
	if (r->kept == *room) {
		*room = *room ? 2 * *room : 4;
		struct cell *more = NEWS(a, struct cell, (size_t)*room * (size_t)n);
		if (r->kept)
			memcpy(more, r->cells, (size_t)r->kept * (size_t)n * sizeof *more);
		r->cells = more;
	}
	struct cell *cell = r->cells + r->kept * n;
	for (int i = 0; i < n; i++, cell++) {
		cell->type = sqlite3_column_type(r->st, i);
		if (cell->type == SQLITE_INTEGER)
			cell->i = sqlite3_column_int64(r->st, i);
		else if (cell->type != SQLITE_NULL)
			cell->s = arena_dup(a, (const char *)sqlite3_column_text(r->st, i));
	}
	r->kept++;
}

/* A writer reads all rows at once: what it changes while it walks over them must not change them,
 * and nothing may hang on the statement when its savepoint is undone. */
static enum err keep_all(struct lite *l, struct lite_rows *r)
{
	int64_t room = 0;
	while (r->step == SQLITE_ROW) {
		keep_row(r, &room);
		TRY(step_checked(l, r->st, &r->step));
	}
	sqlite3_reset(r->st);
	return OK;
}

static enum err lite_query(struct conn *c, const char *sql, const struct val *b, struct rows **out)
{
	struct lite *l = lite(c);
	struct lite_rows *r = calloc(1, sizeof *r);
	if (!r)
		abort();
	enum err e = statement(l, sql, &r->cached, &r->st);
	if (e) {
		free(r);
		return e;
	}
	rows_open(&r->base, c, sqlite3_column_count(r->st));
	e = bind(l, r->st, b);
	if (!e)
		e = step_checked(l, r->st, &r->step);
	if (!e && c->writing)
		e = keep_all(l, r);
	if (e)
		rows_close(&r->base);
	else
		*out = &r->base;
	return e;
}

enum err lite_run(struct conn *c, const char *sql, const struct val *b, int64_t *changed)
{
	struct lite *l = lite(c);
	struct cached *cached;
	sqlite3_stmt *st;
	TRY(statement(l, sql, &cached, &st));
	int64_t before = sqlite3_total_changes64(l->h);
	enum err e = bind(l, st, b);
	for (int rc = SQLITE_ROW; !e && rc == SQLITE_ROW;)
		e = step_checked(l, st, &rc);
	if (!e && sqlite3_total_changes64(l->h) != before)
		*changed = sqlite3_changes64(l->h); /* without those of triggers and foreign keys */
	release(cached, st);
	return e;
}

static enum err lite_exec(struct conn *c, const char *sql)
{
	struct lite *l = lite(c);
	sqlite3_stmt *st = NULL;
	TRY(prepare(l, sql, 0, &st));
	enum err e = OK;
	for (int rc = SQLITE_ROW; !e && rc == SQLITE_ROW;) {
		rc = step(l, st);
		if (rc != SQLITE_ROW && rc != SQLITE_DONE)
			e = lite_fail(l, sql);
	}
	sqlite3_finalize(st);
	return e;
}

static enum err lite_lock(struct conn *c, int64_t key)
{
	(void)c, (void)key; /* there is one writer */
	return OK;
}

/* ---- rows --------------------------------------------------------------------------------- */

static struct lite_rows *lite_rows(const struct rows *r)
{
	return (struct lite_rows *)(uintptr_t)r;
}

static enum err lite_next(struct rows *rows, bool *more)
{
	struct lite_rows *r = lite_rows(rows);
	if (r->cells) {
		*more = r->at < r->kept;
		r->at += *more;
		r->current = *more;
		return OK;
	}
	if (r->current) {
		r->current = false;
		TRY(step_checked(lite(rows->conn), r->st, &r->step));
	}
	*more = r->current = r->step == SQLITE_ROW;
	return OK;
}

static void lite_close_rows(struct rows *rows)
{
	struct lite_rows *r = lite_rows(rows);
	release(r->cached, r->st);
	free(r);
}

static const char *lite_name(const struct rows *rows, int column)
{
	return sqlite3_column_name(lite_rows(rows)->st, column);
}

static struct cell *kept_cell(const struct lite_rows *r, int column)
{
	return r->cells ? &r->cells[(r->at - 1) * r->base.columns + column] : NULL;
}

static bool lite_null(struct rows *rows, int column)
{
	struct lite_rows *r = lite_rows(rows);
	if (!r->current)
		return true;
	const struct cell *kept = kept_cell(r, column);
	return (kept ? kept->type : sqlite3_column_type(r->st, column)) == SQLITE_NULL;
}

static const char *lite_text(struct rows *rows, int column)
{
	struct lite_rows *r = lite_rows(rows);
	if (!r->current)
		return "";
	struct cell *kept = kept_cell(r, column);
	if (kept && kept->type == SQLITE_INTEGER && !kept->s)
		kept->s = arena_printf(rows_arena(rows), "%" PRId64, kept->i);
	const char *s = kept ? kept->s : (const char *)sqlite3_column_text(r->st, column);
	return s ? s : "";
}

static int64_t lite_integer(struct rows *rows, int column)
{
	struct lite_rows *r = lite_rows(rows);
	int64_t v = 0;
	if (!r->current)
		return 0;
	const struct cell *kept = kept_cell(r, column);
	if (kept && kept->type == SQLITE_INTEGER)
		return kept->i;
	if (!kept && sqlite3_column_type(r->st, column) == SQLITE_INTEGER)
		return sqlite3_column_int64(r->st, column);
	return text_to_int(lite_text(rows, column), &v) ? v : 0;
}

const struct driver driver_sqlite = {
	.open = lite_open,
	.close = lite_close,
	.connect = lite_connect,
	.disconnect = lite_disconnect,
	.begin_read = lite_begin_read,
	.end_read = lite_end_read,
	.write = batch_write,
	.query = lite_query,
	.run = lite_run,
	.exec = lite_exec,
	.lock = lite_lock,
	.next = lite_next,
	.close_rows = lite_close_rows,
	.name = lite_name,
	.null = lite_null,
	.integer = lite_integer,
	.text = lite_text,
};
