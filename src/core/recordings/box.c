#include "core/recordings/box.h"

#include <string.h>

enum {
	FTYP = BOX_TYPE('f', 't', 'y', 'p'),
	MOOV = BOX_TYPE('m', 'o', 'o', 'v'),
	MVHD = BOX_TYPE('m', 'v', 'h', 'd'),
	TRAK = BOX_TYPE('t', 'r', 'a', 'k'),
	TKHD = BOX_TYPE('t', 'k', 'h', 'd'),
	MDIA = BOX_TYPE('m', 'd', 'i', 'a'),
	MDHD = BOX_TYPE('m', 'd', 'h', 'd'),
	MVEX = BOX_TYPE('m', 'v', 'e', 'x'),
	TREX = BOX_TYPE('t', 'r', 'e', 'x'),
	MEHD = BOX_TYPE('m', 'e', 'h', 'd'),
	MEHD_SIZE = 20,
	TIMESCALE_MAX = 10000000,
};

static uint32_t read32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t read64(const uint8_t *p)
{
	return (uint64_t)read32(p) << 32 | read32(p + 4);
}

static void write32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

enum box_step box_next(struct box_walk *w, struct box *out)
{
	size_t left = w->end - w->at;
	if (left == 0)
		return BOX_END;
	if (left < 8)
		return BOX_BAD;
	const uint8_t *p = w->data + w->at;
	uint64_t size = read32(p);
	size_t header = 8;
	if (size == 1) {
		if (left < 16)
			return BOX_BAD;
		size = read64(p + 8);
		header = 16;
	}
	if (size < header || size > left)
		return BOX_BAD;
	*out = (struct box){
		.type = read32(p + 4), .at = w->at, .header = header, .size = (size_t)size
	};
	w->at += (size_t)size;
	return BOX_OK;
}

struct box_walk box_children(const struct box_walk *w, const struct box *b, size_t skip)
{
	size_t inner = b->size - b->header;
	if (skip > inner)
		skip = inner;
	return (struct box_walk){ w->data, b->at + b->header + skip, b->at + b->size };
}

/* The first child of that type; false when there is none or the boxes are broken before it. */
static bool child(
	const struct box_walk *w, const struct box *parent, uint32_t type, struct box *out)
{
	struct box_walk inner = box_children(w, parent, 0);
	while (box_next(&inner, out) == BOX_OK)
		if (out->type == type)
			return true;
	return false;
}

/* The bytes behind the header, when there are at least n of them. */
static const uint8_t *body(const struct box_walk *w, const struct box *b, size_t n)
{
	return b->size - b->header >= n ? w->data + b->at + b->header : NULL;
}

/* mvhd and mdhd keep their timescale at the same place (8.2.2, 8.4.2). */
static bool read_timescale(const struct box_walk *w, const struct box *b, uint32_t *out)
{
	const uint8_t *p = body(w, b, 4);
	size_t at = p && p[0] == 1 ? 20 : 12;
	p = body(w, b, at + 4);
	if (!p)
		return false;
	*out = read32(p + at);
	return *out >= 1 && *out <= TIMESCALE_MAX;
}

static bool read_track(const struct box_walk *w, const struct box *tkhd, struct head_info *out)
{
	const uint8_t *p = body(w, tkhd, 4);
	size_t id = p && p[0] == 1 ? 20 : 12, size = p && p[0] == 1 ? 88 : 76;
	p = body(w, tkhd, size + 8);
	if (!p)
		return false;
	out->track = read32(p + id);
	out->width = (uint16_t)(read32(p + size) >> 16);
	out->height = (uint16_t)(read32(p + size + 4) >> 16);
	return out->track != 0;
}

static bool read_moov(const struct box_walk *w, struct head_info *out)
{
	struct box mvhd, trak, tkhd, mdia, mdhd;
	return out->moov.header == 8 && child(w, &out->moov, MVHD, &mvhd) &&
	       child(w, &out->moov, TRAK, &trak) && child(w, &trak, TKHD, &tkhd) &&
	       child(w, &trak, MDIA, &mdia) && child(w, &mdia, MDHD, &mdhd) &&
	       child(w, &out->moov, MVEX, &out->mvex) && out->mvex.header == 8 &&
	       read_timescale(w, &mvhd, &out->movie_timescale) &&
	       read_timescale(w, &mdhd, &out->timescale) && read_track(w, &tkhd, out);
}

enum err box_head_read(struct bytes head, struct head_info *out, struct fault *why)
{
	struct box_walk w = { head.at, 0, head.n };
	struct box b;
	enum box_step step;
	bool found = false;
	*out = (struct head_info){ 0 };
	while ((step = box_next(&w, &b)) == BOX_OK) {
		if (b.type == MOOV && !found) {
			found = true;
			out->moov = b;
		}
	}
	if (step == BOX_BAD || !found || !read_moov(&w, out))
		return fault(why, E_INVALID, "not the head of a fragmented MP4 with one track");
	return OK;
}

struct bytes head_with_duration(
	struct arena *a, struct bytes head, const struct head_info *info, int64_t duration_ms)
{
	size_t cut = info->mvex.at + info->mvex.header, n = head.n + MEHD_SIZE;
	uint64_t duration = (uint64_t)duration_ms * info->movie_timescale / 1000;
	uint8_t *p = arena_alloc(a, n);
	memcpy(p, head.at, cut);
	memcpy(p + cut + MEHD_SIZE, head.at + cut, head.n - cut);
	write32(p + info->moov.at, (uint32_t)(info->moov.size + MEHD_SIZE));
	write32(p + info->mvex.at, (uint32_t)(info->mvex.size + MEHD_SIZE));
	write32(p + cut, MEHD_SIZE);
	write32(p + cut + 4, MEHD);
	write32(p + cut + 8, 1u << 24); /* version 1: 64 bits */
	write32(p + cut + 12, (uint32_t)(duration >> 32));
	write32(p + cut + 16, (uint32_t)duration);
	return (struct bytes){ p, n };
}
