/* How good an order of visits would have been. Pure; the resampling has a fixed seed. */
#ifndef TARGETING_EVALUATE_H
#define TARGETING_EVALUATE_H

#include "core/stats/measures.h"
#include "domains/targeting/score.h"

enum measure {
	M_AREA,	   /* area under the ROC curve */
	M_WITHIN,  /* the same over pairs of one inspector only */
	M_EARLIER, /* days a failing visit comes earlier than it did, the same days being worked */
	M_OVER_RANDOM, /* the same against a random order */
	M_HALF,	       /* share of the failing visits that come in the first half */
	M_TOP,	       /* share that fails in the first tenth */
	M_CALIBRATION, /* expected calibration error in ten bins of equally many */
	MEASURES
};
extern const char *const measure_names[MEASURES];

/* A figure with the middle 95 of 100 of its values over resampled visits. */
struct measured {
	double value;
	int digits; /* worth printing */
	struct interval between;
};
struct measures {
	size_t visits, failed, learnt_from;
	struct measured at[MEASURES];
};

/* E_INVALID when the window has no visit that failed or none that did not: there is nothing to
 * tell apart. */
enum err window_measure(const struct visits *v, const struct window_scores *s, struct measures *out,
	struct fault *why);

#endif
