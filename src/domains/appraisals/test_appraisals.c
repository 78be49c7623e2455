/* Rounds and appraisals through their pages: the draw made again by a computation of its own,
 * recusals, the table, objections, putting right, report, rights, torture; on SQLite, and on
 * PostgreSQL where one is there. */
#include "domains/appraisals/appraisals.h"
#include "domains/appraisals/replay.h"
#include "domains/appraisals/test_lottery.h"
#include "core/app/app.h"
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, ROUND_STATEMENTS = 18, ONE_STATEMENTS = 16, REPORT_STATEMENTS = 16 };
enum { CASES = 12, LATE = 9, MOST = 20000 };

static const char *text_of(struct bench *b, int64_t n)
{
	return arena_printf(bench_arena(b), "%" PRId64, n);
}

static int64_t account(struct bench *b, const char *login)
{
	return bench_int(
		b, arena_printf(bench_arena(b), "SELECT id FROM users WHERE login = '%s'", login));
}

static int64_t facts(struct bench *b, const char *name)
{
	return bench_int(b, arena_printf(bench_arena(b),
				    "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");

	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static int64_t day(const char *text)
{
	int64_t ms = 0;

	assert_true(date_parse(text, &ms));
	return ms;
}

/* ---- cases that are closed */
struct closed {
	const char *name, *filed;
	int64_t area;
	bool ordinary;
	int decided, closed; /* days after filing, and after the decision */
	int more;	     /* so many others like it */
};

static int64_t closed_case(struct bench *b, int no, const struct closed *c)
{
	struct arena *a = bench_arena(b);
	int64_t operator= bench_operator(b, c->name, c->area), id = 7000 + no,
		filed = day(c->filed) + 10 * HOUR, decided = filed + c->decided * DAY;

	bench_run(b,
		arena_printf(a,
			"INSERT INTO cases WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 "
			"FROM n WHERE i < %d) SELECT %" PRId64
			" + n.i, 1, '示范市监立〔2026〕' || (%d + n.i) || '号', %" PRId64
			", %" PRId64 ", 'V01', '从业人员未穿戴清洁的工作衣、帽', 'closed', %" PRId64
			", %" PRId64 ", a.id, b.id, %" PRId64
			", 'x', 0, '', 0, 0, '', '', 0, 0, '', '', '', '', '', 0, 0, '', 0, 0, '', "
			"'', '', 0, '', %" PRId64 ", 'PEN_FINE', 0, 'none', '', %" PRId64
			", '', a.id, 'penalty', 'PEN_FINE', 500000, %" PRId64 ", 0, %" PRId64
			", 'direct', %" PRId64 ", 'done' FROM n, users a, users b WHERE a.login = "
			"'officer1' AND b.login = "
			"'officer2'",
			c->more, id, no + 1, operator, c->area, filed - DAY, filed + 10 * DAY,
			filed, filed + DAY, filed + 2 * DAY, decided, decided + DAY,
			decided + c->closed * DAY));
	if (c->ordinary)
		bench_run(
			b, arena_printf(a,
				   "INSERT INTO case_procedures SELECT %" PRId64 ", 1, %" PRId64
				   ", 'ordinary', 'x', officer1, filed_at, '', 0 FROM cases WHERE "
				   "id = %" PRId64,
				   id + 1000, id, id));
	return id;
}

/* Twelve cases in two towns, of both procedures; one is decided after its ninety days. */
static void district(struct bench *b)
{
	for (int i = 0; i < CASES; i++)
		closed_case(b, i,
			&(struct closed){ arena_printf(bench_arena(b), "评查示例餐馆%d", i),
				"2026-03-02", i % 3 ? HARNESS_AREA : HARNESS_AREA2, i % 2 == 0,
				i == LATE ? 96 : 20, 10 });
}

static struct answer *open_round(struct bench *b, const char *way, const char *amount)
{
	return bench_post(b, "head1", "/appraisals", "title", "上半年案卷评查", "area", "0",
		"from_day", "2026-01-01", "to_day", "2026-06-30", "kinds", "", "by_area", "1",
		"by_procedure", "1", "way", way, "amount", amount, NULL);
}

static const char *step(struct bench *b, const char *path, const char *what)
{
	return arena_printf(bench_arena(b), "%s/%s", path, what);
}

/* A drawn round; its address. */
static const char *drawn(struct bench *b, const char *way, const char *amount)
{
	const char *path = status_is(open_round(b, way, amount), 303)->location;

	status_is(bench_post(b, "head1", step(b, path, "draw"), "word", "秋分", NULL), 303);
	return path;
}

static const char *appraised(struct bench *b, int64_t id, const char *what)
{
	return arena_printf(
		bench_arena(b), "/appraised/%" PRId64 "%s%s", id, *what ? "/" : "", what);
}

static int64_t first_of(struct bench *b)
{
	return bench_int(b, "SELECT id FROM appraisals WHERE state <> 'replaced' ORDER BY stratum, "
			    "place LIMIT 1");
}

/* ---- round */
static void test_form(void **state)
{
	struct bench *b = *state;

	district(b);
	struct answer *r = status_is(bench_get(b, "head1", "/appraisals/new"), 200);
	assert_true(answer_has(r, "新建批次"));
	assert_true(answer_has(r, "2026-1"));
	static const struct {
		const char *from, *to, *way, *amount, *says;
	} bad[] = {
		{ "2026-06-30", "2026-01-01", "share", "100", "起始日应当早于截止日" },
		{ "2026-01-01", "2026-11-23", "share", "100", "截止日应当已经过去" },
		{ "2026-01-01", "2026-06-30", "share", "1001", "千分之1至千分之1000" },
		{ "2026-01-01", "2026-06-30", "share", "0", "f-amount" },
		{ "2026-01-01", "2026-06-30", "dice", "10", "f-way" },
		{ "2026-02-30", "2026-06-30", "share", "10", "f-from_day" },
		{ "", "2026-06-30", "share", "10", "f-from_day" },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		r = bench_post(b, "head1", "/appraisals", "title", "评查", "area", "0", "from_day",
			bad[i].from, "to_day", bad[i].to, "kinds", "", "way", bad[i].way, "amount",
			bad[i].amount, NULL);
		status_is(r, 422);
		assert_true(answer_has(r, bad[i].says));
	}
	r = bench_post(b, "head1", "/appraisals", "title", "评查", "area", "0", "from_day",
		"2025-01-01", "to_day", "2025-06-30", "kinds", "", "way", "share", "amount", "10",
		NULL);
	status_is(r, 422);
	assert_true(answer_has(r, "没有结案的案件"));
	/* more than a round can take: refused at the field, not cut off */
	closed_case(b, 100,
		&(struct closed){ "评查示例连锁店", "2026-03-02", HARNESS_AREA, false, 20, 10,
			.more = MOST - CASES });
	r = status_is(open_round(b, "share", "1"), 422);
	assert_true(answer_has(r, "这段时间结案超过20000件"));
	assert_true(answer_has(r, "上半年案卷评查"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM appraisal_rounds"), 0);
	bench_run(b, "DELETE FROM cases WHERE id = 7100");
	status_is(open_round(b, "share", "1"), 303);
	assert_int_equal(bench_int(b, "SELECT candidates FROM appraisal_rounds"), MOST);
}

static void test_draw(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);

	district(b);
	const char *path = status_is(open_round(b, "share", "300"), 303)->location;
	struct answer *r = status_is(bench_get(b, "head1", path), 200);
	assert_true(answer_has(r, "备选案卷已固定"));
	assert_int_equal(bench_int(b, "SELECT candidates FROM appraisal_rounds"), CASES);
	assert_string_equal(bench_text(b, "SELECT seed FROM appraisal_rounds"), "");
	status_is(bench_get(b, "head1", step(b, path, "order")), 404);
	status_is(bench_get(b, "head1", step(b, path, "file")), 404);
	status_is(bench_get(b, "head1", step(b, path, "report")), 409);
	/* neither a head nor a word yet */
	r = bench_post(b, "head1", step(b, path, "draw"), "word", "", NULL);
	status_is(r, 409);
	assert_true(answer_has(r, "签名树头"));
	status_is(bench_post(b, "head1", step(b, path, "draw"), "word", "秋分", NULL), 303);
	status_is(bench_post(b, "head1", step(b, path, "draw"), "word", "再抽", NULL), 409);
	status_is(bench_post(b, "head1", step(b, path, "withdraw"), "reason", "重来", NULL), 409);

	const char *list = bench_get(b, "auditor1", step(b, path, "candidates"))->body,
		   *draw = bench_get(b, "auditor1", step(b, path, "order"))->body;
	struct digest d = sm3(draw, strlen(draw));
	assert_string_equal(
		digest_hex(a, &d), bench_text(b, "SELECT draw_sm3 FROM appraisal_rounds"));
	d = sm3(list, strlen(list));
	assert_string_equal(
		digest_hex(a, &d), bench_text(b, "SELECT list_sm3 FROM appraisal_rounds"));
	assert_non_null(strstr(draw, "\nword 秋分\n"));
	const char *file = bench_get(b, "auditor1", step(b, path, "file"))->body;
	struct sample_replay again;
	assert_string_equal(file, arena_printf(a, "%s%s", draw, list));
	assert_true(
		sample_replay(a, (struct bytes){ (const uint8_t *)file, strlen(file) }, &again));
	assert_true(answer_has(bench_get(b, "auditor1", path), "shian draw verify"));
	assert_string_equal(draw, lottery_again(a, list, draw));
	/* what is in the round is what the file says, each case once */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM appraisals"),
		bench_int(b, "SELECT take FROM appraisal_rounds"));
	assert_int_equal(bench_int(b, "SELECT count(DISTINCT case_id) FROM appraisals"),
		bench_int(b, "SELECT take FROM appraisal_rounds"));
	struct answer *csv = bench_get(b, "head1", arena_printf(a, "%s?format=csv", path));
	assert_true(answer_has(csv, "示范市监立"));
	assert_int_equal(facts(b, "appraisal.drawn"), 1);
}

static enum err sign_head(struct req *rq, void *arg)
{
	struct fault why = { 0 };

	(void)arg;
	return ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
}

/* With a head no word is needed, and only the first head after the opening counts. */
static void test_head(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);
	struct sample_replay again;

	district(b);
	const char *path = status_is(open_round(b, "number", "5"), 303)->location;
	assert_int_equal(bench_write(b, sign_head, NULL), OK);
	int64_t first = bench_int(b, "SELECT max(size) FROM ledger_heads");
	status_is(open_round(b, "number", "3"), 303);
	assert_int_equal(bench_write(b, sign_head, NULL), OK);
	status_is(bench_post(b, "head1", step(b, path, "draw"), "word", "", NULL), 303);
	const char *file = bench_get(b, "head1", step(b, path, "file"))->body;
	assert_non_null(strstr(file, arena_printf(a, "\nhead %" PRId64 " ", first)));
	assert_true(
		sample_replay(a, (struct bytes){ (const uint8_t *)file, strlen(file) }, &again));
}

static void test_changed(void **state)
{
	struct bench *b = *state;

	district(b);
	const char *path = status_is(open_round(b, "number", "4"), 303)->location;
	assert_int_equal(bench_int(b, "SELECT take FROM appraisal_rounds"), 4);
	/* a case of the list is no more among the closed ones: the list is not what was fixed */
	bench_run(b, "UPDATE cases SET closed_at = closed_at + 40000000000 WHERE id = 7003");
	struct answer *r = bench_post(b, "head1", step(b, path, "draw"), "word", "秋分", NULL);
	status_is(r, 409);
	assert_true(answer_has(r, "与固定的清单不一致"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM appraisals"), 0);
	status_is(bench_post(b, "head1", step(b, path, "withdraw"), "reason", "", NULL), 422);
	status_is(
		bench_post(b, "head1", step(b, path, "withdraw"), "reason", "清单变动", NULL), 303);
	assert_true(answer_has(bench_get(b, "head1", path), "清单变动"));
	status_is(bench_post(b, "head1", step(b, path, "draw"), "word", "秋分", NULL), 409);
}

/* ---- appraisers */
static struct answer *assign(struct bench *b, int64_t id, const char *login)
{
	return bench_post(b, "head1", appraised(b, id, "assign"), "appraiser",
		text_of(b, account(b, login)), NULL);
}

static void test_recused(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);

	district(b);
	drawn(b, "share", "1000");
	int64_t id = first_of(b);
	assert_true(answer_has(status_is(assign(b, id, "officer1"), 409), "本案办案人员不得评查"));
	assert_true(answer_has(status_is(assign(b, id, "officer2"), 409), "行政处罚法43条"));
	assert_true(answer_has(status_is(assign(b, id, "auditor1"), 409), "请选择本局"));
	assert_true(answer_has(status_is(assign(b, id, "admin1"), 409), "请选择本局"));
	status_is(bench_post(b, "head1", appraised(b, id, "assign"), "appraiser", "77", NULL), 409);
	/* who reviewed, who decided */
	int64_t of = bench_int(
		b, arena_printf(a, "SELECT case_id FROM appraisals WHERE id = %" PRId64, id));
	bench_run(b, arena_printf(a,
			     "INSERT INTO case_approvals VALUES (9100, 1, %" PRId64
			     ", 'decide', '', '', 0, 1, 1, 'approved', %" PRId64 ", 1, 'x', 0)",
			     of, account(b, "head1")));
	assert_true(answer_has(status_is(assign(b, id, "head1"), 409), "作出决定的人员"));
	/* tied to the business */
	status_is(
		bench_post(b, "admin1", "/officers", "account", text_of(b, account(b, "officer3")),
			"card_no", "ZF-3", "card_valid_to", "2027-12-31", "qualification", "",
			"station", "七宝所", "words", "", NULL),
		303);
	bench_run(
		b, arena_printf(a,
			   "INSERT INTO grid_recusals (id, version, officer, operator, person, "
			   "reason, entered_by, entered_at, ended_by, ended_at, end_reason) SELECT "
			   "9200, 1, %" PRId64
			   ", operator, '', 'x', 1, 1, 0, 0, '' FROM appraisals WHERE id = "
			   "%" PRId64,
			   account(b, "officer3"), id));
	assert_true(answer_has(status_is(assign(b, id, "officer3"), 409), "利害关系"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM appraisal_points"), 0);
	status_is(assign(b, id, "reviewer1"), 303);
	assert_int_equal(facts(b, "appraisal.assigned"), 1);
}

static void test_replaced(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);

	district(b);
	const char *path = drawn(b, "share", "300");
	int64_t id = first_of(b);
	status_is(bench_post(b, "head1", appraised(b, id, "replace"), "reason", "", NULL), 409);
	const char *draw = bench_get(b, "head1", step(b, path, "order"))->body;
	status_is(bench_post(b, "head1", appraised(b, id, "replace"), "reason",
			  "案卷移送检察院监督", NULL),
		303);
	const char *stratum = bench_text(
		b, arena_printf(a, "SELECT stratum FROM appraisals WHERE id = %" PRId64, id));
	int64_t fresh = bench_int(b, "SELECT max(id) FROM appraisals"),
		place = bench_int(b,
			arena_printf(a, "SELECT place FROM appraisals WHERE id = %" PRId64, fresh)),
		of = bench_int(
			b, arena_printf(
				   a, "SELECT case_id FROM appraisals WHERE id = %" PRId64, fresh));
	assert_true(strstr(draw, arena_printf(a, "\nnext %s\t%" PRId64 "\t%" PRId64 "\n", stratum,
					 place, of)) != NULL);
	assert_true(answer_has(bench_get(b, "head1", path), "案卷移送检察院监督"));
	status_is(bench_post(b, "head1", appraised(b, id, "replace"), "reason", "又", NULL), 409);
	/* until nothing is left */
	int rounds = 0;
	for (; rounds < CASES; rounds++) {
		struct answer *r = bench_post(b, "head1",
			appraised(b, bench_int(b, "SELECT max(id) FROM appraisals"), "replace"),
			"reason", "回避", NULL);
		if (r->status == 409) {
			assert_true(answer_has(r, "该层没有剩余案卷"));
			break;
		}
	}
	assert_in_range(rounds, 0, CASES - 1);
}

/* ---- one appraisal */
static const char *point(struct bench *b, int64_t id, const char *code, const char *member)
{
	return bench_text(b, arena_printf(bench_arena(b),
				     "SELECT %s FROM appraisal_points WHERE appraisal = %" PRId64
				     " AND code = '%s'",
				     member, id, code));
}

/* A round of everything, and an ordinary case of it with its appraiser. */
static int64_t with_appraiser(struct bench *b, const char *login)
{
	district(b);
	drawn(b, "share", "1000");
	int64_t id = bench_int(b,
		"SELECT id FROM appraisals WHERE procedure = 'ordinary' ORDER BY case_id LIMIT 1");
	status_is(assign(b, id, login), 303);
	return id;
}

/* The points that only a person can say, all met. */
static struct answer *fill(struct bench *b, int64_t id, const char *code, const char *verdict)
{
	const char *json = "{\"do\":\"submit\",\"opinion\":\"案卷总体规范\"";
	static const char *const persons[] = { "S2", "J1", "F1", "F3", "F4", "P6", "L1", "L2", "D1",
		"D2", "W2" };

	for (size_t i = 0; i < sizeof(persons) / sizeof(*persons); i++)
		if (!text_is(persons[i], code))
			json = arena_printf(
				bench_arena(b), "%s,\"v_%s\":\"met\"", json, persons[i]);
	return bench_post_json(b, "reviewer1", appraised(b, id, "fill"),
		arena_printf(bench_arena(b), "%s,\"v_%s\":\"%s\",\"r_%s\":\"%s\"}", json, code,
			verdict, code, text_is(verdict, "met") ? "" : "笔录第二页无签字"));
}

static void test_found(void **state)
{
	struct bench *b = *state;
	int64_t id = with_appraiser(b, "reviewer1");
	static const char *const rows[][2] = { { "S1", "ok" }, { "J2", "ok" }, { "F2", "bad" },
		{ "P1", "ok" }, { "P2", "bad" }, { "P3", "ok" }, { "P4", "ok" }, { "P5", "na" },
		{ "P7", "ok" }, { "P8", "bad" }, { "W1", "bad" }, { "V1", "ok" }, { "E1", "na" },
		{ "E2", "bad" }, { "E3", "ok" }, { "U1", "bad" }, { "A1", "bad" }, { "F1", "" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(point(b, id, rows[i][0], "found"), rows[i][1]);
	assert_string_equal(point(b, id, "P2", "verdict"), "failed");
	assert_string_equal(point(b, id, "F1", "verdict"), "");
	struct answer *r = status_is(bench_get(b, "reviewer1", appraised(b, id, "")), 200);
	assert_true(r->statements <= ONE_STATEMENTS);
	assert_true(answer_has(r, "缺少应有文书"));
	assert_true(answer_has(r, "案件调查终结报告"));
	assert_true(answer_has(r, "name=\"v_F1\""));
	bench_golden(b, r, "src/domains/appraisals/golden/fill.html");
	bench_english(b, true);
	r = bench_get(b, "reviewer1", appraised(b, id, ""));
	assert_true(answer_has(r, "Report of the investigation"));
	assert_true(answer_has(r, "APL 42; O2 22"));
	bench_english(b, false);
	/* the late one: decided on the 96th day */
	int64_t late = bench_int(b, "SELECT id FROM appraisals WHERE case_id = 7009");
	status_is(assign(b, late, "reviewer1"), 303);
	assert_string_equal(point(b, late, "P7", "found"), "bad");
	assert_string_equal(point(b, late, "P2", "found"), "");
}

static void test_fill(void **state)
{
	struct bench *b = *state;
	int64_t id = with_appraiser(b, "reviewer1");
	const char *path = appraised(b, id, "fill");

	/* nobody else; the officers of the case see nothing yet */
	status_is(bench_post(b, "head1", path, "do", "save", NULL), 409);
	status_is(bench_post(b, "officer1", path, "do", "save", NULL), 404);
	status_is(bench_get(b, "officer1", appraised(b, id, "")), 404);
	assert_null(strstr(bench_get(b, "officer1", "/appraisals/mine")->body, "评查示例餐馆"));
	/* what lacks stands at its field, and nothing is handed in */
	struct answer *r = bench_post(
		b, "reviewer1", path, "do", "submit", "v_F1", "failed", "v_S1", "failed", NULL);
	status_is(r, 422);
	assert_true(answer_has(r, "#f-r_F1"));
	assert_true(answer_has(r, "#f-r_S1"));
	assert_true(answer_has(r, "#f-v_D1"));
	assert_true(answer_has(r, "class=\"field field-bad\" id=\"f-v_D1\""));
	assert_true(answer_has(r, "与系统核对结果不一致的理由"));
	assert_int_equal(facts(b, "appraisal.submitted"), 0);
	status_is(bench_post(b, "reviewer1", path, "do", "save", "v_F1", "dice", NULL), 422);
	status_is(bench_post(b, "reviewer1", path, "do", "save", "v_F1", "failed", "r_F1",
			  "时间不清", NULL),
		303);
	assert_string_equal(point(b, id, "F1", "verdict"), "failed");
	assert_string_equal(point(b, id, "F1", "reason"), "时间不清");
	status_is(fill(b, id, "F4", "part"), 200);
	/* by hand: 10000 less P5 400 and E1 300 apply; lost are F2 400, P2 500, P8 100, W1 400, E2
	 * 300, U1 300, A1 400 and half of F4, 100: 6800 of 9300 */
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT score FROM appraisals WHERE id = %" PRId64, id)),
		7312);
	assert_string_equal(bench_text(b, arena_printf(bench_arena(b),
						  "SELECT grade FROM appraisals WHERE id = "
						  "%" PRId64,
						  id)),
		"fail");
	status_is(bench_post(b, "reviewer1", path, "do", "save", NULL), 409);
	status_is(assign(b, id, "officer3"), 409);
	status_is(bench_post(b, "head1", appraised(b, id, "replace"), "reason", "x", NULL), 409);
	assert_true(answer_has(bench_get(b, "officer1", "/appraisals/mine"), "评查示例餐馆"));
	assert_true(answer_has(
		bench_get(b, "officer1", "/desk/waiting"), "对评查意见提出异议或者接受"));
}

static void test_objection(void **state)
{
	struct bench *b = *state;
	int64_t id = with_appraiser(b, "reviewer1");
	const char *object = appraised(b, id, "object"), *answer = appraised(b, id, "answer");

	status_is(fill(b, id, "F4", "part"), 200);
	status_is(bench_post(b, "head1", appraised(b, id, "confirm"), NULL), 409);
	status_is(bench_post(b, "officer3", object, "code", "P2", "words", "x", NULL), 404);
	status_is(bench_post(b, "reviewer1", object, "code", "P2", "words", "x", NULL), 409);
	status_is(bench_post(b, "officer1", object, "code", "S1", "words", "x", NULL), 422);
	status_is(bench_post(b, "officer1", object, "code", "P2", "words", "", NULL), 422);
	status_is(bench_post(b, "officer1", object, "code", "P2", "words",
			  "已由法制机构审核，审核表在纸质卷第12页", NULL),
		303);
	status_is(bench_post(b, "officer2", object, "code", "P2", "words", "再", NULL), 409);
	status_is(
		bench_post(b, "officer2", object, "code", "F2", "words", "证据见附卷", NULL), 303);
	status_is(bench_post(b, "officer1", appraised(b, id, "accept"), NULL), 409);
	struct answer *r = bench_post(b, "head1", appraised(b, id, "confirm"), NULL);
	assert_true(answer_has(status_is(r, 409), "有异议尚待答复"));
	status_is(bench_post(
			  b, "head1", answer, "code", "P2", "verdict", "uphold", "words", "", NULL),
		422);
	status_is(bench_post(b, "head1", answer, "code", "P2", "verdict", "x", "words", "y", NULL),
		422);
	status_is(bench_post(b, "head1", answer, "code", "F1", "verdict", "uphold", "words", "y",
			  NULL),
		404);
	status_is(bench_post(b, "head1", answer, "code", "P2", "verdict", "uphold", "words",
			  "核对纸质卷属实", NULL),
		303);
	assert_string_equal(point(b, id, "P2", "verdict"), "met");
	status_is(bench_post(b, "head1", answer, "code", "F2", "verdict", "reject", "words",
			  "附卷中没有证据", NULL),
		303);
	r = status_is(bench_get(b, "officer1", appraised(b, id, "")), 200);
	assert_true(answer_has(r, "核对纸质卷属实"));
	assert_true(answer_has(r, "附卷中没有证据"));
	/* F2 decides alone: still failed, whatever the score is */
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT vetoed FROM appraisals WHERE id = %" PRId64, id)),
		1);
	status_is(bench_post(b, "head1", appraised(b, id, "confirm"), NULL), 303);
	bench_golden(b, bench_get(b, "officer1", appraised(b, id, "")),
		"src/domains/appraisals/golden/final.html");
	/* and the case leads there */
	const char *of = arena_printf(bench_arena(b), "/cases/%" PRId64,
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT case_id FROM appraisals WHERE id = %" PRId64, id)));
	assert_true(answer_has(bench_get(b, "head1", of), appraised(b, id, "")));
}

static void test_terms(void **state)
{
	struct bench *b = *state;
	int64_t id = with_appraiser(b, "reviewer1"),
		due = bench_int(
			b, arena_printf(bench_arena(b),
				   "SELECT fill_due FROM appraisals WHERE id = %" PRId64, id));

	/* appointed on Monday 23 November: ten working days end on 7 December */
	assert_int_equal(due, day("2026-12-08") - 1);
	status_is(fill(b, id, "F4", "part"), 200);
	due = bench_int(b, arena_printf(bench_arena(b),
				   "SELECT object_due FROM appraisals WHERE id = %" PRId64, id));
	assert_int_equal(due, day("2026-12-01") - 1);
	bench_clock(b, due);
	status_is(bench_post(b, "head1", appraised(b, id, "confirm"), NULL), 409);
	bench_clock(b, due + 1);
	struct answer *r = bench_post(
		b, "officer1", appraised(b, id, "object"), "code", "F4", "words", "x", NULL);
	assert_true(answer_has(status_is(r, 409), "异议期限已过"));
	status_is(bench_post(b, "head1", appraised(b, id, "confirm"), NULL), 303);
	assert_string_equal(
		bench_text(b, "SELECT mend_state FROM appraisals WHERE final_at > 0"), "ordered");
}

static void test_mending(void **state)
{
	struct bench *b = *state;
	int64_t id = with_appraiser(b, "reviewer1");
	const char *mend = appraised(b, id, "mend"), *check = appraised(b, id, "check");
	static const char pdf[] = "%PDF-1.4 proof";
	const struct bytes file = { (const uint8_t *)pdf, sizeof(pdf) - 1 };

	status_is(fill(b, id, "F4", "part"), 200);
	status_is(bench_post(b, "officer2", mend, "words", "x", NULL), 409);
	status_is(bench_post(b, "officer2", appraised(b, id, "accept"), NULL), 303);
	status_is(bench_post(b, "officer2", appraised(b, id, "accept"), NULL), 409);
	status_is(bench_post(b, "head1", appraised(b, id, "confirm"), NULL), 303);
	status_is(bench_get(b, "officer1", appraised(b, id, "proof")), 404);
	status_is(bench_post(b, "head1", mend, "words", "x", NULL), 409);
	status_is(bench_post(b, "officer1", mend, "words", "", NULL), 409);
	bench_file(b, "proof", "x.exe", "application/x-msdownload", file);
	status_is(bench_post(b, "officer1", mend, "words", "补签笔录", NULL), 422);
	bench_file(b, "proof", "proof.pdf", "application/pdf", file);
	status_is(bench_post(b, "officer1", mend, "words", "补签笔录，归档成册", NULL), 303);
	struct answer *r = status_is(bench_get(b, "head1", appraised(b, id, "proof")), 200);
	assert_string_equal(r->type, "application/pdf");
	assert_true(answer_has(bench_get(b, "head1", "/desk/waiting"), "核查整改情况"));
	status_is(bench_post(b, "head1", check, "verdict", "refuse", "words", "", NULL), 409);
	status_is(bench_post(b, "head1", check, "verdict", "", "words", "x", NULL), 422);
	status_is(
		bench_post(b, "head1", check, "verdict", "refuse", "words", "仍缺签字", NULL), 303);
	status_is(bench_post(b, "officer1", mend, "words", "已补齐", NULL), 303);
	status_is(bench_post(b, "head1", check, "verdict", "accept", "words", "属实", NULL), 303);
	status_is(bench_post(b, "officer1", mend, "words", "又", NULL), 409);
	assert_int_equal(facts(b, "appraisal.mended"), 2);
	assert_int_equal(facts(b, "appraisal.checked"), 2);
}

/* The score of each as its lines and the version of the table that the round keeps give it. */
static enum err replayed(struct req *rq, void *arg)
{
	struct list l;

	TRY(db_all(rq, &appraisal_model, &l, "SELECT * FROM appraisals WHERE state = 'final'"));
	for (const struct appraisal *a = LIST_OF(struct appraisal, &l);
		a < LIST_END(struct appraisal, &l); a++) {
		struct sitting s;
		struct scored k;
		TRY(sitting_load(rq, a->id, &s));
		assert_string_equal(node_text(s.table, "version", ""), s.r.table_version);
		sitting_score(rq, &s, &k);
		assert_int_equal(k.score, a->score);
		assert_string_equal(k.grade, a->grade);
		++*(int *)arg;
	}
	return OK;
}

/* ---- report */
static void test_report(void **state)
{
	struct bench *b = *state;
	struct arena *a = bench_arena(b);

	district(b);
	const char *path = drawn(b, "number", "2");
	for (int i = 0; i < 2; i++) {
		int64_t id =
			bench_int(b, "SELECT id FROM appraisals WHERE state = 'drawn' ORDER BY "
				     "id LIMIT 1");
		status_is(assign(b, id, "reviewer1"), 303);
		if (i == 1)
			status_is(bench_post(b, "head1", step(b, path, "finish"), NULL), 409);
		status_is(fill(b, id, "F1", "met"), 200);
		status_is(bench_post(b, "officer1", appraised(b, id, "accept"), NULL), 303);
		status_is(bench_post(b, "head1", appraised(b, id, "confirm"), NULL), 303);
	}
	status_is(bench_post(b, "head1", step(b, path, "finish"), NULL), 303);
	status_is(bench_post(b, "head1", step(b, path, "finish"), NULL), 409);
	struct answer *r = status_is(bench_get(b, "head1", step(b, path, "report")), 200);
	assert_true(r->statements <= REPORT_STATEMENTS);
	assert_true(answer_has(r, "按办案人员"));
	bench_golden(b, r, "src/domains/appraisals/golden/report.html");
	r = status_is(bench_get(b, "reviewer1", step(b, path, "report")), 200);
	assert_null(strstr(r->body, "按办案人员"));
	r = bench_get(b, "head1", arena_printf(a, "%s/report?format=csv", path));
	assert_true(answer_has(r, "A1,"));
	r = status_is(bench_get(b, "head1", step(b, path, "report.pdf")), 200);
	assert_string_equal(r->type, "application/pdf");
	assert_true(r->body_n > 5000 && !memcmp(r->body, "%PDF", 4));
	int seen = 0;
	assert_int_equal(bench_write(b, replayed, &seen), OK);
	assert_int_equal(seen, 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_appraisals WHERE score > 0"), 2);
	bench_english(b, true);
	r = bench_get(b, "head1", step(b, path, "report"));
	assert_true(answer_has(r, "By point: what fails most"));
	assert_true(
		answer_has(r, "The archive volume is made") || answer_has(r, "All duty papers"));
}

/* ---- rights, torture */
static void test_rights(void **state)
{
	struct bench *b = *state;

	district(b);
	const char *path = drawn(b, "number", "3");
	assert_int_equal(bench_get(b, "", "/appraisals")->status, 303);
	assert_int_equal(bench_get(b, "officer1", "/appraisals")->status, 403);
	assert_int_equal(bench_get(b, "officer1", path)->status, 403);
	assert_int_equal(bench_get(b, "auditor1", "/appraisals/new")->status, 403);
	assert_int_equal(
		bench_post(b, "reviewer1", step(b, path, "draw"), "word", "x", NULL)->status, 403);
	assert_int_equal(bench_get(b, "head1", "/appraisals/77")->status, 404);
	assert_int_equal(bench_get(b, "head1", "/appraised/77")->status, 404);
	struct answer *r = status_is(bench_get(b, "auditor1", "/appraisals"), 200);
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/appraisals/golden/list.html");
	r = status_is(bench_get(b, "head1", path), 200);
	assert_true(r->statements <= ROUND_STATEMENTS);
	assert_true(answer_has(r, "指定"));
	r = bench_post(b, "auditor1", appraised(b, first_of(b), "accept"), NULL);
	assert_int_equal(r->status, 403);
	/* a station's own supervisor opens rounds of the station only, and sees none of the
	 * district */
	bench_run(b, "UPDATE users SET area = 310112101 WHERE login = 'head1'");
	assert_int_equal(bench_get(b, "head1", path)->status, 403);
	r = bench_post(b, "head1", "/appraisals", "title", "本所", "area", "310112102", "from_day",
		"2026-01-01", "to_day", "2026-06-30", "kinds", "ordinary", "way", "share", "amount",
		"500", NULL);
	status_is(r, 303);
	assert_int_equal(bench_int(b, "SELECT area FROM appraisal_rounds WHERE title = '本所'"),
		HARNESS_AREA);
	assert_int_equal(
		bench_int(b, "SELECT candidates FROM appraisal_rounds WHERE title = '本所'"),
		bench_int(b,
			"SELECT count(*) FROM pub_cases WHERE area = 310112101 AND procedure = "
			"'ordinary'"));
}

static void test_torture(void **state)
{
	struct bench *b = *state;

	district(b);
	assert_true(bench_torture(b, "head1", "/appraisals", "title", "评查", "area", "0",
			    "from_day", "2026-01-01", "to_day", "2026-06-30", "kinds", "",
			    "by_area", "1", "way", "number", "amount", "2", NULL) > 2);
	const char *path = arena_printf(bench_arena(b), "/appraisals/%" PRId64,
		bench_int(b, "SELECT id FROM appraisal_rounds"));
	bench_torture(b, "head1", step(b, path, "draw"), "word", "秋分", NULL);
	int64_t id = first_of(b);
	bench_torture(b, "head1", appraised(b, id, "replace"), "reason", "移送监督", NULL);
	id = first_of(b);
	bench_torture(b, "head1", appraised(b, id, "assign"), "appraiser",
		text_of(b, account(b, "reviewer1")), NULL);
	status_is(fill(b, id, "F1", "failed"), 200);
	bench_torture(
		b, "officer1", appraised(b, id, "object"), "code", "F1", "words", "不同意", NULL);
	bench_torture(b, "head1", appraised(b, id, "answer"), "code", "F1", "verdict", "uphold",
		"words", "属实", NULL);
	bench_torture(b, "head1", appraised(b, id, "confirm"), NULL);
	bench_torture(b, "officer1", appraised(b, id, "mend"), "words", "已补正", NULL);
	bench_torture(
		b, "head1", appraised(b, id, "check"), "verdict", "accept", "words", "属实", NULL);
	assert_int_equal(facts(b, "appraisal.checked"), 1);
}

#define TESTS(X)                                                                                   \
	X(test_form)                                                                               \
	X(test_draw)                                                                               \
	X(test_head)                                                                               \
	X(test_changed)                                                                            \
	X(test_recused)                                                                            \
	X(test_replaced)                                                                           \
	X(test_found)                                                                              \
	X(test_fill)                                                                               \
	X(test_objection)                                                                          \
	X(test_terms) X(test_mending) X(test_report) X(test_rights) X(test_torture)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"appraisals", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
