#include "test_raw.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAIRS = 32 };

const char *jar_get(const struct browser *w, const char *name)
{
	for (int i = 0; i < JAR; i++)
		if (w->jar[i].name && strcmp(w->jar[i].name, name) == 0)
			return w->jar[i].value;
	return NULL;
}

void jar_put(struct browser *w, const char *name, const char *value)
{
	int place = -1;
	for (int i = JAR; i-- > 0;)
		if (!w->jar[i].name)
			place = i;
	for (int i = 0; i < JAR; i++)
		if (w->jar[i].name && strcmp(w->jar[i].name, name) == 0)
			place = i;
	assert_true(place >= 0);
	w->jar[place] = (struct http_pair){ value ? name : NULL, value };
}

struct browser browser_of(struct bench *b, const char *who)
{
	struct browser w = { .b = b };
	char *token = arena_alloc(bench_arena(b), 44);
	memset(token, '-', 43);
	memcpy(token, who, strlen(who));
	jar_put(&w, "shian", token);
	return w;
}

/* "name=value; Path=/; Max-Age=0" */
static void take_cookie(struct browser *w, const char *line)
{
	struct arena *a = bench_arena(w->b);
	size_t name = strcspn(line, "="), value = strcspn(line + name + 1, ";");
	bool gone = strstr(line, "Max-Age=0") != NULL;
	assert_non_null(strstr(line, "Path=/"));
	assert_non_null(strstr(line, "SameSite=Lax"));
	jar_put(w, arena_copy(a, line, name), gone ? NULL : arena_copy(a, line + name + 1, value));
}

const char *hidden_field(struct bench *b, const struct answer *r, const char *name)
{
	const char *start = arena_printf(bench_arena(b), "name=\"%s\" value=\"", name);
	const char *at = strstr(r->body, start);
	if (!at)
		return "";
	at += strlen(start);
	return arena_copy(bench_arena(b), at, strcspn(at, "\""));
}

static struct http_pair *query_of(struct arena *a, const char *path, const char **plain)
{
	struct http_pair *q = NEWS(a, struct http_pair, PAIRS + 1);
	size_t end = strcspn(path, "?");
	const char *s = path + end + (path[end] == '?');

	*plain = arena_copy(a, path, end);
	for (int n = 0; *s && n < PAIRS; n++) {
		size_t len = strcspn(s, "&"), name = strcspn(s, "=&");
		q[n].name = url_decode(a, s, name);
		q[n].value = name < len ? url_decode(a, s + name + 1, len - name - 1) : "";
		s += len + (s[len] == '&');
	}
	return q;
}

static void take_answer(struct browser *w, struct answer *r)
{
	struct arena *a = bench_arena(w->b);

	r->status = r->reply.status;
	r->location = r->type = "";
	for (int i = 0; i < r->reply.n_headers; i++) {
		const struct http_pair *h = &r->reply.headers[i];
		if (strcmp(h->name, "Location") == 0)
			r->location = h->value;
		if (strcmp(h->name, "Content-Type") == 0)
			r->type = h->value;
		if (strcmp(h->name, "Set-Cookie") == 0)
			take_cookie(w, h->value);
	}
	r->body_n = r->reply.body.n;
	r->body = arena_copy(a, r->body_n ? (const char *)r->reply.body.at : "", r->body_n);
	const char *csrf = hidden_field(w->b, r, "csrf");
	if (*csrf)
		w->csrf = csrf;
}

static struct answer *request(
	struct browser *w, const char *method, const char *path, const struct http_pair *form)
{
	struct arena *a = bench_arena(w->b);
	struct answer *r = NEW(a, struct answer);
	struct http_pair *headers = NEWS(a, struct http_pair, 5),
			 *cookies = NEWS(a, struct http_pair, JAR + 1);
	struct http_file *files = NEW(a, struct http_file);
	int h = 0, c = 0;

	headers[h++] = (struct http_pair){ "accept", w->accept ? w->accept : "text/html" };
	if (w->json)
		headers[h++] =
			(struct http_pair){ "content-type", "application/json; charset=utf-8" };
	if (w->bearer)
		headers[h++] = (struct http_pair){ "authorization", w->bearer };
	for (int i = 0; i < JAR; i++)
		if (w->jar[i].name)
			cookies[c++] = w->jar[i];
	struct http_request rq = { .arena = a,
		.method = method,
		.headers = headers,
		.cookies = cookies,
		.form = form,
		.files = files,
		.remote = w->remote ? w->remote : "127.0.0.1",
		.body = { (const uint8_t *)w->json, w->json ? strlen(w->json) : 0 } };
	rq.query = query_of(a, path, &rq.path);
	r->reply.fd = -1;
	app_serve(bench_app(w->b), &rq, &r->reply);
	w->json = NULL;
	take_answer(w, r);
	return r;
}

struct answer *browse(struct browser *w, const char *path)
{
	return request(w, "GET", path, NULL);
}

struct answer *ask_with(struct browser *w, const char *method, const char *path)
{
	return request(w, method, path, NULL);
}

struct answer *submit(struct browser *w, const char *path, ...)
{
	struct http_pair *form = NEWS(bench_arena(w->b), struct http_pair, PAIRS + 2);
	va_list ap;
	int n = 0;

	va_start(ap, path);
	for (const char *name; n < PAIRS && (name = va_arg(ap, const char *));)
		form[n++] = (struct http_pair){ name, va_arg(ap, const char *) };
	va_end(ap);
	if (w->csrf && *w->csrf)
		form[n] = (struct http_pair){ "csrf", w->csrf };
	return request(w, "POST", path, form);
}

bool header_is(const struct answer *r, const char *name, const char *value)
{
	for (int i = 0; i < r->reply.n_headers; i++)
		if (strcmp(r->reply.headers[i].name, name) == 0 &&
			strcmp(r->reply.headers[i].value, value) == 0)
			return true;
	return false;
}

struct answer *status_is(struct answer *r, int status)
{
	if (r->status != status)
		fail_msg("%d and not %d: %s %.300s", r->status, status, r->location,
			strstr(r->body, "<main") ? strstr(r->body, "<main") : r->body);
	return r;
}

bool says(const struct answer *r, const char *text)
{
	if (strstr(r->body, text))
		return true;
	fprintf(stderr, "'%s' is not in: %.1200s\n", text,
		strstr(r->body, "<main") ? strstr(r->body, "<main") : r->body);
	return false;
}
