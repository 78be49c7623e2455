/* Watching: the day of a camera, its recordings, the wall; with files as the media worker leaves
 * them. */
#include "domains/cameras/keep.h"
#include "domains/cameras/play.h"
#include "domains/cameras/spans.h"
#include "harness.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CAMERA = 77 };

static int64_t morning(void)
{
	return civil_to_ms((struct civil){ 2026, 3, 1, 8, 0, 0, 0 });
}

static void put_file(struct bench *b, const char *camera, const char *name)
{
	struct fault why;
	const char *folder =
		arena_printf(bench_arena(b), "%s/media/%s", bench_app(b)->data_dir, camera);
	assert_int_equal(dir_make(folder, &why), OK);
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/%s", folder, name), "moof", 4,
				 0600, &why),
		OK);
}

/* Two files of a minute, a gap of ten, one more. */
static void record_some(struct bench *b)
{
	static const int64_t starts[] = { 0, 60000, 720000 };
	for (size_t i = 0; i < 3; i++) {
		char name[SEGMENT_NAME_SIZE];
		int64_t gen = morning() + (i < 2 ? 0 : 720000);
		segment_name(name, &(struct segment){ gen, morning() + starts[i], 60000, 0 });
		put_file(b, "77", name);
	}
}

static int open_on(void **state, bool postgres)
{
	struct bench *b = postgres ? bench_open_on(NULL, true) : bench_open(NULL);
	if (!b)
		return 0;
	bench_english(b, true);
	int64_t operator= bench_operator(b, "示例面馆", HARNESS_AREA);
	bench_clock(b, morning() + 5 * HOUR + DAY);
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO cameras SELECT %d, 1, id, area, '热厨一号', 'p', "
			     "'rtsp://x/', 'o', "
			     "'s', '06:00-22:00', '', 2000, '', 0, 1, 2, 0, 0, 0, '', '', '', 0, "
			     "0, '', '', 0, "
			     "0, '', 'open', 1 FROM operators WHERE id = %" PRId64,
			     CAMERA, operator));
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO leads SELECT 7, 1, 'k7', 77, operator, area, "
			     "'head_uncovered', '1', "
			     "'V01', 'm', %" PRId64 ", %" PRId64 ", %" PRId64
			     ", 1, 2, 9000, 10, 10, '[]', "
			     "'', '', '', '', 0, 1, '', 'new', 0, 0, '', 0, 0, '', '' FROM cameras",
			     morning() + 90000, morning() + 30000, morning() + 60000));
	record_some(b);
	*state = b;
	return 0;
}

static int begin(void **state)
{
	return open_on(state, false);
}

