/* Does a proof hold? From its text alone, and what the visitor brings: a key, a published head, a
 * copy of the file. */
#include "core/ledger/merkle.h"
#include "core/ledger/proof_file.h"
#include "core/ledger/signer_key.h"

#include <string.h>

struct checking {
	struct arena *a;
	const struct proof_asked *q;
	struct proof_report *r;
};

static void say(struct checking *c, enum proof_check what, bool holds, const char *detail)
{
	c->r->state[what] = holds ? PROOF_HOLDS : PROOF_FAILS;
	c->r->detail[what] = detail;
}

static const char *head_short(struct checking *c, int64_t size, const struct digest *root)
{
	return arena_printf(c->a, "%" PRId64 " · %s", size, digest_hex(c->a, root));
}

static bool form_check(struct checking *c)
{
	struct proof_report *r = c->r;
	struct fault why = { 0 };
	if (proof_file_parse(c->a, c->q->text, &r->file, &why)) {
		say(c, PROOF_FORM, false, arena_dup(c->a, why.text));
		return false;
	}
	bool fact = fact_parse(c->a, r->file.fact, &r->fact) && r->fact.seq >= 1,
	     head = head_parse(c->a, r->file.head, strlen(r->file.head), &r->head);
	say(c, PROOF_FORM, fact && head,
		!fact  ? "its fact has not the form of a fact"
		: head ? ""
		       : "its head has not the form of a head");
	head = head && (!r->head.key_until || text_is(r->head.key_id, r->file.key_id));
	r->head.key_id = r->file.key_id;
	r->head.signature = r->file.signature;
	return fact && head;
}

static struct merkle_path path_of(const struct proof_path *p)
{
	struct merkle_path m = { .n = p->n };
	for (int i = 0; i < p->n; i++)
		m.at[i] = p->at[i];
	return m;
}

static void tree_check(struct checking *c)
{
	struct proof_report *r = c->r;
	struct buf b = { .arena = c->a };
	struct merkle_path path = path_of(&r->file.path);
	struct merkle_tree tree = { r->head.size, r->head.root };
	fact_bytes(&b, &r->fact);
	r->leaf = sm3(b.s, b.n);
	say(c, PROOF_TREE, merkle_inclusion_holds(&r->leaf, r->fact.seq - 1, &tree, &path),
		head_short(c, r->head.size, &r->head.root));
}

static void signature_check(struct checking *c)
{
	const struct proof_file *p = &c->r->file;
	struct sm2_key *own = NULL;
	struct fault why = { 0 };
	if (!c->q->key && sm2_read_public((struct bytes){ (const uint8_t *)p->pem, strlen(p->pem) },
				  &own, &why)) {
		say(c, PROOF_SIGNATURE, false, "");
		return;
	}
	const struct sm2_key *key = c->q->key ? c->q->key : own;
	bool named = text_is(sm2_key_id(key), p->key_id);
	const struct tree_head *h = &c->r->head;
	if (c->q->key)
		say(c, PROOF_KEY, named, p->key_id);
	if (h->key_until && (h->at < h->key_from || h->at >= h->key_until)) {
		say(c, PROOF_SIGNATURE, false, "it is dated outside the period of its key");
		sm2_free(own);
		return;
	}
	say(c, PROOF_SIGNATURE, named && signature_holds(key, "head", p->head, p->signature),
		p->key_id);
	sm2_free(own);
}

/* The fact says "table:id:digest;" of each row that it witnesses. */
static void row_check(struct checking *c)
{
	const struct proof_file *p = &c->r->file;
	struct digest d = sm3(p->row.at, p->row.n);
	struct witness_entry one;
	bool any = false;
	if (!*p->table)
		return;
	for (const char *at = c->r->fact.rows; *at && witness_read(&at, &one);)
		any = any || (text_is(one.table, p->table) && one.id == p->row_id &&
				     digest_same(&one.row, &d));
	say(c, PROOF_ROW, any, arena_printf(c->a, "%s:%" PRId64, p->table, p->row_id));
}

static bool bytes_have(struct bytes in, const char *text)
{
	return in.n && memmem(in.at, in.n, text, strlen(text)) != NULL;
}

static void file_check(struct checking *c)
{
	const struct proof_file *p = &c->r->file;
	if (!*p->sm3)
		return;
	bool row = c->r->state[PROOF_ROW] == PROOF_HOLDS,
	     named = strstr(c->r->fact.data, arena_printf(c->a, "\"%s\"", p->sm3)) ||
		     (row && bytes_have(p->row, arena_printf(c->a, "=64:%s", p->sm3)));
	if (*p->sha256)
		named = named &&
			(strstr(c->r->fact.data, arena_printf(c->a, "\"%s\"", p->sha256)) ||
				(row && bytes_have(
						p->row, arena_printf(c->a, "=64:%s", p->sha256))));
	say(c, PROOF_NAMED, named, p->sm3);
	if (c->q->copy_sm3)
		say(c, PROOF_COPY,
			text_is(c->q->copy_sm3, p->sm3) &&
				(!*p->sha256 || text_is(c->q->copy_sha256, p->sha256)),
			c->q->copy_sm3);
}

static void older_check(struct checking *c)
{
	const struct proof_report *r = c->r;
	if (!r->file.older_size)
		return;
	struct merkle_tree older = { r->file.older_size, r->file.older_root },
			   newer = { r->head.size, r->head.root };
	struct merkle_path path = path_of(&r->file.consistency);
	say(c, PROOF_OLDER, merkle_consistency_holds(&older, &newer, &path),
		head_short(c, older.size, &older.root));
}

static void published_check(struct checking *c)
{
	const struct tree_head *h = c->q->published;
	const struct proof_report *r = c->r;
	if (!h)
		return;
	const char *detail = head_short(c, h->size, &h->root);
	bool same = h->size == r->head.size && digest_same(&h->root, &r->head.root),
	     older = h->size == r->file.older_size && digest_same(&h->root, &r->file.older_root) &&
		     r->state[PROOF_OLDER] == PROOF_HOLDS;
	if (!same && !older && h->size != r->head.size && h->size != r->file.older_size)
		detail = arena_printf(
			c->a, "%s: made against another head, ask for one with --head", detail);
	say(c, PROOF_PUBLISHED, same || older, detail);
}

bool proof_check(struct arena *a, const struct proof_asked *q, struct proof_report *r)
{
	struct checking c = { a, q, r };
	*r = (struct proof_report){ 0 };
	for (int i = 0; i < PROOF_CHECKS; i++)
		r->detail[i] = "";
	if (!form_check(&c))
		return false;
	tree_check(&c);
	signature_check(&c);
	row_check(&c);
	file_check(&c);
	older_check(&c);
	published_check(&c);
	for (int i = 0; i < PROOF_CHECKS; i++)
		if (r->state[i] == PROOF_FAILS)
			return false;
	return true;
}
