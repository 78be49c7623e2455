/* The party's telephone: its own matter and no other, one thing a page; and what all pages of the
 * room look like. */
#include "domains/cases/cases.h"
#include "signature_png.h"
#include "test_story.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
	*state = bench_open(NULL);
	bench_english(*state, true);
	return 0;
}

static int begin_postgres(void **state)
{
	*state = bench_open_on(NULL, true);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

/* ---- one's own and no other ------------------------------------------------------------------ */
static const char *evidence(const struct story *s, const char *room, const char *what)
{
	return arena_printf(bench_arena(s->b), "%s/%" PRId64 "/evidence/%s/%s", room, s->id,
		bench_text(s->b, arena_printf(bench_arena(s->b),
					 "SELECT CAST(min(id) AS text) FROM case_evidence WHERE "
					 "case_id = %" PRId64,
					 s->id)),
		what);
}

static void others_are_closed(void **state)
{
	struct story mine = filed(*state), other = filed(*state);
	struct bench *b = mine.b;
	static const char *const pages[] = { "", "evidence", "answer", "address", "correction",
		"statement", "decision" };
	static const char *const posts[] = { "seen", "answer", "address", "correction",
		"statement" };
	/* the link of one's own case, with another's business, and the other way round */
	const char *crossed[] = { other.party,
		arena_printf(bench_arena(b), "party:%" PRId64 ":%" PRId64, other.operator, mine.id),
		arena_printf(
			bench_arena(b), "party:%" PRId64 ":%" PRId64, mine.operator, other.id) };
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");

	for (size_t k = 0; k < sizeof(crossed) / sizeof(*crossed); k++) {
		for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
			status_is(bench_get(b, crossed[k], my(&mine, pages[i])), 403);
		for (size_t i = 0; i < sizeof(posts) / sizeof(*posts); i++)
			status_is(bench_post(b, crossed[k], my(&mine, posts[i]), "answer",
					  "accepts", NULL),
				403);
		status_is(bench_get(b, crossed[k], evidence(&mine, "/my/cases", "still")), 403);
		status_is(bench_get(b, crossed[k], evidence(&mine, "/my/cases", "clip")), 403);
	}
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
	/* the other's picture under one's own case */
	const char *sly = arena_printf(bench_arena(b), "/my/cases/%" PRId64 "%s", mine.id,
		strstr(evidence(&other, "/my/cases", "still"), "/evidence/"));
	status_is(bench_get(b, mine.party, sly), 404);
	/* not even one's own before the faces are covered (test_shown.c) */
	status_is(bench_get(b, mine.party, evidence(&mine, "/my/cases", "still")), 404);
	status_is(bench_get(b, mine.party, evidence(&mine, "/my/cases", "clip")), 403);
	/* officers' pages are none of a party's, and the other way round */
	status_is(bench_get(b, mine.party, desk_of(&mine, "")), 403);
	status_is(bench_get(b, mine.party, evidence(&mine, "/cases", "still")), 403);
	status_is(bench_get(b, "officer1", my(&mine, "")), 403);
	status_is(bench_get(b, "", my(&mine, "")), 401);
}

/* Officers of another town, on every page and step of the room. */
static void other_towns_are_closed(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;
	int n = 0;

	for (const struct route *r = cases.routes; r->path; r++) {
		if (!r->area || r->right == CASE_APPROVE) /* leaders work in the whole district */
			continue;
		struct buf path = { .arena = bench_arena(b) };
		const char *rest = strstr(r->path, ":id") + 3;
		buf_printf(&path, "/cases/%" PRId64, s.id);
		for (; *rest; rest++) {
			bool number = text_starts(rest, ":id2"), key = text_starts(rest, ":key");
			buf_puts(&path, number ? "1"
					: key  ? "exhibit"
					       : arena_copy(path.arena, rest, 1));
			rest += number || key ? 3 : 0;
		}
		struct answer *a = r->method == GET ? bench_get(b, "officer3", path.s)
						    : bench_post(b, "officer3", path.s, NULL);
		assert_true(says(status_is(a, 403), "another station"));
		n++;
	}
	assert_true(n > 12);
	status_is(bench_get(b, "officer1", evidence(&s, "/cases", "still")), 200);
	status_is(bench_get(b, "officer1", evidence(&s, "/cases", "clip")), 200);
	assert_null(strstr(bench_get(b, "officer3", "/cases?state=all")->body, "示例面馆"));
}

static void papers_of_ones_own(void **state)
{
	struct story s = decided(*state);
	struct bench *b = s.b;
	const char *file =
		arena_printf(bench_arena(b), "/papers/%s/file", member(&s, "decision_paper"));

	status_is(bench_get(b, s.party, file), 200);
	status_is(
		bench_get(b, arena_printf(bench_arena(b), "party:%" PRId64 ":1", s.operator), file),
		403);
	status_is(bench_get(b, "officer3", file), 403);
}

/* ---- forms ----------------------------------------------------------------------------------- */
static int64_t count(const struct story *s, const char *sql)
{
	return bench_int(s->b, arena_printf(bench_arena(s->b), "%s%" PRId64, sql, s->id));
}

static void answering(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;
	const char *path = my(&s, "answer");
	char *long_words = arena_alloc(bench_arena(b), 1002);

	memset(long_words, 'x', 1001);
	assert_true(bench_torture(b, s.party, my(&s, "seen"), NULL) > 4);
	assert_int_equal(facts_in_story(&s, "case.evidence_viewed"), 1);
	const char *first = arena_dup(bench_arena(b), member(&s, "viewed_at"));
	bench_clock(b, clock_now() + MINUTE);
	status_is(bench_post(b, s.party, my(&s, "seen"), NULL), 303); /* each look is told */
	assert_int_equal(facts_in_story(&s, "case.evidence_viewed"), 2);
	assert_string_equal(member(&s, "viewed_at"), first);
	assert_true(says(status_is(bench_post(b, s.party, path, "words", "x", NULL), 422),
		"Choose one of the two."));
	struct answer *r = status_is(
		bench_post(b, s.party, path, "answer", "maybe", "words", "<我的话>", NULL), 422);
	assert_true(says(r, "&lt;我的话&gt;")); /* what was typed stays */
	assert_true(says(
		status_is(bench_post(b, s.party, path, "answer", "disputes", "words", " ", NULL),
			422),
		"dispute"));
	status_is(
		bench_post(b, s.party, path, "answer", "disputes", "words", long_words, NULL), 422);
	r = status_is(
		bench_post(b, s.party, path, "answer", "disputes", "words", "不对😀", NULL), 422);
	assert_true(says(r, "cannot be printed") && says(r, "不对😀"));
	long_words[1000] = 0;
	/* read first: every line of the record, nothing written yet */
	r = status_is(
		bench_post(b, s.party, path, "answer", "disputes", "words", long_words, NULL), 200);
	assert_true(says(r, "电子数据证据提取笔录") && says(r, "热厨门上") && says(r, "SHA-256"));
	assert_true(says(r, "提出异议"));
	assert_int_equal(count(&s, "SELECT count(*) FROM papers WHERE subject = "), 0);
	const char *shown =
		bench_shown(b, s.party, path, "answer", "disputes", "words", long_words, NULL);
	assert_true(bench_torture(b, s.party, path, "answer", "disputes", "words", long_words,
			    "shown", shown, "signature", SIGNATURE_PNG, NULL) > 5);
	assert_string_equal(member(&s, "answer"), "disputes");
	assert_int_equal(
		count(&s, "SELECT count(*) FROM case_edata_records WHERE answer = 'disputes' AND "
			  "pieces = 1 AND case_id = "),
		1);
	r = status_is(bench_sign(b, s.party, path, "answer", "accepts", "words", "", NULL),
		303); /* one may think again */
	assert_string_equal(r->location, my(&s, "address"));
	assert_int_equal(facts_in_story(&s, "case.answered"), 2);
	assert_int_equal(facts_in_story(&s, "case.edata_recorded"), 2);
	assert_string_equal(member(&s, "answer"), "accepts");
}

static struct answer *to_be_signed(const struct story *s, const char *street, const char *shown)
{
	return bench_post(s->b, s->party, my(s, "address"), "consent", "no", "e_phone",
		"13912345678", "post_address", street, "receiver", "张三", "shown", shown,
		"signature", SIGNATURE_PNG, NULL);
}

static void confirming_the_address(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;
	const char *path = my(&s, "address");
	char *long_name = arena_alloc(bench_arena(b), 62);

	memset(long_name, 'z', 61);
	struct answer *r = bench_post(b, s.party, path, "consent", "yes", "e_phone", "12",
		"post_address", "", "receiver", "", NULL);
	assert_true(says(status_is(r, 422), "Give the telephone"));
	assert_true(
		says(r, "Give the address") && says(r, "Give the name") && says(r, "value=\"12\""));
	r = bench_post(b, s.party, path, "consent", "yes", "e_phone", "13912345678", "post_address",
		"路", "receiver", long_name, NULL);
	assert_true(says(status_is(r, 422), "At most 60") && says(r, long_name));
	/* the paper as it will be, then the signature */
	r = bench_post(b, s.party, path, "consent", "no", "e_phone", "13912345678", "post_address",
		"路\"1号", "receiver", "张三", NULL);
	assert_true(says(status_is(r, 200), "送达地址确认书") && says(r, "路&quot;1号"));
	const char *shown = bench_shown(b, s.party, path, "consent", "no", "e_phone", "13912345678",
		"post_address", "路", "receiver", "张三", NULL);
	r = bench_post(b, s.party, path, "consent", "no", "e_phone", "13912345678", "post_address",
		"路", "receiver", "张三", "shown", shown, NULL);
	assert_true(says(status_is(r, 422), "sign in the box") && says(r, "送达地址确认书"));
	status_is(bench_post(b, s.party, path, "consent", "no", "e_phone", "13912345678",
			  "post_address", "路", "receiver", "张三", "shown", shown, "signature",
			  "data:image/png;base64,AAAA", NULL),
		422);
	/* what was read is what is signed: another street, another mark, a mark of long ago */
	assert_true(says(status_is(to_be_signed(&s, "另一条路", shown), 422), "no longer what"));
	assert_true(says(status_is(to_be_signed(&s, "路", "1-ab"), 422), "no longer what"));
	int64_t now = clock_now();
	bench_clock(b, now + 25 * HOUR);
	status_is(to_be_signed(&s, "路", shown), 422);
	bench_clock(b, now);
	/* changed after reading: the form comes back as it was filled in */
	r = bench_post(b, s.party, path, "consent", "no", "e_phone", "13912345678", "post_address",
		"路", "receiver", "张三", "shown", shown, "change", "1", NULL);
	assert_true(says(status_is(r, 200), "value=\"路\""));
	assert_string_equal(member(&s, "address_at"), "0");
	assert_int_equal(count(&s, "SELECT count(*) FROM case_signatures WHERE case_id = "), 0);
	assert_true(bench_torture(b, s.party, path, "consent", "no", "e_phone", "13912345678",
			    "post_address", "路", "receiver", "张三", "shown", shown, "signature",
			    SIGNATURE_PNG, NULL) > 8);
	assert_string_equal(member(&s, "e_service"), "0");
	assert_int_equal(
		count(&s, "SELECT count(*) FROM case_signatures s JOIN papers p ON p.id = s.paper "
			  "WHERE p.content LIKE '%' || s.shown_sm3 || '%' AND p.content LIKE "
			  "'%127.0.0.1%' AND s.shown_at <= s.signed_at AND s.case_id = "),
		1);
	status_is(address(&s, "yes"), 303);
	assert_string_equal(member(&s, "e_service"), "1");
	assert_int_equal(facts_in_story(&s, "case.address_confirmed"), 2);
	bench_jobs(b);
	assert_int_equal(bench_int(b, arena_printf(bench_arena(b),
					      "SELECT count(*) FROM papers WHERE subject = %" PRId64
					      " AND template = 'address_confirmation'",
					      s.id)),
		2);
	assert_true(says(bench_get(b, s.party, path), "示例路1号"));
}

/* The order was sealed before the party consented: it arrives with the consent, and once. */
static void order_waits_for_consent(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;

	status_is(bench_post(b, "officer1", desk_of(&s, "correction"), "requirement", "戴帽", "due",
			  "2026-11-30", NULL),
		303);
	bench_jobs(b);
	status_is(address(&s, "no"), 303);
	assert_int_equal(facts_in_story(&s, "case.served"), 0);
	status_is(address(&s, "yes"), 303);
	assert_int_equal(facts_in_story(&s, "case.served"), 0); /* the message is on its way */
	bench_jobs(b);
	assert_int_equal(facts_in_story(&s, "case.served"), 1);
	status_is(address(&s, "yes"), 303);
	bench_jobs(b);
	assert_int_equal(facts_in_story(&s, "case.served"), 1);
}

static void stating(void **state)
{
	struct story s = told(*state);
	struct bench *b = s.b;
	const char *path = my(&s, "statement");
	char *long_words = arena_alloc(bench_arena(b), 2002);

	memset(long_words, 'y', 2001);
	struct answer *r = status_is(
		bench_post(b, s.party, path, "statement", "made", "words", "", NULL), 422);
	assert_true(says(r, "Write your statement"));
	/* the page that is shown again still says what the statement is about */
	assert_true(says(r, "第九十九条第三款") &&
		    says(r, "Staff without clean work clothes or cap") && says(r, "2026-11-30"));
	r = status_is(
		bench_post(b, s.party, path, "statement", "made", "words", long_words, NULL), 422);
	assert_true(says(r, "At most 2000") && says(r, long_words));
	long_words[2000] = 0;
	status_is(bench_post(b, s.party, path, "statement", "all", NULL), 409);
	assert_true(bench_torture(
			    b, s.party, path, "statement", "made", "words", long_words, NULL) > 5);
	/* and more, until that is all */
	assert_string_equal(member(&s, "state"), "told");
	status_is(bench_post(b, s.party, path, "statement", "none", NULL), 409);
	status_is(
		bench_post(b, s.party, path, "statement", "made", "words", "还有一点", NULL), 303);
	status_is(
		bench_post(b, s.party, path, "statement", "made", "words", "还有一点", NULL), 303);
	assert_int_equal(count(&s, "SELECT count(*) FROM case_statements WHERE case_id = "), 2);
	assert_true(says(bench_get(b, s.party, path), "还有一点"));
	r = status_is(bench_post(b, s.party, path, "statement", "all", NULL), 200);
	assert_true(says(r, "陈述申辩笔录") && says(r, "还有一点") && says(r, "第九十九条"));
	const char *shown = bench_shown(b, s.party, path, "statement", "all", NULL);
	/* words that come after it was read are not signed with it */
	status_is(bench_post(b, s.party, path, "statement", "made", "words", "再补充", NULL), 303);
	assert_true(says(status_is(bench_post(b, s.party, path, "statement", "all", "shown", shown,
					   "signature", SIGNATURE_PNG, NULL),
				 422),
		"no longer what"));
	shown = bench_shown(b, s.party, path, "statement", "all", NULL);
	assert_true(bench_torture(b, s.party, path, "statement", "all", "shown", shown, "signature",
			    SIGNATURE_PNG, NULL) > 5);
	assert_string_equal(member(&s, "state"), "heard");
	status_is(bench_post(b, s.party, path, "statement", "made", "words", "迟了", NULL), 409);
	assert_true(says(bench_get(b, s.party, path), "nothing to do here"));
	bench_jobs(b);
}

/* The term ends before the party says that this is all: the record says that nobody signed it. */
static void stated_and_silent(void **state)
{
	struct story s = told(*state);
	struct bench *b = s.b;
	int64_t due, now = clock_now();

	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "made", "words",
			  "初次发生", NULL),
		303);
	assert_true(text_to_int(member(&s, "hear_due"), &due));
	bench_clock(b, due + 1);
	status_is(bench_post(b, "officer1", desk_of(&s, "silence"), NULL), 303);
	assert_string_equal(member(&s, "statement"), "made");
	assert_int_equal(
		count(&s, "SELECT count(*) FROM papers WHERE template = 'defence_record' AND "
			  "content LIKE '%未在手机页面阅读并签名%' AND subject = "),
		1);
	bench_jobs(b);
	bench_clock(b, now);
}

