/* Facts and their listeners, numbers, jobs, rules, and the texts that are made of the modules. */
#include "contracts/facts.h"
#include "core/app/accounts.h"
#include "modules.h"
#include "test_raw.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a domain of the test: things that are made, and a neighbour that hears of it ------------ */
struct thing {
	int64_t id, version;
	const char *title;
	int64_t number;
};
static const struct model thing_model = MODEL("things", struct thing, .witnessed = true,
	FIELDS(STORED(struct thing, id), STORED(struct thing, version),
		INPUT(struct thing, title, "Title", .required = true),
		STORED(struct thing, number)));

static enum err thing_make(struct req *rq)
{
	struct thing t = { .title = form_text(rq, "title") };
	TRY(next_number(rq, "things:2026", &t.number));
	TRY(db_insert(rq, &thing_model, &t));
	if (text_is(t.title, "late refusal"))
		return fail_(rq, E_CONFLICT, "refused after the number was taken");
	if (!text_is(t.title, "silent"))
		TRY(emit(rq, text_is(t.title, "undeclared") ? "thing.invented" : "thing.made", t.id,
			0, json_pairs(rq, "title", t.title, NULL)));
	TRY(job_add(rq, "things.count", t.id));
	if (text_is(t.title, "form refusal")) {
		rq->status = 422;
		return reply_text(rq, "text/plain", "a form again");
	}
	return redirect(rq, "/things");
}

static enum err thing_change(struct req *rq)
{
	struct thing t;
	TRY(db_one(rq, &thing_model, &t, "SELECT * FROM things WHERE id = $1", rq->id));
	t.version = form_int(rq, "version", t.version);
	t.title = form_text(rq, "title");
	TRY(db_update(rq, &thing_model, &t));
	TRY(emit(rq, "thing.made", t.id, 0));
	return redirect(rq, "/things");
}

static enum err thing_heard(struct req *rq, const struct event *e)
{
	const char *title;
	TRY(db_text(rq, &title, "SELECT title FROM things WHERE id = $1", e->subject));
	if (text_is(title, "refuse"))
		return fail_(rq, E_CONFLICT, "The neighbour does not agree.");
	if (text_is(title, "chase"))
		return emit(rq, "thing.heard", e->subject, .data = "{\"chase\":1}");
	return emit(rq, text_is(title, "listener invents") ? "thing.invented" : "thing.heard",
		e->subject);
}

static enum err heard_again(struct req *rq, const struct event *e)
{
	if (!text_is(e->data, "{\"chase\":1}"))
		return OK;
	return emit(rq, "thing.made", e->subject, .data = e->data);
}

/* Jobs: counts, or does what its data says. */
static int prepared, nested;

static enum err lease_lost(struct req *rq, void *arg)
{
	(void)arg;
	return db_run(
		rq, "UPDATE jobs SET attempts = attempts + 1, leased_until = leased_until + 1");
}

static enum err count_prepare(struct req *rq, const struct job *j, void **result)
{
	struct fault why = { 0 };
	bool ran;

	prepared++;
	*result = arena_printf(rq->arena, "%" PRId64, j->subject);
	if (strstr(j->data, "refuse"))
		return fail_(rq, E_BUSY, "The other end is away.");
	if (strstr(j->data, "stolen")) /* another has taken it over and is at it */
		assert_int_equal(app_write(rq->app, lease_lost, NULL, &why), OK);
	if (strstr(j->data, "slow") &&
		!nested++) { /* so slow that the lease runs out and another does it */
		clock_set(clock_now() + 3 * MINUTE);
		assert_int_equal(app_run_job(rq->app, &ran, &why), OK);
		assert_true(ran);
	}
	return OK;
}

static enum err count_run(struct req *rq, const struct job *j, void *result)
{
	assert_string_equal(result, arena_printf(rq->arena, "%" PRId64, j->subject));
	TRY(db_run(rq, "INSERT INTO done (id, job) VALUES ($1, $2)", id_new(), j->subject));
	if (strstr(j->data, "late"))
		return fail_(rq, E_CONFLICT, "It went wrong at the very end.");
	return OK;
}

