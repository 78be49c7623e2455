/* One database behind two drivers: SQLite (a file in the data folder) and PostgreSQL 15, with one
 * SQL text.
 *
 * The common SQL: $1..$12 placeholders, bound by name; tables STRICT on SQLite; ids bigint made by
 * the application (id_new); times bigint ms UTC; booleans smallint 0/1; CAST(x AS bigint), never
 * ::; lower(x) LIKE; RETURNING, ON CONFLICT DO UPDATE/NOTHING, CTEs, window functions, partial
 * indexes are fine. Keep out: JSON functions, group_concat/string_agg, max(a,b)/greatest, date
 * functions, FOR UPDATE, autoincrement. On PostgreSQL a number is bound as bigint and text as text:
 * what wants int says CAST($1 AS integer). The text of a statement should be a literal: statements
 * are cached by it.
 *
 * - Reading: a connection of its own per reading request, one snapshot from begin to end,
 *   physically unable to write (query_only / READ ONLY transaction).
 * - Writing: db_write() runs the work in a transaction and returns only when it is durable.
 *   SQLite: works run one after another on the one writer connection, each in a savepoint of the
 *   current batch; when none waits the batch is committed with full sync, and only then all of the
 *   batch return (group commit). PostgreSQL: each work is a READ COMMITTED transaction on a pooled
 *   connection, run again (up to 5 times) after a deadlock, a serialization failure or a lost
 *   connection, so work must not keep memory of an earlier run.
 *   A work that returns an error leaves nothing behind.
 * - Threads: struct db is shared by all threads; a struct conn belongs to one thread between begin
 *   and end. A work may be run by another thread that waits in db_write() too: whatever it needs
 *   comes through arg, nothing from thread-local variables. db_write() inside a work ends the
 *   process; reading connections may be used there.
 * - A real number in a result is an error: a sum beyond 63 bits, or a mistake.
 */
#ifndef CORE_DB_H
#define CORE_DB_H

#include "core/base/base.h"
#include "core/base/val.h"

struct db;
struct conn;
struct rows;

struct db_options {
	const char *path; /* SQLite file; ":memory:" is not supported (readers could not see it) */
	const char *url;  /* postgresql://… or NULL for SQLite */
	const char *schema; /* PostgreSQL: search_path of the tests; NULL for the default */
	int readers;	    /* connections for reading, opened when first needed; 0 gives 8 */
};

enum err db_open(const struct db_options *o, struct db **out, struct fault *why);
void db_close(struct db *db);
bool db_is_postgres(const struct db *db);

/* ---- reading ------------------------------------------------------------------------------ */
enum err db_read_begin(
	struct db *db, struct conn **out, struct fault *why); /* waits for a free reader */
void db_read_end(struct conn *c);			      /* NULL is fine */

/* ---- writing ------------------------------------------------------------------------------ */
typedef enum err db_work(struct conn *c, void *arg);
/* Runs work, then commits durably. Returns work's error after undoing it, E_BUSY with a reason when
 * the commit itself failed (disk full, connection lost: nothing of it stays), OK when it is on
 * disk. why is cleared first; a work that returns its own error may write its reason there. */
enum err db_write(struct db *db, db_work *work, void *arg, struct fault *why);

/* ---- statements ---------------------------------------------------------------------------
 * Errors: E_CONFLICT for a broken constraint (unique, foreign key, check), E_BUSY for what may be
 * tried again, E_INTERNAL otherwise; the reason is in conn_fault(). After an error inside a write
 * the whole work is doomed: db_write() undoes it even if work returns OK. */
enum err conn_query(struct conn *c, const char *sql, const struct val *binds, struct rows **out);
enum err rows_next(struct rows *r, bool *more);
int rows_columns(const struct rows *r);
const char *rows_name(const struct rows *r, int column);
int rows_find(const struct rows *r, const char *name); /* -1 when absent */
int64_t rows_int(struct rows *r, int column);	       /* NULL is 0 */
const char *rows_text(
	struct rows *r, int column); /* NULL is ""; valid until rows_next/rows_close */
bool rows_null(struct rows *r, int column);
void rows_close(struct rows *r); /* NULL is fine; what a handler forgets is closed at the end */

enum err conn_run(struct conn *c, const char *sql, const struct val *binds,
	int64_t *changed); /* changed may be NULL */
enum err conn_int(struct conn *c, const char *sql, const struct val *binds,
	int64_t *out); /* E_NOT_FOUND without a row */
const struct fault *conn_fault(const struct conn *c);
struct db *conn_db(const struct conn *c);
bool conn_is_postgres(const struct conn *c);
bool conn_doomed(const struct conn *c);
/* Serialises the writers of one thing until the end of the transaction (pg_advisory_xact_lock; on
 * SQLite writers are serial already). */
enum err conn_lock(struct conn *c, int64_t key);

/* Sets of statements run once, in order, at start: a schema file, split at semicolons (not inside
 * quotes, comments or $$ bodies). */
enum err conn_script(struct conn *c, const char *sql);

/* ---- migrations ---------------------------------------------------------------------------
 * NNNN_name.sql per room, in order; NNNN_name.pg.sql replaces it on PostgreSQL. Each runs once, in
 * one transaction; its digest is recorded, and a changed file that has run already refuses the
 * start. */
struct migration {
	const char *room, *name; /* "cases", "0001_cases.sql" */
	const char *sql;
	const char *sql_pg; /* NULL: sql serves both */
};
enum err db_migrate(struct db *db, const struct migration *all, size_t n, struct fault *why);

/* ---- for tests and budgets ------------------------------------------------------------------ */
void db_fail_at(
	struct db *db, int64_t n); /* the nth statement of a write from now fails; 0: none */
/* Every write from now runs to its end, is then undone and answered E_BUSY: what may somebody do,
 * asked without doing it. */
void db_undo_writes(struct db *db, bool on);
/* The process is killed as by kill -9 before the nth statement from now that changes something;
 * COMMIT counts twice, before it and after it. (What only reads leaves nothing behind: to die
 * before it is to die before the next that writes.) 0: never. */
void db_die_at(struct db *db, int64_t n);
int64_t conn_statements(const struct conn *c); /* statements run since begin */

#endif