/* ---- pages ----------------------------------------------------------------------------------- */
struct shot {
	const char *who, *path, *file;
	int64_t budget;
};

static void golden(struct bench *b, struct shot s)
{
	struct answer *r = status_is(bench_get(b, s.who, s.path), 200);
	int64_t cost = bench_app(b)->statements;
	bench_golden(
		b, r, arena_printf(bench_arena(b), "src/domains/cases/golden/%s.html", s.file));
	if (cost < 3 || cost > s.budget)
		fail_msg("%s takes %" PRId64 " statements, not at most %" PRId64, s.file, cost,
			s.budget);
}

/* On a bench of its own: the numbers on the pages depend on nothing that came before. */
static void pages_on(bool postgres)
{
	struct bench *b = bench_open_on(NULL, postgres);

	bench_english(b, true);
	golden(b, (struct shot){ "officer1", "/cases", "cases_empty", 10 });
	struct story s = precheck(b);
	golden(b, (struct shot){ "officer1", desk_of(&s, ""), "case_precheck", 36 });
	golden(b, (struct shot){ "auditor1", desk_of(&s, ""), "case_auditor", 36 });
	status_is(file_it(&s), 303);
	link_agreed(&s);
	golden(b, (struct shot){ "officer1", "/cases", "cases", 10 });
	golden(b, (struct shot){ "officer1", desk_of(&s, ""), "case_filed", 39 });
	golden(b, (struct shot){ s.party, my(&s, ""), "my_case", 17 });
	golden(b, (struct shot){ s.party, my(&s, "evidence"), "my_evidence", 13 });
	golden(b, (struct shot){ s.party, my(&s, "answer"), "my_answer", 14 });
	golden(b, (struct shot){ s.party, my(&s, "address"), "my_address", 12 });
	golden(b, (struct shot){ s.party, my(&s, "statement"), "my_statement_early", 17 });
	golden(b, (struct shot){ s.party, my(&s, "decision"), "my_decision_none", 16 });
	status_is(bench_post(b, s.party, my(&s, "seen"), NULL), 303);
	status_is(weigh_it(&s), 303);
	status_is(bench_post(b, "officer1", desk_of(&s, "tell"), NULL), 303);
	golden(b, (struct shot){ s.party, my(&s, "statement"), "my_statement", 17 });
	golden(b, (struct shot){ "officer1", desk_of(&s, ""), "case_told", 39 });
	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "made", "words",
			  "已改正 <b>", NULL),
		303);
	golden(b, (struct shot){ s.party, my(&s, "statement"), "my_statement_more", 18 });
	status_is(bench_sign(b, s.party, my(&s, "statement"), "statement", "all", NULL), 303);
	golden(b, (struct shot){ s.party, my(&s, "ask"), "my_ask", 24 });
	status_is(
		bench_post(b, "officer1", desk_of(&s, "propose"), "adopted", "已考虑", NULL), 303);
	golden(b, (struct shot){ "officer2", desk_of(&s, ""), "case_proposed", 39 });
	bench_close(b);
}

