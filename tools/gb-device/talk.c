/* Signalling. Over UDP nothing is sent again: the loopback loses nothing, and what is lost
 * elsewhere comes with the next turn. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device.h"
#include "workers/gb/digest.h"

enum { AGAIN_MS = 2000, POSITION_MS = 500 };

void tell(struct device *d, const char *event, const char *detail)
{
	printf("%s %s %s\n", event, d->id, detail);
	fflush(stdout);
}

char *channel_id(struct device *d, int n)
{
	int64_t serial = 0;
	if (!text_to_int(d->id + 14, &serial))
		serial = 0;
	return arena_printf(
		d->arena, "%.10s132%c%06d", d->id, d->id[13], (int)((serial * 10 + n) % 1000000));
}

/* ---- sending ----------------------------------------------------------------------------- */

void device_send(struct device *d, const char *text, size_t n)
{
	if (d->fd >= 0 && send(d->fd, text, n, MSG_NOSIGNAL) < 0 && d->options->tcp) {
		close(d->fd);
		d->fd = -1;
		d->registered = false;
	}
}

struct line {
	const char *method, *call_id, *from, *to, *headers, *type;
	uint32_t cseq;
	struct bytes body;
};

static void request(struct device *d, const struct line *r)
{
	const struct options *o = d->options;
	char host[INET_ADDRSTRLEN] = "", own[INET_ADDRSTRLEN] = "";
	struct sockaddr_in at = { 0 };
	socklen_t size = sizeof(at);
	struct buf b = { .arena = d->arena };
	uint8_t token[6];
	char hex[13];
	random_bytes(token, sizeof(token));
	hex_encode(hex, token, sizeof(token));
	inet_ntop(AF_INET, &o->platform.sin_addr, host, sizeof(host));
	inet_ntop(AF_INET, &o->own.sin_addr, own, sizeof(own));
	getsockname(d->fd, (struct sockaddr *)&at, &size);
	buf_printf(&b, "%s sip:%s@%s:%d SIP/2.0\r\n", r->method, o->platform_id, host,
		ntohs(o->platform.sin_port));
	buf_printf(&b, "Via: SIP/2.0/%s %s:%d;rport;branch=z9hG4bK%s\r\n", o->tcp ? "TCP" : "UDP",
		own, ntohs(at.sin_port), hex);
	buf_printf(&b, "From: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n", r->from, r->to,
		r->call_id, r->cseq, r->method);
	buf_printf(&b, "Contact: <sip:%s@%s:%d>\r\nMax-Forwards: 70\r\nUser-Agent: gb-device\r\n%s",
		d->id, own, ntohs(at.sin_port), o->edition_2022 ? "X-GB-Ver: 3.0\r\n" : "");
	buf_puts(&b, r->headers ? r->headers : "");
	if (r->body.n)
		buf_printf(&b, "Content-Type: %s\r\n", r->type);
	buf_printf(&b, "Content-Length: %zu\r\n\r\n", r->body.n);
	buf_add(&b, r->body.at, r->body.n);
	device_send(d, b.s, b.n);
}

static char *address_of(struct device *d, const char *id, const char *tag)
{
	return arena_printf(d->arena, "<sip:%s@%.10s>%s%s", id, id, *tag ? ";tag=" : "", tag);
}

void device_message(struct device *d, const char *xml)
{
	struct line r = { .method = "MESSAGE",
		.call_id = arena_printf(d->arena, "m%u.%s", ++d->cseq, d->id),
		.from = address_of(d, d->id, "m"),
		.to = address_of(d, d->options->platform_id, ""),
		.cseq = 20,
		.type = "Application/MANSCDP+xml",
		.body = gb_gb18030(d->arena, xml) };
	request(d, &r);
}

static void send_register(struct device *d, const char *authorization, int expires)
{
	const char *own = address_of(d, d->id, "reg");
	struct line r = { .method = "REGISTER",
		.call_id = d->reg_call_id,
		.from = own,
		.to = address_of(d, d->id, ""),
		.cseq = ++d->cseq,
		.headers = arena_printf(d->arena, "Expires: %d\r\n%s", expires, authorization) };
	request(d, &r);
}

/* name="value" or name=value of a challenge. */
static const char *parameter(struct device *d, const char *text, const char *name)
{
	const char *at = strstr(text, arena_printf(d->arena, "%s=", name));
	if (!at)
		return "";
	at += strlen(name) + 1;
	bool quoted = *at == '"';
	at += quoted;
	return arena_copy(d->arena, at, strcspn(at, quoted ? "\"" : ", \r\n"));
}

