/* Logistic regression beyond tests/test_training.c: weights, signs, nuisance, where a ridge draws
 * to; and measures against their definitions. */
#include "core/stats/logistic.h"
#include "core/stats/measures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool near(double a, double b, double by)
{
	if (fabs(a - b) <= by)
		return true;
	print_message("%.9g is not near %.9g\n", a, b);
	return false;
}

enum { N = 400 };
struct sample {
	double x[2 * N];
	bool yes[N];
	size_t rows[N];
	uint32_t level[N];
};

static double chance01(uint64_t *chance)
{
	return (double)(chance_next(chance) >> 11) / 9007199254740992.0;
}

/* Two features; the first raises, the second lowers; half of the rows by a strict inspector. */
static void sample_fill(struct sample *s)
{
	uint64_t chance = 5;

	for (size_t i = 0; i < N; i++) {
		s->x[2 * i] = chance01(&chance) * 2 - 1;
		s->x[2 * i + 1] = chance01(&chance) * 2 - 1;
		s->level[i] = i % 2;
		double z = 1.5 * s->x[2 * i] - s->x[2 * i + 1] + (i % 2 ? 2 : -2);
		s->yes[i] = chance01(&chance) < sigmoid(z);
		s->rows[i] = i;
	}
}

/* A row of weight two counts as the row twice. */
static void test_weights(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	static struct sample s;
	double weight[N], w[3] = { 0 }, twice[3] = { 0 };
	size_t rows[2 * N], n = 0;

	sample_fill(&s);
	for (size_t i = 0; i < N; i++) {
		weight[i] = i < 100 ? 2 : 1;
		rows[n++] = i;
		if (i < 100)
			rows[n++] = i;
	}
	struct table t = { N, 2, s.x, s.yes };
	struct fit f = { &t, { s.rows, N }, 3, a, .weight = weight };
	logistic_fit(&f, w);
	f.weight = NULL;
	f.rows = (struct rows_of){ rows, n };
	logistic_fit(&f, twice);
	for (int j = 0; j < 3; j++)
		assert_true(near(w[j], twice[j], 1e-4));
	arena_free(a);
}

static void test_signs(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	static struct sample s;
	static const int8_t both[] = { 1, 1 }, fine[] = { 1, -1 };
	double w[3] = { 0 }, free_w[3] = { 0 }, held[3] = { 0 }, alone[2] = { 0 }, x[N];

	sample_fill(&s);
	struct table t = { N, 2, s.x, s.yes };
	struct fit f = { &t, { s.rows, N }, 1, a };
	logistic_fit(&f, free_w);
	assert_true(free_w[0] > 0 && free_w[1] < 0);
	f.sign = fine;
	logistic_fit(&f, w);
	for (int j = 0; j < 3; j++)
		assert_true(near(w[j], free_w[j], 1e-5)); /* what keeps its side is not moved */
	f.sign = both;
	logistic_fit(&f, held);
	assert_true(held[1] == 0);
	for (size_t i = 0; i < N; i++)
		x[i] = s.x[2 * i];
	struct table one = { N, 1, x, s.yes };
	f = (struct fit){ &one, { s.rows, N }, 1, a };
	logistic_fit(&f, alone); /* held at zero is as if it were not there */
	assert_true(near(held[0], alone[0], 1e-4) && near(held[2], alone[1], 1e-4));
	arena_free(a);
}

/* The inspectors' strictness goes into their levels, and not into a feature that follows it. */
static void test_nuisance(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	static struct sample s;
	double w[5] = { 0 }, without[3] = { 0 };

	sample_fill(&s);
	for (size_t i = 0; i < N; i++)
		s.x[2 * i + 1] = s.level[i] ? 0.9 : -0.9; /* an area where the strict one works */
	struct table t = { N, 2, s.x, s.yes };
	struct fit f = { &t, { s.rows, N }, 20, a };
	logistic_fit(&f, without);
	f.nuisance = (struct nuisance){ s.level, 2, 0.01 };
	logistic_fit(&f, w);
	assert_true(without[1] > 0.5);
	assert_true(fabs(w[1]) < 0.1);
	assert_true(w[4] - w[3] > 3);
	assert_true(w[0] > without[0]); /* and what is left is seen more clearly */
	arena_free(a);
}

