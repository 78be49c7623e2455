/* Cells and tasks through their pages; on SQLite, and on PostgreSQL where one is there. */
#include "domains/grid/cells.h"
#include "domains/grid/tasks.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
	MAP_STATEMENTS = 12,
	CELL_STATEMENTS = 18,
	LIST_STATEMENTS = 12,
	PAGE_STATEMENTS = 20,
	RECORD_STATEMENTS = 40
};

static const char *text_of(struct bench *b, int64_t n)
{
	return arena_printf(bench_arena(b), "%" PRId64, n);
}

static const char *account(struct bench *b, const char *login)
{
	return text_of(b, bench_int(b, arena_printf(bench_arena(b),
					       "SELECT id FROM users WHERE login = '%s'", login)));
}

static int facts(struct bench *b, const char *name)
{
	return (int)bench_int(b, arena_printf(bench_arena(b),
					 "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

static void enter(struct bench *b, const char *login)
{
	assert_int_equal(bench_post(b, "admin1", "/officers", "account", account(b, login),
				 "card_no", arena_printf(bench_arena(b), "ZF-%s", login),
				 "card_valid_to", "2027-12-31", "station", "莘庄所", NULL)
				 ->status,
		303);
}

/* Two cells of the town of officer1: west and east of 121.38. */
static const char west_east[] =
	"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
	"\"area\":"
	"\"310112101\",\"code\":\"XZ-1\",\"name\":\"莘庄西\"},\"geometry\":{\"type\":\"Polygon\","
	"\"coordinates\":[[[121.3,31],[121.38,31],[121.38,31.2],[121.3,31.2],[121.3,31]]]}},{"
	"\"type\":"
	"\"Feature\",\"properties\":{\"area\":310112101,\"code\":\"XZ-2\",\"name\":\"莘庄东\"},"
	"\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[121.38,31],[121.5,31],[121.5,31.2],"
	"[121.38,31.2],[121.38,31]]]}}]}";

static void attach(struct bench *b, const char *text)
{
	bench_file(b, "file", "cells.geojson", "application/geo+json",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
}

static struct answer *import(struct bench *b, const char *text)
{
	attach(b, text);
	return bench_post(b, "admin1", "/grid/cells", NULL);
}

static int64_t operator_at(struct bench *b, const char *name, int64_t lat, int64_t lon)
{
	int64_t id = bench_operator(b, name, HARNESS_AREA);

	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE operators SET lat = %" PRId64 ", lon = %" PRId64
			     " WHERE id = %" PRId64,
			     lat, lon, id));
	return id;
}

static const char *cell_of(struct bench *b, int64_t operator)
{
	return bench_text(
		b, arena_printf(bench_arena(b),
			   "SELECT c.code FROM grid_places p JOIN pub_grid_cells c ON c.id = "
			   "p.cell WHERE p.operator = %" PRId64,
			   operator));
}

/* ---- cells
 * --------------------------------------------------------------------------------------- */
static void test_cells(void **state)
{
	struct bench *b = *state;
	int64_t w = operator_at(b, "禾记小馆", 31112000, 121379999),
		e = operator_at(b, "竹苑面馆", 31112000, 121380000), /* on the edge: one of both */
		out = operator_at(b, "远方酒楼", 32000000, 121380000),
		none = operator_at(b, "无名小吃", 0, 0);

	assert_string_equal(cell_of(b, none), "310112101"); /* the town's catch-all */
	struct answer *r = import(b, west_east);
	assert_int_equal(r->status, 303);
	assert_int_equal(facts(b, "grid.cells_changed"), 1);
	bench_jobs(b);
	assert_string_equal(cell_of(b, w), "XZ-1");
	assert_string_equal(cell_of(b, e), "XZ-2");
	assert_string_equal(cell_of(b, out), "310112101");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_places"), 4);
	r = bench_get(b, "officer1", "/grid");
	assert_true(r->statements <= MAP_STATEMENTS);
	assert_true(answer_has(r, "莘庄东"));
	bench_golden(b, r, "src/domains/grid/golden/map.html");
	assert_null(strstr(bench_get(b, "officer3", "/grid")->body, "莘庄东"));
	r = bench_get(b, "officer1", "/grid/missing");
	assert_true(answer_has(r, "远方酒楼"));
	assert_true(answer_has(r, "无坐标"));
	assert_null(strstr(r->body, "禾记小馆"));
	const char *path = arena_printf(bench_arena(b), "/grid/%" PRId64,
		bench_int(b, "SELECT id FROM grid_cells WHERE code = 'XZ-1'"));
	enter(b, "officer1");
	assert_int_equal(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/charge", path),
				 "officer", account(b, "officer1"), NULL)
				 ->status,
		403);
	assert_int_equal(bench_post(b, "admin1", arena_printf(bench_arena(b), "%s/charge", path),
				 "officer", account(b, "officer3"), NULL)
				 ->status,
		422);
	assert_int_equal(bench_post(b, "admin1", arena_printf(bench_arena(b), "%s/charge", path),
				 "officer", account(b, "officer1"), NULL)
				 ->status,
		303);
	r = bench_get(b, "officer1", path);
	assert_true(r->statements <= CELL_STATEMENTS);
	bench_golden(b, r, "src/domains/grid/golden/cell.html");
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
	/* a new file of the same codes: who answers goes on answering */
	assert_int_equal(import(b, west_east)->status, 303);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_cells WHERE state = 'active'"), 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_grid_places WHERE officer > 0"), 1);
	assert_string_equal(cell_of(b, w), "XZ-1");
}