static void pages(void **state)
{
	(void)state;
	pages_on(false);
	if (bench_has_postgres())
		pages_on(true);
}

/* The list costs the same however long it is. */
static void list_costs_the_same(void **state)
{
	struct story s = precheck(*state);
	status_is(bench_get(s.b, "officer1", "/cases?state=all"), 200);
	int64_t cost = bench_app(s.b)->statements;
	for (int i = 0; i < 3; i++)
		precheck(s.b);
	status_is(bench_get(s.b, "officer1", "/cases?state=all"), 200);
	assert_int_equal(bench_app(s.b)->statements, cost);
	assert_true(
		says(bench_get(s.b, "officer1", "/cases?state=precheck&format=csv"), "precheck"));
	assert_true(says(bench_get(s.b, "officer1", "/cases?q=nowhere"), "No cases here"));
	assert_true(
		says(bench_get(s.b, "officer1", "/cases?format=json"), "\"state\":\"precheck\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(others_are_closed),
		cmocka_unit_test(other_towns_are_closed), cmocka_unit_test(papers_of_ones_own),
		cmocka_unit_test(answering), cmocka_unit_test(confirming_the_address),
		cmocka_unit_test(order_waits_for_consent), cmocka_unit_test(stating),
		cmocka_unit_test(stated_and_silent), cmocka_unit_test(list_costs_the_same) };
	const struct CMUnitTest looks[] = { cmocka_unit_test(pages) };
	int failed = cmocka_run_group_tests_name("the party on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"the party on PostgreSQL", tests, begin_postgres, end);
	return failed + cmocka_run_group_tests_name("pages of cases", looks, NULL, NULL);
}
