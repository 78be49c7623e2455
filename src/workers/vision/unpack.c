#include "workers/vision/unpack.h"
#include "workers/vision/keyframe.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/cpu.h>
#include <libswscale/swscale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	IO_BUFFER = 64 * 1024,
	NETWORK_WAIT = 10 * SECOND, /* for the first and for each further packet */
	PACKET_MAX = 32 * 1024 * 1024,
	CONFIG_MAX = 64 * 1024,
};

/* longer than any video; keeps sums of times from a hostile file inside 64 bits */
#define TIME_MAX (1000 * DAY)

#define CONTAINERS "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,flv,avi,h264,hevc"
#define STREAMS	   CONTAINERS ",rtsp,hls,mpjpeg,jpeg_pipe,png_pipe"
#define CODECS	   "h264,hevc,mpeg4,mpeg2video,mpeg1video,mjpeg,png,vp8,vp9"
#define PROTOCOLS  "rtsp,rtsps,rtp,tcp,tls,http,https"

/* One keyframe as it was coded. */
struct coded {
	AVCodecParameters *par;
	AVPacket *sample;
};

struct input {
	int fd;
	int64_t give_up; /* clock_mono() at which the network has kept us waiting too long; 0: never
			  */
	AVIOContext *io;
	AVFormatContext *format;
	AVCodecContext *codec;
	AVPacket *packet;
	AVFrame *frame;
	struct SwsContext *scaler;
	int stream;
	const struct coded *rough; /* what frame was decoded from without its loop filter */
};

struct wanted {
	int64_t every_ms, next_ms; /* next_ms: the time from which the next picture is wanted */
	bool live, first_only, keys_only, done;
	size_t given;
};

static enum err av_fault(struct fault *why, enum err e, const char *doing, int code)
{
	char text[AV_ERROR_MAX_STRING_SIZE] = "";
	av_strerror(code, text, sizeof text);
	return fault(why, e, "%s: %s", doing, text);
}

void unpack_warm_up(void)
{
	static const enum AVCodecID often[] = { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC,
		AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG };
	av_log_set_level(AV_LOG_QUIET);
	tzset(); /* formats turn dates into text, for which the C library reads its zone file */
	av_cpu_count();
	for (size_t i = 0; i < sizeof often / sizeof *often; i++) {
		const AVCodec *codec = avcodec_find_decoder(often[i]);
		AVCodecContext *c = codec ? avcodec_alloc_context3(codec) : NULL;
		if (c) {
			c->thread_count = 1;
			avcodec_open2(c, codec, NULL);
		}
		avcodec_free_context(&c);
	}
	struct SwsContext *s = sws_getContext(64, 64, AV_PIX_FMT_YUV420P, 64, 64, AV_PIX_FMT_RGB24,
		SWS_BILINEAR, NULL, NULL, NULL);
	sws_freeContext(s);
}

static void input_close(struct input *in)
{
	sws_freeContext(in->scaler);
	av_frame_free(&in->frame);
	av_packet_free(&in->packet);
	avcodec_free_context(&in->codec);
	avformat_close_input(&in->format);
	if (in->io) {
		av_freep(&in->io->buffer);
		avio_context_free(&in->io);
	}
}

/* ---- from a decoded frame to RGB ------------------------------------------------------------ */

static enum err refine(void *self, struct fault *why);

static enum err give(struct input *in, const struct sink *to, int64_t time_ms, struct fault *why)
{
	const AVFrame *f = in->frame;
	TRY(picture_size_ok(f->width, f->height, why));
	struct shown s = {
		.frame = f, .scaler = &in->scaler, .refine = in->rough ? refine : NULL, .self = in
	};
	enum err e = OK;
	if (to->show) {
		e = to->show(to->self, &s, time_ms, why);
	} else {
		struct picture p = { 0 };
		e = shown_cut(&s, (struct area){ 0 }, &p, why);
		if (!e)
			e = to->take(to->self, &p, time_ms, why);
		picture_free(&p);
	}
	shown_end(&s);
	return e;
}

