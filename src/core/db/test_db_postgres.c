/* PostgreSQL only: lost connections, lost commits, deadlocks. Passes at once without SHIAN_TEST_PG.
 */
#include "core/db/testing.h"

#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

static const char tables[] =
	"CREATE TABLE note (id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL) STRICT;"
	"INSERT INTO note VALUES (1, 0), (2, 0)";

static void on_postgres(void (*test)(struct world *w))
{
	if (!test_url())
		skip();
	struct world *w = world_new(true);
	script(w, tables);
	test(w);
	world_free(w);
}

/* ---- lost connections ------------------------------------------------ */

static enum err killed_first(struct conn *c, void *arg)
{
	int *runs = arg;
	TRY(conn_run(c, "UPDATE note SET n = n + 1 WHERE id = 1", NULL, NULL));
	if (++*runs == 1)
		TRY(conn_run(c, "SELECT pg_terminate_backend(pg_backend_pid())", NULL, NULL));
	return OK;
}

static enum err killed_always(struct conn *c, void *arg)
{
	++*(int *)arg;
	return conn_run(c, "SELECT pg_terminate_backend(pg_backend_pid())", NULL, NULL);
}

static void lost_on(struct world *w)
{
	struct fault why;
	int runs = 0;
	assert_int_equal(db_write(w->db, killed_first, &runs, &why), OK);
	assert_int_equal(runs, 2);
	assert_int_equal(read_int(w, "SELECT n FROM note WHERE id = 1", NULL), 1);
	runs = 0;
	assert_int_equal(db_write(w->db, killed_always, &runs, &why), E_BUSY);
	assert_int_equal(runs, 5);
	assert_true(why.code == E_BUSY && why.text[0]);
	/* in a read there is no way to go on, but the next read has a new connection */
	struct conn *c;
	int64_t v;
	assert_int_equal(db_read_begin(w->db, &c, &why), OK);
	assert_int_equal(
		conn_run(c, "SELECT pg_terminate_backend(pg_backend_pid())", NULL, NULL), E_BUSY);
	assert_int_equal(conn_int(c, "SELECT 1", NULL, &v), E_BUSY);
	db_read_end(c);
	assert_int_equal(read_int(w, "SELECT n FROM note WHERE id = 1", NULL), 1);
}

static void a_lost_connection_is_opened_again(void **state)
{
	(void)state;
	on_postgres(lost_on);
}

static enum err own_pid(struct conn *c, void *arg)
{
	return conn_int(c, "SELECT pg_backend_pid()", NULL, arg);
}

/* all connections of the pool died while they were idle: nobody notices */
static void idle_on(struct world *w)
{
	enum { READERS = 4 };
	struct conn *c[READERS];
	int64_t pid[READERS + 1];
	struct world *other = world_new(true);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(db_read_begin(w->db, &c[i], NULL), OK);
	for (int i = 0; i < READERS; i++) {
		assert_int_equal(own_pid(c[i], &pid[i]), OK);
		db_read_end(c[i]);
	}
	assert_int_equal(db_write(w->db, own_pid, &pid[READERS], NULL), OK);
	for (int i = 0; i <= READERS; i++)
		assert_int_equal(
			read_int(other, "SELECT pg_terminate_backend(CAST($1 AS integer), 10000)",
				BINDS(pid[i])),
			1);
	world_free(other);
	assert_int_equal(read_int(w, "SELECT count(*) FROM note", NULL), 2);
	assert_int_equal(write_one(w, "UPDATE note SET n = 5", NULL), 2);
}

static void a_restarted_server_is_not_noticed(void **state)
{
	(void)state;
	on_postgres(idle_on);
}

/* ---- lost commits ---------------------------------------------------- */

static enum err count_run(struct conn *c, void *arg)
{
	++*(int *)arg;
	return conn_run(c, "UPDATE note SET n = n + 1 WHERE id = 1", NULL, NULL);
}

/* The server dies inside COMMIT, before it is done: a deferred trigger, on its first run (a
 * sequence is not rolled back). The work is run again. */
static void undone_commit_on(struct world *w)
{
	int runs = 0;
	struct fault why;
	script(w, "CREATE SEQUENCE times;"
		  "CREATE FUNCTION die_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		  " IF nextval('times') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); "
		  "END IF;"
		  " RETURN NULL; END $$;"
		  "CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON note DEFERRABLE INITIALLY "
		  "DEFERRED"
		  " FOR EACH ROW EXECUTE FUNCTION die_once()");
	assert_int_equal(db_write(w->db, count_run, &runs, &why), OK);
	assert_int_equal(runs, 2);
	assert_int_equal(read_int(w, "SELECT n FROM note WHERE id = 1", NULL), 1);
}

