/* The clerk that fetches the site's heads: from a web process that answers, answers nonsense, or is
 * away; and from disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "folder.h"

#include "workers/vision/heads_clerk.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct site {
	struct arena *arena;
	struct arena *kept;
	char dir[64], path[96], url[64];
	const char *answer; /* what the web process says; NULL: 503 */
	size_t answer_n;
	int fd, asked;
	pthread_t thread;
	struct web web;
	struct heads_clerk clerk;
	struct site_heads *heads;
};

/* ---- the web process ------------------------------------------------- */

static void serve_one(struct site *s, int c)
{
	char request[4096], head[128];
	size_t n = 0;
	for (ssize_t got; n < sizeof request - 1; n += (size_t)got) {
		request[n] = 0;
		if (strstr(request, "\r\n\r\n") ||
			(got = read(c, request + n, sizeof request - 1 - n)) <= 0)
			break;
	}
	s->asked += strncmp(request, "GET /internal/models ", 21) == 0;
	int m = snprintf(head, sizeof head,
		"HTTP/1.1 %d x\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
		s->answer ? 200 : 503, s->answer ? s->answer_n : 0);
	(void)!write(c, head, (size_t)m);
	for (size_t at = 0; s->answer && at < s->answer_n;) {
		ssize_t put = send(c, s->answer + at, s->answer_n - at, MSG_NOSIGNAL);
		if (put <= 0)
			return;
		at += (size_t)put;
	}
}

static void *serve(void *self)
{
	struct site *s = self;
	for (int c; (c = accept(s->fd, NULL, NULL)) >= 0; close(c))
		serve_one(s, c);
	return NULL;
}

static void listen_on_loopback(struct site *s)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof here;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(listen(s->fd, 5), 0);
	getsockname(s->fd, (struct sockaddr *)&here, &length);
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d", ntohs(here.sin_port));
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

/* ---- the clerk ------------------------------------------------------- */

/* A worker that starts: what it knew is on disk only. */
static void starts(struct site *s)
{
	site_heads_free(s->heads);
	s->heads = site_heads_new();
	assert_non_null(s->heads);
	if (s->kept)
		arena_free(s->kept);
	s->kept = arena_new();
	s->clerk = (struct heads_clerk){ .web = &s->web, .path = s->path, .kept = s->kept };
}

static void round_now(struct site *s)
{
	s->clerk.due = 0;
	heads_clerk_round(&s->clerk, s->heads);
}

static int setup(void **state)
{
	struct site *s = calloc(1, sizeof *s);
	assert_non_null(s);
	s->arena = arena_new();
	snprintf(s->dir, sizeof s->dir, "/tmp/shian-test-heads-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->path, sizeof s->path, "%s/site.json", s->dir);
	listen_on_loopback(s);
	s->web = (struct web){ s->url, "token", NULL };
	starts(s);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct site *s = *state;
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	site_heads_free(s->heads);
	arena_free(s->kept);
	arena_free(s->arena);
	folder_remove(s->dir);
	free(s);
	return 0;
}

static void answers(struct site *s, const char *text)
{
	s->answer = text;
	s->answer_n = text ? strlen(text) : 0;
}

/* An answer with one head of that bias; name: as findings will carry it. */
static const char *head_of(struct site *s, double bias, char name[64])
{
	struct site_head h = { .rule = "head_uncovered",
		.net = "head@3a8831d5",
		.threshold = 4000,
		.bias = bias,
		.base = 0.25,
		.n = 3,
		.weights = { 1, -2, 0.125 } };
	const char *text = site_head_text(&h, s->arena);
	char digest[65], tag[SITE_NAME + 1];
	site_head_name((struct bytes){ (const uint8_t *)text, strlen(text) }, tag, digest);
	snprintf(name, 64, "+site-head_uncovered@%.8s", digest);
	json_t *all = json_pack("{s:[{s:s,s:s,s:s}]}", "models", "rule", "head_uncovered", "sha256",
		digest, "head", text);
	char *flat = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	assert_non_null(flat);
	const char *kept = arena_copy(s->arena, flat, strlen(flat));
	free(flat);
	return kept;
}

static void in_force(struct site *s, const char *want)
{
	char name[64];
	site_heads_name(s->heads, "head_uncovered", name, sizeof name);
	assert_string_equal(name, want);
}

static void test_takes_and_remembers(void **state)
{
	struct site *s = *state;
	char first[64], second[64];
	round_now(s); /* 503, nothing on disk: it looks without heads */
	assert_int_equal(s->asked, 1);
	in_force(s, "");
	answers(s, head_of(s, -0.5, first));
	round_now(s);
	in_force(s, first);
	heads_clerk_round(&s->clerk, s->heads); /* not due yet */
	assert_int_equal(s->asked, 2);
	answers(s, NULL);
	round_now(s);
	in_force(s, first);
	starts(s); /* without a web process: from disk */
	round_now(s);
	in_force(s, first);
	answers(s, head_of(s, 0.5, second));
	assert_string_not_equal(first, second);
	round_now(s);
	in_force(s, second);
	answers(s, "{\"models\":[]}"); /* retired: also that is remembered */
	round_now(s);
	in_force(s, "");
	answers(s, NULL);
	starts(s);
	round_now(s);
	in_force(s, "");
}

static void test_the_same_is_written_once(void **state)
{
	struct site *s = *state;
	char name[64];
	answers(s, head_of(s, -0.5, name));
	round_now(s);
	assert_int_equal(unlink(s->path), 0);
	round_now(s);
	assert_int_equal(access(s->path, F_OK), -1);
	in_force(s, name);
}

static void test_nonsense_changes_nothing(void **state)
{
	struct site *s = *state;
	char name[64], other[64];
	answers(s, head_of(s, -0.5, name));
	round_now(s);
	static const char *const bad[] = { "", "[]", "{\"models\":", "\xff\xfe" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		answers(s, bad[i]);
		round_now(s);
		in_force(s, name);
	}
	/* one that is right but for its length */
	const char *text = head_of(s, 0.5, other);
	char *padded = arena_alloc(s->arena, HEADS_ANSWER_MAX + 2);
	memset(padded, ' ', HEADS_ANSWER_MAX + 1);
	memcpy(padded, text, strlen(text));
	answers(s, padded);
	round_now(s);
	in_force(s, name);
	answers(s, NULL);
	starts(s);
	round_now(s);
	in_force(s, name); /* nor did any of them reach the disk */
}

static void test_a_spoilt_file(void **state)
{
	struct site *s = *state;
	char name[64];
	struct fault why;
	assert_int_equal(
		file_write(s->path, (const uint8_t *)"{\"models\":3}", 12, 0640, &why), OK);
	round_now(s);
	in_force(s, "");
	answers(s, head_of(s, -0.5, name));
	round_now(s);
	in_force(s, name);
}

int main(void)
{
	struct fault why;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_takes_and_remembers),
		T(test_the_same_is_written_once),
		T(test_nonsense_changes_nothing),
		T(test_a_spoilt_file),
	};
	log_to(LOG_ERROR + 1, "test");
	if (web_start(&why))
		return 1;
	return cmocka_run_group_tests_name("heads clerk", tests, NULL, NULL);
}
