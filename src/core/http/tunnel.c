/* WebSockets. The library hands over the connection behind our 101; from then on a thread of its
 * own reads and writes the socket, blocking with deadlines. Ended threads are joined when the next
 * one begins, and by tunnels_close(): so none is left when the server's memory goes. */
#include "core/http/private.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/http/frames.h"

enum { STACK_BYTES = 256 << 10, SEND_MS = 10 * SECOND, SLICE_MS = SECOND };

struct websocket {
	struct websocket *next, **link;
	struct tunnels *tunnels;
	struct http_server *server;
	struct MHD_UpgradeResponseHandle *handle;
	struct http_tunnel tunnel;
	pthread_t thread;
	int fd;
	atomic_bool over;
	uint8_t in[WS_INPUT_MAX];
	size_t in_n;
	int64_t heard, pinged; /* clock_mono */
};

struct tunnels {
	pthread_mutex_t lock;
	struct websocket *live, *ended;
	int n, most, quiet_ms;
	bool over;
};

struct tunnels *tunnels_open(int most, int quiet_ms)
{
	struct tunnels *t = calloc(1, sizeof(*t));
	if (!t)
		abort();
	pthread_mutex_init(&t->lock, NULL);
	t->most = most;
	t->quiet_ms = quiet_ms;
	return t;
}

