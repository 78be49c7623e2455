/* Pictures out of an MPEG-2 program stream as GB/T 28181 devices send it. Hostile and sloppy input:
 * whatever comes, sizes are bounded, and what is damaged is left out up to the next keyframe.
 *
 * Source: ISO/IEC 13818-1 2.5 (pack, PES, program stream map); GB/T 28181-2016 annex C, stream
 * types 0x1b H.264, 0x24 H.265, 0x80 SVAC, 0x90 G.711 A-law, 0x91 u-law. What devices do beside it
 * [read in public bug lists]: PES lengths 0 or wrong, a pack for each PES, no map, a map that says
 * another codec. So the length of a video PES is not looked at: a start code of the system layer
 * (0xb9 and above) cannot occur inside H.264 or H.265, whose unit headers begin with a zero bit. */
#ifndef WORKERS_GB_PS_H
#define WORKERS_GB_PS_H

#include "workers/media/source.h"

enum ps_trouble {
	PS_FINE,
	PS_CODEC,     /* SVAC, MPEG-4 and other video that is not recorded; ps_codec() names it */
	PS_TOO_LARGE, /* a picture above FRAME_BYTES_MAX: it was dropped */
};

struct ps_picture {
	struct bytes data; /* Annex B; good until the next call */
	int64_t pts, dts;  /* 1/90000 s, unwrapped; dts may be NO_TIME */
	enum stream_codec codec;
	bool key;
};

struct ps;
struct ps *ps_new(void);
void ps_free(struct ps *p); /* NULL is fine */

/* Takes the next bytes of the stream, at most PS_PUSH_MAX; call ps_next() until it says no before
 * the next push. rtp_time (1/90000 s, unwrapped) is the time of pictures that tell none. */
enum { PS_PUSH_MAX = 65536 };
void ps_push(struct ps *p, struct bytes payload, int64_t rtp_time);

/* Bytes are missing here. The picture in work is dropped, and what follows it up to a keyframe. */
void ps_gap(struct ps *p);

/* The next whole picture. It is known to be whole when the next one begins. */
bool ps_next(struct ps *p, struct ps_picture *out);

/* The stream is over: the picture in work, if it looks whole. */
bool ps_last(struct ps *p, struct ps_picture *out);

enum ps_trouble ps_trouble(const struct ps *p);
const char *ps_codec(const struct ps *p); /* "SVAC", "MPEG-4", ...; "" when nothing is wrong */
int64_t ps_dropped(const struct ps *p);	  /* pictures left out so far */

#endif
