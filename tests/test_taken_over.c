/* Reviews and suits that the room of fines kept before the room of cases did: a database of before
 * is brought up to date, and both stand at their cases; the fine's clocks agree with them. */
#include "contracts/facts.h"
#include "domains/cases/cases.h"
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static int64_t day(const char *text)
{
	int64_t ms = 0;
	assert_true(date_parse(text, &ms));
	return ms;
}

/* ---- two decided cases with a fine, served ----------------------------- */
struct fined {
	int64_t operator, id, paper;
};

static enum err decide(struct req *rq, void *arg)
{
	struct fined *m = arg;
	struct case_row c;
	int64_t officer1, officer2;

	TRY(db_int(rq, &officer1, "SELECT id FROM pub_users WHERE login = 'officer1'"));
	TRY(db_int(rq, &officer2, "SELECT id FROM pub_users WHERE login = 'officer2'"));
	TRY(precheck_of(rq,
		&(struct finding){ m->operator, HARNESS_AREA, officer1, officer2, rq->now, "V01" },
		&c));
	m->id = c.id;
	c.state = "decided";
	c.number = arena_printf(rq->arena, "示范市监立〔2026〕%" PRId64 "号", c.id % 1000);
	c.filed_at = c.told_at = c.heard_at = c.decided_at = c.served_at = rq->now;
	c.outcome = "penalty";
	c.penalty = "PEN_FINE";
	c.fine_fen = 100000;
	c.decision_paper = m->paper = id_new();
	TRY(db_update(rq, &case_model, &c));
	return emit(rq, CASE_DECIDED, c.id, c.operator,
		json_pairs(rq, "procedure", "ordinary", "outcome", "penalty", "fine_fen", "100000",
			"confiscated_fen", "0", NULL));
}

static enum err serve(struct req *rq, void *arg)
{
	const struct fined *m = arg;

	return emit(rq, PAPER_SERVED, m->id, m->operator,
		json_pairs(rq, "paper", arena_printf(rq->arena, "%" PRId64, m->paper), "template",
			"penalty_decision", "title", "行政处罚决定书", "way", "direct", "served_at",
			arena_printf(rq->arena, "%" PRId64, rq->now), NULL));
}

static struct fined fined(struct bench *b, const char *name)
{
	struct fined m = { .operator= bench_operator(b, name, HARNESS_AREA) };

	assert_int_equal(bench_write(b, decide, &m), OK);
	bench_jobs(b);
	assert_int_equal(bench_write(b, serve, &m), OK);
	bench_jobs(b);
	return m;
}

/* ---- the database of before -------------------------------------------- */
/* What the migrations of the reviews and suits made is taken away again, and that they ran. */
static void back_to_before(struct bench *b, bool postgres)
{
	static const char *const undo[] = { "DROP VIEW pub_fine_remedies",
		"DROP VIEW pub_case_remedies", "DROP VIEW pub_cases", "DROP TABLE case_remedies",
		"DROP INDEX cases_operator_decided",
		"CREATE VIEW pub_cases AS SELECT c.id, c.operator, c.area, c.number, c.act, "
		"c.act_name, c.state, c.opened_at, c.precheck_due, c.filed_at, c.decide_due, "
		"c.decided_at, c.closed_at, c.outcome, c.penalty, c.fine_fen, c.decision_paper, "
		"c.officer1, c.officer2, c.correction_due, c.correction_state, 0 AS publishable, "
		"coalesce(p.procedure, 'simple') AS procedure, coalesce(p.confiscated_fen, 0) AS "
		"confiscated_fen FROM cases c LEFT JOIN case_procedures p ON p.case_id = c.id",
		"DELETE FROM schema_migrations WHERE room = 'fines' AND name = "
		"'0030_remedies.sql' OR room = 'cases' AND name IN ('0030_remedies.sql', "
		"'0070_annulled.sql', '0071_anew.sql')" };

	for (size_t i = 0; i < sizeof(undo) / sizeof(*undo); i++)
		bench_run(b, undo[i]);
	if (postgres) /* the table was made under another name, which its key still bears */
		bench_run(b, "ALTER TABLE case_sources RENAME CONSTRAINT case_sources_kept_pkey "
			     "TO case_sources_pkey");
}

static void kept_before(struct bench *b, const struct fined *m, const char *row)
{
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO fine_remedies (fine, id, version, kind, begun_at, "
			     "ended_at, outcome, words) SELECT id, %s FROM fines WHERE case_id = "
			     "%" PRId64,
			     row, m->id));
}