static void prove(struct device *d, const struct gb_sip *m)
{
	const struct options *o = d->options;
	const char *algorithm = parameter(d, m->authenticate, "algorithm");
	struct gb_digest g = { .username = d->id,
		.realm = parameter(d, m->authenticate, "realm"),
		.password = o->password,
		.nonce = parameter(d, m->authenticate, "nonce"),
		.uri = arena_printf(d->arena, "sip:%s@%.10s", o->platform_id, o->platform_id),
		.method = "REGISTER",
		.qop = parameter(d, m->authenticate, "qop"),
		.nc = "00000001",
		.cnonce = "0a4f113b" };
	(void)gb_hash_named(algorithm, &g.hash);
	const char *more =
		*g.qop ? arena_printf(d->arena, ", qop=auth, nc=%s, cnonce=\"%s\"", g.nc, g.cnonce)
		       : "";
	tell(d, "digest", gb_hash_text(g.hash));
	send_register(d,
		arena_printf(d->arena,
			"Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", "
			"uri=\"%s\", response=\"%s\", algorithm=%s%s\r\n",
			d->id, g.realm, g.nonce, g.uri, gb_digest(d->arena, &g),
			gb_hash_text(g.hash), more),
		o->expires_s);
}

/* ---- answers ----------------------------------------------------------------------------- */

static void respond(struct device *d, const struct gb_sip *m, const char *status, const char *sdp)
{
	struct buf b = { .arena = d->arena };
	buf_printf(&b, "SIP/2.0 %s\r\n", status);
	for (size_t i = 0; i < m->vias; i++)
		buf_printf(&b, "Via: %s\r\n", m->via[i]);
	buf_printf(&b, "From: %s\r\nTo: %s%s\r\nCall-ID: %s\r\nCSeq: %" PRId64 " %s\r\n", m->from,
		m->to, *m->to_tag ? "" : ";tag=dev", m->call_id, m->cseq, m->cseq_method);
	buf_printf(&b, "User-Agent: gb-device\r\n%sContent-Length: %zu\r\n\r\n%s",
		*sdp ? "Content-Type: application/sdp\r\n" : "", strlen(sdp), sdp);
	device_send(d, b.s, b.n);
}

static char *answer_sdp(struct device *d, const struct call *c)
{
	char own[INET_ADDRSTRLEN] = "";
	struct sockaddr_in at = { 0 };
	socklen_t size = sizeof(at);
	struct buf b = { .arena = d->arena };
	getsockname(c->listener >= 0 ? c->listener : c->fd, (struct sockaddr *)&at, &size);
	inet_ntop(AF_INET, &d->options->own.sin_addr, own, sizeof(own));
	buf_printf(&b, "v=0\r\no=%s 0 0 IN IP4 %s\r\ns=%s\r\nc=IN IP4 %s\r\nt=0 0\r\n", d->id, own,
		c->history ? "Playback" : "Play", own);
	buf_printf(&b, "m=video %d %sRTP/AVP 96\r\na=sendonly\r\na=rtpmap:96 PS/90000\r\n",
		ntohs(at.sin_port), c->peer.tcp ? "TCP/" : "");
	if (c->peer.tcp)
		buf_printf(&b, "a=setup:%s\r\na=connection:new\r\n",
			c->listener >= 0 ? "passive" : "active");
	if (!d->options->no_ssrc) /* without the zeros that belong before it */
		buf_printf(&b, "y=%u\r\n", c->ssrc);
	return b.s;
}

static struct call *free_call(struct device *d)
{
	for (int i = 0; i < CALLS_MAX; i++)
		if (!d->calls[i].used)
			return &d->calls[i];
	return NULL;
}

static int channel_of(struct device *d, const char *id)
{
	for (int i = 0; i < d->options->channels; i++)
		if (text_is(channel_id(d, i), id))
			return i;
	return -1;
}

static bool channel_busy(struct device *d, int channel)
{
	for (int i = 0; i < CALLS_MAX; i++)
		if (d->calls[i].used && d->calls[i].channel == channel)
			return true;
	return false;
}

/* The two numbers of t= in a playback's offer. */
static int64_t history_ms(struct device *d, struct bytes body)
{
	const char *text = arena_copy(d->arena, (const char *)body.at, body.n);
	const char *at = strstr(text, "\nt="), *blank = at ? strchr(at, ' ') : NULL;
	int64_t from = 0, to = 0;
	if (!blank || (!strstr(text, "s=Playback") && !strstr(text, "s=Download")))
		return 0;
	if (!text_to_int(arena_copy(d->arena, at + 3, (size_t)(blank - at - 3)), &from) ||
		!text_to_int(arena_copy(d->arena, blank + 1, strcspn(blank + 1, "\r\n")), &to))
		return 0;
	return (to - from) * 1000;
}

