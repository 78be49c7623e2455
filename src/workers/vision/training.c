#include "workers/vision/training.h"
#include "core/stats/logistic.h"
#include "core/stats/measures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 4, RIDGES = 4, DRAWS = 1000, WHOLE = 10000 };

static const double ridges[RIDGES] = { 1000, 250, 60, 15 }; /* the strongest first */

#define RIDGE_OF_CHECKS 250

/* What is being worked on: the examples as a table, and which are trained on. */
struct work {
	const struct training *t;
	struct arena *a;
	struct table table;
	double *mean, *deviation;
	bool *yes;
	size_t *train, *held, n_train, n_held;
	double *before; /* log-odds the model in force gives, of all examples */
};

/* ---- dividing -------------------------------------------------------- */

static uint64_t mixed(uint64_t v) /* SplitMix64 */
{
	v += 0x9E3779B97F4A7C15u;
	v = (v ^ v >> 30) * 0xBF58476D1CE4E5B9u;
	v = (v ^ v >> 27) * 0x94D049BB133111EBu;
	return v ^ v >> 31;
}

bool training_holds_out(int64_t camera, int32_t percent)
{
	return mixed((uint64_t)camera) % 100 < (uint64_t)percent;
}

static size_t fold_of(int64_t camera)
{
	return (size_t)(mixed(~(uint64_t)camera) % FOLDS);
}

static size_t cameras_of(const struct work *w, const size_t *rows, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		bool seen = false;
		for (size_t j = 0; j < i && !seen; j++)
			seen = w->t->at[rows[j]].camera == w->t->at[rows[i]].camera;
		count += !seen;
	}
	return count;
}

static size_t yes_of(const struct work *w, const size_t *rows, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += w->yes[rows[i]];
	return count;
}

/* The log-odds the model in force gives: its head's, else the classifier's own. */
static double odds_before(const struct training *t, const struct example *e)
{
	int32_t p = t->in_force ? site_head_judge(t->in_force, &e->f) : -1;
	return site_log_odds(p >= 0 ? p : e->f.base);
}

static struct work prepare(const struct training *t, struct arena *a)
{
	size_t n = t->n, d = (n ? t->at[0].f.n : 0) + 1;
	double *x = NEWS(a, double, n *d);
	struct work w = { .t = t, .a = a, .yes = NEWS(a, bool, n), .before = NEWS(a, double, n) };
	w.train = NEWS(a, size_t, n);
	w.held = NEWS(a, size_t, n);
	w.mean = NEWS(a, double, d);
	w.deviation = NEWS(a, double, d);
	for (size_t i = 0; i < n; i++) {
		const struct example *e = &t->at[i];
		for (size_t j = 0; j + 1 < d; j++)
			x[i * d + j] = (double)e->f.at[j] / FEATURES_ONE;
		x[i * d + d - 1] = site_log_odds(e->f.base);
		w.yes[i] = e->confirmed;
		w.before[i] = odds_before(t, e);
		if (training_holds_out(e->camera, t->limits.held_percent))
			w.held[w.n_held++] = i;
		else
			w.train[w.n_train++] = i;
	}
	w.table = (struct table){ n, d, x, w.yes };
	columns_standardise(x, &w.table, w.mean, w.deviation);
	return w;
}

/* ---- is there enough ------------------------------------------------- */

static const char *lacks(const struct training_result *r, const struct training_limits *l)
{
	size_t rejected = r->labels - r->confirmed, held_no = r->held_labels - r->held_confirmed;
	if (r->labels + r->held_labels < l->least_labels)
		return "There are too few reviewed leads.";
	if (r->confirmed < l->least_each || rejected < l->least_each)
		return "There are too few confirmed or too few rejected leads.";
	if (r->cameras < l->least_cameras)
		return "The reviewed leads come from too few cameras.";
	if (r->held_cameras < l->least_held_cameras || r->held_labels < l->least_held_labels)
		return "Too few reviewed leads come from cameras that are kept out for the test.";
	if (r->held_confirmed < l->least_each / 4 + 1 || held_no < l->least_each / 4 + 1)
		return "The cameras that are kept out show only one kind of verdict.";
	return NULL;
}