static enum err minute_count(struct req *rq)
{
	return db_run(rq, "INSERT INTO done (id, job) VALUES ($1, 777)", id_new());
}

static enum err count_dead(struct req *rq, const struct job *j, const char *why)
{
	TRY(db_run(rq, "INSERT INTO done (id, job) VALUES ($1, $2)", id_new(), 9000 + j->subject));
	return *why ? OK : fail_(rq, E_CONFLICT, "Nobody said why.");
}

/* A room whose minute fails as long as a row 666 is there, after it has written something. */
static enum err minute_careless(struct req *rq)
{
	int64_t n;

	TRY(db_int(rq, &n, "SELECT count(*) FROM done WHERE job = 666"));
	TRY(db_run(rq, "INSERT INTO done (id, job) VALUES ($1, 667)", id_new()));
	return n ? fail_(rq, E_CONFLICT, "A row that cannot be dealt with.") : OK;
}
static const struct module careless = { .name = "careless", .every_minute = minute_careless };

static const struct module things = {
	.name = "things",
	.routes = (const struct route[]){ { POST, "/things", thing_make, ANYBODY },
		{ POST, "/things/:id", thing_change, ANYBODY }, { 0 } },
	.models = (const struct model *const[]){ &thing_model, NULL },
	.tells = (const char *const[]){ "thing.made", NULL },
	.jobs = (const struct job_kind[]){ { "things.count", count_prepare, count_run, count_dead },
		{ 0 } },
	.every_minute = minute_count,
};
static const struct module neighbour = {
	.name = "neighbour",
	.listens = (const struct listen[]){ { "thing.made", thing_heard,
						    (const char *const[]){ "thing.heard", NULL } },
		{ "thing.heard", heard_again, (const char *const[]){ "thing.made", NULL } },
		{ 0 } },
};
static const struct module *const with_things[] = { &careless, &things, &neighbour,
	&accounts_module, &login_module, &system_module, NULL };

static int begin_on(void **state, bool postgres)
{
	struct bench *b = bench_open_on(with_things, postgres);
	bench_run(b, "CREATE TABLE things (id bigint NOT NULL PRIMARY KEY, version bigint NOT NULL,"
		     " title text NOT NULL, number bigint NOT NULL)");
	bench_run(b, "CREATE TABLE done (id bigint NOT NULL PRIMARY KEY, job bigint NOT NULL)");
	*state = b;
	return 0;
}

static int begin(void **state)
{
	return begin_on(state, false);
}

static int begin_postgres(void **state)
{
	return begin_on(state, true);
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

static struct answer *make(struct bench *b, const char *title)
{
	return bench_post(b, "", "/things", "title", title, NULL);
}

static int64_t count(struct bench *b, const char *what)
{
	return bench_int(b, arena_printf(bench_arena(b), "SELECT count(*) FROM %s", what));
}

/* ---- facts ----------------------------------------------------------------------------------- */
static void fact_and_cause(void **state)
{
	struct bench *b = *state;
	int64_t before = count(b, "ledger");

	status_is(make(b, "first"), 303);
	assert_int_equal(count(b, "ledger"), before + 2);
	assert_int_equal(bench_int(b, "SELECT h.cause - m.seq FROM ledger h, ledger m WHERE h.name "
				      "= 'thing.heard'"
				      " AND m.name = 'thing.made'"),
		0);
	assert_int_equal(bench_int(b, "SELECT cause FROM ledger WHERE name = 'thing.made'"), 0);
	assert_string_equal(bench_text(b, "SELECT data FROM ledger WHERE name = 'thing.made'"),
		"{\"title\":\"first\"}");
}

/* Whatever is refused, and wherever: no row, no fact, no job, no number stays. */
static void refusals_undo_all(void **state)
{
	static const struct {
		const char *title;
		int status;
	} all[] = { { "undeclared", 500 }, { "silent", 500 }, { "refuse", 409 },
		{ "listener invents", 500 }, { "chase", 500 }, { "late refusal", 409 },
		{ "form refusal", 422 } };
	struct bench *b = *state;
	int64_t facts = count(b, "ledger"), rows = count(b, "things"), jobs = count(b, "jobs"),
		number = bench_int(b, "SELECT last FROM counters WHERE series = 'things:2026'");

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		status_is(make(b, all[i].title), all[i].status);
		assert_int_equal(count(b, "ledger"), facts);
		assert_int_equal(count(b, "things"), rows);
		assert_int_equal(count(b, "jobs"), jobs);
	}
	status_is(make(b, "next"), 303);
	assert_int_equal(
		bench_int(b, "SELECT number FROM things WHERE title = 'next'"), number + 1);
	bench_english(b, true);
	assert_true(says(make(b, "refuse"), "The neighbour does not agree."));
	bench_english(b, false);
}