static int begin_postgres(void **state)
{
	return open_on(state, true);
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

static const struct node *json(struct bench *b, const char *path)
{
	struct answer *r =
		bench_get(b, "officer1", arena_printf(bench_arena(b), "%s&format=json", path));
	struct fault why = { 0 };
	struct node *n = NULL;
	assert_int_equal(r->status, 200);
	assert_int_equal(json_parse(bench_arena(b),
				 (struct bytes){ (const uint8_t *)r->body, r->body_n }, &n, &why),
		OK);
	return n;
}

static void says(const struct answer *r, const char *text)
{
	if (!strstr(r->body, text))
		fail_msg("'%s' is not in: %.2500s", text, r->body);
}

static void golden(struct bench *b, const char *path, const char *file)
{
	struct answer *r = bench_get(b, "officer1", path);
	assert_int_equal(r->status, 200);
	bench_golden(
		b, r, arena_printf(bench_arena(b), "src/domains/cameras/golden/%s.html", file));
}

/* The day says what is recorded and what is not, in JSON and as a page; any part of it plays. */
static void a_day_of_recordings(void **state)
{
	struct bench *b = *state;
	const struct node *n = json(b, "/cameras/77/day?date=2026-03-01");
	assert_int_equal(node_int(n, "day.spans.0.x", 0), 8 * 3600);
	assert_int_equal(node_int(n, "day.spans.0.w", 0), 120);
	assert_int_equal(node_find(n, "day.spans")->count, 2);
	assert_int_equal(node_find(n, "day.gaps")->count, 3);
	assert_string_equal(node_text(n, "day.gaps.1.from_text", ""), "08:02:00");
	assert_string_equal(node_text(n, "day.gaps.1.to_text", ""), "08:12:00");
	assert_string_equal(node_text(n, "day.marks.0.at_text", ""), "08:00:30");
	golden(b, "/cameras/77/day?date=2026-03-01", "day");
	n = json(b, "/cameras/77/day?date=2099-01-01"); /* today, which is not over */
	assert_string_equal(node_text(n, "day.date", ""), "2026-03-02");
	assert_string_equal(node_text(n, "day.gaps.0.to_text", ""), "13:00:00");
}

static void recordings_as_hls(void **state)
{
	struct bench *b = *state;
	int64_t from = morning() - 8 * HOUR;
	const char *path = arena_printf(bench_arena(b),
		"/cameras/77/recording/%" PRId64 "-%" PRId64 ".m3u8", from, from + DAY);
	struct answer *r = bench_get(b, "officer1", path);
	assert_int_equal(r->status, 200);
	says(r, "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-TARGETDURATION:60\n");
	says(r, "DURATION=600.000\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"../live/init-");
	says(r, "#EXT-X-PROGRAM-DATE-TIME:2026-03-01T08:12:00.000+08:00\n#EXTINF:60.000,\n../"
		"live/");
	says(r, "#EXT-X-ENDLIST\n");
	assert_int_equal(bench_get(b, "officer1", "/cameras/77/recording/5-9.m3u8")->status, 404);
	assert_int_equal(bench_get(b, "officer1", "/cameras/77/recording/9-5.m3u8")->status, 404);
	assert_int_equal(bench_get(b, "officer1", "/cameras/77/recording/x.m3u8")->status, 404);
	assert_int_equal(bench_get(b, "", path)->status, 303);
}

/* A WebSocket cannot be had through the harness; the rights of its address can. */
static void live_belongs_to_officers(void **state)
{
	struct bench *b = *state;
	assert_int_equal(bench_get(b, "", "/cameras/77/live/ws")->status, 303);
	put_file(b, "77-sub", "live.m3u8");
	assert_int_equal(bench_get(b, "officer1", "/cameras/77/sub/live.m3u8")->status, 200);
	assert_int_equal(bench_get(b, "officer1", "/cameras/77/live/live.m3u8")->status, 404);
}

static void short_holes_are_no_gaps(void **state)
{
	struct arena *a = arena_new();
	struct segment s[] = { { 1000, 1000, 2000, 0 }, { 1000, 3000, 2000, 0 },
		{ 6900, 6900, 2000, 0 }, { 20000, 20000, 5000, 0 } };
	struct segment_list l = { s, 4 };
	struct span_list spans, gaps;
	(void)state;
	spans_of(a, &l, (struct span){ 2000, 22000 }, &spans);
	assert_int_equal(spans.n, 2);
	assert_int_equal(spans.at[0].from_ms, 2000);
	assert_int_equal(spans.at[0].to_ms, 8900);
	assert_int_equal(spans.at[1].to_ms, 22000);
	assert_int_equal(spans.recorded_ms, 6900 + 2000);
	gaps_of(a, &spans, (struct span){ 2000, 22000 }, &gaps);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.at[0].from_ms, 8900);
	assert_int_equal(gaps.at[0].to_ms, 20000);
	spans_of(a, &(struct segment_list){ 0 }, (struct span){ 0, 5000 }, &spans);
	gaps_of(a, &spans, (struct span){ 0, 5000 }, &gaps);
	assert_int_equal(gaps.n, 1);
	arena_free(a);
}

static void days_to_keep(void **state)
{
	struct arena *a = arena_new();
	static const char law[] = "{\"kinds\":[{\"kind\":\"canteen\",\"days\":90}]}";
	struct node *n;
	(void)state;
	assert_int_equal(
		json_parse(a, (struct bytes){ (const uint8_t *)law, sizeof(law) - 1 }, &n, NULL),
		OK);
	assert_int_equal(keep_ms_of(n, "canteen", 0), 90 * DAY);
	assert_int_equal(keep_ms_of(n, "canteen", 7), 7 * DAY);
	assert_int_equal(keep_ms_of(n, "kitchen", 0), 30 * DAY);
	arena_free(a);
}

/* What the media worker foresees is said where cameras are listed. */
static void small_room_is_said(void **state)
{
	struct bench *b = *state;
	struct fault why;
	const char *path =
		arena_printf(bench_arena(b), "%s/media/keeping.json", bench_app(b)->data_dir);
	const char *f = arena_printf(bench_arena(b),
		"{\"at\":%" PRId64 ",\"capacity\":100,\"per_day\":10,\"bites_in_days\":12}",
		clock_now());
	assert_null(strstr(bench_get(b, "officer1", "/cameras")->body, "room for recordings"));
	assert_int_equal(file_write(path, f, strlen(f), 0600, &why), OK);
	says(bench_get(b, "officer1", "/cameras"), "In 12 days the room for recordings");
	assert_int_equal(file_write(path, "{}", 2, 0600, &why), OK);
	assert_null(strstr(bench_get(b, "officer1", "/cameras")->body, "room for recordings"));
}

static void walls_of_cameras(void **state)
{
	struct bench *b = *state;
	golden(b, "/cameras/wall?n=9&q=热厨", "wall");
	says(bench_get(b, "officer1", "/cameras/wall?ids=77,5"), "/cameras/77/live/ws");
	says(bench_get(b, "officer1", "/cameras/wall?ids=7"), "No camera matches.");
	says(bench_get(b, "officer1", "/cameras/wall?n=3&page=-1&rotate=1"),
		"data-n=\"4\" data-rotate=\"5\"");
	bench_run(b,
		"INSERT INTO camera_settings VALUES (77, 1, 'kitchen', 'rtsp://x/sub', '', 0, '')");
	says(bench_get(b, "officer1", "/cameras/wall?n=9"), "data-ws=\"/cameras/77/sub/ws\"");
	says(bench_get(b, "officer1", "/cameras/wall?n=4"), "data-ws=\"/cameras/77/live/ws\"");
	bench_run(b, "DELETE FROM camera_settings");
}

/* ---- clips ------------------------------------------------------------------------------------
 */
/* A recording that can be cut: a test picture of two seconds, taken apart into head and
 * fragments. */
static void record_for_real(struct bench *b, int64_t gen)
{
	const char *source = getenv("SHIAN_SOURCE");
	const char *from = arena_printf(bench_arena(b), "%s/tests/clip.mp4", source ? source : ".");
	const char *folder = arena_printf(bench_arena(b), "%s/media/77", bench_app(b)->data_dir);
	char name[SEGMENT_NAME_SIZE];
	struct bytes clip;
	struct fault why;
	assert_int_equal(file_read(bench_arena(b), from, 8 << 20, &clip, &why), OK);
	const uint8_t *moof = memmem(clip.at, clip.n, "moof", 4);
	assert_non_null(moof);
	size_t head = (size_t)(moof - clip.at) - 4;
	init_name(name, gen);
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/%s", folder, name), clip.at,
				 head, 0600, &why),
		OK);
	segment_name(name, &(struct segment){ gen, gen, 2000, 0 });
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/%s", folder, name),
				 clip.at + head, clip.n - head, 0600, &why),
		OK);
}

