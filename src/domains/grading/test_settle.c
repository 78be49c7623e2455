/* Scales on file: settled by the clock and by people, replayed at any date, rehearsed and applied,
 * asked for again. */
#include "contracts/facts.h"
#include "domains/grading/grading.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS = 40, MOMENTS = STEPS * 2, GRADE_PAGE_STATEMENTS = 20 };

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(29);
	*state = b;
	return 0;
}

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

static bool has(const struct answer *r, const char *text)
{
	if (strstr(r->body, text))
		return true;
	fprintf(stderr, "not found: %s\nin: %.3000s\n", text, r->body);
	return false;
}

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

/* A snack shop: every scale applies to it. */
static int64_t snack_shop(struct bench *b, const char *name, int64_t area)
{
	int64_t id = bench_operator(b, name, area);

	bench_run(b, at(b, "UPDATE operators SET kind = 'snack' WHERE id = %" PRId64, id));
	bench_run(
		b, at(b, "UPDATE grade_subjects SET kind = 'snack' WHERE operator = %" PRId64, id));
	return id;
}

static void inspected(struct bench *b, int64_t op, int64_t ref, int64_t score)
{
	tell(b, (struct told){ INSPECTION_RECORDED,
			at(b,
				"{\"kind\":\"INSP_ROUTINE\",\"result\":\"BASIC_CONFORM\",\"score\":"
				"%" PRId64 ",\"key_failed\":0,\"general_failed\":1,"
				"\"inspected_at\":%" PRId64 "}",
				score, clock_now()),
			ref, op });
}

static const char *value(struct bench *b, const char *scheme)
{
	return bench_text(
		b, at(b, "SELECT coalesce((SELECT value FROM pub_scales WHERE scheme = '%s'), '')",
			   scheme));
}

/* ---- replay ------------------------------------------------------------------- */
static int64_t below(uint64_t *random, int64_t n)
{
	*random = *random * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((*random >> 33) % (uint64_t)n);
}

static void something(struct bench *b, uint64_t *random, int64_t op, int step)
{
	static const char *const penalties[] = { "PEN_WARN", "PEN_FINE", "PEN_STOP" };
	static const char *const codes[] = { "sampling_failed", "obstruction", "certificate",
		"bad_effect" };
	int64_t ago = below(random, 3) * DAY, ref = 1000 + step;

	switch (below(random, 6)) {
	case 0:
	case 1:
		tell(b, (struct told){ INSPECTION_RECORDED,
				at(b,
					"{\"kind\":\"%s\",\"result\":\"%s\",\"score\":%" PRId64
					",\"key_failed\":%" PRId64 ",\"inspected_at\":%" PRId64 "}",
					below(random, 4) ? "INSP_ROUTINE" : "INSP_OFFSITE",
					below(random, 5) ? "BASIC_CONFORM" : "NOT_CONFORM",
					below(random, 101) * 10, below(random, 3),
					clock_now() - ago),
				ref, op });
		break;
	case 2: /* sometimes an earlier decision, changed */
		tell(b, (struct told){ CASE_DECIDED,
				at(b,
					"{\"outcome\":\"penalty\",\"penalty\":\"%s\",\"decided_"
					"at\":"
					"%" PRId64 "}",
					penalties[below(random, 3)], clock_now() - ago),
				2000 + below(random, 3), op });
		break;
	case 3:
		tell(b, (struct told){ ACCIDENT_RECORDED,
				at(b, "{\"kind\":\"accident\",\"happened_at\":%" PRId64 "}",
					clock_now() - ago),
				3000 + below(random, 2), op });
		break;
	case 4:
		tell(b, (struct told){ INCIDENT_WITHDRAWN,
				at(b, "{\"kind\":\"accident\",\"happened_at\":%" PRId64 "}",
					clock_now() - ago),
				3000 + below(random, 2), op });
		break;
	default:
		tell(b, (struct told){ INCIDENT_RECORDED,
				at(b, "{\"kind\":\"%s\",\"happened_at\":%" PRId64 "}",
					codes[below(random, 4)], clock_now() - ago),
				4000 + step, op });
	}
}

