/* ONVIF against a device of ours (tests/onvif-device.mjs) over real sockets: it is found, told its
 * time, and asked for its addresses; and it answers what no device should. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "workers/onvif/message.h"
#include "workers/onvif/report.h"

#define USER	 "admin"
#define PASSWORD "Kitchen&1"

struct world {
	struct arena *arena;
	pid_t pid;
	int in, udp, flood, http;
	struct onvif_founds *founds;
	struct onvif_device *device;
	struct fault why;
};

static int number_after(const char *line, const char *word)
{
	int64_t v;
	const char *at = strstr(line, word);
	char digits[8] = "";
	assert_non_null(at);
	at += strlen(word);
	memcpy(digits, at, strspn(at, "0123456789") % sizeof(digits));
	assert_true(text_to_int(digits, &v));
	return (int)v;
}

static void child(int in, int out)
{
	static char path[4096];
	const char *source = getenv("SHIAN_SOURCE");
	snprintf(path, sizeof(path), "%s/tests/onvif-device.mjs", source ? source : ".");
	dup2(in, 0);
	dup2(out, 1);
	execlp("node", "node", path, USER, PASSWORD, (char *)NULL);
	_exit(127);
}

static int begin(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int to[2], from[2];
	char line[128] = "";
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	w->pid = fork();
	if (w->pid == 0) {
		close(to[1]);
		close(from[0]);
		child(to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	w->in = to[1];
	FILE *f = fdopen(from[0], "r");
	assert_non_null(f);
	if (!fgets(line, sizeof(line), f))
		fail_msg("the device did not start: is node installed?");
	fclose(f);
	w->udp = number_after(line, "udp ");
	w->flood = number_after(line, "flood ");
	w->http = number_after(line, "http ");
	w->arena = arena_new();
	w->founds = NEW(w->arena, struct onvif_founds);
	w->device = NEW(w->arena, struct onvif_device);
	*state = w;
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;
	close(w->in);
	kill(w->pid, SIGTERM);
	waitpid(w->pid, NULL, 0);
	arena_free(w->arena);
	free(w);
	return 0;
}

/* ---- discover ----------------------------------------------------------------------------- */
static enum err discover(struct world *w, int port, int wait_ms)
{
	struct onvif_search s = { arena_printf(w->arena, "127.0.0.1:%d", port), wait_ms };
	return onvif_discover(w->arena, &s, w->founds, &w->why);
}

/* Long enough that even a busy machine has answered. */
static void discover_until(struct world *w, int port, size_t n)
{
	for (int wait = 1500; wait <= 48000; wait *= 2) {
		assert_int_equal(discover(w, port, wait), OK);
		if (w->founds->n >= n)
			return;
	}
	fail_msg("%zu devices of %zu", w->founds->n, n);
}

static void test_discover(void **state)
{
	struct world *w = *state;
	struct buf text = { .arena = w->arena }, json = { .arena = w->arena };
	discover_until(w, w->udp, 2);
	assert_int_equal(w->founds->n, 2);
	const struct onvif_found *f = &w->founds->at[0];
	assert_string_equal(f->from, "127.0.0.1");
	assert_string_equal(f->endpoint, "urn:uuid:4d454930-0000-1000-8000-000000000001");
	assert_string_equal(f->name, "后厨 1");
	assert_string_equal(f->hardware, "DS-2CD3&T46");
	assert_int_equal(f->n_xaddrs, 2);
	assert_string_equal(f->xaddrs[0],
		arena_printf(w->arena, "http://127.0.0.1:%d/onvif/device_service", w->http));
	assert_string_equal(f->xaddrs[1], "http://[fe80::1]/onvif/device_service");
	/* what is no UTF-8 when decoded stays as it was written */
	assert_string_equal(w->founds->at[1].name, "%1b[31m%ff");
	/* not XML, a DTD, and an answer to somebody else */
	assert_true(w->founds->refused >= 3);
	assert_false(w->founds->more);
	onvif_founds_text(w->founds, &text);
	assert_non_null(strstr(buf_text(&text), "127.0.0.1        后厨 1  DS-2CD3&T46\n"));
	assert_null(strstr(buf_text(&text), "bomb"));
	assert_null(strstr(buf_text(&text), "late"));
	assert_null(strstr(buf_text(&text), "again"));
	onvif_founds_json(w->founds, &json);
	assert_non_null(strstr(buf_text(&json), "\"name\":\"后厨 1\""));
}

