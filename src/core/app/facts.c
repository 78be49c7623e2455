/* Facts: a row of the ledger and a call of the listeners, in the same transaction, with its cause.
 */
#include "core/app/private.h"

#include <string.h>

enum { MAX_CHAIN = 12 };

static bool told(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* What docs/EVENTS.md says must be what happens. */
static bool declared(struct req *rq, const char *name)
{
	const struct req_private *p = rq->priv;
	return p->listen ? told(p->listen->tells, name)
			 : !p->module || told(p->module->tells, name);
}

static enum err listeners_call(struct req *rq, const struct module *m, const struct event *e)
{
	struct req_private *p = rq->priv;

	for (const struct listen *l = m->listens; l && l->event; l++) {
		if (strcmp(l->event, e->name) != 0)
			continue;
		const struct listen *outer = p->listen;
		const struct module *outer_module = p->module;
		p->listen = l;
		p->module = m;
		p->cause = e->seq;
		p->depth++;
		enum err answer = l->run(rq, e);
		p->depth--;
		p->cause = e->cause;
		p->listen = outer;
		p->module = outer_module;
		TRY(answer);
	}
	return OK;
}

enum err emit_(struct req *rq, struct event e)
{
	struct req_private *p = rq->priv;
	struct fault why = { 0 };

	if (p->depth == MAX_CHAIN)
		return fail(rq, E_INTERNAL, "events chase each other: %s", e.name);
	if (!declared(rq, e.name))
		return fail(rq, E_INTERNAL, "the fact %s is not declared where it is told", e.name);
	e.cause = p->cause;
	struct fact f = { .name = e.name,
		.actor = rq->user->id,
		.actor_name = rq->user->name,
		.subject = e.subject,
		.entity = e.entity,
		.cause = e.cause,
		.data = e.data ? e.data : "{}",
		.rows = p->rows };
	if (ledger_append(p->conn, rq->arena, &f, &why)) {
		log_event(LOG_ERROR, "ledger.failed", "why", why.text, "fact", e.name, NULL);
		return fail(rq, E_INTERNAL, "The fact could not be recorded.");
	}
	p->rows = NULL;
	e.seq = f.seq;
	for (const struct module *const *m = rq->app->modules; *m; m++)
		TRY(listeners_call(rq, *m, &e));
	return OK;
}

enum err req_settled(struct req *rq)
{
	if (rq->priv->rows)
		return fail(rq, E_INTERNAL, "a row of %s was changed without a fact",
			rq->priv->rows->table);
	if (conn_doomed(rq->priv->conn))
		return fail(rq, E_INTERNAL, "a failed write was ignored");
	return OK;
}

const char *json_text(struct req *rq, const struct node *n)
{
	struct buf b = { .arena = rq->arena };
	json_write(&b, n);
	return buf_text(&b);
}

const char *json_of(struct req *rq, const struct model *m, const void *row)
{
	struct node *holder = node_map(rq->arena), *n = model_node(holder, "row", m, row);
	return json_text(rq, n);
}

const char *json_pairs(struct req *rq, ...)
{
	struct node *n = node_map(rq->arena);
	va_list ap;

	va_start(ap, rq);
	for (const char *name; (name = va_arg(ap, const char *));)
		put_text(n, name, va_arg(ap, const char *));
	va_end(ap);
	return json_text(rq, n);
}

/* ---- data, read again ------------------------------------------------- */
static enum err data_read(
	struct req *rq, const char *what, const char *data, const struct node **out)
{
	const char *text = data ? data : "{}";
	struct fault why = { 0 };
	struct node *n;

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)text, strlen(text) }, &n, &why))
		return fail(rq, E_INTERNAL, "%s: %s", what, why.text);
	*out = n;
	return OK;
}

enum err event_data(struct req *rq, const struct event *e, const struct node **out)
{
	return data_read(rq, e->name, e->data, out);
}

enum err job_data(struct req *rq, const struct job *j, const struct node **out)
{
	return data_read(rq, j->kind, j->data, out);
}
