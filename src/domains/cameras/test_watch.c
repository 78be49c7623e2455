/* The watch of many cameras: leases of nodes, faults, telling operators, uptime, settings, similar
 * leads. */
#include "domains/cameras/cameras.h"
#include "domains/cameras/rules.h"
#include "domains/cameras/watch.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
	*state = bench_open(NULL);
	bench_english(*state, true);
	return 0;
}

static int begin_postgres(void **state)
{
	*state = bench_open_on(NULL, true);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

/* ---- help ------------------------------------------------------------------------------------ */
static const char *print(struct bench *b, const char *fmt, int64_t v)
{
	char *text = arena_alloc(bench_arena(b), 400);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, 400, fmt, v);
#pragma GCC diagnostic pop
	return text;
}

static int64_t camera(struct bench *b, const char *name, const char *url)
{
	int64_t one = bench_int(b, "SELECT coalesce(min(id), 0) FROM pub_operators");
	if (!one)
		one = bench_operator(b, "示例面馆", HARNESS_AREA);
	struct answer *r = bench_post(b, "officer1", "/cameras", "operator",
		print(b, "%" PRId64, one), "name", name, "place", "热厨", "url", url, "owner",
		"示例面馆", "standard", "GB/T 28181-2022", "hours", "06:00-22:00", "interval_ms",
		"2000", "valid_from", "2026-02-01", "valid_to", "2027-01-31", "watch",
		"head_uncovered", NULL);
	if (r->status != 303)
		fail_msg("%d: %.1500s", r->status, r->body);
	return bench_int(b, "SELECT max(id) FROM cameras");
}

static struct answer *beat(struct bench *b, const char *node, const char *takes, int capacity)
{
	struct answer *r = bench_machine_json(b, "/internal/cameras/lease",
		arena_printf(bench_arena(b),
			"{\"node\":\"%s\",\"capacity\":%d,\"takes\":[%s],\"disk_total\":1000,"
			"\"disk_free\":500}",
			node, capacity, takes));
	if (r->status != 200)
		fail_msg("%d: %.500s", r->status, r->body);
	return r;
}

static int count(const char *text, const char *word)
{
	int n = 0;
	for (const char *s = text; (s = strstr(s, word)); s++)
		n++;
	return n;
}

static int given(struct answer *r)
{
	return count(r->body, "\"url\":");
}

static void status(struct bench *b, int64_t id, const char *state, const char *reason)
{
	struct answer *r = bench_machine_json(b, "/internal/cameras/status",
		arena_printf(bench_arena(b),
			"{\"cameras\":[{\"id\":\"%" PRId64 "\",\"state\":\"%s\",\"since\":%" PRId64
			",\"reason\":\"%s\",\"detail\":\"\",\"codec\":\"h264\",\"width\":640,"
			"\"height\":360,\"last_frame\":%" PRId64 "}]}",
			id, state, clock_now(), reason, clock_now()));
	assert_int_equal(r->status, 200);
}

static void wait(struct bench *b, int64_t ms)
{
	bench_clock(b, clock_now() + ms);
}

#define RTSP "\"rtsp\""

/* ---- leases ---------------------------------------------------------------------------------- */
static void nodes_share(void **state)
{
	struct bench *b = *state;
	for (int i = 0; i < 6; i++)
		camera(b, "机位", "rtsp://127.0.0.1:8554/a");
	assert_int_equal(given(beat(b, "a", RTSP, 100)), 6); /* alone: all */
	assert_int_equal(given(beat(b, "b", RTSP, 100)), 0); /* none is free yet */
	assert_int_equal(given(beat(b, "a", RTSP, 100)), 3); /* gives back above its share */
	assert_int_equal(given(beat(b, "b", RTSP, 100)), 3);
	assert_int_equal(given(beat(b, "a", RTSP, 100)), 3); /* and stays there */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_leases"), 6);
	/* a is killed: within ten seconds b has them all, and nobody has two */
	wait(b, 6 * SECOND);
	assert_int_equal(given(beat(b, "b", RTSP, 100)), 3);
	wait(b, 5 * SECOND);
	assert_int_equal(given(beat(b, "b", RTSP, 100)), 6);
	/* a comes back */
	assert_int_equal(given(beat(b, "a", RTSP, 100)), 0);
	assert_int_equal(given(beat(b, "b", RTSP, 100)), 3);
	assert_int_equal(given(beat(b, "a", RTSP, 100)), 3);
	/* the vision worker of a node sees what that node records */
	assert_int_equal(given(bench_machine_get(b, "/internal/cameras?node=a")), 3);
	assert_int_equal(given(bench_machine_get(b, "/internal/cameras")), 6);
}