static int64_t told(struct bench *b, const struct fined *m, const char *fact)
{
	return bench_int(b,
		arena_printf(bench_arena(b),
			"SELECT count(*) FROM ledger WHERE subject = %" PRId64 " AND name = '%s'",
			m->id, fact));
}

static const char *page_of(struct bench *b, const struct fined *m, const char *room)
{
	return bench_get(
		b, "officer1", arena_printf(bench_arena(b), "/cases/%" PRId64 "%s", m->id, room))
		->body;
}

static int64_t court(struct bench *b, const struct fined *m, const char *what)
{
	return bench_int(b, arena_printf(bench_arena(b),
				    "SELECT coalesce(max(%s), 0) FROM fine_clocks k JOIN fines f "
				    "ON f.id = k.fine WHERE k.kind = 'court' AND k.state <> 'done' "
				    "AND f.case_id = %" PRId64,
				    what, m->id));
}

/* One review runs since 30 November, one suit has ended on 1 December and left the decision as it
 * was: the court may be asked from then on for three months. */
static void taken_over(struct bench *b, bool postgres)
{
	struct fined runs = fined(b, "禾记小馆"), ended = fined(b, "稻香面馆");
	int64_t begun = day("2026-11-30"), end = day("2026-12-01");

	bench_english(b, true);
	assert_true(court(b, &runs, "k.due") > 0);
	bench_clock(b, day("2026-12-02") + 12 * HOUR);
	back_to_before(b, postgres);
	kept_before(b, &runs,
		arena_printf(bench_arena(b), "11, 1, 'review', %" PRId64 ", 0, '', ''", begun));
	kept_before(b, &ended,
		arena_printf(bench_arena(b),
			"12, 1, 'suit', %" PRId64 ", %" PRId64 ", 'upheld', '（2026）沪行初1号'",
			day("2026-11-25"), end));
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE fines SET suit_due = %" PRId64 " WHERE case_id = %" PRId64,
			     end + DAY - 1, ended.id)); /* as its end was entered then */
	app_close(bench_app(b));
	bench_app_open(b, true);
	bench_minute(b);
	bench_minute(b); /* once, and not again */
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM case_remedies"), 2);
	assert_int_equal(told(b, &runs, "case.remedy_begun"), 1);
	assert_int_equal(told(b, &ended, "case.remedy_begun"), 1);
	/* its end did then what it does: nothing is told of it a second time */
	assert_int_equal(told(b, &ended, "case.remedy_ended"), 0);
	assert_non_null(strstr(page_of(b, &runs, ""), "Administrative review · 2026-11-30"));
	assert_non_null(strstr(page_of(b, &ended, ""),
		"Administrative suit · Decision upheld · 2026-12-01 · （2026）沪行初1号"));
	assert_non_null(strstr(page_of(b, &ended, ""), "The decision stands"));
	assert_non_null(strstr(page_of(b, &runs, "/fine"), "Administrative review"));
	assert_non_null(strstr(page_of(b, &ended, "/fine"), "（2026）沪行初1号"));
	/* while the review runs the court is not asked; after the suit within three months */
	assert_int_equal(court(b, &runs, "k.due"), 0);
	assert_string_equal(date_text(bench_arena(b), court(b, &ended, "k.due")), "2027-03-01");
	/* and the one that runs ends where it stands now */
	struct answer *r = bench_post(b, "officer1",
		arena_printf(bench_arena(b), "/cases/%" PRId64 "/do/remedy-end", runs.id),
		"outcome", "annulled", "ended_at", "2026-12-02", "words", "沪闵府复〔2026〕9号",
		"fine_fen", "", NULL);
	assert_int_equal(r->status, 303);
	assert_string_equal(
		bench_text(b,
			arena_printf(bench_arena(b),
				"SELECT settled_how FROM fines WHERE case_id = %" PRId64, runs.id)),
		"annulled");
}

static void on_sqlite(void **state)
{
	taken_over(*state, false);
}

static void on_postgres(void **state)
{
	taken_over(*state, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "taken over", on_sqlite, bench_begin, bench_end, NULL },
		{ "taken over on PostgreSQL", on_postgres, bench_begin, bench_end,
			(void *)"postgres" },
	};

	return _cmocka_run_group_tests(
		"taken over", tests, bench_has_postgres() ? 2 : 1, NULL, NULL);
}