static void test_import_refused(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "{", "无法读取 GeoJSON 文件" },
		{ "{\"features\":[]}", "没有要素" },
		{ "{\"features\":[{\"properties\":{\"area\":\"1\",\"code\":\"a\",\"name\":\"b\"}}]"
		  "}",
			"第 1 个要素：属性 area" },
		{ "{\"features\":[{\"properties\":{\"area\":\"310112101\",\"code\":\"\",\"name\":"
		  "\"b\"}"
		  "}]}",
			"第 1 个要素须有 code" },
		{ "{\"features\":[{\"properties\":{\"area\":\"310112101\",\"code\":\"a\",\"name\":"
		  "\"b\"}"
		  ",\"geometry\":{\"type\":\"Point\"}}]}",
			"不是 Polygon" },
	};

	assert_int_equal(bench_post(b, "admin1", "/grid/cells", NULL)->status, 422);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct answer *r = import(b, bad[i].text);
		assert_int_equal(r->status, 422);
		assert_true(answer_has(r, bad[i].says));
	}
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_cells"), 0);
	attach(b, west_east);
	assert_int_equal(bench_post(b, "officer1", "/grid/cells", NULL)->status, 403);
	assert_int_equal(bench_get(b, "admin1", "/grid/import")->status, 200);
}

/* ---- tasks
 * --------------------------------------------------------------------------------------- */
/* A business in the western cell, of which officer1 is in charge. */
static int64_t station(struct bench *b)
{
	int64_t id = operator_at(b, "禾记小馆", 31112000, 121379999);

	enter(b, "officer1");
	enter(b, "officer2");
	assert_int_equal(import(b, west_east)->status, 303);
	bench_jobs(b);
	assert_int_equal(
		bench_post(b, "admin1",
			arena_printf(bench_arena(b), "/grid/%" PRId64 "/charge",
				bench_int(b, "SELECT id FROM grid_cells WHERE code = 'XZ-1'")),
			"officer", account(b, "officer1"), NULL)
			->status,
		303);
	return id;
}

static struct answer *give(struct bench *b, int64_t operator, const char * due)
{
	return bench_post(b, "command1", "/tasks", "operator", text_of(b, operator), "kind",
		"visit", "words", "核实投诉", "due_at", due, NULL);
}

