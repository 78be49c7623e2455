/* Logistic regression with a ridge, by Newton's method (iteratively reweighted least squares):
 * weights of rows, a penalty and a sign for each feature, and levels of a nuisance beside the
 * features. Pure: no files, no clock, no chance; the same input gives the same bits on one machine.
 *
 * Scores are log-odds ("z"): any real number, larger is likelier.
 */
#ifndef CORE_STATS_LOGISTIC_H
#define CORE_STATS_LOGISTIC_H

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

/* Who recorded a row, or what else shifts its odds and is not to be learnt as a feature: each row
 * has one level, and each level an own intercept, held near zero by its ridge (> 0). */
struct nuisance {
	const uint32_t *of; /* of each row of the table: 0 .. n - 1; NULL: none */
	size_t n;
	double ridge;
};

/* Subtracts each column's mean and divides by its deviation (a column that never varies becomes 0);
 * mean and deviation have d numbers. x is changed. */
void columns_standardise(double *x, const struct table *t, double *mean, double *deviation);

/* Fits w[0..d) and w[d], the bias, to some rows; with a nuisance w[d + 1 ..] are its levels. w
 * begins where it is: zero, or near. ridge > 0 is the weight of the sum of squares of w[0..d).
 * Memory comes from the arena. What is NULL below counts for nothing. */
struct fit {
	const struct table *table;
	struct rows_of rows;
	double ridge;
	struct arena *arena;
	const double *weight;  /* of each row of the table, >= 0; NULL: all 1 */
	const double *penalty; /* of each feature: times ridge, > 0; NULL: all 1 */
	const int8_t *sign; /* of each feature: 1 never negative, -1 never positive, 0 free; NULL:
			       all free. Where it is set w begins at 0 or on the right side. */
	struct nuisance nuisance;
	const double *toward; /* of each feature: where the ridge draws it; NULL: to zero */
};
void logistic_fit(const struct fit *f, double *w);

/* w applied to row i, without the nuisance. */
double logistic_score(const struct table *t, const double *w, size_t i);

double sigmoid(double z);
/* log(1 + exp(z)) */
double softplus(double z);

#endif