static void nobody_overwrites_unseen(void **state)
{
	struct bench *b = *state;
	status_is(make(b, "shared"), 303);
	const char *at = arena_printf(bench_arena(b), "/things/%s",
		bench_text(b, "SELECT CAST(id AS text) FROM things WHERE title = 'shared'"));
	status_is(bench_post(b, "", at, "version", "1", "title", "mine", NULL), 303);
	status_is(bench_post(b, "", at, "version", "1", "title", "yours", NULL), 409);
	assert_int_equal(count(b, "things WHERE title = 'mine' AND version = 2"), 1);
	status_is(bench_post(b, "", "/things/404404", "title", "x", NULL), 404);
}

static void tortured(void **state)
{
	assert_true(bench_torture(*state, "", "/things", "title", "tortured", NULL) > 5);
}

/* ---- numbers --------------------------------------------------------------------------------- */
struct numbers {
	struct bench *b;
	int64_t got[40];
};

static enum err take(struct req *rq, void *arg)
{
	return next_number(rq, "race:2026", arg);
}

static void *take_many(void *arg)
{
	struct numbers *n = arg;
	for (size_t i = 0; i < sizeof(n->got) / sizeof(*n->got); i++)
		if (bench_write(n->b, take, &n->got[i]))
			return arg;
	return NULL;
}

static void numbers_without_gaps(void **state)
{
	struct numbers n[3] = { { .b = *state }, { .b = *state }, { .b = *state } };
	bool seen[121] = { false };
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&t[i], NULL, take_many, &n[i]), 0);
	for (int i = 0; i < 3; i++) {
		void *broke;
		pthread_join(t[i], &broke);
		assert_null(broke);
	}
	for (int i = 0; i < 120; i++) {
		int64_t v = n[i / 40].got[i % 40];
		assert_true(v >= 1 && v <= 120 && !seen[v]);
		seen[v] = true;
	}
}

/* ---- jobs ------------------------------------------------------------------------------------ */
static bool run_one(struct bench *b)
{
	struct fault why = { 0 };
	bool ran;
	if (app_run_job(bench_app(b), &ran, &why))
		fail_msg("%s", why.text);
	return ran;
}

static void job(struct bench *b, int subject, const char *data)
{
	bench_run(b, "DELETE FROM jobs");
	bench_run(b, "DELETE FROM done");
	bench_run(b, arena_printf(bench_arena(b),
			     "INSERT INTO jobs (id, kind, subject, data, run_at, attempts, "
			     "leased_until, state,"
			     " error, created_at) VALUES (%d, 'things.count', %d, '%s', %" PRId64
			     ", 0, 0, 'due', '', 0)",
			     subject, subject, data, clock_now()));
}