static void count(const struct work *w, struct training_result *out)
{
	out->labels = w->n_train;
	out->confirmed = yes_of(w, w->train, w->n_train);
	out->cameras = cameras_of(w, w->train, w->n_train);
	out->held_labels = w->n_held;
	out->held_confirmed = yes_of(w, w->held, w->n_held);
	out->held_cameras = cameras_of(w, w->held, w->n_held);
}

/* ---- do the reviews agree with each other ---------------------------- */

enum { GROUP_LEAST = 20, REST_LEAST = 40, GROUPS_MAX = 32 };

/* One part of the reviews against the rest. */
struct parts {
	size_t *group, *rest, n_group, n_rest;
};

/* True when what the rest teaches says the opposite of the group: it ranks the group's leads the
 * wrong way round (one in a hundred by chance), or the group confirms far more or far less. */
static bool contradicts(const struct work *w, const struct parts *p)
{
	size_t yes = yes_of(w, p->group, p->n_group), rest = yes_of(w, p->rest, p->n_rest);
	if (p->n_group < GROUP_LEAST || p->n_rest < REST_LEAST || rest < 10 ||
		p->n_rest - rest < 10)
		return false;
	double *weights = NEWS(w->a, double, w->table.d + 1), *z = NEWS(w->a, double, p->n_group);
	bool *is = NEWS(w->a, bool, p->n_group);
	double error, expected = 0, spread = 0, observed = (double)yes;
	struct fit f = { &w->table, { p->rest, p->n_rest }, RIDGE_OF_CHECKS, w->a };
	logistic_fit(&f, weights);
	for (size_t i = 0; i < p->n_group; i++) {
		z[i] = logistic_score(&w->table, weights, p->group[i]);
		is[i] = w->yes[p->group[i]];
		double probable = sigmoid(z[i]);
		expected += probable;
		spread += probable * (1 - probable);
	}
	double area = roc_area((struct scored){ p->n_group, z, is }, &error);
	double apart = fabs(observed - expected);
	bool turned = yes >= 5 && p->n_group - yes >= 5 && area + 2.33 * error < 0.5;
	return turned || (apart > 0.4 * (double)p->n_group && apart > 4 * sqrt(spread));
}

/* The new batch: since the last training, else the newest quarter. */
static bool batch_contradicts(const struct work *w)
{
	const struct training *t = w->t;
	struct parts p = { NEWS(w->a, size_t, t->n), NEWS(w->a, size_t, t->n), 0, 0 };
	for (size_t i = 0; i < t->n; i++) {
		bool is_new = t->since ? t->at[i].at > t->since : i >= t->n - t->n / 4;
		if (is_new)
			p.group[p.n_group++] = i;
		else
			p.rest[p.n_rest++] = i;
	}
	return contradicts(w, &p);
}

static bool officer_contradicts(const struct work *w, int64_t officer)
{
	const struct training *t = w->t;
	struct parts p = { NEWS(w->a, size_t, t->n), NEWS(w->a, size_t, t->n), 0, 0 };
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].officer == officer)
			p.group[p.n_group++] = i;
		else
			p.rest[p.n_rest++] = i;
	return contradicts(w, &p);
}

static int64_t contradicting_officer(const struct work *w)
{
	int64_t asked[GROUPS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < w->t->n && n < GROUPS_MAX; i++) {
		int64_t officer = w->t->at[i].officer;
		bool before = false;
		for (size_t j = 0; j < n; j++)
			before = before || asked[j] == officer;
		if (before)
			continue;
		asked[n++] = officer;
		if (officer_contradicts(w, officer))
			return officer;
	}
	return 0;
}

static bool contradiction(const struct work *w, struct training_result *out)
{
	out->verdict = TRAINING_CONTRADICTS;
	if ((out->why_officer = contradicting_officer(w)))
		out->why = "The reviews of one officer contradict those of the others.";
	else if (batch_contradicts(w))
		out->why = "The newest reviews contradict the earlier ones.";
	else
		return false;
	return true;
}

/* ---- fitting --------------------------------------------------------- */

