/* What a camera says it will send: the video of its SDP. Source: RFC 8866, RFC 2326 (C.1), RFC 6184
 * (8.2.1), RFC 7798 (7.2). */
#ifndef WORKERS_MEDIA_SDP_H
#define WORKERS_MEDIA_SDP_H

#include "workers/media/source.h"

struct sdp {
	enum stream_codec codec;
	unsigned payload;   /* RTP payload type, 0 to 127 */
	int64_t clock;	    /* RTP ticks per second, 1 to 10 000 000 */
	char session[1024]; /* control of the whole; "" when there is none */
	char control[1024]; /* of the video */
	char encoding[32];  /* what it is, when it is neither H.264 nor H.265 */
	uint8_t parameters[PARAMETER_BYTES_MAX]; /* Annex B */
	size_t parameters_n;
};

/* Takes the first video that is H.264 or H.265. REASON_NONE when there is one, else
 * REASON_NO_VIDEO, REASON_CODEC (the first video is something else), or REASON_BAD_STREAM (its
 * units come in another order than they are decoded). */
enum stream_reason sdp_read(struct bytes text, struct sdp *out);

#endif
