#include "workers/media/fixture.h"
#include "workers/media/nal.h"

static void segments_lie_end_to_end(void **state)
{
	struct fixture *x = *state;
	struct head_info head;
	assert_int_equal(fixture_play(x, 0, 110, 0), OK);
	assert_int_equal(recorder_end(x->recorder, NULL), OK);
	struct segment_list l = fixture_list(x);
	assert_int_equal(l.n, 6);
	assert_int_equal(box_head_read(fixture_head(x, l.at[0].gen), &head, NULL), OK);
	assert_int_equal(head.timescale, 90000);
	assert_int_equal(head.width, 768);
	assert_int_equal(head.height, 432);
	for (size_t i = 0; i < l.n; i++) {
		struct bytes b = fixture_segment(x, &l.at[i]);
		struct fragment_walk w = { { b.at, 0, b.n } };
		struct fragment_info f;
		assert_int_equal(l.at[i].gen, FIXTURE_NOW);
		assert_int_equal(l.at[i].start_ms, FIXTURE_NOW + (int64_t)i * 2000);
		assert_int_equal(l.at[i].duration_ms, i < 5 ? 2000 : 940);
		uint64_t samples = 0, duration = 0;
		for (size_t n = 0; fragment_next(&w, &f) == BOX_OK; n++) {
			assert_int_equal(f.sync, n == 0);
			assert_int_equal(f.time, i * 180000 + n * FRAGMENT_MS * TICKS_PER_MS);
			assert_true(f.samples == 4 || n == (i < 5 ? 4 : 2));
			samples += f.samples;
			duration += f.duration;
		}
		assert_int_equal(w.boxes.at, b.n);
		assert_int_equal(samples, i < 5 ? 20 : 10);
		assert_int_equal(duration, l.at[i].duration_ms * TICKS_PER_MS);
	}
	const struct recorder_facts *facts = recorder_facts(x->recorder);
	assert_int_equal(facts->segments, 6);
	assert_int_equal(facts->width, 768);
	assert_int_equal(facts->last_frame_ms, x->frames[109].arrived_ms);
	struct bytes list = fixture_file(x, "live.m3u8");
	assert_non_null(strstr(arena_copy(x->arena, (const char *)list.at, list.n),
		"1795460564096-1795460574096-940.m4s\n"));
}

static void a_burst_does_not_move_the_clock(void **state)
{
	struct fixture *x = *state;
	/* The camera keeps 1.5 s back and sends it at once; then the network stalls now and then.
	 */
	for (size_t i = 0; i < 60; i++) {
		struct stream_frame f = x->frames[i];
		if (i < 15)
			f.arrived_ms = x->frames[15].arrived_ms;
		if (i % 7 == 3)
			f.arrived_ms += 300;
		assert_int_equal(recorder_frame(x->recorder, &f, &x->reason, &x->why), OK);
	}
	struct segment_list l = fixture_list(x);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.at[0].gen, FIXTURE_NOW);
	assert_int_equal(l.at[1].start_ms, FIXTURE_NOW + 2000);
}

static void other_parameters_begin_a_new_run(void **state)
{
	struct fixture *x = *state;
	uint8_t *more = arena_alloc(x->arena, x->frames[40].n + 6);
	memcpy(more, "\0\0\1\x68\xce\x3c", 6); /* one more PPS */
	memcpy(more + 6, x->frames[40].at, x->frames[40].n);
	x->frames[40].at = more;
	x->frames[40].n += 6;
	assert_int_equal(fixture_play(x, 0, 60, 0), OK);
	assert_int_equal(recorder_end(x->recorder, NULL), OK);
	struct segment_list l = fixture_list(x);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.at[1].gen, FIXTURE_NOW);
	assert_int_equal(l.at[2].gen, FIXTURE_NOW + 4000);
	assert_true(segment_whole(fixture_segment(x, &l.at[2])));
	struct bytes list = fixture_file(x, "live.m3u8");
	assert_non_null(strstr(
		arena_copy(x->arena, (const char *)list.at, list.n), "#EXT-X-DISCONTINUITY\n"));
}

static void a_jump_of_the_cameras_clock_begins_a_new_run(void **state)
{
	struct fixture *x = *state;
	assert_int_equal(fixture_play(x, 0, 50, 0), OK);
	for (size_t i = 50; i < 90; i++) {
		struct stream_frame f = x->frames[i];
		f.pts -= (int64_t)3600 * 90000; /* set back an hour, in the middle of a group */
		assert_int_equal(recorder_frame(x->recorder, &f, &x->reason, &x->why), OK);
	}
	assert_int_equal(recorder_end(x->recorder, NULL), OK);
	struct segment_list l = fixture_list(x);
	assert_int_equal(l.n, 5);
	assert_int_equal(l.at[2].duration_ms, 940); /* what had come of the third */
	assert_int_equal(l.at[3].start_ms, FIXTURE_NOW + 6000);
	assert_int_equal(l.at[3].gen, FIXTURE_NOW + 6000);
}

