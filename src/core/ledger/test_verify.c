/* Somebody with all rights on the database and the files changes something; verify must say what.
 * And with nothing changed it must say nothing. */
#include "core/ledger/fact.h"
#include "core/ledger/merkle.h"
#include "core/ledger/test_fixture.h"
#include "core/ledger/verify.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct fixture *f;
static bool on_postgres;
static struct object paper[2];
static const int64_t day1 = 1764000000000; /* 2025-11-25, Beijing */

/* ---- a small world ------------------------------------------------------------------------
 * Facts 1 to 300 with heads of 100 and 290; things 1 to 10, of which 2 was written twice and 3 was
 * removed; two papers with their files. */

static void thing(int64_t id, const char *text)
{
	struct digest d = { 0 };
	if (text) {
		d = sm3(text, strlen(text));
		outside(f, arena_printf(f->a,
				   "INSERT INTO things VALUES (%d, '%s') ON CONFLICT (id)"
				   " DO UPDATE SET text = '%s'",
				   (int)id, text, text));
	} else {
		outside(f, arena_printf(f->a, "DELETE FROM things WHERE id = %d", (int)id));
	}
	(void)fixture_fact(f, text ? "thing.written" : "thing.removed", id, &d);
}

static void papers_make(void)
{
	struct fault why = { 0 };
	static const char *const text[2] = { "notice of hearing", "decision" };
	outside(f, "CREATE TABLE papers (id int PRIMARY KEY, sm3 text, sha256 text, size int)");
	for (int i = 0; i < 2; i++) {
		struct bytes b = { (const uint8_t *)text[i], strlen(text[i]) };
		assert_int_equal(store_put(f->store, f->a, b, &paper[i], &why), OK);
		outside(f, arena_printf(f->a, "INSERT INTO papers VALUES (%d, '%s', '%s', %d)",
				   i + 1, paper[i].sm3, paper[i].sha256, (int)paper[i].size));
	}
}

static void world_make(void)
{
	clock_set(day1);
	f = fixture_new(on_postgres);
	outside(f, "CREATE TABLE things (id int PRIMARY KEY, text text)");
	for (int64_t id = 1; id <= 10; id++)
		thing(id, "first");
	thing(2, "second");
	thing(3, NULL);
	papers_make();
	fixture_facts(f, 88);
	fixture_head(f);
	clock_set(day1 + DAY);
	fixture_facts(f, 190);
	clock_set(day1 + 2 * DAY);
	fixture_head(f);
	clock_set(day1 + 3 * DAY);
	fixture_facts(f, 10);
}

static struct fixture *world; /* made once on SQLite, and copied for each test */

static int begin(void **state)
{
	(void)state;
	if (on_postgres) {
		world_make();
		return 0;
	}
	if (!world) {
		world_make();
		world = f;
		fixture_close(world);
	}
	f = fixture_copy(world);
	clock_set(day1 + 3 * DAY);
	return 0;
}

static int end(void **state)
{
	(void)state;
	clock_set(0);
	fixture_free(f);
	return 0;
}

/* ---- running it --------------------------------------------------------------------------- */

static enum err each_thing(const struct witness_source *self, struct conn *c,
	const struct witness_sink *to, struct fault *why)
{
	struct rows *r = NULL;
	bool more = false;
	enum err e;
	assert_string_equal(self->of, "things model");
	SQL(c, why, conn_query(c, "SELECT id, text FROM things ORDER BY id", BINDS(), &r));
	while (!(e = rows_next(r, &more)) && more) {
		const char *text = rows_text(r, 1);
		struct digest d = sm3(text, strlen(text));
		TRY(to->row(to->ctx, rows_int(r, 0), &d));
	}
	rows_close(r);
	return e;
}

static enum err each_paper(const struct object_source *self, struct conn *c,
	const struct object_sink *to, struct fault *why)
{
	struct rows *r = NULL;
	bool more = false;
	enum err e;
	(void)self;
	SQL(c, why, conn_query(c, "SELECT sm3, sha256, size, id FROM papers", BINDS(), &r));
	while (!(e = rows_next(r, &more)) && more) {
		struct arena *a = arena_new();
		struct object_named o = { rows_text(r, 0), arena_dup(a, rows_text(r, 1)),
			arena_printf(a, "paper %d", (int)rows_int(r, 3)), rows_int(r, 2) };
		o.sm3 = arena_dup(a, rows_text(r, 0));
		TRY(to->file(to->ctx, &o));
		arena_free(a);
	}
	rows_close(r);
	return e;
}

