/* What goes wrong: errors of statements, works that refuse, what shared SQL may not do, bad
 * databases. */
#include "core/db/testing.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- errors ------------------------------------------------------------------------------- */

struct attempt {
	const char *sql;
	enum err expected;
	bool swallow; /* the work says OK all the same */
};

static enum err insert_then(struct conn *c, void *arg)
{
	const struct attempt *a = arg;
	TRY(conn_run(c, insert_item, BINDS(77, "seventy-seven", 1), NULL));
	enum err e = conn_run(c, a->sql, NULL, NULL);
	assert_int_equal(e, a->expected);
	assert_true(conn_doomed(c));
	assert_true(conn_fault(c)->code == e && conn_fault(c)->text[0]);
	/* the rest of the work is refused with the same error, on both */
	assert_int_equal(conn_run(c, "UPDATE item SET qty = 5", NULL, NULL), e);
	return a->swallow ? OK : e;
}

static const struct attempt attempts[] = {
	{ "INSERT INTO item (id, code, qty) VALUES (2, 'one', 1)", E_CONFLICT, false },
	{ "INSERT INTO item (id, code, qty) VALUES (1, 'two', 1)", E_CONFLICT, true },
	{ "INSERT INTO item (id, code, qty) VALUES (2, 'two', -1)", E_CONFLICT, false },
	{ "INSERT INTO item (id, code, qty) VALUES (2, NULL, 1)", E_CONFLICT, true },
	{ "INSERT INTO part (id, item) VALUES (1, 99)", E_CONFLICT, false },
	{ "DELETE FROM item WHERE id = 1", E_CONFLICT, false },
	{ "INSERT INTO item (id, code, qty) VALUES (2, 'two', 'abc')", E_INTERNAL, false },
	{ "INSERT INTO nowhere (id) VALUES (1)", E_INTERNAL, true },
	{ "INSERT INTO item (id, code, qty) VALUES (2, \"two\", 1)", E_INTERNAL, false },
	{ "INSERT INTO item (id, code, qty) VALUES ($1, $2, $3)", E_INTERNAL, false },
	{ "SELEC 1", E_INTERNAL, false },
	{ "UPDATE item SET qty = 1; DELETE FROM part", E_INTERNAL, false },
	{ "", E_INTERNAL, false },
};

static void errors_on(struct world *w)
{
	script(w, table_item);
	write_one(w, insert_item, BINDS(1, "one", 1));
	write_one(w, "INSERT INTO part (id, item) VALUES (5, 1)", NULL);
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		struct fault why = { .code = OK };
		struct attempt a = attempts[i];
		assert_int_equal(db_write(w->db, insert_then, &a, &why), a.expected);
		assert_true(why.code == a.expected && why.text[0]);
		assert_int_equal(read_int(w, "SELECT count(*) FROM item", NULL), 1);
		assert_int_equal(read_int(w, "SELECT qty FROM item WHERE id = 1", NULL), 1);
	}
}

static void errors_undo_the_work(void **state)
{
	(void)state;
	on_both(errors_on);
}

static enum err refuse(struct conn *c, void *arg)
{
	(void)arg;
	TRY(conn_run(c, insert_item, BINDS(1, "one", 1), NULL));
	return E_FORBIDDEN;
}

static enum err late_part(struct conn *c, void *arg)
{
	(void)arg;
	TRY(conn_run(c, "INSERT INTO late (id, item) VALUES (1, 1)", NULL, NULL));
	return conn_run(c, insert_item, BINDS(1, "one", 1), NULL);
}

static enum err late_orphan(struct conn *c, void *arg)
{
	(void)arg;
	return conn_run(c, "INSERT INTO late (id, item) VALUES (2, 9)", NULL, NULL);
}

static enum err bad_text(struct conn *c, void *arg)
{
	(void)arg;
	return conn_run(c, insert_item, BINDS(3, "\xe5\x86", 1), NULL);
}

static void own_errors_on(struct world *w)
{
	struct fault why;
	script(w, table_item);
	assert_int_equal(db_write(w->db, refuse, NULL, &why), E_FORBIDDEN);
	assert_true(why.code == E_FORBIDDEN && why.text[0]);
	assert_int_equal(db_write(w->db, refuse, NULL, NULL), E_FORBIDDEN);
	assert_int_equal(read_int(w, "SELECT count(*) FROM item", NULL), 0);
	/* a deferred foreign key is looked at when the work ends, and harms nobody else */
	assert_int_equal(db_write(w->db, late_part, NULL, &why), OK);
	assert_int_equal(db_write(w->db, late_orphan, NULL, &why), E_CONFLICT);
	assert_int_equal(read_int(w, "SELECT count(*) FROM late", NULL), 1);
	assert_int_equal(db_write(w->db, bad_text, NULL, &why), E_INTERNAL);
	assert_non_null(strstr(why.text, "$2"));
}

