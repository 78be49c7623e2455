/* What is known of an operator on the morning of a day, as numbers. Pure.
 *
 * Nothing of that day or later is in it, and nothing of who will visit. What visits found counts
 * as far as it differs from what the same inspector usually finds, so that strict and lenient ones
 * weigh the same; the operator's area is not in it. */
#ifndef TARGETING_FEATURES_H
#define TARGETING_FEATURES_H

#include "domains/targeting/visits.h"

enum feature {
	F_NONE,	    /* no visit known */
	F_RATE,	    /* rate of failing visits, drawn to the mean */
	F_FAILED,   /* failures beyond what its inspectors usually find */
	F_SERIOUS,  /* serious violations, the same */
	F_MINOR,    /* minor violations, the same */
	F_CLEAN,    /* nothing at all at the last visit */
	F_JUST,	    /* failed lately: it has been put right, or is being */
	F_AGE_NONE, /* the licence's first day is not known */
	F_AGE,
	F_AGE_NEW,
	F_AGE_1,
	F_AGE_2,
	F_AGE_4,
	F_AGE_OLD,
	F_NEAR,	      /* failures of places nearby, beyond what their inspectors usually find */
	F_LEADS,      /* leads that two officers confirmed */
	F_ALARMS,     /* alarms of cold stores that two officers confirmed */
	F_DECIDED,    /* decisions with a penalty */
	F_COMPLAINTS, /* complaints and reports received */
	F_SEASON_1,   /* the time of the year: the same for all of a run */
	F_SEASON_2,
	F_KINDS /* from here on: one for each kind of business */
};
enum { KINDS_MOST = 40, FEATURES_MOST = F_KINDS + KINDS_MOST };

/* Something that happened to an operator beside visits. */
enum happening { H_LEAD, H_ALARM, H_DECISION, H_COMPLAINT, HAPPENINGS };
struct happened {
	uint32_t who;
	int32_t day;
	enum happening what;
};

struct past; /* what is known on the morning of one day; moves forward only */

/* visits: indexed. from: the morning up to which inspectors' habits are measured, the latest to
 * move to. happened: in any order; n may be 0. Memory in the visits' arena. */
struct past *past_new(
	const struct visits *v, int32_t from, const struct happened *happened, size_t n);
const struct visits *past_visits(const struct past *p);
/* To the morning of a later day. */
void past_move(struct past *p, int32_t day);
/* How many features there are: F_KINDS and the kinds of business. */
size_t past_features(const struct past *p);
/* The features of an operator on that morning; x has past_features() numbers. */
void past_fill(const struct past *p, uint32_t who, double *x);
/* Visits of an operator before that morning. */
uint32_t past_known(const struct past *p, uint32_t who);
/* The usual share of failing visits on the morning from, and the variance of log-odds by which
 * operators lie apart beyond who looks: from pairs of visits to the same operator. */
double past_base(const struct past *p);
double past_spread(const struct past *p);

/* What a feature's contribution to a score means, when it raises and when it lowers it; English,
 * NULL for what is the same for all. */
const char *feature_words(enum feature f, bool raises);
/* 1: more of it never lowers a score, -1: never raises, 0: as the visits teach. */
int feature_sign(enum feature f);

#endif
