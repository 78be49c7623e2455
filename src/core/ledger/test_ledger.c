#include "core/ledger/fact.h"
#include "core/ledger/merkle.h"
#include "core/ledger/test_fixture.h"
#include "core/ledger/witness_map.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct fixture *f;

static int begin_sqlite(void **state)
{
	(void)state;
	f = fixture_new(false);
	return 0;
}

static int begin_postgres(void **state)
{
	(void)state;
	f = fixture_new(true);
	return 0;
}

static int end(void **state)
{
	(void)state;
	clock_set(0);
	fixture_free(f);
	return 0;
}

/* ---- appending ---------------------------------------------------------------------------- */

/* The example of the docs: a stranger's bytes are ours. */
static void canonical_bytes_are_as_documented(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct buf b = { .arena = a };
	struct fact_row r = {
		.seq = 1, .name = "a.done", .actor_name = "", .data = "{}", .rows = ""
	};
	fact_bytes(&b, &r);
	static const char want[] = "\x00\x01"
				   "1:1,1:0,6:a.done,1:0,0:,1:0,1:0,1:0,2:{},0:,";
	assert_int_equal(b.n, sizeof want - 1);
	assert_memory_equal(b.s, want, b.n);
	r = (struct fact_row){ .seq = INT64_MAX,
		.at = -5,
		.actor = INT64_MIN,
		.name = "x",
		.actor_name = "李明",
		.subject = 10,
		.entity = 20,
		.cause = 30,
		.data = "{\"a\":1}",
		.rows = "t:1:ff;" };
	fact_bytes(&b, &r);
	static const char more[] = "\x00\x01"
				   "19:9223372036854775807,2:-5,1:x,20:-9223372036854775808,"
				   "6:李明,2:10,2:20,2:30,7:{\"a\":1},7:t:1:ff;,";
	assert_int_equal(b.n, sizeof more - 1);
	assert_memory_equal(b.s, more, b.n);
	arena_free(a);
}

static void witnessed_rows_are_written_and_read(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct witness three = { "waste_runs", INT64_MIN, sm3("z", 1), NULL };
	struct witness two = { "b2", -9, { { 0 } }, &three },
		       one = { "cases", 12, sm3("x", 1), &two };
	struct buf b = { .arena = a };
	assert_int_equal(witness_text(&b, &one, NULL), OK);
	const char *at = b.s;
	struct witness_entry e;
	for (const struct witness *w = &one; w; w = w->next) {
		assert_true(witness_read(&at, &e));
		assert_string_equal(e.table, w->table);
		assert_int_equal(e.id, w->id);
		assert_memory_equal(e.row.b, w->row.b, DIGEST);
	}
	assert_string_equal(at, "");
	assert_false(witness_read(&at, &e));
	static const char *const bad[] = { "", "Cases", "a:b", "a;b", "a b", "case\n",
		"a234567890123456789012345678901234567890123456789012345678901234" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct witness w = { bad[i], 1, { { 0 } }, NULL };
		assert_int_equal(witness_text(&b, &w, NULL), E_INVALID);
	}
	static const char *const torn[] = { "cases:1:", "cases:1:ab;", "cases", ":1:ab;",
		"cases::ab;",
		"cases:x:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0;",
		"cases:1:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" };
	for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
		at = torn[i];
		assert_false(witness_read(&at, &e));
	}
	arena_free(a);
}

static void a_map_keeps_every_row(void **state)
{
	(void)state;
	enum { N = 60000, TABLES = 3 };
	struct witness_map *m = witness_map_new();
	for (int t = 0; t < TABLES; t++)
		assert_int_equal(witness_table(m, t == 0 ? "a" : t == 1 ? "b" : "c"), t);
	assert_int_equal(witness_table(m, "b"), 1);
	for (int64_t i = 0; i < N; i++) {
		struct witness_slot *w = witness_at(m, (int)(i % TABLES), i / TABLES << 22);
		assert_int_equal(w->seq, 0);
		w->seq = i + 1;
	}
	assert_int_equal(witness_count(m), N);
	for (int64_t i = 0; i < N; i++) {
		const struct witness_slot *w = witness_find(m, (int)(i % TABLES), i / TABLES << 22);
		assert_non_null(w);
		assert_int_equal(w->seq, i + 1);
		assert_ptr_equal(w, witness_nth(m, (size_t)i));
	}
	assert_null(witness_find(m, 0, 1));
	assert_null(witness_find(m, 2, -(INT64_C(1) << 22)));
	witness_map_free(m);
}