struct moment {
	int64_t at;
	const char *on_file;
};

static enum err on_file_work(struct req *rq, void *arg)
{
	struct rows *r;
	bool more;
	struct buf out = { .arena = rq->app->arena };

	TRY(db_query(rq, &r,
		"SELECT scheme, value, points, rule_version FROM pub_scales WHERE scheme <> 'SHG' "
		"OR value <> 'SHG_NONE' ORDER BY scheme"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		buf_printf(&out, "%s=%s %" PRId64 " %s;", rows_text(r, 0), rows_text(r, 1),
			rows_int(r, 2), rows_text(r, 3));
	}
	rows_close(r);
	*(const char **)arg = arena_dup(rq->app->arena, buf_text(&out));
	return OK;
}

struct question {
	int64_t operator, at;
	const char *answer;
};

static void put_one(struct buf *out, const struct scale_outcome *o)
{
	buf_printf(out, "%s=%s %" PRId64 " %s;", o->scheme, o->value, o->points, o->version);
}

static enum err replay_work(struct req *rq, void *arg)
{
	struct question *q = arg;
	struct settling *s = NEW(rq->arena, struct settling);
	struct buf out = { .arena = rq->app->arena };
	static const char *const order[] = { "QG", "QG_YEAR", "RC", "RISK" };

	TRY(grades_replay(rq, q->operator, q->at, s));
	for (size_t k = 0; k < 4; k++)
		for (int i = 0; i < s->n_out; i++)
			if (text_is(s->out[i].scheme, order[k]))
				put_one(&out, &s->out[i]);
	if (s->letter.rank >= 0)
		buf_printf(&out, "SHG=SHG_%s %" PRId64 " %s;", s->letter.letter, s->letter.points,
			s->book->shg.version);
	q->answer = buf_text(&out);
	return OK;
}

static void look(struct bench *b, struct moment *m, int64_t op)
{
	struct question q = { op, clock_now(), NULL };

	m->at = clock_now();
	assert_int_equal(bench_write(b, on_file_work, &m->on_file), OK);
	assert_int_equal(bench_write(b, replay_work, &q), OK);
	assert_string_equal(q.answer, m->on_file);
}

/* Random histories: at every moment the grades on file are those that a replay gives, and the same
 * replay gives them still when everything after it is known. */
static void test_replay(void **state)
{
	struct bench *b = *state;

	for (uint64_t seed = 1; seed <= 3; seed++) {
		uint64_t random = seed * 7919;
		int64_t op = snack_shop(b, at(b, "禾记小馆%d", (int)seed), HARNESS_AREA);
		struct moment m[MOMENTS];
		int n = 0;
		bench_run(b, "DELETE FROM grades");
		bench_run(b, "DELETE FROM scales");
		for (int i = 0; i < STEPS; i++) {
			/* what is known at a moment was told before it */
			bench_clock(b, clock_now() + SECOND);
			something(b, &random, op, (int)seed * 100 + i);
			bench_minute(b);
			look(b, &m[n++], op);
			/* time passes: caps end, months and years begin */
			bench_clock(b, clock_now() + below(&random, 45) * DAY +
					       below(&random, 24) * HOUR + 1);
			bench_minute(b);
			look(b, &m[n++], op);
		}
		for (int i = 0; i < n; i++) {
			struct question q = { op, m[i].at, NULL };
			assert_int_equal(bench_write(b, replay_work, &q), OK);
			if (strcmp(q.answer, m[i].on_file) != 0)
				fail_msg("seed %d, moment %d\nfile   %s\nreplay %s", (int)seed, i,
					m[i].on_file, q.answer);
		}
		bench_run(b, at(b, "DELETE FROM grade_subjects WHERE operator = %" PRId64, op));
	}
}

/* ---- at any date --------------------------------------------------------------- */
/* The clock of a served house runs each minute, but nothing changes between two moments at which
 * something is due: only these are lived through. */
static void live_until(struct bench *b, int64_t end)
{
	for (int i = 0; i < 200; i++) {
		int64_t due =
			bench_int(b, "SELECT min(due_at) FROM grade_subjects WHERE until = 0");
		if (due >= end)
			break;
		if (due > clock_now())
			bench_clock(b, due);
		bench_minute(b);
	}
	bench_clock(b, end);
}

/* Another kind of business: other scales apply, others end. */
static void becomes(struct bench *b, int64_t op, const char *kind)
{
	bench_run(b, at(b, "UPDATE operators SET kind = '%s' WHERE id = %" PRId64, kind, op));
	tell(b, (struct told){ OPERATOR_CHANGED, at(b, "{\"kind\":\"%s\"}", kind), op, op });
}

/* What the file says of a past moment: determinations by their time, letters by their changes. */
static enum err past_file_work(struct req *rq, void *arg)
{
	struct question *q = arg;
	struct rows *r;
	struct buf out = { .arena = rq->app->arena };
	bool more;