static void job_runs_once(void **state)
{
	struct bench *b = *state;
	job(b, 5, "{}");
	assert_true(run_one(b));
	assert_false(run_one(b));
	assert_int_equal(count(b, "done WHERE job = 5"), 1);
	assert_int_equal(count(b, "jobs"), 0);
	job(b, 6, "{}");
	bench_run(b,
		arena_printf(bench_arena(b), "UPDATE jobs SET run_at = %" PRId64, clock_now() + 1));
	assert_false(run_one(b)); /* not due yet */
	bench_run(b, "UPDATE jobs SET run_at = 0, kind = 'nobodys'");
	assert_true(run_one(b));
	assert_true(strstr(bench_text(b, "SELECT error FROM jobs"),
			    "nobody runs jobs of kind nobodys") != NULL);
}

static void job_retried(void **state)
{
	struct bench *b = *state;
	int64_t wait = 0;

	for (int late = 0; late < 2; late++) {
		job(b, 7, late ? "{\"late\":1}" : "{\"refuse\":1}");
		for (int attempt = 1; attempt <= 10; attempt++) {
			assert_true(run_one(b));
			assert_int_equal(bench_int(b, "SELECT attempts FROM jobs"), attempt);
			assert_true(*bench_text(b, "SELECT error FROM jobs"));
			/* nothing of a failed run stays; the end of the last one is told */
			assert_int_equal(count(b, "done WHERE job < 9000"), 0);
			assert_int_equal(count(b, "done WHERE job = 9007"), attempt / 10);
			assert_false(run_one(b));
			int64_t next = bench_int(b, "SELECT run_at FROM jobs") - clock_now();
			assert_true(next == (int64_t)SECOND << attempt &&
				    (attempt == 1 || next > wait));
			wait = next;
			bench_clock(b, clock_now() + next - 1);
			assert_false(run_one(b));
			bench_clock(b, clock_now() + 1);
		}
		assert_string_equal(bench_text(b, "SELECT state FROM jobs"), "dead");
		bench_clock(b, clock_now() + 30 * DAY);
		assert_false(run_one(b));
		assert_int_equal(
			bench_int(b, "SELECT attempts FROM jobs"), 10); /* kept, to be looked at */
	}
	job(b, 8, "{\"refuse\":1}");
	assert_true(run_one(b));
	bench_run(b, "UPDATE jobs SET data = '{}'"); /* the other end is back */
	bench_clock(b, clock_now() + 2 * SECOND);
	assert_true(run_one(b));
	assert_int_equal(count(b, "done WHERE job = 8"), 1);
	assert_int_equal(count(b, "jobs"), 0);
}

static void lease_of_the_dead(void **state)
{
	struct bench *b = *state;
	job(b, 9, "{}");
	/* as a runner leaves it that was killed in the middle */
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE jobs SET attempts = 1, leased_until = %" PRId64,
			     clock_now() + 2 * MINUTE));
	assert_false(run_one(b));
	bench_clock(b, clock_now() + 2 * MINUTE);
	assert_false(run_one(b));
	bench_clock(b, clock_now() + 1);
	assert_true(run_one(b));
	assert_int_equal(count(b, "done WHERE job = 9"), 1);
}

static void slow_runner_does_not_repeat(void **state)
{
	struct bench *b = *state;
	nested = prepared = 0;
	job(b, 10, "{\"slow\":1}");
	assert_true(run_one(b));
	assert_int_equal(prepared, 2);
	assert_int_equal(count(b, "done WHERE job = 10"),
		1); /* the other did it; ours is not counted again */
	assert_int_equal(count(b, "jobs"), 0);
}

static void taken_over_is_left_alone(void **state)
{
	struct bench *b = *state;
	job(b, 11, "{\"stolen\":1}");
	assert_true(run_one(b));
	assert_int_equal(count(b, "done"), 0);
	assert_int_equal(
		count(b, "jobs WHERE attempts = 2 AND error = '' AND leased_until > 0"), 1);
}

