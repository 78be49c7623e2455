/* From visits to the probability that an operator fails now: learning and scoring. Pure.
 *
 * A logistic regression with a ridge. Inspectors are a nuisance while it learns; a score is the
 * mean over all of them, weighted by how much each visits, so nobody's strictness is in it. It is
 * learnt on mornings that stand as far before the visits as the scores will stand before theirs.
 * What the rare failures teach is drawn to what the more common serious violations teach. */
#ifndef TARGETING_SCORE_H
#define TARGETING_SCORE_H

#include "domains/targeting/features.h"

enum { NEUTRAL_POINTS = 2049, INSPECTORS_MOST = 2000, REASONS = 4 };

struct score_model {
	size_t d; /* features */
	double mean[FEATURES_MOST], deviation[FEATURES_MOST];
	double w[FEATURES_MOST], bias;
	double neutral[NEUTRAL_POINTS]; /* probability at log-odds -12 .. 12, all inspectors */
	size_t visits, failed;		/* learnt from */
	double base, spread;		/* past_base(), past_spread() */
};

/* How much one feature moves one operator's log-odds. */
struct reason {
	int feature;
	double moves;
};

/* Learns from the visits before the past's last morning (from), which moves past there. E_INVALID
 * with the reason when there is too little. */
enum err model_learn(struct score_model *m, struct past *p, int32_t from, struct fault *why);

/* Of the features of one operator. known: its visits, for the interval in which eight in ten of
 * such operators lie. */
struct scored_one {
	double probability, low, high;
	struct reason reasons[REASONS]; /* what moves it most, largest first; moves 0: no more */
};
void model_score(
	const struct score_model *m, const double *x, uint32_t known, struct scored_one *out);

/* ---- a window of visits that were made ----------------------------------- */
struct window {
	int32_t from, to; /* days; to: the day after the last one */
};
struct window_scores {
	struct window window;
	size_t n, learnt_from;
	size_t *visit;	     /* numbers of visits */
	double *probability; /* of each */
};
/* Scores the visits in the window by what was known on the morning of its first day. */
enum err window_score(
	const struct visits *v, struct window w, struct window_scores *out, struct fault *why);

#endif
