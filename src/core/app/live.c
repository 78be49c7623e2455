/* A camera's live fragments from the media worker's socket to a viewer's WebSocket: messages pass
 * through in pieces, as they come, so a viewer costs a thread and one piece of memory. */
#include "core/app/dispatch.h"
#include "core/app/private.h"
#include "core/recordings/live.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PIECE_BYTES = 64 << 10,
	ADMIT_EVERY_MS = 30 * SECOND, /* is the viewer still signed in and allowed? */
	TURN_MS = 10 * SECOND,
	MEDIA_MS = 10 * SECOND, /* the media worker may take so long within a message */
};

struct relay {
	struct arena *arena;
	struct app *app;
	const char *media, *camera;
	struct http_request asked; /* what rights are checked by, again and again */
	struct websocket *to;
	int from;
	int64_t admitted; /* clock_mono */
	uint8_t piece[PIECE_BYTES];
};

/* Bytes of a message that has begun; false at the end of the connection. */
static bool take(struct relay *r, uint8_t *to, size_t n)
{
	while (n) {
		ssize_t k = recv(r->from, to, n, MSG_DONTWAIT);
		if (k < 0 && (errno == EAGAIN || errno == EINTR)) {
			struct pollfd p = { .fd = r->from, .events = POLLIN };
			if (poll(&p, 1, MEDIA_MS) == 0)
				return false;
			continue;
		}
		if (k <= 0)
			return false;
		to += k;
		n -= (size_t)k;
	}
	return true;
}

static bool pass_on(struct relay *r)
{
	struct live_message m;
	if (!take(r, r->piece, LIVE_HEADER) || !live_header_read(r->piece, &m) ||
		websocket_begin(r->to, m.kind == LIVE_INFO, m.n))
		return false;
	for (size_t left = m.n; left;) {
		size_t n = left < PIECE_BYTES ? left : PIECE_BYTES;
		if (!take(r, r->piece, n) || websocket_add(r->to, (struct bytes){ r->piece, n }))
			return false;
		left -= n;
	}
	return true;
}

static bool admitted(struct relay *r)
{
	if (clock_mono() - r->admitted < ADMIT_EVERY_MS)
		return true;
	r->admitted = clock_mono();
	return app_admits(r->app, &r->asked);
}

static void run(void *context, struct websocket *w)
{
	struct relay *r = context;
	struct fault why = { 0 };
	r->to = w;
	r->admitted = clock_mono();
	if (live_connect(r->media, r->camera, &r->from, &why)) {
		log_event(LOG_INFO, "live.not_there", "camera", r->camera, "why", why.text, NULL);
		return;
	}
	for (;;) {
		enum websocket_wake woken = websocket_wait(w, r->from, TURN_MS);
		if (woken == WEBSOCKET_OVER || (woken == WEBSOCKET_READ && !pass_on(r)) ||
			!admitted(r))
			break;
	}
	close(r->from);
}

static void done(void *context)
{
	struct relay *r = context;
	arena_free(r->arena);
}

static struct http_pair *copy_pairs(struct arena *a, const struct http_pair *from)
{
	size_t n = 0;
	while (from && from[n].name)
		n++;
	struct http_pair *to = NEWS(a, struct http_pair, n + 1);
	for (size_t i = 0; i < n; i++)
		to[i] = (struct http_pair){ arena_dup(a, from[i].name),
			arena_dup(a, from[i].value) };
	return to;
}

enum err reply_live(struct req *rq, const char *camera)
{
	struct arena *a = arena_new();
	struct relay *r = NEW(a, struct relay);
	r->arena = a;
	r->app = rq->app;
	r->media = arena_printf(a, "%s/media", rq->app->data_dir);
	r->camera = arena_dup(a, camera);
	r->asked = *rq->http;
	r->asked.arena = NULL;
	r->asked.path = arena_dup(a, rq->http->path);
	r->asked.method = "GET";
	r->asked.query = r->asked.form = copy_pairs(a, NULL);
	r->asked.files = NULL;
	r->asked.headers = copy_pairs(a, rq->http->headers);
	r->asked.cookies = copy_pairs(a, rq->http->cookies);
	rq->priv->answered = true;
	if (rq->priv->reply)
		rq->priv->reply->tunnel = (struct http_tunnel){ run, done, r };
	else
		arena_free(a);
	return OK;
}
