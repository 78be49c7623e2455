#include "core/ledger/merkle.h"

#include <string.h>

struct digest merkle_empty(void)
{
	return sm3("", 0);
}

struct digest merkle_leaf(const void *at, size_t n)
{
	static const uint8_t tag = 0x00;
	struct hash *h = hash_new(HASH_SM3);
	hash_add(h, &tag, 1);
	hash_add(h, at, n);
	return hash_end(h);
}

struct digest merkle_node(const struct digest *left, const struct digest *right)
{
	uint8_t both[1 + 2 * DIGEST] = { 0x01 };
	memcpy(both + 1, left->b, DIGEST);
	memcpy(both + 1 + DIGEST, right->b, DIGEST);
	return sm3(both, sizeof both);
}

bool digest_same(const struct digest *a, const struct digest *b)
{
	return same_bytes(a->b, b->b, DIGEST);
}

static bool has_bit(int64_t n, int bit)
{
	return (uint64_t)n >> bit & 1;
}

/* ---- growing ------------------------------------------------------------------------------ */

void frontier_add(struct frontier *f, const struct digest *leaf, struct merkle_closed *closed)
{
	struct digest d = *leaf;
	int level = 0;
	for (; has_bit(f->size, level); level++) {
		if (closed)
			closed->at[level] = d;
		d = merkle_node(&f->at[level], &d);
	}
	if (closed) {
		closed->at[level] = d;
		closed->levels = level + 1;
	}
	f->at[level] = d;
	f->size++;
}

struct digest frontier_root(const struct frontier *f)
{
	struct digest d = { 0 };
	bool any = false;
	for (int level = 0; level <= MERKLE_LEVELS; level++) {
		if (!has_bit(f->size, level))
			continue;
		d = any ? merkle_node(&f->at[level], &d) : f->at[level];
		any = true;
	}
	return any ? d : merkle_empty();
}

char *frontier_text(struct arena *a, const struct frontier *f)
{
	char *text = arena_alloc(a, (MERKLE_LEVELS + 1) * (size_t)DIGEST_HEX + 1);
	char *p = text;
	for (int level = MERKLE_LEVELS; level >= 0; level--) {
		if (!has_bit(f->size, level))
			continue;
		hex_encode(p, f->at[level].b, DIGEST);
		p += DIGEST_HEX;
	}
	return text;
}

bool frontier_parse(const char *text, int64_t size, struct frontier *out)
{
	size_t left = strlen(text);
	if (size < 0)
		return false;
	*out = (struct frontier){ .size = size };
	for (int level = MERKLE_LEVELS; level >= 0; level--) {
		if (!has_bit(size, level))
			continue;
		char hex[DIGEST_HEX + 1] = { 0 };
		if (left < DIGEST_HEX)
			return false;
		memcpy(hex, text, DIGEST_HEX);
		if (!digest_parse(hex, &out->at[level]))
			return false;
		text += DIGEST_HEX;
		left -= DIGEST_HEX;
	}
	return left == 0;
}

/* ---- any past size ------------------------------------------------------------------------ */

/* The largest power of two below n; n > 1. */
static int64_t split(int64_t n)
{
	int64_t k = 1;
	while (k < n - k)
		k *= 2;
	return k;
}

struct range {
	int64_t from, to;
};

/* from is a multiple of the smallest power of two that is not below the length, so the range falls
 * into complete subtrees from large to small. */
static enum err range_root(const struct merkle_source *s, struct range r, struct digest *out)
{
	struct digest part[MERKLE_LEVELS + 1];
	int n = 0;
	int64_t at = r.from, size = r.to - r.from;
	for (int level = MERKLE_LEVELS; level >= 0; level--) {
		if (!has_bit(size, level))
			continue;
		TRY(s->subtree(s->ctx, level, at >> level, &part[n++]));
		at += (int64_t)1 << level;
	}
	if (!n) {
		*out = merkle_empty();
		return OK;
	}
	struct digest d = part[--n];
	while (n > 0)
		d = merkle_node(&part[--n], &d);
	*out = d;
	return OK;
}

enum err merkle_root(const struct merkle_source *s, int64_t size, struct digest *out)
{
	if (size < 0)
		return E_INVALID;
	return range_root(s, (struct range){ 0, size }, out);
}

/* Paths are collected from the root down. */
static void path_reverse(struct merkle_path *p)
{
	for (int i = 0, j = p->n - 1; i < j; i++, j--) {
		struct digest d = p->at[i];
		p->at[i] = p->at[j];
		p->at[j] = d;
	}
}

