/* The desk, the big screen and the ledger's pages: what each shows, and to whom it does not. */
#include "domains/command/command.h"
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(41);
	*state = b;
	return 0;
}

static bool has(const struct answer *r, const char *text)
{
	return strstr(r->body, text) != NULL;
}

static const struct node *json_get(struct bench *b, const char *who, const char *path)
{
	struct answer *r = bench_get(b, who, path);
	struct fault why = { 0 };
	struct node *n = NULL;

	assert_int_equal(r->status, 200);
	assert_int_equal(json_parse(bench_arena(b),
				 (struct bytes){ (const uint8_t *)r->body, r->body_n }, &n, &why),
		OK);
	return n;
}

static enum err sign(struct req *rq, void *arg)
{
	struct fault why = { 0 };
	(void)arg;
	return ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
}

/* A camera and a lead of the operator; both are only looked at here. */
struct seen {
	int id;
	int64_t operator;
	const char *state;
	int64_t found_at;
};

static void see(struct bench *b, struct seen l)
{
	const char *first = strcmp(l.state, "second") == 0
				    ? "(SELECT id FROM users WHERE login = 'officer1')"
				    : "0";

	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO cameras SELECT %d, 1, id, area, '一号机', 'p', "
			     "'rtsp://x/', 'o', "
			     "'s', '06:00-22:00', '', 2000, '', 0, 1, 2, 0, 0, 0, '', '', '', 0, "
			     "0, '', '', "
			     "0, 0, '', 'open', 1 FROM operators WHERE id = %" PRId64,
			     l.id, l.operator));
	bench_run(b,
		arena_printf(bench_arena(b),
			"INSERT INTO leads SELECT %d, 1, 'k%d', %d, id, area, 'head_uncovered', "
			"'1', "
			"'V01', 'm', %" PRId64
			", 1, 1, 1, 1, 9000, 1, 1, '[]', 's', 's', 'c', 'c', 0, "
			"1, '', '%s', %s, 0, '', 0, 0, '', '' FROM operators WHERE id = %" PRId64,
			l.id, l.id, l.id, l.found_at, l.state, first, l.operator));
}

static void pre_check(struct bench *b, int id, int64_t operator, int64_t due)
{
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO cases SELECT %d, 1, '', id, area, 'V%d', '未戴工作帽', "
			     "'precheck', 1, %" PRId64 ", 0, 0, 0, '', 0, '', 0, 0, '', '', 0, 0, "
			     "'', '', '', '', '', 0, 0, '', 0, 0,"
			     " '', '', '', 0, '', 0, '', 0, '', '', 0, '', 0, '', '', 0, 0, 0, 0, "
			     "'', 0, ''"
			     " FROM operators WHERE id = %" PRId64,
			     id, id, due, operator));
}

/* ---- the desk -------------------------------------------------------- */
static void test_desk_roles(void **state)
{
	static const char *const people[] = { "officer1", "reviewer1", "head1", "command1",
		"auditor1", "admin1" };
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA);

	for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
		struct answer *r = bench_get(b, people[i], "/desk");
		assert_int_equal(r->status, 200);
		assert_true(has(r, "登记经营者"));
		assert_true(has(r, "示例面馆"));
	}
	assert_int_equal(bench_get(b, "", "/desk")->status, 303);
	/* another area */
	assert_false(has(bench_get(b, "officer3", "/desk"), "示例面馆"));
	/* accounts and settings, no cases and no leads */
	see(b, (struct seen){ 7, id, "new", clock_now() });
	pre_check(b, 8, id, clock_now() + DAY);
	struct answer *r = bench_get(b, "admin1", "/desk");
	assert_false(has(r, "/leads"));
	assert_false(has(r, "/cases"));
	assert_true(has(r, "/users"));
	assert_true(has(r, "开通账号"));
	assert_false(has(bench_get(b, "head1", "/desk"), "开通账号"));
}

/* What a fact is about may not be read by everybody who has a desk. */
static void test_desk_facts(void **state)
{
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA);

	see(b, (struct seen){ 7, id, "new", clock_now() });
	bench_post(b, "officer1", "/leads/7/review", "verdict", "reject", "reason", "误报", NULL);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM pub_ledger WHERE name = 'lead.rejected'"), 1);
	assert_true(has(bench_get(b, "officer2", "/desk"), "排除线索"));
	assert_true(has(bench_get(b, "head1", "/desk"), "排除线索"));
	assert_false(has(bench_get(b, "officer3", "/desk"), "排除线索"));
	assert_false(has(bench_get(b, "admin1", "/desk"), "排除线索"));
}

