#include "workers/media/join.h"

#include <sys/stat.h>

#include "core/recordings/clip.h"
#include "workers/media/fixture.h"
#include "workers/media/repair.h"

static const int64_t GEN = 1795460564096;

/* n segments of 2 s end to end. */
static struct segment_list row(struct arena *a, size_t n)
{
	struct segment_list l = { NEWS(a, struct segment, n), n };
	for (size_t i = 0; i < n; i++)
		l.at[i] = (struct segment){ GEN, GEN + (int64_t)i * 2000, 2000, 1000 };
	return l;
}

static void minutes_of_what_is_old(void **state)
{
	struct arena *a = arena_new();
	struct segment_list l = row(a, 100);
	struct join_group g;
	(void)state;
	/* An hour after the 80th: two full minutes, the third is still growing. */
	int64_t now = GEN + 80 * 2000 + JOIN_AGE_MS + 1;
	assert_true(join_next(&l, 0, now, &g));
	assert_true(g.first == 0 && g.end == 30);
	assert_true(join_next(&l, g.end, now, &g));
	assert_true(g.first == 30 && g.end == 60);
	assert_false(join_next(&l, g.end, now, &g));
	assert_false(join_next(&l, 0, GEN + 1000, &g));
	arena_free(a);
}

static void runs_and_holes_are_kept_apart(void **state)
{
	struct arena *a = arena_new();
	struct segment_list l = row(a, 12);
	struct join_group g;
	int64_t now = GEN + DAY;
	(void)state;
	for (size_t i = 4; i < 12; i++)
		l.at[i].gen = GEN + 8000; /* another run from the fifth on */
	for (size_t i = 9; i < 12; i++)
		l.at[i].start_ms += 500; /* and a hole before the tenth */
	assert_true(join_next(&l, 0, now, &g));
	assert_true(g.first == 0 && g.end == 4);
	assert_true(join_next(&l, g.end, now, &g));
	assert_true(g.first == 4 && g.end == 9);
	assert_false(join_next(&l, g.end, now, &g));
	l.at[2].bytes = JOIN_BYTES_MAX; /* too large to be joined */
	assert_true(join_next(&l, 0, now, &g));
	assert_true(g.first == 0 && g.end == 2);
	l.at[1].duration_ms = MINUTE; /* joined before */
	l.at[0].start_ms = l.at[1].start_ms - 2000;
	assert_true(join_next(&l, 0, now, &g));
	assert_true(g.first == 4);
	arena_free(a);
}

static void a_clip_stays_the_same(void **state)
{
	struct fixture *x = *state;
	struct clip_request r = { x->folder, FIXTURE_NOW + 7000, FIXTURE_NOW + 13000 };
	struct stream_source s = { .codec = CODEC_H264 };
	struct clip before, after;
	size_t joined;
	assert_int_equal(fixture_play(x, 0, 301, 0), OK);
	recorder_begin(x->recorder, &s); /* another run, so that the first can be complete */
	assert_int_equal(fixture_play(x, 0, 41, MINUTE), OK);
	assert_int_equal(fixture_list(x).n, 17);
	assert_int_equal(clip_build(x->arena, &r, &before, NULL), OK);

	assert_int_equal(join_folder(x->folder, FIXTURE_NOW + 2 * HOUR, &joined, NULL), OK);
	assert_int_equal(joined, 1);
	struct segment_list l = fixture_list(x);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.at[0].duration_ms, 30 * SECOND);
	assert_true(segment_whole(fixture_segment(x, &l.at[0])));
	assert_int_equal(clip_build(x->arena, &r, &after, NULL), OK);
	assert_int_equal(after.start_ms, FIXTURE_NOW + 6000);
	assert_int_equal(after.end_ms, FIXTURE_NOW + 13200);
	assert_int_equal(after.data.n, before.data.n);
	assert_memory_equal(after.data.at, before.data.at, before.data.n);
	assert_int_equal(join_folder(x->folder, FIXTURE_NOW + 2 * HOUR, &joined, NULL), OK);
	assert_int_equal(joined, 0);

	/* Killed before the parts were removed: they are hidden, and go at the next start. */
	struct segment part = l.at[0];
	char name[SEGMENT_NAME_SIZE];
	part.duration_ms = 2000;
	segment_name(name, &part);
	const char *media = arena_printf(x->arena, "%s-media", x->folder);
	const char *camera = arena_printf(x->arena, "%s/1", media);
	const char *path = arena_printf(x->arena, "%s/%s", camera, name);
	assert_int_equal(mkdir(media, 0700), 0);
	assert_int_equal(rename(x->folder, camera), 0);
	assert_int_equal(file_write(path, "x", 1, 0600, NULL), OK);
	assert_int_equal(media_repair_camera(camera, NULL), OK);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rename(camera, x->folder), 0);
	assert_int_equal(rmdir(media), 0);
	assert_int_equal(fixture_list(x).n, 3);
}

static void damaged_parts_stay(void **state)
{
	struct fixture *x = *state;
	struct stream_source s = { .codec = CODEC_H264 };
	char name[SEGMENT_NAME_SIZE];
	size_t joined = 9;
	assert_int_equal(fixture_play(x, 0, 101, 0), OK);
	recorder_begin(x->recorder, &s);
	assert_int_equal(fixture_play(x, 0, 21, MINUTE), OK);
	struct segment_list l = fixture_list(x);
	segment_name(name, &l.at[2]);
	const char *path = arena_printf(x->arena, "%s/%s", x->folder, name);
	assert_int_equal(file_write(path, "x", 1, 0600, NULL), OK);
	assert_int_equal(join_folder(x->folder, FIXTURE_NOW + 2 * HOUR, &joined, NULL), OK);
	assert_int_equal(joined, 0);
	assert_int_equal(fixture_list(x).n, l.n);
}

#define WITH_CLIP(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_of_what_is_old),
		cmocka_unit_test(runs_and_holes_are_kept_apart),
		WITH_CLIP(a_clip_stays_the_same),
		WITH_CLIP(damaged_parts_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
