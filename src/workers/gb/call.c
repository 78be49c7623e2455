/* INVITE, ACK, BYE: GB/T 28181-2016 9.2 (live), 9.8 (playback), annex C (SDP). */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/gb/private.h"

enum {
	SLICE_MS = 200,
	FORGET_MS = 5 * MINUTE, /* a BYE that was not answered is said again before a new INVITE */
	LATE_MS = 40 * SECOND,
	BYE_WAIT_MS = SECOND,
};

static void wait_slice(struct gb_platform *p, int64_t deadline)
{
	int64_t until = clock_mono() + SLICE_MS;
	if (until > deadline)
		until = deadline;
	struct timespec t = { (time_t)(until / 1000), (long)(until % 1000) * 1000000 };
	pthread_cond_timedwait(&p->turned, &p->lock, &t);
}

static bool over(const struct gb_ask *ask)
{
	return (ask->stop && atomic_load(ask->stop)) || clock_mono() >= ask->deadline;
}

/* ---- in the dialog ----------------------------------------------------------------------- */

static void send_in_dialog(
	struct gb_platform *p, struct gb_call *c, const char *method, answered *then)
{
	bool ack = text_is(method, "ACK");
	request_send(p, &c->peer,
		&(struct request){ .method = method,
			.target = c->channel,
			.call_id = c->call_id,
			.tag = c->tag,
			.to_tag = c->to_tag,
			.cseq = ack ? c->cseq : ++c->cseq,
			.answered = then,
			.about = c });
}

static void on_bye_answered(struct gb_platform *p, struct transaction *t, const struct gb_sip *m)
{
	struct gb_call *c = t->about;
	if (m && m->status < 200)
		return;
	c->bye_answered = m != NULL;
	c->forget = clock_mono() + (m ? 0 : FORGET_MS);
	pthread_cond_broadcast(&p->turned);
}

static void say_bye(struct gb_platform *p, struct gb_call *c)
{
	c->forget = clock_mono() + FORGET_MS;
	send_in_dialog(p, c, "BYE", on_bye_answered);
}

/* ---- INVITE ------------------------------------------------------------------------------ */

/* 1 live 0 history, digits 4 to 8 of the platform's number, four of a serial. */
static uint32_t new_ssrc(struct gb_platform *p, bool history)
{
	uint32_t v = history ? 1 : 0;
	for (int i = 3; i < 8; i++)
		v = v * 10 + (uint32_t)(p->id[i] - '0');
	p->next_ssrc = (p->next_ssrc + 1) % 10000;
	return v * 10000 + p->next_ssrc;
}

static char *offer(struct gb_platform *p, const struct gb_call *c, const struct gb_ask *ask)
{
	struct buf b = { .arena = p->arena };
	bool tcp = ask->transport != GB_UDP, play = ask->from_s == 0;
	buf_printf(&b, "v=0\r\no=%s 0 0 IN IP4 %s\r\ns=%s\r\n", p->id, p->address,
		play	     ? "Play"
		: ask->speed ? "Download"
			     : "Playback");
	if (!play)
		buf_printf(&b, "u=%s:0\r\n", c->channel);
	buf_printf(&b, "c=IN IP4 %s\r\nt=%" PRId64 " %" PRId64 "\r\n", p->address, ask->from_s,
		ask->to_s);
	buf_printf(&b, "m=video %d %sRTP/AVP 96 98 99\r\na=recvonly\r\n", ask->port,
		tcp ? "TCP/" : "");
	buf_puts(&b, "a=rtpmap:96 PS/90000\r\na=rtpmap:98 H264/90000\r\na=rtpmap:99 "
		     "H265/90000\r\n");
	if (tcp)
		buf_printf(&b, "a=setup:%s\r\na=connection:new\r\n",
			ask->transport == GB_TCP_PASSIVE ? "passive" : "active");
	if (!play && ask->speed)
		buf_printf(&b, "a=downloadspeed:%d\r\n", ask->speed);
	buf_printf(&b, "y=%010u\r\nf=v/////a///\r\n", c->ssrc);
	return b.s;
}

static void take_answer(struct gb_platform *p, struct gb_call *c, const struct gb_sip *m)
{
	gb_sdp_read(m->body, &c->answer.sdp);
	snprintf(c->to_tag, sizeof(c->to_tag), "%s", m->to_tag);
	c->answer.ssrc = c->answer.sdp.has_ssrc ? c->answer.sdp.ssrc : c->ssrc;
	c->answer.signalling = c->peer.at.sin_addr.s_addr;
	send_in_dialog(p, c, "ACK", NULL);
}

