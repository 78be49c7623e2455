/* What the ledger costs: facts a second, proofs, verification. Each number stands beside its
 * alternative, measured in the same run. bench_ledger [MOST_FACTS]: 10,000 and ten times as many
 * up to that, 100,000 unless said (BENCH_LONG=1: a million); SHIAN_TEST_PG adds a round on
 * PostgreSQL. */
#include "core/ledger/fact.h"
#include "core/ledger/merkle.h"
#include "core/ledger/test_fixture.h"
#include "core/ledger/verify.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *on = ""; /* "pg_" on PostgreSQL; set by main alone */

static int64_t now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void say(const char *name, double value, const char *unit, const char *versus)
{
	(void)printf("bench: %s%s = %.1f %s (vs %s)\n", on, name, value, unit, versus);
	(void)fflush(stdout);
}

static void must(enum err e, const char *what, const struct fault *why)
{
	if (!e)
		return;
	(void)fprintf(stderr, "bench: %s: %s\n", what, why->text);
	exit(1);
}

static double rate(int64_t n, int64_t us)
{
	return (double)n * 1e6 / (double)(us ? us : 1);
}

/* ---- digests and signatures ----------------------------------------------------------------- */

static void digests(struct arena *a)
{
	enum { SIZE = 1 << 20, TIMES = 30, SMALL = 300, MANY = 100000 };
	uint8_t *big = arena_alloc(a, SIZE);
	int64_t t = now_us();
	for (int i = 0; i < TIMES; i++)
		big[0] = sha256(big, SIZE).b[0];
	double sha = rate(TIMES, now_us() - t);
	t = now_us();
	for (int i = 0; i < TIMES; i++)
		big[0] = sm3(big, SIZE).b[0];
	say("sm3", rate(TIMES, now_us() - t), "MiB/s", arena_printf(a, "SHA-256 %.1f MiB/s", sha));
	t = now_us();
	for (int i = 0; i < MANY; i++)
		big[0] = sha256(big, SMALL).b[0];
	sha = rate(MANY, now_us() - t) / 1000;
	t = now_us();
	for (int i = 0; i < MANY; i++)
		big[0] = sm3(big, SMALL).b[0];
	say("sm3_300_bytes", rate(MANY, now_us() - t) / 1000, "thousand/s",
		arena_printf(a, "SHA-256 %.1f thousand/s", sha));
}

static void signatures(struct fixture *f)
{
	enum { TIMES = 200 };
	struct fault why = { 0 };
	struct sm2_key *k = NULL;
	char *hex = NULL;
	const char *text = "shian-document-v1\nbench\n";
	int64_t t = now_us();
	for (int i = 0; i < TIMES; i++)
		must(signer_sign(f->signer, "document", text, f->a, &hex, &why), "sign", &why);
	double sign = (double)(now_us() - t) / TIMES;
	must(sm2_load_public(
		     arena_printf(f->a, "%s/public/%s.pem", f->keys, signer_key_id(f->signer)), &k,
		     &why),
		"key", &why);
	t = now_us();
	bool all = true;
	for (int i = 0; i < TIMES; i++)
		all = signature_holds(k, "document", text, hex) && all;
	double check = (double)(now_us() - t) / TIMES;
	must(all ? OK : E_INTERNAL, "signature", &why);
	sm2_free(k);
	say("sm2_sign", sign, "us", arena_printf(f->a, "verify %.1f us", check));
}

/* ---- appending ---------------------------------------------------------------------------- */

enum { THREADS = 16 };

struct load {
	struct fixture *f;
	bool plain;
	int works, rows;
	int64_t first; /* number of the first plain row */
};

static enum err append_rows(struct conn *c, void *arg)
{
	const struct load *l = arg;
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct witness w = { "things", 12345, { { 1, 2, 3 } }, NULL };
	enum err e = OK;
	for (int i = 0; !e && i < l->rows; i++) {
		struct fact one = { .name = "case.decided",
			.actor = 1234567,
			.actor_name = "李明",
			.subject = 99999999,
			.entity = 88888888,
			.rows = &w,
			.data = "{\"number\":\"沪市监罚〔2026〕12号\",\"fine_fen\":500000,\"note\":"
				"\"\"}" };
		e = ledger_append(c, a, &one, &why);
		arena_reset(a);
	}
	arena_free(a);
	return e;
}

/* The same bytes in a table with the same indexes, without digests, chain and tree. */
static enum err plain_rows(struct conn *c, void *arg)
{
	const struct load *l = arg;
	static const char *const hex =
		"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
	for (int i = 0; i < l->rows; i++)
		TRY(conn_run(c,
			"INSERT INTO plain (seq, at, name, actor, actor_name, subject, entity, "
			"cause,"
			" data, rows, leaf, chain) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
			" $11, $12)",
			BINDS(id_new(), clock_now(), "case.decided", 1234567, "李明", 99999999,
				88888888, 0,
				"{\"number\":\"沪市监罚〔2026〕12号\",\"fine_fen\":500000,\"note\":"
				"\"\"}",
				"things:12345:"
				"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0;",
				hex, hex),
			NULL));
	return OK;
}