static void test_discover_flood(void **state)
{
	struct world *w = *state;
	discover_until(w, w->flood, ONVIF_FOUND_MAX);
	assert_int_equal(w->founds->n, ONVIF_FOUND_MAX);
	assert_true(w->founds->more);
}

static void test_discover_nobody(void **state)
{
	struct world *w = *state;
	static const char *const WRONG[] = { "", "kitchen", "127.0.0.1:", "127.0.0.1:0",
		"127.0.0.1:65536", "1.2.3:4" };
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(*WRONG); i++) {
		struct onvif_search s = { WRONG[i], 100 };
		assert_int_equal(onvif_discover(w->arena, &s, w->founds, &w->why), E_INVALID);
	}
	assert_int_equal(discover(w, w->udp, 0), E_INVALID);
	assert_int_equal(discover(w, w->http, 100), OK); /* nobody on this UDP port */
	assert_int_equal(w->founds->n, 0);
}

/* ---- look --------------------------------------------------------------------------------- */
static enum err look_as(struct world *w, const char *path, const char *user, const char *password)
{
	const struct onvif_question q = { arena_printf(w->arena, "127.0.0.1:%d%s", w->http, path),
		user, password };
	w->why = (struct fault){ 0 };
	return onvif_look(w->arena, &q, w->device, &w->why);
}

static enum err look(struct world *w, const char *path)
{
	return look_as(w, path, USER, PASSWORD);
}

static void assert_profile(const struct onvif_profile *p, const char *codec, int fps100)
{
	assert_string_equal(p->codec, codec);
	assert_int_equal(p->fps100, fps100);
	assert_string_equal(p->wrong, "");
}

static void test_look(void **state)
{
	struct world *w = *state;
	const struct onvif_profile *p = w->device->profiles;
	/* the path of the device service need not be known */
	assert_int_equal(look(w, ""), OK);
	assert_string_equal(w->device->url,
		arena_printf(w->arena, "http://127.0.0.1:%d/onvif/device_service", w->http));
	assert_true(w->device->clock_known);
	assert_int_equal((w->device->clock_offset_ms - 30 * SECOND) / DAY, -2500);
	assert_int_equal(w->device->media, 2);
	assert_false(w->device->moved);
	assert_int_equal(w->device->n, 3);
	assert_string_equal(p[0].token, "main&1");
	assert_string_equal(p[0].name, "主码流");
	assert_profile(&p[0], "H265", 2500);
	assert_int_equal(p[0].width, 2560);
	assert_int_equal(p[0].height, 1440);
	assert_string_equal(
		p[0].stream, "rtsp://127.0.0.1:554/Streaming/Channels/101?transportmode=unicast");
	assert_string_equal(p[0].snapshot, "http://127.0.0.1/picture/main%261");
	assert_profile(&p[1], "H264", 1250);
	assert_string_equal(p[1].stream, "rtsp://127.0.0.1:554/Streaming/Channels/102");
	/* the largest picture is JPEG, which is no stream to record */
	assert_int_equal(w->device->main, 0);
	assert_int_equal(w->device->sub, 1);
}

static void test_report(void **state)
{
	struct world *w = *state;
	struct buf text = { .arena = w->arena }, json = { .arena = w->arena };
	assert_int_equal(look(w, ""), OK);
	onvif_device_text(w->device, &text);
	const char *s = buf_text(&text);
	assert_non_null(strstr(s, "Its clock is 2500 days 0 h behind (offset -216"));
	assert_non_null(strstr(s, "Profile 主码流: H265 2560x1440 25 fps, use as main stream\n"));
	assert_non_null(
		strstr(s, "Profile SubStream: H264 640x360 12.50 fps, use as sub stream\n"));
	assert_non_null(strstr(s, "    address of its small stream  "
				  "rtsp://127.0.0.1:554/Streaming/Channels/102\n"));
	assert_null(strstr(s, PASSWORD));
	onvif_device_json(w->device, &json);
	assert_non_null(strstr(buf_text(&json),
		"\"name\":\"SubStream\",\"use\":\"sub\",\"codec\":\"H264\",\"width\":640,"
		"\"height\":360,\"fps\":12.5,"));
}

