/* The pure part: steps with each refusal, score and grade at their edges, checks with their days,
 * the sample. Tables: a row changes one thing of what is allowed. */
#include "core/core.h"
#include "domains/appraisals/rules.h"
#include "domains/appraisals/sample.h"
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 64 };

static const struct node *law(struct arena *a, const char *name)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct bytes in;
	struct node *n;
	struct fault why = { 0 };

	assert_int_equal(file_read(a, arena_printf(a, "%s/rules/%s.json", root ? root : ".", name),
				 1 << 20, &in, &why),
		OK);
	if (json_parse(a, in, &n, &why))
		fail_msg("%s: %s", name, why.text);
	return n;
}

static int64_t day(const char *text)
{
	int64_t ms = 0;

	assert_true(date_parse(text, &ms));
	return ms;
}

static void refused(const char *why, const char *part)
{
	if (!*part ? why != NULL : !why || !strstr(why, part))
		fail_msg("'%s' and not '%s'", why ? why : "allowed", part);
}

#define ROW(step, change, part)                                                                    \
	do {                                                                                       \
		struct appraisal_facts f = ready;                                                  \
		struct appraiser_facts w = who;                                                    \
		(void)w;                                                                           \
		change;                                                                            \
		refused(step, part);                                                               \
	} while (0)

static void steps(void **state)
{
	const struct appraiser_facts who = { true, true, "", false };
	struct appraisal_facts ready = { "drawn", "", 9, 5, 1, 2, 1000, 0, 500, true };

	(void)state;
	refused(may_draw("open"), "");
	refused(may_draw("drawn"), "already");
	refused(may_withdraw("open"), "");
	refused(may_withdraw("drawn"), "stands");
	refused(may_finish("drawn", 0), "");
	refused(may_finish("drawn", 1), "no final result");
	refused(may_finish("finished", 0), "once");

	ROW(may_appoint(&f, &w), f.state = "assigned", "");
	ROW(may_appoint(&f, &w), f.round_drawn = false, "finished");
	ROW(may_appoint(&f, &w), f.state = "told", "stays");
	ROW(may_appoint(&f, &w), w.active = false, "Choose");
	ROW(may_appoint(&f, &w), w.may_appraise = false, "Choose");
	ROW(may_appoint(&f, &w), w.part = "officer", "APL article 43");
	ROW(may_appoint(&f, &w), w.part = "reviewer", "reviewed this case");
	ROW(may_appoint(&f, &w), w.part = "decider", "decided this case");
	ROW(may_appoint(&f, &w), w.part = "chair", "led the hearing");
	ROW(may_appoint(&f, &w), w.tied = true, "tie to the business");
	ROW(may_replace(&f, "x", true), f.state = "assigned", "");
	ROW(may_replace(&f, "", true), f.state = "drawn", "Say why");
	ROW(may_replace(&f, "x", false), f.state = "drawn", "No case is left");
	ROW(may_replace(&f, "x", true), f.state = "told", "stays in the sample");
	ROW(may_replace(&f, "x", true), f.round_drawn = false, "finished");

	ready.state = "assigned";
	ready.user = 5;
	ROW(may_fill(&f), f.now = 1, "");
	ROW(may_fill(&f), f.user = 1, "Only the appraiser");
	ROW(may_fill(&f), f.state = "told", "handed in");
	ROW(may_fill(&f), f.round_drawn = false, "finished");

	ready.state = "told";
	ready.user = 2;
	ROW(may_object(&f), f.now = f.object_due, "");
	ROW(may_object(&f), f.now = f.object_due + 1, "term");
	ROW(may_object(&f), f.user = 9, "Only an officer");
	ROW(may_object(&f), f.accepted_at = 1, "accepted");
	ROW(may_object(&f), f.state = "final", "no finding");
	ROW(may_object(&f), f.state = "objected", "");
	ROW(may_accept(&f), f.now = 1, "");
	ROW(may_accept(&f), f.user = 5, "Only an officer");
	ROW(may_accept(&f), f.accepted_at = 1, "no finding");
	ROW(may_accept(&f), f.state = "objected", "no finding");
}

