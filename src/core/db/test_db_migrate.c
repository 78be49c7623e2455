/* Migrations and the splitting of scripts. */
#include "core/db/testing.h"

#include <sys/wait.h>

#include "core/db/driver.h"

/* ---- scripts ------------------------------------------------------------------------------ */

struct split {
	struct buf out;
	int n, fail_at;
};

static enum err note(void *arg, const char *sql)
{
	struct split *s = arg;
	if (++s->n == s->fail_at)
		return E_CONFLICT;
	buf_printf(&s->out, "[%s]", sql);
	return OK;
}

static const struct {
	const char *script, *sqlite, *postgres;
} scripts[] = {
	{ "", "", "" },
	{ " ;; -- nothing\n /* at; all */ ", "", "" },
	{ "a; b ;c", "[a][b ][c]", "[a][b ][c]" },
	{ "a 'x;y' \"p;q\" ; b 'it''s; so'", "[a 'x;y' \"p;q\" ][b 'it''s; so']",
		"[a 'x;y' \"p;q\" ][b 'it''s; so']" },
	{ "-- one;\na /* two; */ b -- three\n; c", "[a   b   ][c]", "[a   b   ][c]" },
	{ "a $$ x; y $$; b $t$ p; $$ q $t$; c $1; d", "[a $$ x; y $$][b $t$ p; $$ q $t$][c $1][d]",
		"[a $$ x; y $$][b $t$ p; $$ q $t$][c $1][d]" },
	{ "CREATE TABLE t (a bigint, b smallint CHECK (b IN (0, 1))) STRICT; x",
		"[CREATE TABLE t (a INTEGER, b INTEGER CHECK (b IN (0, 1))) STRICT][x]",
		"[CREATE TABLE t (a bigint, b smallint CHECK (b IN (0, 1)))][x]" },
	{ "create table t (a BIGINT) without rowid, strict",
		"[create table t (a INTEGER) without rowid, strict]",
		"[create table t (a BIGINT)]" },
	{ "CREATE TABLE t (a int) WITH (fillfactor = 10)",
		"[CREATE TABLE t (a int) WITH (fillfactor = 10)]",
		"[CREATE TABLE t (a int) WITH (fillfactor = 10)]" },
	{ "CREATE FUNCTION f() RETURNS int LANGUAGE sql STRICT AS $$ SELECT 1; $$",
		"[CREATE FUNCTION f() RETURNS int LANGUAGE sql STRICT AS $$ SELECT 1; $$]",
		"[CREATE FUNCTION f() RETURNS int LANGUAGE sql STRICT AS $$ SELECT 1; $$]" },
	{ "INSERT INTO strict VALUES ('bigint') ; SELECT 1",
		"[INSERT INTO strict VALUES ('bigint') ][SELECT 1]",
		"[INSERT INTO strict VALUES ('bigint') ][SELECT 1]" },
	{ "'unclosed; x", "['unclosed; x]", "['unclosed; x]" },
	{ "a /* unclosed; x", "[a  ]", "[a  ]" },
	{ "a $$ unclosed; x", "[a $$ unclosed; x]", "[a $$ unclosed; x]" },
};

static void scripts_are_split(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		for (int postgres = 0; postgres <= 1; postgres++) {
			struct split s = { .out = { .arena = a } };
			assert_int_equal(script_each(scripts[i].script, postgres, note, &s), OK);
			assert_string_equal(buf_text(&s.out),
				postgres ? scripts[i].postgres : scripts[i].sqlite);
		}
	struct split s = { .out = { .arena = a }, .fail_at = 2 };
	assert_int_equal(script_each("a; b; c", false, note, &s), E_CONFLICT);
	assert_string_equal(buf_text(&s.out), "[a]");
	arena_free(a);
}

static void trigger_bodies_stay_whole(void **state)
{
	(void)state;
	static const char trigger[] =
		"CREATE TRIGGER t AFTER INSERT ON x WHEN CASE WHEN 1 THEN 1 END BEGIN"
		" UPDATE x SET a = CASE WHEN b THEN 1 ELSE 2 END; SELECT 1; END";
	struct arena *a = arena_new();
	struct split s = { .out = { .arena = a } };
	char *two = arena_printf(a, "%s; create temp trigger u begin select 1; end; z", trigger);
	assert_int_equal(script_each(two, false, note, &s), OK);
	assert_string_equal(buf_text(&s.out),
		arena_printf(a, "[%s][create temp trigger u begin select 1; end][z]", trigger));
	struct split p = { .out = { .arena = a } };
	assert_int_equal(
		script_each("CREATE TRIGGER t BEFORE INSERT ON begin EXECUTE FUNCTION f(); z", true,
			note, &p),
		OK);
	assert_int_equal(p.n, 2);
	arena_free(a);
}

/* ---- migrations --------------------------------------------------------------------------- */

