/* The other direction, for the device simulator and the tests: pictures to a program stream and RTP
 * packets, with the liberties that devices take. Not part of the program. */
#ifndef WORKERS_GB_MUX_H
#define WORKERS_GB_MUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct mux_buf {
	uint8_t *at;
	size_t n, room;
};

struct mux_way {
	bool h265, no_map, zero_length, wrong_length, pack_for_each, sound, private_stream;
	uint8_t map_type; /* 0: the right one */
	size_t pes_most;  /* payload of one PES; 0: 65400 */
};

static inline void mux_add(struct mux_buf *b, const void *at, size_t n)
{
	if (b->n + n > b->room) {
		b->room = (b->n + n) * 2;
		b->at = (uint8_t *)realloc(b->at, b->room);
		if (!b->at)
			abort();
	}
	memcpy(b->at + b->n, at, n);
	b->n += n;
}

static inline void mux_time(uint8_t *to, unsigned mark, int64_t t)
{
	to[0] = (uint8_t)(mark << 4 | (unsigned)(t >> 30 & 7) << 1 | 1);
	to[1] = (uint8_t)(t >> 22);
	to[2] = (uint8_t)((t >> 15 & 0x7f) << 1 | 1);
	to[3] = (uint8_t)(t >> 7);
	to[4] = (uint8_t)((t & 0x7f) << 1 | 1);
}

static inline void mux_pack(struct mux_buf *b, int64_t t)
{
	uint64_t s = (uint64_t)t & 0x1ffffffffULL;
	const uint8_t head[14] = { 0, 0, 1, 0xba,
		(uint8_t)(0x44 | (s >> 30 & 7) << 3 | (s >> 28 & 3)), (uint8_t)(s >> 20),
		(uint8_t)((s >> 15 & 0x1f) << 3 | 4 | (s >> 13 & 3)), (uint8_t)(s >> 5),
		(uint8_t)((s & 0x1f) << 3 | 4), 1, 0, 0xff, 0xff, 0xf8 };
	mux_add(b, head, sizeof(head));
}

static inline void mux_map(struct mux_buf *b, const struct mux_way *w)
{
	uint8_t video = w->map_type ? w->map_type : w->h265 ? 0x24 : 0x1b;
	static const uint8_t SYSTEM[] = { 0, 0, 1, 0xbb, 0, 12, 0x80, 4, 1, 4, 0xe1, 0x7f, 0xe0,
		0xe0, 0x80, 0xc0, 0xc0, 8 };
	const uint8_t map[] = { 0, 0, 1, 0xbc, 0, 18, 0xe1, 0xff, 0, 0, 0, 8, video, 0xe0, 0, 0,
		0x90, 0xc0, 0, 0, 0, 0, 0, 0 };
	mux_add(b, SYSTEM, sizeof(SYSTEM));
	mux_add(b, map, sizeof(map));
}

struct mux_part {
	uint8_t id;
	const uint8_t *at;
	size_t n;
	int64_t pts; /* below 0: none is told */
};
static inline void mux_pes(struct mux_buf *b, const struct mux_part *p, size_t length)
{
	size_t extra = p->pts >= 0 ? 5 : 0;
	uint8_t head[14] = { 0, 0, 1, p->id, (uint8_t)(length >> 8), (uint8_t)length, 0x80,
		(uint8_t)(extra ? 0x80 : 0), (uint8_t)extra };
	if (extra)
		mux_time(head + 9, 2, p->pts);
	mux_add(b, head, 9 + extra);
	mux_add(b, p->at, p->n);
}

static inline size_t mux_length(const struct mux_way *w, size_t right)
{
	return w->zero_length ? 0 : w->wrong_length ? right / 2 + 1 : right;
}

struct mux_frame {
	const uint8_t *at; /* Annex B */
	size_t n;
	int64_t pts;
	bool key;
};

/* Adds one picture. */
static inline void mux_picture(
	struct mux_buf *b, const struct mux_way *w, const struct mux_frame *f)
{
	size_t most = w->pes_most ? w->pes_most : 65400;
	mux_pack(b, f->pts);
	if (f->key && !w->no_map)
		mux_map(b, w);
	for (size_t from = 0; from < f->n; from += most) {
		size_t n = f->n - from < most ? f->n - from : most;
		struct mux_part part = { 0xe0, f->at + from, n, from ? -1 : f->pts };
		if (from && w->pack_for_each)
			mux_pack(b, f->pts);
		mux_pes(b, &part, mux_length(w, 3 + (from ? 0 : 5) + n));
	}
	if (w->sound) {
		/* A-law that happens to look like start codes of sound and video. */
		uint8_t law[160];
		memset(law, 0xd5, sizeof(law));
		memcpy(law + 40, "\0\0\1\xe0\0\0\1\xba", 8);
		struct mux_part part = { 0xc0, law, sizeof(law), f->pts };
		mux_pes(b, &part, 8 + sizeof(law));
	}
	if (w->private_stream) {
		static const uint8_t SECTION[] = { 0, 0, 1, 0xbd, 0, 10, 'H', 'K', 0, 0, 1, 0xe0, 1,
			2, 3, 4 };
		mux_add(b, SECTION, sizeof(SECTION));
	}
}

/* An RTP packet's head of 12 bytes. */
struct mux_rtp {
	uint16_t seq;
	uint32_t time, ssrc;
	uint8_t type;
	bool marker;
};
static inline void mux_rtp_head(uint8_t *to, const struct mux_rtp *r)
{
	const uint8_t head[12] = { 0x80, (uint8_t)(r->type | (r->marker ? 0x80 : 0)),
		(uint8_t)(r->seq >> 8), (uint8_t)r->seq, (uint8_t)(r->time >> 24),
		(uint8_t)(r->time >> 16), (uint8_t)(r->time >> 8), (uint8_t)r->time,
		(uint8_t)(r->ssrc >> 24), (uint8_t)(r->ssrc >> 16), (uint8_t)(r->ssrc >> 8),
		(uint8_t)r->ssrc };
	memcpy(to, head, sizeof(head));
}

#endif
