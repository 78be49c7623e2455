/* gb28181://DEVICE/CHANNEL?transport=udp|tcp-passive|tcp-active[&from=S&to=S[&speed=N]]: pictures
 * of a device that registered here. from and to (seconds since 1970) ask for its own recording;
 * with speed as a download, 1 to 8 times as fast as it was recorded.
 *
 * A port of its own for each call: what arrives there is looked at by where it comes from first and
 * by its SSRC second, for devices answer with another SSRC, or none, or send through NAT. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/gb/gb.h"
#include "workers/gb/ps.h"
#include "workers/gb/rtp.h"

enum {
	PORT_UNSAID = 9,	   /* RFC 4145 4.1: who connects has no port to tell */
	SLICE_MS = 100,		   /* between two looks at stop and BYE */
	AT_ONCE = 64,		   /* datagrams per look */
	SILENT_MS = 2 * SECOND,	   /* then another sender may take the place of the first */
	PATIENCE_MS = 15 * SECOND, /* for the first keyframe while packets come */
	TYPE_H264 = 98,
	TYPE_H265 = 99,
};

struct address {
	char device[GB_ID_DIGITS + 1], channel[GB_ID_DIGITS + 1];
	enum gb_transport transport;
	int64_t from_s, to_s, speed;
};

struct source {
	struct stream_source source; /* first: cast back and forth */
	struct source_request request;
	struct address address;
	struct gb_call *call;
	int fd, listener; /* fd: datagrams, or the connection; -1: none */
	int port;
	struct gb_window *window;
	struct gb_framing *framing; /* TCP */
	struct ps *ps;
	bool locked; /* on a sender */
	struct sockaddr_in sender;
	uint32_t ssrc;
	bool timed;
	uint32_t rtp_last;
	int64_t rtp_time;
	int64_t heard; /* clock_mono: the last packet of ours */
	bool held;     /* first is to be given out */
	struct ps_picture first;
	uint8_t *datagram;
};

/* ---- the address ------------------------------------------------------------------------- */

static bool take_id(const char **s, char *out, char end)
{
	size_t n = strcspn(*s, "/?");
	if (n != GB_ID_DIGITS || ((*s)[n] != end && !(end == '?' && (*s)[n] == '\0')))
		return false;
	memcpy(out, *s, n);
	out[n] = '\0';
	*s += n + ((*s)[n] ? 1 : 0);
	return gb_id_valid(out);
}

static bool take_option(const char *word, struct address *out)
{
	if (text_starts(word, "from="))
		return text_to_int(word + 5, &out->from_s) && out->from_s > 0;
	if (text_starts(word, "to="))
		return text_to_int(word + 3, &out->to_s) && out->to_s > 0;
	if (text_starts(word, "speed="))
		return text_to_int(word + 6, &out->speed) && out->speed >= 1 && out->speed <= 8;
	if (text_is(word, "transport=udp"))
		out->transport = GB_UDP;
	else if (text_is(word, "transport=tcp-passive"))
		out->transport = GB_TCP_PASSIVE;
	else if (text_is(word, "transport=tcp-active"))
		out->transport = GB_TCP_ACTIVE;
	else
		return false;
	return true;
}

static bool read_address(const char *url, struct address *out)
{
	const char *s = url + strlen("gb28181://");
	*out = (struct address){ .transport = GB_UDP };
	if (!take_id(&s, out->device, '/') || !take_id(&s, out->channel, '?'))
		return false;
	struct arena *a = arena_new();
	bool good = true;
	while (good && *s) {
		size_t n = strcspn(s, "&");
		good = take_option(arena_copy(a, s, n), out);
		s += n + (s[n] == '&');
	}
	arena_free(a);
	return good && out->from_s <= out->to_s && (out->from_s > 0) == (out->to_s > 0);
}

/* ---- packets ----------------------------------------------------------------------------- */

