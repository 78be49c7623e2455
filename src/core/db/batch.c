/* Group commit for SQLite. A disk syncs a few thousand times a second, and SQLite writes one
 * transaction at a time; so the works that wait at the same moment share one transaction and one
 * sync.
 *
 *   A thread that comes with a work queues it. When nobody leads, it leads: it takes the write
 * lock, runs the queued works in their order, each in a savepoint, until none waits (or 64, or 20
 * ms), commits, and only then wakes those whose works were in the batch. What was queued meanwhile
 * is the next batch, led by its first.
 *
 * A work that fails is undone to its savepoint and harms nobody; it too hears of it only after the
 * commit, because what it saw may have been another work of the batch. When the batch itself fails,
 * nothing of it stays and all of it hear E_BUSY.
 *
 * Other processes (jobs, the command line) write to the same file. SQLite's own waiting is a race:
 * who writes without a pause can shut the others out. So everybody who wants the write lock first
 * takes the turn, a lock on the first byte of PATH-turn, keeps it while waiting for the write lock
 * and gives it back when it has that. Who has just committed thus comes after who was waiting. */
#include "core/db/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH_WORKS = 64, BATCH_MS = 20 };

struct ticket {
	struct ticket *next;
	db_work *work;
	void *arg;
	enum err result;
	struct fault why;
	bool lead, done;
	pthread_cond_t called;
};

struct queue {
	struct ticket *first, **last;
};

struct batcher {
	pthread_mutex_t m;
	struct queue waiting;
	bool led;     /* there is a leader: only it touches writer and turn */
	bool running; /* and it has begun: leader says which thread it is */
	pthread_t leader;
	struct conn *writer; /* NULL after it broke: opened again */
	int turn;	     /* file descriptor of PATH-turn */
};

static void push(struct queue *q, struct ticket *t)
{
	t->next = NULL;
	*q->last = t;
	q->last = &t->next;
}

static struct ticket *pop(struct queue *q)
{
	struct ticket *t = q->first;
	if (t)
		q->first = t->next;
	if (!q->first)
		q->last = &q->first;
	return t;
}

static void empty(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

/* ---- the turn ----------------------------------------------------------------------------- */

static bool turn(const struct batcher *b, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };
	return fcntl(b->turn, F_OFD_SETLK, &lock) == 0;
}

static enum err begin(struct db *db, struct batcher *b, struct fault *why)
{
	int64_t deadline = clock_mono() + WAIT_MS;
	if (!b->writer)
		TRY(db->driver->connect(db, true, &b->writer, why));
	while (!turn(b, F_WRLCK)) {
		if (clock_mono() > deadline)
			return fault(why, E_BUSY, "%s: another process is writing", db->path);
		pause_us(300);
	}
	enum err e = sqlite_begin_write(b->writer, deadline);
	(void)turn(b, F_UNLCK);
	if (e)
		(void)fault(why, E_BUSY, "%s: %s", db->path, b->writer->why.text);
	return e;
}

static void roll_back(struct db *db, struct batcher *b)
{
	if (!b->writer)
		return;
	sqlite_rollback(b->writer);
	if (b->writer->broken) {
		db->driver->disconnect(b->writer);
		b->writer = NULL;
	}
}

/* ---- running a batch ------------------------------------------------------------------------- */

/* Runs one work in its savepoint. false: the transaction is lost, and with it the batch. */
static bool run_one(struct conn *c, struct ticket *t)
{
	if (sqlite_mark(c) != OK)
		return false;
	enum err e = t->work(c, t->arg);
	conn_close_rows(c);
	e = work_result(c, e, &t->why);
	if (!e && sqlite_keep(c) != OK)
		e = work_result(c, OK, &t->why);
	t->result = e;
	if (!e)
		return true;
	c->doomed = false;
	return sqlite_undo(c) == OK;
}

static bool batch_ends(const struct batcher *b, int works, int64_t since)
{
	return !b->waiting.first || works >= BATCH_WORKS || clock_mono() - since >= BATCH_MS;
}

