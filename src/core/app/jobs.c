/* Jobs: rows of a table, written in the transaction that wants them, run after it by the jobs
 * process. */
#include "core/app/private.h"

#include <string.h>
#include <unistd.h>

enum { MAX_ATTEMPTS = 10, LEASE = 2 * MINUTE, WAITS_MOST = MINUTE, ROWS_OF_A_MINUTE = 200 };

enum err job_add_(struct req *rq, struct job j)
{
	return db_run(rq,
		"INSERT INTO jobs (id, kind, subject, data, run_at, attempts, leased_until, state, "
		"error, created_at)"
		" VALUES ($1, $2, $3, $4, $5, 0, 0, 'due', '', $6)",
		id_new(), j.kind, j.subject, j.data ? j.data : "{}", j.run_at ? j.run_at : rq->now,
		rq->now);
}

static enum err job_once(struct req *rq, const char *kind, int64_t subject)
{
	int64_t there;

	TRY(db_int(rq, &there,
		"SELECT count(*) FROM jobs WHERE kind = $1 AND subject = $2 AND (state = 'due' OR "
		"created_at > $3)",
		kind, subject, rq->now - DAY));
	return there ? OK : job_add(rq, kind, subject);
}

enum err jobs_once(struct req *rq, struct rows *r, const char *kind)
{
	int64_t ids[ROWS_OF_A_MINUTE];
	size_t n = 0;
	bool more;

	while (n < ROWS_OF_A_MINUTE) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		ids[n++] = rows_int(r, 0);
	}
	rows_close(r);
	for (size_t i = 0; i < n; i++)
		TRY(job_once(rq, kind, ids[i]));
	return OK;
}

struct run {
	struct app *app;
	struct arena *arena;
	struct job job;
	bool found, dead;
	const struct module *module;
	const struct job_kind *kind;
	void *result;
	struct fault why;
};

/* One statement takes the lease, so two processes never run the same job. */
static enum err lease(struct req *rq, void *arg)
{
	struct run *r = arg;
	struct rows *rows;

	TRY(db_query(rq, &rows,
		"UPDATE jobs SET leased_until = $2, attempts = attempts + 1 WHERE id ="
		" (SELECT id FROM jobs WHERE state = 'due' AND run_at <= $1 AND leased_until < $1"
		" ORDER BY run_at, id LIMIT 1) AND leased_until < $1"
		" RETURNING id, kind, subject, data, attempts",
		rq->now, rq->now + LEASE));
	TRY(rows_next(rows, &r->found));
	if (r->found)
		r->job = (struct job){ .id = rows_int(rows, 0),
			.kind = arena_dup(r->arena, rows_text(rows, 1)),
			.subject = rows_int(rows, 2),
			.data = arena_dup(r->arena, rows_text(rows, 3)),
			.attempts = (int)rows_int(rows, 4) };
	rows_close(rows);
	return OK;
}

static bool kind_find(struct run *r)
{
	for (const struct module *const *m = r->app->modules; *m; m++)
		for (const struct job_kind *k = (*m)->jobs; k && k->kind; k++)
			if (strcmp(k->kind, r->job.kind) == 0) {
				r->module = *m;
				r->kind = k;
				return true;
			}
	return false;
}

/* The result of prepare lives in r->arena: the request's own arena ends with its connection. */
static enum err prepare(struct conn *c, struct run *r)
{
	struct req *rq = req_new(r->app, r->arena, c, user_program());
	rq->priv->module = r->module;
	enum err e = r->kind->prepare(rq, &r->job, &r->result);
	return e ? fault(&r->why, e, "%s", rq->priv->error ? rq->priv->error : "failed") : OK;
}

static enum err carry_out(struct req *rq, void *arg)
{
	struct run *r = arg;
	rq->priv->module = r->module;
	/* who was so slow that another took the job over must not carry it out as well */
	TRY(db_change(rq, "DELETE FROM jobs WHERE id = $1 AND attempts = $2", r->job.id,
		r->job.attempts));
	return r->kind->run(rq, &r->job, r->result);
}

/* Later and later, and dead in the end; but what waits for something of the house itself, such as
 * the token of the signer (E_LOCKED), waits as long as that takes. */
static enum err put_back(struct req *rq, void *arg)
{
	struct run *r = arg;
	bool locked = r->why.code == E_LOCKED;
	int64_t wait = (int64_t)SECOND << (r->job.attempts < 10 ? r->job.attempts : 10);
	if (locked && wait > WAITS_MOST)
		wait = WAITS_MOST;
	r->dead = !locked && r->job.attempts >= MAX_ATTEMPTS;
	return db_run(rq,
		"UPDATE jobs SET leased_until = 0, run_at = $2, error = $3, state = $4"
		" WHERE id = $1 AND attempts = $5",
		r->job.id, rq->now + wait, (const char *)r->why.text, r->dead ? "dead" : "due",
		r->job.attempts);
}

static enum err bury(struct req *rq, void *arg)
{
	struct run *r = arg;

	rq->priv->module = r->module;
	return r->kind->dead(rq, &r->job, r->why.text);
}

/* Whoever wants to know of a job's end hears of it; it stays dead even when that one fails. */
static void tell_of_death(struct run *r)
{
	struct fault why = { 0 };

	if (r->dead && r->kind && r->kind->dead && app_write(r->app, bury, r, &why))
		log_event(
			LOG_ERROR, "job.death_unheard", "kind", r->job.kind, "why", why.text, NULL);
}

static enum err run_found(struct run *r)
{
	struct conn *c;

	if (!kind_find(r))
		return fault(&r->why, E_INTERNAL, "nobody runs jobs of kind %s", r->job.kind);
	if (r->kind->prepare) {
		TRY(db_read_begin(r->app->db, &c, &r->why));
		enum err e = prepare(c, r);
		db_read_end(c);
		TRY(e);
	}
	return app_write(r->app, carry_out, r, &r->why);
}

enum err app_run_job(struct app *app, bool *ran, struct fault *why)
{
	struct run r = { .app = app, .arena = arena_new() };
	enum err e = app_write(app, lease, &r, why);

	*ran = !e && r.found;
	if (*ran && run_found(&r)) {
		log_event(LOG_WARN, "job.failed", "kind", r.job.kind, "why", r.why.text, NULL);
		e = app_write(app, put_back, &r, why);
		if (!e)
			tell_of_death(&r);
	}
	arena_free(r.arena);
	return e;
}

static enum err minute_of(struct req *rq, void *arg)
{
	const struct module *m = arg;
	rq->priv->module = m;
	return m->every_minute(rq);
}

/* One room's error is its own: its transaction is undone, and the rooms behind it have their
 * minute. The first is answered. */
enum err app_every_minute(struct app *app, struct fault *why)
{
	enum err first = OK;

	for (const struct module *const *m = app->modules; *m; m++) {
		struct fault inner = { 0 };
		enum err e =
			(*m)->every_minute ? app_write(app, minute_of, (void *)*m, &inner) : OK;
		if (!e)
			continue;
		log_event(
			LOG_ERROR, "minute.failed", "module", (*m)->name, "why", inner.text, NULL);
		if (!first)
			first = fault(why, e, "%s: %s", (*m)->name, inner.text);
	}
	return first;
}
