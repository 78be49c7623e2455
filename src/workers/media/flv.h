/* Video messages of RTMP (FLV tags without their head) to access units in Annex B. Hostile.
 * Source: Adobe, "Video File Format Specification" 10.1, annex E.4.3; Veovera, "Enhanced RTMP" v1
 * and v2 (fourcc avc1, hvc1); ISO/IEC 14496-15 for the configuration records. CodecID 12 for H.265
 * is what Chinese encoders send. */
#ifndef WORKERS_MEDIA_FLV_H
#define WORKERS_MEDIA_FLV_H

#include "workers/media/source.h"

enum flv_kind {
	FLV_NOTHING, /* to be passed over: an info frame, metadata, an end */
	FLV_HEADER,  /* the codec's configuration record */
	FLV_PICTURE, /* an access unit, in length-prefixed units */
	FLV_OTHER,   /* a picture in a codec that is neither H.264 nor H.265 */
};

struct flv_video {
	enum flv_kind kind;
	enum stream_codec codec;
	bool key;	     /* as the sender says */
	int32_t composition; /* ms from decoding to showing; may be negative */
	struct bytes body;   /* within what was read */
};

/* E_INVALID when it is too short for what it says it is. */
enum err flv_read(struct bytes message, struct flv_video *out, struct fault *why);

/* What the configuration record says. */
struct flv_config {
	enum stream_codec codec;	   /* CODEC_NONE: none came yet */
	size_t length_size;		   /* 1, 2 or 4: of the length before each unit */
	uint8_t sets[PARAMETER_BYTES_MAX]; /* Annex B */
	size_t n;
};

enum err flv_config_read(const struct flv_video *v, struct flv_config *out, struct fault *why);

/* The picture in Annex B, with the parameter sets before it when it is a keyframe that brings none.
 * key is set only when a unit is one that decoding can begin at. at is from malloc(), the caller's
 * to free; E_INVALID when the lengths do not add up, E_TOO_LARGE above FRAME_BYTES_MAX. */
struct flv_unit {
	uint8_t *at;
	size_t n;
	bool key;
};

enum err flv_annexb(const struct flv_config *c, const struct flv_video *v, struct flv_unit *out,
	struct fault *why);

#endif
