#include "core/app/lottery.h"

#include "core/app/app.h"

#include <string.h>

enum err lottery_keep(struct req *rq, const struct buf *text, struct object *out)
{
	struct fault why = { 0 };
	struct bytes b = { (const uint8_t *)text->s, text->n };
	enum err e = store_put(rq_store(rq), rq->arena, b, out, &why);

	return e ? fail(rq, e, "The file could not be kept: %s", why.text) : OK;
}

const char *seed_hex(struct req *rq, const uint8_t seed[SEED])
{
	char *hex = arena_alloc(rq->arena, 2 * SEED + 1);

	hex_encode(hex, seed, SEED);
	return hex;
}

static void seed_make(struct req *rq, const struct lottery *l, uint8_t seed[SEED])
{
	const char *said = arena_printf(rq->arena, "%s\n%s\n", l->label, l->nonce);
	struct digest d = sm3_hmac(rq->app->secret, sizeof(rq->app->secret), said, strlen(said));

	memcpy(seed, d.b, SEED);
}

static const char *commitment_of(struct req *rq, const struct lottery *l, const uint8_t *seed)
{
	struct digest d = draw_commitment(rq->arena, l->list, seed);

	return digest_hex(rq->arena, &d);
}

void lottery_commit(struct req *rq, struct lottery *l)
{
	uint8_t bytes[SEED];

	random_bytes(bytes, sizeof(bytes));
	l->nonce = seed_hex(rq, bytes);
	seed_make(rq, l, bytes);
	l->commitment = commitment_of(rq, l, bytes);
}

bool lottery_open(struct req *rq, const struct lottery *l, uint8_t seed[SEED])
{
	seed_make(rq, l, seed);
	return text_is(commitment_of(rq, l, seed), l->commitment);
}

enum err lottery_head(struct req *rq, const struct event *commitment, struct contribution *out)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT size, root FROM pub_heads WHERE size >= (SELECT max(seq) FROM pub_ledger "
		"WHERE name = $1 AND subject = $2) ORDER BY size LIMIT 1",
		commitment->name, commitment->subject));
	TRY(rows_next(r, &more));
	out->head_size = more ? rows_int(r, 0) : 0;
	out->head_root = more ? arena_dup(rq->arena, rows_text(r, 1)) : "";
	rows_close(r);
	return OK;
}
