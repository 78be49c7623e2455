/* GB/T 28181 devices: entered by an officer, told by the media worker, made into cameras. */
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER	"31011200001110000001"
#define GOLDEN	"src/domains/cameras/golden/"
#define CHANNEL "31011200001320000010"

static const char TOLD[] =
	"{\"node\":\"a\",\"devices\":[{\"id\":\"" NUMBER "\",\"known\":true,\"edition\":\"2022\","
	"\"transport\":\"udp\",\"online\":true,\"since\":1795370400000,\"address\":\"10.1.2.3\","
	"\"name\":\"食堂录像机\",\"manufacturer\":\"M\",\"model\":\"X\",\"firmware\":\"1\","
	"\"channels\":["
	"{\"id\":\"" CHANNEL "\",\"name\":\"后厨切配间\",\"status\":\"ON\",\"ptz\":3},"
	"{\"id\":\"<script>\",\"name\":\"x\"}]},"
	"{\"id\":\"31011200001110000099\",\"known\":false,\"edition\":\"2016\",\"transport\":"
	"\"udp\","
	"\"online\":false,\"since\":1795370400000,\"address\":\"10.9.9.9\"}],"
	"\"alarms\":[{\"device\":\"" NUMBER "\",\"channel\":\"" CHANNEL
	"\",\"priority\":\"2\",\"method\":\"5\",\"time\":1,\"description\":\"遮挡报警\"}]}";

static const char *enter(struct bench *b, const char *who, const char *password)
{
	struct answer *r = bench_post(b, who, "/devices", "device", NUMBER, "label", "学校食堂",
		"password", password, NULL);
	return r->status == 303 ? r->location : "";
}

static bool shows(struct bench *b, const char *path, const char *text)
{
	struct answer *r = bench_get(b, "officer1", path);
	assert_int_equal(r->status, 200);
	return strstr(r->body, text);
}

static void story(bool postgres)
{
	struct bench *b = bench_open_on(NULL, postgres);
	static const char LEASE[] =
		"{\"node\":\"a\",\"capacity\":10,\"takes\":[\"rtsp\",\"gb28181\"]}";
	static const char OTHER[] = "{\"node\":\"b\",\"capacity\":10,\"takes\":[\"rtsp\"]}";

	assert_int_equal(bench_post(b, "officer1", "/devices", "device", "123", "label", "",
				 "password", "x", NULL)
				 ->status,
		422);
	const char *path = enter(b, "officer1", "Kitchen-28181");
	assert_true(text_starts(path, "/devices/"));
	assert_string_equal(enter(b, "officer1", "Kitchen-28181"), "");
	/* The password goes to the worker that devices register with, and nowhere else. */
	assert_non_null(strstr(bench_machine_json(b, "/internal/cameras/lease", LEASE)->body,
		"{\"id\":\"" NUMBER "\",\"password\":\"Kitchen-28181\"}"));
	assert_null(
		strstr(bench_machine_json(b, "/internal/cameras/lease", OTHER)->body, "Kitchen"));
	assert_null(strstr(bench_machine_get(b, "/internal/cameras")->body, "Kitchen"));
	assert_false(shows(b, path, "Kitchen-28181"));
	assert_false(shows(b, "/devices?format=csv", "Kitchen-28181"));
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE leaf LIKE '%Kitchen%'"), 0);

	for (int twice = 0; twice < 2; twice++)
		assert_int_equal(bench_machine_json(b, "/internal/devices", TOLD)->status, 200);
	assert_true(shows(b, path, "后厨切配间") && !shows(b, path, "script>&"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM gb_channels"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM gb_alarms"), 1);
	assert_true(
		shows(b, "/devices", "食堂录像机") && shows(b, "/devices", "31011200001110000099"));
	assert_true(shows(b, "/devices/alarms", "遮挡报警"));

	bench_golden(b, bench_get(b, "officer1", "/devices"), GOLDEN "devices.html");
	/* A flood is a line of its own, for a day; what is told more counts together. */
	for (int twice = 0; twice < 2; twice++)
		bench_machine_json(b, "/internal/devices",
			"{\"node\":\"a\",\"devices\":[],\"alarms\":[],\"flood\":{\"dropped\":2100,"
			"\"address\":\"203.0.113.5\"}}");
	assert_true(shows(b, "/devices", "4200") && shows(b, "/devices", "203.0.113.5"));
	int64_t before = clock_now();
	bench_clock(b, before + DAY + MINUTE);
	assert_false(shows(b, "/devices", "203.0.113.5"));
	bench_clock(b, before);
	bench_golden(b, bench_get(b, "officer1", path), GOLDEN "device.html");
	bench_golden(b, bench_get(b, "officer1", "/devices/alarms"), GOLDEN "device_alarms.html");
	bench_golden(b, bench_get(b, "officer1", "/devices/new"), GOLDEN "device_form.html");
	bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *channel = arena_printf(
		bench_arena(b), "%s/channels/" CHANNEL "?q=禾记&transport=tcp-passive", path);
	struct answer *r = bench_get(b, "officer1", channel);
	const char *href = strstr(r->body, "/cameras/new?operator=");
	assert_non_null(href);
	bench_golden(b, r, GOLDEN "device_channel.html");
	assert_non_null(strstr(href, "gb28181%3A%2F%2F" NUMBER "%2F" CHANNEL));

	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
	assert_int_equal(bench_get(b, "", "/devices")->status, 303);
	bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/password", path), "password",
		"Another-28181", NULL);
	assert_non_null(strstr(
		bench_machine_json(b, "/internal/cameras/lease", LEASE)->body, "Another-28181"));
	bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/close", path), NULL);
	assert_null(strstr(bench_machine_json(b, "/internal/cameras/lease", LEASE)->body, NUMBER));
	bench_close(b);
}

