#include "domains/targeting/features.h"

#include "domains/targeting/near.h"

#include <math.h>
#include <string.h>

#define HALF_LIFE     1095.0 /* days after which a visit counts half */
#define JUST_FAILED   180.0
#define PRIOR	      3.0 /* visits that the mean counts as */
#define HABIT_PRIOR   20.0
#define YEAR	      365.25
#define HAPPENED_HALF 365.0

enum { MOST_SERIOUS = 3, MOST_MINOR = 10, WINDOW_MIDDLE = 30 };

struct habit { /* what an inspector's visits found, mean */
	double failed, serious, minor;
};
struct happened_sums {
	double at[HAPPENINGS];
};

struct past {
	const struct visits *v;
	int32_t day;
	struct habit usual, *habits; /* of all, of each inspector */
	struct near *near;
	uint32_t *known; /* visits of each operator before the day */
	size_t next;	 /* the first visit not before the day */
	struct happened *happened;
	size_t n_happened, next_happened;
	struct happened_sums *sums; /* of each operator, decayed to the day; NULL: none */
	uint32_t *kind_column;	    /* of each kind: 1 + its place after F_KINDS, 0: none */
	size_t kinds;
	double spread;
};

/* ---- words ------------------------------------------------------------- */
static const struct {
	int sign;
	const char *more, *less;
} meanings[F_KINDS] = {
	[F_NONE] = { 0, "No visit is on record yet.", "No visit is on record yet." },
	[F_RATE] = { 1, "It failed more of its visits than others.",
		"It failed fewer of its visits than others." },
	[F_FAILED] = { 1, "It fails more often than its inspectors usually find.",
		"It fails less often than its inspectors usually find." },
	[F_SERIOUS] = { 1, "More serious violations than its inspectors usually find.",
		"Fewer serious violations than its inspectors usually find." },
	[F_MINOR] = { 1, "More general violations than its inspectors usually find.",
		"Fewer general violations than its inspectors usually find." },
	[F_CLEAN] = { -1, "Something was found at the last visit.",
		"Nothing was found at the last visit." },
	[F_JUST] = { 0, "It failed lately.", "It failed lately and is putting things right." },
	[F_AGE_NONE] = { 0, "The first day of its licence is not known.",
		"The first day of its licence is not known." },
	[F_AGE] = { 0, "The age of its licence.", "The age of its licence." },
	[F_AGE_NEW] = { 0, "The age of its licence.", "The age of its licence." },
	[F_AGE_1] = { 0, "The age of its licence.", "The age of its licence." },
	[F_AGE_2] = { 0, "The age of its licence.", "The age of its licence." },
	[F_AGE_4] = { 0, "The age of its licence.", "The age of its licence." },
	[F_AGE_OLD] = { 0, "The age of its licence.", "The age of its licence." },
	[F_NEAR] = { 1, "Places nearby fail more often than usual.",
		"Places nearby fail less often than usual." },
	[F_LEADS] = { 1, "Officers confirmed leads of its cameras.",
		"No lead of its cameras was confirmed." },
	[F_ALARMS] = { 1, "Officers confirmed alarms of its cold stores.",
		"No alarm of its cold stores was confirmed." },
	[F_DECIDED] = { 1, "It was penalised.", "It was not penalised." },
	[F_COMPLAINTS] = { 1, "Complaints and reports about it were received.",
		"No complaint or report about it was received." },
};

const char *feature_words(enum feature f, bool raises)
{
	if (f >= F_KINDS)
		return "Its kind of business.";
	return raises ? meanings[f].more : meanings[f].less;
}

int feature_sign(enum feature f)
{
	return f < F_KINDS ? meanings[f].sign : 0;
}

/* ---- inspectors' habits ------------------------------------------------ */
static double least(double a, double most)
{
	return a < most ? a : most;
}

