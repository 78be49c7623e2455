/* What one run works on, between reading and writing. */
#ifndef TARGETING_BOARD_H
#define TARGETING_BOARD_H

#include "domains/targeting/plan.h"
#include "domains/targeting/score.h"
#include "domains/targeting/targeting.h"

/* What the clocks know of an operator. */
struct clocked {
	int64_t last_visit_at, last_full_at, known_at, inspector;
	int64_t year, visits;
	const char *level, *credit_class; /* on file; "" none */
};

struct board {
	struct arena *a;
	int64_t now;
	const struct node *law;
	struct visits v; /* operators sorted by id */
	struct clocked *clocked;
	struct happened *happened;
	size_t n_happened;
	struct candidate *candidates; /* of each operator, in the same order */
	struct scored_one *scores;
	struct targeting_run run;
};

/* outcomes.c: report.outcomes, and what later runs will make it from */
enum err outcomes_put(struct req *rq, const struct board *b, struct node *report);
enum err lists_keep(struct req *rq, const struct board *b);

#endif
