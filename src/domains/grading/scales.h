/* The scales beside the Shanghai letters, from facts to a value with the arithmetic line by line.
 * Pure. Never one column for two of them: each outcome names its scheme.
 *
 *	QG       national quantitative grade, dynamic: the last inspection on site
 *	QG_YEAR  the same, annual: mean of the dynamic scores of twelve months
 *	RISK     risk level A to D; national form 40 + 60, Shanghai makers 40 + 40 + 20
 *	RC       risk-credit class A to D
 *
 * All numbers, cuts, periods and sources are data (rules/grading); points are hundredths. */
#ifndef GRADING_SCALES_H
#define GRADING_SCALES_H

#include "domains/grading/rules.h"

enum { SCALE_LINES = 32 };

struct scale_outcome {
	const char *scheme, *rule, *version; /* "RISK", "grading/risk", "2016" */
	const char *value;		     /* "RISK_B"; QG_NONE and QG_YEAR_NONE: no grade */
	int64_t points;			     /* hundredths; 0 when nothing was counted */
	int64_t due_at;			     /* it may change by itself then; 0: never */
	struct grade_line lines[SCALE_LINES];
	int n;
};

/* ---- national quantitative grade (国食药监食〔2012〕5号) ------------------------------------- */
enum { QG_CUTS = 4 };
struct qg_cut {
	const char *value;
	int64_t min; /* hundredths, after rounding */
};
struct qg_rules {
	const char *name, *version, *title;
	struct qg_cut dynamic[QG_CUTS], annual[QG_CUTS]; /* best first */
	int n_dynamic, n_annual;
	int key_items;					/* so many failed: no grade */
	int new_months, accident_months, annual_months; /* no grade, no grade, window */
	const char *score_source, *key_source, *new_source, *accident_source, *annual_source;
};
/* E_INVALID with a reason when the data lacks something. */
enum err qg_rules_read(const struct node *data, struct qg_rules *out, struct fault *why);
void qg_compute(struct arena *a, const struct qg_rules *r, const struct grade_facts *f,
	struct scale_outcome *out);
void qg_year_compute(struct arena *a, const struct qg_rules *r, const struct grade_facts *f,
	struct scale_outcome *out);
/* Hundredths to one decimal, half up: 895 is 900, 894 is 890. */
int64_t half_up(int64_t hundredths);

/* ---- points: risk level and risk-credit class --------------------------------------------- */
enum {
	POINT_STATICS = 48,
	POINT_SECTIONS = 3,
	POINT_EVENTS = 12,
	POINT_LEVELS = 6,
	POINT_STEPS = 12
};
/* What counts: everything up to now; what was there when the month, or the year, began. */
enum point_period { PERIOD_NOW, PERIOD_MONTH, PERIOD_YEAR };
struct point_static {
	const char *kinds, *licence; /* words ("" any), beginning of the licence number ("" any) */
	int64_t points;
	const char *source;
};
struct point_event {
	const char *on; /* words: penalties, "accident", codes of triggers */
	int64_t points;
	int months; /* it counts for so long */
	const char *source;
};
struct point_section {
	const char *key;	     /* "dynamic", "general" */
	int64_t max, inspection_max; /* of the section; of the inspection in it, 0: not in it */
	int inspection_months;
	const char *inspection_source, *source;
	struct point_event events[POINT_EVENTS];
	int n;
};
struct point_level {
	const char *value;
	int64_t max; /* the upper bound belongs to it; of the last it has no meaning */
};
struct point_step {
	const char *on;
	int steps, rank, months, clean_months;
	const char *source;
};
struct point_rules {
	const char *name, *scheme, *version, *title;
	enum point_period period;
	struct point_static statics[POINT_STATICS]; /* the first that fits */
	struct point_section sections[POINT_SECTIONS];
	struct point_level levels[POINT_LEVELS]; /* lowest risk first: the place is the rank */
	/* raises, reliefs: by the year before, for PERIOD_YEAR only; floors: at least this rank for
	 * so many months */
	struct point_step raises[POINT_STEPS], reliefs[POINT_STEPS], floors[POINT_STEPS];
	int n_statics, n_sections, n_levels, n_raises, n_reliefs, n_floors;
	const struct node *profile; /* points of risk profiles; NULL: none, statics for all */
};
enum err point_rules_read(const struct node *data, struct point_rules *out, struct fault *why);
void points_compute(struct arena *a, const struct point_rules *r, const struct grade_facts *f,
	struct scale_outcome *out);
/* Static points of a risk profile: of each factor the class that gives most, all added, up to a
 * maximum; a line for each factor. False when the rules have none for this kind, or nobody has
 * recorded one of this kind: then the static points go by kind or licence. */
enum { PROFILE_LINES = 8 };
struct profile_points {
	int64_t sum, kept; /* hundredths; kept: not above the maximum */
	struct grade_line lines[PROFILE_LINES];
	int n;
	const char *source;
};
bool profile_compute(struct arena *a, const struct node *profile, const struct grade_facts *f,
	struct profile_points *out);
/* NULL, or what the data lacks. */
const char *profile_wrong(const struct node *profile);
/* The form of facts that a kind of business has: "caterer", "seller", "maker"; "" none. */
const char *profile_form(const struct node *profile, const char *kind);
/* Hundredths as people write points: "13.5", "8", "7.25". */
const char *points_text(struct arena *a, int64_t hundredths);

/* ---- which scale for whom ------------------------------------------------------------------- */
enum { SCALE_USES = 16, SCALES = 6, POINT_RULES = 6 };
struct scale_use {
	const char *scheme, *rule;
	const char *kinds, *areas; /* words; "* ": all; areas: beginnings of division codes */
};
struct scale_book { /* the rules of all scales in force at one time */
	struct grade_rules shg;
	struct qg_rules qg;
	struct point_rules points[POINT_RULES];
	struct scale_use uses[SCALE_USES];
	int n_points, n_uses;
	const char *signature; /* names and versions: another one means compute again */
};
enum err scale_uses_read(const struct node *data, struct scale_book *out, struct fault *why);
/* The outcomes of all scales that apply, at most one a scheme; answers how many. out has room for
 * SCALES. */
int scales_compute(struct arena *a, const struct scale_book *b, const struct grade_facts *f,
	struct scale_outcome *out);

#endif
