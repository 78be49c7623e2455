/* Reads and patches the fragmented MP4 that this worker writes. Everything is checked against the
 * length given: the bytes may come from a damaged disk.
 *
 * Source: ISO/IEC 14496-12:2015 (4.2 box header, 8.8 movie fragments). */
#ifndef CORE_RECORDINGS_BOX_H
#define CORE_RECORDINGS_BOX_H

#include "core/base/base.h"

#define BOX_TYPE(a, b, c, d)                                                                       \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

struct box {
	uint32_t type;
	size_t at;     /* offset of the box in the bytes walked */
	size_t header; /* 8 or 16 */
	size_t size;   /* with the header */
};

/* A walk over the boxes that lie side by side in [at, end) of data. */
struct box_walk {
	const uint8_t *data;
	size_t at, end;
};

enum box_step { BOX_END, BOX_OK, BOX_BAD };

/* The next box. BOX_BAD: it does not fit, or is cut off; the walk then stays where it is. */
enum box_step box_next(struct box_walk *w, struct box *out);
struct box_walk box_children(const struct box_walk *w, const struct box *b, size_t skip);

/* What a clip needs to know of a head (ftyp + moov) with one video track. */
struct head_info {
	uint32_t movie_timescale; /* of mvhd: units per second, 1 to 10 000 000 */
	uint32_t timescale;	  /* of the track, the same range */
	uint32_t track;
	uint16_t width, height;
	struct box moov, mvex; /* both with 8-byte headers */
};
enum err box_head_read(struct bytes head, struct head_info *out, struct fault *why);

/* One moof + mdat, with optional styp/sidx/prft before them belonging to nobody. */
struct fragment_info {
	size_t at, size;   /* moof + mdat */
	uint64_t time;	   /* tfdt, in the timescale */
	uint64_t duration; /* sum of the samples, in the timescale */
	uint32_t samples;
	bool sync;		     /* the first sample is a keyframe */
	size_t time_at, sequence_at; /* where the values stand, for patching */
	bool time_long;		     /* 64-bit tfdt */
};

struct fragment_walk {
	struct box_walk boxes;
};

/* The next fragment of a segment. Every box until the end of the bytes must be whole, every sample
 * must lie within its mdat. */
enum box_step fragment_next(struct fragment_walk *w, struct fragment_info *out);

/* True when the bytes are one or more whole fragments and nothing else. */
bool segment_whole(struct bytes segment);

/* Writes a new decode time and sequence number into a copy that begins at base (where at was). */
void fragment_patch(uint8_t *base, const struct fragment_info *f, uint64_t time, uint32_t sequence);

/* A copy of the head, which info was read from, that tells the clip's whole duration (mehd, 8.8.2),
 * so that players show it. */
struct bytes head_with_duration(
	struct arena *a, struct bytes head, const struct head_info *info, int64_t duration_ms);

#endif
