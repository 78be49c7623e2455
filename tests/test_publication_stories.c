/* Publication of a penalty through its pages, on both databases: masked, published, corrected;
 * ended early and revoked; ended by its term; withdrawn, and published anew when it was changed. */
#include "contracts/facts.h"
#include "domains/cases/cases.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 10, PAGE_STATEMENTS = 18, OPEN_STATEMENTS = 5 };

struct matter {
	struct bench *b;
	int64_t operator, id, paper, officer1, officer2;
	const char *procedure, *penalty;
	char party[64];
};

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static void costs(const struct answer *r, int64_t most)
{
	if (r->statements > most)
		fail_msg("%d statements, at most %d", (int)r->statements, (int)most);
}

static int64_t number(const struct matter *m, const char *name)
{
	return bench_int(m->b,
		arena_printf(bench_arena(m->b),
			"SELECT %s FROM publications ORDER BY CASE WHEN state = 'withdrawn' THEN 1 "
			"ELSE 0 END, id LIMIT 1",
			name));
}

static const char *text(const struct matter *m, const char *name)
{
	return bench_text(m->b, arena_printf(bench_arena(m->b),
					"SELECT %s FROM publications ORDER BY CASE WHEN state = "
					"'withdrawn' THEN 1 ELSE 0 END, id LIMIT 1",
					name));
}

static const char *day(const struct matter *m, const char *name)
{
	int64_t ms = number(m, name);

	return ms ? date_text(bench_arena(m->b), ms) : "";
}

static const char *at(const struct matter *m, const char *step)
{
	return arena_printf(
		bench_arena(m->b), "/publications/%" PRId64 "%s", number(m, "id"), step);
}

static const char *outside(const struct matter *m)
{
	return arena_printf(bench_arena(m->b), "/penalties/%s", text(m, "code"));
}

static const char *mine(const struct matter *m)
{
	return arena_printf(bench_arena(m->b), "/my/cases/%" PRId64 "/publication", m->id);
}

static int facts(const struct matter *m, const char *name)
{
	return (int)bench_int(m->b,
		arena_printf(bench_arena(m->b),
			"SELECT count(*) FROM ledger WHERE subject = %" PRId64 " AND name = '%s'",
			m->id, name));
}

/* The case's page and the party's lead to the publication, once there is one. */
static bool case_leads_there(const struct matter *m)
{
	const char *page = arena_printf(bench_arena(m->b), "/cases/%" PRId64, m->id);
	bool desk = answer_has(bench_get(m->b, "officer1", page), "href=\"/publications/"),
	     party = answer_has(
		     bench_get(m->b, m->party, arena_printf(bench_arena(m->b), "/my%s", page)),
		     arena_printf(bench_arena(m->b), "href=\"%s\"", mine(m)));

	assert_int_equal(desk, party);
	return desk;
}

static void until(const struct matter *m, const char *date)
{
	int64_t ms = 0;

	assert_true(date_parse(date, &ms));
	bench_clock(m->b, ms + 12 * HOUR);
	for (int i = 0; i < 3; i++)
		bench_minute(m->b);
}

/* ---- a decided case ------------------------------------------------------------------------ */
static enum err decide(struct req *rq, void *arg)
{
	struct matter *m = arg;
	struct case_row c;

	TRY(precheck_of(rq,
		&(struct finding){
			m->operator, HARNESS_AREA, m->officer1, m->officer2, rq->now, "V01" },
		&c));
	m->id = c.id;
	c.state = "decided";
	c.number = "示范市监立〔2026〕9号";
	c.filed_at = c.told_at = c.heard_at = c.decided_at = rq->now;
	c.outcome = "penalty";
	c.penalty = m->penalty;
	c.fine_fen = strstr(m->penalty, "PEN_FINE") ? 500000 : 0;
	c.decision_paper = m->paper = id_new();
	TRY(db_update(rq, &case_model, &c));
	return emit(rq, CASE_DECIDED, c.id, c.operator,
		json_pairs(rq, "procedure", m->procedure, "outcome", "penalty", "fine_fen",
			arena_printf(rq->arena, "%" PRId64, c.fine_fen), "confiscated_fen", "0",
			NULL));
}

static enum err serve(struct req *rq, void *arg)
{
	const struct matter *m = arg;

	return emit(rq, PAPER_SERVED, m->id, m->operator,
		json_pairs(rq, "paper", arena_printf(rq->arena, "%" PRId64, m->paper), "template",
			"penalty_decision", "title", "行政处罚决定书", "way", "direct", "served_at",
			arena_printf(rq->arena, "%" PRId64, rq->now), NULL));
}