static void habits_learn(struct past *p, int32_t from)
{
	const struct visits *v = p->v;
	double *n = NEWS(v->arena, double, v->inspectors.n), all = 0;
	struct habit sum = { 0 };

	p->habits = NEWS(v->arena, struct habit, v->inspectors.n);
	for (size_t i = 0; i < v->n && v->at[i].day < from; i++) {
		const struct visit *x = &v->at[i];
		struct habit *h = &p->habits[x->inspector];
		n[x->inspector]++;
		all++;
		h->failed += x->failed;
		h->serious += least(x->serious, MOST_SERIOUS);
		h->minor += least(x->minor, MOST_MINOR);
	}
	for (size_t q = 0; q < v->inspectors.n; q++) {
		sum.failed += p->habits[q].failed;
		sum.serious += p->habits[q].serious;
		sum.minor += p->habits[q].minor;
	}
	all = all > 0 ? all : 1;
	p->usual = (struct habit){ sum.failed / all, sum.serious / all, sum.minor / all };
	for (size_t q = 0; q < v->inspectors.n; q++) {
		struct habit *h = &p->habits[q];
		double m = n[q] + HABIT_PRIOR;
		*h = (struct habit){ (h->failed + HABIT_PRIOR * p->usual.failed) / m,
			(h->serious + HABIT_PRIOR * p->usual.serious) / m,
			(h->minor + HABIT_PRIOR * p->usual.minor) / m };
	}
}

static double beyond_failed(const struct past *p, const struct visit *x)
{
	return (x->failed ? 1 : 0) - p->habits[x->inspector].failed;
}

/* Products of what two visits in a row found beyond the inspectors' habits. */
static void spread_learn(struct past *p, int32_t from)
{
	const struct visits *v = p->v;
	double products = 0, weights = 1e-9;

	for (size_t k = 0; k < v->n_operators; k++) {
		const uint32_t *own = v->by_operator + v->operators[k].first;
		for (uint32_t j = 1; j < v->operators[k].n && v->at[own[j]].day < from; j++) {
			const struct visit *a = &v->at[own[j - 1]], *b = &v->at[own[j]];
			double pa = p->habits[a->inspector].failed,
			       pb = p->habits[b->inspector].failed;
			products += beyond_failed(p, a) * beyond_failed(p, b);
			weights += pa * (1 - pa) * pb * (1 - pb);
		}
	}
	p->spread = fmin(2, fmax(0.1, products / weights));
}

/* ---- beginning --------------------------------------------------------- */
static void kinds_number(struct past *p, int32_t from)
{
	const struct visits *v = p->v;
	size_t *n = NEWS(v->arena, size_t, v->kinds.n);

	p->kind_column = NEWS(v->arena, uint32_t, v->kinds.n);
	for (size_t i = 0; i < v->n && v->at[i].day < from; i++)
		n[v->operators[v->at[i].who].kind]++;
	while (p->kinds < KINDS_MOST) {
		size_t most = 0;
		for (size_t k = 1; k < v->kinds.n; k++)
			if (!p->kind_column[k] && n[k] && (!most || n[k] > n[most]))
				most = k;
		if (!most)
			return;
		p->kind_column[most] = (uint32_t)++p->kinds;
	}
}

/* A visit a day later than another counts for what it is then: days are sorted by counting. */
static void happened_sort(struct past *p, const struct happened *from, size_t n)
{
	int32_t low = INT32_MAX, high = INT32_MIN;

	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		low = from[i].day < low ? from[i].day : low;
		high = from[i].day > high ? from[i].day : high;
	}
	size_t *begin = NEWS(p->v->arena, size_t, (size_t)((int64_t)high - low) + 2);
	p->happened = NEWS(p->v->arena, struct happened, n);
	p->sums = NEWS(p->v->arena, struct happened_sums, p->v->n_operators + 1);
	for (size_t i = 0; i < n; i++)
		begin[(int64_t)from[i].day - low + 1]++;
	for (int64_t d = 1; d <= (int64_t)high - low; d++)
		begin[d] += begin[d - 1];
	for (size_t i = 0; i < n; i++)
		p->happened[begin[(int64_t)from[i].day - low]++] = from[i];
	p->n_happened = n;
}

struct past *past_new(
	const struct visits *v, int32_t from, const struct happened *happened, size_t n)
{
	struct past *p = NEW(v->arena, struct past);

	*p = (struct past){ .v = v, .day = NO_DAY };
	p->known = NEWS(v->arena, uint32_t, v->n_operators + 1);
	habits_learn(p, from);
	spread_learn(p, from);
	kinds_number(p, from);
	happened_sort(p, happened, n);
	p->near = near_new(v, from);
	return p;
}

