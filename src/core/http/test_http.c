/* A live server, asked by a client that does not keep to the rules: the protocol and the answers.
 */
#include "core/http/listen.h"
#include "core/http/test_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* ---- the rules of the protocol --------------------------------------- */

static void refuses_smuggling(void **state)
{
	static const struct {
		int status;
		const char *request;
	} t[] = {
		{ 200, GET("/", "") },
		{ 200, "GET / HTTP/1.0\r\n\r\n" },
		{ 200, "GET / HTTP/1.1\r\nHost:x\r\nX-Empty:\r\nX-Last: 1 \r\n\r\n" },
		{ 200, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n\r\n" },
		{ 400, GET("/", "Host: x\r\n") },
		{ 400, GET("/", "Content-Length: 0\r\nContent-Length: 31\r\n") },
		{ 400, GET("/", "Content-Length: 0\r\nContent-Length: 0\r\n") },
		{ 400, GET("/", "Content-Length: +0\r\n") },
		{ 400, GET("/", "Content-Length : 5\r\n") },
		{ 400, GET("/", "X Y: 5\r\n") },
		{ 400, GET("/", "X: 5\r\n Transfer-Encoding: chunked\r\n") },
		{ 400, GET("/", "Content-Length: 5\r\n\tx\r\n") },
		{ 400, "GET / HTTP/1.1\nHost: x\n\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n" },
		{ 400, GET("/", "X: a\rb\r\n") },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
		       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ 411, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		       "chunked\r\n\r\n0\r\n\r\n" },
		{ 411, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x, "
		       "chunked\r\n\r\n0\r\n\r\n" },
		{ 400, GET("/", "Content-Length: 3\r\n") "abc" },
		{ 400, GET("/../etc/passwd", "") },
		{ 400, GET("/%2e%2e/etc/passwd", "") },
		{ 400, GET("//evil.example/", "") },
		{ 400, GET("/a%2fb", "") },
		{ 400, GET("/a%00b", "") },
		{ 400, GET("/a b", "") },
		{ 400, GET("http://x/", "") },
		{ 405, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" },
		{ 405, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 405, "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 405, "get / HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 500, GET("/nothing", "") },
	};
	struct site *s = *state;

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		int status = ask_status(s->port, t[i].request);
		if (status != t[i].status)
			fail_msg("%d instead of %d: %s", status, t[i].status, t[i].request);
	}
}

/* A refused request ends the connection: what follows must not be taken for a request. */
static void refusal_closes(void **state)
{
	struct site *s = *state;
	char v[512];
	int fd = dial(s->port);

	say(fd, GET("/", "Content-Length: 0\r\nContent-Length: 31\r\n") GET("/echo", ""));
	struct answer a = hear(fd, false);
	assert_int_equal(a.status, 400);
	assert_string_equal(head_value(&a, "Connection", v), "close");
	free(a.body);
	assert_true(ends(fd));
	close(fd);
}

/* A NUL in a header: the library would cut the line there. */
static void refuses_nul(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n";
	struct site *s = *state;
	int fd = dial(s->port);

	assert_true(say_bytes(fd, request, sizeof(request) - 1));
	struct answer a = hear(fd, false);
	assert_int_equal(a.status, 400);
	free(a.body);
	close(fd);
}

