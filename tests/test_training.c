/* The mathematics of learning: logistic regression, measures, and what a training answers on a
 * simulated site. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "simulated_site.h"
#include "core/stats/logistic.h"
#include "core/stats/measures.h"

#include <stdlib.h>
#include <string.h>

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static bool near(double a, double b, double by)
{
	if (fabs(a - b) <= by)
		return true;
	print_message("%.9g is not near %.9g\n", a, b);
	return false;
}

/* ---- regression ------------------------------------------------------ */

/* One column 0 or 1: without a ridge the fit is the log-odds of the two groups. */
static void test_fit_is_the_log_odds(void **state)
{
	struct arena *a = *state;
	double x[200], w[2] = { 0 };
	bool yes[200];
	size_t rows[200];
	for (size_t i = 0; i < 200; i++) {
		x[i] = i < 100 ? 0 : 1;
		yes[i] = i < 100 ? i < 20 : i < 175; /* 20 % and 75 % */
		rows[i] = i;
	}
	struct table t = { 200, 1, x, yes };
	struct fit f = { &t, { rows, 200 }, 1e-9, a };
	logistic_fit(&f, w);
	assert_true(near(w[1], log(0.2 / 0.8), 1e-4));
	assert_true(near(w[0], log(0.75 / 0.25) - log(0.2 / 0.8), 1e-4));
	assert_true(near(sigmoid(logistic_score(&t, w, 0)), 0.2, 1e-5));
	/* a ridge draws towards nothing, and never the bias */
	double tight[2] = { 0 };
	f.ridge = 1e6;
	logistic_fit(&f, tight);
	assert_true(near(tight[0], 0, 1e-3));
	assert_true(near(sigmoid(tight[1]), 95 / 200.0, 1e-3));
	/* fewer rows: only those */
	double half[2] = { 0 };
	f.ridge = 1;
	f.rows.n = 100;
	logistic_fit(&f, half);
	assert_true(near(sigmoid(half[1]), 0.2, 1e-5));
}

/* Nothing separates better than perfectly, and more columns than rows: the ridge holds it. */
static void test_fit_stays_finite(void **state)
{
	struct arena *a = *state;
	enum { N = 12, D = 40 };
	double x[N * D], w[D + 1] = { 0 };
	bool yes[N];
	size_t rows[N];
	uint64_t chance = 3;
	for (size_t i = 0; i < N; i++) {
		yes[i] = i % 2;
		rows[i] = i;
		for (size_t j = 0; j < D; j++)
			x[i * D + j] = site_normal(&chance) + (yes[i] ? 50 : -50);
	}
	struct table t = { N, D, x, yes };
	struct fit f = { &t, { rows, N }, 0.1, a };
	logistic_fit(&f, w);
	for (size_t i = 0; i < N; i++) {
		assert_true(isfinite(logistic_score(&t, w, i)));
		assert_int_equal(logistic_score(&t, w, i) > 0, yes[i]);
	}
}

static void test_standardise(void **state)
{
	(void)state;
	double x[] = { 1, 5, 7, 3, 5, 7, 5, 5, 7 }, mean[3], deviation[3];
	struct table t = { 3, 3, x, NULL };
	columns_standardise(x, &t, mean, deviation);
	assert_true(near(mean[0], 3, 1e-12) && near(deviation[0], sqrt(8.0 / 3), 1e-12));
	assert_true(near(x[0], -2 / sqrt(8.0 / 3), 1e-12));
	assert_true(deviation[1] == 0 && x[1] == 0 && x[4] == 0); /* never varies */
	assert_true(near(mean[2], 7, 1e-12));
}

/* ---- measures -------------------------------------------------------- */

