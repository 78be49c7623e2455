/* The movie fragments of ISO/IEC 14496-12:2015, 8.8.4 to 8.8.12. */
#include "core/recordings/box.h"

#include <string.h>

enum {
	MOOF = BOX_TYPE('m', 'o', 'o', 'f'),
	MFHD = BOX_TYPE('m', 'f', 'h', 'd'),
	TRAF = BOX_TYPE('t', 'r', 'a', 'f'),
	TFHD = BOX_TYPE('t', 'f', 'h', 'd'),
	TFDT = BOX_TYPE('t', 'f', 'd', 't'),
	TRUN = BOX_TYPE('t', 'r', 'u', 'n'),
	MDAT = BOX_TYPE('m', 'd', 'a', 't'),
	STYP = BOX_TYPE('s', 't', 'y', 'p'),
	SIDX = BOX_TYPE('s', 'i', 'd', 'x'),
	PRFT = BOX_TYPE('p', 'r', 'f', 't'),
};

/* Flags of tfhd (8.8.7) and trun (8.8.8), and of a sample (8.8.3.1). */
enum {
	TFHD_BASE = 0x1,
	TFHD_DESCRIPTION = 0x2,
	TFHD_DURATION = 0x8,
	TFHD_SIZE = 0x10,
	TFHD_FLAGS = 0x20,
	TFHD_MOOF_IS_BASE = 0x20000,
	TRUN_OFFSET = 0x1,
	TRUN_FIRST_FLAGS = 0x4,
	TRUN_DURATION = 0x100,
	TRUN_SIZE = 0x200,
	TRUN_FLAGS = 0x400,
	TRUN_CTS = 0x800,
	SAMPLE_NOT_SYNC = 0x10000,
	SAMPLES_MAX = 100000,
};

/* The defaults of a traf, and what its runs add up to. */
struct tally {
	uint32_t flags, duration, size, sample_flags;
	uint64_t bytes;
	int64_t offset;	     /* of the first run's data, from the moof */
	uint32_t run, count; /* of the run at hand: its flags, its samples */
};

/* A reader of 32-bit fields that notes when they run out. */
struct fields {
	const uint8_t *p;
	size_t left;
	bool short_;
};

static uint32_t field32(struct fields *f)
{
	if (f->left < 4) {
		f->short_ = true;
		return 0;
	}
	uint32_t v = (uint32_t)f->p[0] << 24 | (uint32_t)f->p[1] << 16 | (uint32_t)f->p[2] << 8 |
		     f->p[3];
	f->p += 4;
	f->left -= 4;
	return v;
}

static uint64_t field64(struct fields *f)
{
	uint64_t high = field32(f);
	return high << 32 | field32(f);
}

static struct fields fields_of(const struct box_walk *w, const struct box *b)
{
	return (struct fields){ w->data + b->at + b->header, b->size - b->header, false };
}

static bool read_tfhd(const struct box_walk *w, const struct box *b, struct tally *t)
{
	struct fields f = fields_of(w, b);
	t->flags = field32(&f) & 0xffffff;
	(void)field32(&f); /* track */
	if (t->flags & TFHD_DESCRIPTION)
		(void)field32(&f);
	if (t->flags & TFHD_DURATION)
		t->duration = field32(&f);
	if (t->flags & TFHD_SIZE)
		t->size = field32(&f);
	if (t->flags & TFHD_FLAGS)
		t->sample_flags = field32(&f);
	/* Absolute offsets would not survive the cutting of a clip. */
	return !f.short_ && !(t->flags & TFHD_BASE) && (t->flags & TFHD_MOOF_IS_BASE);
}

static bool read_tfdt(const struct box_walk *w, const struct box *b, struct fragment_info *out)
{
	struct fields f = fields_of(w, b);
	uint32_t version = field32(&f) >> 24;
	out->time_long = version == 1;
	out->time_at = b->at + b->header + 4;
	out->time = out->time_long ? field64(&f) : field32(&f);
	return !f.short_;
}

