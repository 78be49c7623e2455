/* A camera whose pictures are pushed to us over RTMP. */
#include "workers/media/push_stream.h"

#include <stdlib.h>
#include <string.h>

struct pushed {
	struct stream_source source; /* first: cast back and forth */
	struct push_stream *stream;
	const atomic_bool *stop;
	uint64_t turn;
	int read_ms;
	struct push_frame frame; /* the last one given out */
};

static void pushed_close(struct stream_source *s)
{
	struct pushed *p = (struct pushed *)s;
	pthread_mutex_lock(&p->stream->lock);
	p->stream->taken = false;
	pthread_mutex_unlock(&p->stream->lock);
	push_stream_drop(p->stream);
	free(p->frame.at);
	free(p);
}

static enum err pushed_next(struct stream_source *s, struct stream_frame *out, struct fault *why)
{
	struct pushed *p = (struct pushed *)s;
	struct push_wait w = { p->turn, p->read_ms, p->stop };
	struct push_frame *f = &p->frame;
	free(f->at);
	f->at = NULL;
	enum err e = push_stream_take(p->stream, &w, f);
	if (!e) {
		*out = (struct stream_frame){ f->at, f->n, f->pts, f->dts, f->arrived_ms, f->key };
		return OK;
	}
	if (atomic_load(p->stop)) {
		s->reason = REASON_STOPPED;
		return fault(why, E_GONE, "switched off");
	}
	s->reason = e == E_BUSY ? REASON_TIMEOUT : REASON_CLOSED;
	return fault(why, e, "%s",
		e == E_BUSY ? "the publisher sends no pictures" : "the publisher ended the stream");
}

/* Until its codec is known, which is before its first picture. With the lock held. */
static enum stream_reason await(struct push_stream *s, const struct source_request *r)
{
	int64_t deadline = clock_mono() + r->connect_ms;
	while (!(s->live && s->codec)) {
		if (atomic_load(r->stop))
			return REASON_STOPPED;
		if (s->live && s->other_codec)
			return REASON_CODEC;
		if (clock_mono() >= deadline)
			return s->live ? REASON_TIMEOUT : REASON_NOT_PUSHED;
		push_stream_wait(s, deadline);
	}
	return REASON_NONE;
}

static struct pushed *make(struct push_stream *s, const struct source_request *r)
{
	struct pushed *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	p->source.codec = s->codec;
	memcpy(p->source.parameters, s->sets, s->sets_n);
	p->source.parameters_n = s->sets_n;
	p->source.next = pushed_next;
	p->source.close = pushed_close;
	p->stream = push_stream_hold(s);
	p->stop = r->stop;
	p->turn = s->turn;
	p->read_ms = r->read_ms;
	s->taken = true;
	return p;
}

static const char *words(enum stream_reason r)
{
	switch (r) {
	case REASON_CODEC:
		return "the publisher sends neither H.264 nor H.265";
	case REASON_TIMEOUT:
		return "the publisher sends no pictures";
	case REASON_STOPPED:
		return "switched off";
	default:
		return "nobody publishes under its stream key";
	}
}

static enum err open_stream(struct push_stream *s, const struct source_request *r,
	struct stream_source **out, enum stream_reason *reason)
{
	pthread_mutex_lock(&s->lock);
	*reason = await(s, r);
	if (*reason == REASON_NONE)
		*out = &make(s, r)->source;
	pthread_mutex_unlock(&s->lock);
	return *reason == REASON_NONE ? OK : E_BUSY;
}

enum err source_push_open(const struct source_request *r, struct stream_source **out,
	enum stream_reason *reason, struct fault *why)
{
	const char *key = push_key_of(r->url);
	*out = NULL;
	*reason = REASON_BAD_ADDRESS;
	if (!key)
		return fault(
			why, E_INVALID, "the stream key must be 16 to 64 letters, digits, - and _");
	*reason = REASON_REFUSED;
	if (!r->doors || !r->doors->push)
		return fault(why, E_INVALID,
			"this machine takes no RTMP: start it with --rtmp HOST:PORT");
	struct push_stream *s = push_find(r->doors->push, key);
	*reason = REASON_BAD_ADDRESS;
	if (!s)
		return fault(why, E_CONFLICT, "another camera has the same stream key");
	enum err e = open_stream(s, r, out, reason);
	push_stream_drop(s);
	return e ? fault(why, e, "%s", words(*reason)) : OK;
}