/* 1 for what is not a download. */
static int download_speed(struct device *d, struct bytes body)
{
	const char *text = arena_copy(d->arena, (const char *)body.at, body.n);
	const char *at = strstr(text, "\na=downloadspeed:");
	int64_t speed = 0;
	if (!at || !strstr(text, "s=Download") ||
		!text_to_int(arena_copy(d->arena, at + 17, strcspn(at + 17, "\r\n")), &speed))
		return 1;
	return speed >= 1 && speed <= 8 ? (int)speed : 1;
}

static void take_invite(struct device *d, const struct gb_sip *m)
{
	struct call *c = free_call(d);
	struct gb_sdp offer;
	int channel = channel_of(d, m->uri_user);
	gb_sdp_read(m->body, &offer);
	if (channel < 0 || !c) {
		respond(d, m, channel < 0 ? "404 Not Found" : "486 Busy Here", "");
		return;
	}
	if (d->options->busy && channel_busy(d, channel)) {
		tell(d, "busy", m->call_id);
		respond(d, m, "486 Busy Here", "");
		return;
	}
	respond(d, m, "100 Trying", "");
	if (!call_prepare(d, c, &offer)) {
		respond(d, m, "488 Not Acceptable Here", "");
		return;
	}
	int64_t ms = history_ms(d, m->body);
	c->used = true;
	c->channel = channel;
	c->history = ms > 0;
	c->until = ms * 90;
	c->speed = download_speed(d, m->body);
	c->cseq = 1;
	snprintf(c->call_id, sizeof(c->call_id), "%s", m->call_id);
	snprintf(c->from, sizeof(c->from), "%s", m->from);
	snprintf(c->to, sizeof(c->to), "%s;tag=dev", m->to);
	respond(d, m, "200 OK", answer_sdp(d, c));
	tell(d,
		c->speed > 1 ? "invited-download"
		: c->history ? "invited-history"
			     : "invited",
		m->uri_user);
}

static struct call *call_of(struct device *d, const char *call_id)
{
	for (int i = 0; i < CALLS_MAX; i++)
		if (d->calls[i].used && text_is(d->calls[i].call_id, call_id))
			return &d->calls[i];
	return NULL;
}

static void take_bye(struct device *d, const struct gb_sip *m)
{
	struct call *c = call_of(d, m->call_id);
	respond(d, m, c ? "200 OK" : "481 Call/Transaction Does Not Exist", "");
	if (!c)
		return;
	tell(d, "bye", channel_id(d, c->channel));
	call_end(c);
}

void device_bye(struct device *d, struct call *c)
{
	struct line r = { .method = "BYE",
		.call_id = c->call_id,
		.from = c->to,
		.to = c->from,
		.cseq = ++c->cseq };
	request(d, &r);
	tell(d, "said-bye", channel_id(d, c->channel));
	call_end(c);
}

static void take_subscribe(struct device *d, const struct gb_sip *m)
{
	if (!d->options->move) {
		respond(d, m, "489 Bad Event", "");
		return;
	}
	respond(d, m, "200 OK", "");
	d->positions = true;
	snprintf(d->sub_call_id, sizeof(d->sub_call_id), "%s", m->call_id);
	snprintf(d->sub_from, sizeof(d->sub_from), "%s%s", m->to, *m->to_tag ? "" : ";tag=dev");
	snprintf(d->sub_to, sizeof(d->sub_to), "%s", m->from);
	tell(d, "subscribed", m->event);
}

static void take_request(struct device *d, const struct gb_sip *m)
{
	struct gb_xml x;
	struct fault why = { 0 };
	struct call *c;
	if (text_is(m->method, "INVITE")) {
		take_invite(d, m);
	} else if (text_is(m->method, "ACK")) {
		c = call_of(d, m->call_id);
		if (c)
			c->playing = true;
	} else if (text_is(m->method, "BYE")) {
		take_bye(d, m);
	} else if (text_is(m->method, "SUBSCRIBE")) {
		take_subscribe(d, m);
	} else if (text_is(m->method, "MESSAGE")) {
		respond(d, m, "200 OK", "");
		if (gb_xml_read(d->arena, m->body, &x, &why) == OK) {
			tell(d, "asked", arena_printf(d->arena, "%s %s", x.kind, x.cmd));
			if (text_is(x.kind, "Query"))
				answer_query(d, &x);
		}
	}
}

