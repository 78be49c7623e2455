#include "core/db/driver.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- opening ------------------------------------------------------------------------------ */

static void pool_start(struct pool *p, int max, bool writing)
{
	pthread_mutex_init(&p->m, NULL);
	cond_monotonic(&p->freed);
	p->max = max;
	p->writing = writing;
}

static void pool_stop(struct db *db, struct pool *p)
{
	while (p->idle) {
		struct conn *c = p->idle;
		p->idle = c->next;
		db->driver->disconnect(c);
	}
	pthread_cond_destroy(&p->freed);
	pthread_mutex_destroy(&p->m);
}

static char *keep(const char *s)
{
	char *copy = s ? strdup(s) : NULL;
	if (s && !copy)
		abort();
	return copy;
}

enum err db_open(const struct db_options *o, struct db **out, struct fault *why)
{
	*out = NULL;
	if (!o->url && (!o->path || !*o->path || text_is(o->path, ":memory:")))
		return fault(why, E_INVALID, "a database needs the path of a file, or a URL");
	struct db *db = calloc(1, sizeof *db);
	if (!db)
		abort();
	db->driver = o->url ? &driver_postgres : &driver_sqlite;
	db->path = keep(o->path);
	db->url = keep(o->url);
	db->schema = keep(o->schema);
	int readers = o->readers > 0 ? o->readers : 8;
	pool_start(&db->readers, readers, false);
	pool_start(&db->writers, readers, true);
	enum err e = db->driver->open(db, why);
	if (e)
		db_close(db);
	else
		*out = db;
	return e;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	pool_stop(db, &db->readers);
	pool_stop(db, &db->writers);
	db->driver->close(db);
	free(db->path);
	free(db->url);
	free(db->schema);
	free(db);
}

bool db_is_postgres(const struct db *db)
{
	return db->driver->postgres;
}

void db_fail_at(struct db *db, int64_t n)
{
	atomic_store(&db->fail_at, n);
}

void db_undo_writes(struct db *db, bool on)
{
	atomic_store(&db->undo, on);
}

void db_die_at(struct db *db, int64_t n)
{
	atomic_store(&db->die_at, n);
}

/* ---- reading and writing ------------------------------------------------------------------ */

enum err db_read_begin(struct db *db, struct conn **out, struct fault *why)
{
	*out = NULL;
	/* an idle connection may have died (the server was restarted): then once more with a new
	 * one */
	for (int i = 0; i < 3; i++) {
		struct conn *c = NULL;
		TRY(pool_take(db, &db->readers, &c, why));
		enum err e = db->driver->begin_read(c);
		if (!e) {
			*out = c;
			return OK;
		}
		bool again = c->broken;
		(void)fault(why, e, "%s", c->why.text);
		db_read_end(c);
		if (!again)
			return e;
	}
	return E_BUSY;
}

void db_read_end(struct conn *c)
{
	if (!c)
		return;
	conn_close_rows(c);
	c->db->driver->end_read(c);
	pool_give(c->db, &c->db->readers, c);
}

enum err db_write(struct db *db, db_work *work, void *arg, struct fault *why)
{
	if (why) /* a work may leave its own reason here, through arg */
		*why = (struct fault){ .code = OK };
	enum err e = db->driver->write(db, work, arg, why);
	if (e && why && !why->text[0])
		return fault(why, e, "the change was refused (%d)", (int)e);
	return e;
}

enum err work_result(const struct conn *c, enum err e, struct fault *why)
{
	if (c->doomed)
		return fault(why, e ? e : c->why.code, "%s", c->why.text);
	if (!e && atomic_load_explicit(&c->db->undo, memory_order_relaxed))
		return fault(why, E_BUSY, "made to be undone");
	return e;
}

/* ---- what a connection has been through ------------------------------------------------------ */

enum err conn_fail(struct conn *c, enum err e, const char *fmt, ...)
{
	char text[sizeof c->why.text];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	for (size_t n = strlen(text); n && strchr(" \n", text[n - 1]); n--)
		text[n - 1] = '\0';
	c->doomed = true;
	return fault(&c->why, e, "%s", text);
}

void conn_fresh(struct conn *c, bool writing)
{
	c->writing = writing;
	c->doomed = c->again = c->script = false;
	c->statements = 0;
	c->why = (struct fault){ .code = OK };
}

void conn_close_rows(struct conn *c)
{
	while (c->open)
		rows_close(c->open);
}

const struct fault *conn_fault(const struct conn *c)
{
	return &c->why;
}

struct db *conn_db(const struct conn *c)
{
	return c->db;
}

bool conn_is_postgres(const struct conn *c)
{
	return c->db->driver->postgres;
}

bool conn_doomed(const struct conn *c)
{
	return c->doomed;
}