static void *load_run(void *arg)
{
	struct load *l = arg;
	struct fault why = { 0 };
	for (int i = 0; i < l->works; i++)
		must(db_write(l->f->db, l->plain ? plain_rows : append_rows, l, &why), "write",
			&why);
	return NULL;
}

/* Rows a second of so many threads. */
static double load_rate(struct load l, int threads)
{
	pthread_t t[THREADS];
	int64_t begin = now_us();
	for (int i = 0; i < threads; i++)
		if (pthread_create(&t[i], NULL, load_run, &l))
			exit(1);
	for (int i = 0; i < threads; i++)
		(void)pthread_join(t[i], NULL);
	return rate((int64_t)l.works * l.rows * threads, now_us() - begin);
}

static void compare(struct fixture *f, const char *name, struct load l, int threads)
{
	l.f = f;
	l.plain = true;
	double plain = load_rate(l, threads);
	l.plain = false;
	say(name, load_rate(l, threads), "facts/s",
		arena_printf(f->a, "plain INSERT %.1f rows/s", plain));
}

static void appending(struct fixture *f)
{
	outside(f, f->schema
			   ? "CREATE TABLE plain (seq bigint PRIMARY KEY, at bigint, name text, "
			     "actor bigint,"
			     " actor_name text, subject bigint, entity bigint, cause bigint, data "
			     "text,"
			     " rows text, leaf text, chain text)"
			   : "CREATE TABLE plain (seq INTEGER PRIMARY KEY, at INTEGER, name TEXT,"
			     " actor INTEGER, actor_name TEXT, subject INTEGER, entity INTEGER,"
			     " cause INTEGER, data TEXT, rows TEXT, leaf TEXT, chain TEXT) STRICT");
	outside(f,
		"CREATE INDEX plain1 ON plain (entity, seq); CREATE INDEX plain2 ON plain (subject,"
		" seq); CREATE INDEX plain3 ON plain (name, seq)");
	compare(f, "append_1_thread", (struct load){ .works = 1000, .rows = 1 }, 1);
	compare(f, "append_16_threads", (struct load){ .works = 200, .rows = 1 }, THREADS);
	compare(f, "append_100_a_transaction", (struct load){ .works = 50, .rows = 100 }, 1);
}

/* ---- proofs ------------------------------------------------------------------------------- */

/* What a proof would cost without stored nodes: all leaves read and the tree built. */
static double naive_ms(struct conn *c)
{
	struct rows *r = NULL;
	struct frontier tree = { 0 };
	struct digest d;
	struct fault why = { 0 };
	bool more = false;
	int64_t begin = now_us();
	must(conn_query(c, "SELECT leaf FROM ledger ORDER BY seq", BINDS(), &r), "leaves",
		conn_fault(c));
	while (!rows_next(r, &more) && more)
		if (digest_parse(rows_text(r, 0), &d))
			frontier_add(&tree, &d, NULL);
	rows_close(r);
	d = frontier_root(&tree);
	must(d.b[0] || d.b[1] || d.b[2] ? OK : E_INTERNAL, "root", &why);
	return (double)(now_us() - begin) / 1000;
}

static double proofs(struct fixture *f, int size)
{
	enum { TIMES = 200 };
	struct conn *c = NULL;
	struct fault why = { 0 };
	int64_t have = 0, worst = 0, all = 0;
	must(db_read_begin(f->db, &c, &why), "reader", &why);
	must(ledger_size(c, &have), "size", &why);
	for (int i = 0; i < TIMES; i++) {
		struct proof p;
		int64_t t = now_us();
		must(ledger_inclusion(c, 1 + (int64_t)i * (have - 1) / TIMES, have, &p, &why),
			"proof", &why);
		t = now_us() - t;
		must(proof_holds(&p) ? OK : E_INTERNAL, "proof", &why);
		all += t;
		worst = t > worst ? t : worst;
	}
	double naive = naive_ms(c);
	db_read_end(c);
	say(arena_printf(f->a, "proof_of_%d", size), (double)all / TIMES, "us",
		arena_printf(
			f->a, "%.1f ms reading all leaves; worst %" PRId64 " us", naive, worst));
	return (double)all / TIMES;
}

/* ---- verification ------------------------------------------------------------------------- */

static double scan_rate(struct fixture *f)
{
	struct conn *c = NULL;
	struct rows *r = NULL;
	struct fault why = { 0 };
	bool more = false;
	int64_t n = 0, begin = now_us(), bytes = 0;
	must(db_read_begin(f->db, &c, &why), "reader", &why);
	must(conn_query(c, "SELECT seq, data, rows, leaf, chain FROM ledger ORDER BY seq", BINDS(),
		     &r),
		"scan", conn_fault(c));
	for (; !rows_next(r, &more) && more; n++)
		bytes += (int64_t)strlen(rows_text(r, 1)) + rows_text(r, 4)[0];
	rows_close(r);
	db_read_end(c);
	must(bytes ? OK : E_INTERNAL, "scan", &why);
	return rate(n, now_us() - begin);
}

