/* How good scores are: calibration, ranking, and how sure a figure is. Pure; chance only where a
 * seed is given.
 *
 * Scores are log-odds or probabilities: any real number, larger is likelier. */
#ifndef CORE_STATS_MEASURES_H
#define CORE_STATS_MEASURES_H

#include "core/base/base.h"

/* Scores and what they were. */
struct scored {
	size_t n;
	const double *z;
	const bool *yes;
};

/* ---- calibration ----------------------------------------------------- */
/* Platt's calibration: a and b such that 1 / (1 + exp(-(a z + b))) is how often it is so. a is
 * never negative: a judge that points the wrong way is told nothing by its scores. */
struct line {
	double a, b;
};
struct line platt(struct scored s);
/* The mean of -log(probability given to what was so). */
double log_loss(struct scored s, struct line calibration);
/* Expected calibration error of probabilities (z in 0..1) in bins of equally many: the mean
 * distance between what was said and what was so. order: room for n numbers. */
double calibration_error(struct scored s, size_t bins, size_t *order);

/* ---- ranking --------------------------------------------------------- */
/* Area under the ROC curve and its standard error (Hanley and McNeil 1982; NULL: not wanted); 0.5
 * and 0.5 when one kind is missing. */
double roc_area(struct scored s, double *error);
/* The same over rows that count several times or not at all (a resample), and within groups: among
 * the pairs of one so and one not in one group, those that the scores order rightly, a tie half.
 * With groups it says what is left of the area when groups cannot help. 0.5 without a pair. */
struct ranking {
	struct scored s;
	const size_t *order;   /* of order_down() */
	const double *times;   /* of each row; NULL: once */
	const uint32_t *group; /* of each row, 0 .. groups - 1; NULL: one group */
	size_t groups;	       /* >= 1 */
	double *room;	       /* for 4 * groups numbers */
};
double ranked_area(const struct ranking *r);
/* The share that is so among those a judge lets pass when it lets just as many of them pass as
 * reach the recall (0..1); equal scores pass together. order: room for n numbers. */
double share_at_recall(struct scored s, double recall, size_t *order);
/* The numbers 0 .. n - 1, largest score first; equal ones as they are numbered. */
void order_down(const double *z, size_t *order, size_t n);

/* ---- chance ---------------------------------------------------------- */
/* splitmix64: the next number, and one below n (n > 0) without bias. The same everywhere. */
uint64_t chance_next(uint64_t *state);
uint64_t chance_below(uint64_t *state, uint64_t n);

/* The middle 95 of 100 of values (which are sorted in place); both 0 without values. */
struct interval {
	double low, high;
};
struct interval middle_95(double *values, size_t n);
/* Wilson's 95 % interval of a share of which yes of n were drawn (Wilson 1927); 0 to 1 for n 0. */
struct interval share_between(size_t yes, size_t n);

#endif
