#include "workers/vision/keyframe.h"
#include "core/recordings/box.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	SAMPLE_ENTRY = 78, /* bytes of a VisualSampleEntry before its boxes, header aside */
	STSD_HEAD = 8,	   /* version, flags, count */
	TFHD_BASE = 0x1,
	TFHD_DESCRIPTION = 0x2,
	TFHD_DURATION = 0x8,
	TFHD_SIZE = 0x10,
	TFHD_FLAGS = 0x20,
	TRUN_OFFSET = 0x1,
	TRUN_FIRST_FLAGS = 0x4,
	TRUN_DURATION = 0x100,
	TRUN_SIZE = 0x200,
	TRUN_FLAGS = 0x400,
	NOT_SYNC = 0x10000,
	SKIPPED_MAX = 8, /* boxes before the first fragment */
};

/* ---- the head -------------------------------------------------------- */

/* The first child of that type; skip bytes stand between the header and the children. */
static bool child(const struct box_walk *w, const struct box *of, uint32_t type, struct box *out)
{
	struct box_walk inner = box_children(w, of, 0);
	while (box_next(&inner, out) == BOX_OK)
		if (out->type == type)
			return true;
	return false;
}

static bool find_config(const struct box_walk *w, const struct box *stsd,
	enum keyframe_codec *codec, struct bytes *config)
{
	struct box entry, inside;
	struct box_walk entries = box_children(w, stsd, STSD_HEAD);
	if (box_next(&entries, &entry) != BOX_OK)
		return false;
	struct box_walk boxes = box_children(w, &entry, SAMPLE_ENTRY);
	while (box_next(&boxes, &inside) == BOX_OK) {
		bool avc = inside.type == BOX_TYPE('a', 'v', 'c', 'C');
		if (!avc && inside.type != BOX_TYPE('h', 'v', 'c', 'C'))
			continue;
		*codec = avc ? KEYFRAME_H264 : KEYFRAME_H265;
		*config = (struct bytes){ w->data + inside.at + inside.header,
			inside.size - inside.header };
		return config->n > 0;
	}
	return false;
}

enum err keyframe_config(
	struct bytes head, enum keyframe_codec *codec, struct bytes *config, struct fault *why)
{
	static const uint32_t path[] = { BOX_TYPE('t', 'r', 'a', 'k'), BOX_TYPE('m', 'd', 'i', 'a'),
		BOX_TYPE('m', 'i', 'n', 'f'), BOX_TYPE('s', 't', 'b', 'l'),
		BOX_TYPE('s', 't', 's', 'd') };
	struct box_walk w = { head.at, 0, head.n };
	struct box b, next;
	bool found = false;
	while (!found && box_next(&w, &b) == BOX_OK)
		found = b.type == BOX_TYPE('m', 'o', 'o', 'v');
	for (size_t i = 0; found && i < sizeof path / sizeof *path; i++) {
		found = child(&w, &b, path[i], &next);
		b = next;
	}
	if (!found || !find_config(&w, &b, codec, config))
		return fault(why, E_INVALID, "the recording's head names no known codec");
	return OK;
}

/* ---- the segment ----------------------------------------------------- */

struct cursor {
	const uint8_t *p;
	size_t left;
	bool over;
};

