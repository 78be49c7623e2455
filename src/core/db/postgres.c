/* PostgreSQL: statements and rows. */
#include "core/db/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOOL_OID = 16, BIGINT_OID = 20, TEXT_OID = 25, FLOAT4_OID = 700, FLOAT8_OID = 701 };
enum { VALUES_MAX = 600 };

struct pg_rows {
	struct rows base;
	PGresult *res;
	int at, n; /* the current row is at - 1 */
};

/* ---- errors ------------------------------------------------------------------------------- */

static bool state_is(const char *state, const char *const *list)
{
	for (; *list; list++)
		if (text_starts(state, *list))
			return true;
	return false;
}

/* What an SQLSTATE (appendix A of the manual) means to us; notes what it says of the connection. */
static enum err meaning(struct pg *p, const char *state, const char *text)
{
	/* lost races: the transaction is run again */
	static const char *const again[] = { "40001", "40P01", NULL };
	/* the connection is of no more use: gone, its plans are stale, or the primary has moved */
	static const char *const broken[] = { "0800", "57P", "26000", NULL };
	static const char *const busy[] = { "53", "55P03", "57014", NULL };
	static const char *const conflict[] = { "23", "P0001", NULL };
	if (state_is(state, again)) {
		p->base.again = true;
		return E_BUSY;
	}
	bool stale = text_is(state, "0A000") && strstr(text, "cached plan");
	if (stale || state_is(state, broken) || (p->base.writing && text_is(state, "25006"))) {
		p->base.broken = p->base.again = true;
		return E_BUSY;
	}
	if (state_is(state, busy))
		return E_BUSY;
	return state_is(state, conflict) ? E_CONFLICT : E_INTERNAL;
}

enum err pg_fail(struct pg *p, PGresult *res, const char *sql)
{
	const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *text = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum err e;
	if (PQstatus(p->h) != CONNECTION_OK) {
		p->base.broken = p->base.again = true;
		e = conn_fail(&p->base, E_BUSY, "the database connection was lost: %s",
			text ? text : PQerrorMessage(p->h));
	} else if ((e = meaning(p, state ? state : "XX000", text ? text : "")) == E_INTERNAL &&
		   sql) {
		e = conn_fail(&p->base, e, "%s (%s) in: %.200s", text ? text : PQerrorMessage(p->h),
			state ? state : "no state", sql);
	} else {
		e = conn_fail(&p->base, e, "%s", text ? text : PQerrorMessage(p->h));
	}
	PQclear(res);
	return e;
}

bool pg_good(const PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

enum err pg_exec(struct conn *c, const char *sql)
{
	PGresult *res = PQexec(pg(c)->h, sql);
	if (!pg_good(res))
		return pg_fail(pg(c), res, sql);
	PQclear(res);
	return OK;
}

/* ---- preparing ---------------------------------------------------------------------------- */

/* Values as text with their types, which are also their signature: i, t, n. A number is always
 * bigint, so that $1 + 1 cannot overflow int; NULL takes the type of its place. */
struct values {
	int n;
	char types[VALUES_MAX + 1];
	const char *at[VALUES_MAX];
	char digits[VALUES_MAX][24];
};

static enum err collect(struct conn *c, const struct val *b, struct values *v)
{
	v->n = 0;
	for (; b && b->type != VAL_END; b++, v->n++) {
		if (v->n == VALUES_MAX)
			return conn_fail(c, E_INTERNAL, "more than %d values", VALUES_MAX);
		v->types[v->n] = b->type == VAL_INT ? 'i' : b->type == VAL_TEXT ? 't' : 'n';
		v->at[v->n] = b->type == VAL_TEXT ? b->s : NULL;
		if (b->type == VAL_INT) {
			snprintf(v->digits[v->n], sizeof v->digits[0], "%" PRId64, b->i);
			v->at[v->n] = v->digits[v->n];
		}
	}
	v->types[v->n] = '\0';
	return OK;
}

/* A statement to prepare: its values are 'i', 't' and 'n' in types. */
struct fresh {
	const char *name, *sql, *types;
};

static PGresult *prepare_as(struct pg *p, const struct fresh *f, Oid null_type)
{
	Oid oids[VALUES_MAX];
	int n = (int)strlen(f->types);
	for (int i = 0; i < n; i++)
		oids[i] = f->types[i] == 'i'   ? BIGINT_OID
			  : f->types[i] == 't' ? TEXT_OID
					       : null_type;
	return PQprepare(p->h, f->name, f->sql, n, oids);
}

/* "$1 IS NULL OR kind = $1" gives a NULL no type to take: then it is tried as text, and as a
 * number. */
static enum err prepare_with_null(struct pg *p, const struct fresh *f)
{
	static const Oid tries[] = { 0, TEXT_OID, BIGINT_OID };
	PGresult *res = NULL;
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		PQclear(res);
		TRY(pg_exec(&p->base, "SAVEPOINT prepare"));
		res = prepare_as(p, f, tries[i]);
		if (pg_good(res)) {
			PQclear(res);
			return pg_exec(&p->base, "RELEASE prepare");
		}
		if (PQstatus(p->h) != CONNECTION_OK)
			break;
		PGresult *back = PQexec(p->h, "ROLLBACK TO prepare; RELEASE prepare");
		bool undone = pg_good(back);
		PQclear(back);
		if (!undone)
			break;
	}
	return pg_fail(p, res, f->sql);
}

