/* Early warnings through their pages and their job, with the tasks of the grid; on SQLite, and on
 * PostgreSQL where one is there. */
#include "domains/warnings/warnings.h"
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 14, PAGE_STATEMENTS = 16 };

static const char *text_of(struct bench *b, int64_t n)
{
	return arena_printf(bench_arena(b), "%" PRId64, n);
}

static int facts(struct bench *b, const char *name)
{
	return (int)bench_int(b, arena_printf(bench_arena(b),
					 "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

static int living(struct bench *b, const char *rule)
{
	return (int)bench_int(
		b, arena_printf(bench_arena(b),
			   "SELECT count(*) FROM warnings WHERE rule = '%s' AND state <> 'closed'",
			   rule));
}

static int64_t account(struct bench *b, const char *login)
{
	return bench_int(
		b, arena_printf(bench_arena(b), "SELECT id FROM users WHERE login = '%s'", login));
}

/* officer1 answers for the town as a whole. */
static void station(struct bench *b)
{
	assert_int_equal(
		bench_post(b, "admin1", "/officers", "account", text_of(b, account(b, "officer1")),
			"card_no", "ZF-1", "card_valid_to", "2027-12-31", "station", "莘庄所", NULL)
			->status,
		303);
	assert_int_equal(bench_post(b, "admin1",
				 arena_printf(bench_arena(b), "/grid/%d/charge", (int)HARNESS_AREA),
				 "officer", text_of(b, account(b, "officer1")), NULL)
				 ->status,
		303);
}

static int64_t business(struct bench *b, const char *name, const char *valid_to)
{
	int64_t id = bench_operator(b, name, HARNESS_AREA), ms;

	assert_true(date_parse(valid_to, &ms));
	bench_run(b,
		arena_printf(bench_arena(b),
			"UPDATE operators SET licence_valid_to = %" PRId64 " WHERE id = %" PRId64,
			ms, id));
	return id;
}

static void look(struct bench *b)
{
	assert_int_equal(bench_post(b, "head1", "/warnings/run", NULL)->status, 303);
	bench_jobs(b);
}

struct filed_entry {
	const char *kind, *at, *title;
};
static void entry_(struct bench *b, int64_t operator, struct filed_entry p)
{
	assert_int_equal(
		bench_post(b, "officer1",
			arena_printf(bench_arena(b), "/operators/%" PRId64 "/entries", operator),
			"kind", p.kind, "at", p.at, "title", p.title, NULL)
			->status,
		303);
}
#define entry(b, operator, ...) entry_(b, operator,(struct filed_entry){ __VA_ARGS__ })

static const char *task_of(struct bench *b)
{
	return arena_printf(bench_arena(b), "/tasks/%" PRId64,
		bench_int(b, "SELECT max(id) FROM grid_tasks WHERE state = 'open'"));
}

/* ---- one warning from its raising to its end ------------------------------------------------ */
static void test_licence(void **state)
{
	struct bench *b = *state;
	int64_t o;

	station(b);
	o = business(b, "禾记小馆", "2026-12-15");
	business(b, "竹苑面馆", "2028-01-01");
	assert_true(answer_has(bench_get(b, "officer1", "/warnings"), "暂无预警"));
	look(b);
	look(b); /* the same cause: one warning */
	assert_int_equal(facts(b, "warning.raised"), 1);
	assert_int_equal(facts(b, "task.opened"), 1);
	assert_int_equal(bench_int(b, "SELECT officer FROM grid_tasks"), account(b, "officer1"));
	assert_int_equal(bench_int(b, "SELECT due_at FROM grid_tasks"),
		bench_int(b, "SELECT due_at FROM warnings"));
	assert_int_equal(bench_int(b, "SELECT cause FROM ledger WHERE name = 'task.opened'"),
		bench_int(b, "SELECT seq FROM ledger WHERE name = 'warning.raised'"));
	struct answer *r = bench_get(b, "officer1", "/warnings");
	assert_true(r->statements <= LIST_STATEMENTS);
	assert_true(answer_has(r, "许可证即将到期"));
	assert_true(answer_has(r, "有效期至 2026-12-15"));
	bench_golden(b, r, "src/domains/warnings/golden/list.html");
	assert_true(answer_has(bench_get(b, "officer1", "/tasks"), "许可证即将到期：提醒办理延续"));
	/* the task is done, the licence is not renewed: answered, and open again after 30 days */
	const char *task = task_of(b);
	assert_true(answer_has(bench_get(b, "officer1", task), "/warnings/"));
	assert_int_equal(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/finish", task),
				 "outcome", "已提醒，正在办理", NULL)
				 ->status,
		303);
	assert_int_equal(facts(b, "warning.answered"), 1);
	look(b);
	assert_int_equal(facts(b, "warning.raised"), 1);
	bench_clock(b, clock_now() + 20 * DAY);
	look(b);
	assert_int_equal(facts(b, "warning.raised"), 1);
	/* the licence has ended meanwhile: another rule, another warning; the old one is over */
	bench_clock(b, clock_now() + 10 * DAY);
	look(b);
	assert_int_equal(living(b, "licence_expired"), 1);
	assert_int_equal(living(b, "licence_expiring"), 0);
	assert_int_equal(facts(b, "warning.closed"), 1);
	/* renewed: it ends by itself, and its task with it */
	bench_run(b,
		arena_printf(bench_arena(b),
			"UPDATE operators SET licence_valid_to = %" PRId64 " WHERE id = %" PRId64,
			clock_now() + 1000 * DAY, o));
	look(b);
	assert_int_equal(living(b, "licence_expired"), 0);
	assert_int_equal(facts(b, "warning.closed"), 2);
	assert_int_equal(facts(b, "task.lapsed"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_tasks WHERE state = 'open'"), 0);
	assert_true(answer_has(bench_get(b, "officer1", "/warnings?state=closed"), "禾记小馆"));
}

/* Done and the cause is gone: closed at once; cancelled because it has closed: the same. */
static void test_task_closes(void **state)
{
	struct bench *b = *state;
	int64_t o, p;

	station(b);
	o = business(b, "禾记小馆", "2026-11-01");
	p = business(b, "竹苑面馆", "2026-11-02");
	look(b);
	assert_int_equal(living(b, "licence_expired"), 2);
	bench_run(b,
		arena_printf(bench_arena(b),
			"UPDATE operators SET licence_valid_to = %" PRId64 " WHERE id = %" PRId64,
			clock_now() + 1000 * DAY, o));
	const char *task = arena_printf(bench_arena(b), "/tasks/%" PRId64,
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT id FROM grid_tasks WHERE operator = %" PRId64, o)));
	bench_torture(b, "officer1", arena_printf(bench_arena(b), "%s/finish", task), "outcome",
		"已换证", NULL);
	assert_int_equal(living(b, "licence_expired"), 1);
	assert_int_equal(facts(b, "warning.closed"), 1);
	assert_string_equal(
		bench_text(b, "SELECT words FROM warnings WHERE state = 'closed'"), "已换证");
	assert_int_equal(
		bench_post(b, "officer1",
			arena_printf(bench_arena(b), "/operators/%" PRId64 "/close", p), NULL)
			->status,
		303);
	assert_int_equal(living(b, "licence_expired"), 0);
	assert_int_equal(facts(b, "task.cancelled"), 1);
	assert_int_equal(facts(b, "task.lapsed"), 0); /* done is done */
}

static void test_dismissed(void **state)
{
	struct bench *b = *state;

	station(b);
	business(b, "禾记小馆", "2026-11-01");
	look(b);
	const char *path = arena_printf(
		bench_arena(b), "/warnings/%" PRId64, bench_int(b, "SELECT id FROM warnings"));
	const char *dismiss = arena_printf(bench_arena(b), "%s/dismiss", path);
	struct answer *r = bench_get(b, "officer1", path);
	assert_true(r->statements <= PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/warnings/golden/one.html");
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
	assert_int_equal(
		bench_post(b, "officer3", dismiss, "reason", "停业", "until", "2026-12-31", NULL)
			->status,
		403);
	assert_int_equal(
		bench_post(b, "auditor1", dismiss, "reason", "停业", "until", "2026-12-31", NULL)
			->status,
		403);
	r = bench_post(b, "officer1", dismiss, "reason", "", "until", "2026-12-31", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "理由"));
	assert_int_equal(
		bench_post(b, "officer1", dismiss, "reason", "停业装修", "until", "x", NULL)
			->status,
		422);
	r = bench_post(b, "officer1", dismiss, "reason", "停业装修", "until", "2027-12-01", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "180"));
	bench_torture(b, "officer1", dismiss, "reason", "停业装修", "until", "2026-12-01", NULL);
	assert_int_equal(facts(b, "task.lapsed"), 1);
	look(b);
	assert_int_equal(facts(b, "warning.raised"), 1);
	assert_true(answer_has(bench_get(b, "officer1", path), "停业装修"));
	/* by mistake: open again, with a task; then once more, and the day comes */
	bench_torture(b, "officer1", arena_printf(bench_arena(b), "%s/reopen", path), NULL);
	assert_int_equal(facts(b, "task.opened"), 2);
	assert_int_equal(
		bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/reopen", path), NULL)
			->status,
		409);
	bench_post(b, "officer1", dismiss, "reason", "停业装修", "until", "2026-12-01", NULL);
	bench_clock(b, clock_now() + 8 * DAY); /* 2026-12-01 */
	look(b);
	assert_int_equal(facts(b, "warning.raised"), 3);
	assert_int_equal(facts(b, "task.opened"), 3);
	assert_int_equal(bench_int(b, "SELECT raised FROM warnings"), 3);
}

/* ---- each way a rule looks ------------------------------------------------------------------ */
static void test_entries(void **state)
{
	struct bench *b = *state;
	int64_t o = business(b, "禾记小馆", "2028-01-01"),
		p = business(b, "竹苑面馆", "2028-01-01");

	entry(b, o, "self_check", "2026-11-20", "日管控");
	entry(b, p, "rapid_test", "2026-11-20", "餐具 6 项均合格");
	entry(b, p, "rapid_test", "2026-11-20", "凉菜：阳性");
	look(b);
	assert_int_equal(living(b, "self_control_missing"), 0);
	assert_int_equal(living(b, "test_failed"), 1);
	/* handled: it does not come back, another does */
	int64_t w = bench_int(b, "SELECT id FROM warnings WHERE rule = 'test_failed'");
	assert_true(answer_has(
		bench_get(b, "officer1", arena_printf(bench_arena(b), "/warnings/%" PRId64, w)),
		"凉菜：阳性"));
	bench_post(b, "head1", arena_printf(bench_arena(b), "%s/finish", task_of(b)), "outcome",
		"已送法检", NULL);
	assert_int_equal(living(b, "test_failed"), 0);
	look(b);
	assert_int_equal(living(b, "test_failed"), 0);
	entry(b, p, "sampling", "2026-11-22", "豆制品不合格");
	look(b);
	assert_int_equal(living(b, "test_failed"), 1);
	/* 35 days without: of those who had reported; another report ends it */
	bench_run(b, "UPDATE operators SET kind = 'canteen_work'");
	bench_clock(b, clock_now() + 40 * DAY);
	look(b);
	assert_int_equal(living(b, "self_control_missing"), 0); /* not of this kind */
	bench_run(b, "UPDATE operators SET kind = 'central_kitchen'");
	look(b);
	assert_int_equal(living(b, "self_control_missing"), 1);
	assert_true(answer_has(bench_get(b, "officer1", "/warnings?rule=self_control_missing"),
		"最近一次记录为 2026-11-20"));
	entry(b, o, "self_check", "2027-01-02", "周排查");
	look(b);
	assert_int_equal(living(b, "self_control_missing"), 0);
}

static void test_expiring_entries(void **state)
{
	struct bench *b = *state;
	int64_t o = business(b, "禾记小馆", "2028-01-01");
	const char *path = arena_printf(bench_arena(b), "/operators/%" PRId64 "/entries", o);

	bench_post(b, "officer1", path, "kind", "certificate", "at", "2025-11-25", "until",
		"2026-11-25", "title", "健康证：张三", NULL);
	bench_post(b, "officer1", path, "kind", "certificate", "at", "2026-11-01", "until",
		"2027-11-01", "title", "健康证：李四", NULL);
	bench_post(b, "officer1", path, "kind", "certificate", "at", "2025-11-25", "until",
		"2026-11-25", "title", "HACCP", NULL);
	bench_post(b, "officer1", path, "kind", "insurance", "at", "2025-11-01", "until",
		"2026-11-01", "title", "2025 年保险", NULL);
	look(b);
	assert_int_equal(living(b, "health_certificate"), 1); /* each person has its own */
	assert_int_equal(living(b, "insurance_ended"), 1);
	bench_post(b, "officer1", path, "kind", "certificate", "at", "2026-11-22", "until",
		"2027-11-22", "title", "健康证：张三", NULL);
	bench_post(b, "officer1", path, "kind", "insurance", "at", "2026-11-02", "until",
		"2027-11-01", "title", "2026 年保险", NULL); /* whatever it is called */
	look(b);
	assert_int_equal(living(b, "health_certificate"), 0);
	assert_int_equal(living(b, "insurance_ended"), 0);
}

static void test_clusters(void **state)
{
	struct bench *b = *state;
	int64_t o, p, q;

	station(b);
	o = business(b, "禾记小馆", "2028-01-01");
	p = business(b, "竹苑面馆", "2028-01-01");
	q = business(b, "青禾饭店", "2028-01-01");
	entry(b, o, "complaint", "2026-11-10", "菜品有异物");
	entry(b, o, "report", "2026-11-12", "后厨有鼠");
	entry(b, o, "complaint", "2026-10-01", "太久以前");
	look(b);
	assert_int_equal(living(b, "complaints_operator"), 0);
	entry(b, o, "complaint", "2026-11-20", "腹泻");
	look(b);
	assert_int_equal(living(b, "complaints_operator"), 1);
	assert_int_equal(bench_int(b, "SELECT n FROM warnings"), 3);
	assert_int_equal(living(b, "complaints_cell"), 0);
	/* six in the cell, of more than one business */
	entry(b, p, "complaint", "2026-11-20", "异味");
	entry(b, p, "complaint", "2026-11-21", "异味");
	entry(b, q, "complaint", "2026-11-21", "异味");
	look(b);
	assert_int_equal(living(b, "complaints_cell"), 1);
	assert_int_equal(living(b, "complaints_operator"), 1);
	/* handled: two more are no new cluster, three are */
	bench_post(b, "officer1",
		arena_printf(bench_arena(b), "/tasks/%" PRId64 "/finish",
			bench_int(b,
				"SELECT t.id FROM grid_tasks t JOIN warnings w ON w.id = t.ref "
				"WHERE w.rule = 'complaints_operator'")),
		"outcome", "已检查", NULL);
	assert_int_equal(living(b, "complaints_operator"), 0);
	bench_clock(b, clock_now() + 3 * DAY);
	entry(b, o, "complaint", "2026-11-24", "异味");
	entry(b, o, "complaint", "2026-11-25", "异味");
	look(b);
	assert_int_equal(living(b, "complaints_operator"), 0);
	entry(b, o, "complaint", "2026-11-26", "异味");
	look(b);
	assert_int_equal(living(b, "complaints_operator"), 1);
}

static void test_cameras_and_corrections(void **state)
{
	struct bench *b = *state;
	int64_t now = clock_now();
	struct arena *a = bench_arena(b);

	business(b, "禾记小馆", "2028-01-01");
	bench_run(b,
		"INSERT INTO cameras SELECT 9, 1, id, area, '热厨一号', 'p', 'rtsp://x/', 'o', "
		"'s', '06:00-22:00', '', 2000, '', 0, 1, 2, 0, 0, 0, '', '', '', 0, 0, '', '', "
		"0, 0, '', 'open', 1 FROM operators");
	bench_run(b, arena_printf(a,
			     "INSERT INTO camera_status (camera, state, since, reason, width, "
			     "height, codec, last_frame, reported_at) VALUES (9, 'dark', %" PRId64
			     ", '', 0, 0, '', 0, 0)",
			     now - 47 * HOUR));
	bench_run(b,
		"INSERT INTO inspections SELECT 8, 1, id, 'INSP_ROUTINE', 0, 1, 2, 't', '1', 1, "
		"1, 1, 3, 0, 900, 'BASIC_CONFORM', 'PASS', 0, '{}', '', 1, 0 FROM operators");
	bench_run(
		b, arena_printf(a,
			   "INSERT INTO inspection_corrections SELECT 7, 1, 8, id, area, '4.4', "
			   "'', '', 7, %" PRId64 ", 'OVERDUE', 0, 'signed', 0, 0, '', 0, 0, 0, 0, "
			   "'', 0 FROM operators",
			   now - 2 * DAY));
	look(b);
	assert_int_equal(living(b, "camera_silent"), 0); /* 48 hours */
	assert_int_equal(living(b, "correction_overdue"), 1);
	assert_true(answer_has(bench_get(b, "officer1", "/warnings"), "检查项目 4.4"));
	bench_clock(b, now + 2 * HOUR);
	bench_run(b, "UPDATE inspection_corrections SET state = 'VERIFIED_OK'");
	look(b);
	assert_int_equal(living(b, "camera_silent"), 1);
	assert_int_equal(living(b, "correction_overdue"), 0);
	assert_true(answer_has(bench_get(b, "officer1", "/warnings"), "热厨一号"));
	bench_run(b, "UPDATE camera_status SET state = 'live'");
	look(b);
	assert_int_equal(living(b, "camera_silent"), 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grid_tasks WHERE state = 'open'"), 0);
}

/* ---- seasons -----------------------------------------------------------------------------------
 */
static void test_season(void **state)
{
	struct bench *b = *state;
	static const char *const names[] = { "一小食堂", "二小食堂", "三小食堂" };

	station(b);
	for (int i = 0; i < 3; i++)
		business(b, names[i], "2028-01-01");
	bench_run(b, "UPDATE operators SET kind = 'canteen_care'");
	look(b);
	assert_int_equal(living(b, "beans"), 2); /* two of each cell */
	assert_int_equal(living(b, "norovirus"), 2);
	look(b);
	assert_int_equal(living(b, "beans"), 2);
	assert_true(answer_has(bench_get(b, "officer1", "/warnings?rule=beans"), "正值高发期"));
	/* one is done: the other stays, the third is not taken for it */
	bench_post(b, "officer1",
		arena_printf(bench_arena(b), "/tasks/%" PRId64 "/finish",
			bench_int(b, "SELECT min(t.id) FROM grid_tasks t JOIN warnings w ON w.id = "
				     "t.ref WHERE w.rule = 'beans'")),
		"outcome", "已查", NULL);
	look(b);
	assert_int_equal(living(b, "beans"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM warnings WHERE rule = 'beans'"), 2);
	/* an inspection ends it as well, and nobody else is taken instead */
	bench_run(b,
		arena_printf(bench_arena(b),
			"INSERT INTO inspections SELECT 8, 1, operator, 'INSP_ROUTINE', %" PRId64
			", 1, 2, 't', '1', 1, 1, 1, 3, 0, 900, 'BASIC_CONFORM', 'PASS', 0, '{}', "
			"'', 1, 0 FROM warnings WHERE rule = 'beans' AND state = 'open'",
			clock_now()));
	look(b);
	assert_int_equal(living(b, "beans"), 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM warnings WHERE rule = 'beans'"), 2);
	int norovirus = living(b, "norovirus");
	bench_clock(b, clock_now() + 10 * DAY); /* 2026-12-03: beans are over, norovirus is not */
	look(b);
	assert_int_equal(living(b, "beans"), 0);
	assert_int_equal(living(b, "norovirus"), norovirus);
}

/* ---- every night; the list --------------------------------------------------------------------
 */
static void test_night(void **state)
{
	struct bench *b = *state;

	business(b, "禾记小馆", "2026-12-15");
	bench_minute(b); /* ten o'clock: today's has not been asked for */
	bench_minute(b);
	bench_jobs(b);
	assert_int_equal(facts(b, "warning.raised"), 1);
	bench_clock(b, clock_now() + 15 * HOUR); /* one in the morning */
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs WHERE kind = 'warnings.look'"), 0);
	bench_clock(b, clock_now() + 3 * HOUR);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs WHERE kind = 'warnings.look'"), 1);
}

static void test_list(void **state)
{
	struct bench *b = *state;

	station(b);
	business(b, "禾记小馆", "2026-12-15");
	business(b, "竹苑面馆", "2026-11-15");
	look(b);
	assert_int_equal(bench_post(b, "officer1", "/warnings/run", NULL)->status, 403);
	assert_null(strstr(
		bench_get(b, "officer1", "/warnings?rule=licence_expired")->body, "禾记小馆"));
	assert_true(
		answer_has(bench_get(b, "officer1", "/warnings?rule=licence_expired"), "竹苑面馆"));
	assert_null(strstr(bench_get(b, "officer3", "/warnings")->body, "竹苑面馆"));
	assert_true(answer_has(
		bench_get(b, "command1", "/warnings?area=310112101&cell=310112101"), "竹苑面馆"));
	assert_null(strstr(bench_get(b, "command1", "/warnings?area=310112102")->body, "竹苑面馆"));
	struct answer *r = bench_get(b, "command1", "/warnings?format=csv");
	assert_true(answer_has(r, "禾记小馆"));
	assert_true(answer_has(r, "有效期至 2026-12-15"));
	assert_true(answer_has(bench_get(b, "command1", "/warnings?format=json"), "\"reason\":"));
	assert_int_equal(bench_get(b, "", "/warnings")->status, 303);
	bench_english(b, true);
	assert_true(answer_has(bench_get(b, "command1", "/warnings"), "Licence ends soon"));
}

#define TESTS(X)                                                                                   \
	X(test_licence)                                                                            \
	X(test_task_closes)                                                                        \
	X(test_dismissed)                                                                          \
	X(test_entries)                                                                            \
	X(test_expiring_entries)                                                                   \
	X(test_clusters) X(test_cameras_and_corrections) X(test_season) X(test_night) X(test_list)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"warnings", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
