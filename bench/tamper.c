/* The tamper suite: somebody who owns the database and the files changes one thing at random, and
 * verify has to find it; between the changes nothing was changed, and it has to find nothing.
 *
 *	tamper [CHANGES [SEED [sqlite|postgres]]]	200 changes by default; make tamper: 10,000
 *
 * On SQLite, and on PostgreSQL with SHIAN_TEST_PG, unless one of them is named. Each change has a
 *seed of its own, printed when it was not found: `tamper 1 SEED` does that one again. Status 1 when
 *one was missed or there was a false alarm. */
#include "tamper.h"

#include "core/ledger/head_compare.h"
#include "core/ledger/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THINGS = 20, PAPERS = 6, FACTS = 300, SHOWN = 5, HEADS = 5 };

static const int64_t day1 = 1764000000000;
static struct object paper[PAPERS]; /* decisions, and between them evidence */
static struct head_list published;  /* what somebody else has seen of it */

void must(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "tamper: %s\n", what);
	exit(2);
}

/* ---- numbers that a seed repeats (splitmix64) -------------------------------------------------
 */
static uint64_t random_state;

static uint64_t random_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

int below(int n)
{
	return (int)(random_next() % (uint64_t)n);
}

/* ---- the world --------------------------------------------------------------------------------
 */
static void thing(struct fixture *f, int id, const char *text)
{
	struct digest d = sm3(text, strlen(text));
	outside(f, arena_printf(f->a,
			   "INSERT INTO things VALUES (%d, '%s') ON CONFLICT (id) DO UPDATE SET "
			   "text = '%s'",
			   id, text, text));
	(void)fixture_fact(f, "thing.written", id, &d);
}

static void papers_make(struct fixture *f)
{
	struct fault why = { 0 };
	outside(f, "CREATE TABLE papers (id int PRIMARY KEY, sm3 text, sha256 text, size int)");
	for (int i = 0; i < PAPERS; i++) {
		char text[200];
		(void)snprintf(text, sizeof text,
			i % 2 ? "evidence %d: %d mice" : "decision %d: a fine of %d yuan", i,
			100 * i + 50);
		struct bytes b = { (const uint8_t *)text, strlen(text) };
		must(!store_put(f->store, f->a, b, &paper[i], &why), "store");
		outside(f, arena_printf(f->a, "INSERT INTO papers VALUES (%d, '%s', '%s', %d)",
				   i + 1, paper[i].sm3, paper[i].sha256, (int)paper[i].size));
	}
}

static const char *const tables[] = { "ledger", "ledger_nodes", "ledger_state", "ledger_heads",
	"things", "papers" };
enum { TABLES = sizeof tables / sizeof *tables };

/* The heads as a witness keeps them. */
static void publish(struct fixture *f)
{
	struct conn *c = NULL;
	struct fault why = { 0 };
	struct buf b = { .arena = f->a };
	must(!db_read_begin(f->db, &c, &why), why.text);
	for (int64_t size = 1; size < 2 * FACTS; size++) {
		struct tree_head h = { 0 };
		if (!ledger_head(c, f->a, size, &h))
			buf_puts(&b, head_file_text(f->a, &h));
	}
	db_read_end(c);
	must(!head_list_parse(
		     f->a, (struct bytes){ (const uint8_t *)b.s, b.n }, &published, &why) &&
			published.n == HEADS,
		why.text);
}

static struct fixture *world_make(bool pg)
{
	clock_set(day1);
	struct fixture *f = fixture_new(pg);
	f->steady = true;
	outside(f, "CREATE TABLE things (id int PRIMARY KEY, text text)");
	for (int id = 1; id <= THINGS; id++)
		thing(f, id, "first");
	for (int id = 1; id <= THINGS; id += 3)
		thing(f, id, "second");
	papers_make(f);
	for (int day = 0; day < 5; day++) {
		clock_set(day1 + day * DAY);
		fixture_facts(f, FACTS / 6);
		fixture_head(f);
	}
	clock_set(day1 + 5 * DAY);
	fixture_facts(f, FACTS / 6);
	publish(f);
	for (int i = 0; i < TABLES; i++)
		outside(f, arena_printf(f->a, "CREATE TABLE keep_%s AS SELECT * FROM %s", tables[i],
				   tables[i]));
	return f;
}