/* ---- moving ------------------------------------------------------------ */
static void happened_move(struct past *p, int32_t day)
{
	double fade = p->day == NO_DAY ? 0 : exp2(-((double)day - p->day) / HAPPENED_HALF);

	if (!p->sums)
		return;
	for (size_t k = 0; k < p->v->n_operators; k++)
		for (int h = 0; h < HAPPENINGS; h++)
			p->sums[k].at[h] *= fade;
	for (; p->next_happened < p->n_happened; p->next_happened++) {
		const struct happened *x = &p->happened[p->next_happened];
		if (x->day >= day)
			return;
		p->sums[x->who].at[x->what] += exp2(-((double)day - x->day) / HAPPENED_HALF);
	}
}

void past_move(struct past *p, int32_t day)
{
	const struct visits *v = p->v;

	happened_move(p, day);
	near_fade(p->near, p->day == NO_DAY ? 0 : exp2(-((double)day - p->day) / HALF_LIFE));
	for (; p->next < v->n && v->at[p->next].day < day; p->next++) {
		const struct visit *x = &v->at[p->next];
		double counts = exp2(-((double)day - x->day) / HALF_LIFE);
		p->known[x->who]++;
		near_add(p->near, x->who, (struct mass){ counts, counts * beyond_failed(p, x) });
	}
	near_smooth(p->near);
	p->day = day;
}

/* ---- filling ----------------------------------------------------------- */
static void fill_age(const struct past *p, const struct visited *o, double *x)
{
	double age = o->licensed == NO_DAY ? -1 : fmax(0, ((double)p->day - o->licensed) / YEAR);

	x[F_AGE_NONE] = age < 0;
	if (age < 0)
		return;
	x[F_AGE] = log1p(age) - 1.6;
	x[F_AGE_NEW] = age < 0.5;
	x[F_AGE_1] = age >= 0.5 && age < 1;
	x[F_AGE_2] = age >= 1 && age < 2;
	x[F_AGE_4] = age >= 2 && age < 4;
	x[F_AGE_OLD] = age >= 9;
}

/* Answers what the operator itself adds to its surroundings. */
static struct mass fill_history(const struct past *p, uint32_t who, double *x)
{
	const struct visits *v = p->v;
	const uint32_t *own = v->by_operator + v->operators[who].first;
	double n = 0, failed = 0, beyond = 0, serious = 0, minor = 0;
	const struct visit *last = NULL;

	for (uint32_t j = 0; j < p->known[who]; j++) {
		last = &v->at[own[j]];
		const struct habit *h = &p->habits[last->inspector];
		double counts = exp2(-((double)p->day - last->day) / HALF_LIFE);
		n += counts;
		failed += last->failed ? counts : 0;
		beyond += counts * beyond_failed(p, last);
		serious += counts * (least(last->serious, MOST_SERIOUS) - h->serious);
		minor += counts * (least(last->minor, MOST_MINOR) - h->minor);
		if (last->failed)
			x[F_JUST] = exp2(-((double)p->day - last->day) / JUST_FAILED);
	}
	x[F_NONE] = !last;
	x[F_RATE] = (failed + PRIOR * p->usual.failed) / (n + PRIOR) - p->usual.failed;
	x[F_FAILED] = beyond / (n + PRIOR);
	x[F_SERIOUS] = serious / (n + PRIOR);
	x[F_MINOR] = minor / (n + PRIOR);
	x[F_CLEAN] = last && !last->failed && !last->critical && !last->serious && !last->minor;
	return (struct mass){ n, beyond };
}

void past_fill(const struct past *p, uint32_t who, double *x)
{
	const struct visited *o = &p->v->operators[who];
	double year = 2 * M_PI * fmod(((double)p->day + WINDOW_MIDDLE) / YEAR, 1);

	memset(x, 0, past_features(p) * sizeof(*x));
	struct mass own = fill_history(p, who, x);
	fill_age(p, o, x);
	x[F_NEAR] = near_of(p->near, who, own);
	for (int h = 0; p->sums && h < HAPPENINGS; h++)
		x[F_LEADS + h] = log1p(p->sums[who].at[h]);
	x[F_SEASON_1] = sin(year);
	x[F_SEASON_2] = cos(year);
	if (p->kind_column[o->kind])
		x[F_KINDS + p->kind_column[o->kind] - 1] = 1;
}

const struct visits *past_visits(const struct past *p)
{
	return p->v;
}

size_t past_features(const struct past *p)
{
	return F_KINDS + p->kinds;
}

uint32_t past_known(const struct past *p, uint32_t who)
{
	return p->known[who];
}

double past_base(const struct past *p)
{
	return p->usual.failed;
}

double past_spread(const struct past *p)
{
	return p->spread;
}
