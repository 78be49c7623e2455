#include "core/http/test_site.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the handler -------------------------------------------------------------------------- */

static void text(const struct http_request *rq, struct http_reply *r, const char *s)
{
	(void)rq;
	r->status = 200;
	r->body = (struct bytes){ (const uint8_t *)s, strlen(s) };
	reply_header(r, "Content-Type", "text/plain; charset=utf-8");
}

static void wait_for_opening(struct site *s)
{
	pthread_mutex_lock(&s->lock);
	s->waiting++;
	pthread_cond_broadcast(&s->changed);
	while (!s->open)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

static void echo(const struct http_request *rq, struct http_reply *r)
{
	struct buf b = { .arena = rq->arena };

	buf_printf(&b, "method=%s path=%s remote=%s secure=%d\n", rq->method, rq->path, rq->remote,
		rq->secure);
	for (const struct http_pair *p = rq->query; p->name; p++)
		buf_printf(&b, "query %s=%s\n", p->name, p->value);
	for (const struct http_pair *p = rq->form; p->name; p++)
		buf_printf(&b, "form %s=%s\n", p->name, p->value);
	for (const struct http_pair *p = rq->cookies; p->name; p++)
		buf_printf(&b, "cookie %s=%s\n", p->name, p->value);
	for (const struct http_file *f = rq->files; f->field; f++)
		buf_printf(&b, "file %s %s %s %" PRId64 " %s %s %s\n", f->field, f->name, f->type,
			f->size, f->sm3, f->sha256, access(f->path, R_OK) == 0 ? "there" : "gone");
	buf_printf(&b, "body %.*s\n", (int)rq->body.n, rq->body.n ? (const char *)rq->body.at : "");
	text(rq, r, buf_text(&b));
}

static void send_file(struct site *s, struct http_reply *r)
{
	r->status = 200;
	r->fd = open(s->file, O_RDONLY | O_CLOEXEC);
	r->fd_size = FILE_SIZE;
	r->etag = "f1";
	reply_header(r, "Content-Type", "video/mp4");
}

static void long_page(const struct http_request *rq, struct http_reply *r)
{
	char *s = arena_alloc(rq->arena, 20001);

	for (int i = 0; i < 20000; i++)
		s[i] = (char)('a' + i % 7);
	text(rq, r, s);
	r->etag = "page";
	reply_header(r, "Vary", "Accept");
	reply_header(r, "Content-Length", "5"); /* not for the handler to say */
}

static void keep_upload(struct site *s, const struct http_request *rq, struct http_reply *r)
{
	char *to = arena_printf(rq->arena, "%s/kept", s->dir);
	text(rq, r, rq->files[0].field && rename(rq->files[0].path, to) == 0 ? "kept" : "lost");
}

/* A text, a long message in pieces, then silence until it is over. */
static void speak(void *context, struct websocket *w)
{
	struct site *s = context;
	static const uint8_t piece[1000] = { 0x70 };
	atomic_fetch_add(&s->tunnels_run, 1);
	enum err e = websocket_begin(w, true, 2);
	if (!e)
		e = websocket_add(w, (struct bytes){ (const uint8_t *)"hi", 2 });
	if (!e)
		e = websocket_begin(w, false, 100 * sizeof(piece));
	for (int i = 0; i < 100 && !e; i++)
		e = websocket_add(w, (struct bytes){ piece, sizeof(piece) });
	while (websocket_wait(w, -1, 20) != WEBSOCKET_OVER)
		;
}

static void spoken(void *context)
{
	struct site *s = context;
	atomic_fetch_add(&s->tunnels_done, 1);
}

static void handler(void *context, const struct http_request *rq, struct http_reply *r)
{
	struct site *s = context;

	if (text_is(rq->path, "/echo")) {
		echo(rq, r);
	} else if (text_is(rq->path, "/file")) {
		send_file(s, r);
	} else if (text_is(rq->path, "/long")) {
		long_page(rq, r);
	} else if (text_is(rq->path, "/keep")) {
		keep_upload(s, rq, r);
	} else if (text_is(rq->path, "/wait")) {
		wait_for_opening(s);
		text(rq, r, "waited");
	} else if (text_is(rq->path, "/events")) {
		r->status = 200;
		r->events = true;
		r->audience = arena_dup(rq->arena, pair_find(rq->query, "who"));
	} else if (text_is(rq->path, "/ws")) {
		r->tunnel = (struct http_tunnel){ speak, spoken, s };
	} else if (text_is(rq->path, "/nothing")) {
		r->status = 0;
	} else {
		text(rq, r, "hello");
	}
}

/* ---- starting and stopping ---------------------------------------------------------------- */

const struct limits small_limits = { .idle_ms = 20000,
	.head_ms = 20000,
	.body_ms = 20000,
	.drain = 1024 * 1024,
	.fields = 10,
	.files = 3,
	.queue = 200,
	.events_keepalive_ms = 20000 };

static void make_file(const char *path)
{
	char *s = malloc(FILE_SIZE);
	assert_non_null(s);
	for (int i = 0; i < FILE_SIZE; i++)
		s[i] = (char)(i * 7 % 251);
	struct fault why;
	assert_int_equal(file_write(path, s, FILE_SIZE, 0600, &why), OK);
	free(s);
}

int site_start(void **state, const struct limits *l)
{
	struct site *s = calloc(1, sizeof(*s));
	struct fault why = { 0 };

	snprintf(s->dir, sizeof(s->dir), "/tmp/shian-test-http-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->file, sizeof(s->file), "%s/file.mp4", s->dir);
	make_file(s->file);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	struct http_options o = { .listen = "127.0.0.1:0",
		.listen_fd = -1,
		.upload_dir = s->dir,
		.upload_max = UPLOAD + 1000,
		.body_max = 10000,
		.workers = PARALLEL,
		.trust_proxy = true,
		.handler = handler,
		.context = s };
	if (http_start_within(&o, l, &s->server, &why))
		fail_msg("%s", why.text);
	s->port = http_port(s->server);
	*state = s;
	return 0;
}

int site_setup(void **state)
{
	return site_start(state, &small_limits);
}

int uploads(const struct site *s)
{
	DIR *d = opendir(s->dir);
	int n = 0;
	for (struct dirent *e; (e = readdir(d));)
		n += text_starts(e->d_name, "upload-");
	closedir(d);
	return n;
}

int site_teardown(void **state)
{
	struct site *s = *state;
	char kept[128];

	site_open(s); /* else handlers of a test that failed half-way wait for ever */
	http_stop(s->server);
	assert_int_equal(uploads(s), 0);
	snprintf(kept, sizeof(kept), "%s/kept", s->dir);
	unlink(kept);
	unlink(s->file);
	assert_int_equal(rmdir(s->dir), 0);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
	return 0;
}

void site_open(struct site *s)
{
	pthread_mutex_lock(&s->lock);
	s->open = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

void site_await(struct site *s, int n)
{
	pthread_mutex_lock(&s->lock);
	while (s->waiting < n)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
}
