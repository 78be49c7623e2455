#include "workers/media/rtsp_talk.h"

#include <stdio.h>
#include <string.h>

#include "workers/media/span.h"

enum {
	PROOFS_MAX = 2, /* a new nonce may come once while we answer the old one */
	SEND_MS = 1000,
	TIMEOUT_USUAL_S = 60, /* RFC 2326 12.37 */
	KEEP_MOST_MS = 25 * SECOND,
	KEEP_LEAST_MS = 1 * SECOND,
};

static enum err send_request(
	struct rtsp_talk *t, const struct rtsp_request *r, int64_t deadline, struct fault *why)
{
	struct buf b = { .arena = arena_new() };
	buf_printf(&b, "%s %s RTSP/1.0\r\nCSeq: %d\r\n", r->method, r->address, ++t->cseq);
	buf_puts(&b, "User-Agent: shian\r\n");
	rtsp_auth_write(&t->auth, r->method, r->address, &b);
	if (*t->session)
		buf_printf(&b, "Session: %s\r\n", t->session);
	buf_printf(&b, "%s\r\n", r->headers);
	struct bytes out = { (const uint8_t *)b.s, b.n };
	enum err e = rtsp_line_send(&t->line, out, deadline, why);
	arena_free(b.arena);
	t->keep_at = clock_mono() + t->keep_every_ms;
	return e;
}

/* We do nothing that a server may ask for; but it wants to be told so. */
static enum err decline(struct rtsp_talk *t, const struct rtsp_unit *u, struct fault *why)
{
	char text[80];
	if (u->cseq < 0)
		return OK;
	int n = snprintf(text, sizeof(text), "RTSP/1.0 501 Not Implemented\r\nCSeq: %d\r\n\r\n",
		(int)u->cseq);
	struct bytes out = { (const uint8_t *)text, (size_t)n };
	return rtsp_line_send(&t->line, out, clock_mono() + SEND_MS, why);
}

static enum err not_understood(struct rtsp_talk *t, struct fault *why)
{
	t->line.reason = REASON_BAD_STREAM;
	return fault(why, E_INVALID, "the answer is not RTSP");
}

static bool is_ours(const struct rtsp_talk *t, const struct rtsp_unit *u)
{
	return u->status >= 200 && (u->cseq < 0 || u->cseq == t->cseq);
}

/* Waits for the answer to the last request. */
static enum err await(struct rtsp_talk *t, const struct rtsp_request *r, struct rtsp_unit *answer,
	struct fault *why)
{
	for (;;) {
		enum rtsp_kind kind = rtsp_unit_read(rtsp_line_bytes(&t->line), answer);
		if (kind == RTSP_BAD)
			return not_understood(t, why);
		if (kind == RTSP_MORE) {
			TRY(rtsp_line_fill(&t->line, r->deadline, why));
			continue;
		}
		if (kind == RTSP_FRAME && r->until_frame)
			return OK;
		t->line.from += answer->size;
		if (kind == RTSP_REQUEST)
			TRY(decline(t, answer, why));
		if (kind == RTSP_ANSWER && is_ours(t, answer))
			return OK;
	}
}

static enum err unauthorized(struct rtsp_talk *t, enum rtsp_verdict v, struct fault *why)
{
	t->line.reason = REASON_UNAUTHORIZED;
	if (v == AUTH_NOT_KNOWN)
		return fault(why, E_LOGIN, "the camera asks for a proof that is not known here");
	if (!*t->url.user)
		return fault(why, E_LOGIN, "the camera wants a user name and a password");
	return fault(why, E_LOGIN, "the camera does not take the user name or the password");
}

static enum stream_reason reason_of(int status)
{
	switch (status) {
	case 401:
	case 403:
		return REASON_UNAUTHORIZED;
	case 404:
	case 410:
		return REASON_NOT_FOUND;
	case 408:
		return REASON_TIMEOUT;
	case 453: /* not enough bandwidth: as many clients as it can serve */
	case 503:
		return REASON_REFUSED;
	default:
		return status / 100 == 3 ? REASON_BAD_ADDRESS : REASON_BAD_STREAM;
	}
}

