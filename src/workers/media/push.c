/* The sockets of the RTMP server, all on one thread. A peer that does not keep up, says nothing or
 * says too much is ended; nothing that a peer does makes another one wait. */
#include "workers/media/push_server.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	STACK_BYTES = 1 << 20,
	BUFFER_BYTES = 256 << 10,
	READS_A_ROUND = 4, /* of one connection, before the others have their turn */
	EVENTS = 64,
	ROUND_MS = 500,
	BACKLOG = 64,
	REFUSALS_NOTED_MS = 10 * SECOND,
	LEAVE_MS = 2 * SECOND, /* so long a refused peer may take to read why */
};

/* ---- what a connection tells ------------------------------------------------------------- */

static void mark_dead(struct push_connection *c)
{
	c->dead = true;
	c->server->dirty = true;
}

static void note(const struct push_connection *c, const char *what, const char *detail)
{
	log_event(LOG_INFO, what, "camera", c->stream ? c->stream->camera : "", "peer", c->peer,
		"detail", detail, NULL);
}

/* An interrupted telephone dials in anew before we know that its old connection is dead. */
static void end_older(struct push_connection *c)
{
	struct push_server *p = c->server;
	for (size_t i = 0; i < p->n; i++) {
		struct push_connection *o = p->connections[i];
		if (o != c && !o->dead && o->stream == c->stream) {
			note(o, "media.push_ended", "a newer publisher took over");
			mark_dead(o);
		}
	}
}

/* Whoever tries keys shall not fill the log as well. */
static void note_refused(struct push_connection *c)
{
	int64_t now = clock_mono(), *last = &c->server->refusal_noted;
	if (*last && now - *last < REFUSALS_NOTED_MS)
		return;
	*last = now;
	log_event(LOG_WARN, "media.push_refused", "peer", c->peer, "reason", "unknown stream key",
		NULL);
}

static bool on_publish(void *at, const char *key)
{
	struct push_connection *c = at;
	struct push_stream *s = push_find(c->server, key);
	if (!s) {
		note_refused(c);
		return false;
	}
	c->stream = s;
	c->config = (struct flv_config){ 0 };
	end_older(c);
	c->turn = push_stream_begin(s);
	note(c, "media.push_began", "");
	return true;
}

static void release(struct push_connection *c)
{
	if (!c->stream)
		return;
	push_stream_end(c->stream, c->turn);
	push_stream_drop(c->stream);
	c->stream = NULL;
}

static void on_unpublish(void *at)
{
	struct push_connection *c = at;
	note(c, "media.push_ended", "the publisher ended it");
	release(c);
	c->opened = clock_mono(); /* it may begin again */
}

static void bad(struct push_connection *c, const struct fault *why)
{
	note(c, "media.push_ended", why->text);
	mark_dead(c);
}

static void on_config(struct push_connection *c, const struct flv_video *v)
{
	struct flv_config config;
	struct fault why = { 0 };
	if (flv_config_read(v, &config, &why)) {
		bad(c, &why);
		return;
	}
	/* Another codec cannot go on in what a camera's thread has opened. */
	if (c->config.codec && c->config.codec != config.codec)
		c->turn = push_stream_begin(c->stream);
	c->config = config;
	push_stream_config(c->stream, &config);
}

static void on_picture(struct push_connection *c, const struct flv_video *v, int64_t ms)
{
	struct flv_unit u;
	struct fault why = { 0 };
	if (!c->config.codec)
		return; /* the middle of a stream: its configuration comes again, or never */
	if (flv_annexb(&c->config, v, &u, &why)) {
		bad(c, &why);
		return;
	}
	struct push_frame f = {
		.turn = c->turn,
		.at = u.at,
		.n = u.n,
		.dts = ms * TICKS_PER_MS,
		.pts = (ms + v->composition) * TICKS_PER_MS,
		.arrived_ms = clock_now(),
		.key = u.key,
	};
	push_stream_put(c->stream, &f);
}

static void on_video(void *at, int64_t ms, struct bytes message)
{
	struct push_connection *c = at;
	struct flv_video v;
	struct fault why = { 0 };
	if (c->dead || !c->stream)
		return;
	if (flv_read(message, &v, &why))
		bad(c, &why);
	else if (v.kind == FLV_HEADER)
		on_config(c, &v);
	else if (v.kind == FLV_PICTURE)
		on_picture(c, &v, ms);
	else if (v.kind == FLV_OTHER)
		push_stream_other_codec(c->stream);
}

/* ---- sockets ----------------------------------------------------------------------------- */

static void watch(struct push_connection *c, bool out)
{
	struct epoll_event e = { .events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c };
	c->wants_out = out;
	epoll_ctl(c->server->epoll, EPOLL_CTL_MOD, c->fd, &e);
}

