#include "workers/media/nal.h"

#include <string.h>

enum {
	H264_SPS = 7,
	H264_PPS = 8,
	H265_VPS = 32,
	H265_SPS = 33,
	H265_PPS = 34,
	START_CODE = 4,
};

/* The place of the next 00 00 01, or end. */
static const uint8_t *find_start(const uint8_t *p, const uint8_t *end)
{
	for (; end - p >= 3; p++) {
		p = memchr(p, 0, (size_t)(end - p - 2));
		if (!p)
			return end;
		if (p[1] == 0 && p[2] == 1)
			return p;
	}
	return end;
}

bool nal_next(struct nal_walk *w, enum stream_codec codec, struct nal *out)
{
	for (;;) {
		const uint8_t *start = find_start(w->at, w->end);
		if (start == w->end) {
			w->at = w->end;
			return false;
		}
		const uint8_t *at = start + 3, *end = find_start(at, w->end);
		w->at = end;
		/* Zeros before the next start code belong to it or are padding. */
		while (end > at && end[-1] == 0)
			end--;
		if (end == at)
			continue;
		unsigned type = codec == CODEC_H264 ? at[0] & 0x1f : (at[0] >> 1) & 0x3f;
		*out = (struct nal){ .at = at, .n = (size_t)(end - at), .type = type };
		return true;
	}
}

/* Bit of a kind of parameter set; 0 for other units. */
static unsigned kind_of(enum stream_codec codec, unsigned type)
{
	if (codec == CODEC_H264)
		return type == H264_SPS ? 1 : type == H264_PPS ? 2 : 0;
	return type == H265_SPS ? 1 : type == H265_PPS ? 2 : type == H265_VPS ? 4 : 0;
}

void parameter_sets_gather(enum stream_codec codec, struct bytes annexb, struct parameter_sets *out)
{
	struct nal_walk w = { annexb.at, annexb.at };
	struct nal u;
	unsigned seen = 0;
	out->n = 0;
	out->complete = false;
	if (annexb.n == 0)
		return;
	w.end = annexb.at + annexb.n;
	while (nal_next(&w, codec, &u)) {
		unsigned kind = kind_of(codec, u.type);
		if (!kind || u.n > sizeof(out->at) || out->n + START_CODE + u.n > sizeof(out->at))
			continue;
		memcpy(out->at + out->n, "\0\0\0\1", START_CODE);
		memcpy(out->at + out->n + START_CODE, u.at, u.n);
		out->n += START_CODE + u.n;
		seen |= kind;
	}
	out->complete = seen == (codec == CODEC_H264 ? 3u : 7u);
}