static void supervisor(void **state)
{
	const struct appraiser_facts who = { true, true, "", false };
	struct appraisal_facts ready = { "objected", "shown", 9, 5, 1, 2, 1000, 0, 500, true };

	(void)state;
	ROW(may_answer_objection(&f), f.now = 1, "");
	ROW(may_answer_objection(&f), f.user = 5, "did not appraise");
	ROW(may_answer_objection(&f), f.user = 1, "officer of the case");
	ROW(may_answer_objection(&f), f.state = "told", "No objection");
	ROW(may_confirm(&f), f.now = 2000, "waits for its answer");
	ROW(may_confirm(&f), (f.state = "told", f.now = f.object_due), "can still object");
	ROW(may_confirm(&f), (f.state = "told", f.now = f.object_due + 1), "");
	ROW(may_confirm(&f), (f.state = "told", f.accepted_at = 1), "");
	ROW(may_confirm(&f), f.state = "answered", "");
	ROW(may_confirm(&f), (f.state = "answered", f.user = 5), "neither handled nor appraised");
	ROW(may_confirm(&f), (f.state = "answered", f.user = 2), "neither handled nor appraised");
	ROW(may_confirm(&f), f.state = "assigned", "no result");
	ROW(may_check_mending(&f, "x"), f.now = 1, "");
	ROW(may_check_mending(&f, ""), f.now = 1, "what you saw");
	ROW(may_check_mending(&f, "x"), f.user = 1, "officer of the case");
	ROW(may_check_mending(&f, "x"), f.mend_state = "ordered", "Nothing");
	ready.user = 1;
	ROW(may_mend(&f, "x"), f.mend_state = "ordered", "");
	ROW(may_mend(&f, "x"), f.mend_state = "refused", "");
	ROW(may_mend(&f, ""), f.mend_state = "ordered", "what was put right");
	ROW(may_mend(&f, "x"), f.mend_state = "accepted", "Nothing");
	ROW(may_mend(&f, "x"), (f.mend_state = "ordered", f.user = 9), "Only an officer");
}

