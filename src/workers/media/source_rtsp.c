/* RTSP over TCP, read by ourselves: many pictures for few system calls, memory for one picture and
 * one buffer, deadlines that hold, and a picture that lacks packets is never given out. UDP, TLS
 * and what some odd camera speaks: source_libav.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/media/depack.h"
#include "workers/media/rtp.h"
#include "workers/media/rtsp_talk.h"
#include "workers/media/sdp.h"
#include "workers/media/span.h"

enum { USUAL_CLOCK = 1000 * TICKS_PER_MS, KEYFRAME_MS = 15 * SECOND };
/* Beyond that (12 years of the usual clock away from the start) times are made up. */
#define TIME_MAX (INT64_C(1) << 45)

struct rtsp {
	struct stream_source source; /* first: cast back and forth */
	struct rtsp_talk talk;
	struct depack depack;
	struct rtp_order order;
	struct depack_packet packet; /* points into the line's buffer */
	bool holds;		     /* packet was looked at, and not yet put to a picture */
	bool takes;		     /* a picture is complete */
	size_t used;		     /* of the buffer, once packet is done with */
	unsigned channel, payload;
	int64_t clock;
	int read_ms;
	int64_t shown_at; /* clock_mono: the last picture given out, or the begin */
};

static enum err bad(struct rtsp *r, const char *text, struct fault *why)
{
	r->talk.line.reason = REASON_BAD_STREAM;
	return fault(why, E_INVALID, "%s", text);
}

/* ---- pictures ---------------------------------------------------------------------------- */

static int64_t ticks(const struct rtsp *r, int64_t time)
{
	return r->clock == USUAL_CLOCK ? time : time * USUAL_CLOCK / r->clock;
}

/* Looks at a frame of our channel; r->holds afterwards when it is to be put to a picture. */
static enum err look(struct rtsp *r, struct bytes raw, struct fault *why)
{
	struct rtp_packet p;
	if (!rtp_read(raw, &p))
		return bad(r, "what it sends is not RTP", why);
	enum rtp_step step = rtp_follow(&r->order, &p);
	if (step == RTP_OLD)
		return OK;
	if (step == RTP_GAP)
		depack_gap(&r->depack);
	if (p.type != r->payload)
		return OK;
	int64_t time = rtp_time(&r->order, p.time);
	if (time > TIME_MAX || time < -TIME_MAX)
		return bad(r, "its times make no sense", why);
	r->packet = (struct depack_packet){ p.payload, ticks(r, time), p.marker };
	r->holds = true;
	return OK;
}

static void done_with(struct rtsp *r)
{
	r->talk.line.from += r->used;
	r->used = 0;
	r->holds = false;
}

static enum err add(struct rtsp *r, struct fault *why)
{
	r->takes = depack_is_next(&r->depack, &r->packet);
	if (r->takes)
		return OK; /* the packet waits */
	enum depack_step step = depack_add(&r->depack, &r->packet);
	done_with(r);
	r->takes = step == DEPACK_COMPLETE;
	return step == DEPACK_TOO_LARGE ? bad(r, "a picture is above 8 MiB", why) : OK;
}

/* The next unit of what was received. *more: it is not whole yet. */
static enum err step(struct rtsp *r, bool *more, struct fault *why)
{
	struct rtsp_unit u;
	*more = false;
	if (r->holds)
		return add(r, why);
	enum rtsp_kind kind = rtsp_unit_read(rtsp_line_bytes(&r->talk.line), &u);
	if (kind == RTSP_BAD)
		return bad(r, "what it sends is not RTSP", why);
	*more = kind == RTSP_MORE;
	if (*more)
		return OK;
	r->used = u.size;
	if (kind == RTSP_FRAME && u.channel == r->channel)
		TRY(look(r, u.body, why));
	else if (kind != RTSP_FRAME)
		TRY(rtsp_overhear(&r->talk, kind, &u, why));
	if (r->holds)
		return add(r, why);
	done_with(r);
	return OK;
}

