#include "workers/media/nal.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

static void units_between_start_codes(void **state)
{
	static const uint8_t DATA[] = { 9, 9, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 3, 0, 0, 0, 0,
		0, 1, 0, 0, 1, 0x65, 0, 0, 3, 4 };
	struct nal_walk w = { DATA, DATA + sizeof(DATA) };
	struct nal u;
	(void)state;
	assert_true(nal_next(&w, CODEC_H264, &u));
	assert_int_equal(u.type, 7);
	assert_int_equal(u.n, 2);
	assert_true(nal_next(&w, CODEC_H264, &u));
	assert_int_equal(u.type, 8);
	assert_int_equal(u.n, 3);
	assert_true(nal_next(&w, CODEC_H264, &u)); /* the empty one is passed over */
	assert_int_equal(u.type, 5);
	assert_int_equal(u.n, 5);
	assert_false(nal_next(&w, CODEC_H264, &u));
	assert_false(nal_next(&w, CODEC_H264, &u));
}

/* Every length, in a block of just that length: a sanitizer sees a step outside. */
static void every_cut_is_safe(void **state)
{
	static const uint8_t DATA[] = { 0, 0, 1, 0x40, 1, 0, 0, 1, 0x42, 0, 0, 0, 0, 1, 0x44, 0, 0,
		1, 0, 0 };
	(void)state;
	for (size_t n = 0; n <= sizeof(DATA); n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct parameter_sets sets;
		assert_non_null(copy);
		memcpy(copy, DATA, n);
		parameter_sets_gather(CODEC_H265, (struct bytes){ copy, n }, &sets);
		assert_int_equal(sets.complete, n >= 15);
		free(copy);
	}
}

static void sets_are_gathered(void **state)
{
	static const uint8_t DATA[] = { 0, 0, 1, 0x67, 1, 0, 0, 1, 6, 9, 0, 0, 1, 0x68, 2, 0, 0, 1,
		0x65, 8 };
	static const uint8_t WANT[] = { 0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2 };
	struct parameter_sets sets;
	(void)state;
	parameter_sets_gather(CODEC_H264, (struct bytes){ DATA, sizeof(DATA) }, &sets);
	assert_true(sets.complete);
	assert_int_equal(sets.n, sizeof(WANT));
	assert_memory_equal(sets.at, WANT, sizeof(WANT));
	parameter_sets_gather(CODEC_H264, (struct bytes){ DATA, 8 }, &sets);
	assert_false(sets.complete);
	parameter_sets_gather(CODEC_H265, (struct bytes){ DATA, sizeof(DATA) }, &sets);
	assert_false(sets.complete);
	parameter_sets_gather(CODEC_H264, (struct bytes){ NULL, 0 }, &sets);
	assert_int_equal(sets.n, 0);
}

static void too_many_sets_are_left_out(void **state)
{
	struct parameter_sets sets;
	uint8_t data[3 * 3000];
	(void)state;
	memset(data, 7, sizeof(data));
	for (size_t i = 0; i < 3; i++)
		memcpy(data + i * 3000, i == 1 ? "\0\0\1\x68" : "\0\0\1\x67", 4);
	parameter_sets_gather(CODEC_H264, (struct bytes){ data, sizeof(data) }, &sets);
	assert_false(sets.complete);
	assert_int_equal(sets.n, 3001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_between_start_codes),
		cmocka_unit_test(every_cut_is_safe),
		cmocka_unit_test(sets_are_gathered),
		cmocka_unit_test(too_many_sets_are_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