static void test_measures(void **state)
{
	(void)state;
	static const double z[] = { 4, 3, 2, 1, 0, -1 };
	static const bool yes[] = { true, true, false, true, false, false };
	struct scored s = { 6, z, yes };
	double error;
	size_t order[6];
	assert_true(near(roc_area(s, &error), 8 / 9.0, 1e-12));
	assert_true(error > 0 && error < 0.3);
	assert_true(near(share_at_recall(s, 1, order), 3 / 4.0, 1e-12));
	assert_true(near(share_at_recall(s, 0.6, order), 1, 1e-12));
	assert_true(near(share_at_recall(s, 2 / 3.0, order), 1, 1e-12));
	assert_true(near(share_at_recall((struct scored){ 0, z, yes }, 1, order), 0, 0));
	/* equal scores pass together */
	static const double flat[] = { 1, 1, 1, 1, 1, 1 };
	assert_true(near(share_at_recall((struct scored){ 6, flat, yes }, 0.4, order), 0.5, 1e-12));
	assert_true(near(roc_area((struct scored){ 6, flat, yes }, &error), 0.5, 1e-12));
	assert_true(near(roc_area((struct scored){ 2, z, yes }, &error), 0.5, 0) && error == 0.5);
	assert_true(near(
		log_loss((struct scored){ 2, flat, yes }, (struct line){ 0, 0 }), log(2), 1e-12));
	assert_true(isfinite(log_loss(s, (struct line){ 1e6, 0 })));
}

static void test_calibration(void **state)
{
	(void)state;
	enum { N = 4000 };
	double z[N];
	bool yes[N], wrong[N];
	uint64_t chance = 11;
	for (int i = 0; i < N; i++) {
		z[i] = 3 * site_normal(&chance);
		yes[i] = site_uniform(&chance) < sigmoid(0.5 * z[i] - 1);
		wrong[i] = !yes[i];
	}
	struct line l = platt((struct scored){ N, z, yes });
	assert_true(near(l.a, 0.5, 0.06) && near(l.b, -1, 0.12));
	/* pointing the wrong way: its scores say nothing, only the share is kept */
	l = platt((struct scored){ N, z, wrong });
	double share = 0;
	for (int i = 0; i < N; i++)
		share += wrong[i] / (double)N;
	assert_true(l.a == 0 && near(sigmoid(l.b), share, 0.01));
}

/* ---- a site ---------------------------------------------------------- */

struct reviews {
	struct example *at;
	size_t n;
};

static const struct training_limits limits = { .least_labels = 200,
	.least_each = 40,
	.least_cameras = 8,
	.least_held_cameras = 4,
	.least_held_labels = 60,
	.held_percent = 30,
	.keep_recall = 9500,
	.least_recall = 8500 };

/* each reviews of each of cameras, four officers in turn, a minute between two. */
static struct reviews site(struct arena *a, int64_t cameras, size_t each)
{
	struct reviews r = { NEWS(a, struct example, (size_t)cameras * each), 0 };
	uint64_t chance = 99;
	struct site_camera *c = NEWS(a, struct site_camera, (size_t)cameras);
	for (int64_t i = 0; i < cameras; i++)
		c[i] = site_camera(1000 + i, &chance);
	for (size_t k = 0; k < each; k++)
		for (int64_t i = 0; i < cameras; i++) {
			struct example *e = &r.at[r.n];
			e->f = site_head_seen(&c[i], &chance, &e->confirmed);
			e->camera = c[i].id;
			e->officer = 1 + (int64_t)(r.n % 4);
			e->at = INT64_C(1795400000000) + (int64_t)r.n * MINUTE;
			r.n++;
		}
	return r;
}

static struct training_result trained(struct arena *a, struct reviews r)
{
	struct training t = { .at = r.at, .n = r.n, .limits = limits };
	struct training_result out;
	training_run(&t, a, &out);
	print_message("%zu+%zu labels of %zu+%zu cameras: %d %s; share %d -> %d [%d %d], recall "
		      "%d, loss %d -> %d\n",
		out.labels, out.held_labels, out.cameras, out.held_cameras, (int)out.verdict,
		out.why, (int)out.share_before, (int)out.share_after, (int)out.gain_low,
		(int)out.gain_high, (int)out.recall, (int)out.loss_before, (int)out.loss_after);
	return out;
}

static void test_site_improves(void **state)
{
	struct arena *a = *state;
	struct reviews r = site(a, 25, 20);
	struct training_result one = trained(a, r), two = trained(a, r);
	assert_int_equal(one.verdict, TRAINING_BETTER);
	assert_true(one.share_after >= one.share_before + 1000);
	assert_true(one.gain_low > 0 && one.gain_high >= one.gain_low);
	assert_true(one.recall >= 8500);
	assert_true(one.loss_after < one.loss_before);
	assert_int_equal(one.labels + one.held_labels, 500);
	assert_memory_equal(&one.head, &two.head, sizeof one.head); /* the same again */
	/* against itself it is not better: nothing new was learnt */
	struct training again = { .at = r.at, .n = r.n, .limits = limits, .in_force = &one.head };
	snprintf(one.head.net, sizeof one.head.net, "head@3a8831d5");
	training_run(&again, a, &two);
	assert_int_equal(two.verdict, TRAINING_NOT_BETTER);
	assert_true(two.share_before >= one.share_after - 1);
}

