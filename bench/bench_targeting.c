/* Who to visit next, measured on visits that were made: rolling windows of two months, features
 * frozen at the first day, no inspector in the score; beside it orders that need no learning. Then
 * the time and memory that a district of 300,000 operators takes.
 *
 *     bench_targeting VISITS.csv[.gz]
 */
#include "domains/targeting/evaluate.h"
#include "visits_file.h"

#include <stdio.h>
#include <sys/resource.h>

enum { WINDOWS = 8, OPERATORS = 300000, ORDERS = 3, LONG_AGO = 20000 };

static const char *const windows[WINDOWS + 1] = { "2013-01-01", "2013-03-01", "2013-05-01",
	"2013-07-01", "2013-09-01", "2013-11-01", "2014-01-01", "2014-03-01", "2014-05-01" };
static const char *const orders[ORDERS] = { "model", "past failures", "longest since" };

/* What an order without learning says of an operator: failures before the window, or days since
 * the last visit. */
static double simple_score(const struct visits *v, uint32_t who, int32_t from, int order)
{
	const uint32_t *own = v->by_operator + v->operators[who].first;
	double failures = 0, since = LONG_AGO;

	for (uint32_t j = 0; j < v->operators[who].n && v->at[own[j]].day < from; j++) {
		failures += v->at[own[j]].failed;
		since = from - v->at[own[j]].day;
	}
	return order == 1 ? failures : since;
}

static bool window_run(const char *path, int w, double means[ORDERS][MEASURES])
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct visits v;
	struct window window;
	struct window_scores s;
	struct measures m;

	visits_start(&v, a);
	bool fine = day_parse(windows[w], &window.from) && day_parse(windows[w + 1], &window.to) &&
		    !visits_file_load(&v, path, window, &why) &&
		    !window_score(&v, window, &s, &why);
	for (int o = 0; fine && o < ORDERS; o++) {
		for (size_t i = 0; o && i < s.n; i++)
			s.probability[i] = simple_score(&v, v.at[s.visit[i]].who, window.from, o);
		fine = !window_measure(&v, &s, &m, &why);
		if (!fine)
			break;
		printf("%s  %-14s %5zu visits %4zu failed ", windows[w], orders[o], m.visits,
			m.failed);
		for (int k = 0; k < MEASURES; k++) {
			means[o][k] += m.at[k].value / WINDOWS;
			if (o == 0 || k != M_CALIBRATION)
				printf(" %7.*f", m.at[k].digits, m.at[k].value);
		}
		putchar('\n');
	}
	if (!fine)
		fprintf(stderr, "bench_targeting: %s\n", why.text);
	arena_free(a);
	return fine;
}

/* A made-up district: visits over three years, one in eight failing, 300 inspectors. */
static void district(struct visits *v)
{
	uint64_t chance = 7;
	char name[24];

	for (int i = 0; i < OPERATORS; i++) {
		struct visited *o = visits_add_operator(v);
		snprintf(name, sizeof(name), "kind%d", (int)chance_below(&chance, 25));
		*o = (struct visited){ .id = i + 1,
			.name = "",
			.kind = names_number(&v->kinds, v->arena, name),
			.licensed = (int32_t)(16000 + chance_below(&chance, 4000)),
			.lat = (int32_t)(31000000 + chance_below(&chance, 200000)),
			.lon = (int32_t)(121300000 + chance_below(&chance, 200000)) };
		for (int visits = (int)chance_below(&chance, 5); visits > 0; visits--) {
			struct visit *x = visits_add(v);
			snprintf(name, sizeof(name), "p%d", (int)chance_below(&chance, 300));
			*x = (struct visit){ .name = "",
				.who = (uint32_t)i,
				.inspector = names_number(&v->inspectors, v->arena, name),
				.day = (int32_t)(19000 + chance_below(&chance, 1095)),
				.minor = (uint16_t)chance_below(&chance, 6),
				.serious = chance_below(&chance, 4) == 0,
				.failed = chance_below(&chance, 8) == 0 };
		}
	}
	visits_index(v);
}

static void district_run(void)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct visits v;
	struct score_model *m = NEW(a, struct score_model);
	struct scored_one one;
	struct rusage used;
	double x[FEATURES_MOST], sum = 0;

	visits_start(&v, a);
	district(&v);
	int64_t begun = clock_mono();
	struct past *p = past_new(&v, 20095, NULL, 0);
	enum err e = model_learn(m, p, 20095, &why);
	int64_t learnt = clock_mono();
	for (uint32_t i = 0; !e && i < OPERATORS; i++) {
		past_fill(p, i, x);
		model_score(m, x, past_known(p, i), &one);
		sum += one.probability;
	}
	int64_t scored = clock_mono();
	getrusage(RUSAGE_SELF, &used);
	if (e)
		fprintf(stderr, "bench_targeting: %s\n", why.text);
	else
		printf("bench: targeting 300,000 operators, %zu visits: learnt %.1f s, scored and "
		       "explained %.1f s, %.0f MiB at most, mean %.4f\n",
			v.n, (double)(learnt - begun) / 1000, (double)(scored - learnt) / 1000,
			(double)used.ru_maxrss / 1024, sum / OPERATORS);
	arena_free(a);
}

int main(int argc, char **argv)
{
	static const char *const goals[MEASURES] = { [M_AREA] = " (goal 0.600)",
		[M_WITHIN] = " (goal 0.575)",
		[M_OVER_RANDOM] = " (goal +5.0)",
		[M_CALIBRATION] = " (goal at most 0.03)" };
	double means[ORDERS][MEASURES] = { 0 };

	if (argc != 2) {
		fputs("usage: bench_targeting VISITS.csv[.gz]\n", stderr);
		return 2;
	}
	puts("window      order           visits            AUC  within  earlier  over random  "
	     "half  "
	     "top tenth  calibration");
	for (int w = 0; w < WINDOWS; w++)
		if (!window_run(argv[1], w, means))
			return 1;
	for (int k = 0; k < MEASURES; k++)
		if (k == M_CALIBRATION)
			printf("bench: targeting %s = %.4f%s\n", measure_names[k], means[0][k],
				goals[k]);
		else
			printf("bench: targeting %s = %.4f%s (vs past failures %.4f, longest "
			       "since %.4f)\n",
				measure_names[k], means[0][k], goals[k] ? goals[k] : "",
				means[1][k], means[2][k]);
	district_run();
	return 0;
}
