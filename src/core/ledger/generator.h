/* The numbers of a draw: anybody who has the seed, the digest of the snapshot and the contribution
 * makes the same ones. Version 1 (docs/DRAW.md):
 *
 *	key     = HMAC-SM3(seed, "shian-draw 1\n" + snapshot + "\n" + contribution)
 *	block i = HMAC-SM3(key, i in decimal digits), i = 0, 1, 2, ...
 *	a block is four numbers of 64 bits, the highest byte first
 *
 * seed: 32 bytes; snapshot: 64 small hex digits; contribution: lines of text, each with its \n. */
#ifndef CORE_GENERATOR_H
#define CORE_GENERATOR_H

#include "core/ledger/crypto.h"

enum { SEED = 32, BLOCK_NUMBERS = DIGEST / 8 };

struct generator {
	struct digest key, block;
	int64_t taken; /* numbers so far, those that were thrown away too */
};
struct generator_inputs {
	const uint8_t *seed; /* SEED bytes */
	const char *snapshot, *contribution;
};

void generator_start(struct generator *g, struct arena *a, const struct generator_inputs *in);
uint64_t generator_next(struct generator *g);
/* Even over 0 .. n - 1, n >= 1: numbers at or above the greatest multiple of n that 2^64 holds are
 * thrown away, so no remainder comes more often than another. */
int64_t generator_below(struct generator *g, int64_t n);

/* What nobody knew when the list was fixed, mixed into the key: the first signed head after the
 * commitment (head_size 0: none yet), and what somebody present said ("" for nothing). */
struct contribution {
	int64_t head_size; /* facts under it */
	const char *head_root, *word;
};
/* Its lines, those there are: "head 12 <root>\n", "word <word>\n"; between: the blank or tab. */
const char *contribution_lines(struct arena *a, const struct contribution *c, char between);

/* What a replay says of a thing it checks. */
enum check_state { NOT_LOOKED, HOLDS, FAILS };

/* SM3("shian-draw-commitment 1\n" + snapshot + "\n" + seed in hex + "\n") */
struct digest draw_commitment(struct arena *a, const char *snapshot, const uint8_t *seed);

#endif
