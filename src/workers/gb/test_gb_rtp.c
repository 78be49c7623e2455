#include "workers/gb/rtp.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "workers/gb/mux.h"

static struct gb_rtp packet(uint16_t seq)
{
	static uint8_t text[8];
	memset(text, seq & 0xff, sizeof(text));
	return (struct gb_rtp){ .seq = seq, .payload = { text, sizeof(text) } };
}

static void put(struct gb_window *w, uint16_t seq)
{
	struct gb_rtp p = packet(seq);
	gb_window_put(w, &p);
}

static void expect(struct gb_window *w, uint16_t seq, int64_t now)
{
	struct gb_rtp p;
	assert_int_equal(gb_window_take(w, now, &p), GB_TAKE_PACKET);
	assert_int_equal(p.seq, seq);
	assert_int_equal(p.payload.at[0], seq & 0xff);
}

static void order_is_restored(void **state)
{
	struct gb_window *w = gb_window_new();
	struct gb_rtp p;
	(void)state;
	put(w, 65534);
	put(w, 0);
	put(w, 65535);
	put(w, 65535);
	put(w, 65534);
	expect(w, 65534, 1);
	expect(w, 65535, 1);
	expect(w, 0, 1);
	assert_int_equal(gb_window_take(w, 1, &p), GB_TAKE_NONE);
	put(w, 65535); /* too late */
	assert_int_equal(gb_window_take(w, 1, &p), GB_TAKE_NONE);
	gb_window_free(w);
}

static void what_does_not_come_is_said(void **state)
{
	struct gb_window *w = gb_window_new();
	struct gb_rtp p;
	(void)state;
	put(w, 10);
	put(w, 12);
	expect(w, 10, 1);
	assert_int_equal(gb_window_take(w, 1, &p), GB_TAKE_NONE);
	assert_int_equal(gb_window_take(w, GB_WINDOW_WAIT_MS, &p), GB_TAKE_NONE);
	assert_int_equal(gb_window_take(w, GB_WINDOW_WAIT_MS + 1, &p), GB_TAKE_GAP);
	expect(w, 12, GB_WINDOW_WAIT_MS);
	put(w, 5000); /* the device began anew */
	assert_int_equal(gb_window_take(w, 1, &p), GB_TAKE_GAP);
	expect(w, 5000, 1);
	put(w, 5000 + GB_WINDOW_SLOTS + 5);
	assert_int_equal(gb_window_take(w, 1, &p), GB_TAKE_GAP);
	expect(w, 5000 + GB_WINDOW_SLOTS + 5, 1);
	gb_window_free(w);
}

static void a_packet_is_read(void **state)
{
	const uint8_t b[] = { 0xb1, 0xe0, 1, 2, 0, 0, 0, 5, 0, 0, 0, 7, 9, 9, 9, 9, 0, 0, 0, 1, 8,
		8, 8, 8, 'h', 'i', 0, 2 };
	struct gb_rtp p;
	(void)state;
	assert_true(gb_rtp_parse((struct bytes){ b, sizeof(b) }, &p));
	assert_int_equal(p.payload.n, 2);
	assert_memory_equal(p.payload.at, "hi", 2);
	assert_true(p.marker && p.type == 0x60 && p.seq == 258 && p.time == 5 && p.ssrc == 7);
	for (size_t n = 0; n < sizeof(b) - 1; n++) {
		uint8_t *own = malloc(n + 1);
		memcpy(own, b, n);
		(void)gb_rtp_parse((struct bytes){ own, n }, &p);
		free(own);
	}
	const uint8_t rtcp[16] = { 0x80, 200 };
	assert_false(gb_rtp_parse((struct bytes){ rtcp, sizeof(rtcp) }, &p));
}

static size_t frame(uint8_t *to, bool dollar, uint8_t mark)
{
	struct mux_rtp r = { .seq = mark, .type = 96 };
	size_t at = 0;
	if (dollar) {
		to[at++] = '$';
		to[at++] = 0;
	}
	to[at++] = 0;
	to[at++] = 13;
	mux_rtp_head(to + at, &r);
	to[at + 12] = mark;
	return at + 13;
}

static void both_framings_are_cut(void **state)
{
	(void)state;
	for (int dollar = 0; dollar < 2; dollar++) {
		struct gb_framing *f = calloc(1, sizeof(*f));
		uint8_t stream[600];
		size_t n = 0, seen = 0, room;
		struct bytes p;
		for (uint8_t i = 0; i < 30; i++)
			n += frame(stream + n, dollar, i);
		for (size_t i = 0; i < n; i++) { /* a byte at a time */
			*gb_framing_room(f, &room) = stream[i];
			assert_true(room > 0);
			gb_framing_filled(f, 1);
			while (gb_framing_next(f, &p)) {
				assert_int_equal(p.n, 13);
				assert_int_equal(p.at[12], seen++);
			}
		}
		assert_int_equal(seen, 30);
		free(f);
	}
}

static void garbage_breaks_the_framing(void **state)
{
	struct gb_framing *f = calloc(1, sizeof(*f));
	size_t room;
	struct bytes p;
	(void)state;
	memcpy(gb_framing_room(f, &room), "GET / HTTP/1.1\r\n", 16);
	gb_framing_filled(f, 16);
	assert_false(gb_framing_next(f, &p));
	assert_int_equal(f->kind, GB_FRAMING_BROKEN);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_restored),
		cmocka_unit_test(what_does_not_come_is_said),
		cmocka_unit_test(a_packet_is_read),
		cmocka_unit_test(both_framings_are_cut),
		cmocka_unit_test(garbage_breaks_the_framing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
