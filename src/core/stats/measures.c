#include "core/stats/measures.h"

#include "core/stats/logistic.h"

#include <math.h>
#include <stdlib.h>

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

double calibration_error(struct scored s, size_t bins, size_t *order)
{
	double sum = 0;
	order_down(s.z, order, s.n);
	for (size_t b = 0; b < bins && s.n; b++) {
		double said = 0, was = 0;
		for (size_t i = s.n * b / bins; i < s.n * (b + 1) / bins; i++) {
			said += s.z[order[i]];
			was += s.yes[order[i]];
		}
		sum += fabs(said - was);
	}
	return s.n ? sum / (double)s.n : 0;
}

/* ---- ranking --------------------------------------------------------- */

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

void order_down(const double *z, size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	sort_down(z, order, n);
}

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
	if (error)
		*error = 0.5;
	if (yes < 1 || no < 1)
		return 0.5;
	double a = wins / (yes * no), q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
	double v = a * (1 - a) + (yes - 1) * (q1 - a * a) + (no - 1) * (q2 - a * a);
	if (error)
		*error = sqrt(fmax(v, 0) / (yes * no));
	return a;
}

/* What has been seen of a group while going down the order. */
struct seen {
	double *yes, *no, *block_yes, *wins;
};

/* A block of equal scores, rows from .. to of the order. */
static void take_block(const struct ranking *r, struct seen *seen, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		size_t row = r->order[i], g = r->group ? r->group[row] : 0;
		if (r->s.yes[row])
			seen->block_yes[g] += r->times ? r->times[row] : 1;
	}
	for (size_t i = from; i < to; i++) {
		size_t row = r->order[i], g = r->group ? r->group[row] : 0;
		double t = r->times ? r->times[row] : 1;
		if (r->s.yes[row])
			continue;
		seen->wins[g] += t * (seen->yes[g] + 0.5 * seen->block_yes[g]);
		seen->no[g] += t;
	}
	for (size_t i = from; i < to; i++) {
		size_t g = r->group ? r->group[r->order[i]] : 0;
		seen->yes[g] += seen->block_yes[g];
		seen->block_yes[g] = 0;
	}
}

double ranked_area(const struct ranking *r)
{
	struct seen seen = { r->room, r->room + r->groups, r->room + 2 * r->groups,
		r->room + 3 * r->groups };
	double pairs = 0, wins = 0;
	for (size_t i = 0; i < 4 * r->groups; i++)
		r->room[i] = 0;
	for (size_t i = 0, to; i < r->s.n; i = to) {
		for (to = i + 1; to < r->s.n; to++)
			if (r->s.z[r->order[to]] != r->s.z[r->order[i]])
				break;
		take_block(r, &seen, i, to);
	}
	for (size_t g = 0; g < r->groups; g++) {
		pairs += seen.yes[g] * seen.no[g];
		wins += seen.wins[g];
	}
	return pairs > 0 ? wins / pairs : 0.5;
}

double share_at_recall(struct scored s, double recall, size_t *order)
{
	double all = 0, yes = 0, passed = 0;
	for (size_t i = 0; i < s.n; i++)
		all += s.yes[i];
	order_down(s.z, order, s.n);
	for (size_t i = 0; i < s.n; i++) {
		bool new_score = i && s.z[order[i]] < s.z[order[i - 1]];
		if (new_score && yes >= recall * all - 1e-9)
			break;
		yes += s.yes[order[i]];
		passed++;
	}
	return passed > 0 ? yes / passed : 0;
}

/* ---- chance ---------------------------------------------------------- */

uint64_t chance_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t chance_below(uint64_t *state, uint64_t n)
{
	uint64_t reach = UINT64_MAX - UINT64_MAX % n, at;
	do
		at = chance_next(state);
	while (at >= reach);
	return at % n;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

struct interval middle_95(double *values, size_t n)
{
	if (!n)
		return (struct interval){ 0, 0 };
	qsort(values, n, sizeof *values, by_value);
	return (struct interval){ values[(size_t)(0.025 * (double)(n - 1) + 0.5)],
		values[(size_t)(0.975 * (double)(n - 1) + 0.5)] };
}

struct interval share_between(size_t yes, size_t n)
{
	const double z = 1.959964;
	double m = (double)n, p = n ? (double)yes / m : 0;

	if (!n)
		return (struct interval){ 0, 1 };
	double middle = p + z * z / (2 * m), half = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m));
	return (struct interval){ fmax(0, (middle - half) / (1 + z * z / m)),
		fmin(1, (middle + half) / (1 + z * z / m)) };
}