/* A food business's own account learns nothing of others. */
static void test_desk_operator(void **state)
{
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA);

	bench_operator(b, "别家饭店", HARNESS_AREA);
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE users SET role = 'operator', entity = %" PRId64
			     " WHERE login = 'command1'",
			     id));
	struct answer *r = bench_get(b, "command1", "/desk");
	assert_int_equal(r->status, 303);
	assert_string_equal(r->location,
		arena_printf(bench_arena(b), "/p/%s",
			bench_text(b, "SELECT code FROM pub_operators WHERE name = '示例面馆'")));
	assert_int_equal(bench_get(b, "command1", "/wall")->status, 403);
	assert_int_equal(bench_get(b, "command1", "/ledger")->status, 403);
}

static void test_desk_tasks(void **state)
{
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA);

	struct answer *r = bench_get(b, "officer1", "/desk");
	assert_true(has(r, "暂无待办事项。"));
	bench_golden(b, r, "src/domains/command/golden/desk_empty.html");
	see(b, (struct seen){ 7, id, "new", clock_now() - HOUR });
	see(b, (struct seen){ 9, id, "second", clock_now() - 2 * HOUR });
	pre_check(b, 8, id, clock_now() + 30 * DAY);
	r = bench_get(b, "officer1", "/desk");
	bench_golden(b, r, "src/domains/command/golden/desk.html");
	assert_true(has(r, "/leads/7\""));
	assert_false(has(r, "/leads/9\"")); /* seen by this officer already */
	assert_true(has(r, "/cameras/7\""));
	assert_true(has(r, "/cases/8\""));
	r = bench_get(b, "officer2", "/desk");
	assert_true(has(r, "/leads/9\""));
	assert_true(has(r, "第二人复核"));
	r = bench_get(b, "reviewer1", "/desk");
	assert_false(has(r, "/leads/7\"")); /* reads leads, reviews none */
	assert_true(has(r, "/cases/8\""));
	assert_false(has(bench_get(b, "officer3", "/desk"), "/cases/8\""));
	bench_clock(b, clock_now() + 40 * DAY);
	assert_true(has(bench_get(b, "officer1", "/desk"), "已逾期"));
	bench_run(
		b, arena_printf(bench_arena(b), "UPDATE operators SET licence_valid_to = %" PRId64,
			   TODAY(&(struct req){ .now = clock_now() }) + 30 * DAY));
	assert_true(has(bench_get(b, "officer1", "/desk"), "30日内到期的许可证"));
}

/* Tasks of the grid: one's own with the overdue on top; before who leads, the overdue ones. */
static void test_desk_grid(void **state)
{
	enum { DESK_STATEMENTS = 24 };
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA), now = clock_now();
	static const char *const words[] = { "以后的任务", "逾期的任务", "别人的任务" };

	for (int i = 0; i < 3; i++)
		bench_run(b, arena_printf(bench_arena(b),
				     "INSERT INTO grid_tasks SELECT %d, 1, 'warning', %" PRId64
				     ", %d, id, 0, '', 0, '%s', %" PRId64
				     ", 'open', 0, 0, 0, 0, 0, 0, '' FROM users WHERE login = '%s'",
				     50 + i, id, (int)HARNESS_AREA, words[i],
				     i == 1 ? now - 3 * DAY : now + 3 * DAY,
				     i == 2 ? "officer2" : "officer1"));
	struct answer *r = bench_get(b, "officer1", "/desk");
	assert_true(r->statements <= DESK_STATEMENTS);
	const char *over = strstr(r->body, "逾期的任务"), *later = strstr(r->body, "以后的任务");
	assert_true(over && later && over < later);
	assert_false(has(r, "别人的任务"));
	assert_true(has(r, "/tasks/51\""));
	r = bench_get(b, "head1", "/desk");
	assert_true(has(r, "逾期的任务"));
	assert_false(has(r, "以后的任务"));
	assert_true(has(bench_get(b, "command1", "/desk"), "逾期任务"));
	assert_false(has(bench_get(b, "officer3", "/desk"), "逾期的任务"));
	assert_false(has(bench_get(b, "admin1", "/desk"), "逾期的任务"));
	bench_run(b, "UPDATE grid_tasks SET state = 'done'");
	assert_false(has(bench_get(b, "officer1", "/desk"), "逾期的任务"));
}

