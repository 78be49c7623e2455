/* Sockets and the one thread. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/gb/private.h"

enum {
	TAG_UDP,
	TAG_LISTENER,
	TAG_EVENT,
	TAG_CONNECTIONS,
	TURN_MS = 100,
	UDP_BUFFER = 4 << 20, /* thousands of keep-alives may come at once */
	UDP_AT_ONCE = 256,
	OUT_MAX = 256 << 10,
	SILENT_MS = 10 * MINUTE, /* a TCP connection without a word is closed */
	UNSAID_MS = 30 * SECOND, /* one that never said a whole message */
};

bool gb_id_valid(const char *s)
{
	return s && strlen(s) == GB_ID_DIGITS && strspn(s, "0123456789") == GB_ID_DIGITS;
}

int gb_port(const struct gb_platform *p)
{
	return p->port;
}

bool peer_same_host(const struct peer *a, const struct peer *b)
{
	return a->at.sin_addr.s_addr == b->at.sin_addr.s_addr;
}

void wake(struct gb_platform *p)
{
	uint64_t one = 1;
	(void)!write(p->event, &one, sizeof(one));
}

/* ---- TCP --------------------------------------------------------------------------------- */

static void watch(struct gb_platform *p, int fd, uint32_t events, uint64_t tag)
{
	struct epoll_event e = { .events = events, .data.u64 = tag };
	epoll_ctl(p->poll, EPOLL_CTL_ADD, fd, &e);
}

static void drop(struct gb_platform *p, struct connection *c)
{
	close(c->fd);
	free(c->in);
	free(c->out);
	*c = (struct connection){ .fd = -1 };
	p->n_connections--;
}

static void accept_one(struct gb_platform *p, int64_t now)
{
	struct sockaddr_in at;
	socklen_t n = sizeof(at);
	int fd = accept4(p->listener, (struct sockaddr *)&at, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct connection *c = &p->connections[i];
		if (c->fd >= 0)
			continue;
		*c = (struct connection){ .fd = fd, .serial = ++p->serial, .at = at, .seen = now };
		p->n_connections++;
		watch(p, fd, EPOLLIN, TAG_CONNECTIONS + i);
		return;
	}
	close(fd);
}

static void flush(struct gb_platform *p, struct connection *c)
{
	size_t sent = 0;
	while (sent < c->out_n) {
		ssize_t n = send(c->fd, c->out + sent, c->out_n - sent, MSG_NOSIGNAL);
		if (n <= 0)
			break;
		sent += (size_t)n;
	}
	memmove(c->out, c->out + sent, c->out_n - sent);
	c->out_n -= sent;
	bool waits = c->out_n > 0;
	if (waits != c->waits_out) {
		struct epoll_event e = { .events = EPOLLIN | (waits ? (uint32_t)EPOLLOUT : 0),
			.data.u64 = TAG_CONNECTIONS + (uint64_t)(c - p->connections) };
		epoll_ctl(p->poll, EPOLL_CTL_MOD, c->fd, &e);
		c->waits_out = waits;
	}
}

void send_text(struct gb_platform *p, const struct peer *to, const char *text, size_t n)
{
	if (to->connection < 0) {
		(void)!sendto(p->udp, text, n, MSG_DONTWAIT | MSG_NOSIGNAL,
			(const struct sockaddr *)&to->at, sizeof(to->at));
		return;
	}
	struct connection *c = &p->connections[to->connection];
	if (c->fd < 0 || c->serial != to->serial || c->out_n + n > OUT_MAX)
		return;
	uint8_t *out = realloc(c->out, c->out_n + n);
	if (!out)
		abort();
	c->out = out;
	memcpy(c->out + c->out_n, text, n);
	c->out_n += n;
	flush(p, c);
}

/* ---- messages ---------------------------------------------------------------------------- */

static void take_request(struct gb_platform *p, const struct gb_sip *m, const struct peer *from)
{
	if (text_is(m->method, "REGISTER"))
		on_register(p, m, from);
	else if (text_is(m->method, "MESSAGE") || text_is(m->method, "NOTIFY"))
		on_told(p, m, from);
	else if (text_is(m->method, "BYE"))
		on_bye(p, m, from);
	else if (text_is(m->method, "OPTIONS"))
		answer_send(p, m, from, "200 OK\r\n");
	else if (!text_is(m->method, "ACK"))
		answer_send(p, m, from,
			"405 Method Not Allowed\r\nAllow: REGISTER, MESSAGE, NOTIFY, "
			"BYE, OPTIONS\r\n");
}

static void take_message(struct gb_platform *p, struct bytes b, const struct peer *from)
{
	struct gb_sip m;
	struct fault why = { 0 };
	arena_reset(p->arena);
	if (gb_sip_parse(p->arena, b, &m, &why))
		return;
	if (m.status)
		on_answer(p, &m);
	else if (m.vias && !answer_again(p, &m, from))
		take_request(p, &m, from);
}