	TRY(db_query(rq, &r,
		"SELECT scheme, value, points, rule_version FROM scales WHERE operator = $1 AND at "
		"<= $2 AND (until = 0 OR until > $2) ORDER BY scheme",
		q->operator, q->at));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		buf_printf(&out, "%s=%s %" PRId64 " %s;", rows_text(r, 0), rows_text(r, 1),
			rows_int(r, 2), rows_text(r, 3));
	}
	rows_close(r);
	TRY(db_query(rq, &r,
		"SELECT letter FROM grade_history WHERE operator = $1 AND at <= $2 ORDER BY at "
		"DESC, id DESC LIMIT 1",
		q->operator, q->at));
	TRY(rows_next(r, &more));
	buf_printf(&out, "SHG=%s", more ? rows_text(r, 0) : "");
	rows_close(r);
	q->answer = buf_text(&out);
	return OK;
}

static enum err past_replay_work(struct req *rq, void *arg)
{
	struct question *q = arg;
	struct settling *s = NEW(rq->arena, struct settling);
	struct buf out = { .arena = rq->app->arena };
	static const char *const order[] = { "QG", "QG_YEAR", "RC", "RISK" };

	TRY(grades_replay(rq, q->operator, q->at, s));
	for (size_t k = 0; k < 4; k++)
		for (int i = 0; i < s->n_out; i++)
			if (text_is(s->out[i].scheme, order[k]))
				put_one(&out, &s->out[i]);
	buf_printf(&out, "SHG=%s", s->letter.letter);
	q->answer = buf_text(&out);
	return OK;
}

/* Random histories of every formula (a caterer's, a maker's, one that becomes another), asked about
 * at random dates; answered again when nothing of the results is on file any more, so that the
 * replay can only have computed. */
static void test_any_date(void **state)
{
	static const char *const kinds[] = { "snack", "food_maker", "canteen_school" };
	enum { LIVES = 3, LIFE = 16, DATES = 40 };
	struct bench *b = *state;
	struct question asked[LIVES * DATES];
	int n = 0;

	for (int life = 0; life < LIVES; life++) {
		uint64_t random = 104729u * (uint64_t)(life + 1);
		int64_t op = snack_shop(b, at(b, "禾记小馆%d", life), HARNESS_AREA);
		becomes(b, op, kinds[life]);
		bench_minute(b);
		int64_t begun = clock_now() + 1;
		for (int i = 0; i < LIFE; i++) {
			bench_clock(b, clock_now() + SECOND);
			if (life == 2 && i % 5 == 4)
				becomes(b, op, kinds[below(&random, 3)]);
			else
				something(b, &random, op, 1000 * (life + 1) + i);
			bench_minute(b);
			live_until(b, clock_now() + below(&random, 60) * DAY +
					      below(&random, 24) * HOUR + 1);
			bench_minute(b);
		}
		for (int i = 0; i < DATES; i++) {
			asked[n] = (struct question){ op,
				begun + below(&random, clock_now() - begun), NULL };
			assert_int_equal(bench_write(b, past_file_work, &asked[n++]), OK);
		}
	}
	bench_run(b, "DELETE FROM scales");
	bench_run(b, "DELETE FROM grades");
	bench_run(b, "DELETE FROM grade_history");
	for (int i = 0; i < n; i++) {
		struct question q = asked[i];
		assert_int_equal(bench_write(b, past_replay_work, &q), OK);
		if (strcmp(q.answer, asked[i].answer) != 0)
			fail_msg("life %d, %s\nfile   %s\nreplay %s", i / DATES,
				time_text(bench_arena(b), q.at), asked[i].answer, q.answer);
	}
}