static const struct migration all[] = {
	{ "core", "0001_core.sql",
		"CREATE TABLE a (id bigint NOT NULL PRIMARY KEY) STRICT; INSERT INTO a VALUES (1)",
		NULL },
	{ "cases", "0001_cases.sql",
		"CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, kind text) STRICT",
		"CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, kind varchar(9))" },
	{ "cases", "0002_more.sql", "ALTER TABLE b ADD COLUMN more smallint NOT NULL DEFAULT 3",
		NULL },
};

static void migrations_on(struct world *w)
{
	struct fault why;
	assert_int_equal(db_migrate(w->db, NULL, 0, &why), OK);
	assert_int_equal(db_migrate(w->db, all, 2, &why), OK);
	write_one(w, "INSERT INTO b (id, kind) VALUES (1, 'x')", NULL);
	assert_int_equal(db_migrate(w->db, all, 2, &why), OK);
	open_again(w);
	assert_int_equal(db_migrate(w->db, all, 3, &why), OK);
	assert_int_equal(db_migrate(w->db, all, 3, NULL), OK);
	assert_int_equal(read_int(w, "SELECT more FROM b WHERE kind = 'x'", NULL), 3);
	assert_int_equal(read_int(w, "SELECT count(*) FROM a", NULL), 1);
	assert_int_equal(
		read_int(w, "SELECT count(*) FROM schema_migrations WHERE length(digest) = 64",
			NULL),
		3);
	/* a file that was changed after it ran refuses the start */
	struct migration changed = all[0];
	changed.sql = changed.sql_pg =
		"CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x text) STRICT";
	assert_int_equal(db_migrate(w->db, &changed, 1, &why), E_CONFLICT);
	assert_non_null(strstr(why.text, "core/0001_core.sql"));
	/* a failing one leaves nothing, and can be mended */
	struct migration bad = { "core", "0002_bad.sql",
		"CREATE TABLE c (id bigint) STRICT; NONSENSE", NULL };
	assert_int_equal(db_migrate(w->db, &bad, 1, &why), E_INTERNAL);
	assert_non_null(strstr(why.text, "core/0002_bad.sql"));
	assert_non_null(strstr(why.text, "NONSENSE"));
	bad.sql = "CREATE TABLE c (id bigint) STRICT";
	assert_int_equal(db_migrate(w->db, &bad, 1, &why), OK);
	assert_int_equal(read_int(w, "SELECT count(*) FROM c", NULL), 0);
}

static void migrations_run_once(void **state)
{
	(void)state;
	on_both(migrations_on);
}

static void each_failure_on(struct world *w)
{
	struct fault why;
	enum err e = E_INTERNAL;
	int64_t n = 1;
	for (; e; n++) {
		db_fail_at(w->db, n);
		e = db_migrate(w->db, all, 3, &why);
		db_fail_at(w->db, 0);
	}
	assert_true(n > 10);
	assert_int_equal(read_int(w, "SELECT count(*) FROM a", NULL), 1);
	assert_int_equal(read_int(w, "SELECT count(*) FROM schema_migrations", NULL), 3);
}

static void a_migration_that_fails_anywhere_can_go_on(void **state)
{
	(void)state;
	on_both(each_failure_on);
}

/* several processes start at once on an empty database */
static void starting_on(struct world *w)
{
	enum { PROCESSES = 4 };
	pid_t child[PROCESSES];
	for (int i = 0; i < PROCESSES; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			struct db *db;
			log_to(LOG_ERROR, NULL);
			if (db_open(&w->options, &db, NULL) != OK)
				_exit(1);
			enum err e = db_migrate(db, all, 3, NULL);
			_exit(e == OK ? 0 : 2);
		}
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status = 0;
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(read_int(w, "SELECT count(*) FROM schema_migrations", NULL), 3);
	assert_int_equal(read_int(w, "SELECT count(*) FROM a", NULL), 1);
}

static void starting_on_new_file(struct world *w)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-turn" };
	if (!w->options.schema) { /* so that they race for making the file, too */
		db_close(w->db);
		w->db = NULL;
		for (size_t i = 0; i < 4; i++)
			unlink(arena_printf(w->arena, "%s%s", w->options.path, ends[i]));
		pid_t pids[3];
		for (int i = 0; i < 3; i++) {
			pids[i] = fork();
			if (pids[i] == 0) {
				struct db *db;
				struct fault why;
				enum err e = db_open(&w->options, &db, &why);
				if (e)
					fprintf(stderr, "%s\n", why.text);
				_exit(e ? 1 : 0);
			}
		}
		for (int i = 0; i < 3; i++) {
			int status;
			assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
			assert_int_equal(status, 0);
		}
		open_again(w);
	}
	starting_on(w);
}

static void processes_that_start_at_once_do_not_collide(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		on_both(starting_on_new_file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_are_split),
		cmocka_unit_test(trigger_bodies_stay_whole),
		cmocka_unit_test(migrations_run_once),
		cmocka_unit_test(a_migration_that_fails_anywhere_can_go_on),
		cmocka_unit_test(processes_that_start_at_once_do_not_collide),
	};
	log_to(LOG_WARN, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