/* What another runner is at does not stand in the way of what comes after it. */
static void leased_is_passed_over(void **state)
{
	struct bench *b = *state;
	job(b, 12, "{}");
	bench_run(b,
		arena_printf(bench_arena(b), "UPDATE jobs SET run_at = 0, leased_until = %" PRId64,
			clock_now() + MINUTE));
	bench_run(b, "INSERT INTO jobs (id, kind, subject, data, run_at, attempts, leased_until, "
		     "state, error,"
		     " created_at) VALUES (13, 'things.count', 13, '{}', 1, 0, 0, 'due', '', 0)");
	assert_true(run_one(b));
	assert_int_equal(count(b, "done WHERE job = 13"), 1);
	assert_false(run_one(b));
}

enum { CROWD = 30 };

static void *runner(void *arg)
{
	struct fault why = { 0 };
	bool ran;
	for (int i = 0; i < CROWD; i++)
		if (app_run_job(bench_app(arg), &ran, &why))
			return arg;
	return NULL;
}

static void two_runners(void **state)
{
	struct bench *b = *state;
	pthread_t t[2];

	job(b, 1, "{}");
	for (int i = 2; i <= CROWD; i++)
		bench_run(b, arena_printf(bench_arena(b),
				     "INSERT INTO jobs (id, kind, subject, data, run_at, attempts, "
				     "leased_until, state,"
				     " error, created_at) VALUES (%d, 'things.count', %d, '{}', 0, "
				     "0, 0, 'due', '', 0)",
				     i, i));
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, runner, b), 0);
	for (int i = 0; i < 2; i++) {
		void *broke;
		pthread_join(t[i], &broke);
		assert_null(broke);
	}
	while (run_one(b))
		;
	assert_int_equal(count(b, "done"), CROWD);
	assert_int_equal(bench_int(b, "SELECT count(DISTINCT job) FROM done"), CROWD);
	assert_int_equal(count(b, "jobs"), 0);
}

static void every_minute(void **state)
{
	struct bench *b = *state;
	bench_run(b, "DELETE FROM done");
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(count(b, "done WHERE job = 777"), 2);
	assert_int_equal(count(b, "done WHERE job = 667"), 2);
}

/* One room's error does not stop the minute of the rooms behind it, and is said by its name. */
static void minute_of_each(void **state)
{
	struct bench *b = *state;
	struct fault why = { 0 };

	bench_run(b, "DELETE FROM done");
	bench_run(b, "INSERT INTO done (id, job) VALUES (1, 666)");
	for (int i = 1; i <= 2; i++) {
		assert_int_equal(app_every_minute(bench_app(b), &why), E_CONFLICT);
		assert_non_null(strstr(why.text, "careless: "));
		assert_int_equal(count(b, "done WHERE job = 777"), i);
	}
	assert_int_equal(count(b, "done WHERE job = 667"), 0); /* undone with its transaction */
	bench_run(b, "DELETE FROM done");
	bench_minute(b);
	assert_int_equal(count(b, "done WHERE job = 667"), 1);
}

/* ---- rules ----------------------------------------------------------------------------------- */
struct rule_asked {
	const char *day, *name;
	char version[40];
	enum err e;
};

static enum err rule_ask(struct req *rq, void *arg)
{
	struct rule_asked *q = arg;
	const struct node *n;
	int64_t at;
	if (!date_parse(q->day, &at))
		return E_INVALID;
	q->e = rules(rq, q->name, at, &n);
	if (!q->e)
		snprintf(q->version, sizeof(q->version), "%s", node_text(n, "version", ""));
	return OK;
}

static const char *version_on(
	struct app *app, const char *name, const char *day, struct rule_asked *q)
{
	struct fault why = { 0 };
	*q = (struct rule_asked){ .day = day, .name = name };
	assert_int_equal(app_read(app, rule_ask, q, &why), OK);
	return q->e == E_NOT_FOUND ? "none" : q->version;
}

static void rule_file(struct bench *b, const char *name, const char *json)
{
	struct fault why = { 0 };
	assert_int_equal(
		dir_make(arena_printf(bench_arena(b), "%s/rules/calendar", bench_dir(b)), &why),
		OK);
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/rules/%s", bench_dir(b), name),
				 json, strlen(json), 0644, &why),
		OK);
}