/* ---- settled by the clock -------------------------------------------------------- */
static void test_by_the_clock(void **state)
{
	struct bench *b = *state;
	int64_t op = snack_shop(b, "禾记小馆", HARNESS_AREA);

	assert_string_equal(value(b, "RISK"), "");
	bench_minute(b);
	assert_string_equal(value(b, "RISK"), "RISK_A");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'scale.batch_computed'"), 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'scale.changed'"), 0);
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
	bench_clock(b, clock_now() + 200 * DAY);
	inspected(b, op, 501, 950);
	bench_minute(b);
	assert_string_equal(value(b, "QG"), "QG_EXCELLENT");
	assert_string_equal(value(b, "SHG"), "SHG_A");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'scale.changed'"), 1);
	assert_non_null(
		strstr(bench_text(b, "SELECT data FROM ledger WHERE name = 'scale.changed'"),
			"\"from\":\"QG_NONE\",\"to\":\"QG_EXCELLENT\""));
	/* a national value is never told as a colour */
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name LIKE 'scale.%' AND data LIKE "
			     "'%colour%'"),
		0);
	/* nothing was written over */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM scales WHERE scheme = 'QG'"), 2);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM scales WHERE scheme = 'QG' AND until = 0"), 1);
}

/* ---- incidents --------------------------------------------------------------------- */
static void test_accident(void **state)
{
	struct bench *b = *state;
	int64_t op = snack_shop(b, "禾记小馆", HARNESS_AREA);
	const char *path = at(b, "/grades/%" PRId64 "/incident", op);

	inspected(b, op, 501, 950);
	bench_minute(b);
	assert_string_equal(value(b, "SHG"), "SHG_A");
	assert_true(has(bench_get(b, "officer1", path), "食品安全事故"));
	struct answer *r = bench_post(b, "officer1", path, "kind", "accident", "happened_at",
		"2026-12-30", "words", "聚餐后多人呕吐", "basis", "流调报告 1 号", NULL);
	assert_int_equal(r->status, 422);
	assert_true(has(r, "聚餐后多人呕吐"));
	assert_int_equal(bench_post(b, "head1", path, NULL)->status, 403);
	assert_int_equal(bench_post(b, "officer3", path, NULL)->status, 403);
	assert_true(
		bench_torture(b, "officer1", path, "kind", "accident", "happened_at", "2026-11-20",
			"words", "聚餐后多人呕吐", "basis", "流调报告 1 号", NULL) > 8);
	/* all of them at once */
	assert_string_equal(value(b, "SHG"), "SHG_C");
	assert_string_equal(value(b, "RC"), "RC_D");
	assert_true(has(bench_get(b, "officer1", "/grades/incidents"), "流调报告 1 号"));
	const char *back = at(b, "/grades/incidents/%" PRId64 "/withdraw",
		bench_int(b, "SELECT id FROM grade_incidents"));
	assert_int_equal(bench_post(b, "officer1", back, "words", "", NULL)->status, 422);
	assert_true(bench_torture(b, "officer1", back, "words", "登记错误", NULL) > 8);
	assert_string_equal(value(b, "SHG"), "SHG_A");
	assert_int_equal(bench_post(b, "officer1", back, "words", "再次", NULL)->status, 409);
}