static enum err prepare(struct pg *p, const struct fresh *f)
{
	if (strchr(f->types, 'n'))
		return prepare_with_null(p, f);
	PGresult *res = prepare_as(p, f, 0);
	if (!pg_good(res))
		return pg_fail(p, res, f->sql);
	PQclear(res);
	return OK;
}

/* The name of the statement prepared for these types, preparing it when it is new. */
static enum err statement(struct pg *p, const char *sql, const char *types, const char **name)
{
	struct cached *e = cache_find(p->cache, sql, types);
	if (e) {
		*name = e->handle;
		return OK;
	}
	char fresh[24];
	snprintf(fresh, sizeof fresh, "s%u", ++p->prepared);
	TRY(prepare(p, &(struct fresh){ fresh, sql, types }));
	char *handle = strdup(fresh);
	if (!handle)
		abort();
	if (!cache_add(p->cache, sql, types, handle)) {
		cache_clear(p->cache);
		TRY(pg_exec(&p->base, "DEALLOCATE ALL"));
		TRY(prepare(p, &(struct fresh){ fresh, sql, types }));
		(void)cache_add(p->cache, sql, types, handle);
	}
	*name = handle;
	return OK;
}

static enum err execute(struct conn *c, const char *sql, const struct val *b, PGresult **out)
{
	struct pg *p = pg(c);
	struct values v;
	const char *name;
	TRY(collect(c, b, &v));
	TRY(statement(p, sql, v.types, &name));
	PGresult *res = PQexecPrepared(p->h, name, v.n, v.at, NULL, NULL, 0);
	if (!pg_good(res))
		return pg_fail(p, res, sql);
	for (int i = 0; i < PQnfields(res); i++) {
		Oid type = PQftype(res, i);
		if (type != FLOAT4_OID && type != FLOAT8_OID)
			continue;
		PQclear(res);
		return conn_fail(c, E_INTERNAL, "column %d is a real number in: %.200s", i, sql);
	}
	*out = res;
	return OK;
}

/* ---- statements --------------------------------------------------------------------------- */

static enum err pg_query(struct conn *c, const char *sql, const struct val *b, struct rows **out)
{
	PGresult *res = NULL;
	TRY(execute(c, sql, b, &res));
	struct pg_rows *r = calloc(1, sizeof *r);
	if (!r)
		abort();
	r->res = res;
	r->n = PQntuples(res);
	rows_open(&r->base, c, PQnfields(res));
	*out = &r->base;
	return OK;
}

static enum err pg_run(struct conn *c, const char *sql, const struct val *b, int64_t *changed)
{
	PGresult *res = NULL;
	TRY(execute(c, sql, b, &res));
	if (!text_starts(PQcmdStatus(res), "SELECT") && !text_to_int(PQcmdTuples(res), changed))
		*changed = 0;
	PQclear(res);
	return OK;
}

static enum err pg_lock(struct conn *c, int64_t key)
{
	const struct val b[] = { val_int(key), { VAL_END, { 0 } } };
	int64_t ignored;
	return pg_run(c, "SELECT pg_advisory_xact_lock($1)", b, &ignored);
}

/* ---- rows --------------------------------------------------------------------------------- */

static struct pg_rows *pg_rows(const struct rows *r)
{
	return (struct pg_rows *)(uintptr_t)r;
}

static enum err pg_next(struct rows *rows, bool *more)
{
	struct pg_rows *r = pg_rows(rows);
	*more = r->at < r->n;
	r->at += r->at <= r->n; /* n + 1: there is no current row any more */
	return OK;
}

static void pg_close_rows(struct rows *rows)
{
	PQclear(pg_rows(rows)->res);
	free(rows);
}

static const char *pg_name(const struct rows *r, int column)
{
	return PQfname(pg_rows(r)->res, column);
}

static bool pg_null(struct rows *rows, int column)
{
	const struct pg_rows *r = pg_rows(rows);
	return r->at < 1 || r->at > r->n || PQgetisnull(r->res, r->at - 1, column);
}

/* A truth value is 1 or 0, as it is on SQLite. */
static const char *pg_text(struct rows *rows, int column)
{
	const struct pg_rows *r = pg_rows(rows);
	if (pg_null(rows, column))
		return "";
	const char *s = PQgetvalue(r->res, r->at - 1, column);
	if (PQftype(r->res, column) == BOOL_OID)
		return *s == 't' ? "1" : "0";
	return s;
}

static int64_t pg_integer(struct rows *rows, int column)
{
	int64_t v = 0;
	return text_to_int(pg_text(rows, column), &v) ? v : 0;
}

const struct driver driver_postgres = {
	.postgres = true,
	.open = pg_open,
	.close = pg_close,
	.connect = pg_connect,
	.disconnect = pg_disconnect,
	.begin_read = pg_begin_read,
	.end_read = pg_end_read,
	.write = pg_write,
	.query = pg_query,
	.run = pg_run,
	.exec = pg_exec,
	.lock = pg_lock,
	.next = pg_next,
	.close_rows = pg_close_rows,
	.name = pg_name,
	.null = pg_null,
	.integer = pg_integer,
	.text = pg_text,
};