static void read_udp(struct gb_platform *p)
{
	static const char BLANKS[] = "\r\n\0 ";
	static _Thread_local uint8_t b[GB_SIP_MESSAGE_MAX];
	int64_t now = clock_mono();
	for (int i = 0; i < UDP_AT_ONCE; i++) {
		struct peer from = { .connection = -1 };
		socklen_t size = sizeof(from.at);
		ssize_t n = recvfrom(
			p->udp, b, sizeof(b), MSG_DONTWAIT, (struct sockaddr *)&from.at, &size);
		if (n < 0 && errno != ECONNREFUSED) /* a device that went: its answer to us */
			return;
		if (n <= 0 || !source_may(p, &from, now))
			continue;
		if (!memchr(BLANKS, b[0], sizeof(BLANKS) - 1)) /* not a keep-alive */
			take_message(p, (struct bytes){ b, (size_t)n }, &from);
	}
}

/* False: the connection is to be dropped. */
static bool cut_messages(struct gb_platform *p, struct connection *c)
{
	size_t at = 0;
	for (;;) {
		ssize_t n = gb_sip_cut((struct bytes){ c->in + at, c->n - at });
		if (n < 0)
			return false;
		if (n == 0)
			break;
		struct peer from = { c->at, (int)(c - p->connections), c->serial };
		size_t blank = 0;
		while (c->in[at + blank] == '\r' || c->in[at + blank] == '\n')
			blank++;
		take_message(p, (struct bytes){ c->in + at + blank, (size_t)n - blank }, &from);
		at += (size_t)n;
	}
	memmove(c->in, c->in + at, c->n - at);
	c->n -= at;
	return c->n < GB_SIP_MESSAGE_MAX;
}

static void read_connection(struct gb_platform *p, struct connection *c, int64_t now)
{
	if (!c->in)
		c->in = malloc(GB_SIP_MESSAGE_MAX);
	if (!c->in)
		abort();
	ssize_t n = recv(c->fd, c->in + c->n, GB_SIP_MESSAGE_MAX - c->n, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(p, c);
		return;
	}
	c->seen = now;
	c->n += (size_t)n;
	if (!cut_messages(p, c))
		drop(p, c);
}

/* ---- the thread -------------------------------------------------------------------------- */

static void take_event(struct gb_platform *p, const struct epoll_event *e, int64_t now)
{
	uint64_t tag = e->data.u64, count;
	if (tag == TAG_UDP) {
		read_udp(p);
	} else if (tag == TAG_LISTENER) {
		accept_one(p, now);
	} else if (tag == TAG_EVENT) {
		(void)!read(p->event, &count, sizeof(count));
	} else {
		struct connection *c = &p->connections[tag - TAG_CONNECTIONS];
		if (c->fd >= 0 && (e->events & EPOLLOUT))
			flush(p, c);
		if (c->fd >= 0 && (e->events & ~(uint32_t)EPOLLOUT))
			read_connection(p, c, now);
	}
}

static void close_silent(struct gb_platform *p, int64_t now)
{
	for (size_t i = 0; p->n_connections && i < CONNECTIONS_MAX; i++) {
		struct connection *c = &p->connections[i];
		if (c->fd >= 0 && now - c->seen > (c->n ? UNSAID_MS : SILENT_MS))
			drop(p, c);
	}
}

static void *run(void *at)
{
	struct gb_platform *p = at;
	int64_t next_turn = 0;
	struct epoll_event events[64];
	for (;;) {
		int n = epoll_wait(p->poll, events, 64, TURN_MS);
		int64_t now = clock_mono();
		pthread_mutex_lock(&p->lock);
		for (int i = 0; i < n; i++)
			take_event(p, &events[i], now);
		if (now >= next_turn) {
			arena_reset(p->arena);
			transactions_turn(p, now);
			devices_turn(p, now);
			calls_turn(p, now);
			close_silent(p, now);
			next_turn = now + TURN_MS;
		}
		bool ending = p->ending;
		pthread_mutex_unlock(&p->lock);
		if (ending)
			return NULL;
	}
}

/* ---- start and end ----------------------------------------------------------------------- */

