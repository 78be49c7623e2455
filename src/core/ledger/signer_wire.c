#include "core/ledger/signer_wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

static enum err await(int fd, short events, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline ? deadline - clock_mono() : -1;
		if (deadline && left <= 0)
			return E_BUSY;
		struct pollfd p = { fd, events, 0 };
		int n = poll(&p, 1, deadline ? (int)(left > INT_MAX ? INT_MAX : left) : -1);
		if (n > 0)
			return OK;
		if (n < 0 && errno != EINTR)
			return E_BUSY;
	}
}

static bool try_later(void)
{
	return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

static enum err send_all(int fd, const uint8_t *at, size_t n, int64_t deadline)
{
	while (n) {
		TRY(await(fd, POLLOUT, deadline));
		ssize_t done = send(fd, at, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (done < 0 && try_later())
			continue;
		if (done < 0)
			return E_BUSY;
		at += done;
		n -= (size_t)done;
	}
	return OK;
}

static enum err recv_all(int fd, uint8_t *at, size_t n, int64_t deadline)
{
	while (n) {
		TRY(await(fd, POLLIN, deadline));
		ssize_t got = recv(fd, at, n, MSG_DONTWAIT);
		if (got < 0 && try_later())
			continue;
		if (got <= 0)
			return E_BUSY;
		at += got;
		n -= (size_t)got;
	}
	return OK;
}

enum err frame_send(int fd, struct bytes body, int64_t deadline)
{
	uint8_t head[FRAME_HEAD] = { (uint8_t)(body.n >> 24), (uint8_t)(body.n >> 16),
		(uint8_t)(body.n >> 8), (uint8_t)body.n };
	if (body.n > FRAME_MAX)
		return E_BUSY;
	TRY(send_all(fd, head, sizeof head, deadline));
	return send_all(fd, body.at, body.n, deadline);
}

enum err frame_read(int fd, struct arena *a, struct bytes *body, int64_t deadline)
{
	uint8_t head[FRAME_HEAD];
	TRY(recv_all(fd, head, sizeof head, deadline));
	size_t n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
	if (n == 0 || n > FRAME_MAX)
		return E_BUSY;
	uint8_t *at = arena_alloc(a, n + 1);
	TRY(recv_all(fd, at, n, deadline));
	*body = (struct bytes){ at, n };
	return OK;
}

bool signer_request_parse(struct bytes body, struct signer_request *out)
{
	if (!body.n)
		return false;
	*out = (struct signer_request){ .kind = (char)body.at[0] };
	if (out->kind == 'K')
		return body.n == 1;
	if (out->kind != 'S')
		return false;
	const uint8_t *purpose = body.at + 1, *stop = memchr(purpose, 0, body.n - 1);
	if (!stop || stop - purpose >= PURPOSE_MAX)
		return false;
	memcpy(out->purpose, purpose, (size_t)(stop - purpose));
	size_t text_n = body.n - 1 - (size_t)(stop + 1 - purpose);
	if (memchr(stop + 1, 0, text_n))
		return false;
	out->text = (const char *)stop + 1;
	return true;
}
