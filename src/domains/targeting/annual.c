#include "domains/targeting/annual.h"

#include <stdlib.h>

enum { MONTHS = 12 };

int annual_needed(const struct planned *p, bool *conflict)
{
	int64_t wanted = p->least;

	*conflict = p->most > 0 && p->least > p->most;
	if (*conflict)
		wanted = p->most;
	wanted -= p->made;
	return wanted < 0 ? 0 : wanted > MONTHS ? MONTHS : (int)wanted;
}

struct waiting {
	const struct planned *p;
	uint32_t who;
	int needed;
};

/* Of those with as many visits to make, who waits longest comes first. */
static int by_waiting(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	if (x->needed != y->needed)
		return x->needed < y->needed ? -1 : 1;
	if (x->p->last_visit != y->p->last_visit)
		return x->p->last_visit < y->p->last_visit ? -1 : 1;
	return x->p->operator<y->p->operator? -1 : x->p->operator> y->p->operator;
}

static int by_who(const void *a, const void *b)
{
	const struct annual_slot *x = a, *y = b;

	if (x->who != y->who)
		return x->who < y->who ? -1 : 1;
	return x->month - y->month;
}

size_t annual_spread(struct arena *a, const struct planned_year *y, struct annual_slot **out)
{
	size_t n = y->n;
	struct waiting *w = NEWS(a, struct waiting, n + 1);
	size_t slots = 0, k = 0, months = (size_t)(MONTHS + 1 - y->from_month);
	bool conflict;

	for (size_t i = 0; i < n; i++) {
		w[i] = (struct waiting){ &y->at[i], (uint32_t)i,
			annual_needed(&y->at[i], &conflict) };
		slots += (size_t)w[i].needed;
	}
	if (n)
		qsort(w, n, sizeof(*w), by_waiting);
	*out = NEWS(a, struct annual_slot, slots + 1);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && w[end].needed == w[i].needed;)
			end++;
		size_t alike = end - i, needed = (size_t)w[i].needed;
		for (size_t r = 0; r < alike; r++)
			for (size_t j = 0; j < needed; j++)
				(*out)[k++] = (struct annual_slot){ w[i + r].who,
					y->from_month +
						(int)((j * alike + r) * months / (needed * alike)),
					w[i + r].p->video && j % 2 == 1 };
	}
	if (k)
		qsort(*out, k, sizeof(**out), by_who);
	return k;
}
