#include "workers/vision/film.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#include <stdlib.h>

enum { KEY_EVERY = 50, USUAL_RATE = 25, PLANES = 4 };

struct film {
	AVFormatContext *to;
	AVStream *stream;
	AVCodecContext *codec;
	AVFrame *frame;
	AVPacket *packet;
	struct SwsContext *scaler;
	struct film_size from;
	int64_t last;
};

static enum err av_fault(struct fault *why, const char *what, int r)
{
	char text[AV_ERROR_MAX_STRING_SIZE] = "";
	av_strerror(r, text, sizeof text);
	return fault(why, E_INTERNAL, "%s: %s", what, text);
}

void film_close(struct film *f)
{
	if (!f)
		return;
	if (f->to && f->to->pb) {
		uint8_t *rest = NULL;
		avio_close_dyn_buf(f->to->pb, &rest);
		av_free(rest);
	}
	avformat_free_context(f->to);
	avcodec_free_context(&f->codec);
	av_frame_free(&f->frame);
	av_packet_free(&f->packet);
	sws_freeContext(f->scaler);
	free(f);
}

void film_bytes_free(struct bytes *b)
{
	av_free((void *)(uintptr_t)b->at);
	*b = (struct bytes){ 0 };
}

void film_size_of(const struct film *f, int32_t *width, int32_t *height)
{
	*width = f->codec->width;
	*height = f->codec->height;
}

/* Colours are halved across and down, so both sides are even. */
static int even(int64_t v)
{
	return (int)(v & ~(int64_t)1);
}

static enum err open_codec(struct film *f, struct fault *why)
{
	const AVCodec *coder = avcodec_find_encoder_by_name("libx264");
	int64_t w = f->from.width, h = f->from.height, longest = w > h ? w : h;
	if (!coder)
		return fault(why, E_NOT_FOUND, "there is no coder of H.264 on this machine");
	f->codec = avcodec_alloc_context3(coder);
	if (!f->codec)
		return fault(why, E_INTERNAL, "out of memory");
	bool shrink = longest > f->from.longest_side;
	f->codec->width = even(shrink ? w * f->from.longest_side / longest : w);
	f->codec->height = even(shrink ? h * f->from.longest_side / longest : h);
	if (f->codec->width < FILM_SIDE_LEAST || f->codec->height < FILM_SIDE_LEAST)
		return fault(why, E_INVALID, "the pictures are too small");
	f->codec->pix_fmt = AV_PIX_FMT_YUV420P;
	f->codec->time_base = (AVRational){ 1, 1000 };
	f->codec->framerate = (AVRational){ USUAL_RATE, 1 };
	f->codec->gop_size = KEY_EVERY;
	f->codec->max_b_frames = 0;
	f->codec->thread_count = 1;
	f->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
	av_opt_set(f->codec->priv_data, "preset", "veryfast", 0);
	av_opt_set(f->codec->priv_data, "crf", "24", 0);
	int r = avcodec_open2(f->codec, coder, NULL);
	return r < 0 ? av_fault(why, "the coder", r) : OK;
}

static enum err open_file(struct film *f, struct fault *why)
{
	int r = avformat_alloc_output_context2(&f->to, NULL, "mp4", NULL);
	if (r < 0)
		return av_fault(why, "the file", r);
	f->to->flags |= AVFMT_FLAG_BITEXACT; /* no name of a program either */
	f->stream = avformat_new_stream(f->to, NULL);
	if (!f->stream)
		return fault(why, E_INTERNAL, "out of memory");
	f->stream->time_base = f->codec->time_base;
	r = avcodec_parameters_from_context(f->stream->codecpar, f->codec);
	if (r >= 0)
		r = avio_open_dyn_buf(&f->to->pb);
	if (r >= 0)
		r = avformat_write_header(f->to, NULL);
	return r < 0 ? av_fault(why, "the file", r) : OK;
}

static enum err open_frame(struct film *f, struct fault *why)
{
	f->frame = av_frame_alloc();
	f->packet = av_packet_alloc();
	if (!f->frame || !f->packet)
		return fault(why, E_INTERNAL, "out of memory");
	f->frame->format = f->codec->pix_fmt;
	f->frame->width = f->codec->width;
	f->frame->height = f->codec->height;
	int r = av_frame_get_buffer(f->frame, 0);
	f->scaler = sws_getContext(f->from.width, f->from.height, AV_PIX_FMT_RGB24, f->codec->width,
		f->codec->height, f->codec->pix_fmt, SWS_BICUBIC | SWS_ACCURATE_RND, NULL, NULL,
		NULL);
	return r < 0 || !f->scaler ? fault(why, E_INTERNAL, "out of memory") : OK;
}

enum err film_open(struct film **out, const struct film_size *size, struct fault *why)
{
	struct film *f = calloc(1, sizeof *f);
	*out = NULL;
	if (!f)
		return fault(why, E_INTERNAL, "out of memory");
	av_log_set_level(AV_LOG_FATAL);
	f->from = *size;
	f->last = -1;
	enum err e = open_codec(f, why);
	if (!e)
		e = open_file(f, why);
	if (!e)
		e = open_frame(f, why);
	if (e)
		film_close(f);
	else
		*out = f;
	return e;
}

/* Writes what the coder has ready; a NULL frame ends it. */
static enum err code(struct film *f, const AVFrame *frame, struct fault *why)
{
	int r = avcodec_send_frame(f->codec, frame);
	while (r >= 0) {
		r = avcodec_receive_packet(f->codec, f->packet);
		if (r == AVERROR(EAGAIN) || r == AVERROR_EOF)
			return OK;
		if (r < 0)
			break;
		/* else the last picture has no time, and players leave it out */
		f->packet->duration = SECOND / USUAL_RATE;
		av_packet_rescale_ts(f->packet, f->codec->time_base, f->stream->time_base);
		f->packet->stream_index = f->stream->index;
		r = av_write_frame(f->to, f->packet);
		av_packet_unref(f->packet);
	}
	return r < 0 ? av_fault(why, "coding", r) : OK;
}

enum err film_add(struct film *f, const struct picture *p, int64_t at_ms, struct fault *why)
{
	if (p->width != f->from.width || p->height != f->from.height)
		return fault(why, E_INVALID, "the clip's pictures change their size");
	if (avio_tell(f->to->pb) > FILM_BYTES_MAX)
		return fault(why, E_TOO_LARGE, "the copy is too large");
	int r = av_frame_make_writable(f->frame);
	if (r < 0)
		return av_fault(why, "coding", r);
	const uint8_t *planes[PLANES] = { p->rgb };
	const int rows[PLANES] = { p->width * 3 };
	sws_scale(f->scaler, planes, rows, 0, p->height, f->frame->data, f->frame->linesize);
	f->last = at_ms > f->last ? at_ms : f->last + 1;
	f->frame->pts = f->last;
	return code(f, f->frame, why);
}

enum err film_end(struct film *f, struct bytes *out, struct fault *why)
{
	uint8_t *at = NULL;
	*out = (struct bytes){ 0 };
	TRY(code(f, NULL, why));
	int r = av_write_trailer(f->to);
	if (r < 0)
		return av_fault(why, "the file", r);
	int n = avio_close_dyn_buf(f->to->pb, &at);
	f->to->pb = NULL;
	if (n <= 0 || !at)
		return fault(why, E_INTERNAL, "out of memory");
	*out = (struct bytes){ at, (size_t)n };
	return OK;
}
