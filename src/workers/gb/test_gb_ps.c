/* The demultiplexer against the clip of the fixture, muxed the ways devices mux. */
#include "workers/gb/mux.h"
#include "workers/gb/ps.h"
#include "workers/media/fixture.h"

enum { PACKET = 1400 };

struct feed {
	struct fixture *x;
	struct mux_way way;
	size_t from, to, lose_at; /* lose_at: this packet does not arrive; 0: all arrive */
	size_t whole, first_after;
	int64_t first_pts;
};

static void check_picture(struct feed *f, const struct ps_picture *q, size_t *next)
{
	size_t i = (size_t)((q->pts - f->first_pts) / FIXTURE_STEP);
	const struct stream_frame *want = &f->x->frames[i];
	assert_true(i >= *next && i < f->to);
	assert_int_equal(q->codec, CODEC_H264);
	assert_int_equal(q->data.n, want->n);
	assert_memory_equal(q->data.at, want->at, want->n);
	assert_int_equal(q->key, want->key);
	if (i != *next && !f->first_after)
		f->first_after = i;
	*next = i + 1;
	f->whole++;
}

static void play(struct feed *f)
{
	struct ps *p = ps_new();
	struct mux_buf b = { 0 };
	struct ps_picture q;
	size_t next = f->from, packets = 0;
	f->whole = f->first_after = 0;
	for (size_t i = f->from; i < f->to; i++) {
		const struct stream_frame *s = &f->x->frames[i];
		int64_t pts = f->first_pts + (int64_t)i * FIXTURE_STEP;
		b.n = 0;
		struct mux_frame m = { s->at, s->n, pts & 0x1ffffffff, s->key };
		mux_picture(&b, &f->way, &m);
		for (size_t at = 0; at < b.n; at += PACKET) {
			size_t n = b.n - at < PACKET ? b.n - at : PACKET;
			if (++packets == f->lose_at) {
				ps_gap(p);
				continue;
			}
			uint8_t *own = malloc(n); /* of just that size: a step outside is seen */
			memcpy(own, b.at + at, n);
			ps_push(p, (struct bytes){ own, n }, pts);
			free(own);
			while (ps_next(p, &q))
				check_picture(f, &q, &next);
		}
	}
	if (ps_last(p, &q))
		check_picture(f, &q, &next);
	assert_int_equal(ps_trouble(p), PS_FINE);
	ps_free(p);
	free(b.at);
}

static void every_way_gives_the_same(void **state)
{
	static const struct mux_way WAYS[] = {
		{ 0 }, { .pes_most = 500 }, { .zero_length = true }, { .wrong_length = true },
		{ .no_map = true, .sound = true },
		{ .pack_for_each = true, .pes_most = 3000, .private_stream = true },
		{ .map_type = 0x24 }, /* it says H.265, the sets say H.264 */
	};
	for (size_t i = 0; i < sizeof(WAYS) / sizeof(*WAYS); i++) {
		struct feed f = { .x = *state, .way = WAYS[i], .to = 100, .first_pts = 90000 };
		play(&f);
		assert_int_equal(f.whole, 100);
	}
}

static void time_goes_on_over_33_bits(void **state)
{
	struct feed f = { .x = *state, .to = 60, .first_pts = (INT64_C(1) << 33) - 20 * 9000 };
	play(&f);
	assert_int_equal(f.whole, 60);
}

static void a_loss_costs_up_to_the_next_keyframe(void **state)
{
	for (size_t lose = 2; lose < 60; lose += 7) {
		struct feed f = { .x = *state, .to = 100, .first_pts = 0, .lose_at = lose };
		play(&f);
		assert_true(f.whole >= 100 - 2 * FIXTURE_GOP && f.whole < 100);
		assert_int_equal(f.first_after % FIXTURE_GOP, 0);
	}
}

static void begins_with_a_keyframe(void **state)
{
	struct feed f = { .x = *state, .from = 5, .to = 60, .first_pts = 0 };
	play(&f);
	assert_int_equal(f.first_after, FIXTURE_GOP);
	assert_int_equal(f.whole, 60 - FIXTURE_GOP);
}

static void other_video_is_named(void **state)
{
	static const uint8_t SVAC[] = { 0, 0, 1, 0x67, 1, 2, 3 };
	struct mux_way way = { .map_type = 0x80 };
	struct mux_buf b = { 0 };
	struct ps *p = ps_new();
	struct ps_picture q;
	(void)state;
	mux_picture(&b, &way, &(struct mux_frame){ SVAC + 3, 4, 0, true });
	mux_picture(&b, &way, &(struct mux_frame){ SVAC + 3, 4, 3600, true });
	ps_push(p, (struct bytes){ b.at, b.n }, 0);
	assert_false(ps_next(p, &q));
	assert_int_equal(ps_trouble(p), PS_CODEC);
	assert_string_equal(ps_codec(p), "SVAC");
	ps_free(p);
	free(b.at);
}

static void a_picture_without_end_is_let_go(void **state)
{
	struct mux_way way = { 0 };
	struct mux_buf b = { 0 };
	struct ps *p = ps_new();
	struct ps_picture q;
	static uint8_t ones[PS_PUSH_MAX];
	(void)state;
	memset(ones, 1, sizeof(ones));
	mux_picture(&b, &way, &(struct mux_frame){ ones, 100, 0, true });
	ps_push(p, (struct bytes){ b.at, b.n }, 0);
	for (int i = 0; i < 200 && ps_trouble(p) == PS_FINE; i++) {
		assert_false(ps_next(p, &q));
		ps_push(p, (struct bytes){ ones, sizeof(ones) }, 0);
	}
	assert_int_equal(ps_trouble(p), PS_TOO_LARGE);
	ps_free(p);
	free(b.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_gives_the_same),
		cmocka_unit_test(time_goes_on_over_33_bits),
		cmocka_unit_test(a_loss_costs_up_to_the_next_keyframe),
		cmocka_unit_test(begins_with_a_keyframe),
		cmocka_unit_test(other_video_is_named),
		cmocka_unit_test(a_picture_without_end_is_let_go),
	};
	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
