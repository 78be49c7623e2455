/* Private to the db room: a connection of SQLite, and its transactions as group commit (batch.c)
 * drives them. */
#ifndef CORE_DB_SQLITE_H
#define CORE_DB_SQLITE_H

#include <sqlite3.h>

#include "core/db/driver.h"

struct lite {
	struct conn base;
	sqlite3 *h;
	struct cache *cache;
	int64_t busy_until; /* clock_mono: until then a locked file is waited for */
	int64_t stop_at;    /* clock_mono: a statement that runs longer is stopped; 0 never */
	bool own;	    /* a statement of this file runs: PRAGMA, BEGIN, COMMIT are allowed */
	enum err refused;   /* what the authorizer means its refusal to be */
};

static inline struct lite *lite(struct conn *c)
{
	return (struct lite *)c;
}

enum err lite_meaning(const struct lite *l, int rc);
enum err lite_fail(struct lite *l, const char *sql); /* what SQLite says of the last call */

/* ---- the driver --------------------------------------------------------------------------- */
enum err lite_open(struct db *db, struct fault *why);
void lite_close(struct db *db);
enum err lite_connect(struct db *db, bool writing, struct conn **out, struct fault *why);
void lite_disconnect(struct conn *c);
enum err lite_begin_read(struct conn *c);
void lite_end_read(struct conn *c);
enum err lite_run(struct conn *c, const char *sql, const struct val *b, int64_t *changed);

/* ---- the writer --------------------------------------------------------------------------- */

/* Waits for other processes until the deadline (clock_mono). */
enum err sqlite_begin_write(struct conn *c, int64_t deadline);
enum err sqlite_commit(struct conn *c);
void sqlite_rollback(struct conn *c);
enum err sqlite_mark(struct conn *c); /* the savepoint of a work */
enum err sqlite_keep(struct conn *c); /* E_CONFLICT when a deferred foreign key is still broken */
enum err sqlite_undo(
	struct conn *c); /* fails when SQLite has already undone the whole transaction */

/* Group commit. */
enum err batch_open(struct db *db, struct fault *why);
void batch_close(struct db *db);
enum err batch_write(struct db *db, db_work *work, void *arg, struct fault *why);

#endif
