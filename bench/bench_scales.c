/* What a whole district costs: every operator placed into its grid cell, all grades under all
 * scales computed, who to visit next scored and written. Each beside a named alternative in the
 * same run: bench_scales [OPERATORS [sqlite|postgres]], 300,000 on both unless said. SHIAN_TEST_PG
 * says where PostgreSQL is; its server's memory and processor are not in the figures. */
#include "core/app/app.h"
#include "core/app/req.h"
#include "demo/demo.h"
#include "domains/entities/entities.h"
#include "domains/grading/grading.h"
#include "domains/grid/cells.h"
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SLICE = 500, SIDE = 6, REACH = 12001, SAMPLE = 2000, SAMPLE_SLICE = 250 };

static int64_t now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Seconds of processor since the last time this was asked; a busy machine changes it less. The
 * server of PostgreSQL is not in it. */
static double cpu_s(void)
{
	static double last;
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	double now = (double)t.tv_sec + (double)t.tv_nsec / 1e9, since = now - last;
	last = now;
	return since;
}

/* The most memory since the last time this was asked, MiB. */
static double peak_mib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[128];
	double kib = 0;

	while (f && fgets(line, sizeof(line), f))
		if (text_starts(line, "VmHWM:"))
			kib = strtod(line + 6, NULL);
	if (f)
		(void)fclose(f);
	f = fopen("/proc/self/clear_refs", "we");
	if (f) {
		(void)fputs("5", f);
		(void)fclose(f);
	}
	return kib / 1024;
}

/* Before something is measured. */
static void begin(void)
{
	(void)cpu_s();
	(void)peak_mib();
}

struct round {
	struct bench *b;
	const char *on; /* "" or "pg_" */
	int64_t n, at;
	int64_t *operators; /* ids, in the order in which they were made */
};

static void must(const struct round *r, enum err (*work)(struct req *rq, void *arg), void *arg)
{
	if (bench_write(r->b, work, arg))
		exit(1);
}

struct took {
	double s, cpu;
};

static void result(const struct round *r, const char *name, struct took t, const char *more)
{
	(void)printf("bench: scales_%s%s = %.1f s (%.1f s of processor), %.0f MiB at most (%s)\n",
		r->on, name, t.s, t.cpu, peak_mib(), more);
	(void)fflush(stdout);
}

static const char *ratio(const struct round *r, const char *what, double other, double ours)
{
	return arena_printf(bench_arena(r->b), "vs %s: %.1f s, ratio %.2f", what, other,
		ours > 0 ? other / ours : 0);
}

/* ---- a district -------------------------------------------------------------------------------
 */
static struct model bare_operator_model; /* as the entities' own, without a fact for each row */

static enum err fill(struct req *rq, void *arg)
{
	const struct round *r = arg;
	struct operator* all = NEWS(rq->arena, struct operator, SLICE);
	size_t n = 0;

	for (int64_t i = r->at; i < r->at + SLICE && i < r->n; i++) {
		uint64_t random = 0x9E3779B97F4A7C15u * (uint64_t)(i + 1);
		struct operator o;
		demo_operator(rq->arena, &random, i, &o);
		o.code = arena_printf(rq->arena, "%08" PRId64, i);
		o.state = "ACTIVE";
		o.registered_at = rq->now - 2000 * DAY;
		o.search = "";
		all[n++] = o;
	}
	TRY(db_insert_all(rq, &bare_operator_model, all, n));
	TRY(db_run(rq,
		"INSERT INTO grade_subjects (id, operator, kind, area, licence_no, registered_at, "
		"active, since, until, due_at) SELECT id, id, kind, area, licence_no, "
		"registered_at, 1, registered_at, 0, 0 FROM pub_operators WHERE id >= $1",
		all[0].id));
	for (size_t k = 0; k < n; k++)
		r->operators[(size_t)r->at + k] = all[k].id;
	return OK;
}

