/* PostgreSQL: connecting, and what a session is set to. */
#include "core/db/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void no_notices(void *arg, const PGresult *res)
{
	(void)arg, (void)res;
}

/* Reading wants the primary too, so that a page shows what its reader just changed; but when there
 * is none, any server will do. A URL that names its own target_session_attrs is followed. */
static PGconn *link_to(const struct db *db, const char *target)
{
	const char *const keys[] = { "connect_timeout", "application_name", "target_session_attrs",
		"keepalives_idle", "dbname", "client_encoding", NULL };
	const char *const values[] = { "5", "shian", target, "30", db->url, "UTF8", NULL };
	return PQconnectdbParams(keys, values, 1); /* later ones win; dbname is expanded */
}

static PGconn *link_for(const struct db *db, bool writing)
{
	PGconn *h = link_to(db, "read-write");
	if (writing || PQstatus(h) == CONNECTION_OK)
		return h;
	PQfinish(h);
	return link_to(db, "any");
}

static enum err session(struct conn *c)
{
	TRY(pg_exec(c, "SET client_min_messages = error; SET statement_timeout = '30s';"
		       "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '5min';"
		       "SET standard_conforming_strings = on;"
		       /* short statements by keys on disks without an arm */
		       "SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0;"
		       "SET jit = off"));
	if (!c->db->schema)
		return OK;
	char sql[128];
	snprintf(sql, sizeof sql, "SET search_path = \"%.63s\"", c->db->schema);
	return pg_exec(c, sql);
}

static enum err unfit(const PGconn *h, struct fault *why)
{
	const char *encoding = PQparameterStatus(h, "server_encoding");
	if (PQserverVersion(h) < 130000)
		return fault(why, E_INTERNAL, "PostgreSQL 13 or later is needed");
	if (!text_is(encoding, "UTF8"))
		return fault(
			why, E_INTERNAL, "the database is in %s, it must be in UTF8", encoding);
	return OK;
}

static enum err cannot_connect(PGconn *h, struct fault *why)
{
	char text[400];
	snprintf(text, sizeof text, "%s", PQerrorMessage(h));
	text[strcspn(text, "\n")] = '\0';
	return fault(why, E_BUSY, "cannot connect to the database: %s", text);
}

enum err pg_connect(struct db *db, bool writing, struct conn **out, struct fault *why)
{
	PGconn *h = link_for(db, writing);
	enum err e = PQstatus(h) == CONNECTION_OK ? unfit(h, why) : cannot_connect(h, why);
	if (e) {
		PQfinish(h);
		return e;
	}
	PQsetNoticeReceiver(h, no_notices, NULL);
	struct pg *p = calloc(1, sizeof *p);
	if (!p)
		abort();
	p->base.db = db;
	p->base.writing = writing;
	p->h = h;
	p->cache = cache_new(free);
	e = session(&p->base);
	if (e) {
		e = fault(why, e, "%s", p->base.why.text);
		pg_disconnect(&p->base);
		return e;
	}
	*out = &p->base;
	return OK;
}

void pg_disconnect(struct conn *c)
{
	cache_free(pg(c)->cache);
	PQfinish(pg(c)->h);
	free(c);
}

/* ---- opening ------------------------------------------------------------------------------ */

static bool schema_name_good(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
	return n > 0 && n < 64 && s[n] == '\0';
}

static enum err make_schema(struct conn *c, const char *schema)
{
	char sql[128];
	snprintf(sql, sizeof sql, "CREATE SCHEMA IF NOT EXISTS \"%.63s\"", schema);
	/* two processes may come at once, and IF NOT EXISTS does not keep the second from failing
	 */
	TRY(pg_exec(c, "BEGIN; SELECT pg_advisory_xact_lock(7203)"));
	TRY(pg_exec(c, sql));
	return pg_exec(c, "COMMIT");
}

/* Text must sort by its bytes, as on SQLite; a database made otherwise works, but lists differ. */
static void note_collation(struct conn *c)
{
	PGresult *res = PQexec(
		pg(c)->h, "SELECT datcollate FROM pg_database WHERE datname = current_database()");
	const char *name = pg_good(res) && PQntuples(res) == 1 ? PQgetvalue(res, 0, 0) : "C";
	if (!text_is(name, "C") && !text_is(name, "POSIX") && !text_starts(name, "C."))
		log_event(LOG_WARN, "db.collation", "collation", name, "wanted", "C", NULL);
	PQclear(res);
}

enum err pg_open(struct db *db, struct fault *why)
{
	struct conn *c = NULL;
	if (db->schema && !schema_name_good(db->schema))
		return fault(
			why, E_INVALID, "\"%.80s\" cannot be the name of a schema", db->schema);
	TRY(pool_take(db, &db->writers, &c, why));
	enum err e = db->schema ? make_schema(c, db->schema) : OK;
	if (e) {
		e = fault(why, e, "%s", c->why.text);
		c->broken = true;
	} else {
		note_collation(c);
	}
	pool_give(db, &db->writers, c);
	return e;
}

void pg_close(struct db *db)
{
	(void)db;
}
