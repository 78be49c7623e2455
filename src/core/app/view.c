/* Answers: the same value tree as a page, as JSON, as CSV. */
#include "core/app/private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void translate_tags(struct req *rq, const struct model *m, struct node *row)
{
	for (const struct field *f = m->fields; f->type; f++) {
		if (!f->choices)
			continue;
		for (struct node *c = row->first; c; c = c->next)
			if (c->type == NODE_MAP && c->first && text_starts(c->name, f->name) &&
				text_is(c->name + strlen(f->name), "_tag"))
				c->first->s = tr(rq, c->first->s);
	}
}

struct node *show(struct req *rq, const char *name, const struct model *m, const void *row)
{
	struct node *n = model_node(rq->view, name, m, row);
	translate_tags(rq, m, n);
	return n;
}

struct node *show_list(
	struct req *rq, const char *name, const struct model *m, const struct list *l)
{
	struct node *list = put_list(rq->view, name);
	for (size_t i = 0; i < l->n; i++)
		translate_tags(rq, m, model_node(list, NULL, m, (const char *)l->at + i * m->size));
	return list;
}

struct node *show_table(
	struct req *rq, const char *name, const struct model *m, const struct list *l)
{
	rq->priv->table = m;
	rq->priv->table_rows = *l;
	return show_list(rq, name, m, l);
}

enum err options_of(struct req *rq, struct rows *r, struct node *list, int64_t chosen)
{
	bool more;

	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		int64_t value = rows_int(r, 0);
		struct node *n = put_map(list, NULL);
		put_printf(n, "value", "%" PRId64, value);
		put_text(n, "label", arena_dup(rq->arena, rows_text(r, 1)));
		put_flag(n, "selected", value == chosen);
	}
	rows_close(r);
	return OK;
}

static bool wants_csv(struct req *rq);

struct paging paging(struct req *rq, int64_t per_page)
{
	int64_t p = query_int(rq, "page", 1);
	if (p < 1 || p > 100000)
		p = 1;
	if (wants_csv(rq)) /* the whole list, however it was asked for */
		return (struct paging){ 100001, 0, 1 };
	return (struct paging){ per_page + 1, (p - 1) * per_page, p };
}

static const char *page_href(struct req *rq, int64_t p)
{
	struct buf b = { .arena = rq->arena };
	buf_printf(&b, "%s?", rq->http->path);
	for (const struct http_pair *q = rq->http->query; q && q->name; q++)
		if (strcmp(q->name, "page") != 0 && *q->value)
			buf_printf(&b, "%s=%s&", url_encode(rq->arena, q->name),
				url_encode(rq->arena, q->value));
	buf_printf(&b, "page=%" PRId64, p);
	return b.s;
}

void show_pages(struct req *rq, struct paging p, struct list *l)
{
	bool more = l->n == (size_t)p.limit;
	if (more)
		l->n--;
	struct node *n = put_map(rq->view, "page");
	put_text(n, "prev", p.page > 1 ? page_href(rq, p.page - 1) : "");
	put_text(n, "next", more ? page_href(rq, p.page + 1) : "");
	put_int(n, "from", l->n ? p.offset + 1 : 0);
	put_int(n, "to", p.offset + (int64_t)l->n);
	put_text(n, "total", "");
}

/* ---- which form the client wants ------------------------------------- */
static bool accepts(const struct req *rq, const char *type)
{
	const char *a = rq->http ? pair_find(rq->http->headers, "accept") : NULL;
	return a && strstr(a, type);
}

bool wants_json(const struct req *rq)
{
	if (!rq->http)
		return true;
	const char *f = rq->http->query ? pair_find(rq->http->query, "format") : NULL;
	if (f && strcmp(f, "json") == 0)
		return true;
	return accepts(rq, "application/json") && !accepts(rq, "text/html");
}

static bool wants_csv(struct req *rq)
{
	return text_is(query_text(rq, "format"), "csv") ||
	       (accepts(rq, "text/csv") && !accepts(rq, "text/html"));
}

