/* Messages, addresses, proofs and descriptions, without a network. */
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "workers/media/rtsp_auth.h"
#include "workers/media/rtsp_url.h"
#include "workers/media/sdp.h"
#include "workers/media/span.h"

static struct bytes text(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static void assert_span(struct bytes s, const char *expected)
{
	assert_int_equal(s.n, strlen(expected));
	assert_memory_equal(s.at, expected, s.n);
}

/* ---- messages ---------------------------------------------------------------------------- */

static void messages_whole_only(void **state)
{
	static const char ANSWER[] = "\r\nRTSP/1.0 401 Unauthorized\r\ncseq: 7\r\n"
				     "WWW-Authenticate: Basic realm=\"a\"\r\n"
				     "www-authenticate:Digest realm=\"b\"\r\n"
				     "Content-Length: 4\r\n\r\nbody$";
	struct rtsp_unit u;
	struct bytes v;
	(void)state;
	size_t whole = strlen(ANSWER) - 1;
	for (size_t n = 0; n < whole; n++)
		assert_int_equal(
			rtsp_unit_read((struct bytes){ text(ANSWER).at, n }, &u), RTSP_MORE);
	assert_int_equal(rtsp_unit_read(text(ANSWER), &u), RTSP_ANSWER);
	assert_int_equal(u.size, whole);
	assert_int_equal(u.status, 401);
	assert_int_equal(u.cseq, 7);
	assert_span(u.body, "body");
	assert_true(rtsp_header(&u, "WWW-Authenticate", 0, &v));
	assert_span(v, "Basic realm=\"a\"");
	assert_true(rtsp_header(&u, "WWW-Authenticate", 1, &v));
	assert_span(v, "Digest realm=\"b\"");
	assert_false(rtsp_header(&u, "WWW-Authenticate", 2, &v));
}

static void frames_and_requests(void **state)
{
	static const uint8_t FRAME[] = { '$', 2, 0, 3, 'a', 'b', 'c', 'R' };
	struct rtsp_unit u;
	(void)state;
	for (size_t n = 0; n < 7; n++)
		assert_int_equal(rtsp_unit_read((struct bytes){ FRAME, n }, &u), RTSP_MORE);
	assert_int_equal(rtsp_unit_read((struct bytes){ FRAME, 8 }, &u), RTSP_FRAME);
	assert_int_equal(u.size, 7);
	assert_int_equal(u.channel, 2);
	assert_span(u.body, "abc");
	assert_int_equal(
		rtsp_unit_read(text("OPTIONS rtsp://x RTSP/1.0\nCSeq: 1\n\n"), &u), RTSP_REQUEST);
	assert_int_equal(u.cseq, 1);
}

static void rubbish_refused(void **state)
{
	static const char *const BAD[] = { "HTTP/1.1 200 OK\r\n\r\n", "\x16\x03\x01",
		"RTSP/1.0 20 OK\r\n\r\n", "RTSP/1.0 2000 OK\r\n\r\n", "RTSP/1.0 OK\r\n\r\n",
		"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
		"RTSP/1.0 200 OK\r\nContent-Length: 70000\r\n\r\n",
		"RTSP/1.0 200 OK\r\nContent-Length: 4x\r\n\r\n", "12345", NULL };
	static uint8_t endless[RTSP_HEAD_MAX + 8];
	struct rtsp_unit u;
	(void)state;
	for (const char *const *s = BAD; *s; s++)
		if (rtsp_unit_read(text(*s), &u) != RTSP_BAD)
			fail_msg("taken: %s", *s);
	memset(endless, 'A', sizeof(endless));
	assert_int_equal(rtsp_unit_read((struct bytes){ endless, 100 }, &u), RTSP_MORE);
	assert_int_equal(rtsp_unit_read((struct bytes){ endless, sizeof(endless) }, &u), RTSP_BAD);
	memset(endless, '\n', sizeof(endless));
	assert_int_equal(rtsp_unit_read((struct bytes){ endless, sizeof(endless) }, &u), RTSP_BAD);
}

/* ---- addresses --------------------------------------------------------------------------- */

static void addresses(void **state)
{
	struct rtsp_url u;
	(void)state;
	assert_true(rtsp_url_read("rtsp://ad%6Din:p@ss%2F+1@10.0.0.7:1554/a/b?c=1", &u));
	assert_string_equal(u.user, "admin");
	assert_string_equal(u.password, "p@ss%2F+1"); /* a '+' stands for itself */
	assert_string_equal(u.host, "10.0.0.7");
	assert_string_equal(u.port, "1554");
	assert_string_equal(u.request, "rtsp://10.0.0.7:1554/a/b?c=1");
	assert_true(rtsp_url_read("RTSP://cam", &u));
	assert_string_equal(u.user, "");
	assert_string_equal(u.port, "554");
	assert_string_equal(u.request, "rtsp://cam");
	assert_true(rtsp_url_read("rtsp://u@[2001:db8::1]:555/x", &u));
	assert_string_equal(u.host, "2001:db8::1");
	assert_string_equal(u.port, "555");
	assert_string_equal(u.request, "rtsp://[2001:db8::1]:555/x");
	static const char *const BAD[] = { "http://x/", "rtsp://", "rtsp:///x", "rtsp://h:0/",
		"rtsp://h:65536/", "rtsp://h:5x/", "rtsp://h/a b", "rtsp://h/a\r\nX: 1",
		"rtsp://u%0d:p@h/", "rtsp://[::1/", "rtsp://[::1]x/", NULL };
	for (const char *const *s = BAD; *s; s++)
		if (rtsp_url_read(*s, &u))
			fail_msg("taken: %s", *s);
}

static void controls(void **state)
{
	static const char *const CASES[][3] = {
		{ "rtsp://h/a/", "track1", "rtsp://h/a/track1" },
		{ "rtsp://h/a", "track1", "rtsp://h/a/track1" },
		{ "rtsp://h/a/", "/track1", "rtsp://h/a/track1" },
		{ "rtsp://h/a", "/track1", "rtsp://h/a/track1" },
		{ "rtsp://h/a", "?t=1", "rtsp://h/a?t=1" },
		{ "rtsp://h/a", "*", "rtsp://h/a" },
		{ "rtsp://h/a", "", "rtsp://h/a" },
		{ "rtsp://h/a", "rtsp://other/b", "rtsp://other/b" },
		{ NULL },
	};
	char out[RTSP_URL_MAX];
	(void)state;
	for (int i = 0; CASES[i][0]; i++) {
		assert_true(rtsp_url_resolve(CASES[i][0], text(CASES[i][1]), out));
		assert_string_equal(out, CASES[i][2]);
	}
	assert_false(rtsp_url_resolve("rtsp://h/a", text("x\r\nEvil: 1"), out));
}

/* ---- proofs ------------------------------------------------------------------------------ */

static struct rtsp_unit challenge(const char *lines)
{
	static char kept[1024];
	struct rtsp_unit u;
	snprintf(kept, sizeof(kept), "RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n%s\r\n\r\n", lines);
	assert_int_equal(rtsp_unit_read(text(kept), &u), RTSP_ANSWER);
	return u;
}

static const char *proof(struct rtsp_auth *a, const char *method, const char *uri)
{
	static char kept[2048];
	struct buf b = { .arena = arena_new() };
	rtsp_auth_write(a, method, uri, &b);
	snprintf(kept, sizeof(kept), "%s", buf_text(&b));
	arena_free(b.arena);
	return kept;
}

/* The examples of RFC 2617 section 3.5 and RFC 7616 section 3.9.1. */
static void digests_of_the_rfcs(void **state)
{
	struct rtsp_auth a = { .user = "Mufasa", .password = "Circle Of Life" };
	(void)state;
	struct rtsp_unit u = challenge("WWW-Authenticate: Digest realm=\"testrealm@host.com\", "
				       "qop=\"auth,auth-int\", "
				       "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
				       "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_AGAIN);
	snprintf(a.cnonce, sizeof(a.cnonce), "0a4f113b");
	const char *line = proof(&a, "GET", "/dir/index.html");
	assert_non_null(strstr(line, "response=\"6629fae49393a05397450978507c4ef1\""));
	assert_non_null(strstr(line, "nc=00000001, cnonce=\"0a4f113b\""));
	assert_non_null(strstr(line, "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""));
	assert_non_null(strstr(proof(&a, "GET", "/"), "nc=00000002"));

	struct rtsp_auth b = { .user = "Mufasa", .password = "Circle of Life" };
	u = challenge(
		"WWW-Authenticate: Digest realm=\"http-auth@example.org\", qop=\"auth\", "
		"algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"\r\n"
		"WWW-Authenticate: Digest realm=\"http-auth@example.org\", qop=\"auth\", "
		"algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"");
	assert_int_equal(rtsp_auth_challenge(&b, &u), AUTH_AGAIN);
	snprintf(b.cnonce, sizeof(b.cnonce), "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
	line = proof(&b, "GET", "/dir/index.html");
	assert_non_null(strstr(line, "response=\"753927fa0e85d155564e2e272a28d1802ca10daf449"
				     "6794697cf8db5856cb6c1\""));
	assert_non_null(strstr(line, "algorithm=SHA-256"));
}

/* Without qop, as most cameras ask (RFC 2069): made with md5sum. */
static void digest_without_qop(void **state)
{
	struct rtsp_auth a = { .user = "admin", .password = "12345" };
	(void)state;
	struct rtsp_unit u =
		challenge("WWW-Authenticate: Basic realm=\"cam\"\r\n"
			  "WWW-Authenticate: Digest realm=\"cam\", nonce=\"abc\", stale=\"FALSE\"");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_AGAIN);
	assert_string_equal(proof(&a, "DESCRIBE", "rtsp://h/a"),
		"Authorization: Digest username=\"admin\", realm=\"cam\", nonce=\"abc\", "
		"uri=\"rtsp://h/a\", response=\"5865acaf4453538fcb1eb00dc81d479c\"\r\n");
	/* The same asked again: the password is wrong. */
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_WRONG);
}

static void nonces_are_renewed(void **state)
{
	struct rtsp_auth a = { .user = "admin", .password = "12345" };
	(void)state;
	struct rtsp_unit u = challenge("WWW-Authenticate: Digest realm=\"c\", nonce=\"1\"");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_AGAIN);
	u = challenge("WWW-Authenticate: Digest realm=\"c\", nonce=\"2\", stale=true");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_AGAIN);
	assert_non_null(strstr(proof(&a, "PLAY", "rtsp://h"), "nonce=\"2\""));
	/* One that forgets to say stale, but had taken the answer before. */
	a.accepted = true;
	u = challenge("WWW-Authenticate: Digest realm=\"c\", nonce=\"3\"");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_AGAIN);
	u = challenge("WWW-Authenticate: Digest realm=\"c\", nonce=\"4\"");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_WRONG);
}

