/* Which fact speaks of what, and its proof. */
#include "core/papers/proofs.h"
#include "contracts/facts.h"
#include "core/app/app.h"

#include <string.h>

enum err proof_of_fact(
	struct req *rq, int64_t seq, const struct tree_head *head, struct proof_file *out)
{
	struct fault why = { 0 };
	const char *keys = arena_printf(rq->arena, "%s/keys", rq->app->data_dir);
	enum err e = proof_file_make(
		rq_conn(rq), rq->arena, &(struct proof_wanted){ seq, head }, out, &why);

	if (e == E_NOT_FOUND)
		return fail(rq, e,
			"There is no such record, or no signed head covers it yet: the next one "
			"will within a minute.");
	if (e == E_CONFLICT)
		return fail(rq, e,
			"This ledger never signed the head that you brought: keep it, and ask the "
			"bureau why.");
	if (e || proof_file_key(rq->arena, keys, out, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	return OK;
}

enum err proof_of_paper(struct req *rq, const char *code_or_number, const struct tree_head *head,
	struct proof_file *out)
{
	struct rows *r;
	bool more;
	int64_t seq = 0, id;
	const char *sm3, *sha256;

	TRY(db_query(rq, &r,
		"SELECT id, sm3, sha256 FROM papers WHERE (code = $1 OR number = $1) AND state = "
		"'sealed' ORDER BY id LIMIT 1",
		code_or_number));
	TRY(rows_next(r, &more));
	if (!more || !*code_or_number)
		return fail(rq, E_NOT_FOUND, "No sealed paper has this code or number.");
	id = rows_int(r, 0);
	sm3 = arena_dup(rq->arena, rows_text(r, 1));
	sha256 = arena_dup(rq->arena, rows_text(r, 2));
	rows_close(r);
	TRY(db_int(rq, &seq,
		"SELECT coalesce(max(seq), 0) FROM ledger WHERE subject = $1 AND name = $2 AND "
		"data LIKE $3",
		id, PAPER_SEALED, arena_printf(rq->arena, "%%\"%s\"%%", sm3)));
	if (!seq)
		return fail(rq, E_CONFLICT,
			"The record of its sealing is missing or differs: the paper was changed "
			"afterwards.");
	TRY(proof_of_fact(rq, seq, head, out));
	out->sm3 = sm3;
	out->sha256 = sha256;
	return OK;
}

enum err proof_of_file(struct req *rq, const struct file_asked *f, const struct tree_head *head,
	struct proof_file *out)
{
	struct digest d;
	int64_t seq = 0;

	if (!digest_parse(f->sm3, &d))
		return fail(rq, E_NOT_FOUND, "A file is named by its SM3: 64 hexadecimal digits.");
	const char *like = arena_printf(rq->arena, "%%\"%s\"%%", f->sm3);
	if (f->subject)
		TRY(db_int(rq, &seq,
			"SELECT coalesce(min(seq), 0) FROM ledger WHERE subject = $1 AND data LIKE "
			"$2",
			f->subject, like));
	else
		TRY(db_int(rq, &seq, "SELECT coalesce(min(seq), 0) FROM ledger WHERE data LIKE $1",
			like));
	if (!seq)
		return fail(rq, E_NOT_FOUND, "No record names this file.");
	TRY(proof_of_fact(rq, seq, head, out));
	out->sm3 = f->sm3;
	return OK;
}

const char *proof_text(struct req *rq, const struct proof_file *p)
{
	struct buf b = { .arena = rq->arena };

	proof_file_write(&b, p);
	return buf_text(&b);
}
