/* RTMP without sockets: what is understood, in whatever pieces it comes, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/media/amf.h"
#include "workers/media/fixture_rtmp.h"
#include "workers/media/flv.h"

enum { VIDEOS_MAX = 16 };

struct heard {
	char key[RTMP_KEY_MAX + 1];
	int published, ended;
	struct {
		int64_t ms;
		uint8_t first, last;
		size_t n;
	} video[VIDEOS_MAX];
	size_t videos;
};

static bool on_publish(void *at, const char *key)
{
	struct heard *h = at;
	memcpy(h->key, key, strlen(key) + 1);
	h->published++;
	return !text_is(key, "unknown-key-000000");
}

static void on_video(void *at, int64_t ms, struct bytes m)
{
	struct heard *h = at;
	assert_true(h->videos < VIDEOS_MAX);
	h->video[h->videos].ms = ms;
	h->video[h->videos].n = m.n;
	h->video[h->videos].first = m.n ? m.at[0] : 0;
	h->video[h->videos].last = m.n ? m.at[m.n - 1] : 0;
	h->videos++;
}

static void on_unpublish(void *at)
{
	((struct heard *)at)->ended++;
}

static struct rtmp *server(struct heard *h)
{
	struct rtmp_sink sink = { h, on_publish, on_video, on_unpublish };
	*h = (struct heard){ 0 };
	return rtmp_new(&sink);
}

/* In pieces of that size. */
static enum err feed(struct rtmp *r, const struct wire *w, size_t piece)
{
	for (size_t i = 0; i < w->n; i += piece) {
		size_t n = w->n - i < piece ? w->n - i : piece;
		/* A copy of its own: the sanitizer sees a read beyond it. */
		uint8_t *copy = malloc(n);
		memcpy(copy, w->at + i, n);
		enum err e = rtmp_feed(r, (struct bytes){ copy, n }, NULL);
		free(copy);
		TRY(e);
	}
	return OK;
}

static bool said(const struct rtmp *r, const char *text)
{
	struct bytes out = rtmp_out(r);
	return memmem(out.at, out.n, text, strlen(text)) != NULL;
}

static void video_of(struct wire *w, int64_t ms, size_t n)
{
	uint8_t *body = calloc(n, 1);
	body[0] = 0x17;
	body[n - 1] = (uint8_t)n;
	wire_video(w, ms, (struct bytes){ 0 }, (struct bytes){ body, n });
	free(body);
}

static void publishes_in_any_pieces(void **state)
{
	static const size_t PIECES[] = { 1, 2, 3, 7, 1537, 100000 };
	(void)state;
	for (size_t i = 0; i < sizeof(PIECES) / sizeof(*PIECES); i++) {
		struct heard h;
		struct rtmp *r = server(&h);
		struct wire w = { 0 };
		wire_begin(&w, "0123456789abcdef?user=a");
		video_of(&w, 40, 70000);
		video_of(&w, 80, 100);
		wire_command(&w, "deleteStream", 0, NULL);
		assert_int_equal(feed(r, &w, PIECES[i]), OK);
		assert_string_equal(h.key, "0123456789abcdef");
		assert_int_equal(h.videos, 2);
		assert_int_equal(h.video[0].ms, 40);
		assert_int_equal(h.video[0].n, 70000);
		assert_int_equal(h.video[0].first, 0x17);
		assert_int_equal(h.video[0].last, 70000 & 0xff);
		assert_int_equal(h.video[1].ms, 80);
		assert_int_equal(h.ended, 1);
		assert_true(said(r, "NetConnection.Connect.Success"));
		assert_true(said(r, "NetStream.Publish.Start"));
		assert_true(said(r, "NetStream.Unpublish.Success"));
		assert_int_equal(rtmp_out(r).at[0], 3);
		rtmp_free(r);
		wire_free(&w);
	}
}