static void other_challenges(void **state)
{
	struct rtsp_auth a = { .user = "Aladdin", .password = "open sesame" };
	struct rtsp_auth nobody = { .user = "", .password = "" };
	(void)state;
	struct rtsp_unit u = challenge("WWW-Authenticate: Basic realm=\"x\"");
	assert_int_equal(rtsp_auth_challenge(&nobody, &u), AUTH_WRONG);
	assert_string_equal(proof(&nobody, "PLAY", "x"), "");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_AGAIN);
	/* RFC 7617 section 2 */
	assert_string_equal(
		proof(&a, "PLAY", "x"), "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_WRONG);
	u = challenge("WWW-Authenticate: Negotiate abc");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_NOT_KNOWN);
	u = challenge("WWW-Authenticate: Digest realm=\"x\", nonce=\"1\", qop=\"auth-int\"");
	assert_int_equal(rtsp_auth_challenge(&a, &u), AUTH_NOT_KNOWN);
}

/* ---- descriptions ------------------------------------------------------------------------ */

static void description_of_a_camera(void **state)
{
	struct sdp s;
	(void)state;
	assert_int_equal(
		sdp_read(text("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=Media\r\na=control:*\r\n"
			      "m=audio 0 RTP/AVP 8\r\na=control:trackID=2\r\n"
			      "m=video 0 RTP/AVP 26\r\na=control:trackID=9\r\n"
			      "m=video 0 RTP/AVP 96\r\nb=AS:5000\r\na=control:trackID=1\r\n"
			      "a=rtpmap:96 H264/90000\r\na=fmtp:96 profile-level-id=420029; "
			      "packetization-mode=1; sprop-parameter-sets=Z0IAKQ==,aM48gA==\r\n"
			      "m=application 0 RTP/AVP 107\r\na=control:trackID=3\r\n"),
			&s),
		REASON_NONE);
	assert_int_equal(s.codec, CODEC_H264);
	assert_int_equal(s.payload, 96);
	assert_int_equal(s.clock, 90000);
	assert_string_equal(s.session, "*");
	assert_string_equal(s.control, "trackID=1");
	assert_int_equal(s.parameters_n, 4 + 4 + 4 + 4);
	assert_memory_equal(s.parameters, "\0\0\0\1\x67\x42\x00\x29\0\0\0\1\x68\xce\x3c\x80", 16);
}

