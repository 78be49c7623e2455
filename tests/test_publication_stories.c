/* Publication of a penalty through its pages, on both databases: masked, published, corrected;
 * ended early and revoked; ended by its term; withdrawn, and published anew when it was changed. */
#include "contracts/facts.h"
#include "domains/cases/cases.h"
#include "core/app/app.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 10, PAGE_STATEMENTS = 18, MASKING_STATEMENTS = 16, OPEN_STATEMENTS = 5 };

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
	for (int i = 0; i < 3; i++) {
		bench_minute(m->b);
		bench_jobs(m->b);
	}
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
	status_is(bench_post(b, "officer2", at(&m, "/publish"), "checked", "1", NULL), 303);
	assert_string_equal(text(&m, "state"), "public");
	return m;
}

/* ---- stories -----------------------------------------------------------------------------------
 */
/* Articles 5 and 6: a second person looks at each place. */
static void not_by_whoever_masked_it(const struct matter *m)
{
	struct answer *r = status_is(
		bench_post(m->b, "officer1", at(m, "/publish"), "checked", "1", NULL), 403);
	assert_true(answer_has(r, "second person"));
	assert_null(strstr(bench_get(m->b, "officer1", at(m, ""))->body, "/publish\""));
	assert_non_null(strstr(bench_get(m->b, "officer2", at(m, ""))->body, "/publish\""));
	r = status_is(bench_get(m->b, "officer2", at(m, "/masking")), 200);
	costs(r, MASKING_STATEMENTS);
	bench_golden(m->b, r, "src/domains/publications/golden/masking.html");
}

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
	not_by_whoever_masked_it(&m);
	r = status_is(bench_post(b, "officer2", at(&m, "/publish"), "checked", "1", NULL), 409);
	assert_true(answer_has(r, "article 8"));
	assert_int_equal(bench_write(b, serve, &m), OK);
	assert_int_equal(bench_write(b, serve, &m), OK); /* told twice, counted once */
	assert_int_equal(facts(&m, "publication.ready"), 1);
	r = status_is(bench_post(b, "officer2", at(&m, "/publish"), NULL), 409);
	assert_true(answer_has(r, "5 and 6"));
	/* its day passes: said once, and on top until it is done */
	until(&m, "2026-12-22");
	until(&m, "2026-12-23");
	assert_int_equal(facts(&m, "publication.overdue"), 1);
	assert_true(answer_has(bench_get(b, "officer1", "/publications"), "Overdue"));
	bench_torture(b, "officer2", at(&m, "/publish"), "checked", "1", NULL);
	status_is(bench_post(b, "officer2", at(&m, "/publish"), "checked", "1", NULL), 409);
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
	status_is(bench_post(b, "officer2", at(&m, "/publish"), "checked", "1", NULL), 303);
	struct answer *r = bench_get(b, "", outside(&m));
	assert_null(strstr(r->body, "张三"));
	assert_null(strstr(r->body, "禾记小馆"));
	assert_true(answer_has(r, "张某"));
}

