/* The head of a request: what the library read, checked again and without its leniency. */
#include "core/http/private.h"

#include <microhttpd.h>
#include <string.h>

struct heads {
	struct header_text at[HEADERS_MAX];
	size_t n, bytes;
	bool many;
};

static enum MHD_Result collect(
	void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct heads *h = context;
	size_t name_n = strlen(name), value_n = value ? strlen(value) : 0;

	(void)kind;
	if (h->n == HEADERS_MAX) {
		h->many = true;
		return MHD_NO;
	}
	h->at[h->n++] = (struct header_text){ name, value ? value : "", name_n, value_n };
	h->bytes += name_n + value_n + 4;
	return MHD_YES;
}

/* The library takes a bare LF for a line's end, folds lines that begin with a blank into the NAME
 * of the header before, and cuts lines at NUL: each is a way to show one request to it and another
 * to whoever stands before us. Names and values still lie where they were received, so each line
 * must end exactly two bytes before the next begins. From 1.0 on the library refuses all this
 * itself. */
static bool lines_follow(const struct heads *h, const char *start, size_t head_n)
{
	if (!text_starts(MHD_get_version(), "0.9."))
		return true;
	for (size_t i = 0; i < h->n; i++) {
		uintptr_t end = (uintptr_t)h->at[i].value + h->at[i].value_n + 2;
		uintptr_t next =
			i + 1 < h->n ? (uintptr_t)h->at[i + 1].name : (uintptr_t)start + head_n - 2;
		if (end != next)
			return false;
	}
	return true;
}

static int read_headers(struct request *rq, const char *method)
{
	struct heads h = { .n = 0 };
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(rq->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct http_pair *pairs;

	MHD_get_connection_values(rq->mhd, MHD_HEADER_KIND, collect, &h);
	if (h.many || h.bytes > HEAD_MAX || !size || size->header_size > HEAD_MAX)
		return 431;
	if (!lines_follow(&h, method, size->header_size))
		return 400;
	pairs = NEWS(rq->arena, struct http_pair, h.n + 1);
	rq->http.headers = pairs;
	return (int)parse_headers(rq->arena, h.at, h.n, pairs);
}

static void read_client(struct request *rq)
{
	struct http_request *h = &rq->http;

	h->remote = rq->client->remote;
	if (!rq->server->options.trust_proxy || !rq->client->local)
		return;
	const char *from = parse_forwarded(rq->arena, h->headers);
	if (from)
		h->remote = from;
	h->secure = text_is(pair_find(h->headers, "x-forwarded-proto"), "https");
}

static int read_method(struct request *rq, const char *method, const struct framing *f)
{
	bool head = strcmp(method, "HEAD") == 0;

	rq->ready.head = head;
	rq->http.method = head ? "GET" : arena_dup(rq->arena, method);
	if (!head && strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)
		return 405;
	return strcmp(method, "POST") != 0 && f->length ? 400 : 0;
}

static int read_target(struct request *rq)
{
	enum err e = parse_target(rq->arena, rq->target, &rq->http.path, &rq->http.query);
	return e == E_TOO_LARGE ? 414 : (int)e;
}

int head_read(struct request *rq, const char *method, const char *version)
{
	static const struct http_pair no_pairs[1];
	static const struct http_file no_files[1];
	struct framing framing;
	struct http_request *h = &rq->http;

	*h = (struct http_request){ .arena = rq->arena,
		.method = "",
		.path = "/",
		.query = no_pairs,
		.form = no_pairs,
		.headers = no_pairs,
		.cookies = no_pairs,
		.files = no_files,
		.remote = rq->client->remote };
	int status = read_headers(rq, method);
	if (!status)
		status = parse_framing(h->headers, text_is(version, "HTTP/1.0"), &framing);
	if (!status)
		status = read_method(rq, method, &framing);
	if (!status)
		status = read_target(rq);
	if (status)
		return status;
	h->cookies = parse_cookies(rq->arena, h->headers);
	read_client(rq);
	rq->length = framing.length;
	if (strcmp(h->method, "POST") != 0)
		return 0;
	struct body_promise p = { pair_find(h->headers, "content-type"), rq->length };
	rq->body = body_new(rq->arena, &rq->server->rules, &p, &status);
	if (status && !framing.expects && rq->length <= rq->server->limits.drain) {
		rq->refusal = status; /* said when the body was read */
		return 0;
	}
	return status;
}
