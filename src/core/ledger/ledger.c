/* Appending facts. The state of the tree is one row, ledger_state: size, chain, frontier. A fact
 * costs one read of it, one insert, one update, and every 256th fact the insert of the roots of the
 * subtrees it completes. */
#include "core/ledger/fact.h"
#include "core/ledger/merkle.h"
#include "core/ledger/state.h"

#include <string.h>

enum { DATA_MAX = 1024 * 1024, ROWS_MAX = 16 * 1024 * 1024 };

/* ---- state -------------------------------------------------------------------------------- */

enum err ledger_state_read(struct conn *c, struct ledger_state *out, struct fault *why)
{
	struct rows *r = NULL;
	bool more = false;
	SQL(c, why,
		conn_query(c,
			"SELECT size, chain, frontier, last_at FROM ledger_state WHERE id = 1",
			BINDS(), &r));
	SQL(c, why, rows_next(r, &more));
	if (!more) {
		rows_close(r);
		return fault(why, E_INTERNAL, "the state of the ledger is missing");
	}
	out->last_at = rows_int(r, 3);
	bool ok = digest_parse(rows_text(r, 1), &out->chain) &&
		  frontier_parse(rows_text(r, 2), rows_int(r, 0), &out->frontier);
	rows_close(r);
	return ok ? OK : fault(why, E_INTERNAL, "the state of the ledger is damaged");
}

static enum err state_write(
	struct conn *c, struct arena *a, const struct ledger_state *s, struct fault *why)
{
	SQL(c, why,
		conn_run(c,
			"UPDATE ledger_state SET size = $1, chain = $2, frontier = $3, last_at = $4"
			" WHERE id = 1",
			BINDS(s->frontier.size, digest_hex(a, &s->chain),
				frontier_text(a, &s->frontier), s->last_at),
			NULL));
	return OK;
}

enum err ledger_lock(struct conn *c, struct fault *why)
{
	static const int64_t key = 0x7368696c6564; /* "shiled": the one ledger */
	SQL(c, why, conn_lock(c, key));
	return OK;
}

/* ---- append ------------------------------------------------------------------------------- */

static bool name_good(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.");
	return n > 0 && n <= FACT_NAME_MAX && !name[n];
}

/* A JSON object by its look: the writer is our own code, so this finds mistakes, not attacks. */
static bool data_good(const char *data)
{
	size_t n = strlen(data);
	return n >= 2 && n <= DATA_MAX && data[0] == '{' && data[n - 1] == '}' &&
	       utf8_valid(data, n);
}

static enum err fact_check(const struct fact *f, struct fault *why)
{
	if (!f->name || !name_good(f->name))
		return fault(why, E_INVALID, "\"%s\" cannot be the name of a fact",
			f->name ? f->name : "");
	if (f->data && !data_good(f->data))
		return fault(why, E_INVALID, "the data of %s is not a JSON object", f->name);
	if (f->actor_name && !utf8_valid(f->actor_name, strlen(f->actor_name)))
		return fault(why, E_INVALID, "the actor of %s is not UTF-8", f->name);
	return OK;
}

static enum err insert(
	struct conn *c, const struct fact_row *r, const char *leaf, const char *chain)
{
	return conn_run(c,
		"INSERT INTO ledger (seq, at, name, actor, actor_name, subject, entity, cause, "
		"data,"
		" rows, leaf, chain) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		BINDS(r->seq, r->at, r->name, r->actor, r->actor_name, r->subject, r->entity,
			r->cause, r->data, r->rows, leaf, chain),
		NULL);
}

