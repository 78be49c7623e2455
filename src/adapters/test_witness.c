/* Heads on their way outside: to a file, to a witness that is away, refuses and comes back; and
 * what was pushed against ledgers that were changed. */
#include "adapters/witness.h"
#include "core/ledger/head_compare.h"
#include "harness.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a witness of so many requests, the first of which it refuses ---------------------------- */
struct witness_server {
	int fd, requests, refuse;
	char url[64], got[8192];
	pthread_t thread;
};

static void *witness_run(void *arg)
{
	struct witness_server *w = arg;

	for (int i = 0; i < w->requests; i++) {
		int c = accept(w->fd, NULL, NULL);
		size_t n = 0;
		ssize_t got;
		char *end;
		memset(w->got, 0, sizeof(w->got));
		while ((got = read(c, w->got + n, sizeof(w->got) - 1 - n)) > 0) {
			n += (size_t)got;
			end = strstr(w->got, "\r\n\r\n");
			if (end && strstr(end, "shian-head-v") && w->got[n - 1] == '\n')
				break;
		}
		const char *answer = i < w->refuse
					     ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
					     : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
		assert_int_equal(write(c, answer, strlen(answer)), (ssize_t)strlen(answer));
		close(c);
	}
	return NULL;
}

static void witness_start(struct witness_server *w)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(w->fd, 4), 0);
	assert_int_equal(getsockname(w->fd, (struct sockaddr *)&at, &n), 0);
	snprintf(w->url, sizeof(w->url), "http://127.0.0.1:%d/heads", ntohs(at.sin_port));
	assert_int_equal(pthread_create(&w->thread, NULL, witness_run, w), 0);
}

/* ---- tools ---------------------------------------------------------------------------------- */
static enum err fact_and_head(struct req *rq, void *arg)
{
	struct fault why = { 0 };
	struct fact f = { .name = "thing.done", .data = "{}" };
	return arg ? ledger_append(rq_conn(rq), rq->arena, &f, &why)
		   : ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
}

static void head_more(struct bench *b)
{
	assert_int_equal(bench_write(b, fact_and_head, b), OK);
	assert_int_equal(bench_write(b, fact_and_head, NULL), OK);
}

static enum err target_set(struct req *rq, void *arg)
{
	const char *const *pair = arg;
	return setting_put(rq, pair[0], pair[1]);
}

static void target(struct bench *b, const char *name, const char *value)
{
	const char *pair[2] = { name, value };
	assert_int_equal(bench_write(b, target_set, pair), OK);
}

static int64_t due(struct bench *b)
{
	return bench_int(b, "SELECT count(*) FROM jobs WHERE kind = 'witness.push'");
}

static struct head_list pushed(struct bench *b, const char *path)
{
	struct bytes in = { 0 };
	struct fault why = { 0 };
	struct head_list l = { 0 };
	assert_int_equal(file_read(bench_arena(b), path, 1 << 20, &in, &why), OK);
	assert_int_equal(head_list_parse(bench_arena(b), in, &l, &why), OK);
	return l;
}

/* ---- pushing -------------------------------------------------------------------------------- */
static void to_a_file(void **state)
{
	struct bench *b = *state;
	const char *path = arena_printf(bench_arena(b), "%s/heads.txt", bench_dir(b));

	head_more(b);
	bench_minute(b);
	assert_int_equal(due(b), 0); /* none is set */
	target(b, "heads_file", path);
	for (size_t n = 1; n <= 3; n++) {
		bench_minute(b);
		bench_minute(b); /* one on its way is enough */
		assert_int_equal(due(b), 1);
		bench_jobs(b);
		assert_int_equal(pushed(b, path).n, n);
		bench_minute(b);
		assert_int_equal(due(b), 0); /* nothing new */
		head_more(b);
	}
	target(b, "heads_file", "/nowhere/heads.txt");
	bench_minute(b);
	bool ran = false;
	struct fault why = { 0 };
	assert_int_equal(app_run_job(bench_app(b), &ran, &why), OK);
	assert_int_equal(due(b), 1);
	assert_non_null(strstr(
		bench_text(b, "SELECT error FROM jobs WHERE kind = 'witness.push'"), "/nowhere"));
}

