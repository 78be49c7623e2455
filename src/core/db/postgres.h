/* Private to the db room: a connection to PostgreSQL. */
#ifndef CORE_DB_POSTGRES_H
#define CORE_DB_POSTGRES_H

#include <libpq-fe.h>

#include "core/db/driver.h"

struct pg {
	struct conn base;
	PGconn *h;
	struct cache *cache;
	unsigned prepared; /* numbers the names of prepared statements */
	char xid[24];	   /* of the writing transaction: tells whether a lost COMMIT arrived */
};

static inline struct pg *pg(struct conn *c)
{
	return (struct pg *)c;
}

/* What the server, or libpq, says of the last call; frees res (NULL is fine). sql may be NULL. */
enum err pg_fail(struct pg *p, PGresult *res, const char *sql);
bool pg_good(const PGresult *res);
enum err pg_exec(struct conn *c, const char *sql);

/* ---- postgres_link.c ---------------------------------------------------------------------- */
enum err pg_open(struct db *db, struct fault *why);
void pg_close(struct db *db);
enum err pg_connect(struct db *db, bool writing, struct conn **out, struct fault *why);
void pg_disconnect(struct conn *c);

/* ---- postgres_write.c --------------------------------------------------------------------- */
enum err pg_begin_read(struct conn *c);
void pg_end_read(struct conn *c);
enum err pg_write(struct db *db, db_work *work, void *arg, struct fault *why);

#endif
