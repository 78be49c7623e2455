#include "camera.h"

#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIP_MAX = 64 << 20, NS_PER_SECOND = 1000000000 };

static bool refuse(const char *path, const char *reason)
{
	fprintf(stderr, "shian-camera: %s: %s\n", path, reason);
	return false;
}

static bool copy_head(struct clip *c, const AVCodecParameters *p)
{
	c->width = p->width;
	c->height = p->height;
	c->h265 = p->codec_id == AV_CODEC_ID_HEVC;
	c->head_size = (size_t)p->extradata_size;
	c->head = malloc(c->head_size);
	if (!c->head)
		return false;
	memcpy(c->head, p->extradata, c->head_size);
	return true;
}

static bool add_picture(struct clip *c, const AVPacket *p, AVRational unit)
{
	AVRational ns = { 1, NS_PER_SECOND };
	struct picture *more = realloc(c->pictures, (c->n + 1) * sizeof(*more));
	uint8_t *at = malloc((size_t)p->size);
	if (more)
		c->pictures = more;
	if (!more || !at) {
		free(at);
		return false;
	}
	memcpy(at, p->data, (size_t)p->size);
	c->pictures[c->n++] = (struct picture){
		.at = at,
		.n = (size_t)p->size,
		.pts = (uint64_t)av_rescale_q(p->pts, unit, ns),
		.duration = (uint64_t)av_rescale_q(p->duration, unit, ns),
		.key = p->flags & AV_PKT_FLAG_KEY,
	};
	return true;
}

/* NULL when the packet may follow what is there, else the reason why not. */
static const char *objection(const struct clip *c, const AVPacket *p, size_t total)
{
	if (p->pts == AV_NOPTS_VALUE || p->pts < 0 || p->duration <= 0)
		return "a picture has no time or no duration";
	if (p->pts != p->dts)
		return "has B frames: a camera sends none, encode with -bf 0";
	if (!c->n && !(p->flags & AV_PKT_FLAG_KEY))
		return "does not start with a keyframe";
	if (total > CLIP_MAX)
		return "is above 64 MiB";
	return NULL;
}

static bool read_pictures(struct clip *c, AVFormatContext *f, int stream, const char *path)
{
	AVPacket *p = av_packet_alloc();
	size_t total = 0;
	bool good = p;
	while (good && av_read_frame(f, p) >= 0) {
		if (p->stream_index == stream) {
			total += (size_t)p->size;
			const char *reason = objection(c, p, total);
			if (reason)
				good = refuse(path, reason);
			else
				good = add_picture(c, p, f->streams[stream]->time_base);
		}
		av_packet_unref(p);
	}
	av_packet_free(&p);
	if (!good)
		return false;
	if (!c->n)
		return refuse(path, "has no pictures");
	uint64_t first = c->pictures[0].pts;
	for (size_t i = 0; i < c->n; i++)
		c->pictures[i].pts -= first;
	c->duration = c->pictures[c->n - 1].pts + c->pictures[c->n - 1].duration;
	return true;
}

static bool load_open(struct clip *c, AVFormatContext *f, const char *path)
{
	if (avformat_find_stream_info(f, NULL) < 0)
		return refuse(path, "cannot be understood as video");
	int stream = av_find_best_stream(f, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
	if (stream < 0)
		return refuse(path, "holds no video");
	const AVCodecParameters *p = f->streams[stream]->codecpar;
	bool known = p->codec_id == AV_CODEC_ID_H264 || p->codec_id == AV_CODEC_ID_HEVC;
	if (!known || p->extradata_size < 7 || p->extradata[0] != 1)
		return refuse(path, "is not H.264 or H.265 in an MP4 file (see demo/make-clip.sh)");
	return copy_head(c, p) && read_pictures(c, f, stream, path);
}

bool clip_load(struct clip *c, const char *path)
{
	AVFormatContext *f = NULL;
	memset(c, 0, sizeof(*c));
	av_log_set_level(AV_LOG_QUIET);
	int rc = avformat_open_input(&f, path, NULL, NULL);
	if (rc < 0) {
		char text[AV_ERROR_MAX_STRING_SIZE] = "cannot be opened";
		av_strerror(rc, text, sizeof(text));
		return refuse(path, text);
	}
	bool good = load_open(c, f, path);
	avformat_close_input(&f);
	return good;
}

void clip_free(struct clip *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->pictures[i].at);
	free(c->pictures);
	free(c->head);
	memset(c, 0, sizeof(*c));
}