static double verification(struct fixture *f, int size)
{
	struct verify_report r;
	struct fault why = { 0 };
	struct verify_options o = { .db = f->db, .keys_dir = f->keys, .arena = f->a };
	int64_t begin = now_us();
	must(ledger_verify(&o, &r, &why), "verify", &why);
	double facts = rate(r.facts, now_us() - begin);
	if (r.wrong.count) {
		(void)fprintf(stderr, "bench: verify: %s\n", r.wrong.text[0]);
		exit(1);
	}
	say(arena_printf(f->a, "verify_%d", size), facts, "facts/s",
		arena_printf(f->a, "plain scan %.1f rows/s", scan_rate(f)));
	return facts;
}

/* ---- the store ---------------------------------------------------------------------------- */

static double plain_put(struct fixture *f, const uint8_t *at, size_t n, int times)
{
	int64_t begin = now_us();
	for (int i = 0; i < times; i++) {
		struct fault why = { 0 };
		const char *path = arena_printf(f->a, "%s/plain-%d", f->dir, i);
		must(file_write(path, at, n, 0600, &why), "file", &why);
	}
	return (double)(now_us() - begin) / times;
}

static void storing(struct fixture *f)
{
	enum { SIZE = 256 * 1024, TIMES = 40 };
	uint8_t *at = arena_alloc(f->a, SIZE);
	struct object o;
	struct fault why = { 0 };
	random_bytes(at, SIZE);
	double plain = plain_put(f, at, SIZE, TIMES);
	int64_t begin = now_us();
	for (int i = 0; i < TIMES; i++) {
		memcpy(at, &i, sizeof i);
		must(store_put(f->store, f->a, (struct bytes){ at, SIZE }, &o, &why), "put", &why);
	}
	say("store_put_256_kib", (double)(now_us() - begin) / TIMES, "us",
		arena_printf(f->a, "synced file without digests %.1f us", plain));
}

/* ---- growth ------------------------------------------------------------------------------- */

/* Of one size: facts a second while it grew there, a proof's time, facts verified a second. */
struct cost {
	int size;
	double append, plain, proof_us, verify;
};

static int64_t facts_now(struct fixture *f)
{
	struct fault why = { 0 };
	struct conn *c = NULL;
	int64_t have = 0;
	must(db_read_begin(f->db, &c, &why), "reader", &why);
	must(ledger_size(c, &have), "size", &why);
	db_read_end(c);
	return have;
}

/* The ledger and a plain table grow by as many rows. */
static struct cost grow(struct fixture *f, int size)
{
	struct load l = { .f = f, .rows = 100 };
	struct cost k = { .size = size };
	l.works = (int)(size - facts_now(f) + 99) / 100;
	l.plain = true;
	k.plain = load_rate(l, 1);
	l.plain = false;
	k.append = load_rate(l, 1);
	say(arena_printf(f->a, "append_to_%d", size), k.append, "facts/s",
		arena_printf(f->a,
			"plain INSERT into a table that grew alike %.1f rows/s: %.2f "
			"times the time",
			k.plain, k.plain / k.append));
	fixture_head(f);
	k.proof_us = proofs(f, size);
	k.verify = verification(f, size);
	return k;
}

/* What a fact, a proof and a verified fact cost at the end, in those of the beginning. Growth of
 * the logarithm would be log(end)/log(begin). */
static void growth(struct fixture *f, const struct cost *a, const struct cost *b)
{
	const char *versus = arena_printf(
		f->a, "%d facts; the ledger is %d times as long", a->size, b->size / a->size);
	say(arena_printf(f->a, "growth_append_%d", b->size), a->append / b->append, "times",
		versus);
	say(arena_printf(f->a, "growth_plain_insert_%d", b->size), a->plain / b->plain, "times",
		versus);
	say(arena_printf(f->a, "growth_proof_%d", b->size), b->proof_us / a->proof_us, "times",
		versus);
	say(arena_printf(f->a, "growth_verify_a_fact_%d", b->size), a->verify / b->verify, "times",
		versus);
}

static void round_of(bool pg, int64_t most)
{
	static const int sizes[] = { 10000, 100000, 1000000, 10000000 };
	struct fixture *f = fixture_new(pg);
	struct cost first = { 0 };
	on = pg ? "pg_" : "";
	if (!pg) {
		digests(f->a);
		signatures(f);
		storing(f);
	}
	appending(f);
	for (int i = 0; i < 4 && sizes[i] <= most; i++) {
		struct cost k = grow(f, sizes[i]);
		if (i)
			growth(f, &first, &k);
		else
			first = k;
	}
	fixture_free(f);
}

int main(int argc, char **argv)
{
	int64_t most = getenv("BENCH_LONG") ? 1000000 : 100000;
	log_to(LOG_ERROR, "bench");
	if (argc > 1 && (!text_to_int(argv[1], &most) || most < 10000)) {
		(void)fputs("usage: bench_ledger [MOST_FACTS, from 10000 on]\n", stderr);
		return 2;
	}
	round_of(false, most);
	if (fixture_has_postgres())
		round_of(true, most);
	return 0;
}
