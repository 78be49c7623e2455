#include "workers/vision/turns.h"

enum { MEAN_OF = 8, COST_MOST_US = 60 * 1000 * 1000 };

struct turn *turn_next(struct turn *const *all, size_t n, int64_t now, int64_t *wait_ms)
{
	struct turn *best = NULL;
	for (size_t i = 0; i < n; i++)
		if (all[i]->wanted && !all[i]->busy && (!best || all[i]->due < best->due))
			best = all[i];
	if (best && best->due <= now)
		return best;
	if (best && best->due - now < *wait_ms)
		*wait_ms = best->due - now;
	return NULL;
}

void turn_cost(struct turn *t, int64_t us)
{
	int64_t cost = us < 1 ? 1 : us > COST_MOST_US ? COST_MOST_US : us;
	t->cost_us = t->cost_us ? t->cost_us + (cost - t->cost_us) / MEAN_OF : cost;
}

int64_t turns_stretch(struct turn *const *all, size_t n, int threads)
{
	int64_t asked = 0; /* microseconds of looking a second */
	for (size_t i = 0; i < n; i++)
		if (all[i]->wanted && all[i]->interval_ms > 0)
			asked += all[i]->cost_us * SECOND / all[i]->interval_ms;
	int64_t there = (int64_t)threads * 1000 * 1000 * BUSY_MOST / 100;
	if (there <= 0 || asked <= there)
		return STRETCH_NONE;
	return asked * STRETCH_NONE / there;
}

size_t turns_late(struct turn *const *all, size_t n, int64_t now)
{
	size_t late = 0;
	for (size_t i = 0; i < n; i++)
		late += all[i]->wanted && all[i]->due + all[i]->interval_ms < now;
	return late;
}
