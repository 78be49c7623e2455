/* Finding operators by words: private to this room. */
#ifndef ENTITIES_FIND_H
#define ENTITIES_FIND_H

#include "domains/entities/entities.h"

struct operator_row {
	int64_t id;
	const char *name, *uscc, *licence_no;
	int64_t licence_valid_to;
	const char *kind, *address, *town, *phone, *state, *colour, *letter;
	int64_t complete;	   /* percent of the file when last computed; -1: not yet */
	const char *code, *search; /* what a search decides by; not shown */
};
extern const struct model operator_row_model;

/* At most so many fits are put in order; who wants to see more adds a word. CSV takes all. */
enum { FIND_MAX = 500 };

struct find {
	const char *q; /* trimmed, not empty */
	int64_t town;  /* 0: all */
	const char *kind, *colour;
	bool cut; /* answered: more fit than were put in order */
};
/* The page of operators with exactly this licence number, uscc or code; when there is none, those
 * that have all words of q in name, pinyin of the name,
 * address, legal person or codes (of codes beginning or end, whatever other word proposes); best
 * ones first, then by name and id. */
enum err find_operators(struct req *rq, struct find *f, struct paging p, struct list *out);

#endif
