/* What was found nearby: sums in cells of the ground, spread over a few hundred metres. Pure. */
#ifndef TARGETING_NEAR_H
#define TARGETING_NEAR_H

#include "domains/targeting/visits.h"

struct mass {
	double n, sum; /* how much counts, and the sum of what it says */
};
struct near;

/* from: nothing of that day or later moves the cells. Memory in the visits' arena. Operators
 * without a place have no surroundings. */
struct near *near_new(const struct visits *v, int32_t from);
/* Everything counts only so much of what it did. */
void near_fade(struct near *n, double factor);
void near_add(struct near *n, uint32_t who, struct mass m);
/* Spreads what the cells hold: before near_of(). */
void near_smooth(struct near *n);
/* The mean of what was found around an operator without its own, drawn to zero by a few visits. */
double near_of(const struct near *n, uint32_t who, struct mass own);

#endif
