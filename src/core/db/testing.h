/* For the tests of this room: a database of each kind, empty, gone afterwards. */
#ifndef CORE_DB_TESTING_H
#define CORE_DB_TESTING_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/db/db.h"

struct world {
	struct arena *arena;
	char *dir;
	struct db_options options;
	struct db *db;
};

/* The URL of a PostgreSQL for tests, or NULL. */
static inline const char *test_url(void)
{
	const char *url = getenv("SHIAN_TEST_PG");
	return url && *url ? url : NULL;
}

static inline void open_again(struct world *w)
{
	struct fault why = { .code = OK };
	db_close(w->db);
	enum err e = db_open(&w->options, &w->db, &why);
	if (e)
		fail_msg("%s", why.text);
}

static inline struct world *world_new(bool postgres)
{
	struct arena *a = arena_new();
	struct world *w = NEW(a, struct world);
	w->arena = a;
	w->dir = arena_dup(a, "/tmp/shian-db.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	if (postgres) {
		w->options.url = test_url();
		w->options.schema = arena_printf(a, "t%" PRId64, id_new());
	} else {
		w->options.path = arena_printf(a, "%s/shian.db", w->dir);
	}
	open_again(w);
	return w;
}

static inline enum err drop_schema(struct conn *c, void *arg)
{
	return conn_script(c, arg);
}

static inline void world_free(struct world *w)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-turn" };
	if (w->options.schema) {
		char *sql = arena_printf(w->arena, "DROP SCHEMA %s CASCADE", w->options.schema);
		assert_int_equal(db_write(w->db, drop_schema, sql, NULL), OK);
	}
	db_close(w->db);
	for (size_t i = 0; w->options.path && i < sizeof ends / sizeof *ends; i++)
		unlink(arena_printf(w->arena, "%s%s", w->options.path, ends[i]));
	assert_int_equal(rmdir(w->dir), 0);
	arena_free(w->arena);
}

/* Runs a test on SQLite, and on PostgreSQL when there is one. */
static inline void on_both(void (*test)(struct world *w))
{
	struct world *w = world_new(false);
	test(w);
	world_free(w);
	if (!test_url())
		return;
	w = world_new(true);
	test(w);
	world_free(w);
}

/* ---- tables that several tests use -------------------------------------------------------- */
static const char table_item[] =
	"CREATE TABLE item ("
	" id bigint NOT NULL PRIMARY KEY, code text NOT NULL UNIQUE,"
	" qty bigint NOT NULL CHECK (qty >= 0), ok smallint NOT NULL DEFAULT 1,"
	" note text) STRICT;"
	"CREATE TABLE part (id bigint NOT NULL PRIMARY KEY,"
	" item bigint NOT NULL REFERENCES item (id)) STRICT;"
	"CREATE TABLE late (id bigint NOT NULL PRIMARY KEY, item bigint NOT NULL"
	" REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED) STRICT";

static const char insert_item[] = "INSERT INTO item (id, code, qty) VALUES ($1, $2, $3)";

/* ---- small works -------------------------------------------------------------------------- */

struct job {
	const char *sql;
	const struct val *binds;
	struct arena *arena;
	char *answer; /* rows as "a|b|" one after another, NULL as "NULL|" */
	int64_t changed;
	bool script;
};

static inline char *all_rows(struct rows *r, struct arena *a, enum err *e)
{
	struct buf b = { .arena = a };
	bool more = true;
	while ((*e = rows_next(r, &more)) == OK && more)
		for (int i = 0; i < rows_columns(r); i++)
			buf_printf(&b, "%s|", rows_null(r, i) ? "NULL" : rows_text(r, i));
	return arena_dup(a, buf_text(&b));
}

static inline enum err job_work(struct conn *c, void *arg)
{
	struct job *j = arg;
	struct rows *r;
	if (j->script)
		return conn_script(c, j->sql);
	if (!j->arena)
		return conn_run(c, j->sql, j->binds, &j->changed);
	TRY(conn_query(c, j->sql, j->binds, &r));
	enum err e;
	j->answer = all_rows(r, j->arena, &e);
	rows_close(r);
	return e;
}

static inline void script(struct world *w, const char *sql)
{
	struct fault why;
	struct job j = { .sql = sql, .script = true };
	enum err e = db_write(w->db, job_work, &j, &why);
	if (e)
		fail_msg("%s: %s", sql, why.text);
}

static inline int64_t write_one(struct world *w, const char *sql, const struct val *binds)
{
	struct fault why;
	struct job j = { .sql = sql, .binds = binds };
	enum err e = db_write(w->db, job_work, &j, &why);
	if (e)
		fail_msg("%s: %s", sql, why.text);
	return j.changed;
}

static inline int64_t read_int(struct world *w, const char *sql, const struct val *binds)
{
	struct fault why;
	struct conn *c;
	int64_t v = -1;
	assert_int_equal(db_read_begin(w->db, &c, &why), OK);
	enum err e = conn_int(c, sql, binds, &v);
	if (e)
		fail_msg("%s: %s", sql, conn_fault(c)->text);
	db_read_end(c);
	return v;
}

#endif
