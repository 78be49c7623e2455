/* The nightly look at the record of a whole district: when nothing has changed since, a day later,
 * and for the first time. bench_warnings [OPERATORS], 30,000 unless said. SHIAN_TEST_PG adds
 * PostgreSQL. */
#include "demo/demo.h"
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum err ask(struct req *rq, void *arg)
{
	(void)arg;
	return job_add(rq, .kind = "warnings.look");
}

static void look(struct bench *b, const char *on, const char *what)
{
	int64_t before = bench_int(b, "SELECT count(*) FROM warnings"), begun = now_us();

	if (bench_write(b, ask, NULL))
		exit(1);
	bench_jobs(b);
	(void)printf("bench: warnings_%s%s = %.2f s, %" PRId64 " raised (%" PRId64
		     " operators, %" PRId64 " warnings open)\n",
		on, what, (double)(now_us() - begun) / 1e6,
		bench_int(b, "SELECT count(*) FROM warnings") - before,
		bench_int(b, "SELECT count(*) FROM operators"),
		bench_int(b, "SELECT count(*) FROM warnings WHERE state = 'open'"));
	(void)fflush(stdout);
}

static void round_of(int64_t n, bool postgres)
{
	struct bench *b = bench_open_on(NULL, postgres);
	const char *on = postgres ? "pg_" : "";
	struct demo_plan plan = {
		.operators = n, .camera_url = "rtsp://127.0.0.1:8554/kitchen", .kitchens = 3
	};
	struct fault why = { 0 };
	bool built;

	if (!date_parse("2026-11-23", &plan.today))
		exit(1);
	bench_run(b, "DELETE FROM sessions");
	bench_run(b, "DELETE FROM user_state");
	bench_run(b, "DELETE FROM users");
	if (demo_build(bench_app(b), &plan, &built, &why) || !built) {
		(void)fprintf(stderr, "bench_warnings: %s\n", why.text);
		exit(1);
	}
	bench_clock(b, plan.today + 4 * HOUR);
	bench_jobs(b);
	look(b, on, "nothing_new");
	bench_clock(b, plan.today + DAY + 4 * HOUR);
	look(b, on, "a_day_later");
	bench_run(b, "DELETE FROM warnings");
	bench_run(b, "DELETE FROM grid_tasks");
	look(b, on, "first_time");
	bench_close(b);
}

int main(int argc, char **argv)
{
	int64_t n = 30000;

	if (argc > 1 && (!text_to_int(argv[1], &n) || n < 1))
		return 2;
	round_of(n, false);
	if (bench_has_postgres())
		round_of(n, true);
	return 0;
}
