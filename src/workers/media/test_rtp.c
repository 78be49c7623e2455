/* Packets to pictures: order, loss, fragments, cameras that set their markers wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "workers/media/depack.h"
#include "workers/media/rtp.h"

static struct bytes raw(const char *s, size_t n)
{
	return (struct bytes){ (const uint8_t *)s, n };
}
#define RAW(s) raw("" s, sizeof(s) - 1)

/* ---- RTP --------------------------------------------------------------------------------- */

static void packets(void **state)
{
	struct rtp_packet p;
	(void)state;
	assert_true(rtp_read(RAW("\x80\xe0\x12\x34\x01\x02\x03\x04\xaa\xbb\xcc\xdd"
				 "xyz"),
		&p));
	assert_true(p.marker);
	assert_int_equal(p.type, 96);
	assert_int_equal(p.sequence, 0x1234);
	assert_int_equal(p.time, 0x01020304);
	assert_int_equal(p.ssrc, 0xaabbccdd);
	assert_int_equal(p.payload.n, 3);
	/* one CSRC, an extension of one word, two bytes of padding */
	assert_true(rtp_read(RAW("\xb1\x60\0\1\0\0\0\0\0\0\0\0"
				 "cccc\xbe\xde\0\1eeeeP\0\2"),
		&p));
	assert_int_equal(p.payload.n, 1);
	assert_int_equal(p.payload.at[0], 'P');
	assert_false(rtp_read(RAW("\x80\x60\0\1\0\0\0\0\0\0\0"), &p));
	assert_false(rtp_read(RAW("\x40\x60\0\1\0\0\0\0\0\0\0\0"), &p));
	assert_false(rtp_read(RAW("\x90\x60\0\1\0\0\0\0\0\0\0\0\0\0\0\1"), &p));
	assert_false(rtp_read(RAW("\xa0\x60\0\1\0\0\0\0\0\0\0\0\5"), &p));
}

static void order_and_time(void **state)
{
	struct rtp_order o = { 0 };
	struct rtp_packet p = { .sequence = 65534, .ssrc = 1 };
	(void)state;
	assert_int_equal(rtp_follow(&o, &p), RTP_NEXT);
	p.sequence = 65535;
	assert_int_equal(rtp_follow(&o, &p), RTP_NEXT);
	p.sequence = 0;
	assert_int_equal(rtp_follow(&o, &p), RTP_NEXT);
	assert_int_equal(rtp_follow(&o, &p), RTP_OLD);
	p.sequence = 3;
	assert_int_equal(rtp_follow(&o, &p), RTP_GAP);
	assert_int_equal(o.lost, 2);
	p.sequence = 2;
	assert_int_equal(rtp_follow(&o, &p), RTP_OLD);
	p.sequence = 40000; /* the camera began anew */
	assert_int_equal(rtp_follow(&o, &p), RTP_GAP);
	p.sequence = 7;
	p.ssrc = 2;
	assert_int_equal(rtp_follow(&o, &p), RTP_GAP);

	assert_int_equal(rtp_time(&o, 0xffffff00), 0xffffff00);
	assert_int_equal(rtp_time(&o, 0x100), INT64_C(0x100000100));
	assert_int_equal(rtp_time(&o, 0xffffffff), 0xffffffff); /* a B frame, shown before it */
	assert_int_equal(rtp_time(&o, 0x80), INT64_C(0x100000080));
}

/* ---- pictures ---------------------------------------------------------------------------- */

struct feed {
	struct depack d;
	struct stream_frame frame; /* the last one shown */
	uint8_t kept[64];	   /* its bytes */
	int shown;
	char keys[32]; /* k or p, in order */
};

static int feed_open(void **state)
{
	static struct feed f;
	memset(&f, 0, sizeof(f));
	*state = &f;
	return 0;
}

static int feed_close(void **state)
{
	struct feed *f = *state;
	depack_end(&f->d);
	return 0;
}

static void take(struct feed *f)
{
	struct stream_frame frame;
	if (!depack_take(&f->d, &frame))
		return;
	assert_true(frame.n <= sizeof(f->kept));
	memcpy(f->kept, frame.at, frame.n);
	f->frame = frame;
	f->frame.at = f->kept;
	f->keys[f->shown++] = f->frame.key ? 'k' : 'p';
}

