/* The thread that accepts connections and looks after time: it closes who is late and keeps event
 * streams alive. */
#include "core/http/private.h"

#include <microhttpd.h>
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = 64 };

struct pace {
	int64_t tick, spoke;
	bool rests; /* nothing can be accepted until the next tick */
};

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void hand_to_library(struct http_server *s, int fd, const struct sockaddr *sa, socklen_t n)
{
	if (!clients_admit(&s->clients, sa)) {
		close(fd);
		return;
	}
	struct MHD_Daemon *d = s->library[s->turn++ % (unsigned)s->n_library];
	if (MHD_add_connection(d, fd, sa, n) != MHD_YES) /* it has closed the socket */
		log_event(LOG_WARN, "http.accept", "why", "refused by the library", NULL);
}

static void accept_some(struct http_server *s, struct pace *p)
{
	for (int i = 0; i < AT_ONCE; i++) {
		struct sockaddr_storage sa = { 0 };
		socklen_t n = sizeof(sa);
		if (clients_count(&s->clients) >= s->limits.connections) {
			p->rests = true;
			return;
		}
		int fd = accept4(
			s->listen_fd, (struct sockaddr *)&sa, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			hand_to_library(s, fd, (struct sockaddr *)&sa, n);
			continue;
		}
		/* out of files or memory: the socket stays readable, so we must look away from it
		 */
		p->rests =
			errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
		if (p->rests)
			log_event(LOG_ERROR, "http.accept", "why", "out of files or memory", NULL);
		if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

static void look_after_time(struct http_server *s, struct pace *p, int64_t now)
{
	clients_shut_late(&s->clients, now);
	if (now - p->spoke < s->limits.events_keepalive_ms)
		return;
	events_keepalive(s->events);
	p->spoke = now;
}

static void *keep(void *arg)
{
	struct http_server *s = arg;
	const struct limits *l = &s->limits;
	struct pace p = { .spoke = clock_mono() };
	int64_t looked = p.spoke;

	p.tick =
		least(least(l->idle_ms, l->head_ms), least(l->body_ms, l->events_keepalive_ms)) / 4;
	p.tick = p.tick < 10 ? 10 : least(p.tick, SECOND);
	while (!atomic_load(&s->keeper_ends)) {
		bool listens = !p.rests && !atomic_load(&s->stopping);
		struct pollfd f[2] = { { .fd = s->wake_fd, .events = POLLIN },
			{ .fd = listens ? s->listen_fd : -1, .events = POLLIN } };
		uint64_t woken;
		if (poll(f, 2, p.rests ? (int)least(p.tick, 100) : (int)p.tick) <= 0)
			f[0].revents = f[1].revents = 0;
		p.rests = false;
		if (f[0].revents && read(s->wake_fd, &woken, sizeof(woken)) < 0)
			continue;
		if (f[1].revents)
			accept_some(s, &p);
		int64_t now = clock_mono();
		if (now - looked >= p.tick) {
			look_after_time(s, &p, now);
			looked = now;
		}
	}
	return NULL;
}

enum err keeper_start(struct http_server *s, struct fault *why)
{
	s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake_fd < 0 || pthread_create(&s->keeper, NULL, keep, s))
		return fault(why, E_INTERNAL, "no thread for the keeper");
	s->keeper_runs = true;
	return OK;
}

void keeper_wake(struct http_server *s)
{
	uint64_t one = 1;
	if (s->wake_fd >= 0 && write(s->wake_fd, &one, sizeof(one)) < 0)
		log_event(LOG_DEBUG, "http.wake", NULL); /* it is awake already */
}

void keeper_stop(struct http_server *s)
{
	if (s->keeper_runs) {
		atomic_store(&s->keeper_ends, true);
		keeper_wake(s);
		pthread_join(s->keeper, NULL);
		s->keeper_runs = false;
	}
	if (s->wake_fd >= 0)
		close(s->wake_fd);
	s->wake_fd = -1;
}