static void send_out(struct push_connection *c)
{
	struct bytes out = rtmp_out(c->rtmp);
	while (out.n) {
		ssize_t n = send(c->fd, out.at, out.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			mark_dead(c);
			return;
		}
		if (n <= 0)
			break;
		rtmp_sent(c->rtmp, (size_t)n);
		out = rtmp_out(c->rtmp);
	}
	if (c->wants_out != (out.n > 0))
		watch(c, out.n > 0);
	if (c->leave_by && !out.n)
		shutdown(c->fd, SHUT_WR);
}

static void feed(struct push_connection *c, struct bytes in)
{
	struct fault why = { 0 };
	c->heard = clock_mono();
	if (c->leave_by || !rtmp_feed(c->rtmp, in, &why))
		return;
	if (!c->stream && !rtmp_out(c->rtmp).n) { /* nothing to tell a stranger */
		mark_dead(c);
		return;
	}
	if (c->stream)
		note(c, "media.push_ended", why.text);
	release(c);
	c->leave_by = c->heard + LEAVE_MS;
}

static void receive(struct push_connection *c)
{
	for (int i = 0; i < READS_A_ROUND && !c->dead; i++) {
		ssize_t n = recv(c->fd, c->server->buffer, BUFFER_BYTES, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0) {
			if (c->stream)
				note(c, "media.push_ended", n ? strerror(errno) : "it hung up");
			mark_dead(c);
			return;
		}
		feed(c, (struct bytes){ c->server->buffer, (size_t)n });
		if (n < BUFFER_BYTES)
			break;
	}
	if (!c->dead)
		send_out(c);
}

static void connection_free(struct push_connection *c)
{
	release(c);
	rtmp_free(c->rtmp);
	/* Closing alone does not take it out while a process just forked still has it open. */
	epoll_ctl(c->server->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	close(c->fd);
	free(c);
}

/* The stranger that has been connected longest. */
static struct push_connection *oldest_stranger(struct push_server *p, size_t *strangers)
{
	struct push_connection *oldest = NULL;
	*strangers = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct push_connection *c = p->connections[i];
		if (c->stream || c->dead)
			continue;
		++*strangers;
		if (!oldest || c->opened < oldest->opened)
			oldest = c;
	}
	return oldest;
}

static void admit(struct push_server *p, int fd, const struct sockaddr_storage *from, socklen_t n)
{
	struct push_connection *c = calloc(1, sizeof(*c));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
	struct rtmp_sink sink = { c, on_publish, on_video, on_unpublish };
	size_t strangers;
	if (!c)
		abort();
	struct push_connection *oldest = oldest_stranger(p, &strangers);
	if (oldest && strangers >= PUSH_STRANGERS_MAX)
		mark_dead(oldest);
	c->server = p;
	c->fd = fd;
	c->opened = c->heard = clock_mono();
	c->rtmp = rtmp_new(&sink);
	if (getnameinfo((const struct sockaddr *)from, n, c->peer, sizeof(c->peer), NULL, 0,
		    NI_NUMERICHOST))
		c->peer[0] = '\0';
	if (p->n == PUSH_CONNECTIONS_MAX || epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &e)) {
		log_event(LOG_WARN, "media.push_full", "peer", c->peer, NULL);
		connection_free(c);
		return;
	}
	p->connections[p->n++] = c;
}

