/* A database with the ledger's schema, a store and keys, in a folder of their own; and the hand of
 * somebody who changes the database from outside. For the tests of the ledger and its bench.
 *
 * SQLite, or PostgreSQL in a schema of its own when pg is set: the URL comes from SHIAN_TEST_PG. */
#ifndef CORE_LEDGER_TEST_FIXTURE_H
#define CORE_LEDGER_TEST_FIXTURE_H

#include "core/ledger/ledger.h"
#include "core/ledger/store.h"

struct fixture {
	struct arena *a;
	char *dir, *keys, *schema; /* schema: PostgreSQL, else NULL */
	const char *url;
	void *outsider; /* PGconn of whoever works past the program */
	struct db *db;
	struct store *store;
	struct signer *signer;
	bool steady;		 /* its triggers are never changed but by tamper() */
	const char *triggers[2]; /* of a steady one: that drop them, that make them */
};

bool fixture_has_postgres(void); /* SHIAN_TEST_PG is set and not empty */
/* Ends the process when anything of it fails. */
struct fixture *fixture_new(bool pg);
void fixture_free(struct fixture *f);
/* SQLite only. Lets go of the files, so that they can be copied; then free is all that may be done
 * with it. */
void fixture_close(struct fixture *f);
struct fixture *fixture_copy(const struct fixture *closed);

/* One fact in a transaction of its own; returns its seq. Witnesses row id of table "things" unless
 * id is 0. */
int64_t fixture_fact(struct fixture *f, const char *name, int64_t id, const struct digest *row);
void fixture_facts(struct fixture *f, int n); /* "thing.done", 100 a transaction */
void fixture_head(struct fixture *f);

/* SQL past the program, several statements; and its one value as text. */
void outside(struct fixture *f, const char *sql);
char *outside_value(struct fixture *f, const char *sql);
bool outside_refused(struct fixture *f, const char *sql);
/* Takes the triggers off, runs sql, puts them back as they were. */
void tamper(struct fixture *f, const char *sql);
/* The same, and then digests, chain, tree and state are computed anew, so that they fit again; the
 * heads stay as they are. */
void tamper_patiently(struct fixture *f, const char *sql);

#endif