/* Waits for more, and keeps the session meanwhile. */
static enum err fill(struct rtsp *r, int64_t deadline, struct fault *why)
{
	for (;;) {
		TRY(rtsp_keep(&r->talk, why));
		bool keeps = r->talk.keep_at < deadline;
		enum err e = rtsp_line_fill(&r->talk.line, keeps ? r->talk.keep_at : deadline, why);
		if (!e || !keeps || r->talk.line.reason != REASON_TIMEOUT)
			return e;
	}
}

/* Until a picture is complete, be it shown or dropped. */
static enum err complete(struct rtsp *r, int64_t deadline, struct fault *why)
{
	bool more = false;
	while (!r->takes) {
		TRY(step(r, &more, why));
		if (more)
			TRY(fill(r, deadline, why));
	}
	r->takes = false;
	return OK;
}

static enum err no_keyframe(struct rtsp *r, struct fault *why)
{
	r->talk.line.reason = REASON_NO_KEYFRAME;
	return fault(why, E_INVALID, "packets were lost, and no keyframe came within 15 s");
}

static enum err rtsp_next(struct stream_source *s, struct stream_frame *out, struct fault *why)
{
	struct rtsp *r = (struct rtsp *)s;
	enum err e;
	bool shown = false;
	do {
		e = complete(r, clock_mono() + r->read_ms, why);
		shown = !e && depack_take(&r->depack, out);
		if (!e && !shown && clock_mono() - r->shown_at > KEYFRAME_MS)
			e = no_keyframe(r, why);
	} while (!e && !shown);
	s->reason = r->talk.line.reason;
	if (e)
		return e;
	out->dts = NO_TIME;
	out->arrived_ms = r->talk.line.received_ms;
	r->shown_at = clock_mono();
	return OK;
}

static void rtsp_close(struct stream_source *s)
{
	struct rtsp *r = (struct rtsp *)s;
	rtsp_leave(&r->talk);
	depack_end(&r->depack);
	free(r->talk.line.buffer);
	free(r);
}

/* ---- the begin --------------------------------------------------------------------------- */

/* Which words the server knows. One that answers with a fault knows at least that. */
static enum err options(struct rtsp *r, int64_t deadline, struct fault *why)
{
	struct rtsp_talk *t = &r->talk;
	struct rtsp_unit u = { 0 };
	struct bytes known, one;
	struct rtsp_request ask = { "OPTIONS", t->url.request, "", false, deadline };
	enum err e = rtsp_ask(t, &ask, &u, why);
	if (e && (t->line.reason != REASON_BAD_STREAM || u.status < 400))
		return e;
	if (e || !rtsp_header(&u, "Public", 0, &known))
		return OK;
	while (known.n) {
		(void)span_cut(&known, ',', &one);
		t->get_parameter = t->get_parameter || span_is(span_trim(one), "GET_PARAMETER");
	}
	return OK;
}

static enum err not_usable(
	struct rtsp *r, enum stream_reason reason, const struct sdp *sdp, struct fault *why)
{
	r->talk.line.reason = reason;
	if (reason == REASON_NO_VIDEO)
		return fault(why, E_INVALID, "the camera sends no video");
	if (reason == REASON_CODEC)
		return fault(why, E_INVALID, "the camera sends %s: set it to H.264 or H.265",
			*sdp->encoding ? sdp->encoding : "something else");
	return fault(why, E_INVALID, "the camera's description is not understood");
}

/* What controls relate to: Content-Base, Content-Location, or what was asked for. */
static void base_of(struct rtsp *r, const struct rtsp_unit *u, char out[RTSP_URL_MAX])
{
	struct bytes v;
	bool told =
		rtsp_header(u, "Content-Base", 0, &v) || rtsp_header(u, "Content-Location", 0, &v);
	if (!told || !span_starts(v, "rtsp://") || !rtsp_url_resolve("", v, out))
		snprintf(out, RTSP_URL_MAX, "%s", r->talk.url.request);
}

