#include "workers/media/flv.h"

#include <stdlib.h>
#include <string.h>

#include "workers/media/nal.h"

enum {
	EXTENDED = 0x80, /* the first byte's: a fourcc follows */
	FRAME_KEY = 1,
	FRAME_INFO = 5,
	LEGACY_H264 = 7,
	LEGACY_H265 = 12,
	LEGACY_HEAD = 5, /* first byte, packet type, composition time */
	PACKET_HEADER = 0,
	PACKET_CODED = 1,
	PACKET_END = 2,
	PACKET_CODED_NOW = 3, /* no composition time: shown as it is decoded */
	PACKET_MOD_EX = 7,
	START_CODE = 4,
};

static enum err short_of(struct fault *why)
{
	return fault(why, E_INVALID, "a video message is too short");
}

static int32_t signed24(const uint8_t *p)
{
	int32_t v = p[0] << 16 | p[1] << 8 | p[2];
	return v & 0x800000 ? v - 0x1000000 : v;
}

static enum err read_legacy(struct bytes m, struct flv_video *out, struct fault *why)
{
	unsigned codec = m.at[0] & 0x0f;
	out->codec = codec == LEGACY_H264   ? CODEC_H264
		     : codec == LEGACY_H265 ? CODEC_H265
					    : CODEC_NONE;
	out->kind = FLV_OTHER;
	if (!out->codec)
		return OK;
	if (m.n < LEGACY_HEAD)
		return short_of(why);
	out->kind = m.at[1] == PACKET_HEADER  ? FLV_HEADER
		    : m.at[1] == PACKET_CODED ? FLV_PICTURE
					      : FLV_NOTHING;
	out->composition = signed24(m.at + 2);
	out->body = (struct bytes){ m.at + LEGACY_HEAD, m.n - LEGACY_HEAD };
	return OK;
}

/* Enhanced RTMP v2: pieces of additional information before the packet, each with the type of what
 * follows. *m begins behind the first byte; *type becomes that of the packet. */
static bool skip_mod_ex(struct bytes *m, unsigned *type)
{
	while (*type == PACKET_MOD_EX) {
		if (m->n < 1)
			return false;
		size_t n = (size_t)m->at[0] + 1, head = 1;
		if (n == 256) {
			if (m->n < 3)
				return false;
			n = (size_t)(m->at[1] << 8 | m->at[2]) + 1;
			head = 3;
		}
		if (m->n < head + n + 1)
			return false;
		*type = m->at[head + n] & 0x0f;
		*m = (struct bytes){ m->at + head + n + 1, m->n - head - n - 1 };
	}
	return true;
}

static enum err read_extended(struct bytes m, struct flv_video *out, struct fault *why)
{
	unsigned type = m.at[0] & 0x0f;
	m = (struct bytes){ m.at + 1, m.n - 1 };
	if (!skip_mod_ex(&m, &type) || m.n < 4)
		return short_of(why);
	out->codec = memcmp(m.at, "avc1", 4) == 0   ? CODEC_H264
		     : memcmp(m.at, "hvc1", 4) == 0 ? CODEC_H265
						    : CODEC_NONE;
	m = (struct bytes){ m.at + 4, m.n - 4 };
	if (type == PACKET_HEADER || type == PACKET_CODED_NOW) {
		out->kind = type == PACKET_HEADER ? FLV_HEADER : FLV_PICTURE;
	} else if (type == PACKET_CODED) {
		if (m.n < 3)
			return short_of(why);
		out->kind = FLV_PICTURE;
		out->composition = signed24(m.at);
		m = (struct bytes){ m.at + 3, m.n - 3 };
	}
	if (!out->codec && out->kind != FLV_NOTHING)
		out->kind = FLV_OTHER;
	out->body = m;
	return OK;
}

enum err flv_read(struct bytes m, struct flv_video *out, struct fault *why)
{
	*out = (struct flv_video){ .kind = FLV_NOTHING };
	if (m.n < 1)
		return OK; /* some encoders send an empty one first */
	unsigned frame = m.at[0] >> 4 & 7;
	out->key = frame == FRAME_KEY;
	if (frame == FRAME_INFO)
		return OK;
	return m.at[0] & EXTENDED ? read_extended(m, out, why) : read_legacy(m, out, why);
}

/* ---- configuration records --------------------------------------------------------------- */

struct reader {
	const uint8_t *at, *end;
};

static bool take(struct reader *r, size_t n, const uint8_t **out)
{
	if ((size_t)(r->end - r->at) < n)
		return false;
	*out = r->at;
	r->at += n;
	return true;
}

static bool add_set(struct flv_config *c, const uint8_t *at, size_t n)
{
	if (n == 0 || n > sizeof(c->sets) || c->n + START_CODE + n > sizeof(c->sets))
		return n == 0;
	memcpy(c->sets + c->n, "\0\0\0\1", START_CODE);
	memcpy(c->sets + c->n + START_CODE, at, n);
	c->n += START_CODE + n;
	return true;
}

