#include "core/stats/logistic.h"

#include <math.h>
#include <string.h>

#define STEP_SMALL   1e-7
#define WEIGHT_LEAST 1e-6 /* of a row: keeps the matrix positive when a row is sure */

enum { NEWTON_MOST = 25 };

double sigmoid(double z)
{
	return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

double softplus(double z)
{
	return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

void columns_standardise(double *x, const struct table *t, double *mean, double *deviation)
{
	for (size_t j = 0; j < t->d; j++) {
		double sum = 0, squares = 0;
		for (size_t i = 0; i < t->n; i++)
			sum += x[i * t->d + j];
		mean[j] = t->n ? sum / (double)t->n : 0;
		for (size_t i = 0; i < t->n; i++) {
			double v = x[i * t->d + j] - mean[j];
			squares += v * v;
		}
		deviation[j] = t->n ? sqrt(squares / (double)t->n) : 0;
		if (!(deviation[j] > 1e-9))
			deviation[j] = 0;
		for (size_t i = 0; i < t->n; i++)
			x[i * t->d + j] =
				deviation[j] > 0 ? (x[i * t->d + j] - mean[j]) / deviation[j] : 0;
	}
}

double logistic_score(const struct table *t, const double *w, size_t i)
{
	const double *x = t->x + i * t->d;
	double z = w[t->d];
	for (size_t j = 0; j < t->d; j++)
		z += w[j] * x[j];
	return z;
}

/* ---- Newton ---------------------------------------------------------- */

static size_t size_of(const struct fit *f)
{
	return f->table->d + 1 + (f->nuisance.of ? f->nuisance.n : 0);
}

static double full_score(const struct fit *f, const double *w, size_t i)
{
	double z = logistic_score(f->table, w, i);
	return f->nuisance.of ? z + w[f->table->d + 1 + f->nuisance.of[i]] : z;
}

static double ridge_of(const struct fit *f, size_t j)
{
	return f->penalty ? f->ridge * f->penalty[j] : f->ridge;
}

/* How far a feature is from where its ridge draws it. */
static double away(const struct fit *f, const double *w, size_t j)
{
	return f->toward && j < f->table->d ? w[j] - f->toward[j] : w[j];
}

/* Where a step is gathered: H, its lower half, and the gradient. */
struct newton {
	double *h, *g;
};

/* Adds one row to the lower half of H and to g. The bias is column d, the levels follow. */
static void gather_row(const struct fit *f, const double *w, size_t i, struct newton *to)
{
	const struct table *t = f->table;
	size_t d = t->d, m = size_of(f);
	double *h = to->h, *g = to->g;
	const double *x = t->x + i * d;
	double p = sigmoid(full_score(f, w, i)), share = f->weight ? f->weight[i] : 1;
	double miss = share * ((t->yes[i] ? 1.0 : 0.0) - p);
	double v = share * (p * (1 - p)) + WEIGHT_LEAST;
	double *bias = h + d * m, *level = NULL;
	if (f->nuisance.of) {
		size_t at = d + 1 + f->nuisance.of[i];
		level = h + at * m;
		g[at] += miss;
		level[at] += v;
		level[d] += v;
	}
	for (size_t j = 0; j < d; j++) {
		double vx = v * x[j], *row = h + j * m;
		g[j] += miss * x[j];
		for (size_t k = 0; k <= j; k++)
			row[k] += vx * x[k];
		bias[j] += vx;
		if (level)
			level[j] += vx;
	}
	g[d] += miss;
	bias[d] += v;
}

/* The lower half of H and the gradient g, over the rows and the ridges. */
static void gather(const struct fit *f, const double *w, double *h, double *g)
{
	size_t d = f->table->d, m = size_of(f);
	memset(h, 0, m * m * sizeof *h);
	memset(g, 0, m * sizeof *g);
	for (size_t r = 0; r < f->rows.n; r++)
		gather_row(f, w, f->rows.at[r], &(struct newton){ h, g });
	for (size_t j = 0; j < m; j++) {
		double ridge = j < d ? ridge_of(f, j) : j > d ? f->nuisance.ridge : 0;
		h[j * m + j] += ridge;
		g[j] -= ridge * away(f, w, j);
	}
}

/* A feature that stands at zero and wants to the wrong side stays there: its row and column go. */
static void hold(const struct fit *f, const double *w, double *h, double *g)
{
	size_t m = size_of(f);
	for (size_t j = 0; f->sign && j < f->table->d; j++) {
		if (!f->sign[j] || w[j] != 0 || g[j] * f->sign[j] > 0)
			continue;
		g[j] = 0;
		for (size_t k = 0; k < j; k++)
			h[j * m + k] = 0;
		for (size_t k = j + 1; k < m; k++)
			h[k * m + j] = 0;
	}
}

/* Solves H s = g in place (g becomes s) by Cholesky; H is positive because of ridge and weights. */
static void solve(double *h, double *g, size_t m)
{
	for (size_t j = 0; j < m; j++) {
		double *row = h + j * m;
		for (size_t k = 0; k <= j; k++) {
			const double *other = h + k * m;
			double sum = row[k];
			for (size_t l = 0; l < k; l++)
				sum -= row[l] * other[l];
			row[k] = k < j ? sum / other[k] : sqrt(sum > 1e-12 ? sum : 1e-12);
		}
	}
	for (size_t j = 0; j < m; j++) {
		for (size_t k = 0; k < j; k++)
			g[j] -= h[j * m + k] * g[k];
		g[j] /= h[j * m + j];
	}
	for (size_t j = m; j-- > 0;) {
		for (size_t k = j + 1; k < m; k++)
			g[j] -= h[k * m + j] * g[k];
		g[j] /= h[j * m + j];
	}
}

static double cost(const struct fit *f, const double *w)
{
	const struct table *t = f->table;
	double sum = 0;
	for (size_t r = 0; r < f->rows.n; r++) {
		size_t i = f->rows.at[r];
		double z = full_score(f, w, i);
		sum += softplus(t->yes[i] ? -z : z) * (f->weight ? f->weight[i] : 1);
	}
	for (size_t j = 0; j < t->d; j++)
		sum += ridge_of(f, j) / 2 * away(f, w, j) * away(f, w, j);
	for (size_t j = t->d + 1; j < size_of(f); j++)
		sum += f->nuisance.ridge / 2 * w[j] * w[j];
	return sum;
}

/* Goes the step, or a half, a quarter of it: never uphill, never past a sign. Answers how far it
 * went. */
static double go(const struct fit *f, double *w, const double *step, double *tried)
{
	size_t m = size_of(f);
	double here = cost(f, w), longest = 0;
	for (double part = 1; part > 1e-4; part /= 2) {
		longest = 0;
		for (size_t j = 0; j < m; j++) {
			tried[j] = w[j] + part * step[j];
			if (f->sign && j < f->table->d && tried[j] * f->sign[j] < 0)
				tried[j] = 0;
			longest = fmax(longest, fabs(tried[j] - w[j]));
		}
		if (cost(f, tried) <= here) {
			memcpy(w, tried, m * sizeof *w);
			return longest;
		}
	}
	return 0;
}

void logistic_fit(const struct fit *f, double *w)
{
	size_t m = size_of(f);
	double *h = NEWS(f->arena, double, m *m), *g = NEWS(f->arena, double, m),
	       *tried = NEWS(f->arena, double, m);
	for (int i = 0; i < NEWTON_MOST; i++) {
		gather(f, w, h, g);
		hold(f, w, h, g);
		solve(h, g, m);
		if (go(f, w, g, tried) < STEP_SMALL)
			return;
	}
}
