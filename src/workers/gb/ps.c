#include "workers/gb/ps.h"

#include <stdlib.h>
#include <string.h>

#include "workers/media/nal.h"

enum {
	IN_ROOM = 4 * PS_PUSH_MAX, /* a section of 64 KiB that waits for its end, and a push */
	PACK = 0xba,
	MAP = 0xbc,
	VIDEO_FIRST = 0xe0,
	VIDEO_LAST = 0xef,
	SYSTEM_LEAST = 0xb9, /* start codes from here on are the system layer's */
	PES_HEAD = 9,
	TYPE_MPEG4 = 0x10,
	TYPE_H264 = 0x1b,
	TYPE_H265 = 0x24,
	TYPE_SVAC = 0x80,
	FIRST_ROOM = 64 << 10,
};

struct picture {
	uint8_t *at;
	size_t n, room;
	int64_t pts, dts;
	bool timed; /* pts is a PES's own, not RTP's */
	bool begun;
};

struct ps {
	uint8_t in[IN_ROOM];
	size_t begin, end;
	bool inside;	  /* of a video PES: what comes belongs to the picture */
	bool wait_key;	  /* something was lost */
	unsigned video;	  /* the stream id that is followed; 0: none yet */
	unsigned type;	  /* of the map; 0: no map seen */
	int64_t rtp_time; /* of the last push */
	int64_t last_pts; /* unwrapped; NO_TIME: none yet */
	enum stream_codec codec;
	struct picture now, out;
	enum ps_trouble trouble;
	int64_t dropped;
};

struct ps *ps_new(void)
{
	struct ps *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	p->wait_key = true;
	p->last_pts = NO_TIME;
	return p;
}

void ps_free(struct ps *p)
{
	if (!p)
		return;
	free(p->now.at);
	free(p->out.at);
	free(p);
}

enum ps_trouble ps_trouble(const struct ps *p)
{
	return p->trouble;
}

const char *ps_codec(const struct ps *p)
{
	if (p->trouble != PS_CODEC)
		return "";
	return p->type == TYPE_SVAC ? "SVAC" : p->type == TYPE_MPEG4 ? "MPEG-4" : "unknown video";
}

int64_t ps_dropped(const struct ps *p)
{
	return p->dropped;
}

/* ---- the picture in work ----------------------------------------------------------------- */

static void drop_picture(struct ps *p)
{
	p->dropped += p->now.n > 0;
	p->now.n = 0;
	p->now.begun = false;
	p->wait_key = true;
}

static void add(struct ps *p, const uint8_t *at, size_t n)
{
	struct picture *q = &p->now;
	if (n > (size_t)FRAME_BYTES_MAX - q->n) {
		p->trouble = PS_TOO_LARGE;
		drop_picture(p);
		p->inside = false;
		return;
	}
	if (q->n + n > q->room) {
		size_t room = q->room ? q->room : FIRST_ROOM;
		while (room < q->n + n)
			room *= 2;
		q->at = realloc(q->at, room);
		if (!q->at)
			abort();
		q->room = room;
	}
	memcpy(q->at + q->n, at, n);
	q->n += n;
}

/* What the parameter sets say, against what the map says: the sets are right. 0: they say nothing.
 */
static enum stream_codec codec_of_sets(const uint8_t *at, size_t n)
{
	struct nal_walk w = { at, at + n };
	struct nal u;
	while (nal_next(&w, CODEC_H264, &u)) {
		if (u.n > 2 && u.at[0] == 0x40 && u.at[1] == 0x01)
			return CODEC_H265; /* VPS of the base layer */
		if (u.n > 3 && (u.at[0] & 0x9f) == 0x07 && (u.at[0] & 0x60))
			return CODEC_H264; /* SPS */
		if (u.type == 1 || u.type == 5)
			break;
	}
	return CODEC_NONE;
}

struct look {
	bool coded, first, key;
};

/* Does it hold coded slices, does the first of them begin a picture, is it a keyframe? */
static struct look look_at(const struct picture *q, enum stream_codec codec)
{
	struct nal_walk w = { q->at, q->at + q->n };
	struct look l = { 0 };
	struct nal u;
	while (nal_next(&w, codec, &u)) {
		bool coded = codec == CODEC_H264 ? u.type >= 1 && u.type <= 5 : u.type < 32;
		size_t head = codec == CODEC_H264 ? 1 : 2;
		if (!coded)
			continue;
		l.coded = true;
		l.first = u.n > head && (u.at[head] & 0x80);
		l.key = codec == CODEC_H264 ? u.type == 5 : u.type >= 16 && u.type <= 23;
		break; /* the slices of a picture are of one kind */
	}
	return l;
}

