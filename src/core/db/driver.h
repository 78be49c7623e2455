/* Private to the db room: what a driver is, and what it shares with the common half.
 *
 * A driver reports an error with conn_fail(), which also dooms the connection until it is ended. */
#ifndef CORE_DB_DRIVER_H
#define CORE_DB_DRIVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "core/db/db.h"

enum { WAIT_MS = 10 * SECOND, STATEMENT_MS = 30 * SECOND };

struct conn {
	struct db *db;
	struct conn *next; /* in its pool, idle or active */
	pthread_t owner;   /* while active */
	bool writing;
	bool doomed; /* a statement failed; why says how */
	bool broken; /* not to be used again after this end */
	bool again;  /* the whole work may be tried again from its beginning */
	bool script; /* inside conn_script(): schema may change, no time limit */
	int64_t statements;
	struct rows *open;
	struct fault why;
};

struct rows {
	struct conn *conn;
	struct rows *prev, *next; /* open rows of the connection */
	struct arena *arena;	  /* made when first needed, freed by rows_close() */
	int columns;
};

struct driver {
	bool postgres;
	enum err (*open)(struct db *db, struct fault *why); /* checks, what is needed once */
	void (*close)(struct db *db);
	enum err (*connect)(struct db *db, bool writing, struct conn **out, struct fault *why);
	void (*disconnect)(struct conn *c);
	enum err (*begin_read)(struct conn *c);
	void (*end_read)(struct conn *c);
	enum err (*write)(struct db *db, db_work *work, void *arg, struct fault *why);
	enum err (*query)(struct conn *c, const char *sql, const struct val *b, struct rows **out);
	enum err (*run)(struct conn *c, const char *sql, const struct val *b, int64_t *changed);
	enum err (*exec)(struct conn *c, const char *sql); /* once: not cached, no values */
	enum err (*lock)(struct conn *c, int64_t key);
	enum err (*next)(struct rows *r, bool *more);
	void (*close_rows)(struct rows *r); /* frees r */
	const char *(*name)(const struct rows *r, int column);
	bool (*null)(struct rows *r, int column);
	int64_t (*integer)(struct rows *r, int column);
	const char *(*text)(struct rows *r, int column);
};

/* Connections of one kind: some idle, some active, the others not opened yet. */
struct pool {
	pthread_mutex_t m;
	pthread_cond_t freed; /* on the monotonic clock */
	struct conn *idle, *active;
	int open, max;
	bool writing;
};

struct db {
	const struct driver *driver;
	char *path, *url, *schema;
	struct pool readers, writers;
	void *own; /* the driver's */
	_Atomic int64_t fail_at, die_at;
	_Atomic bool undo;
};

extern const struct driver driver_sqlite, driver_postgres;

/* ---- for drivers -------------------------------------------------------------------------- */
enum err conn_fail(struct conn *c, enum err e, const char *fmt, ...) PRINTF(3, 4);
void conn_fresh(struct conn *c, bool writing); /* nothing failed, nothing run, nothing open */
void conn_close_rows(struct conn *c);
void rows_open(struct rows *r, struct conn *c, int columns);
struct arena *rows_arena(struct rows *r);
/* Before and after a COMMIT: see db_die_at(). */
void die_here(struct conn *c);

/* What db_write() answers for a work that ran to its end: its own error, or that of the doomed
 * conn. */
enum err work_result(const struct conn *c, enum err e, struct fault *why);

/* Waits up to WAIT_MS for a connection; opens one when fewer than max are. */
enum err pool_take(struct db *db, struct pool *p, struct conn **out, struct fault *why);
void pool_give(struct db *db, struct pool *p,
	struct conn *c); /* a broken one is closed, and the idle too */

_Noreturn void die_nested(void); /* db_write() inside a work */
void pause_us(int64_t us);
/* Deadline on the monotonic clock, ms from now, for pthread_cond_timedwait(). */
struct timespec monotonic_in(int64_t ms);
void cond_monotonic(pthread_cond_t *c);

/* ---- prepared statements of one connection, found by text and a signature of the values ---- */
struct cached {
	uint64_t hash;
	char *sql, *types;
	void *handle; /* the driver's */
	bool busy;    /* its rows are still open */
};
struct cache;
struct cache *cache_new(void (*drop)(void *handle));
void cache_free(struct cache *c);
struct cached *cache_find(struct cache *c, const char *sql, const char *types); /* or NULL */
/* NULL when there is no room: call cache_clear(), or do without. */
struct cached *cache_add(struct cache *c, const char *sql, const char *types, void *handle);
void cache_clear(struct cache *c); /* drops what is not busy */

/* ---- scripts ------------------------------------------------------------------------------ */
/* Calls run with one statement after another, written for the driver: for SQLite bigint and
 * smallint become INTEGER (STRICT tables know only that), for PostgreSQL the table options of
 * SQLite are left out. */
typedef enum err script_run(void *arg, const char *sql);
enum err script_each(const char *script, bool postgres, script_run *run, void *arg);

#endif