/* The tables that the change names are put back; were that too few, the next untouched run would
 * say so. */
static void world_restore(struct fixture *f, const char *words)
{
	struct arena *a = arena_new();
	struct buf b = { .arena = a };
	for (int i = 0; i < TABLES; i++)
		if (strstr(words, tables[i]))
			buf_printf(&b, "DELETE FROM %s; INSERT INTO %s SELECT * FROM keep_%s;",
				tables[i], tables[i], tables[i]);
	if (b.n)
		tamper(f, buf_text(&b));
	arena_free(a);
}

/* ---- verify -----------------------------------------------------------------------------------
 */
static enum err each_thing(const struct witness_source *self, struct conn *c,
	const struct witness_sink *to, struct fault *why)
{
	struct rows *r = NULL;
	bool more = false;
	enum err e = conn_query(c, "SELECT id, text FROM things ORDER BY id", BINDS(), &r);
	(void)self;
	(void)why;
	while (!e && !(e = rows_next(r, &more)) && more) {
		const char *text = rows_text(r, 1);
		struct digest d = sm3(text, strlen(text));
		e = to->row(to->ctx, rows_int(r, 0), &d);
	}
	rows_close(r);
	return e;
}

static enum err each_paper(const struct object_source *self, struct conn *c,
	const struct object_sink *to, struct fault *why)
{
	struct rows *r = NULL;
	bool more = false;
	enum err e = conn_query(c, "SELECT sm3, sha256, size FROM papers", BINDS(), &r);
	(void)self;
	(void)why;
	while (!e && !(e = rows_next(r, &more)) && more) {
		struct object_named o = { rows_text(r, 0), rows_text(r, 1), "paper",
			rows_int(r, 2) };
		e = to->file(to->ctx, &o);
	}
	rows_close(r);
	return e;
}

static int64_t verified(struct fixture *f, struct arena *a, const char **first)
{
	static const struct witness_source things = { "things", NULL, each_thing };
	static const struct object_source papers = { NULL, each_paper };
	struct fault why = { 0 };
	struct verify_report r;
	struct verify_options o = { .db = f->db,
		.store = f->store,
		.keys_dir = f->keys,
		.witnesses = &things,
		.witnesses_n = 1,
		.objects = &papers,
		.objects_n = 1,
		.arena = a };
	if (ledger_verify(&o, &r, &why)) {
		*first = arena_dup(a, why.text);
		return 1;
	}
	if (r.wrong.count)
		*first = r.wrong.text[0];
	return r.wrong.count;
}

static void keep_first(void *ctx, const char *words)
{
	const char **first = ctx;
	if (!**first)
		*first = words;
}

/* Findings of verify, and then of the heads that were published; a database that cannot be read any
 * more is one as well. */
static int64_t findings(struct fixture *f, struct arena *a, const char **first)
{
	struct conn *c = NULL;
	struct fault why = { 0 };
	struct head_compare h = {
		.arena = a, .keys_dir = f->keys, .tell = keep_first, .ctx = first
	};
	*first = "";
	int64_t n = verified(f, a, first);
	if (n)
		return n;
	must(!db_read_begin(f->db, &c, &why), why.text);
	must(!heads_compare(c, &published, &h, &why), why.text);
	db_read_end(c);
	return h.wrong;
}

/* ---- changes ----------------------------------------------------------------------------------
 */
int64_t heads_kept(struct change *c, int nth)
{
	(void)c;
	return published.at[nth].size;
}

void file_take(struct change *c, const char *path)
{
	struct fault why = { 0 };
	c->path = path;
	must(!file_read(c->a, path, 4096, &c->was, &why), why.text);
}

static const char *text_changed(struct change *c, const char *column)
{
	static const char *const how[] = { "%s || 'x'", "substr(%s, 2) || '~'", "'y' || %s",
		"replace(%s || '!', '0', '9')" };
	const char *form = how[below(4)], *at = strstr(form, "%s");
	return arena_printf(c->a, "%.*s%s%s", (int)(at - form), form, column, at + 2);
}

static const char *number_changed(struct change *c, const char *column)
{
	int by = 1 + below(100000);
	return arena_printf(c->a, "%s %c %d", column, below(2) ? '+' : '-', by);
}