/* One list over the rooms: overdue on top, an officer's own, each with its clause and its link. */
static void test_waiting(void **state)
{
	enum { WAITING_STATEMENTS = 10 };
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA), now = clock_now();

	assert_true(has(bench_get(b, "officer1", "/desk/waiting"), "暂无待办事项。"));
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO grid_tasks SELECT 50, 1, 'warning', %" PRId64
			     ", %d, id, 0, '', 0, '复查任务', %" PRId64
			     ", 'open', 0, 0, 0, 0, 0, 0, '' FROM users WHERE login = 'officer1'",
			     id, (int)HARNESS_AREA, now + 9 * DAY));
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO publications VALUES (60, 1, 'code60', 70, %" PRId64
			     ", %d, '公示60', '示例面馆', '', 'entity', 'V01', '违法', 'ordinary', "
			     "'PEN_FINE', 1, 0, 0, 1, 1, '', 0, '', '', 0, 0, 'due', %" PRId64
			     ", 0, 0, 0, 0, 0, '', 0, '', '', '', 0, 0, 0, 0, '', 0, 'publish', "
			     "%" PRId64 ", '令45 9', 0)",
			     id, (int)HARNESS_AREA, now - DAY, now - DAY));
	bench_run(
		b, arena_printf(bench_arena(b),
			   "INSERT INTO cases SELECT 70, 1, 'n70', %" PRId64
			   ", %d, 'V01', '未戴口罩', 'filed', 1, 1, u.id, 2, 1, 'r', %" PRId64
			   ", '', 0, 0, '', '', 0, 0, '', '', '', '', '', 0, 0, '', 0, 0, '', '', "
			   "'', 0, '', 0, '', 0, '', '', 0, '', 0, '', '', 0, 0, 0, 0, '', 0, '' "
			   "FROM users u WHERE u.login = 'officer1'",
			   id, (int)HARNESS_AREA, now + 5 * DAY));
	struct answer *r = bench_get(b, "officer1", "/desk/waiting");
	if (r->status != 200 || r->statements > WAITING_STATEMENTS)
		fail_msg("%d, %d statements: %.800s", r->status, (int)r->statements, r->body);
	const char *late = strstr(r->body, "/publications/60\""),
		   *next = strstr(r->body, "/cases/70\""), *last = strstr(r->body, "/tasks/50\"");
	assert_true(late && next && last && late < next && next < last);
	assert_true(has(r, "处罚信息公示规定第九条"));
	assert_true(has(r, "程序规定第六十四条"));
	assert_true(has(r, "已逾期"));
	r = bench_get(b, "officer1", "/desk/waiting?of=task");
	assert_true(has(r, "/tasks/50\""));
	assert_false(has(r, "/cases/70\""));
	/* not another officer's, another town's; the head's district has all of it */
	r = bench_get(b, "officer2", "/desk/waiting");
	assert_false(has(r, "/cases/70\""));
	assert_false(has(r, "/tasks/50\""));
	assert_false(has(bench_get(b, "officer3", "/desk/waiting"), "示例面馆"));
	assert_true(has(bench_get(b, "head1", "/desk/waiting"), "/tasks/50\""));
	assert_false(has(bench_get(b, "admin1", "/desk/waiting"), "/cases/70\""));
	/* done in its room, gone from here; never before */
	bench_clock(b, now + 400 * DAY);
	assert_true(has(bench_get(b, "officer1", "/desk/waiting"), "/tasks/50\""));
	bench_run(b, "UPDATE grid_tasks SET state = 'done'");
	assert_false(has(bench_get(b, "officer1", "/desk/waiting"), "/tasks/50\""));
}

/* ---- the big screen -------------------------------------------------- */
static void test_wall_empty(void **state)
{
	struct bench *b = *state;
	const struct node *n = json_get(b, "command1", "/command/wall.json");

	assert_string_equal(node_text(n, "source.value", ""), "—");
	assert_string_equal(node_text(n, "source.tone", ""), "neutral");
	assert_string_equal(node_text(n, "performance.value", ""), "—");
	assert_string_equal(node_text(n, "risk.value", ""), "0");
	assert_int_equal(node_find(n, "towns")->count, 14);
	assert_int_equal(bench_get(b, "command1", "/wall")->status, 200);
	assert_int_equal(bench_get(b, "reviewer1", "/wall")->status, 403);
	assert_int_equal(bench_get(b, "", "/command/wall.json")->status, 303);
}