static void accept_all(struct push_server *p)
{
	for (int i = 0; i < BACKLOG; i++) {
		struct sockaddr_storage from;
		socklen_t n = sizeof(from);
		int fd = accept4(
			p->listener, (struct sockaddr *)&from, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return;
		admit(p, fd, &from, n);
	}
}

/* ---- the thread -------------------------------------------------------------------------- */

static void judge(struct push_connection *c, int64_t now)
{
	const char *why = NULL;
	if (c->leave_by)
		c->dead = c->dead || now >= c->leave_by;
	else if (!c->stream)
		c->dead = c->dead || now - c->opened >= PUSH_HELLO_MS;
	else if (atomic_load(&c->stream->gone))
		why = "its stream key is no longer known";
	else if (now - c->heard >= PUSH_SILENCE_MS)
		why = "it says nothing";
	if (!why || c->dead)
		return;
	note(c, "media.push_ended", why);
	c->dead = true;
}

static void sweep(struct push_server *p)
{
	int64_t now = clock_mono();
	for (size_t i = p->n; i-- > 0;) {
		struct push_connection *c = p->connections[i];
		judge(c, now);
		if (!c->dead)
			continue;
		p->connections[i] = p->connections[--p->n];
		connection_free(c);
	}
}

static void handle(struct push_server *p, const struct epoll_event *e)
{
	struct push_connection *c = e->data.ptr;
	if (!c) {
		accept_all(p);
		return;
	}
	if ((void *)c == p || c->dead) /* the word to stop */
		return;
	if (e->events & EPOLLOUT)
		send_out(c);
	if (!c->dead && e->events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		receive(c);
}

static void *run(void *at)
{
	struct push_server *p = at;
	struct epoll_event events[EVENTS];
	int64_t swept = clock_mono();
	while (!atomic_load(&p->stop)) {
		int n = epoll_wait(p->epoll, events, EVENTS, ROUND_MS);
		for (int i = 0; i < n; i++)
			handle(p, &events[i]);
		if (!p->dirty && clock_mono() - swept < ROUND_MS)
			continue;
		p->dirty = false;
		sweep(p);
		swept = clock_mono();
	}
	while (p->n)
		connection_free(p->connections[--p->n]);
	return NULL;
}

/* ---- from outside ------------------------------------------------------------------------ */

static enum err listen_at(struct push_server *p, const char *where, struct fault *why)
{
	char host[256] = "";
	const char *colon = strrchr(where, ':');
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *all;
	struct sockaddr_storage got;
	socklen_t n = sizeof(got);
	char port[8] = "";
	int on = 1;
	if (!colon || (size_t)(colon - where) >= sizeof(host))
		return fault(why, E_INVALID, "RTMP: %s is not HOST:PORT", where);
	memcpy(host, where, (size_t)(colon - where));
	if (getaddrinfo(*host ? host : NULL, colon + 1, &hints, &all))
		return fault(why, E_INVALID, "RTMP: %s: no such address", where);
	p->listener = socket(all->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	setsockopt(p->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	bool fine = p->listener >= 0 && bind(p->listener, all->ai_addr, all->ai_addrlen) == 0 &&
		    listen(p->listener, BACKLOG) == 0 &&
		    getsockname(p->listener, (struct sockaddr *)&got, &n) == 0 &&
		    getnameinfo((struct sockaddr *)&got, n, NULL, 0, port, sizeof(port),
			    NI_NUMERICSERV) == 0;
	int code = errno;
	int64_t number = 0;
	freeaddrinfo(all);
	if (!fine || !text_to_int(port, &number))
		return fault(
			why, E_CONFLICT, "RTMP: cannot listen at %s: %s", where, strerror(code));
	p->port = (int)number;
	return OK;
}

static enum err make_epoll(struct push_server *p, struct fault *why)
{
	struct epoll_event listener = { .events = EPOLLIN, .data.ptr = NULL };
	struct epoll_event wake = { .events = EPOLLIN, .data.ptr = p };
	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->epoll < 0 || p->wake < 0 ||
		epoll_ctl(p->epoll, EPOLL_CTL_ADD, p->listener, &listener) ||
		epoll_ctl(p->epoll, EPOLL_CTL_ADD, p->wake, &wake))
		return fault(why, E_INTERNAL, "RTMP: epoll: %s", strerror(errno));
	return OK;
}

enum err push_open(const char *where, struct push_server **out, struct fault *why)
{
	struct push_server *p = calloc(1, sizeof(*p));
	*out = NULL;
	if (!p)
		abort();
	p->listener = p->epoll = p->wake = -1;
	pthread_mutex_init(&p->lock, NULL);
	p->buffer = malloc(BUFFER_BYTES);
	p->connections = calloc(PUSH_CONNECTIONS_MAX, sizeof(*p->connections));
	if (!p->buffer || !p->connections)
		abort();
	enum err e = listen_at(p, where, why);
	if (!e)
		e = make_epoll(p, why);
	if (e)
		push_close(p);
	else
		*out = p;
	return e;
}

enum err push_start(struct push_server *p, struct fault *why)
{
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	int rc = pthread_create(&p->thread, &attr, run, p);
	pthread_attr_destroy(&attr);
	p->started = rc == 0;
	return rc ? fault(why, E_BUSY, "cannot start a thread: %s", strerror(rc)) : OK;
}

int push_port(const struct push_server *p)
{
	return p->port;
}

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

void push_close(struct push_server *p)
{
	uint64_t one = 1;
	if (!p)
		return;
	atomic_store(&p->stop, true);
	if (p->started) {
		(void)!write(p->wake, &one, sizeof(one));
		pthread_join(p->thread, NULL);
	}
	close_one(p->listener);
	close_one(p->epoll);
	close_one(p->wake);
	for (size_t i = 0; i < p->known_n; i++)
		push_stream_drop(p->known[i]);
	free(p->known);
	free(p->connections);
	free(p->buffer);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
