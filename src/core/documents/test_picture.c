#include "core/documents/picture.h"
#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void be32_put(struct buf *b, uint32_t v)
{
	for (int i = 24; i >= 0; i -= 8)
		buf_putc(b, (char)(v >> i & 255));
}

static void chunk(struct buf *b, const char *kind, const void *data, size_t n)
{
	be32_put(b, (uint32_t)n);
	size_t from = b->n;
	buf_add(b, kind, 4);
	buf_add(b, data, n);
	be32_put(b, (uint32_t)crc32(0, (const uint8_t *)b->s + from, (uInt)(b->n - from)));
}

struct made {
	uint32_t width, height;
	uint8_t depth, colour, interlace;
	size_t row;	   /* bytes a row after the filter byte */
	uint8_t fill;	   /* of every byte */
	const char *extra; /* kind of a chunk put before IDAT */
	bool palette;
	bool half; /* only half of the rows */
};

static struct bytes make(struct arena *a, const struct made *m)
{
	struct buf b = { .arena = a };
	buf_add(&b, "\x89PNG\r\n\x1a\n", 8);
	uint8_t head[13] = { 0 };
	for (int i = 0; i < 4; i++) {
		head[i] = (uint8_t)(m->width >> (24 - 8 * i));
		head[4 + i] = (uint8_t)(m->height >> (24 - 8 * i));
	}
	head[8] = m->depth;
	head[9] = m->colour;
	head[12] = m->interlace;
	chunk(&b, "IHDR", head, 13);
	if (m->palette)
		chunk(&b, "PLTE", "\xff\xff\xff\x00\x00\x00", 6);
	if (m->extra)
		chunk(&b, m->extra, "garbage", 7);
	uint32_t rows = m->half ? m->height / 2 : m->height;
	size_t n = (m->row + 1) * rows;
	uint8_t *raw = arena_alloc(a, n);
	for (size_t i = 0; i < n; i++)
		raw[i] = i % (m->row + 1) ? m->fill : 0;
	uLongf size = compressBound(n);
	uint8_t *packed = arena_alloc(a, size);
	assert_int_equal(compress(packed, &size, raw, n), Z_OK);
	chunk(&b, "IDAT", packed, size);
	chunk(&b, "IEND", NULL, 0);
	return (struct bytes){ (const uint8_t *)b.s, b.n };
}

static enum err try(struct arena *a, const struct made *m, struct picture *out, struct fault *why)
{
	*out = (struct picture){ 0 };
	*why = (struct fault){ 0 };
	return picture_read(a, make(a, m), out, why);
}

static void phones_are_understood(void **state)
{
	(void)state;
	static const struct made good[] = {
		{ 30, 10, 8, 6, 0, 120, 0x40, NULL, false, false },
		{ 30, 10, 8, 2, 0, 90, 0x40, NULL, false, false },
		{ 30, 10, 8, 4, 0, 60, 0x40, NULL, false, false },
		{ 30, 10, 8, 0, 0, 30, 0x40, NULL, false, false },
		{ 32, 10, 1, 0, 0, 4, 0x00, NULL, false, false },
		{ 32, 10, 1, 3, 0, 4, 0xff, NULL, true, false },
		{ 1, 1, 8, 6, 1, 4, 0x40, NULL, false, false },
		{ 30, 10, 8, 6, 0, 120, 0x40, "iCCP", false, false }, /* dropped, not read */
		{ 30, 10, 8, 6, 0, 120, 0x40, "eXIf", false, false },
		{ 2000, 1000, 8, 6, 0, 8000, 0x80, NULL, false, false },
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct arena *a = arena_new();
		struct picture p;
		struct fault why;
		if (try(a, &good[i], &p, &why))
			fail_msg("%zu: %s", i, why.text);
		assert_int_equal(p.width, good[i].width);
		assert_int_equal(p.height, good[i].height);
		assert_int_equal(p.ink, p.width * p.height);
		arena_free(a);
	}
}

