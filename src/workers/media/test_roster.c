#include "workers/media/roster.h"

#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

static enum err parse(struct arena *a, const char *json, struct roster *out)
{
	return roster_parse(a, (struct bytes){ (const uint8_t *)json, strlen(json) }, out, NULL);
}

static void reads_the_list(void **state)
{
	struct arena *a = arena_new();
	struct roster r;
	(void)state;
	assert_int_equal(
		parse(a,
			"{\"cameras\":[{\"id\":\"9\",\"name\":\"后厨\",\"url\":\"rtsp://h/9\","
			"\"enabled\":true,\"more\":[1]},{\"id\":\"10\",\"url\":\"rtsp://h/10\","
			"\"enabled\":false},{\"id\":\"../x\",\"url\":\"rtsp://h\"},{\"id\":3},"
			"{\"id\":\"9\",\"url\":\"rtsp://h/other\"},{\"id\":\"8\"},7]}",
			&r),
		OK);
	assert_int_equal(r.n, 3);
	assert_string_equal(r.at[0].id, "10");
	assert_false(r.at[0].enabled);
	assert_false(roster_find(&r, "8")->enabled); /* without an address */
	assert_true(roster_find(&r, "9")->enabled);
	assert_null(roster_find(&r, "11"));
	assert_int_equal(parse(a, "{\"cameras\":[]}", &r), OK);
	assert_int_equal(r.n, 0);
	assert_null(roster_find(&r, "9"));
	arena_free(a);
}

static void refuses_what_is_no_list(void **state)
{
	static const char *const BAD[] = { "", "{", "[]", "{}", "null", "{\"cameras\":{}}",
		"{\"cameras\":[],\"cameras\":[]}", "{\"cameras\":[]} x" };
	struct arena *a = arena_new();
	struct roster r;
	(void)state;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++) {
		assert_int_equal(parse(a, BAD[i], &r), E_INVALID);
		assert_int_equal(r.n, 0);
	}
	arena_free(a);
}

static void tells_what_changed(void **state)
{
	struct arena *a = arena_new();
	struct roster before, after;
	struct roster_changes c;
	(void)state;
	assert_int_equal(
		parse(a,
			"{\"cameras\":[{\"id\":\"1\",\"url\":\"rtsp://a\"},"
			"{\"id\":\"2\",\"url\":\"rtsp://b\"},{\"id\":\"3\",\"url\":\"rtsp://c\"},"
			"{\"id\":\"4\",\"url\":\"rtsp://d\",\"enabled\":false},"
			"{\"id\":\"5\",\"url\":\"rtsp://e\"}]}",
			&before),
		OK);
	assert_int_equal(
		parse(a,
			"{\"cameras\":[{\"id\":\"1\",\"url\":\"rtsp://a\"},"
			"{\"id\":\"2\",\"url\":\"rtsp://new\"},"
			"{\"id\":\"3\",\"url\":\"rtsp://c\",\"enabled\":false},"
			"{\"id\":\"4\",\"url\":\"rtsp://d\"},{\"id\":\"6\",\"url\":\"rtsp://f\"}]}",
			&after),
		OK);
	static const struct roster_change WANT[] = { { ROSTER_RESTART, "2" }, { ROSTER_STOP, "3" },
		{ ROSTER_STOP, "5" }, { ROSTER_START, "4" }, { ROSTER_START, "6" } };
	roster_diff(a, &before, &after, &c);
	assert_int_equal(c.n, 5);
	for (size_t i = 0; i < c.n; i++) {
		assert_int_equal(c.at[i].step, WANT[i].step);
		assert_string_equal(c.at[i].id, WANT[i].id);
	}
	roster_diff(a, &after, &after, &c);
	assert_int_equal(c.n, 0);
	arena_free(a);
}

/* The interval belongs to vision, but for cameras that are asked for pictures. */
static void the_interval_restarts_snapshots_only(void **state)
{
	struct arena *a = arena_new();
	struct roster_camera before[] = {
		{ .id = "1",
			.url = "http://c/a.jpg",
			.reader = "",
			.interval_ms = 1,
			.enabled = true },
		{ .id = "2", .url = "rtsp://c/a", .reader = "", .interval_ms = 1, .enabled = true },
	};
	static const char JSON[] =
		"{\"cameras\":[{\"id\":\"1\",\"url\":\"http://c/a.jpg\",\"interval_ms\":2000},"
		"{\"id\":\"2\",\"url\":\"rtsp://c/a\",\"interval_ms\":2000}]}";
	struct roster now = { before, 2 }, after;
	struct roster_changes todo;
	(void)state;
	assert_int_equal(roster_parse(a, (struct bytes){ (const uint8_t *)JSON, sizeof(JSON) - 1 },
				 &after, NULL),
		OK);
	assert_int_equal(after.at[0].interval_ms, 2000);
	roster_diff(a, &now, &after, &todo);
	assert_int_equal(todo.n, 1);
	assert_int_equal(todo.at[0].step, ROSTER_RESTART);
	assert_string_equal(todo.at[0].id, "1");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_list),
		cmocka_unit_test(refuses_what_is_no_list),
		cmocka_unit_test(tells_what_changed),
		cmocka_unit_test(the_interval_restarts_snapshots_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
