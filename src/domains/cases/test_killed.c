/* Two at once, the same twice, and kill -9 between each two statements: one outcome, nothing lost,
 * nothing double. The steps are those of a case on its way. SHIAN_LONG=1 tries every pair at once,
 * and every step on PostgreSQL; without it a few. */
#include "test_story.h"

#include "cli.h"
#include "core/ledger/verify.h"

#include "signature_png.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { STATEMENTS = 400, LEAST = 6 /* that any step writes */, FIELDS = 7 };

static bool at_length(void)
{
	const char *s = getenv("SHIAN_LONG");
	return s && *s;
}

static int64_t facts(struct bench *b)
{
	return bench_int(b, "SELECT count(*) FROM ledger");
}

static bool is_clean(struct bench *b)
{
	struct verify_report r = { 0 };
	struct fault why = { 0 };
	struct arena *a = arena_new();
	enum err e = verify_app(bench_app(b), a, &r, &why);
	if (e || r.wrong.count)
		(void)fprintf(stderr, "verify: %s\n", e ? why.text : r.wrong.text[0]);
	arena_free(a);
	return !e && !r.wrong.count;
}

static void clean(struct bench *b)
{
	assert_true(is_clean(b));
}

/* ---- steps -------------------------------------------------------------------------------------
 */

enum who { OFFICER1, OFFICER2, THE_PARTY };
struct step {
	const char *name; /* of the address */
	enum who who;
	const char *field[FIELDS][2];
	const char *fact; /* that it tells once */
};

static const struct step file = { "file", OFFICER1,
	{ { "officer2", "" }, { "reason", "有初步证据" }, { "proof", "1" }, { "penalty_due", "1" },
		{ "jurisdiction", "1" } },
	"case.filed" };
static const struct step not_file = { "not-file", OFFICER1, { { "reason", "证据不足" } },
	"case.not_filed" };
static const struct step weigh = { "do/weigh", OFFICER1,
	{ { "reply_minor", "no" }, { "reply_corrected", "no" } }, "case.weighed" };
static const struct step tell = { "tell", OFFICER1, { { NULL } }, "case.told" };
static const struct step correct = { "correction", OFFICER1,
	{ { "requirement", "立即佩戴工作帽" }, { "due", "2026-12-20" } },
	"case.correction_ordered" };
static const struct step state_none = { "statement", THE_PARTY, { { "statement", "none" } },
	"case.heard" };
static const struct step state_made = { "statement", THE_PARTY,
	{ { "statement", "made" }, { "words", "初次发生" } }, "case.stated" };
static const struct step address_given = { "address", THE_PARTY,
	{ { "consent", "yes" }, { "e_phone", "13912345678" }, { "post_address", "示例路1号" },
		{ "receiver", "张三" } },
	"case.address_confirmed" };
static const struct step accept_all = { "answer", THE_PARTY,
	{ { "answer", "accepts" }, { "words", "已整改" } }, "case.answered" };
static const struct step propose = { "propose", OFFICER1, { { NULL } }, "case.proposed" };
static const struct step sign = { "decide", OFFICER2, { { "verdict", "sign" } }, "case.decided" };
static const struct step give_back = { "decide", OFFICER2,
	{ { "verdict", "return" }, { "reason", "再查" } }, "case.returned" };

static int64_t second_officer; /* its id, the same for all stories of a test */

static const char *who_of(const struct story *s, const struct step *t)
{
	return t->who == OFFICER1 ? "officer1" : t->who == OFFICER2 ? "officer2" : s->party;
}

/* On a bench of the caller's (b): that of the story, or one beside it. */
static struct answer *take(struct bench *b, const struct story *s, const struct step *t)
{
	const char *path = arena_printf(bench_arena(b), "%s/%" PRId64 "/%s",
		t->who == THE_PARTY ? "/my/cases" : "/cases", s->id, t->name);
	const char *first = t->field[0][1];
	if (first && !*first)
		first = arena_printf(bench_arena(b), "%" PRId64, second_officer);
	return bench_sign(b, who_of(s, t), path, t->field[0][0], first, t->field[1][0],
		t->field[1][1], t->field[2][0], t->field[2][1], t->field[3][0], t->field[3][1],
		t->field[4][0], t->field[4][1], t->field[5][0], t->field[5][1], NULL);
}

static int64_t told_by(const struct story *s, const struct step *t)
{
	return t->fact ? facts_in_story(s, t->fact) : 0;
}

/* ---- kill -9 ------------------------------------------------------------------------------------
 */

