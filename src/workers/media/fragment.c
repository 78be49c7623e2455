#include "workers/media/fragment.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 16384 };

struct fragmenter {
	AVFormatContext *format;
	AVPacket *packet;
	uint8_t *head, *body; /* of libav's allocator */
	int head_n;
};

static enum err failed(int code, const char *what, struct fault *why)
{
	char text[AV_ERROR_MAX_STRING_SIZE] = "unknown error";
	av_strerror(code, text, sizeof(text));
	return fault(why, code == AVERROR(ENOMEM) ? E_TOO_LARGE : E_INVALID, "%s: %s", what, text);
}

/* The size of the picture, by libavcodec's parser: it reads headers only, no picture is decoded. */
static void read_size(const AVCodecParameters *p, struct bytes keyframe, struct fragment_facts *out)
{
	AVCodecContext *c = avcodec_alloc_context3(NULL);
	AVCodecParserContext *parser = av_parser_init((int)p->codec_id);
	*out = (struct fragment_facts){ 0 };
	if (c && parser && avcodec_parameters_to_context(c, p) >= 0) {
		uint8_t *data;
		int n;
		parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
		av_parser_parse2(parser, c, &data, &n, keyframe.at, (int)keyframe.n, AV_NOPTS_VALUE,
			AV_NOPTS_VALUE, -1);
		out->width = parser->width;
		out->height = parser->height;
	}
	av_parser_close(parser);
	avcodec_free_context(&c);
}

static uint8_t *padded_copy(const void *at, size_t n)
{
	uint8_t *p = av_mallocz(n + AV_INPUT_BUFFER_PADDING_SIZE);
	if (p)
		memcpy(p, at, n);
	return p;
}

static enum err describe(AVCodecParameters *p, const struct fragment_stream *s,
	struct fragment_facts *facts, struct fault *why)
{
	p->codec_type = AVMEDIA_TYPE_VIDEO;
	p->codec_id = s->codec == CODEC_H264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC;
	p->codec_tag =
		s->codec == CODEC_H264 ? MKTAG('a', 'v', 'c', '1') : MKTAG('h', 'v', 'c', '1');
	p->extradata = padded_copy(s->sets->at, s->sets->n);
	if (!p->extradata)
		return fault(why, E_INTERNAL, "out of memory");
	p->extradata_size = (int)s->sets->n;
	read_size(p, s->keyframe, facts);
	p->width = facts->width;
	p->height = facts->height;
	if (p->width < 16 || p->height < 16 || p->width > SIDE_MAX || p->height > SIDE_MAX)
		return fault(why, E_INVALID, "the stream's parameters make no sense");
	return OK;
}

static enum err write_head(struct fragmenter *f, struct fault *why)
{
	AVDictionary *o = NULL;
	int rc = avio_open_dyn_buf(&f->format->pb);
	if (rc < 0)
		return failed(rc, "writing the head", why);
	av_dict_set(&o, "movflags",
		"empty_moov+default_base_moof+frag_custom+skip_trailer+negative_cts_offsets", 0);
	av_dict_set_int(&o, "video_track_timescale", 1000 * TICKS_PER_MS, 0);
	rc = avformat_write_header(f->format, &o);
	av_dict_free(&o);
	f->head_n = avio_close_dyn_buf(f->format->pb, &f->head);
	f->format->pb = NULL;
	if (rc < 0)
		return failed(rc, "writing the head", why);
	rc = avio_open_dyn_buf(&f->format->pb);
	return rc < 0 ? failed(rc, "writing the head", why) : OK;
}

static enum err set_up(struct fragmenter *f, const struct fragment_stream *s,
	struct fragment_facts *facts, struct fault *why)
{
	f->packet = av_packet_alloc();
	int rc = avformat_alloc_output_context2(&f->format, NULL, "mp4", NULL);
	AVStream *stream = rc < 0 ? NULL : avformat_new_stream(f->format, NULL);
	if (!stream || !f->packet)
		return fault(why, E_INTERNAL, "out of memory");
	/* The muxer may not shift times: ours count from the start of the run. */
	f->format->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
	f->format->flags |= AVFMT_FLAG_BITEXACT;
	stream->time_base = (AVRational){ 1, 1000 * TICKS_PER_MS };
	TRY(describe(stream->codecpar, s, facts, why));
	return write_head(f, why);
}

enum err fragmenter_new(const struct fragment_stream *s, struct fragmenter **out,
	struct fragment_facts *facts, struct fault *why)
{
	struct fragmenter *f = calloc(1, sizeof(*f));
	*out = NULL;
	if (!f)
		return fault(why, E_INTERNAL, "out of memory");
	enum err e = set_up(f, s, facts, why);
	if (e)
		fragmenter_free(f);
	else
		*out = f;
	return e;
}

static void drop_output(AVFormatContext *format)
{
	uint8_t *rest = NULL;
	if (!format->pb)
		return;
	avio_close_dyn_buf(format->pb, &rest);
	av_free(rest);
	format->pb = NULL;
}

void fragmenter_free(struct fragmenter *f)
{
	if (!f)
		return;
	if (f->format)
		drop_output(f->format);
	avformat_free_context(f->format);
	av_packet_free(&f->packet);
	av_free(f->head);
	av_free(f->body);
	free(f);
}

struct bytes fragmenter_head(const struct fragmenter *f)
{
	return (struct bytes){ f->head, (size_t)f->head_n };
}

enum err fragmenter_add(struct fragmenter *f, const struct fragment_picture *p, struct fault *why)
{
	AVPacket *k = f->packet;
	av_packet_unref(k);
	int rc = av_new_packet(k, (int)p->data.n);
	if (rc < 0)
		return failed(rc, "adding a picture", why);
	memcpy(k->data, p->data.at, p->data.n);
	k->pts = p->pts;
	k->dts = p->dts;
	k->duration = p->duration;
	k->flags = p->key ? AV_PKT_FLAG_KEY : 0;
	rc = av_write_frame(f->format, k);
	return rc < 0 ? failed(rc, "adding a picture", why) : OK;
}

enum err fragmenter_flush(struct fragmenter *f, struct bytes *out, struct fault *why)
{
	int rc = av_write_frame(f->format, NULL);
	av_freep(&f->body);
	int n = avio_close_dyn_buf(f->format->pb, &f->body);
	f->format->pb = NULL;
	if (rc >= 0)
		rc = avio_open_dyn_buf(&f->format->pb);
	if (rc < 0)
		return failed(rc, "writing a segment", why);
	*out = (struct bytes){ f->body, (size_t)n };
	return OK;
}