static void test_tasks(void **state)
{
	struct bench *b = *state;
	int64_t o = station(b);

	assert_true(answer_has(bench_get(b, "officer1", "/tasks"), "暂无任务"));
	assert_int_equal(give(b, o, "2026-11-22")->status, 422);
	assert_int_equal(give(b, 5, "2026-11-25")->status, 422);
	struct answer *r = give(b, o, "2026-11-25");
	assert_int_equal(r->status, 303);
	const char *path = r->location;
	r = bench_get(b, "officer1", "/tasks");
	assert_true(r->statements <= LIST_STATEMENTS);
	assert_true(answer_has(r, "核实投诉"));
	bench_golden(b, r, "src/domains/grid/golden/tasks.html");
	assert_null(strstr(bench_get(b, "officer2", "/tasks")->body, "核实投诉"));
	assert_true(answer_has(bench_get(b, "officer2", "/tasks?of=all"), "核实投诉"));
	assert_null(strstr(bench_get(b, "officer3", "/tasks?of=all")->body, "核实投诉"));
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
	r = bench_get(b, "officer1", path);
	assert_true(r->statements <= PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/grid/golden/task.html");
	const char *over = arena_printf(bench_arena(b), "%s/hand-over", path),
		   *finish = arena_printf(bench_arena(b), "%s/finish", path);
	assert_int_equal(bench_post(b, "officer2", over, "officer", account(b, "officer2"),
				 "reason", "x", NULL)
				 ->status,
		409); /* another's */
	assert_int_equal(bench_post(b, "officer1", over, "officer", account(b, "officer2"),
				 "reason", "", NULL)
				 ->status,
		422);
	assert_int_equal(bench_post(b, "officer1", over, "officer", account(b, "officer3"),
				 "reason", "x", NULL)
				 ->status,
		422);
	assert_int_equal(bench_post(b, "officer1", over, "officer", account(b, "officer2"),
				 "reason", "外出培训", NULL)
				 ->status,
		303);
	assert_true(answer_has(bench_get(b, "officer2", path), "外出培训"));
	assert_int_equal(bench_post(b, "officer2", finish, "outcome", "", NULL)->status, 422);
	assert_int_equal(
		bench_post(b, "officer2", finish, "outcome", "记录 2026-17", NULL)->status, 303);
	assert_int_equal(bench_post(b, "officer2", finish, "outcome", "x", NULL)->status, 409);
	assert_int_equal(facts(b, "task.done"), 1);
	assert_true(answer_has(bench_get(b, "officer2", "/tasks?state=done"), "核实投诉"));
	assert_int_equal(bench_get(b, "auditor1", path)->status, 200);
	assert_int_equal(bench_post(b, "auditor1", finish, "outcome", "x", NULL)->status, 403);
	assert_true(answer_has(bench_get(b, "command1",
				       arena_printf(bench_arena(b), "/tasks/new?licence=%s",
					       bench_text(b, "SELECT licence_no FROM operators"))),
		"禾记小馆"));
	assert_true(answer_has(
		bench_get(b, "command1", "/tasks/new?licence=JYX0"), "没有该许可证编号"));
}

/* Overdue: once, to the head, and on the head's own list. */
static void test_escalation(void **state)
{
	struct bench *b = *state;

	give(b, station(b), "2026-11-25");
	bench_clock(b, clock_now() + 2 * DAY + 13 * HOUR); /* the last day, 23:00 */
	bench_minute(b);
	assert_int_equal(facts(b, "task.escalated"), 0);
	bench_clock(b, clock_now() + 2 * HOUR);
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(facts(b, "task.escalated"), 1);
	assert_true(answer_has(bench_get(b, "head1", "/tasks"), "核实投诉"));
	assert_true(answer_has(bench_get(b, "officer1", "/tasks"), "已逾期"));
}

/* A draw gives both inspectors a task; an exchange moves it; the inspection ends it. */
static void test_from_draw(void **state)
{
	struct bench *b = *state;
	int64_t o = station(b);

	bench_post(b, "head1", "/draws", "title", "十一月抽查", "area", "310112101", "kinds", "",
		"due_at", "2026-12-21", "per_mille_3", "1000", NULL);
	assert_int_equal(bench_post(b, "head1",
				 arena_printf(bench_arena(b), "/draws/%" PRId64 "/draw",
					 bench_int(b, "SELECT id FROM draws")),
				 "witness", "李监督", "word", "秋分", NULL)
				 ->status,
		303);
	bench_jobs(b);
	assert_int_equal(facts(b, "task.opened"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_tasks t JOIN draw_lots l ON "
				      "l.operator = t.operator AND l.inspector1 = t.officer AND "
				      "l.inspector2 = t.officer2 WHERE t.kind = 'draw'"),
		1);
	assert_true(answer_has(bench_get(b, "officer1", "/tasks"), "双随机检查"));
	assert_true(answer_has(bench_get(b, "officer2", "/tasks"), "双随机检查"));
	const char *path = arena_printf(
		bench_arena(b), "/tasks/%" PRId64, bench_int(b, "SELECT id FROM grid_tasks"));
	assert_int_equal(
		bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/hand-over", path),
			"officer", account(b, "officer2"), "reason", "x", NULL)
			->status,
		409); /* never by hand */
	assert_int_equal(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/finish", path),
				 "outcome", "x", NULL)
				 ->status,
		409);
	assert_int_equal(
		bench_post(b, "officer1",
			arena_printf(bench_arena(b), "/operators/%" PRId64 "/close", o), NULL)
			->status,
		303);
	assert_int_equal(facts(b, "task.cancelled"), 1);
	/* the cause of the task is the draw's fact */
	assert_int_equal(bench_int(b, "SELECT cause FROM ledger WHERE name = 'task.opened'"),
		bench_int(b, "SELECT seq FROM ledger WHERE name = 'draw.assigned'"));
}

