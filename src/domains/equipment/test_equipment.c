/* The register of devices through its pages, on SQLite, and on PostgreSQL where one is there. */
#include "domains/equipment/equipment.h"
#include "domains/equipment/rules.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 20, PAGE_STATEMENTS = 28 }; /* with sign-in and navigation */

static const char *text_of(struct bench *b, int64_t n)
{
	return arena_printf(bench_arena(b), "%" PRId64, n);
}

static const char *account(struct bench *b, const char *login)
{
	return text_of(b, bench_int(b, arena_printf(bench_arena(b),
					       "SELECT id FROM users WHERE login = '%s'", login)));
}

static const char *step(struct bench *b, const char *path, const char *what)
{
	return arena_printf(bench_arena(b), "%s/%s", path, what);
}

static struct answer *enter(struct bench *b, const char *who, const char *number)
{
	return bench_post(b, who, "/equipment", "number", number, "kind", "body_camera", "model",
		"海康 DS-MCW406", "serial", "E1234567", "gb_id", "31011200001320000012",
		"calibration_due", "2026-12-10", "words", "", "camera", "0", "area", "0", NULL);
}

static int facts(struct bench *b, const char *name)
{
	return (int)bench_int(b, arena_printf(bench_arena(b),
					 "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

/* ---- rules ------------------------------------------------------------------------------------
 */
static void test_rules(void **state)
{
	(void)state;
	assert_null(check_equipment_number("ZF-0012"));
	assert_non_null(check_equipment_number("Z"));
	assert_non_null(check_equipment_number("ZF 12"));
	assert_null(check_gb_id("31011200001320000012"));
	assert_non_null(check_gb_id("3101120000132000001"));
	assert_non_null(check_gb_id("3101120000132000001x"));
	assert_null(equipment_move_wrong("store", "repair", "x", false));
	assert_non_null(equipment_move_wrong("store", "repair", "", false));
	assert_non_null(equipment_move_wrong("store", "repair", "x", true)); /* offered */
	assert_null(equipment_move_wrong("issued", "lost", "x", true));
	assert_non_null(equipment_move_wrong("store", "issued", "x", false));
	assert_non_null(equipment_move_wrong("scrapped", "store", "x", false));
	assert_non_null(equipment_move_wrong("store", "sold", "x", false));
	assert_int_equal(due_state_of(0, 100, 200), DUE_NONE);
	assert_int_equal(due_state_of(99, 100, 200), DUE_OVER);
	assert_int_equal(due_state_of(150, 100, 200), DUE_SOON);
	assert_int_equal(due_state_of(200, 100, 200), DUE_OK);
	assert_null(position_wrong(121381000, 31112000));
	assert_non_null(position_wrong(0, 0));
	assert_non_null(position_wrong(181000000, 0));
	assert_non_null(position_wrong(1, -91000000));
	assert_int_equal(position_age(0, 10 * HOUR), AGE_NEVER);
	assert_int_equal(position_age(10 * HOUR - MINUTE, 10 * HOUR), AGE_NOW);
	assert_int_equal(position_age(10 * HOUR - 15 * MINUTE, 10 * HOUR), AGE_LATE);
	assert_int_equal(position_age(9 * HOUR, 10 * HOUR), AGE_OLD);
	assert_non_null(calibration_wrong(101, 0, 100));
	assert_non_null(calibration_wrong(50, 50, 100));
	assert_null(calibration_wrong(50, 51, 100));
}

/* By the officer (o) and by another (x): each step, in each state of the issue. */
static void test_steps(void **state)
{
	static const struct {
		const char *issue, *device, *may;
	} table[] = {
		/* give, receive, return, take; two letters each, a dash for no */
		{ "", "store", "-x------" },
		{ "offered", "store", "--o----x" },
		{ "held", "issued", "----o---" },
		{ "returning", "issued", "-------x" },
		{ "", "repair", "--------" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		for (int k = 0; k < 8; k++) {
			struct issue_facts f = { table[i].device, table[i].issue, 5, 5 + k % 2 };
			assert_int_equal(issue_step_wrong(&f, (enum issue_step)(k / 2)) == NULL,
				table[i].may[k] != '-');
		}
}

/* ---- register ---------------------------------------------------------------------------------
 */
static void test_register(void **state)
{
	struct bench *b = *state;
	struct answer *r = enter(b, "officer1", "ZF-0012");

	assert_int_equal(r->status, 303);
	assert_int_equal(facts(b, "equipment.registered"), 1);
	assert_int_equal(bench_int(b, "SELECT area FROM equipment"), HARNESS_AREA);
	r = bench_get(b, "officer1", r->location);
	assert_int_equal(r->status, 200);
	assert_true(r->statements <= PAGE_STATEMENTS);
	assert_true(answer_has(r, "31011200001320000012"));
	assert_true(answer_has(r, "检定即将到期"));
	bench_golden(b, r, "src/domains/equipment/golden/device.html");
	r = enter(b, "officer2", "ZF-0012");
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "该编号已被其他装备使用"));
	r = bench_post(b, "officer1", "/equipment", "number", "ZF 1", "kind", "ship", "gb_id", "1",
		"camera", "77", "area", "0", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "应为 20 位数字"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM equipment"), 1);
}

static void test_form(void **state)
{
	struct bench *b = *state;
	const char *path = enter(b, "command1", "ZF-0012")->location;
	struct answer *r = bench_get(b, "officer1", "/equipment/new");

	assert_int_equal(r->status, 200);
	bench_golden(b, r, "src/domains/equipment/golden/form.html");
	assert_int_equal(bench_get(b, "command1", step(b, path, "edit"))->status, 200);
	r = bench_post(b, "command1", path, "number", "ZF-0013", "kind", "tablet", "model", "m",
		"serial", "s", "gb_id", "", "calibration_due", "", "words", "w", "camera", "0",
		NULL);
	assert_int_equal(r->status, 303);
	assert_int_equal(facts(b, "equipment.changed"), 1);
	assert_string_equal(bench_text(b, "SELECT number FROM equipment"), "ZF-0013");
	assert_int_equal(bench_int(b, "SELECT calibration_due FROM equipment"), 0);
}

static void test_list(void **state)
{
	struct bench *b = *state;

	assert_true(answer_has(bench_get(b, "officer1", "/equipment"), "暂无装备"));
	enter(b, "officer1", "ZF-0012");
	enter(b, "command1", "ZF-0013"); /* of the whole district */
	struct answer *r = bench_get(b, "officer1", "/equipment");
	assert_true(r->statements <= LIST_STATEMENTS);
	assert_true(answer_has(r, "ZF-0012"));
	assert_null(strstr(r->body, "ZF-0013"));
	bench_golden(b, r, "src/domains/equipment/golden/list.html");
	assert_null(strstr(bench_get(b, "officer3", "/equipment")->body, "ZF-0012"));
	assert_null(strstr(bench_get(b, "command1", "/equipment?kind=dock")->body, "ZF-0012"));
	assert_true(answer_has(bench_get(b, "command1", "/equipment?q=zf-0013"), "ZF-0013"));
	assert_true(answer_has(bench_get(b, "command1", "/equipment?format=csv"), "E1234567"));
}

/* What is due is listed, and counted in the navigation once the clock has set the day. */
static void test_due(void **state)
{
	struct bench *b = *state;

	assert_true(answer_has(bench_get(b, "officer1", "/equipment/due"), "没有到期的检定"));
	enter(b, "officer1", "ZF-0012");
	struct answer *r = bench_get(b, "officer1", "/equipment/due");
	assert_true(answer_has(r, "ZF-0012"));
	assert_true(answer_has(r, "即将到期"));
	bench_golden(b, r, "src/domains/equipment/golden/due.html");
	assert_null(
		strstr(bench_get(b, "officer1", "/equipment")->body, "data-count=\"equipment\">1"));
	bench_minute(b);
	assert_true(
		answer_has(bench_get(b, "officer1", "/equipment"), "data-count=\"equipment\">1"));
	bench_clock(b, clock_now() + 20 * DAY);
	assert_true(answer_has(bench_get(b, "officer1", "/equipment/due"), "检定（校准）逾期"));
	assert_null(strstr(bench_get(b, "officer3", "/equipment/due")->body, "ZF-0012"));
}

/* ---- hands ------------------------------------------------------------------------------------
 */
static void test_hands(void **state)
{
	struct bench *b = *state;
	const char *path = enter(b, "officer1", "ZF-0012")->location;
	const char *officer2 = account(b, "officer2");

	assert_int_equal(bench_post(b, "officer1", step(b, path, "give"), "officer",
				 account(b, "officer1"), NULL)
				 ->status,
		409); /* to oneself */
	assert_int_equal(bench_post(b, "officer1", step(b, path, "give"), "officer",
				 account(b, "officer3"), NULL)
				 ->status,
		422); /* of another station */
	assert_int_equal(bench_post(b, "officer1", step(b, path, "give"), "officer", officer2,
				 "words", "夜查", NULL)
				 ->status,
		303);
	assert_string_equal(bench_text(b, "SELECT state FROM equipment"), "store");
	assert_true(answer_has(bench_get(b, "officer2", "/equipment"), "待您签收"));
	assert_int_equal(bench_post(b, "officer1", step(b, path, "receive"), NULL)->status, 409);
	assert_int_equal(bench_post(b, "officer2", step(b, path, "receive"), NULL)->status, 303);
	assert_string_equal(bench_text(b, "SELECT state FROM equipment"), "issued");
	assert_string_equal(text_of(b, bench_int(b, "SELECT holder FROM equipment")), officer2);
	assert_int_equal(bench_post(b, "officer1", step(b, path, "take"), NULL)->status, 409);
	bench_clock(b, clock_now() + HOUR);
	assert_int_equal(
		bench_post(b, "officer2", step(b, path, "return"), "words", "完好", NULL)->status,
		303);
	assert_int_equal(bench_post(b, "officer2", step(b, path, "take"), NULL)->status, 409);
	assert_int_equal(bench_post(b, "officer1", step(b, path, "take"), NULL)->status, 303);
	assert_int_equal(bench_int(b, "SELECT holder FROM equipment"), 0);
	assert_int_equal(
		bench_int(b, "SELECT until - received_at FROM pub_equipment_issues"), HOUR);
	struct answer *r = bench_get(b, "officer1", path);
	assert_true(answer_has(r, "领用人签收"));
	assert_true(answer_has(r, "完好"));
	bench_golden(b, r, "src/domains/equipment/golden/returned.html");
	static const char *const told[] = { "equipment.issued", "equipment.received",
		"equipment.handed_back", "equipment.returned" };
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(facts(b, told[i]), 1);
}

static void test_lost(void **state)
{
	struct bench *b = *state;
	const char *path = enter(b, "officer1", "ZF-0012")->location;

	bench_post(b, "officer1", step(b, path, "give"), "officer", account(b, "officer2"), NULL);
	bench_post(b, "officer2", step(b, path, "receive"), NULL);
	assert_int_equal(bench_post(b, "officer2", step(b, path, "state"), "state", "repair",
				 "reason", "x", NULL)
				 ->status,
		409);
	assert_int_equal(
		bench_post(b, "officer2", step(b, path, "state"), "state", "lost", NULL)->status,
		409);
	assert_int_equal(bench_post(b, "officer2", step(b, path, "state"), "state", "lost",
				 "reason", "雨中遗失", NULL)
				 ->status,
		303);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM equipment WHERE state = 'lost' AND holder = 0"),
		1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM equipment_issues WHERE state = "
				      "'closed' AND taken_by = 0"),
		1);
	assert_true(answer_has(bench_get(b, "officer1", path), "雨中遗失"));
	assert_int_equal(bench_post(b, "officer1", step(b, path, "state"), "state", "store",
				 "reason", "找回", NULL)
				 ->status,
		303);
	assert_int_equal(bench_post(b, "officer1", step(b, path, "state"), "state", "scrapped",
				 "reason", "旧", NULL)
				 ->status,
		303);
	assert_int_equal(facts(b, "equipment.moved"), 3);
}

static void test_calibration(void **state)
{
	struct bench *b = *state;
	const char *path = enter(b, "officer1", "ZF-0012")->location;
	const char *at = step(b, path, "calibrate");
	struct answer *r;

	assert_int_equal(bench_post(b, "officer1", at, "done_at", "2026-11-24", "body", "计量院",
				 "result", "passed", "clock_offset_ms", "0", NULL)
				 ->status,
		422); /* tomorrow */
	r = bench_post(b, "officer1", at, "done_at", "", "body", "", "result", "passed", NULL);
	assert_int_equal(r->status, 422);
	bench_file(b, "scan", "c.pdf", "application/pdf",
		(struct bytes){ (const uint8_t *)"%PDF", 4 });
	assert_int_equal(bench_post(b, "officer1", at, "done_at", "2026-11-20", "due_at", "",
				 "body", "计量院", "certificate", "JL-7", "result", "passed",
				 "clock_offset_ms", "1500", NULL)
				 ->status,
		303);
	assert_int_equal(bench_int(b, "SELECT clock_offset_ms FROM equipment"), 1500);
	assert_int_equal(
		bench_int(b, "SELECT calibration_due - calibrated_at FROM equipment"), 365 * DAY);
	r = bench_get(b, "officer1", path);
	assert_true(answer_has(r, "JL-7"));
	const char *scan = arena_printf(bench_arena(b), "%s/calibrations/%" PRId64 "/scan", path,
		bench_int(b, "SELECT id FROM equipment_calibrations"));
	assert_int_equal(bench_get(b, "officer1", scan)->status, 200);
	assert_int_equal(bench_get(b, "officer3", scan)->status, 403);
	assert_int_equal(bench_post(b, "officer1", at, "done_at", "2026-11-21", "body", "计量院",
				 "result", "failed", "clock_offset_ms", "0", NULL)
				 ->status,
		303);
	assert_string_equal(bench_text(b, "SELECT state FROM equipment"), "repair");
	assert_int_equal(facts(b, "equipment.calibrated"), 2);
}

static void test_rights(void **state)
{
	struct bench *b = *state;
	const char *path = enter(b, "officer1", "ZF-0012")->location;

	assert_int_equal(enter(b, "auditor1", "ZF-0013")->status, 403);
	assert_int_equal(bench_get(b, "auditor1", path)->status, 200);
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
	assert_int_equal(bench_get(b, "officer3", step(b, path, "edit"))->status, 403);
	assert_int_equal(
		bench_post(b, "officer3", step(b, path, "give"), "officer", "1", NULL)->status,
		403);
	assert_int_equal(bench_post(b, "auditor1", step(b, path, "take"), NULL)->status, 403);
	assert_int_equal(bench_get(b, "", "/equipment")->status, 303);
}

/* ---- positions --------------------------------------------------------------------------------
 */
static const char *at_place(struct bench *b, const char *device, int64_t at, int64_t lat)
{
	return arena_printf(bench_arena(b),
		"{\"positions\":[{\"device\":\"%s\",\"at\":%" PRId64
		",\"longitude\":121381000,\"latitude\":%" PRId64
		",\"speed\":420,\"direction\":9000}]}",
		device, at, lat);
}

static void test_positions(void **state)
{
	static const char device[] = "31011200001320000012";
	struct bench *b = *state;
	int64_t now = clock_now();

	enter(b, "officer1", "ZF-0012");
	for (int i = 5; i >= 0; i--)
		assert_int_equal(bench_machine_json(b, "/internal/positions",
					 at_place(b, device, now - i * MINUTE, 31112000 + i * 900))
					 ->status,
			200);
	bench_machine_json(b, "/internal/positions", at_place(b, device, now, 31112000));
	bench_machine_json(b, "/internal/positions", at_place(b, device, now, 95000000));
	bench_machine_json(
		b, "/internal/positions", at_place(b, "99999999999999999999", now, 31112000));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM equipment_positions"), 6);
	struct answer *r = bench_get(b, "officer1", "/equipment/map");
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "\"lat\":31112000"));
	assert_true(answer_has(r, "当前"));
	assert_null(strstr(r->body, "/cameras/0")); /* no camera, no live picture */
	bench_golden(b, r, "src/domains/equipment/golden/map.html");
	r = bench_get(b, "command1",
		arena_printf(bench_arena(b), "/equipment/map?format=json&device=%" PRId64,
			bench_int(b, "SELECT id FROM equipment")));
	assert_true(answer_has(r, "\"trail_points\":6"));
	assert_null(strstr(r->body, "<script")); /* what the page is made of is not in the JSON */
	assert_null(strstr(bench_get(b, "officer3", "/equipment/map")->body, "ZF-0012"));
	assert_int_equal(bench_get(b, "reviewer1", "/equipment/map")->status, 403);
	assert_int_equal(
		bench_post_json(b, "officer1", "/internal/positions", "{\"positions\":[]}")->status,
		403);
	assert_int_equal(bench_machine_json(b, "/internal/positions", "{")->status, 400);
	bench_clock(b, now + 10 * MINUTE);
	assert_true(answer_has(bench_get(b, "officer1", "/equipment/map"), "稍早"));
	bench_clock(b, now + 40 * DAY);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM equipment_positions"), 0);
}

