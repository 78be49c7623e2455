/* Facts in order, beside them the tree as it grows, and at its size each signed head.
 *
 * One wrong thing should give one finding. So the chain goes on from the stored digest once it was
 * found broken, the tree grows from the stored leaves, and of tree nodes and roots only the first
 * that differs is told. */
#include "core/ledger/state.h"
#include "core/ledger/walk.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 1000, SLACK = 10 * MINUTE };

/* ---- the tree ----------------------------------------------------------------------------- */

static enum err node_check(struct walk *w, int level, const struct digest *want)
{
	struct verification *v = w->v;
	struct rows *r = NULL;
	struct digest have;
	bool more = false;
	int64_t idx = (w->tree.size >> level) - 1;
	SQL(v->c, v->why,
		conn_query(v->c, "SELECT hash FROM ledger_nodes WHERE level = $1 AND idx = $2",
			BINDS(level, idx), &r));
	enum err e = rows_next(r, &more);
	bool same = !e && more && digest_parse(rows_text(r, 0), &have) && digest_same(want, &have);
	rows_close(r);
	if (e)
		return sql_fault(v->c, e, v->why);
	if (!same && !w->node_told) {
		w->node_told = true;
		found(v,
			"the stored tree does not match facts %" PRId64 " to %" PRId64
			": a fact or node %d/%" PRId64 " was changed",
			(idx << level) + 1, w->tree.size, level, idx);
	}
	return OK;
}

static enum err tree_grow(struct walk *w, const struct digest *leaf)
{
	struct merkle_closed closed;
	frontier_add(&w->tree, leaf, &closed);
	for (int level = NODE_LEVEL; level < closed.levels; level++)
		TRY(node_check(w, level, &closed.at[level]));
	return heads_here(w);
}

/* ---- facts -------------------------------------------------------------------------------- */

static void number_check(struct walk *w, int64_t seq)
{
	if (seq > w->next + 1)
		found(w->v, "facts %" PRId64 " to %" PRId64 " are missing", w->next, seq - 1);
	else if (seq > w->next)
		found(w->v, "fact %" PRId64 " is missing", w->next);
	else if (seq < w->next)
		found(w->v, "fact %" PRId64 " cannot be: the next number is %" PRId64, seq,
			w->next);
	if (seq >= w->next && seq < INT64_MAX)
		w->next = seq + 1;
}

static void time_check(struct walk *w, const struct fact_row *r)
{
	if (r->at < w->last_at)
		found(w->v, "%s is dated before the fact before it", fact_words(w->v, r));
	else if (r->at < w->head_at - SLACK)
		found(w->v, "%s is dated before the head signed before it", fact_words(w->v, r));
	w->last_at = r->at;
}

static void chain_check(
	struct walk *w, const struct fact_row *r, const struct digest *leaf, const char *text)
{
	struct digest want = fact_chain(&w->chain, leaf), have;
	if (!digest_parse(text, &have))
		memset(have.b, 0, DIGEST);
	if (!digest_same(&want, &have)) {
		struct digest from_stored = fact_chain(&w->stored, leaf);
		if (!w->chain_told || !digest_same(&from_stored, &have))
			found(w->v,
				"the chain breaks at %s: it or what stood before it was changed",
				fact_words(w->v, r));
		else
			want = have; /* broken before, whole since */
		w->chain_told = true;
	}
	w->chain = want;
	w->stored = have;
}

static void rows_note(struct walk *w, const struct fact_row *r)
{
	struct verification *v = w->v;
	struct witness_entry one;
	const char *at = r->rows;
	while (*at) {
		int table = -1;
		if (!witness_read(&at, &one) || (table = witness_table(v->rows, one.table)) < 0) {
			found(v, "the rows that %s witnesses cannot be read", fact_words(v, r));
			return;
		}
		struct witness_slot *s = witness_at(v->rows, table, one.id);
		s->row = one.row;
		s->seq = r->seq;
	}
}

static enum err fact_verify(
	struct walk *w, const struct fact_row *r, const char *leaf_text, const char *chain_text)
{
	struct digest leaf, stored;
	number_check(w, r->seq);
	time_check(w, r);
	fact_bytes(&w->bytes, r);
	leaf = sm3(w->bytes.s, w->bytes.n);
	if (!digest_parse(leaf_text, &stored)) {
		found(w->v, "%s: its digest was changed", fact_words(w->v, r));
		stored = leaf;
	} else if (!digest_same(&leaf, &stored)) {
		found(w->v, "%s: it was changed after it was recorded, its digest is different",
			fact_words(w->v, r));
	}
	if (r->cause < 0 || r->cause >= r->seq)
		found(w->v, "%s: its cause %" PRId64 " is no earlier fact", fact_words(w->v, r),
			r->cause);
	chain_check(w, r, &stored, chain_text);
	rows_note(w, r);
	w->v->r->facts++;
	return tree_grow(w, &stored);
}