/* ---- rating again -------------------------------------------------------------------- */
static void test_rerating(void **state)
{
	struct bench *b = *state;
	int64_t op = snack_shop(b, "禾记小馆", HARNESS_AREA);
	const char *path = at(b, "/grades/%" PRId64 "/rerating", op);

	inspected(b, op, 501, 700);
	struct answer *r = bench_post(b, "officer1", path, "words", "已改进", NULL);
	assert_int_equal(r->status, 409);
	assert_true(has(r, "2026-12-24")); /* from when on */
	bench_clock(b, clock_now() + 40 * DAY);
	assert_int_equal(bench_post(b, "officer1", path, "words", "", NULL)->status, 422);
	assert_true(bench_torture(b, "officer1", path, "words", "已改进", NULL) > 4);
	assert_int_equal(bench_post(b, "officer1", path, "words", "再来", NULL)->status, 409);
	/* a check by video decides nothing, and raises nothing */
	tell(b, (struct told){ INSPECTION_RECORDED,
			at(b,
				"{\"kind\":\"INSP_OFFSITE\",\"result\":\"CONFORM\",\"score\":1000,"
				"\"inspected_at\":%" PRId64 "}",
				clock_now()),
			502, op });
	assert_string_equal(bench_text(b, "SELECT state FROM reratings"), "asked");
	assert_string_equal(value(b, "SHG"), "SHG_B");
	/* one that was made before it was asked neither */
	tell(b, (struct told){ INSPECTION_RECORDED,
			at(b,
				"{\"kind\":\"INSP_ROUTINE\",\"result\":\"CONFORM\",\"score\":700,"
				"\"inspected_at\":%" PRId64 "}",
				clock_now() - 2 * DAY),
			503, op });
	assert_string_equal(bench_text(b, "SELECT state FROM reratings"), "asked");
	inspected(b, op, 504, 950);
	assert_string_equal(bench_text(b, "SELECT state FROM reratings"), "decided");
	assert_string_equal(bench_text(b, "SELECT from_letter FROM reratings"), "B");
	assert_string_equal(bench_text(b, "SELECT to_letter FROM reratings"), "A");
	assert_true(has(bench_get(b, "head1", "/grades/reratings"), "已改进"));
}

/* ---- rehearsal ------------------------------------------------------------------------- */
static const char strict[] =
	"{\"name\":\"grading/risk-credit\",\"scheme\":\"RC\",\"title\":\"严\",\"version\":\"%s\","
	"\"valid_from\":\"2026-11-01\",\"period\":\"now\",\"levels\":[{\"value\":\"RC_A\",\"max\":"
	"100},{\"value\":\"RC_D\"}],\"static\":[{\"points\":1400}]}";

