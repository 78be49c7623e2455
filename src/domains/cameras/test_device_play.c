/* Playback from the device: officers ask and fetch, the media worker is given the orders and tells
 * what came of them; what was fetched is played from its own folder. */
#include "core/recordings/segment.h"
#include "harness.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER	"31011200001110000001"
#define CHANNEL "31011200001320000010"
#define GOLDEN	"src/domains/cameras/golden/"
#define PAGE	"/cameras/77/device"
#define ORDERS	"/internal/devices/orders"

static const char ONLINE[] =
	"{\"node\":\"a\",\"devices\":[{\"id\":\"" NUMBER "\",\"known\":true,\"edition\":\"2016\","
	"\"transport\":\"udp\",\"online\":true,\"since\":1,\"address\":\"10.1.2.3\"}]}";

static int64_t at(int minute)
{
	return civil_to_ms((struct civil){ 2026, 11, 22, 8, minute, 0, 0 });
}

static void given(struct bench *b)
{
	bench_operator(b, "示例面馆", HARNESS_AREA);
	bench_run(b,
		"INSERT INTO cameras SELECT 77, 1, id, area, '热厨一号', 'p', 'gb28181://" NUMBER
		"/" CHANNEL "?transport=tcp-passive', 'o', 's', '06:00-22:00', '', 2000, '', 0, 1, "
		"2, 0, 0, 0, '', '', '', 0, 0, '', '', 0, 0, '', 'open', 1 FROM operators");
	assert_int_equal(bench_machine_json(b, "/internal/devices", ONLINE)->status, 200);
}

static struct answer *ask(struct bench *b, const char *who, const char *to)
{
	return bench_post(b, who, PAGE, "from", "2026-11-22T08:00:00", "to", to, NULL);
}

static struct answer *fetch(struct bench *b, const char *to, const char *reason)
{
	return bench_post(b, "officer1", PAGE "/fetch", "from", "2026-11-22T08:10:00", "to", to,
		"reason", reason, NULL);
}

static const char *orders(struct bench *b, const char *node, const char *answers)
{
	struct answer *r = bench_machine_json(b, ORDERS,
		arena_printf(bench_arena(b), "{\"node\":\"%s\",\"answers\":[%s]}", node, answers));
	assert_int_equal(r->status, 200);
	return r->body;
}

static bool shows(struct bench *b, const char *path, const char *text)
{
	struct answer *r = bench_get(b, "officer1", path);
	assert_int_equal(r->status, 200);
	return strstr(r->body, text);
}

static void listing(struct bench *b)
{
	assert_int_equal(ask(b, "officer1", "2026-11-22T07:00:00")->status, 422);
	assert_int_equal(ask(b, "officer1", "2026-12-22T07:00:00")->status, 422);
	assert_int_equal(ask(b, "officer3", "2026-11-22T09:00:00")->status, 403);
	assert_int_equal(ask(b, "officer1", "2026-11-22T09:00:00")->status, 303);
	assert_true(shows(b, PAGE, "等待设备应答"));
	/* The node that the device talks to is given it, and no other; a device that is not there
	 * is waited for. */
	assert_null(strstr(orders(b, "b", ""), NUMBER));
	const char *given = orders(b, "a", "");
	assert_non_null(strstr(given, "\"device\":\"" NUMBER "\",\"channel\":\"" CHANNEL "\""));
	assert_non_null(strstr(given, "\"transport\":\"tcp-passive\""));
	assert_non_null(strstr(given, "\"kind\":\"list\""));
	int64_t id = bench_int(b, "SELECT id FROM device_orders");
	const char *answer = arena_printf(bench_arena(b),
		"{\"id\":\"%" PRId64
		"\",\"state\":\"done\",\"why\":\"\",\"items\":[{\"start\":%" PRId64
		",\"end\":%" PRId64 ",\"name\":\"<b>录像\",\"kind\":\"time\"},{\"start\":9,\"end\":"
		"3,\"name\":\"\",\"kind\":\"\"}]}",
		id, at(0), at(30));
	for (int twice = 0; twice < 2; twice++)
		assert_null(strstr(orders(b, "a", answer), NUMBER));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM device_order_items"), 1);
	assert_true(shows(b, PAGE, "&lt;b&gt;录像"));
	/* A row leads to the form of what may be fetched: ten minutes of the half hour. */
	assert_true(shows(b, PAGE, "from=2026-11-22T08:00:00&amp;to=2026-11-22T08:10:00"));
	bench_golden(b, bench_get(b, "officer1", PAGE "?from=2026-11-22T08:00:00"),
		GOLDEN "device_play.html");
}

