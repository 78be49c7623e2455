/* Facts in words: for timelines, the wall and the ledger. */
#ifndef COMMAND_FACTS_H
#define COMMAND_FACTS_H

#include "core/core.h"

struct fact_word {
	const char *code, *text, *tone;
	const char *href; /* begins the address of the thing; NULL: it has none */
	enum right right; /* who may read of it */
};

extern const struct fact_word fact_table[];	     /* ends with a NULL code */
const struct fact_word *fact_word(const char *name); /* NULL when unknown */
/* The sentence in the visitor's language; the name itself when unknown. */
const char *fact_text(struct req *rq, const char *name);
/* "/leads/12", or "" for who may not see it and for what has no page. */
const char *fact_href(struct req *rq, const char *name, int64_t subject);

#endif
