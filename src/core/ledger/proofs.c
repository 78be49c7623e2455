/* Roots and proofs of any past size, from the stored nodes and the leaves of at most a few blocks
 * of 256. */
#include "core/ledger/fact.h"
#include "core/ledger/merkle.h"
#include "core/ledger/state.h"

enum { BLOCKS = 2 };

/* A block of leaves, complete or the last one. */
struct block {
	int64_t number; /* -1: empty */
	int n;
	struct digest leaf[LEAVES_PER_NODE];
};

struct reader {
	struct conn *c;
	struct fault *why;
	struct block block[BLOCKS]; /* the block of the leaf and the block at the end */
	int next;
};

static enum err block_load(struct reader *r, struct block *b, int64_t number)
{
	struct rows *rows = NULL;
	int64_t from = number * LEAVES_PER_NODE;
	bool more = false;
	b->number = -1;
	b->n = 0;
	SQL(r->c, r->why,
		conn_query(r->c,
			"SELECT leaf FROM ledger WHERE seq > $1 AND seq <= $2 ORDER BY seq",
			BINDS(from, from + LEAVES_PER_NODE), &rows));
	enum err e;
	while (!(e = rows_next(rows, &more)) && more && b->n < LEAVES_PER_NODE)
		if (!digest_parse(rows_text(rows, 0), &b->leaf[b->n++])) {
			rows_close(rows);
			return fault(r->why, E_INTERNAL, "fact %" PRId64 " has no proper leaf",
				from + b->n);
		}
	rows_close(rows);
	if (e)
		return sql_fault(r->c, e, r->why);
	b->number = number;
	return OK;
}

static enum err block_get(struct reader *r, int64_t number, const struct block **out)
{
	for (int i = 0; i < BLOCKS; i++)
		if (r->block[i].number == number) {
			*out = &r->block[i];
			return OK;
		}
	struct block *b = &r->block[r->next];
	r->next = (r->next + 1) % BLOCKS;
	*out = b;
	return block_load(r, b, number);
}

static enum err stored_node(struct reader *r, int level, int64_t idx, struct digest *out)
{
	struct rows *rows = NULL;
	bool more = false;
	SQL(r->c, r->why,
		conn_query(r->c, "SELECT hash FROM ledger_nodes WHERE level = $1 AND idx = $2",
			BINDS(level, idx), &rows));
	enum err e = rows_next(rows, &more);
	bool ok = !e && more && digest_parse(rows_text(rows, 0), out);
	rows_close(rows);
	if (e)
		return sql_fault(r->c, e, r->why);
	return ok ? OK
		  : fault(r->why, E_INTERNAL,
			    "node %d/%" PRId64 " of the ledger's tree is missing or damaged", level,
			    idx);
}

static enum err subtree(void *ctx, int level, int64_t idx, struct digest *out)
{
	struct reader *r = ctx;
	if (level >= NODE_LEVEL)
		return stored_node(r, level, idx, out);
	const struct block *b = NULL;
	int64_t from = idx << level;
	TRY(block_get(r, from / LEAVES_PER_NODE, &b));
	int at = (int)(from % LEAVES_PER_NODE), count = 1 << level;
	if (at + count > b->n)
		return fault(r->why, E_INTERNAL, "fact %" PRId64 " is missing", from + 1);
	struct digest d[LEAVES_PER_NODE / 2];
	for (int i = 0; i < count; i++)
		d[i] = b->leaf[at + i];
	for (; count > 1; count /= 2)
		for (int i = 0; i < count; i += 2)
			d[i / 2] = merkle_node(&d[i], &d[i + 1]);
	*out = d[0];
	return OK;
}

static void reader_begin(struct reader *r, struct conn *c, struct fault *why)
{
	r->c = c;
	r->why = why;
	r->next = 0;
	for (int i = 0; i < BLOCKS; i++)
		r->block[i].number = -1;
}

enum err ledger_size(struct conn *c, int64_t *size)
{
	return conn_int(c, "SELECT size FROM ledger_state WHERE id = 1", BINDS(), size);
}

static enum err size_check(struct conn *c, int64_t size, struct fault *why)
{
	int64_t have = 0;
	SQL(c, why, ledger_size(c, &have));
	if (size < 0 || size > have)
		return fault(why, E_INVALID, "the ledger has %" PRId64 " facts, not %" PRId64, have,
			size);
	return OK;
}

enum err ledger_root(struct conn *c, int64_t size, struct digest *root, struct fault *why)
{
	TRY(size_check(c, size, why));
	struct reader r;
	reader_begin(&r, c, why);
	return merkle_root(&(struct merkle_source){ subtree, &r }, size, root);
}

static enum err path_copy(const struct merkle_path *path, struct proof *out, struct fault *why)
{
	if (path->n > PROOF_MAX)
		return fault(why, E_INTERNAL, "the proof is too long");
	out->n = path->n;
	for (int i = 0; i < path->n; i++)
		out->path[i] = path->at[i];
	return OK;
}

enum err ledger_inclusion(
	struct conn *c, int64_t seq, int64_t size, struct proof *out, struct fault *why)
{
	TRY(size_check(c, size, why));
	if (seq < 1 || seq > size)
		return fault(why, E_NOT_FOUND, "fact %" PRId64 " is not among the first %" PRId64,
			seq, size);
	struct reader r;
	reader_begin(&r, c, why);
	struct merkle_source s = { subtree, &r };
	struct merkle_path path;
	out->seq = seq;
	out->size = size;
	TRY(subtree(&r, 0, seq - 1, &out->leaf));
	TRY(merkle_inclusion(&s, seq - 1, size, &path));
	TRY(merkle_root(&s, size, &out->root));
	return path_copy(&path, out, why);
}

bool proof_holds(const struct proof *p)
{
	if (p->n < 0 || p->n > PROOF_MAX)
		return false;
	struct merkle_path path = { .n = p->n };
	for (int i = 0; i < p->n; i++)
		path.at[i] = p->path[i];
	return merkle_inclusion_holds(
		&p->leaf, p->seq - 1, &(struct merkle_tree){ p->size, p->root }, &path);
}

void proof_sides(const struct proof *p, bool left[PROOF_MAX])
{
	merkle_sides(p->seq - 1, p->size, p->n < PROOF_MAX ? p->n : PROOF_MAX, left);
}

enum err ledger_consistency(
	struct conn *c, int64_t a, int64_t b, struct proof *out, struct fault *why)
{
	TRY(size_check(c, b, why));
	if (a < 1 || a > b)
		return fault(why, E_INVALID, "%" PRId64 " facts are not part of %" PRId64, a, b);
	struct reader r;
	reader_begin(&r, c, why);
	struct merkle_source s = { subtree, &r };
	struct merkle_path path;
	*out = (struct proof){ .seq = a, .size = b };
	TRY(merkle_consistency(&s, a, b, &path));
	TRY(merkle_root(&s, b, &out->root));
	return path_copy(&path, out, why);
}
