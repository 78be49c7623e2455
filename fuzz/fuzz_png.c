/* libFuzzer target: signature pictures from hostile phones. Each input is tried as it is and with
 * its checksums made right, else nothing would come past the first chunk. */
#include "core/documents/picture.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void read_one(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct picture p = { 0 };
	struct fault why = { 0 };
	enum err e = picture_read(a, (struct bytes){ data, n }, &p, &why);
	if (e == OK) {
		size_t all = (size_t)p.width * (size_t)p.height;
		if (p.width < 1 || p.width > PICTURE_WIDTH || p.height < 1 ||
			p.height > PICTURE_HEIGHT || p.ink > all)
			abort();
		for (size_t i = 0; i < all; i++) /* premultiplied: no colour above its alpha */
			if ((p.pixels[i] >> 16 & 255) > p.pixels[i] >> 24)
				abort();
	} else if (!why.text[0]) {
		abort();
	}
	arena_free(a);
}

static void mend(uint8_t *p, size_t n)
{
	for (size_t at = 8; at + 12 <= n;) {
		size_t size = (size_t)p[at] << 24 | (size_t)p[at + 1] << 16 |
			      (size_t)p[at + 2] << 8 | p[at + 3];
		if (size > n - at - 12)
			return;
		uint32_t crc = (uint32_t)crc32(0, p + at + 4, (uInt)size + 4);
		for (size_t i = 0; i < 4; i++)
			p[at + 8 + size + i] = (uint8_t)(crc >> (24 - 8 * i));
		at += 12 + size;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	read_one(data, n);
	uint8_t *copy = malloc(n + 1);
	if (!copy)
		return 0;
	if (n)
		memcpy(copy, data, n);
	mend(copy, n);
	read_one(copy, n);
	free(copy);
	return 0;
}