static void works_can_refuse(void **state)
{
	(void)state;
	on_both(own_errors_on);
}

/* ---- walls (SQLite) ----------------------------------------------------------------------- */

static void shared_sql_stays_inside(void **state)
{
	(void)state;
	static const struct attempt bad[] = {
		{ "ATTACH '/tmp/x.db' AS x", E_INTERNAL, true },
		{ "PRAGMA query_only = OFF", E_INTERNAL, true },
		{ "PRAGMA synchronous = OFF", E_INTERNAL, true },
		{ "COMMIT", E_INTERNAL, true },
		{ "ROLLBACK", E_INTERNAL, true },
		{ "RELEASE work", E_INTERNAL, true },
		{ "UPDATE ledger SET at = 1", E_CONFLICT, true },
		{ "DELETE FROM ledger_nodes", E_CONFLICT, true },
		{ "DROP TABLE ledger", E_CONFLICT, true },
		{ "DROP TRIGGER ledger_guard", E_CONFLICT, true },
		{ "ALTER TABLE ledger ADD COLUMN x text", E_CONFLICT, true },
		{ "INSERT OR REPLACE INTO item (id, code, qty) VALUES (1, 'one', 1.5)", E_INTERNAL,
			true },
	};
	struct world *w = world_new(false);
	script(w, table_item);
	script(w, "CREATE TABLE ledger (seq bigint PRIMARY KEY, at bigint) STRICT;"
		  "CREATE TABLE ledger_nodes (seq bigint PRIMARY KEY) STRICT;"
		  "CREATE TABLE ledger_state (seq bigint PRIMARY KEY) STRICT;"
		  "CREATE TRIGGER ledger_guard BEFORE UPDATE ON ledger BEGIN"
		  " SELECT CASE WHEN 1 THEN RAISE(ABORT, 'no; never') END; END;");
	write_one(w, "INSERT INTO ledger VALUES (1, 2)", NULL);
	write_one(w, "UPDATE ledger_state SET seq = 5", NULL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct attempt a = bad[i];
		assert_int_equal(db_write(w->db, insert_then, &a, NULL), a.expected);
	}
	assert_int_equal(read_int(w, "SELECT count(*) FROM ledger WHERE at = 2", NULL), 1);
	assert_int_equal(read_int(w, "SELECT count(*) FROM item", NULL), 0);
	struct stat st;
	assert_int_equal(stat(w->options.path, &st), 0);
	assert_int_equal(st.st_mode & 0027, 0);
	world_free(w);
}

/* ---- misuse and bad surroundings ------------------------------------- */

static enum err write_inside(struct conn *c, void *arg)
{
	return db_write(conn_db(c), refuse, arg, NULL);
}

static void nested_write_on(struct world *w)
{
	pid_t child = fork();
	if (child == 0) {
		struct db *db;
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		if (db_open(&w->options, &db, NULL) != OK)
			_exit(1);
		_exit(db_write(db, write_inside, NULL, NULL) == OK ? 2 : 3);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void a_write_inside_a_write_ends_the_process(void **state)
{
	(void)state;
	on_both(nested_write_on);
}

static void refused(struct db_options o, enum err expected, const char *word)
{
	struct fault why = { .code = OK };
	struct db *db = NULL;
	assert_int_equal(db_open(&o, &db, &why), expected);
	assert_null(db);
	assert_non_null(strstr(why.text, word));
}

static void bad_databases_are_refused(void **state)
{
	(void)state;
	struct world *w = world_new(false);
	char *other = arena_printf(w->arena, "%s/other", w->dir);
	assert_int_equal(file_write(other, "this is no database file\n", 25, 0600, NULL), OK);
	refused((struct db_options){ 0 }, E_INVALID, "path");
	refused((struct db_options){ .path = ":memory:" }, E_INVALID, "path");
	refused((struct db_options){ .path = w->dir }, E_INTERNAL, w->dir);
	refused((struct db_options){ .path = "/nowhere/x.db" }, E_INTERNAL, "/nowhere/x.db");
	refused((struct db_options){ .path = other }, E_INTERNAL, "not a database");
	refused((struct db_options){ .url = "postgresql://x@127.0.0.1:1/x" }, E_BUSY, "connect");
	refused((struct db_options){ .url = "nonsense" }, E_BUSY, "connect");
	refused((struct db_options){ .url = "postgresql://", .schema = "a\"b" }, E_INVALID,
		"schema");
	unlink(other);
	unlink(arena_printf(w->arena, "%s-turn", other));
	db_close(NULL);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_undo_the_work),
		cmocka_unit_test(works_can_refuse),
		cmocka_unit_test(shared_sql_stays_inside),
		cmocka_unit_test(a_write_inside_a_write_ends_the_process),
		cmocka_unit_test(bad_databases_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
