#include "core/ledger/test_fixture.h"
#include "core/ledger/fact.h"
#include "core/ledger/merkle.h"
#include "core/ledger/state.h"

#include <libpq-fe.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SQL_MAX = 1 << 20, BATCH = 100 };

static void must(bool ok, const char *what, const char *why)
{
	if (ok)
		return;
	(void)fprintf(stderr, "fixture: %s: %s\n", what, why);
	abort();
}

/* ---- from outside ------------------------------------------------------------------------- */

static PGconn *outsider(struct fixture *f)
{
	if (f->outsider)
		return f->outsider;
	PGconn *c = PQconnectdb(f->url);
	must(PQstatus(c) == CONNECTION_OK, "connect", PQerrorMessage(c));
	PQclear(PQexec(
		c, arena_printf(f->a,
			   "SET client_min_messages = warning; SET synchronous_commit = off; "
			   "SET search_path = %s",
			   f->schema)));
	f->outsider = c;
	return c;
}

static bool pg_run(struct fixture *f, const char *sql, char **value, char **why)
{
	PGconn *c = outsider(f);
	PGresult *r = PQexec(c, sql);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
	if (ok && value && PQntuples(r) > 0)
		*value = arena_dup(f->a, PQgetvalue(r, 0, 0));
	*why = arena_dup(f->a, PQerrorMessage(c));
	PQclear(r);
	return ok;
}

struct first_value {
	struct arena *a;
	char **to;
};

static int keep_first(void *ctx, int n, char **text, char **names)
{
	struct first_value *v = ctx;
	(void)names;
	if (n > 0 && v->to && !*v->to)
		*v->to = arena_dup(v->a, text[0] ? text[0] : "");
	return 0;
}