/* Scores of the rows trained on by fits that had not seen their cameras, for each ridge. */
static void cross(const struct work *w, double *z[RIDGES])
{
	size_t *rows = NEWS(w->a, size_t, w->n_train);
	for (size_t k = 0; k < FOLDS; k++) {
		double *weights = NEWS(w->a, double, w->table.d + 1);
		struct fit f = { &w->table, { rows, 0 }, 0, w->a };
		for (size_t i = 0; i < w->n_train; i++)
			if (fold_of(w->t->at[w->train[i]].camera) != k)
				rows[f.rows.n++] = w->train[i];
		for (size_t r = 0; r < RIDGES; r++) {
			f.ridge = ridges[r];
			logistic_fit(&f, weights); /* begins at the ridge before */
			for (size_t i = 0; i < w->n_train; i++)
				if (fold_of(w->t->at[w->train[i]].camera) == k)
					z[r][i] = logistic_score(&w->table, weights, w->train[i]);
		}
	}
}

static bool *verdicts(const struct work *w, const size_t *rows, size_t n)
{
	bool *yes = NEWS(w->a, bool, n);
	for (size_t i = 0; i < n; i++)
		yes[i] = w->yes[rows[i]];
	return yes;
}

/* The largest threshold, in hundredths, that lets the wanted share of the confirmed pass. */
static int32_t threshold_for(struct scored s, struct line c, int32_t recall)
{
	double all = 0;
	for (size_t i = 0; i < s.n; i++)
		all += s.yes[i];
	for (int32_t t = WHOLE; t > 0; t -= 10) {
		double passed = 0;
		for (size_t i = 0; i < s.n; i++)
			passed += s.yes[i] && WHOLE * sigmoid(c.a * s.z[i] + c.b) >= t;
		if (passed >= all * recall / WHOLE)
			return t;
	}
	return 0;
}

/* Fits, and folds standardising and calibration into the head's own numbers. */
static void fit_head(const struct work *w, struct site_head *h)
{
	double *z[RIDGES], best = INFINITY;
	size_t chosen = 0, d = w->table.d;
	struct line line = { 1, 0 };
	bool *yes = verdicts(w, w->train, w->n_train);
	for (size_t r = 0; r < RIDGES; r++)
		z[r] = NEWS(w->a, double, w->n_train);
	cross(w, z);
	for (size_t r = 0; r < RIDGES; r++) {
		struct scored s = { w->n_train, z[r], yes };
		struct line c = platt(s);
		double loss = log_loss(s, c);
		if (loss < best) {
			best = loss;
			line = c;
			chosen = r;
		}
	}
	double *weights = NEWS(w->a, double, d + 1);
	struct fit f = { &w->table, { w->train, w->n_train }, ridges[chosen], w->a };
	logistic_fit(&f, weights);
	*h = (struct site_head){ .n = d - 1, .bias = line.a * weights[d] + line.b };
	for (size_t j = 0; j < d; j++) {
		double to = w->deviation[j] > 0 ? line.a * weights[j] / w->deviation[j] : 0;
		h->bias -= to * w->mean[j];
		if (j + 1 < d)
			h->weights[j] = to;
		else
			h->base = to;
	}
	h->threshold = threshold_for(
		(struct scored){ w->n_train, z[chosen], yes }, line, w->t->limits.keep_recall);
}

/* ---- comparing ------------------------------------------------------- */

/* The held-out leads as both judges see them. */
struct duel {
	size_t n;
	double *before, *after; /* log-odds */
	bool *yes;
	double threshold; /* of after */
	size_t *order;	  /* room for n */
};

struct outcome {
	double recall, before, after; /* shares 0..1 */
};

static struct outcome compare(const struct duel *d)
{
	double all = 0, yes = 0, passed = 0;
	for (size_t i = 0; i < d->n; i++) {
		all += d->yes[i];
		if (d->after[i] < d->threshold)
			continue;
		passed++;
		yes += d->yes[i];
	}
	struct outcome o = { all > 0 ? yes / all : 0, 0, passed > 0 ? yes / passed : 0 };
	o.before = share_at_recall((struct scored){ d->n, d->before, d->yes }, o.recall, d->order);
	return o;
}

