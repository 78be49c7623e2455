/* A request's life below the handler: making it, failing it, its database calls, its facts. */
#include "core/app/private.h"

#include <stdio.h>
#include <string.h>

const struct user *user_program(void)
{
	static const struct user program = { .login = "",
		.name = "程序",
		.role = "machine",
		.card_no = "",
		.role_id = ROLE_MACHINE };
	return &program;
}

struct req *req_new(struct app *app, struct arena *a, struct conn *c, const struct user *user)
{
	struct req *rq = NEW(a, struct req);
	rq->arena = a;
	rq->app = app;
	rq->user = user;
	rq->key = "";
	rq->now = clock_now();
	rq->zh = true;
	rq->status = 200;
	rq->view = node_map(a);
	rq->priv = NEW(a, struct req_private);
	rq->priv->conn = c;
	rq->priv->errors = node_list(a);
	return rq;
}

const char *tr(struct req *rq, const char *text)
{
	return rq->zh ? catalog_get(rq->app->zh, text) : text;
}

enum err fail_(struct req *rq, enum err e, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	rq->priv->error = arena_vprintf(rq->arena, tr(rq, fmt), ap);
	va_end(ap);
	return e;
}

void field_error(struct req *rq, const char *field, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct node *n = put_map(rq->priv->errors, NULL);
	rq->priv->error = NULL; /* words of a lookup that found nothing are none of the form's */
	put_text(n, "field", field);
	put_text(n, "text", arena_vprintf(rq->arena, tr(rq, fmt), ap));
	va_end(ap);
}

struct conn *rq_conn(struct req *rq)
{
	return rq->priv->conn;
}

struct store *rq_store(struct req *rq)
{
	return rq->app->store;
}

/* ---- database ------------------------------------------------------------------------------ */
/* What the database says is for the log; the visitor reads a sentence. */
static enum err db_failed(struct req *rq, enum err e, const char *sql)
{
	/* beside fields that are marked, a row that is not there says nothing */
	if (e == E_NOT_FOUND)
		return form_failed(rq) ? e : fail(rq, e, "This is not there (any more).");
	log_event(e == E_CONFLICT ? LOG_WARN : LOG_ERROR, "sql.failed", "why",
		conn_fault(rq->priv->conn)->text, "sql", sql, NULL);
	if (e == E_CONFLICT)
		return fail(rq, e,
			"This contradicts what is recorded already. Load the page again and look.");
	if (e == E_BUSY)
		return fail(rq, e, "The database is busy. Please try again in a moment.");
	return fail(rq, e,
		"The database refused. This has been logged; please tell the administrator.");
}

#define DB(call)                                                                                   \
	do {                                                                                       \
		enum err e_ = (call);                                                              \
		if (e_)                                                                            \
			return db_failed(rq, e_, sql);                                             \
	} while (0)

enum err db_query_(struct req *rq, struct rows **out, const char *sql, const struct val *b)
{
	DB(conn_query(rq->priv->conn, sql, b, out));
	return OK;
}

enum err db_all_(
	struct req *rq, const struct model *m, struct list *l, const char *sql, const struct val *b)
{
	struct rows *r;
	size_t cap = 0;
	bool more;

	*l = (struct list){ 0 };
	DB(conn_query(rq->priv->conn, sql, b, &r));
	for (;;) {
		DB(rows_next(r, &more));
		if (!more)
			break;
		if (l->n == cap) {
			cap = cap ? cap * 2 : 16;
			void *grown = arena_alloc_array(rq->arena, cap, m->size);
			if (l->n)
				memcpy(grown, l->at, l->n * m->size);
			l->at = grown;
		}
		struct fault why = { 0 };
		if (model_read_row(rq->arena, m, (char *)l->at + l->n * m->size, r, &why))
			return fail(rq, E_INTERNAL, "%s", why.text);
		l->n++;
	}
	rows_close(r);
	return OK;
}

enum err db_one_(
	struct req *rq, const struct model *m, void *row, const char *sql, const struct val *b)
{
	struct rows *r;
	struct fault why = { 0 };
	bool more;

	DB(conn_query(rq->priv->conn, sql, b, &r));
	DB(rows_next(r, &more));
	if (!more) {
		rows_close(r);
		return db_failed(rq, E_NOT_FOUND, sql);
	}
	enum err e = model_read_row(rq->arena, m, row, r, &why);
	rows_close(r);
	return e ? fail(rq, E_INTERNAL, "%s", why.text) : OK;
}

enum err db_run_(struct req *rq, const char *sql, const struct val *b)
{
	DB(conn_run(rq->priv->conn, sql, b, NULL));
	return OK;
}

enum err db_change_(struct req *rq, const char *sql, const struct val *b)
{
	int64_t changed = 0;
	DB(conn_run(rq->priv->conn, sql, b, &changed));
	if (!changed)
		return fail(rq, E_CONFLICT,
			"Somebody else has changed this meanwhile. Load the page again and look.");
	return OK;
}

enum err db_int_(struct req *rq, int64_t *out, const char *sql, const struct val *b)
{
	DB(conn_int(rq->priv->conn, sql, b, out));
	return OK;
}

enum err db_text_(struct req *rq, const char **out, const char *sql, const struct val *b)
{
	struct rows *r;
	bool more;

	DB(conn_query(rq->priv->conn, sql, b, &r));
	DB(rows_next(r, &more));
	if (more)
		*out = arena_dup(rq->arena, rows_text(r, 0));
	rows_close(r);
	return more ? OK : db_failed(rq, E_NOT_FOUND, sql);
}
