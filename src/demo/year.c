/* Step: operators registered and inspected over some thirteen months, in the order of time, because
 * the clock of the ledger never goes back. */
#include "demo/demo.h"
#include "domains/entities/entities.h"
#include "domains/inspections/inspections.h"
#include "domains/targeting/annual.h"

#include <stdlib.h>
#include <string.h>

/* Shares of the letters as in a district's white paper of 2022: A 31.3 %, B 68.3 %, C 0.4 %. */
enum { A_PER_MILLE = 313, C_PER_MILLE = 4, NEW_PER_MILLE = 30, TWICE_PER_MILLE = 150, YEAR = 365 };

enum happening_kind { REGISTRATION, INSPECTION, PLAN };
struct happening {
	int64_t at;
	int32_t who; /* number of the operator */
	enum happening_kind kind;
	uint8_t target; /* letter an inspection shall give: 'A', 'B', 'C' */
};

struct year {
	struct demo *d;
	struct happening *all;
	size_t n, at;
	struct check_table table;
};

static int by_time(const void *a, const void *b)
{
	const struct happening *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->who < y->who ? -1 : x->who > y->who;
}

/* Each operator has its own stream, so that planning knows its kind and town before the row is
 * written. */
static uint64_t own_stream(int32_t who)
{
	return 0x5348494144u * (uint64_t)(who + 1) + 77;
}

/* ---- planning -------------------------------------------------------------- */
static bool graded_kind(const char *kind)
{
	return text_starts(kind, "restaurant") || text_starts(kind, "canteen") ||
	       text_is(kind, "small_caterer") || text_is(kind, "fast_food") ||
	       text_is(kind, "snack") || text_is(kind, "drink_shop") || text_is(kind, "bakery") ||
	       text_is(kind, "central_kitchen") || text_is(kind, "catering_distributor");
}

/* A moment in office hours of a day so many days before today. */
static int64_t office_hour(struct demo *d, int64_t days_ago)
{
	return d->today - days_ago * DAY + 9 * HOUR + demo_below(&d->random, 7 * 60) * MINUTE +
	       demo_below(&d->random, 60) * SECOND;
}

static uint8_t target(struct demo *d)
{
	int64_t r = demo_below(&d->random, 1000);
	return r < C_PER_MILLE ? 'C' : r < C_PER_MILLE + A_PER_MILLE ? 'A' : 'B';
}

static void plan_operator(struct year *y, int32_t who)
{
	struct demo *d = y->d;
	bool young = demo_chance(&d->random, NEW_PER_MILLE);
	int64_t days =
		young ? 1 + demo_below(&d->random, 80) : YEAR + 1 + demo_below(&d->random, 30);

	y->all[y->n++] = (struct happening){ office_hour(d, days), who, REGISTRATION, 0 };
	if (young || !graded_kind(operator_kinds[d->kind[who]].code))
		return;
	int64_t last = 1 + demo_below(&d->random, YEAR - 1);
	y->all[y->n++] = (struct happening){ office_hour(d, last), who, INSPECTION, target(d) };
	if (last < YEAR - 120 && demo_chance(&d->random, TWICE_PER_MILLE))
		y->all[y->n++] =
			(struct happening){ office_hour(d, last + 60 + demo_below(&d->random, 60)),
				who, INSPECTION, target(d) };
}

/* ---- answers --------------------------------------------------------------- */
static void fail_some(struct year *y, uint8_t *answers, int n, bool key)
{
	while (n > 0) {
		int i = (int)demo_below(&y->d->random, y->table.n);
		if (y->table.items[i].key != key || answers[i] != PASSED)
			continue;
		answers[i] = FAILED;
		n--;
	}
}

/* What small places have not: special rooms, deliveries, bought-in tableware. */
static void answer_all(struct year *y, uint8_t *answers)
{
	static const char *const absent[] = { "7.3", "7.5", "8.1", "9.1" };

	memset(answers, PASSED, (size_t)y->table.n);
	for (int i = 0; i < y->table.n; i++)
		for (size_t k = 0; k < sizeof(absent) / sizeof(*absent); k++)
			if (strcmp(y->table.items[i].no, absent[k]) == 0 &&
				demo_chance(&y->d->random, 700))
				answers[i] = NOT_APPLICABLE;
}

static uint8_t letter_of(const struct outcome *o)
{
	if (o->key_failed >= 2 || o->score < 600 || text_is(o->result, "NOT_CONFORM"))
		return 'C';
	return o->score >= 900 && !o->key_failed ? 'A' : 'B';
}

/* Draws answers until they give the letter wanted. */
static void answers_for(struct year *y, uint8_t want, uint8_t *answers, struct outcome *o)
{
	uint64_t *random = &y->d->random;
	const struct judging j = { .table = &y->table, .answers = answers, .all_items = true };
	const char *item;

	do {
		answer_all(y, answers);
		if (want == 'A') {
			fail_some(y, answers, (int)demo_below(random, 4), false);
		} else if (want == 'B') {
			fail_some(y, answers, demo_chance(random, 300), true);
			fail_some(y, answers, 1 + (int)demo_below(random, 5), false);
		} else {
			fail_some(y, answers, 2 + (int)demo_below(random, 2), true);
			fail_some(y, answers, 3 + (int)demo_below(random, 4), false);
		}
	} while (inspection_judge(&j, o, &item) || letter_of(o) != want);
}