static enum err reopened(struct bench *b, struct app **app, struct fault *why)
{
	struct app_options o = { .data_dir = bench_dir(b), .modules = with_things };
	return app_open(&o, app, why);
}

#define RULE(version, from)                                                                        \
	"{\"name\":\"calendar/workdays\",\"version\":\"" version "\",\"valid_from\":\"" from       \
	"\",\"off\":[],\"on\":[]}"

static void rules_of_the_data_folder(void **state)
{
	struct bench *b = bench_open(with_things);
	struct rule_asked q;
	struct app *app;
	struct fault why = { 0 };

	(void)state;
	assert_string_equal(
		version_on(bench_app(b), "calendar/workdays", "2026-11-23", &q), "2026");
	assert_string_equal(
		version_on(bench_app(b), "calendar/workdays", "2019-12-31", &q), "none");
	assert_string_equal(version_on(bench_app(b), "no/such", "2026-11-23", &q), "none");
	rule_file(b, "calendar/own.json", RULE("own", "2020-01-01"));
	rule_file(b, "calendar/new.json", RULE("next year", "2027-01-01"));
	rule_file(b, "calendar/.hidden.json", "not read");
	rule_file(b, "calendar/notes.txt", "not read");
	assert_int_equal(reopened(b, &app, &why), OK);
	assert_string_equal(version_on(app, "calendar/workdays", "2026-11-23", &q), "own");
	assert_string_equal(version_on(app, "calendar/workdays", "2026-12-31", &q), "own");
	assert_string_equal(version_on(app, "calendar/workdays", "2027-01-01", &q), "next year");
	app_close(app);
	/* a broken file stops the start and is named */
	static const char *const broken[] = { "{", "[]", "{\"name\":\"a\",\"version\":\"1\"}",
		"{\"name\":\"a\",\"version\":\"1\",\"valid_from\":\"soon\"}",
		"{\"version\":\"1\",\"valid_from\":\"2026-01-01\"}" };
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		rule_file(b, "calendar/broken.json", broken[i]);
		assert_int_equal(reopened(b, &app, &why), E_INVALID);
		assert_non_null(strstr(why.text, "calendar/broken.json"));
	}
	bench_close(b);
}

/* ---- settings and secrets -------------------------------------------------------------------- */
static enum err settings_used(struct req *rq, void *arg)
{
	(void)arg;
	assert_string_equal(setting(rq, "x", "fallback"), "fallback");
	TRY(setting_put(rq, "x", "one"));
	TRY(setting_put(rq, "x", "two"));
	assert_string_equal(setting(rq, "x", "fallback"), "two");
	assert_string_equal(site_url(rq), "http://shian.test");
	return OK;
}

static void settings(void **state)
{
	assert_int_equal(bench_write(*state, settings_used, NULL), OK);
	assert_string_equal(
		bench_text(*state, "SELECT value FROM settings WHERE name = 'x'"), "two");
}

/* ---- generated texts ------------------------------------------------------------------------- */
static const struct node *member(const struct node *map, const char *name, size_t n)
{
	NODE_EACH (c, map)
		if (strlen(c->name) == n && memcmp(c->name, name, n) == 0)
			return c;
	return NULL;
}

static const char *braced(struct arena *a, const char *pattern)
{
	struct buf b = { .arena = a };
	for (const char *s = pattern; *s; s++) {
		size_t n = *s == ':' ? strcspn(s + 1, "/.") : 0;
		if (n)
			buf_printf(&b, "{%.*s}", (int)n, s + 1);
		else
			buf_putc(&b, *s);
		s += n;
	}
	return buf_text(&b);
}