static void feed(struct feed *f, int64_t time, bool marker, struct bytes payload)
{
	struct depack_packet p = { payload, time, marker };
	if (depack_is_next(&f->d, &p))
		take(f);
	enum depack_step s = depack_add(&f->d, &p);
	assert_int_not_equal(s, DEPACK_TOO_LARGE);
	if (s == DEPACK_COMPLETE)
		take(f);
}

static void assert_picture(struct feed *f, int64_t time, struct bytes annexb)
{
	assert_int_equal(f->frame.pts, time);
	assert_int_equal(f->frame.n, annexb.n);
	assert_memory_equal(f->frame.at, annexb.at, annexb.n);
}

static void h264_packets(void **state)
{
	struct feed *f = *state;
	depack_begin(&f->d, CODEC_H264);
	feed(f, 1, false, RAW("\x78\0\2\x67S\0\2\x68P")); /* STAP-A: SPS, PPS */
	feed(f, 1, false,
		RAW("\x7c\x85"
		    "abc")); /* FU-A: IDR, begin */
	feed(f, 1, false,
		RAW("\x7c\x05"
		    "def"));
	assert_int_equal(f->shown, 0);
	feed(f, 1, true,
		RAW("\x7c\x45"
		    "ghi"));
	assert_string_equal(f->keys, "k");
	assert_picture(f, 1,
		RAW("\0\0\0\1\x67S\0\0\0\1\x68P\0\0\0\1\x65"
		    "abcdefghi"));
	feed(f, 2, false, RAW("\x41one"));
	feed(f, 2, true, RAW("\x41two"));
	assert_string_equal(f->keys, "kp");
	assert_picture(f, 2, RAW("\0\0\0\1\x41one\0\0\0\1\x41two"));
	/* A recovery point that is exact begins a picture like any keyframe. */
	feed(f, 3, false, RAW("\x06\x06\x01\xc4\x80"));
	feed(f, 3, true, RAW("\x41x"));
	assert_string_equal(f->keys, "kpk");
}

static void h265_packets(void **state)
{
	struct feed *f = *state;
	depack_begin(&f->d, CODEC_H265);
	feed(f, 1, false, RAW("\x60\1\0\3\x40\1V\0\3\x42\1S\0\3\x44\1P")); /* AP: VPS SPS PPS */
	feed(f, 1, false,
		RAW("\x62\1\x93"
		    "abc")); /* FU: IDR_W_RADL */
	feed(f, 1, true,
		RAW("\x62\1\x53"
		    "def"));
	assert_string_equal(f->keys, "k");
	assert_picture(f, 1,
		RAW("\0\0\0\1\x40\1V\0\0\0\1\x42\1S\0\0\0\1\x44\1P\0\0\0\1\x26\1"
		    "abcdef"));
	feed(f, 2, true, RAW("\x02\1x"));
	assert_string_equal(f->keys, "kp");
	assert_picture(f, 2, RAW("\0\0\0\1\x02\1x"));
	feed(f, 3, true, RAW("\x2a\1x")); /* CRA */
	assert_string_equal(f->keys, "kpk");
}

/* No marker, or parameter sets under a time and marker of their own: time tells. */
static void pictures_without_markers(void **state)
{
	struct feed *f = *state;
	depack_begin(&f->d, CODEC_H264);
	feed(f, 1, true, RAW("\x67S"));
	feed(f, 1, true, RAW("\x68P"));
	feed(f, 2, false,
		RAW("\x65"
		    "a"));
	feed(f, 2, false,
		RAW("\x65"
		    "b"));
	assert_int_equal(f->shown, 0);
	feed(f, 3, false,
		RAW("\x41"
		    "c"));
	assert_string_equal(f->keys, "k");
	assert_picture(f, 2,
		RAW("\0\0\0\1\x67S\0\0\0\1\x68P\0\0\0\1\x65"
		    "a\0\0\0\1\x65"
		    "b"));
	feed(f, 4, false,
		RAW("\x41"
		    "d"));
	assert_string_equal(f->keys, "kp");
}

/* A camera that marks each slice: its first picture is cut in two, the next ones are whole. */
static void markers_that_lie(void **state)
{
	struct feed *f = *state;
	depack_begin(&f->d, CODEC_H264);
	feed(f, 1, true,
		RAW("\x65"
		    "a"));
	feed(f, 1, true,
		RAW("\x65"
		    "b"));
	feed(f, 2, true,
		RAW("\x41"
		    "c"));
	feed(f, 3, true,
		RAW("\x65"
		    "d"));
	feed(f, 3, true,
		RAW("\x65"
		    "e"));
	feed(f, 4, true,
		RAW("\x41"
		    "f"));
	assert_string_equal(f->keys, "kk");
	assert_picture(f, 3,
		RAW("\0\0\0\1\x65"
		    "d\0\0\0\1\x65"
		    "e"));
	feed(f, 5, true,
		RAW("\x41"
		    "g"));
	assert_string_equal(f->keys, "kkp");
	assert_picture(f, 4,
		RAW("\0\0\0\1\x41"
		    "f"));
}