static void test_toward(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	static struct sample s;
	static const double toward[] = { 0.7, -0.2 }, penalty[] = { 1, 1e-9 };
	double w[3] = { 0 };

	sample_fill(&s);
	struct table t = { N, 2, s.x, s.yes };
	struct fit f = { &t, { s.rows, N }, 1e7, a, .toward = toward };
	logistic_fit(&f, w);
	assert_true(near(w[0], 0.7, 1e-3) && near(w[1], -0.2, 1e-3));
	f.penalty = penalty; /* the second is as good as free */
	logistic_fit(&f, w);
	assert_true(near(w[0], 0.7, 1e-3));
	assert_true(near(w[1], -0.6, 0.3));
	arena_free(a);
}

/* ---- measures ---------------------------------------------------------- */
/* Against the definition, pair by pair, with ties, weights and groups. */
static void test_ranking(void **state)
{
	(void)state;
	enum { M = 60 };
	double z[M], times[M], room[12], wins = 0, pairs = 0, within = 0, within_pairs = 0;
	bool yes[M];
	uint32_t group[M];
	size_t order[M];
	uint64_t chance = 9;

	for (size_t i = 0; i < M; i++) {
		z[i] = (double)chance_below(&chance, 7);
		yes[i] = chance_below(&chance, 3) == 0;
		times[i] = (double)chance_below(&chance, 3);
		group[i] = (uint32_t)chance_below(&chance, 3);
	}
	for (size_t i = 0; i < M; i++)
		for (size_t j = 0; j < M; j++) {
			double t = times[i] * times[j];
			double win = z[i] > z[j] ? t : z[i] == z[j] ? t / 2 : 0;
			if (!yes[i] || yes[j])
				continue;
			pairs += t;
			wins += win;
			within_pairs += group[i] == group[j] ? t : 0;
			within += group[i] == group[j] ? win : 0;
		}
	order_down(z, order, M);
	for (size_t i = 1; i < M; i++)
		assert_true(z[order[i - 1]] >= z[order[i]]);
	struct ranking r = { { M, z, yes }, order, times, NULL, 1, room };
	assert_true(near(ranked_area(&r), wins / pairs, 1e-12));
	r.times = NULL;
	assert_true(near(ranked_area(&r), roc_area(r.s, NULL), 1e-12));
	r = (struct ranking){ { M, z, yes }, order, times, group, 3, room };
	assert_true(near(ranked_area(&r), within / within_pairs, 1e-12));
	memset(yes, 0, sizeof(yes));
	assert_true(ranked_area(&r) == 0.5);
}

static void test_calibration_error(void **state)
{
	(void)state;
	static const double p[] = { 0.9, 0.9, 0.1, 0.1 };
	static const bool fits[] = { true, true, false, false },
			  turned[] = { false, false, true, true };
	size_t order[4];

	assert_true(near(calibration_error((struct scored){ 4, p, fits }, 2, order), 0.1, 1e-12));
	assert_true(near(calibration_error((struct scored){ 4, p, turned }, 2, order), 0.9, 1e-12));
}

static void test_chance(void **state)
{
	(void)state;
	uint64_t chance = 0, seen[6] = { 0 };
	double values[101];

	assert_true(chance_next(&chance) == 0xe220a8397b1dcdafu); /* splitmix64 of 0 */
	for (int i = 0; i < 60000; i++)
		seen[chance_below(&chance, 6)]++;
	for (int i = 0; i < 6; i++)
		assert_true(seen[i] > 9600 && seen[i] < 10400);
	for (int i = 0; i < 101; i++)
		values[i] = 100 - i;
	struct interval m = middle_95(values, 101);
	assert_true(m.low == 3 && m.high == 98);
	assert_true(middle_95(values, 0).high == 0);
}

/* Against the table of Newcombe (1998), and its ends. */
static void test_share_between(void **state)
{
	(void)state;
	struct interval i = share_between(81, 263);
	assert_true(near(i.low, 0.2553, 0.00005) && near(i.high, 0.3662, 0.00005));
	i = share_between(15, 148);
	assert_true(near(i.low, 0.0624, 0.00005) && near(i.high, 0.1605, 0.00005));
	i = share_between(0, 20);
	assert_true(near(i.low, 0, 1e-12) && near(i.high, 0.1611, 0.00005));
	i = share_between(29, 29);
	assert_true(near(i.low, 0.8830, 0.00005) && near(i.high, 1, 1e-12));
	i = share_between(0, 0);
	assert_true(i.low == 0 && i.high == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_share_between),
		cmocka_unit_test(test_weights), cmocka_unit_test(test_signs),
		cmocka_unit_test(test_nuisance), cmocka_unit_test(test_toward),
		cmocka_unit_test(test_ranking), cmocka_unit_test(test_calibration_error),
		cmocka_unit_test(test_chance) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
