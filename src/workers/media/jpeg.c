#include "workers/media/jpeg.h"

enum {
	MARK = 0xff,
	SOF0 = 0xc0,
	DHT = 0xc4,
	JPG = 0xc8,
	DAC = 0xcc,
	SOF15 = 0xcf,
	RST0 = 0xd0,
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	TEM = 0x01,
	FRAME_HEAD = 8, /* length, precision, height, width, components */
};

static bool begins_frame(unsigned marker)
{
	return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
}

static unsigned two(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static enum err read_frame(struct bytes b, struct jpeg_facts *out, struct fault *why)
{
	if (b.n < FRAME_HEAD || b.at[2] != 8)
		return fault(why, E_INVALID, "no JPEG of 8 bits");
	int height = (int)two(b.at + 3), width = (int)two(b.at + 5);
	if (width < JPEG_SIDE_MIN || height < JPEG_SIDE_MIN || width > JPEG_SIDE_MAX ||
		height > JPEG_SIDE_MAX || (int64_t)width * height > JPEG_PIXELS_MAX)
		return fault(why, E_TOO_LARGE, "a picture of %d x %d", width, height);
	out->width = width;
	out->height = height;
	return OK;
}

/* The segments up to the frame's head. */
static enum err find_frame(struct bytes b, struct jpeg_facts *out, struct fault *why)
{
	size_t at = 2;
	while (at + 4 <= b.n) {
		unsigned marker = b.at[at + 1];
		if (b.at[at] != MARK)
			break;
		if (marker == MARK || marker == TEM || (marker >= RST0 && marker <= SOI)) {
			at += marker == MARK ? 1 : 2; /* filling, and markers without a body */
			continue;
		}
		size_t n = two(b.at + at + 2);
		if (n < 2 || n > b.n - at - 2 || marker == SOS || marker == EOI)
			break;
		if (begins_frame(marker))
			return read_frame((struct bytes){ b.at + at + 2, n }, out, why);
		at += 2 + n;
	}
	return fault(why, E_INVALID, "no picture in the JPEG");
}

enum err jpeg_look(struct bytes file, struct jpeg_facts *out, struct fault *why)
{
	*out = (struct jpeg_facts){ .n = file.n };
	if (file.n < 4 || file.at[0] != MARK || file.at[1] != SOI)
		return fault(why, E_INVALID, "this is no JPEG");
	while (out->n > 4 && file.at[out->n - 1] == 0)
		out->n--;
	if (file.at[out->n - 2] != MARK || file.at[out->n - 1] != EOI)
		return fault(why, E_INVALID, "the JPEG is not whole");
	return find_frame((struct bytes){ file.at, out->n }, out, why);
}