static int told; /* progress calls */

static void tell(void *ctx, const char *stage, int64_t done, int64_t total)
{
	assert_ptr_equal(ctx, &told);
	assert_true(text_is(stage, "facts") || text_is(stage, "rows") || text_is(stage, "files"));
	assert_true(done >= 0 && total >= 0);
	told++;
}

static struct verify_report report;

static void verify(void)
{
	static const struct witness_source things = { "things", "things model", each_thing };
	static const struct object_source papers = { NULL, each_paper };
	struct fault why = { 0 };
	struct verify_options o = { .db = f->db,
		.store = f->store,
		.keys_dir = f->keys,
		.witnesses = &things,
		.witnesses_n = 1,
		.objects = &papers,
		.objects_n = 1,
		.arena = f->a,
		.progress = tell,
		.ctx = &told };
	enum err e = ledger_verify(&o, &report, &why);
	if (e)
		print_error("verify: %s\n", why.text);
	assert_int_equal(e, OK);
}

static void print_findings(void)
{
	for (int64_t i = 0; i < report.wrong.count && i < VERIFY_FINDINGS; i++)
		print_message("  wrong: %s\n", report.wrong.text[i]);
}

/* The first finding has these words; so many findings in all, when count is not 0. */
static void assert_found(const char *words, int64_t count)
{
	verify();
	if (getenv("VERBOSE"))
		print_findings();
	if (!report.wrong.count || !strstr(report.wrong.text[0], words) ||
		(count && report.wrong.count != count)) {
		print_error("wanted %d: %s\n", (int)count, words);
		print_findings();
		fail();
	}
}

static void assert_found_among(const char *words)
{
	bool any = false;
	verify();
	for (int64_t i = 0; i < report.wrong.count && i < VERIFY_FINDINGS; i++)
		any = any || strstr(report.wrong.text[i], words);
	if (!any)
		print_findings();
	assert_true(any);
}

static void nothing_changed_nothing_found(void **state)
{
	(void)state;
	verify();
	print_findings();
	assert_int_equal(report.wrong.count, 0);
	assert_int_equal(report.notes.count, 0);
	assert_int_equal(report.facts, 300);
	assert_int_equal(report.heads, 2);
	assert_int_equal(report.signatures, 2);
	assert_int_equal(report.rows, 9);
	assert_int_equal(report.files, 2);
	assert_int_equal(report.bytes, paper[0].size + paper[1].size);
	assert_int_equal(report.held_size, 290);
	assert_int_equal(report.held_at, day1 + 2 * DAY);
	assert_true(told > 0);
	/* The patient attacker's tools are right: with nothing changed they change nothing. */
	tamper_patiently(f, "SELECT 1");
	verify();
	assert_int_equal(report.wrong.count, 0);
}

static void an_empty_ledger_is_whole(void **state)
{
	(void)state;
	struct fixture *full = f;
	f = fixture_new(false);
	struct verify_options o = { .db = f->db, .arena = f->a };
	struct fault why = { 0 };
	assert_int_equal(ledger_verify(&o, &report, &why), OK);
	assert_int_equal(report.wrong.count, 0);
	assert_int_equal(report.notes.count, 2); /* no keys, no files */
	fixture_free(f);
	f = full;
}

static atomic_bool stop;

static void *keep_writing(void *arg)
{
	(void)arg;
	for (int i = 0; !atomic_load(&stop); i++) {
		fixture_facts(f, 120);
		fixture_head(f);
	}
	return NULL;
}

static void it_reads_beside_a_working_server(void **state)
{
	(void)state;
	pthread_t t;
	atomic_store(&stop, false);
	assert_int_equal(pthread_create(&t, NULL, keep_writing, NULL), 0);
	int64_t before = 0, wrong = 0;
	for (int i = 0; i < 200 && before < 1500; i++) {
		verify();
		wrong += report.wrong.count;
		assert_true(report.facts >= before);
		before = report.facts;
		print_findings();
	}
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_int_equal(wrong, 0);
	assert_true(before > 300);
	verify();
	assert_int_equal(report.wrong.count, 0);
}

/* ---- facts changed -------------------------------------------------------------------------- */

struct attack {
	const char *sql, *words;
	int64_t count; /* findings; 0: some */
};

/* On PostgreSQL, where a world takes longer to make, every third: the comparing code is the same.
 */
