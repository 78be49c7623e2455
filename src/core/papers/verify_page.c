/* The page behind the code on a paper: anybody can see whether it is ours and unchanged. It shows
 * no more of the content than whoever holds the paper already knows. */
#include "core/papers/private.h"
#include "contracts/facts.h"
#include "core/app/app.h"

#include <string.h>

void paper_put_check(struct node *list, bool good, const char *label, const char *detail)
{
	struct node *n = put_map(list, NULL);
	put_flag(n, "good", good);
	put_text(n, "tone", good ? "green" : "red");
	put_text(n, "label", label);
	put_text(n, "detail", detail);
}

static bool signature_good(struct req *rq, const struct paper_row *p)
{
	struct sm2_key *key;
	struct fault why = { 0 };
	const char *text = arena_printf(rq->arena, "document\n%s", paper_signed_text(rq->arena, p));
	char *path = arena_printf(rq->arena, "%s/keys/public/%s.pem", rq->app->data_dir, p->key_id);

	if (sm2_load_public(path, &key, &why))
		return false;
	bool good = sm2_verify(key, text, strlen(text), p->signature);
	sm2_free(key);
	return good;
}

/* Is the fact of sealing, with this very digest, in the tree whose head was signed? */
static enum err proof_show(
	struct req *rq, const struct paper_row *p, struct node *checks, bool *good)
{
	struct fault why = { 0 };
	struct tree_head head;
	struct proof proof;
	int64_t seq = 0;

	TRY(db_int(rq, &seq,
		"SELECT coalesce(max(seq), 0) FROM ledger WHERE subject = $1 AND name = $2 AND "
		"data LIKE $3",
		p->id, PAPER_SEALED, arena_printf(rq->arena, "%%\"%s\"%%", p->sm3)));
	if (!seq) {
		*good = false;
		paper_put_check(checks, false,
			tr(rq, "The record of its sealing is missing or differs"), "");
		return OK;
	}
	if (ledger_last_head(rq_conn(rq), rq->arena, &head) || head.size < seq) {
		paper_put_check(checks, true,
			tr(rq, "Recorded; the next signed head will cover it within a minute"), "");
		return OK;
	}
	bool holds = !ledger_inclusion(rq_conn(rq), seq, head.size, &proof, &why) &&
		     proof_holds(&proof) && memcmp(&proof.root, &head.root, sizeof(head.root)) == 0;
	*good &= holds;
	paper_put_check(checks, holds,
		tr(rq, holds ? "Its record is in the signed tree"
			     : "Its record is not in the signed tree"),
		arena_printf(rq->arena, "#%" PRId64 " / %" PRId64 " · %s", seq, head.size,
			arena_copy(rq->arena, digest_hex(rq->arena, &head.root), 16)));
	struct node *n = put_map(rq->view, "proof"), *path = put_list(n, "path");
	put_int(n, "seq", seq);
	put_int(n, "size", head.size);
	put_text(n, "leaf", digest_hex(rq->arena, &proof.leaf));
	put_text(n, "root", digest_hex(rq->arena, &head.root));
	put_text(n, "signature", head.signature);
	put_text(n, "key_id", head.key_id);
	put_time(n, "at", head.at);
	for (int i = 0; holds && i < proof.n; i++)
		put_text(path, NULL, digest_hex(rq->arena, &proof.path[i]));
	return OK;
}

static enum err checks_show(struct req *rq, const struct paper_row *p)
{
	struct node *checks = put_list(rq->view, "checks");
	struct fault why = { 0 };
	bool file = !store_check(rq_store(rq), p->sm3, p->sha256, &why),
	     sign = signature_good(rq, p), good = file && sign;

	paper_put_check(checks, file,
		tr(rq, file ? "The file is unchanged since it was sealed"
			    : "The file was changed or is gone"),
		p->sm3);
	paper_put_check(checks, sign,
		tr(rq, sign ? "The bureau's signature (SM2) is right"
			    : "The signature does not fit"),
		p->key_id);
	TRY(paper_fields_show(rq, p, &good));
	TRY(proof_show(rq, p, checks, &good));
	put_flag(rq->view, "good", good);
	return OK;
}

static enum err paper_by_code(struct req *rq, struct paper_row *p)
{
	enum err e = db_one(rq, &paper_model, p, "SELECT * FROM papers WHERE code = $1", rq->key);
	if (e == E_NOT_FOUND)
		return fail(rq, e,
			"No paper of this bureau has this code. Check it sign by sign; if it is "
			"right, the paper is "
			"not ours: please call 12315.");
	return e;
}

static enum err verify_show(struct req *rq, const struct paper_row *p)
{
	put_text(rq->view, "title", p->title);
	put_text(rq->view, "number", p->number);
	put_text(rq->view, "code", p->code);
	put_time(rq->view, "sealed_at", p->sealed_at);
	put_text(rq->view, "sm3", p->sm3);
	put_text(rq->view, "sha256", p->sha256);
	put_text(rq->view, "office", setting(rq, "bureau", "示范区市场监督管理局"));
	put_flag(rq->view, "sealed", text_is(p->state, "sealed"));
	if (text_is(p->state, "sealed"))
		TRY(checks_show(rq, p));
	return page(rq, "papers/verify");
}