static enum err insert_nodes(
	struct conn *c, struct arena *a, int64_t size, const struct merkle_closed *closed)
{
	for (int level = NODE_LEVEL; level < closed->levels; level++)
		TRY(conn_run(c, "INSERT INTO ledger_nodes (level, idx, hash) VALUES ($1, $2, $3)",
			BINDS(level, (size >> level) - 1, digest_hex(a, &closed->at[level])),
			NULL));
	return OK;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

enum err ledger_append(struct conn *c, struct arena *a, struct fact *f, struct fault *why)
{
	TRY(fact_check(f, why));
	struct buf rows = { .arena = a, .max = ROWS_MAX };
	TRY(witness_text(&rows, f->rows, why));
	struct ledger_state s;
	TRY(ledger_lock(c, why));
	TRY(ledger_state_read(c, &s, why));
	struct fact_row r = {
		.seq = s.frontier.size + 1,
		.at = later(clock_now(), s.last_at),
		.actor = f->actor,
		.subject = f->subject,
		.entity = f->entity,
		.cause = f->cause,
		.name = f->name,
		.actor_name = f->actor_name ? f->actor_name : "",
		.data = f->data ? f->data : "{}",
		.rows = buf_text(&rows),
	};
	if (r.cause < 0 || r.cause >= r.seq)
		return fault(why, E_INVALID, "the cause of %s is not an earlier fact", r.name);
	struct buf bytes = { .arena = a };
	fact_bytes(&bytes, &r);
	struct digest leaf = sm3(bytes.s, bytes.n);
	struct merkle_closed closed;
	s.chain = fact_chain(&s.chain, &leaf);
	s.last_at = r.at;
	frontier_add(&s.frontier, &leaf, &closed);
	SQL(c, why, insert(c, &r, digest_hex(a, &leaf), digest_hex(a, &s.chain)));
	SQL(c, why, insert_nodes(c, a, r.seq, &closed));
	TRY(state_write(c, a, &s, why));
	f->seq = r.seq;
	f->at = r.at;
	return OK;
}

/* ---- heads -------------------------------------------------------------------------------- */

/* Closes q. */
static enum err head_row(struct rows *q, struct arena *a, struct tree_head *out)
{
	bool more = false;
	enum err e = rows_next(q, &more);
	if (!e && !more)
		e = E_NOT_FOUND;
	if (!e) {
		out->size = rows_int(q, 0);
		out->at = rows_int(q, 1);
		e = digest_parse(rows_text(q, 2), &out->root) ? OK : E_INTERNAL;
		out->key_id = arena_dup(a, rows_text(q, 3));
		out->signature = arena_dup(a, rows_text(q, 4));
		out->previous = rows_int(q, 5);
		out->key_from = rows_int(q, 6);
		out->key_until = rows_int(q, 7);
	}
	rows_close(q);
	return e;
}

enum err ledger_last_head(struct conn *c, struct arena *a, struct tree_head *out)
{
	struct rows *q = NULL;
	TRY(conn_query(c,
		"SELECT size, at, root, key_id, signature, previous, key_from, key_until FROM "
		"ledger_heads ORDER BY size DESC LIMIT 1",
		BINDS(), &q));
	return head_row(q, a, out);
}

enum err ledger_head(struct conn *c, struct arena *a, int64_t size, struct tree_head *out)
{
	struct rows *q = NULL;
	TRY(conn_query(c,
		"SELECT size, at, root, key_id, signature, previous, key_from, key_until FROM "
		"ledger_heads WHERE size = $1",
		BINDS(size), &q));
	return head_row(q, a, out);
}

enum err ledger_unsigned_since(struct conn *c, int64_t *at)
{
	struct rows *q = NULL;
	bool more = false;
	TRY(conn_query(c,
		"SELECT at FROM ledger WHERE seq = 1 + (SELECT coalesce(max(size), 0) FROM "
		"ledger_heads)",
		BINDS(), &q));
	enum err e = rows_next(q, &more);
	if (!e && more)
		*at = rows_int(q, 0);
	rows_close(q);
	return e ? e : more ? OK : E_NOT_FOUND;
}

/* What is durable, seen by a connection of its own: a head over facts that a failing commit then
 * takes away would speak of facts that never were. */
static enum err durable_state(struct conn *c, struct ledger_state *out, struct fault *why)
{
	struct conn *reader = NULL;
	TRY(db_read_begin(conn_db(c), &reader, why));
	enum err e = ledger_state_read(reader, out, why);
	db_read_end(reader);
	return e;
}

enum err ledger_sign_head(struct conn *c, struct signer *s, struct arena *a, struct fault *why)
{
	struct ledger_state state;
	struct tree_head last = { 0 };
	/* The reader first: while the lock is held, others may sit on all connections and wait for
	 * it. */
	TRY(durable_state(c, &state, why));
	TRY(ledger_lock(c, why));
	enum err e = ledger_last_head(c, a, &last);
	if (e && e != E_NOT_FOUND)
		return sql_fault(c, e, why);
	if (state.frontier.size <= last.size)
		return OK;
	struct key_period period = signer_key_period(s);
	struct tree_head h = {
		.key_id = signer_key_id(s),
		.previous = last.size,
		.key_from = period.from,
		.key_until = period.until,
		.size = state.frontier.size,
		.at = later(later(clock_now(), state.last_at), last.at),
		.root = frontier_root(&state.frontier),
	};
	char *signature = NULL;
	TRY(signer_sign(s, "head", head_text(a, &h), a, &signature, why));
	SQL(c, why,
		conn_run(c,
			"INSERT INTO ledger_heads (size, at, root, key_id, signature, previous, "
			"key_from, key_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			BINDS(h.size, h.at, digest_hex(a, &h.root), h.key_id, signature, h.previous,
				h.key_from, h.key_until),
			NULL));
	/* So that no later fact can claim a time before this head. */
	SQL(c, why,
		conn_run(c, "UPDATE ledger_state SET last_at = $1 WHERE id = 1 AND last_at < $1",
			BINDS(h.at), NULL));
	return OK;
}