/* The decision as a paper that the office has, with what must not leave it. */
static void paper_of(const struct matter *m)
{
	bench_run(m->b,
		arena_printf(bench_arena(m->b),
			"INSERT INTO papers (id, version, code, template, template_version, "
			"number, "
			"title, subject, entity, area, content, dated_at, ordered_at, state, "
			"sealed_at, sm3, sha256, size, signature, key_id) VALUES (%" PRId64
			", 1, 'testcode1234', 'penalty_decision', '1', '示范市监处〔2026〕1号', "
			"'行政处罚决定书', %" PRId64 ", 1, 310112101, '{\"values\":{\"facts\":"
			"\"厨师李明（310112199001011234，电话13812345678）未戴口罩，使用秘制酱料"
			"\",\"basis\":\"食品安全法第一百二十六条\",\"penalty\":\"罚款5000元\","
			"\"party_phone\":\"13900000000\"}}', 1, 1, 'sealed', 1, '', '', 1, '', '')",
			m->paper, m->id));
}

static struct matter matter(struct bench *b, const char *procedure, const char *penalty)
{
	struct matter m = { .b = b,
		.operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.procedure = procedure,
		.penalty = penalty,
		.officer1 = bench_int(b, "SELECT id FROM pub_users WHERE login = 'officer1'"),
		.officer2 = bench_int(b, "SELECT id FROM pub_users WHERE login = 'officer2'") };

	assert_int_equal(bench_write(b, decide, &m), OK);
	snprintf(m.party, sizeof(m.party), "party:%" PRId64 ":%" PRId64, m.operator, m.id);
	bench_jobs(b);
	paper_of(&m);
	return m;
}

static struct matter published(struct bench *b)
{
	struct matter m = matter(b, "ordinary", "PEN_FINE");

	assert_int_equal(bench_write(b, serve, &m), OK);
	status_is(bench_post(b, "officer1", at(&m, "/prepare"), "party_kind", "entity", "names",
			  "李明", "secrets", "秘制酱料", NULL),
		303);
	status_is(bench_post(b, "officer1", at(&m, "/publish"), "checked", "1", NULL), 303);
	assert_string_equal(text(&m, "state"), "public");
	return m;
}

/* ---- stories -----------------------------------------------------------------------------------
 */
