/* One SQL text, two engines: each statement gives the same answer, or the same kind of error, on
 * SQLite and on PostgreSQL; the expected one is written down, so that SQLite alone is tested too.
 * What is not in here is not known to be portable. */
#include "core/db/testing.h"

struct sentence {
	const char *sql;
	struct val binds[13];
	const char *expected; /* rows, NULL: an error */
	enum err error;
};

/* clang-format off */
#define I(n) { VAL_INT, { .i = n } }
#define T(t) { VAL_TEXT, { .s = t } }
#define NONE { VAL_NULL, { .i = 0 } }
#define END  { VAL_END, { .i = 0 } }
#define ANSWERS(text, sql, ...) { sql, { __VA_ARGS__ __VA_OPT__(,) END }, text, OK }
#define CHANGES(n, sql, ...)    { sql, { __VA_ARGS__ __VA_OPT__(,) END }, #n " changed", OK }
#define FAILS(e, sql, ...)      { sql, { __VA_ARGS__ __VA_OPT__(,) END }, NULL, e }
/* clang-format on */

static const char schema[] =
	"-- a comment; with a semicolon\n"
	"CREATE TABLE item (\n"
	"	id bigint NOT NULL PRIMARY KEY, /* bigint; */\n"
	"	code text NOT NULL UNIQUE,\n"
	"	qty bigint NOT NULL DEFAULT 0,\n"
	"	ok smallint NOT NULL DEFAULT 1,\n"
	"	note text,\n"
	"	at bigint NOT NULL DEFAULT 0\n"
	") STRICT;\n"
	"CREATE TABLE pair (a bigint NOT NULL, b text NOT NULL DEFAULT 'x;y', PRIMARY KEY (a, b))\n"
	"	STRICT, WITHOUT ROWID;\n"
	"CREATE UNIQUE INDEX IF NOT EXISTS item_note ON item (note) WHERE qty > 0;\n"
	"CREATE INDEX item_lower ON item (lower(code));\n"
	"CREATE VIEW pub_item AS SELECT id, code FROM item WHERE ok = 1;\n"
	"ALTER TABLE item ADD COLUMN more bigint NOT NULL DEFAULT 5";

#define BIG INT64_C(1795450344899)