int64_t tunnels_count(struct tunnels *t)
{
	pthread_mutex_lock(&t->lock);
	int64_t n = t->n;
	pthread_mutex_unlock(&t->lock);
	return n;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* False: it is over. */
static bool send_all(struct websocket *w, const uint8_t *at, size_t n)
{
	int64_t until = clock_mono() + SEND_MS;
	while (n && !atomic_load(&w->over)) {
		ssize_t k = send(w->fd, at, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (k > 0) {
			at += k;
			n -= (size_t)k;
			until = clock_mono() + SEND_MS;
			continue;
		}
		struct pollfd p = { .fd = w->fd, .events = POLLOUT };
		if ((k < 0 && errno != EAGAIN && errno != EINTR) || clock_mono() >= until)
			break;
		(void)poll(&p, 1, SLICE_MS);
	}
	if (n)
		atomic_store(&w->over, true);
	return n == 0;
}

static bool send_frame(struct websocket *w, enum ws_opcode opcode, const void *at, size_t n)
{
	uint8_t frame[WS_HEAD_MAX + WS_CONTROL_MAX];
	size_t head = ws_head_write(frame, opcode, n);
	if (n)
		memcpy(frame + head, at, n);
	return send_all(w, frame, head + n);
}

static void send_close(struct websocket *w, unsigned code)
{
	uint8_t two[2] = { (uint8_t)(code >> 8), (uint8_t)code };
	if (!atomic_load(&w->over))
		send_frame(w, WS_CLOSE, two, sizeof(two));
	atomic_store(&w->over, true);
}

enum err websocket_begin(struct websocket *w, bool text, uint64_t n)
{
	uint8_t head[WS_HEAD_MAX];
	size_t size = ws_head_write(head, text ? WS_TEXT : WS_BINARY, n);
	return send_all(w, head, size) ? OK : E_BUSY;
}

enum err websocket_add(struct websocket *w, struct bytes piece)
{
	return send_all(w, piece.at, piece.n) ? OK : E_BUSY;
}

/* ---- reading ------------------------------------------------------------------------------ */

static void answer_frame(struct websocket *w, const struct ws_frame *f)
{
	if (f->opcode == WS_PING)
		send_frame(w, WS_PONG, f->payload, f->n);
	if (f->opcode == WS_CLOSE)
		send_close(w, WS_NORMAL);
}

static void take_input(struct websocket *w)
{
	struct ws_frame f;
	enum ws_step step = WS_MORE;
	while (!atomic_load(&w->over) && (step = ws_frame_read(w->in, w->in_n, &f)) == WS_FRAME) {
		answer_frame(w, &f);
		w->in_n -= f.used;
		memmove(w->in, w->in + f.used, w->in_n);
	}
	if (step == WS_BAD)
		send_close(w, f.code);
}

static void read_some(struct websocket *w)
{
	ssize_t n = recv(w->fd, w->in + w->in_n, sizeof(w->in) - w->in_n, MSG_DONTWAIT);
	if (n > 0) {
		w->in_n += (size_t)n;
		w->heard = clock_mono();
		take_input(w);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		atomic_store(&w->over, true);
	}
}

static void look_after_time(struct websocket *w, int64_t now)
{
	int quiet = w->tunnels->quiet_ms;
	if (now - w->heard > quiet)
		send_close(w, WS_GOING_AWAY);
	else if (now - w->heard > quiet / 3 && now - w->pinged > quiet / 3 &&
		 send_frame(w, WS_PING, NULL, 0))
		w->pinged = now;
}

enum websocket_wake websocket_wait(struct websocket *w, int fd, int ms)
{
	int64_t until = clock_mono() + ms;
	for (;;) {
		int64_t now = clock_mono(), left = until - now;
		look_after_time(w, now);
		if (atomic_load(&w->over))
			return WEBSOCKET_OVER;
		struct pollfd p[2] = { { .fd = w->fd, .events = POLLIN },
			{ .fd = fd, .events = POLLIN } };
		int n = poll(p, 2, (int)(left < 0 ? 0 : left < SLICE_MS ? left : SLICE_MS));
		if (n > 0 && p[0].revents)
			read_some(w);
		if (n > 0 && p[1].revents && !atomic_load(&w->over))
			return WEBSOCKET_READ;
		if (left <= 0 && !atomic_load(&w->over))
			return WEBSOCKET_TIME;
	}
}

/* ---- threads ------------------------------------------------------------------------------ */

static void move_to_ended(struct websocket *w)
{
	struct tunnels *t = w->tunnels;
	pthread_mutex_lock(&t->lock);
	*w->link = w->next;
	if (w->next)
		w->next->link = w->link;
	w->next = t->ended;
	t->ended = w;
	t->n--;
	pthread_mutex_unlock(&t->lock);
}

static void *run(void *at)
{
	struct websocket *w = at;
	struct http_server *s = w->server;
	take_input(w); /* what came right behind the request */
	w->tunnel.run(w->tunnel.context, w);
	send_close(w, WS_GOING_AWAY);
	w->tunnel.done(w->tunnel.context);
	shutdown(w->fd, SHUT_RDWR);
	struct MHD_UpgradeResponseHandle *handle = w->handle;
	move_to_ended(w); /* from here on another thread waits for this one, and frees w */
	MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
	handler_leave(s);
	return NULL;
}

static void reap(struct tunnels *t)
{
	pthread_mutex_lock(&t->lock);
	struct websocket *w = t->ended;
	t->ended = NULL;
	pthread_mutex_unlock(&t->lock);
	while (w) {
		struct websocket *next = w->next;
		pthread_join(w->thread, NULL);
		free(w);
		w = next;
	}
}

/* With the lock: so that the thread cannot end before it stands in the list. */
static bool start(struct tunnels *t, struct websocket *w)
{
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	bool began = !t->over && pthread_create(&w->thread, &attr, run, w) == 0;
	pthread_attr_destroy(&attr);
	if (!began)
		return false;
	w->link = &t->live;
	w->next = t->live;
	if (w->next)
		w->next->link = &w->next;
	t->live = w;
	t->n++;
	return true;
}

/* The library's thread: the 101 has been sent. */
static void upgraded(void *context, struct MHD_Connection *c, void *request, const char *extra,
	size_t extra_n, MHD_socket fd, struct MHD_UpgradeResponseHandle *handle)
{
	struct request *rq = context;
	struct tunnels *t = rq->server->tunnels;
	struct websocket *w = calloc(1, sizeof(*w));
	(void)c, (void)request;
	if (!w)
		abort();
	*w = (struct websocket){ .tunnels = t,
		.server = rq->server,
		.handle = handle,
		.tunnel = rq->tunnel,
		.fd = fd,
		.in_n = extra_n < sizeof(w->in) ? extra_n : sizeof(w->in),
		.heard = clock_mono() };
	memcpy(w->in, extra, w->in_n);
	bool began = handler_enter(rq->server);
	if (began) {
		pthread_mutex_lock(&t->lock);
		began = start(t, w);
		pthread_mutex_unlock(&t->lock);
		if (!began)
			handler_leave(rq->server);
	}
	rq->tunnelled = began;
	if (began)
		return;
	free(w);
	MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

/* ---- the handshake ------------------------------------------------------------------------ */

/* Does the list of tokens name it? */
static bool names(const char *list, const char *token)
{
	for (const char *s = list; s && *s; s += *s == ',') {
		s += strspn(s, " \t");
		size_t n = strcspn(s, ", \t");
		if (n == strlen(token) && strncasecmp(s, token, n) == 0)
			return true;
		s += strcspn(s, ",");
	}
	return false;
}

int tunnel_check(struct request *rq, char accept[WS_ACCEPT_SIZE])
{
	const struct http_pair *h = rq->http.headers;
	struct tunnels *t = rq->server->tunnels;
	if (!names(pair_find(h, "upgrade"), "websocket") ||
		!names(pair_find(h, "connection"), "upgrade"))
		return 426;
	if (!text_is(pair_find(h, "sec-websocket-version"), "13") ||
		!ws_accept(pair_find(h, "sec-websocket-key"), accept))
		return 400;
	if (!ws_same_host(pair_find(h, "origin"), pair_find(h, "host")))
		return 403;
	reap(t);
	pthread_mutex_lock(&t->lock);
	bool room = !t->over && t->n < t->most;
	pthread_mutex_unlock(&t->lock);
	return room ? 0 : 503;
}

struct MHD_Response *tunnel_response(struct request *rq, const char *accept)
{
	struct MHD_Response *m = MHD_create_response_for_upgrade(upgraded, rq);
	if (!m)
		return NULL;
	if (MHD_add_response_header(m, "Upgrade", "websocket") != MHD_YES ||
		MHD_add_response_header(m, "Sec-WebSocket-Accept", accept) != MHD_YES) {
		MHD_destroy_response(m);
		return NULL;
	}
	return m;
}

/* ---- the end ------------------------------------------------------------------------------ */

void tunnels_end(struct tunnels *t)
{
	pthread_mutex_lock(&t->lock);
	t->over = true;
	for (struct websocket *w = t->live; w; w = w->next) {
		atomic_store(&w->over, true);
		shutdown(w->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&t->lock);
}

void tunnels_close(struct tunnels *t)
{
	if (!t)
		return;
	reap(t);
	pthread_mutex_destroy(&t->lock);
	free(t);
}
