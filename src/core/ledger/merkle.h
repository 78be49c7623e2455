/* The Merkle tree of RFC 6962 (section 2.1) with SM3 in place of SHA-256: pure, no database.
 *
 *	leaf(bytes)        SM3(0x00 || bytes)
 *	node(left, right)  SM3(0x01 || left || right)
 *	empty tree         SM3("")
 *
 * A tree of n leaves splits at the largest power of two below n. Leaves are counted from 0 here
 *(fact seq is leaf seq - 1). Sizes go up to 2^62.
 *
 * Two ways to a root: a frontier grows with each leaf and keeps one digest per set bit of the size
 *(the roots of the complete subtrees, largest first from the left); a merkle_source answers for any
 *complete subtree, and roots and proofs of every past size are put together from its answers.
 */
#ifndef CORE_MERKLE_H
#define CORE_MERKLE_H

#include "core/ledger/crypto.h"

enum { MERKLE_LEVELS = 62, MERKLE_PATH_MAX = 2 * MERKLE_LEVELS };

struct digest merkle_empty(void);
struct digest merkle_leaf(const void *at, size_t n);
struct digest merkle_node(const struct digest *left, const struct digest *right);
bool digest_same(const struct digest *a, const struct digest *b);

/* ---- growing ------------------------------------------------------------------------------ */
struct frontier {
	int64_t size;
	struct digest at[MERKLE_LEVELS + 1]; /* at[l] has a meaning while bit l of size is set */
};
/* The complete subtrees that one leaf closed: at[l] is of level l (2^l leaves, the last of them
 * this leaf; its index on that level is (size >> l) - 1), for l from 0 (the leaf itself) to levels
 * - 1. */
struct merkle_closed {
	int levels;
	struct digest at[MERKLE_LEVELS + 1];
};
void frontier_add(struct frontier *f, const struct digest *leaf,
	struct merkle_closed *closed); /* closed may be NULL */
struct digest frontier_root(const struct frontier *f);
/* Text: the digests in hex, largest subtree first. */
char *frontier_text(struct arena *a, const struct frontier *f);
bool frontier_parse(const char *text, int64_t size, struct frontier *out);

/* ---- any past size ------------------------------------------------------------------------ */
struct merkle_source {
	/* The root of the complete subtree of leaves [idx << level, (idx + 1) << level). */
	enum err (*subtree)(void *ctx, int level, int64_t idx, struct digest *out);
	void *ctx;
};
/* Leaves [0, size). */
enum err merkle_root(const struct merkle_source *s, int64_t size, struct digest *out);

struct merkle_path {
	int n;
	struct digest at[MERKLE_PATH_MAX]; /* from the leaf to the root */
};
/* leaf < size, else E_INVALID. */
enum err merkle_inclusion(
	const struct merkle_source *s, int64_t leaf, int64_t size, struct merkle_path *out);
/* That the tree of size b continues the tree of size a: 0 < a <= b, else E_INVALID. */
enum err merkle_consistency(
	const struct merkle_source *s, int64_t a, int64_t b, struct merkle_path *out);

/* ---- checks ------------------------------------------------------------------------------- */
struct merkle_tree {
	int64_t size;
	struct digest root;
};
bool merkle_inclusion_holds(const struct digest *leaf_digest, int64_t leaf,
	const struct merkle_tree *t, const struct merkle_path *p);
bool merkle_consistency_holds(
	const struct merkle_tree *a, const struct merkle_tree *b, const struct merkle_path *p);
/* left[i]: does the i-th digest of an inclusion path stand left of what was joined so far? */
void merkle_sides(int64_t leaf, int64_t size, int n, bool *left);

#endif
