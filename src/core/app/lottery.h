/* A draw that nobody steers (docs/DRAW.md): a list is fixed, the seed committed to; later the seed
 * is opened and what nobody knew at the commitment is mixed in.
 *
 * The seed is HMAC-SM3(the secret of the key folder, label and nonce): the database alone does not
 * tell it beforehand, the key folder alone neither. A folder that was changed in between makes
 * another seed, which does not fit the commitment: such a draw can only be withdrawn. */
#ifndef CORE_LOTTERY_H
#define CORE_LOTTERY_H

#include "core/app/req.h"
#include "core/ledger/generator.h"

struct lottery {
	const char *label; /* "shian-draw-seed 1": parts the seeds of one kind from the others' */
	const char *list;  /* SM3 of the fixed text, hex */
	const char *nonce, *commitment; /* hex; both are kept in the row */
};

/* Keeps a text of the draw in the store. */
enum err lottery_keep(struct req *rq, const struct buf *text, struct object *out);
/* Makes nonce and commitment of label and list. */
void lottery_commit(struct req *rq, struct lottery *l);
/* False when the seed does not fit the commitment: the key folder is another one. */
bool lottery_open(struct req *rq, const struct lottery *l, uint8_t seed[SEED]);
/* The first signed head over the last fact of this name and subject, so that nobody picks among
 * heads; size 0: none yet. Leaves the word alone. */
enum err lottery_head(struct req *rq, const struct event *commitment, struct contribution *out);
const char *seed_hex(struct req *rq, const uint8_t seed[SEED]);

#endif