static void refuses_an_unknown_key(void **state)
{
	struct heard h;
	struct rtmp *r = server(&h);
	struct wire w = { 0 };
	(void)state;
	wire_begin(&w, "unknown-key-000000");
	video_of(&w, 0, 100);
	assert_int_equal(feed(r, &w, 100000), E_FORBIDDEN);
	assert_true(said(r, "NetStream.Publish.BadName"));
	assert_int_equal(h.videos, 0);
	assert_int_equal(feed(r, &w, 100000), E_INVALID);
	assert_int_equal(h.published, 1);
	rtmp_free(r);
	wire_free(&w);
}

static void refuses_to_play(void **state)
{
	struct heard h;
	struct rtmp *r = server(&h);
	struct wire w = { 0 };
	(void)state;
	wire_hello(&w);
	wire_command(&w, "connect", 1, NULL);
	wire_command(&w, "createStream", 2, NULL);
	wire_command(&w, "play", 0, "0123456789abcdef");
	assert_int_equal(feed(r, &w, 100000), E_FORBIDDEN);
	assert_true(said(r, "NetStream.Play.StreamNotFound"));
	rtmp_free(r);
	wire_free(&w);
}

/* A time beyond 24 bits, in chunks that repeat it, as most senders do, and in chunks that do not.
 */
static void extended_times(void **state)
{
	(void)state;
	for (int repeats = 0; repeats < 2; repeats++) {
		struct heard h;
		struct rtmp *r = server(&h);
		struct wire w = { 0 };
		wire_begin(&w, "0123456789abcdef");
		wire_chunk_size(&w, 50);
		w.chunk = 50;
		if (repeats) {
			video_of(&w, 0x1234567, 120);
			video_of(&w, 0x1234567 + 40, 52);
		} else {
			uint8_t body[50] = { 0x17 };
			for (int i = 0; i < 2; i++) {
				wire_big(&w, 6, 1);
				wire_big(&w, 0xffffff, 3);
				wire_big(&w, 52, 3);
				wire_big(&w, RTMP_VIDEO, 1);
				wire_big(&w, 1u << 24, 4);
				wire_big(&w, 0x1234567u + 40u * (unsigned)i, 4);
				wire_add(&w, body, 50);
				wire_big(&w, 0xc6, 1); /* and two bytes of body */
				wire_big(&w, i ? 52 : 120, 2);
			}
			video_of(&w, 0, 40);
		}
		assert_int_equal(feed(r, &w, repeats ? 1 : 3), OK);
		assert_true(h.videos >= 2);
		assert_int_equal(h.video[0].ms, 0x1234567);
		assert_int_equal(h.video[0].n, repeats ? 120 : 52);
		assert_int_equal(h.video[0].last, 120);
		assert_int_equal(h.video[1].ms, 0x1234567 + 40);
		assert_int_equal(h.video[1].last, 52);
		rtmp_free(r);
		wire_free(&w);
	}
}

/* Formats 1, 2 and 3: the time goes on by steps, and turns over at 32 bits. */
static void steps_of_time(void **state)
{
	struct heard h;
	struct rtmp *r = server(&h);
	struct wire w = { 0 };
	(void)state;
	wire_begin(&w, "0123456789abcdef");
	video_of(&w, 0xfffffff0, 4);
	wire_big(&w, 0x46, 1); /* 1: step, length, type */
	wire_big(&w, 40, 3);
	wire_big(&w, 2, 3);
	wire_big(&w, RTMP_VIDEO, 1);
	wire_big(&w, 0x2701, 2);
	wire_big(&w, 0x86, 1); /* 2: step */
	wire_big(&w, 50, 3);
	wire_big(&w, 0x2702, 2);
	wire_big(&w, 0xc6, 1); /* 3: the same step again */
	wire_big(&w, 0x2703, 2);
	assert_int_equal(feed(r, &w, 5), OK);
	assert_int_equal(h.videos, 4);
	int64_t from = h.video[0].ms;
	assert_int_equal(h.video[1].ms, from + 40);
	assert_int_equal(h.video[2].ms, from + 90);
	assert_int_equal(h.video[3].ms, from + 140);
	assert_int_equal(h.video[3].last, 3);
	rtmp_free(r);
	wire_free(&w);
}