static const char *num(struct bench *b, int64_t v)
{
	return arena_printf(bench_arena(b), "%" PRId64, v);
}

static int ask_clip(struct bench *b, int64_t from, int64_t to, const char *reason)
{
	return bench_post(b, "officer1", "/cameras/77/clips", "from", num(b, from), "to",
		num(b, to), "reason", reason, NULL)
		->status;
}

/* Asked for, cut by the job, kept with its manifest and its fact, and had as an archive. */
static void a_clip_is_kept(void **state)
{
	struct bench *b = *state;
	int64_t gen = morning() + 2 * HOUR;
	record_for_real(b, gen);
	assert_int_equal(ask_clip(b, gen + 100, gen + 900, "未戴帽"), 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_clips"), 0);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_clips"), 1);
	assert_int_equal(bench_int(b, "SELECT started_at FROM camera_clips"), gen);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'camera.clip_kept'"), 1);
	int64_t id = bench_int(b, "SELECT id FROM camera_clips");
	struct answer *r = bench_get(b, "officer1",
		arena_printf(bench_arena(b), "/cameras/77/clips/%" PRId64 ".zip", id));
	assert_int_equal(r->status, 200);
	assert_memory_equal(r->body, "PK\3\4", 4);
	assert_non_null(memmem(r->body, r->body_n, "clip.mp4", 8));
	/* to be handed on only as a covered copy that a person has looked at */
	assert_string_equal(bench_get(b, "officer1",
				    arena_printf(bench_arena(b),
					    "/cameras/77/clips/%" PRId64 ".zip?blurred=1", id))
				    ->location,
		arena_printf(bench_arena(b), "/covers/of/%s",
			bench_text(b, "SELECT clip_sm3 FROM camera_clips")));
	assert_int_equal(bench_get(b, "officer1",
				 arena_printf(bench_arena(b), "/covers/of/%s",
					 bench_text(b, "SELECT clip_sm3 FROM camera_clips")))
				 ->status,
		200);
	const char *m = bench_text(b, "SELECT manifest FROM camera_clips");
	assert_non_null(strstr(m, bench_text(b, "SELECT clip_sha256 FROM camera_clips")));
	assert_non_null(strstr(m, "\"days_kept_otherwise\":30"));
	assert_non_null(strstr(m, "\"reason\":\"未戴帽\""));
	golden(b, "/cameras/77/clips?from=2026-03-01T08:00:00&to=2026-03-01T08:01:00", "clips");
	bench_run(b, "DELETE FROM camera_clips");
}

