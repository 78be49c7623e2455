/* The first picture of a recorded segment, without reading the rest: a segment begins with a
 * keyframe, and of its two megabytes that one is a few per cent.
 *
 * Source: ISO/IEC 14496-12:2015 (8.8 movie fragments), 14496-15 (avcC, hvcC).
 */
#ifndef WORKERS_VISION_KEYFRAME_H
#define WORKERS_VISION_KEYFRAME_H

#include "core/base/base.h"

enum keyframe_codec { KEYFRAME_H264 = 1, KEYFRAME_H265 = 2 };

enum {
	KEYFRAME_HEAD_MAX = 1 << 20,  /* of a gen's head */
	KEYFRAME_MOOF_MAX = 64 << 10, /* a segment's first fragment is found in so much of it */
	KEYFRAME_MAX = 16 << 20,
};

/* What a decoder's child is handed, one after the other: this, config, sample. */
struct keyframe_note {
	uint32_t codec, config_bytes, sample_bytes;
};

/* The codec and its configuration in a head (ftyp + moov); config points into it. E_INVALID:
 * damaged, or another codec. */
enum err keyframe_config(
	struct bytes head, enum keyframe_codec *codec, struct bytes *config, struct fault *why);

/* Where in the segment its first sample lies, from its first bytes. E_INVALID: damaged, or it does
 * not begin with a keyframe. */
struct span {
	uint64_t at, n;
};
enum err keyframe_span(struct bytes start, struct span *out, struct fault *why);

/* Both, as a file in memory for SOURCE_KEYFRAME; the caller closes *fd. */
enum err keyframe_open(const char *head_path, const char *segment_path, int *fd, struct fault *why);

#endif