static void on_invited(struct gb_platform *p, struct transaction *t, const struct gb_sip *m)
{
	struct gb_call *c = t->about;
	if (m && m->status < 200) {
		c->provisional = true;
		return;
	}
	c->status = m ? m->status : 408;
	if (!m || m->status >= 300) {
		if (m) { /* the ACK of a refusal belongs to the INVITE's own transaction */
			request_send(p, &c->peer,
				&(struct request){ .method = "ACK",
					.target = c->channel,
					.call_id = c->call_id,
					.tag = c->tag,
					.to_tag = m->to_tag,
					.cseq = c->cseq,
					.branch = c->invite_branch });
		}
		if (c->state != CALL_LEFT)
			c->state = CALL_REFUSED;
	} else {
		take_answer(p, c, m);
		if (c->state == CALL_LEFT)
			say_bye(p, c); /* nobody waits for it any more */
		else
			c->state = CALL_TALKING;
	}
	pthread_cond_broadcast(&p->turned);
}

/* An answer said again because our ACK was lost. */
void on_invite_answer(struct gb_platform *p, const struct gb_sip *m)
{
	for (struct gb_call *c = p->calls; c; c = c->next)
		if (m->status >= 200 && m->status < 300 && text_is(c->call_id, m->call_id) &&
			c->state == CALL_TALKING)
			send_in_dialog(p, c, "ACK", NULL);
}

static struct gb_call *invite(struct gb_platform *p, struct device *d, const struct gb_ask *ask)
{
	struct gb_call *c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	c->platform = p;
	c->owned = true;
	snprintf(c->device, sizeof(c->device), "%s", ask->device);
	snprintf(c->channel, sizeof(c->channel), "%s", ask->channel);
	new_token(c->call_id, sizeof(c->call_id));
	new_token(c->tag, 28);
	c->peer = d->peer;
	c->cseq = 1;
	c->history = ask->from_s != 0;
	c->ssrc = new_ssrc(p, c->history);
	c->next = p->calls;
	p->calls = c;
	const char *sdp = offer(p, c, ask);
	const struct transaction *t = request_send(p, &c->peer,
		&(struct request){ .method = "INVITE",
			.target = c->channel,
			.call_id = c->call_id,
			.tag = c->tag,
			.cseq = c->cseq,
			.headers = arena_printf(
				p->arena, "Subject: %s:%010u,%s:0\r\n", c->channel, c->ssrc, p->id),
			.type = "APPLICATION/SDP",
			.body = { (const uint8_t *)sdp, strlen(sdp) },
			.answered = on_invited,
			.about = c });
	memcpy(c->invite_branch, t->branch, sizeof(c->invite_branch));
	return c;
}

/* ---- opening ----------------------------------------------------------------------------- */

static enum err refused(const struct gb_call *c, enum stream_reason *reason, struct fault *why)
{
	switch (c->status) {
	case 404:
	case 410:
		*reason = REASON_NOT_FOUND;
		break;
	case 401:
	case 403:
		*reason = REASON_UNAUTHORIZED;
		break;
	case 408:
	case 480:
	case 504:
		*reason = REASON_TIMEOUT;
		break;
	default:
		*reason = REASON_REFUSED;
	}
	return fault(why, E_BUSY, "the device answered the invitation with %d", c->status);
}

static void leave(struct gb_platform *p, struct gb_call *c)
{
	c->owned = false;
	if (c->state == CALL_TALKING) {
		say_bye(p, c);
	} else if (c->state == CALL_ASKING) { /* a late answer is ended at once */
		c->forget = clock_mono() + LATE_MS;
		if (c->provisional)
			request_send(p, &c->peer,
				&(struct request){ .method = "CANCEL",
					.target = c->channel,
					.call_id = c->call_id,
					.tag = c->tag,
					.cseq = c->cseq,
					.branch = c->invite_branch });
	} else {
		c->forget = 0;
	}
	c->state = CALL_LEFT;
}

