#include "core/http/private.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zlib.h>

enum { GZIP_FROM = 1024, GZIP_LEVEL = 4, DEFLATERS_KEPT = 16 };

/* ---- headers ------------------------------------------------------------------------------ */

void reply_header(struct http_reply *r, const char *name, const char *value)
{
	if (r->n_headers == HTTP_HEADERS) {
		log_event(LOG_ERROR, "reply.headers", "why", "too many", "name", name, NULL);
		return;
	}
	r->headers[r->n_headers++] = (struct http_pair){ name, value };
}

static const char *header_of(const struct ready *r, const char *name)
{
	for (int i = 0; i < r->n_headers; i++)
		if (strcasecmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return NULL;
}

static void add(struct ready *r, const char *name, const char *value)
{
	if (r->n_headers < READY_HEADERS)
		r->headers[r->n_headers++] = (struct http_pair){ name, value };
}

static void add_unless(struct ready *r, const char *name, const char *value)
{
	if (!header_of(r, name))
		add(r, name, value);
}

/* These are the server's own business: a handler that sets them would frame the answer wrongly. */
static bool is_ours(const char *name)
{
	static const char *const ours[] = { "Content-Length", "Transfer-Encoding", "Connection",
		"Date", "Trailer", "Upgrade" };
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (strcasecmp(name, ours[i]) == 0)
			return true;
	return false;
}

static bool is_sendable(const struct http_pair *p)
{
	return p->name && *p->name && !p->name[strcspn(p->name, "\r\n: ")] && p->value &&
	       !p->value[strcspn(p->value, "\r\n")] && !is_ours(p->name);
}

static void take_headers(struct ready *out, const struct http_reply *reply)
{
	out->n_headers = 0;
	for (int i = 0; i < reply->n_headers && i < HTTP_HEADERS; i++) {
		if (is_sendable(&reply->headers[i]))
			add(out, reply->headers[i].name, reply->headers[i].value);
		else
			log_event(LOG_ERROR, "reply.headers", "why", "not sendable", "name",
				reply->headers[i].name ? reply->headers[i].name : "", NULL);
	}
}

static void house_headers(struct ready *out)
{
	static const struct http_pair house[] = {
		{ "Content-Security-Policy",
			"default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
			"worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
			"frame-ancestors 'none'; form-action 'self'" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "same-origin" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self)" },
		{ "Cache-Control", "no-store" },
	};
	for (size_t i = 0; i < sizeof(house) / sizeof(*house); i++)
		add_unless(out, house[i].name, house[i].value);
}

/* ---- compression -------------------------------------------------------------------------- */

struct deflater {
	struct deflater *next;
	z_stream z;
};

struct deflaters {
	pthread_mutex_t lock;
	struct deflater *idle;
	int n;
};

struct deflaters *deflaters_new(void)
{
	struct deflaters *d = calloc(1, sizeof(*d));
	if (!d)
		abort();
	pthread_mutex_init(&d->lock, NULL);
	return d;
}

static void deflater_free(struct deflater *one)
{
	deflateEnd(&one->z);
	free(one);
}

void deflaters_free(struct deflaters *d)
{
	if (!d)
		return;
	while (d->idle) {
		struct deflater *one = d->idle;
		d->idle = one->next;
		deflater_free(one);
	}
	pthread_mutex_destroy(&d->lock);
	free(d);
}

static struct deflater *deflater_take(struct deflaters *d)
{
	pthread_mutex_lock(&d->lock);
	struct deflater *one = d->idle;
	if (one) {
		d->idle = one->next;
		d->n--;
	}
	pthread_mutex_unlock(&d->lock);
	if (one)
		return one;
	one = calloc(1, sizeof(*one));
	if (one && deflateInit2(&one->z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
			   Z_OK) {
		free(one);
		one = NULL;
	}
	return one;
}

static void deflater_return(struct deflaters *d, struct deflater *one)
{
	bool keep = deflateReset(&one->z) == Z_OK;

	pthread_mutex_lock(&d->lock);
	keep = keep && d->n < DEFLATERS_KEPT;
	if (keep) {
		one->next = d->idle;
		d->idle = one;
		d->n++;
	}
	pthread_mutex_unlock(&d->lock);
	if (!keep)
		deflater_free(one);
}

/* False when it came out no smaller; the body then stays as it is. */
static bool gzip(struct deflaters *d, struct arena *a, struct bytes in, struct bytes *out)
{
	struct deflater *one = in.n <= UINT32_MAX / 2 ? deflater_take(d) : NULL;
	if (!one)
		return false;
	uint8_t *to = arena_alloc(a, in.n);

	one->z.next_in = (Bytef *)(uintptr_t)in.at;
	one->z.avail_in = (uInt)in.n;
	one->z.next_out = to;
	one->z.avail_out = (uInt)in.n;
	bool whole = deflate(&one->z, Z_FINISH) == Z_STREAM_END;
	*out = (struct bytes){ to, in.n - one->z.avail_out };
	deflater_return(d, one);
	return whole;
}

static bool compressible(const char *type)
{
	static const char *const begins[] = { "text/", "application/json", "application/javascript",
		"application/geo+json", "application/problem+json", "application/manifest+json",
		"application/xml", "image/svg+xml" };
	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (text_starts(type, begins[i]))
			return true;
	return false;
}

/* Whether this client gets the compressed form; a body that did not change is not worth the work.
 */
static bool encode(struct deflaters *d, const struct http_request *rq,
	const struct http_reply *reply, struct ready *out)
{
	bool made = reply->body_gzip_at != NULL;

	if (!made && (out->body.n < GZIP_FROM || !compressible(header_of(out, "Content-Type")) ||
			     header_of(out, "Content-Encoding")))
		return false;
	add(out, "Vary", "Accept-Encoding");
	if (!accepts_gzip(pair_find(rq->headers, "accept-encoding")))
		return false;
	if (out->status == 304)
		return true;
	if (made)
		out->body =
			(struct bytes){ (const uint8_t *)reply->body_gzip_at, reply->body_gzip_n };
	else if (!gzip(d, rq->arena, out->body, &out->body))
		return false;
	add(out, "Content-Encoding", "gzip");
	return true;
}

/* ---- tags and ranges ---------------------------------------------------------------------- */

static bool tag_valid(const struct http_reply *reply)
{
	return reply->etag && !reply->etag[strcspn(reply->etag, "\"\r\n\\")];
}

static bool range_wanted(const struct http_request *rq, const struct http_reply *reply)
{
	const char *only_if = pair_find(rq->headers, "if-range");
	if (!only_if)
		return true;
	return !text_starts(only_if, "W/") && !text_is(only_if, "*") &&
	       etag_matches(only_if, reply->etag);
}

static void cut(const struct http_request *rq, const struct http_reply *reply, struct ready *out)
{
	int64_t from, n;

	add(out, "Accept-Ranges", "bytes");
	if (out->status != 200 || out->head || !range_wanted(rq, reply))
		return;
	switch (parse_range(pair_find(rq->headers, "range"), out->fd_n, &from, &n)) {
	case RANGE_ALL:
		return;
	case RANGE_PART:
		add(out, "Content-Range",
			arena_printf(rq->arena, "bytes %" PRId64 "-%" PRId64 "/%" PRId64, from,
				from + n - 1, out->fd_n));
		out->status = 206;
		out->fd_from = from;
		out->fd_n = n;
		return;
	case RANGE_BEYOND:
		add(out, "Content-Range", arena_printf(rq->arena, "bytes */%" PRId64, out->fd_n));
		out->status = 416;
		close(out->fd);
		out->fd = -1;
		out->body = (struct bytes){ 0 };
	}
}

/* ---- the answer --------------------------------------------------------------------------- */

static void check_status(
	const struct http_request *rq, const struct http_reply *reply, struct ready *out)
{
	if (reply->tunnel.run) {
		out->status = 426; /* what it is when nothing comes of it */
	} else if (out->status < 200 || out->status > 599) {
		log_event(LOG_ERROR, "reply.status", "path", rq->path, NULL);
		out->status = 500;
	}
}

void reply_ready(struct deflaters *d, const struct http_request *rq, struct http_reply *reply,
	struct ready *out)
{
	bool compressed = false;

	*out = (struct ready){ .status = reply->status,
		.body = reply->body,
		.fd = reply->fd,
		.fd_n = reply->fd_size,
		.events = reply->events,
		.head = out->head };
	reply->fd = -1;
	check_status(rq, reply, out);
	take_headers(out, reply);
	if (out->events) {
		out->body = (struct bytes){ 0 };
		add_unless(out, "Content-Type", "text/event-stream");
		add_unless(out, "X-Accel-Buffering", "no");
	} else if (out->status != 204 && out->status != 304) {
		add_unless(out, "Content-Type", "application/octet-stream");
	}
	bool tagged = tag_valid(reply);
	if (tagged && out->status == 200 &&
		etag_matches(pair_find(rq->headers, "if-none-match"), reply->etag))
		out->status = 304;
	if (!out->events && out->fd < 0)
		compressed = encode(d, rq, reply, out);
	/* a compressed answer means the same but has other bytes: a weak tag (RFC 9110
	 * section 8.8.1) */
	if (tagged)
		add_unless(out, "ETag",
			arena_printf(rq->arena, "%s\"%s\"", compressed ? "W/" : "", reply->etag));
	if (out->fd >= 0)
		cut(rq, reply, out);
	house_headers(out);
	if (reply->close)
		add(out, "Connection", "close");
}

struct words {
	int status;
	const char *zh, *en;
};

static const struct words *words_of(int status)
{
	static const struct words all[] = {
		{ 400, "请求无法识别。", "The request could not be understood." },
		{ 403, "此页面不得由其他网站打开。", "Pages of other sites may not open this." },
		{ 405, "此地址不接受这种请求。", "This kind of request is not taken here." },
		{ 411, "请求缺少长度。", "The request must say how long it is." },
		{ 413, "提交的内容过大。", "What was sent is too large." },
		{ 414, "地址过长。", "The address is too long." },
		{ 415, "不支持这种内容格式。", "This format is not taken here." },
		{ 417, "无法满足请求的要求。", "The expectation cannot be met." },
		{ 426, "此地址只供实时画面使用。", "This address serves live pictures only." },
		{ 431, "请求头过大。", "The head of the request is too large." },
		{ 500, "系统出错,请稍后再试。", "Something went wrong. Please try again later." },
		{ 503, "系统繁忙,请稍后再试。", "Busy at the moment. Please try again soon." },
		{ 507, "存储空间不足,请稍后再试。", "There is no room to keep it now." },
	};
	size_t n = sizeof(all) / sizeof(*all);
	for (size_t i = 0; i < n; i++)
		if (all[i].status == status)
			return &all[i];
	return &all[0];
}

void reply_refusal(
	struct arena *a, int status, const struct http_pair *headers, struct http_reply *out)
{
	const struct words *w = words_of(status);
	const char *accept = pair_find(headers, "accept");
	bool html = accept && strstr(accept, "text/html");
	char *s = html ? arena_printf(a,
				 "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">"
				 "<meta name=\"viewport\" "
				 "content=\"width=device-width\"><title>%d</title>"
				 "<h1>%s</h1><p lang=\"en\">%s</p></html>\n",
				 status, w->zh, w->en)
		       : arena_printf(a, "%d %s %s\n", status, w->zh, w->en);

	*out = (struct http_reply){ .fd = -1, .status = status, .close = true };
	out->body = (struct bytes){ (const uint8_t *)s, strlen(s) };
	reply_header(out, "Content-Type",
		html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
	if (status == 405)
		reply_header(out, "Allow", "GET, HEAD, POST");
	if (status == 503)
		reply_header(out, "Retry-After", "2");
}

/* ---- the library's view ------------------------------------------------------------------- */

static struct MHD_Response *with_headers(struct MHD_Response *m, const struct ready *r)
{
	for (int i = 0; m && i < r->n_headers; i++)
		if (MHD_add_response_header(m, r->headers[i].name, r->headers[i].value) != MHD_YES)
			log_event(LOG_ERROR, "reply.headers", "why", "refused by the library",
				"name", r->headers[i].name, NULL);
	return m;
}

struct MHD_Response *reply_response(struct ready *r)
{
	struct MHD_Response *m;

	if (r->fd < 0)
		return with_headers(MHD_create_response_from_buffer(r->body.n,
					    (void *)(uintptr_t)r->body.at, MHD_RESPMEM_PERSISTENT),
			r);
	m = MHD_create_response_from_fd_at_offset64((uint64_t)r->fd_n, r->fd, (uint64_t)r->fd_from);
	if (!m)
		close(r->fd);
	r->fd = -1;
	return with_headers(m, r);
}

static ssize_t stream_read(void *context, uint64_t at, char *to, size_t most)
{
	(void)at;
	ssize_t n = events_read(context, to, most);
	return n == EVENTS_OVER ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void stream_free(void *context)
{
	events_free(context);
}

struct MHD_Response *reply_stream(struct ready *r, struct subscriber *s)
{
	struct MHD_Response *m = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, 4096, stream_read, s, stream_free);
	if (!m)
		events_free(s);
	return with_headers(m, r);
}