/* Only the first media service, found by GetServices as GetCapabilities is refused. */
static void test_old(void **state)
{
	struct world *w = *state;
	assert_int_equal(look(w, "/old/device_service"), OK);
	assert_int_equal(w->device->media, 1);
	assert_profile(&w->device->profiles[0], "H264", 2500);
	assert_profile(&w->device->profiles[1], "H264", 1200);
	assert_string_equal(
		w->device->profiles[1].stream, "rtsp://127.0.0.1:554/Streaming/Channels/102");
	assert_string_equal(w->device->profiles[1].snapshot, "http://127.0.0.1/picture/sub");
	assert_int_equal(w->device->main, 0);
	assert_int_equal(w->device->sub, 1);
}

/* It names a host for itself that is not there: what is sent stays with the one that was asked. */
static void test_far(void **state)
{
	struct world *w = *state;
	struct buf text = { .arena = w->arena };
	assert_int_equal(look(w, "/far/device_service"), OK);
	assert_true(w->device->moved);
	assert_string_equal(
		w->device->profiles[1].stream, "rtsp://127.0.0.1:554/Streaming/Channels/102");
	onvif_device_text(w->device, &text);
	assert_non_null(strstr(buf_text(&text), "It names another host for itself"));
	assert_null(strstr(buf_text(&text), "10.9.8.7"));
}

static void test_http_digest(void **state)
{
	struct world *w = *state;
	assert_int_equal(look(w, "/http/device_service"), OK);
	assert_int_equal(w->device->n, 3);
	assert_int_equal(w->device->sub, 1);
	assert_int_equal(look_as(w, "/http/device_service", USER, "wrong"), E_LOGIN);
	assert_string_equal(w->why.text, "the device refuses this user name and password");
	assert_int_equal(look_as(w, "/http/device_service", NULL, NULL), E_LOGIN);
}

static void test_login(void **state)
{
	struct world *w = *state;
	assert_int_equal(look_as(w, "", USER, "wrong"), E_LOGIN);
	assert_string_equal(w->why.text, "the device refuses this user name and password");
	assert_int_equal(look_as(w, "", "nobody<", PASSWORD), E_LOGIN);
	assert_int_equal(look_as(w, "", NULL, NULL), E_LOGIN);
	assert_string_equal(w->why.text, "the device wants a user name and a password");
	/* without its time the digest is 2500 days too new */
	assert_int_equal(look(w, "/timeless/device_service"), E_LOGIN);
	assert_non_null(strstr(w->why.text, "does not tell its time"));
}

static void assert_refused(struct world *w, const char *path, enum err e, const char *words)
{
	assert_int_equal(look(w, path), e);
	if (!strstr(w->why.text, words))
		fail_msg("%s: %s", path, w->why.text);
}

static void test_hostile(void **state)
{
	struct world *w = *state;
	assert_refused(w, "/garbage", E_INVALID, "is no ONVIF: ");
	assert_refused(w, "/html", E_INVALID, "is no ONVIF: no SOAP envelope");
	assert_refused(w, "/bomb", E_INVALID, "is no ONVIF: a DTD");
	assert_refused(w, "/deep", E_INVALID, "is no ONVIF: too deep");
	assert_refused(w, "/endless", E_TOO_LARGE, "above 1 MiB");
	assert_refused(w, "/redirect", E_INVALID, "points elsewhere (302)");
	assert_refused(w, "/missing", E_INVALID, "there is no ONVIF at this address (404)");
	assert_refused(w, "/broken", E_INVALID, "refuses the question: Out of    memory");
	assert_refused(w, "/nothing", E_INVALID, "names no media service");
}