/* A clock years off does not hide a device, nor make it seem to be here for ever. */
static void test_position_clock(void **state)
{
	struct bench *b = *state;
	int64_t now = clock_now();

	enter(b, "officer1", "ZF-0012");
	bench_machine_json(b, "/internal/positions",
		at_place(b, "31011200001320000012", now + 800 * DAY, 31112000));
	assert_int_equal(bench_int(b, "SELECT max(at) FROM equipment_positions"), now);
}

static void test_map_base(void **state)
{
	struct bench *b = *state;
	struct fault why = { 0 };
	const char *dir = arena_printf(bench_arena(b), "%s/map", bench_dir(b));
	static const char shape[] = "{\"type\":\"FeatureCollection\",\"features\":[]}";

	assert_int_equal(bench_get(b, "", "/map/base")->status, 303);
	assert_true(answer_has(bench_get(b, "officer1", "/map/base"), "\"outline\":\"\""));
	assert_int_equal(bench_get(b, "officer1", "/map/outline")->status, 404);
	assert_int_equal(dir_make(dir, &why), OK);
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/outline.json", dir), shape,
				 sizeof(shape) - 1, 0640, &why),
		OK);
	assert_true(answer_has(bench_get(b, "officer1", "/map/base"), "/map/outline"));
	assert_int_equal(bench_get(b, "officer1", "/map/outline")->status, 200);
}

