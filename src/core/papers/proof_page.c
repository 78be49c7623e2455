/* Proofs for visitors: the file of a proof, and the page that says in plain words whether one holds
 * and what it proves. What is uploaded or pasted is looked at and forgotten. */
#include "contracts/facts.h"
#include "core/app/app.h"
#include "core/papers/private.h"
#include "core/papers/proofs.h"

#include <string.h>

enum { PROOF_PASTE_MAX = 1 << 20 };

/* ---- the files */

static enum err reply_proof(struct req *rq, const struct proof_file *p, const char *name)
{
	const char *text = proof_text(rq, p);
	return reply_bytes(rq, "text/plain; charset=utf-8",
		(struct bytes){ (const uint8_t *)text, strlen(text) }, name);
}

enum err proof_fact_file(struct req *rq)
{
	struct proof_file p;

	TRY(proof_of_fact(rq, rq->id, NULL, &p));
	return reply_proof(rq, &p, arena_printf(rq->arena, "proof-%" PRId64 ".txt", rq->id));
}

enum err proof_paper_file(struct req *rq)
{
	struct proof_file p;

	TRY(proof_of_paper(rq, rq->key, NULL, &p));
	return reply_proof(rq, &p, arena_printf(rq->arena, "proof-%s.txt", rq->key));
}

static enum err reply_file_asked(struct req *rq, struct file_asked f)
{
	struct proof_file p;

	TRY(proof_of_file(rq, &f, NULL, &p));
	return reply_proof(rq, &p, arena_printf(rq->arena, "proof-%.12s.txt", f.sm3));
}

enum err proof_object_file(struct req *rq)
{
	return reply_file_asked(rq, (struct file_asked){ rq->key, query_int(rq, "subject", 0) });
}

enum err reply_proof_of_file(struct req *rq, const char *sm3)
{
	return reply_file_asked(rq, (struct file_asked){ sm3, 0 });
}

/* ---- the page */

static void put_line(struct req *rq, const struct proof_report *r, enum proof_check what)
{
	static const char *const words[PROOF_CHECKS][2] = {
		[PROOF_FORM] = { "The file can be read", "The file cannot be read" },
		[PROOF_TREE] = { "The record stands in the signed tree, unchanged",
			"The record does not stand in the signed tree: it was changed" },
		[PROOF_SIGNATURE] = { "The head of the tree is signed with this key",
			"The signature of the head does not hold" },
		[PROOF_KEY] = { "The key is one of this bureau's",
			"The key is none of this bureau's" },
		[PROOF_ROW] = { "The record witnesses the row as it is shown",
			"The row is not as the record says" },
		[PROOF_NAMED] = { "The record names the file by its digest",
			"The record does not name this file" },
		[PROOF_COPY] = { "Your copy is that file, byte for byte",
			"Your copy is not that file" },
		[PROOF_OLDER] = { "The head continues the earlier one",
			"The head does not continue the earlier one" },
		[PROOF_PUBLISHED] = { "Our ledger still has this head",
			"Our ledger does not have this head: keep the file, and call 12315" },
	};
	if (r->state[what] == PROOF_NOT_LOOKED)
		return;
	bool holds = r->state[what] == PROOF_HOLDS;
	struct node *list = (struct node *)(uintptr_t)node_find(rq->view, "checks"),
		    *n = put_map(list, NULL);
	put_flag(n, "good", holds);
	put_text(n, "tone", holds ? "green" : "red");
	put_text(n, "label", tr(rq, words[what][!holds]));
	put_text(n, "detail", r->detail[what]);
}

/* What it proves, in the words of whoever asks. */
static void put_meaning(struct req *rq, const struct proof_report *r)
{
	struct node *n = put_map(rq->view, "proven"), *all;
	struct fault why = { 0 };
	struct bytes data = { (const uint8_t *)r->fact.data, strlen(r->fact.data) };
	bool paper = text_is(r->fact.name, PAPER_SEALED);

	put_int(n, "seq", r->fact.seq);
	put_text(n, "name", r->fact.name);
	put_time(n, "at", r->fact.at);
	put_text(n, "by", r->fact.actor_name);
	put_int(n, "size", r->head.size);
	put_time(n, "signed_at", r->head.at);
	put_text(n, "root", digest_hex(rq->arena, &r->head.root));
	put_text(n, "key_id", r->head.key_id);
	put_text(n, "sm3", r->file.sm3);
	put_flag(n, "paper", paper);
	put_text(n, "number", "");
	if (paper && !json_parse(rq->arena, data, &all, &why))
		put_text(n, "number", node_text(all, "number", ""));
}

/* The key by its name among ours; and whether the head is one of ours: a head with our signature
 * that our ledger lacks is the sign of two ledgers. */
