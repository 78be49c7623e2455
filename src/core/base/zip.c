#include "core/base/zip.h"

#include <string.h>
#include <zlib.h>

enum { LOCAL = 30, CENTRAL = 46, END = 22, VERSION = 20 };

struct writer {
	uint8_t *at;
};

static void put16(struct writer *w, uint32_t v)
{
	*w->at++ = (uint8_t)v;
	*w->at++ = (uint8_t)(v >> 8);
}

static void put32(struct writer *w, uint32_t v)
{
	put16(w, v & 0xffff);
	put16(w, v >> 16);
}

static void put_bytes(struct writer *w, const void *at, size_t n)
{
	memcpy(w->at, at, n);
	w->at += n;
}

static uint32_t dos_time(int64_t ms)
{
	struct civil c = civil_of(ms);
	uint32_t date = (uint32_t)(c.year - 1980) << 9 | (uint32_t)c.month << 5 | (uint32_t)c.day;
	return date << 16 |
	       ((uint32_t)c.hour << 11 | (uint32_t)c.minute << 5 | (uint32_t)c.second / 2);
}

/* What the local header and the directory have in common. */
static void put_common(struct writer *w, const struct zip_file *f, uint32_t time)
{
	put16(w, VERSION);
	put16(w, 0); /* flags */
	put16(w, 0); /* stored */
	put32(w, time);
	put32(w, (uint32_t)crc32_z(0, f->content.at, f->content.n));
	put32(w, (uint32_t)f->content.n);
	put32(w, (uint32_t)f->content.n);
	put16(w, (uint32_t)strlen(f->name));
	put16(w, 0); /* extra */
}

struct bytes zip_of(struct arena *a, const struct zip_file *files, size_t n, int64_t at_ms)
{
	size_t size = END, local = 0, central;
	for (size_t i = 0; i < n; i++)
		size += LOCAL + CENTRAL + 2 * strlen(files[i].name) + files[i].content.n;
	uint8_t *out = arena_alloc(a, size);
	struct writer w = { out };
	for (size_t i = 0; i < n; i++) {
		put32(&w, 0x04034b50);
		put_common(&w, &files[i], dos_time(at_ms));
		put_bytes(&w, files[i].name, strlen(files[i].name));
		put_bytes(&w, files[i].content.at, files[i].content.n);
	}
	central = (size_t)(w.at - out);
	for (size_t i = 0; i < n; i++) {
		put32(&w, 0x02014b50);
		put16(&w, VERSION);
		put_common(&w, &files[i], dos_time(at_ms));
		put16(&w, 0); /* comment */
		put16(&w, 0); /* disk */
		put16(&w, 0); /* internal attributes */
		put32(&w, 0); /* external ones */
		put32(&w, (uint32_t)local);
		put_bytes(&w, files[i].name, strlen(files[i].name));
		local += LOCAL + strlen(files[i].name) + files[i].content.n;
	}
	uint32_t directory = (uint32_t)((size_t)(w.at - out) - central);
	put32(&w, 0x06054b50);
	put32(&w, 0); /* disks */
	put16(&w, (uint32_t)n);
	put16(&w, (uint32_t)n);
	put32(&w, directory);
	put32(&w, (uint32_t)central);
	put16(&w, 0);
	return (struct bytes){ out, size };
}
