/* What a file is and how large it says it is, from its first bytes. No library, nothing unpacked.
 */
#include "workers/vision/picture.h"

#include <string.h>

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

enum err picture_size_ok(int64_t width, int64_t height, struct fault *why)
{
	if (width < 1 || height < 1)
		return fault(why, E_INVALID, "the picture has no size");
	if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX ||
		width * height > PICTURE_PIXELS_MAX)
		return fault(why, E_TOO_LARGE,
			"the picture is too large: %" PRId64 " x %" PRId64
			" pixels; the limit is %d million pixels and %d a side",
			width, height, PICTURE_PIXELS_MAX / 1000000, PICTURE_SIDE_MAX);
	return OK;
}

/* Start of frame: C0..CF without the tables C4, CC and the extension C8. */
static bool is_frame_marker(uint8_t m)
{
	return m >= 0xC0 && m <= 0xCF && m != 0xC4 && m != 0xC8 && m != 0xCC;
}

/* Walks the marker segments of a JPEG (ITU-T T.81, B.1.1) to the start of frame. */
static enum err look_jpeg(const uint8_t *at, size_t n, struct picture_facts *out, struct fault *why)
{
	size_t i = 2;
	while (i + 4 <= n) {
		if (at[i] != 0xFF)
			return fault(why, E_INVALID, "the JPEG's header is damaged");
		uint8_t marker = at[i + 1];
		if (marker == 0xFF) { /* fill */
			i++;
			continue;
		}
		if (marker == 0xD9 || marker == 0xDA)
			return fault(why, E_INVALID, "the JPEG has no frame before its data");
		size_t length = be16(at + i + 2);
		if (length < 2)
			return fault(why, E_INVALID, "the JPEG's header is damaged");
		if (is_frame_marker(marker)) {
			if (i + 9 > n)
				break;
			out->height = (int32_t)be16(at + i + 5);
			out->width = (int32_t)be16(at + i + 7);
			return picture_size_ok(out->width, out->height, why);
		}
		i += 2 + length;
	}
	return fault(why, E_INVALID, "the JPEG is cut off in its header");
}

/* The first chunk of a PNG is IHDR (ISO/IEC 15948, 11.2.2). */
static enum err look_png(const uint8_t *at, size_t n, struct picture_facts *out, struct fault *why)
{
	if (n < 33)
		return fault(why, E_INVALID, "the PNG is cut off in its header");
	if (be32(at + 8) != 13 || memcmp(at + 12, "IHDR", 4) != 0)
		return fault(why, E_INVALID, "the PNG's header is damaged");
	uint32_t width = be32(at + 16), height = be32(at + 20);
	TRY(picture_size_ok(width, height, why));
	out->width = (int32_t)width;
	out->height = (int32_t)height;
	return OK;
}

/* H.264 and H.265 as raw byte streams begin with a start code and a parameter set. */
static bool is_raw_video(const uint8_t *at, size_t n)
{
	static const uint8_t code[4] = { 0, 0, 0, 1 };
	if (n < 5 || memcmp(at, code, 4) != 0)
		return false;
	uint8_t h264 = at[4] & 0x1F, h265 = (at[4] >> 1) & 0x3F;
	bool forbidden = at[4] & 0x80;
	return !forbidden && (h264 == 7 || h264 == 9 || h265 == 32 || h265 == 33 || h265 == 35);
}

static bool is_transport_stream(const uint8_t *at, size_t n)
{
	if (n < 188 * 2 + 1)
		return false;
	return at[0] == 0x47 && at[188] == 0x47 && at[376] == 0x47;
}

static bool is_container(const uint8_t *at, size_t n)
{
	static const char *const boxes[] = { "ftyp", "moov", "moof", "styp", "mdat", "free", "wide",
		"skip" };
	if (n < 12)
		return false;
	for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
		if (memcmp(at + 4, boxes[i], 4) == 0)
			return true;
	return memcmp(at, "\x1A\x45\xDF\xA3", 4) == 0 || /* Matroska, WebM */
	       memcmp(at, "\x00\x00\x01\xBA", 4) == 0 || /* MPEG program stream */
	       memcmp(at, "FLV\x01", 4) == 0 ||
	       (memcmp(at, "RIFF", 4) == 0 && memcmp(at + 8, "AVI ", 4) == 0);
}

enum err picture_look(const uint8_t *at, size_t n, struct picture_facts *out, struct fault *why)
{
	*out = (struct picture_facts){ 0 };
	if (n == 0)
		return fault(why, E_INVALID, "the file is empty");
	if (n >= 3 && memcmp(at, "\xFF\xD8\xFF", 3) == 0) {
		out->kind = KIND_JPEG;
		return look_jpeg(at, n, out, why);
	}
	if (n >= 8 && memcmp(at, "\x89PNG\r\n\x1A\n", 8) == 0) {
		out->kind = KIND_PNG;
		return look_png(at, n, out, why);
	}
	if (is_container(at, n) || is_raw_video(at, n) || is_transport_stream(at, n)) {
		out->kind = KIND_VIDEO;
		return OK;
	}
	return fault(why, E_INVALID,
		"not a picture or video: neither JPEG, PNG, MP4, Matroska, "
		"MPEG, FLV, AVI nor an H.264 or H.265 stream");
}
