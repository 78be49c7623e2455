#include <libavcodec/bsf.h>
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
#include <stdio.h>

#include "device.h"

static void add(struct clip *c, const AVPacket *p, AVRational unit)
{
	AVRational ticks = { 1, 90000 };
	struct picture *more = realloc(c->pictures, (c->n + 1) * sizeof(*more));
	if (!more)
		abort();
	c->pictures = more;
	struct picture *q = &more[c->n];
	*q = (struct picture){ .n = (size_t)p->size, .key = p->flags & AV_PKT_FLAG_KEY };
	q->at = malloc(q->n);
	if (!q->at)
		abort();
	memcpy(q->at, p->data, q->n);
	/* A bare stream has no times: 25 pictures a second. */
	q->pts =
		p->pts == AV_NOPTS_VALUE ? (int64_t)c->n * 3600 : av_rescale_q(p->pts, unit, ticks);
	c->length = q->pts + 3600;
	c->n++;
}

static bool read_all(struct clip *c, AVFormatContext *f, int stream)
{
	const AVCodecParameters *par = f->streams[stream]->codecpar;
	const char *name =
		par->codec_id == AV_CODEC_ID_H264 ? "h264_mp4toannexb" : "hevc_mp4toannexb";
	AVBSFContext *annexb = NULL;
	AVPacket *p = av_packet_alloc();
	if (!p || av_bsf_alloc(av_bsf_get_by_name(name), &annexb) < 0 ||
		avcodec_parameters_copy(annexb->par_in, par) < 0 || av_bsf_init(annexb) < 0)
		return false;
	while (av_read_frame(f, p) >= 0) {
		if (p->stream_index != stream) {
			av_packet_unref(p);
			continue;
		}
		if (av_bsf_send_packet(annexb, p) < 0)
			break;
		while (av_bsf_receive_packet(annexb, p) == 0) {
			add(c, p, f->streams[stream]->time_base);
			av_packet_unref(p);
		}
	}
	av_packet_free(&p);
	av_bsf_free(&annexb);
	return c->n > 1;
}

bool clip_load(struct clip *c, const char *path)
{
	AVFormatContext *f = NULL;
	*c = (struct clip){ 0 };
	if (avformat_open_input(&f, path, NULL, NULL) < 0)
		return false;
	avformat_find_stream_info(f, NULL);
	int stream = av_find_best_stream(f, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
	bool good = false;
	if (stream >= 0) {
		enum AVCodecID id = f->streams[stream]->codecpar->codec_id;
		c->h265 = id == AV_CODEC_ID_HEVC;
		good = (id == AV_CODEC_ID_H264 || c->h265) && read_all(c, f, stream);
	}
	avformat_close_input(&f);
	return good;
}

void clip_free(struct clip *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->pictures[i].at);
	free(c->pictures);
}
