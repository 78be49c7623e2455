/* Signed heads, each compared with the tree when it has grown to the head's size. */
#include "core/ledger/signer_key.h"
#include "core/ledger/walk.h"

#include <string.h>

static void head_copy(struct heads *h, struct rows *r)
{
	struct tree_head *to = &h->at[h->n];
	char(*text)[200] = h->text[h->n];
	memset(text, 0, sizeof h->text[0]);
	*to = (struct tree_head){ .size = rows_int(r, 0),
		.at = rows_int(r, 1),
		.previous = rows_int(r, 5),
		.key_from = rows_int(r, 6),
		.key_until = rows_int(r, 7) };
	if (!digest_parse(rows_text(r, 2), &to->root))
		memset(to->root.b, 0, DIGEST); /* which is the root of nothing */
	for (int i = 0; i < 2; i++) {
		const char *from = rows_text(r, 3 + i);
		memcpy(text[i], from, strnlen(from, sizeof text[i] - 1));
	}
	to->key_id = text[0];
	to->signature = text[1];
	h->last = to->size;
	h->n++;
}

/* The head in hand, reading more when the last page is used up; NULL at the end. */
static enum err head_in_hand(struct walk *w, struct tree_head **out)
{
	struct heads *h = &w->heads;
	struct verification *v = w->v;
	if (h->next == h->n && !h->done) {
		struct rows *r = NULL;
		bool more = false;
		enum err e;
		h->n = h->next = 0;
		SQL(v->c, v->why,
			conn_query(v->c,
				"SELECT size, at, root, key_id, signature, previous, "
				"key_from, key_until FROM ledger_heads"
				" WHERE size > $1 ORDER BY size LIMIT 100",
				BINDS(h->last), &r));
		while (!(e = rows_next(r, &more)) && more && h->n < HEADS)
			head_copy(h, r);
		rows_close(r);
		if (e)
			return sql_fault(v->c, e, v->why);
		h->done = h->n < HEADS;
	}
	*out = h->next < h->n ? &h->at[h->next] : NULL;
	return OK;
}

static const char *head_words(const struct walk *w, const struct tree_head *h)
{
	struct arena *a = w->v->o->arena;
	return arena_printf(
		a, "the head of %" PRId64 " facts, signed %s", h->size, time_text(a, h->at));
}

static bool signature_check(struct walk *w, const struct tree_head *h, const char *words)
{
	struct verification *v = w->v;
	if (!v->o->keys_dir)
		return false;
	enum err e = head_signature(v, h);
	v->r->signatures += e == OK;
	if (e == E_NOT_FOUND)
		found(v, "%s: there is no public key %.40s", words, h->key_id);
	else if (e)
		found(v, "%s: its signature does not hold", words);
	return e == OK;
}

/* A root other than the signed one: something between the last head that holds and this one. */
static void root_wrong(struct walk *w, const struct tree_head *h, const char *words)
{
	struct verify_report *r = w->v->r;
	struct arena *a = w->v->o->arena;
	if (w->root_told)
		return;
	w->root_told = true;
	const char *since = r->held_size ? time_text(a, r->held_at) : "the beginning";
	found(w->v,
		"%s, does not match the facts: one of facts %" PRId64 " to %" PRId64
		" was changed after that (the last head that holds is of %s)",
		words, r->held_size + 1, h->size, since);
}

static void period_check(struct walk *w, const struct tree_head *h, const char *words)
{
	struct verification *v = w->v;
	struct key_period p = { 0 };
	struct fault why = { 0 };
	if (h->at < h->key_from || h->at >= h->key_until)
		found(v, "%s: it is dated outside the period of its key", words);
	if (!v->o->keys_dir || strchr(h->key_id, '/') ||
		key_period_read(v->o->keys_dir, h->key_id, &p, &why))
		return;
	if (p.from != h->key_from || p.until != h->key_until)
		found(v, "%s: its key has another period", words);
	else if (p.ended && h->at >= p.ended)
		found(v, "%s: its key had been replaced on %s", words,
			time_text(v->o->arena, p.ended));
}

/* Heads name each other: one that is gone is missed by the next. */
static void order_check(struct walk *w, const struct tree_head *h, const char *words)
{
	struct verification *v = w->v;
	if (!h->key_until) {
		if (w->second_form)
			found(v, "%s: it names no period of its key, which earlier ones do", words);
	} else {
		if (h->previous != w->head_size)
			found(v,
				"%s: the head before it was of %" PRId64
				" facts, and here it is of %" PRId64
				": heads were removed or added",
				words, h->previous, w->head_size);
		period_check(w, h, words);
		w->second_form = true;
	}
	w->head_size = h->size;
}

static void head_check(struct walk *w, const struct tree_head *h)
{
	struct verify_report *r = w->v->r;
	const char *words = head_words(w, h);
	struct digest root = frontier_root(&w->tree);
	bool signature = signature_check(w, h, words), same = digest_same(&root, &h->root);
	r->heads++;
	order_check(w, h, words);
	if (!same)
		root_wrong(w, h, words);
	if (h->at < w->head_at || h->at < w->last_at)
		found(w->v, "%s: it is dated before what it covers", words);
	if (same && signature) {
		r->held_size = h->size;
		r->held_at = h->at;
	}
	if (h->at > w->head_at)
		w->head_at = h->at;
}

static void remembered_check(struct walk *w)
{
	const struct tree_head *h = &w->v->remembered;
	struct digest root = frontier_root(&w->tree);
	const char *words =
		arena_printf(w->v->o->arena, "%s (as the signer remembers it)", head_words(w, h));
	if (head_signature(w->v, h) == E_CONFLICT)
		found(w->v, "%s: its signature does not hold", words);
	else if (!digest_same(&root, &h->root))
		root_wrong(w, h, words);
}

enum err heads_here(struct walk *w)
{
	struct tree_head *h = NULL;
	for (;;) {
		TRY(head_in_hand(w, &h));
		if (!h || h->size > w->tree.size)
			break;
		if (h->size < 1)
			found(w->v, "%s: no such head can be", head_words(w, h));
		else
			head_check(w, h);
		w->heads.next++;
	}
	if (w->v->remembered.size && w->v->remembered.size == w->tree.size)
		remembered_check(w);
	return OK;
}

enum err heads_beyond(struct walk *w)
{
	struct verification *v = w->v;
	struct tree_head *h = NULL;
	bool any = false;
	for (;; w->heads.next++) {
		TRY(head_in_hand(w, &h));
		if (!h)
			break;
		any = true;
		v->r->heads++;
		(void)signature_check(w, h, head_words(w, h));
		if (h->at > w->head_at)
			w->head_at = h->at;
		found(v, "facts were removed: %s, covers more than the %" PRId64 " that are left",
			head_words(w, h), w->tree.size);
	}
	h = &v->remembered;
	/* Signed, and then killed before it was kept: the program signs another within a minute. */
	if (!any && h->size > w->head_size && h->size <= w->tree.size &&
		clock_now() - h->at > MINUTE)
		found(v,
			"%s (as the signer remembers it), is not among the heads: it was removed, "
			"or "
			"the program was killed as it was kept and did not run since",
			head_words(w, h));
	if (!any && h->size > w->tree.size)
		found(v,
			"facts were removed: %s (as the signer remembers it), covers more than the "
			"%" PRId64 " that are left",
			head_words(w, h), w->tree.size);
	return OK;
}
