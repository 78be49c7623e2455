#include "core/recordings/clip.h"

#include <stdio.h>
#include <string.h>

#include "core/recordings/box.h"
#include "core/recordings/segment.h"

enum {
	RANGE_MAX_MS = 10 * MINUTE,
	LOOK_BACK_MS = 30 * SECOND, /* for a keyframe, where a camera sends few */
	HOLE_MS = 50,		    /* names round to milliseconds */
	HEAD_MAX = 1 << 20,
	FRAGMENTS_MAX = 4096,
};

/* Segments of one gen that follow each other without a hole: at[first] to at[end - 1]. */
struct stretch {
	size_t first, end;
	int64_t covered_ms;
};

struct piece {
	const uint8_t *file;
	struct fragment_info info;
	int64_t start_ms, end_ms;
};

struct cutting {
	struct arena *a;
	const struct clip_request *r;
	struct segment_list list;
	struct stretch stretch;
	struct bytes head;
	struct head_info head_info;
	struct piece *pieces;
	size_t n, first, end; /* the clip is pieces[first] to pieces[end - 1] */
	size_t read;	      /* bytes of files in the arena */
};

static int64_t overlap_ms(const struct segment *s, const struct clip_request *r)
{
	int64_t from = s->start_ms > r->from_ms ? s->start_ms : r->from_ms;
	int64_t to = segment_end(s) < r->to_ms ? segment_end(s) : r->to_ms;
	return to > from ? to - from : 0;
}

static bool follows(const struct segment *before, const struct segment *s)
{
	int64_t hole = s->start_ms - segment_end(before);
	return s->gen == before->gen && hole <= HOLE_MS && hole >= -HOLE_MS;
}

static bool choose_stretch(struct cutting *c)
{
	struct stretch s = { 0 };
	for (size_t i = 0; i < c->list.n; i++) {
		if (i && !follows(&c->list.at[i - 1], &c->list.at[i]))
			s = (struct stretch){ .first = i };
		s.end = i + 1;
		s.covered_ms += overlap_ms(&c->list.at[i], c->r);
		if (s.covered_ms > c->stretch.covered_ms)
			c->stretch = s;
	}
	return c->stretch.covered_ms > 0;
}

static enum err read_head(struct cutting *c, struct fault *why)
{
	char name[SEGMENT_NAME_SIZE];
	init_name(name, c->list.at[c->stretch.first].gen);
	const char *path = arena_printf(c->a, "%s/%s", c->r->folder, name);
	TRY(file_read(c->a, path, HEAD_MAX, &c->head, why));
	return box_head_read(c->head, &c->head_info, why);
}

static enum err add_pieces(
	struct cutting *c, const struct segment *s, struct bytes file, struct fault *why)
{
	struct fragment_walk w = { { file.at, 0, file.n } };
	struct fragment_info f;
	enum box_step step;
	uint64_t first = 0;
	for (bool begun = false; (step = fragment_next(&w, &f)) == BOX_OK; begun = true) {
		if (!begun)
			first = f.time;
		/* A day in the finest timescale times 1000 is far from the limits of 64 bits. */
		uint64_t from = f.time - first, to = from + f.duration;
		uint64_t scale = c->head_info.timescale;
		if (f.time < first || to > scale * 86400 || c->n == FRAGMENTS_MAX)
			return fault(why, E_INVALID, "a segment's times make no sense");
		c->pieces[c->n++] = (struct piece){
			.file = file.at,
			.info = f,
			.start_ms = s->start_ms + (int64_t)(from * 1000 / scale),
			.end_ms = s->start_ms + (int64_t)(to * 1000 / scale),
		};
	}
	return step == BOX_END ? OK : fault(why, E_INVALID, "a segment is damaged");
}

static enum err read_segment(struct cutting *c, size_t i, struct fault *why)
{
	char name[SEGMENT_NAME_SIZE];
	struct bytes file;
	segment_name(name, &c->list.at[i]);
	const char *path = arena_printf(c->a, "%s/%s", c->r->folder, name);
	TRY(file_read(c->a, path, CLIP_BYTES_MAX, &file, why));
	c->read += file.n;
	if (c->read > 2 * (size_t)CLIP_BYTES_MAX)
		return fault(why, E_TOO_LARGE, "the clip is above 64 MiB: ask for a shorter one");
	return add_pieces(c, &c->list.at[i], file, why);
}

