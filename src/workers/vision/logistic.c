#include "workers/vision/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEP_SMALL   1e-7
#define WEIGHT_LEAST 1e-6 /* of a row: keeps the matrix positive when a row is sure */

enum { NEWTON_MOST = 25 };

double sigmoid(double z)
{
	return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

/* log(1 + exp(z)) */
static double softplus(double z)
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

/* The lower half of H and the gradient g, over the rows and the ridge. The bias is column d. */
static void gather(const struct fit *f, const double *w, double *h, double *g)
{
	const struct table *t = f->table;
	size_t d = t->d, m = d + 1;
	memset(h, 0, m * m * sizeof *h);
	memset(g, 0, m * sizeof *g);
	for (size_t r = 0; r < f->rows.n; r++) {
		size_t i = f->rows.at[r];
		const double *x = t->x + i * d;
		double p = sigmoid(logistic_score(t, w, i));
		double miss = (t->yes[i] ? 1.0 : 0.0) - p, v = p * (1 - p) + WEIGHT_LEAST;
		for (size_t j = 0; j < d; j++) {
			double vx = v * x[j], *row = h + j * m;
			g[j] += miss * x[j];
			for (size_t k = 0; k <= j; k++)
				row[k] += vx * x[k];
			h[d * m + j] += vx;
		}
		g[d] += miss;
		h[d * m + d] += v;
	}
	for (size_t j = 0; j < d; j++) {
		h[j * m + j] += f->ridge;
		g[j] -= f->ridge * w[j];
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
		double z = logistic_score(t, w, f->rows.at[r]);
		sum += softplus(t->yes[f->rows.at[r]] ? -z : z);
	}
	for (size_t j = 0; j < t->d; j++)
		sum += f->ridge / 2 * w[j] * w[j];
	return sum;
}

/* Goes the step, or a half, a quarter of it: never uphill. Answers how far it went. */
static double go(const struct fit *f, double *w, const double *step, double *tried)
{
	size_t m = f->table->d + 1;
	double here = cost(f, w), longest = 0;
	for (double part = 1; part > 1e-4; part /= 2) {
		longest = 0;
		for (size_t j = 0; j < m; j++) {
			tried[j] = w[j] + part * step[j];
			longest = fmax(longest, fabs(part * step[j]));
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
	size_t m = f->table->d + 1;
	double *h = NEWS(f->arena, double, m *m), *g = NEWS(f->arena, double, m),
	       *tried = NEWS(f->arena, double, m);
	for (int i = 0; i < NEWTON_MOST; i++) {
		gather(f, w, h, g);
		solve(h, g, m);
		if (go(f, w, g, tried) < STEP_SMALL)
			return;
	}
}

/* ---- calibration ----------------------------------------------------- */

/* What the two kinds count as, so that few examples do not make it too sure (Platt 1999). */
struct targets {
	double yes, no;
};

static struct targets targets_of(struct scored s)
{
	double yes = 0;
	for (size_t i = 0; i < s.n; i++)
		yes += s.yes[i];
	return (struct targets){ (yes + 1) / (yes + 2), 1 / ((double)s.n - yes + 2) };
}

static double line_cost(struct scored s, struct targets t, struct line l)
{
	double sum = 0;
	for (size_t i = 0; i < s.n; i++) {
		double z = l.a * s.z[i] + l.b, y = s.yes[i] ? t.yes : t.no;
		sum += softplus(z) - y * z;
	}
	return sum;
}

/* Newton's step in the plane; only b moves when flat. */
static struct line line_step(struct scored s, struct targets t, struct line l, bool flat)
{
	double ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9;
	for (size_t i = 0; i < s.n; i++) {
		double p = sigmoid(l.a * s.z[i] + l.b), v = p * (1 - p);
		double miss = (s.yes[i] ? t.yes : t.no) - p;
		ga += miss * s.z[i];
		gb += miss;
		haa += v * s.z[i] * s.z[i];
		hab += v * s.z[i];
		hbb += v;
	}
	double det = haa * hbb - hab * hab;
	if (flat || !(det > 1e-12))
		return (struct line){ 0, gb / hbb };
	return (struct line){ (hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det };
}

static struct line line_fit(struct scored s, bool flat)
{
	struct targets t = targets_of(s);
	struct line l = { 0, 0 };
	for (int i = 0; i < 100; i++) {
		struct line step = line_step(s, t, l, flat);
		double here = line_cost(s, t, l), part = 1;
		struct line next = { l.a + step.a, l.b + step.b };
		while (part > 1e-6 && line_cost(s, t, next) > here) {
			part /= 2;
			next = (struct line){ l.a + part * step.a, l.b + part * step.b };
		}
		double moved = fabs(next.a - l.a) + fabs(next.b - l.b);
		if (part <= 1e-6)
			return l;
		l = next;
		if (moved < 1e-9)
			return l;
	}
	return l;
}

struct line platt(struct scored s)
{
	struct line l = line_fit(s, false);
	return l.a < 0 ? line_fit(s, true) : l;
}

double log_loss(struct scored s, struct line c)
{
	double sum = 0;
	for (size_t i = 0; i < s.n; i++) {
		double z = c.a * s.z[i] + c.b;
		sum += softplus(s.yes[i] ? -z : z);
	}
	return s.n ? sum / (double)s.n : 0;
}

/* ---- ranking --------------------------------------------------------- */

double roc_area(struct scored s, double *error)
{
	double wins = 0, yes = 0, no = 0;
	for (size_t i = 0; i < s.n; i++) {
		yes += s.yes[i];
		no += !s.yes[i];
		for (size_t j = 0; s.yes[i] && j < s.n; j++)
			if (!s.yes[j])
				wins += s.z[i] > s.z[j] ? 1 : s.z[i] == s.z[j] ? 0.5 : 0;
	}
	*error = 0.5;
	if (yes < 1 || no < 1)
		return 0.5;
	double a = wins / (yes * no), q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
	double v = a * (1 - a) + (yes - 1) * (q1 - a * a) + (no - 1) * (q2 - a * a);
	*error = sqrt(fmax(v, 0) / (yes * no));
	return a;
}

/* Shell's sort, largest first; equal ones stay as they are numbered, so the order is one only. */
static void sort_down(const double *z, size_t *order, size_t n)
{
	for (size_t gap = n / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
		for (size_t i = gap; i < n; i++) {
			size_t it = order[i], j = i;
			for (; j >= gap; j -= gap) {
				size_t above = order[j - gap];
				if (z[above] > z[it] || (z[above] == z[it] && above < it))
					break;
				order[j] = above;
			}
			order[j] = it;
		}
}

double share_at_recall(struct scored s, double recall, size_t *order)
{
	double all = 0, yes = 0, passed = 0;
	for (size_t i = 0; i < s.n; i++) {
		order[i] = i;
		all += s.yes[i];
	}
	sort_down(s.z, order, s.n);
	for (size_t i = 0; i < s.n; i++) {
		bool new_score = i && s.z[order[i]] < s.z[order[i - 1]];
		if (new_score && yes >= recall * all - 1e-9)
			break;
		yes += s.yes[order[i]];
		passed++;
	}
	return passed > 0 ? yes / passed : 0;
}
