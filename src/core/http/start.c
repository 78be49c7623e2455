/* Starting and stopping a server. */
#include "core/http/private.h"

#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/http/listen.h"

enum { STOP_MS = 10 * SECOND };

/* ---- start -------------------------------------------------------------------------------- */

static void usual(int *value, int usually)
{
	if (*value <= 0)
		*value = usually;
}

static struct limits limits_of(const struct limits *asked)
{
	struct limits l = asked ? *asked : (struct limits){ 0 };

	usual(&l.connections, 4096);
	l.connections = files_for_connections(l.connections);
	usual(&l.per_address, 256);
	usual(&l.idle_ms, 30 * SECOND);
	usual(&l.head_ms, 10 * SECOND);
	usual(&l.body_ms, 30 * SECOND);
	if (l.slowest <= 0)
		l.slowest = 4096;
	if (l.drain <= 0)
		l.drain = 16 * 1024 * 1024;
	usual(&l.queue, 1024);
	usual(&l.fields, 200);
	usual(&l.files, 20);
	usual(&l.events_max, l.connections / 2);
	usual(&l.events_waiting, 256);
	usual(&l.events_keepalive_ms, 15 * SECOND);
	usual(&l.tunnels, 256);
	usual(&l.tunnel_quiet_ms, 60 * SECOND);
	return l;
}

static struct http_server *server_new(const struct http_options *o, const struct limits *l)
{
	struct arena *a = arena_new();
	struct http_server *s = NEW(a, struct http_server);
	pthread_condattr_t monotonic;

	s->arena = a;
	s->options = *o;
	s->limits = limits_of(l);
	s->listen_fd = s->wake_fd = -1;
	s->rules = (struct body_rules){ .upload_dir =
						o->upload_dir ? arena_dup(a, o->upload_dir) : NULL,
		.body_max = o->body_max > 0 ? o->body_max : 1024 * 1024,
		.upload_max = o->upload_max > 0 ? o->upload_max : 512 * 1024 * 1024,
		.fields = s->limits.fields,
		.files = s->limits.files };
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	clients_open(&s->clients, s->limits.per_address);
	s->events = events_open(s->limits.events_max, s->limits.events_waiting);
	s->tunnels = tunnels_open(s->limits.tunnels, s->limits.tunnel_quiet_ms);
	s->deflaters = deflaters_new();
	return s;
}

/* ---- threads ------------------------------------------------------------------------------ */

static enum err threads_start(struct http_server *s, struct fault *why)
{
	int workers = s->options.workers > 0 ? s->options.workers : 32;
	int threads = s->options.threads > 0 ? s->options.threads : 2;

	TRY(pool_start(workers, s->limits.queue, request_work, &s->pool, why));
	s->library = NEWS(s->arena, struct MHD_Daemon *, (size_t)threads);
	for (; s->n_library < threads; s->n_library++)
		TRY(library_start(s, &s->library[s->n_library], why));
	return keeper_start(s, why);
}

static void server_free(struct http_server *s)
{
	keeper_stop(s);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	tunnels_close(s->tunnels);
	for (int i = 0; i < s->n_library; i++)
		MHD_stop_daemon(s->library[i]);
	pool_stop(s->pool);
	events_close(s->events);
	deflaters_free(s->deflaters);
	clients_close(&s->clients);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	arena_free(s->arena);
}

enum err http_start_within(const struct http_options *o, const struct limits *l,
	struct http_server **out, struct fault *why)
{
	struct http_server *s = server_new(o, l);
	sigset_t all, before;

	body_sweep(s->rules.upload_dir);
	enum err e = listen_on(o, &s->listen_fd, &s->port, why);
	if (!e) { /* signals are for the thread that called us */
		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, &before);
		e = threads_start(s, why);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	if (e) {
		server_free(s);
		return e;
	}
	*out = s;
	return OK;
}

enum err http_start(const struct http_options *o, struct http_server **out, struct fault *why)
{
	return http_start_within(o, NULL, out, why);
}

/* ---- stop --------------------------------------------------------------------------------- */

static struct timespec in_ms(int64_t ms)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / SECOND;
	return t;
}

static bool wait_quiet(struct http_server *s)
{
	struct timespec t = in_ms(STOP_MS);
	int late = 0;

	pthread_mutex_lock(&s->lock);
	while (!late && (atomic_load(&s->handlers) || atomic_load(&s->in_flight)))
		late = pthread_cond_timedwait(&s->changed, &s->lock, &t);
	pthread_mutex_unlock(&s->lock);
	return atomic_load(&s->handlers) == 0;
}

void http_stop(struct http_server *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	keeper_wake(s);
	events_end(s->events);
	tunnels_end(s->tunnels);
	if (!wait_quiet(s)) {
		/* its memory is still in use; the process is about to end and takes it along */
		log_event(LOG_ERROR, "http.stop", "why", "a handler did not end in time", NULL);
		return;
	}
	server_free(s);
}

/* ---- the rest of the door ------------------------------------------------------------------- */

int http_port(const struct http_server *s)
{
	return s->port;
}

void http_publish(struct http_server *s, const char *audience, const char *event, int64_t id,
	const char *data)
{
	events_send(s->events, &(struct event){ audience, event, data, id });
}

struct http_stats http_stats(const struct http_server *s)
{
	struct http_stats out = {
		.requests = atomic_load(&s->requests),
		.in_flight = atomic_load(&s->in_flight),
		.events_open = events_count(s->events),
		.tunnels_open = tunnels_count(s->tunnels),
		.bytes_out = atomic_load(&s->bytes_out),
	};
	for (int i = 0; i < 6; i++)
		out.by_class[i] = atomic_load(&s->by_class[i]);
	return out;
}