static void description_h265(void **state)
{
	struct sdp s;
	(void)state;
	assert_int_equal(sdp_read(text("m=video 0 RTP/AVP 98\na=rtpmap:98 h265/90000\na=fmtp:98 "
				       "sprop-vps=QAE=; sprop-sps=QgE=; sprop-pps=AAAAAUQB\n"
				       "a=control:rtsp://h/v\n"),
				 &s),
		REASON_NONE);
	assert_int_equal(s.codec, CODEC_H265);
	assert_string_equal(s.control, "rtsp://h/v");
	assert_int_equal(s.parameters_n, 18);
	assert_memory_equal(s.parameters, "\0\0\0\1\x40\1\0\0\0\1\x42\1\0\0\0\1\x44\1", 18);
}

static void descriptions_not_usable(void **state)
{
	struct sdp s;
	(void)state;
	assert_int_equal(sdp_read(text(""), &s), REASON_NO_VIDEO);
	assert_int_equal(sdp_read(text("m=audio 0 RTP/AVP 0\n"), &s), REASON_NO_VIDEO);
	assert_int_equal(sdp_read(text("m=video 0 RTP/AVP 96\na=rtpmap:96 MP4V-ES/90000\n"), &s),
		REASON_CODEC);
	assert_string_equal(s.encoding, "MP4V-ES");
	assert_int_equal(sdp_read(text("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
				       "a=fmtp:96 packetization-mode=2\n"),
				 &s),
		REASON_BAD_STREAM);
}

static void base64(void **state)
{
	uint8_t out[8];
	(void)state;
	assert_int_equal(span_base64(text("Zm9vYmE="), out, 8), 5);
	assert_memory_equal(out, "fooba", 5);
	assert_int_equal(span_base64(text("Zm9vYg"), out, 8), 4);
	assert_int_equal(span_base64(text("Zm9v YmE"), out, 8), 0);
	assert_int_equal(span_base64(text("Zm9vYmFyYmF6"), out, 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_whole_only),
		cmocka_unit_test(frames_and_requests),
		cmocka_unit_test(rubbish_refused),
		cmocka_unit_test(addresses),
		cmocka_unit_test(controls),
		cmocka_unit_test(digests_of_the_rfcs),
		cmocka_unit_test(digest_without_qop),
		cmocka_unit_test(nonces_are_renewed),
		cmocka_unit_test(other_challenges),
		cmocka_unit_test(description_of_a_camera),
		cmocka_unit_test(description_h265),
		cmocka_unit_test(descriptions_not_usable),
		cmocka_unit_test(base64),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
