/* Searching operators as an officer does, a request from its words to its page, beside the scan
 * with LIKE '%...%' that it replaces (the same rows, the same columns, without the page). One run
 * measures both, for each kind of question: bench_search [OPERATORS], 300,000 unless said.
 * SHIAN_TEST_PG adds PostgreSQL. */
#include "core/app/app.h"
#include "core/app/req.h"
#include "demo/demo.h"
#include "domains/entities/entities.h"
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMES = 40, SCANS = 5, SLICE = 500 }; /* a scan may take seconds: five tell enough */

static int64_t now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct filling {
	int64_t at, n;
};

static enum err fill(struct req *rq, void *arg)
{
	const struct filling *f = arg;

	for (int64_t i = f->at; i < f->at + SLICE && i < f->n; i++) {
		uint64_t random = 0x9E3779B97F4A7C15u * (uint64_t)(i + 1);
		struct operator o;
		demo_operator(rq->arena, &random, i, &o);
		TRY(operator_register(rq, &o));
	}
	return OK;
}

static enum err tidy(struct req *rq, void *arg)
{
	(void)arg;
	return db_run(rq, "ANALYZE");
}

/* What the list did before there were tokens. */
static enum err scan(struct req *rq, void *arg)
{
	struct rows *r;
	bool more = true;

	TRY(db_query(rq, &r,
		"SELECT o.id, o.name, o.uscc, o.licence_no, o.address, a.name, o.phone, g.colour"
		" FROM operators o JOIN areas a ON a.id = o.area LEFT JOIN grades g"
		" ON g.operator = o.id WHERE o.search LIKE $1 ESCAPE '\\'"
		" ORDER BY o.name, o.id LIMIT 51",
		(const char *)arg));
	while (more)
		TRY(rows_next(r, &more));
	rows_close(r);
	return OK;
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

struct question {
	const char *what, *who, *q, *like; /* who "": the public page; like "": no scan can ask */
};

static void ask(struct bench *b, const struct question *x, const char *on)
{
	int64_t ours[TIMES], theirs[SCANS], hits = 0;
	struct fault why = { 0 };
	const char *path = arena_printf(bench_arena(b), "%s?q=%s",
		*x->who ? "/operators" : "/search", url_encode(bench_arena(b), x->q));
	char *like = arena_printf(bench_arena(b), "%%%s%%", x->like);

	for (int i = 0; i < TIMES; i++) {
		int64_t t = now_us();
		struct answer *r = bench_get(b, x->who, path);
		ours[i] = now_us() - t;
		if (r->status != 200)
			exit(1);
		hits = 0;
		for (const char *s = r->body;
			(s = strstr(s, *x->who ? "<a href=\"/operators/" : "<a href=\"/p/")); s++)
			hits++;
		if (i >= SCANS)
			continue;
		t = now_us();
		if (app_read(bench_app(b), scan, like, &why)) {
			(void)fprintf(stderr, "bench_search: %s\n", why.text);
			exit(1);
		}
		theirs[i] = now_us() - t;
	}
	qsort(ours, TIMES, sizeof(*ours), by_time);
	qsort(theirs, SCANS, sizeof(*theirs), by_time);
	(void)printf("bench: search_%s%s = %.1f ms, 99th %.1f, first page of %" PRId64
		     " (vs LIKE scan%s %.1f, 99th %.1f, ratio %.1f)\n",
		on, x->what, (double)ours[TIMES / 2] / 1000, (double)ours[TIMES - 1] / 1000, hits,
		*x->like ? "" : ", which cannot find it:", (double)theirs[SCANS / 2] / 1000,
		(double)theirs[SCANS - 1] / 1000,
		(double)theirs[SCANS / 2] / (double)(ours[TIMES / 2] ? ours[TIMES / 2] : 1));
	(void)fflush(stdout);
}

static void round_of(int64_t n, bool postgres)
{
	struct bench *b = bench_open_on(NULL, postgres);
	struct filling f = { .n = n };
	const char *on = postgres ? "pg_" : "";
	int64_t begun = now_us();

	for (; f.at < n; f.at += SLICE)
		if (bench_write(b, fill, &f))
			exit(1);
	int64_t filled = now_us();
	bench_minute(b);
	bench_jobs(b);
	(void)printf("bench: search_%sindex = %.0f s for %" PRId64 " operators\n", on,
		(double)(now_us() - filled) / 1e6, n);
	(void)fflush(stdout);
	if (bench_write(b, tidy, NULL))
		exit(1);
	(void)printf("bench: search_%sfill = %.0f s for %" PRId64 " operators, %" PRId64
		     " tokens\n",
		on, (double)(now_us() - begun) / 1e6, n,
		bench_int(b, "SELECT count(*) FROM operator_tokens"));
	const char *name = bench_text(b, "SELECT name FROM operators ORDER BY id LIMIT 1"),
		   *licence = bench_text(b, "SELECT licence_no FROM operators ORDER BY id LIMIT 1"),
		   *phone = bench_text(b, "SELECT phone FROM operators ORDER BY id LIMIT 1"),
		   *address = bench_text(b, "SELECT address FROM operators ORDER BY id LIMIT 1");
	const struct question all[] = {
		{ "whole_name", "head1", name, name },
		{ "part_of_a_name", "head1", "岚稻", "岚稻" },
		{ "common_word", "head1", "饭店", "饭店" },
		{ "common_word_in_a_town", "officer1", "饭店", "饭店" },
		{ "two_common_words", "head1", "饭店 路8", "饭店%路8" },
		{ "nothing_there", "head1", "龘龘龘", "龘龘龘" },
		{ "licence", "head1", licence, licence },
		{ "end_of_a_licence", "head1", licence + strlen(licence) - 5,
			licence + strlen(licence) - 5 },
		{ "end_of_a_telephone", "head1", phone + strlen(phone) - 6,
			phone + strlen(phone) - 6 },
		{ "telephone", "head1", phone, phone },
		{ "address", "head1", address, address },
		{ "initials", "head1", "ldjcc", "" },
		{ "two_initials", "head1", "ld", "" },
		{ "pinyin", "head1", "landaojiachang", "" },
		{ "public_whole_name", "", name, name },
		{ "public_common_word", "", "饭店", "饭店" },
		{ "public_two_common_words", "", "饭店 路8", "饭店%路8" },
		{ "public_town", "", "七宝", "七宝" },
		{ "public_initials", "", "ldjcc", "" },
		{ "public_licence", "", licence, licence },
		{ "pinyin_and_word", "head1", "landao 路8", "" },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		ask(b, &all[i], on);
	bench_close(b);
}

int main(int argc, char **argv)
{
	int64_t n = 300000;

	if (argc > 1 && (!text_to_int(argv[1], &n) || n < 1))
		return 2;
	round_of(n, false);
	if (bench_has_postgres())
		round_of(n, true);
	return 0;
}
