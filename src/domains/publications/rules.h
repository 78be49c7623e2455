/* What the rules on publication of penalties say (令45, rules/publications/terms.json), pure: which
 * decision is published, how long, and what may end it early. What is masked: masking.h. */
#ifndef PUBLICATIONS_RULES_H
#define PUBLICATIONS_RULES_H

#include "core/model/node.h"

struct sanction_kinds {
	const char *procedure; /* "ordinary", "simple" */
	const char *kinds;     /* "PEN_WARN,PEN_FINE" */
	int64_t fine_fen;
};

/* Is it published at all: by the ordinary procedure, and not a warning only (令45 2). */
bool publication_wanted(const struct node *rule, const struct sanction_kinds *s);

/* The class of the rule a penalty falls into: how long it is public at least and at most. */
struct publication_term {
	const char *code, *clause;
	int64_t until;	    /* last ms of the last day it is public */
	int64_t early_from; /* first moment an early end may be asked for; 0: never (令45 14) */
};
void publication_term(const struct node *rule, const struct sanction_kinds *s, int64_t published_at,
	struct publication_term *out);

/* An early end (信用修复) and what it needs: NULL when it may be, else an English sentence with its
 * article. */
struct early_facts {
	int64_t early_from, now;
	bool is_public, asked; /* asked: one is waiting for an answer */
	bool promised;	       /* the written promise came with it (守信承诺书) */
	bool duties_done, harm_removed, no_repeat, not_listed;
};
const char *early_not_yet(const struct early_facts *f);	   /* may it be asked for */
const char *early_incomplete(const struct early_facts *f); /* may it be granted */

#endif