static void refuses_big_heads(void **state)
{
	struct site *s = *state;
	struct arena *a = arena_new();
	struct buf b = { .arena = a };

	buf_puts(&b, "GET / HTTP/1.1\r\nHost: x\r\n");
	for (int i = 0; i < HEADERS_MAX + 1; i++)
		buf_printf(&b, "X-%d: y\r\n", i);
	buf_puts(&b, "\r\n");
	assert_int_equal(ask_status(s->port, b.s), 431);
	b = (struct buf){ .arena = a };
	buf_puts(&b, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
	for (int i = 0; i < HEAD_MAX; i++)
		buf_putc(&b, 'y');
	buf_puts(&b, "\r\n\r\n");
	assert_int_equal(ask_status(s->port, b.s), 431);
	b = (struct buf){ .arena = a };
	buf_puts(&b, "GET /");
	for (int i = 0; i < TARGET_MAX; i++)
		buf_putc(&b, 'y');
	buf_puts(&b, " HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(ask_status(s->port, b.s), 414);
	arena_free(a);
}

static void speaks_of_itself(void **state)
{
	struct site *s = *state;
	char v[512];
	struct answer a = ask(s->port, GET("/", ""));

	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "hello");
	assert_string_equal(head_value(&a, "Cache-Control", v), "no-store");
	assert_string_equal(head_value(&a, "X-Content-Type-Options", v), "nosniff");
	assert_string_equal(head_value(&a, "Referrer-Policy", v), "same-origin");
	assert_string_equal(head_value(&a, "Cross-Origin-Opener-Policy", v), "same-origin");
	assert_non_null(
		strstr(head_value(&a, "Content-Security-Policy", v), "frame-ancestors 'none'"));
	assert_non_null(head_value(&a, "Permissions-Policy", v));
	assert_non_null(head_value(&a, "Date", v));
	free(a.body);
	a = ask(s->port, "PUT / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n");
	assert_int_equal(a.status, 405);
	assert_string_equal(head_value(&a, "Allow", v), "GET, HEAD, POST");
	assert_non_null(strstr(a.body, "此地址不接受"));
	assert_non_null(head_value(&a, "Content-Security-Policy", v));
	free(a.body);
}

static void reads_requests(void **state)
{
	struct site *s = *state;
	struct answer a = ask(s->port,
		GET("/echo?a=1&%E9%A3%9F=%E5%AE%89",
			"Cookie: sid=abc; lang=zh\r\nX-Forwarded-For: 9.9.9.9, 10.1.2.3\r\n"
			"X-Forwarded-Proto: https\r\n"));

	assert_string_equal(a.body, "method=GET path=/echo remote=10.1.2.3 secure=1\nquery a=1\n"
				    "query 食=安\ncookie sid=abc\ncookie lang=zh\nbody \n");
	free(a.body);
	a = ask(s->port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 19\r\n"
			 "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n\r\n"
			 "a=1&b=%E9%A3%9F+%26");
	assert_string_equal(a.body, "method=POST path=/echo remote=127.0.0.1 secure=0\nform a=1\n"
				    "form b=食 &\nbody \n");
	free(a.body);
	a = ask(s->port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n"
			 "Content-Type: application/json\r\n\r\n{\"a\":1}");
	assert_non_null(strstr(a.body, "body {\"a\":1}\n"));
	free(a.body);
	assert_int_equal(
		ask_status(s->port,
			"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Type: "
			"application/x-www-form-urlencoded\r\n\r\na=%ff"),
		400);
}

static void keeps_alive_and_pipelines(void **state)
{
	struct site *s = *state;
	int fd = dial(s->port);

	for (int i = 0; i < 3; i++)
		say(fd, GET("/", "") "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: "
				     "3\r\n\r\nabc" GET("/echo?n=2", ""));
	for (int i = 0; i < 9; i++) {
		static const char *const expected[] = { "hello", "body abc", "query n=2" };
		struct answer a = hear(fd, false);
		assert_int_equal(a.status, 200);
		assert_non_null(strstr(a.body, expected[i % 3]));
		free(a.body);
	}
	say(fd, GET("/", "Connection: close\r\n"));
	struct answer a = hear(fd, false);
	free(a.body);
	assert_true(ends(fd));
	close(fd);
}

static void expects_continue(void **state)
{
	struct site *s = *state;
	int fd = dial(s->port);

	say(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: "
		"100-continue\r\n\r\n");
	struct answer a = hear(fd, true);
	assert_int_equal(a.status, 100);
	free(a.body);
	say(fd, "abc");
	a = hear(fd, false);
	assert_non_null(strstr(a.body, "body abc"));
	free(a.body);
	close(fd);
	fd = dial(s->port);
	say(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\nExpect: "
		"100-continue\r\n\r\n");
	a = hear(fd, false);
	assert_int_equal(a.status, 413);
	free(a.body);
	close(fd);
}

/* A client that says its last word with its question gets its answers and is let go. */
static void answers_half_closed(void **state)
{
	struct site *s = *state;
	int fd = dial(s->port);

	say(fd, GET("/", "") GET("/echo", "") WAITING_POST);
	line_end(fd);
	site_await(s, 1);
	site_open(s);
	for (int i = 0; i < 3; i++) {
		struct answer a = hear(fd, false);
		assert_int_equal(a.status, 200);
		free(a.body);
	}
	assert_true(ends(fd));
	close(fd);
}

/* ---- answers ------------------------------------------------------------------------------ */

static void sends_ranges(void **state)
{
	static const struct {
		const char *range, *content_range;
		int status, from, n;
	} t[] = {
		{ "bytes=0-99", "bytes 0-99/300000", 206, 0, 100 },
		{ "bytes=299990-", "bytes 299990-299999/300000", 206, 299990, 10 },
		{ "bytes=-5", "bytes 299995-299999/300000", 206, 299995, 5 },
		{ "bytes=100000-999999", "bytes 100000-299999/300000", 206, 100000, 200000 },
		{ "bytes=0-1,5-6", NULL, 200, 0, FILE_SIZE },
		{ "bytes=9-1", NULL, 200, 0, FILE_SIZE },
	};
	struct site *s = *state;
	char request[256], v[512];

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		snprintf(request, sizeof(request), GET("/file", "Range: %s\r\n"), t[i].range);
		struct answer a = ask(s->port, request);
		assert_int_equal(a.status, t[i].status);
		assert_int_equal(a.n, t[i].n);
		for (int k = 0; k < t[i].n; k++)
			assert_int_equal(a.body[k], (char)((t[i].from + k) * 7 % 251));
		if (t[i].content_range)
			assert_string_equal(head_value(&a, "Content-Range", v), t[i].content_range);
		assert_string_equal(head_value(&a, "Accept-Ranges", v), "bytes");
		free(a.body);
	}
	struct answer a = ask(s->port, GET("/file", "Range: bytes=300000-\r\n"));
	assert_int_equal(a.status, 416);
	assert_string_equal(head_value(&a, "Content-Range", v), "bytes */300000");
	free(a.body);
	assert_int_equal(
		ask_status(s->port, GET("/file", "Range: bytes=0-1\r\nIf-Range: \"f1\"\r\n")), 206);
	assert_int_equal(
		ask_status(s->port, GET("/file", "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n")),
		200);
	assert_int_equal(ask_status(s->port, GET("/file", "If-None-Match: \"f1\"\r\n")), 304);
}

