/* The look at all clocks, once a night: whoever handles the case is told once before a term ends
 * and once when it has passed. What was warned of and is done leaves the desk within a minute. */
#include "contracts/facts.h"
#include "domains/cases/ordinary.h"
#include "domains/cases/waiting.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_HOUR = 4, SLICE = 100 };

struct warned {
	int64_t id, version, case_id;
	const char *clock, *name, *name_en, *article, *article_en;
	int64_t ends_at, warned_at, passed_at, ended_at;
	bool waits; /* its term does, as it is looked at now: no column */
};
#define W(m) STORED(struct warned, m)
static const struct model warned_model = MODEL("case_clock_warnings", struct warned,
	FIELDS(W(id), W(version), W(case_id), W(clock), W(name), W(name_en), W(article),
		W(article_en), W(ends_at), W(warned_at), W(passed_at), W(ended_at)));
#undef W

/* Each warning that was given of a case, also those that are done: a term may wait again with the
 * same last day. In the order of its key. */
struct look {
	struct waiting_list waiting;
	struct warned **at;
	size_t n;
	int told;
};

static int by_key(const void *a, const void *b)
{
	const struct warned *x = *(struct warned *const *)a, *y = *(struct warned *const *)b;

	if (x->case_id != y->case_id)
		return x->case_id < y->case_id ? -1 : 1;
	int clock = strcmp(x->clock, y->clock);
	return clock ? clock : x->ends_at < y->ends_at ? -1 : x->ends_at > y->ends_at;
}

static struct warned *warned_of(const struct look *k, const struct waiting *w)
{
	struct warned key = { .case_id = w->id, .clock = w->clock.code, .ends_at = w->clock.end },
		      *at = &key;
	struct warned **found =
		k->n ? bsearch(&at, k->at, k->n, sizeof(struct warned *), by_key) : NULL;

	return found ? *found : NULL;
}

/* Of all open cases, or only of those of which somebody was warned. */
static enum err look_load(struct req *rq, bool warned_only, struct look *k)
{
	struct list l;

	*k = (struct look){ 0 };
	TRY(waiting_load(rq, &(struct waiting_query){ .warned = warned_only }, &k->waiting));
	TRY(db_all(rq, &warned_model, &l,
		"SELECT * FROM case_clock_warnings WHERE case_id IN (SELECT id FROM cases WHERE "
		"state NOT IN ('closed', 'not_filed')) OR ended_at = 0 OR case_id IN (SELECT "
		"case_id FROM case_clock_warnings WHERE ended_at = 0)"));
	k->at = NEWS(rq->arena, struct warned *, l.n + 1);
	for (struct warned *x = LIST_OF(struct warned, &l); x < LIST_END(struct warned, &l); x++)
		k->at[k->n++] = x;
	if (k->n)
		qsort(k->at, k->n, sizeof(*k->at), by_key);
	for (size_t i = 0; i < k->waiting.n; i++) {
		struct warned *x = warned_of(k, &k->waiting.at[i]);
		if (x)
			x->waits = true;
	}
	return OK;
}

static enum err tell(struct req *rq, const struct waiting *w, const struct warned *x)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "clock", x->clock);
	put_text(n, "name", x->name);
	put_text(n, "name_en", x->name_en);
	put_text(n, "article", x->article);
	put_time(n, "ends_at", x->ends_at);
	put_flag(n, "passed", x->passed_at != 0);
	put_printf(n, "officer1", "%" PRId64, w->officer1);
	put_printf(n, "officer2", "%" PRId64, w->officer2);
	return emit(rq, CASE_CLOCK_WARNED, w->id, w->operator, json_text(rq, n));
}

static enum err warn(struct req *rq, struct look *k, const struct waiting *w)
{
	bool passed = w->clock.state == CLOCK_OVER;
	struct warned *x = warned_of(k, w);

	if (w->elsewhere || (!passed && w->clock.state != CLOCK_WARNS))
		return OK;
	bool again = x && x->ended_at; /* done once, and it waits anew */
	if (x && !again && (!passed || x->passed_at))
		return OK;
	k->told++;
	if (x) {
		x->warned_at = again ? rq->now : x->warned_at;
		x->ended_at = 0;
		x->passed_at = passed ? rq->now : 0;
		TRY(db_update(rq, &warned_model, x));
		return tell(rq, w, x);
	}
	struct warned fresh = { .case_id = w->id,
		.clock = w->clock.code,
		.name = w->clock.name,
		.name_en = w->clock.name_en,
		.article = w->clock.article,
		.article_en = w->clock.article_en,
		.ends_at = w->clock.end,
		.warned_at = rq->now,
		.passed_at = passed ? rq->now : 0 };
	TRY(db_insert(rq, &warned_model, &fresh));
	return tell(rq, w, &fresh);
}

static enum err end_done(struct req *rq, const struct look *k)
{
	for (size_t i = 0; i < k->n; i++) {
		struct warned *x = k->at[i];
		if (x->waits || x->ended_at)
			continue;
		x->ended_at = rq->now;
		TRY(db_update(rq, &warned_model, x));
	}
	return OK;
}

/* Whoever keeps the program learns in its log that next year's table is missing. */
static void unsure_log(struct req *rq, const struct look *k)
{
	for (size_t i = 0; i < k->waiting.n; i++)
		if (k->waiting.at[i].clock.unsure) {
			log_event(LOG_WARN, "calendar.year_missing", "rules", "calendar/workdays",
				"ends", date_text(rq->arena, k->waiting.at[i].clock.end), NULL);
			return;
		}
}

static enum err look_at_all(struct req *rq, int64_t today)
{
	struct look k;

	TRY(look_load(rq, false, &k));
	TRY(end_done(rq, &k));
	unsure_log(rq, &k);
	for (size_t i = 0; i < k.waiting.n && k.told < SLICE; i++)
		TRY(warn(rq, &k, &k.waiting.at[i]));
	if (k.told == SLICE) /* the rest in the next minute */
		return OK;
	return db_run(rq,
		"INSERT INTO case_clock_look (id, day) VALUES (1, $1) ON CONFLICT (id) DO UPDATE "
		"SET "
		"day = excluded.day",
		today);
}

/* A warning of a term that may be done: its case was changed since. */
static enum err look_at_warned(struct req *rq)
{
	struct look k;
	int64_t open;

	TRY(db_int(rq, &open, "SELECT count(*) FROM case_clock_warnings WHERE ended_at = 0"));
	if (!open)
		return OK;
	TRY(look_load(rq, true, &k));
	return end_done(rq, &k);
}

enum err case_clocks_every_minute(struct req *rq)
{
	int64_t day, today = day_number(rq->now);

	TRY(remedies_take_over(rq));
	TRY(db_int(rq, &day, "SELECT coalesce(max(day), 0) FROM case_clock_look"));
	if (day < today && civil_of(rq->now).hour >= LOOK_HOUR)
		return look_at_all(rq, today);
	return look_at_warned(rq);
}