static void try_all(const struct attack *all, size_t n)
{
	for (size_t i = 0; i < n; i += on_postgres ? 3 : 1) {
		if (i) {
			(void)end(NULL);
			(void)begin(NULL);
		}
		tamper(f, all[i].sql);
		assert_found(all[i].words, all[i].count);
	}
}
#define TRY_ALL(attacks) try_all(attacks, sizeof attacks / sizeof *attacks)

static void each_column_of_a_fact(void **state)
{
	(void)state;
	static const struct attack all[] = {
		{ "UPDATE ledger SET seq = 900 WHERE seq = 50", "fact 50 is missing", 0 },
		{ "UPDATE ledger SET at = at + 1 WHERE seq = 50", "fact 50 (thing.done, 2025-11-25",
			2 },
		{ "UPDATE ledger SET at = at - 1 WHERE seq = 50", "fact 50 (", 2 },
		{ "UPDATE ledger SET name = 'thing.dome' WHERE seq = 50", "fact 50 (thing.dome",
			1 },
		{ "UPDATE ledger SET actor = 2 WHERE seq = 50", "fact 50 (", 1 },
		{ "UPDATE ledger SET actor_name = 'm' WHERE seq = 50", "fact 50 (", 1 },
		{ "UPDATE ledger SET subject = -subject WHERE seq = 50", "fact 50 (", 1 },
		{ "UPDATE ledger SET entity = 1 WHERE seq = 50", "fact 50 (", 1 },
		{ "UPDATE ledger SET cause = 1 WHERE seq = 50", "fact 50 (", 1 },
		{ "UPDATE ledger SET data = '{ }' WHERE seq = 50", "fact 50 (", 1 },
		{ "UPDATE ledger SET rows = replace(rows, ':', ';') WHERE seq = 5", "fact 5 (", 3 },
		{ "UPDATE ledger SET leaf = replace(leaf, substr(leaf, 1, 1), 'f') WHERE seq = 50 "
		  "AND"
		  " substr(leaf, 1, 1) <> 'f'; UPDATE ledger SET leaf = 'x' || substr(leaf, 2) "
		  "WHERE"
		  " seq = 51",
			"was changed", 0 },
		{ "UPDATE ledger SET chain = '0000' || substr(chain, 5) WHERE seq = 50",
			"the chain breaks at fact 50 (", 1 },
		{ "UPDATE ledger SET chain = 'no' WHERE seq = 300",
			"the chain breaks at fact 300 (", 1 },
		{ "UPDATE ledger SET data = '{ }' WHERE seq = 1", "fact 1 (", 1 },
		{ "UPDATE ledger SET data = '{ }' WHERE seq = 300", "fact 300 (", 1 },
	};
	TRY_ALL(all);
}

static void facts_removed_added_moved(void **state)
{
	(void)state;
	static const struct attack all[] = {
		{ "DELETE FROM ledger WHERE seq = 50", "fact 50 is missing", 0 },
		{ "DELETE FROM ledger WHERE seq BETWEEN 50 AND 60", "facts 50 to 60 are missing",
			0 },
		{ "DELETE FROM ledger WHERE seq = 1", "fact 1 is missing", 0 },
		{ "DELETE FROM ledger WHERE seq = 300", "facts were removed: there were 300", 0 },
		{ "DELETE FROM ledger", "facts were removed", 0 },
		{ "INSERT INTO ledger SELECT 301, at, name, actor, actor_name, subject, entity, "
		  "cause,"
		  " data, rows, leaf, chain FROM ledger WHERE seq = 300",
			"fact 301 (", 0 },
		{ "UPDATE ledger SET seq = 1000 WHERE seq = 50; UPDATE ledger SET seq = 50 WHERE "
		  "seq = "
		  "51; UPDATE ledger SET seq = 51 WHERE seq = 1000",
			"fact 50 (", 0 },
		{ "UPDATE ledger SET cause = 0, seq = 2000 WHERE seq = 300; UPDATE ledger_state "
		  "SET size"
		  " = 299",
			"facts 300 to 1999 are missing", 0 },
	};
	TRY_ALL(all);
}