static void inflate_body(struct answer *a, char *to, size_t n)
{
	z_stream z = { .next_in = (Bytef *)a->body,
		.avail_in = (uInt)a->n,
		.next_out = (Bytef *)to,
		.avail_out = (uInt)n };

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, n);
	inflateEnd(&z);
}

static void compresses(void **state)
{
	static char plain[20000];
	struct site *s = *state;
	char v[512];

	for (int i = 0; i < 3; i++) { /* the second and third time with a used state */
		struct answer a = ask(s->port, GET("/long", "Accept-Encoding: br, gzip\r\n"));
		assert_string_equal(head_value(&a, "Content-Encoding", v), "gzip");
		assert_string_equal(head_value(&a, "ETag", v), "W/\"page\"");
		assert_non_null(strstr(a.head, "Vary: Accept\r\n"));
		assert_non_null(strstr(a.head, "Vary: Accept-Encoding\r\n"));
		assert_true(a.n < 2000);
		inflate_body(&a, plain, sizeof(plain));
		for (size_t k = 0; k < sizeof(plain); k++)
			assert_int_equal(plain[k], (char)('a' + k % 7));
		free(a.body);
	}
	struct answer a = ask(s->port, GET("/long", ""));
	assert_null(head_value(&a, "Content-Encoding", v));
	assert_string_equal(head_value(&a, "ETag", v), "\"page\"");
	assert_int_equal(a.n, 20000);
	free(a.body);
	a = ask(s->port, GET("/long", "Accept-Encoding: gzip\r\nIf-None-Match: W/\"page\"\r\n"));
	assert_int_equal(a.status, 304);
	free(a.body);
}