static void test_wall(void **state)
{
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA);
	int64_t other = bench_operator(b, "别家饭店", HARNESS_AREA2);

	see(b, (struct seen){ 7, id, "new", clock_now() - 2 * HOUR });
	see(b, (struct seen){ 9, other, "new", clock_now() - DAY - HOUR });
	pre_check(b, 8, id, clock_now() - DAY);
	bench_run(b,
		"INSERT INTO grades VALUES (1, 1, (SELECT min(id) FROM operators), 'SHG', 'C', "
		"'red', 950, 1, 0, '2022', '[]', 0)");
	const struct node *n = json_get(b, "command1", "/command/wall.json");
	assert_string_equal(node_text(n, "source.value", ""), "100.0");
	assert_string_equal(node_text(n, "open.value", ""), "50.0");
	assert_string_equal(node_text(n, "process.value", ""), "0.0");
	assert_string_equal(node_text(n, "risk.value", ""), "2");
	assert_string_equal(node_text(n, "risk.tone", ""), "red");
	assert_string_equal(node_text(n, "risk.note2", ""), "");
	assert_string_equal(node_text(n, "responsibility.value", ""), "1");
	assert_string_equal(node_text(n, "responsibility.tone", ""), "red");
	assert_int_equal(node_find(n, "leads")->count, 2);
	assert_string_equal(node_text(n, "leads.0.still", ""), "/leads/9/still");
	assert_null(node_find(n, "player"));
	assert_string_equal(node_text(n, "towns.4.tone", ""), "red"); /* 莘庄镇 */
	assert_int_equal(node_int(n, "towns.4.values.2", 0), 1);
	/* complete files by town: one of one there, none of one elsewhere, none looked at yet */
	bench_run(b,
		"INSERT INTO file_completeness SELECT id, area, CASE WHEN id = (SELECT min(id) "
		"FROM operators) THEN 100 ELSE 66 END, 0, '1', 1 FROM operators");
	n = json_get(b, "command1", "/command/wall.json");
	assert_string_equal(node_text(n, "towns.4.files", ""), "100.0");
	assert_string_equal(node_text(n, "towns.4.files_tone", ""), "green");
	assert_string_equal(node_text(n, "towns.4.files_of", ""), "1 / 1");
	assert_string_equal(node_text(n, "towns.0.files_tone", ""), "neutral");
	assert_true(strstr(node_text(n, "performance.note2", ""), "50.0"));
	/* an officer sees leads and cameras of the own area only */
	n = json_get(b, "officer1", "/command/wall.json");
	assert_int_equal(node_find(n, "leads")->count, 1);
	assert_string_equal(node_text(n, "leads.0.href", ""), "/leads/7");
	bench_run(b, "INSERT INTO camera_status VALUES (9, 'live', 1, '', 1, 1, '', 1, 1)");
	assert_null(node_find(json_get(b, "officer1", "/command/wall.json"), "player"));
	n = json_get(b, "command1", "/command/wall.json");
	assert_string_equal(node_text(n, "player.src", ""), "/cameras/9/live/live.m3u8");
	assert_true(has(bench_get(b, "command1", "/wall"), "/cameras/9/live/live.m3u8"));
}

/* Minutes from finding to the first look, from the ledger. */
static void test_wall_median(void **state)
{
	static const int minutes[] = { 3, 50, 7 };
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA), now = clock_now();

	for (int i = 0; i < 3; i++)
		see(b, (struct seen){ 20 + i, id, "new", now });
	for (int m = 1; m <= 50; m++)
		for (int i = 0; i < 3; i++)
			if (minutes[i] == m) {
				bench_clock(b, now + m * MINUTE);
				assert_int_equal(bench_post(b, "officer1",
							 arena_printf(bench_arena(b),
								 "/leads/%d/review", 20 + i),
							 "verdict", "confirm", "reason", "", NULL)
							 ->status,
					303);
			}
	const struct node *n = json_get(b, "command1", "/command/wall.json");
	assert_string_equal(node_text(n, "risk.note2", ""), "审核中位数7分钟");
}

static enum err count(struct req *rq, void *arg)
{
	static const struct user person = {
		.login = "", .name = "", .role = "command", .card_no = "", .role_id = ROLE_COMMAND
	};
	int64_t *n = arg, before = conn_statements(rq_conn(rq));