/* Digests, chain, tree and state are all made to fit: only the signed heads tell. */
static void everything_after_is_rewritten(void **state)
{
	(void)state;
	static const struct attack all[] = {
		{ "UPDATE ledger SET data = '{ }' WHERE seq = 50",
			"the head of 100 facts, signed 2025-11-25 00:00, does not match", 1 },
		{ "UPDATE ledger SET data = '{ }' WHERE seq = 150",
			"one of facts 101 to 290 was changed after that (the last head that holds "
			"is of"
			" 2025-11-25 00:00)",
			1 },
		{ "UPDATE ledger SET at = at - 86400000 WHERE seq = 150", "dated before the fact",
			2 },
		{ "DELETE FROM ledger WHERE seq > 280", "covers more than the 280 that are left",
			1 },
		{ "DELETE FROM ledger WHERE seq > 280; DELETE FROM ledger_heads WHERE size > 280",
			"(as the signer remembers it), covers more than the 280", 0 },
		{ "UPDATE ledger SET data = '{ }' WHERE seq = 150; DELETE FROM ledger_heads WHERE "
		  "size"
		  " > 100",
			"(as the signer remembers it), does not match", 0 },
		{ "UPDATE ledger SET seq = seq + 5000 WHERE seq > 50; UPDATE ledger SET seq = seq "
		  "- 4999"
		  " WHERE seq > 5000; INSERT INTO ledger SELECT 51, at, 'thing.forged', actor,"
		  " actor_name, subject, entity, cause, data, '', leaf, chain FROM ledger WHERE "
		  "seq = 50",
			"the head of 100 facts", 2 },
		{ "UPDATE ledger SET seq = 1000 WHERE seq = 50; UPDATE ledger SET seq = 50 WHERE "
		  "seq = "
		  "51; UPDATE ledger SET seq = 51 WHERE seq = 1000",
			"the head of 100 facts", 1 },
		{ "UPDATE ledger SET at = (SELECT at FROM ledger WHERE seq = 290) WHERE seq > 290",
			"is dated before the head signed before it", 10 },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i += on_postgres ? 3 : 1) {
		if (i) {
			(void)end(NULL);
			(void)begin(NULL);
		}
		tamper_patiently(f, all[i].sql);
		assert_found(all[i].words, all[i].count);
	}
}

/* ---- heads, tree, state --------------------------------------------------------------------- */

static void heads_tree_and_state(void **state)
{
	(void)state;
	static const struct attack all[] = {
		{ "UPDATE ledger_heads SET signature = replace(signature, '1', '2') WHERE size = "
		  "100",
			"the head of 100 facts, signed 2025-11-25 00:00: its signature does not "
			"hold",
			1 },
		{ "UPDATE ledger_heads SET signature = ''", "its signature does not hold", 2 },
		{ "UPDATE ledger_heads SET root = replace(root, '1', '2') WHERE size = 290",
			"its signature does not hold", 2 },
		{ "UPDATE ledger_heads SET at = at + 1 WHERE size = 290",
			"its signature does not hold", 0 },
		{ "UPDATE ledger_heads SET key_id = '0123456789abcdef' WHERE size = 290",
			"there is no public key 0123456789abcdef", 1 },
		{ "UPDATE ledger_heads SET size = 110 WHERE size = 100",
			"its signature does not hold", 0 },
		{ "UPDATE ledger_heads SET size = -1 WHERE size = 100", "no such head can be", 2 },
		{ "DELETE FROM ledger_heads WHERE size = 100",
			"the head of 290 facts, signed 2025-11-27 00:00: the head before it was of "
			"100 facts, and here it is of 0: heads were removed or added",
			1 },
		{ "DELETE FROM ledger_heads WHERE size = 290",
			"is not among the heads: it was removed", 1 },
		{ "UPDATE ledger_heads SET key_until = key_until + 1 WHERE size = 290",
			"its signature does not hold", 2 },
		{ "UPDATE ledger_heads SET key_from = 0, key_until = 0, previous = 0 WHERE size = "
		  "290",
			"its signature does not hold", 2 },
		{ "UPDATE ledger_heads SET size = 301 WHERE size = 290",
			"its signature does not hold", 2 },
		{ "UPDATE ledger_nodes SET hash = replace(hash, '1', '2')",
			"the stored tree does not match facts 1 to 256", 1 },
		{ "DELETE FROM ledger_nodes", "the stored tree does not match", 2 },
		{ "INSERT INTO ledger_nodes SELECT 9, 0, hash FROM ledger_nodes",
			"the stored tree has 2 nodes instead of 1", 1 },
		{ "UPDATE ledger_state SET size = 299", "the state of the ledger is damaged", 1 },
		{ "UPDATE ledger_state SET chain = replace(chain, '1', '2')", "another chain", 1 },
		{ "UPDATE ledger_state SET frontier = replace(frontier, '1', '2')", "another root",
			1 },
		{ "UPDATE ledger_state SET last_at = last_at - 1", "another time", 1 },
		{ "DELETE FROM ledger_state", "the state of the ledger is missing", 1 },
	};
	TRY_ALL(all);
}