static int64_t value(const char *sql)
{
	int64_t n = -1;
	assert_true(text_to_int(outside_value(f, sql), &n));
	return n;
}

static void facts_are_numbered_and_timed(void **state)
{
	(void)state;
	struct digest d = sm3("row", 3);
	clock_set(5000);
	assert_int_equal(fixture_fact(f, "thing.made", 11, &d), 1);
	clock_set(4000); /* the clock goes back, the ledger does not */
	assert_int_equal(fixture_fact(f, "thing.done", 0, NULL), 2);
	clock_set(6000);
	assert_int_equal(fixture_fact(f, "thing.done", 0, NULL), 3);
	assert_int_equal(value("SELECT at FROM ledger WHERE seq = 1"), 5000);
	assert_int_equal(value("SELECT at FROM ledger WHERE seq = 2"), 5000);
	assert_int_equal(value("SELECT at FROM ledger WHERE seq = 3"), 6000);
	assert_string_equal(outside_value(f, "SELECT rows FROM ledger WHERE seq = 1"),
		arena_printf(f->a, "things:11:%s;", digest_hex(f->a, &d)));
	assert_string_equal(
		outside_value(f, "SELECT actor_name FROM ledger WHERE seq = 1"), "李明");
	assert_int_equal(value("SELECT size FROM ledger_state"), 3);
}

struct bad_fact {
	struct fact f;
	enum err e;
};

static enum err append_bad(struct conn *c, void *arg)
{
	struct bad_fact *b = arg;
	struct arena *a = arena_new();
	struct fault why = { 0 };
	b->e = ledger_append(c, a, &b->f, &why);
	arena_free(a);
	return b->e;
}

static void bad_facts_are_refused(void **state)
{
	(void)state;
	static const struct fact bad[] = {
		{ .name = NULL },
		{ .name = "" },
		{ .name = "Thing.Done" },
		{ .name = "a b" },
		{ .name = "x", .data = "" },
		{ .name = "x", .data = "[]" },
		{ .name = "x", .data = "{" },
		{ .name = "x", .data = "{\"\xff\"}" },
		{ .name = "x", .actor_name = "\xc0\x80" },
		{ .name = "x", .cause = 1 },
		{ .name = "x", .cause = -1 },
	};
	struct fault why = { 0 };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct bad_fact b = { bad[i], OK };
		assert_int_not_equal(db_write(f->db, append_bad, &b, &why), OK);
		assert_int_equal(b.e, E_INVALID);
	}
	assert_int_equal(value("SELECT count(*) FROM ledger"), 0);
	assert_int_equal(value("SELECT size FROM ledger_state"), 0);
	struct bad_fact good = { { .name = "x.y_2" }, OK };
	assert_int_equal(db_write(f->db, append_bad, &good, &why), OK);
	assert_string_equal(outside_value(f, "SELECT data FROM ledger"), "{}");
}

static enum err append_then_refuse(struct conn *c, void *arg)
{
	struct bad_fact *b = arg;
	struct arena *a = arena_new();
	enum err e = ledger_append(c, a, &b->f, NULL);
	arena_free(a);
	return e ? e : E_FORBIDDEN;
}

static void an_undone_fact_leaves_nothing(void **state)
{
	(void)state;
	struct fault why = { 0 };
	fixture_facts(f, 255);
	struct bad_fact b = { { .name = "x" }, OK };
	assert_int_equal(db_write(f->db, append_then_refuse, &b, &why), E_FORBIDDEN);
	assert_int_equal(value("SELECT count(*) FROM ledger"), 255);
	assert_int_equal(value("SELECT count(*) FROM ledger_nodes"), 0);
	assert_int_equal(value("SELECT size FROM ledger_state"), 255);
	assert_int_equal(fixture_fact(f, "x", 0, NULL), 256);
	assert_int_equal(value("SELECT count(*) FROM ledger_nodes"), 1);
}