/* Sound between the chunks of a picture; numbers of chunk streams of two and three bytes. */
static void interleaved(void **state)
{
	struct heard h;
	struct rtmp *r = server(&h);
	struct wire w = { 0 };
	uint8_t body[128] = { 0x17 };
	(void)state;
	wire_begin(&w, "0123456789abcdef");
	wire_chunk_size(&w, 128);
	wire_big(&w, 0, 1); /* 64 + 10 */
	wire_big(&w, 10, 1);
	wire_big(&w, 7, 3);
	wire_big(&w, 130, 3);
	wire_big(&w, RTMP_VIDEO, 1);
	wire_big(&w, 1u << 24, 4);
	wire_add(&w, body, 128);
	wire_big(&w, 1, 1); /* 64 + 2 + 256 */
	wire_big(&w, 0x0201, 2);
	wire_big(&w, 7, 3);
	wire_big(&w, 3, 3);
	wire_big(&w, RTMP_AUDIO, 1);
	wire_big(&w, 1u << 24, 4);
	wire_big(&w, 0xaf0001, 3);
	wire_big(&w, 0xc0, 1);
	wire_big(&w, 10, 1);
	wire_big(&w, 0x0009, 2);
	assert_int_equal(feed(r, &w, 1), OK);
	assert_int_equal(h.videos, 1);
	assert_int_equal(h.video[0].n, 130);
	assert_int_equal(h.video[0].last, 9);
	rtmp_free(r);
	wire_free(&w);
}

static enum err after_beginning(const struct wire *more, bool publishing)
{
	struct heard h;
	struct rtmp *r = server(&h);
	struct wire w = { 0 };
	if (publishing)
		wire_begin(&w, "0123456789abcdef");
	else
		wire_hello(&w);
	wire_add(&w, more->at, more->n);
	enum err e = feed(r, &w, 100000);
	rtmp_free(r);
	wire_free(&w);
	return e;
}

static void head_of(struct wire *w, uint32_t chunks, uint32_t n, uint32_t type)
{
	wire_big(w, chunks, 1);
	wire_big(w, 0, 3);
	wire_big(w, n, 3);
	wire_big(w, type, 1);
	wire_big(w, 1u << 24, 4);
}

static void limits_hold(void **state)
{
	struct wire w = { 0 };
	(void)state;
	head_of(&w, 6, RTMP_MESSAGE_MAX + 1, RTMP_VIDEO);
	assert_int_equal(after_beginning(&w, true), E_TOO_LARGE);
	w.n = 0;
	head_of(&w, 6, RTMP_COMMAND_MAX + 1, RTMP_VIDEO);
	assert_int_equal(after_beginning(&w, false), E_TOO_LARGE);
	assert_int_equal(after_beginning(&w, true), OK);
	w.n = 0;
	head_of(&w, 6, RTMP_COMMAND_MAX + 1, RTMP_COMMAND);
	assert_int_equal(after_beginning(&w, true), E_TOO_LARGE);
	w.n = 0;
	for (uint32_t i = 2; i < 2 + RTMP_STREAMS_MAX + 1; i++)
		head_of(&w, i, 0, RTMP_AUDIO);
	assert_int_equal(after_beginning(&w, true), E_TOO_LARGE);
	w.n = 0;
	wire_big(&w, 0xc9, 1); /* continues nothing */
	assert_int_equal(after_beginning(&w, true), E_INVALID);
	w.n = 0;
	head_of(&w, 2, 4, RTMP_CHUNK_SIZE);
	wire_big(&w, 0, 4);
	assert_int_equal(after_beginning(&w, true), E_INVALID);
	/* Pings without end, the answers never read. */
	w.n = 0;
	for (int i = 0; i < 5000; i++) {
		head_of(&w, 2, 6, RTMP_USER);
		wire_big(&w, 6, 2);
		wire_big(&w, 0, 4);
	}
	assert_int_equal(after_beginning(&w, true), E_TOO_LARGE);
	wire_free(&w);
	struct heard h;
	struct rtmp *r = server(&h);
	assert_int_equal(
		rtmp_feed(r, (struct bytes){ (const uint8_t *)"GET / ", 6 }, NULL), E_INVALID);
	rtmp_free(r);
}