/* An act of a case, as the ledger has it: by officer1, at this moment. */
struct act_step {
	const char *fact;
	int64_t officer, operator;
};

static enum err act_write(struct req *rq, void *arg)
{
	const struct act_step *s = arg;
	struct user u = { .id = s->officer, .login = "officer1", .name = "", .role = "officer" };
	const struct user *program = rq->user;

	rq->user = &u;
	enum err e = emit(rq, s->fact, 77, s->operator);
	rq->user = program;
	return e;
}

static void act(struct bench *b, const char *fact, int64_t operator)
{
	struct act_step s = {
		fact, bench_int(b, "SELECT id FROM users WHERE login = 'officer1'"), operator};

	assert_int_equal(bench_write(b, act_write, &s), OK);
}

/* ---- full-process record
 * -------------------------------------------------------------------------- */
static void test_record(void **state)
{
	struct bench *b = *state;
	int64_t o = station(b), at = clock_now();
	const char *path =
		arena_printf(bench_arena(b), "/officers/%s/record", account(b, "officer1"));

	assert_true(answer_has(bench_get(b, "officer1", path), "当日无执法行为"));
	bench_run(b,
		arena_printf(bench_arena(b),
			"INSERT INTO recordings (id, version, device, device_number, issue, "
			"officer, area, name, format, codecs, size, device_started_at, "
			"device_ended_at, clock_offset_ms, started_at, ended_at, time_source, sm3, "
			"sha256, dock, docked_by, docked_at, manifest, state, removed_at) VALUES "
			"(9, 1, 1, 'ZF-1', 1, %s, 310112101, 'a.mp4', 'mp4', 'h264', 1, 0, 0, 0, "
			"%" PRId64 ", %" PRId64 ", 'container', 'x', 'y', '', 0, 0, '', 'kept', 0)",
			account(b, "officer1"), at - HOUR, at - 2 * MINUTE));
	act(b, "case.evidence_added", o);
	act(b, "case.heard", o);
	struct answer *r = bench_get(b, "officer1", path);
	assert_true(r->statements <= RECORD_STATEMENTS);
	assert_true(answer_has(r, "/recordings/9"));
	assert_true(answer_has(r, "当日每项执法行为均已按要求记录"));
	bench_run(b, "UPDATE recordings SET officer = 7");
	r = bench_get(b, "officer1", path);
	assert_true(answer_has(r, "缺少： 执法记录仪视音频"));
	bench_golden(b, r, "src/domains/grid/golden/record.html");
	bench_clock(b, at + DAY);
	assert_true(answer_has(bench_get(b, "officer1", path), "当日无执法行为"));
	assert_true(answer_has(
		bench_get(b, "auditor1",
			arena_printf(bench_arena(b), "%s?day=2026-11-23&format=json", path)),
		"\"missing\":1"));
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
}

static void test_torture(void **state)
{
	struct bench *b = *state;
	int64_t o = station(b);

	bench_torture(b, "admin1",
		arena_printf(bench_arena(b), "/grid/%d/charge", (int)HARNESS_AREA), "officer",
		account(b, "officer2"), NULL);
	bench_torture(b, "command1", "/tasks", "operator", text_of(b, o), "kind", "visit", "words",
		"核实投诉", "due_at", "2026-11-25", NULL);
	const char *path = arena_printf(
		bench_arena(b), "/tasks/%" PRId64, bench_int(b, "SELECT id FROM grid_tasks"));
	bench_torture(b, "officer1", arena_printf(bench_arena(b), "%s/hand-over", path), "officer",
		account(b, "officer2"), "reason", "外出", NULL);
	bench_torture(b, "officer2", arena_printf(bench_arena(b), "%s/finish", path), "outcome",
		"已核实", NULL);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_tasks WHERE state = 'done'"), 1);
}

#define TESTS(X)                                                                                   \
	X(test_cells)                                                                              \
	X(test_import_refused)                                                                     \
	X(test_tasks) X(test_escalation) X(test_from_draw) X(test_record) X(test_torture)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"tasks", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
