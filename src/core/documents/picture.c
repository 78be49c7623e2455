#include "core/documents/picture.h"

#include <png.h>
#include <string.h>
#include <zlib.h>

struct chunk {
	const uint8_t *at; /* of the whole chunk, 12 + n bytes */
	const uint8_t *data;
	uint32_t n;
	char kind[5];
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Takes the chunk at *at and steps over it. */
static enum err chunk_next(struct bytes png, size_t *at, struct chunk *out, struct fault *why)
{
	if (png.n - *at < 12)
		return fault(why, E_INVALID, "the PNG is cut off");
	const uint8_t *p = png.at + *at;
	uint32_t n = be32(p);
	if (n > png.n - *at - 12)
		return fault(why, E_INVALID, "the PNG is cut off");
	*out = (struct chunk){ .at = p, .data = p + 8, .n = n };
	for (int i = 0; i < 4; i++) {
		uint8_t c = p[4 + i];
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
			return fault(why, E_INVALID, "the PNG has a chunk without a name");
		out->kind[i] = (char)c;
	}
	if (crc32(crc32(0, NULL, 0), p + 4, n + 4) != be32(p + 8 + n))
		return fault(
			why, E_INVALID, "the checksum of the PNG's %s chunk is wrong", out->kind);
	*at += 12 + (size_t)n;
	return OK;
}

static bool depth_is_sane(int depth, int colour)
{
	switch (colour) {
	case PNG_COLOR_TYPE_RGB:
	case PNG_COLOR_TYPE_RGB_ALPHA:
	case PNG_COLOR_TYPE_GRAY_ALPHA:
		return depth == 8;
	case PNG_COLOR_TYPE_GRAY:
	case PNG_COLOR_TYPE_PALETTE:
		return depth == 1 || depth == 2 || depth == 4 || depth == 8;
	default:
		return false;
	}
}

static enum err header_check(const struct chunk *c, struct fault *why)
{
	if (!text_is(c->kind, "IHDR") || c->n != 13)
		return fault(why, E_INVALID, "the PNG does not begin with its header");
	uint32_t w = be32(c->data), h = be32(c->data + 4);
	if (w == 0 || h == 0)
		return fault(why, E_INVALID, "the picture has no area");
	if (w > PICTURE_WIDTH || h > PICTURE_HEIGHT)
		return fault(why, E_TOO_LARGE, "the picture may be %d x %d at most", PICTURE_WIDTH,
			PICTURE_HEIGHT);
	if (!depth_is_sane(c->data[8], c->data[9]))
		return fault(why, E_INVALID, "the PNG's colour type %d with depth %d is not taken",
			c->data[9], c->data[8]);
	if (c->data[10] || c->data[11] || c->data[12] > 1)
		return fault(why, E_INVALID, "the PNG uses an unknown method");
	return OK;
}

static bool chunk_wanted(const char *kind)
{
	return text_is(kind, "IHDR") || text_is(kind, "PLTE") || text_is(kind, "tRNS") ||
	       text_is(kind, "IDAT") || text_is(kind, "IEND");
}

/* Copies signature and wanted chunks into clean, having checked every chunk up to the last byte. */
static enum err strip(struct bytes png, struct buf *clean, struct fault *why)
{
	struct chunk c = { 0 };
	size_t at = 8;
	buf_add(clean, png.at, 8);
	TRY(chunk_next(png, &at, &c, why));
	TRY(header_check(&c, why));
	buf_add(clean, c.at, 12 + (size_t)c.n);
	do {
		TRY(chunk_next(png, &at, &c, why));
		if (chunk_wanted(c.kind))
			buf_add(clean, c.at, 12 + (size_t)c.n);
		else if (c.kind[0] >= 'A' && c.kind[0] <= 'Z')
			return fault(why, E_INVALID, "the PNG has an unknown %s chunk", c.kind);
	} while (!text_is(c.kind, "IEND"));
	if (at != png.n)
		return fault(why, E_INVALID, "there are bytes behind the end of the PNG");
	return OK;
}

/* From straight to premultiplied alpha; counts the ink. */
static void premultiply(uint32_t *pixels, size_t n, struct picture *out)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t p = pixels[i], alpha = p >> 24;
		uint32_t r = p >> 16 & 255, g = p >> 8 & 255, b = p & 255;
		if (alpha > 16 && (r < 240 || g < 240 || b < 240))
			out->ink++;
		r = (r * alpha + 127) / 255;
		g = (g * alpha + 127) / 255;
		b = (b * alpha + 127) / 255;
		pixels[i] = alpha << 24 | r << 16 | g << 8 | b;
	}
}

enum err picture_read(struct arena *a, struct bytes png, struct picture *out, struct fault *why)
{
	static const uint8_t magic[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
	if (png.n > PICTURE_BYTES)
		return fault(why, E_TOO_LARGE, "the picture may have %d KiB at most",
			PICTURE_BYTES / 1024);
	if (png.n < 8 || memcmp(png.at, magic, 8) != 0)
		return fault(why, E_INVALID, "the picture is not a PNG");
	struct buf clean = { .arena = a };
	TRY(strip(png, &clean, why));

	png_image image = { .version = PNG_IMAGE_VERSION };
	if (!png_image_begin_read_from_memory(&image, clean.s, clean.n))
		return fault(why, E_INVALID, "the PNG is damaged: %s", image.message);
	image.format = PNG_FORMAT_BGRA; /* in memory B G R A: a little-endian 0xAARRGGBB */
	size_t n = (size_t)image.width * image.height;
	uint32_t *pixels = NEWS(a, uint32_t, n);
	if (!png_image_finish_read(&image, NULL, pixels, 0, NULL)) {
		png_image_free(&image);
		return fault(why, E_INVALID, "the PNG is damaged: %s", image.message);
	}
	*out = (struct picture){ (int)image.width, (int)image.height, pixels, 0 };
	premultiply(pixels, n, out);
	return OK;
}
