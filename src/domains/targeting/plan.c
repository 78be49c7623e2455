#include "domains/targeting/plan.h"

#include "core/stats/measures.h"

#include <stdlib.h>
#include <string.h>

const char *const due_codes[] = {
	[DUE_MUST] = "must", [DUE_MAY] = "may", [DUE_FULL] = "full", [DUE_CONFLICT] = "conflict"
};
const char *const chosen_codes[] = { [CHOSEN_NOT] = "",
	[CHOSEN_LAW] = "law",
	[CHOSEN_MODEL] = "model",
	[CHOSEN_RANDOM] = "random" };

enum { YEAR_DAYS = 365, NEVER = 1000000 };

/* ---- bounds ------------------------------------------------------------ */
static const struct node *find(const struct node *list, const char *name, const char *value)
{
	NODE_EACH (n, list)
		if (*value && text_is(node_text(n, name, ""), value))
			return n;
	return NULL;
}

struct bounds bounds_of(
	const struct node *law, const char *level, const char *credit_class, const char *kind)
{
	const struct node *levels = node_find(law, "levels"), *at = find(levels, "level", level);

	if (!at) {
		const struct node *k = find(node_find(law, "kinds"), "kind", kind);
		level = k ? node_text(k, "level", "") : node_text(law, "level_unknown", "");
		at = find(levels, "level", level);
	}
	const struct node *cap = find(node_find(law, "caps"), "class", credit_class);
	return (struct bounds){ at ? node_int(at, "min", 1) : 1, cap ? node_int(cap, "max", 0) : 0,
		node_int(law, "full_check_days", 730) };
}

enum due due_of(const struct bounds *b, const struct standing *s)
{
	int64_t pause = b->least > 0 ? YEAR_DAYS / b->least : NEVER;
	int64_t since = s->since_visit >= 0 ? s->since_visit : s->since_known;
	int64_t since_full = s->since_full >= 0 ? s->since_full : s->since_known;
	bool must = since >= pause || since_full >= b->full_days;
	bool full = b->most > 0 && s->year >= b->most;

	if (b->most > 0 && b->least > b->most)
		return DUE_CONFLICT;
	if (must)
		return full ? DUE_CONFLICT : DUE_MUST;
	return full ? DUE_FULL : DUE_MAY;
}

/* ---- choosing ---------------------------------------------------------- */
static int64_t since(const struct candidate *c)
{
	return c->since_visit < 0 ? NEVER : c->since_visit;
}

static int by_id(const struct candidate *x, const struct candidate *y)
{
	return (x->operator> y->operator) - (x->operator<y->operator);
}

static int by_clock(const void *a, const void *b)
{
	const struct candidate *x = *(struct candidate *const *)a,
			       *y = *(struct candidate *const *)b;

	if (x->due != y->due)
		return (int)x->due - (int)y->due;
	if (since(x) != since(y))
		return since(x) > since(y) ? -1 : 1;
	return by_id(x, y);
}

/* Of those who must, who may, who are full: the likeliest first, then by the clock. */
static int by_model(const void *a, const void *b)
{
	const struct candidate *x = *(struct candidate *const *)a,
			       *y = *(struct candidate *const *)b;

	if (x->due != y->due)
		return (int)x->due - (int)y->due;
	if (x->probability != y->probability)
		return x->probability > y->probability ? -1 : 1;
	return by_clock(a, b);
}

static int by_area(const void *a, const void *b)
{
	const struct candidate *x = *(struct candidate *const *)a,
			       *y = *(struct candidate *const *)b;

	if (x->area != y->area)
		return x->area < y->area ? -1 : 1;
	return by_model(a, b);
}

static bool eligible(const struct candidate *c)
{
	return c->due == DUE_MUST || c->due == DUE_MAY;
}

/* One area, in the model's order. Draws without repeating: Fisher and Yates, as far as needed. */
static void area_choose(
	struct candidate **at, size_t n, const struct choice_rule *rule, struct candidate **room)
{
	size_t can = 0, wanted = (size_t)(((int64_t)n * rule->per_thousand + 999) / 1000);
	uint64_t chance = rule->seed ^ (uint64_t)at[0]->area;

	for (size_t i = 0; i < n; i++)
		if (eligible(at[i]))
			room[can++] = at[i];
	wanted = wanted < can ? wanted : can;
	size_t drawn = (wanted * (size_t)rule->random_percent + 99) / 100;
	for (size_t i = 0; i < drawn && i < can; i++) {
		size_t j = i + chance_below(&chance, can - i);
		struct candidate *c = room[j];
		room[j] = room[i];
		room[i] = c;
		c->chosen = CHOSEN_RANDOM;
	}
	for (size_t i = 0; i < n && drawn < wanted; i++)
		if (eligible(at[i]) && at[i]->chosen == CHOSEN_NOT) {
			at[i]->chosen = at[i]->due == DUE_MUST ? CHOSEN_LAW : CHOSEN_MODEL;
			drawn++;
		}
}

void plan_choose(struct arena *a, struct candidate *all, size_t n, const struct choice_rule *rule)
{
	struct candidate **order = NEWS(a, struct candidate *, n + 1),
			 **room = NEWS(a, struct candidate *, n + 1);

	for (size_t i = 0; i < n; i++) {
		order[i] = &all[i];
		all[i].chosen = CHOSEN_NOT;
	}
	qsort(order, n, sizeof(*order), by_clock);
	for (size_t i = 0; i < n; i++)
		order[i]->clock_place = (uint32_t)i + 1;
	qsort(order, n, sizeof(*order), by_model);
	for (size_t i = 0; i < n; i++)
		order[i]->place = (uint32_t)i + 1;
	qsort(order, n, sizeof(*order), by_area);
	for (size_t i = 0, to; i < n; i = to) {
		for (to = i + 1; to < n; to++)
			if (order[to]->area != order[i]->area)
				break;
		area_choose(order + i, to - i, rule, room);
	}
}