/* ---- AMF0 -------------------------------------------------------------------------------- */

static void values_are_passed_over(void **state)
{
	/* {"a": 1, "b": [true, null], "c": {}}, then a string */
	static const uint8_t TEXT[] = { 3, 0, 1, 'a', 0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0, 1, 'b',
		10, 0, 0, 0, 2, 1, 1, 5, 0, 1, 'c', 8, 0, 0, 0, 9, 0, 0, 9, 0, 0, 9, 2, 0, 2, 'o',
		'k' };
	struct amf a = { TEXT, TEXT + sizeof(TEXT) };
	char s[3];
	(void)state;
	assert_true(amf_skip(&a));
	assert_false(amf_string(&a, s, 2)); /* no room */
	assert_true(amf_string(&a, s, sizeof(s)));
	assert_string_equal(s, "ok");
	for (size_t n = 0; n < 38; n++) {
		struct amf cut = { TEXT, TEXT + n };
		assert_false(amf_skip(&cut));
		assert_ptr_equal(cut.at, TEXT);
	}
	uint8_t deep[200];
	memset(deep, 10, sizeof(deep));
	for (size_t i = 0; i + 5 <= sizeof(deep); i += 5)
		memcpy(deep + i, "\x0a\0\0\0\1", 5);
	a = (struct amf){ deep, deep + sizeof(deep) };
	assert_false(amf_skip(&a));
}

/* ---- FLV --------------------------------------------------------------------------------- */

static const uint8_t AVCC[] = { 1, 0x42, 0, 30, 0xff, 0xe1, 0, 3, 0x67, 1, 2, 1, 0, 2, 0x68, 3 };

static struct flv_video tag(const uint8_t *at, size_t n)
{
	struct flv_video v;
	assert_int_equal(flv_read((struct bytes){ at, n }, &v, NULL), OK);
	return v;
}

static void legacy_tags(void **state)
{
	static const uint8_t KEY[] = { 0x17, 1, 0xff, 0xff, 0xd8, 0, 0, 0, 2, 0x65, 7, 0, 0, 0, 1,
		0x06 };
	static const uint8_t SETS[] = { 0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x68, 3, 0, 0, 0, 1,
		0x65, 7, 0, 0, 0, 1, 6 };
	uint8_t head[5 + sizeof(AVCC)] = { 0x17 };
	struct flv_config c;
	struct flv_unit u;
	(void)state;
	memcpy(head + 5, AVCC, sizeof(AVCC));
	struct flv_video v = tag(head, sizeof(head));
	assert_int_equal(v.kind, FLV_HEADER);
	assert_int_equal(flv_config_read(&v, &c, NULL), OK);
	assert_int_equal(c.n, 13);
	v = tag(KEY, sizeof(KEY));
	assert_int_equal(v.kind, FLV_PICTURE);
	assert_int_equal(v.composition, -40);
	assert_int_equal(flv_annexb(&c, &v, &u, NULL), OK);
	assert_int_equal(u.n, sizeof(SETS));
	assert_memory_equal(u.at, SETS, sizeof(SETS));
	assert_true(u.key);
	free(u.at);
	/* Not a keyframe whatever it says; then lengths beyond the end; then none at all. */
	uint8_t lie[] = { 0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x41, 7 };
	v = tag(lie, sizeof(lie));
	assert_int_equal(flv_annexb(&c, &v, &u, NULL), OK);
	assert_false(u.key);
	assert_int_equal(u.n, 6);
	free(u.at);
	lie[8] = 3;
	assert_int_equal(flv_annexb(&c, &v, &u, NULL), E_INVALID);
	v.body.n = 0;
	assert_int_equal(flv_annexb(&c, &v, &u, NULL), E_INVALID);
	for (size_t n = 0; n < sizeof(AVCC); n++) {
		v = (struct flv_video){ .codec = CODEC_H264, .body = { AVCC, n } };
		assert_int_equal(flv_config_read(&v, &c, NULL), E_INVALID);
	}
	assert_int_equal(tag((const uint8_t *)"\x12", 1).kind, FLV_OTHER); /* Sorenson */
	assert_int_equal(tag((const uint8_t *)"\x57\0", 2).kind, FLV_NOTHING);
	assert_int_equal(
		flv_read((struct bytes){ (const uint8_t *)"\x17\1\0", 3 }, &v, NULL), E_INVALID);
}