static void answers_head(void **state)
{
	struct site *s = *state;
	char v[512];
	int fd = dial(s->port);

	say(fd, "HEAD /long HTTP/1.1\r\nHost: x\r\n\r\n");
	struct answer a = hear(fd, true);
	assert_int_equal(a.status, 200);
	assert_string_equal(head_value(&a, "Content-Length", v), "20000");
	free(a.body);
	say(fd, "HEAD /file HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\n\r\n");
	a = hear(fd, true);
	assert_int_equal(a.status, 200);
	assert_string_equal(head_value(&a, "Content-Length", v), "300000");
	free(a.body);
	say(fd, "HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n" GET("/", ""));
	a = hear(fd, true);
	assert_int_equal(a.status, 200);
	free(a.body);
	a = hear(fd, false);
	assert_string_equal(a.body, "hello");
	free(a.body);
	close(fd);
}

/* ---- starting ----------------------------------------------------------------------------- */

static void start_fails_clearly(void **state)
{
	struct site *s = *state;
	struct http_server *other;
	struct fault why = { 0 };
	char taken[32];
	struct http_options o = { .listen = "nowhere", .listen_fd = -1 };

	assert_int_equal(http_start(&o, &other, &why), E_INVALID);
	assert_non_null(strstr(why.text, "nowhere"));
	snprintf(taken, sizeof(taken), "127.0.0.1:%d", s->port);
	o.listen = taken;
	assert_int_equal(http_start(&o, &other, &why), E_INTERNAL);
	assert_non_null(strstr(why.text, taken));
}

static void say_next(void *context, const struct http_request *rq, struct http_reply *r)
{
	(void)context;
	r->status = 200;
	r->body = (struct bytes){ (const uint8_t *)"next", 4 };
	reply_header(r, "Content-Type", text_is(rq->path, "/") ? "text/plain" : "text/html");
}

/* The parent holds the listening socket: it must survive that one server stops, with who waits
 * there. */
static void listening_survives(void **state)
{
	struct fault why = { 0 };
	struct http_options o = { .listen_fd = -1, .listen = "127.0.0.1:0", .handler = say_next };
	int listening, port;

	(void)state;
	assert_int_equal(listen_on(&o, &listening, &port, &why), OK);
	for (int i = 0; i < 3; i++) {
		struct http_server *server;
		int waiting = dial(port);
		say(waiting, GET("/", ""));
		o.listen_fd = dup(listening);
		assert_int_equal(http_start(&o, &server, &why), OK);
		assert_int_equal(http_port(server), port);
		struct answer a = hear(waiting, false);
		assert_string_equal(a.body, "next");
		free(a.body);
		close(waiting);
		http_stop(server);
	}
	close(listening);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)
	const struct CMUnitTest tests[] = {
		T(refuses_smuggling),
		T(refusal_closes),
		T(refuses_nul),
		T(refuses_big_heads),
		T(speaks_of_itself),
		T(reads_requests),
		T(keeps_alive_and_pipelines),
		T(expects_continue),
		T(answers_half_closed),
		T(sends_ranges),
		T(compresses),
		T(answers_head),
		T(start_fails_clearly),
		cmocka_unit_test(listening_survives),
	};
	log_to(LOG_ERROR + 1, "test");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
