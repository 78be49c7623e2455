/* RTSP over TCP through libavformat, for cameras that the own reader does not understand, and for
 * TLS. Only its RTSP client and H.264/H.265 depacketizer and parser see the camera's bytes: nothing
 * is probed, nothing is decoded. Its own time-outs are too loose (a stopped camera held it for
 * twice the time asked), so every call runs under a deadline of ours. */
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
#include <stdlib.h>
#include <string.h>

#include "workers/media/source.h"

enum { CLOSE_MS = 1000, CLOSE_STOPPED_MS = 200 };

struct rtsp {
	struct stream_source source; /* first: cast back and forth */
	struct source_request request;
	AVFormatContext *format;
	AVPacket *packet; /* the last one given out */
	AVPacket *ahead;  /* read, not yet given out */
	bool has_ahead, begun, closing;
	bool expired;	  /* the deadline ended a call: no further call may read */
	int64_t deadline; /* clock_mono */
};

static int interrupted(void *at)
{
	struct rtsp *r = at;
	bool over = clock_mono() > r->deadline;
	if (r->closing)
		return over;
	r->expired = r->expired || over || atomic_load(r->request.stop);
	return r->expired;
}

static enum stream_reason reason_of(const struct rtsp *r, int code)
{
	if (atomic_load(r->request.stop))
		return REASON_STOPPED;
	if (r->expired)
		return REASON_TIMEOUT; /* whatever libavformat makes of being interrupted */
	switch (code) {
	case AVERROR(ETIMEDOUT):
		return REASON_TIMEOUT;
	case AVERROR(ECONNREFUSED):
		return REASON_REFUSED;
	case AVERROR(EHOSTUNREACH):
	case AVERROR(ENETUNREACH):
	case AVERROR(EIO): /* what libavformat makes of a name without address */
		return REASON_UNREACHABLE;
	case AVERROR_HTTP_UNAUTHORIZED:
	case AVERROR_HTTP_FORBIDDEN:
		return REASON_UNAUTHORIZED;
	case AVERROR_HTTP_NOT_FOUND:
		return REASON_NOT_FOUND;
	case AVERROR_EOF:
	case AVERROR(ECONNRESET):
	case AVERROR(EPIPE):
		return REASON_CLOSED;
	default:
		return REASON_BAD_STREAM;
	}
}

static enum err failed(struct rtsp *r, int code, const char *what, struct fault *why)
{
	char text[AV_ERROR_MAX_STRING_SIZE] = "unknown error";
	r->source.reason = reason_of(r, code);
	av_strerror(code, text, sizeof(text));
	if (r->source.reason == REASON_TIMEOUT)
		return fault(why, E_BUSY, "%s: no answer in time", what);
	return fault(why, E_BUSY, "%s: %s", what, text);
}

static void rtsp_close(struct stream_source *s)
{
	struct rtsp *r = (struct rtsp *)s;
	r->closing = true;
	r->deadline = clock_mono() + (atomic_load(r->request.stop) ? CLOSE_STOPPED_MS : CLOSE_MS);
	avformat_close_input(&r->format);
	av_packet_free(&r->packet);
	av_packet_free(&r->ahead);
	free(r);
}

/* One packet of ours into p: other streams' packets are passed over. */
static int read_packet(struct rtsp *r, AVPacket *p)
{
	for (;;) {
		int rc = av_read_frame(r->format, p);
		if (rc < 0 || (p->stream_index == 0 && p->size > 0))
			return rc;
		av_packet_unref(p);
	}
}

/* The first packet has no time when the server does not tell where the stream begins: then it lies
 * one usual picture before the second. */
static int read_first(struct rtsp *r)
{
	const int64_t usual = 40 * TICKS_PER_MS;
	int rc = read_packet(r, r->packet);
	if (rc < 0 || r->packet->pts != AV_NOPTS_VALUE)
		return rc;
	rc = read_packet(r, r->ahead);
	if (rc < 0)
		return rc;
	r->has_ahead = true;
	if (r->ahead->pts != AV_NOPTS_VALUE)
		r->packet->pts = r->ahead->pts - usual;
	return 0;
}

static int read_next(struct rtsp *r)
{
	av_packet_unref(r->packet);
	if (!r->begun) {
		r->begun = true;
		return read_first(r);
	}
	if (!r->has_ahead)
		return read_packet(r, r->packet);
	av_packet_move_ref(r->packet, r->ahead);
	r->has_ahead = false;
	return 0;
}