static void test_torture(void **state)
{
	struct bench *b = *state;

	assert_true(
		bench_torture(b, "officer1", "/equipment", "number", "ZF-0012", "kind",
			"body_camera", "model", "m", "serial", "s", "gb_id", "", "calibration_due",
			"", "words", "", "camera", "0", "area", "0", NULL) > 3);
	const char *path = arena_printf(
		bench_arena(b), "/equipment/%" PRId64, bench_int(b, "SELECT id FROM equipment"));
	bench_torture(
		b, "officer1", step(b, path, "give"), "officer", account(b, "officer2"), NULL);
	bench_torture(b, "officer2", step(b, path, "receive"), NULL);
	bench_torture(b, "officer2", step(b, path, "return"), "words", "w", NULL);
	bench_torture(b, "officer1", step(b, path, "take"), NULL);
	bench_torture(b, "officer1", step(b, path, "calibrate"), "done_at", "2026-11-20", "due_at",
		"", "body", "x", "certificate", "", "result", "passed", "clock_offset_ms", "0",
		NULL);
	bench_torture(b, "officer1", step(b, path, "state"), "state", "lost", "reason", "r", NULL);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM equipment WHERE state = 'lost'"), 1);
}

#define TESTS(X)                                                                                   \
	X(test_rules)                                                                              \
	X(test_steps)                                                                              \
	X(test_register)                                                                           \
	X(test_form)                                                                               \
	X(test_list)                                                                               \
	X(test_due)                                                                                \
	X(test_hands)                                                                              \
	X(test_lost)                                                                               \
	X(test_calibration)                                                                        \
	X(test_rights) X(test_positions) X(test_position_clock) X(test_map_base) X(test_torture)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"equipment", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