static void tells(struct bench *b, const char *node, bool online, int64_t since)
{
	const char *json = arena_printf(bench_arena(b),
		"{\"node\":\"%s\",\"devices\":[{\"id\":\"" NUMBER "\",\"known\":true,\"edition\":"
		"\"2016\",\"transport\":\"udp\",\"online\":%s,\"since\":%" PRId64
		",\"address\":\"10.1.2.3\"}]}",
		node, online ? "true" : "false", since);
	assert_int_equal(bench_machine_json(b, "/internal/devices", json)->status, 200);
}

static bool leased(struct bench *b, const char *node)
{
	const char *json = arena_printf(bench_arena(b),
		"{\"node\":\"%s\",\"capacity\":10,\"takes\":[\"rtsp\",\"gb28181\"]}", node);
	struct answer *r = bench_machine_json(b, "/internal/cameras/lease", json);
	assert_int_equal(r->status, 200);
	return strstr(r->body, "\"url\":\"gb28181://");
}

/* A camera of a device is recorded by the node that the device talks to, and goes with it. */
static void moves(bool postgres)
{
	struct bench *b = bench_open_on(NULL, postgres);
	bench_operator(b, "示例面馆", HARNESS_AREA);
	bench_run(b,
		"INSERT INTO cameras SELECT 77, 1, id, area, '热厨一号', 'p', 'gb28181://" NUMBER
		"/" CHANNEL "', 'o', 's', '06:00-22:00', '', 2000, '', 0, 1, 2, 0, 0, 0, '', '', "
		"'', 0, 0, '', '', 0, 0, '', 'open', 1 FROM operators");
	assert_true(leased(b, "b")); /* of a device that is nowhere yet: anybody's */
	assert_false(leased(b, "a"));
	tells(b, "a", true, 1000);
	assert_false(leased(b, "b"));
	assert_true(leased(b, "a"));
	/* It registers elsewhere; what the first node says of it afterwards changes nothing. */
	tells(b, "b", true, 5000);
	tells(b, "a", true, 1000);
	tells(b, "a", false, 9000);
	assert_false(leased(b, "a"));
	assert_true(leased(b, "b"));
	/* That node dies: the other one has it until the device says where it is. */
	bench_clock(b, clock_now() + MINUTE);
	assert_true(leased(b, "a"));
	tells(b, "b", false, 9500);
	tells(b, "a", true, 9900);
	assert_true(leased(b, "a"));
	assert_false(leased(b, "b"));
	bench_close(b);
}

static void leases_follow_devices(void **state)
{
	(void)state;
	moves(false);
	if (bench_has_postgres())
		moves(true);
}

/* A camera that pushes: the program makes the key, and shows the address to those who may change
 * it.
 */
static void pushes(bool postgres)
{
	struct bench *b = bench_open_on(NULL, postgres);
	const char *operator= arena_printf(
		bench_arena(b), "%" PRId64, bench_operator(b, "示例面馆", HARNESS_AREA));
	struct answer *r = bench_post(b, "officer1", "/cameras", "operator", operator, "name",
		"推流", "place", "后厨", "url", "push://", "owner", "o", "standard", "s", "hours",
		"06:00-22:00", "interval_ms", "2000", "valid_from", "2026-11-01", "valid_to",
		"2027-11-01", NULL);
	assert_int_equal(r->status, 303);
	const char *path = r->location, *key = bench_text(b, "SELECT url FROM cameras") + 7;
	assert_int_equal(strlen(key), 32);
	assert_int_equal(strspn(key, "0123456789abcdef"), 32);
	assert_true(shows(b, path, key)); /* no machine takes it yet: the key alone */
	assert_false(shows(b, path, "rtmp://"));
	bench_machine_json(b, "/internal/cameras/lease",
		"{\"node\":\"a\",\"capacity\":9,\"takes\":[\"push\"],\"push_at\":\":1935\"}");
	assert_true(shows(b, path, arena_printf(bench_arena(b), ":1935/live/%s", key)));
	bench_machine_json(b, "/internal/cameras/lease",
		"{\"node\":\"a\",\"capacity\":9,\"takes\":[\"push\"],\"push_at\":\"10.0.0.1:"
		"1936\"}");
	assert_true(
		shows(b, path, arena_printf(bench_arena(b), "rtmp://10.0.0.1:1936/live/%s", key)));
	bench_close(b);
}

static void push_addresses(void **state)
{
	(void)state;
	pushes(false);
	if (bench_has_postgres())
		pushes(true);
}

static void told_and_shown(void **state)
{
	(void)state;
	story(false);
	if (bench_has_postgres())
		story(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(told_and_shown),
		cmocka_unit_test(leases_follow_devices), cmocka_unit_test(push_addresses) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
