/* The life of a request: what the library calls while it arrives, is answered and ends. */
#include "core/http/private.h"

#include <microhttpd.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	POOL_BYTES = 32 * 1024, /* a connection; cleared after each request, so more costs time */
	LOST_AFTER_MS = 60 * SECOND,
	CONNECTIONS_SPARE = 256,
	ENDED_MS = 1000
};

/* ---- answers ------------------------------------------------------------------------------ */

static void until(struct request *rq, int64_t ms)
{
	atomic_store_explicit(
		&rq->client->deadline, ms ? clock_mono() + ms : 0, memory_order_relaxed);
}

/* The library's edge-triggered reading misses a client's end that arrives together with its last
 * bytes. Having been given those bytes we can still see it. */
static bool has_ended(const struct client *c)
{
	char unread;
	return recv(c->fd, &unread, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static int64_t transfer_ms(const struct limits *l, int64_t bytes)
{
	return l->body_ms + bytes / l->slowest * SECOND;
}

static void settle(struct request *rq)
{
	reply_ready(rq->server->deflaters, &rq->http, &rq->reply, &rq->ready);
}

static void refuse(struct request *rq, int status)
{
	if (rq->reply.fd >= 0)
		close(rq->reply.fd);
	reply_refusal(rq->arena, status, rq->http.headers, &rq->reply);
	settle(rq);
}

static struct MHD_Response *stream_or_refusal(struct request *rq)
{
	rq->subscriber = events_join(rq->server->events, rq->reply.audience, rq->client, rq->mhd);
	if (rq->subscriber)
		return reply_stream(&rq->ready, rq->subscriber);
	refuse(rq, 503);
	return reply_response(&rq->ready);
}

static struct MHD_Response *tunnel_or_refusal(struct request *rq)
{
	char accept[29];
	int status = tunnel_check(rq, accept);
	if (!status) {
		rq->ready.status = 101;
		return tunnel_response(rq, accept);
	}
	refuse(rq, status);
	return reply_response(&rq->ready);
}

static void count_answer(struct request *rq)
{
	struct http_server *s = rq->server;
	int64_t n = rq->ready.fd >= 0 ? rq->ready.fd_n : (int64_t)rq->ready.body.n;

	if (rq->ready.head || rq->ready.status == 304)
		n = 0;
	atomic_fetch_add(&s->by_class[rq->ready.status / 100], 1);
	atomic_fetch_add(&s->bytes_out, n);
	until(rq, rq->subscriber || rq->ready.status == 101 ? 0 : transfer_ms(&s->limits, n));
}

/* Hands the answer to the library. */
static enum MHD_Result answer(struct request *rq)
{
	struct MHD_Response *m;

	if (atomic_load(&rq->server->stopping) && !rq->reply.close && !rq->ready.events &&
		rq->ready.n_headers < READY_HEADERS)
		rq->ready.headers[rq->ready.n_headers++] =
			(struct http_pair){ "Connection", "close" };
	rq->phase = PHASE_SENT;
	if (rq->ready.events && !rq->ready.head) {
		m = stream_or_refusal(rq);
		count_answer(rq);
	} else if (rq->tunnel.run && !rq->ready.head) {
		m = tunnel_or_refusal(rq);
		count_answer(rq);
	} else {
		count_answer(rq);
		m = reply_response(&rq->ready);
	}
	if (!m)
		return MHD_NO;
	enum MHD_Result ok = MHD_queue_response(rq->mhd, (unsigned)rq->ready.status, m);
	MHD_destroy_response(m);
	if (rq->subscriber) { /* a stream may last for days */
		arena_free(rq->arena);
		rq->arena = NULL;
	}
	return ok;
}

static enum MHD_Result answer_refusal(struct request *rq, int status)
{
	refuse(rq, status);
	return answer(rq);
}

/* ---- work --------------------------------------------------------------------------------- */

static void handle(struct request *rq)
{
	struct http_server *s = rq->server;
	s->options.handler(s->options.context, &rq->http, &rq->reply);
	rq->tunnel = rq->reply.tunnel;
	settle(rq);
}

/* http_stop() waits until no handler runs. The order of the two atomics matters on both sides:
 * whoever comes too late to be waited for sees that the server stops. */
bool handler_enter(struct http_server *s)
{
	atomic_fetch_add(&s->handlers, 1);
	if (!atomic_load(&s->stopping))
		return true;
	atomic_fetch_sub(&s->handlers, 1);
	return false;
}

static void tell_stopper(struct http_server *s)
{
	if (!atomic_load(&s->stopping))
		return;
	pthread_mutex_lock(&s->lock);
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

void handler_leave(struct http_server *s)
{
	atomic_fetch_sub(&s->handlers, 1);
	tell_stopper(s);
}

/* On a worker's thread. After the resumption the request may be gone. */
void request_work(struct request *rq)
{
	struct http_server *s = rq->server;

	handle(rq);
	rq->phase = PHASE_READY;
	MHD_resume_connection(rq->mhd);
	handler_leave(s);
}

static enum MHD_Result hand_over(struct request *rq)
{
	struct http_server *s = rq->server;

	rq->phase = PHASE_WORK;
	MHD_suspend_connection(rq->mhd);
	if (pool_push(s->pool, rq))
		return MHD_YES;
	refuse(rq, 503);
	rq->phase = PHASE_READY;
	MHD_resume_connection(rq->mhd);
	handler_leave(s);
	return MHD_YES;
}

/* The whole request is here. */
static enum MHD_Result dispatch(struct request *rq)
{
	struct http_server *s = rq->server;
	int status = rq->refusal;

	if (!status && rq->body)
		status = body_end(rq->body, &rq->http);
	if (status)
		return answer_refusal(rq, status);
	if (!handler_enter(s))
		return answer_refusal(rq, 503);
	until(rq, 0);
	if (strcmp(rq->http.method, "POST") == 0)
		return hand_over(rq);
	handle(rq);
	enum MHD_Result ok = answer(rq);
	handler_leave(s);
	return ok;
}

/* What follows a refusal is read and thrown away, within reason. */
static enum MHD_Result take_body(struct request *rq, const char *at, size_t n)
{
	rq->taken += (int64_t)n;
	if (!rq->refusal)
		rq->refusal = body_feed(rq->body, at, n);
	if (rq->refusal && rq->length - rq->taken > rq->server->limits.drain)
		return MHD_NO;
	return rq->taken < rq->length && has_ended(rq->client) ? MHD_NO : MHD_YES;
}

static enum MHD_Result take_head(struct request *rq, const char *method, const char *version)
{
	struct http_server *s = rq->server;

	atomic_fetch_add(&s->requests, 1);
	atomic_fetch_add(&s->in_flight, 1);
	rq->counted = true;
	int status = head_read(rq, method, version);
	rq->phase = PHASE_BODY;
	if (status)
		return answer_refusal(rq, status);
	until(rq, transfer_ms(&s->limits, rq->length));
	return MHD_YES;
}

/* ---- callbacks ---------------------------------------------------------------------------- */

static enum MHD_Result on_request(void *context, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data, size_t *n, void **request)
{
	struct request *rq = *request;
	size_t given = *n;

	(void)context, (void)c, (void)url;
	if (!rq)
		return MHD_NO;
	switch (rq->phase) {
	case PHASE_HEAD:
		return take_head(rq, method, version);
	case PHASE_BODY:
		*n = 0;
		return given ? take_body(rq, data, given) : dispatch(rq);
	case PHASE_READY:
		return answer(rq);
	default:
		return MHD_YES;
	}
}

static struct client *client_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return i->socket_context;
}

/* The request line was read: here a request begins. The library decodes the address and splits the
 * query in a way we do not trust; this is the only place that shows them as sent. */
static void *on_target(void *context, const char *uri, struct MHD_Connection *c)
{
	struct request *rq = calloc(1, sizeof(*rq));

	if (!rq)
		abort();
	rq->server = context;
	rq->mhd = c;
	rq->client = client_of(c);
	rq->arena = arena_new();
	rq->target = arena_dup(rq->arena, uri);
	rq->reply.fd = rq->ready.fd = -1;
	until(rq, rq->server->limits.head_ms);
	return rq;
}

static size_t keep_escapes(void *context, struct MHD_Connection *c, char *s)
{
	(void)context, (void)c;
	return strlen(s);
}

static void on_completed(void *context, struct MHD_Connection *c, void **request,
	enum MHD_RequestTerminationCode how)
{
	struct http_server *s = context;
	struct request *rq = *request;

	(void)c, (void)how;
	*request = NULL;
	if (!rq)
		return;
	if (rq->subscriber)
		events_leave(rq->subscriber);
	if (rq->tunnel.run && !rq->tunnelled)
		rq->tunnel.done(rq->tunnel.context);
	body_free(rq->body);
	if (rq->reply.fd >= 0)
		close(rq->reply.fd);
	if (rq->ready.fd >= 0)
		close(rq->ready.fd);
	/* behind the end of the stream there may yet be requests that the library has read */
	until(rq, has_ended(rq->client) && s->limits.idle_ms > ENDED_MS ? ENDED_MS
									: s->limits.idle_ms);
	if (rq->counted)
		atomic_fetch_sub(&s->in_flight, 1);
	arena_free(rq->arena);
	free(rq);
	tell_stopper(s);
}

static void on_connection(void *context, struct MHD_Connection *c, void **socket_context,
	enum MHD_ConnectionNotificationCode what)
{
	struct http_server *s = context;
	unsigned lost = LOST_AFTER_MS;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		clients_remove(&s->clients, *socket_context);
		return;
	}
	int fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	struct client *one = clients_add(&s->clients, fd,
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &lost, sizeof(lost)); /* no TCP: no matter */
	atomic_store(&one->deadline, clock_mono() + s->limits.idle_ms);
	*socket_context = one;
}

static void on_log(void *context, const char *fmt, va_list ap) PRINTF(2, 0);
static void on_log(void *context, const char *fmt, va_list ap)
{
	char text[256];

	(void)context;
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	text[strcspn(text, "\n")] = '\0';
	log_event(LOG_DEBUG, "http.library", "text", text, NULL);
}

/* ---- the library's threads ------------------------------------------------------------------ */

/* One daemon a thread, without listening sockets: the library's own pool cannot stop accepting
 * without a race that ends the process, and shuts a listening socket down for the parent, too. */
enum err library_start(struct http_server *s, struct MHD_Daemon **out, struct fault *why)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_ALLOW_UPGRADE | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET |
			 MHD_USE_ERROR_LOG;

	*out = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER,
		on_log, s, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)s->limits.connections + CONNECTIONS_SPARE,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(LOST_AFTER_MS / SECOND),
		MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_UNESCAPE_CALLBACK,
		keep_escapes, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
	return *out ? OK
		    : fault(why, E_INTERNAL, "the HTTP library does not start: %s",
			      strerror(errno));
}