static void bad_clips_are_refused(void **state)
{
	struct bench *b = *state;
	int64_t from = morning();
	assert_int_equal(ask_clip(b, from, from + 11 * MINUTE, "x"), 422);
	assert_int_equal(ask_clip(b, from, from, "x"), 422);
	assert_int_equal(ask_clip(b, from, from + MINUTE, ""), 422);
	assert_int_equal(ask_clip(b, from + 3 * HOUR, from + 3 * HOUR + MINUTE, "x"), 404);
	assert_int_equal(ask_clip(b, from + 30 * DAY, from + 30 * DAY + MINUTE, "x"), 422);
	assert_int_equal(bench_get(b, "officer1", "/cameras/77/clips/5.zip")->status, 404);
	assert_int_equal(
		bench_post(b, "officer1", "/cameras/77/clips", "from", "2026-03-01T08:00:10", "to",
			"2026-03-01T07:00", "reason", "x", NULL)
			->status,
		422);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_day_of_recordings),
		cmocka_unit_test(recordings_as_hls), cmocka_unit_test(live_belongs_to_officers),
		cmocka_unit_test(short_holes_are_no_gaps), cmocka_unit_test(days_to_keep),
		cmocka_unit_test(small_room_is_said), cmocka_unit_test(walls_of_cameras),
		cmocka_unit_test(a_clip_is_kept), cmocka_unit_test(bad_clips_are_refused) };
	int failed = cmocka_run_group_tests_name("watching on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"watching on PostgreSQL", tests, begin_postgres, end);
	return failed;
}
