/* The room of grades: what it hears, keeps and tells. */
#include "domains/grading/grading.h"
#include "contracts/facts.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(23);
	*state = b;
	return 0;
}

static bool has(const struct answer *r, const char *text)
{
	if (strstr(r->body, text))
		return true;
	fprintf(stderr, "not found: %s\nin: %.3000s\n", text, r->body);
	return false;
}

/* A fact as another room would tell it. */
struct told {
	const char *name, *data;
	int64_t subject, entity;
};

static enum err tell_work(struct req *rq, void *arg)
{
	const struct told *t = arg;
	return emit(
		rq, .name = t->name, .subject = t->subject, .entity = t->entity, .data = t->data);
}

static void tell(struct bench *b, struct told t)
{
	assert_int_equal(bench_write(b, tell_work, &t), OK);
}

static int64_t day(const char *text)
{
	int64_t ms = 0;
	assert_true(date_parse(text, &ms));
	return ms;
}

/* What the fact is about: 501... inspections, 601... cases; on a day. */
struct about {
	int64_t op, ref;
	const char *on;
};

static void inspected(struct bench *b, struct about f, int64_t score)
{
	tell(b, (struct told){ INSPECTION_RECORDED,
			arena_printf(bench_arena(b),
				"{\"kind\":\"INSP_ROUTINE\",\"result\":\"BASIC_CONFORM\",\"score\":"
				"%" PRId64
				",\"key_failed\":0,\"general_failed\":1,\"inspected_at\":%" PRId64
				"}",
				score, day(f.on)),
			f.ref, f.op });
}

static void decided(struct bench *b, struct about f, const char *penalty)
{
	tell(b, (struct told){ CASE_DECIDED,
			arena_printf(bench_arena(b),
				"{\"outcome\":\"penalty\",\"penalty\":\"%s\",\"act\":\"V01\","
				"\"fine_fen\":0,\"decided_at\":%" PRId64 "}",
				penalty, day(f.on) + 10 * HOUR),
			f.ref, f.op });
}

static int64_t changes(struct bench *b)
{
	return bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'grade.changed'");
}

static void test_life_of_a_grade(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);

	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_grades"), 0);
	inspected(b, (struct about){ op, 501, "2026-11-20" }, 950);
	assert_string_equal(bench_text(b, "SELECT letter FROM pub_grades"), "A");
	assert_string_equal(bench_text(b, "SELECT colour FROM pub_grades"), "green");
	assert_string_equal(bench_text(b, "SELECT scheme FROM pub_grades"), "SHG");
	assert_int_equal(changes(b), 1);
	/* the same letter again: confirmed, not changed */
	inspected(b, (struct about){ op, 502, "2026-11-21" }, 970);
	assert_int_equal(changes(b), 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'grade.confirmed'"), 1);
	assert_int_equal(bench_int(b, "SELECT points FROM pub_grades"), 970);
	/* a warning: yellow for six months */
	decided(b, (struct about){ op, 601, "2026-11-23" }, "PEN_WARN");
	assert_string_equal(bench_text(b, "SELECT colour FROM pub_grades"), "yellow");
	assert_int_equal(changes(b), 2);
	const char *data = bench_text(b,
		"SELECT data FROM ledger WHERE name = 'grade.changed' ORDER BY seq DESC LIMIT 1");
	assert_non_null(strstr(data, "\"from\":\"A\",\"to\":\"B\""));
	assert_non_null(strstr(data, "PEN_WARN"));
	assert_int_equal(bench_int(b, "SELECT cause FROM ledger WHERE name = 'grade.changed' ORDER "
				      "BY seq DESC LIMIT 1"),
		bench_int(b, "SELECT seq FROM ledger WHERE name = 'case.decided'"));
	/* its last day, and the one after */
	bench_clock(b, day("2027-05-23") + 23 * HOUR);
	bench_minute(b);
	assert_string_equal(bench_text(b, "SELECT colour FROM pub_grades"), "yellow");
	bench_clock(b, day("2027-05-24") + 1);
	bench_minute(b);
	assert_string_equal(bench_text(b, "SELECT colour FROM pub_grades"), "green");
	assert_int_equal(changes(b), 3);
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_grade_history"), 3);
}

static void test_decisions(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);

	inspected(b, (struct about){ op, 501, "2026-11-20" }, 950);
	tell(b, (struct told){ CASE_DECIDED,
			"{\"outcome\":\"no_penalty\",\"penalty\":\"\",\"act\":\"V01\"}", 600, op });
	assert_int_equal(changes(b), 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM grade_inputs WHERE kind = 'sanction'"), 0);
	decided(b, (struct about){ op, 601, "2026-11-22" }, "PEN_WARN");
	decided(b, (struct about){ op, 601, "2026-11-22" },
		"PEN_WARN"); /* the same decision heard again */
	assert_int_equal(
		bench_int(
			b, "SELECT count(DISTINCT ref) FROM grade_inputs WHERE kind = 'sanction'"),
		1);
	assert_int_equal(changes(b), 2);
	tell(b, (struct told){ CASE_DECIDED,
			"{\"outcome\":\"penalty\",\"penalty\":\"PEN_WARN\",\"fine_fen\":5000}", 602,
			op });
	assert_string_equal(bench_text(b, "SELECT letter FROM pub_grades"), "C");
}

static void remedied(struct bench *b, struct about f, const char *effect)
{
	tell(b, (struct told){ CASE_REMEDY_ENDED,
			arena_printf(bench_arena(b),
				"{\"kind\":\"review\",\"outcome\":\"%s\",\"effect\":\"%s\"}",
				effect, effect),
			f.ref, f.op });
}