static void settle_codec(struct ps *p)
{
	enum stream_codec found = codec_of_sets(p->now.at, p->now.n);
	if (found)
		p->codec = found;
	else if (!p->codec && p->type == TYPE_H264)
		p->codec = CODEC_H264;
	else if (!p->codec && p->type == TYPE_H265)
		p->codec = CODEC_H265;
	else if (!p->codec && p->type)
		p->trouble = PS_CODEC;
}

/* The picture in work is complete. True when it is one to give out. Parameter sets without a
 * picture stay, for the picture that follows. */
static bool finish(struct ps *p, struct ps_picture *out)
{
	struct picture *q = &p->now;
	if (!q->begun || q->n == 0)
		return false;
	settle_codec(p);
	if (!p->codec)
		return drop_picture(p), false;
	struct look l = look_at(q, p->codec);
	if (!l.coded) {
		q->begun = false;
		return false;
	}
	if (!l.first || (p->wait_key && !l.key))
		return drop_picture(p), false;
	p->wait_key = false;
	struct picture given = *q;
	*q = p->out;
	q->n = 0;
	q->begun = false;
	p->out = given;
	*out = (struct ps_picture){ { given.at, given.n }, given.pts, given.dts, p->codec, l.key };
	return true;
}

/* ---- sections ---------------------------------------------------------------------------- */

/* From start, the next start code of the system layer, or end - 3 (what may begin one). */
static size_t find_system(const struct ps *p, size_t start)
{
	const uint8_t *at = p->in + start, *end = p->in + p->end;
	while (end - at >= 4) {
		at = memchr(at, 0, (size_t)(end - at - 3));
		if (!at)
			return p->end - 3;
		if (at[1] == 0 && at[2] == 1 && at[3] >= SYSTEM_LEAST)
			return (size_t)(at - p->in);
		at++;
	}
	return p->end - start > 3 ? p->end - 3 : start;
}

static bool is_system(const struct ps *p, size_t at)
{
	const uint8_t *b = p->in + at;
	return p->end - at >= 4 && b[0] == 0 && b[1] == 0 && b[2] == 1 && b[3] >= SYSTEM_LEAST;
}

static int64_t read_time(const uint8_t *b)
{
	return (int64_t)(b[0] >> 1 & 7) << 30 | (int64_t)b[1] << 22 | (int64_t)(b[2] >> 1) << 15 |
	       (int64_t)b[3] << 7 | b[4] >> 1;
}

/* The 33 bits continued: the nearest to the last one. */
static int64_t unwrap(int64_t last, int64_t t)
{
	const int64_t round = INT64_C(1) << 33;
	if (last == NO_TIME)
		return t;
	int64_t step = (t - last) % round;
	if (step < 0)
		step += round;
	return last + (step >= round / 2 ? step - round : step);
}

struct pes {
	size_t head; /* bytes before its payload */
	bool timed;
	int64_t pts, dts;
};

/* False when the head is not whole yet. */
static bool read_pes(struct ps *p, struct pes *out)
{
	const uint8_t *b = p->in + p->begin;
	size_t n = p->end - p->begin;
	if (n < PES_HEAD)
		return false;
	*out = (struct pes){ .pts = p->rtp_time, .dts = NO_TIME };
	if ((b[6] & 0xc0) != 0x80) { /* no head of MPEG-2: what follows is not understood */
		out->head = 0;
		return true;
	}
	out->head = PES_HEAD + (size_t)b[8];
	if (n < out->head)
		return false;
	if ((b[7] & 0x80) && b[8] >= 5) {
		out->timed = true;
		out->pts = unwrap(p->last_pts, read_time(b + 9));
	}
	if ((b[7] & 0xc0) == 0xc0 && b[8] >= 10)
		out->dts = unwrap(out->pts, read_time(b + 14));
	return true;
}

/* Another picture than the one in work? A PES without a time belongs to what is in work, unless
 * that has no time of its own either: then RTP's says it. */
static bool begins_picture(const struct ps *p, const struct pes *e)
{
	if (!p->now.begun)
		return true;
	if (e->timed)
		return !p->now.timed || e->pts != p->now.pts;
	return !p->now.timed && e->pts != p->now.pts;
}

enum step { STEP_ON, STEP_MORE, STEP_PICTURE };

