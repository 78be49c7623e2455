/* Hostile and honest files through the sandboxed decoder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/confine.h"
#include "workers/vision/decoder.h"

#include <fcntl.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH = 160, HEIGHT = 96, FPS = 5, FRAMES = 50, KEY_EVERY = 10, WAIT_MS = 20000 };

static struct decoder *decoder;

/* ---- making files ---------------------------------------------------- */

/* A picture whose upper left quarter is red, the rest blue. */
static struct picture red_and_blue(int32_t width, int32_t height)
{
	struct picture p = { width, height, calloc((size_t)width * (size_t)height, 3) };
	for (int32_t y = 0; y < height; y++)
		for (int32_t x = 0; x < width; x++) {
			bool red = x < width / 2 && y < height / 2;
			p.rgb[(y * width + x) * 3 + (red ? 0 : 2)] = 250;
		}
	return p;
}

static struct bytes jpeg_of(int32_t width, int32_t height)
{
	struct picture p = red_and_blue(width, height);
	uint8_t *at;
	size_t n;
	assert_int_equal(picture_jpeg(&p, 90, &at, &n, NULL), OK);
	picture_free(&p);
	return (struct bytes){ at, n };
}

static AVFrame *frame_of(enum AVPixelFormat format)
{
	AVFrame *f = av_frame_alloc();
	f->format = format;
	f->width = WIDTH;
	f->height = HEIGHT;
	assert_int_equal(av_frame_get_buffer(f, 0), 0);
	return f;
}

static AVCodecContext *encoder(enum AVCodecID id, enum AVPixelFormat format)
{
	const AVCodec *codec = avcodec_find_encoder(id);
	assert_non_null(codec);
	AVCodecContext *c = avcodec_alloc_context3(codec);
	c->width = WIDTH;
	c->height = HEIGHT;
	c->pix_fmt = format;
	c->time_base = (AVRational){ 1, FPS };
	c->gop_size = KEY_EVERY;
	c->thread_count = 1;
	c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	return c;
}

static struct bytes png(void)
{
	AVCodecContext *c = encoder(AV_CODEC_ID_PNG, AV_PIX_FMT_RGB24);
	AVFrame *f = frame_of(AV_PIX_FMT_RGB24);
	AVPacket *packet = av_packet_alloc();
	struct picture p = red_and_blue(WIDTH, HEIGHT);
	assert_int_equal(avcodec_open2(c, NULL, NULL), 0);
	for (int y = 0; y < HEIGHT; y++)
		memcpy(f->data[0] + y * f->linesize[0], p.rgb + y * WIDTH * 3, WIDTH * 3);
	assert_int_equal(avcodec_send_frame(c, f), 0);
	assert_int_equal(avcodec_receive_packet(c, packet), 0);
	uint8_t *copy = malloc((size_t)packet->size);
	memcpy(copy, packet->data, (size_t)packet->size);
	struct bytes b = { copy, (size_t)packet->size };
	picture_free(&p);
	av_packet_free(&packet);
	av_frame_free(&f);
	avcodec_free_context(&c);
	return b;
}

static void write_packets(AVFormatContext *mux, AVCodecContext *c, AVFrame *f)
{
	AVPacket *packet = av_packet_alloc();
	assert_int_equal(avcodec_send_frame(c, f), 0);
	while (avcodec_receive_packet(c, packet) == 0) {
		av_packet_rescale_ts(packet, c->time_base, mux->streams[0]->time_base);
		assert_int_equal(av_interleaved_write_frame(mux, packet), 0);
	}
	av_packet_free(&packet);
}