/* He has a key of his own, and rewrites even the heads with it. */
static void a_forged_key_is_no_key(void **state)
{
	(void)state;
	struct signer *own = NULL;
	struct fault why = { 0 };
	struct conn *c = NULL;
	struct tree_head h = { .size = 290, .at = day1 + 2 * DAY };
	char *hex = NULL;
	tamper_patiently(f, "UPDATE ledger SET data = '{ }' WHERE seq = 150");
	assert_int_equal(
		signer_open_local(arena_printf(f->a, "%s/own", f->dir), true, &own, &why), OK);
	assert_int_equal(db_read_begin(f->db, &c, &why), OK);
	assert_int_equal(ledger_root(c, 290, &h.root, &why), OK);
	db_read_end(c);
	assert_int_equal(signer_sign(own, "head", head_text(f->a, &h), f->a, &hex, &why), OK);
	tamper(f,
		arena_printf(f->a,
			"UPDATE ledger_heads SET root = '%s', key_id = '%s', signature = '%s' WHERE"
			" size = 290",
			digest_hex(f->a, &h.root), signer_key_id(own), hex));
	assert_found("there is no public key", 2); /* and the signer remembers another root */
	tamper(f, arena_printf(f->a, "UPDATE ledger_heads SET key_id = '%s' WHERE size = 290",
			  signer_key_id(f->signer)));
	assert_found("its signature does not hold", 2);
	signer_close(own);
}

static void guards_taken_away(void **state)
{
	(void)state;
	outside(f, on_postgres ? "ALTER TABLE ledger DISABLE TRIGGER ledger_no_change"
			       : "DROP TRIGGER ledger_no_update");
	assert_found("triggers that guard the ledger", 1);
}

/* SQLite only: what a C string does not show, what STRICT would refuse, a table without its key. */
static void hidden_in_sqlite(void **state)
{
	(void)state;
	static const char odd[] = "fact 50 was written from outside";
	tamper(f, "UPDATE ledger SET data = data || char(0) || 'x' WHERE seq = 50");
	assert_found_among(odd);
	(void)end(NULL);
	(void)begin(NULL);
	tamper(f, "CREATE TABLE l2 AS SELECT * FROM ledger; DROP TABLE ledger; ALTER TABLE l2 "
		  "RENAME TO"
		  " ledger; UPDATE ledger SET actor = '1x' WHERE seq = 50");
	assert_found_among(odd);
	(void)end(NULL);
	(void)begin(NULL);
	tamper(f, "CREATE TABLE l2 AS SELECT * FROM ledger; DROP TABLE ledger; ALTER TABLE l2 "
		  "RENAME TO"
		  " ledger; INSERT INTO ledger SELECT * FROM ledger WHERE seq = 50");
	assert_found("fact 50 cannot be", 0);
}

/* ---- rows and files ------------------------------------------------------------------------- */

static void witnessed_rows(void **state)
{
	(void)state;
	static const struct attack all[] = {
		{ "UPDATE things SET text = 'forged' WHERE id = 2",
			"row 2 of things was changed from outside after fact 11 (thing.written, "
			"2025-11-25"
			" 00:00, 李明), which wrote it last",
			1 },
		{ "UPDATE things SET text = 'first' WHERE id = 2", "row 2 of things was changed",
			1 },
		{ "INSERT INTO things VALUES (99, 'first')",
			"row 99 of things was added from outside", 1 },
		{ "DELETE FROM things WHERE id = 7", "row 7 of things was removed from outside",
			1 },
		{ "INSERT INTO things VALUES (3, 'first')", "row 3 of things is there again", 1 },
		{ "UPDATE things SET id = 77 WHERE id = 7", "row 77 of things was added", 2 },
		{ "DELETE FROM things", "was removed from outside", 9 },
	};
	TRY_ALL(all);
}

