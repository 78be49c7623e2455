#include "workers/media/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "workers/media/repair.h"

static const int64_t NOW = 1795460564096;

static struct recording at(uint32_t camera, int64_t age_ms, int64_t bytes)
{
	return (struct recording){ { NOW - DAY, NOW - age_ms, 2000, bytes }, camera, false };
}

static void age_decides(void **state)
{
	struct recording all[] = { at(1, HOUR, 10), at(0, 31 * DAY, 10), at(1, 30 * DAY + 1000, 10),
		at(0, 30 * DAY + 2001, 10) };
	struct retention_rule rule = { .now_ms = NOW, .keep_ms = 30 * DAY };
	(void)state;
	assert_int_equal(retention_decide(all, 4, &rule), 2);
	assert_true(all[0].gone && all[1].gone); /* the oldest are first now */
	assert_false(all[2].gone || all[3].gone);
	assert_int_equal(retention_decide(NULL, 0, &rule), 0);
}

static void the_quota_takes_the_oldest_of_all_cameras(void **state)
{
	struct recording all[] = { at(0, 50 * MINUTE, 40), at(1, 60 * MINUTE, 40),
		at(0, 40 * MINUTE, 40), at(1, MINUTE, 40) };
	struct retention_rule rule = { .now_ms = NOW, .keep_ms = DAY, .quota_bytes = 100 };
	(void)state;
	assert_int_equal(retention_decide(all, 4, &rule), 2);
	assert_int_equal(all[0].camera, 1);
	assert_true(all[0].gone && all[1].gone);
	assert_false(all[2].gone || all[3].gone);
	/* What is being watched stays, even above the quota. */
	rule.quota_bytes = 1;
	assert_int_equal(retention_decide(all, 4, &rule), 3);
	assert_false(all[3].gone);
	rule.quota_bytes = 0;
	assert_int_equal(retention_decide(all, 4, &rule), 0);
	/* The disk lacks 41 bytes. */
	rule.short_bytes = 41;
	assert_int_equal(retention_decide(all, 4, &rule), 2);
	assert_true(all[0].gone && all[1].gone);
	rule.quota_bytes = 150;
	assert_int_equal(retention_decide(all, 4, &rule), 2);
}