static bool sqlite_run(struct fixture *f, const char *sql, char **value, char **why)
{
	sqlite3 *c = NULL;
	char *message = NULL;
	int rc = sqlite3_open(arena_printf(f->a, "%s/test.db", f->dir), &c);
	must(rc == SQLITE_OK, "open", "test.db");
	(void)sqlite3_busy_timeout(c, 10000);
	/* whoever tampers here does not need it to survive the machine */
	(void)sqlite3_exec(c, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	struct first_value v = { f->a, value };
	rc = sqlite3_exec(c, sql, keep_first, &v, &message);
	*why = arena_dup(f->a, message);
	sqlite3_free(message);
	(void)sqlite3_close(c);
	return rc == SQLITE_OK;
}

static bool run(struct fixture *f, const char *sql, char **value, char **why)
{
	return f->schema ? pg_run(f, sql, value, why) : sqlite_run(f, sql, value, why);
}

void outside(struct fixture *f, const char *sql)
{
	char *why = NULL;
	bool ok = run(f, sql, NULL, &why);
	must(ok, sql, why);
}

char *outside_value(struct fixture *f, const char *sql)
{
	char *why = NULL, *value = NULL;
	bool ok = run(f, sql, &value, &why);
	must(ok && value, sql, why);
	return value;
}

bool outside_refused(struct fixture *f, const char *sql)
{
	char *why = NULL;
	return !run(f, sql, NULL, &why) && strstr(why, "the ledger ");
}

/* All triggers as statements that drop them, or make them again. */
static char *triggers(struct fixture *f, bool make)
{
	return outside_value(f, make ? "SELECT group_concat(sql, ';') FROM sqlite_master"
				       " WHERE type = 'trigger'"
				     : "SELECT group_concat('DROP TRIGGER ' || name, ';')"
				       " FROM sqlite_master WHERE type = 'trigger'");
}

/* Of a steady fixture read once: it always has all of them. */
static const char *triggers_kept(struct fixture *f, bool make)
{
	if (!f->steady)
		return triggers(f, make);
	if (!f->triggers[make])
		f->triggers[make] = triggers(f, make);
	return f->triggers[make];
}

void tamper(struct fixture *f, const char *sql)
{
	static const char *const tables[] = { "ledger", "ledger_nodes", "ledger_state",
		"ledger_heads" };
	struct arena *a = arena_new();
	struct buf b = { .arena = a };
	for (int i = 0; f->schema && i < 4; i++)
		buf_printf(&b, "ALTER TABLE %s DISABLE TRIGGER ALL;", tables[i]);
	const char *made = f->schema ? "" : triggers_kept(f, true);
	if (!f->schema) /* one transaction: each statement would be synced by itself */
		buf_printf(&b, "BEGIN;%s;", triggers_kept(f, false));
	buf_printf(&b, "%s;", sql);
	for (int i = 0; f->schema && i < 4; i++)
		buf_printf(&b, "ALTER TABLE %s ENABLE TRIGGER ALL;", tables[i]);
	if (!f->schema)
		buf_printf(&b, "%s;COMMIT", made);
	outside(f, buf_text(&b));
	arena_free(a);
}

/* ---- the facts, and all that follows from them ------------------------------------------------
 */

static void add_sql(
	struct buf *b, int64_t seq, const struct digest *leaf, const struct digest *chain)
{
	buf_printf(b, "UPDATE ledger SET leaf = '%s', chain = '%s' WHERE seq = %" PRId64 ";",
		digest_hex(b->arena, leaf), digest_hex(b->arena, chain), seq);
}

static void recompute(struct conn *c, struct buf *b)
{
	struct rows *q = NULL;
	bool more = false;
	struct frontier tree = { 0 };
	struct digest chain = { 0 };
	struct buf bytes = { .arena = b->arena };

	must(!conn_query(c,
		     "SELECT seq, at, name, actor, actor_name, subject, entity, cause, data, rows"
		     " FROM ledger ORDER BY seq",
		     BINDS(), &q),
		"facts", "not read");
	buf_puts(b, "DELETE FROM ledger_nodes;");
	while (!rows_next(q, &more) && more) {
		struct fact_row r = { rows_int(q, 0), rows_int(q, 1), rows_int(q, 3),
			rows_int(q, 5), rows_int(q, 6), rows_int(q, 7), rows_text(q, 2),
			rows_text(q, 4), rows_text(q, 8), rows_text(q, 9) };
		struct merkle_closed closed;
		fact_bytes(&bytes, &r);
		struct digest leaf = sm3(bytes.s, bytes.n);
		chain = fact_chain(&chain, &leaf);
		frontier_add(&tree, &leaf, &closed);
		add_sql(b, r.seq, &leaf, &chain);
		for (int level = NODE_LEVEL; level < closed.levels; level++)
			buf_printf(b, "INSERT INTO ledger_nodes VALUES (%d, %d, '%s');", level,
				(int)(tree.size >> level) - 1,
				digest_hex(b->arena, &closed.at[level]));
	}
	rows_close(q);
	buf_printf(b,
		"UPDATE ledger_state SET size = %" PRId64 ", chain = '%s', frontier = '%s';"
		"UPDATE ledger_state SET last_at = (SELECT max(at) FROM (SELECT at FROM ledger "
		"UNION "
		"SELECT at FROM ledger_heads) AS x)",
		tree.size, digest_hex(b->arena, &chain), frontier_text(b->arena, &tree));
}

void tamper_patiently(struct fixture *f, const char *sql)
{
	struct conn *c = NULL;
	struct fault why = { 0 };
	struct buf b = { .arena = arena_new() };
	tamper(f, sql);
	must(!db_read_begin(f->db, &c, &why), "read", why.text);
	recompute(c, &b);
	db_read_end(c);
	tamper(f, buf_text(&b));
	arena_free(b.arena);
}

/* ---- begin and end ------------------------------------------------------------------------ */

/* The schema beside this file; SHIAN_SOURCE names the folder of the sources when they moved. */
static const char *schema_text(struct arena *a, const char *name)
{
	const char *root = getenv("SHIAN_SOURCE");
	const char *path = root ? arena_printf(a, "%s/src/core/ledger/schema/%s", root, name)
				: arena_printf(a, "%.*s/schema/%s",
					  (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__, name);
	struct bytes b = { 0 };
	struct fault why = { 0 };
	must(!file_read(a, path, SQL_MAX, &b, &why), path, why.text);
	return arena_copy(a, (const char *)b.at, b.n);
}

static void open_all(struct fixture *f)
{
	struct fault why = { 0 };
	struct db_options o = {
		.path = arena_printf(f->a, "%s/test.db", f->dir), .url = f->url, .schema = f->schema
	};
	must(!db_open(&o, &f->db, &why), "database", why.text);
	struct migration m[] = { { "ledger", "0001_ledger.sql",
					 schema_text(f->a, "0001_ledger.sql"),
					 schema_text(f->a, "0001_ledger.pg.sql") },
		{ "ledger", "0002_key_period.sql", schema_text(f->a, "0002_key_period.sql"),
			schema_text(f->a, "0002_key_period.pg.sql") } };
	must(!db_migrate(f->db, m, 2, &why), "schema", why.text);
	must(!store_open(f->dir, &f->store, &why), "store", why.text);
	must(!signer_open_local(f->keys, true, &f->signer, &why), "signer", why.text);
}

bool fixture_has_postgres(void)
{
	const char *url = getenv("SHIAN_TEST_PG");
	return url && *url;
}

static struct fixture *folder_new(void)
{
	struct arena *a = arena_new();
	struct fixture *f = NEW(a, struct fixture);
	f->a = a;
	f->dir = arena_dup(a, "/tmp/test-ledger-XXXXXX");
	must(mkdtemp(f->dir), "folder", f->dir);
	f->keys = arena_printf(a, "%s/keys", f->dir);
	return f;
}

struct fixture *fixture_new(bool pg)
{
	struct fixture *f = folder_new();
	struct arena *a = f->a;
	char *why = NULL;
	if (pg) {
		f->url = getenv("SHIAN_TEST_PG");
		must(f->url, "SHIAN_TEST_PG", "not set");
		f->schema = arena_printf(a, "ledger_%d", (int)getpid());
		(void)pg_run(f, arena_printf(a, "DROP SCHEMA IF EXISTS %s CASCADE", f->schema),
			NULL, &why);
		must(pg_run(f, arena_printf(a, "CREATE SCHEMA %s", f->schema), NULL, &why),
			"schema", why);
	}
	open_all(f);
	return f;
}

/* Not fork(): a process full of sanitizers takes long to copy. */
static void program(const char *const argv[])
{
	pid_t pid = 0;
	int status = 1;
	char *const *args = (char *const *)(uintptr_t)argv;
	must(posix_spawn(&pid, argv[0], NULL, NULL, args, environ) == 0, argv[0], "not started");
	(void)waitpid(pid, &status, 0);
	must(status == 0, argv[0], "failed");
}

void fixture_close(struct fixture *f)
{
	signer_close(f->signer);
	store_close(f->store);
	db_close(f->db);
	f->signer = NULL;
	f->store = NULL;
	f->db = NULL;
}

struct fixture *fixture_copy(const struct fixture *closed)
{
	struct fixture *f = folder_new();
	const char *from = arena_printf(f->a, "%s/.", closed->dir);
	program((const char *const[]){ "/bin/cp", "-a", from, f->dir, NULL });
	open_all(f);
	return f;
}

void fixture_free(struct fixture *f)
{
	char *why = NULL;
	fixture_close(f);
	if (f->schema)
		(void)pg_run(
			f, arena_printf(f->a, "DROP SCHEMA %s CASCADE", f->schema), NULL, &why);
	if (f->outsider)
		PQfinish(f->outsider);
	program((const char *const[]){ "/bin/rm", "-rf", f->dir, NULL });
	arena_free(f->a);
}

/* ---- facts -------------------------------------------------------------------------------- */

struct one_fact {
	struct arena *a;
	struct fact f;
	struct witness w;
	struct fault why;
};

static enum err append_one(struct conn *c, void *arg)
{
	struct one_fact *o = arg;
	return ledger_append(c, o->a, &o->f, &o->why);
}

int64_t fixture_fact(struct fixture *f, const char *name, int64_t id, const struct digest *row)
{
	struct fault why = { 0 };
	struct one_fact o = { .a = arena_new() };
	o.f = (struct fact){ .name = name,
		.actor = 7,
		.actor_name = "李明",
		.subject = id,
		.entity = 3,
		.data = "{\"k\":1}" };
	if (id) {
		o.w = (struct witness){ "things", id, *row, NULL };
		o.f.rows = &o.w;
	}
	enum err e = db_write(f->db, append_one, &o, &why);
	must(!e, name, o.why.text[0] ? o.why.text : why.text);
	arena_free(o.a);
	return o.f.seq;
}

struct many_facts {
	int n, first;
};

static enum err append_many(struct conn *c, void *arg)
{
	const struct many_facts *m = arg;
	struct arena *a = arena_new();
	enum err e = OK;
	for (int i = 0; !e && i < m->n; i++) {
		struct fact f = { .name = "thing.done",
			.actor = 1,
			.actor_name = "n",
			.subject = m->first + i,
			.data = "{}" };
		struct fault why = { 0 };
		e = ledger_append(c, a, &f, &why);
		arena_reset(a);
	}
	arena_free(a);
	return e;
}

void fixture_facts(struct fixture *f, int n)
{
	struct fault why = { 0 };
	for (int done = 0; done < n; done += BATCH) {
		struct many_facts m = { n - done < BATCH ? n - done : BATCH, done };
		must(!db_write(f->db, append_many, &m, &why), "facts", why.text);
	}
}

static enum err sign_one(struct conn *c, void *arg)
{
	struct fixture *f = arg;
	struct fault why = { 0 };
	struct arena *a = arena_new();
	enum err e = ledger_sign_head(c, f->signer, a, &why);
	if (e)
		(void)fprintf(stderr, "fixture: head: %s\n", why.text);
	arena_free(a);
	return e;
}

void fixture_head(struct fixture *f)
{
	struct fault why = { 0 };
	must(!db_write(f->db, sign_one, f, &why), "head", why.text);
}