static const char *latest_why(struct bench *b)
{
	return bench_text(b, "SELECT why FROM grade_history ORDER BY at DESC, id DESC LIMIT 1");
}

/* Two decisions lower it; one is undone, then the other: back to what the file says without them.
 * One that stands or was changed counts on. What it was on a day before stays as it was. */
static void test_decision_undone(void **state)
{
	static const char letter[] = "SELECT letter FROM pub_grades";
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);
	const struct about warned = { op, 601, "2026-11-21" }, fined = { op, 602, "2026-11-22" };

	inspected(b, (struct about){ op, 501, "2026-11-20" }, 950);
	decided(b, warned, "PEN_WARN");
	assert_string_equal(bench_text(b, letter), "B");
	decided(b, fined, "PEN_FINE");
	assert_string_equal(bench_text(b, letter), "C");
	int64_t before = clock_now();
	remedied(b, fined, "stands");
	remedied(b, fined, "changed");
	assert_string_equal(bench_text(b, letter), "C");
	bench_clock(b, before + HOUR);
	remedied(b, fined, "annulled");
	assert_string_equal(bench_text(b, letter), "B");
	assert_non_null(strstr(latest_why(b), "\"undone\",\"value\":\"PEN_FINE\""));
	remedied(b, (struct about){ op, 699, "" }, "void"); /* never heard of */
	assert_string_equal(bench_text(b, letter), "B");
	bench_clock(b, before + 2 * HOUR);
	remedied(b, warned, "void");
	assert_string_equal(bench_text(b, letter), "A");
	assert_int_equal(changes(b), 5);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grade_history WHERE letter = 'C'"), 1);
	assert_int_equal(bench_int(b, "SELECT cause FROM ledger WHERE name = 'grade.changed' ORDER "
				      "BY seq DESC LIMIT 1"),
		bench_int(b, "SELECT max(seq) FROM ledger WHERE name = 'case.remedy_ended'"));
	bench_minute(b); /* the other scales follow */
	struct answer *r =
		bench_get(b, "head1", arena_printf(bench_arena(b), "/grades/%" PRId64, op));
	assert_true(has(r, "行政处罚决定已被撤销"));
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT count(*) FROM grade_inputs WHERE kind = 'sanction' "
				     "AND word <> '' AND known_at > %" PRId64,
				     before)),
		2);
}

static void test_kind_changes(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *path = arena_printf(bench_arena(b), "/operators/%" PRId64, op);

	inspected(b, (struct about){ op, 501, "2026-11-20" }, 950);
	struct answer *r = bench_post(b, "officer1", path, "version", "1", "name", "禾记小馆",
		"licence_no", bench_text(b, "SELECT licence_no FROM pub_operators"), "kind",
		"supermarket", "address", "x", "area", "310112101", NULL);
	assert_int_equal(r->status, 303);
	assert_string_equal(bench_text(b, "SELECT colour FROM pub_grades"), "none");
	assert_int_equal(changes(b), 2);
}

static void test_pages(void **state)
{
	struct bench *b = *state;

	bench_golden(b, bench_get(b, "head1", "/grades"),
		"src/domains/grading/golden/overview_empty.html");
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA),
		other = bench_operator(b, "沁芽面馆", HARNESS_AREA2);
	const char *path = arena_printf(bench_arena(b), "/grades/%" PRId64, op);
	struct answer *r = bench_get(b, "head1", path);
	assert_true(has(r, "新许可"));
	inspected(b, (struct about){ op, 501, "2026-11-20" }, 950);
	inspected(b, (struct about){ other, 502, "2026-11-20" }, 700);
	decided(b, (struct about){ op, 601, "2026-11-22" }, "PEN_WARN");
	r = bench_get(b, "head1", "/grades");
	bench_golden(b, r, "src/domains/grading/golden/overview.html");
	assert_in_range(r->statements, 1, 12);
	r = bench_get(b, "head1", path);
	bench_golden(b, r, "src/domains/grading/golden/grade.html");
	assert_true(has(r, "警告"));
	assert_true(has(r, "2027-05-22"));
	bench_english(b, true);
	assert_true(has(bench_get(b, "head1", path), "A penalty of the last months"));
	bench_english(b, false);
	assert_true(has(bench_get(b, "head1", "/grades?format=csv"), "莘庄镇"));
	assert_null(strstr(bench_get(b, "officer3", "/grades")->body, "禾记"));
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
}

static void test_recompute(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *path = arena_printf(bench_arena(b), "/grades/%" PRId64 "/recompute", op);

	inspected(b, (struct about){ op, 501, "2026-11-20" }, 950);
	decided(b, (struct about){ op, 601, "2026-11-22" }, "PEN_WARN");
	bench_minute(b); /* the other scales follow within a minute */
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
	assert_int_equal(bench_post(b, "officer1", path, NULL)->status, 403);
	assert_int_equal(bench_post(b, "head1", path, NULL)->status, 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts); /* nothing differs */
	bench_clock(b, day("2027-06-01"));
	assert_true(bench_torture(b, "head1", path, NULL) > 3);
	assert_string_equal(bench_text(b, "SELECT colour FROM pub_grades"), "green");
	assert_int_equal(changes(b), 3);
}

/* Each test on SQLite, and on PostgreSQL too where one is there. */
#define TESTS(X)                                                                                   \
	X(test_life_of_a_grade)                                                                    \
	X(test_decisions)                                                                          \
	X(test_decision_undone) X(test_kind_changes) X(test_pages) X(test_recompute)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"grading", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
