/* Stores, sensors, readings and alarms through their pages and the worker's addresses. */
#include "domains/sensors/sensors.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, PAGE_STATEMENTS = 22 };

/* ---- help ---------------------------------------------------------------------------- */
static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static bool says(const struct answer *r, const char *text)
{
	const char *from = strstr(r->body, "<main");
	if (strstr(r->body, text))
		return true;
	fprintf(stderr, "'%s' is not in: %.3500s\n", text, from ? from : r->body);
	return false;
}

static const char *num(struct bench *b, int64_t v)
{
	return arena_printf(bench_arena(b), "%" PRId64, v);
}

static const char *at(struct bench *b, const char *room, int64_t id, const char *rest)
{
	return arena_printf(bench_arena(b), "/%s/%" PRId64 "%s", room, id, rest);
}

static int64_t new_store(struct bench *b, const char *kind)
{
	int64_t o = bench_operator(b, "禾记小馆", HARNESS_AREA);
	struct answer *r = status_is(
		bench_post(b, "officer1", "/stores", "operator", num(b, o), "name", "一号冷库",
			"kind", kind, "place", "后厨北侧", "phone", "13900001111", NULL),
		303);
	assert_true(text_starts(r->location, "/stores/"));
	return bench_int(b, "SELECT max(id) FROM sensor_stores");
}

static struct answer *sensor_form(struct bench *b, int64_t store, const char *device)
{
	return bench_post(b, "officer1", "/sensors", "store", num(b, store), "device", device,
		"measures", "both", "interval_s", "60", "calibrated_at", "2026-06-01",
		"calibration_due", "2027-05-31", "offset_t", "-0.50", "offset_rh", "0", NULL);
}

static int64_t new_sensor(struct bench *b, const char *kind)
{
	status_is(sensor_form(b, new_store(b, kind), "cold-01"), 200);
	return bench_int(b, "SELECT max(id) FROM sensors");
}

/* A reading of cold-01; t in hundredths, before the correction of -0.50. */
static struct answer *send(struct bench *b, int64_t when, int64_t t)
{
	return status_is(bench_machine_json(b, "/internal/readings",
				 arena_printf(bench_arena(b),
					 "{\"readings\":[{\"device\":\"cold-01\",\"at\":%" PRId64
					 ",\"t\":%" PRId64 ",\"rh\":8100}],\"refused\":[]}",
					 when, t)),
		200);
}

/* One a minute, the clock going with them. */
static void warm(struct bench *b, int n, int64_t t)
{
	for (int i = 0; i < n; i++) {
		bench_clock(b, clock_now() + MINUTE);
		send(b, clock_now(), t + i % 2);
	}
}

static int64_t count(struct bench *b, const char *fact)
{
	return bench_int(b, arena_printf(bench_arena(b),
				    "SELECT count(*) FROM ledger WHERE name = '%s'", fact));
}