struct visit_row {
	int64_t id, version, operator;
	const char *kind;
	int64_t inspected_at, inspector1, inspector2;
	const char *table_id, *table_version;
	int64_t key_checked, key_failed, general_checked, general_failed, not_applicable, score;
	const char *result, *handling;
	int64_t correct_by;
	const char *items, *remarks;
	int64_t recorded_at, published_at;
};
#define F(name) STORED(struct visit_row, name)
static const struct model visit_model = MODEL("inspections", struct visit_row,
	FIELDS(F(id), F(version), F(operator), F(kind), F(inspected_at), F(inspector1),
		F(inspector2), F(table_id), F(table_version), F(key_checked), F(key_failed),
		F(general_checked), F(general_failed), F(not_applicable), F(score), F(result),
		F(handling), F(correct_by), F(items), F(remarks), F(recorded_at), F(published_at)));
#undef F

/* One in eight fails, 300 inspectors. */
static struct visit_row visit_of(const struct round *r, int64_t i, int k)
{
	uint64_t chance = (uint64_t)(2 * i + k + 1) * 0xD1B54A32D192ED03u;
	bool failed = demo_below(&chance, 8) == 0;
	int64_t score = failed ? 550 : 800 + demo_below(&chance, 21) * 10,
		at = clock_now() - (30 + 300 * k + demo_below(&chance, 250)) * DAY,
		who = 1 + demo_below(&chance, 300);

	return (struct visit_row){ .id = 2 * i + k + 1,
		.version = 1,
		.operator= r->operators[i],
		.kind = "INSP_ROUTINE",
		.inspected_at = at,
		.inspector1 = who,
		.inspector2 = who + 1000,
		.table_id = "catering",
		.table_version = "2016",
		.key_checked = 7,
		.key_failed = failed ? 2 : 0,
		.general_checked = 23,
		.general_failed = score < 1000,
		.score = score,
		.result = failed	  ? "NOT_CONFORM"
			  : score == 1000 ? "CONFORM"
					  : "BASIC_CONFORM",
		.handling = "PASS",
		.items = "{}",
		.remarks = "",
		.recorded_at = at,
		.published_at = at };
}

/* Two visits each. */
static enum err visits(struct req *rq, void *arg)
{
	const struct round *r = arg;
	struct visit_row *all = NEWS(rq->arena, struct visit_row, (size_t)SLICE * 2);
	size_t n = 0;

	for (int64_t i = r->at; i < r->at + SLICE && i < r->n; i++)
		for (int k = 0; k < 2; k++)
			all[n++] = visit_of(r, i, k);
	TRY(db_insert_all(rq, &visit_model, all, n));
	return db_run(rq,
		"INSERT INTO grade_inputs (id, operator, kind, ref, at, off_site, result, score, "
		"key_failed, general_failed, penalty, act, fine_fen, word, until, void, known_at, "
		"seq) SELECT id, operator, 'inspection', id, inspected_at, 0, result, score, "
		"key_failed, general_failed, '', '', 0, '', 0, 0, inspected_at, 0 FROM inspections "
		"WHERE id > $1 AND id <= $2",
		2 * r->at, 2 * (r->at + SLICE));
}

static enum err tidy(struct req *rq, void *arg)
{
	(void)arg;
	TRY(db_run(rq, "DELETE FROM jobs"));
	return db_run(rq, "ANALYZE");
}

static void in_slices(struct round *r, enum err (*work)(struct req *rq, void *arg))
{
	for (r->at = 0; r->at < r->n; r->at += SLICE)
		must(r, work, r);
}

/* ---- the grid ---------------------------------------------------------------------------------
 */
static enum err cells_write(struct req *rq, void *arg)
{
	const struct demo_town *t = arg;
	struct cell cells[SIDE * SIDE];
	int64_t step = 2 * REACH / SIDE;