/* Each statement of the append that also writes a node fails once. */
static void a_failing_statement_leaves_nothing(void **state)
{
	(void)state;
	fixture_facts(f, 255);
	enum err e = E_INTERNAL;
	int64_t n = 0;
	while (e) {
		struct fault why = { 0 };
		struct bad_fact b = { { .name = "x" }, OK };
		db_fail_at(f->db, ++n);
		e = db_write(f->db, append_bad, &b, &why);
		db_fail_at(f->db, 0);
		assert_int_equal(value("SELECT count(*) FROM ledger"), e ? 255 : 256);
		assert_int_equal(value("SELECT count(*) FROM ledger_nodes"), e ? 0 : 1);
		assert_int_equal(value("SELECT size FROM ledger_state"), e ? 255 : 256);
	}
	assert_true(n >= 5);
}

static void change_is_refused(void **state)
{
	(void)state;
	fixture_facts(f, 256);
	fixture_head(f);
	static const char *const all[] = {
		"UPDATE ledger SET data = '{}' WHERE seq = 5",
		"DELETE FROM ledger WHERE seq = 256",
		"UPDATE ledger_nodes SET hash = ''",
		"DELETE FROM ledger_nodes",
		"UPDATE ledger_heads SET at = 0",
		"DELETE FROM ledger_heads",
		"UPDATE ledger_state SET size = 3",
		"UPDATE ledger_state SET last_at = 3",
		"DELETE FROM ledger_state",
	};
	static const char *const sqlite[] = {
		"INSERT OR REPLACE INTO ledger SELECT seq, 0, name, actor, actor_name, subject, "
		"entity,"
		" cause, data, rows, leaf, chain FROM ledger WHERE seq = 9",
		"REPLACE INTO ledger_heads VALUES (256, 0, '', '', '', 0, 0, 0)",
		"REPLACE INTO ledger_nodes VALUES (8, 0, '')",
		"REPLACE INTO ledger_state VALUES (1, 0, '', '', 0)",
	};
	static const char on_conflict[] =
		"INSERT INTO ledger_heads VALUES (256, 0, '', '', '', 0, 0, 0)"
		" ON CONFLICT (size) DO UPDATE SET at = 0";
	static const char *const postgres[] = { "TRUNCATE ledger", "TRUNCATE ledger_heads",
		"TRUNCATE ledger_nodes", "TRUNCATE ledger_state", on_conflict };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		assert_true(outside_refused(f, all[i]));
	for (size_t i = 0; !f->schema && i < sizeof sqlite / sizeof *sqlite; i++)
		assert_true(outside_refused(f, sqlite[i]));
	for (size_t i = 0; f->schema && i < sizeof postgres / sizeof *postgres; i++)
		assert_true(outside_refused(f, postgres[i]));
	assert_int_equal(value("SELECT count(*) FROM ledger"), 256);
}

static void *append_some(void *arg)
{
	struct fixture *fx = arg;
	intptr_t failed = 0;
	for (int i = 0; i < 30; i++) {
		struct fault why = { 0 };
		struct bad_fact b = { { .name = "thread.said" }, OK };
		failed += db_write(fx->db, append_bad, &b, &why) != OK;
	}
	return (void *)failed;
}

