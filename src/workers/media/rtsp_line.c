#include "workers/media/rtsp_line.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 250 /* so often a wait looks whether it should stop */ };

static enum err failed(
	struct rtsp_line *l, enum stream_reason reason, const char *text, struct fault *why)
{
	l->reason = reason;
	return fault(why, E_BUSY, "%s", text);
}

static enum err broke(struct rtsp_line *l, int code, struct fault *why)
{
	switch (code) {
	case ECONNREFUSED:
		return failed(l, REASON_REFUSED, "nothing listens there", why);
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EADDRNOTAVAIL:
	case ENETDOWN:
		return failed(l, REASON_UNREACHABLE, strerror(code), why);
	case ETIMEDOUT:
		return failed(l, REASON_TIMEOUT, "no answer in time", why);
	default:
		return failed(l, REASON_CLOSED, strerror(code), why);
	}
}

/* Until the socket is ready for what (POLLIN, POLLOUT). */
static enum err wait_for(struct rtsp_line *l, short what, int64_t deadline, struct fault *why)
{
	for (;;) {
		int64_t left = deadline - clock_mono();
		struct pollfd p = { .fd = l->fd, .events = what };
		if (atomic_load(l->stop))
			return failed(l, REASON_STOPPED, "switched off", why);
		if (left <= 0)
			return failed(l, REASON_TIMEOUT, "no answer in time", why);
		int n = poll(&p, 1, left < LOOK_MS ? (int)left : LOOK_MS);
		if (n > 0)
			return OK;
		if (n < 0 && errno != EINTR)
			return broke(l, errno, why);
	}
}

/* ---- connecting -------------------------------------------------------------------------- */

static enum err connect_to(
	struct rtsp_line *l, const struct addrinfo *a, int64_t deadline, struct fault *why)
{
	int code = 0, on = 1;
	socklen_t n = sizeof(code);
	l->fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return broke(l, errno, why);
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(l->fd, a->ai_addr, a->ai_addrlen) == 0)
		return OK;
	if (errno != EINPROGRESS)
		return broke(l, errno, why);
	TRY(wait_for(l, POLLOUT, deadline, why));
	if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &code, &n) != 0)
		code = errno;
	return code ? broke(l, code, why) : OK;
}

static enum err look_up(
	struct rtsp_line *l, const struct rtsp_place *to, struct addrinfo **all, struct fault *why)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	int rc = getaddrinfo(to->host, to->port, &hints, all);
	hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
	if (rc == EAI_NONAME)
		rc = getaddrinfo(to->host, to->port, &hints, all);
	if (!rc)
		return OK;
	*all = NULL;
	return failed(l, REASON_UNREACHABLE, "the camera's name has no address", why);
}

enum err rtsp_line_open(
	struct rtsp_line *l, const struct rtsp_place *to, int64_t deadline, struct fault *why)
{
	struct addrinfo *all = NULL;
	l->fd = -1;
	l->from = l->to = 0;
	l->batching = l->behind = false;
	TRY(look_up(l, to, &all, why));
	enum err e = failed(l, REASON_UNREACHABLE, "the camera's name has no address", why);
	for (const struct addrinfo *a = all; a; a = a->ai_next) {
		rtsp_line_close(l);
		e = connect_to(l, a, deadline, why);
		if (!e || l->reason == REASON_STOPPED || clock_mono() >= deadline)
			break;
	}
	freeaddrinfo(all);
	if (!e && !l->buffer && !(l->buffer = malloc(LINE_BUFFER)))
		abort();
	return e;
}

void rtsp_line_close(struct rtsp_line *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

/* ---- bytes ------------------------------------------------------------------------------- */

enum err rtsp_line_send(struct rtsp_line *l, struct bytes out, int64_t deadline, struct fault *why)
{
	while (out.n) {
		ssize_t n = send(l->fd, out.at, out.n, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			TRY(wait_for(l, POLLOUT, deadline, why));
		else if (n < 0 && errno != EINTR)
			return broke(l, errno, why);
		if (n > 0) {
			out.at += n;
			out.n -= (size_t)n;
		}
	}
	return OK;
}

/* A stream comes in many small packets. Waking for each would cost more than recording it. */
static void let_some_come(void)
{
	struct timespec t = { 0, LINE_BATCH_MS * 1000000L };
	nanosleep(&t, NULL);
}

static void make_room(struct rtsp_line *l)
{
	if (l->from == 0)
		return;
	memmove(l->buffer, l->buffer + l->from, l->to - l->from);
	l->to -= l->from;
	l->from = 0;
}

enum err rtsp_line_fill(struct rtsp_line *l, int64_t deadline, struct fault *why)
{
	make_room(l);
	if (l->batching && !l->behind)
		let_some_come();
	for (;;) {
		size_t room = LINE_BUFFER - l->to;
		if (atomic_load(l->stop))
			return failed(l, REASON_STOPPED, "switched off", why);
		/* Also for one that never stops sending, but not what is waited for. */
		if (clock_mono() >= deadline)
			return failed(l, REASON_TIMEOUT, "no answer in time", why);
		ssize_t n = recv(l->fd, l->buffer + l->to, room, 0);
		if (n > 0) {
			l->to += (size_t)n;
			l->behind = (size_t)n > room / 2;
			l->received_ms = clock_now();
			return OK;
		}
		if (n == 0)
			return failed(l, REASON_CLOSED, "the camera ended the connection", why);
		if (errno == EAGAIN)
			TRY(wait_for(l, POLLIN, deadline, why));
		else if (errno != EINTR)
			return broke(l, errno, why);
	}
}
