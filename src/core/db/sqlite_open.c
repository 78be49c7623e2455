/* SQLite: connections, their settings and walls, transactions. Statements are in sqlite.c. */
#include "core/db/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- errors ------------------------------------------------------------------------------- */

enum err lite_meaning(const struct lite *l, int rc)
{
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT: /* a wrong type is a mistake of ours, as it is on PostgreSQL */
		return rc == SQLITE_CONSTRAINT_DATATYPE ? E_INTERNAL : E_CONFLICT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_NOMEM:
	case SQLITE_INTERRUPT:
	case SQLITE_PROTOCOL:
		return E_BUSY;
	case SQLITE_AUTH:
		return l->refused ? l->refused : E_INTERNAL;
	default:
		return E_INTERNAL;
	}
}

enum err lite_fail(struct lite *l, const char *sql)
{
	int rc = sqlite3_extended_errcode(l->h);
	enum err e = lite_meaning(l, rc);
	if ((rc & 0xff) == SQLITE_AUTH && e == E_CONFLICT)
		return conn_fail(&l->base, e, "the ledger is only ever added to: %.200s", sql);
	if (e == E_INTERNAL)
		return conn_fail(&l->base, e, "%s in: %.200s", sqlite3_errmsg(l->h), sql);
	return conn_fail(&l->base, e, "%s", sqlite3_errmsg(l->h));
}

/* ---- the walls ---------------------------------------------------------------------------- */

static bool ledger_table(const char *name)
{
	return text_is(name, "ledger") || text_starts(name, "ledger_");
}

static int refuse(struct lite *l, enum err e)
{
	l->refused = e;
	return SQLITE_DENY;
}

/* The triggers of the ledger are the first wall against changing it, this is the second: no
 * statement that could is even prepared. The file it belongs to, its settings and its transactions
 * are ours alone. */
static int authorize(void *ctx, int action, const char *a, const char *b, const char *database,
	const char *trigger)
{
	struct lite *l = ctx;
	(void)database, (void)trigger;
	switch (action) {
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
		return refuse(l, E_INTERNAL);
	case SQLITE_PRAGMA:
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		return l->own ? SQLITE_OK : refuse(l, E_INTERNAL);
	case SQLITE_UPDATE:
		if (ledger_table(a) && !text_is(a, "ledger_state"))
			return refuse(l, E_CONFLICT);
		return SQLITE_OK;
	case SQLITE_DELETE:
		return ledger_table(a) && !l->base.script ? refuse(l, E_CONFLICT) : SQLITE_OK;
	case SQLITE_DROP_TABLE:
		return ledger_table(a) && !l->base.script ? refuse(l, E_CONFLICT) : SQLITE_OK;
	case SQLITE_DROP_TRIGGER:
	case SQLITE_ALTER_TABLE:
		return ledger_table(b) && !l->base.script ? refuse(l, E_CONFLICT) : SQLITE_OK;
	default:
		return SQLITE_OK;
	}
}

static int while_busy(void *ctx, int times)
{
	struct lite *l = ctx;
	if (clock_mono() >= l->busy_until)
		return 0;
	pause_us(times < 4 ? 100 : 500);
	return 1;
}

static int still_in_time(void *ctx)
{
	struct lite *l = ctx;
	return l->stop_at && clock_mono() > l->stop_at;
}

/* ---- opening ------------------------------------------------------------------------------ */

static int own_exec(struct lite *l, const char *sql)
{
	l->own = true;
	int rc = sqlite3_exec(l->h, sql, NULL, NULL, NULL);
	l->own = false;
	return rc;
}

static int configure(struct lite *l)
{
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL); /* "x" is a name, never text */
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(l->h, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_busy_handler(l->h, while_busy, l);
	sqlite3_progress_handler(l->h, 100000, still_in_time, l);
	sqlite3_set_authorizer(l->h, authorize, l);
	l->busy_until = clock_mono() + WAIT_MS;
	/* LIKE minds the case, as on PostgreSQL. No mmap: a read error would be a signal, not an
	 * error. */
	int rc = own_exec(l,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
		"PRAGMA case_sensitive_like=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
		"PRAGMA cell_size_check=ON; PRAGMA journal_size_limit=67108864;"
		"PRAGMA cache_size=-16000");
	if (rc == SQLITE_OK && !l->base.writing)
		rc = own_exec(l, "PRAGMA query_only=ON");
	return rc;
}

