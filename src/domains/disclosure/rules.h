/* What may be done with a request for information, and when (政府信息公开条例 30, 33), pure: NULL
 * when it may, else an English sentence with its article. */
#ifndef DISCLOSURE_RULES_H
#define DISCLOSURE_RULES_H

#include "core/model/node.h"

struct disclosure_facts {
	const char *state;
	bool mended, extended;	 /* asked to correct before; more time before */
	int64_t mend_until, now; /* last moment to ask for a correction */
};
const char *wait_refused(const struct disclosure_facts *f, const char *kind); /* mend, third */
const char *extend_refused(const struct disclosure_facts *f);
/* answer: the node of the rule, or NULL when the code is none of it. */
const char *answer_refused(const struct disclosure_facts *f, const struct node *answer);

/* A clip is put to it before the answer, and given with an answer that gives something (33, 36,
 * 37). */
const char *clip_put_refused(const struct disclosure_facts *f);
const char *clip_give_refused(const struct disclosure_facts *f, const struct node *answer);

#endif
