/* RTP of GB/T 28181 devices: one packet, packets put back in order (UDP), packets cut out of a byte
 * stream (TCP). Source: RFC 3550 5.1, 5.3.1; RFC 4571 2. Everything read is bounded. */
#ifndef WORKERS_GB_RTP_H
#define WORKERS_GB_RTP_H

#include "core/base/base.h"

struct gb_rtp {
	uint16_t seq;
	uint32_t time, ssrc;
	unsigned type; /* payload type */
	bool marker;
	struct bytes payload; /* inside what was parsed */
};

/* False for what is no RTP packet of version 2 with a payload; RTCP is none. */
bool gb_rtp_parse(struct bytes packet, struct gb_rtp *out);

/* ---- a window that waits for late packets ------------------------------------------------ */

enum {
	GB_WINDOW_SLOTS = 256, /* a 1080p keyframe of 300 KB is about 220 packets */
	GB_WINDOW_WAIT_MS = 200,
	GB_PACKET_MAX = 65536,
};

enum gb_take { GB_TAKE_NONE, GB_TAKE_PACKET, GB_TAKE_GAP };

struct gb_window;
struct gb_window *gb_window_new(void);
void gb_window_free(struct gb_window *w); /* NULL is fine */

/* Keeps a copy. Doubles and packets that come after their turn are passed over; a sequence number
 * far away begins anew, with a gap. */
void gb_window_put(struct gb_window *w, const struct gb_rtp *p);

/* The next in order (good until the next call on w), or word that some are lost: those that did not
 * come within GB_WINDOW_WAIT_MS, or for which there is no more room to wait. now: clock_mono(),
 * above 0. */
enum gb_take gb_window_take(struct gb_window *w, int64_t now, struct gb_rtp *out);

/* ---- packets in a byte stream ------------------------------------------------------------ */

/* Two bytes of length before each packet, as the standard has it, or '$', a channel and two bytes
 * of length, as some devices send: the first packet tells which. */
enum gb_framing_kind {
	GB_FRAMING_UNKNOWN,
	GB_FRAMING_RFC4571,
	GB_FRAMING_DOLLAR,
	GB_FRAMING_BROKEN
};

struct gb_framing {
	enum gb_framing_kind kind;
	size_t begin, end;
	uint8_t at[2 * GB_PACKET_MAX];
};

/* Room to read into; *n is at least 1. Call gb_framing_next() until it says no before reading. */
uint8_t *gb_framing_room(struct gb_framing *f, size_t *n);
void gb_framing_filled(struct gb_framing *f, size_t n);

/* The next packet, good until gb_framing_room(). False: more is needed, or f->kind is BROKEN and
 * the connection is of no more use. */
bool gb_framing_next(struct gb_framing *f, struct bytes *out);

#endif