static void from_decision_to_public(void **state)
{
	struct bench *b = *state;
	struct matter m = matter(b, "ordinary", "PEN_FINE");

	/* 2026-11-23 and twenty working days: article 9 */
	assert_string_equal(text(&m, "state"), "due");
	assert_string_equal(day(&m, "publish_due"), "2026-12-21");
	assert_true(case_leads_there(&m));
	struct answer *r = bench_get(b, "officer1", at(&m, ""));
	costs(r, PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/publications/golden/due.html");
	r = bench_get(b, "officer1", "/publications");
	costs(r, LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/publications/golden/list.html");
	/* nothing of it is outside yet */
	status_is(bench_get(b, "", outside(&m)), 404);
	assert_true(answer_has(bench_get(b, "", "/penalties"), "No published penalty found"));
	/* not unmasked, not before it was served, not unlooked at */
	r = status_is(bench_post(b, "officer1", at(&m, "/publish"), "checked", "1", NULL), 409);
	assert_true(answer_has(r, "article 6"));
	status_is(bench_post(b, "officer1", at(&m, "/prepare"), "party_kind", "x", NULL), 422);
	status_is(bench_post(b, "officer3", at(&m, "/prepare"), "party_kind", "entity", NULL), 403);
	bench_torture(b, "officer1", at(&m, "/prepare"), "party_kind", "entity", "names", "李明",
		"secrets", "秘制酱料", NULL);
	assert_int_equal(number(&m, "masked"), 4);
	r = status_is(bench_post(b, "officer1", at(&m, "/publish"), "checked", "1", NULL), 409);
	assert_true(answer_has(r, "article 8"));
	assert_int_equal(bench_write(b, serve, &m), OK);
	assert_int_equal(bench_write(b, serve, &m), OK); /* told twice, counted once */
	assert_int_equal(facts(&m, "publication.ready"), 1);
	r = status_is(bench_post(b, "officer1", at(&m, "/publish"), NULL), 409);
	assert_true(answer_has(r, "5 and 6"));
	/* its day passes: said once, and on top until it is done */
	until(&m, "2026-12-22");
	until(&m, "2026-12-23");
	assert_int_equal(facts(&m, "publication.overdue"), 1);
	assert_true(answer_has(bench_get(b, "officer1", "/publications"), "Overdue"));
	bench_torture(b, "officer1", at(&m, "/publish"), "checked", "1", NULL);
	status_is(bench_post(b, "officer1", at(&m, "/publish"), "checked", "1", NULL), 409);
	assert_string_equal(day(&m, "public_until"), "2029-12-23");
	assert_string_equal(day(&m, "early_from"), "2027-12-24");
	r = status_is(bench_get(b, "", outside(&m)), 200);
	costs(r, OPEN_STATEMENTS);
	bench_golden(b, r, "src/domains/publications/golden/penalty.html");
	static const char *const hidden[] = { "李明", "310112199001011234", "13812345678",
		"秘制酱料", "13900000000", NULL };
	for (const char *const *h = hidden; *h; h++) {
		assert_null(strstr(r->body, *h));
		assert_null(
			strstr(bench_get(b, "",
				       arena_printf(bench_arena(b), "%s?format=json", outside(&m)))
					->body,
				*h));
	}
	r = bench_get(b, "", "/penalties");
	costs(r, OPEN_STATEMENTS);
	bench_golden(b, r, "src/domains/publications/golden/penalties.html");
	assert_true(answer_has(bench_get(b, "", "/penalties?q=禾记"), "禾记小馆"));
	assert_null(strstr(bench_get(b, "", "/penalties?q=100%25")->body, "禾记小馆"));
	bench_golden(b, bench_get(b, "officer1", at(&m, "")),
		"src/domains/publications/golden/public.html");
}

static void not_all_are_published(void **state)
{
	struct bench *b = *state;

	matter(b, "simple", "PEN_FINE"); /* article 2: the simple procedure */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM publications"), 0);
}

static void a_warning_is_not(void **state)
{
	struct bench *b = *state;

	struct matter m = matter(b, "ordinary", "PEN_WARN");
	assert_false(case_leads_there(&m));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM publications"), 0);
}

static void a_person_is_masked(void **state)
{
	struct bench *b = *state;
	struct matter m = matter(b, "ordinary", "PEN_FINE");

	assert_int_equal(bench_write(b, serve, &m), OK);
	status_is(bench_post(b, "officer1", at(&m, "/prepare"), "party_kind", "minor", NULL), 303);
	assert_string_equal(text(&m, "party"), "某某");
	status_is(bench_post(b, "officer1", at(&m, "/prepare"), "party_kind", "person", NULL), 303);
	assert_string_equal(text(&m, "party"), "张某");
	assert_string_equal(text(&m, "party_no"), "");
	status_is(bench_post(b, "officer1", at(&m, "/publish"), "checked", "1", NULL), 303);
	struct answer *r = bench_get(b, "", outside(&m));
	assert_null(strstr(r->body, "张三"));
	assert_null(strstr(r->body, "禾记小馆"));
	assert_true(answer_has(r, "张某"));
}

static void corrected(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;

	status_is(bench_post(b, "officer1", at(&m, "/correct"), "party", "禾记小馆", "act_name",
			  "x", "reason", "", NULL),
		422);
	bench_torture(b, "officer1", at(&m, "/correct"), "party", "禾记小馆（莘庄店）", "act_name",
		"未佩戴口罩", "names", "李明", "secrets", "", "reason", "店名有误", NULL);
	struct answer *r = bench_get(b, "", outside(&m));
	assert_true(answer_has(r, "禾记小馆（莘庄店）"));
	assert_true(answer_has(r, "店名有误"));
	assert_true(answer_has(r, "秘制酱料")); /* no longer withheld */
}

static void ended_by_its_term(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;

	until(&m, "2029-11-23");
	status_is(bench_get(b, "", outside(&m)), 200);
	until(&m, "2029-11-24");
	assert_string_equal(text(&m, "state"), "ended");
	assert_int_equal(facts(&m, "publication.ended"), 1);
	struct answer *r = status_is(bench_get(b, "", outside(&m)), 410);
	bench_golden(b, r, "src/domains/publications/golden/ended.html");
	assert_null(strstr(r->body, "禾记小馆"));
}

static void ended_early(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;

	struct answer *r = status_is(
		bench_post(b, m.party, mine(&m), "words", "已整改", "promised", "1", NULL), 409);
	assert_true(answer_has(r, "shortest time"));
	status_is(bench_get(b, "party:1:2", mine(&m)), 403);
	until(&m, "2027-11-24");
	bench_golden(b, bench_get(b, m.party, mine(&m)),
		"src/domains/publications/golden/my_publication.html");
	status_is(bench_post(b, m.party, mine(&m), "words", "", "promised", "1", NULL), 422);
	status_is(bench_post(b, m.party, mine(&m), "words", "已整改", NULL), 422);
	bench_torture(b, m.party, mine(&m), "words", "已整改并缴纳罚款", "promised", "1", NULL);
	status_is(bench_post(b, m.party, mine(&m), "words", "x", "promised", "1", NULL), 409);
	assert_string_equal(day(&m, "next_due"), "2027-11-26"); /* two working days */
	status_is(bench_post(b, "officer1", at(&m, "/accept"), "verdict", "decline", NULL), 422);
	bench_torture(b, "officer1", at(&m, "/accept"), "verdict", "decline", "reason",
		"缺少缴款凭证", NULL);
	assert_string_equal(text(&m, "next_kind"), "");
	bench_torture(
		b, "officer1", at(&m, "/application"), "words", "补充凭证", "promised", "1", NULL);
	bench_torture(b, "officer1", at(&m, "/accept"), "verdict", "accept", NULL);
	assert_string_equal(day(&m, "next_due"), "2027-12-15"); /* fifteen working days */
	assert_string_equal(text(&m, "next_kind"), "decide");
	status_is(bench_post(b, "officer1", at(&m, "/decide"), "verdict", "grant", "reason", "x",
			  NULL),
		403);
	/* the fine is not paid: article 14(1) */
	r = status_is(bench_post(b, "head1", at(&m, "/decide"), "verdict", "grant", "reason", "x",
			      "harm_removed", "1", "not_listed", "1", NULL),
		409);
	assert_true(answer_has(r, "14(1)"));
	bench_run(b, "UPDATE fines SET settled_how = 'paid', settled_at = 1, state = 'settled'");
	r = status_is(bench_post(b, "head1", at(&m, "/decide"), "verdict", "grant", "reason", "x",
			      "not_listed", "1", NULL),
		409);
	assert_true(answer_has(r, "14(2)"));
	bench_torture(b, "head1", at(&m, "/decide"), "verdict", "grant", "reason", "符合条件",
		"harm_removed", "1", "not_listed", "1", NULL);
	assert_string_equal(text(&m, "ended_how"), "early");
	status_is(bench_get(b, "", outside(&m)), 410);
	/* it was got by a lie: public again, its three years anew */
	status_is(bench_post(b, "head1", at(&m, "/revoke"), "reason", "", NULL), 422);
	bench_torture(b, "head1", at(&m, "/revoke"), "reason", "缴款凭证系伪造", NULL);
	assert_string_equal(text(&m, "state"), "public");
	assert_string_equal(day(&m, "public_until"), "2030-11-24");
	status_is(bench_get(b, "", outside(&m)), 200);
	status_is(bench_post(b, "head1", at(&m, "/revoke"), "reason", "x", NULL), 409);
	bench_golden(b, bench_get(b, "head1", at(&m, "")),
		"src/domains/publications/golden/repaired.html");
}

static void refused(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;

	until(&m, "2027-11-24");
	status_is(bench_post(b, m.party, mine(&m), "words", "已整改", "promised", "1", NULL), 303);
	status_is(bench_post(b, "officer1", at(&m, "/accept"), "verdict", "accept", NULL), 303);
	bench_torture(
		b, "head1", at(&m, "/decide"), "verdict", "refuse", "reason", "罚款未缴清", NULL);
	assert_string_equal(text(&m, "state"), "public");
	assert_true(answer_has(bench_get(b, m.party, mine(&m)), "罚款未缴清"));
	/* it may be asked for again */
	status_is(bench_post(b, m.party, mine(&m), "words", "已缴清", "promised", "1", NULL), 303);
}

static void withdrawn(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;
	const char *path = at(&m, "/withdraw"), *page = outside(&m);

	status_is(bench_post(b, "officer1", path, "fault", "revoked", NULL), 403);
	status_is(bench_post(b, "head1", path, "fault", "", NULL), 422);
	status_is(bench_post(b, "head1", path, "fault", "revoked", "document", "d", "day",
			  "2026-11-23", "reason", "", NULL),
		422);
	status_is(bench_post(b, "head1", path, "fault", "revoked", "document", "d", "day",
			  "2026-12-23", "reason", "r", NULL),
		422);
	bench_torture(b, "head1", path, "fault", "unlawful", "document", "（2026）沪0112行初1号",
		"day", "2026-11-23", "reason", "法院确认处罚决定违法", NULL);
	status_is(bench_post(b, "head1", path, "fault", "void", NULL), 409);
	assert_string_equal(day(&m, "withdraw_due"), "2026-11-26"); /* three working days */
	struct answer *r = status_is(bench_get(b, "", page), 410);
	bench_golden(b, r, "src/domains/publications/golden/withdrawn.html");
	assert_true(case_leads_there(&m)); /* how it ended is still there to be read */
	assert_true(answer_has(r, "法院确认处罚决定违法"));
	static const char *const gone[] = { "禾记小馆", "示范市监处", "5000", "口罩", NULL };
	for (const char *const *g = gone; *g; g++) {
		assert_null(strstr(r->body, *g));
		assert_null(strstr(
			bench_get(b, "", arena_printf(bench_arena(b), "%s?format=json", page))
				->body,
			*g));
	}
	assert_null(strstr(bench_get(b, "", "/penalties")->body, "禾记小馆"));
	assert_null(strstr(bench_get(b, "", "/penalties?format=csv")->body, "禾记小馆"));
	assert_true(answer_has(bench_get(b, m.party, mine(&m)), "法院确认处罚决定违法"));
}

/* A review changes it: withdrawn, and the changed one is due within its own twenty days. */
static void changed(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;
	const char *path = at(&m, "/withdraw");

	status_is(bench_post(b, "head1", path, "fault", "changed", "document", "d", "day",
			  "2026-11-23", "reason", "r", "fine", "五千", NULL),
		422);
	status_is(bench_post(b, "head1", path, "fault", "changed", "document", "d", "day",
			  "2026-11-23", "reason", "r", "fine", "5000.01", NULL),
		422);
	bench_torture(b, "head1", path, "fault", "changed", "document", "沪闵府复〔2026〕1号",
		"day", "2026-11-23", "reason", "复议变更罚款数额", "fine", "3000.50", NULL);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM publications"), 2);
	assert_string_equal(text(&m, "state"), "due");
	assert_string_equal(text(&m, "number"), "沪闵府复〔2026〕1号");
	assert_int_equal(number(&m, "fine_fen"), 300050);
	assert_string_equal(day(&m, "publish_due"), "2026-12-21");
	status_is(bench_post(b, "officer1", at(&m, "/prepare"), "party_kind", "entity", NULL), 303);
	status_is(bench_post(b, "officer1", at(&m, "/publish"), "checked", "1", NULL), 303);
	assert_true(answer_has(bench_get(b, "", outside(&m)), "3,000.50"));
}

/* A review of the fine annuls the decision: the three days begin by themselves. */
static void annulled(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;
	const char *step = arena_printf(bench_arena(b), "/cases/%" PRId64 "/do/remedy", m.id);

	status_is(bench_post(b, "officer1", step, "kind", "review", "begun_at", "2026-11-23", NULL),
		303);
	status_is(
		bench_post(b, "officer1", arena_printf(bench_arena(b), "%s-end", step), "outcome",
			"annulled", "ended_at", "2026-11-23", "words", "沪闵府复〔2026〕2号", NULL),
		303);
	assert_int_equal(facts(&m, "publication.faulty"), 1);
	assert_string_equal(text(&m, "next_kind"), "withdraw");
	assert_string_equal(day(&m, "next_due"), "2026-11-26");
	status_is(bench_post(b, "officer1", at(&m, "/correct"), "party", "a", "act_name", "b",
			  "reason", "c", NULL),
		409);
	until(&m, "2026-11-27");
	assert_int_equal(facts(&m, "publication.overdue"), 1);
	status_is(bench_post(b, "head1", at(&m, "/withdraw"), "fault", "revoked", "document",
			  "沪闵府复〔2026〕2号", "day", "2026-11-23", "reason", "复议撤销", NULL),
		303);
	assert_int_equal(number(&m, "next_due"), 0);
}

#define EACH(X)                                                                                    \
	X(from_decision_to_public)                                                                 \
	X(not_all_are_published)                                                                   \
	X(a_warning_is_not)                                                                        \
	X(a_person_is_masked)                                                                      \
	X(corrected)                                                                               \
	X(ended_by_its_term)                                                                       \
	X(ended_early)                                                                             \
	X(refused)                                                                                 \
	X(withdrawn)                                                                               \
	X(changed)                                                                                 \
	X(annulled)
#define ON_SQLITE(f)   { #f, f, begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, bench_end, (void *)"postgres" },

static int begin(void **state)
{
	int e = bench_begin(state);
	bench_english(*state, true);
	return e;
}

int main(void)
{
	const struct CMUnitTest tests[] = { EACH(ON_SQLITE) EACH(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"publications", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