static enum err page_read(struct walk *w, int64_t *from, int *n)
{
	struct verification *v = w->v;
	struct rows *q = NULL;
	bool more = false;
	enum err e;
	SQL(v->c, v->why,
		conn_query(v->c,
			"SELECT seq, at, name, actor, actor_name, subject, entity, cause, data, "
			"rows,"
			" leaf, chain FROM ledger WHERE seq >= $1 ORDER BY seq LIMIT 1000",
			BINDS(*from), &q));
	for (*n = 0; !(e = rows_next(q, &more)) && more; ++*n) {
		struct fact_row r = {
			.seq = rows_int(q, 0),
			.at = rows_int(q, 1),
			.name = rows_text(q, 2),
			.actor = rows_int(q, 3),
			.actor_name = rows_text(q, 4),
			.subject = rows_int(q, 5),
			.entity = rows_int(q, 6),
			.cause = rows_int(q, 7),
			.data = rows_text(q, 8),
			.rows = rows_text(q, 9),
		};
		*from = r.seq < INT64_MAX ? r.seq + 1 : r.seq;
		e = fact_verify(w, &r, rows_text(q, 10), rows_text(q, 11));
		if (e) {
			rows_close(q);
			return e;
		}
	}
	rows_close(q);
	return e ? sql_fault(v->c, e, v->why) : OK;
}

/* ---- the end ------------------------------------------------------------------------------ */

/* More rows than could be read in order: the table has lost its primary key, and facts lie under
 * one number. */
static enum err counts_check(struct walk *w)
{
	struct verification *v = w->v;
	int64_t facts = 0, nodes = 0, want = 0;
	SQL(v->c, v->why, conn_int(v->c, "SELECT count(*) FROM ledger", BINDS(), &facts));
	SQL(v->c, v->why, conn_int(v->c, "SELECT count(*) FROM ledger_nodes", BINDS(), &nodes));
	for (int level = NODE_LEVEL; level < MERKLE_LEVELS; level++)
		want += w->tree.size >> level;
	if (facts != v->r->facts)
		found(v,
			"the ledger has %" PRId64 " rows, of which %" PRId64
			" have a number of their own",
			facts, v->r->facts);
	if (nodes != want)
		found(v, "the stored tree has %" PRId64 " nodes instead of %" PRId64, nodes, want);
	return OK;
}

static void state_check(struct walk *w, const struct ledger_state *s)
{
	struct verification *v = w->v;
	struct digest want = frontier_root(&w->tree), have = frontier_root(&s->frontier);
	int64_t at = w->last_at > w->head_at ? w->last_at : w->head_at;
	if (s->frontier.size > w->tree.size)
		found(v, "facts were removed: there were %" PRId64 ", there are %" PRId64,
			s->frontier.size, w->tree.size);
	else if (s->frontier.size < w->tree.size)
		found(v,
			"facts were added from outside: the program wrote %" PRId64
			", there are %" PRId64,
			s->frontier.size, w->tree.size);
	else if (!digest_same(&want, &have))
		found(v, "the state of the ledger has another root than its facts");
	else if (!digest_same(&s->chain, &w->chain))
		found(v, "the state of the ledger has another chain than its facts");
	else if (s->last_at != at)
		found(v, "the state of the ledger has another time than its last fact or head");
}

static enum err the_end(struct walk *w)
{
	struct verification *v = w->v;
	struct ledger_state s;
	struct fault why = { 0 };
	TRY(heads_beyond(w));
	if (ledger_state_read(v->c, &s, &why))
		found(v, "%s", why.text);
	else
		state_check(w, &s);
	return counts_check(w);
}

enum err verify_facts(struct verification *v)
{
	struct walk *w = calloc(1, sizeof *w);
	if (!w)
		return fault(v->why, E_INTERNAL, "no memory");
	w->v = v;
	w->next = 1;
	w->heads.last = INT64_MIN;
	w->scratch = arena_new();
	w->bytes.arena = w->scratch;
	int64_t total = 0, from = INT64_MIN;
	int n = PAGE;
	(void)!ledger_size(v->c, &total);
	enum err e = OK;
	while (!e && n == PAGE) {
		e = page_read(w, &from, &n);
		progress(v, "facts", v->r->facts, total);
	}
	if (!e)
		e = the_end(w);
	arena_free(w->scratch);
	free(w);
	return e;
}