static enum err answer(struct req *rq, const char *type, const char *at, size_t n)
{
	struct http_reply *r = rq->priv->reply;
	rq->priv->answered = true;
	if (!r)
		return OK;
	r->status = rq->status;
	r->body = (struct bytes){ (const uint8_t *)at, n };
	reply_header(r, "Content-Type", type);
	return OK;
}

static enum err answer_csv(struct req *rq)
{
	struct buf b = { .arena = rq->arena };
	buf_puts(&b, "\xef\xbb\xbf"); /* so that spreadsheets take it for UTF-8 */
	model_csv_head(&b, rq->priv->table);
	for (size_t i = 0; i < rq->priv->table_rows.n; i++)
		model_csv_row(rq->arena, &b, rq->priv->table,
			(const char *)rq->priv->table_rows.at + i * rq->priv->table->size);
	reply_set_header(rq, "Content-Disposition",
		arena_printf(rq->arena, "attachment; filename=\"%s.csv\"", rq->priv->table->table));
	return answer(rq, "text/csv; charset=utf-8", b.s, b.n);
}

static enum err answer_json(struct req *rq)
{
	struct buf b = { .arena = rq->arena };
	if (rq->priv->failed_form) {
		struct node *e = put_map(rq->view, "error");
		put_int(e, "code", rq->status);
		put_text(e, "message", rq->priv->error);
		struct node *fields = put_list(e, "fields");
		fields->first = rq->priv->errors->first;
		fields->count = rq->priv->errors->count;
	}
	json_write(&b, rq->view);
	return answer(rq, "application/json; charset=utf-8", b.s, b.n);
}

/* What was typed into a form that was refused, by name: for pages whose fields no model describes.
 * What signs the form in and what is secret never comes back. */
static void put_typed(struct req *rq, struct node *typed)
{
	for (const struct http_pair *p = rq->http ? rq->http->form : NULL; p && p->name; p++)
		if (!text_is(p->name, "csrf") && !strstr(p->name, "password"))
			put_text(typed, p->name, p->value);
}

static void put_form_errors(struct req *rq, struct node *globals)
{
	put_text(globals, "error", rq->priv->failed_form ? rq->priv->error : "");
	struct node *list = put_list(globals, "errors"), *by = put_map(globals, "error_for");
	if (!rq->priv->failed_form)
		return;
	put_typed(rq, put_map(globals, "typed"));
	NODE_EACH (e, rq->priv->errors) {
		struct node *n = put_map(list, NULL);
		put_text(n, "field", node_text(e, "field", ""));
		put_text(n, "text", node_text(e, "text", ""));
		put_text(by, node_text(e, "field", ""), node_text(e, "text", ""));
	}
}

static enum err answer_html(struct req *rq, const char *template)
{
	struct buf b = { .arena = rq->arena };
	struct node *globals = node_map(rq->arena);
	struct fault why = { 0 };