	for (int i = 0; i < SIDE * SIDE; i++) {
		int64_t south = t->lat - REACH + i / SIDE * step,
			west = t->lon - REACH + i % SIDE * step;
		cells[i] = (struct cell){ .code = arena_printf(
						  rq->arena, "%" PRId64 "-%02d", t->area, i + 1),
			.name = arena_printf(rq->arena, "%d", i + 1),
			.shape = arena_printf(rq->arena,
				"%" PRId64 ",%" PRId64 " %" PRId64 ",%" PRId64 " %" PRId64
				",%" PRId64 " %" PRId64 ",%" PRId64,
				west, south, west + step, south, west + step, south + step, west,
				south + step) };
	}
	return cells_replace(rq, &(struct cells){ t->area, cells, SIDE * SIDE, "" });
}

static enum err place_some(struct req *rq, void *arg)
{
	const struct round *r = arg;

	for (int64_t i = r->at; i < r->at + SAMPLE_SLICE && i < r->n; i++) {
		const struct event e = { .subject = r->operators[i], .entity = r->operators[i] };
		TRY(on_operator_placed(rq, &e));
	}
	return OK;
}

/* What a work over a sample would take for all. */
static double sampled(struct round *r, enum err (*work)(struct req *rq, void *arg))
{
	int64_t begun = now_us(), most = r->n < SAMPLE ? r->n : SAMPLE;

	for (r->at = 0; r->at < most; r->at += SAMPLE_SLICE)
		must(r, work, r);
	return (double)(now_us() - begun) / 1e6 * (double)r->n / (double)most;
}

static void grid_round(struct round *r)
{
	for (int t = 0; t < DEMO_TOWNS; t++)
		must(r, cells_write, (void *)(uintptr_t)&demo_towns[t]);
	double alone = sampled(r, place_some);
	begin();
	int64_t begun = now_us();
	bench_jobs(r->b);
	double s = (double)(now_us() - begun) / 1e6, cpu = cpu_s();
	result(r, "place", (struct took){ s, cpu },
		arena_printf(bench_arena(r->b), "%" PRId64 " in a cell of %" PRId64 "; %s",
			bench_int(r->b, "SELECT count(*) FROM grid_places WHERE how = 'cell'"),
			bench_int(r->b, "SELECT count(*) FROM grid_cells"),
			ratio(r, "each by itself, as when it is registered", alone, s)));
}

/* ---- the scales -------------------------------------------------------------------------------
 */
static enum err settle_some(struct req *rq, void *arg)
{
	const struct round *r = arg;

	for (int64_t i = r->at; i < r->at + SAMPLE_SLICE && i < r->n; i++)
		TRY(scales_settle(rq, r->operators[i]));
	return OK;
}

static enum err all_due(struct req *rq, void *arg)
{
	(void)arg;
	return db_run(rq, "UPDATE grade_subjects SET due_at = 0 WHERE until = 0");
}

static double work_off(const struct round *r, double *cpu)
{
	struct fault why = { 0 };

	begin();
	int64_t begun = now_us();
	if (scales_work_off(bench_app(r->b), &why)) {
		(void)fprintf(stderr, "bench_scales: %s\n", why.text);
		exit(1);
	}
	*cpu = cpu_s();
	return (double)(now_us() - begun) / 1e6;
}

static enum err copy_rows(struct req *rq, void *arg)
{
	(void)arg;
	TRY(db_run(rq, "DROP TABLE IF EXISTS scales_copy"));
	return db_run(rq, "CREATE TABLE scales_copy AS SELECT * FROM scales");
}