static bool expected(const struct source *s, const struct sockaddr_in *from, uint32_t ssrc)
{
	const struct gb_answer *answer = gb_call_answer(s->call);
	struct in_addr said;
	if (from->sin_addr.s_addr == answer->signalling || ssrc == answer->ssrc)
		return true;
	return inet_pton(AF_INET, answer->sdp.address, &said) == 1 &&
	       said.s_addr == from->sin_addr.s_addr;
}

/* Is the packet of our stream? Locks on the first sender; another one may follow it when it has
 * fallen silent. */
static bool ours(struct source *s, const struct sockaddr_in *from, const struct gb_rtp *r)
{
	int64_t now = clock_mono();
	if (s->locked && r->ssrc == s->ssrc && from->sin_addr.s_addr == s->sender.sin_addr.s_addr) {
		s->heard = now;
		return true;
	}
	if ((s->locked && now - s->heard < SILENT_MS) || !expected(s, from, r->ssrc))
		return false;
	if (s->locked)
		ps_gap(s->ps);
	s->locked = true;
	s->sender = *from;
	s->ssrc = r->ssrc;
	s->heard = now;
	return true;
}

static void take_packet(struct source *s, struct bytes b, const struct sockaddr_in *from)
{
	struct gb_rtp r;
	if (gb_rtp_parse(b, &r) && ours(s, from, &r))
		gb_window_put(s->window, &r);
}

static enum err closed(struct source *s, enum stream_reason r, const char *text, struct fault *why)
{
	s->source.reason = r;
	return fault(why, E_BUSY, "%s", text);
}

static void read_datagrams(struct source *s)
{
	/* No more at once than the window holds: it is emptied between two looks. */
	for (int i = 0; i < AT_ONCE; i++) {
		struct sockaddr_in from = { 0 };
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(s->fd, s->datagram, GB_PACKET_MAX, MSG_DONTWAIT,
			(struct sockaddr *)&from, &size);
		if (n < 0)
			return;
		take_packet(s, (struct bytes){ s->datagram, (size_t)n }, &from);
	}
}