enum err merkle_inclusion(
	const struct merkle_source *s, int64_t leaf, int64_t size, struct merkle_path *out)
{
	if (leaf < 0 || leaf >= size)
		return E_INVALID;
	struct range r = { 0, size };
	out->n = 0;
	while (r.to - r.from > 1) {
		int64_t middle = r.from + split(r.to - r.from);
		struct range left = { r.from, middle }, right = { middle, r.to };
		bool in_left = leaf < middle;
		TRY(range_root(s, in_left ? right : left, &out->at[out->n++]));
		r = in_left ? left : right;
	}
	path_reverse(out);
	return OK;
}

enum err merkle_consistency(
	const struct merkle_source *s, int64_t a, int64_t b, struct merkle_path *out)
{
	if (a < 1 || a > b)
		return E_INVALID;
	struct range r = { 0, b };
	bool whole =
		true; /* the part in hand is the old tree itself, whose root the checker knows */
	out->n = 0;
	while (r.to > a) {
		int64_t middle = r.from + split(r.to - r.from);
		struct range left = { r.from, middle }, right = { middle, r.to };
		bool in_left = a <= middle;
		TRY(range_root(s, in_left ? right : left, &out->at[out->n++]));
		r = in_left ? left : right;
		whole = whole && in_left;
	}
	if (!whole)
		TRY(range_root(s, r, &out->at[out->n++]));
	path_reverse(out);
	return OK;
}

/* ---- checks (RFC 9162, 2.1.3.2 and 2.1.4.2) ------------------------------------------------- */

/* One step towards the root. fn is the place of what was joined so far on this level, sn the last
 * place; true when the next digest of the path stands left of it. */
static bool step(uint64_t *fn, uint64_t *sn)
{
	bool left = *fn & 1 || *fn == *sn;
	if (left)
		for (; !(*fn & 1) && *fn; *fn >>= 1)
			*sn >>= 1;
	*fn >>= 1;
	*sn >>= 1;
	return left;
}

void merkle_sides(int64_t leaf, int64_t size, int n, bool *left)
{
	uint64_t fn = (uint64_t)leaf, sn = (uint64_t)size - 1;
	for (int i = 0; i < n; i++)
		left[i] = step(&fn, &sn);
}

bool merkle_inclusion_holds(const struct digest *leaf_digest, int64_t leaf,
	const struct merkle_tree *t, const struct merkle_path *p)
{
	if (leaf < 0 || leaf >= t->size || p->n < 0 || p->n > MERKLE_PATH_MAX)
		return false;
	uint64_t fn = (uint64_t)leaf, sn = (uint64_t)t->size - 1;
	struct digest r = *leaf_digest;
	for (int i = 0; i < p->n; i++) {
		if (sn == 0)
			return false;
		r = step(&fn, &sn) ? merkle_node(&p->at[i], &r) : merkle_node(&r, &p->at[i]);
	}
	return sn == 0 && digest_same(&r, &t->root);
}

/* 0 < a < b: both roots grow out of the path, the old one from its left digests alone. */
static bool grows(
	const struct merkle_tree *a, const struct merkle_tree *b, const struct merkle_path *p)
{
	uint64_t fn = (uint64_t)a->size - 1, sn = (uint64_t)b->size - 1;
	bool power = !((uint64_t)a->size & fn); /* then the old root itself begins the path */
	if (!power && p->n == 0)
		return false;
	for (; fn & 1; fn >>= 1)
		sn >>= 1;
	struct digest fr = power ? a->root : p->at[0], sr = fr;
	for (int i = power ? 0 : 1; i < p->n; i++) {
		if (sn == 0)
			return false;
		if (step(&fn, &sn)) {
			fr = merkle_node(&p->at[i], &fr);
			sr = merkle_node(&p->at[i], &sr);
		} else {
			sr = merkle_node(&sr, &p->at[i]);
		}
	}
	return sn == 0 && digest_same(&fr, &a->root) && digest_same(&sr, &b->root);
}

bool merkle_consistency_holds(
	const struct merkle_tree *a, const struct merkle_tree *b, const struct merkle_path *p)
{
	if (a->size < 1 || a->size > b->size || p->n < 0 || p->n > MERKLE_PATH_MAX)
		return false;
	if (a->size == b->size)
		return p->n == 0 && digest_same(&a->root, &b->root);
	return grows(a, b, p);
}