static const struct sentence sentences[] = {
	/* inserting and changing */
	ANSWERS("1|", "INSERT INTO item (id, code, qty, at) VALUES ($1, $2, $3, $4) RETURNING id",
		I(1), T("A-1"), I(5), I(BIG)),
	ANSWERS("1|12|",
		"INSERT INTO item (id, code, qty, at) VALUES ($1, $2, $3, $4)"
		" ON CONFLICT (code) DO UPDATE SET qty = item.qty + excluded.qty RETURNING id, qty",
		I(9), T("A-1"), I(7), I(BIG)),
	ANSWERS("",
		"INSERT INTO item (id, code) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
		I(1), T("A-1")),
	CHANGES(0, "INSERT INTO item (id, code) VALUES ($1, $2) ON CONFLICT DO NOTHING", I(1),
		T("A-1")),
	CHANGES(2,
		"INSERT INTO item (id, code, qty, at) VALUES (2, 'a-1', 1, 1), (3, '冷库', 2, 2)"),
	ANSWERS("9|", "UPDATE item SET qty = qty - $2 WHERE id = $1 AND qty >= $2 RETURNING qty",
		I(1), I(3)),
	CHANGES(0, "UPDATE item SET qty = qty - $2 WHERE id = $1 AND qty >= $2", I(1), I(30)),
	CHANGES(3, "UPDATE item SET ok = $1", I(1)),
	CHANGES(1, "UPDATE item SET ok = CASE WHEN $1 = 0 THEN 0 ELSE 1 END WHERE id = $2", I(0),
		I(2)),
	CHANGES(1, "UPDATE item SET qty = s.z FROM (SELECT 99 AS z) AS s WHERE item.id = 2"),
	CHANGES(1, "UPDATE item SET note = $1, qty = $2 WHERE id = $3", NONE, I(99), I(2)),
	CHANGES(1, "UPDATE item SET note = $1 WHERE id = $2", T("5"), I(3)),
	CHANGES(0, "SELECT id FROM item"),
	/* numbered placeholders go by their number, in any order, more than once */
	ANSWERS("twoone|", "SELECT $2 || $1", T("one"), T("two")),
	ANSWERS("9|", "SELECT qty FROM item WHERE code = $2 AND id = $1", I(1), T("A-1")),
	ANSWERS("6|", "SELECT $1 + $1", I(3)),
	ANSWERS("8|", "SELECT $8", I(1), I(2), I(3), I(4), I(5), I(6), I(7), I(8), I(9), I(10),
		I(11), I(12)),
	/* types of values */
	ANSWERS("9223372036854775807|", "SELECT $1 + 1", I(INT64_MAX - 1)),
	ANSWERS("42|", "SELECT CAST($1 AS bigint) + 1", T("41")),
	ANSWERS("42|", "SELECT CAST($1 AS bigint) + 1", I(41)),
	ANSWERS("3|", "SELECT CAST('3' AS smallint)"),
	ANSWERS("yes|", "SELECT CASE WHEN $1 = 0 THEN 'yes' ELSE 'no' END", I(0)),
	ANSWERS("none|", "SELECT CASE WHEN $1 = '' THEN 'none' ELSE $1 END", T("")),
	ANSWERS("d|", "SELECT coalesce($1, 'd')", NONE),
	ANSWERS("NULL|", "SELECT $1", NONE),
	ANSWERS("x|", "SELECT $1", T("x")),
	ANSWERS("3|", "SELECT count(*) AS n FROM item WHERE $1 = 0 OR ok = $1", I(0)),
	ANSWERS("2|", "SELECT count(*) AS n FROM item WHERE $1 = 0 OR ok = $1", I(1)),
	ANSWERS("3|", "SELECT count(*) AS n FROM item WHERE $1 = '' OR code = $1", T("")),
	ANSWERS("1|", "SELECT count(*) AS n FROM item WHERE $1 = '' OR code = $1", T("A-1")),
	ANSWERS("3|", "SELECT count(*) AS n FROM item WHERE $1 IS NULL OR code = $1", NONE),
	ANSWERS("3|", "SELECT count(*) AS n FROM item WHERE $1 IS NULL OR id = $1", NONE),
	ANSWERS("1|", "SELECT count(*) AS n FROM item WHERE $1 IS NULL OR id = $1", I(2)),
	ANSWERS("0|", "SELECT count(*) AS n FROM item WHERE id = $1", NONE),
	ANSWERS("2|", "SELECT id FROM item WHERE note IS NULL AND id IN ($1, $2, $3) AND qty > $4",
		I(2), I(7), I(8), I(10)),
	ANSWERS("3|", "SELECT id FROM item ORDER BY id LIMIT $1 OFFSET $2", I(1), I(2)),
	FAILS(E_INTERNAL, "SELECT $1 + $3", I(1), I(2)),
	FAILS(E_INTERNAL, "INSERT INTO item (id, code) VALUES ($1, $2)", T("abc"), T("x")),
	FAILS(E_INTERNAL, "INSERT INTO item (id, code, qty) VALUES (8, 'y', 'abc')"),
	/* truth: 0 and 1, everywhere */
	ANSWERS("1|0|", "SELECT EXISTS (SELECT 1 FROM item WHERE id = 1) AS a, 1 > 2 AS b"),
	ANSWERS("2|", "SELECT count(*) AS n FROM item WHERE ok = 1"),
	ANSWERS("1|", "SELECT 1 WHERE $1 = 1", I(1)),
	/* text */
	ANSWERS("a-1|", "SELECT code FROM item WHERE code LIKE $1 ORDER BY code", T("a%")),
	ANSWERS("A-1|a-1|", "SELECT code FROM item WHERE lower(code) LIKE $1 ORDER BY code",
		T("a%")),
	ANSWERS("a|", "SELECT 'a' WHERE '50%' LIKE $1 ESCAPE '\\'", T("50\\%")),
	ANSWERS("4|bcd|", "SELECT length('冷库温度') AS n, substr('abcdef', 2, 3) AS s"),
	ANSWERS("bc|", "SELECT substr('abc', CAST($1 AS integer)) AS s", I(2)),
	ANSWERS("a b|b-b|", "SELECT trim('  a b ') AS a, replace('a-a', 'a', 'b') AS b"),
	ANSWERS("NULL|", "SELECT 'a' || NULL"),
	ANSWERS("A-1|B|a-1|b|冷库|",
		"SELECT code FROM item UNION ALL SELECT 'B' UNION ALL SELECT 'b' ORDER BY 1"),
	ANSWERS("x'y|", "SELECT 'x''y'"),
	/* sums are whole numbers */
	ANSWERS("3|-3|1|", "SELECT 7 / 2 AS a, -7 / 2 AS b, 7 % 3 AS c"),
	ANSWERS("110|3|1|99|",
		"SELECT sum(qty) AS s, count(*) AS n, min(id) AS a, max(qty) AS b FROM item"),
	ANSWERS("NULL|0|", "SELECT sum(qty) AS s, count(*) AS n FROM item WHERE id = 77"),
	ANSWERS("108|", "SELECT sum(qty) FILTER (WHERE id < 3) AS s FROM item"),
	ANSWERS("50|",
		"SELECT CAST(sum(qty) AS bigint) / 2 - 5 AS s FROM item WHERE id IN (2, 3, 1)"),
	FAILS(E_INTERNAL, "SELECT 9223372036854775807 + $1", I(1)),
	FAILS(E_INTERNAL, "SELECT CAST(7 AS double precision) / 2"),
	/* ordering, grouping, windows, trees */
	ANSWERS("a-1|A-1|", "SELECT code FROM item ORDER BY qty DESC NULLS LAST LIMIT 2 OFFSET 0"),
	ANSWERS("1|3|2|2|3|1|",
		"SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM item ORDER BY id"),
	ANSWERS("1|9|2|108|3|110|",
		"SELECT id, sum(qty) OVER (ORDER BY id) AS n FROM item ORDER BY id"),
	ANSWERS("15|",
		"WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5)"
		" SELECT sum(n) AS s FROM t"),
	ANSWERS("0|1|1|2|",
		"SELECT ok, count(*) AS n FROM item GROUP BY ok HAVING count(*) > 0 ORDER BY ok"),
	ANSWERS("1|a|2|b|", "VALUES (1, 'a'), (2, 'b')"),
	ANSWERS("1|5|NULL|",
		"SELECT a.id, a.more, b.id FROM item a LEFT JOIN item b ON b.id = a.id + 50"
		" WHERE a.id = 1"),
	ANSWERS("A-1|冷库|", "SELECT code FROM pub_item ORDER BY id"),
	ANSWERS("NULL|1|", "SELECT nullif($1, 3) AS a, abs($2) AS b", I(3), I(-1)),
	CHANGES(2, "INSERT INTO pair (a) SELECT id FROM item WHERE id < $1", I(3)),
	ANSWERS("x;y|", "SELECT DISTINCT b FROM pair"),
	CHANGES(1, "DELETE FROM pair WHERE a = $1", I(1)),
	CHANGES(1,
		"INSERT INTO pair (a, b) VALUES ($1, $2) ON CONFLICT (a, b) DO UPDATE SET b = 'z'",
		I(2), T("x;y")),
	ANSWERS("冷库|", "DELETE FROM item WHERE id = $1 RETURNING code", I(3)),
	/* errors of one kind on both */
	FAILS(E_CONFLICT, "INSERT INTO item (id, code) VALUES (1, 'new')"),
	FAILS(E_CONFLICT, "INSERT INTO item (id, code) VALUES (4, 'A-1')"),
	FAILS(E_CONFLICT, "INSERT INTO item (id, code) VALUES (4, NULL)"),
	FAILS(E_INTERNAL, "SELECT \"nosuch\" FROM item"),
	FAILS(E_INTERNAL, "SELECT nosuch FROM item"),
	FAILS(E_INTERNAL, "SELECT * FROM nosuch"),
	FAILS(E_INTERNAL, "SELECT 1; SELECT 2"),
};