static void drop_statement(void *handle)
{
	sqlite3_finalize(handle);
}

void lite_disconnect(struct conn *c)
{
	struct lite *l = lite(c);
	cache_free(l->cache);
	sqlite3_close(l->h);
	free(l);
}

enum err lite_connect(struct db *db, bool writing, struct conn **out, struct fault *why)
{
	struct lite *l = calloc(1, sizeof *l);
	if (!l)
		abort();
	l->base.db = db;
	l->base.writing = writing;
	l->cache = cache_new(drop_statement);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int rc = sqlite3_open_v2(db->path, &l->h, flags, NULL);
	int64_t deadline = clock_mono() + WAIT_MS;
	if (rc == SQLITE_OK)
		rc = configure(l);
	/* while another process turns a new file to WAL, SQLite does not wait but gives up */
	while ((rc & 0xff) == SQLITE_BUSY && clock_mono() < deadline) {
		pause_us(1000);
		rc = configure(l);
	}
	if (rc != SQLITE_OK) {
		enum err e = fault(why, lite_meaning(l, rc), "%s: %s", db->path,
			l->h ? sqlite3_errmsg(l->h) : sqlite3_errstr(rc));
		lite_disconnect(&l->base);
		return e;
	}
	*out = &l->base;
	return OK;
}

/* The file is made here and not by SQLite, so that nobody else may ever read it. */
enum err lite_open(struct db *db, struct fault *why)
{
	int fd = open(db->path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0) {
		int no = errno;
		char text[128] = "";
		return fault(why, E_INTERNAL, "%s: cannot open the database: %s", db->path,
			strerror_r(no, text, sizeof text));
	}
	close(fd);
	return batch_open(db, why);
}

void lite_close(struct db *db)
{
	batch_close(db);
}

/* ---- transactions ------------------------------------------------------------------------- */

static enum err control(struct conn *c, const char *sql)
{
	struct lite *l = lite(c);
	int64_t ignored;
	l->own = true;
	enum err e = lite_run(c, sql, NULL, &ignored);
	l->own = false;
	return e;
}

enum err lite_begin_read(struct conn *c)
{
	return control(c, "BEGIN");
}

void lite_end_read(struct conn *c)
{
	if (sqlite3_get_autocommit(lite(c)->h))
		return;
	if (control(c, "ROLLBACK") != OK)
		c->broken = true;
}

enum err sqlite_begin_write(struct conn *c, int64_t deadline)
{
	conn_fresh(c, true);
	lite(c)->busy_until = deadline;
	return control(c, "BEGIN IMMEDIATE");
}

enum err sqlite_commit(struct conn *c)
{
	conn_fresh(c, true);
	die_here(c);
	enum err e = control(c, "COMMIT");
	die_here(c);
	return e;
}

void sqlite_rollback(struct conn *c)
{
	conn_fresh(c, true);
	if (!sqlite3_get_autocommit(lite(c)->h) && control(c, "ROLLBACK") != OK)
		c->broken = true;
	conn_fresh(c, true);
}

enum err sqlite_mark(struct conn *c)
{
	conn_fresh(c, true);
	return control(c, "SAVEPOINT work");
}

enum err sqlite_keep(struct conn *c)
{
	int unresolved = 0, highest = 0;
	sqlite3_db_status(lite(c)->h, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0);
	if (unresolved) /* would make the commit of the whole batch fail */
		return conn_fail(c, E_CONFLICT, "FOREIGN KEY constraint failed (deferred)");
	return control(c, "RELEASE work");
}

enum err sqlite_undo(struct conn *c)
{
	if (sqlite3_get_autocommit(lite(c)->h))
		return E_BUSY;
	TRY(control(c, "ROLLBACK TO work"));
	return control(c, "RELEASE work");
}