static void kinds_and_capacity(void **state)
{
	struct bench *b = *state;
	int64_t rtsp = camera(b, "一", "rtsp://127.0.0.1:8554/a");
	camera(b, "二", "push://geheim-key-000001");
	camera(b, "三", "gb28181://34020000001320000001/34020000001310000001");
	int64_t shot = camera(b, "四", "http://127.0.0.1/still.jpg");
	assert_int_equal(given(beat(b, "a", RTSP, 100)), 1);
	assert_int_equal(given(beat(b, "a", "\"rtsp\",\"http\"", 100)), 2);
	assert_int_equal(given(beat(b, "a", "\"rtsp\",\"http\",\"push\",\"gb28181\"", 3)), 3);
	assert_int_equal(given(beat(b, "a", RTSP, 0)), 0); /* gives all back */
	assert_int_equal(given(beat(b, "a", "\"rtsp\",\"http\",\"push\",\"gb28181\"", 100)), 4);
	/* closed cameras go */
	bench_post(b, "officer1", print(b, "/cameras/%" PRId64 "/close", rtsp), NULL);
	bench_post(b, "officer1", print(b, "/cameras/%" PRId64 "/close", shot), NULL);
	assert_int_equal(given(beat(b, "a", "\"rtsp\",\"http\",\"push\",\"gb28181\"", 100)), 2);
	/* nonsense */
	assert_int_equal(bench_machine_json(b, "/internal/cameras/lease", "{}")->status, 422);
	assert_int_equal(bench_machine_json(b, "/internal/cameras/lease", "[")->status, 400);
	assert_int_not_equal(
		bench_post_json(b, "officer1", "/internal/cameras/lease", "{}")->status, 200);
}

static void sub_streams(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b, "一", "rtsp://127.0.0.1:8554/a");
	const char *path = print(b, "/cameras/%" PRId64 "/settings", id);
	struct answer *r = bench_post(b, "officer1", path, "kind", "canteen", "sub_url", "ftp://x",
		"reader", "", "keep_days", "9999", "position", "nowhere", NULL);
	assert_int_equal(r->status, 422);
	assert_non_null(strstr(r->body, "begins with rtsp://"));
	assert_non_null(strstr(r->body, "31.1128"));
	assert_non_null(strstr(r->body, "lies between 0 and 3650"));
	r = bench_post(b, "officer1", path, "kind", "canteen", "sub_url",
		"rtsp://127.0.0.1:8554/small", "reader", "libav", "keep_days", "7", "position",
		"31.1128,121.3812", NULL);
	assert_int_equal(r->status, 303);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'camera.changed'"), 1);
	/* again: the same row */
	assert_int_equal(bench_post(b, "officer1", path, "kind", "kitchen", "sub_url",
				 "rtsp://127.0.0.1:8554/small", "reader", "libav", "keep_days", "7",
				 "position", "", NULL)
				 ->status,
		303);
	r = beat(b, "a", RTSP, 100);
	assert_int_equal(given(r), 2);
	assert_non_null(strstr(r->body, "-sub\""));
	assert_non_null(strstr(r->body, "\"keep_ms\":600000"));
	assert_non_null(strstr(r->body, "\"keep_ms\":604800000"));
	assert_non_null(strstr(r->body, "\"reader\":\"libav\""));
	/* vision looks at the camera, not twice */
	assert_int_equal(given(bench_machine_get(b, "/internal/cameras")), 1);
	/* officers of another town may not */
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
}

/* ---- faults ---------------------------------------------------------------------------------- */
static void faults_listed(void **state)
{
	struct bench *b = *state;
	int64_t one = camera(b, "甲机", "rtsp://127.0.0.1:8554/a");
	int64_t two = camera(b, "乙机", "rtsp://127.0.0.1:8554/b");
	struct answer *r = bench_get(b, "officer1", "/cameras/faults");
	assert_non_null(strstr(r->body, "No machine records it")); /* no node at all */
	beat(b, "a", RTSP, 100);
	status(b, one, "live", "");
	status(b, two, "lost", "refused");
	r = bench_get(b, "officer1", "/cameras/faults");
	assert_null(strstr(r->body, "甲机"));
	assert_non_null(strstr(r->body, "乙机"));
	assert_non_null(strstr(r->body, "Nothing answers at its address"));
	assert_null(strstr(bench_get(b, "officer3", "/cameras/faults")->body, "乙机"));
	/* the node dies: what it said last is not believed any more */
	wait(b, 11 * SECOND);
	r = bench_get(b, "officer1", "/cameras/faults");
	assert_non_null(strstr(r->body, "甲机"));
	assert_non_null(strstr(r->body, "is not heard of"));
	assert_non_null(
		strstr(bench_get(b, "officer1", "/cameras/faults?format=csv")->body, "乙机"));
	assert_int_equal(bench_get(b, "", "/cameras/faults")->status, 303);
}

