/* For the tests beside: the sample clip as a camera would send it, and a folder to record into. */
#ifndef WORKERS_MEDIA_FIXTURE_H
#define WORKERS_MEDIA_FIXTURE_H

#include <dirent.h>
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "core/recordings/box.h"
#include "workers/media/recorder.h"
#include "core/recordings/segment.h"

/* kitchen.mp4: 10 pictures a second, a keyframe every 20. */
enum { FIXTURE_FRAMES = 400, FIXTURE_GOP = 20, FIXTURE_STEP = 9000, FIXTURE_STEP_MS = 100 };
static const int64_t FIXTURE_NOW = 1795460564096;

struct fixture {
	struct stream_frame frames[FIXTURE_FRAMES];
	struct arena *arena;
	char folder[64];
	struct recorder *recorder;
	enum stream_reason reason;
	struct fault why;
};

static inline void fixture_keep(struct fixture *x, size_t i, const AVPacket *p)
{
	assert_true(i < FIXTURE_FRAMES);
	x->frames[i] = (struct stream_frame){
		.at = (const uint8_t *)arena_copy(x->arena, (const char *)p->data, (size_t)p->size),
		.n = (size_t)p->size,
		.pts = (int64_t)i * FIXTURE_STEP,
		.dts = NO_TIME,
		.arrived_ms = FIXTURE_NOW + (int64_t)i * FIXTURE_STEP_MS,
		.key = p->flags & AV_PKT_FLAG_KEY,
	};
}

static inline void fixture_read_clip(struct fixture *x)
{
	const char *source = getenv("SHIAN_SOURCE");
	const char *path = arena_printf(x->arena, "%s/demo/kitchen.mp4", source ? source : ".");
	AVFormatContext *f = NULL;
	AVBSFContext *annexb = NULL;
	AVPacket *p = av_packet_alloc();
	size_t n = 0;
	assert_int_equal(avformat_open_input(&f, path, NULL, NULL), 0);
	assert_int_equal(av_bsf_alloc(av_bsf_get_by_name("h264_mp4toannexb"), &annexb), 0);
	avcodec_parameters_copy(annexb->par_in, f->streams[0]->codecpar);
	assert_int_equal(av_bsf_init(annexb), 0);
	while (av_read_frame(f, p) == 0) {
		assert_int_equal(av_bsf_send_packet(annexb, p), 0);
		while (av_bsf_receive_packet(annexb, p) == 0) {
			fixture_keep(x, n++, p);
			av_packet_unref(p);
		}
	}
	assert_int_equal(n, FIXTURE_FRAMES);
	av_packet_free(&p);
	av_bsf_free(&annexb);
	avformat_close_input(&f);
}

static inline int fixture_open(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));
	struct stream_source s = { .codec = CODEC_H264 };
	av_log_set_level(AV_LOG_QUIET);
	x->arena = arena_new();
	snprintf(x->folder, sizeof(x->folder), "/tmp/shian-media-XXXXXX");
	assert_non_null(mkdtemp(x->folder));
	fixture_read_clip(x);
	clock_set(FIXTURE_NOW);
	x->recorder = recorder_new(x->folder, NULL);
	recorder_begin(x->recorder, &s);
	*state = x;
	return 0;
}

static inline int fixture_close(void **state)
{
	struct fixture *x = *state;
	DIR *d = opendir(x->folder);
	for (struct dirent *e; d && (e = readdir(d));)
		unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(x->folder);
	recorder_free(x->recorder);
	arena_free(x->arena);
	free(x);
	clock_set(0);
	return 0;
}

/* Plays frames [from, to), all later by shift_ms on the camera's clock and on ours. */
static inline enum err fixture_play(struct fixture *x, size_t from, size_t to, int64_t shift_ms)
{
	for (size_t i = from; i < to; i++) {
		struct stream_frame f = x->frames[i];
		f.pts += shift_ms * TICKS_PER_MS;
		f.arrived_ms += shift_ms;
		TRY(recorder_frame(x->recorder, &f, &x->reason, &x->why));
	}
	return OK;
}

static inline struct segment_list fixture_list(struct fixture *x)
{
	struct segment_query q = { .folder = x->folder, .sizes = true };
	struct segment_list l;
	assert_int_equal(segment_find(x->arena, &q, &l, NULL), OK);
	return l;
}

static inline struct bytes fixture_file(struct fixture *x, const char *name)
{
	struct bytes b;
	const char *path = arena_printf(x->arena, "%s/%s", x->folder, name);
	assert_int_equal(file_read(x->arena, path, 64 << 20, &b, NULL), OK);
	return b;
}

static inline struct bytes fixture_segment(struct fixture *x, const struct segment *s)
{
	char name[SEGMENT_NAME_SIZE];
	segment_name(name, s);
	return fixture_file(x, name);
}

static inline struct bytes fixture_head(struct fixture *x, int64_t gen)
{
	char name[SEGMENT_NAME_SIZE];
	init_name(name, gen);
	return fixture_file(x, name);
}

#endif