static void other_dialects(void **state)
{
	static const uint8_t CHINESE[] = { 0x1c, 1, 0, 0, 40, 0, 0, 0, 3, 0x26, 1, 9 };
	static const uint8_t CODED[] = { 0x91, 'h', 'v', 'c', '1', 0, 0, 80, 0, 0, 0, 3, 0x26, 1,
		9 };
	static const uint8_t NOW[] = { 0xa3, 'a', 'v', 'c', '1', 0, 0, 0, 2, 0x41, 9 };
	static const uint8_t MOD[] = { 0x97, 2, 1, 2, 3, 0x03, 'a', 'v', 'c', '1', 5 };
	static const uint8_t AV1[] = { 0x90, 'a', 'v', '0', '1', 1 };
	(void)state;
	struct flv_video v = tag(CHINESE, sizeof(CHINESE));
	assert_int_equal(v.codec, CODEC_H265);
	assert_int_equal(v.kind, FLV_PICTURE);
	assert_int_equal(v.composition, 40);
	v = tag(CODED, sizeof(CODED));
	assert_int_equal(v.codec, CODEC_H265);
	assert_int_equal(v.composition, 80);
	assert_int_equal(v.body.n, 7);
	assert_true(v.key);
	v = tag(NOW, sizeof(NOW));
	assert_int_equal(v.codec, CODEC_H264);
	assert_int_equal(v.kind, FLV_PICTURE);
	assert_int_equal(v.body.n, 6);
	assert_false(v.key);
	v = tag(MOD, sizeof(MOD));
	assert_int_equal(v.kind, FLV_PICTURE);
	assert_int_equal(v.body.n, 1);
	assert_int_equal(tag(AV1, sizeof(AV1)).kind, FLV_OTHER);
	/* Annex B where lengths belong. */
	struct flv_config c = { .codec = CODEC_H264, .length_size = 4 };
	struct flv_unit u;
	uint8_t annexb[] = { 0x17, 1, 0, 0, 0, 0, 0, 0, 1, 0x65, 7, 8, 9 };
	v = tag(annexb, sizeof(annexb));
	assert_int_equal(flv_annexb(&c, &v, &u, NULL), OK);
	assert_true(u.key);
	assert_int_equal(u.n, 8);
	free(u.at);
	c.codec = CODEC_NONE;
	assert_int_equal(flv_annexb(&c, &v, &u, NULL), E_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(publishes_in_any_pieces),
		cmocka_unit_test(refuses_an_unknown_key),
		cmocka_unit_test(refuses_to_play),
		cmocka_unit_test(extended_times),
		cmocka_unit_test(steps_of_time),
		cmocka_unit_test(interleaved),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(values_are_passed_over),
		cmocka_unit_test(legacy_tags),
		cmocka_unit_test(other_dialects),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