static void threads_append_without_gaps(void **state)
{
	(void)state;
	pthread_t t[6];
	for (int i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&t[i], NULL, append_some, f), 0);
	for (int i = 0; i < 6; i++) {
		void *failed = NULL;
		assert_int_equal(pthread_join(t[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(value("SELECT count(*) FROM ledger"), 180);
	assert_int_equal(value("SELECT max(seq) FROM ledger"), 180);
	assert_int_equal(value("SELECT size FROM ledger_state"), 180);
}

/* ---- proofs ------------------------------------------------------------------------------- */

static struct digest *leaves_of(struct conn *c, int n)
{
	struct digest *all = NEWS(f->a, struct digest, (size_t)n);
	struct rows *r = NULL;
	bool more = false;
	assert_int_equal(conn_query(c, "SELECT leaf FROM ledger ORDER BY seq", BINDS(), &r), OK);
	for (int i = 0; i < n; i++) {
		assert_int_equal(rows_next(r, &more), OK);
		assert_true(more && digest_parse(rows_text(r, 0), &all[i]));
	}
	rows_close(r);
	return all;
}

static void assert_joined_by_hand(const struct proof *p)
{
	bool left[PROOF_MAX];
	struct digest d = p->leaf;
	proof_sides(p, left);
	for (int i = 0; i < p->n; i++)
		d = left[i] ? merkle_node(&p->path[i], &d) : merkle_node(&d, &p->path[i]);
	assert_true(digest_same(&d, &p->root));
}

static void proofs_of_every_age_hold(void **state)
{
	(void)state;
	enum { N = 1100 };
	static const int sizes[] = { 1, 2, 3, 255, 256, 257, 511, 512, 513, 767, 768, 1000, 1024,
		1025, N };
	enum { SIZES = sizeof sizes / sizeof *sizes };
	struct conn *c = NULL;
	struct fault why = { 0 };
	fixture_facts(f, N);
	assert_int_equal(db_read_begin(f->db, &c, &why), OK);
	struct digest *leaf = leaves_of(c, N), root[SIZES], got;
	struct frontier grow = { 0 };
	for (int i = 0, k = 0; i < N; i++) {
		frontier_add(&grow, &leaf[i], NULL);
		if (sizes[k] == i + 1)
			root[k++] = frontier_root(&grow);
	}
	for (int k = 0; k < SIZES; k++) {
		assert_int_equal(ledger_root(c, sizes[k], &got, &why), OK);
		assert_true(digest_same(&got, &root[k]));
		int step = sizes[k] > 40 ? 37 : 1;
		for (int seq = 1; seq <= sizes[k]; seq += step) {
			struct proof p;
			assert_int_equal(ledger_inclusion(c, seq, sizes[k], &p, &why), OK);
			assert_true(digest_same(&p.root, &root[k]));
			assert_true(digest_same(&p.leaf, &leaf[seq - 1]));
			assert_true(proof_holds(&p));
			assert_joined_by_hand(&p);
			p.leaf.b[3] ^= 1;
			assert_false(proof_holds(&p));
		}
		for (int j = 0; j <= k; j++) {
			struct proof p;
			assert_int_equal(ledger_consistency(c, sizes[j], sizes[k], &p, &why), OK);
			struct merkle_path path = { .n = p.n };
			memcpy(path.at, p.path, sizeof p.path);
			struct merkle_tree old = { sizes[j], root[j] }, new = { p.size, p.root };
			assert_true(merkle_consistency_holds(&old, &new, &path));
		}
	}
	struct proof p;
	assert_int_equal(ledger_root(c, N + 1, &got, &why), E_INVALID);
	assert_int_equal(ledger_root(c, -1, &got, &why), E_INVALID);
	assert_int_equal(ledger_inclusion(c, 0, 5, &p, &why), E_NOT_FOUND);
	assert_int_equal(ledger_inclusion(c, 6, 5, &p, &why), E_NOT_FOUND);
	assert_int_equal(ledger_inclusion(c, 6, N + 1, &p, &why), E_INVALID);
	assert_int_equal(ledger_consistency(c, 0, 5, &p, &why), E_INVALID);
	assert_int_equal(ledger_consistency(c, 6, 5, &p, &why), E_INVALID);
	db_read_end(c);
}

static void an_empty_ledger_has_the_empty_root(void **state)
{
	(void)state;
	struct conn *c = NULL;
	struct fault why = { 0 };
	struct digest root, want = sm3("", 0);
	struct tree_head h;
	int64_t size = -1;
	fixture_head(f);
	assert_int_equal(db_read_begin(f->db, &c, &why), OK);
	assert_int_equal(ledger_size(c, &size), OK);
	assert_int_equal(size, 0);
	assert_int_equal(ledger_root(c, 0, &root, &why), OK);
	assert_true(digest_same(&root, &want));
	assert_int_equal(ledger_last_head(c, f->a, &h), E_NOT_FOUND);
	db_read_end(c);
}

/* ---- heads -------------------------------------------------------------------------------- */

static struct tree_head last_head(void)
{
	struct conn *c = NULL;
	struct fault why = { 0 };
	struct tree_head h = { 0 };
	struct digest root;
	assert_int_equal(db_read_begin(f->db, &c, &why), OK);
	assert_int_equal(ledger_last_head(c, f->a, &h), OK);
	assert_int_equal(ledger_root(c, h.size, &root, &why), OK);
	assert_true(digest_same(&root, &h.root));
	db_read_end(c);
	struct sm2_key *k = NULL;
	const char *path = arena_printf(f->a, "%s/public/%s.pem", f->keys, h.key_id);
	assert_int_equal(sm2_load_public(path, &k, &why), OK);
	assert_true(signature_holds(k, "head", head_text(f->a, &h), h.signature));
	sm2_free(k);
	return h;
}

static enum err fact_then_head(struct conn *c, void *arg)
{
	struct arena *a = arena_new();
	struct fact one = { .name = "late.done" };
	struct fault why = { 0 };
	enum err e = ledger_append(c, a, &one, &why);
	if (!e)
		e = ledger_sign_head(c, arg, a, &why);
	arena_free(a);
	return e;
}

static void heads_cover_what_is_durable(void **state)
{
	(void)state;
	struct fault why = { 0 };
	const int64_t begun = clock_now(); /* the key's period too: heads are dated after that */
	clock_set(begun + 100000);
	fixture_facts(f, 3);
	fixture_head(f);
	struct tree_head h = last_head();
	assert_int_equal(h.size, 3);
	assert_int_equal(h.at, begun + 100000);
	fixture_head(f); /* nothing new: no new head */
	assert_int_equal(value("SELECT count(*) FROM ledger_heads"), 1);
	fixture_facts(f, 2);
	clock_set(begun + 200000);
	/* A fact of the same transaction may yet be undone; it waits for the next head. */
	assert_int_equal(db_write(f->db, fact_then_head, f->signer, &why), OK);
	assert_int_equal(last_head().size, 5);
	fixture_head(f);
	assert_int_equal(last_head().size, 6);
	/* No later fact is dated before a head. */
	clock_set(begun + 300000);
	fixture_facts(f, 1);
	clock_set(begun + 400000);
	fixture_head(f);
	clock_set(begun + 350000);
	fixture_facts(f, 1);
	assert_int_equal(value("SELECT at FROM ledger WHERE seq = 8"), begun + 400000);
}

#define BOTH(t, start) cmocka_unit_test_setup_teardown(t, start, end)
#define ALL(start)                                                                                 \
	BOTH(facts_are_numbered_and_timed, start), BOTH(bad_facts_are_refused, start),             \
		BOTH(an_undone_fact_leaves_nothing, start),                                        \
		BOTH(a_failing_statement_leaves_nothing, start), BOTH(change_is_refused, start),   \
		BOTH(threads_append_without_gaps, start), BOTH(proofs_of_every_age_hold, start),   \
		BOTH(an_empty_ledger_has_the_empty_root, start),                                   \
		BOTH(heads_cover_what_is_durable, start)

int main(void)
{
	const struct CMUnitTest sqlite[] = {
		cmocka_unit_test(canonical_bytes_are_as_documented),
		cmocka_unit_test(witnessed_rows_are_written_and_read),
		cmocka_unit_test(a_map_keeps_every_row),
		ALL(begin_sqlite),
	};
	const struct CMUnitTest postgres[] = { ALL(begin_postgres) };
	log_to(LOG_ERROR, "test");
	int failed = cmocka_run_group_tests_name("ledger on SQLite", sqlite, NULL, NULL);
	if (fixture_has_postgres())
		failed += cmocka_run_group_tests_name("ledger on PostgreSQL", postgres, NULL, NULL);
	return failed;
}