	rq->user = &person;
	TRY(wall_data(rq));
	*n = conn_statements(rq_conn(rq)) - before;
	return OK;
}

static void test_wall_budget(void **state)
{
	struct bench *b = *state;
	struct fault why = { 0 };
	int64_t n = -1;

	assert_int_equal(app_read(bench_app(b), count, &n, &why), OK);
	assert_true(n > 0 && n <= 11);
}

/* ---- the ledger ------------------------------------------------------ */
static void test_ledger(void **state)
{
	struct bench *b = *state;
	int64_t id = bench_operator(b, "示例面馆", HARNESS_AREA);

	bench_operator(b, "别家饭店", HARNESS_AREA2);
	assert_int_equal(bench_get(b, "officer1", "/ledger")->status, 403);
	assert_int_equal(bench_get(b, "admin1", "/ledger")->status, 403);
	const struct node *n = json_get(b, "auditor1", "/ledger?format=json");
	assert_string_equal(node_text(n, "facts.0.operator_name", ""), "别家饭店");
	assert_string_equal(node_text(n, "facts.0.sentence", ""), "登记经营者");
	n = json_get(b, "auditor1", "/ledger?format=json&name=user.created");
	assert_int_equal(node_find(n, "facts")->count, 8);
	n = json_get(b, "auditor1",
		arena_printf(bench_arena(b), "/ledger?format=json&entity=%" PRId64, id));
	assert_int_equal(node_find(n, "facts")->count, 1);
	n = json_get(b, "auditor1",
		arena_printf(bench_arena(b), "/ledger?format=json&entity=%s",
			bench_text(b, "SELECT code FROM pub_operators ORDER BY id LIMIT 1")));
	assert_int_equal(node_find(n, "facts")->count, 1);
	n = json_get(b, "auditor1", "/ledger?format=json&entity=nobody");
	assert_int_equal(node_find(n, "facts")->count, 0);
	assert_non_null(strstr(bench_get(b, "auditor1", "/ledger?format=csv")->type, "text/csv"));
	struct answer *r = bench_get(b, "auditor1", "/ledger?name=user.created");
	assert_true(has(r, "value=\"user.created\" selected"));
	bench_golden(b, r, "src/domains/command/golden/ledger.html");
}

static void test_proof(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);

	bench_operator(b, "示例面馆", HARNESS_AREA);
	int64_t seq = bench_int(b, "SELECT max(seq) FROM pub_ledger");
	const char *one = arena_printf(a, "/ledger/%" PRId64, seq);
	struct answer *r = bench_get(b, "auditor1", one);
	assert_int_equal(r->status, 200);
	assert_false(has(r, "alert-green"));
	assert_true(has(r, "一分钟内将由下一签名树头覆盖。"));
	assert_int_equal(bench_write(b, sign, NULL), OK);
	assert_true(has(bench_get(b, "auditor1", one), "alert-green"));
	/* who does not trust us joins the path by hand */
	const struct node *n = json_get(b, "auditor1", arena_printf(a, "%s?format=json", one));
	uint8_t both[1 + 2 * DIGEST] = { 1 };
	struct digest sum, step;
	assert_true(digest_parse(node_text(n, "proof.leaf", ""), &sum));
	NODE_EACH (p, node_find(n, "proof.path")) {
		bool left = text_is(node_text(p, "side", ""), "left");
		assert_true(digest_parse(node_text(p, "digest", ""), &step));
		memcpy(both + 1, left ? step.b : sum.b, DIGEST);
		memcpy(both + 1 + DIGEST, left ? sum.b : step.b, DIGEST);
		sum = sm3(both, sizeof(both));
	}
	assert_string_equal(digest_hex(a, &sum), node_text(n, "proof.root", ""));
	assert_int_equal(bench_get(b, "auditor1", "/ledger/999999")->status, 404);
}

/* A head that says something else than the tree: red, never green. */
static void test_proof_broken(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);
	int64_t seq = bench_int(b, "SELECT max(seq) FROM pub_ledger");

	bench_run(b, arena_printf(a,
			     "INSERT INTO ledger_heads (size, at, root, key_id, signature)"
			     " VALUES (%" PRId64 ", 1, '%064d', 'k', 's')",
			     seq, 7));
	struct answer *r = bench_get(b, "auditor1", arena_printf(a, "/ledger/%" PRId64, seq));
	assert_true(has(r, "alert-red"));
	assert_false(has(r, "alert-green"));
}