static void test_not_there(void **state)
{
	struct world *w = *state;
	static const char *const WRONG[] = { "", "ftp://127.0.0.1/", "http://", "rtsp://127.0.0.1/",
		"http://admin:secret@127.0.0.1/", "http://a b/", "127.0.0.1:99999" };
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(*WRONG); i++) {
		const struct onvif_question q = { WRONG[i], NULL, NULL };
		if (onvif_look(w->arena, &q, w->device, &w->why) != E_INVALID)
			fail_msg("%s is taken", WRONG[i]);
	}
	w->http = w->udp; /* nobody on this TCP port */
	assert_refused(w, "", E_BUSY, "not reached");
}

/* ---- without a device --------------------------------------------------------------------- */
/* Source of the digest: the example of the ONVIF Application Programmer's Guide 1.0, 6.1.1.3. */
static void test_digest(void **state)
{
	static const uint8_t nonce[] = { 0x2c, 0xaa, 0x88, 0xe8, 0x6f, 0xc0, 0x8a, 0x42, 0x82, 0x42,
		0xb3, 0x74, 0xce, 0xa6, 0x45, 0x96 };
	struct arena *a = arena_new();
	(void)state;
	assert_string_equal(onvif_digest(a, (struct bytes){ nonce, sizeof(nonce) },
				    "2010-09-16T07:50:45Z", "userpassword"),
		"tuOSpGlFlIXsozq4HFNeeGeFLEI=");
	assert_string_equal(onvif_time_text(a, 0), "1970-01-01T00:00:00.000Z");
	assert_string_equal(onvif_time_text(a, 1284623445007), "2010-09-16T07:50:45.007Z");
	assert_string_equal(onvif_escape(a, "a<b>&\"c"), "a&lt;b&gt;&amp;&quot;c");
	arena_free(a);
}

static void test_reach(void **state)
{
	static const struct {
		const char *by, *told;
		bool service;
		const char *is;
	} CASES[] = {
		{ "http://cam:8080/a", "http://10.0.0.1:81/b?c=d", true, "http://cam:8080/b?c=d" },
		{ "https://cam/a", "http://10.0.0.1/b", true, "https://cam/b" },
		{ "http://CAM/a", "http://cam:81/b", true, "http://cam:81/b" },
		{ "http://cam:8080/a", "rtsp://10.0.0.1:554/b", false, "rtsp://cam:554/b" },
		{ "http://cam/a", "rtsp://u:p@cam/b", false, "rtsp://cam/b" },
		{ "http://cam/a", "rtsp://cam/b", true, NULL },
		{ "http://cam/a", "file:///etc/passwd", false, NULL },
		{ "http://cam/a", "gopher://cam/", false, NULL },
		{ "http://cam/a", "/b", false, NULL },
		{ "http://cam/a", "", false, NULL },
	};
	struct arena *a = arena_new();
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct onvif_reached r = { .by = CASES[i].by, .service = CASES[i].service };
		const char *url = onvif_reach(a, CASES[i].told, &r);
		if (!text_is(url, CASES[i].is))
			fail_msg("%s: %s", CASES[i].told, url ? url : "none");
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_reach),
		cmocka_unit_test_setup_teardown(test_discover, begin, end),
		cmocka_unit_test_setup_teardown(test_discover_flood, begin, end),
		cmocka_unit_test_setup_teardown(test_discover_nobody, begin, end),
		cmocka_unit_test_setup_teardown(test_look, begin, end),
		cmocka_unit_test_setup_teardown(test_report, begin, end),
		cmocka_unit_test_setup_teardown(test_old, begin, end),
		cmocka_unit_test_setup_teardown(test_far, begin, end),
		cmocka_unit_test_setup_teardown(test_http_digest, begin, end),
		cmocka_unit_test_setup_teardown(test_login, begin, end),
		cmocka_unit_test_setup_teardown(test_hostile, begin, end),
		cmocka_unit_test_setup_teardown(test_not_there, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