/* count sets, each behind a length of two bytes */
static bool take_sets(struct reader *r, size_t count, struct flv_config *c)
{
	while (count--) {
		const uint8_t *p, *set;
		if (!take(r, 2, &p))
			return false;
		size_t n = (size_t)(p[0] << 8 | p[1]);
		if (!take(r, n, &set) || !add_set(c, set, n))
			return false;
	}
	return true;
}

static bool read_avcc(struct reader *r, struct flv_config *c)
{
	const uint8_t *p;
	if (!take(r, 6, &p) || p[0] != 1)
		return false;
	c->length_size = (size_t)(p[4] & 3) + 1;
	if (!take_sets(r, p[5] & 0x1f, c) || !take(r, 1, &p))
		return false;
	return take_sets(r, p[0], c);
}

static bool read_hvcc(struct reader *r, struct flv_config *c)
{
	const uint8_t *p;
	if (!take(r, 23, &p))
		return false;
	c->length_size = (size_t)(p[21] & 3) + 1;
	for (unsigned arrays = p[22]; arrays--;) {
		const uint8_t *a;
		if (!take(r, 3, &a) || !take_sets(r, (size_t)(a[1] << 8 | a[2]), c))
			return false;
	}
	return true;
}

enum err flv_config_read(const struct flv_video *v, struct flv_config *out, struct fault *why)
{
	struct reader r = { v->body.at, v->body.at + v->body.n };
	struct flv_config c = { .codec = v->codec };
	bool good = v->codec == CODEC_H264 ? read_avcc(&r, &c) : read_hvcc(&r, &c);
	if (!good || c.length_size == 3)
		return fault(why, E_INVALID, "the %s configuration is not understood",
			codec_text(v->codec));
	*out = c;
	return OK;
}

/* ---- pictures ---------------------------------------------------------------------------- */

/* A few encoders put Annex B where lengths belong: a first unit of one byte is nothing else. */
static bool is_annexb(struct bytes b)
{
	static const uint8_t LONG_CODE[] = { 0, 0, 0, 1 };
	return b.n > sizeof(LONG_CODE) && memcmp(b.at, LONG_CODE, sizeof(LONG_CODE)) == 0;
}

static bool next_unit(struct reader *r, size_t length_size, struct bytes *out)
{
	const uint8_t *p;
	size_t n = 0;
	if (!take(r, length_size, &p))
		return false;
	for (size_t i = 0; i < length_size; i++)
		n = n << 8 | p[i];
	out->n = n;
	return take(r, n, &out->at);
}

/* Room the units take with start codes; 0: the lengths do not add up, or there is none. */
static size_t room_for(const struct flv_config *c, struct bytes body)
{
	struct reader r = { body.at, body.at + body.n };
	size_t room = 0;
	while (r.at < r.end) {
		struct bytes u;
		if (!next_unit(&r, c->length_size, &u))
			return 0;
		room += u.n ? START_CODE + u.n : 0;
	}
	return room;
}

static void write_units(const struct flv_config *c, struct bytes body, uint8_t *to)
{
	struct reader r = { body.at, body.at + body.n };
	struct bytes u;
	while (r.at < r.end && next_unit(&r, c->length_size, &u)) {
		if (!u.n)
			continue;
		memcpy(to, "\0\0\0\1", START_CODE);
		memcpy(to + START_CODE, u.at, u.n);
		to += START_CODE + u.n;
	}
}

/* Is there a unit to begin decoding at? H.264: an IDR slice; H.265: any IRAP. */
static bool begins(enum stream_codec codec, struct bytes annexb)
{
	struct nal_walk w = { annexb.at, annexb.at + annexb.n };
	struct nal u;
	while (nal_next(&w, codec, &u))
		if (codec == CODEC_H264 ? u.type == 5 : u.type >= 16 && u.type <= 23)
			return true;
	return false;
}

enum err flv_annexb(const struct flv_config *c, const struct flv_video *v, struct flv_unit *out,
	struct fault *why)
{
	struct parameter_sets own = { 0 };
	*out = (struct flv_unit){ 0 };
	if (c->codec == CODEC_NONE || c->codec != v->codec)
		return fault(why, E_INVALID, "a picture came before its configuration");
	bool annexb = is_annexb(v->body);
	size_t room = annexb ? v->body.n : room_for(c, v->body);
	if (!room)
		return fault(why, E_INVALID, "a picture's lengths do not add up");
	if (room + c->n > FRAME_BYTES_MAX)
		return fault(why, E_TOO_LARGE, "a picture is above 8 MiB");
	uint8_t *at = malloc(c->n + room);
	if (!at)
		abort();
	memcpy(at, c->sets, c->n);
	if (annexb)
		memcpy(at + c->n, v->body.at, v->body.n);
	else
		write_units(c, v->body, at + c->n);
	struct bytes units = { at + c->n, room };
	out->key = v->key && begins(c->codec, units);
	if (out->key)
		parameter_sets_gather(c->codec, units, &own);
	bool told = out->key && !own.complete;
	if (!told)
		memmove(at, at + c->n, room);
	out->at = at;
	out->n = told ? c->n + room : room;
	return OK;
}