static enum err refused(struct rtsp_talk *t, int status, struct fault *why)
{
	t->line.reason = reason_of(status);
	if (status / 100 == 3)
		return fault(why, E_INVALID, "the camera sends on to another address (%d)", status);
	return fault(why, E_BUSY, "the camera answered %d", status);
}

enum err rtsp_ask(struct rtsp_talk *t, const struct rtsp_request *r, struct rtsp_unit *answer,
	struct fault *why)
{
	for (int proofs = 0;; proofs++) {
		TRY(send_request(t, r, r->deadline, why));
		TRY(await(t, r, answer, why));
		if (answer->status == 0 || answer->status / 100 == 2) {
			t->auth.accepted = t->auth.scheme != AUTH_NONE;
			return OK;
		}
		if (answer->status != 401)
			return refused(t, answer->status, why);
		enum rtsp_verdict v = rtsp_auth_challenge(&t->auth, answer);
		if (v != AUTH_AGAIN || proofs == PROOFS_MAX)
			return unauthorized(t, v, why);
	}
}

bool rtsp_note_session(struct rtsp_talk *t, const struct rtsp_unit *answer)
{
	struct bytes value, name, timeout;
	int64_t seconds = -1;
	if (!rtsp_header(answer, "Session", 0, &value))
		return true; /* then it has none */
	if (span_parameter(value, ';', "timeout", &timeout))
		seconds = span_number(timeout, 86400);
	if (seconds < 1)
		seconds = TIMEOUT_USUAL_S;
	t->keep_every_ms = seconds * SECOND / 2;
	if (t->keep_every_ms > KEEP_MOST_MS)
		t->keep_every_ms = KEEP_MOST_MS;
	if (t->keep_every_ms < KEEP_LEAST_MS)
		t->keep_every_ms = KEEP_LEAST_MS;
	(void)span_cut(&value, ';', &name);
	return span_copy(span_trim(name), t->session, sizeof(t->session));
}

static enum err keep_now(struct rtsp_talk *t, struct fault *why)
{
	struct rtsp_request r = {
		.method = t->get_parameter ? "GET_PARAMETER" : "OPTIONS",
		.address = t->aggregate,
		.headers = "",
	};
	return send_request(t, &r, clock_mono() + SEND_MS, why);
}

enum err rtsp_keep(struct rtsp_talk *t, struct fault *why)
{
	if (clock_mono() < t->keep_at)
		return OK;
	t->kept_again = false;
	return keep_now(t, why);
}

/* The answer to a keeping. A server that will not have it keeps the session by other means; only
 * one that knows no such session any more has ended it. */
static enum err kept(struct rtsp_talk *t, const struct rtsp_unit *u, struct fault *why)
{
	if (u->status == 454) {
		t->line.reason = REASON_CLOSED;
		return fault(why, E_GONE, "the camera ended the session");
	}
	if (u->status / 100 == 2)
		t->auth.accepted = t->auth.scheme != AUTH_NONE;
	bool other = t->get_parameter && (u->status == 405 || u->status == 501);
	bool proof = u->status == 401 && rtsp_auth_challenge(&t->auth, u) == AUTH_AGAIN;
	if (other)
		t->get_parameter = false;
	if (t->kept_again || (!other && !proof))
		return OK;
	t->kept_again = true;
	return keep_now(t, why);
}

enum err rtsp_overhear(
	struct rtsp_talk *t, enum rtsp_kind kind, const struct rtsp_unit *u, struct fault *why)
{
	if (kind == RTSP_REQUEST)
		return decline(t, u, why);
	return is_ours(t, u) ? kept(t, u, why) : OK;
}

void rtsp_leave(struct rtsp_talk *t)
{
	struct rtsp_request r = { .method = "TEARDOWN", .address = t->aggregate, .headers = "" };
	if (t->line.fd >= 0 && *t->session)
		(void)!send_request(t, &r, clock_mono() + SEND_MS / 10, NULL);
	rtsp_line_close(&t->line);
}
