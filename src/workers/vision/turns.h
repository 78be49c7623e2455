/* Whose turn it is: the camera whose promised look is the earliest comes first, and when the looks
 * cost more than there is, all intervals stretch by one factor, so that none waits longer than its
 * share. Pure: times are clock_mono() ms.
 */
#ifndef WORKERS_VISION_TURNS_H
#define WORKERS_VISION_TURNS_H

#include "core/base/base.h"

enum { STRETCH_NONE = 10000 /* hundredths of a per cent */, BUSY_MOST = 90 /* per cent */ };

struct turn {
	int64_t due, interval_ms;
	int64_t cost_us; /* of a look, a moving mean; 0: not known yet */
	bool wanted, busy;
};

/* The one to be looked at now, NULL when none is due. *wait_ms: how long until one is, at most
 * wait_ms as it came. */
struct turn *turn_next(struct turn *const *all, size_t n, int64_t now, int64_t *wait_ms);

/* Takes the cost of a look into the mean. */
void turn_cost(struct turn *t, int64_t us);

/* By how much the intervals have to stretch for threads that look at once to be BUSY_MOST busy;
 * STRETCH_NONE or more. */
int64_t turns_stretch(struct turn *const *all, size_t n, int threads);

/* When the look after the one that began then is due. */
static inline int64_t turn_after(const struct turn *t, int64_t began, int64_t stretch)
{
	return began + t->interval_ms * stretch / STRETCH_NONE;
}

/* How many are late by more than a whole interval. */
size_t turns_late(struct turn *const *all, size_t n, int64_t now);

#endif
