/* The database room on both drivers: what a caller relies on. SHIAN_TEST_PG names a PostgreSQL;
 * without it only SQLite is tested. */
#include "core/db/testing.h"

#include <pthread.h>

/* ---- rows and values ---------------------------------------------------------------------- */

static void rows_on(struct world *w)
{
	struct conn *c;
	struct rows *r;
	bool more;
	script(w, table_item);
	assert_int_equal(write_one(w, insert_item, BINDS(INT64_MAX, "冷库'\"\\", 5)), 1);
	assert_int_equal(write_one(w, insert_item, BINDS(INT64_MIN, "", 0)), 1);
	assert_int_equal(db_read_begin(w->db, &c, NULL), OK);
	assert_int_equal(
		conn_query(c,
			"SELECT id AS \"ID\", Code, qty, note, 1 AS one FROM item ORDER BY id DESC",
			NULL, &r),
		OK);
	assert_int_equal(rows_columns(r), 5);
	assert_string_equal(rows_name(r, 0), "id");
	assert_string_equal(rows_name(r, 1), "code");
	assert_string_equal(rows_name(r, 9), "");
	assert_int_equal(rows_find(r, "qty"), 2);
	assert_int_equal(rows_find(r, "none"), -1);
	assert_true(rows_null(r, 0)); /* before the first row */
	assert_int_equal(rows_next(r, &more), OK);
	assert_true(more && rows_int(r, 0) == INT64_MAX);
	assert_string_equal(rows_text(r, 0), "9223372036854775807");
	assert_string_equal(rows_text(r, 1), "冷库'\"\\");
	assert_int_equal(rows_int(r, 1), 0); /* text that is no number */
	assert_true(rows_null(r, 3) && rows_int(r, 3) == 0 && !*rows_text(r, 3));
	assert_true(rows_null(r, 7) && rows_int(r, -1) == 0 && !*rows_text(r, 9));
	assert_int_equal(rows_next(r, &more), OK);
	assert_true(more && rows_int(r, 0) == INT64_MIN && !rows_null(r, 1) && !*rows_text(r, 1));
	assert_int_equal(rows_next(r, &more), OK);
	assert_false(more);
	assert_int_equal(rows_next(r, &more), OK);
	assert_true(!more && rows_int(r, 0) == 0 && rows_null(r, 0));
	assert_int_equal(conn_statements(c), 1);
	int64_t v = 7;
	assert_int_equal(
		conn_int(c, "SELECT id FROM item WHERE qty > $1", BINDS(9), &v), E_NOT_FOUND);
	assert_true(v == 7 && !conn_doomed(c));
	assert_int_equal(conn_int(c, "SELECT '42'", NULL, &v), OK); /* text that is a number */
	assert_int_equal(v, 42);
	rows_close(NULL);
	db_read_end(c); /* closes r too */
	db_read_end(NULL);
}

static void rows_are_read(void **state)
{
	(void)state;
	on_both(rows_on);
}

/* the same statement opened twice, one inside the other, in a read and in a write */
static enum err nested(struct conn *c, void *arg)
{
	static const char sql[] = "SELECT id, qty FROM item WHERE id > $1 ORDER BY id";
	struct rows *outer, *inner;
	bool more;
	int64_t sum = 0;
	TRY(conn_query(c, sql, BINDS(0), &outer));
	for (;;) {
		TRY(rows_next(outer, &more));
		if (!more)
			break;
		TRY(conn_query(c, sql, BINDS(rows_int(outer, 0)), &inner));
		for (;;) {
			TRY(rows_next(inner, &more));
			if (!more)
				break;
			sum += rows_int(inner, 1);
		}
		/* inner is left open on purpose */
	}
	*(int64_t *)arg = sum;
	return OK;
}

/* what is changed while walking over rows does not change the walk */
static enum err walk_and_add(struct conn *c, void *arg)
{
	struct rows *r;
	bool more;
	int64_t seen = 0;
	TRY(conn_query(c, "SELECT id FROM item ORDER BY id", NULL, &r));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		seen++;
		int64_t id = rows_int(r, 0) + 100;
		char code[32];
		snprintf(code, sizeof code, "n%" PRId64, id);
		TRY(conn_run(c, insert_item, BINDS(id, (const char *)code, 1), NULL));
	}
	*(int64_t *)arg = seen;
	return OK;
}

static void nested_on(struct world *w)
{
	static const char *const codes[] = { "", "a", "b", "c", "d" };
	struct conn *c;
	struct fault why;
	int64_t n = 0;
	script(w, table_item);
	for (int64_t i = 1; i <= 4; i++)
		write_one(w, insert_item, BINDS(i, codes[i], i));
	assert_int_equal(db_read_begin(w->db, &c, &why), OK);
	assert_int_equal(nested(c, &n), OK);
	db_read_end(c);
	assert_int_equal(n, 9 + 7 + 4);
	n = 0;
	assert_int_equal(db_write(w->db, nested, &n, &why), OK);
	assert_int_equal(n, 9 + 7 + 4);
	assert_int_equal(db_write(w->db, walk_and_add, &n, &why), OK);
	assert_int_equal(n, 4);
	assert_int_equal(read_int(w, "SELECT count(*) FROM item", NULL), 8);
}