/* Article 6: whom the file knows is masked without being typed in. */
static void masked_by_the_file(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *kind, *words;
	} rows[] = {
		{ "entity", "禾记小馆张某的王某某与见证人赵某，收件人钱某某，投诉人孙某，电话***，"
			    "患×××" },
		{ "person", "×××张某的王某某与见证人赵某，收件人钱某某，投诉人孙某，电话***，患"
			    "×××" },
		{ "minor", "×××某某的王某某与见证人赵某，收件人钱某某，投诉人孙某，电话***，患"
			   "×××" },
	};
	struct matter m = matter(b, "ordinary", "PEN_FINE");

	bench_run(b,
		"UPDATE papers SET content = '{\"values\":{\"facts\":\"禾记小馆张三的王小明与见证"
		"人赵四，收件人钱多多，投诉人孙七，电话138-1234-5678，患活动性肺结核\"}}'");
	bench_run(
		b, arena_printf(bench_arena(b),
			   "INSERT INTO papers (id, version, code, template, template_version, "
			   "number, title, subject, entity, area, content, dated_at, ordered_at, "
			   "state, sealed_at, sm3, sha256, size, signature, key_id) VALUES (7, 1, "
			   "'testcode0007', 'service_receipt', '1', 'n', '送达回证', %" PRId64
			   ", 1, 310112101, "
			   "'{\"values\":{\"delegate\":\"王小明\",\"witness\":\"赵四\","
			   "\"receiver\":\"本人\"}}', 1, 1, 'sealed', 1, '', '', 1, '', '')",
			   m.id));
	bench_run(b, "UPDATE cases SET receiver = '钱多多'");
	bench_run(b,
		arena_printf(bench_arena(b),
			"INSERT INTO complaints (id, version, number, kind, source, received_at, "
			"operator, area, subject_name, subject_no, subject_address, matter, text, "
			"named, state, due_at, accepted_at, extended_at, decided_at, outcome, "
			"words, answered_at, answer_way, checked_at, check_words, inspection, "
			"case_id, rule_version, entered_by, entered_at, closed_at, erased_at) "
			"VALUES (7, 1, 'n7', 'report', 'phone', 1, 1, 1, '', '', '', '', '', 1, "
			"'closed', 0, 0, 0, 0, '', '', 0, '', 0, '', 0, %" PRId64
			", '1', 1, 1, 1, 0)",
			m.id));
	bench_run(b, "INSERT INTO complaint_reporters VALUES (7, '孙七', '', '')");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		status_is(bench_post(b, "officer1", at(&m, "/prepare"), "party_kind", rows[i].kind,
				  NULL),
			303);
		assert_string_equal(
			text(&m, "words"), arena_printf(bench_arena(b), "经查：%s", rows[i].words));
	}
	struct answer *r = status_is(bench_get(b, "officer2", at(&m, "/masking")), 200);
	assert_true(answer_has(r, "A witness"));
	assert_true(answer_has(r, "Order 45 article 6"));
	/* who complained is not told apart from others */
	assert_true(answer_has(r, "A person on file"));
	assert_null(strstr(r->body, "reporter"));
	/* a name comes on file after it was masked: nobody has seen it without it */
	assert_int_equal(bench_write(b, serve, &m), OK);
	bench_run(b,
		"UPDATE papers SET content = '{\"values\":{\"witness\":\"见证人\"}}' WHERE id = 7");
	assert_true(answer_has(bench_get(b, "officer2", at(&m, "/masking")), "has changed since"));
	r = status_is(bench_post(b, "officer2", at(&m, "/publish"), "checked", "1", NULL), 409);
	assert_true(answer_has(r, "mask it again"));
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
	assert_int_equal(number(&m, "served_at"), 0);
	assert_int_equal(number(&m, "fine_fen"), 300050);
	assert_string_equal(day(&m, "publish_due"), "2026-12-21");
	status_is(bench_post(b, "officer1", at(&m, "/prepare"), "party_kind", "entity", NULL), 303);
	/* the party has not got it yet: article 8 */
	struct answer *r =
		status_is(bench_post(b, "officer2", at(&m, "/publish"), "checked", "1", NULL), 409);
	assert_true(answer_has(r, "article 8"));
	static const char *const wrong[] = { "", "2026-11-22", "2026-11-24", "soon" };
	for (size_t i = 0; i < 4; i++) {
		r = status_is(
			bench_post(b, "officer1", at(&m, "/served"), "served", wrong[i], NULL),
			422);
		assert_true(answer_has(r, "article 8"));
	}
	bench_torture(b, "officer1", at(&m, "/served"), "served", "2026-11-23", NULL);
	status_is(bench_post(b, "officer1", at(&m, "/served"), "served", "2026-11-23", NULL), 409);
	status_is(bench_post(b, "officer2", at(&m, "/publish"), "checked", "1", NULL), 303);
	assert_true(answer_has(bench_get(b, "", outside(&m)), "3,000.50"));
}

