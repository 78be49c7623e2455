#include "core/ledger/head_compare.h"
#include "core/ledger/merkle.h"
#include "core/ledger/signer_key.h"

#include <string.h>

enum { LINES_FIRST = 6, LINES_SECOND = 10 };

/* ---- reading -------------------------------------------------------------------------------- */

/* Where the n-th line from at ends, or NULL. */
static const uint8_t *lines_skip(const uint8_t *at, const uint8_t *end, int n)
{
	for (; n && at; n--) {
		at = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
		at = at ? at + 1 : NULL;
	}
	return at;
}

enum err head_list_parse(struct arena *a, struct bytes in, struct head_list *out, struct fault *why)
{
	const uint8_t *at = in.at, *end = in.at ? in.at + in.n : NULL;
	size_t lines = 0;

	for (size_t i = 0; i < in.n; i++)
		lines += in.at[i] == '\n';
	out->at = NEWS(a, struct tree_head, lines / LINES_FIRST + 1);
	out->n = 0;
	while (at && at < end) {
		bool second = end - at > 13 && memcmp(at, "shian-head-v2", 13) == 0;
		const uint8_t *stop = lines_skip(at, end, second ? LINES_SECOND : LINES_FIRST);
		struct bytes one = { at, stop ? (size_t)(stop - at) : (size_t)(end - at) };
		if (!stop || !head_file_parse(a, one, &out->at[out->n]))
			return fault(why, E_INVALID, "what follows head %zu is no head", out->n);
		out->n++;
		at = stop;
	}
	return out->n ? OK : fault(why, E_INVALID, "there is no head");
}

/* ---- comparing ------------------------------------------------------------------------------ */

static void wrong(struct head_compare *h, const struct tree_head *t, const char *words)
{
	h->wrong++;
	h->tell(h->ctx, arena_printf(h->arena, "the head of %" PRId64 " facts, signed %s: %s",
				t->size, time_text(h->arena, t->at), words));
}

static const char *signature_words(struct head_compare *h, const struct tree_head *t)
{
	struct sm2_key *k = NULL;
	struct fault why = { 0 };

	if (!h->keys_dir)
		return NULL;
	if (sm2_load_public(
		    arena_printf(h->arena, "%s/public/%s.pem", h->keys_dir, t->key_id), &k, &why))
		return arena_printf(h->arena, "there is no public key %s", t->key_id);
	bool holds = signature_holds(k, "head", head_text(h->arena, t), t->signature);
	sm2_free(k);
	return holds ? NULL : "its signature does not hold";
}

static const char *two_roots(
	struct head_compare *h, const struct digest *one, const struct digest *other)
{
	return arena_printf(h->arena, "the view was split: it has root %.16s…, here it is %.16s…",
		digest_hex(h->arena, one), digest_hex(h->arena, other));
}

/* NULL: it agrees. */
static enum err ledger_words(struct conn *c, struct head_compare *h, const struct tree_head *t,
	const char **words, struct fault *why)
{
	struct digest root;
	int64_t size = 0;

	SQL(c, why, ledger_size(c, &size));
	*words = NULL;
	if (t->size > size) {
		*words = arena_printf(h->arena,
			"the ledger has only %" PRId64
			" facts: the rest was removed, or is of another ledger",
			size);
		return OK;
	}
	TRY(ledger_root(c, t->size, &root, why));
	if (!digest_same(&root, &t->root))
		*words = two_roots(h, &t->root, &root);
	return OK;
}

enum err heads_compare(
	struct conn *c, const struct head_list *l, struct head_compare *h, struct fault *why)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct tree_head *t = &l->at[i];
		int64_t before = h->wrong;
		const char *words = signature_words(h, t);
		if (words)
			wrong(h, t, words);
		TRY(ledger_words(c, h, t, &words, why));
		if (words)
			wrong(h, t, words);
		for (size_t k = 0; k < i; k++)
			if ((l->at[k].size < t->size && l->at[k].at > t->at) ||
				(l->at[k].size > t->size && l->at[k].at < t->at)) {
				wrong(h, t, "it is dated out of order with another one");
				break;
			}
		h->agree += h->wrong == before;
	}
	return OK;
}

void head_lists_compare(
	const struct head_list *a, const struct head_list *b, struct head_compare *h)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++) {
			if (a->at[i].size != b->at[k].size)
				continue;
			if (digest_same(&a->at[i].root, &b->at[k].root))
				h->agree++;
			else
				wrong(h, &a->at[i], two_roots(h, &a->at[i].root, &b->at[k].root));
		}
}