static void a_table_nobody_knows_is_noted(void **state)
{
	(void)state;
	struct digest d = sm3("x", 1);
	tamper(f, "SELECT 1");
	struct verify_options o = { .db = f->db, .keys_dir = f->keys, .arena = f->a };
	struct fault why = { 0 };
	(void)fixture_fact(f, "thing.written", 500, &d);
	assert_int_equal(ledger_verify(&o, &report, &why), OK);
	assert_int_equal(report.wrong.count, 0);
	assert_int_equal(report.notes.count, 2);
	assert_non_null(strstr(report.notes.text[0], "the rows of things were not compared"));
}

static char *path_of(const struct object *o)
{
	return arena_printf(f->a, "%s/objects/%.2s/%.2s/%s", f->dir, o->sm3, o->sm3 + 2, o->sm3);
}

static void files_of_the_store(void **state)
{
	(void)state;
	struct fault why = { 0 };
	struct object extra;
	struct bytes b = { (const uint8_t *)"nobody's", 8 };
	assert_int_equal(store_put(f->store, f->a, b, &extra, &why), OK);
	verify();
	assert_int_equal(report.wrong.count, 0);
	assert_int_equal(report.notes.count, 1);
	assert_non_null(strstr(report.notes.text[0], "no record names this file"));
	/* One bit of one file. */
	assert_int_equal(chmod(path_of(&paper[0]), 0640), 0);
	FILE *file = fopen(path_of(&paper[0]), "r+");
	assert_non_null(file);
	int first = fgetc(file);
	rewind(file);
	assert_true(fputc(first ^ 1, file) != EOF);
	assert_int_equal(fclose(file), 0);
	assert_found("paper 1: the stored file", 1);
	assert_non_null(strstr(report.wrong.text[0], "was changed"));
	assert_int_equal(unlink(path_of(&paper[0])), 0);
	assert_found("paper 1: the stored file", 1);
	assert_non_null(strstr(report.wrong.text[0], "is missing"));
}

static void records_of_files(void **state)
{
	(void)state;
	static const struct attack all[] = {
		{ "UPDATE papers SET size = 3 WHERE id = 2", "paper 2: its file has 8 bytes", 1 },
		{ "UPDATE papers SET sha256 = sm3 WHERE id = 2",
			"does not have the SHA-256 on record", 1 },
		{ "UPDATE papers SET sm3 = sha256 WHERE id = 2", "is missing", 1 },
		{ "UPDATE papers SET sm3 = '../x' WHERE id = 2", "paper 2 names a file without",
			1 },
		{ "UPDATE papers SET sha256 = 'zz' WHERE id = 2", "a damaged SHA-256", 0 },
		{ "INSERT INTO papers SELECT 3, sm3, sha256, 4 FROM papers WHERE id = 2",
			"paper 3: its file", 1 },
	};
	TRY_ALL(all);
	/* The same record twice is no finding and no second reading. */
	(void)end(NULL);
	(void)begin(NULL);
	tamper(f, "INSERT INTO papers SELECT 3, sm3, sha256, size FROM papers WHERE id = 2");
	verify();
	assert_int_equal(report.wrong.count, 0);
	assert_int_equal(report.files, 2);
}

static void at_most_a_hundred_are_kept(void **state)
{
	(void)state;
	tamper(f, "UPDATE ledger SET data = '{ }'");
	verify();
	assert_int_equal(report.wrong.count, 300);
	assert_non_null(report.wrong.text[99]);
	assert_non_null(strstr(report.wrong.text[99], "fact 100 ("));
}

#define T(t) cmocka_unit_test_setup_teardown(t, begin, end)
#define ALL                                                                                        \
	T(nothing_changed_nothing_found), T(it_reads_beside_a_working_server),                     \
		T(each_column_of_a_fact), T(facts_removed_added_moved),                            \
		T(everything_after_is_rewritten), T(heads_tree_and_state),                         \
		T(a_forged_key_is_no_key), T(guards_taken_away), T(witnessed_rows),                \
		T(a_table_nobody_knows_is_noted), T(files_of_the_store), T(records_of_files),      \
		T(at_most_a_hundred_are_kept)

int main(void)
{
	const struct CMUnitTest sqlite[] = { ALL, T(an_empty_ledger_is_whole),
		T(hidden_in_sqlite) };
	const struct CMUnitTest postgres[] = { ALL };
	log_to(LOG_ERROR, "test");
	int failed = cmocka_run_group_tests_name("verify on SQLite", sqlite, NULL, NULL);
	if (world)
		fixture_free(world);
	on_postgres = true;
	if (fixture_has_postgres())
		failed += cmocka_run_group_tests_name("verify on PostgreSQL", postgres, NULL, NULL);
	return failed;
}