/* ---- register -------------------------------------------------------------------------- */
static void test_password_is_shown_once(void **state)
{
	struct bench *b = *state;
	int64_t store = new_store(b, "cold");
	struct answer *r = status_is(sensor_form(b, store, "cold-01"), 200);
	const char *kept = bench_text(b, "SELECT credential FROM sensors"), *shown;

	assert_true(says(r, "shian/v1/cold-01/readings"));
	shown = strstr(strstr(r->body, "cold-01</dd>"), "mono\">") + 6;
	shown = arena_copy(bench_arena(b), shown, 43);
	assert_true(text_starts(kept, "$7$101$"));
	assert_null(strstr(kept, shown));
	int64_t id = bench_int(b, "SELECT id FROM sensors");
	assert_null(strstr(bench_get(b, "officer1", at(b, "sensors", id, ""))->body, shown));
	assert_null(strstr(
		bench_get(b, "officer1", at(b, "sensors", id, "?format=json"))->body, "$7$"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE data LIKE '%$7$%'"), 0);
	/* rotated: another one; revoked: none */
	status_is(bench_post(b, "officer1", at(b, "sensors", id, "/password"), NULL), 200);
	assert_string_not_equal(bench_text(b, "SELECT credential FROM sensors"), kept);
	status_is(bench_post(b, "officer1", at(b, "sensors", id, "/revoke"), NULL), 303);
	assert_string_equal(bench_text(b, "SELECT credential FROM sensors"), "");
	status_is(bench_post(b, "officer1", at(b, "sensors", id, "/revoke"), NULL), 409);
	assert_null(strstr(bench_machine_get(b, "/internal/sensors")->body, "cold-01"));
}

static void test_forms_refuse(void **state)
{
	struct bench *b = *state;
	int64_t store = new_store(b, "cold");

	status_is(sensor_form(b, store, "a/b"), 422);
	status_is(sensor_form(b, store, "cold-01"), 200);
	assert_true(says(status_is(sensor_form(b, store, "cold-01"), 422), "已有"));
	status_is(bench_get(b, "officer1", "/stores/new?operator=5"), 422);
	status_is(bench_get(b, "officer1", "/sensors/new?store=5"), 422);
	status_is(bench_post(b, "officer1", "/stores", "operator", "5", "name", "x", "kind", "cold",
			  "place", "y", NULL),
		422);
	status_is(bench_post(b, "officer1", at(b, "stores", store, "/close"), NULL), 409);
	int64_t id = bench_int(b, "SELECT id FROM sensors");
	status_is(bench_post(b, "officer1", at(b, "sensors", id, "/close"), NULL), 303);
	status_is(bench_post(b, "officer1", at(b, "stores", store, "/close"), NULL), 303);
	/* the name is free again */
	status_is(bench_post(b, "officer1", at(b, "stores", store, "/close"), NULL), 303);
	status_is(sensor_form(b, store, "cold-01"), 200);
}

static void test_rights(void **state)
{
	struct bench *b = *state;
	int64_t sensor = new_sensor(b, "cold"),
		store = bench_int(b, "SELECT id FROM sensor_stores");

	status_is(bench_get(b, "officer3", at(b, "stores", store, "")), 403);
	status_is(bench_get(b, "officer3", at(b, "sensors", sensor, "")), 403);
	status_is(bench_get(b, "auditor1", at(b, "stores", store, "")), 200);
	status_is(bench_post(b, "auditor1", at(b, "sensors", sensor, "/revoke"), NULL), 403);
	status_is(bench_post(b, "officer1", "/internal/readings", NULL), 403);
	assert_int_equal(bench_get(b, "", "/stores")->status, 303);
	assert_null(strstr(bench_get(b, "officer3", "/stores")->body, "一号冷库"));
}

/* ---- readings ----------------------------------------------------------------------------- */
static void test_readings_are_filed_once(void **state)
{
	struct bench *b = *state;
	int64_t sensor = new_sensor(b, "cold"), now = clock_now();

	assert_true(says(send(b, now, 450), "\"taken\":1"));
	assert_true(says(send(b, now, 450), "\"doubles\":1"));
	assert_true(says(send(b, now - HOUR, 440), "\"taken\":1")); /* late */
	assert_true(says(send(b, now + HOUR, 440), "\"refused\":1"));
	assert_true(says(send(b, now - 40 * DAY, 440), "\"refused\":1"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_readings"), 2);
	assert_int_equal(bench_int(b, "SELECT max(t) FROM sensor_readings"), 400); /* corrected */
	struct answer *r =
		status_is(bench_machine_json(b, "/internal/readings",
				  "{\"readings\":[{\"device\":\"who\",\"at\":1,\"t\":1}],"
				  "\"refused\":[{\"device\":\"cold-01\",\"why\":\"The message is "
				  "no JSON that can be read.\"}]}"),
			200);
	assert_true(says(r, "\"unknown\":1"));
	assert_int_equal(bench_int(b, "SELECT refused_n FROM sensor_feed"), 3);
	assert_true(says(bench_get(b, "officer1", at(b, "sensors", sensor, "")), "消息不是JSON"));
	status_is(bench_machine_json(b, "/internal/readings", "{"), 400);
}

static void send_clockless(struct bench *b, int64_t when)
{
	status_is(bench_machine_json(b, "/internal/readings",
			  arena_printf(bench_arena(b),
				  "{\"readings\":[{\"device\":\"cold-01\",\"at\":%" PRId64
				  ",\"t\":500,\"clockless\":true}]}",
				  when)),
		200);
}

static void test_a_device_without_a_clock(void **state)
{
	struct bench *b = *state;

	new_sensor(b, "cold");
	for (int i = 0; i < 3; i++) /* the same message, delivered again after a crash */
		send_clockless(b, clock_now() + i * SECOND);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_readings"), 1);
	send_clockless(b, clock_now() + MINUTE);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_readings"), 2);
}

static void test_foreign_payloads_have_their_map(void **state)
{
	struct bench *b = *state;
	int64_t id = new_sensor(b, "cold");

	status_is(bench_post(b, "officer1", at(b, "sensors", id, ""), "device", "cold-01",
			  "measures", "t", "interval_s", "60", "t_pointer", "/data/temp", "t_unit",
			  "c10", "at_pointer", "/ts", "at_unit", "s", NULL),
		303);
	struct answer *r = bench_machine_get(b, "/internal/sensors");
	assert_true(says(
		r, "\"t\":\"/data/temp\",\"t_unit\":\"c10\",\"at\":\"/ts\",\"at_unit\":\"s\""));
}

static void minutes_pass(struct bench *b, int n)
{
	for (int i = 0; i < n; i++)
		bench_minute(b);
}

static void test_hours_are_rolled_and_days_sealed(void **state)
{
	struct bench *b = *state;
	new_sensor(b, "ambient");
	int64_t store = bench_int(b, "SELECT id FROM sensor_stores"), begin = clock_now();

	warm(b, 90, 2000);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_hours"), 1);
	assert_int_equal(bench_int(b, "SELECT n FROM sensor_hours"), 59);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_readings"), 31);
	/* a late one and one that comes again, for an hour that was rolled */
	send(b, begin + 30 * SECOND, 2100);
	send(b, begin + MINUTE, 2000);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT max(n) FROM sensor_hours"), 60);
	assert_int_equal(count(b, "sensor.day_sealed"), 0);
	bench_clock(b, clock_now() + DAY);
	minutes_pass(b, 2);
	assert_int_equal(count(b, "sensor.day_sealed"), 1);
	assert_int_equal(bench_int(b, "SELECT readings FROM sensor_days"), 91);
	struct answer *r =
		bench_get(b, "officer1", at(b, "stores", store, "?span=day&day=2026-11-23"));
	assert_true(says(r, "已在账本中封存"));
	/* late again: sealed again, both digests are in the ledger */
	send(b, begin + 45 * SECOND, 2100);
	minutes_pass(b, 2);
	assert_int_equal(count(b, "sensor.day_sealed"), 2);
	assert_int_equal(bench_int(b, "SELECT readings FROM sensor_days"), 92);
	/* a reading changed behind the program's back */
	bench_run(b, "UPDATE sensor_hours SET body = '60000:1500', n = 1 WHERE hour = (SELECT "
		     "min(hour) FROM sensor_hours)");
	r = bench_get(b, "officer1", at(b, "stores", store, "?span=day&day=2026-11-23"));
	assert_true(says(r, "与账本封存的不一致"));
	bench_run(b, "DELETE FROM sensor_hours");
	r = bench_get(b, "officer1", at(b, "stores", store, "?span=day&day=2026-11-23"));
	assert_true(says(r, "与账本封存的不一致"));
}

static void test_history_is_whole(void **state)
{
	struct bench *b = *state;
	new_sensor(b, "ambient");
	int64_t store = bench_int(b, "SELECT id FROM sensor_stores");

	warm(b, 130, 2000);
	const char *csv =
		bench_get(b, "officer1", at(b, "stores", store, "/readings?format=csv"))->body;
	csv = arena_dup(bench_arena(b), csv);
	int lines = 0;
	for (const char *s = csv; (s = strchr(s, '\n')); s++)
		lines++;
	assert_int_equal(lines, 131);
	assert_non_null(strstr(csv, "19.50"));
	bench_minute(b); /* rolled: the answer is the same */
	assert_string_equal(
		bench_get(b, "officer1", at(b, "stores", store, "/readings?format=csv"))->body,
		csv);
	for (int i = 0; i < 3; i++) {
		static const char *const spans[] = { "day", "week", "month" };
		struct answer *r = status_is(
			bench_get(b, "officer1",
				at(b, "stores", store,
					arena_printf(bench_arena(b), "?span=%s", spans[i]))),
			200);
		assert_true(says(r, "<polyline") || i > 0);
		assert_true(r->statements <= PAGE_STATEMENTS);
	}
}

/* ---- alarms ---------------------------------------------------------------------------------- */
static const char *sms(struct bench *b)
{
	struct bytes all;
	bench_jobs(b);
	const char *path = arena_printf(bench_arena(b), "%s/outbox/sms.jsonl", bench_dir(b));
	if (file_read(bench_arena(b), path, 1 << 20, &all, NULL))
		return "";
	return arena_copy(bench_arena(b), (const char *)all.at, all.n);
}

static int64_t too_warm(struct bench *b)
{
	new_sensor(b, "cold");
	warm(b, 5, 450);
	warm(b, 35, 1250);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_alarms"), 1);
	return bench_int(b, "SELECT id FROM sensor_alarms");
}

static void test_too_warm_becomes_a_case(void **state)
{
	struct bench *b = *state;
	int64_t id = too_warm(b);
	const char *review = at(b, "alarms", id, "/review");

	assert_string_equal(bench_text(b, "SELECT rule FROM sensor_alarms"), "t_high");
	assert_non_null(strstr(sms(b), "13900001111"));
	assert_non_null(strstr(sms(b), "一号冷库"));
	warm(b, 20, 1250);
	bench_minute(b);
	assert_int_equal(count(b, "sensor.alarm_told"), 1); /* once */
	assert_true(says(bench_get(b, "officer1", "/alarms"), "温度过高"));
	assert_true(says(bench_get(b, "officer1", at(b, "alarms", id, "")), "<polyline"));
	status_is(bench_post(b, "officer1", review, "verdict", "confirm", NULL), 303);
	status_is(bench_post(b, "officer1", review, "verdict", "confirm", NULL), 409);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cases"), 0);
	status_is(bench_post(b, "officer2", review, "verdict", "confirm", NULL), 303);
	assert_string_equal(bench_text(b, "SELECT act FROM cases"), "V10");
	assert_string_equal(bench_text(b, "SELECT kind FROM case_evidence"), "EV_ED");
	assert_int_equal(bench_int(b, "SELECT usable FROM case_evidence"), 1);
	int64_t c = bench_int(b, "SELECT id FROM cases"),
		e = bench_int(b, "SELECT id FROM case_evidence");
	const char *path = arena_printf(bench_arena(b), "/evidence/%" PRId64, e);
	struct answer *r = status_is(bench_get(b, "officer1", at(b, "cases", c, "")), 200);
	assert_true(says(r, path));
	r = status_is(bench_get(b, "officer1",
			      at(b, "cases", c, arena_printf(bench_arena(b), "%s/still", path))),
		200);
	assert_string_equal(r->type, "image/svg+xml");
	status_is(bench_get(b, "officer1", at(b, "alarms", id, "/chart")), 200);
	status_is(bench_get(b, "officer1", at(b, "alarms", id, "/readings")), 200);
	bench_golden(b, bench_get(b, "officer1", at(b, "alarms", id, "")),
		"src/domains/sensors/golden/alarm.html");
}

static void test_alarm_ends_and_begins_again(void **state)
{
	struct bench *b = *state;

	too_warm(b);
	warm(b, 3, 450);
	assert_int_equal(count(b, "sensor.alarm_ended"), 1);
	assert_int_equal(bench_int(b, "SELECT worst FROM sensor_alarms"), 1201);
	warm(b, 40, 1250);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_alarms"), 2);
	/* within the store's quiet hour nobody is told; later he is */
	assert_int_equal(count(b, "sensor.alarm_told"), 1);
	warm(b, 30, 1250);
	bench_minute(b);
	assert_int_equal(count(b, "sensor.alarm_told"), 2);
}

static void test_one_rejection_ends_it(void **state)
{
	struct bench *b = *state;
	const char *review = at(b, "alarms", too_warm(b), "/review");

	status_is(bench_post(b, "officer1", review, "verdict", "reject", "reason", " ", NULL), 409);
	status_is(bench_post(b, "officer1", review, "verdict", "reject", "reason", "除霜", NULL),
		303);
	status_is(bench_post(b, "officer2", review, "verdict", "confirm", NULL), 409);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cases"), 0);
	status_is(bench_get(b, "officer1",
			  at(b, "alarms", bench_int(b, "SELECT id FROM sensor_alarms"), "/chart")),
		404);
	status_is(bench_post(b, "officer3", review, "verdict", "confirm", NULL), 403);
}

static void test_a_gap_is_found_and_ends(void **state)
{
	struct bench *b = *state;
	int64_t store;

	new_sensor(b, "cold");
	store = bench_int(b, "SELECT id FROM sensor_stores");
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_alarms"), 0); /* never heard */
	warm(b, 3, 450);
	bench_clock(b, clock_now() + 4 * MINUTE);
	bench_minute(b);
	bench_minute(b);
	assert_string_equal(bench_text(b, "SELECT rule FROM sensor_alarms"), "gap");
	assert_int_equal(count(b, "sensor.alarm_found"), 1);
	assert_non_null(strstr(sms(b), "数据中断"));
	assert_true(says(bench_get(b, "officer1", "/stores?show=gap"), "一号冷库"));
	assert_null(strstr(bench_get(b, "officer1", "/stores?show=alarm")->body, "一号冷库"));
	warm(b, 1, 450);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_alarms WHERE ended_at = 0"), 0);
	assert_null(strstr(bench_get(b, "officer1", "/stores?show=gap")->body, "一号冷库"));
	assert_true(says(bench_get(b, "officer1", at(b, "stores", store, "")), "数据中断"));
}

static void test_calibration_runs_out(void **state)
{
	struct bench *b = *state;
	int64_t id = new_sensor(b, "cold");

	bench_clock(
		b, civil_to_ms((struct civil){ .year = 2027, .month = 6, .day = 1, .hour = 10 }));
	bench_minute(b);
	assert_string_equal(bench_text(b, "SELECT rule FROM sensor_alarms"), "calibration");
	warm(b, 5, 450);
	warm(b, 35, 1250); /* warm, but measured by a sensor nobody calibrated */
	assert_string_equal(bench_text(b, "SELECT usable_why FROM sensor_alarms WHERE rule = "
					  "'t_high'"),
		"The calibration of the sensor was no longer valid then.");
	status_is(bench_post(b, "officer1", at(b, "sensors", id, ""), "device", "cold-01",
			  "measures", "t", "interval_s", "60", "calibrated_at", "2027-06-01",
			  "calibration_due", "2028-05-31", NULL),
		303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sensor_alarms WHERE rule = "
				      "'calibration' AND ended_at > 0"),
		1);
}

/* ---- pages -------------------------------------------------------------------------------------
 */
static void test_pages(void **state)
{
	struct bench *b = *state;
	too_warm(b);
	int64_t store = bench_int(b, "SELECT id FROM sensor_stores");
	struct answer *r = status_is(bench_get(b, "officer1", "/stores"), 200);

	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/sensors/golden/stores.html");
	r = status_is(bench_get(b, "officer1", "/alarms"), 200);
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/sensors/golden/alarms.html");
	bench_golden(b, bench_get(b, "officer1", at(b, "stores", store, "")),
		"src/domains/sensors/golden/store.html");
	assert_true(says(bench_get(b, "officer1", "/stores?format=csv"), "一号冷库"));
	assert_true(says(bench_get(b, "officer1", "/alarms?format=json"), "\"rule\":\"t_high\""));
	assert_true(says(
		bench_get(b, "officer1",
			at(b, "operators", bench_int(b, "SELECT operator FROM sensor_stores"), "")),
		"一号冷库"));
	bench_english(b, true);
	assert_true(says(bench_get(b, "officer1", "/alarms"), "Too warm"));
}

static void test_torture(void **state)
{
	struct bench *b = *state;
	int64_t id = too_warm(b), sensor = bench_int(b, "SELECT id FROM sensors"),
		store = bench_int(b, "SELECT id FROM sensor_stores");

	assert_true(bench_torture(b, "officer1", at(b, "sensors", sensor, "/password"), NULL) > 2);
	assert_true(bench_torture(b, "officer1", "/sensors", "store", num(b, store), "device",
			    "cold-02", "measures", "t", "interval_s", "60", NULL) > 2);
	assert_true(bench_torture(b, "officer1", at(b, "alarms", id, "/review"), "verdict",
			    "confirm", NULL) > 2);
	assert_true(bench_torture(b, "officer2", at(b, "alarms", id, "/review"), "verdict",
			    "confirm", NULL) > 4);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM case_evidence"), 1);
}

#define TESTS(X)                                                                                   \
	X(test_password_is_shown_once)                                                             \
	X(test_forms_refuse)                                                                       \
	X(test_rights)                                                                             \
	X(test_readings_are_filed_once)                                                            \
	X(test_a_device_without_a_clock)                                                           \
	X(test_foreign_payloads_have_their_map)                                                    \
	X(test_hours_are_rolled_and_days_sealed)                                                   \
	X(test_history_is_whole)                                                                   \
	X(test_too_warm_becomes_a_case)                                                            \
	X(test_alarm_ends_and_begins_again)                                                        \
	X(test_one_rejection_ends_it)                                                              \
	X(test_a_gap_is_found_and_ends)                                                            \
	X(test_calibration_runs_out)                                                               \
	X(test_pages)                                                                              \
	X(test_torture)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"sensors", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
