/* PostgreSQL: transactions. A writing one is run again after a lost race or a lost connection, as
 * long as it is certain that it did not commit. */
#include "core/db/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ATTEMPTS = 5, ASK_TIMES = 50, ASK_EVERY_US = 100000 };

static bool in_transaction(const struct pg *p)
{
	return PQtransactionStatus(p->h) == PQTRANS_INTRANS;
}

enum err pg_begin_read(struct conn *c)
{
	return pg_exec(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

static void roll_back(struct conn *c)
{
	if (PQstatus(pg(c)->h) == CONNECTION_OK && PQtransactionStatus(pg(c)->h) == PQTRANS_IDLE)
		return;
	if (pg_exec(c, "ROLLBACK") != OK)
		c->broken = true;
}

void pg_end_read(struct conn *c)
{
	if (!c->broken)
		roll_back(c);
}

/* ---- writing ------------------------------------------------------------------------------ */

/* The id of the transaction comes with the same round trip, for ask_outcome(). */
static enum err begin(struct pg *p)
{
	PGresult *res = PQexec(p->h,
		"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_current_xact_id()");
	if (!pg_good(res) || PQntuples(res) != 1)
		return pg_fail(p, res, "BEGIN");
	snprintf(p->xid, sizeof p->xid, "%s", PQgetvalue(res, 0, 0));
	PQclear(res);
	return OK;
}

/* Asks a connection of its own what became of a transaction: true when it is known. */
static bool asked(struct db *db, const char *xid, bool *committed)
{
	struct conn *c = NULL;
	if (db->driver->connect(db, true, &c, NULL) != OK)
		return false;
	const char *const values[] = { xid };
	PGresult *res =
		PQexecParams(pg(c)->h, "SELECT pg_xact_status(CAST(CAST($1 AS text) AS xid8))", 1,
			NULL, values, NULL, NULL, 0);
	bool known = false;
	if (pg_good(res) && PQntuples(res) == 1) {
		const char *status = PQgetvalue(res, 0, 0); /* "" when long forgotten */
		*committed = text_is(status, "committed");
		known = *committed || text_is(status, "aborted");
	} else if (PQstatus(pg(c)->h) == CONNECTION_OK) {
		/* a new primary has never heard of it: it was not replicated, so it is not there */
		const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
		*committed = false;
		known = text_is(state, "22023");
	}
	PQclear(res);
	pg_disconnect(c);
	return known;
}

/* The connection broke in COMMIT: it may have arrived. Nobody is told "busy" for what is on disk.
 */
static enum err ask_outcome(struct conn *c)
{
	bool committed = false;
	for (int i = 0; i < ASK_TIMES; i++) {
		if (asked(c->db, pg(c)->xid, &committed)) {
			c->again = !committed;
			return committed ? OK : E_BUSY;
		}
		pause_us(ASK_EVERY_US);
	}
	c->again = false;
	log_event(LOG_ERROR, "db.outcome_unknown", "transaction", pg(c)->xid, NULL);
	return conn_fail(c, E_BUSY,
		"the database was lost while it committed; whether transaction %s is there is not "
		"known",
		pg(c)->xid);
}

static enum err commit(struct conn *c)
{
	struct pg *p = pg(c);
	if (!in_transaction(p))
		return conn_fail(c, E_INTERNAL, "the work ended its transaction itself");
	die_here(c);
	PGresult *res = PQexec(p->h, "COMMIT");
	die_here(c);
	if (pg_good(res) && text_is(PQcmdStatus(res), "COMMIT")) {
		PQclear(res);
		return OK;
	}
	enum err e = pg_fail(p, res, "COMMIT");
	return PQstatus(p->h) == CONNECTION_OK ? e : ask_outcome(c);
}

static enum err attempt(struct db *db, db_work *work, void *arg, struct fault *why, bool *again)
{
	struct conn *c = NULL;
	*again = false;
	TRY(pool_take(db, &db->writers, &c, why));
	enum err e = begin(pg(c));
	if (!e) {
		e = work(c, arg);
		conn_close_rows(c);
	}
	e = work_result(c, e, why);
	if (!e) {
		e = commit(c);
		if (e)
			(void)fault(why, e, "%s", c->why.text);
	}
	if (e && !c->broken)
		roll_back(c);
	*again = e && c->again;
	pool_give(db, &db->writers, c);
	return *again ? E_BUSY : e;
}

enum err pg_write(struct db *db, db_work *work, void *arg, struct fault *why)
{
	for (int i = 1;; i++) {
		bool again;
		enum err e = attempt(db, work, arg, why, &again);
		if (!again || i == ATTEMPTS)
			return e;
		uint8_t chance;
		random_bytes(&chance, 1);
		pause_us((int64_t)chance * 40 *
			 i); /* up to 10 ms more each time: let the other finish */
		if (why)
			*why = (struct fault){ .code = OK };
	}
}