/* The signer or its token is away: those who can see to it hear of it, until it is back. */
static void test_heads_late(void **state)
{
	struct bench *b = *state;
	static const char late[] = "签名进程或密码设备不在";

	assert_int_equal(bench_write(b, sign, NULL), OK);
	bench_operator(b, "示例面馆", HARNESS_AREA);
	bench_clock(b, clock_now() + 9 * MINUTE);
	assert_false(has(bench_get(b, "admin1", "/desk"), late));
	bench_clock(b, clock_now() + 2 * MINUTE);
	assert_true(has(bench_get(b, "admin1", "/desk"), late));
	assert_true(has(bench_get(b, "auditor1", "/desk"), late));
	assert_false(has(bench_get(b, "officer1", "/desk"), late));
	assert_true(has(bench_get(b, "admin1", "/metrics"), "shian_ledger_unsigned_seconds 660\n"));
	assert_int_equal(bench_write(b, sign, NULL), OK);
	assert_false(has(bench_get(b, "admin1", "/desk"), late));
	assert_true(has(bench_get(b, "admin1", "/metrics"), "shian_ledger_unsigned_seconds 0\n"));
}

static void test_heads(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);
	struct sm2_key *key;
	struct fault why = { 0 };

	assert_int_equal(node_find(json_get(b, "", "/heads.json"), "heads")->count, 0);
	assert_int_equal(bench_write(b, sign, NULL), OK);
	bench_operator(b, "示例面馆", HARNESS_AREA);
	assert_int_equal(bench_write(b, sign, NULL), OK);
	const struct node *n = json_get(b, "", "/heads.json");
	assert_int_equal(node_find(n, "heads")->count, 2);
	assert_true(node_int(n, "heads.0.size", 0) > node_int(n, "heads.1.size", 0));
	/* a stranger checks the signature with the key that is given beside it */
	const char *id = node_text(n, "heads.0.key_id", ""),
		   *text = node_text(n, "heads.0.signed", "");
	struct answer *pem = bench_get(b, "", arena_printf(a, "/keys/%s.pem", id));
	assert_int_equal(pem->status, 200);
	const char *file = arena_printf(a, "%s/stranger.pem", bench_dir(b));
	assert_int_equal(file_write(file, pem->body, pem->body_n, 0600, &why), OK);
	assert_int_equal(sm2_load_public(file, &key, &why), OK);
	assert_true(sm2_verify(key, text, strlen(text), node_text(n, "heads.0.signature", "")));
	assert_false(
		sm2_verify(key, text, strlen(text) - 1, node_text(n, "heads.0.signature", "")));
	sm2_free(key);
	assert_int_equal(bench_get(b, "", "/keys/0123456789abcdef.pem")->status, 404);
	assert_int_equal(bench_get(b, "", "/keys/sm2.pem")->status, 404);
}

/* Every fact of the house has its sentence: contracts/facts.h is read as text. */
static void test_words(void **state)
{
	struct bench *b = *state;
	const char *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes text;
	int seen = 0;

	const char *path =
		arena_printf(bench_arena(b), "%s/src/contracts/facts.h", root ? root : ".");
	assert_int_equal(file_read(bench_arena(b), path, 1 << 20, &text, &why), OK);
	for (const char *s = arena_copy(bench_arena(b), (const char *)text.at, text.n);
		(s = strchr(s, '"')); s++) {
		size_t n = strcspn(++s, "\"");
		const char *name = arena_copy(bench_arena(b), s, n);
		if (!fact_word(name))
			fail_msg("%s has no sentence in facts.c", name);
		s += n;
		seen++;
	}
	assert_true(seen > 30);
}

#define TESTS(X)                                                                                   \
	X(test_desk_roles)                                                                         \
	X(test_desk_facts)                                                                         \
	X(test_desk_operator)                                                                      \
	X(test_desk_tasks)                                                                         \
	X(test_waiting)                                                                            \
	X(test_desk_grid)                                                                          \
	X(test_wall_empty)                                                                         \
	X(test_wall)                                                                               \
	X(test_wall_median)                                                                        \
	X(test_wall_budget)                                                                        \
	X(test_ledger)                                                                             \
	X(test_proof)                                                                              \
	X(test_proof_broken)                                                                       \
	X(test_heads_late) X(test_heads) X(test_words)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"command", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
