/* The lists of no penalty (不予处罚) as data (rules/cases/exempt.json), pure: from the act, what
 * officers answered and the party's earlier offences to which item must or may keep it from a
 * penalty, and what is missing. */
#ifndef CASES_EXEMPT_H
#define CASES_EXEMPT_H

#include "core/model/node.h"

struct prior_offence {
	int64_t at; /* when it was decided, ms */
	const char *act,
		*outcome; /* the code of the act; outcome as of cases: penalty, no_penalty, ... */
};

/* An officer's answer to a condition of the data. A condition without one is not yet answered. */
struct exempt_reply {
	const char *condition;
	bool yes;
};

struct exempt_facts {
	const char *act;
	int64_t at; /* when the act was done, ms: "first" looks back from here */
	const struct prior_offence *priors;
	size_t n_priors;
	const struct exempt_reply *replies;
	size_t n_replies;
};

enum exempt_verdict {
	EXEMPT_MUST_NOT, /* must not be punished (APL 33: 不予行政处罚) */
	EXEMPT_MAY_NOT,	 /* need not be punished (可以不予行政处罚) */
	EXEMPT_ASKS,	 /* a condition is not answered yet: missing names them */
	EXEMPT_FAILS,	 /* a condition is not met: missing names it */
};

struct exempt_item {
	const char *code, *list; /* list: general, first, minor */
	const char *ground;	 /* of the report: minor, first, no_fault, honest_source */
	const char *name, *name_en, *article, *article_en;
	bool confirmed;	   /* [C]; else [R] or only likely */
	bool confiscates;  /* the goods are confiscated all the same (FSL 136) */
	bool party_proves; /* what the party did not prove does not hold: it need not be asked */
	enum exempt_verdict verdict;
	const char *missing, *missing_en; /* conditions, parted by "、" and ", "; "" for none */
	const char *missing_codes;	  /* the same, parted by blanks */
	int64_t prior_at;		  /* the earlier offence that makes it not a first one; 0 */
};

/* Every item that speaks of the act, those that help most first. Returns how many. */
int exempt_items(struct arena *a, const struct node *rule, const struct exempt_facts *f,
	struct exempt_item **out);
/* The latest earlier offence in the same field within the years the rule looks back; NULL: the act
 * is a first one. The day on which the years are full does not count any more. */
const struct prior_offence *exempt_prior(const struct node *rule, const struct exempt_facts *f);
/* May a case end without a penalty by this item: NULL, or an English sentence that says why not. */
const char *exempt_refuses(const struct exempt_item *items, int n, const char *code);

#endif