static int64_t messages(struct bench *b)
{
	return bench_int(b, "SELECT count(*) FROM camera_told");
}

static void operator_told(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b, "甲机", "rtsp://127.0.0.1:8554/a");
	beat(b, "a", RTSP, 100);
	status(b, id, "lost", "timeout");
	wait(b, 29 * MINUTE);
	bench_minute(b);
	assert_int_equal(messages(b), 0);
	wait(b, 2 * MINUTE);
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(messages(b), 1);
	int64_t first = bench_int(b, "SELECT told_at FROM camera_told");
	wait(b, 10 * HOUR);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT told_at FROM camera_told"), first);
	/* back, and lost again: a new silence, but at night nobody is woken */
	status(b, id, "live", "");
	wait(b, HOUR);
	status(b, id, "lost", "timeout");
	wait(b, 2 * HOUR); /* 23:31 */
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT told_at FROM camera_told"), first);
	wait(b, 9 * HOUR);
	bench_minute(b);
	assert_true(bench_int(b, "SELECT told_at FROM camera_told") > first);
}

static void on_the_map(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b, "甲机", "rtsp://127.0.0.1:8554/a");
	beat(b, "a", RTSP, 100);
	status(b, id, "lost", "refused");
	bench_post(b, "officer1", print(b, "/cameras/%" PRId64 "/settings", id), "kind", "kitchen",
		"sub_url", "", "reader", "", "keep_days", "0", "position", "31.1128,121.3812",
		NULL);
	struct answer *r = bench_get(b, "officer1", "/cameras/map?format=json");
	assert_int_equal(r->status, 200);
	assert_non_null(strstr(r->body, "31112800"));
	assert_non_null(strstr(r->body, "red"));
	assert_null(strstr(bench_get(b, "officer3", "/cameras/map?format=json")->body, "31112800"));
}

/* ---- uptime ---------------------------------------------------------------------------------- */
static void uptime_counted(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b, "甲机", "rtsp://127.0.0.1:8554/a");
	status(b, id, "live", "");
	wait(b, 3 * HOUR);
	status(b, id, "live", ""); /* said again: no new spell */
	status(b, id, "lost", "timeout");
	wait(b, HOUR);
	status(b, id, "live", "");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_spells"), 3);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_spells WHERE until = 0"), 1);
	struct answer *r = bench_get(b, "officer1", "/cameras/uptime?days=1");
	assert_non_null(strstr(r->body, "75")); /* three of four hours */
	r = bench_get(b, "officer1", "/cameras/uptime?days=1&format=csv");
	if (!strstr(r->body, "75.00") && !strstr(r->body, "7500"))
		fail_msg("%s", r->body);
	assert_non_null(strstr(r->body, ",60,")); /* the longest outage, minutes */
}

static void uptime_edges(void **state)
{
	(void)state;
	static const struct spell spells[] = { { true, 0, 100 }, { false, 100, 150 },
		{ true, 150, 0 } };
	assert_int_equal(uptime_hundredths(spells, 3, 0, 200), 7500);
	assert_int_equal(uptime_hundredths(spells, 3, 100, 150), 0);
	assert_int_equal(uptime_hundredths(spells, 3, 160, 200), 10000);
	assert_int_equal(uptime_hundredths(spells, 2, 150, 200), -1);
	assert_int_equal(uptime_hundredths(NULL, 0, 0, 200), -1);
}

static void shares(void **state)
{
	(void)state;
	static const struct {
		struct lease_state s;
		int64_t take, release;
	} all[] = {
		{ { 10, 1, 0, 100 }, 10, 0 },
		{ { 10, 1, 0, 4 }, 4, 0 },
		{ { 10, 3, 0, 100 }, 4, 0 },
		{ { 10, 3, 4, 100 }, 0, 0 },
		{ { 10, 2, 10, 100 }, 0, 5 },
		{ { 10, 2, 7, 3 }, 0, 4 },
		{ { 0, 1, 0, 10 }, 0, 0 },
		{ { 10, 0, 0, 10 }, 10, 0 },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct lease_change c = lease_decide(&all[i].s);
		assert_int_equal(c.take, all[i].take);
		assert_int_equal(c.release, all[i].release);
	}
}

