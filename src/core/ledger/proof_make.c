/* A proof out of the ledger. */
#include "core/ledger/merkle.h"
#include "core/ledger/proof_file.h"

#include <string.h>

static enum err fact_read(
	struct conn *c, struct arena *a, int64_t seq, struct proof_file *p, struct fault *why)
{
	struct rows *q = NULL;
	bool more = false;
	struct buf b = { .arena = a };
	SQL(c, why,
		conn_query(c,
			"SELECT seq, at, name, actor, actor_name, subject, entity, cause, data, "
			"rows FROM ledger WHERE seq = $1",
			BINDS(seq), &q));
	enum err e = rows_next(q, &more);
	if (!e && more) {
		struct fact_row f = { rows_int(q, 0), rows_int(q, 1), rows_int(q, 3),
			rows_int(q, 5), rows_int(q, 6), rows_int(q, 7), rows_text(q, 2),
			rows_text(q, 4), rows_text(q, 8), rows_text(q, 9) };
		fact_bytes(&b, &f);
		p->fact = (struct bytes){ (const uint8_t *)b.s + 2, b.n - 2 };
	}
	rows_close(q);
	if (e)
		return sql_fault(c, e, why);
	return more ? OK : fault(why, E_NOT_FOUND, "there is no fact %" PRId64, seq);
}

static enum err head_of_size(
	struct conn *c, struct arena *a, int64_t size, struct tree_head *out, struct fault *why)
{
	enum err e = ledger_head(c, a, size, out);
	if (e && e != E_NOT_FOUND)
		return sql_fault(c, e, why);
	return e ? fault(why, E_CONFLICT,
			   "this ledger never signed a head of %" PRId64
			   " facts: the one you brought is of another ledger",
			   size)
		 : OK;
}

static void path_copy(const struct proof *from, struct proof_path *to)
{
	to->n = from->n;
	for (int i = 0; i < from->n; i++)
		to->at[i] = from->path[i];
}

/* The head to prove against; want->head of size 0: the visitor brought none. */
static enum err head_choose(struct conn *c, struct arena *a, const struct proof_wanted *want,
	struct tree_head *out, struct fault *why)
{
	const struct tree_head *brought = want->head;
	int64_t seq = want->seq;
	if (!brought->size || brought->size < seq) {
		enum err e = ledger_last_head(c, a, out);
		if (e && e != E_NOT_FOUND)
			return sql_fault(c, e, why);
		return !e && out->size >= seq
			       ? OK
			       : fault(why, E_NOT_FOUND,
					 "no signed head covers fact %" PRId64 " yet", seq);
	}
	TRY(head_of_size(c, a, brought->size, out, why));
	return digest_same(&out->root, &brought->root)
		       ? OK
		       : fault(why, E_CONFLICT,
				 "the head of %" PRId64
				 " facts that you brought has another root than this ledger's: "
				 "somebody shows two ledgers",
				 out->size);
}

static enum err older_prove(struct conn *c, const struct tree_head *brought,
	const struct tree_head *head, struct proof_file *p, struct fault *why)
{
	struct proof proof;
	struct digest root;
	if (!brought->size || brought->size >= head->size)
		return OK;
	TRY(ledger_root(c, brought->size, &root, why));
	if (!digest_same(&root, &brought->root))
		return fault(why, E_CONFLICT,
			"the head of %" PRId64
			" facts that you brought has another root than this ledger's: "
			"somebody shows two ledgers",
			brought->size);
	TRY(ledger_consistency(c, brought->size, head->size, &proof, why));
	p->older_size = brought->size;
	p->older_root = root;
	path_copy(&proof, &p->consistency);
	return OK;
}

enum err proof_file_make(struct conn *c, struct arena *a, const struct proof_wanted *want,
	struct proof_file *p, struct fault *why)
{
	static const struct tree_head none;
	struct proof_wanted w = { want->seq, want->head ? want->head : &none };
	struct tree_head h = { 0 };
	struct proof proof;
	*p = (struct proof_file){ .table = "", .sm3 = "", .sha256 = "", .pem = "" };
	TRY(fact_read(c, a, w.seq, p, why));
	TRY(head_choose(c, a, &w, &h, why));
	TRY(ledger_inclusion(c, w.seq, h.size, &proof, why));
	path_copy(&proof, &p->path);
	p->head = head_text(a, &h);
	p->key_id = h.key_id;
	p->signature = h.signature;
	return older_prove(c, w.head, &h, p, why);
}

enum err proof_file_key(
	struct arena *a, const char *keys_dir, struct proof_file *p, struct fault *why)
{
	enum { PEM_TEXT_MAX = 16 * 1024 };
	struct bytes b = { 0 };
	TRY(file_read(a, arena_printf(a, "%s/public/%s.pem", keys_dir, p->key_id), PEM_TEXT_MAX, &b,
		why));
	p->pem = arena_copy(a, (const char *)b.at, b.n);
	return OK;
}
