#include "visits_file.h"

#include <zlib.h>

enum { MOST_FILE = 512 * 1024 * 1024, PIECE = 256 * 1024 };

static enum err unpack_failed(z_stream *z, struct fault *why, const char *words)
{
	inflateEnd(z);
	return fault(why, E_INVALID, "%s", words);
}

/* A file compressed by gzip (RFC 1952), perhaps of several members; others stay as they are. */
static enum err unpacked(struct arena *a, struct bytes *file, struct fault *why)
{
	struct buf out = { .arena = a, .max = MOST_FILE };
	z_stream z = { .next_in = (Bytef *)(uintptr_t)file->at, .avail_in = (uInt)file->n };
	uint8_t *piece;
	int e = Z_OK;

	if (file->n < 2 || file->at[0] != 0x1f || file->at[1] != 0x8b)
		return OK;
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return fault(why, E_INTERNAL, "zlib does not start");
	piece = NEWS(a, uint8_t, PIECE);
	while (e != Z_STREAM_END || z.avail_in) {
		if (e == Z_STREAM_END && inflateReset(&z) != Z_OK)
			return unpack_failed(&z, why, "the compressed file is damaged");
		z.next_out = piece;
		z.avail_out = PIECE;
		e = inflate(&z, Z_NO_FLUSH);
		buf_add(&out, piece, PIECE - z.avail_out);
		if (out.full)
			return unpack_failed(&z, why, "the file has more than 512 MiB unpacked");
		if (e == Z_BUF_ERROR && !z.avail_in)
			return unpack_failed(&z, why, "the compressed file is cut off");
		if (e != Z_OK && e != Z_STREAM_END)
			return unpack_failed(&z, why, "the compressed file is damaged");
	}
	inflateEnd(&z);
	*file = (struct bytes){ (const uint8_t *)buf_text(&out), out.n };
	return OK;
}

static enum err load(struct visits *v, const char *path, struct window w, struct fault *why)
{
	struct bytes file;

	TRY(file_read(v->arena, path, MOST_FILE, &file, why));
	TRY(unpacked(v->arena, &file, why));
	v->frozen = w.from;
	v->until = w.to;
	return visits_read(v, file, why);
}

enum err visits_file_load(struct visits *v, const char *path, struct window w, struct fault *why)
{
	struct fault inner = { 0 };
	enum err e = load(v, path, w, &inner);

	if (!e)
		return OK;
	/* a reason of file_read() names the path already */
	return text_starts(inner.text, path) ? fault(why, e, "%s", inner.text)
					     : fault(why, e, "%s: %s", path, inner.text);
}
