/* The question "who is a camera here?" over UDP, and its answers until the time is over. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/onvif/message.h"

#define EVERYBODY "239.255.255.250"

enum {
	DATAGRAM_MAX = 65536,
	DATAGRAMS_MAX = 2048, /* a flood is not read to its end */
	AGAIN_MS = 500,	      /* UDP loses: the same question twice, devices know its id */
};

struct search {
	struct arena *arena;
	int fd;
	bool everybody;
	struct sockaddr_in to;
	char uuid[37];
	const char *probe;
	struct onvif_founds *out;
	uint8_t *datagram;
	size_t datagrams;
};

static bool address_read(struct arena *a, const char *text, struct sockaddr_in *to)
{
	const char *colon = strchr(text, ':');
	const char *host = colon ? arena_copy(a, text, (size_t)(colon - text)) : text;
	int64_t port = ONVIF_PORT;
	if (colon && (!text_to_int(colon + 1, &port) || port < 1 || port > 65535))
		return false;
	*to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	return inet_pton(AF_INET, host, &to->sin_addr) == 1;
}

static void uuid_new(char out[37])
{
	uint8_t r[16];
	char hex[33];
	random_bytes(r, sizeof(r));
	r[6] = (uint8_t)(0x40 | (r[6] & 0x0f));
	r[8] = (uint8_t)(0x80 | (r[8] & 0x3f));
	hex_encode(hex, r, sizeof(r));
	static const int PARTS[] = { 8, 4, 4, 4, 12 };
	for (int i = 0, from = 0, at = 0; i < 5; i++) {
		memcpy(out + at, hex + from, (size_t)PARTS[i]);
		from += PARTS[i];
		at += PARTS[i];
		out[at++] = i == 4 ? '\0' : '-';
	}
}

static bool send_one(const struct search *s)
{
	return sendto(s->fd, s->probe, strlen(s->probe), 0, (const struct sockaddr *)&s->to,
		       sizeof(s->to)) >= 0;
}

/* Once on each network of this machine: the default route alone would miss the cameras' own. */
static bool send_everywhere(const struct search *s)
{
	struct ifaddrs *all, *i;
	bool sent = false;
	if (getifaddrs(&all))
		return send_one(s);
	for (i = all; i; i = i->ifa_next) {
		if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !(i->ifa_flags & IFF_UP) ||
			!(i->ifa_flags & IFF_MULTICAST))
			continue;
		struct sockaddr_in own;
		memcpy(&own, i->ifa_addr, sizeof(own));
		if (!setsockopt(s->fd, IPPROTO_IP, IP_MULTICAST_IF, &own.sin_addr,
			    sizeof(own.sin_addr)))
			sent = send_one(s) || sent;
	}
	freeifaddrs(all);
	return sent;
}

static enum err ask(const struct search *s, struct fault *why)
{
	if (s->everybody ? send_everywhere(s) : send_one(s))
		return OK;
	return fault(why, E_BUSY, "the question cannot be sent: %s", strerror(errno));
}

static void take(struct search *s, size_t n, const struct sockaddr_in *from)
{
	struct onvif_founds *out = s->out;
	char text[INET_ADDRSTRLEN] = "";
	size_t before = out->n;
	s->datagrams++;
	inet_ntop(AF_INET, &from->sin_addr, text, sizeof(text));
	if (onvif_matches_read(s->arena, (struct bytes){ s->datagram, n }, s->uuid, out, NULL))
		out->refused++;
	for (size_t i = before; i < out->n; i++)
		out->at[i].from = arena_dup(s->arena, text);
}

static void receive_all(struct search *s)
{
	for (;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		if (s->datagrams == DATAGRAMS_MAX) {
			s->out->more = true;
			return;
		}
		ssize_t n = recvfrom(s->fd, s->datagram, DATAGRAM_MAX, MSG_DONTWAIT,
			(struct sockaddr *)&from, &size);
		if (n >= 0)
			take(s, (size_t)n, &from);
		else if (errno != EINTR && errno != ECONNREFUSED)
			return;
	}
}

static enum err collect(struct search *s, int wait_ms, struct fault *why)
{
	int64_t begun = clock_mono(), end = begun + wait_ms, again = begun + AGAIN_MS;
	bool asked_again = false;
	TRY(ask(s, why));
	for (int64_t now = begun; now < end; now = clock_mono()) {
		if (!asked_again && now >= again) {
			asked_again = true;
			TRY(ask(s, why));
		}
		int64_t until = asked_again || again > end ? end : again;
		struct pollfd p = { .fd = s->fd, .events = POLLIN };
		if (poll(&p, 1, (int)(until - now) + 1) > 0)
			receive_all(s);
		if (s->datagrams == DATAGRAMS_MAX)
			break;
	}
	return OK;
}

enum err onvif_discover(
	struct arena *a, const struct onvif_search *q, struct onvif_founds *out, struct fault *why)
{
	struct search s = { .arena = a, .everybody = !q->to, .out = out };
	unsigned char near = 1;
	*out = (struct onvif_founds){ 0 };
	if (!address_read(a, q->to ? q->to : EVERYBODY, &s.to))
		return fault(why, E_INVALID, "%s is no address like 192.168.1.64:3702", q->to);
	if (q->wait_ms < 1 || q->wait_ms > ONVIF_WAIT_MAX_MS)
		return fault(why, E_INVALID, "waiting takes 1 to %d ms", ONVIF_WAIT_MAX_MS);
	uuid_new(s.uuid);
	s.probe = onvif_probe(a, s.uuid);
	s.datagram = arena_alloc(a, DATAGRAM_MAX);
	s.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s.fd < 0)
		return fault(why, E_BUSY, "no socket: %s", strerror(errno));
	(void)setsockopt(s.fd, IPPROTO_IP, IP_MULTICAST_TTL, &near, sizeof(near));
	enum err e = collect(&s, q->wait_ms, why);
	close(s.fd);
	return e;
}
