/* libFuzzer target: what an RTSP server says. The first byte chooses: a description (SDP), an
 * address with a control, else the bytes of a connection: messages and frames, challenges in them
 * answered. */
#include <stdlib.h>
#include <string.h>

#include "workers/media/rtsp_auth.h"
#include "workers/media/rtsp_url.h"
#include "workers/media/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool good)
{
	if (!good)
		abort();
}

static void description(struct bytes text)
{
	struct sdp s;
	enum stream_reason r = sdp_read(text, &s);
	check(s.parameters_n <= sizeof(s.parameters));
	check(r != REASON_NONE || (s.codec && s.payload < 128 && s.clock > 0));
	check(strlen(s.control) < sizeof(s.control) && strlen(s.encoding) < sizeof(s.encoding));
}

/* What is made out of an address never ends a line of a request. */
static bool one_word(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ')
			return false;
	return true;
}

static void address(struct bytes text)
{
	struct arena *a = arena_new();
	struct rtsp_url u;
	char out[RTSP_URL_MAX];
	const char *url = arena_copy(a, (const char *)text.at, text.n);
	size_t half = text.n / 2;
	if (rtsp_url_read(url, &u))
		check(one_word(u.request) && *u.host && one_word(u.port));
	if (rtsp_url_resolve("rtsp://h/a", (struct bytes){ text.at + half, text.n - half }, out))
		check(one_word(out));
	arena_free(a);
}

static void answer_challenge(struct rtsp_auth *auth, const struct rtsp_unit *u)
{
	struct buf b = { .arena = arena_new() };
	if (rtsp_auth_challenge(auth, u) == AUTH_AGAIN) {
		rtsp_auth_write(auth, "DESCRIBE", "rtsp://h/a", &b);
		check(text_starts(buf_text(&b), "Authorization: ") && text_ends(b.s, "\r\n"));
		check(strchr(b.s, '\n') == b.s + b.n - 1);
	}
	arena_free(b.arena);
}

static void connection(struct bytes in)
{
	struct rtsp_auth auth = { .user = "a", .password = "b" };
	struct rtsp_unit u;
	for (;;) {
		enum rtsp_kind kind = rtsp_unit_read(in, &u);
		if (kind == RTSP_MORE || kind == RTSP_BAD)
			return;
		check(u.size > 0 && u.size <= in.n);
		check(u.body.n <= RTSP_BODY_MAX && u.head.n <= RTSP_HEAD_MAX);
		check(kind != RTSP_ANSWER || (u.status >= 100 && u.status < 600));
		if (kind == RTSP_ANSWER && u.status == 401)
			answer_challenge(&auth, &u);
		in.at += u.size;
		in.n -= u.size;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 1)
		return 0;
	struct bytes rest = { data + 1, n - 1 };
	if (data[0] == 'd')
		description(rest);
	else if (data[0] == 'u')
		address(rest);
	else
		connection(rest);
	return 0;
}