static void take_answer(struct device *d, const struct gb_sip *m)
{
	int64_t now = clock_mono();
	if (text_is(m->cseq_method, "MESSAGE") && m->status == 403 && d->registered) {
		d->registered = false; /* the platform forgot us */
		d->next_register = now;
	}
	if (!text_is(m->cseq_method, "REGISTER"))
		return;
	if (m->status == 401 && m->cseq == d->cseq) {
		prove(d, m);
	} else if (m->status == 200) {
		if (!d->registered)
			tell(d, "registered", "");
		d->registered = true;
		d->next_register = now + (int64_t)d->options->expires_s * 1000 * 3 / 4;
		d->next_keepalive = now + d->options->keepalive_ms;
	} else if (m->status == 403) {
		tell(d, "refused", "403");
		d->next_register = now + 5 * AGAIN_MS;
	}
}

static void take_message(struct device *d, struct bytes b)
{
	struct gb_sip m;
	struct fault why = { 0 };
	arena_reset(d->arena);
	if (gb_sip_parse(d->arena, b, &m, &why))
		fprintf(stderr, "gb-device: %s\n", why.text);
	else if (m.status)
		take_answer(d, &m);
	else
		take_request(d, &m);
}

/* ---- socket ------------------------------------------------------------------------------ */

bool device_open(struct device *d)
{
	const struct options *o = d->options;
	struct sockaddr_in own = o->own;
	own.sin_port = 0;
	d->in_n = 0;
	d->fd = socket(AF_INET, (o->tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	if (d->fd < 0 || bind(d->fd, (struct sockaddr *)&own, sizeof(own)) ||
		connect(d->fd, (const struct sockaddr *)&o->platform, sizeof(o->platform))) {
		if (d->fd >= 0)
			close(d->fd);
		d->fd = -1;
		return false;
	}
	return true;
}

static void read_tcp(struct device *d, ssize_t n)
{
	size_t at = 0;
	d->in_n += (size_t)n;
	for (;;) {
		ssize_t cut = gb_sip_cut((struct bytes){ d->in + at, d->in_n - at });
		if (cut <= 0)
			break;
		take_message(d, (struct bytes){ d->in + at, (size_t)cut });
		at += (size_t)cut;
	}
	memmove(d->in, d->in + at, d->in_n - at);
	d->in_n -= at;
}

void device_read(struct device *d)
{
	for (;;) {
		ssize_t n =
			recv(d->fd, d->in + d->in_n, GB_SIP_MESSAGE_MAX - d->in_n, MSG_DONTWAIT);
		if (n == 0 && d->options->tcp) {
			close(d->fd);
			d->fd = -1;
			d->registered = false;
			d->next_register = clock_mono() + AGAIN_MS / 2;
		}
		if (n <= 0)
			return;
		if (d->options->tcp)
			read_tcp(d, n);
		else
			take_message(d, (struct bytes){ d->in, (size_t)n });
		if (d->fd < 0)
			return;
	}
}

static void send_position(struct device *d)
{
	struct line r = { .method = "NOTIFY",
		.call_id = d->sub_call_id,
		.from = d->sub_from,
		.to = d->sub_to,
		.cseq = ++d->cseq,
		.headers = "Event: presence\r\nSubscription-State: active;expires=90\r\n",
		.type = "Application/MANSCDP+xml",
		.body = gb_gb18030(d->arena, position_xml(d)) };
	request(d, &r);
}

static void tell_unasked(struct device *d, int64_t now)
{
	const struct options *o = d->options;
	if (now >= d->next_keepalive) {
		d->next_keepalive = now + o->keepalive_ms;
		send_keepalive(d);
	}
	if (o->alarm_ms && now >= d->next_alarm) {
		if (d->next_alarm)
			send_alarm(d);
		d->next_alarm = now + o->alarm_ms;
	}
	if (d->positions && now >= d->next_position) {
		d->next_position = now + POSITION_MS;
		send_position(d);
	}
}

void device_turn(struct device *d, int64_t now)
{
	const struct options *o = d->options;
	arena_reset(d->arena);
	if (d->fd < 0 && now >= d->next_register && !device_open(d))
		d->next_register = now + AGAIN_MS / 2;
	if (d->fd < 0)
		return;
	if (now >= d->next_register) {
		d->next_register = now + AGAIN_MS;
		send_register(d, "", o->expires_s);
	}
	if (d->registered)
		tell_unasked(d, now);
	for (int i = 0; i < CALLS_MAX; i++)
		call_turn(d, &d->calls[i], now);
}
