#include "domains/targeting/evaluate.h"

#include <math.h>
#include <string.h>

enum { DRAWS = 500, BINS = 10 };
static const uint64_t SEED = 20140416;

const char *const measure_names[MEASURES] = { "AUC", "AUC within inspectors",
	"days earlier than the actual order", "days earlier than a random order",
	"share found in the first half", "precision in the top tenth",
	"expected calibration error" };
static const int digits[MEASURES] = { 4, 4, 2, 2, 4, 4, 4 };

/* The visits of a window in the order of their scores; times: how often a resample took each. */
struct sample {
	struct ranking rank, within;
	const int32_t *day; /* of each, from the window's first day */
	int32_t days;
	double *slots; /* how many visits each day has room for; worked on */
	double *times;
	size_t n;
};

/* Puts the visits on the days that were worked, best score first; the mean day of those that
 * failed. All counts are whole numbers in doubles. */
static double day_when_ordered(struct sample *s)
{
	double sum = 0, failed = 0;
	int32_t d = 0;

	memset(s->slots, 0, (size_t)s->days * sizeof(*s->slots));
	for (size_t i = 0; i < s->n; i++)
		s->slots[s->day[i]] += s->times[i];
	for (size_t i = 0; i < s->n; i++) {
		size_t row = s->rank.order[i];
		for (double left = s->times[row]; left > 0;) {
			while (d + 1 < s->days && s->slots[d] <= 0)
				d++;
			double take = fmin(left, s->slots[d]);
			if (take <= 0)
				take = left;
			s->slots[d] -= take;
			left -= take;
			sum += s->rank.s.yes[row] ? take * d : 0;
		}
		failed += s->rank.s.yes[row] ? s->times[row] : 0;
	}
	return failed > 0 ? sum / failed : 0;
}

static double mean_day(const struct sample *s, bool failed_only)
{
	double sum = 0, n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (!failed_only || s->rank.s.yes[i]) {
			sum += s->times[i] * s->day[i];
			n += s->times[i];
		}
	return n > 0 ? sum / n : 0;
}

/* Of the first share of the order: how many there are, and how many failed. */
static void first_of(const struct sample *s, double share, double *n, double *failed)
{
	double all = 0;

	*n = *failed = 0;
	for (size_t i = 0; i < s->n; i++)
		all += s->times[i];
	for (size_t i = 0; i < s->n && *n < share * all; i++) {
		size_t row = s->rank.order[i];
		double take = fmin(s->times[row], ceil(share * all) - *n);
		*n += take;
		*failed += s->rank.s.yes[row] ? take : 0;
	}
}

static double calibration_of(const struct sample *s)
{
	double all = 0, sum = 0, at = 0, said = 0, was = 0;
	int bin = 1;

	for (size_t i = 0; i < s->n; i++)
		all += s->times[i];
	for (size_t i = 0; i < s->n; i++) {
		size_t row = s->rank.order[i];
		for (double left = s->times[row]; left > 0;) {
			double take = fmin(left, bin < BINS ? floor(all * bin / BINS) - at : left);
			said += take * s->rank.s.z[row];
			was += s->rank.s.yes[row] ? take : 0;
			at += take;
			left -= take;
			if (left > 0 || at >= floor(all * bin / BINS)) {
				sum += fabs(said - was);
				said = was = 0;
				bin++;
			}
		}
	}
	return all > 0 ? (sum + fabs(said - was)) / all : 0;
}

static void measure(struct sample *s, double out[MEASURES])
{
	double ordered = day_when_ordered(s), n, found, all_failed, ignored;

	first_of(s, 1, &ignored, &all_failed);
	out[M_AREA] = ranked_area(&s->rank);
	out[M_WITHIN] = ranked_area(&s->within);
	out[M_EARLIER] = mean_day(s, true) - ordered;
	out[M_OVER_RANDOM] = mean_day(s, false) - ordered;
	first_of(s, 0.5, &n, &found);
	out[M_HALF] = all_failed > 0 ? found / all_failed : 0;
	first_of(s, 0.1, &n, &found);
	out[M_TOP] = n > 0 ? found / n : 0;
	out[M_CALIBRATION] = calibration_of(s);
}

static void sample_of(const struct visits *v, const struct window_scores *w, struct sample *s)
{
	struct arena *a = v->arena;
	bool *yes = NEWS(a, bool, w->n);
	uint32_t *inspector = NEWS(a, uint32_t, w->n);
	int32_t *day = NEWS(a, int32_t, w->n);
	size_t *order = NEWS(a, size_t, w->n);

	for (size_t i = 0; i < w->n; i++) {
		const struct visit *x = &v->at[w->visit[i]];
		yes[i] = x->failed;
		inspector[i] = x->inspector;
		day[i] = x->day - w->window.from;
	}
	*s = (struct sample){ .day = day, .days = w->window.to - w->window.from, .n = w->n };
	s->times = NEWS(a, double, w->n);
	s->slots = NEWS(a, double, (size_t)s->days);
	for (size_t i = 0; i < w->n; i++)
		s->times[i] = 1;
	order_down(w->probability, order, w->n);
	s->rank = (struct ranking){ .s = { w->n, w->probability, yes },
		.order = order,
		.times = s->times,
		.groups = 1,
		.room = NEWS(a, double, 4) };
	s->within = s->rank;
	s->within.group = inspector;
	s->within.groups = v->inspectors.n;
	s->within.room = NEWS(a, double, 4 * v->inspectors.n);
}

static void intervals(struct sample *s, struct arena *a, struct measures *out)
{
	double *values[MEASURES], one[MEASURES];
	uint64_t chance = SEED;

	for (int m = 0; m < MEASURES; m++)
		values[m] = NEWS(a, double, DRAWS);
	for (size_t d = 0; d < DRAWS; d++) {
		memset(s->times, 0, s->n * sizeof(*s->times));
		for (size_t i = 0; i < s->n; i++)
			s->times[chance_below(&chance, s->n)]++;
		measure(s, one);
		for (int m = 0; m < MEASURES; m++)
			values[m][d] = one[m];
	}
	for (int m = 0; m < MEASURES; m++)
		out->at[m].between = middle_95(values[m], DRAWS);
}

enum err window_measure(const struct visits *v, const struct window_scores *w, struct measures *out,
	struct fault *why)
{
	struct sample s;
	double one[MEASURES];

	*out = (struct measures){ .visits = w->n, .learnt_from = w->learnt_from };
	for (size_t i = 0; i < w->n; i++)
		out->failed += v->at[w->visit[i]].failed;
	if (!out->failed || out->failed == w->n)
		return fault(why, E_INVALID,
			"of %zu visits in the window %zu failed: there is nothing to tell apart",
			w->n, out->failed);
	sample_of(v, w, &s);
	measure(&s, one);
	for (int m = 0; m < MEASURES; m++)
		out->at[m] = (struct measured){ .value = one[m], .digits = digits[m] };
	intervals(&s, v->arena, out);
	return OK;
}