static void scales_round(struct round *r)
{
	double cpu, first = work_off(r, &cpu), s;
	int64_t rows = bench_int(r->b, "SELECT count(*) FROM scales"),
		letters = bench_int(r->b, "SELECT count(*) FROM grades"), begun;
	char *counted = arena_printf(bench_arena(r->b),
		"%" PRId64 " letters, %" PRId64 " determinations of the other scales", letters,
		rows);

	begun = now_us();
	must(r, copy_rows, NULL);
	s = (double)(now_us() - begun) / 1e6;
	result(r, "first", (struct took){ first, cpu },
		arena_printf(bench_arena(r->b), "%s; %s", counted,
			ratio(r, "the same rows copied by one statement, nothing computed", s,
				first)));
	must(r, all_due, NULL);
	s = work_off(r, &cpu);
	result(r, "again", (struct took){ s, cpu },
		ratio(r, "each operator by itself, as a person's click does",
			sampled(r, settle_some), s));
	bench_clock(r->b, clock_now() + 45 * DAY);
	s = work_off(r, &cpu);
	result(r, "new_year", (struct took){ s, cpu },
		arena_printf(bench_arena(r->b), "%" PRId64 " more determinations; %s",
			bench_int(r->b, "SELECT count(*) FROM scales") - rows,
			ratio(r, "the first time", first, s)));
}

/* ---- targeting --------------------------------------------------------------------------------
 */
static enum err simple_order(struct req *rq, void *arg)
{
	(void)arg;
	TRY(db_run(rq, "DROP TABLE IF EXISTS simple_order"));
	return db_run(rq,
		"CREATE TABLE simple_order AS SELECT o.id, row_number() OVER (ORDER BY "
		"coalesce(i.failed, 0) DESC, coalesce(i.last, 0), o.id) AS place FROM "
		"pub_operators o "
		"LEFT JOIN (SELECT operator, sum(CASE WHEN key_failed > 0 THEN 1 ELSE 0 END) AS "
		"failed, max(inspected_at) AS last FROM pub_inspection_visits GROUP BY operator) i "
		"ON "
		"i.operator = o.id WHERE o.state = 'ACTIVE'");
}

static void targeting_round(struct round *r)
{
	begin();
	int64_t begun = now_us();
	if (bench_post(r->b, "head1", "/targeting/run", NULL)->status != 303)
		exit(1);
	bench_jobs(r->b);
	double s = (double)(now_us() - begun) / 1e6,
	       computed = (double)bench_int(r->b, "SELECT max(took_ms) FROM targeting_runs") / 1000,
	       cpu = cpu_s(), mib = peak_mib();
	begun = now_us();
	must(r, simple_order, NULL);
	double simple = (double)(now_us() - begun) / 1e6;
	(void)printf("bench: scales_%stargeting = %.1f s (%.1f s of processor), %.0f MiB at most, "
		     "%" PRId64 " scores (read, learnt and scored %.1f s, written %.1f s; %s)\n",
		r->on, s, cpu, mib, bench_int(r->b, "SELECT count(*) FROM targeting_scores"),
		computed, s - computed,
		ratio(r, "one statement that orders by past failures", simple, s));
	(void)fflush(stdout);
}

static void round_of(int64_t n, bool postgres)
{
	struct round r = {
		.b = bench_open_on(NULL, postgres), .on = postgres ? "pg_" : "", .n = n
	};
	int64_t begun = now_us();

	bare_operator_model = operator_model;
	bare_operator_model.witnessed = false;
	r.operators = NEWS(bench_arena(r.b), int64_t, (size_t)n);
	in_slices(&r, fill);
	in_slices(&r, visits);
	must(&r, tidy, NULL);
	result(&r, "fill", (struct took){ (double)(now_us() - begun) / 1e6, cpu_s() },
		arena_printf(
			bench_arena(r.b), "%" PRId64 " operators, %" PRId64 " visits", n, 2 * n));
	grid_round(&r);
	scales_round(&r);
	targeting_round(&r);
	bench_close(r.b);
}

int main(int argc, char **argv)
{
	int64_t n = 300000;

	const char *only = argc > 2 ? argv[2] : "";
	if (argc > 1 && (!text_to_int(argv[1], &n) || n < 1))
		return 2;
	if (!text_is(only, "postgres"))
		round_of(n, false);
	if (bench_has_postgres() && !text_is(only, "sqlite"))
		round_of(n, true);
	return 0;
}
