/* The reader of fragmented MP4, with whole, cut and damaged bytes. */
#include "workers/media/fixture.h"

struct pair {
	struct bytes head, segment;
};

static struct pair record_one(struct fixture *x)
{
	assert_int_equal(fixture_play(x, 0, 21, 0), OK);
	struct segment_list l = fixture_list(x);
	assert_int_equal(l.n, 1);
	return (struct pair){ fixture_head(x, l.at[0].gen), fixture_segment(x, &l.at[0]) };
}

static void boxes_side_by_side(void **state)
{
	static const uint8_t DATA[] = { 0, 0, 0, 9, 'f', 'r', 'e', 'e', 7, 0, 0, 0, 1, 'm', 'd',
		'a', 't', 0, 0, 0, 0, 0, 0, 0, 18, 1, 2 };
	struct box_walk w = { DATA, 0, sizeof(DATA) };
	struct box b;
	(void)state;
	assert_int_equal(box_next(&w, &b), BOX_OK);
	assert_int_equal(b.type, BOX_TYPE('f', 'r', 'e', 'e'));
	assert_int_equal(b.size, 9);
	assert_int_equal(box_next(&w, &b), BOX_OK);
	assert_int_equal(b.header, 16);
	assert_int_equal(b.size, 18);
	assert_int_equal(box_next(&w, &b), BOX_END);
	for (size_t n = 1; n < sizeof(DATA); n++) {
		w = (struct box_walk){ DATA, 0, n };
		enum box_step step = box_next(&w, &b);
		if (step == BOX_OK)
			step = box_next(&w, &b);
		assert_int_equal(step, n == 9 ? BOX_END : BOX_BAD);
	}
}

static void sizes_that_lie_are_refused(void **state)
{
	static const uint8_t SIZES[][16] = {
		{ 0, 0, 0, 0, 'm', 'o', 'o', 'f' }, /* until the end of the file: not ours */
		{ 0, 0, 0, 7, 'm', 'o', 'o', 'f' },
		{ 0, 0, 0, 17, 'm', 'o', 'o', 'f' },
		{ 0xff, 0xff, 0xff, 0xff, 'm', 'o', 'o', 'f' },
		{ 0, 0, 0, 1, 'm', 'o', 'o', 'f', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		{ 0, 0, 0, 1, 'm', 'o', 'o', 'f', 0, 0, 0, 0, 0, 0, 0, 15 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(*SIZES); i++) {
		struct box_walk w = { SIZES[i], 0, 16 };
		struct box b;
		assert_int_equal(box_next(&w, &b), BOX_BAD);
		assert_int_equal(w.at, 0);
	}
}

static void cut_segments_are_not_whole(void **state)
{
	struct pair p = record_one(*state);
	assert_true(segment_whole(p.segment));
	for (size_t n = 0; n < p.segment.n; n += n < 2000 ? 1 : 37)
		assert_false(segment_whole((struct bytes){ p.segment.at, n }));
	assert_false(segment_whole(p.head));
	assert_false(segment_whole((struct bytes){ NULL, 0 }));
}

/* Every byte of the headers changed in turn: whatever is found, nothing outside is touched (run
 * this with a sanitizer), and what is said to be whole has its samples within. */
static void damaged_bytes_do_no_harm(void **state)
{
	struct fixture *x = *state;
	struct pair p = record_one(x);
	uint8_t *copy = malloc(p.segment.n);
	size_t headers = 0;
	struct box_walk w = { p.segment.at, 0, p.segment.n };
	struct box b;
	assert_non_null(copy);
	assert_int_equal(box_next(&w, &b), BOX_OK);
	headers = b.size + 8;
	for (size_t i = 0; i < headers; i++) {
		static const uint8_t CHANGES[] = { 0x01, 0x80, 0xff };
		for (size_t k = 0; k < sizeof(CHANGES); k++) {
			memcpy(copy, p.segment.at, p.segment.n);
			copy[i] ^= CHANGES[k];
			(void)segment_whole((struct bytes){ copy, p.segment.n });
		}
	}
	free(copy);
	uint8_t *head = malloc(p.head.n);
	assert_non_null(head);
	for (size_t i = 0; i < p.head.n; i++) {
		struct head_info info;
		memcpy(head, p.head.at, p.head.n);
		head[i] ^= 0xff;
		struct bytes damaged = { head, p.head.n };
		if (!box_head_read(damaged, &info, NULL))
			(void)head_with_duration(x->arena, damaged, &info, 1000);
		assert_int_not_equal(
			box_head_read((struct bytes){ p.head.at, i }, &info, NULL), OK);
	}
	free(head);
}

static void fragments_are_patched(void **state)
{
	struct fixture *x = *state;
	struct pair p = record_one(x);
	struct fragment_walk w = { { p.segment.at, 0, p.segment.n } };
	struct fragment_info f, g;
	assert_int_equal(fragment_next(&w, &f), BOX_OK);
	uint8_t *copy = (uint8_t *)arena_copy(x->arena, (const char *)p.segment.at, p.segment.n);
	fragment_patch(copy + f.at, &f, 1234567, 77);
	w = (struct fragment_walk){ { copy, 0, p.segment.n } };
	assert_int_equal(fragment_next(&w, &g), BOX_OK);
	assert_int_equal(g.time, 1234567);
	assert_int_equal(g.samples, f.samples);
	assert_int_equal(copy[g.sequence_at + 3], 77);
}

#define WITH_CLIP(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boxes_side_by_side),
		cmocka_unit_test(sizes_that_lie_are_refused),
		WITH_CLIP(cut_segments_are_not_whole),
		WITH_CLIP(damaged_bytes_do_no_harm),
		WITH_CLIP(fragments_are_patched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