/* What a program finds when it begins. */
struct found {
	int64_t facts, jobs, told;
	char state[32];
};

static struct found look(const struct story *s, const struct step *t)
{
	struct found f = { facts(s->b), bench_int(s->b, "SELECT count(*) FROM jobs"), told_by(s, t),
		"" };
	(void)snprintf(f.state, sizeof(f.state), "%s", member(s, "state"));
	return f;
}

enum { TAKEN, DONE_BEFORE, HALF_DONE, REFUSED };

/* A program of its own: looks whether the one before left anything, takes the step and dies before
 * the nth statement that writes. */
_Noreturn static void live(
	const struct story *s, const struct step *t, const struct found *was, int n)
{
	bench_open_again(s->b);
	struct found f = look(s, t);
	bool all = f.told == was->told + 1;
	if (!all && (f.facts != was->facts || f.jobs != was->jobs || f.told != was->told ||
			    !text_is(f.state, was->state)))
		_exit(HALF_DONE);
	if (!is_clean(s->b))
		_exit(HALF_DONE);
	if (all)
		_exit(DONE_BEFORE);
	db_die_at(bench_app(s->b)->db, n);
	_exit(take(s->b, s, t)->status == 303 ? TAKEN : REFUSED);
}

/* Killed at one statement after the other until the step is done: before its commit nothing of it
 * is there, after it everything. */
static void kill_through(const struct story *s, const struct step *t)
{
	struct found was = look(s, t);
	int n = 0, status = 0;

	bench_get(s->b, s->party, my(s, "")); /* its session is there before the kills */
	bench_shut(s->b);
	do {
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (!pid)
			live(s, t, &was, ++n);
		n++;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(n < STATEMENTS);
	} while (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	bench_open_again(s->b);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != DONE_BEFORE || n < LEAST)
		fail_msg("%s, killed at statement %d: status %d", t->name, n, status);
	assert_int_equal(told_by(s, t), was.told + 1);
	clean(s->b);
}

/* On PostgreSQL, which undoes what a lost connection began, the first and the last step only. */
static void test_killed(void **state)
{
	static const struct step *const way[] = { &file, &correct, &address_given, &accept_all,
		&weigh, &tell, &state_none, &propose, &sign };
	enum { STEPS = sizeof(way) / sizeof(*way) };
	struct bench *b = *state;
	struct story s = precheck(b);
	bool few = db_is_postgres(bench_app(b)->db) && !at_length();

	for (int i = 0; i < STEPS; i++)
		if (few && i && i < STEPS - 1)
			status_is(take(b, &s, way[i]), 303);
		else
			kill_through(&s, way[i]);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_papers WHERE template = "
				      "'onspot_decision' AND state = 'sealed'"),
		1);
	clean(b);
}

/* The head is signed, the program killed before it kept it: it is signed again, and none is
 * missing. */
static enum err sign_head(struct req *rq, void *arg)
{
	struct fault why = { 0 };
	(void)arg;
	return ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
}

