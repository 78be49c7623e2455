#include "workers/media/codec_string.h"

#include <stdio.h>
#include <string.h>

enum { H264_SPS = 7, H265_SPS = 33, GENERAL = 12 };

/* Copies the unit's payload without emulation prevention (H.264 7.3.1, H.265 7.3.1.1); returns how
 * many bytes there were, at most n. */
static size_t plain(const struct nal *u, size_t skip, uint8_t *out, size_t n)
{
	size_t done = 0, zeros = 0;
	for (size_t i = skip; i < u->n && done < n; i++) {
		if (zeros >= 2 && u->at[i] == 3) {
			zeros = 0;
			continue;
		}
		zeros = u->at[i] ? 0 : zeros + 1;
		out[done++] = u->at[i];
	}
	return done;
}

static uint32_t reversed(uint32_t v)
{
	uint32_t out = 0;
	for (int i = 0; i < 32; i++)
		out = out << 1 | (v >> i & 1);
	return out;
}

static void h264(const struct nal *u, char out[CODEC_STRING_SIZE])
{
	uint8_t p[3];
	if (plain(u, 1, p, sizeof(p)) == sizeof(p))
		snprintf(out, CODEC_STRING_SIZE, "avc1.%02x%02x%02x", p[0], p[1], p[2]);
}

/* profile_tier_level() stands behind four bits of id, three of sub-layers and one of nesting. */
static void h265(const struct nal *u, char out[CODEC_STRING_SIZE])
{
	static const char *const SPACES[] = { "", "A", "B", "C" };
	uint8_t p[1 + GENERAL];
	char rest[6 * 3 + 1] = "";
	size_t last = 0, n = 0;
	if (plain(u, 2, p, sizeof(p)) != sizeof(p))
		return;
	const uint8_t *g = p + 1;
	uint32_t fits = (uint32_t)g[1] << 24 | (uint32_t)g[2] << 16 | (uint32_t)g[3] << 8 | g[4];
	for (size_t i = 0; i < 6; i++)
		if (g[5 + i])
			last = i + 1;
	for (size_t i = 0; i < last; i++)
		n += (size_t)snprintf(rest + n, sizeof(rest) - n, ".%X", g[5 + i]);
	snprintf(out, CODEC_STRING_SIZE, "hvc1.%s%u.%X.%c%u%s", SPACES[g[0] >> 6], g[0] & 0x1fu,
		reversed(fits), g[0] & 0x20 ? 'H' : 'L', g[11], rest);
}

void codec_string(
	enum stream_codec codec, const struct parameter_sets *sets, char out[CODEC_STRING_SIZE])
{
	struct nal_walk w = { sets->at, sets->at + sets->n };
	struct nal u;
	out[0] = 0;
	while (!out[0] && nal_next(&w, codec, &u)) {
		if (codec == CODEC_H264 && u.type == H264_SPS)
			h264(&u, out);
		if (codec == CODEC_H265 && u.type == H265_SPS)
			h265(&u, out);
	}
}