static enum err read_stream(struct source *s, struct fault *why)
{
	size_t room;
	uint8_t *to = gb_framing_room(s->framing, &room);
	ssize_t n = recv(s->fd, to, room < GB_PACKET_MAX ? room : GB_PACKET_MAX, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return OK;
	if (n <= 0)
		return closed(s, REASON_CLOSED, "the device closed the media connection", why);
	gb_framing_filled(s->framing, (size_t)n);
	return OK;
}

/* Connections of others are let go: a device's own comes from where it said. */
static void accept_device(struct source *s)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	int on = 1;
	int fd =
		accept4(s->listener, (struct sockaddr *)&from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (!expected(s, &from, 0)) {
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	s->fd = fd;
	s->sender = from;
}

/* ---- from packets to pictures ------------------------------------------------------------ */

static int64_t time_of(struct source *s, const struct gb_rtp *r)
{
	if (s->timed)
		s->rtp_time += (int32_t)(r->time - s->rtp_last);
	s->timed = true;
	s->rtp_last = r->time;
	return s->rtp_time;
}

static enum err take_payload(struct source *s, const struct gb_rtp *r, struct fault *why)
{
	const struct gb_sdp *sdp = &gb_call_answer(s->call)->sdp;
	bool ps = sdp->ps >= 0 ? r->type == (unsigned)sdp->ps : r->type == 96;
	if (ps) {
		ps_push(s->ps, r->payload, time_of(s, r));
		return OK;
	}
	if (r->type == TYPE_H264 || r->type == TYPE_H265)
		return closed(s, REASON_CODEC,
			"the device sends bare H.264 or H.265: set its stream to PS", why);
	return OK; /* sound beside the program stream */
}

/* Out of the connection, one packet: the window behind it holds few. True when there was one. */
static bool cut_packet(struct source *s)
{
	struct bytes packet;
	if (!s->framing || !gb_framing_next(s->framing, &packet))
		return false;
	take_packet(s, packet, &s->sender);
	return true;
}

/* True: *q is a picture. */
static enum err drain(struct source *s, struct ps_picture *q, bool *ready, struct fault *why)
{
	struct gb_rtp r;
	do {
		for (;;) {
			*ready = ps_next(s->ps, q);
			if (*ready)
				return OK;
			enum gb_take t = gb_window_take(s->window, clock_mono(), &r);
			if (t == GB_TAKE_NONE)
				break;
			if (t == GB_TAKE_GAP)
				ps_gap(s->ps);
			else
				TRY(take_payload(s, &r, why));
		}
	} while (cut_packet(s));
	if (s->framing && s->framing->kind == GB_FRAMING_BROKEN)
		return closed(s, REASON_BAD_STREAM, "what the device sends is no RTP", why);
	if (ps_trouble(s->ps) == PS_TOO_LARGE)
		return closed(s, REASON_BAD_STREAM, "a picture is above 8 MiB", why);
	if (ps_trouble(s->ps) == PS_CODEC) {
		s->source.reason = REASON_CODEC;
		return fault(why, E_INVALID, "the device sends %s: set it to H.264 or H.265",
			ps_codec(s->ps));
	}
	return OK;
}

static enum err look(struct source *s, struct fault *why)
{
	struct pollfd f = { .fd = s->fd >= 0 ? s->fd : s->listener, .events = POLLIN };
	int n = poll(&f, 1, SLICE_MS);
	if (atomic_load(s->request.stop))
		return closed(s, REASON_STOPPED, "stopped", why);
	if (n <= 0)
		return gb_call_ended(s->call)
			       ? closed(s, REASON_CLOSED, "the device ended the call", why)
			       : OK;
	if (s->fd < 0)
		accept_device(s);
	else if (s->framing)
		return read_stream(s, why);
	else
		read_datagrams(s);
	return OK;
}

static enum err picture(struct source *s, struct ps_picture *q, struct fault *why)
{
	int64_t begun = clock_mono();
	bool ready = false;
	if (s->heard < begun)
		s->heard = begun; /* the time until now was the caller's */
	for (;;) {
		TRY(drain(s, q, &ready, why));
		if (ready)
			return OK;
		TRY(look(s, why));
		int64_t now = clock_mono();
		if (now - s->heard > s->request.read_ms)
			return closed(s, REASON_TIMEOUT, "no packets come from the device", why);
		if (now - begun > PATIENCE_MS + s->request.read_ms)
			return closed(s, REASON_NO_KEYFRAME,
				"packets come, but no whole picture that one can begin with", why);
	}
}

static enum err gb_next(struct stream_source *source, struct stream_frame *out, struct fault *why)
{
	struct source *s = (struct source *)source;
	struct ps_picture q;
	if (s->held) {
		q = s->first;
		s->held = false;
	} else {
		TRY(picture(s, &q, why));
	}
	if (q.codec != source->codec)
		return closed(s, REASON_BAD_STREAM, "the device changed the codec", why);
	*out = (struct stream_frame){
		.at = q.data.at,
		.n = q.data.n,
		.pts = q.pts,
		.dts = q.dts,
		.arrived_ms = clock_now(),
		.key = q.key,
	};
	return OK;
}

/* ---- open and close ---------------------------------------------------------------------- */

static void gb_source_close(struct stream_source *source)
{
	struct source *s = (struct source *)source;
	if (s->call)
		gb_call_close(s->call);
	if (s->fd >= 0)
		close(s->fd);
	if (s->listener >= 0)
		close(s->listener);
	gb_window_free(s->window);
	ps_free(s->ps);
	free(s->framing);
	free(s->datagram);
	free(s);
}

static enum err prepare(struct source *s, struct fault *why)
{
	struct gb_platform *p = s->request.doors->gb;
	s->port = PORT_UNSAID;
	if (s->address.transport == GB_UDP)
		s->fd = gb_media_socket(p, false, &s->port);
	else if (s->address.transport == GB_TCP_PASSIVE)
		s->listener = gb_media_socket(p, true, &s->port);
	else
		return OK;
	if (s->fd >= 0 || s->listener >= 0)
		return OK;
	return closed(s, REASON_BAD_ADDRESS, "no media port is free", why);
}

/* To where the device said, when we are the one who connects. */
static enum err connect_device(struct source *s, int64_t deadline, struct fault *why)
{
	const struct gb_answer *answer = gb_call_answer(s->call);
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)answer->sdp.port) };
	if (!answer->sdp.port || inet_pton(AF_INET, answer->sdp.address, &at.sin_addr) != 1)
		return closed(
			s, REASON_BAD_STREAM, "the device does not say where to connect", why);
	/* A device elsewhere has no business with what listens on this machine. */
	if (ntohl(at.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET &&
		ntohl(answer->signalling) >> 24 != IN_LOOPBACKNET)
		return closed(s, REASON_BAD_STREAM, "the device names an address of ours", why);
	s->sender = at;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return closed(s, REASON_UNREACHABLE, "no socket", why);
	int rc = connect(s->fd, (struct sockaddr *)&at, sizeof(at)), code = rc ? errno : 0;
	socklen_t size = sizeof(code);
	while (code == EINPROGRESS && clock_mono() < deadline && !atomic_load(s->request.stop)) {
		struct pollfd f = { .fd = s->fd, .events = POLLOUT };
		if (poll(&f, 1, SLICE_MS) > 0)
			getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &code, &size);
	}
	if (code)
		return closed(s, code == ECONNREFUSED ? REASON_REFUSED : REASON_UNREACHABLE,
			"cannot connect to the device's media port", why);
	return OK;
}

