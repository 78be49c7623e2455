/* Logistic regression with a ridge, by Newton's method, and the measures by which two judges are
 * compared. Pure: no files, no clock, no chance; the same input gives the same bits on one machine.
 *
 * Scores are log-odds ("z"): any real number, larger is likelier.
 */
#ifndef WORKERS_VISION_LOGISTIC_H
#define WORKERS_VISION_LOGISTIC_H

#include "core/base/base.h"

/* n rows of d numbers each and what they are. */
struct table {
	size_t n, d;
	const double *x; /* n * d */
	const bool *yes; /* n */
};

/* Which rows of a table: their numbers. */
struct rows_of {
	const size_t *at;
	size_t n;
};

/* Subtracts each column's mean and divides by its deviation (a column that never varies becomes 0);
 * mean and deviation have d numbers. x is changed. */
void columns_standardise(double *x, const struct table *t, double *mean, double *deviation);

/* Fits w[0..d) and w[d], the bias, to some rows. w begins where it is: zero, or near. ridge > 0 is
 * the weight of the sum of squares of w[0..d). Memory comes from the arena. */
struct fit {
	const struct table *table;
	struct rows_of rows;
	double ridge;
	struct arena *arena;
};
void logistic_fit(const struct fit *f, double *w);

/* w applied to row i. */
double logistic_score(const struct table *t, const double *w, size_t i);

/* Scores and what they were. */
struct scored {
	size_t n;
	const double *z;
	const bool *yes;
};

/* Platt's calibration: a and b such that 1 / (1 + exp(-(a z + b))) is how often it is so. a is
 * never negative: a judge that points the wrong way is told nothing by its scores. */
struct line {
	double a, b;
};
struct line platt(struct scored s);

double sigmoid(double z);
/* The mean of -log(probability given to what was so). */
double log_loss(struct scored s, struct line calibration);

/* Area under the ROC curve and its standard error (Hanley and McNeil 1982); 0.5 and 0.5 when one
 * kind is missing. */
double roc_area(struct scored s, double *error);

/* The share that is so among those a judge lets pass when it lets just as many of them pass as
 * reach the recall (0..1); equal scores pass together. order: room for n numbers. */
double share_at_recall(struct scored s, double recall, size_t *order);

#endif