/* Ten seconds of video that gets brighter, a key frame every two; flags as for the mov muxer. */
static struct bytes video(const char *movflags)
{
	AVFormatContext *mux = NULL;
	AVDictionary *options = NULL;
	char path[] = "/tmp/test-vision-XXXXXX";
	int fd = mkstemp(path);
	close(fd);
	avformat_alloc_output_context2(&mux, NULL, "mp4", path);
	AVCodecContext *c = encoder(AV_CODEC_ID_MPEG4, AV_PIX_FMT_YUV420P);
	AVStream *st = avformat_new_stream(mux, NULL);
	assert_int_equal(avcodec_open2(c, NULL, NULL), 0);
	avcodec_parameters_from_context(st->codecpar, c);
	st->time_base = c->time_base;
	assert_true(avio_open(&mux->pb, path, AVIO_FLAG_READ_WRITE) >= 0);
	if (*movflags)
		av_dict_set(&options, "movflags", movflags, 0);
	assert_true(avformat_write_header(mux, &options) >= 0);
	av_dict_free(&options);
	AVFrame *f = frame_of(AV_PIX_FMT_YUV420P);
	for (int i = 0; i < FRAMES; i++) {
		av_frame_make_writable(f);
		memset(f->data[0], 40 + i * 4, (size_t)f->linesize[0] * HEIGHT);
		for (int plane = 1; plane < 3; plane++)
			memset(f->data[plane], 128, (size_t)f->linesize[plane] * HEIGHT / 2);
		f->pts = i;
		write_packets(mux, c, f);
	}
	write_packets(mux, c, NULL);
	av_write_trailer(mux);
	avio_closep(&mux->pb);
	avformat_free_context(mux);
	av_frame_free(&f);
	avcodec_free_context(&c);
	FILE *in = fopen(path, "rb");
	uint8_t *at = malloc(1 << 20);
	struct bytes b = { at, fread(at, 1, 1 << 20, in) };
	fclose(in);
	unlink(path);
	return b;
}

static void bytes_free(struct bytes b)
{
	free((void *)(uintptr_t)b.at);
}

static int file_of(const void *at, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	assert_int_equal(write(fd, at, n), (ssize_t)n);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* ---- asking ---------------------------------------------------------- */

static enum err still(const void *at, size_t n, struct frame *f, struct fault *why)
{
	struct source s = { .kind = SOURCE_STILL, .fd = file_of(at, n) };
	enum err e = decoder_picture(decoder, &s, WAIT_MS, f, why);
	close(s.fd);
	return e;
}

/* Counts the pictures of a video; times of the first 16 into times. */
static enum err play(struct bytes b, struct source s, int64_t *times, int *n, struct fault *why)
{
	struct decoding job;
	s.kind = SOURCE_VIDEO;
	s.fd = file_of(b.at, b.n);
	*n = 0;
	enum err e = decoding_start(decoder, &s, &job, why);
	for (bool more = true; !e && more;) {
		struct frame f;
		e = decoding_next(&job, WAIT_MS, &f, &more, why);
		if (!e && more && *n < 16)
			times[(*n)++] = f.time_ms;
		picture_free(&f.picture);
	}
	decoding_end(&job);
	close(s.fd);
	return e;
}

static void check_colours(const struct picture *p, int32_t width, int32_t height)
{
	assert_int_equal(p->width, width);
	assert_int_equal(p->height, height);
	const uint8_t *red = p->rgb + ((height / 4) * width + width / 4) * 3;
	const uint8_t *blue = p->rgb + ((height * 3 / 4) * width + width * 3 / 4) * 3;
	assert_true(red[0] > 200 && red[2] < 60);
	assert_true(blue[2] > 200 && blue[0] < 60);
}

static void test_good_stills(void **state)
{
	(void)state;
	struct frame f;
	struct bytes j = jpeg_of(333, 217), p = png();
	assert_int_equal(still(j.at, j.n, &f, NULL), OK);
	check_colours(&f.picture, 333, 217);
	assert_int_equal(f.time_ms, 0);
	picture_free(&f.picture);
	assert_int_equal(still(p.at, p.n, &f, NULL), OK);
	check_colours(&f.picture, WIDTH, HEIGHT);
	picture_free(&f.picture);
	bytes_free(j);
	bytes_free(p);
}

static void test_good_video(void **state)
{
	(void)state;
	static const char *const kinds[] = { "", "faststart", "frag_keyframe+empty_moov" };
	for (size_t k = 0; k < 3; k++) {
		struct bytes v = video(kinds[k]);
		int64_t t[16];
		int n;
		assert_int_equal(play(v, (struct source){ .every_ms = 2000 }, t, &n, NULL), OK);
		assert_int_equal(n, 5);
		for (int i = 0; i < n; i++)
			assert_int_equal(t[i], i * 2000);
		/* more often than there are key frames: the frames between are used too */
		assert_int_equal(play(v, (struct source){ .every_ms = 1000 }, t, &n, NULL), OK);
		assert_int_equal(n, 10);
		assert_int_equal(t[3], 3000);
		assert_int_equal(play(v, (struct source){ .every_ms = 9000 }, t, &n, NULL), OK);
		assert_int_equal(n, 2);
		struct source one = { .every_ms = 1, .first_only = true };
		assert_int_equal(play(v, one, t, &n, NULL), OK);
		assert_int_equal(n, 1);
		bytes_free(v);
	}
}

static void put32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void test_too_large(void **state)
{
	(void)state;
	struct frame f;
	struct fault why = { 0 };
	struct bytes p = png();
	uint8_t *huge = malloc(p.n);
	memcpy(huge, p.at, p.n);
	put32(huge + 16, 20000);
	put32(huge + 20, 20000);
	assert_int_equal(still(huge, p.n, &f, &why), E_TOO_LARGE);
	assert_non_null(strstr(why.text, "20000 x 20000"));
	put32(huge + 16, 0x80000000);
	assert_int_equal(still(huge, p.n, &f, &why), E_TOO_LARGE);
	put32(huge + 16, 0);
	assert_int_equal(still(huge, p.n, &f, &why), E_INVALID);
	free(huge);
	bytes_free(p);
	struct bytes j = jpeg_of(64, 64);
	uint8_t *wide = malloc(j.n);
	memcpy(wide, j.at, j.n);
	for (size_t i = 0; i + 9 < j.n; i++)
		if (wide[i] == 0xFF && wide[i + 1] == 0xC0) {
			memset(wide + i + 5, 0xFF, 4); /* 65535 x 65535 */
			break;
		}
	assert_int_equal(still(wide, j.n, &f, &why), E_TOO_LARGE);
	free(wide);
	bytes_free(j);
}

static void test_cut_off(void **state)
{
	(void)state;
	struct bytes files[3] = { jpeg_of(200, 100), png(), video("") };
	for (size_t k = 0; k < 3; k++)
		for (size_t part = 0; part < 8; part++) {
			struct frame f;
			struct fault why = { 0 };
			size_t n = files[k].n * part / 8;
			int64_t t[16];
			int count;
			enum err e = k == 2 ? play((struct bytes){ files[k].at, n },
						      (struct source){ .every_ms = 2000 }, t,
						      &count, &why)
					    : still(files[k].at, n, &f, &why);
			assert_int_equal(e, E_INVALID);
			assert_true(strlen(why.text) > 5);
		}
	for (size_t k = 0; k < 3; k++)
		bytes_free(files[k]);
}

static void test_not_pictures(void **state)
{
	(void)state;
	struct frame f;
	struct fault why = { 0 };
	char text[] = "Dear Sir,\nthis is not a video.\n";
	uint8_t noise[5000];
	uint64_t x = 88172645463325252u;
	for (size_t i = 0; i < sizeof noise; i++) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		noise[i] = (uint8_t)x;
	}
	assert_int_equal(still("", 0, &f, &why), E_INVALID);
	assert_int_equal(still(text, sizeof text, &f, &why), E_INVALID);
	assert_int_equal(still(noise, sizeof noise, &f, &why), E_INVALID);
	memcpy(noise + 4, "ftypisom", 8); /* claims to be MP4 */
	put32(noise, 24);
	int64_t t[16];
	int n;
	assert_int_equal(play((struct bytes){ noise, sizeof noise },
				 (struct source){ .every_ms = 1000 }, t, &n, &why),
		E_INVALID);
	memcpy(noise, "\xFF\xD8\xFF\xE0", 4); /* claims to be JPEG */
	assert_int_equal(still(noise, sizeof noise, &f, &why), E_INVALID);
}