enum err paper_verify_page(struct req *rq)
{
	struct paper_row p;
	TRY(paper_by_code(rq, &p));
	return verify_show(rq, &p);
}

/* A stranger's own copy: only its digest is looked at, nothing of it is kept. */
enum err paper_verify_file(struct req *rq)
{
	struct paper_row p;
	const struct http_file *f = form_file(rq, "file");

	TRY(paper_by_code(rq, &p));
	if (!f)
		return fail(rq, E_INVALID, "Choose the PDF file that you want to compare.");
	bool same = text_is(f->sm3, p.sm3) && text_is(f->sha256, p.sha256);
	struct node *n = put_map(rq->view, "compared");
	put_flag(n, "same", same);
	put_text(n, "name", f->name);
	return verify_show(rq, &p);
}

/* Approvals, reports and discussions stay inside the office (rules/papers/inside.json). */
static enum err party_may_read(struct req *rq, const struct paper_row *p)
{
	const struct node *law;

	if (p->entity != rq->user->entity || p->subject != rq->user->link_subject)
		return fail(rq, E_FORBIDDEN, "This paper belongs to another matter.");
	TRY(rules(rq, "papers/inside", p->ordered_at, &law));
	NODE_EACH (n, node_find(law, "papers"))
		if (text_is(n->s, p->template))
			return fail(rq, E_FORBIDDEN, "This paper stays inside the office.");
	return OK;
}

static enum err officer_may_read(struct req *rq, const struct paper_row *p)
{
	if (!may(rq, CASE_READ))
		return fail(rq, rq->user->id ? E_FORBIDDEN : E_LOGIN,
			"Your account does not have the right to do this.");
	return in_area(rq, p->area);
}

enum err paper_file(struct req *rq)
{
	struct paper_row p;

	TRY(db_one(rq, &paper_model, &p, "SELECT * FROM papers WHERE id = $1", rq->id));
	TRY(rq->user->role_id == ROLE_PARTY ? party_may_read(rq, &p) : officer_may_read(rq, &p));
	if (!text_is(p.state, "sealed"))
		return fail(
			rq, E_NOT_FOUND, "The paper is being made. Try again in a few seconds.");
	return reply_object(rq, p.sm3, "application/pdf",
		arena_printf(rq->arena, "%s%s%s.pdf", p.title, *p.number ? " " : "", p.number));
}

const struct module papers = {
	.name = "papers",
	.routes = (const struct route[]){ { GET, "/v/:key", paper_verify_page, ANYBODY,
						  .about = "Is a paper ours and unchanged" },
		{ POST, "/v/:key", paper_verify_file, ANYBODY,
			.about = "Compare a file with the paper" },
		{ GET, "/papers/:id/file", paper_file, ANYBODY,
			.about = "The PDF, for officers and the party", .power = "papers,receive" },
		{ GET, "/papers/numbers", paper_numbers_page, CASE_READ,
			.about = "The register of numbers" },
		{ POST, "/papers/numbers", paper_number_reserve, CASE_WRITE,
			.about = "Reserve the next number of a kind of paper" },
		{ POST, "/papers/numbers/:id/void", paper_number_void, CASE_WRITE,
			.about = "Declare a reserved number void" },
		{ GET, "/account/signature", officer_signature_page, CASE_WRITE,
			.about = "The signature that an officer drew for its papers" },
		{ POST, "/account/signature", officer_signature_draw, CASE_WRITE,
			.about = "Draw one's own signature, or draw it anew (signature)" },
		{ GET, "/account/signature/picture", officer_signature_picture, CASE_WRITE,
			.about = "One's own signature as a picture" },
		{ GET, "/proof", proof_page, ANYBODY,
			.about = "Verify a paper or a proof: the page" },
		{ POST, "/proof", proof_checked, ANYBODY, .about = "Check the file of a proof" },
		{ POST, "/proof/paper", proof_lookup, ANYBODY,
			.about = "The paper with this number and date, or this code" },
		{ GET, "/proof/papers/:key", proof_paper_file, ANYBODY,
			.about = "The proof of a paper's sealing, by its code, as a file" },
		{ GET, "/proof/facts/:id", proof_fact_file, LEDGER_READ,
			.about = "The proof of a fact, as a file" },
		{ GET, "/proof/files/:key", proof_object_file, LEDGER_READ,
			.about = "The proof of a stored file, by its SM3" },
		{ 0 } },
	.jobs = (const struct job_kind[]){ { "papers.make", paper_make, paper_sealed }, { 0 } },
	.models = (const struct model *const[]){ &paper_model, &paper_field_model,
		&paper_number_model, &officer_signature_model, NULL },
	.tells = (const char *const[]){ PAPER_ORDERED, PAPER_SEALED, PAPER_NUMBER_RESERVED,
		PAPER_NUMBER_VOIDED, OFFICER_SIGNATURE_DRAWN, NULL },
	.objects = "SELECT sm3, sha256 FROM papers WHERE state = 'sealed'"
		   " UNION ALL SELECT sm3, sha256 FROM officer_signatures",
};
