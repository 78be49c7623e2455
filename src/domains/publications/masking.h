/* What of a decision is made unreadable before it is public (令45 5, 6; rules/publications/
 * masking.json), pure. Every place that is masked says why, so that whoever prepares a publication
 * sees it beside the words of the decision. */
#ifndef PUBLICATIONS_MASKING_H
#define PUBLICATIONS_MASKING_H

#include "core/model/node.h"

/* 张某, 张某某: a natural person's name outside; of a minor nothing of it. */
const char *masked_name(struct arena *a, const char *name, bool minor);

/* A word that is masked wherever it stands, also with blanks between its letters. */
struct mask_word {
	const char *word, *by;
	const char *why; /* a reason of the rule: "party", "witness", "secret" */
};
struct masking {
	const struct node *rule;
	bool person; /* the party is a natural person: its house numbers go too */
	const struct mask_word *words;
	size_t n;
};
/* A place: bytes from..to of the text as it was, what stands there now, and why. */
struct mask_mark {
	size_t from, to;
	const char *by, *why;
};
enum { MASK_MARKS_MOST = 2000 };
struct masked {
	const char *text;
	struct mask_mark *marks; /* in the order of the text */
	size_t n;
};
/* Numbers of identity, telephones, accounts (with blanks, dashes, full-width digits), addresses of
 * e-mail, diseases and the words are made unreadable. Beyond MASK_MARKS_MOST places nothing is
 * counted, but all is masked. */
void masked_text(struct arena *a, const struct masking *m, const char *text, struct masked *out);

/* The next word of a list that people typed, parted by , ， 、 ; ； or blanks; NULL at its end. */
char *masking_next(struct arena *a, const char **at);

#endif