static void a_commit_that_did_not_arrive_is_run_again(void **state)
{
	(void)state;
	on_postgres(undone_commit_on);
}

/* A wire between us and the server that breaks right after the server did what COMMIT asks. */
struct wire {
	struct sockaddr_un server;
	int listening;
	_Atomic int commits_to_break;
};

static bool forward(int from, int to, char *seen, size_t size)
{
	ssize_t n = read(from, seen, size - 1);
	if (n <= 0)
		return false;
	seen[n] = '\0';
	return write(to, seen, (size_t)n) == n;
}

/* 'Q' and four bytes of length come before the text of a simple query. */
static bool breaks_here(struct wire *wire, const char *message)
{
	if (message[0] != 'Q' || strcmp(message + 5, "COMMIT") != 0)
		return false;
	return atomic_fetch_sub(&wire->commits_to_break, 1) > 0;
}

static void *carry(void *arg)
{
	struct wire *wire = arg;
	char message[65536];
	bool going = true, breaking = false;
	int client = accept(wire->listening, NULL, NULL);
	pthread_t next;
	if (client < 0)
		return NULL;
	pthread_create(&next, NULL, carry, wire);
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	going = connect(server, (struct sockaddr *)&wire->server, sizeof wire->server) == 0;
	while (going) {
		struct pollfd ends[] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
		poll(ends, 2, -1);
		if (ends[0].revents) {
			going = forward(client, server, message, sizeof message);
			breaking = going && breaks_here(wire, message);
		}
		if (ends[1].revents && going)
			going = breaking ? false : forward(server, client, message, sizeof message);
	}
	close(server);
	close(client);
	pthread_join(next, NULL);
	return NULL;
}

static char *option_of(struct arena *a, const char *url, const char *keyword, const char *fallback)
{
	PQconninfoOption *all = PQconninfoParse(url, NULL);
	assert_non_null(all);
	char *value = arena_dup(a, fallback);
	for (PQconninfoOption *o = all; o->keyword; o++)
		if (text_is(o->keyword, keyword) && o->val)
			value = arena_dup(a, o->val);
	PQconninfoFree(all);
	return value;
}