int64_t conn_statements(const struct conn *c)
{
	return c->statements;
}

/* ---- statements --------------------------------------------------------------------------- */

/* Counts a statement of a write; true for the last that is counted. */
static bool counted_down(struct conn *c, _Atomic int64_t *left)
{
	int64_t n = atomic_load_explicit(left, memory_order_relaxed);
	while (n > 0 && c->writing)
		if (atomic_compare_exchange_weak(left, &n, n - 1))
			return n == 1;
	return false;
}

void die_here(struct conn *c)
{
	if (counted_down(c, &c->db->die_at))
		(void)raise(SIGKILL);
}

/* What is asked of every statement before a driver sees it, so that both behave the same. */
static enum err admit(struct conn *c, const char *sql, const struct val *binds)
{
	if (c->doomed) /* PostgreSQL refuses the rest of a failed transaction, SQLite would go on */
		return c->why.code;
	c->statements++;
	if (sql && !text_starts(sql, "SELECT"))
		die_here(c);
	if (counted_down(c, &c->db->fail_at))
		return conn_fail(c, E_INTERNAL, "made to fail");
	for (int i = 0; binds && binds[i].type != VAL_END; i++)
		if (binds[i].type == VAL_TEXT && !utf8_valid(binds[i].s, strlen(binds[i].s)))
			return conn_fail(c, E_INTERNAL, "the text of $%d is not UTF-8", i + 1);
	return OK;
}

enum err conn_query(struct conn *c, const char *sql, const struct val *binds, struct rows **out)
{
	*out = NULL;
	TRY(admit(c, sql, binds));
	return c->db->driver->query(c, sql, binds, out);
}

enum err conn_run(struct conn *c, const char *sql, const struct val *binds, int64_t *changed)
{
	int64_t n = 0;
	TRY(admit(c, sql, binds));
	enum err e = c->db->driver->run(c, sql, binds, &n);
	if (changed)
		*changed = n;
	return e;
}

enum err conn_int(struct conn *c, const char *sql, const struct val *binds, int64_t *out)
{
	struct rows *r;
	bool more = false;
	TRY(conn_query(c, sql, binds, &r));
	enum err e = rows_next(r, &more);
	if (!e && more)
		*out = rows_int(r, 0);
	rows_close(r);
	return e ? e : more ? OK : E_NOT_FOUND;
}

enum err conn_lock(struct conn *c, int64_t key)
{
	TRY(admit(c, NULL, NULL));
	return c->db->driver->lock(c, key);
}

static enum err run_one(void *arg, const char *sql)
{
	struct conn *c = arg;
	TRY(admit(c, sql, NULL));
	return c->db->driver->exec(c, sql);
}

enum err conn_script(struct conn *c, const char *sql)
{
	c->script = true;
	enum err e = script_each(sql, conn_is_postgres(c), run_one, c);
	c->script = false;
	return e;
}

/* ---- rows --------------------------------------------------------------------------------- */

void rows_open(struct rows *r, struct conn *c, int columns)
{
	r->conn = c;
	r->columns = columns;
	r->next = c->open;
	if (c->open)
		c->open->prev = r;
	c->open = r;
}

struct arena *rows_arena(struct rows *r)
{
	if (!r->arena)
		r->arena = arena_new();
	return r->arena;
}

void rows_close(struct rows *r)
{
	if (!r)
		return;
	if (r->prev)
		r->prev->next = r->next;
	else
		r->conn->open = r->next;
	if (r->next)
		r->next->prev = r->prev;
	arena_free(r->arena);
	r->arena = NULL;
	r->conn->db->driver->close_rows(r);
}

enum err rows_next(struct rows *r, bool *more)
{
	*more = false;
	return r->conn->db->driver->next(r, more);
}

int rows_columns(const struct rows *r)
{
	return r->columns;
}

const char *rows_name(const struct rows *r, int column)
{
	if (column < 0 || column >= r->columns)
		return "";
	const char *name = r->conn->db->driver->name(r, column);
	char *low = arena_dup(rows_arena((struct rows *)(uintptr_t)r), name);
	for (char *p = low; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return low;
}

int rows_find(const struct rows *r, const char *name)
{
	for (int i = 0; i < r->columns; i++)
		if (strcasecmp(r->conn->db->driver->name(r, i), name) == 0)
			return i;
	return -1;
}

int64_t rows_int(struct rows *r, int column)
{
	if (column < 0 || column >= r->columns)
		return 0;
	return r->conn->db->driver->integer(r, column);
}

const char *rows_text(struct rows *r, int column)
{
	if (column < 0 || column >= r->columns)
		return "";
	return r->conn->db->driver->text(r, column);
}

bool rows_null(struct rows *r, int column)
{
	return column < 0 || column >= r->columns || r->conn->db->driver->null(r, column);
}