static void fetching(struct bench *b)
{
	assert_int_equal(fetch(b, "2026-11-22T08:21:00", "纠纷取证")->status, 422);
	assert_int_equal(fetch(b, "2026-11-22T08:12:00", "")->status, 422);
	bench_torture(b, "officer1", PAGE "/fetch", "from", "2026-11-22T08:10:00", "to",
		"2026-11-22T08:12:00", "reason", "纠纷取证", NULL);
	assert_int_equal(fetch(b, "2026-11-22T08:11:00", "再来一次")->status, 409);
	assert_non_null(strstr(orders(b, "a", ""), "\"kind\":\"fetch\""));
	int64_t id = bench_int(b, "SELECT id FROM device_orders WHERE kind = 'fetch'");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE name = "
				      "'device.recording_asked' AND data LIKE '%纠纷取证%'"),
		1);
	/* It ended early: what came is kept, the rest may be asked for again. */
	orders(b, "a",
		arena_printf(bench_arena(b),
			"{\"id\":\"%" PRId64
			"\",\"state\":\"done\",\"why\":\"timeout\",\"from\":%" PRId64
			",\"to\":%" PRId64 "}",
			id, at(10), at(11)));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs WHERE kind = 'cameras.clip' AND "
				      "data LIKE '%\"of_device\":true%'"),
		1);
	assert_int_equal(fetch(b, "2026-11-22T08:11:00", "再来一次")->status, 409);
}

static void playing(struct bench *b)
{
	const char *folder =
		arena_printf(bench_arena(b), "%s/media/77-device", bench_app(b)->data_dir);
	const char *range = arena_printf(bench_arena(b), "%" PRId64 "-%" PRId64, at(10), at(11));
	const char *playlist = arena_printf(bench_arena(b), PAGE "/%s.m3u8", range);
	char name[SEGMENT_NAME_SIZE];
	struct fault why;
	segment_name(name, &(struct segment){ at(10), at(10), 60000, 0 });
	assert_int_equal(bench_get(b, "officer1", playlist)->status, 404);
	assert_int_equal(dir_make(folder, &why), OK);
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/%s", folder, name), "moof", 4,
				 0600, &why),
		OK);
	struct answer *r = bench_get(b, "officer1", playlist);
	assert_int_equal(r->status, 200);
	assert_non_null(strstr(r->body, arena_printf(bench_arena(b), "\n%s", name)));
	assert_string_equal(
		bench_get(b, "officer1", arena_printf(bench_arena(b), PAGE "/%s", name))->body,
		"moof");
	assert_int_equal(bench_get(b, "officer3", playlist)->status, 403);
	assert_true(shows(b, PAGE, arena_printf(bench_arena(b), PAGE "?play=%s", range)));
	assert_true(shows(b, arena_printf(bench_arena(b), PAGE "?play=%s", range), playlist));
	assert_false(shows(b, PAGE "?play=1-%22onload", "onload"));
}

/* What arrived becomes a clip that says where it comes from. */
static void keeping(struct bench *b)
{
	const char *source = getenv("SHIAN_SOURCE");
	const char *from = arena_printf(bench_arena(b), "%s/tests/clip.mp4", source ? source : ".");
	const char *folder =
		arena_printf(bench_arena(b), "%s/media/77-device", bench_app(b)->data_dir);
	char name[SEGMENT_NAME_SIZE];
	struct bytes clip;
	struct fault why;
	assert_int_equal(file_read(bench_arena(b), from, 8 << 20, &clip, &why), OK);
	const uint8_t *moof = memmem(clip.at, clip.n, "moof", 4);
	assert_non_null(moof);
	size_t head = (size_t)(moof - clip.at) - 4;
	init_name(name, at(10));
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/%s", folder, name), clip.at,
				 head, 0600, &why),
		OK);
	segment_name(name, &(struct segment){ at(10), at(10), 60000, 0 });
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/%s", folder, name),
				 clip.at + head, clip.n - head, 0600, &why),
		OK);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_clips"), 1);
	const char *m = bench_text(b, "SELECT manifest FROM camera_clips");
	assert_non_null(strstr(m, "recorded by the device itself"));
	assert_non_null(strstr(m, "\"reason\":\"纠纷取证\""));
	assert_true(shows(b, "/cameras/77/clips", "纠纷取证"));
}

/* Nobody waits for ever, and no camera of another kind is asked. */
static void giving_up(struct bench *b)
{
	assert_int_equal(ask(b, "officer1", "2026-11-22T09:00:00")->status, 303);
	bench_clock(b, clock_now() + HOUR + MINUTE);
	assert_null(strstr(orders(b, "a", ""), NUMBER));
	assert_true(shows(b, PAGE, "失败"));
	bench_run(b, "UPDATE cameras SET url = 'rtsp://x/' WHERE id = 77");
	assert_int_equal(ask(b, "officer1", "2026-11-22T09:00:00")->status, 422);
	assert_false(shows(b, PAGE, "/device/fetch\""));
}

static void story(bool postgres)
{
	struct bench *b = bench_open_on(NULL, postgres);
	given(b);
	listing(b);
	fetching(b);
	playing(b);
	keeping(b);
	giving_up(b);
	bench_close(b);
}

static void asked_fetched_played(void **state)
{
	(void)state;
	story(false);
	if (bench_has_postgres())
		story(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(asked_fetched_played) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