static int64_t ticks(const struct rtsp *r, int64_t t)
{
	AVRational unit = { 1, 1000 * TICKS_PER_MS };
	if (t == AV_NOPTS_VALUE)
		return NO_TIME;
	return av_rescale_q(t, r->format->streams[0]->time_base, unit);
}

static enum err rtsp_next(struct stream_source *s, struct stream_frame *out, struct fault *why)
{
	struct rtsp *r = (struct rtsp *)s;
	r->deadline = clock_mono() + r->request.read_ms;
	do {
		/* After the deadline libavformat first gives out the picture it had half read. */
		int rc = r->expired ? AVERROR_EXIT : read_next(r);
		if (rc < 0)
			return failed(r, rc, "reading", why);
	} while (r->packet->pts == AV_NOPTS_VALUE);
	if (r->packet->size > FRAME_BYTES_MAX) {
		s->reason = REASON_BAD_STREAM;
		return fault(why, E_TOO_LARGE, "a picture is above 8 MiB");
	}
	*out = (struct stream_frame){
		.at = r->packet->data,
		.n = (size_t)r->packet->size,
		.pts = ticks(r, r->packet->pts),
		.dts = ticks(r, r->packet->dts),
		.arrived_ms = clock_now(),
		.key = r->packet->flags & AV_PKT_FLAG_KEY,
	};
	return OK;
}

static int open_input(struct rtsp *r)
{
	AVDictionary *o = NULL;
	av_dict_set(&o, "rtsp_transport", "tcp", 0);
	av_dict_set(&o, "allowed_media_types", "video", 0);
	av_dict_set(&o, "protocol_whitelist", "rtp,tcp,tls,rtsp,rtsps", 0);
	av_dict_set(&o, "user_agent", "shian", 0);
	av_dict_set_int(&o, "timeout", (int64_t)r->request.connect_ms * 1000, 0);
	r->format = avformat_alloc_context();
	int rc = AVERROR(ENOMEM);
	if (r->format) {
		r->format->interrupt_callback = (AVIOInterruptCB){ interrupted, r };
		r->format->max_streams = 8;
		/* Frees the context and sets it to NULL when it fails. */
		rc = avformat_open_input(
			&r->format, r->request.url, av_find_input_format("rtsp"), &o);
	}
	av_dict_free(&o);
	return rc;
}

static enum err understand(struct rtsp *r, struct fault *why)
{
	struct stream_source *s = &r->source;
	s->reason = REASON_NO_VIDEO;
	if (r->format->nb_streams < 1)
		return fault(why, E_INVALID, "the camera sends no video");
	const AVCodecParameters *p = r->format->streams[0]->codecpar;
	s->codec = p->codec_id == AV_CODEC_ID_H264   ? CODEC_H264
		   : p->codec_id == AV_CODEC_ID_HEVC ? CODEC_H265
						     : CODEC_NONE;
	s->reason = REASON_CODEC;
	if (!s->codec)
		return fault(why, E_INVALID, "the camera sends %s: set it to H.264 or H.265",
			avcodec_get_name(p->codec_id));
	s->reason = REASON_NONE;
	if (p->extradata_size > 0 && p->extradata_size <= PARAMETER_BYTES_MAX) {
		memcpy(s->parameters, p->extradata, (size_t)p->extradata_size);
		s->parameters_n = (size_t)p->extradata_size;
	}
	return OK;
}

static enum err open_under_deadline(struct rtsp *r, struct fault *why)
{
	if (!text_starts(r->request.url, "rtsp://") && !text_starts(r->request.url, "rtsps://")) {
		r->source.reason = REASON_BAD_ADDRESS;
		return fault(why, E_INVALID, "the address must start with rtsp:// or rtsps://");
	}
	r->deadline = clock_mono() + r->request.connect_ms;
	int rc = open_input(r);
	if (rc < 0)
		return failed(r, rc, "connecting", why);
	return understand(r, why);
}

enum err source_libav_open(const struct source_request *request, struct stream_source **out,
	enum stream_reason *reason, struct fault *why)
{
	struct rtsp *r = calloc(1, sizeof(*r));
	*out = NULL;
	*reason = REASON_BAD_STREAM;
	if (!r)
		return fault(why, E_INTERNAL, "out of memory");
	r->request = *request;
	r->source.next = rtsp_next;
	r->source.close = rtsp_close;
	r->packet = av_packet_alloc();
	r->ahead = av_packet_alloc();
	enum err e = r->packet && r->ahead ? open_under_deadline(r, why)
					   : fault(why, E_INTERNAL, "out of memory");
	*reason = r->source.reason;
	if (e)
		rtsp_close(&r->source);
	else
		*out = &r->source;
	return e;
}