static enum step take_video(struct ps *p, struct ps_picture *out)
{
	struct pes e;
	unsigned id = p->in[p->begin + 3];
	if (!read_pes(p, &e))
		return STEP_MORE;
	if (!p->video)
		p->video = id;
	if (e.head == 0 || id != p->video) { /* a second picture of the same device is let go */
		if (id == p->video)
			drop_picture(p);
		p->begin = find_system(p, p->begin + 4);
		return STEP_ON;
	}
	bool ready = begins_picture(p, &e) && finish(p, out);
	if (!p->now.begun) {
		p->now.begun = true;
		p->now.pts = e.pts;
		p->now.dts = e.dts;
		p->now.timed = e.timed;
	}
	if (e.timed)
		p->last_pts = e.pts;
	p->begin += e.head;
	p->inside = true;
	return ready ? STEP_PICTURE : STEP_ON;
}

static void read_map(struct ps *p, size_t size)
{
	const uint8_t *b = p->in + p->begin;
	if (size < 12)
		return;
	size_t info = (size_t)b[8] << 8 | b[9], at = 10 + info;
	if (at + 2 > size)
		return;
	size_t end = at + 2 + ((size_t)b[at] << 8 | b[at + 1]);
	end = end > size ? size : end;
	for (at += 2; at + 4 <= end; at += 4 + ((size_t)b[at + 2] << 8 | b[at + 3])) {
		bool video = b[at + 1] >= VIDEO_FIRST && b[at + 1] <= VIDEO_LAST;
		if (video && (!p->video || p->video == b[at + 1]))
			p->type = b[at];
	}
}

/* A section with a length: sound, map, private. The length holds when a start code follows; else
 * the next start code ends it. */
static enum step take_sized(struct ps *p)
{
	const uint8_t *b = p->in + p->begin;
	if (p->end - p->begin < 6)
		return STEP_MORE;
	size_t size = 6 + ((size_t)b[4] << 8 | b[5]);
	if (p->end - p->begin < size + 4)
		return STEP_MORE;
	if (size > 6 && is_system(p, p->begin + size)) {
		if (b[3] == MAP)
			read_map(p, size);
		p->begin += size;
	} else {
		p->begin = find_system(p, p->begin + 4);
	}
	return STEP_ON;
}

static enum step take_pack(struct ps *p)
{
	const uint8_t *b = p->in + p->begin;
	size_t n = p->end - p->begin;
	if (n < 14)
		return STEP_MORE;
	size_t size = (b[4] & 0xc0) == 0x40 ? 14 + (size_t)(b[13] & 7) : 12;
	if (n < size)
		return STEP_MORE;
	p->begin += size;
	return STEP_ON;
}

/* Inside a video PES: everything up to the next start code of the system layer. */
static enum step take_payload(struct ps *p)
{
	size_t to = find_system(p, p->begin);
	bool found = is_system(p, to);
	if (to > p->begin)
		add(p, p->in + p->begin, to - p->begin);
	p->begin = to;
	if (!found)
		return STEP_MORE;
	p->inside = false;
	return STEP_ON;
}

static enum step step(struct ps *p, struct ps_picture *out)
{
	if (p->inside)
		return take_payload(p);
	if (p->end - p->begin < 4)
		return STEP_MORE;
	if (!is_system(p, p->begin)) {
		p->begin = find_system(p, p->begin);
		return is_system(p, p->begin) ? STEP_ON : STEP_MORE;
	}
	unsigned code = p->in[p->begin + 3];
	if (code == PACK)
		return take_pack(p);
	if (code == SYSTEM_LEAST) { /* the end of a stream, which then goes on */
		p->begin += 4;
		return STEP_ON;
	}
	if (code >= VIDEO_FIRST && code <= VIDEO_LAST)
		return take_video(p, out);
	return take_sized(p);
}

/* ---- from outside ------------------------------------------------------------------------ */

void ps_push(struct ps *p, struct bytes payload, int64_t rtp_time)
{
	if (payload.n == 0)
		return;
	if (payload.n > PS_PUSH_MAX || p->end - p->begin + payload.n > IN_ROOM) {
		ps_gap(p);
		return;
	}
	if (p->end + payload.n > IN_ROOM) {
		memmove(p->in, p->in + p->begin, p->end - p->begin);
		p->end -= p->begin;
		p->begin = 0;
	}
	memcpy(p->in + p->end, payload.at, payload.n);
	p->end += payload.n;
	p->rtp_time = rtp_time;
}

void ps_gap(struct ps *p)
{
	p->begin = p->end = 0;
	p->inside = false;
	drop_picture(p);
}

bool ps_next(struct ps *p, struct ps_picture *out)
{
	for (;;) {
		enum step s = step(p, out);
		if (s != STEP_ON)
			return s == STEP_PICTURE;
	}
}

bool ps_last(struct ps *p, struct ps_picture *out)
{
	if (p->inside && p->end > p->begin)
		add(p, p->in + p->begin, p->end - p->begin);
	p->begin = p->end = 0;
	p->inside = false;
	return finish(p, out);
}