static void test_head_killed(void **state)
{
	struct bench *b = *state;
	int status = 0, n = 0;
	do {
		bench_shut(b);
		pid_t pid = fork();
		if (!pid) {
			struct fault why = { 0 };
			bench_open_again(b);
			db_die_at(bench_app(b)->db, n + 1);
			_exit(app_write(bench_app(b), sign_head, NULL, &why) != OK);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		bench_open_again(b);
		clean(b);
		n++;
	} while (WIFSIGNALED(status) && n < STATEMENTS);
	assert_int_equal(status, 0);
	assert_true(n > 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger_heads"), 1);
}

/* ---- two at once
 * ---------------------------------------------------------------------------------- */

struct runner {
	struct bench *b;
	const struct story *s;
	const struct step *t;
	pthread_barrier_t *gate;
	int status;
};

static void *run(void *arg)
{
	struct runner *r = arg;
	(void)pthread_barrier_wait(r->gate);
	r->status = take(r->b, r->s, r->t)->status;
	return NULL;
}

/* Both at the same moment; what came of it is what comes of one after the other, in either order.
 */
struct outcome {
	int one, two;
	int64_t facts;
	const char *state;
};

static struct outcome at_once(const struct story *s, const struct step *one, const struct step *two)
{
	pthread_barrier_t gate;
	pthread_t other;
	int64_t before = facts(s->b);
	struct runner r[2] = { { bench_beside(s->b), s, one, &gate, 0 },
		{ bench_beside(s->b), s, two, &gate, 0 } };
	(void)pthread_barrier_init(&gate, NULL, 2);
	assert_int_equal(pthread_create(&other, NULL, run, &r[1]), 0);
	(void)run(&r[0]);
	(void)pthread_join(other, NULL);
	(void)pthread_barrier_destroy(&gate);
	bench_beside_end(r[0].b);
	bench_beside_end(r[1].b);
	return (struct outcome){ r[0].status, r[1].status, facts(s->b) - before,
		member(s, "state") };
}

static struct outcome in_turn(
	const struct story *s, const struct step *one, const struct step *two, bool second_first)
{
	int64_t before = facts(s->b);
	struct outcome o = { 0 };
	if (second_first)
		o.two = take(s->b, s, two)->status;
	o.one = take(s->b, s, one)->status;
	if (!second_first)
		o.two = take(s->b, s, two)->status;
	o.facts = facts(s->b) - before;
	o.state = member(s, "state");
	return o;
}

static bool same(struct outcome a, struct outcome b)
{
	return a.one == b.one && a.two == b.two && a.facts == b.facts && text_is(a.state, b.state);
}

static void pair(struct bench *b, struct story (*make)(struct bench *b), const struct step *one,
	const struct step *two)
{
	struct story s[3] = { make(b), make(b), make(b) };
	for (int i = 0; i < 3; i++)
		bench_get(b, s[i].party, my(&s[i], ""));
	struct outcome first = in_turn(&s[0], one, two, false),
		       last = in_turn(&s[1], one, two, true);
	bench_get(b, s[2].party, my(&s[2], ""));
	struct outcome both = at_once(&s[2], one, two);
	if (!same(both, first) && !same(both, last))
		fail_msg("%s and %s at once: %d, %d, %d facts, %s; in turn %d, %d, %d facts, %s or "
			 "%d, %d, "
			 "%d facts, %s",
			one->name, two->name, both.one, both.two, (int)both.facts, both.state,
			first.one, first.two, (int)first.facts, first.state, last.one, last.two,
			(int)last.facts, last.state);
	if (one == two ||
		text_is(one->name, two->name)) /* one outcome: the other hears of a conflict */
		assert_true((both.one == 303 && both.two == 409) ||
			    (both.one == 409 && both.two == 303));
}

static void test_at_once(void **state)
{
	struct bench *b = *state;
	pair(b, precheck, &file, &not_file);
	pair(b, precheck, &file, &file);
	pair(b, told, &state_none, &state_made);
	pair(b, proposed, &sign, &give_back);
	if (at_length()) {
		pair(b, ready_to_tell, &tell, &tell);
		pair(b, ready_to_tell, &tell, &correct);
		pair(b, filed, &correct, &correct);
		pair(b, ready_to_tell, &tell, &accept_all);
		pair(b, filed, &accept_all, &accept_all);
		pair(b, told, &state_none, &propose);
		pair(b, heard, &propose, &propose);
		pair(b, heard, &propose, &correct);
		pair(b, proposed, &sign, &sign);
		pair(b, proposed, &sign, &correct);
	}
	clean(b);
}

/* ---- the same twice
 * -------------------------------------------------------------------------------- */

static void *sign_address(void *arg)
{
	struct runner *r = arg;
	(void)pthread_barrier_wait(r->gate);
	r->status = bench_sign(r->b, r->s->party,
		arena_printf(bench_arena(r->b), "/my/cases/%" PRId64 "/address", r->s->id),
		"consent", "yes", "e_phone", "13912345678", "post_address", "示例路1号", "receiver",
		"张三", NULL)
			    ->status;
	return NULL;
}

/* A double click, then the same form sent again: one signature. */
static void test_signed_twice(void **state)
{
	struct bench *b = *state;
	struct story s = filed(b);
	pthread_barrier_t gate;
	pthread_t other;

	bench_get(b, s.party, my(&s, ""));
	struct runner r[2] = { { bench_beside(b), &s, NULL, &gate, 0 },
		{ bench_beside(b), &s, NULL, &gate, 0 } };
	(void)pthread_barrier_init(&gate, NULL, 2);
	assert_int_equal(pthread_create(&other, NULL, sign_address, &r[1]), 0);
	(void)sign_address(&r[0]);
	(void)pthread_join(other, NULL);
	(void)pthread_barrier_destroy(&gate);
	bench_beside_end(r[0].b);
	bench_beside_end(r[1].b);
	assert_true(r[0].status == 303 || r[1].status == 303);
	assert_true(r[0].status < 500 && r[1].status < 500);
	(void)address(&s, "yes");
	bench_jobs(b);
	assert_int_equal(facts_in_story(&s, "case.address_confirmed"), 1);
	status_is(take(b, &s, &accept_all), 303);
	(void)take(b, &s, &accept_all);
	assert_int_equal(facts_in_story(&s, "case.answered"), 1);
	clean(b);
}

static const char *outbox(struct bench *b)
{
	struct bytes all;
	struct fault why = { 0 };

	assert_int_equal(file_read(bench_arena(b),
				 arena_printf(bench_arena(b), "%s/outbox/sms.jsonl", bench_dir(b)),
				 1 << 20, &all, &why),
		OK);
	return arena_copy(bench_arena(b), (const char *)all.at, all.n);
}

/* The six digits that were sent last. */
static const char *last_code(struct bench *b)
{
	const char *code = NULL;

	for (const char *c = outbox(b); *c; c += *c != 0) {
		size_t n = strspn(c, "0123456789");
		if (n == 6)
			code = arena_copy(bench_arena(b), c, 6);
		c += n;
	}
	assert_non_null(code);
	return code;
}

/* A link opens on one telephone, once; at the same moment on two: on one of them. */
static void *open_link(void *arg)
{
	struct runner *r = arg;
	(void)pthread_barrier_wait(r->gate);
	r->status = bench_post(r->b, "", r->s->lead, "code", r->s->code, NULL)->status;
	return NULL;
}

static void test_link_twice(void **state)
{
	struct bench *b = *state;
	struct story s = filed(b);
	pthread_barrier_t gate;
	pthread_t other;

	const char *from = strstr(outbox(b), "/l/");
	assert_non_null(from);
	s.lead = arena_copy(bench_arena(b), from, 3 + 43); /* the address to be posted to */
	status_is(bench_post(b, "", arena_printf(bench_arena(b), "%s/code", s.lead), NULL), 303);
	bench_jobs(b);
	s.code = last_code(b);
	struct runner r[2] = { { bench_beside(b), &s, NULL, &gate, 0 },
		{ bench_beside(b), &s, NULL, &gate, 0 } };
	(void)pthread_barrier_init(&gate, NULL, 2);
	assert_int_equal(pthread_create(&other, NULL, open_link, &r[1]), 0);
	(void)open_link(&r[0]);
	(void)pthread_join(other, NULL);
	(void)pthread_barrier_destroy(&gate);
	bench_beside_end(r[0].b);
	bench_beside_end(r[1].b);
	/* what is refused with words stays written, so it answers 200 */
	assert_true((r[0].status == 303) != (r[1].status == 303));
	assert_true(r[0].status < 500 && r[1].status < 500);
	status_is(bench_post(b, "", s.lead, "code", s.code, NULL), 200);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sessions WHERE kind = 'party'"), 1);
}

/* ---- a clock that jumps
 * ------------------------------------------------------------------------------ */

/* Forward a year and back again between the steps: no fact is dated before another, and no head
 * before its facts. */
static void test_clock(void **state)
{
	struct bench *b = *state;
	int64_t now = clock_now();
	struct story s = ready_to_tell(b);

	assert_int_equal(bench_write(b, sign_head, NULL), OK);
	bench_clock(b, now - 300 * DAY);
	status_is(take(b, &s, &correct), 303);
	assert_int_equal(bench_write(b, sign_head, NULL), OK);
	bench_clock(b, now + 2 * HOUR);
	status_is(take(b, &s, &tell), 303);
	bench_clock(b, now + HOUR);
	bench_get(b, s.party, my(&s, ""));
	status_is(take(b, &s, &state_none), 303);
	assert_int_equal(bench_write(b, sign_head, NULL), OK);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger a JOIN ledger b ON b.seq = a.seq + 1 "
			     "WHERE b.at < a.at"),
		0);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger_heads h JOIN ledger l ON l.seq = "
			     "h.size WHERE h.at < l.at"),
		0);
	clean(b);
}

/* Ids are not seeded: a child that is killed must not make those that its parent makes next. */
static int begin(void **state)
{
	*state = bench_open_on(NULL, *state != NULL);
	second_officer = bench_int(*state, "SELECT id FROM users WHERE login = 'officer2'");
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

#define TESTS(X)                                                                                   \
	X(test_killed)                                                                             \
	X(test_head_killed) X(test_at_once) X(test_signed_twice) X(test_link_twice) X(test_clock)
#define ON_SQLITE(f)   { #f, f, begin, end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"killed", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