static int facts_count(struct change *c)
{
	int64_t n = 0;
	must(text_to_int(outside_value(c->f, "SELECT count(*) FROM keep_ledger"), &n), "count");
	return (int)n;
}

static const char *fact_column(struct change *c)
{
	static const char *const texts[] = { "name", "actor_name", "data", "rows", "leaf",
		"chain" };
	static const char *const numbers[] = { "actor", "subject", "entity" };
	int seq = 1 + below(facts_count(c)), k = below(9);
	const char *column = k < 6 ? texts[k] : numbers[k - 6];
	return arena_printf(c->a, "UPDATE ledger SET %s = %s WHERE seq = %d", column,
		k < 6 ? text_changed(c, column) : number_changed(c, column), seq);
}

static const char *fact_date(struct change *c)
{
	int n = facts_count(c), from = 1 + below(n), to = from + below(n - from + 1);
	return arena_printf(c->a, "UPDATE ledger SET at = %s WHERE seq BETWEEN %d AND %d",
		number_changed(c, "at"), from, below(2) ? from : to);
}

static const char *facts_removed(struct change *c)
{
	int n = facts_count(c), from = 1 + below(n), to = from + below(3);
	return arena_printf(
		c->a, "DELETE FROM ledger WHERE seq BETWEEN %d AND %d", from, below(4) ? to : n);
}

static const char *facts_swapped(struct change *c)
{
	int n = facts_count(c), one = 1 + below(n), two = 1 + below(n);
	if (one == two)
		two = one % n + 1;
	return arena_printf(c->a,
		"UPDATE ledger SET cause = 0, seq = 900000 WHERE seq = %d; UPDATE ledger SET cause "
		"= "
		"0, seq = %d WHERE seq = %d; UPDATE ledger SET cause = 0, seq = %d WHERE seq = "
		"900000",
		one, one, two, two);
}

static const char *fact_added(struct change *c)
{
	int n = facts_count(c);
	return arena_printf(c->a,
		"INSERT INTO ledger SELECT %d, at, name, actor, actor_name, subject, entity, "
		"cause, "
		"data, rows, leaf, chain FROM ledger WHERE seq = %d",
		n + 1 + (below(3) ? 0 : below(50)), 1 + below(n));
}

/* Which of the five heads. */
static const char *head_chosen(struct change *c)
{
	return arena_printf(c->a,
		"size = (SELECT size FROM keep_ledger_heads ORDER BY size LIMIT 1 OFFSET %d)",
		below(5));
}

static const char *head_changed(struct change *c)
{
	static const char *const texts[] = { "root", "key_id", "signature" };
	static const char *const numbers[] = { "at", "size", "previous", "key_from", "key_until" };
	int k = below(9);
	const char *which = head_chosen(c);
	if (k == 8)
		return arena_printf(c->a, "DELETE FROM ledger_heads WHERE %s", which);
	const char *column = k < 3 ? texts[k] : numbers[k - 3];
	return arena_printf(c->a, "UPDATE ledger_heads SET %s = %s WHERE %s", column,
		k < 3 ? text_changed(c, column) : number_changed(c, column), which);
}

static const char *tree_changed(struct change *c)
{
	switch (below(6)) {
	case 0:
		return "DELETE FROM ledger_nodes";
	case 1:
		return arena_printf(
			c->a, "UPDATE ledger_nodes SET hash = %s", text_changed(c, "hash"));
	case 2:
		return arena_printf(
			c->a, "UPDATE ledger_state SET size = %s", number_changed(c, "size"));
	case 3:
		return arena_printf(
			c->a, "UPDATE ledger_state SET chain = %s", text_changed(c, "chain"));
	case 4:
		return arena_printf(
			c->a, "UPDATE ledger_state SET last_at = %s", number_changed(c, "last_at"));
	default:
		return arena_printf(
			c->a, "UPDATE ledger_state SET frontier = %s", text_changed(c, "frontier"));
	}
}