/* Its service may be known already when the publication is withdrawn. */
static void changed_and_served(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;
	const char *path = at(&m, "/withdraw");

	status_is(
		bench_post(b, "head1", path, "fault", "changed", "document", "d", "day",
			"2026-11-23", "reason", "r", "fine", "3000", "served", "2026-11-22", NULL),
		422);
	assert_string_equal(text(&m, "state"), "public"); /* nothing was done by halves */
	status_is(
		bench_post(b, "head1", path, "fault", "changed", "document", "d", "day",
			"2026-11-23", "reason", "r", "fine", "3000", "served", "2026-11-23", NULL),
		303);
	assert_string_equal(day(&m, "served_at"), "2026-11-23");
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

/* Of what is withdrawn or over nothing can end early, and nothing becomes public again. */
static void withdrawn_ends_applications(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;

	until(&m, "2027-11-24");
	status_is(bench_post(b, m.party, mine(&m), "words", "已整改", "promised", "1", NULL), 303);
	const char *accept = at(&m, "/accept"), *decide = at(&m, "/decide"),
		   *revoke = at(&m, "/revoke");
	status_is(bench_post(b, "officer1", accept, "verdict", "accept", NULL), 303);
	bench_run(b, "UPDATE fines SET settled_how = 'paid', settled_at = 1, state = 'settled'");
	bench_torture(b, "head1", at(&m, "/withdraw"), "fault", "revoked", "document", "d", "day",
		"2027-11-24", "reason", "复议撤销", NULL);
	assert_string_equal(bench_text(b, "SELECT state FROM publication_repairs"), "closed");
	struct answer *r = status_is(bench_post(b, "head1", decide, "verdict", "grant", "reason",
					     "x", "harm_removed", "1", "not_listed", "1", NULL),
		409);
	assert_true(answer_has(r, "article 14"));
	bench_run(b, "UPDATE publication_repairs SET state = 'asked'"); /* a stale page */
	status_is(bench_post(b, "officer1", accept, "verdict", "accept", NULL), 409);
	bench_run(b, "UPDATE publication_repairs SET state = 'taken'");
	status_is(bench_post(b, "head1", decide, "verdict", "grant", "reason", "x", "harm_removed",
			  "1", "not_listed", "1", NULL),
		409);
	assert_string_equal(text(&m, "state"), "withdrawn");
	bench_run(b, "UPDATE publication_repairs SET state = 'granted'");
	status_is(bench_post(b, "head1", revoke, "reason", "x", NULL), 409);
	assert_string_equal(text(&m, "state"), "withdrawn");
}

/* Annulled after it ended early: the revocation of the early end may not show it again. */
static void annulled_stays_hidden(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;

	until(&m, "2027-11-24");
	status_is(bench_post(b, m.party, mine(&m), "words", "已整改", "promised", "1", NULL), 303);
	status_is(bench_post(b, "officer1", at(&m, "/accept"), "verdict", "accept", NULL), 303);
	bench_run(b, "UPDATE fines SET settled_how = 'paid', settled_at = 1, state = 'settled'");
	status_is(bench_post(b, "head1", at(&m, "/decide"), "verdict", "grant", "reason", "x",
			  "harm_removed", "1", "not_listed", "1", NULL),
		303);
	bench_run(b, "UPDATE publications SET fault = 'revoked', fault_at = 1");
	struct answer *r =
		status_is(bench_post(b, "head1", at(&m, "/revoke"), "reason", "x", NULL), 409);
	assert_true(answer_has(r, "article 11"));
	status_is(bench_get(b, "", outside(&m)), 410);
}

/* The term is over while an application waits: it ends with it. */
static void term_ends_applications(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;

	until(&m, "2029-11-22");
	status_is(bench_post(b, m.party, mine(&m), "words", "已整改", "promised", "1", NULL), 303);
	until(&m, "2029-11-24");
	assert_string_equal(text(&m, "state"), "ended");
	assert_string_equal(bench_text(b, "SELECT state FROM publication_repairs"), "closed");
	assert_true(answer_has(bench_get(b, m.party, mine(&m)), "Closed"));
}

/* A row that cannot be saved holds up no other. */
static void one_bad_row(void **state)
{
	struct matter m = published(*state);
	struct bench *b = m.b;

	bench_run(b,
		"INSERT INTO publications SELECT 5, version, 'bad', 5, operator, area, number, "
		"party, party_no, party_kind, act, act_name, procedure, kinds, fine_fen, "
		"confiscated_fen, paper, -9000000000000000, served_at, words, masked, names, "
		"secrets, prepared_by, prepared_at, state, publish_due, published_by, "
		"published_at, public_until, early_from, ended_at, ended_how, corrected_at, "
		"correction, fault, fault_document, fault_at, withdraw_due, withdrawn_by, "
		"withdrawn_at, withdrawn_why, replaces, next_kind, next_due, next_clause, told_due "
		"FROM publications"); /* no rule was in force on that day */
	int64_t late = 0;
	assert_true(date_parse("2029-11-24", &late));
	bench_clock(b, late + 12 * HOUR);
	for (int i = 0; i < 3; i++) {
		bool ran = true;
		bench_minute(b);
		while (ran) {
			struct fault why = { 0 };
			assert_int_equal(app_run_job(bench_app(b), &ran, &why), OK);
		}
	}
	assert_string_equal(bench_text(b, "SELECT state FROM publications WHERE id <> 5"), "ended");
	assert_string_equal(bench_text(b, "SELECT state FROM publications WHERE id = 5"), "public");
	/* it is looked at again a day later, not each minute */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM publication_looks"), 1);
}

#define EACH(X)                                                                                    \
	X(from_decision_to_public)                                                                 \
	X(not_all_are_published)                                                                   \
	X(a_warning_is_not)                                                                        \
	X(a_person_is_masked)                                                                      \
	X(masked_by_the_file)                                                                      \
	X(corrected)                                                                               \
	X(ended_by_its_term)                                                                       \
	X(ended_early)                                                                             \
	X(refused)                                                                                 \
	X(withdrawn)                                                                               \
	X(changed)                                                                                 \
	X(changed_and_served)                                                                      \
	X(withdrawn_ends_applications)                                                             \
	X(annulled_stays_hidden)                                                                   \
	X(term_ends_applications)                                                                  \
	X(one_bad_row)                                                                             \
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
