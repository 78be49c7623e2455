/* RTP packets and what their numbers mean. Source: RFC 3550 (5.1, 5.3.1, A.1). */
#ifndef WORKERS_MEDIA_RTP_H
#define WORKERS_MEDIA_RTP_H

#include "core/base/base.h"

struct rtp_packet {
	struct bytes payload; /* without extension and padding; may be empty */
	uint32_t time, ssrc;
	uint16_t sequence;
	unsigned type; /* 0 to 127 */
	bool marker;
};

/* False when it is no RTP packet. out points into raw. */
bool rtp_read(struct bytes raw, struct rtp_packet *out);

/* The order of one stream's packets. Begin with zeros. */
struct rtp_order {
	bool begun;
	uint32_t ssrc;
	uint16_t next;	/* the sequence number that should come */
	uint32_t lost;	/* packets that never came, all in all */
	uint32_t clock; /* last time */
	int64_t time;	/* the same, without wrapping round */
};

enum rtp_step {
	RTP_NEXT, /* the one that was awaited */
	RTP_GAP,  /* others before it are missing, or another stream begins */
	RTP_OLD,  /* it was here before, or was given up: drop it */
};

enum rtp_step rtp_follow(struct rtp_order *o, const struct rtp_packet *p);

/* The packet's time with 64 bits: never wraps, may go back a little (B frames). */
int64_t rtp_time(struct rtp_order *o, uint32_t time);

#endif
