/* Media: program stream over RTP, by UDP, by TCP to the platform, or by TCP from it. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "device.h"

enum { TICKS = 90 };

static int open_media(bool tcp, const struct sockaddr_in *own)
{
	struct sockaddr_in at = *own;
	struct timeval t = { 1, 0 };
	int fd = socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	at.sin_port = 0;
	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at))) {
		close(fd);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	return fd;
}

bool call_prepare(struct device *d, struct call *c, const struct gb_sdp *offer)
{
	const struct options *o = d->options;
	c->fd = c->listener = -1;
	c->peer.at = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t)offer->port) };
	if (inet_pton(AF_INET, offer->address, &c->peer.at.sin_addr) != 1)
		return false;
	c->peer.tcp = offer->tcp;
	c->peer.connects = offer->tcp && !offer->active;
	c->ssrc = o->other_ssrc ? offer->ssrc + 77 : offer->ssrc;
	if (offer->tcp && offer->active) {
		c->listener = open_media(true, &o->own);
		if (c->listener < 0 || listen(c->listener, 1))
			return false;
		fcntl(c->listener, F_SETFL, O_NONBLOCK);
	} else {
		c->fd = open_media(offer->tcp, &o->own);
	}
	return c->fd >= 0 || c->listener >= 0;
}

void call_end(struct call *c)
{
	if (c->fd >= 0)
		close(c->fd);
	if (c->listener >= 0)
		close(c->listener);
	*c = (struct call){ .fd = -1, .listener = -1 };
}

static bool send_all(int fd, const uint8_t *at, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		at += sent;
		n -= (size_t)sent;
	}
	return true;
}

static bool send_packet(struct device *d, struct call *c, const uint8_t *at, size_t n)
{
	uint8_t b[4 + 12 + PACKET_PAYLOAD];
	struct mux_rtp r = { c->seq++, c->time, c->ssrc, 96, n < PACKET_PAYLOAD };
	size_t size = 12 + n, head = 0;
	if (c->peer.tcp && d->options->dollar) {
		b[head++] = '$';
		b[head++] = 0;
	}
	if (c->peer.tcp) {
		b[head++] = (uint8_t)(size >> 8);
		b[head++] = (uint8_t)size;
	}
	mux_rtp_head(b + head, &r);
	memcpy(b + head + 12, at, n);
	if (d->options->lose && rand() % 1000 < d->options->lose)
		return true;
	if (c->peer.tcp)
		return send_all(c->fd, b, head + size);
	/* Nobody listens there any more: a device goes on all the same. */
	(void)!sendto(c->fd, b, size, 0, (struct sockaddr *)&c->peer.at, sizeof(c->peer.at));
	return true;
}

static bool send_picture(struct device *d, struct call *c, const struct picture *q)
{
	struct mux_buf b = { 0 };
	struct mux_way way = d->options->way;
	struct mux_frame f = { q->at, q->n, c->round + q->pts, q->key };
	bool good = true;
	way.h265 = d->clip->h265;
	mux_picture(&b, &way, &f);
	c->time = (uint32_t)f.pts;
	for (size_t at = 0; good && at < b.n; at += PACKET_PAYLOAD)
		good = send_packet(
			d, c, b.at + at, b.n - at < PACKET_PAYLOAD ? b.n - at : PACKET_PAYLOAD);
	free(b.at);
	return good;
}

/* Ready to send? */
static bool connected(struct call *c)
{
	struct timeval t = { 1, 0 };
	if (c->fd >= 0 && !c->peer.connects)
		return true;
	if (c->peer.connects) {
		c->peer.connects = false;
		return connect(c->fd, (struct sockaddr *)&c->peer.at, sizeof(c->peer.at)) == 0;
	}
	c->fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);
	if (c->fd >= 0)
		setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	return c->fd >= 0;
}

static void history_end(struct device *d, struct call *c)
{
	tell(d, "played", channel_id(d, c->channel));
	device_message(d,
		arena_printf(d->arena,
			"<?xml version=\"1.0\"?>\r\n<Notify><CmdType>MediaStatus</CmdType>"
			"<SN>%u</SN><DeviceID>%s</DeviceID><NotifyType>121</NotifyType></Notify>",
			++d->sn, channel_id(d, c->channel)));
	c->playing = false;
}

void call_turn(struct device *d, struct call *c, int64_t now)
{
	if (!c->used || !c->playing || c->stalled)
		return;
	if (!connected(c))
		return;
	if (!c->begun)
		c->begun = now;
	for (;;) {
		const struct picture *q = &d->clip->pictures[c->next];
		int64_t pts = c->round + q->pts;
		if (c->until && pts >= c->until) {
			history_end(d, c);
			return;
		}
		if (c->begun + pts / TICKS / c->speed > now)
			return;
		if (!send_picture(d, c, q)) {
			c->playing = false;
			return;
		}
		if (++c->next == d->clip->n) {
			c->next = 0;
			c->round += d->clip->length;
		}
	}
}
