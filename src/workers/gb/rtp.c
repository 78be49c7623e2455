#include "workers/gb/rtp.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 12, FAR = 1000 };

static uint32_t read32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static size_t read16(const uint8_t *b)
{
	return (size_t)b[0] << 8 | b[1];
}

bool gb_rtp_parse(struct bytes packet, struct gb_rtp *out)
{
	const uint8_t *b = packet.at;
	if (packet.n < HEAD + 1 || b[0] >> 6 != 2)
		return false;
	unsigned type = b[1] & 0x7f;
	if (type >= 64 && type <= 95) /* where RTCP's types would lie: RFC 5761 4 */
		return false;
	size_t head = HEAD + 4 * (size_t)(b[0] & 0x0f), tail = 0;
	if (b[0] & 0x10) {
		if (packet.n < head + 4)
			return false;
		head += 4 + 4 * read16(b + head + 2);
	}
	if (b[0] & 0x20)
		tail = b[packet.n - 1];
	if (head + tail >= packet.n)
		return false;
	*out = (struct gb_rtp){
		.seq = (uint16_t)read16(b + 2),
		.time = read32(b + 4),
		.ssrc = read32(b + 8),
		.type = type,
		.marker = b[1] & 0x80,
		.payload = { b + head, packet.n - head - tail },
	};
	return true;
}

/* ---- window ------------------------------------------------------------------------------ */

struct slot {
	uint8_t *at;
	size_t room;
	struct gb_rtp packet;
	bool full;
};

struct gb_window {
	struct slot slots[GB_WINDOW_SLOTS];
	size_t held;
	bool begun, gap;
	uint16_t next;	   /* the sequence number whose turn it is */
	int64_t missed_at; /* since when next is waited for though later ones are there; 0: no */
	uint8_t *given;	   /* the bytes of the last one given out */
	size_t given_room;
};

struct gb_window *gb_window_new(void)
{
	struct gb_window *w = calloc(1, sizeof(*w));
	if (!w)
		abort();
	return w;
}

void gb_window_free(struct gb_window *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < GB_WINDOW_SLOTS; i++)
		free(w->slots[i].at);
	free(w->given);
	free(w);
}

static void begin_at(struct gb_window *w, uint16_t seq, bool gap)
{
	for (size_t i = 0; i < GB_WINDOW_SLOTS; i++)
		w->slots[i].full = false;
	w->held = 0;
	w->missed_at = 0;
	w->begun = true;
	w->gap = w->gap || gap;
	w->next = seq;
}

static void keep(struct gb_window *w, const struct gb_rtp *p)
{
	struct slot *s = &w->slots[p->seq % GB_WINDOW_SLOTS];
	if (s->full)
		return;
	if (s->room < p->payload.n) {
		size_t room = p->payload.n < 2048 ? 2048 : p->payload.n;
		uint8_t *at = realloc(s->at, room);
		if (!at)
			abort();
		s->at = at;
		s->room = room;
	}
	memcpy(s->at, p->payload.at, p->payload.n);
	s->packet = *p;
	s->packet.payload.at = s->at;
	s->full = true;
	w->held++;
}

/* The first one held at or after next becomes the next: what lies between is lost. */
static void skip_missing(struct gb_window *w)
{
	while (w->held && !w->slots[w->next % GB_WINDOW_SLOTS].full)
		w->next++;
	w->gap = true;
	w->missed_at = 0;
}

void gb_window_put(struct gb_window *w, const struct gb_rtp *p)
{
	if (p->payload.n > GB_PACKET_MAX)
		return;
	if (!w->begun)
		begin_at(w, p->seq, false);
	int ahead = (int16_t)(uint16_t)(p->seq - w->next);
	if (ahead < -FAR || ahead > FAR)
		begin_at(w, p->seq, true);
	else if (ahead < 0)
		return;
	/* No room to wait longer for the oldest ones: what is not there is lost. */
	while (w->held && (int16_t)(uint16_t)(p->seq - w->next) >= GB_WINDOW_SLOTS) {
		if (w->slots[w->next % GB_WINDOW_SLOTS].full) {
			w->slots[w->next % GB_WINDOW_SLOTS].full = false;
			w->held--;
		}
		w->next++;
		w->gap = true;
	}
	if ((int16_t)(uint16_t)(p->seq - w->next) >= GB_WINDOW_SLOTS)
		begin_at(w, p->seq, true);
	keep(w, p);
}

enum gb_take gb_window_take(struct gb_window *w, int64_t now, struct gb_rtp *out)
{
	struct slot *s = &w->slots[w->next % GB_WINDOW_SLOTS];
	if (w->held && !s->full && !w->gap) {
		if (!w->missed_at)
			w->missed_at = now;
		if (now - w->missed_at < GB_WINDOW_WAIT_MS && w->held < GB_WINDOW_SLOTS * 3 / 4)
			return GB_TAKE_NONE;
		skip_missing(w);
	}
	if (w->gap) {
		w->gap = false;
		return GB_TAKE_GAP;
	}
	s = &w->slots[w->next % GB_WINDOW_SLOTS];
	if (!s->full)
		return GB_TAKE_NONE;
	/* Its bytes move to a place of their own, so that a put may take the slot. */
	uint8_t *at = w->given;
	size_t room = w->given_room;
	w->given = s->at;
	w->given_room = s->room;
	*out = s->packet;
	s->at = at;
	s->room = room;
	s->full = false;
	w->held--;
	w->next++;
	w->missed_at = 0;
	return GB_TAKE_PACKET;
}

/* ---- framing ----------------------------------------------------------------------------- */

uint8_t *gb_framing_room(struct gb_framing *f, size_t *n)
{
	if (f->begin) {
		memmove(f->at, f->at + f->begin, f->end - f->begin);
		f->end -= f->begin;
		f->begin = 0;
	}
	*n = sizeof(f->at) - f->end;
	return f->at + f->end;
}

void gb_framing_filled(struct gb_framing *f, size_t n)
{
	f->end += n;
}

static void settle_kind(struct gb_framing *f)
{
	const uint8_t *b = f->at + f->begin;
	bool plain = b[2] >> 6 == 2, dollar = b[0] == '$' && b[4] >> 6 == 2;
	/* '$' as a length would be a packet of 9 KB and more: less likely than the sign. */
	f->kind = dollar ? GB_FRAMING_DOLLAR : plain ? GB_FRAMING_RFC4571 : GB_FRAMING_BROKEN;
}

bool gb_framing_next(struct gb_framing *f, struct bytes *out)
{
	const uint8_t *b = f->at + f->begin;
	size_t n = f->end - f->begin;
	if (f->kind == GB_FRAMING_UNKNOWN && n >= 5)
		settle_kind(f);
	if (f->kind == GB_FRAMING_UNKNOWN || f->kind == GB_FRAMING_BROKEN)
		return false;
	size_t head = f->kind == GB_FRAMING_DOLLAR ? 4 : 2;
	if (n < head)
		return false;
	size_t size = read16(b + head - 2);
	if (f->kind == GB_FRAMING_DOLLAR && b[0] != '$')
		f->kind = GB_FRAMING_BROKEN;
	if (f->kind == GB_FRAMING_BROKEN || n < head + size)
		return false;
	*out = (struct bytes){ b + head, size };
	f->begin += head + size;
	return true;
}
