#include "core/db/driver.h"

#include <openssl/evp.h>
#include <string.h>

static const int64_t migrate_key = 7203001; /* of conn_lock(): one process migrates at a time */

static const char create_table[] =
	"CREATE TABLE IF NOT EXISTS schema_migrations ("
	" room text NOT NULL, name text NOT NULL, digest text NOT NULL, at bigint NOT NULL,"
	" PRIMARY KEY (room, name)) STRICT";

struct step {
	const struct migration *m;
	struct fault *why;
	char digest[65]; /* SHA-256 of the text that runs on this database */
	bool done;
};

static const char *text_for(const struct db *db, const struct migration *m)
{
	return db_is_postgres(db) && m->sql_pg ? m->sql_pg : m->sql;
}

static enum err digest(const char *text, char out[65], struct fault *why)
{
	unsigned char sum[32];
	unsigned n = 0;
	if (!EVP_Digest(text, strlen(text), sum, &n, EVP_sha256(), NULL) || n != sizeof sum)
		return fault(why, E_INTERNAL, "SHA-256 is not available");
	hex_encode(out, sum, n);
	return OK;
}

/* Sets s->done when this migration has run; E_CONFLICT when another text has. */
static enum err look(struct conn *c, struct step *s)
{
	struct rows *r;
	bool more = false;
	TRY(conn_query(c, "SELECT digest FROM schema_migrations WHERE room = $1 AND name = $2",
		BINDS(s->m->room, s->m->name), &r));
	enum err e = rows_next(r, &more);
	s->done = more;
	if (!e && more && !text_is(rows_text(r, 0), s->digest))
		e = fault(s->why, E_CONFLICT,
			"migration %s/%s has already run and was changed afterwards (%.12s, now "
			"%.12s):"
			" write a new one instead",
			s->m->room, s->m->name, rows_text(r, 0), s->digest);
	rows_close(r);
	return e;
}

static enum err prepare_table(struct conn *c, void *arg)
{
	(void)arg;
	TRY(conn_lock(c, migrate_key));
	return conn_script(c, create_table);
}

static enum err run_step(struct conn *c, void *arg)
{
	struct step *s = arg;
	TRY(conn_lock(c, migrate_key));
	TRY(look(c, s)); /* another process may just have done it */
	if (s->done)
		return OK;
	if (conn_is_postgres(c)) /* an index over years of rows takes its time */
		TRY(conn_script(c, "SET LOCAL statement_timeout = 0"));
	enum err e = conn_script(c, text_for(conn_db(c), s->m));
	if (e)
		return fault(s->why, e, "migration %s/%s: %s", s->m->room, s->m->name,
			conn_fault(c)->text);
	return conn_run(c,
		"INSERT INTO schema_migrations (room, name, digest, at) VALUES ($1, $2, $3, $4)",
		BINDS(s->m->room, s->m->name, s->digest, clock_now()), NULL);
}

/* A usual start finds everything done, without waiting for the writers. */
static enum err look_only(struct db *db, struct step *s)
{
	struct conn *c;
	TRY(db_read_begin(db, &c, s->why));
	enum err e = look(c, s);
	if (e && e != E_CONFLICT)
		e = fault(s->why, e, "%s", conn_fault(c)->text);
	db_read_end(c);
	return e;
}

enum err db_migrate(struct db *db, const struct migration *all, size_t n, struct fault *why)
{
	TRY(db_write(db, prepare_table, NULL, why));
	for (size_t i = 0; i < n; i++) {
		struct fault reason = { .code = OK };
		struct step s = { .m = &all[i], .why = &reason };
		enum err e = digest(text_for(db, &all[i]), s.digest, &reason);
		if (!e)
			e = look_only(db, &s);
		if (!e && !s.done) {
			struct fault undone = { .code = OK };
			e = db_write(db, run_step, &s, &undone);
			if (e && !reason.text[0])
				reason = undone;
			if (!e && !s.done)
				log_event(LOG_INFO, "db.migrated", "room", all[i].room, "name",
					all[i].name, NULL);
		}
		if (e)
			return fault(why, e, "%s", reason.text);
	}
	return OK;
}