static void done_commit_on(struct world *w)
{
	struct wire *wire = NEW(w->arena, struct wire);
	struct sockaddr_un here = { .sun_family = AF_UNIX };
	const char *url = w->options.url;
	char *folder = option_of(w->arena, url, "host", "");
	char *port = option_of(w->arena, url, "port", "5432");
	if (folder[0] != '/')
		return; /* the wire is made for a UNIX socket */
	wire->server.sun_family = AF_UNIX;
	snprintf(wire->server.sun_path, sizeof here.sun_path, "%s/.s.PGSQL.%s", folder, port);
	snprintf(here.sun_path, sizeof here.sun_path, "%s/.s.PGSQL.5432", w->dir);
	wire->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(wire->listening, (struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(listen(wire->listening, 16), 0);
	pthread_t first;
	pthread_create(&first, NULL, carry, wire);

	char *database = option_of(w->arena, url, "dbname", "postgres");
	char *user = option_of(w->arena, url, "user", "postgres");
	w->options.url =
		arena_printf(w->arena, "postgresql:///%s?host=%s&user=%s", database, w->dir, user);
	open_again(w);
	int runs = 0;
	struct fault why;
	atomic_store(&wire->commits_to_break, 1);
	assert_int_equal(db_write(w->db, count_run, &runs, &why), OK);
	assert_int_equal(runs, 1); /* it was found to be committed, and not done twice */
	assert_true(atomic_load(&wire->commits_to_break) <= 0);
	assert_int_equal(read_int(w, "SELECT n FROM note WHERE id = 1", NULL), 1);
	w->options.url = url;
	open_again(w);
	shutdown(wire->listening, SHUT_RDWR); /* ends the thread that accepts */
	pthread_join(first, NULL);	      /* which joined all after it */
	close(wire->listening);
	unlink(here.sun_path);
}

static void a_commit_that_arrived_is_not_run_again(void **state)
{
	(void)state;
	on_postgres(done_commit_on);
}

/* ---- lost races ------------------------------------------------------ */

/* One of the two looks first: else both may be ended, each by its own server. */
static const char SOON[] = "SET LOCAL deadlock_timeout = '50ms'",
		  LATE[] = "SET LOCAL deadlock_timeout = '60s'";

struct crossing {
	struct db *db;
	pthread_barrier_t *both;
	int64_t first, second;
	int runs;
	enum err result;
	const char *patience; /* until its server looks for a deadlock, and ends it */
};

static enum err cross(struct conn *c, void *arg)
{
	struct crossing *x = arg;
	TRY(conn_script(c, x->patience));
	TRY(conn_run(c, "UPDATE note SET n = n + 1 WHERE id = $1", BINDS(x->first), NULL));
	if (x->runs++ == 0)
		pthread_barrier_wait(x->both);
	return conn_run(c, "UPDATE note SET n = n + 1 WHERE id = $1", BINDS(x->second), NULL);
}

static void *crossing(void *arg)
{
	struct crossing *x = arg;
	x->result = db_write(x->db, cross, x, NULL);
	return NULL;
}

static void deadlock_on(struct world *w)
{
	pthread_barrier_t both;
	pthread_t other;
	pthread_barrier_init(&both, NULL, 2);
	struct crossing a = { w->db, &both, 1, 2, 0, OK, SOON },
			b = { w->db, &both, 2, 1, 0, OK, LATE };
	pthread_create(&other, NULL, crossing, &a);
	crossing(&b);
	pthread_join(other, NULL);
	pthread_barrier_destroy(&both);
	assert_true(a.result == OK && b.result == OK);
	assert_int_equal(a.runs + b.runs, 3);
	assert_int_equal(read_int(w, "SELECT sum(n) AS n FROM note", NULL), 4);
}

static void a_deadlock_is_run_again(void **state)
{
	(void)state;
	on_postgres(deadlock_on);
}

/* ---- plans ----------------------------------------------------------- */

static enum err all_columns(struct conn *c, void *arg)
{
	struct rows *r;
	TRY(conn_query(c, "SELECT * FROM note WHERE id = 1", NULL, &r));
	*(int *)arg = rows_columns(r);
	return OK;
}

static enum err ends_itself(struct conn *c, void *arg)
{
	(void)arg;
	TRY(conn_run(c, "UPDATE note SET n = 9 WHERE id = 1", NULL, NULL));
	return conn_script(c, "ROLLBACK");
}

static void plans_on(struct world *w)
{
	int columns = 0;
	struct fault why;
	assert_int_equal(db_write(w->db, all_columns, &columns, NULL), OK);
	assert_int_equal(columns, 2);
	struct world *other = world_new(true); /* a newer program migrates while we run */
	script(other, arena_printf(other->arena, "ALTER TABLE %s.note ADD COLUMN x text",
			      w->options.schema));
	world_free(other);
	assert_int_equal(db_write(w->db, all_columns, &columns, NULL), OK);
	assert_int_equal(columns, 3);
	assert_int_equal(db_write(w->db, ends_itself, NULL, &why), E_INTERNAL);
	assert_int_equal(read_int(w, "SELECT n FROM note WHERE id = 1", NULL), 0);
}

static void stale_plans_are_made_again(void **state)
{
	(void)state;
	on_postgres(plans_on);
}

static void big_on(struct world *w)
{
	struct conn *c;
	struct rows *r;
	bool more;
	int64_t n = 0, sum = 0;
	assert_int_equal(db_read_begin(w->db, &c, NULL), OK);
	assert_int_equal(
		conn_query(c, "SELECT i FROM generate_series(1, 100000) AS i", NULL, &r), OK);
	while (rows_next(r, &more) == OK && more) {
		n++;
		sum += rows_int(r, 0);
	}
	db_read_end(c);
	assert_int_equal(n, 100000);
	assert_true(sum == INT64_C(5000050000));
}

static void many_rows(void **state)
{
	(void)state;
	on_postgres(big_on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_connection_is_opened_again),
		cmocka_unit_test(a_restarted_server_is_not_noticed),
		cmocka_unit_test(a_commit_that_did_not_arrive_is_run_again),
		cmocka_unit_test(a_commit_that_arrived_is_not_run_again),
		cmocka_unit_test(a_deadlock_is_run_again),
		cmocka_unit_test(stale_plans_are_made_again),
		cmocka_unit_test(many_rows),
	};
	log_to(LOG_WARN, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