static void a_slipping_clock_begins_a_new_run(void **state)
{
	struct fixture *x = *state;
	for (size_t i = 0; i < 200; i++) {
		struct stream_frame f = x->frames[i];
		f.arrived_ms += (int64_t)i * 40; /* the camera is 40 % slow */
		assert_int_equal(recorder_frame(x->recorder, &f, &x->reason, &x->why), OK);
	}
	struct segment_list l = fixture_list(x);
	assert_true(l.at[0].gen == FIXTURE_NOW && l.at[l.n - 1].gen > FIXTURE_NOW + 5000);
	for (size_t i = 1; i < l.n; i++)
		assert_true(l.at[i].start_ms >= segment_end(&l.at[i - 1]));
}

static void names_do_not_repeat(void **state)
{
	struct fixture *x = *state;
	struct stream_source s = { .codec = CODEC_H264 };
	assert_int_equal(fixture_play(x, 0, 30, 0), OK);
	assert_int_equal(recorder_end(x->recorder, NULL), OK);
	recorder_begin(x->recorder, &s);
	/* Our clock was set back by 2 s meanwhile. */
	assert_int_equal(fixture_play(x, 0, 30, 1000), OK);
	assert_int_equal(recorder_end(x->recorder, NULL), OK);
	struct segment_list l = fixture_list(x);
	assert_int_equal(l.n, 4);
	assert_int_equal(l.at[2].gen, segment_end(&l.at[1]));
	/* And now by ten minutes: the head of then must stay. */
	recorder_begin(x->recorder, &s);
	assert_int_equal(fixture_play(x, 0, 30, 100 * SECOND), OK);
	assert_int_equal(recorder_end(x->recorder, NULL), OK);
	recorder_begin(x->recorder, &s);
	assert_int_equal(fixture_play(x, 0, 30, 0), OK);
	assert_int_equal(recorder_end(x->recorder, NULL), OK);
	l = fixture_list(x);
	assert_int_equal(l.n, 8);
	assert_int_equal(l.at[1].gen, FIXTURE_NOW + 1);
}

static void few_keyframes_are_recorded_too(void **state)
{
	struct fixture *x = *state;
	struct fragment_info f;
	for (size_t i = 1; i < 240; i++)
		x->frames[i].key = false;
	assert_int_equal(fixture_play(x, 0, 240, 0), OK);
	struct segment_list l = fixture_list(x);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.at[1].duration_ms, SEGMENT_LONGEST_MS);
	struct bytes b = fixture_segment(x, &l.at[1]);
	struct fragment_walk w = { { b.at, 0, b.n } };
	assert_int_equal(fragment_next(&w, &f), BOX_OK);
	assert_false(f.sync);
}

static void without_keyframes_it_gives_up(void **state)
{
	struct fixture *x = *state;
	for (size_t i = 0; i < 200; i++)
		x->frames[i].key = false;
	assert_int_equal(fixture_play(x, 0, 150, 0), OK);
	assert_int_equal(fixture_play(x, 150, 152, 0), E_INVALID);
	assert_int_equal(x->reason, REASON_NO_KEYFRAME);
	assert_int_equal(fixture_list(x).n, 0);
}

static void parameters_may_come_out_of_band(void **state)
{
	struct fixture *x = *state;
	struct stream_source s = { .codec = CODEC_H264 };
	struct parameter_sets sets;
	struct nal_walk w = { x->frames[0].at, x->frames[0].at + x->frames[0].n };
	struct nal u;
	parameter_sets_gather(CODEC_H264, (struct bytes){ x->frames[0].at, x->frames[0].n }, &sets);
	assert_true(sets.complete);
	memcpy(s.parameters, sets.at, sets.n);
	s.parameters_n = sets.n;
	recorder_begin(x->recorder, &s);
	/* The keyframes without their sets: only the slices stay. */
	for (size_t i = 0; i < 60; i += FIXTURE_GOP) {
		w = (struct nal_walk){ x->frames[i].at, x->frames[i].at + x->frames[i].n };
		while (nal_next(&w, CODEC_H264, &u))
			if (u.type == 5)
				break;
		x->frames[i].n -= (size_t)(u.at - 3 - x->frames[i].at);
		x->frames[i].at = u.at - 3;
	}
	assert_int_equal(fixture_play(x, 0, 60, 0), OK);
	assert_int_equal(fixture_list(x).n, 2);
	assert_int_equal(recorder_facts(x->recorder)->height, 432);
}