static char *run(struct world *w, const struct sentence *s, enum err *e, struct fault *why)
{
	bool changes = s->expected && text_ends(s->expected, " changed");
	struct job j = { .sql = s->sql, .binds = s->binds, .arena = changes ? NULL : w->arena };
	*e = db_write(w->db, job_work, &j, why);
	return changes ? arena_printf(w->arena, "%" PRId64 " changed", j.changed) : j.answer;
}

/* What only reads must say the same on a reading connection, where rows are streamed. */
static void read_again(struct world *w, const struct sentence *s)
{
	struct conn *c;
	struct rows *r;
	enum err e;
	if (!s->expected || !(text_starts(s->sql, "SELECT") || text_starts(s->sql, "VALUES") ||
				    text_starts(s->sql, "WITH")))
		return;
	if (text_ends(s->expected, " changed"))
		return;
	assert_int_equal(db_read_begin(w->db, &c, NULL), OK);
	assert_int_equal(conn_query(c, s->sql, s->binds, &r), OK);
	assert_string_equal(all_rows(r, w->arena, &e), s->expected);
	assert_int_equal(e, OK);
	db_read_end(c);
}

static void sentences_on(struct world *w)
{
	script(w, schema);
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		const struct sentence *s = &sentences[i];
		enum err e;
		struct fault why;
		char *got = run(w, s, &e, &why);
		if (e != s->error)
			fail_msg("%s\n  gives %d (%s), not %d", s->sql, (int)e, e ? why.text : got,
				(int)s->error);
		if (!e && !text_is(got, s->expected))
			fail_msg("%s\n  gives %s\n  not   %s", s->sql, got, s->expected);
		if (!e)
			read_again(w, s);
	}
}

static void statements_are_portable(void **state)
{
	(void)state;
	on_both(sentences_on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_are_portable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
