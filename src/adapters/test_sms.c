/* Messages by a provider over HTTP: what it gets, and that one that is away gets it later with the
 * same key. */
#include "adapters/sms_http.h"
#include "harness.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a provider of so many requests, the first of which it refuses ------------------------------
 */
struct provider {
	int fd, requests, refuse;
	char url[64], got[2][4096];
	pthread_t thread;
};

static void *provider_run(void *arg)
{
	struct provider *w = arg;

	for (int i = 0; i < w->requests; i++) {
		int c = accept(w->fd, NULL, NULL);
		size_t n = 0;
		ssize_t got;
		while ((got = read(c, w->got[i] + n, sizeof(w->got[i]) - 1 - n)) > 0) {
			n += (size_t)got;
			if (strstr(w->got[i], "\r\n\r\n") && w->got[i][n - 1] == '}')
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

static void provider_start(struct provider *w)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(w->fd, 4), 0);
	assert_int_equal(getsockname(w->fd, (struct sockaddr *)&at, &n), 0);
	snprintf(w->url, sizeof(w->url), "http://127.0.0.1:%d/sms", ntohs(at.sin_port));
	assert_int_equal(pthread_create(&w->thread, NULL, provider_run, w), 0);
}

static void bodies(void **state)
{
	struct arena *a = arena_new();
	struct sms_message m = { "13900000000", "一\"二\"\n{key}", "shian-7" };

	(void)state;
	assert_string_equal(sms_body(a, NULL, &m), "{\"phone\":\"13900000000\",\"text\":"
						   "\"一\\\"二\\\"\\n{key}\",\"key\":\"shian-7\"}");
	assert_string_equal(sms_body(a, "{\"to\":[{phone}],\"{x}\":{text}}", &m),
		"{\"to\":[\"13900000000\"],\"{x}\":\"一\\\"二\\\"\\n{key}\"}");
	arena_free(a);
}

static void away_and_back(void **state)
{
	struct arena *a = arena_new();
	struct provider w = { .requests = 2, .refuse = 1 };
	struct fault why = { 0 };
	struct sms_message m = { "13900000000", "您好", "shian-8" };
	struct sms_provider nobody = { "http://127.0.0.1:1/", "", "" };

	(void)state;
	provider_start(&w);
	struct sms_provider p = { w.url, "", "s3cret" };
	assert_int_equal(sms_http_send(&nobody, &m, a, &why), E_BUSY);
	assert_int_equal(sms_http_send(&p, &m, a, &why), E_BUSY);
	assert_int_equal(sms_http_send(&p, &m, a, &why), OK);
	pthread_join(w.thread, NULL);
	for (int i = 0; i < 2; i++) {
		assert_non_null(strstr(w.got[i], "idempotency-key: shian-8\r\n"));
		assert_non_null(strstr(w.got[i], "authorization: Bearer s3cret\r\n"));
		assert_non_null(strstr(w.got[i], "\"text\":\"您好\""));
	}
	close(w.fd);
	arena_free(a);
}

/* The setting turns the file into the provider; the job is the one that tries again. */
static enum err message(struct req *rq, void *arg)
{
	const char *const *url = arg;

	TRY(setting_put(rq, "sms_url", *url));
	return sms_send(rq, "13900000000", "您好");
}

static void by_setting(void **state)
{
	struct bench *b = *state;
	struct provider w = { .requests = 1 };

	provider_start(&w);
	const char *url = w.url;
	assert_int_equal(bench_write(b, message, &url), OK);
	bench_jobs(b);
	pthread_join(w.thread, NULL);
	close(w.fd);
	assert_non_null(strstr(w.got[0], "\"phone\":\"13900000000\""));
	assert_non_null(strstr(w.got[0], "idempotency-key: shian-"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(bodies),
		cmocka_unit_test(away_and_back),
		cmocka_unit_test_setup_teardown(by_setting, bench_begin, bench_end) };

	return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