	view_globals(rq, globals);
	put_form_errors(rq, globals);
	struct render r = { rq->app->templates, rq->zh ? rq->app->zh : NULL, globals, &b, false };
	if (template_render(&r, template, rq->view, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	return answer(rq, "text/html; charset=utf-8", b.s, b.n);
}

enum err page(struct req *rq, const char *template)
{
	reply_set_header(rq, "Vary", "Accept, Cookie, Accept-Encoding");
	if (rq->priv->table && wants_csv(rq))
		return answer_csv(rq);
	return wants_json(rq) ? answer_json(rq) : answer_html(rq, template);
}

enum err reply_json(struct req *rq)
{
	return answer_json(rq);
}

enum err redirect(struct req *rq, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	rq->priv->location = arena_vprintf(rq->arena, fmt, ap);
	va_end(ap);
	reply_set_header(rq, "Location", rq->priv->location);
	if (wants_json(rq)) {
		struct node *n = node_map(rq->arena);
		put_text(n, "location", rq->priv->location);
		rq->status = 200;
		const char *s = json_text(rq, n);
		return answer(rq, "application/json; charset=utf-8", s, strlen(s));
	}
	rq->status = 303;
	if (rq->priv->notice)
		reply_set_header(rq, "Set-Cookie",
			arena_printf(rq->arena,
				"notice=%s; Path=/; Max-Age=60; SameSite=Lax; HttpOnly",
				url_encode(rq->arena, rq->priv->notice)));
	return answer(rq, "text/plain; charset=utf-8", "", 0);
}

void notice(struct req *rq, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	rq->priv->notice = arena_vprintf(rq->arena, tr(rq, fmt), ap);
	va_end(ap);
}

/* ---- other bodies ---------------------------------------------------- */
enum err reply_text(struct req *rq, const char *type, const char *text)
{
	return answer(rq, type, text, strlen(text));
}

static void download_as(struct req *rq, const char *name)
{
	if (name)
		reply_set_header(rq, "Content-Disposition",
			arena_printf(rq->arena, "inline; filename*=UTF-8''%s",
				url_encode(rq->arena, name)));
}

enum err reply_bytes(struct req *rq, const char *type, struct bytes b, const char *name)
{
	download_as(rq, name);
	return answer(rq, type, (const char *)b.at, b.n);
}

enum err object_check(struct req *rq, const char *sm3, const char *sha256)
{
	struct fault why = { 0 };
	enum err e = store_check(rq->app->store, sm3, sha256, &why);

	if (e)
		log_event(LOG_ERROR, "object.changed", "sm3", sm3, "why", why.text, NULL);
	return e;
}

/* The same bytes may be the file of another row. */
static enum err named_by_a_row(struct req *rq, const char *sm3, bool *named)
{
	struct rows *r;
	bool more;

	*named = false;
	for (const struct module *const *m = rq->app->modules; *m && !*named; m++) {
		if (!(*m)->objects)
			continue;
		TRY(db_query_(rq, &r,
			arena_printf(rq->arena, "SELECT o.sm3 FROM (%s) o WHERE o.sm3 = $1",
				(*m)->objects),
			BINDS(sm3)));
		TRY(rows_next(r, &more));
		*named = more;
		rows_close(r);
	}
	return OK;
}

enum err object_remove(struct req *rq, const char *sm3)
{
	struct fault why = { 0 };
	bool named;

	TRY(named_by_a_row(rq, sm3, &named));
	if (named)
		return OK;
	enum err e = store_remove(rq_store(rq), sm3, &why);
	return e ? fail(rq, e, "%s", why.text) : OK;
}

enum err reply_object(struct req *rq, const char *sm3, const char *type, const char *name)
{
	struct fault why = { 0 };
	int fd;
	int64_t size;

	enum err e = store_fd(rq->app->store, sm3, &fd, &size, &why);
	if (e) {
		log_event(LOG_ERROR, "object.failed", "sm3", sm3, "why", why.text, NULL);
		return fail(rq, E_NOT_FOUND, "This file is not in the store.");
	}
	download_as(rq, name);
	TRY(answer(rq, type, NULL, 0));
	if (!rq->priv->reply) {
		close(fd);
		return OK;
	}
	rq->priv->reply->fd = fd;
	rq->priv->reply->fd_size = size;
	rq->priv->reply->etag = sm3;
	return OK;
}

void put_point(struct node *points, const struct map_point *p)
{
	struct node *n = put_map(points, NULL);

	put_printf(n, "id", "%" PRId64, p->id);
	put_int(n, "lat", p->lat);
	put_int(n, "lon", p->lon);
	put_text(n, "label", p->label);
	put_text(n, "state", p->state);
	put_text(n, "detail", p->detail);
	put_text(n, "href", p->href);
	put_text(n, "tone", p->tone);
}

static const struct choice of_devices[] = {
	{ "", "In order", "green" },
	{ "", "Needs a look", "yellow" },
	{ "", "Alarm", "red" },
	{ "", "Not heard of", "neutral" },
	{ 0 },
};

void show_map(struct req *rq, const struct map_view *m)
{
	struct buf b = { .arena = rq->arena };
	struct node *n = put_map(rq->view, "map"), *json;

	json_write(&b, m->data); /* writes < as \u003c: nothing in it can end the script element */
	n->first = m->data->first;
	n->last = m->data->last;
	n->count = m->data->count;
	json = put_text(n, "json", b.s);
	json->raw = json->hidden = true;
	put_text(n, "label", m->label)->hidden = true;
	put_text(n, "src", m->src)->hidden = true;
	put_printf(n, "every", "%d", m->every)->hidden = true;
	struct node *keys = put_list(n, "keys");
	keys->hidden = true;
	for (const struct choice *k = m->keys ? m->keys : of_devices; k->label; k++) {
		struct node *key = put_map(keys, NULL);
		put_text(key, "label", tr(rq, k->label));
		put_text(key, "tone", k->tone);
	}
}

enum err reply_file(struct req *rq, const char *path, const char *type)
{
	struct stat st;

	if (strstr(path, "..") || *path == '/')
		return fail(rq, E_NOT_FOUND, "There is no such file.");
	int fd = open(arena_printf(rq->arena, "%s/%s", rq->app->data_dir, path),
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fail(rq, E_NOT_FOUND, "There is no such file.");
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !rq->priv->reply) {
		close(fd);
		return fail(rq, E_NOT_FOUND, "There is no such file.");
	}
	TRY(answer(rq, type, NULL, 0));
	rq->priv->reply->fd = fd;
	rq->priv->reply->fd_size = st.st_size;
	return OK;
}

enum err reply_events(struct req *rq, const char *audience)
{
	TRY(answer(rq, "text/event-stream", NULL, 0));
	if (rq->priv->reply) {
		rq->priv->reply->events = true;
		rq->priv->reply->audience = audience;
	}
	return OK;
}

void reply_set_header(struct req *rq, const char *name, const char *value)
{
	if (rq->priv->reply)
		reply_header(rq->priv->reply, name, value);
}

void reply_cache(struct req *rq, int seconds)
{
	rq->priv->public_page = true;
	reply_set_header(
		rq, "Cache-Control", arena_printf(rq->arena, "public, max-age=%d", seconds));
}

/* ---- errors ---------------------------------------------------------- */
static const char *error_title(enum err e)
{
	switch (e) {
	case E_LOGIN:
		return "Please sign in";
	case E_FORBIDDEN:
		return "Not permitted";
	case E_NOT_FOUND:
	case E_GONE:
		return "Not found";
	case E_CONFLICT:
	case E_LOCKED:
		return "This cannot be done now";
	case E_INVALID:
	case E_BAD_REQUEST:
	case E_METHOD:
		return "Something is missing or wrong";
	case E_TOO_LARGE:
		return "Too large";
	case E_BUSY:
		return "Busy at the moment";
	default:
		return "Something went wrong here";
	}
}

void reply_error(struct req *rq, enum err e)
{
	struct http_reply *r = rq->priv->reply;
	const char *words = rq->priv->error ? rq->priv->error : tr(rq, error_title(e));

	*r = (struct http_reply){ .fd = -1 };
	rq->view = node_map(rq->arena);
	rq->status = (int)e;
	rq->priv->error = words;
	if (wants_json(rq)) {
		rq->priv->failed_form = true;
		(void)!answer_json(rq);
		return;
	}
	put_text(rq->view, "error_title", tr(rq, error_title(e)));
	put_text(rq->view, "error_text", words);
	put_int(rq->view, "error_code", (int)e);
	put_flag(rq->view, "error_login", e == E_LOGIN);
	rq->priv->failed_form = false;
	if (answer_html(rq, "core/error"))
		(void)!answer(rq, "text/plain; charset=utf-8", words, strlen(words));
}