static void test_no_cameras_on_both_sides(void **state)
{
	(void)state;
	int held = 0;
	for (int64_t id = 0; id < 10000; id++)
		held += training_holds_out(id, 30);
	assert_true(held > 2800 && held < 3200);
	for (int64_t id = 0; id < 1000; id++) {
		assert_false(training_holds_out(id, 0));
		assert_true(training_holds_out(id, 100));
	}
}

static void test_too_little(void **state)
{
	struct arena *a = *state;
	struct reviews r = site(a, 25, 20);
	r.n = 150;
	assert_int_equal(trained(a, r).verdict, TRAINING_LACKS);
	r = site(a, 6, 80);
	assert_int_equal(trained(a, r).verdict, TRAINING_LACKS);
	r = site(a, 25, 20);
	for (size_t i = 0; i < r.n; i++)
		r.at[i].confirmed = true;
	assert_int_equal(trained(a, r).verdict, TRAINING_LACKS);
	r.n = 0;
	assert_int_equal(trained(a, r).verdict, TRAINING_LACKS);
}

/* The last batch turned round, on all cameras, those of the test among them: only the earlier
 * reviews can tell. */
static void test_batch_turned(void **state)
{
	struct arena *a = *state;
	struct reviews r = site(a, 25, 20);
	for (size_t i = r.n - 120; i < r.n; i++)
		r.at[i].confirmed = !r.at[i].confirmed;
	struct training_result t = trained(a, r);
	assert_int_equal(t.verdict, TRAINING_CONTRADICTS);
	assert_int_equal(t.why_officer, 0);
	assert_true(*t.why);
	/* confirmed without looking */
	r = site(a, 25, 20);
	for (size_t i = r.n - 120; i < r.n; i++)
		r.at[i].confirmed = true;
	assert_int_equal(trained(a, r).verdict, TRAINING_CONTRADICTS);
}

static void test_officer_turned(void **state)
{
	struct arena *a = *state;
	struct reviews r = site(a, 25, 20);
	for (size_t i = 0; i < r.n; i++)
		if (r.at[i].officer == 3)
			r.at[i].confirmed = !r.at[i].confirmed;
	struct training_result t = trained(a, r);
	assert_int_equal(t.verdict, TRAINING_CONTRADICTS);
	assert_int_equal(t.why_officer, 3);
}

/* Scattered over time and officers, so that no part stands out; the cameras kept out do. */
static void test_poison_on_training_cameras(void **state)
{
	struct arena *a = *state;
	struct reviews r = site(a, 25, 20);
	uint64_t chance = 5;
	for (size_t i = 0; i < r.n; i++)
		if (!training_holds_out(r.at[i].camera, limits.held_percent) &&
			site_uniform(&chance) < 0.5)
			r.at[i].confirmed = !r.at[i].confirmed;
	assert_int_equal(trained(a, r).verdict, TRAINING_NOT_BETTER);
}

/* Labels that mean nothing teach nothing. */
static void test_chance_is_refused(void **state)
{
	struct arena *a = *state;
	uint64_t chance = 17;
	for (int k = 0; k < 5; k++) {
		struct reviews r = site(a, 25, 20);
		for (size_t i = 0; i < r.n; i++)
			r.at[i].confirmed = site_uniform(&chance) < 0.5;
		assert_int_not_equal(trained(a, r).verdict, TRAINING_BETTER);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = { T(test_fit_is_the_log_odds), T(test_fit_stays_finite),
		T(test_standardise), T(test_measures), T(test_calibration), T(test_site_improves),
		T(test_no_cameras_on_both_sides), T(test_too_little), T(test_batch_turned),
		T(test_officer_turned), T(test_poison_on_training_cameras),
		T(test_chance_is_refused) };
	return cmocka_run_group_tests_name("training", tests, NULL, NULL);
}