static uint32_t take32(struct cursor *c)
{
	if (c->left < 4) {
		c->over = true;
		return 0;
	}
	const uint8_t *p = c->p;
	c->p += 4;
	c->left -= 4;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static struct cursor inside_of(const struct box_walk *w, const struct box *b)
{
	return (struct cursor){ w->data + b->at + b->header, b->size - b->header, false };
}

struct defaults {
	uint32_t size, flags;
};

static bool read_defaults(const struct box_walk *w, const struct box *tfhd, struct defaults *d)
{
	struct cursor c = inside_of(w, tfhd);
	uint32_t flags = take32(&c) & 0xffffff;
	(void)take32(&c);
	if (flags & TFHD_DESCRIPTION)
		(void)take32(&c);
	if (flags & TFHD_DURATION)
		(void)take32(&c);
	if (flags & TFHD_SIZE)
		d->size = take32(&c);
	if (flags & TFHD_FLAGS)
		d->flags = take32(&c);
	return !c.over && !(flags & TFHD_BASE);
}

/* The first sample of a run: its offset is counted from the beginning of the moof. */
static bool read_first(
	const struct box_walk *w, const struct box *trun, struct defaults d, struct span *out)
{
	struct cursor c = inside_of(w, trun);
	uint32_t flags = take32(&c) & 0xffffff, count = take32(&c);
	uint32_t own = d.flags, first = 0;
	if (!(flags & TRUN_OFFSET) || count == 0)
		return false;
	out->at = take32(&c);
	if (flags & TRUN_FIRST_FLAGS)
		first = take32(&c);
	if (flags & TRUN_DURATION)
		(void)take32(&c);
	out->n = flags & TRUN_SIZE ? take32(&c) : d.size;
	if (flags & TRUN_FLAGS)
		own = take32(&c);
	own = flags & TRUN_FIRST_FLAGS ? first : own;
	return !c.over && !(own & NOT_SYNC) && out->n > 0 && out->n <= KEYFRAME_MAX;
}

static bool read_moof(const struct box_walk *w, const struct box *moof, struct span *out)
{
	struct box traf, b;
	struct defaults d = { 0 };
	if (!child(w, moof, BOX_TYPE('t', 'r', 'a', 'f'), &traf))
		return false;
	struct box_walk inner = box_children(w, &traf, 0);
	while (box_next(&inner, &b) == BOX_OK) {
		if (b.type == BOX_TYPE('t', 'f', 'h', 'd') && !read_defaults(w, &b, &d))
			return false;
		if (b.type == BOX_TYPE('t', 'r', 'u', 'n'))
			return read_first(w, &b, d, out);
	}
	return false;
}

enum err keyframe_span(struct bytes start, struct span *out, struct fault *why)
{
	struct box_walk w = { start.at, 0, start.n };
	struct box b;
	for (int i = 0; i < SKIPPED_MAX && box_next(&w, &b) == BOX_OK; i++) {
		if (b.type != BOX_TYPE('m', 'o', 'o', 'f'))
			continue;
		if (!read_moof(&w, &b, out) || out->at < b.size)
			break;
		out->at += b.at;
		return OK;
	}
	return fault(why, E_INVALID, "the segment does not begin with a keyframe");
}

/* ---- files ----------------------------------------------------------- */

static enum err read_at(int fd, uint8_t *into, struct span from, struct fault *why)
{
	for (uint64_t done = 0; done < from.n;) {
		ssize_t n = pread(fd, into + done, from.n - done, (off_t)(from.at + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault(why, E_INVALID, "the segment is cut off");
		done += (uint64_t)n;
	}
	return OK;
}

static enum err pack(struct keyframe_note note, struct bytes config, const uint8_t *sample, int *fd)
{
	*fd = memfd_create("keyframe", MFD_CLOEXEC);
	note.config_bytes = (uint32_t)config.n;
	bool ok = *fd >= 0 && write(*fd, &note, sizeof note) == (ssize_t)sizeof note &&
		  write(*fd, config.at, config.n) == (ssize_t)config.n &&
		  write(*fd, sample, note.sample_bytes) == (ssize_t)note.sample_bytes &&
		  lseek(*fd, 0, SEEK_SET) == 0;
	if (!ok && *fd >= 0)
		close(*fd);
	return ok ? OK : E_BUSY;
}

/* Finds the sample in an opened segment, and reads it; from malloc. */
static enum err read_sample(
	struct arena *a, int fd, uint8_t **sample, struct span *span, struct fault *why)
{
	uint8_t *start = arena_alloc(a, KEYFRAME_MOOF_MAX);
	ssize_t n = pread(fd, start, KEYFRAME_MOOF_MAX, 0);
	if (n < 0)
		return fault(why, E_INVALID, "the segment cannot be read: %s", strerror(errno));
	TRY(keyframe_span((struct bytes){ start, (size_t)n }, span, why));
	*sample = malloc(span->n);
	if (!*sample)
		return fault(why, E_BUSY, "memory for a keyframe");
	return read_at(fd, *sample, *span, why);
}

enum err keyframe_open(const char *head_path, const char *segment_path, int *fd, struct fault *why)
{
	struct arena *a = arena_new();
	struct bytes head, config;
	enum keyframe_codec codec = 0;
	uint8_t *sample = NULL;
	struct span span = { 0 };
	enum err e = file_read(a, head_path, KEYFRAME_HEAD_MAX, &head, why);
	if (!e)
		e = keyframe_config(head, &codec, &config, why);
	int segment = e ? -1 : open(segment_path, O_RDONLY | O_CLOEXEC);
	if (!e && segment < 0)
		e = fault(why, E_NOT_FOUND, "%s: %s", segment_path, strerror(errno));
	if (!e)
		e = read_sample(a, segment, &sample, &span, why);
	if (segment >= 0)
		close(segment);
	if (!e) {
		struct keyframe_note note = { .codec = codec, .sample_bytes = (uint32_t)span.n };
		e = pack(note, config, sample, fd);
		if (e)
			e = fault(why, e, "memory for a keyframe: %s", strerror(errno));
	}
	free(sample);
	arena_free(a);
	return e;
}
