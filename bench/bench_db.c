/* Small durable writes: 32 threads through db_write() (group commit) against the same rows written
 * by SQLite one commit each, and by 32 connections that compete for the write lock. One run
 * measures all, on one disk: bench_db [FOLDER], by default /var/tmp. Synchronous is FULL
 * everywhere. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/db/db.h"

enum { THREADS = 32, RUN_MS = 2000 };

static const char create[] =
	"CREATE TABLE event (id bigint NOT NULL PRIMARY KEY, entity bigint NOT NULL,"
	" at bigint NOT NULL, body text NOT NULL) STRICT;"
	"CREATE INDEX event_entity ON event (entity, at)";
static const char insert[] = "INSERT INTO event (id, entity, at, body) VALUES ($1, $2, $3, $4)";
static const char body[] =
	"{\"temp\":-184,\"note\":\"冷库温度异常, inspector notified\",\"camera\":12}";

struct run {
	struct db *db;
	const char *path;
	_Atomic int64_t next, done, slowest;
	int64_t until;
};

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "bench_db: %s\n", what);
	exit(1);
}

static void timed(struct run *r, int64_t since)
{
	int64_t took = clock_mono() - since, slowest = atomic_load(&r->slowest);
	while (took > slowest)
		if (atomic_compare_exchange_weak(&r->slowest, &slowest, took))
			break;
	atomic_fetch_add(&r->done, 1);
}

/* ---- db_write ----------------------------------------------------------------------------- */

static enum err work(struct conn *c, void *arg)
{
	int64_t id = *(int64_t *)arg;
	return conn_run(c, insert, BINDS(id, id % 5000, id, (const char *)body), NULL);
}

static void *through_db_write(void *arg)
{
	struct run *r = arg;
	struct fault why;
	for (int64_t now; (now = clock_mono()) < r->until;) {
		int64_t id = atomic_fetch_add(&r->next, 1);
		if (db_write(r->db, work, &id, &why))
			give_up(why.text);
		timed(r, now);
	}
	return NULL;
}

/* ---- SQLite alone --------------------------------------------------------------------------- */

static void must(sqlite3 *h, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		give_up(sqlite3_errmsg(h));
}

static void *one_commit_each(void *arg)
{
	struct run *r = arg;
	sqlite3 *h;
	sqlite3_stmt *st, *begin, *commit;
	must(NULL, sqlite3_open(r->path, &h));
	sqlite3_busy_timeout(h, 60000);
	must(h, sqlite3_exec(
			h, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL));
	must(h, sqlite3_prepare_v2(h, insert, -1, &st, NULL));
	must(h, sqlite3_prepare_v2(h, "BEGIN IMMEDIATE", -1, &begin, NULL));
	must(h, sqlite3_prepare_v2(h, "COMMIT", -1, &commit, NULL));
	for (int64_t now; (now = clock_mono()) < r->until;) {
		int64_t id = atomic_fetch_add(&r->next, 1);
		sqlite3_bind_int64(st, 1, id);
		sqlite3_bind_int64(st, 2, id % 5000);
		sqlite3_bind_int64(st, 3, id);
		sqlite3_bind_text(st, 4, body, -1, SQLITE_STATIC);
		must(h, sqlite3_step(begin));
		must(h, sqlite3_step(st));
		must(h, sqlite3_step(commit));
		sqlite3_reset(begin);
		sqlite3_reset(st);
		sqlite3_reset(commit);
		timed(r, now);
	}
	sqlite3_finalize(st);
	sqlite3_finalize(begin);
	sqlite3_finalize(commit);
	sqlite3_close(h);
	return NULL;
}

/* ---- measuring ---------------------------------------------------------------------------- */

static int64_t measure(struct run *r, void *(*how)(void *), int threads)
{
	pthread_t thread[THREADS];
	int64_t start = clock_mono();
	atomic_store(&r->done, 0);
	atomic_store(&r->slowest, 0);
	r->until = start + RUN_MS;
	for (int i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, how, r);
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	return atomic_load(&r->done) * 1000 / (clock_mono() - start);
}

static enum err make_table(struct conn *c, void *arg)
{
	return conn_script(c, arg);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct fault why;
	char *dir = arena_printf(a, "%s/shian-bench.XXXXXX", argc > 1 ? argv[1] : "/var/tmp");
	if (!mkdtemp(dir))
		give_up("cannot make a folder for the database");
	struct run r = { .path = arena_printf(a, "%s/bench.db", dir), .next = 1 };
	struct db_options o = { .path = r.path };
	if (db_open(&o, &r.db, &why) || db_write(r.db, make_table, arena_dup(a, create), &why))
		give_up(why.text);

	int64_t single = measure(&r, one_commit_each, 1);
	int64_t rival = measure(&r, one_commit_each, THREADS);
	int64_t rival_slowest = atomic_load(&r.slowest);
	int64_t group = measure(&r, through_db_write, THREADS);
	int64_t group_slowest = atomic_load(&r.slowest);
	int64_t alone = measure(&r, through_db_write, 1);

	printf("bench: durable_writes_32_threads = %" PRId64 " writes/s (vs %" PRId64
	       " by one connection, a commit each)\n",
		group, single);
	printf("bench: durable_writes_32_threads_slowest = %" PRId64 " ms (vs %" PRId64
	       " ms of 32 connections competing for the lock at %" PRId64 " writes/s)\n",
		group_slowest, rival_slowest, rival);
	printf("bench: durable_writes_1_thread = %" PRId64 " writes/s (vs %" PRId64
	       " by SQLite alone)\n",
		alone, single);
	db_close(r.db);
	static const char *const ends[] = { "", "-wal", "-shm", "-turn" };
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		unlink(arena_printf(a, "%s%s", r.path, ends[i]));
	rmdir(dir);
	arena_free(a);
	return 0;
}