/* The clip begins at the last keyframe at or before from; without one, at the first behind it. */
static bool choose_first(struct cutting *c)
{
	bool found = false;
	for (size_t i = 0; i < c->n; i++) {
		const struct piece *p = &c->pieces[i];
		if (!p->info.sync || (found && p->start_ms > c->r->from_ms))
			continue;
		c->first = i;
		found = true;
	}
	return found;
}

static enum err read_pieces(struct cutting *c, struct fault *why)
{
	size_t first = c->stretch.first;
	c->pieces = NEWS(c->a, struct piece, FRAGMENTS_MAX);
	for (size_t i = first; i + 1 < c->stretch.end; i++)
		if (c->list.at[i + 1].start_ms <= c->r->from_ms)
			first = i + 1;
	/* Step back until a file begins with a keyframe: usually none. */
	for (;; first--) {
		c->n = 0;
		TRY(read_segment(c, first, why));
		if (first == c->stretch.first || (c->n && c->pieces[0].info.sync))
			break;
	}
	for (size_t i = first + 1; i < c->stretch.end; i++)
		TRY(read_segment(c, i, why));
	if (!choose_first(c))
		return fault(why, E_NOT_FOUND, "no keyframe is recorded in that range");
	for (c->end = c->first + 1; c->end < c->n; c->end++)
		if (c->pieces[c->end].start_ms >= c->r->to_ms)
			break;
	return OK;
}

static enum err assemble(struct cutting *c, struct clip *out, struct fault *why)
{
	const struct piece *first = &c->pieces[c->first], *last = &c->pieces[c->end - 1];
	out->start_ms = first->start_ms;
	out->end_ms = last->end_ms;
	struct bytes head =
		head_with_duration(c->a, c->head, &c->head_info, out->end_ms - out->start_ms);
	size_t n = head.n;
	for (size_t i = c->first; i < c->end; i++)
		n += c->pieces[i].info.size;
	if (n > CLIP_BYTES_MAX)
		return fault(why, E_TOO_LARGE, "the clip is above 64 MiB: ask for a shorter one");
	uint8_t *data = arena_alloc(c->a, n), *p = data + head.n;
	memcpy(data, head.at, head.n);
	for (size_t i = c->first; i < c->end; i++) {
		const struct fragment_info *f = &c->pieces[i].info;
		if (f->time < first->info.time)
			return fault(why, E_INVALID, "the segments' times go backwards");
		memcpy(p, c->pieces[i].file + f->at, f->size);
		fragment_patch(p, f, f->time - first->info.time, (uint32_t)(i - c->first + 1));
		p += f->size;
	}
	out->data = (struct bytes){ data, n };
	return OK;
}

static enum err build_once(
	struct arena *a, const struct clip_request *r, struct clip *out, struct fault *why)
{
	struct cutting c = { .a = a, .r = r };
	struct segment_query q = {
		.folder = r->folder, .from_ms = r->from_ms - LOOK_BACK_MS, .to_ms = r->to_ms
	};
	TRY(segment_find(a, &q, &c.list, why));
	if (!choose_stretch(&c))
		return fault(why, E_NOT_FOUND, "nothing is recorded in that range");
	TRY(read_head(&c, why));
	TRY(read_pieces(&c, why));
	return assemble(&c, out, why);
}

enum err clip_build(
	struct arena *a, const struct clip_request *r, struct clip *out, struct fault *why)
{
	*out = (struct clip){ 0 };
	if (r->from_ms < LOOK_BACK_MS || r->to_ms <= r->from_ms ||
		r->to_ms - r->from_ms > RANGE_MAX_MS)
		return fault(why, E_BAD_REQUEST, "a clip is from 1 ms to 10 minutes long");
	enum err e = build_once(a, r, out, why);
	/* A segment may have been joined with others between the listing and the reading. */
	if (e == E_NOT_FOUND)
		e = build_once(a, r, out, why);
	return e;
}