static enum err open_sockets(struct gb_platform *p, struct sockaddr_in at, struct fault *why)
{
	int on = 1, size = UDP_BUFFER;
	socklen_t n = sizeof(at);
	p->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	p->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	p->poll = epoll_create1(EPOLL_CLOEXEC);
	setsockopt(p->udp, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(p->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(p->listener, (struct sockaddr *)&at, n) || listen(p->listener, 512) ||
		getsockname(p->listener, (struct sockaddr *)&at, &n) ||
		bind(p->udp, (struct sockaddr *)&at, n))
		return fault(why, E_CONFLICT, "GB/T 28181: cannot listen: %s", strerror(errno));
	p->port = ntohs(at.sin_port);
	watch(p, p->udp, EPOLLIN, TAG_UDP);
	watch(p, p->listener, EPOLLIN, TAG_LISTENER);
	watch(p, p->event, EPOLLIN, TAG_EVENT);
	return OK;
}

static enum err read_options(struct gb_platform *p, const struct gb_options *o,
	struct sockaddr_in *at, struct fault *why)
{
	char host[64] = "";
	const char *colon = strrchr(o->listen, ':');
	int64_t port;
	if (!colon || (size_t)(colon - o->listen) >= sizeof(host) ||
		!text_to_int(colon + 1, &port) || port < 0 || port > 65535)
		return fault(
			why, E_INVALID, "GB/T 28181 listens at HOST:PORT, such as 0.0.0.0:5060");
	memcpy(host, o->listen, (size_t)(colon - o->listen));
	*at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	if (inet_pton(AF_INET, host, &at->sin_addr) != 1)
		return fault(why, E_INVALID, "GB/T 28181 listens at an IPv4 address");
	if (!gb_id_valid(o->id))
		return fault(why, E_INVALID, "the platform's number has 20 digits");
	const char *address = o->address && *o->address ? o->address : host;
	struct in_addr one;
	if (inet_pton(AF_INET, address, &one) != 1 || one.s_addr == 0)
		return fault(why, E_INVALID,
			"say with --media-address to which IPv4 address devices send");
	snprintf(p->address, sizeof(p->address), "%s", address);
	snprintf(p->id, sizeof(p->id), "%s", o->id);
	snprintf(p->domain, sizeof(p->domain), "%.10s", o->id);
	p->keepalive_ms = o->keepalive_ms ? o->keepalive_ms : GB_KEEPALIVE_MS;
	p->port_first = o->port_first ? o->port_first : GB_PORT_FIRST;
	p->port_last = o->port_last ? o->port_last : GB_PORT_LAST;
	p->next_port = p->port_first;
	return OK;
}

static struct gb_platform *platform_new(void)
{
	struct gb_platform *p = calloc(1, sizeof(*p));
	pthread_condattr_t attr;
	if (!p)
		abort();
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->turned, &attr);
	pthread_condattr_destroy(&attr);
	p->udp = p->listener = p->event = p->poll = -1;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		p->connections[i].fd = -1;
	p->arena = arena_new();
	p->turn = 1;
	random_bytes(p->key, sizeof(p->key));
	random_bytes(&p->next_ssrc, sizeof(p->next_ssrc));
	p->next_ssrc %= 10000;
	return p;
}

enum err gb_open(const struct gb_options *o, struct gb_platform **out, struct fault *why)
{
	struct gb_platform *p = platform_new();
	struct sockaddr_in at;
	enum err e = read_options(p, o, &at, why);
	if (!e)
		e = open_sockets(p, at, why);
	*out = e ? NULL : p;
	if (e)
		gb_close(p);
	return e;
}

enum err gb_start(struct gb_platform *p, struct fault *why)
{
	int rc = pthread_create(&p->thread, NULL, run, p);
	if (rc)
		return fault(why, E_BUSY, "cannot start a thread: %s", strerror(rc));
	p->started = true;
	return OK;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void free_lists(struct gb_platform *p)
{
	for (struct transaction *t = p->transactions, *next; t; t = next) {
		next = t->next;
		free(t->text);
		free(t);
	}
	for (struct gb_call *c = p->calls, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	for (size_t i = 0; i < ANSWERS; i++)
		free(p->answers[i].text);
	for (size_t i = 0; i < BUCKETS; i++) {
		if (p->devices[i])
			free(p->devices[i]->channels);
		free(p->devices[i]);
	}
}

void gb_close(struct gb_platform *p)
{
	if (!p)
		return;
	if (p->started) {
		pthread_mutex_lock(&p->lock);
		p->ending = true;
		pthread_mutex_unlock(&p->lock);
		wake(p);
		pthread_join(p->thread, NULL);
	}
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (p->connections[i].fd >= 0)
			drop(p, &p->connections[i]);
	free_lists(p);
	close_fd(p->udp);
	close_fd(p->listener);
	close_fd(p->event);
	close_fd(p->poll);
	arena_free(p->arena);
	pthread_cond_destroy(&p->turned);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* ---- media ports ------------------------------------------------------------------------- */

int gb_media_socket(struct gb_platform *p, bool tcp, int *port)
{
	int kind = tcp ? SOCK_STREAM : SOCK_DGRAM, size = UDP_BUFFER / 4, on = 1;
	int fd = -1;
	pthread_mutex_lock(&p->lock);
	for (int i = p->port_first; fd < 0 && i <= p->port_last; i += 2) {
		int now = p->next_port;
		p->next_port = now + 2 > p->port_last ? p->port_first : now + 2;
		struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)now) };
		fd = socket(AF_INET, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (tcp)
			setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
			(tcp && listen(fd, 4))) {
			close_fd(fd);
			fd = -1;
			continue;
		}
		*port = now;
	}
	pthread_mutex_unlock(&p->lock);
	if (fd >= 0 && !tcp)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}