/* Every reference of the document leads somewhere. */
static void references_hold(const struct node *n, const struct node *schemas)
{
	if (n->type != NODE_MAP && n->type != NODE_LIST)
		return;
	NODE_EACH (c, n) {
		static const char head[] = "#/components/schemas/";
		if (n->type == NODE_MAP && strcmp(c->name, "$ref") == 0) {
			assert_true(text_starts(c->s, head));
			assert_non_null(
				member(schemas, c->s + strlen(head), strlen(c->s) - strlen(head)));
		}
		references_hold(c, schemas);
	}
}

static void openapi(void **state)
{
	struct bench *b = bench_open(NULL);
	struct node *doc;
	struct fault why = { 0 };
	struct answer *r = status_is(bench_get(b, "", "/openapi.json"), 200);

	(void)state;
	assert_int_equal(json_parse(bench_arena(b),
				 (struct bytes){ (const uint8_t *)r->body, r->body_n }, &doc, &why),
		OK);
	assert_string_equal(node_text(doc, "openapi", ""), "3.0.3");
	const struct node *paths = node_find(doc, "paths");
	for (const struct module *const *m = modules; *m; m++)
		for (const struct route *t = (*m)->routes; t && t->path; t++) {
			const char *name = braced(bench_arena(b), t->path);
			const struct node *p = member(paths, name, strlen(name));
			if (!p || !node_find(p, t->method == GET ? "get.summary" : "post.summary"))
				fail_msg("%s %s is not described",
					t->method == GET ? "GET" : "POST", name);
			if (!*node_text(p, t->method == GET ? "get.summary" : "post.summary", ""))
				fail_msg("%s has no word about it", name);
		}
	references_hold(doc, node_find(doc, "components.schemas"));
	assert_null(strstr(r->body, "totp_secret")); /* secrets are not even described */
	bench_close(b);
}

static void facts_do_not_chase(void **state)
{
	struct app house = { .modules = modules }, circle = { .modules = with_things };
	struct arena *a = arena_new();
	const char *cycle, *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes kept;

	(void)state;
	const char *doc = app_events_doc(&house, a, &cycle);
	if (cycle)
		fail_msg("facts chase each other: %s", cycle);
	assert_non_null(strstr(doc, "| `" LEAD_CONFIRMED "` | cameras | "));
	assert_non_null(strstr(doc, "cases → `" CASE_PRECHECK_OPENED "`"));
	if (root &&
		!file_read(a, arena_printf(a, "%s/docs/EVENTS.md", root), 1 << 20, &kept, &why)) {
		if (kept.n != strlen(doc) || memcmp(kept.at, doc, kept.n) != 0)
			fail_msg("docs/EVENTS.md is out of date: make it anew with shian doc "
				 "events");
	}
	/* thing.made and thing.heard call each other: found */
	doc = app_events_doc(&circle, a, &cycle);
	assert_non_null(cycle);
	assert_true(text_starts(cycle, "thing."));
	assert_non_null(
		strstr(doc, "| `thing.made` | things, neighbour | neighbour → `thing.heard` |"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(fact_and_cause),
		cmocka_unit_test(refusals_undo_all), cmocka_unit_test(nobody_overwrites_unseen),
		cmocka_unit_test(tortured), cmocka_unit_test(numbers_without_gaps),
		cmocka_unit_test(job_runs_once), cmocka_unit_test(job_retried),
		cmocka_unit_test(lease_of_the_dead), cmocka_unit_test(slow_runner_does_not_repeat),
		cmocka_unit_test(taken_over_is_left_alone), cmocka_unit_test(leased_is_passed_over),
		cmocka_unit_test(two_runners), cmocka_unit_test(every_minute),
		cmocka_unit_test(minute_of_each), cmocka_unit_test(settings) };
	const struct CMUnitTest house[] = { cmocka_unit_test(rules_of_the_data_folder),
		cmocka_unit_test(openapi), cmocka_unit_test(facts_do_not_chase) };
	int failed = cmocka_run_group_tests_name("services on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"services on PostgreSQL", tests, begin_postgres, end);
	return failed + cmocka_run_group_tests_name("the whole house", house, NULL, NULL);
}
