/* Many threads, several processes, kill -9, a full disk: what was acknowledged is there, all of it,
 * and nothing else is. */
#include "core/db/testing.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { THREADS = 16, EACH = 500 };

/* Every work writes two rows: a half one would be seen. */
static const char tables[] =
	"CREATE TABLE note (id bigint NOT NULL PRIMARY KEY, body text NOT NULL) STRICT;"
	"CREATE TABLE half (id bigint NOT NULL PRIMARY KEY REFERENCES note (id)) STRICT;"
	"CREATE TABLE total (id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL) STRICT;"
	"INSERT INTO total VALUES (1, 0)";

static const char torn[] = "SELECT (SELECT count(*) FROM note) - (SELECT count(*) FROM half) AS n";

struct note {
	int64_t id;
	const char *body;
	enum err refuse;  /* the work returns this in the end */
	bool break_rules; /* the work breaks a constraint in the end */
};

static enum err write_note(struct conn *c, void *arg)
{
	const struct note *n = arg;
	TRY(conn_run(
		c, "INSERT INTO note (id, body) VALUES ($1, $2)", BINDS(n->id, n->body), NULL));
	TRY(conn_run(c, "INSERT INTO half (id) VALUES ($1)", BINDS(n->id), NULL));
	if (n->break_rules)
		TRY(conn_run(c, "INSERT INTO half (id) VALUES ($1)", BINDS(-n->id), NULL));
	return n->refuse;
}

static bool is_there(struct world *w, int64_t id)
{
	return read_int(w,
		       "SELECT count(*) FROM note JOIN half ON half.id = note.id WHERE note.id = "
		       "$1",
		       BINDS(id)) == 1;
}

/* ---- threads ------------------------------------------------------------------------------ */

struct crowd {
	struct world *w;
	int number;
	int64_t written, wrong;
};

static void *write_many(void *arg)
{
	struct crowd *t = arg;
	for (int i = 0; i < EACH; i++) {
		struct note n = { .id = t->number * EACH + i + 1, .body = "食安" };
		n.refuse = i % 7 == 3 ? E_FORBIDDEN : OK;
		n.break_rules = i % 11 == 5;
		enum err expected = n.break_rules ? E_CONFLICT : n.refuse;
		enum err e = db_write(t->w->db, write_note, &n, NULL);
		t->wrong += e != expected;
		t->written += e == OK;
		if (i % 50 == 0)
			t->wrong += read_int(t->w, torn, NULL) != 0;
	}
	return NULL;
}