static void lines(void **state)
{
	static const struct {
		const char *found, *verdict, *reason, *lacks;
	} rows[] = {
		{ "ok", "met", "", "" },
		{ "ok", "failed", "", "otherwise" },
		{ "ok", "part", "笔录缺页", "" },
		{ "bad", "failed", "", "" },
		{ "bad", "part", "", "" },
		{ "bad", "met", "", "otherwise" },
		{ "bad", "na", "", "otherwise" },
		{ "bad", "met", "纸质卷已归档", "" },
		{ "na", "na", "", "" },
		{ "na", "met", "", "otherwise" },
		{ "", "", "", "Say whether" },
		{ "", "met", "", "" },
		{ "", "na", "", "" },
		{ "", "failed", "", "what is wrong" },
		{ "", "part", "", "what is wrong" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		refused(point_lacks(&(struct point_said){
				"X", rows[i].found, rows[i].verdict, rows[i].reason }),
			rows[i].lacks);
}

/* The data itself: the weights are 100 points, every check is one that the program knows, every
 * line has its words, its clause and a code of its own. */
static void table(void **state)
{
	struct arena *a = arena_new();
	const struct node *t = law(a, "appraisals/table");
	struct appraised c = { .procedure = "",
		.outcome = "",
		.penalty = "",
		.correction_state = "",
		.statement = "",
		.papers = "",
		.table = t,
		.calendar = law(a, "calendar/workdays") };
	struct found f;
	int64_t sum = 0, n = 0, checked = 0;

	(void)state;
	NODE_EACH (g, node_find(t, "groups"))
		NODE_EACH (p, node_find(g, "points")) {
			const char *check = node_text(p, "check", "");
			sum += node_int(p, "weight", 0);
			n++;
			assert_true(*node_text(p, "zh", "") && *node_text(p, "en", ""));
			assert_true(*node_text(p, "clause", "") && *node_text(p, "clause_en", ""));
			assert_ptr_equal(point_of(t, node_text(p, "code", "")), p);
			if (*check)
				assert_true(check_run(check, a, &c, &f));
			checked += *check != 0;
		}
	assert_int_equal(sum, 10000);
	assert_int_equal(n, 28);
	assert_int_equal(checked, 17);
	assert_false(check_run("weather", a, &c, &f));
	arena_free(a);
}

static void scores(void **state)
{
	struct arena *a = arena_new();
	const struct node *t = law(a, "appraisals/table");
	struct point_said p[MOST];
	struct scored k;
	size_t n = 0;

	(void)state;
	NODE_EACH (g, node_find(t, "groups"))
		NODE_EACH (x, node_find(g, "points"))
			p[n++] = (struct point_said){ node_text(x, "code", ""), "", "met", "" };
	score_of(t, p, n, &k);
	assert_int_equal(k.score, 10000);
	assert_string_equal(k.grade, "excellent");
	/* each row: code, verdict; what then is the score, the grade */
	static const struct {
		const char *code[5], *verdict;
		int64_t score, failed;
		const char *grade;
		bool vetoed;
	} rows[] = {
		{ { "F1", "L1" }, "failed", 9000, 2, "excellent", false },
		{ { "F1", "L1", "P8" }, "part", 9450, 3, "excellent", false },
		{ { "F1", "L1", "P8" }, "failed", 8900, 3, "pass", false },
		{ { "S1" }, "failed", 9500, 1, "fail", true },
		{ { "S1" }, "part", 9750, 1, "excellent", false },
		{ { "S1" }, "na", 10000, 0, "excellent", false },
		{ { "P8" }, "na", 10000, 0, "excellent", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (size_t j = 0; j < n; j++) {
			p[j].verdict = "met";
			for (int c = 0; c < 5 && rows[i].code[c]; c++)
				if (!strcmp(p[j].code, rows[i].code[c]))
					p[j].verdict = rows[i].verdict;
		}
		score_of(t, p, n, &k);
		assert_int_equal(k.score, rows[i].score);
		assert_int_equal(k.failed, rows[i].failed);
		assert_string_equal(k.grade, rows[i].grade);
		assert_int_equal(k.vetoed, rows[i].vetoed);
	}
	/* in proportion to what applies: 300 of 900 lost is 66.67 */
	struct point_said few[] = { { "L2", "", "met", "" }, { "E1", "", "failed", "x" },
		{ "E2", "", "met", "" }, { "E3", "", "na", "" } };
	score_of(t, few, 4, &k);
	assert_int_equal(k.score, 6667);
	assert_string_equal(k.grade, "pass");
	few[0].verdict = "failed";
	score_of(t, few, 4, &k);
	assert_int_equal(k.score, 3333);
	assert_string_equal(k.grade, "fail");
	score_of(t, NULL, 0, &k);
	assert_string_equal(k.grade, "");
	assert_true(point_applies(point_of(t, "P2"), "ordinary"));
	assert_false(point_applies(point_of(t, "P2"), "simple"));
	assert_null(point_of(t, "Z9"));
	arena_free(a);
}

/* ---- checks */
/* An ordinary case without a fault: filed 2 March 2026, decided 20 March, closed 10 April. */
static struct appraised sound(struct arena *a)
{
	return (struct appraised){ .procedure = "ordinary",
		.outcome = "penalty",
		.penalty = "PEN_FINE",
		.correction_state = "accepted",
		.statement = "none",
		.papers = "filing_form,case_source,investigation_report,review_form,penalty_notice,"
			  "decision_form,penalty_decision,closing_form,",
		.opened_at = day("2026-02-25"),
		.precheck_due = day("2026-03-18"),
		.filed_at = day("2026-03-02"),
		.told_at = day("2026-03-09"),
		.notices = 1,
		.notice_served = day("2026-03-09"),
		.hear_due = day("2026-03-17") - 1,
		.heard_at = day("2026-03-12"),
		.decide_due = day("2026-06-01") - 1,
		.decided_at = day("2026-03-20"),
		.served_at = day("2026-03-23"),
		.correction_at = day("2026-03-05"),
		.closed_at = day("2026-04-10"),
		.reviews = 1,
		.officer1 = 1,
		.officer2 = 2,
		.cards = 2,
		.evidence = 3,
		.clips = 1,
		.fine_fen = 500000,
		.fines = 1,
		.settled_at = day("2026-03-30"),
		.publishable = 1,
		.published_at = day("2026-04-01"),
		.volume_at = day("2026-04-12"),
		.table = law(a, "appraisals/table"),
		.calendar = law(a, "calendar/workdays"),
		.procedure_law = law(a, "cases/procedure"),
		.volume_law = law(a, "papers/volume") };
}

#define CHECK(name, change, want)                                                                  \
	do {                                                                                       \
		struct appraised c = ready;                                                        \
		struct found f;                                                                    \
		change;                                                                            \
		assert_true(check_run(name, a, &c, &f));                                           \
		if (strcmp(f.state, want))                                                         \
			fail_msg("%s, %s: '%s' (%s) and not '%s'", name, #change, f.state,         \
				f.words, want);                                                    \
		assert_true(*f.words != 0);                                                        \
	} while (0)

static void checks_of_people(void **state)
{
	struct arena *a = arena_new();
	const struct appraised ready = sound(a);

	(void)state;
	CHECK("two_officers", c.cards = 2, "ok");
	CHECK("two_officers", c.cards = 1, "bad");
	CHECK("two_officers", c.officer2 = 1, "bad");
	CHECK("two_officers", c.officer2 = 0, "bad");
	CHECK("evidence", c.evidence = 1, "ok");
	CHECK("evidence", c.evidence = 0, "bad");
	CHECK("reviewer", c.reviews = 1, "ok");
	CHECK("reviewer", c.reviews = 0, "bad");
	CHECK("reviewer", c.own_reviews = 1, "bad");
	CHECK("reviewer", c.procedure = "simple", "na");
	CHECK("recorded", c.clips = 0, "bad");
	CHECK("recorded", (c.clips = 0, c.recordings = 1), "ok");
	CHECK("hearing", c.fine_fen = 500000, "na");
	CHECK("hearing", c.fine_fen = 10000000, "bad");
	CHECK("hearing", c.fine_fen = 9999999, "na");
	CHECK("hearing", (c.fine_fen = 9000000, c.confiscated_fen = 1000000), "bad");
	CHECK("hearing", (c.fine_fen = 10000000, c.hearing_offered = 1), "ok");
	CHECK("hearing", (c.hearing_offered = 1, c.hearings_asked = 1), "bad");
	CHECK("hearing", (c.hearing_offered = 1, c.hearings_asked = c.hearings_held = 1), "ok");
	CHECK("hearing", c.penalty = "PEN_WARN,PEN_REVOKE", "bad");
	CHECK("papers", c.evidence = 1, "ok");
	CHECK("papers", c.papers = "filing_form,case_source,", "bad");
	CHECK("papers", (c.procedure = "simple", c.papers = "onspot_decision,"), "ok");
	CHECK("papers", (c.procedure = "simple", c.papers = "correction_order,"), "bad");
	CHECK("correction", c.correction_state = "accepted", "ok");
	CHECK("correction", c.correction_state = "shown", "bad");
	CHECK("correction", c.correction_state = "", "na");
	CHECK("performed", c.unsettled = 0, "ok");
	CHECK("performed", c.unsettled = 1, "bad");
	CHECK("performed", c.fines = 0, "bad");
	CHECK("performed", c.fine_fen = 0, "na");
	CHECK("volume", c.volume_at = 0, "bad");
	CHECK("volume", c.volume_missing = 1, "bad");
	CHECK("volume", c.volume_missing = 0, "ok");
	arena_free(a);
}

static void checks_of_days(void **state)
{
	struct arena *a = arena_new();
	const struct appraised ready = sound(a);

	(void)state;
	CHECK("precheck", c.filed_at = c.precheck_due, "ok");
	CHECK("precheck", c.filed_at = c.precheck_due + 1, "bad");
	CHECK("precheck", c.precheck_due = 0, "na");
	CHECK("filed_first", c.filed_at = c.decided_at, "ok");
	CHECK("filed_first", c.filed_at = c.decided_at + 1, "bad");
	CHECK("filed_first", c.filed_at = 0, "bad");
	CHECK("notice", c.told_at = c.decided_at, "ok");
	CHECK("notice", c.told_at = c.decided_at + 1, "bad");
	CHECK("notice", c.told_at = 0, "bad");
	CHECK("notice", c.outcome = "no_penalty", "na");
	CHECK("waited", c.heard_at = c.decided_at, "ok");
	CHECK("waited", c.heard_at = c.decided_at + 1, "bad");
	CHECK("waited", (c.statement = "silent", c.decided_at = c.hear_due), "bad");
	CHECK("waited", (c.statement = "silent", c.decided_at = c.hear_due + 1), "ok");
	/* told on Monday 9 March: the fifth working day is Monday 16 March */
	CHECK("waited", (c.heard_at = c.hear_due = 0, c.decided_at = day("2026-03-17") - 1), "bad");
	CHECK("waited", (c.heard_at = c.hear_due = 0, c.decided_at = day("2026-03-17")), "ok");
	CHECK("decided", c.decided_at = c.decide_due, "ok");
	CHECK("decided", c.decided_at = c.decide_due + 1, "bad");
	/* filed 2 March: ninety days end on Sunday 31 May */
	CHECK("decided", (c.decide_due = 0, c.decided_at = day("2026-05-31")), "ok");
	CHECK("decided", (c.decide_due = 0, c.decided_at = day("2026-06-02")), "bad");
	CHECK("decided", c.decided_at = 0, "na");
	/* decided on Friday 20 March: the seventh working day is Tuesday 31 March */
	CHECK("service", c.served_at = day("2026-04-01") - 1, "ok");
	CHECK("service", c.served_at = day("2026-04-01"), "bad");
	CHECK("service", c.served_at = 0, "bad");
	CHECK("service", c.outcome = "to_police", "na");
	CHECK("publication", c.published_at = 0, "bad");
	CHECK("publication", c.published_at = c.decided_at + 20 * DAY, "ok");
	CHECK("publication", c.published_at = c.decided_at + 40 * DAY, "bad");
	CHECK("publication", c.publishable = 0, "na");
	CHECK("publication", c.procedure = "simple", "na");
	CHECK("closed", c.closed_at = c.settled_at + 10 * DAY, "ok");
	CHECK("closed", c.closed_at = c.settled_at + 40 * DAY, "bad");
	CHECK("closed", (c.outcome = "no_penalty", c.closed_at = c.decided_at + 10 * DAY), "ok");
	CHECK("closed", c.decided_at = 0, "na");
	arena_free(a);
}

/* ---- the sample */
static void sizes(void **state)
{
	static const struct {
		size_t n[4];
		bool share;
		int64_t amount, take[4];
	} rows[] = {
		{ { 10, 10 }, true, 100, { 1, 1 } },
		{ { 11, 10 }, true, 100, { 2, 1 } },
		{ { 1, 99 }, true, 1, { 1, 1 } },
		{ { 3, 4 }, true, 1000, { 3, 4 } },
		{ { 10, 20, 30 }, false, 6, { 1, 2, 3 } },
		{ { 10, 10, 10 }, false, 4, { 2, 1, 1 } },
		{ { 1, 1, 98 }, false, 3, { 0, 0, 3 } },
		{ { 3, 2 }, false, 9, { 3, 2 } },
		{ { 5 }, false, 1, { 1 } },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct candidate at[256];
		struct sample s = { .at = at };
		int64_t sum = 0;
		for (int k = 0; k < 4; k++)
			for (size_t c = 0; c < rows[i].n[k]; c++, s.n++)
				at[s.n] = (struct candidate){ (int64_t)(1000 - s.n),
					arena_printf(a, "s%d", k), "" };
		sample_arrange(a, &s);
		int64_t got = sample_takes(&s, rows[i].share, rows[i].amount);
		for (size_t k = 0; k < s.n_strata; k++) {
			assert_int_equal(s.strata[k].n, rows[i].n[k]);
			assert_int_equal(s.strata[k].take, rows[i].take[k]);
			sum += rows[i].take[k];
		}
		assert_int_equal(got, sum);
	}
	arena_free(a);
}

/* Every order of four comes about equally often, and each is whole. */
static void orders(void **state)
{
	enum { N = 4, ORDERS = 24, ROUNDS = 4800 };
	struct arena *a = arena_new();
	struct candidate at[N];
	struct sample s = { .at = at, .n = N };
	int seen[256] = { 0 }, kinds = 0;
	uint8_t seed[SEED] = { 0 };

	(void)state;
	for (int i = 0; i < N; i++)
		at[i] = (struct candidate){ i + 1, "all", "" };
	sample_arrange(a, &s);
	for (int i = 0; i < ROUNDS; i++) {
		struct generator g;
		size_t order[N], code = 0, bits = 0;
		memcpy(seed, &i, sizeof(i));
		generator_start(&g, a, &(struct generator_inputs){ seed, "x", "" });
		sample_order(&s, &g, order);
		for (int k = 0; k < N; k++) {
			code = code * 4 + order[k];
			bits |= (size_t)1 << order[k];
		}
		assert_int_equal(bits, 15);
		kinds += !seen[code]++;
	}
	assert_int_equal(kinds, ORDERS);
	for (int i = 0; i < 256; i++)
		if (seen[i])
			assert_in_range(seen[i], ROUNDS / ORDERS - 70, ROUNDS / ORDERS + 70);
	arena_free(a);
}

static void places(void **state)
{
	static const char file[] = "shian-appraisal-draw 1\nround 1\ndrawn a/b\t1\t77\n"
				   "next a/b\t2\t78\ndrawn c\t1\t79\nend\n";
	const struct bytes b = { (const uint8_t *)file, sizeof(file) - 1 };

	(void)state;
	assert_int_equal(sample_case_at(b, "a/b", 1), 77);
	assert_int_equal(sample_case_at(b, "a/b", 2), 78);
	assert_int_equal(sample_case_at(b, "c", 1), 79);
	assert_int_equal(sample_case_at(b, "a/b", 3), 0);
	assert_int_equal(sample_case_at(b, "a", 1), 0);
	assert_int_equal(sample_case_at((struct bytes){ b.at, 30 }, "a/b", 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(steps), cmocka_unit_test(supervisor),
		cmocka_unit_test(lines), cmocka_unit_test(table), cmocka_unit_test(scores),
		cmocka_unit_test(checks_of_people), cmocka_unit_test(checks_of_days),
		cmocka_unit_test(sizes), cmocka_unit_test(orders), cmocka_unit_test(places) };
	return cmocka_run_group_tests_name("appraisal rules", tests, NULL, NULL);
}
