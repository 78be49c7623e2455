/* The texts of a draw: the snapshot of the pools, fixed before it, and the file that is published
 * after it. Lines end with \n, fields are parted by tabs, numbers are decimal without zeros in
 * front; one way to write each, so that a digest stands for one content. docs/DRAW.md is the
 * description for strangers; this is version 1 of both. */
#ifndef DRAWS_FILE_H
#define DRAWS_FILE_H

#include "core/base/lines.h"
#include "domains/draws/lots.h"

enum { DRAW_FILE_MAX = 256 * 1024 * 1024, EXCHANGES_MAX = 100000 };

/* ---- snapshot */
void snapshot_write(struct buf *b, const struct pool *p);
/* Takes only what snapshot_write() writes, and only pools that a draw can be made of: sizes, order,
 * references. Texts point into copies in the arena. */
enum err snapshot_parse(struct arena *a, struct bytes text, struct pool *p, struct fault *why);

/* ---- draw */
struct drawn_lot {
	int64_t object, inspector[2]; /* ids */
};
struct draw_file {
	int64_t draw;
	const char *committed_at, *drawn_at; /* ISO 8601 */
	const char *commitment, *snapshot;   /* SM3, hex */
	uint8_t seed[SEED];
	struct contribution mixed; /* the head, and what the supervisor said */
	const char *witness;	   /* who was present */
	int64_t numbers;	   /* taken from the generator by the draw itself */
	struct drawn_lot *lots;
	struct recusal *redraws;
	struct exchange *exchanges;
	size_t n_lots, n_redraws, n_exchanges;
	struct bytes snapshot_text;
	size_t draw_bytes; /* the draw itself: all before the exchanges; its digest is published */
};
/* The lines that are mixed into the key: "head\t...\n" and "word\t...\n", those there are. */
const char *draw_contribution(struct arena *a, const struct draw_file *f);
void draw_file_write(struct buf *b, const struct draw_file *f); /* the draw itself */
void exchanges_write(struct buf *b, const struct draw_file *f); /* the exchanges and the end */
/* Reads both; the end may be missing after the draw itself. */
enum err draw_file_parse(struct arena *a, struct bytes in, struct draw_file *f, struct fault *why);

#endif