/* The samples of one run: t->count of them, with the fields that t->run says. */
static bool read_samples(struct fields *f, struct tally *t, struct fragment_info *out)
{
	uint32_t flags = t->run;
	for (uint32_t i = 0; i < t->count; i++) {
		out->duration += flags & TRUN_DURATION ? field32(f) : t->duration;
		t->bytes += flags & TRUN_SIZE ? field32(f) : t->size;
		uint32_t own = flags & TRUN_FLAGS ? field32(f) : t->sample_flags;
		if (flags & TRUN_CTS)
			(void)field32(f);
		if (out->samples == 0 && i == 0 && !(flags & TRUN_FIRST_FLAGS))
			out->sync = !(own & SAMPLE_NOT_SYNC);
		if (f->short_)
			return false;
	}
	return true;
}

static bool read_trun(
	const struct box_walk *w, const struct box *b, struct tally *t, struct fragment_info *out)
{
	struct fields f = fields_of(w, b);
	uint32_t flags = field32(&f) & 0xffffff;
	t->run = flags;
	t->count = field32(&f);
	if (flags & TRUN_OFFSET) {
		int32_t offset = (int32_t)field32(&f);
		if (out->samples == 0)
			t->offset = offset;
		else if (offset < t->offset)
			return false;
	}
	if (flags & TRUN_FIRST_FLAGS) {
		bool sync = !(field32(&f) & SAMPLE_NOT_SYNC);
		if (out->samples == 0)
			out->sync = sync;
	}
	if (f.short_ || t->count > SAMPLES_MAX || !read_samples(&f, t, out))
		return false;
	out->samples += t->count;
	return out->samples <= SAMPLES_MAX;
}

static bool read_traf(const struct box_walk *w, const struct box *traf, struct tally *t,
	struct fragment_info *out)
{
	struct box_walk inner = box_children(w, traf, 0);
	struct box b;
	bool head = false, good = true;
	enum box_step step;
	while (good && (step = box_next(&inner, &b)) == BOX_OK) {
		if (b.type == TFHD)
			good = head = read_tfhd(w, &b, t);
		else if (b.type == TFDT)
			good = read_tfdt(w, &b, out);
		else if (b.type == TRUN)
			good = head && read_trun(w, &b, t, out);
	}
	return good && step == BOX_END && head && out->time_at && out->samples;
}

static bool read_moof(const struct box_walk *w, const struct box *moof, struct tally *t,
	struct fragment_info *out)
{
	struct box_walk inner = box_children(w, moof, 0);
	struct box b;
	bool track = false;
	enum box_step step;
	while ((step = box_next(&inner, &b)) == BOX_OK) {
		if (b.type == MFHD && b.size - b.header >= 8)
			out->sequence_at = b.at + b.header + 4;
		if (b.type != TRAF)
			continue;
		if (track || !read_traf(w, &b, t, out))
			return false;
		track = true;
	}
	return step == BOX_END && track && out->sequence_at;
}

enum box_step fragment_next(struct fragment_walk *w, struct fragment_info *out)
{
	struct box moof, mdat;
	struct tally t = { 0 };
	enum box_step step;
	*out = (struct fragment_info){ 0 };
	do {
		step = box_next(&w->boxes, &moof);
	} while (step == BOX_OK && (moof.type == STYP || moof.type == SIDX || moof.type == PRFT));
	if (step != BOX_OK)
		return step;
	if (moof.type != MOOF || !read_moof(&w->boxes, &moof, &t, out))
		return BOX_BAD;
	if (box_next(&w->boxes, &mdat) != BOX_OK || mdat.type != MDAT)
		return BOX_BAD;
	uint64_t data_at = moof.size + mdat.header, end = moof.size + mdat.size;
	if (t.offset < 0 || (uint64_t)t.offset < data_at || (uint64_t)t.offset + t.bytes > end)
		return BOX_BAD;
	out->at = moof.at;
	out->size = moof.size + mdat.size;
	return BOX_OK;
}

bool segment_whole(struct bytes segment)
{
	struct fragment_walk w = { { segment.at, 0, segment.n } };
	struct fragment_info f;
	enum box_step step;
	size_t n = 0;
	while ((step = fragment_next(&w, &f)) == BOX_OK)
		n++;
	return step == BOX_END && n > 0;
}

static void write32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

void fragment_patch(uint8_t *base, const struct fragment_info *f, uint64_t time, uint32_t sequence)
{
	uint8_t *at = base + (f->time_at - f->at);
	if (f->time_long) {
		write32(at, (uint32_t)(time >> 32));
		at += 4;
	}
	write32(at, (uint32_t)time);
	write32(base + (f->sequence_at - f->at), sequence);
}