static void threads_on(struct world *w)
{
	struct crowd t[THREADS];
	pthread_t threads[THREADS];
	int64_t written = 0;
	script(w, tables);
	for (int i = 0; i < THREADS; i++) {
		t[i] = (struct crowd){ .w = w, .number = i };
		pthread_create(&threads[i], NULL, write_many, &t[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(t[i].wrong, 0);
		written += t[i].written;
	}
	assert_int_equal(read_int(w, "SELECT count(*) FROM note", NULL), written);
	assert_int_equal(read_int(w, torn, NULL), 0);
	for (int i = 0; i < EACH; i++)
		assert_int_equal(is_there(w, i + 1), i % 7 != 3 && i % 11 != 5);
}

static void threads_write_at_once(void **state)
{
	(void)state;
	on_both(threads_on);
}

static enum err add_one(struct conn *c, void *arg)
{
	int64_t n = 0;
	(void)arg;
	TRY(conn_lock(c, 99));
	TRY(conn_int(c, "SELECT n FROM total WHERE id = 1", NULL, &n));
	return conn_run(c, "UPDATE total SET n = $1 WHERE id = 1", BINDS(n + 1), NULL);
}

static void *add_many(void *arg)
{
	struct crowd *t = arg;
	for (int i = 0; i < 100; i++)
		t->wrong += db_write(t->w->db, add_one, NULL, NULL) != OK;
	return NULL;
}

static void lock_on(struct world *w)
{
	struct crowd t[8];
	pthread_t threads[8];
	script(w, tables);
	for (int i = 0; i < 8; i++) {
		t[i] = (struct crowd){ .w = w };
		pthread_create(&threads[i], NULL, add_many, &t[i]);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(t[i].wrong, 0);
	}
	assert_int_equal(read_int(w, "SELECT n FROM total", NULL), 800);
}

static void a_lock_serialises(void **state)
{
	(void)state;
	on_both(lock_on);
}

/* ---- processes ---------------------------------------------------------------------------- */

struct telling {
	struct db *db;
	int first, pipe;
};

/* Tells the id of each note through the pipe once it is acknowledged. Never ends by itself. */
static void *write_and_tell(void *arg)
{
	const struct telling *t = arg;
	for (int64_t id = t->first;; id += 100) {
		struct note n = { .id = id, .body = "a row of some length, so that pages fill up" };
		if (db_write(t->db, write_note, &n, NULL) != OK)
			_exit(2);
		if (write(t->pipe, &id, sizeof id) != sizeof id)
			_exit(3);
	}
	return NULL;
}

static void be_killed(const struct db_options *o, int pipe)
{
	struct telling t[8];
	pthread_t thread;
	struct db *db;
	if (db_open(o, &db, NULL) != OK)
		_exit(1);
	for (int i = 0; i < 8; i++) {
		t[i] = (struct telling){ db, i + 1, pipe };
		pthread_create(&thread, NULL, write_and_tell, &t[i]);
	}
	for (;;)
		pause();
}

static void kill_on(struct world *w)
{
	enum { ACKNOWLEDGED = 1500 };
	int pipes[2], status;
	int64_t id, told = 0;
	int64_t *seen = NEWS(w->arena, int64_t, 100000);
	script(w, tables);
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0)
		be_killed(&w->options, pipes[1]);
	close(pipes[1]);
	while (told < 100000 && read(pipes[0], &id, sizeof id) == sizeof id) {
		seen[told++] = id;
		if (told == ACKNOWLEDGED)
			kill(child, SIGKILL); /* what is still in the pipe was acknowledged too */
	}
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_true(told >= ACKNOWLEDGED);
	open_again(w);
	for (int64_t i = 0; i < told; i++)
		assert_true(is_there(w, seen[i]));
	assert_int_equal(read_int(w, torn, NULL), 0);
	write_one(w, "INSERT INTO note (id, body) VALUES (-1, 'after')", NULL);
}

static void kill_9_loses_nothing_acknowledged(void **state)
{
	(void)state;
	on_both(kill_on);
}

struct hammer {
	struct world *w;
	int64_t first;
	_Atomic bool *stop;
	int64_t written, wrong;
};

static void *hammer(void *arg)
{
	struct hammer *h = arg;
	while (!atomic_load(h->stop)) {
		struct note n = { .id = h->first + h->written, .body = "x" };
		enum err e = db_write(h->w->db, write_note, &n, NULL);
		h->wrong += e != OK;
		h->written += e == OK;
	}
	return NULL;
}

/* A process that writes without pause does not starve another: it would give up after ten seconds.
 */
static void other_process(const struct db_options *o)
{
	struct db *db;
	if (db_open(o, &db, NULL) != OK)
		_exit(1);
	for (int i = 0; i < 100; i++) {
		struct note n = { .id = 1 + i, .body = "y" };
		if (db_write(db, write_note, &n, NULL) != OK)
			_exit(2);
	}
	db_close(db);
	_exit(0);
}

static void processes_on(struct world *w)
{
	struct hammer h[6];
	pthread_t threads[6];
	_Atomic bool stop = false;
	int status;
	int64_t written = 0;
	script(w, tables);
	pid_t child = fork();
	if (child == 0)
		other_process(&w->options);
	for (int i = 0; i < 6; i++) {
		h[i] = (struct hammer){ w, 1000000 * (i + 1), &stop, 0, 0 };
		pthread_create(&threads[i], NULL, hammer, &h[i]);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	atomic_store(&stop, true);
	for (int i = 0; i < 6; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(h[i].wrong, 0);
		written += h[i].written;
	}
	assert_int_equal(status, 0);
	assert_int_equal(read_int(w, "SELECT count(*) FROM note", NULL), written + 100);
	assert_int_equal(read_int(w, torn, NULL), 0);
}

static void two_processes_write(void **state)
{
	(void)state;
	on_both(processes_on);
}

/* ---- a full disk (SQLite) -------------------------------------------- */

static void *fill(void *arg)
{
	struct crowd *t = arg;
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	char body[20001];
	for (size_t i = 0; i < sizeof body - 1; i++)
		body[i] = letters[i % 26];
	body[sizeof body - 1] = '\0';
	for (int i = 0; i < 40; i++) {
		struct note n = { .id = t->number * 1000 + i, .body = body };
		struct fault why = { .code = OK };
		enum err e = db_write(t->w->db, write_note, &n, &why);
		t->wrong += (e != OK && e != E_BUSY) || (e && !why.text[0]);
		if (e == OK)
			t->written |= INT64_C(1) << i;
	}
	return NULL;
}

/* The kernel's limit on the size of a file stands for the full disk: the log of SQLite cannot grow.
 */
static void fill_the_disk(struct world *w)
{
	struct crowd t[8];
	pthread_t threads[8];
	struct rlimit old, small;
	int64_t failed = 0;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 1500000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 8; i++) {
		t[i] = (struct crowd){ .w = w, .number = i };
		pthread_create(&threads[i], NULL, fill, &t[i]);
	}
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(t[i].wrong, 0);
		for (int k = 0; k < 40; k++) {
			bool told = t[i].written >> k & 1;
			assert_int_equal(is_there(w, i * 1000 + k), told);
			failed += !told;
		}
	}
	assert_true(failed > 0);
	assert_int_equal(read_int(w, torn, NULL), 0);
	write_one(w, "INSERT INTO note (id, body) VALUES (-1, 'there is room again')", NULL);
}

static void a_full_disk_undoes_whole_batches(void **state)
{
	(void)state;
	struct world *w = world_new(false);
	script(w, tables);
	log_to(LOG_ERROR + 1, NULL);
	fill_the_disk(w);
	log_to(LOG_WARN, NULL);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_write_at_once),
		cmocka_unit_test(a_lock_serialises),
		cmocka_unit_test(kill_9_loses_nothing_acknowledged),
		cmocka_unit_test(two_processes_write),
		cmocka_unit_test(a_full_disk_undoes_whole_batches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