/* Takes works from the queue into batch until it ends. false: the transaction is lost. */
static bool run_batch(struct batcher *b, struct queue *batch)
{
	int64_t since = clock_mono();
	for (int works = 0;; works++) {
		pthread_mutex_lock(&b->m);
		bool ends = works > 0 && batch_ends(b, works, since);
		struct ticket *t = ends ? NULL : pop(&b->waiting);
		pthread_mutex_unlock(&b->m);
		if (!t)
			return true;
		push(batch, t);
		if (!run_one(b->writer, t))
			return false;
	}
}

static void fail_all(struct queue *batch, const struct fault *why)
{
	for (struct ticket *t = batch->first; t; t = t->next) {
		t->result = E_BUSY;
		t->why = *why;
	}
}

/* One batch from begin to commit; afterwards each ticket in it has its result. */
static void write_batch(struct db *db, struct batcher *b, struct queue *batch)
{
	struct fault why = { .code = OK };
	if (begin(db, b, &why) != OK) { /* all who wait have waited long enough */
		pthread_mutex_lock(&b->m);
		for (struct ticket *t; (t = pop(&b->waiting));)
			push(batch, t);
		pthread_mutex_unlock(&b->m);
		fail_all(batch, &why);
		roll_back(db, b);
		return;
	}
	struct conn *c = b->writer;
	bool whole = run_batch(b, batch);
	if (whole && sqlite_commit(c) == OK)
		return;
	(void)fault(&why, E_BUSY, "the batch was undone: %s", c->why.text);
	log_event(LOG_ERROR, "db.batch_undone", "why", why.text, NULL);
	fail_all(batch, &why);
	roll_back(db, b);
}

/* ---- leading and following ------------------------------------------------------------------- */

/* Under m: tells everybody in the batch but me, and calls the next leader. */
static void hand_over(struct batcher *b, struct queue *batch, const struct ticket *me)
{
	for (struct ticket *t; (t = pop(batch));) {
		t->done = true;
		if (t != me)
			pthread_cond_signal(&t->called);
	}
	b->running = false;
	b->led = b->waiting.first != NULL;
	if (b->led) {
		b->waiting.first->lead = true;
		pthread_cond_signal(&b->waiting.first->called);
	}
}

static void lead(struct db *db, struct batcher *b, const struct ticket *me)
{
	struct queue batch;
	empty(&batch);
	b->running = true;
	b->leader = pthread_self();
	pthread_mutex_unlock(&b->m);
	write_batch(db, b, &batch);
	pthread_mutex_lock(&b->m);
	hand_over(b, &batch, me);
}

enum err batch_write(struct db *db, db_work *work, void *arg, struct fault *why)
{
	struct batcher *b = db->own;
	struct ticket t = { .work = work, .arg = arg };
	cond_monotonic(&t.called);
	pthread_mutex_lock(&b->m);
	if (b->running && pthread_equal(b->leader, pthread_self()))
		die_nested();
	push(&b->waiting, &t);
	if (!b->led)
		b->led = t.lead = true;
	while (!t.lead && !t.done)
		pthread_cond_wait(&t.called, &b->m);
	if (t.lead)
		lead(db, b, &t);
	pthread_mutex_unlock(&b->m);
	pthread_cond_destroy(&t.called);
	if (t.result && why && t.why.text[0])
		*why = t.why;
	return t.result;
}

/* ---- opening ------------------------------------------------------------------------------ */

enum err batch_open(struct db *db, struct fault *why)
{
	struct batcher *b = calloc(1, sizeof *b);
	struct arena *a = arena_new();
	if (!b)
		abort();
	db->own = b;
	pthread_mutex_init(&b->m, NULL);
	empty(&b->waiting);
	b->turn = open(arena_printf(a, "%s-turn", db->path), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	arena_free(a);
	if (b->turn < 0)
		return fault(
			why, E_INTERNAL, "%s-turn: cannot be written (error %d)", db->path, errno);
	return db->driver->connect(db, true, &b->writer, why);
}

void batch_close(struct db *db)
{
	struct batcher *b = db->own;
	if (!b)
		return;
	if (b->writer)
		db->driver->disconnect(b->writer);
	if (b->turn >= 0)
		close(b->turn);
	pthread_mutex_destroy(&b->m);
	free(b);
}