static struct duel duel_of(
	const struct work *w, const struct site_head *h, const size_t *rows, size_t n)
{
	struct duel d = { n, NEWS(w->a, double, n), NEWS(w->a, double, n), verdicts(w, rows, n),
		site_log_odds(h->threshold), NEWS(w->a, size_t, n) };
	for (size_t i = 0; i < n; i++) {
		struct features f = w->t->at[rows[i]].f;
		snprintf(f.net, sizeof f.net, "%s", h->net);
		d.before[i] = w->before[rows[i]];
		d.after[i] = site_log_odds(site_head_judge(h, &f));
	}
	return d;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Redraws the cameras kept out, with the leads of each, a thousand times: how much of the gain is
 * the luck of these cameras. */
static void interval(const struct work *w, const struct duel *all, struct training_result *out)
{
	size_t room = w->n_held * 8 + 1, n_cameras = 0;
	int64_t *cameras = NEWS(w->a, int64_t, w->n_held);
	struct duel d = { 0, NEWS(w->a, double, room), NEWS(w->a, double, room),
		NEWS(w->a, bool, room), all->threshold, NEWS(w->a, size_t, room) };
	double gains[DRAWS];
	uint64_t chance = 1;
	for (size_t i = 0; i < w->n_held; i++) {
		bool seen = false;
		for (size_t j = 0; j < n_cameras; j++)
			seen = seen || cameras[j] == w->t->at[w->held[i]].camera;
		if (!seen)
			cameras[n_cameras++] = w->t->at[w->held[i]].camera;
	}
	for (size_t k = 0; k < DRAWS; k++) {
		d.n = 0;
		for (size_t c = 0; c < n_cameras; c++) {
			int64_t drawn = cameras[(chance = mixed(chance)) % n_cameras];
			for (size_t i = 0; i < w->n_held && d.n < room; i++) {
				if (w->t->at[w->held[i]].camera != drawn)
					continue;
				d.before[d.n] = all->before[i];
				d.after[d.n] = all->after[i];
				d.yes[d.n++] = all->yes[i];
			}
		}
		struct outcome o = compare(&d);
		gains[k] = o.after - o.before;
	}
	qsort(gains, DRAWS, sizeof *gains, by_size);
	out->gain_low = (int32_t)lrint(gains[DRAWS / 20] * WHOLE);
	out->gain_high = (int32_t)lrint(gains[DRAWS - 1 - DRAWS / 20] * WHOLE);
}

/* The model in force gets its scores calibrated on the same cameras, so that it is not beaten for
 * being badly calibrated only. */
static void losses(const struct work *w, const struct duel *held, struct training_result *out)
{
	double *z = NEWS(w->a, double, w->n_train);
	for (size_t i = 0; i < w->n_train; i++)
		z[i] = w->before[w->train[i]];
	struct line c = platt((struct scored){ w->n_train, z, verdicts(w, w->train, w->n_train) });
	struct scored before = { held->n, held->before, held->yes },
		      after = { held->n, held->after, held->yes };
	out->loss_before = (int32_t)lrint(log_loss(before, c) * WHOLE);
	out->loss_after = (int32_t)lrint(log_loss(after, (struct line){ 1, 0 }) * WHOLE);
}

static void judge(const struct work *w, struct training_result *out)
{
	struct duel held = duel_of(w, &out->head, w->held, w->n_held);
	struct outcome o = compare(&held);
	out->recall = (int32_t)lrint(o.recall * WHOLE);
	out->share_before = (int32_t)lrint(o.before * WHOLE);
	out->share_after = (int32_t)lrint(o.after * WHOLE);
	interval(w, &held, out);
	losses(w, &held, out);
	out->verdict = TRAINING_NOT_BETTER;
	if (out->recall < w->t->limits.least_recall)
		out->why = "On cameras kept out it loses too many leads that officers confirmed.";
	else if (out->gain_low <= 0)
		out->why = "On cameras kept out its share of confirmed leads is not surely higher.";
	else if (out->loss_after >= out->loss_before)
		out->why = "On cameras kept out its probabilities are no better.";
	else
		out->verdict = TRAINING_BETTER;
}

void training_run(const struct training *t, struct arena *a, struct training_result *out)
{
	*out = (struct training_result){ .why = "" };
	struct work w = prepare(t, a);
	count(&w, out);
	const char *missing = lacks(out, &t->limits);
	if (missing) {
		out->verdict = TRAINING_LACKS;
		out->why = missing;
		return;
	}
	if (contradiction(&w, out))
		return;
	fit_head(&w, &out->head);
	judge(&w, out);
}