static void to_a_witness_that_is_away(void **state)
{
	struct bench *b = *state;
	struct witness_server w = { .requests = 2, .refuse = 1 };
	int64_t now = clock_now();
	bool ran = false;
	struct fault why = { 0 };

	witness_start(&w);
	head_more(b);
	target(b, "heads_url", "http://127.0.0.1:1/");
	bench_minute(b);
	assert_int_equal(app_run_job(bench_app(b), &ran, &why), OK);
	assert_int_equal(due(b), 1); /* nobody there: it waits, nothing else does */
	target(b, "heads_url", w.url);
	for (int i = 1; due(b) && i < 5; i++) { /* refused once, then taken */
		bench_clock(b, now + i * HOUR);
		do /* jobs of the night stand before it */
			assert_int_equal(app_run_job(bench_app(b), &ran, &why), OK);
		while (ran);
	}
	assert_int_equal(due(b), 0); /* else the witness would be waited for without end */
	assert_int_equal(pthread_join(w.thread, NULL), 0);
	close(w.fd);
	const char *body = strstr(w.got, "\r\n\r\n");
	struct tree_head h = { 0 };
	assert_non_null(body);
	assert_true(head_file_parse(
		bench_arena(b), (struct bytes){ (const uint8_t *)body + 4, strlen(body + 4) }, &h));
	assert_int_equal(h.size, bench_int(b, "SELECT max(size) FROM ledger_heads"));
	assert_int_equal(bench_int(b, "SELECT CAST(value AS bigint) FROM settings WHERE name = "
				      "'heads_url_sent'"),
		h.size);
	bench_clock(b, now);
}

/* ---- comparing ------------------------------------------------------------------------------ */
static const char *first_words;

static void keep_first(void *ctx, const char *words)
{
	if (!first_words)
		first_words = arena_dup(ctx, words);
}

static void compared(struct bench *b, const struct head_list *l, struct head_compare *h)
{
	struct conn *c = NULL;
	struct fault why = { 0 };

	first_words = NULL;
	*h = (struct head_compare){ .arena = bench_arena(b),
		.keys_dir = arena_printf(bench_arena(b), "%s/keys", bench_dir(b)),
		.tell = keep_first,
		.ctx = bench_arena(b) };
	assert_int_equal(db_read_begin(bench_app(b)->db, &c, &why), OK);
	assert_int_equal(heads_compare(c, l, h, &why), OK);
	db_read_end(c);
}

static void a_split_view_is_found(void **state)
{
	struct bench *b = *state;
	const char *path = arena_printf(bench_arena(b), "%s/heads.txt", bench_dir(b));
	struct head_compare h;

	target(b, "heads_file", path);
	for (int i = 0; i < 3; i++) {
		head_more(b);
		bench_minute(b);
		bench_jobs(b);
	}
	struct head_list l = pushed(b, path), other = pushed(b, path);
	compared(b, &l, &h);
	assert_int_equal(h.wrong, 0);
	assert_int_equal(h.agree, 3);
	/* the copy of another ledger: signed by the same key or not, its root tells */
	other.at[1].root.b[0] ^= 1;
	compared(b, &other, &h);
	assert_int_equal(h.wrong, 2); /* and nobody signed this text */
	assert_non_null(strstr(first_words, "its signature does not hold"));
	first_words = NULL;
	h = (struct head_compare){
		.arena = bench_arena(b), .tell = keep_first, .ctx = bench_arena(b)
	};
	head_lists_compare(&l, &other, &h);
	assert_int_equal(h.wrong, 1);
	assert_int_equal(h.agree, 2);
	assert_non_null(strstr(first_words, "the view was split"));
	/* the ledger was cut back behind what was pushed */
	other = pushed(b, path);
	other.at[2].size += 1000;
	compared(b, &other, &h);
	assert_non_null(strstr(first_words, "its signature does not hold"));
	assert_int_equal(h.wrong, 2);
	/* dated back */
	other = pushed(b, path);
	other.at[2].at = other.at[0].at - DAY;
	compared(b, &other, &h);
	assert_int_equal(h.wrong, 2); /* signature and order */
	other = pushed(b, path);
	other.at[0].key_id = "0123456789abcdef";
	compared(b, &other, &h);
	assert_non_null(strstr(first_words, "there is no public key 0123456789abcdef"));
}

#define T(t) cmocka_unit_test_setup_teardown(t, bench_begin, bench_end)

int main(void)
{
	static int postgres;
	const struct CMUnitTest tests[] = { T(to_a_file), T(to_a_witness_that_is_away),
		T(a_split_view_is_found) };
	const struct CMUnitTest on_postgres[] = { cmocka_unit_test_prestate_setup_teardown(
							  to_a_file, bench_begin, bench_end,
							  &postgres),
		cmocka_unit_test_prestate_setup_teardown(
			a_split_view_is_found, bench_begin, bench_end, &postgres) };
	int failed = cmocka_run_group_tests_name("witness on SQLite", tests, NULL, NULL);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"witness on PostgreSQL", on_postgres, NULL, NULL);
	return failed;
}