static void loss_waits_for_a_keyframe(void **state)
{
	struct feed *f = *state;
	depack_begin(&f->d, CODEC_H264);
	feed(f, 1, true,
		RAW("\x65"
		    "a"));
	feed(f, 2, false,
		RAW("\x41"
		    "b"));
	depack_gap(&f->d);
	feed(f, 2, true,
		RAW("\x41"
		    "c")); /* its middle is missing */
	feed(f, 3, true,
		RAW("\x41"
		    "d")); /* whole, but of no use */
	assert_string_equal(f->keys, "k");
	feed(f, 4, true,
		RAW("\x65"
		    "e"));
	feed(f, 5, true,
		RAW("\x41"
		    "f"));
	assert_string_equal(f->keys, "kkp");
	/* The end of a picture and the begin of a keyframe are missing: that keyframe is no use. */
	feed(f, 6, false,
		RAW("\x41"
		    "g"));
	depack_gap(&f->d);
	feed(f, 7, true,
		RAW("\x65"
		    "h"));
	feed(f, 8, true,
		RAW("\x41"
		    "i"));
	assert_string_equal(f->keys, "kkp");
	/* A keyframe that is seen to begin is. */
	depack_gap(&f->d);
	feed(f, 9, false, RAW("\x67S"));
	feed(f, 9, false, RAW("\x68P"));
	feed(f, 9, true,
		RAW("\x65"
		    "j"));
	assert_string_equal(f->keys, "kkpk");
	assert_int_equal(f->d.dropped, 5);
}

static void broken_payloads(void **state)
{
	struct feed *f = *state;
	depack_begin(&f->d, CODEC_H264);
	feed(f, 1, true,
		RAW("\x65"
		    "a"));
	feed(f, 2, true, RAW("\x78\0\2\x41x\0\x09y")); /* a length beyond the end */
	feed(f, 3, true, RAW("\x41x"));
	assert_string_equal(f->keys, "k");
	feed(f, 4, true,
		RAW("\x65"
		    "a"));
	feed(f, 5, false, RAW("\x41x"));
	feed(f, 5, true,
		RAW("\x7c\x01"
		    "b")); /* a fragment without its begin */
	feed(f, 6, true, RAW("\x41x"));
	assert_string_equal(f->keys, "kk");
	feed(f, 7, true,
		RAW("\x65"
		    "a"));
	feed(f, 8, false,
		RAW("\x7c\x81"
		    "b")); /* and one without its end */
	feed(f, 9, true, RAW("\x41x"));
	feed(f, 10, true, RAW("\x41x"));
	assert_string_equal(f->keys, "kkk");
	feed(f, 11, true,
		RAW("\x65"
		    "a"));
	feed(f, 12, true, RAW("\x1a\0\0\x41x")); /* MTAP: never agreed upon */
	feed(f, 13, true, RAW(""));
	assert_string_equal(f->keys, "kkkk");
}

static void pictures_have_a_limit(void **state)
{
	struct feed *f = *state;
	static uint8_t part[60000] = { 0x7c, 0x05 };
	enum depack_step s = DEPACK_MORE;
	size_t n = 0;
	depack_begin(&f->d, CODEC_H264);
	feed(f, 1, false,
		RAW("\x7c\x85"
		    "abc"));
	while (s == DEPACK_MORE) {
		struct depack_packet p = { { part, sizeof(part) }, 1, false };
		s = depack_add(&f->d, &p);
		n += sizeof(part) - 2;
		assert_true(n < FRAME_BYTES_MAX + sizeof(part));
	}
	assert_int_equal(s, DEPACK_TOO_LARGE);
}

#define FED(f) cmocka_unit_test_setup_teardown(f, feed_open, feed_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets),
		cmocka_unit_test(order_and_time),
		FED(h264_packets),
		FED(h265_packets),
		FED(pictures_without_markers),
		FED(markers_that_lie),
		FED(loss_waits_for_a_keyframe),
		FED(broken_payloads),
		FED(pictures_have_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