static const char *row_changed(struct change *c)
{
	int id = 1 + below(THINGS);
	switch (below(3)) {
	case 0: /* back to what it was, or on to what it was not yet */
		return arena_printf(c->a,
			"UPDATE things SET text = CASE text WHEN 'first' THEN 'second' ELSE "
			"'first' "
			"END WHERE id = %d",
			id);
	case 1:
		return arena_printf(c->a, "UPDATE things SET id = id + 5000 WHERE id = %d", id);
	default:
		return arena_printf(c->a, "UPDATE things SET text = %s WHERE id = %d",
			text_changed(c, "text"), id);
	}
}

static const char *row_without_fact(struct change *c)
{
	return arena_printf(
		c->a, "INSERT INTO things VALUES (%d, 'first')", THINGS + 1 + below(1000));
}

static const char *fact_without_row(struct change *c)
{
	return arena_printf(c->a, "DELETE FROM things WHERE id = %d", 1 + below(THINGS));
}

static const char *record_changed(struct change *c)
{
	static const char *const texts[] = { "sm3", "sha256" };
	int id = 1 + below(PAPERS), k = below(3);
	const char *column = k < 2 ? texts[k] : "size";
	return arena_printf(c->a, "UPDATE papers SET %s = %s WHERE id = %d", column,
		k < 2 ? text_changed(c, column) : number_changed(c, column), id);
}

void file_put(const char *path, struct bytes b)
{
	(void)chmod(path, 0640);
	FILE *to = fopen(path, "w");
	must(to && (!b.n || fwrite(b.at, 1, b.n, to) == b.n) && fclose(to) == 0, path);
}

static const char *file_changed(struct change *c, const char *name)
{
	file_take(
		c, arena_printf(c->a, "%s/objects/%.2s/%.2s/%s", c->f->dir, name, name + 2, name));
	c->made = true;
	uint8_t *now = arena_alloc(c->a, c->was.n + 1);
	memcpy(now, c->was.at, c->was.n);
	switch (below(4)) {
	case 0:
		must(unlink(c->path) == 0, c->path);
		return arena_printf(c->a, "%s removed", name);
	case 1:
		file_put(c->path, (struct bytes){ now, (size_t)below((int)c->was.n) });
		return arena_printf(c->a, "%s cut off", name);
	case 2:
		now[c->was.n] = 'x';
		file_put(c->path, (struct bytes){ now, c->was.n + 1 });
		return arena_printf(c->a, "%s made longer", name);
	default:
		now[below((int)c->was.n)] ^= (uint8_t)(1 << below(8));
		file_put(c->path, (struct bytes){ now, c->was.n });
		return arena_printf(c->a, "one bit of %s", name);
	}
}

static const char *paper_changed(struct change *c)
{
	return file_changed(c, paper[2 * below(PAPERS / 2)].sm3);
}

static const char *evidence_changed(struct change *c)
{
	return file_changed(c, paper[1 + 2 * below(PAPERS / 2)].sm3);
}

/* A fact moved to another day together with its neighbours, or all heads dated back. */
static const char *dated_back(struct change *c)
{
	if (below(2))
		return arena_printf(
			c->a, "UPDATE ledger_heads SET at = at - %d", 1 + below(1000000));
	return arena_printf(c->a, "UPDATE ledger SET at = at - %d WHERE seq > %d",
		1 + below(1000000), below(facts_count(c)));
}

static const struct {
	const char *name;
	const char *(*make)(struct change *);
} kinds[] = { { "a column of a fact", fact_column }, { "the date of facts", fact_date },
	{ "facts or heads dated back", dated_back }, { "facts removed", facts_removed },
	{ "two facts swapped", facts_swapped }, { "a fact added", fact_added },
	{ "a head", head_changed }, { "heads cut off", heads_cut_off },
	{ "two signatures swapped", signatures_swapped },
	{ "a key outside its period", key_outside_period }, { "tree and state", tree_changed },
	{ "a witnessed row", row_changed }, { "a row without a fact", row_without_fact },
	{ "a fact without its row", fact_without_row }, { "the record of a file", record_changed },
	{ "a paper", paper_changed }, { "a file of evidence", evidence_changed },
	{ "all recomputed after it", all_recomputed },
	{ "the end cut off, all of it", end_cut_off }, { "the view split", view_split } };
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Makes one and answers its kind. */
static int change_make(struct change *c)
{
	int k = below(KINDS);
	c->words = kinds[k].make(c);
	if (!c->made)
		tamper(c->f, c->words);
	return k;
}

