/* Whoever owns the database and takes his time: what he changes fits together again. What he cannot
 * change is what was signed, and what somebody else has seen. */
#include "tamper.h"

#include "core/ledger/proof_file.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/sm2_file.h"

#include <string.h>

#define ALL "ledger, ledger_nodes, ledger_state, ledger_heads: "

enum { HEADS = 5 };

static void patiently(struct change *c, const char *sql)
{
	tamper_patiently(c->f, sql);
	c->made = true;
}

/* SQL that changes, dates back, takes out or moves a fact that a signed head covers. */
static const char *fact_forged(struct change *c)
{
	int seq = 1 + below((int)heads_kept(c, HEADS - 1) - 1);
	switch (below(4)) {
	case 0:
		return arena_printf(c->a,
			"UPDATE ledger SET data = '{\"forged\":%d}' WHERE seq = %d", below(1000000),
			seq);
	case 1:
		return arena_printf(c->a,
			"UPDATE ledger SET at = at - %d WHERE seq BETWEEN %d AND %d",
			1 + below(3600000), 1 + below(seq), seq);
	case 2:
		return arena_printf(c->a,
			"DELETE FROM ledger WHERE seq = %d;"
			"UPDATE ledger SET seq = seq + 900000 WHERE seq > %d;"
			"UPDATE ledger SET seq = seq - 900001 WHERE seq > 900000",
			seq, seq);
	default:
		return arena_printf(c->a,
			"UPDATE ledger SET seq = 900000 WHERE seq = %d;"
			"UPDATE ledger SET seq = %d WHERE seq = %d;"
			"UPDATE ledger SET seq = %d WHERE seq = 900000",
			seq, seq, seq + 1, seq + 1);
	}
}

const char *all_recomputed(struct change *c)
{
	const char *sql = fact_forged(c);
	patiently(c, sql);
	return arena_printf(c->a, ALL "all recomputed after %s", sql);
}

const char *end_cut_off(struct change *c)
{
	int64_t left = heads_kept(c, below(HEADS - 1));
	const char *sql = arena_printf(c->a,
		"DELETE FROM ledger_heads WHERE size > %" PRId64
		"; DELETE FROM ledger WHERE seq > %" PRId64,
		left, left);
	patiently(c, sql);
	return arena_printf(c->a, ALL "all recomputed after %s", sql);
}

/* ---- the heads ----------------------------------------------------------------------------------
 */

const char *heads_cut_off(struct change *c)
{
	return arena_printf(c->a, "DELETE FROM ledger_heads WHERE size > %" PRId64,
		heads_kept(c, below(HEADS - 1)));
}

const char *signatures_swapped(struct change *c)
{
	int one = below(HEADS), two = (one + 1 + below(HEADS - 1)) % HEADS;
	int64_t a = heads_kept(c, one), b = heads_kept(c, two);
	return arena_printf(c->a,
		"UPDATE ledger_heads SET signature = (SELECT k.signature FROM keep_ledger_heads k "
		"WHERE k.size = CASE ledger_heads.size WHEN %" PRId64 " THEN %" PRId64
		" ELSE %" PRId64 " END) WHERE size IN (%" PRId64 ", %" PRId64 ")",
		a, b, a, a, b);
}

/* The file that says how long the key is good, so that a head stands outside of it. */
const char *key_outside_period(struct change *c)
{
	const char *id = signer_key_id(c->f->signer);
	struct key_period p = signer_key_period(c->f->signer);
	struct fault why = { 0 };
	int64_t first = 0, by = 1 + below(100000);
	int kind = below(3);

	file_take(c, arena_printf(c->a, "%s/public/%s.period", c->f->keys, id));
	must(text_to_int(outside_value(c->f, "SELECT min(at) FROM ledger_heads"), &first), "heads");
	if (kind == 0) /* it begins after the first head */
		p.from = first + by;
	else if (kind == 1)
		p.until = first + by;
	else /* another key had taken its place before */
		p.ended = first + by;
	must(!key_period_write(c->f->keys, id, &p, &why), why.text);
	c->made = true;
	return arena_printf(c->a, "the key's period: %" PRId64 " %" PRId64 " %" PRId64, p.from,
		p.until, p.ended);
}

/* With the key in his hands: one head again, over what the database says now. */
static void sign_again(struct change *c, const struct sm2_key *k, struct tree_head *h)
{
	struct conn *conn = NULL;
	struct fault why = { 0 };
	char *hex = NULL;

	must(!db_read_begin(c->f->db, &conn, &why), "read");
	must(!ledger_root(conn, h->size, &h->root, &why), why.text);
	db_read_end(conn);
	const char *bytes = signed_bytes(c->a, "head", head_text(c->a, h));
	must(!sm2_sign(k, bytes, strlen(bytes), c->a, &hex, &why), why.text);
	h->signature = hex;
}

const char *view_split(struct change *c)
{
	const char *sql = fact_forged(c), *keys = c->f->keys;
	struct sm2_key *k = NULL;
	struct fault why = { 0 };
	struct buf b = { .arena = c->a };

	patiently(c, sql);
	must(!sm2_read_private(arena_printf(c->a, "%s/sm2.pem", keys), NULL, &k, &why), why.text);
	for (int i = 0; i < HEADS; i++) {
		struct tree_head h = { 0 };
		struct conn *conn = NULL;
		must(!db_read_begin(c->f->db, &conn, &why), "read");
		must(!ledger_head(conn, c->a, heads_kept(c, i), &h), "head");
		db_read_end(conn);
		sign_again(c, k, &h);
		buf_printf(&b,
			"UPDATE ledger_heads SET root = '%s', signature = '%s' WHERE size = "
			"%" PRId64 ";",
			digest_hex(c->a, &h.root), h.signature, h.size);
		if (i < HEADS - 1)
			continue;
		file_take(c, arena_printf(c->a, "%s/last-head", keys));
		const char *last = head_file_text(c->a, &h);
		file_put(c->path, (struct bytes){ (const uint8_t *)last, strlen(last) });
	}
	sm2_free(k);
	tamper(c->f, buf_text(&b));
	return arena_printf(c->a, ALL "all recomputed and signed again after %s", sql);
}