static struct answer *rehearse(struct bench *b, const char *who, const char *text)
{
	bench_file(b, "file", "strict.json", "application/json",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	return bench_post(b, who, "/grades/rules", NULL);
}

static void test_rehearsal(void **state)
{
	struct bench *b = *state;
	int64_t op = snack_shop(b, "禾记小馆", HARNESS_AREA);

	(void)snack_shop(b, "沁芽面馆", HARNESS_AREA2);
	inspected(b, op, 501, 950);
	bench_minute(b);
	assert_string_equal(
		bench_text(b, "SELECT DISTINCT value FROM pub_scales WHERE scheme = 'RC'"), "RC_A");
	assert_int_equal(rehearse(b, "officer1", at(b, strict, "2026"))->status, 403);
	assert_int_equal(rehearse(b, "head1", "{")->status, 422);
	assert_int_equal(rehearse(b, "head1", "{\"name\":\"grading/risk-credit\"}")->status, 422);
	assert_int_equal(rehearse(b, "head1", at(b, strict, "2025"))->status, 409);
	struct answer *r = rehearse(b, "head1", at(b, strict, "2026"));
	assert_int_equal(r->status, 303);
	const char *page = arena_dup(bench_arena(b), r->location);
	assert_int_equal(bench_post(b, "head1", at(b, "%s/apply", page), NULL)->status, 409);
	bench_jobs(b);
	r = bench_get(b, "head1", page);
	assert_true(has(r, "信用D类"));
	assert_true(r->statements <= 15);
	assert_int_equal(bench_int(b, "SELECT changes FROM rehearsals"), 2);
	assert_int_equal(bench_int(b, "SELECT operators FROM rehearsals"), 2);
	/* nothing has changed yet */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_scales WHERE value = 'RC_D'"), 0);
	assert_true(has(bench_get(b, "head1", at(b, "%s?format=csv", page)), "禾记小馆"));
	assert_int_equal(bench_post(b, "officer1", at(b, "%s/apply", page), NULL)->status, 403);
	assert_true(bench_torture(b, "head1", at(b, "%s/apply", page), NULL) > 4);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_scales WHERE value = 'RC_D'"), 2);
	assert_string_equal(
		bench_text(b, "SELECT DISTINCT rule_version FROM pub_scales WHERE scheme = 'RC'"),
		"2026");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'grading.rule_applied'"), 1);
	/* the day before it came into force the old rule still answers */
	bench_clock(b, clock_now() + 2 * DAY);
	struct question q = { op, clock_now() - 1, NULL };
	assert_int_equal(bench_write(b, replay_work, &q), OK);
	assert_non_null(strstr(q.answer, "RC=RC_D"));
	/* another one, dropped */
	r = rehearse(b, "head1", at(b, strict, "2027"));
	page = arena_dup(bench_arena(b), r->location);
	bench_jobs(b);
	assert_true(bench_torture(b, "head1", at(b, "%s/drop", page), "words", "过严", NULL) > 3);
	assert_int_equal(bench_post(b, "head1", at(b, "%s/apply", page), NULL)->status, 409);
}

/* ---- screens ----------------------------------------------------------------------------- */
static void test_screens(void **state)
{
	struct bench *b = *state;
	int64_t op = snack_shop(b, "禾记小馆", HARNESS_AREA);
	const char *path = at(b, "/grades/%" PRId64, op);

	bench_clock(b, clock_now() + 100 * DAY);
	assert_true(has(bench_get(b, "head1", path), "风险A级"));
	inspected(b, op, 501, 895);
	bench_minute(b);
	struct answer *r = bench_get(b, "head1", path);
	assert_true(has(r, "优秀（全国）"));
	assert_true(has(r, "全国量化等级（年度）"));
	assert_true(r->statements <= GRADE_PAGE_STATEMENTS);
	r = bench_get(b, "head1", at(b, "%s?at=2026-12-01", path));
	assert_true(has(r, "2026-12-01"));
	assert_true(has(r, "不评动态等级"));
	assert_int_equal(bench_get(b, "head1", at(b, "%s?at=heute", path))->status, 422);
	assert_true(has(
		bench_get(b, "head1", "/grades/scales?scheme=QG&value=QG_EXCELLENT"), "禾记小馆"));
	assert_true(has(bench_get(b, "head1", "/grades/scales?scheme=RC&format=csv"), "RC_"));
	assert_null(strstr(bench_get(b, "officer3", "/grades/scales?scheme=RISK")->body, "禾记"));
	assert_true(has(bench_get(b, "head1", "/grades/rules"), "grading/national"));
	/* the sign */
	assert_int_equal(bench_post(b, "officer1", at(b, "%s/door-sign", path), NULL)->status, 303);
	assert_true(has(
		&(struct answer){ .body = bench_text(b,
					  "SELECT data FROM ledger WHERE name = 'paper.ordered'") },
		"door_sign"));
}

#define TESTS(X)                                                                                   \
	X(test_replay)                                                                             \
	X(test_any_date)                                                                           \
	X(test_by_the_clock)                                                                       \
	X(test_accident)                                                                           \
	X(test_rerating)                                                                           \
	X(test_rehearsal)                                                                          \
	X(test_screens)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"settle", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