/* Calls to the channel that it may still believe in, though we left them. True when there were. */
static bool end_old_calls(struct gb_platform *p, const struct gb_ask *ask)
{
	bool any = false;
	for (struct gb_call *c = p->calls; c; c = c->next)
		if (c->state == CALL_LEFT && *c->to_tag && !c->bye_answered &&
			text_is(c->channel, ask->channel)) {
			say_bye(p, c);
			any = true;
		}
	return any;
}

static struct device *wait_for_device(struct gb_platform *p, const struct gb_ask *ask,
	enum stream_reason *reason, struct fault *why)
{
	for (;;) {
		struct device *d = device_find(p, ask->device);
		if (d && d->online)
			return d;
		*reason = d && d->known ? REASON_UNREACHABLE : REASON_NOT_FOUND;
		if (over(ask)) {
			(void)fault(why, E_BUSY,
				d && d->known ? "the device has not registered here"
					      : "no device of that number is expected here");
			return NULL;
		}
		wait_slice(p, ask->deadline);
	}
}

/* One INVITE up to its end. */
static struct gb_call *invite_and_wait(
	struct gb_platform *p, struct device *d, const struct gb_ask *ask)
{
	struct gb_call *c = invite(p, d, ask);
	while (c->state == CALL_ASKING && !over(ask))
		wait_slice(p, ask->deadline);
	return c;
}

enum err gb_call_open(struct gb_platform *p, const struct gb_ask *ask, struct gb_call **out,
	enum stream_reason *reason, struct fault *why)
{
	enum err e = OK;
	*out = NULL;
	pthread_mutex_lock(&p->lock);
	struct device *d = wait_for_device(p, ask, reason, why);
	struct gb_call *c = d ? invite_and_wait(p, d, ask) : NULL;
	if (c && c->state == CALL_REFUSED && c->status == 486 && end_old_calls(p, ask)) {
		int64_t until = clock_mono() + BYE_WAIT_MS;
		leave(p, c);
		while (clock_mono() < until && !over(ask))
			wait_slice(p, until);
		c = invite_and_wait(p, d, ask);
	}
	if (!c) {
		e = E_BUSY;
	} else if (c->state == CALL_TALKING) {
		*out = c;
	} else {
		*reason = REASON_TIMEOUT;
		e = c->state == CALL_REFUSED
			    ? refused(c, reason, why)
			    : fault(why, E_BUSY, "the device does not answer the invitation");
		leave(p, c);
	}
	pthread_mutex_unlock(&p->lock);
	return e;
}

void gb_call_close(struct gb_call *c)
{
	struct gb_platform *p = c->platform;
	pthread_mutex_lock(&p->lock);
	leave(p, c);
	pthread_mutex_unlock(&p->lock);
}

bool gb_call_ended(struct gb_call *c)
{
	pthread_mutex_lock(&c->platform->lock);
	bool ended = c->state == CALL_ENDED;
	pthread_mutex_unlock(&c->platform->lock);
	return ended;
}

const struct gb_answer *gb_call_answer(const struct gb_call *c)
{
	return &c->answer;
}

void on_bye(struct gb_platform *p, const struct gb_sip *m, const struct peer *from)
{
	for (struct gb_call *c = p->calls; c; c = c->next) {
		if (!text_is(c->call_id, m->call_id) || !peer_same_host(&c->peer, from))
			continue;
		if (c->state == CALL_TALKING)
			c->state = CALL_ENDED;
		answer_send(p, m, from, "200 OK\r\n");
		return;
	}
	answer_send(p, m, from, "481 Call/Transaction Does Not Exist\r\n");
}

/* A transaction may still point to the call: it is freed only when none does. */
static bool spoken_of(const struct gb_platform *p, const struct gb_call *c)
{
	for (const struct transaction *t = p->transactions; t; t = t->next)
		if (t->about == c)
			return true;
	return false;
}

void calls_turn(struct gb_platform *p, int64_t now)
{
	for (struct gb_call **at = &p->calls; *at;) {
		struct gb_call *c = *at;
		if (c->owned || now < c->forget || spoken_of(p, c)) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		free(c);
	}
}

void history_over(struct gb_platform *p, const struct device *d, const char *channel)
{
	for (struct gb_call *c = p->calls; c; c = c->next)
		if (c->history && c->state == CALL_TALKING && text_is(c->device, d->id) &&
			(text_is(c->channel, channel) || text_is(d->id, channel)))
			c->state = CALL_ENDED;
}