static enum err open_codec(
	struct input *in, enum AVCodecID id, const AVCodecParameters *par, struct fault *why)
{
	const AVCodec *codec = avcodec_find_decoder(id);
	in->packet = in->packet ? in->packet : av_packet_alloc();
	in->frame = in->frame ? in->frame : av_frame_alloc();
	in->codec = codec ? avcodec_alloc_context3(codec) : NULL;
	if (!codec)
		return fault(why, E_INVALID, "no decoder for this kind of video");
	if (!in->packet || !in->frame || !in->codec)
		return fault(why, E_INTERNAL, "out of memory");
	if (par && avcodec_parameters_to_context(in->codec, par) < 0)
		return fault(why, E_INVALID, "the video's parameters are damaged");
	in->codec->thread_count = 1;
	in->codec->max_pixels = PICTURE_PIXELS_MAX;
	AVDictionary *options = NULL;
	av_dict_set(&options, "codec_whitelist", CODECS, 0);
	int r = avcodec_open2(in->codec, codec, &options);
	av_dict_free(&options);
	return r < 0 ? av_fault(why, E_INVALID, "the decoder refuses the file", r) : OK;
}

/* ---- stills --------------------------------------------------------------------------------- */

static enum err read_all(int fd, AVPacket *into, struct fault *why)
{
	off_t size = lseek(fd, 0, SEEK_END);
	if (size < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return fault(why, E_INVALID, "the file cannot be read: %s", strerror(errno));
	if (size > STILL_BYTES_MAX)
		return fault(why, E_TOO_LARGE, "the picture's file is too large: %lld bytes",
			(long long)size);
	if (av_new_packet(into, (int)size) < 0)
		return fault(why, E_TOO_LARGE, "not enough memory for the file");
	for (int at = 0; at < (int)size;) {
		ssize_t n = read(fd, into->data + at, (size_t)((int)size - at));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault(why, E_INVALID, "the file cannot be read");
		at += (int)n;
	}
	return OK;
}

/* Decoders fill in what is missing; a picture for the record has to be whole. */
static bool is_whole(enum picture_kind kind, const uint8_t *at, size_t n)
{
	size_t tail = kind == KIND_JPEG ? 2 : 12;
	static const uint8_t jpeg_end[2] = { 0xFF, 0xD9 };
	const void *end = kind == KIND_JPEG ? (const void *)jpeg_end : "IEND";
	size_t length = kind == KIND_JPEG ? 2 : 4, span = PICTURE_HEAD;
	if (n < tail)
		return false;
	size_t from = n > span ? n - span : 0; /* cameras append notes of their own */
	return memmem(at + from, n - from, end, length) != NULL;
}

static enum err unpack_still(
	struct input *in, const struct source *s, const struct sink *to, struct fault *why)
{
	AVPacket *whole = av_packet_alloc();
	if (!whole)
		return fault(why, E_INTERNAL, "out of memory");
	struct picture_facts facts = { 0 };
	enum err e = read_all(s->fd, whole, why);
	if (!e)
		e = picture_look(whole->data, (size_t)whole->size, &facts, why);
	if (!e && facts.kind == KIND_VIDEO)
		e = fault(why, E_INVALID, "the file is a video, not a still picture");
	if (!e && !is_whole(facts.kind, whole->data, (size_t)whole->size))
		e = fault(why, E_INVALID, "the picture is cut off");
	if (!e)
		e = open_codec(in, facts.kind == KIND_PNG ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG,
			NULL, why);
	int r = 0;
	if (!e) {
		r = avcodec_send_packet(in->codec, whole);
		if (!r)
			r = avcodec_receive_frame(in->codec, in->frame);
		if (r < 0)
			e = av_fault(why, E_INVALID, "the picture is damaged", r);
	}
	av_packet_free(&whole);
	return e ? e : give(in, to, 0, why);
}

/* ---- a keyframe out of a segment ------------------------------------------------------------- */

static bool read_part(int fd, void *into, size_t n)
{
	uint8_t *p = into;
	while (n) {
		ssize_t got = read(fd, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

/* The codec's configuration and the sample, each with the room that the library wants behind it. */
static enum err read_keyframe(int fd, AVCodecParameters *par, AVPacket *sample, struct fault *why)
{
	struct keyframe_note n;
	if (!read_part(fd, &n, sizeof n) || n.config_bytes < 1 || n.config_bytes > CONFIG_MAX ||
		n.sample_bytes < 1 || n.sample_bytes > KEYFRAME_MAX)
		return fault(why, E_INVALID, "not a keyframe");
	par->codec_type = AVMEDIA_TYPE_VIDEO;
	par->codec_id = n.codec == KEYFRAME_H264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC;
	par->extradata = av_mallocz(n.config_bytes + AV_INPUT_BUFFER_PADDING_SIZE);
	if (!par->extradata || av_new_packet(sample, (int)n.sample_bytes) < 0)
		return fault(why, E_TOO_LARGE, "not enough memory for a keyframe");
	par->extradata_size = (int)n.config_bytes;
	if (!read_part(fd, par->extradata, n.config_bytes) ||
		!read_part(fd, sample->data, n.sample_bytes))
		return fault(why, E_INVALID, "the keyframe is cut off");
	return OK;
}

static enum err decode(
	struct input *in, const struct coded *k, enum AVDiscard filter_skipped, struct fault *why)
{
	avcodec_free_context(&in->codec);
	TRY(open_codec(in, k->par->codec_id, k->par, why));
	in->codec->skip_loop_filter = filter_skipped;
	int r = avcodec_send_packet(in->codec, k->sample);
	if (!r)
		r = avcodec_send_packet(in->codec, NULL);
	if (!r)
		r = avcodec_receive_frame(in->codec, in->frame);
	if (r < 0)
		return av_fault(why, E_INVALID, "the keyframe is damaged", r);
	if (in->frame->decode_error_flags || (in->frame->flags & AV_FRAME_FLAG_CORRUPT))
		return fault(why, E_INVALID, "the keyframe is damaged");
	return OK;
}

/* Decodes once more, all of it: for what is cut out fine, and for a person's eyes. */
static enum err refine(void *self, struct fault *why)
{
	struct input *in = self;
	int width = in->frame->width, height = in->frame->height;
	av_frame_unref(in->frame);
	TRY(decode(in, in->rough, AVDISCARD_DEFAULT, why));
	if (in->frame->width != width || in->frame->height != height)
		return fault(why, E_INVALID, "the keyframe is damaged");
	return OK;
}

/* A keyframe needs its loop filter only to look well: most looks end at the grey picture or at the
 * small one, where its sixth of the decoder's time shows nothing. */
static enum err unpack_keyframe(
	struct input *in, const struct source *s, const struct sink *to, struct fault *why)
{
	struct coded k = { avcodec_parameters_alloc(), av_packet_alloc() };
	enum err e = k.par && k.sample ? OK : fault(why, E_INTERNAL, "out of memory");
	if (!e)
		e = read_keyframe(s->fd, k.par, k.sample, why);
	if (!e)
		e = decode(in, &k, AVDISCARD_ALL, why);
	if (!e) {
		in->rough = &k;
		e = give(in, to, 0, why);
		in->rough = NULL;
	}
	av_packet_free(&k.sample);
	avcodec_parameters_free(&k.par);
	return e;
}

/* ---- video ---------------------------------------------------------------------------------- */

static int io_read(void *self, uint8_t *into, int n)
{
	struct input *in = self;
	for (;;) {
		ssize_t got = read(in->fd, into, (size_t)n);
		if (got > 0)
			return (int)got;
		if (got == 0)
			return AVERROR_EOF;
		if (errno != EINTR)
			return AVERROR(errno);
	}
}

static int64_t io_seek(void *self, int64_t to, int from)
{
	struct input *in = self;
	if (from & AVSEEK_SIZE) {
		off_t here = lseek(in->fd, 0, SEEK_CUR), size = lseek(in->fd, 0, SEEK_END);
		lseek(in->fd, here, SEEK_SET);
		return size;
	}
	return lseek(in->fd, to, from & ~AVSEEK_FORCE);
}

static int too_late(void *self)
{
	const struct input *in = self;
	return in->give_up && clock_mono() > in->give_up;
}

static enum err open_format(struct input *in, const struct source *s, struct fault *why)
{
	bool net = s->kind == SOURCE_ADDRESS;
	AVDictionary *o = NULL;
	in->format = avformat_alloc_context();
	if (!in->format)
		return fault(why, E_INTERNAL, "out of memory");
	av_dict_set(&o, "format_whitelist", net ? STREAMS : CONTAINERS, 0);
	av_dict_set(&o, "protocol_whitelist", net ? PROTOCOLS : "", 0);
	av_dict_set(&o, "codec_whitelist", CODECS, 0);
	if (net) {
		avformat_network_init();
		av_dict_set(&o, "rtsp_transport", "tcp", 0);
		in->give_up = clock_mono() + NETWORK_WAIT;
		in->format->interrupt_callback = (AVIOInterruptCB){ too_late, in };
	} else {
		uint8_t *buffer = av_malloc(IO_BUFFER);
		in->fd = s->fd;
		in->io = buffer ? avio_alloc_context(
					  buffer, IO_BUFFER, 0, in, io_read, NULL, io_seek)
				: NULL;
		if (!in->io) {
			av_free(buffer);
			av_dict_free(&o);
			return fault(why, E_INTERNAL, "out of memory");
		}
		in->format->pb = in->io;
	}
	int r = avformat_open_input(&in->format, net ? s->address : "", NULL, &o);
	av_dict_free(&o);
	if (r < 0 && too_late(in))
		return fault(why, E_NOT_FOUND, "the address does not answer within %d s",
			NETWORK_WAIT / SECOND);
	if (r < 0)
		return av_fault(why, net ? E_NOT_FOUND : E_INVALID,
			net ? "the address does not answer with video" : "not a readable video", r);
	return OK;
}

/* Looks at some packets, by decoders held to the size of pictures. Negative: an AVERROR. */
static int look_inside(AVFormatContext *f)
{
	unsigned n = f->nb_streams;
	AVDictionary **o = calloc(n ? n : 1, sizeof *o);
	if (!o)
		return AVERROR(ENOMEM);
	for (unsigned i = 0; i < n; i++) {
		av_dict_set_int(&o[i], "max_pixels", PICTURE_PIXELS_MAX, 0);
		av_dict_set_int(&o[i], "threads", 1, 0);
	}
	int r = avformat_find_stream_info(f, n ? o : NULL);
	for (unsigned i = 0; i < n; i++)
		av_dict_free(&o[i]);
	free(o);
	return r;
}

/* Many formats say in their head what they hold; the others are looked into. */
static enum err find_video(struct input *in, struct fault *why)
{
	AVFormatContext *f = in->format;
	int at = av_find_best_stream(f, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
	if (at < 0 || f->streams[at]->codecpar->width <= 0) {
		int r = look_inside(f);
		if (r < 0)
			return av_fault(why, E_INVALID, "not a readable video", r);
		at = av_find_best_stream(f, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
	}
	if (at < 0)
		return fault(why, E_INVALID, "there is no video in it");
	in->stream = at;
	for (unsigned i = 0; i < f->nb_streams; i++)
		if ((int)i != at)
			f->streams[i]->discard = AVDISCARD_ALL;
	const AVCodecParameters *par = f->streams[at]->codecpar;
	if (par->width > 0 || par->height > 0)
		TRY(picture_size_ok(par->width, par->height, why));
	return OK;
}

/* Key frames alone are enough when the index says that they come as often as pictures are wanted.
 */
static bool keys_suffice(const struct input *in, int64_t every_ms)
{
	AVStream *st = in->format->streams[in->stream];
	int n = avformat_index_get_entries_count(st);
	int64_t last = AV_NOPTS_VALUE, widest = 0;
	for (int i = 0; i < n; i++) {
		const AVIndexEntry *e = avformat_index_get_entry(st, i);
		if (!e || !(e->flags & AVINDEX_KEYFRAME))
			continue;
		int64_t gap = last == AV_NOPTS_VALUE ? 0 : av_sat_sub64(e->timestamp, last);
		if (gap > widest)
			widest = gap;
		last = e->timestamp;
	}
	if (n < 2 || !widest)
		return false;
	return av_rescale_q(widest, st->time_base, (AVRational){ 1, 1000 }) <= every_ms;
}

static int64_t frame_time(const struct input *in)
{
	const AVStream *st = in->format->streams[in->stream];
	int64_t at = in->frame->best_effort_timestamp;
	if (at == AV_NOPTS_VALUE)
		return 0;
	if (st->start_time != AV_NOPTS_VALUE)
		at = av_sat_sub64(at, st->start_time);
	int64_t ms = av_rescale_q(at, st->time_base, (AVRational){ 1, 1000 });
	return ms < 0 ? 0 : ms > TIME_MAX ? TIME_MAX : ms;
}

/* Gives the frame if it is due, and lets go of it. */
static enum err offer(struct input *in, struct wanted *w, const struct sink *to, struct fault *why)
{
	int64_t now = w->live ? clock_mono() : frame_time(in);
	bool broken = in->frame->decode_error_flags || (in->frame->flags & AV_FRAME_FLAG_CORRUPT);
	bool due = w->given == 0 || now >= w->next_ms;
	enum err e = OK;
	if (due && !broken) {
		e = give(in, to, w->live ? -1 : now, why);
		int64_t base = w->given++ ? w->next_ms : now;
		w->next_ms = base + ((now - base) / w->every_ms + 1) * w->every_ms;
		w->done = w->first_only;
	}
	av_frame_unref(in->frame);
	return e;
}

/* Hands on the frames the decoder has ready, those that are wanted and undamaged. */
static enum err drain(struct input *in, struct wanted *w, const struct sink *to, struct fault *why)
{
	while (!w->done && avcodec_receive_frame(in->codec, in->frame) == 0)
		TRY(offer(in, w, to, why));
	return OK;
}

/* Alone, as a camera's keyframes are. */
static enum err feed_key(
	struct input *in, struct wanted *w, const struct sink *to, struct fault *why)
{
	struct coded k = { in->format->streams[in->stream]->codecpar, in->packet };
	if (decode(in, &k, AVDISCARD_ALL, NULL)) {
		av_frame_unref(in->frame);
		return OK;
	}
	in->rough = &k;
	enum err e = offer(in, w, to, why);
	in->rough = NULL;
	return e;
}

/* A damaged packet is skipped; what counts is whether pictures come. */
static enum err feed(struct input *in, struct wanted *w, const struct sink *to, struct fault *why)
{
	bool mine = in->packet->stream_index == in->stream && in->packet->size <= PACKET_MAX;
	enum err e = OK;
	if (mine && !w->keys_only) {
		(void)avcodec_send_packet(in->codec, in->packet);
		e = drain(in, w, to, why);
	} else if (mine && (in->packet->flags & AV_PKT_FLAG_KEY)) {
		e = feed_key(in, w, to, why);
	}
	av_packet_unref(in->packet);
	return e;
}

static enum err unpack_video(
	struct input *in, const struct source *s, const struct sink *to, struct fault *why)
{
	struct wanted w = { .every_ms = s->every_ms > 0 ? s->every_ms : 1,
		.live = s->kind == SOURCE_ADDRESS,
		.first_only = s->first_only };
	TRY(open_format(in, s, why));
	TRY(find_video(in, why));
	const AVCodecParameters *par = in->format->streams[in->stream]->codecpar;
	TRY(open_codec(in, par->codec_id, par, why));
	w.keys_only = w.first_only || (!w.live && keys_suffice(in, w.every_ms));
	int r = 0;
	while (!w.done) {
		if (in->give_up)
			in->give_up = clock_mono() + NETWORK_WAIT;
		r = av_read_frame(in->format, in->packet);
		if (r < 0)
			break;
		TRY(feed(in, &w, to, why));
	}
	if (!w.done && !w.keys_only) {
		(void)avcodec_send_packet(in->codec, NULL);
		TRY(drain(in, &w, to, why));
	}
	if (w.live && r < 0 && r != AVERROR_EOF)
		return av_fault(why, E_GONE, "the stream broke off", r);
	if (w.given == 0)
		return fault(why, E_INVALID, "the video holds no picture that can be decoded");
	return OK;
}

enum err unpack(const struct source *s, const struct sink *to, struct fault *why)
{
	struct input in = { .fd = -1 };
	enum err e = s->kind == SOURCE_STILL	  ? unpack_still(&in, s, to, why)
		     : s->kind == SOURCE_KEYFRAME ? unpack_keyframe(&in, s, to, why)
						  : unpack_video(&in, s, to, why);
	input_close(&in);
	return e;
}