static void statements_nest(void **state)
{
	(void)state;
	on_both(nested_on);
}

static void many_on(struct world *w)
{
	struct conn *c;
	assert_int_equal(db_read_begin(w->db, &c, NULL), OK);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 1000; i++) { /* more than are kept prepared */
			int64_t v = 0;
			char *sql = arena_printf(w->arena, "SELECT %d + $1 AS v", i);
			assert_int_equal(conn_int(c, sql, BINDS(5), &v), OK);
			assert_int_equal(v, i + 5);
		}
	assert_int_equal(conn_statements(c), 2000);
	db_read_end(c);
	/* more values than BINDS() takes: a row of a wide table */
	struct buf create = { .arena = w->arena }, insert = { .arena = w->arena };
	struct val values[41] = { 0 };
	buf_puts(&create, "CREATE TABLE wide (id bigint NOT NULL PRIMARY KEY");
	buf_puts(&insert, "INSERT INTO wide VALUES ($1");
	values[0] = val_int(1);
	for (int i = 1; i < 40; i++) {
		buf_printf(&create, ", c%d %s", i, i % 2 ? "text" : "smallint");
		buf_printf(&insert, ", $%d", i + 1);
		values[i] = i % 5 == 0 ? val_text(NULL) : i % 2 ? val_text("x") : val_int(i);
	}
	values[40].type = VAL_END;
	script(w, arena_printf(w->arena, "%s) STRICT", create.s));
	write_one(w, arena_printf(w->arena, "%s)", insert.s), values);
	assert_int_equal(read_int(w, "SELECT c38 FROM wide WHERE c5 IS NULL", NULL), 38);
}

static void many_statements_and_values(void **state)
{
	(void)state;
	on_both(many_on);
}

/* ---- reading ------------------------------------------------------------------------------ */

static void reader_on(struct world *w)
{
	struct conn *c, *other;
	int64_t v;
	script(w, table_item);
	write_one(w, insert_item, BINDS(1, "one", 1));
	assert_int_equal(db_read_begin(w->db, &c, NULL), OK);
	assert_int_equal(conn_int(c, "SELECT count(*) FROM item", NULL, &v), OK);
	write_one(w, insert_item, BINDS(2, "two", 1));
	assert_int_equal(conn_int(c, "SELECT count(*) FROM item", NULL, &v), OK);
	assert_int_equal(v, 1); /* one snapshot from begin to end */
	assert_int_equal(db_read_begin(w->db, &other, NULL), OK);
	assert_int_equal(conn_int(other, "SELECT count(*) FROM item", NULL, &v), OK);
	assert_int_equal(v, 2);
	db_read_end(other);
	assert_int_equal(conn_run(c, "DELETE FROM item", NULL, NULL), E_INTERNAL);
	assert_true(conn_doomed(c) && conn_db(c) == w->db);
	db_read_end(c);
	assert_int_equal(read_int(w, "SELECT count(*) FROM item", NULL), 2);
}

static void readers_have_a_snapshot_and_cannot_write(void **state)
{
	(void)state;
	on_both(reader_on);
}

/* ---- torture: every statement of a work fails once ------------------- */

static enum err several(struct conn *c, void *arg)
{
	int64_t *n = arg;
	TRY(conn_lock(c, 7));
	TRY(conn_run(c, insert_item, BINDS(10, "ten", 1), NULL));
	TRY(conn_int(c, "SELECT count(*) FROM item", NULL, n));
	return conn_run(c, "INSERT INTO part (id, item) VALUES (1, 10)", NULL, NULL);
}

static void failing_on(struct world *w)
{
	script(w, table_item);
	for (int64_t i = 1; i <= 5; i++) {
		struct fault why;
		int64_t n = 0;
		db_fail_at(w->db, i);
		enum err e = db_write(w->db, several, &n, &why);
		db_fail_at(w->db, 0);
		assert_int_equal(e, i < 5 ? E_INTERNAL : OK);
		if (e)
			assert_string_equal(why.text, "made to fail");
		assert_int_equal(read_int(w, "SELECT count(*) FROM item", NULL), e ? 0 : 1);
		assert_int_equal(read_int(w, "SELECT count(*) FROM part", NULL), e ? 0 : 1);
	}
}

static void each_statement_can_be_made_to_fail(void **state)
{
	(void)state;
	on_both(failing_on);
}

/* ---- the pool of readers --------------------------------------------- */

static void *read_many(void *arg)
{
	struct world *w = arg;
	for (int i = 0; i < 50; i++)
		if (read_int(w, "SELECT count(*) FROM item", NULL) < 0)
			return arg;
	return NULL;
}

static void pool_on(struct world *w)
{
	pthread_t threads[8];
	void *bad;
	script(w, table_item);
	w->options.readers = 2;
	open_again(w);
	for (int i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, read_many, w);
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], &bad);
		assert_null(bad);
	}
}

static void readers_wait_for_each_other(void **state)
{
	(void)state;
	on_both(pool_on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read),
		cmocka_unit_test(statements_nest),
		cmocka_unit_test(many_statements_and_values),
		cmocka_unit_test(readers_have_a_snapshot_and_cannot_write),
		cmocka_unit_test(each_statement_can_be_made_to_fail),
		cmocka_unit_test(readers_wait_for_each_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