/* What told of it first. */
static const struct {
	const char *says, *check;
} checks[] = { { " of things", "rows" }, { "paper", "files" }, { "its digest", "leaf" },
	{ "the chain breaks", "chain" }, { "state of the ledger", "state" },
	{ "stored tree", "tree" }, { "its signature", "signature" }, { "public key", "key" },
	{ "period", "period of the key" }, { "the head before it", "order of heads" },
	{ "dated before", "dates" }, { "does not match the facts", "root of a head" },
	{ "row", "numbers" }, { "missing", "numbers" }, { "cannot be", "numbers" },
	{ "facts were", "numbers" }, { "wrong type", "types" },
	{ "had been replaced", "replaced key" }, { "is not among the heads", "last head" },
	{ "the view was split", "heads kept outside" }, { "", "other" } };
enum { CHECKS = sizeof checks / sizeof *checks };

static int check_of(const char *first)
{
	int i = 0;
	while (!strstr(first, checks[i].says))
		i++;
	while (i && text_is(checks[i].check, checks[i - 1].check))
		i--;
	return i;
}

/* ---- the run ----------------------------------------------------------------------------------
 */
struct tally {
	int found, missed, alarms;
	int of_kind[KINDS], found_of[KINDS], by[CHECKS];
};

static void one(struct fixture *f, uint64_t seed, struct tally *t)
{
	struct change c = { .f = f, .a = arena_new() };
	const char *first = "";
	random_state = seed;
	if (findings(f, c.a, &first)) {
		if (t->alarms++ < SHOWN)
			printf("FALSE ALARM before seed %" PRIu64 ": %s\n", seed, first);
	}
	int kind = change_make(&c);
	t->of_kind[kind]++;
	if (findings(f, c.a, &first)) {
		t->found++;
		t->found_of[kind]++;
		t->by[check_of(first)]++;
		if (getenv("VERBOSE"))
			printf("%" PRIu64 ": %s\n\t%s\n", seed, c.words, first);
	} else if (t->missed++ < SHOWN) {
		printf("MISSED seed %" PRIu64 ": %s\n", seed, c.words);
	}
	if (c.path)
		file_put(c.path, c.was);
	world_restore(f, c.words);
	arena_free(c.a);
}

static void tally_show(const struct tally *t)
{
	for (int i = 0; i < KINDS; i++)
		printf("  %-28s %6d changed %6d found\n", kinds[i].name, t->of_kind[i],
			t->found_of[i]);
	printf("  first told by:");
	for (int i = 0; i < CHECKS; i++)
		if (t->by[i])
			printf(" %s %d;", checks[i].check, t->by[i]);
	printf("\n");
}

static bool round_of(bool pg, int changes, uint64_t seed)
{
	struct tally t = { 0 };
	struct fixture *f = world_make(pg);
	int64_t begin = clock_mono();
	for (int i = 0; i < changes; i++)
		one(f, seed + (uint64_t)i, &t);
	printf("tamper on %s: %d changes from seed %" PRIu64
	       ": %d found, %d missed; %d untouched runs: %d false alarms; %.1f s\n",
		pg ? "PostgreSQL" : "SQLite", changes, seed, t.found, t.missed, changes, t.alarms,
		(double)(clock_mono() - begin) / 1000);
	tally_show(&t);
	(void)fflush(stdout);
	fixture_free(f);
	clock_set(0);
	return !t.missed && !t.alarms && t.found == changes;
}

int main(int argc, char **argv)
{
	int64_t changes = 200, seed = 20261128;
	log_to(LOG_ERROR, "tamper");
	must((argc < 2 || text_to_int(argv[1], &changes)) && changes > 0 && changes < 1000000 &&
			(argc < 3 || text_to_int(argv[2], &seed)),
		"usage: tamper [CHANGES [SEED [sqlite|postgres]]]");
	const char *on = argc > 3 ? argv[3] : "";
	bool good = text_is(on, "postgres") || round_of(false, (int)changes, (uint64_t)seed);
	if (fixture_has_postgres() && !text_is(on, "sqlite"))
		good = round_of(true, (int)changes, (uint64_t)seed) && good;
	return good ? 0 : 1;
}