/* Flipped bytes: some give a picture, most an error, none takes the decoder along. */
static void test_damaged(void **state)
{
	(void)state;
	struct bytes files[3] = { jpeg_of(120, 80), png(), video("frag_keyframe+empty_moov") };
	uint64_t x = 2463534242u;
	for (int round = 0; round < 90; round++) {
		struct bytes from = files[round % 3];
		uint8_t *copy = malloc(from.n);
		memcpy(copy, from.at, from.n);
		for (int i = 0; i < 20; i++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			copy[x % from.n] = (uint8_t)(x >> 32);
		}
		struct frame f = { 0 };
		struct fault why = { 0 };
		int64_t t[16];
		int n;
		enum err e = round % 3 == 2
				     ? play((struct bytes){ copy, from.n },
					       (struct source){ .every_ms = 500 }, t, &n, &why)
				     : still(copy, from.n, &f, &why);
		assert_true(e == OK || e == E_INVALID || e == E_TOO_LARGE);
		assert_true(!e || *why.text);
		picture_free(&f.picture);
		free(copy);
	}
	struct frame f;
	assert_int_equal(still(files[0].at, files[0].n, &f, NULL), OK);
	picture_free(&f.picture);
	for (size_t k = 0; k < 3; k++)
		bytes_free(files[k]);
}

