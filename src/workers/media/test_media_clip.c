#include "core/recordings/clip.h"
#include "workers/media/fixture.h"

static enum err cut(struct fixture *x, int64_t from, int64_t to, struct clip *out)
{
	struct clip_request r = { x->folder, FIXTURE_NOW + from, FIXTURE_NOW + to };
	return clip_build(x->arena, &r, out, &x->why);
}

/* Fragments of a clip; checks that they follow each other from 0. */
static size_t count_fragments(struct bytes clip, uint64_t *duration)
{
	struct box_walk boxes = { clip.at, 0, clip.n };
	struct fragment_info f;
	struct box b;
	size_t n = 0;
	uint64_t time = 0;
	assert_int_equal(box_next(&boxes, &b), BOX_OK); /* ftyp */
	assert_int_equal(box_next(&boxes, &b), BOX_OK); /* moov */
	struct fragment_walk w = { boxes };
	enum box_step step;
	while ((step = fragment_next(&w, &f)) == BOX_OK) {
		assert_int_equal(f.time, time);
		assert_true(n || f.sync);
		time += f.duration;
		n++;
	}
	assert_int_equal(step, BOX_END);
	*duration = time;
	return n;
}

/* Decodes all pictures, as a player would. */
static size_t decode(struct fixture *x, struct bytes clip)
{
	const char *path = arena_printf(x->arena, "%s/.clip.mp4", x->folder);
	AVFormatContext *f = NULL;
	AVPacket *p = av_packet_alloc();
	AVFrame *picture = av_frame_alloc();
	size_t n = 0;
	assert_int_equal(file_write(path, clip.at, clip.n, 0600, NULL), OK);
	assert_int_equal(avformat_open_input(&f, path, NULL, NULL), 0);
	AVCodecContext *c = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_H264));
	avcodec_parameters_to_context(c, f->streams[0]->codecpar);
	c->err_recognition = AV_EF_EXPLODE;
	assert_int_equal(avcodec_open2(c, NULL, NULL), 0);
	for (bool more = true; more;) {
		more = av_read_frame(f, p) == 0;
		assert_int_equal(avcodec_send_packet(c, more ? p : NULL), 0);
		while (avcodec_receive_frame(c, picture) == 0)
			n++;
		av_packet_unref(p);
	}
	av_frame_free(&picture);
	av_packet_free(&p);
	avcodec_free_context(&c);
	avformat_close_input(&f);
	return n;
}

static void whole_fragments_around_the_range(void **state)
{
	struct fixture *x = *state;
	struct clip c;
	uint64_t duration;
	assert_int_equal(fixture_play(x, 0, 201, 0), OK);
	assert_int_equal(cut(x, 5500, 9000, &c), OK);
	assert_int_equal(c.start_ms, FIXTURE_NOW + 4000);
	assert_int_equal(c.end_ms, FIXTURE_NOW + 9200);
	assert_int_equal(count_fragments(c.data, &duration), 13);
	assert_int_equal(duration, 52 * 9000);
	assert_int_equal(decode(x, c.data), 52);
	/* The head tells the length, for the player's bar: mehd of 5.2 s. */
	struct head_info info;
	assert_int_equal(box_head_read(c.data, &info, NULL), OK);
	const uint8_t *mehd = c.data.at + info.mvex.at + 8;
	assert_memory_equal(mehd + 4, "mehd", 4);
	assert_int_equal(mehd[18] << 8 | mehd[19], 52 * info.movie_timescale / 10);
	/* Beyond both ends: what there is. */
	assert_int_equal(cut(x, -60000, 60000, &c), OK);
	assert_int_equal(c.start_ms, FIXTURE_NOW);
	assert_int_equal(c.end_ms, FIXTURE_NOW + 20000);
	assert_int_equal(decode(x, c.data), 200);
}

static void bad_ranges(void **state)
{
	struct fixture *x = *state;
	struct clip c;
	assert_int_equal(fixture_play(x, 0, 50, 0), OK);
	assert_int_equal(cut(x, 2000, 2000, &c), E_BAD_REQUEST);
	assert_int_equal(cut(x, 0, 11 * MINUTE, &c), E_BAD_REQUEST);
	assert_int_equal(cut(x, -FIXTURE_NOW, -FIXTURE_NOW + 1000, &c), E_BAD_REQUEST);
	assert_int_equal(cut(x, 60 * MINUTE, 61 * MINUTE, &c), E_NOT_FOUND);
	assert_int_equal(cut(x, -5000, -1000, &c), E_NOT_FOUND);
	struct clip_request r = { "/nonexistent", FIXTURE_NOW, FIXTURE_NOW + 1000 };
	assert_int_equal(clip_build(x->arena, &r, &c, &x->why), E_NOT_FOUND);
}

static void one_run_only(void **state)
{
	struct fixture *x = *state;
	struct stream_source s = { .codec = CODEC_H264 };
	struct clip c;
	assert_int_equal(fixture_play(x, 0, 60, 0), OK);
	assert_int_equal(recorder_end(x->recorder, NULL), OK);
	recorder_begin(x->recorder, &s);
	assert_int_equal(fixture_play(x, 60, 161, 3000), OK);
	/* 0 to 5.94 s, then 9 to 19 s. */
	assert_int_equal(cut(x, 4000, 16000, &c), OK);
	assert_int_equal(c.start_ms, FIXTURE_NOW + 9000);
	assert_int_equal(c.end_ms, FIXTURE_NOW + 16200);
	assert_int_equal(cut(x, 1000, 10000, &c), OK);
	assert_int_equal(c.start_ms, FIXTURE_NOW);
	assert_int_equal(c.end_ms, FIXTURE_NOW + 5940);
}

static void goes_back_to_a_keyframe(void **state)
{
	struct fixture *x = *state;
	struct clip c;
	for (size_t i = 1; i < 260; i++)
		x->frames[i].key = false;
	assert_int_equal(fixture_play(x, 0, 260, 0), OK);
	assert_int_equal(cut(x, 14000, 15000, &c), OK);
	assert_int_equal(c.start_ms, FIXTURE_NOW);
	assert_int_equal(c.end_ms, FIXTURE_NOW + 15200);
}

static void holes_in_the_folder(void **state)
{
	struct fixture *x = *state;
	struct clip c;
	char name[SEGMENT_NAME_SIZE];
	assert_int_equal(fixture_play(x, 0, 201, 0), OK);
	struct segment_list l = fixture_list(x);
	/* A segment was deleted: the longer side is taken. */
	segment_name(name, &l.at[2]);
	unlink(arena_printf(x->arena, "%s/%s", x->folder, name));
	assert_int_equal(cut(x, 0, 12000, &c), OK);
	assert_int_equal(c.start_ms, FIXTURE_NOW + 6000);
	/* One is damaged. */
	segment_name(name, &l.at[4]);
	const char *path = arena_printf(x->arena, "%s/%s", x->folder, name);
	struct bytes whole = fixture_file(x, name);
	assert_int_equal(file_write(path, whole.at, whole.n - 1, 0600, NULL), OK);
	assert_int_equal(cut(x, 8500, 9000, &c), E_INVALID);
	/* The head is gone. */
	init_name(name, l.at[0].gen);
	unlink(arena_printf(x->arena, "%s/%s", x->folder, name));
	assert_int_equal(cut(x, 0, 3000, &c), E_NOT_FOUND);
}

#define WITH_CLIP(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CLIP(whole_fragments_around_the_range),
		WITH_CLIP(bad_ranges),
		WITH_CLIP(one_run_only),
		WITH_CLIP(goes_back_to_a_keyframe),
		WITH_CLIP(holes_in_the_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