static struct bytes text_bytes(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

/* Asks what there is; *track is the address of the video. */
static enum err describe(
	struct rtsp *r, char track[RTSP_URL_MAX], int64_t deadline, struct fault *why)
{
	struct rtsp_talk *t = &r->talk;
	struct rtsp_unit u;
	struct sdp sdp;
	char base[RTSP_URL_MAX];
	struct rtsp_request ask = { "DESCRIBE", t->url.request, "Accept: application/sdp\r\n",
		false, deadline };
	TRY(rtsp_ask(t, &ask, &u, why));
	enum stream_reason reason = sdp_read(u.body, &sdp);
	if (reason)
		return not_usable(r, reason, &sdp, why);
	base_of(r, &u, base);
	if (!rtsp_url_resolve(base, text_bytes(sdp.session), t->aggregate) ||
		!rtsp_url_resolve(base, text_bytes(sdp.control), track))
		return bad(r, "the camera's description is not understood", why);
	r->payload = sdp.payload;
	r->clock = sdp.clock;
	r->source.codec = sdp.codec;
	memcpy(r->source.parameters, sdp.parameters, sdp.parameters_n);
	r->source.parameters_n = sdp.parameters_n;
	depack_begin(&r->depack, sdp.codec);
	return OK;
}

/* RTP/AVP/TCP;unicast;interleaved=0-1 */
static enum err setup(struct rtsp *r, const char *track, int64_t deadline, struct fault *why)
{
	struct rtsp_unit u;
	struct bytes transport, v, first;
	struct rtsp_request ask = { "SETUP", track,
		"Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", false, deadline };
	TRY(rtsp_ask(&r->talk, &ask, &u, why));
	if (!rtsp_note_session(&r->talk, &u))
		return bad(r, "the session's name is too long", why);
	r->channel = 0;
	if (!rtsp_header(&u, "Transport", 0, &transport))
		return OK;
	if (!span_starts(transport, "RTP/AVP/TCP"))
		return bad(r, "the camera does not send over TCP", why);
	if (!span_parameter(transport, ';', "interleaved", &v))
		return OK;
	(void)span_cut(&v, '-', &first);
	int64_t channel = span_number(first, 255);
	if (channel < 0)
		return bad(r, "the camera names no channel", why);
	r->channel = (unsigned)channel;
	return OK;
}

static enum err play(struct rtsp *r, int64_t deadline, struct fault *why)
{
	struct rtsp_unit u;
	struct rtsp_request ask = { "PLAY", r->talk.aggregate, "Range: npt=0.000-\r\n", true,
		deadline };
	TRY(rtsp_ask(&r->talk, &ask, &u, why));
	r->talk.line.batching = true;
	r->shown_at = clock_mono();
	return OK;
}

static enum err begin(struct rtsp *r, const struct source_request *q, struct fault *why)
{
	int64_t deadline = clock_mono() + q->connect_ms;
	struct rtsp_talk *t = &r->talk;
	char track[RTSP_URL_MAX];
	if (!rtsp_url_read(q->url, &t->url)) {
		t->line.reason = REASON_BAD_ADDRESS;
		return fault(why, E_INVALID, "the address must be rtsp://HOST[:PORT]/PATH");
	}
	struct rtsp_place to = { t->url.host, t->url.port };
	t->auth.user = t->url.user;
	t->auth.password = t->url.password;
	t->keep_every_ms = 25 * SECOND;
	snprintf(t->aggregate, sizeof(t->aggregate), "%s", t->url.request);
	TRY(rtsp_line_open(&t->line, &to, deadline, why));
	TRY(options(r, deadline, why));
	TRY(describe(r, track, deadline, why));
	TRY(setup(r, track, deadline, why));
	return play(r, deadline, why);
}

enum err source_rtsp_open(const struct source_request *request, struct stream_source **out,
	enum stream_reason *reason, struct fault *why)
{
	struct rtsp *r = calloc(1, sizeof(*r));
	if (!r)
		abort();
	*out = NULL;
	r->source.next = rtsp_next;
	r->source.close = rtsp_close;
	r->talk.line.fd = -1;
	r->talk.line.stop = request->stop;
	r->read_ms = request->read_ms;
	enum err e = begin(r, request, why);
	*reason = e ? r->talk.line.reason : REASON_NONE;
	r->source.reason = *reason;
	if (e)
		rtsp_close(&r->source);
	else
		*out = &r->source;
	return e;
}
