/* Who is due by the law's clocks, and who is put on the list: pure decisions. The law's least and
 * most visits are hard bounds; the model orders inside them. */
#ifndef TARGETING_PLAN_H
#define TARGETING_PLAN_H

#include "core/model/node.h"

enum due { DUE_MUST, DUE_MAY, DUE_FULL, DUE_CONFLICT };
enum chosen { CHOSEN_NOT, CHOSEN_LAW, CHOSEN_MODEL, CHOSEN_RANDOM };
extern const char *const due_codes[], *const chosen_codes[];

struct bounds {
	int64_t least, most; /* visits a year; most 0: no cap */
	int64_t full_days;   /* one full check at least each so many days */
};
/* Of a level and a class on file ("" none), else of the kind of business. */
struct bounds bounds_of(
	const struct node *law, const char *level, const char *credit_class, const char *kind);

/* Days from the last visit, the last full check and the first day on file until today; -1: never.
 * year: visits of the last 365 days. */
struct standing {
	int64_t since_visit, since_full, since_known, year;
};
enum due due_of(const struct bounds *b, const struct standing *s);

struct candidate {
	int64_t operator, area;
	int32_t probability; /* ten-thousandths; 0 without a model */
	int64_t since_visit; /* -1: never */
	enum due due;
	enum chosen chosen;
	uint32_t place, clock_place; /* from 1: with the model, and by the clocks alone */
};
struct choice_rule {
	int64_t per_thousand, random_percent;
	uint64_t seed;
};
/* Fills chosen, place and clock_place. Of each area so many in a thousand are chosen, at least
 * one: the random share first, drawn among all who may be visited whatever their score, then who
 * must be visited, then the likeliest. Whoever is full or in conflict is never chosen. */
void plan_choose(struct arena *a, struct candidate *all, size_t n, const struct choice_rule *rule);

#endif