static void alpha_is_premultiplied(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct picture p;
	struct fault why;
	struct made m = { 2, 1, 8, 6, 0, 8, 0x80, NULL, false, false };
	assert_int_equal(try(a, &m, &p, &why), OK);
	assert_int_equal(p.pixels[0], 0x80404040);
	m.fill = 0xff; /* white paper */
	assert_int_equal(try(a, &m, &p, &why), OK);
	assert_int_equal(p.ink, 0);
	m.fill = 0; /* nothing at all */
	assert_int_equal(try(a, &m, &p, &why), OK);
	assert_int_equal(p.ink, 0);
	arena_free(a);
}

static void hostile_ones_are_refused(void **state)
{
	(void)state;
	static const struct {
		struct made m;
		enum err e;
		const char *why;
	} bad[] = {
		{ { 2001, 10, 8, 0, 0, 2001, 1, NULL, false, false }, E_TOO_LARGE, "at most" },
		{ { 10, 1001, 8, 0, 0, 10, 1, NULL, false, false }, E_TOO_LARGE, "at most" },
		{ { 0xffffffff, 1, 8, 6, 0, 4, 1, NULL, false, false }, E_TOO_LARGE, "at most" },
		{ { 0, 10, 8, 6, 0, 4, 1, NULL, false, false }, E_INVALID, "no area" },
		{ { 10, 10, 16, 6, 0, 80, 1, NULL, false, false }, E_INVALID, "depth 16" },
		{ { 10, 10, 8, 5, 0, 10, 1, NULL, false, false }, E_INVALID, "colour type 5" },
		{ { 10, 10, 8, 6, 7, 40, 1, NULL, false, false }, E_INVALID, "unknown method" },
		{ { 10, 10, 8, 3, 0, 10, 1, NULL, false, false }, E_INVALID, "damaged" },
		{ { 10, 10, 8, 6, 0, 40, 1, NULL, false, true }, E_INVALID, "damaged" },
		{ { 10, 10, 8, 6, 0, 40, 1, "ABcd", false, false }, E_INVALID, "unknown ABcd" },
		{ { 10, 10, 8, 6, 0, 40, 1,
			  "a\x01"
			  "cd",
			  false, false },
			E_INVALID, "without a name" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct arena *a = arena_new();
		struct picture p;
		struct fault why;
		assert_int_equal(try(a, &bad[i].m, &p, &why), bad[i].e);
		if (!strstr(why.text, bad[i].why))
			fail_msg("%zu: %s", i, why.text);
		arena_free(a);
	}
}

/* Cut anywhere, or with any byte changed, it is refused: the checksums see to it. */
static void damage_is_seen(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct made m = { 6, 4, 8, 6, 0, 24, 0x40, NULL, false, false };
	struct bytes good = make(a, &m);
	struct picture p;
	struct fault why;
	for (size_t n = 0; n < good.n; n++)
		assert_int_not_equal(picture_read(a, (struct bytes){ good.at, n }, &p, &why), OK);
	for (size_t i = 0; i < good.n; i++) {
		uint8_t *copy = arena_alloc(a, good.n);
		memcpy(copy, good.at, good.n);
		copy[i] ^= 0x21;
		assert_int_not_equal(picture_read(a, (struct bytes){ copy, good.n }, &p, &why), OK);
	}
	uint8_t *longer = arena_alloc(a, good.n + 4);
	memcpy(longer, good.at, good.n);
	assert_int_equal(
		picture_read(a, (struct bytes){ longer, good.n + 4 }, &p, &why), E_INVALID);
	assert_non_null(strstr(why.text, "behind the end"));
	uint8_t *big = arena_alloc(a, PICTURE_BYTES + 1);
	memcpy(big, good.at, good.n);
	struct bytes too_big = { big, PICTURE_BYTES + 1 };
	assert_int_equal(picture_read(a, too_big, &p, &why), E_TOO_LARGE);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phones_are_understood),
		cmocka_unit_test(alpha_is_premultiplied),
		cmocka_unit_test(hostile_ones_are_refused),
		cmocka_unit_test(damage_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