static void put(struct arena *a, const char *folder, const char *name, const char *text)
{
	FILE *f = fopen(arena_printf(a, "%s/%s", folder, name), "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static bool there(struct arena *a, const char *folder, const char *name)
{
	return access(arena_printf(a, "%s/%s", folder, name), F_OK) == 0;
}

static void put_segment(struct arena *a, const char *folder, int64_t age_ms, char name[])
{
	struct segment s = { NOW - age_ms, NOW - age_ms, 2000, 0 };
	segment_name(name, &s);
	put(a, folder, name, "x");
}

static void sweeps_only_recordings(void **state)
{
	char media[] = "/tmp/shian-sweep-XXXXXX";
	char old[SEGMENT_NAME_SIZE], young[SEGMENT_NAME_SIZE];
	char old_head[SEGMENT_NAME_SIZE], young_head[SEGMENT_NAME_SIZE];
	struct retention_rule rule = { .now_ms = NOW, .keep_ms = 30 * DAY };
	size_t deleted = 9;
	(void)state;
	assert_non_null(mkdtemp(media));
	struct arena *a = arena_new();
	const char *camera = arena_printf(a, "%s/735001", media);
	const char *odd = arena_printf(a, "%s/.odd", media);
	assert_int_equal(mkdir(camera, 0700), 0);
	assert_int_equal(mkdir(odd, 0700), 0);
	put_segment(a, camera, 40 * DAY, old);
	put_segment(a, odd, 40 * DAY, old);
	put_segment(a, camera, 20 * DAY, young);
	init_name(old_head, NOW - 40 * DAY);
	init_name(young_head, NOW - 20 * DAY);
	put(a, camera, old_head, "x");
	put(a, camera, young_head, "x");
	put(a, camera, "live.m3u8", "x");
	assert_int_equal(retention_sweep(media, &rule, &deleted, NULL), OK);
	assert_int_equal(deleted, 1);
	assert_false(there(a, camera, old) || there(a, camera, old_head));
	assert_true(there(a, camera, young) && there(a, camera, young_head));
	assert_true(there(a, camera, "live.m3u8") && there(a, odd, old));

	/* After a crash: files written by half go, and a broken last segment. */
	put(a, camera, ".live.m3u8", "x");
	put(a, media, ".lock", "");
	put(a, camera, ".lock", "");
	put(a, media, "cameras-n.json.Ab12cd", "x");
	put(a, media, "cameras-m.json.Ab12cd", "x");
	assert_int_equal(media_repair(media, "n", NULL), OK);
	assert_int_equal(media_repair_camera(camera, NULL), OK);
	assert_false(there(a, camera, ".live.m3u8") || there(a, media, "cameras-n.json.Ab12cd"));
	assert_true(there(a, camera, ".lock") && there(a, media, "cameras-m.json.Ab12cd"));
	assert_true(there(a, media, ".lock") && there(a, camera, "live.m3u8"));
	assert_false(there(a, camera, young));
	assert_int_not_equal(retention_sweep("/nonexistent", &rule, NULL, NULL), OK);

	unlink(arena_printf(a, "%s/%s", camera, young_head));
	unlink(arena_printf(a, "%s/live.m3u8", camera));
	unlink(arena_printf(a, "%s/%s", odd, old));
	unlink(arena_printf(a, "%s/.lock", media));
	unlink(arena_printf(a, "%s/.lock", camera));
	unlink(arena_printf(a, "%s/cameras-m.json.Ab12cd", media));
	rmdir(camera);
	rmdir(odd);
	assert_int_equal(rmdir(media), 0);
	arena_free(a);
}

/* A camera's own days win over the rule; a second stream is not for keeping. */
static void each_camera_has_its_own_days(void **state)
{
	struct arena *a = arena_new();
	struct roster roster;
	struct fault why;
	const char *json =
		"{\"cameras\":[{\"id\":\"1\",\"url\":\"rtsp://a/\",\"keep_ms\":86400000},"
		"{\"id\":\"2\",\"url\":\"rtsp://b/\"}]}";
	(void)state;
	assert_int_equal(roster_parse(a, (struct bytes){ (const uint8_t *)json, strlen(json) },
				 &roster, &why),
		OK);
	struct retention_rule rule = { .now_ms = NOW, .keep_ms = 30 * DAY, .roster = &roster };
	assert_int_equal(keep_of(&rule, "1"), DAY);
	assert_int_equal(keep_of(&rule, "2"), 30 * DAY);
	assert_int_equal(keep_of(&rule, "3"), 30 * DAY);
	assert_int_equal(keep_of(&rule, "1-sub"), 10 * MINUTE);
	struct recording all[] = {
		{ .segment = { NOW, NOW - 2 * DAY, MINUTE, 5 }, .camera = 0, .keep_ms = DAY },
		{ .segment = { NOW, NOW - 2 * DAY, MINUTE, 5 }, .camera = 1, .keep_ms = 30 * DAY },
	};
	assert_int_equal(retention_decide(all, 2, &rule), 1);
	assert_true(all[0].camera == 0 ? all[0].gone : all[1].gone);
	arena_free(a);
}

/* Two cameras of 10 GB a day, 30 and 10 days: 400 GB wanted. */
static void the_room_is_foreseen(void **state)
{
	const int64_t gb = 1000000000;
	struct keep_camera all[] = { { 10 * gb, 30 * DAY, 5 * DAY },
		{ 10 * gb, 10 * DAY, 10 * DAY } };
	struct keep_forecast f = { .capacity = 500 * gb };
	(void)state;
	forecast(all, 2, &f);
	assert_int_equal(f.per_day, 20 * gb);
	assert_true(f.wanted > 399 * gb && f.wanted <= 400 * gb);
	assert_int_equal(f.bites_in_days, -1);
	f.capacity = 250 * gb; /* 150 now, 10 more each day */
	forecast(all, 2, &f);
	assert_int_equal(f.bites_in_days, 11);
	f.capacity = 100 * gb;
	forecast(all, 2, &f);
	assert_int_equal(f.bites_in_days, 0);
	f.capacity = 0;
	forecast(all, 0, &f);
	assert_int_equal(f.bites_in_days, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_camera_has_its_own_days),
		cmocka_unit_test(the_room_is_foreseen),
		cmocka_unit_test(age_decides),
		cmocka_unit_test(the_quota_takes_the_oldest_of_all_cameras),
		cmocka_unit_test(sweeps_only_recordings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