/* I B B P B B P as it is shown, sent as I P B B P B B. */
static void reorder_group(struct stream_frame *group)
{
	for (size_t i = 1; i + 2 < FIXTURE_GOP; i += 3) {
		int64_t first = group[i].pts;
		group[i].pts = group[i + 2].pts;
		group[i + 2].pts = group[i + 1].pts;
		group[i + 1].pts = first;
	}
}

static void b_frames_keep_their_order(void **state)
{
	struct fixture *x = *state;
	/* dts is not told over RTP */
	for (size_t g = 0; g < 80; g += FIXTURE_GOP)
		reorder_group(&x->frames[g]);
	assert_int_equal(fixture_play(x, 0, 80, 0), OK);
	struct segment_list l = fixture_list(x);
	/* The first run ends where that is found out, the next one starts with the next keyframe.
	 */
	assert_int_equal(l.n, 3);
	assert_int_equal(l.at[0].gen, FIXTURE_NOW - 200);
	assert_int_equal(l.at[1].gen, FIXTURE_NOW + 1800);
	assert_int_equal(l.at[2].gen, FIXTURE_NOW + 1800);
	assert_true(segment_whole(fixture_segment(x, &l.at[1])));
}

static void times_out_of_order_are_refused(void **state)
{
	struct fixture *x = *state;
	x->frames[100].pts -= 5 * 90000;
	assert_int_equal(fixture_play(x, 0, 200, 0), E_INVALID);
	assert_int_equal(x->reason, REASON_BAD_STREAM);
	assert_true(fixture_list(x).n >= 4);
}

static void large_pictures_cut_early(void **state)
{
	struct fixture *x = *state;
	size_t n = 3 << 20;
	uint8_t *big = arena_alloc(x->arena, n);
	memset(big, 0x55, n);
	memcpy(big, "\0\0\0\1\x41", 5);
	for (size_t i = 1; i < 20; i++) {
		x->frames[i].at = big;
		x->frames[i].n = n;
	}
	assert_int_equal(fixture_play(x, 0, 20, 0), OK);
	struct segment_list l = fixture_list(x);
	assert_true(l.n >= 3);
	for (size_t i = 0; i < l.n; i++)
		assert_true(l.at[i].bytes < SEGMENT_BYTES_MAX + 4096);
}

static void garbage_is_refused(void **state)
{
	struct fixture *x = *state;
	static const uint8_t BAD[] = { 0, 0, 1, 0x67, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0x68, 0xff,
		0, 0, 1, 0x65, 1, 2, 3 };
	struct stream_frame f = { BAD, sizeof(BAD), 0, NO_TIME, FIXTURE_NOW, true };
	assert_int_equal(recorder_frame(x->recorder, &f, &x->reason, &x->why), E_INVALID);
	assert_int_equal(x->reason, REASON_BAD_STREAM);
	for (size_t n = 1; n < sizeof(BAD); n++) {
		struct stream_source s = { .codec = n % 2 ? CODEC_H264 : CODEC_H265 };
		f.n = n;
		recorder_begin(x->recorder, &s);
		(void)recorder_frame(x->recorder, &f, &x->reason, &x->why);
	}
	assert_int_equal(fixture_list(x).n, 0);
}

static void a_full_disk_is_told(void **state)
{
	struct fixture *x = *state;
	assert_int_equal(rmdir(x->folder), 0);
	assert_int_equal(fixture_play(x, 0, 60, 0), E_INTERNAL);
	assert_int_equal(x->reason, REASON_STORAGE);
}

#define WITH_CLIP(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CLIP(segments_lie_end_to_end),
		WITH_CLIP(a_burst_does_not_move_the_clock),
		WITH_CLIP(other_parameters_begin_a_new_run),
		WITH_CLIP(a_jump_of_the_cameras_clock_begins_a_new_run),
		WITH_CLIP(a_slipping_clock_begins_a_new_run),
		WITH_CLIP(names_do_not_repeat),
		WITH_CLIP(few_keyframes_are_recorded_too),
		WITH_CLIP(without_keyframes_it_gives_up),
		WITH_CLIP(parameters_may_come_out_of_band),
		WITH_CLIP(b_frames_keep_their_order),
		WITH_CLIP(times_out_of_order_are_refused),
		WITH_CLIP(large_pictures_cut_early),
		WITH_CLIP(garbage_is_refused),
		WITH_CLIP(a_full_disk_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
