/* The job: what is there today against what is on file. Raised once, ended when the cause is gone,
 * brought back when a dismissal is over. */
#include "domains/warnings/warnings.h"

#include "contracts/facts.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE = 400, REMEMBERED_DAYS = 400 };

/* ---- what is on file ---------------------------------------------------------------------- */
struct known {
	int64_t id, version, until, changed_at;
	const char *rule, *cause, *state;
};
static const struct model known_model = MODEL("warnings", struct known,
	FIELDS(STORED(struct known, id), STORED(struct known, version), STORED(struct known, until),
		STORED(struct known, changed_at), STORED(struct known, rule),
		STORED(struct known, cause), STORED(struct known, state)));

static int by_cause(const void *a, const void *b)
{
	const struct cause *x = a, *y = b;
	int order = strcmp(x->rule->code, y->rule->code);

	return order ? order : strcmp(x->key, y->key);
}

/* Of the same cause the living one first, then the latest. */
static int by_known(const void *a, const void *b)
{
	const struct known *x = a, *y = b;
	int order = strcmp(x->rule, y->rule);

	if (!order)
		order = strcmp(x->cause, y->cause);
	if (order)
		return order;
	if (text_is(x->state, "closed") != text_is(y->state, "closed"))
		return text_is(x->state, "closed") ? 1 : -1;
	return x->changed_at > y->changed_at ? -1 : x->changed_at < y->changed_at;
}

/* ---- what has to be done ------------------------------------------------------------------- */
struct change {
	enum turn turn;
	const struct cause *cause; /* NULL: gone */
	int64_t id, version;	   /* of the one on file; 0: none */
};
struct look {
	struct gathered g;
	struct change *at;
	size_t n;
};

static void change_add(struct look *l, const struct cause *c, const struct known *k, int64_t now)
{
	struct standing s = { 0 };

	if (k)
		s = (struct standing){ k->state, k->until, k->changed_at };
	enum turn t = turn_of(&s, c != NULL, c ? c->fresh_at : 0, now);
	if (t == TURN_NONE)
		return;
	bool living = k && !text_is(k->state, "closed");
	l->at[l->n++] = (struct change){ t, c, living ? k->id : 0, living ? k->version : 0 };
}

static int order_of(const struct cause *c, const struct known *k)
{
	int order = strcmp(c->rule->code, k->rule);

	return order ? order : strcmp(c->key, k->cause);
}

/* Both in the same order, walked side by side. */
static void compare(struct req *rq, struct look *l, struct list *file)
{
	struct known *k = LIST_OF(struct known, file), *end = LIST_END(struct known, file);
	struct cause *c = l->g.at, *last = l->g.at + l->g.n;

	l->at = NEWS(rq->arena, struct change, l->g.n + file->n + 1);
	while (c < last || k < end) {
		int order = c == last ? 1 : k == end ? -1 : order_of(c, k);
		const struct known *on_file = order < 0 ? NULL : k;
		change_add(l, order > 0 ? NULL : c, on_file, rq->now);
		if (order <= 0)
			for (const struct cause *same = c; c < last && by_cause(same, c) == 0; c++)
				;
		if (on_file)
			while (k < end && text_is(k->rule, on_file->rule) &&
				text_is(k->cause, on_file->cause))
				k++;
	}
}

static enum err look_make(struct req *rq, struct look *l)
{
	struct list file;

	TRY(laws_load(rq, &l->g));
	TRY(causes_gather(rq, &l->g, NULL));
	if (l->g.n)
		qsort(l->g.at, l->g.n, sizeof(*l->g.at), by_cause);
	TRY(db_all(rq, &known_model, &file,
		"SELECT id, version, until, changed_at, rule, cause, state FROM warnings WHERE "
		"state <> 'closed' OR changed_at > $1",
		rq->now - REMEMBERED_DAYS * DAY));
	if (file.n)
		qsort(file.at, file.n, sizeof(struct known), by_known);
	compare(rq, l, &file);
	return OK;
}

/* ---- doing it -------------------------------------------------------------------------------- */
static enum err raise_new(struct req *rq, const struct look *l, const struct cause *c)
{
	struct warning w = { .rule = c->rule->code,
		.cause = c->key,
		.sort = sort_codes[c->rule->sort],
		.operator= c->operator,
		.area = c->area,
		.cell = c->cell,
		.ref = c->ref,
		.what = c->what,
		.n = c->n,
		.at = c->at,
		.rule_version = l->g.version };

	return warning_raise(rq, &w, c->rule);
}

static enum err change_make(struct req *rq, const struct look *l, const struct change *c)
{
	struct warning w;

	if (!c->id)
		return raise_new(rq, l, c->cause);
	enum err e = db_one(rq, &warning_model, &w,
		"SELECT * FROM warnings WHERE id = $1 AND version = $2", c->id, c->version);
	if (e == E_NOT_FOUND) /* an officer was quicker: the next look sees it */
		return OK;
	TRY(e);
	if (c->turn == TURN_CLOSE)
		return warning_close(rq, &w, "");
	w.what = c->cause->what;
	w.n = c->cause->n;
	w.at = c->cause->at;
	w.rule_version = l->g.version;
	return warning_raise(rq, &w, c->cause->rule);
}

enum err look_prepare(struct req *rq, const struct job *j, void **result)
{
	struct look *l = NEW(rq->arena, struct look);

	(void)j;
	TRY(look_make(rq, l));
	*result = l;
	return OK;
}

static enum err slice_make(struct req *rq, const struct look *l, size_t limit)
{
	for (size_t i = 0; i < l->n && i < limit; i++)
		TRY(change_make(rq, l, &l->at[i]));
	return OK;
}

/* What is left over is looked at anew: the next slice begins with what is true by then. */
enum err look_write(struct req *rq, const struct job *j, void *result)
{
	const struct look *l = result;

	(void)j;
	TRY(slice_make(rq, l, SLICE));
	return l->n > SLICE ? job_add(rq, .kind = "warnings.look") : OK;
}

enum err warnings_look(struct req *rq, int64_t limit, int64_t *changes)
{
	struct look *l = NEW(rq->arena, struct look);

	TRY(look_make(rq, l));
	TRY(slice_make(rq, l, (size_t)limit));
	*changes = (int64_t)l->n < limit ? (int64_t)l->n : limit;
	return OK;
}

/* Once a day, at the hour of the rules. */
enum err warnings_every_minute(struct req *rq)
{
	const struct node *law;
	int64_t asked, today = day_number(rq->now);

	TRY(rules(rq, "warnings/rules", rq->now, &law));
	if (civil_of(rq->now).hour < node_int(law, "run_hour", 3))
		return OK;
	TRY(db_int(rq, &asked, "SELECT coalesce(max(day), 0) FROM warning_clock"));
	if (asked >= today)
		return OK;
	TRY(db_run(rq,
		"INSERT INTO warning_clock (id, day) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET "
		"day = excluded.day",
		today));
	return job_add(rq, .kind = "warnings.look");
}
