#include "domains/targeting/score.h"

#include "core/stats/logistic.h"

#include <math.h>
#include <string.h>

#define RIDGE		200.0 /* on features of deviation 1 */
#define INSPECTOR_RIDGE 3.0
#define Z_MOST		12.0
#define EIGHT_IN_TEN	1.2816

/* Mornings stand STEP days apart; each visit is seen from the last MORNINGS of them. */
enum { STEP = 20, MORNINGS = 3, VISITS_MOST = 50000, LEAST_VISITS = 200, LEAST_FAILED = 30 };

/* The rows that are learnt from. */
struct lesson {
	size_t n, d;
	double *x;
	bool *failed, *serious; /* serious: or failed */
	uint32_t *inspector;
	double *weight;
	size_t *rows;
};

static size_t first_on(const struct visits *v, int32_t day)
{
	size_t low = 0, high = v->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (v->at[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void lesson_add(struct lesson *l, struct past *p, const struct visit *x)
{
	past_fill(p, x->who, l->x + l->n * l->d);
	l->failed[l->n] = x->failed;
	l->serious[l->n] = x->failed || x->serious;
	l->inspector[l->n] = x->inspector;
	l->weight[l->n] = 1.0 / MORNINGS;
	l->rows[l->n] = l->n;
	l->n++;
}

/* Visits first .. end, each from the mornings before it. */
static void lesson_fill(struct lesson *l, struct past *p, size_t first, int32_t from)
{
	const struct visits *v = past_visits(p);
	struct arena *a = v->arena;
	size_t end = first_on(v, from), room = (end - first) * MORNINGS;

	l->d = past_features(p);
	l->x = NEWS(a, double, room * l->d);
	l->failed = NEWS(a, bool, room);
	l->serious = NEWS(a, bool, room);
	l->inspector = NEWS(a, uint32_t, room);
	l->weight = NEWS(a, double, room);
	l->rows = NEWS(a, size_t, room);
	int64_t back = ((int64_t)from - v->at[first].day + STEP - 1) / STEP + MORNINGS - 1;
	for (; back > 0; back--) {
		int32_t morning = from - (int32_t)back * STEP;
		past_move(p, morning);
		for (size_t i = first_on(v, morning); i < end; i++) {
			if (v->at[i].day >= morning + MORNINGS * STEP)
				break;
			if (i >= first)
				lesson_add(l, p, &v->at[i]);
		}
	}
}

/* First what serious violations teach, then from there what failures teach. */
static void lesson_learn(struct lesson *l, const struct visits *v, double *w)
{
	struct arena *a = v->arena;
	size_t m = l->d + 1 + v->inspectors.n;
	int8_t *sign = NEWS(a, int8_t, l->d);
	double *toward = NEWS(a, double, m);
	struct table t = { l->n, l->d, l->x, l->serious };
	struct fit f = { .table = &t,
		.rows = { l->rows, l->n },
		.ridge = RIDGE,
		.arena = a,
		.weight = l->weight,
		.sign = sign,
		.nuisance = { l->inspector, v->inspectors.n, INSPECTOR_RIDGE } };

	for (size_t j = 0; j < l->d; j++)
		sign[j] = (int8_t)feature_sign((enum feature)j);
	logistic_fit(&f, toward);
	memcpy(w, toward, l->d * sizeof(*w));
	t.yes = l->failed;
	f.toward = toward;
	logistic_fit(&f, w);
}

/* The mean probability over inspectors, by how many rows each has. */
static void neutral_fill(
	struct score_model *m, const struct lesson *l, const struct visits *v, const double *levels)
{
	double *share = NEWS(v->arena, double, v->inspectors.n);

	for (size_t i = 0; i < l->n; i++)
		share[l->inspector[i]] += 1 / (double)l->n;
	for (int k = 0; k < NEUTRAL_POINTS; k++) {
		double z = -Z_MOST + 2 * Z_MOST * k / (NEUTRAL_POINTS - 1);
		m->neutral[k] = 0;
		for (size_t q = 0; q < v->inspectors.n; q++)
			m->neutral[k] += share[q] > 0 ? share[q] * sigmoid(z + levels[q]) : 0;
	}
}

enum err model_learn(struct score_model *m, struct past *p, int32_t from, struct fault *why)
{
	const struct visits *v = past_visits(p);
	struct lesson l = { 0 };
	size_t end = first_on(v, from), first = end > VISITS_MOST ? end - VISITS_MOST : 0;

	*m = (struct score_model){ .visits = end - first };
	for (size_t i = first; i < end; i++)
		m->failed += v->at[i].failed;
	if (m->visits < LEAST_VISITS || m->failed < LEAST_FAILED ||
		m->visits - m->failed < LEAST_FAILED)
		return fault(why, E_INVALID,
			"%zu visits before the first day, %zu of them failed: too few to learn "
			"from (at least %d, %d failed and %d not)",
			m->visits, m->failed, LEAST_VISITS, LEAST_FAILED, LEAST_FAILED);
	lesson_fill(&l, p, first, from);
	m->d = l.d;
	m->base = past_base(p);
	m->spread = past_spread(p);
	struct table t = { l.n, l.d, l.x, l.failed };
	columns_standardise(l.x, &t, m->mean, m->deviation);
	double *w = NEWS(v->arena, double, l.d + 1 + v->inspectors.n);
	lesson_learn(&l, v, w);
	memcpy(m->w, w, l.d * sizeof(*w));
	m->bias = w[l.d];
	neutral_fill(m, &l, v, w + l.d + 1);
	past_move(p, from);
	return OK;
}

/* ---- scoring ----------------------------------------------------------- */
static double neutral_at(const struct score_model *m, double z)
{
	double at = (fmin(fmax(z, -Z_MOST), Z_MOST) + Z_MOST) / (2 * Z_MOST) * (NEUTRAL_POINTS - 1);
	int k = (int)fmin(floor(at), NEUTRAL_POINTS - 2);

	return m->neutral[k] + (at - k) * (m->neutral[k + 1] - m->neutral[k]);
}

/* Keeps the largest, of either direction; what is the same for all is no reason. */
static void reason_add(struct scored_one *out, int feature, double moves)
{
	int at = REASONS;

	if (!feature_words((enum feature)feature, moves > 0) || fabs(moves) < 1e-9)
		return;
	while (at > 0 && fabs(moves) > fabs(out->reasons[at - 1].moves))
		at--;
	if (at == REASONS)
		return;
	memmove(out->reasons + at + 1, out->reasons + at,
		(size_t)(REASONS - 1 - at) * sizeof(*out->reasons));
	out->reasons[at] = (struct reason){ feature, moves };
}

void model_score(
	const struct score_model *m, const double *x, uint32_t known, struct scored_one *out)
{
	double z = m->bias, age = 0, kind = 0, none = 0;

	*out = (struct scored_one){ 0 };
	for (int j = 0; j < (int)m->d; j++) {
		if (!(m->deviation[j] > 0))
			continue;
		double moves = m->w[j] * (x[j] - m->mean[j]) / m->deviation[j];
		z += moves;
		if (j >= F_AGE_NONE && j <= F_AGE_OLD)
			age += moves;
		else if (j >= F_KINDS)
			kind += moves;
		else if (!known && j <= F_JUST)
			none += moves;
		else if (j != F_NONE && (j != F_JUST || x[j] > 0)) /* what is not so is no reason */
			reason_add(out, j, moves);
	}
	reason_add(out, F_NONE, none);
	reason_add(out, x[F_AGE_NONE] > 0 ? F_AGE_NONE : F_AGE, age);
	reason_add(out, F_KINDS, kind);
	double p = out->probability = neutral_at(m, z);
	double apart = EIGHT_IN_TEN / sqrt(1 / m->spread + known * p * (1 - p));
	out->low = neutral_at(m, z - apart);
	out->high = neutral_at(m, z + apart);
}

enum err window_score(
	const struct visits *v, struct window w, struct window_scores *out, struct fault *why)
{
	struct score_model *m = NEW(v->arena, struct score_model);
	struct past *p = past_new(v, w.from, NULL, 0);
	size_t first = first_on(v, w.from), end = first_on(v, w.to);
	double x[FEATURES_MOST];
	struct scored_one one;

	TRY(model_learn(m, p, w.from, why));
	*out = (struct window_scores){ .window = w, .learnt_from = m->visits };
	out->visit = NEWS(v->arena, size_t, end - first + 1);
	out->probability = NEWS(v->arena, double, end - first + 1);
	for (size_t i = first; i < end; i++) {
		past_fill(p, v->at[i].who, x);
		model_score(m, x, past_known(p, v->at[i].who), &one);
		out->visit[out->n] = i;
		out->probability[out->n++] = one.probability;
	}
	return OK;
}
