/* The vision worker's door for clips: what waits with its rule, the file of it, and the copy or why
 * there is none. Each copy is taken once, whole or not at all. */
#include "contracts/facts.h"
#include "domains/privacy/covers.h"

#include <string.h>

enum { LIST_MOST = 4, METHOD_MOST = 300, COUNT_MOST = 1000 * 1000 * 1000, SIDE_MOST = 16384 };

static enum err put_json(struct req *rq, struct node *in, const char *name, const char *text)
{
	struct node *n;
	struct fault why = { 0 };

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)text, strlen(text) }, &n, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	struct node *to = n->type == NODE_LIST ? put_list(in, name) : put_map(in, name);
	to->first = n->first;
	to->last = n->last;
	to->count = n->count;
	return OK;
}

enum err internal_covers(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &cover_model, &l,
		"SELECT * FROM covers WHERE state = 'due' ORDER BY asked_at, id LIMIT $1",
		(int64_t)LIST_MOST));
	struct node *list = put_list(rq->view, "covers");
	for (struct cover *c = LIST_OF(struct cover, &l); c < LIST_END(struct cover, &l); c++) {
		struct node *n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, c->id);
		TRY(put_json(rq, n, "parameters", c->parameters));
		TRY(put_json(rq, n, "hands", c->hands));
	}
	return reply_json(rq);
}

enum err internal_cover_original(struct req *rq)
{
	struct cover c;

	TRY(db_one(rq, &cover_model, &c, "SELECT * FROM covers WHERE id = $1 AND state = 'due'",
		rq->id));
	return reply_object(rq, c.original, "application/octet-stream", NULL);
}

static bool reason_known(const char *reason)
{
	return text_is(reason, "unreadable") || text_is(reason, "too_large") ||
	       text_is(reason, "too_slow");
}

/* A number of the report, least..most. */
static bool number_read(
	struct req *rq, const char *name, const int64_t range[static 2], int64_t *out)
{
	*out = form_int(rq, name, -1);
	return *out >= range[0] && *out <= range[1];
}

static enum err made(struct req *rq, struct cover *c)
{
	static const int64_t side[2] = { 1, SIDE_MOST }, some[2] = { 1, COUNT_MOST },
			     any[2] = { 0, COUNT_MOST };
	const struct http_file *f = form_file(rq, "copy");
	struct object o;

	if (!f || !number_read(rq, "width", side, &c->width) ||
		!number_read(rq, "height", side, &c->height) ||
		!number_read(rq, "length", any, &c->length_ms) ||
		!number_read(rq, "frames", some, &c->frames) ||
		!number_read(rq, "looks", some, &c->looks) ||
		!number_read(rq, "found", any, &c->found))
		return fail(rq, E_INVALID, "The report is incomplete.");
	TRY(keep_file(rq, f, &o));
	if (text_is(o.sm3, c->original))
		return fail(rq, E_INVALID, "This is the original, and no copy.");
	c->sm3 = o.sm3;
	c->sha256 = o.sha256;
	c->size = o.size;
	c->state = "made";
	return cover_save(rq, c, COVER_MADE);
}

static enum err refused(struct req *rq, struct cover *c)
{
	if (!reason_known(c->reason))
		return fail(rq, E_INVALID, "The report is incomplete.");
	c->state = "refused";
	return cover_save(rq, c, COVER_NOT_MADE);
}

enum err internal_cover_take(struct req *rq)
{
	struct cover c;

	TRY(cover_load(rq, &c));
	if (text_is(c.state, "due")) { /* else the worker was killed after sending */
		c.method = form_text(rq, "method");
		c.reason = form_text(rq, "refused");
		c.made_at = rq->now;
		if (!*c.method || strlen(c.method) > METHOD_MOST)
			return fail(rq, E_INVALID, "The report is incomplete.");
		TRY(*c.reason ? refused(rq, &c) : made(rq, &c));
	}
	return reply_json(rq);
}