static void test_ended_early(void **state)
{
	(void)state;
	struct bytes v = video("");
	struct source s = { .kind = SOURCE_VIDEO, .every_ms = 200, .fd = file_of(v.at, v.n) };
	for (int i = 0; i < 5; i++) { /* its child is still writing: it is killed */
		struct decoding job;
		struct frame f;
		bool more;
		assert_int_equal(decoding_start(decoder, &s, &job, NULL), OK);
		assert_int_equal(decoding_next(&job, WAIT_MS, &f, &more, NULL), OK);
		assert_true(more);
		picture_free(&f.picture);
		decoding_end(&job);
		decoding_end(&job);
		lseek(s.fd, 0, SEEK_SET);
	}
	close(s.fd);
	bytes_free(v);
}

static void test_too_slow(void **state)
{
	(void)state;
	int ends[2];
	struct decoding job;
	struct frame f;
	struct fault why = { 0 };
	bool more;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0); /* nothing ever comes out of this one */
	struct source s = { .kind = SOURCE_VIDEO, .every_ms = 1000, .fd = ends[0] };
	assert_int_equal(decoding_start(decoder, &s, &job, NULL), OK);
	assert_int_equal(decoding_next(&job, 50, &f, &more, &why), E_BUSY);
	decoding_end(&job);
	close(ends[0]);
	close(ends[1]);
}

static void test_address_silent(void **state)
{
	(void)state;
	struct frame f;
	struct fault why = { 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof here;
	assert_int_equal(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
	getsockname(fd, (struct sockaddr *)&here, &length); /* bound, but nobody listens */
	char address[64];
	snprintf(address, sizeof address, "rtsp://127.0.0.1:%d/x", ntohs(here.sin_port));
	struct source s = {
		.kind = SOURCE_ADDRESS, .fd = -1, .address = address, .every_ms = 1000
	};
	assert_int_equal(decoder_picture(decoder, &s, WAIT_MS, &f, &why), E_NOT_FOUND);
	assert_true(strlen(why.text) > 10);
	close(fd);
}

/* What a child that was taken over could try. Each ends it. */
static void try_in_confinement(void (*crime)(void))
{
	pid_t child = fork();
	if (child == 0) {
		struct fault why;
		if (confine_limits(INT64_C(1) << 32, 5, &why) || confine_bytes_only(&why))
			_exit(7);
		crime();
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void open_a_file(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
}

static void open_a_socket(void)
{
	(void)!socket(AF_INET, SOCK_STREAM, 0);
}

static void make_code(void)
{
	(void)!mmap(
		NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void start_a_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void end_the_parent(void)
{
	kill(getppid(), SIGTERM);
}

static void test_confinement(void **state)
{
	(void)state;
	try_in_confinement(open_a_file);
	try_in_confinement(open_a_socket);
	try_in_confinement(make_code);
	try_in_confinement(start_a_program);
	try_in_confinement(end_the_parent);
}

static void test_scale(void **state)
{
	(void)state;
	struct picture p = red_and_blue(400, 200), small = { .width = 40, .height = 20 };
	struct area all = { 0, 0, 400, 200 };
	assert_int_equal(picture_scale(&p, all, &small, NULL), OK);
	check_colours(&small, 40, 20);
	picture_free(&small);
	/* larger, and over the edge: the edge goes on */
	struct picture big = { .width = 64, .height = 64 };
	assert_int_equal(picture_scale(&p, (struct area){ -8, -8, 16, 16 }, &big, NULL), OK);
	for (int i = 0; i < 64 * 64; i++)
		assert_true(big.rgb[i * 3] > 245 && big.rgb[i * 3 + 2] < 5);
	picture_free(&big);
	struct picture bad = { .width = 64, .height = 64 };
	assert_int_equal(picture_scale(&p, (struct area){ 0, 0, 0, 5 }, &bad, NULL), E_INVALID);
	assert_int_equal(picture_scale(&p, (struct area){ 0, 0, 5, 1e30f }, &bad, NULL), E_INVALID);
	bad.width = 5000;
	assert_int_equal(picture_scale(&p, all, &bad, NULL), E_INVALID);
	picture_free(&p);
}

static int open_decoder(void **state)
{
	(void)state;
	return decoder_open(&decoder, NULL) ? -1 : 0;
}

static int close_decoder(void **state)
{
	(void)state;
	decoder_close(decoder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_stills),
		cmocka_unit_test(test_good_video),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_not_pictures),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_ended_early),
		cmocka_unit_test(test_too_slow),
		cmocka_unit_test(test_address_silent),
		cmocka_unit_test(test_confinement),
		cmocka_unit_test(test_scale),
	};
	return cmocka_run_group_tests(tests, open_decoder, close_decoder);
}