static enum err open_call(struct source *s, struct fault *why)
{
	int64_t deadline = clock_mono() + s->request.connect_ms;
	struct gb_ask ask = { .device = s->address.device,
		.channel = s->address.channel,
		.transport = s->address.transport,
		.port = s->port,
		.from_s = s->address.from_s,
		.to_s = s->address.to_s,
		.speed = (int)s->address.speed,
		.stop = s->request.stop,
		.deadline = deadline };
	TRY(gb_call_open(s->request.doors->gb, &ask, &s->call, &s->source.reason, why));
	if (s->address.transport == GB_TCP_ACTIVE)
		TRY(connect_device(s, deadline, why));
	TRY(picture(s, &s->first, why));
	s->held = true;
	s->source.codec = s->first.codec;
	s->source.reason = REASON_NONE;
	return OK;
}

static struct source *source_new(const struct source_request *request)
{
	struct source *s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	s->request = *request;
	s->source.next = gb_next;
	s->source.close = gb_source_close;
	s->fd = s->listener = -1;
	s->window = gb_window_new();
	s->ps = ps_new();
	return s;
}

static enum err open_source(struct source *s, struct fault *why)
{
	if (!s->request.doors || !s->request.doors->gb)
		return closed(s, REASON_BAD_ADDRESS,
			"GB/T 28181 is switched off here: start with --gb28181", why);
	if (!read_address(s->request.url, &s->address))
		return closed(s, REASON_BAD_ADDRESS,
			"written as gb28181://20 digits/20 digits?transport=udp", why);
	if (s->address.transport == GB_UDP)
		s->datagram = malloc(GB_PACKET_MAX);
	else
		s->framing = calloc(1, sizeof(*s->framing));
	if (!s->datagram && !s->framing)
		abort();
	TRY(prepare(s, why));
	return open_call(s, why);
}

enum err source_gb_open(const struct source_request *request, struct stream_source **out,
	enum stream_reason *reason, struct fault *why)
{
	struct source *s = source_new(request);
	enum err e = open_source(s, why);
	*out = e ? NULL : &s->source;
	*reason = s->source.reason;
	if (e)
		gb_source_close(&s->source);
	return e;
}
