/* Finding businesses for anybody. Private to this room. */
#ifndef PUBLIC_FIND_H
#define PUBLIC_FIND_H

#include "domains/public/public.h"

struct found {
	int64_t id;
	const char *code, *name, *address, *town, *kind, *letter, *colour;
	const char *licence_no, *searched; /* decided by; not shown */
};
extern const struct model found_model;
struct public_question {
	const char *q;
	struct paging p;
	bool cut; /* answered: more fit than were put in order */
};
/* The page of businesses in service that have all words of q in name (or its pinyin), address,
 * licence number or the name of the town; best ones first. */
enum err public_find(struct req *rq, struct public_question *x, struct list *out);

#endif