/* ---- writing --------------------------------------------------------------- */
static enum err do_registration(struct req *rq, struct year *y, int32_t who)
{
	struct demo *d = y->d;
	uint64_t random = own_stream(who);
	struct operator o;

	demo_operator(rq->arena, &random, who, &o);
	o.licence_valid_to = d->today + (demo_below(&random, 5 * 365) - 20) * DAY;
	TRY(operator_register(rq, &o));
	d->operators[who] = o.id;
	d->registered[who] = rq->now;
	return OK;
}

static enum err do_inspection(struct req *rq, struct year *y, const struct happening *h)
{
	struct demo *d = y->d;
	const struct user *first = &d->officers[d->town[h->who] * 2], *second = first + 1;
	uint8_t answers[MAX_ITEMS];
	struct outcome o;

	if (demo_chance(&d->random, 500)) {
		second = first;
		first = second + 1;
	}
	answers_for(y, h->target, answers, &o);
	bool conforms = text_is(o.result, "CONFORM");
	struct inspection i = { .operator= d->operators[h->who],
		.kind = "INSP_ROUTINE",
		.inspected_at = rq->now,
		.inspector1 = first->id,
		.inspector2 = second->id,
		.handling = conforms ? "PASS" : "ORDER",
		.correct_by = conforms ? 0 : rq->now - (rq->now + 8 * HOUR) % DAY + 7 * DAY,
		.remarks = "",
		.published_at = rq->now };
	const struct user *program = rq->user;
	rq->user = first;
	enum err e = inspection_record(rq, &y->table, &i, answers);
	rq->user = program;
	d->inspections++;
	return e;
}

/* On the first morning of the year, so that what was inspected since stands in the plan. */
static enum err do_plan(struct req *rq)
{
	struct annual p;
	int64_t town = 0, next;

	TRY(annual_begin(rq, civil_of(rq->now).year, &p));
	do {
		TRY(annual_town(rq, p.id, town, &next));
		town = next;
	} while (next);
	return annual_approve(rq, p.id);
}

static enum err happen(struct req *rq, struct year *y, const struct happening *h)
{
	clock_set(h->at);
	rq->now = h->at;
	if (h->kind == PLAN)
		return do_plan(rq);
	return h->kind == REGISTRATION ? do_registration(rq, y, h->who) : do_inspection(rq, y, h);
}

static enum err batch(struct req *rq, void *arg)
{
	struct year *y = arg;
	size_t end = y->at + DEMO_BATCH < y->n ? y->at + DEMO_BATCH : y->n;
	uint64_t random = y->d->random;
	int64_t made = y->d->inspections;

	if (!y->table.n)
		TRY(check_table_load(rq, y->all[0].at, &y->table));
	for (size_t i = y->at; i < end; i++) {
		enum err e = happen(rq, y, &y->all[i]);
		if (e) { /* the batch may be tried again: from the same numbers */
			y->d->random = random;
			y->d->inspections = made;
			return e;
		}
	}
	return OK;
}

static void plan(struct year *y)
{
	struct demo *d = y->d;

	for (int32_t who = 0; who < d->n; who++) {
		struct arena *a = arena_new();
		uint64_t random = own_stream(who);
		struct operator o;
		demo_operator(a, &random, who, &o);
		for (uint8_t t = 0; t < DEMO_TOWNS; t++)
			if (demo_towns[t].area == o.area)
				d->town[who] = t;
		for (uint8_t k = 0; operator_kinds[k].code; k++)
			if (text_is(operator_kinds[k].code, o.kind))
				d->kind[who] = k;
		arena_free(a);
		plan_operator(y, who);
	}
	struct civil first = {
		.year = civil_of(d->today - DAY).year, .month = 1, .day = 1, .hour = 1
	};
	y->all[y->n++] = (struct happening){ civil_to_ms(first), -1, PLAN, 0 };
	qsort(y->all, y->n, sizeof(*y->all), by_time);
}

enum err demo_year(struct demo *d, struct fault *why)
{
	struct year *y = NEW(d->arena, struct year);

	*y = (struct year){ .d = d, .all = NEWS(d->arena, struct happening, (size_t)d->n * 3 + 1) };
	d->operators = NEWS(d->arena, int64_t, (size_t)d->n);
	d->registered = NEWS(d->arena, int64_t, (size_t)d->n);
	d->town = NEWS(d->arena, uint8_t, (size_t)d->n);
	d->kind = NEWS(d->arena, uint8_t, (size_t)d->n);
	plan(y);
	for (y->at = 0; y->at < y->n; y->at += DEMO_BATCH)
		TRY(app_write(d->app, batch, y, why));
	return OK;
}