static void addresses(void **state)
{
	(void)state;
	static const char *const good[] = { "rtsp://a/b", "https://a/b.jpg",
		"push://0123456789abcdef", "gb28181://34020000001320000001/34020000001310000001",
		"gb28181://34020000001320000001/34020000001310000001?transport=tcp-active" };
	static const char *const bad[] = { "rtmp://a/b", "push://short", "push://with a blank",
		"gb28181://1/2", "gb28181://34020000001320000001/3402000000131000000x",
		"gb28181://34020000001320000001/34020000001310000001?transport=ip", "rtsp://" };
	int64_t lat, lon;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_null(check_stream(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_non_null(check_stream(bad[i]));
	assert_true(position_read("31.1128,121.3812", &lat, &lon));
	assert_int_equal(lat, 31112800);
	assert_int_equal(lon, 121381200);
	assert_true(position_read("31,121", &lat, &lon));
	assert_false(position_read("121.38,31.11", &lat, &lon));
	assert_false(position_read("31.1", &lat, &lon));
	assert_false(position_read("31.1,121.3x", &lat, &lon));
	assert_non_null(check_position("1,2,3"));
	assert_null(check_position(""));
}

/* ---- similar leads ----------------------------------------------------------------------------
 */
static int64_t lead(struct bench *b, int64_t id, const char *key, int64_t at)
{
	static const char jpeg[] = "\xff\xd8\xff\xe0 a still \xff\xd9";
	bench_file(b, "still", "still.jpg", "image/jpeg",
		(struct bytes){ (const uint8_t *)jpeg, sizeof(jpeg) });
	struct answer *r = bench_machine_post(b, "/leads", "key", key, "camera",
		print(b, "%" PRId64, id), "rule", "head_uncovered", "rule_version", "1", "model",
		"multipose256@12345678", "started_at", print(b, "%" PRId64, at), "ended_at",
		print(b, "%" PRId64, at + 4000), "clip_from", print(b, "%" PRId64, at - 8000),
		"clip_to", print(b, "%" PRId64, at + 5000), "score", "8700", "width", "768",
		"height", "432", "findings", "[]", NULL);
	if (r->status != 201)
		fail_msg("%d: %.800s", r->status, r->body);
	return bench_int(
		b, arena_printf(bench_arena(b), "SELECT id FROM leads WHERE lead_key = '%s'", key));
}

static void similar_together(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b, "甲机", "rtsp://127.0.0.1:8554/a"), now = clock_now();
	int64_t one = lead(b, id, "k1", now - HOUR), two = lead(b, id, "k2", now - 2 * HOUR);
	lead(b, id, "k3", now - 3 * HOUR);
	lead(b, id, "k4", now - 25 * HOUR); /* of another day */
	struct answer *r = bench_get(b, "officer1", "/leads");
	assert_int_equal(count(r->body, "class=\"card lead\""), 2);
	assert_non_null(strstr(r->body, "+2"));
	assert_int_equal(
		count(bench_get(b, "officer1", "/leads?each=1")->body, "class=\"card lead\""), 4);
	/* the second review of one of them waits for another officer than this one */
	assert_int_equal(bench_post(b, "officer1", print(b, "/leads/%" PRId64 "/review", two),
				 "verdict", "confirm", NULL)
				 ->status,
		303);
	r = bench_post(b, "officer1", print(b, "/leads/%" PRId64 "/review", one), "verdict",
		"reject", "reason_code", "not_there", "similar", "1", "go_on", "1", NULL);
	assert_int_equal(r->status, 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads WHERE state = 'rejected'"), 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads WHERE state = 'second'"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads WHERE state = 'new'"), 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM leads WHERE reason1 LIKE 'What the model%'"), 2);
	/* and the way leads on to the one that is left */
	const char *left = print(
		b, "/leads/%" PRId64, bench_int(b, "SELECT id FROM leads WHERE lead_key = 'k4'"));
	assert_string_equal(r->location, left);
	/* without any reason it is refused */
	r = bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/review", left), "verdict",
		"reject", NULL);
	assert_int_equal(r->status, 409);
}

#define BOTH(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, begin, end),                                         \
	{                                                                                          \
#name " on PostgreSQL", name, begin_postgres, end, NULL                            \
	}

int main(void)
{
	const struct CMUnitTest pure[] = { cmocka_unit_test(uptime_edges), cmocka_unit_test(shares),
		cmocka_unit_test(addresses) };
	const struct CMUnitTest both[] = { BOTH(nodes_share), BOTH(kinds_and_capacity),
		BOTH(sub_streams), BOTH(faults_listed), BOTH(operator_told), BOTH(uptime_counted),
		BOTH(on_the_map), BOTH(similar_together) };
	struct CMUnitTest here[sizeof(both) / sizeof(*both)];
	size_t n = 0;
	for (size_t i = 0; i < sizeof(both) / sizeof(*both); i++)
		if (both[i].setup_func != begin_postgres || bench_has_postgres())
			here[n++] = both[i];
	int failed = cmocka_run_group_tests(pure, NULL, NULL);
	return failed + _cmocka_run_group_tests("watch", here, n, NULL, NULL);
}
