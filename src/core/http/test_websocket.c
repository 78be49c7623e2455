/* WebSockets: the frames, and the server's end of them on the wire. */
#include "core/http/frames.h"
#include "core/http/test_site.h"

#include <stdlib.h>
#include <string.h>

#define KEY "dGhlIHNhbXBsZSBub25jZQ==" /* RFC 6455 1.3 */
#define SHAKE(more)                                                                                \
	GET("/ws", "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"                     \
		   "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n" more)

/* ---- frames ------------------------------------------------------------------------------- */

static enum ws_step read_frame(const char *bytes, size_t n, struct ws_frame *f)
{
	static uint8_t copy[WS_INPUT_MAX];
	memcpy(copy, bytes, n);
	return ws_frame_read(copy, n, f);
}

static void the_rfcs_examples(void **state)
{
	char accept[WS_ACCEPT_SIZE];
	struct ws_frame f;
	(void)state;
	assert_true(ws_accept(KEY, accept));
	assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	assert_int_equal(
		read_frame("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11, &f), WS_FRAME);
	assert_int_equal(f.opcode, WS_TEXT);
	assert_int_equal(f.n, 5);
	assert_int_equal(f.used, 11);
	assert_memory_equal(f.payload, "Hello", 5);
	for (size_t n = 0; n < 11; n++)
		assert_int_equal(
			read_frame("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", n, &f), WS_MORE);
}

static void frames_out_of_order_are_refused(void **state)
{
	struct ws_frame f;
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
		unsigned code;
	} bad[] = {
		{ "\x81\x05Hello", 7, WS_PROTOCOL },		/* not masked */
		{ "\xc1\x80\0\0\0\0", 6, WS_PROTOCOL },		/* a reserved bit */
		{ "\x83\x80\0\0\0\0", 6, WS_PROTOCOL },		/* an unknown opcode */
		{ "\x09\x80\0\0\0\0", 6, WS_PROTOCOL },		/* a ping in pieces */
		{ "\x89\xfe\x01\x00\0\0\0\0", 8, WS_PROTOCOL }, /* a long ping */
		{ "\x82\xfe\x00\x05\0\0\0\0", 8, WS_PROTOCOL }, /* a length written too long */
		{ "\x82\xfe\x10\x01\0\0\0\0", 8, WS_TOO_BIG },
		{ "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14, WS_TOO_BIG },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(read_frame(bad[i].bytes, bad[i].n, &f), WS_BAD);
		assert_int_equal(f.code, bad[i].code);
	}
	char accept[WS_ACCEPT_SIZE];
	assert_false(ws_accept("short==", accept));
	assert_false(ws_accept("dGhlIHNhbXBsZSBub25jZQ=x", accept));
	assert_true(ws_same_host(NULL, "a"));
	assert_true(ws_same_host("https://A:8443", "a:8443"));
	assert_false(ws_same_host("https://a.evil", "a"));
	assert_false(ws_same_host("null", "a"));
}

static void our_heads(void **state)
{
	uint8_t h[WS_HEAD_MAX];
	(void)state;
	assert_int_equal(ws_head_write(h, WS_BINARY, 125), 2);
	assert_memory_equal(h, "\x82\x7d", 2);
	assert_int_equal(ws_head_write(h, WS_BINARY, 126), 4);
	assert_memory_equal(h, "\x82\x7e\x00\x7e", 4);
	assert_int_equal(ws_head_write(h, WS_TEXT, 65536), 10);
	assert_memory_equal(h, "\x81\x7f\0\0\0\0\0\1\0\0", 10);
}

/* ---- on the wire -------------------------------------------------------------------------- */

static int shake(struct site *s)
{
	int fd = dial(s->port);
	say(fd, SHAKE("Origin: http://x\r\n"));
	return fd;
}

static void hear_opening(int fd)
{
	char value[512];
	struct answer a = hear(fd, true);
	assert_int_equal(a.status, 101);
	assert_string_equal(
		head_value(&a, "Sec-WebSocket-Accept", value), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	assert_string_equal(head_value(&a, "Upgrade", value), "websocket");
	free(a.body);
}

/* Reads exactly n bytes. */
static void hear_bytes(int fd, void *to, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t k = read(fd, (char *)to + done, n - done);
		assert_true(k > 0);
		done += (size_t)k;
	}
}

static void expect(int fd, const char *bytes, size_t n)
{
	char got[256];
	hear_bytes(fd, got, n);
	assert_memory_equal(got, bytes, n);
}

static void hear_messages(int fd)
{
	static uint8_t body[100000];
	expect(fd, "\x81\x02hi", 4);
	expect(fd, "\x82\x7f\0\0\0\0\0\x01\x86\xa0", 10);
	hear_bytes(fd, body, sizeof(body));
	assert_int_equal(body[99000], 0x70); /* each piece begins so */
}

static void it_opens_speaks_and_closes(void **state)
{
	struct site *s = *state;
	int fd = shake(s);
	hear_opening(fd);
	hear_messages(fd);
	assert_int_equal(http_stats(s->server).tunnels_open, 1);
	say_bytes(fd, "\x89\x84\1\2\3\4\x71\x6b\x6d\x63", 10); /* a ping of "ping" */
	expect(fd, "\x8a\x04ping", 6);
	say_bytes(fd, "\x81\x81\0\0\0\0x", 7); /* a viewer has nothing to say: thrown away */
	say_bytes(fd, "\x88\x82\0\0\0\0\x03\xe8", 8);
	expect(fd, "\x88\x02\x03\xe8", 4);
	assert_true(ends(fd));
	close(fd);
	EVENTUALLY(http_stats(s->server).tunnels_open == 0);
	EVENTUALLY(http_stats(s->server).in_flight == 0);
	assert_int_equal(s->tunnels_done, 1);
}

static void nonsense_closes_it(void **state)
{
	struct site *s = *state;
	int fd = shake(s);
	hear_opening(fd);
	hear_messages(fd);
	say_bytes(fd, "\x81\x05Hello", 7);
	expect(fd, "\x88\x02\x03\xea", 4);
	assert_true(ends(fd));
	close(fd);
	EVENTUALLY(s->tunnels_done == 1);
}

static void other_requests_are_refused(void **state)
{
	struct site *s = *state;
	assert_int_equal(ask_status(s->port, GET("/ws", "Connection: close\r\n")), 426);
	assert_int_equal(ask_status(s->port, SHAKE("Origin: http://evil\r\n")), 403);
	assert_int_equal(
		ask_status(s->port, GET("/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\n"
					       "Sec-WebSocket-Version: 8\r\n"
					       "Sec-WebSocket-Key: " KEY "\r\n")),
		400);
	assert_int_equal(ask_status(s->port,
				 GET("/echo", "Upgrade: websocket\r\nConnection: Upgrade, close\r\n"
					      "Sec-WebSocket-Version: 13\r\n"
					      "Sec-WebSocket-Key: " KEY "\r\n")),
		200);
	EVENTUALLY(s->tunnels_done == 3);
	assert_int_equal(s->tunnels_run, 0);
}

static void a_client_that_vanishes_is_noticed(void **state)
{
	struct site *s = *state;
	int fd = shake(s);
	hear_opening(fd);
	hear_messages(fd);
	close(fd);
	EVENTUALLY(s->tunnels_done == 1);
	EVENTUALLY(http_stats(s->server).in_flight == 0);
}

static int few_setup(void **state)
{
	struct limits few = small_limits;
	few.tunnels = 2;
	few.tunnel_quiet_ms = 3000;
	return site_start(state, &few);
}

static void they_are_limited_and_silent_ones_go(void **state)
{
	struct site *s = *state;
	int fd[2] = { shake(s), shake(s) };
	for (int i = 0; i < 2; i++) {
		hear_opening(fd[i]);
		hear_messages(fd[i]);
	}
	/* Both are open until nothing was heard of them for a while. */
	int status = ask_status(s->port, SHAKE("Origin: http://x\r\n"));
	assert_true(status == 503 || s->tunnels_done > 0);
	expect(fd[0], "\x89\x00", 2); /* pinged first */
	for (int i = 0; i < 2; i++) {
		assert_true(hear_until(fd[i], "\x88\x02\x03\xe9"));
		close(fd[i]);
	}
	EVENTUALLY(s->tunnels_done >= 2);
}

/* http_stop() in the teardown ends it. */
static void stopping_ends_them(void **state)
{
	struct site *s = *state;
	for (int i = 0; i < 5; i++) {
		int fd = shake(s);
		hear_opening(fd);
		hear_messages(fd);
	}
	assert_int_equal(s->tunnels_run, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rfcs_examples),
		cmocka_unit_test(frames_out_of_order_are_refused),
		cmocka_unit_test(our_heads),
		cmocka_unit_test_setup_teardown(
			it_opens_speaks_and_closes, site_setup, site_teardown),
		cmocka_unit_test_setup_teardown(nonsense_closes_it, site_setup, site_teardown),
		cmocka_unit_test_setup_teardown(
			other_requests_are_refused, site_setup, site_teardown),
		cmocka_unit_test_setup_teardown(
			a_client_that_vanishes_is_noticed, site_setup, site_teardown),
		cmocka_unit_test_setup_teardown(
			they_are_limited_and_silent_ones_go, few_setup, site_teardown),
		cmocka_unit_test_setup_teardown(stopping_ends_them, site_setup, site_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