static enum err own_key(struct req *rq, const char *key_id, struct sm2_key **key)
{
	struct fault why = { 0 };
	uint8_t id[8];

	*key = NULL;
	if (strlen(key_id) != 2 * sizeof(id) || !hex_decode(id, key_id, sizeof(id)))
		return OK;
	enum err e = sm2_load_public(
		arena_printf(rq->arena, "%s/keys/public/%s.pem", rq->app->data_dir, key_id), key,
		&why);
	return e == E_NOT_FOUND || e == E_INVALID ? OK : e;
}

static enum err own_head(struct req *rq, struct proof_report *r)
{
	struct tree_head ours;
	enum err e = ledger_head(rq_conn(rq), rq->arena, r->head.size, &ours);

	if (e && e != E_NOT_FOUND)
		return e;
	bool same = !e && memcmp(&ours.root, &r->head.root, sizeof(ours.root)) == 0;
	r->state[PROOF_PUBLISHED] = same ? PROOF_HOLDS : PROOF_FAILS;
	r->detail[PROOF_PUBLISHED] = arena_printf(
		rq->arena, "%" PRId64 " · %s", r->head.size, digest_hex(rq->arena, &r->head.root));
	return OK;
}

static enum err proof_judge(struct req *rq, struct bytes text)
{
	const struct http_file *copy = form_file(rq, "copy");
	struct proof_asked q = { .text = text,
		.copy_sm3 = copy ? copy->sm3 : NULL,
		.copy_sha256 = copy ? copy->sha256 : NULL };
	struct proof_report r;
	struct sm2_key *key = NULL;
	bool good = proof_check(rq->arena, &q, &r);

	if (r.state[PROOF_FORM] == PROOF_HOLDS) {
		TRY(own_key(rq, r.file.key_id, &key));
		q.key = key;
		good = key && proof_check(rq->arena, &q, &r);
		sm2_free(key);
		if (!key) {
			r.state[PROOF_KEY] = PROOF_FAILS;
			r.detail[PROOF_KEY] = r.file.key_id;
		}
		TRY(own_head(rq, &r));
		good = good && r.state[PROOF_PUBLISHED] == PROOF_HOLDS;
		put_meaning(rq, &r);
	}
	put_list(rq->view, "checks");
	for (int c = 0; c < PROOF_CHECKS; c++)
		put_line(rq, &r, (enum proof_check)c);
	put_flag(rq->view, "judged", true);
	put_flag(rq->view, "good", good);
	return OK;
}

static void put_asked(struct req *rq, const char *number, const char *date)
{
	put_text(rq->view, "number", number);
	put_text(rq->view, "date", date);
}

enum err proof_page(struct req *rq)
{
	put_asked(rq, "", "");
	return page(rq, "papers/proof");
}

static enum err proof_given(struct req *rq, struct bytes *out)
{
	const struct http_file *f = form_file(rq, "proof");
	const char *pasted = form_raw(rq, "text");
	struct fault why = { 0 };

	*out = (struct bytes){ (const uint8_t *)pasted, strlen(pasted) };
	if (!f && !*pasted)
		return fail(rq, E_INVALID, "Choose the file of a proof, or paste its text.");
	if (f && file_read(rq->arena, f->path, PROOF_PASTE_MAX, out, &why))
		return fail(rq, E_TOO_LARGE,
			"This is too large for a proof here. Check it with: shian proof check");
	return OK;
}

enum err proof_checked(struct req *rq)
{
	struct bytes text;

	TRY(proof_given(rq, &text));
	TRY(proof_judge(rq, text));
	return proof_page(rq);
}

/* By number and date together: numbers follow each other, so a number alone would let anybody
 * leaf through the bureau's papers. */
enum err proof_lookup(struct req *rq)
{
	const char *number = form_text(rq, "number"), *code = "";
	int64_t day = 0;

	if (!*number)
		field_error(
			rq, "number", "Enter the number or the code as it stands on the paper.");
	put_asked(rq, number, form_text(rq, "date"));
	if (form_failed(rq))
		return form_again(rq, "papers/proof");
	enum err e = db_text(rq, &code, "SELECT code FROM papers WHERE code = $1", number);
	if (e == E_NOT_FOUND && date_parse(form_text(rq, "date"), &day))
		e = db_text(rq, &code,
			"SELECT code FROM papers WHERE number = $1 AND number <> '' AND dated_at "
			">= $2 AND dated_at < $2 + 86400000",
			number, day);
	if (e == E_NOT_FOUND)
		return fail(rq, e,
			"No paper of this bureau has this number and date, or this code. Check "
			"both sign by sign; if they are right, the paper is not ours: please call "
			"12315.");
	TRY(e);
	return redirect(rq, "/v/%s", code);
}
