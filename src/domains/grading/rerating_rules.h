/* When an operator may ask to be rated again. Pure. */
#ifndef GRADING_RERATING_RULES_H
#define GRADING_RERATING_RULES_H

#include "domains/grading/rules.h"

struct rerating_rules {
	const char *version;
	int wait_months, per_year, window_months;
	const char *wait_source, *count_source, *cap_source;
};
enum err rerating_rules_read(
	const struct node *data, struct rerating_rules *out, struct fault *why);

struct rerating_facts {
	int64_t now;
	int rank;	      /* of the letter on file: 0 is the best, -1 no letter */
	int64_t inspected_at; /* of the inspection that gave it; 0: none */
	int64_t cap_until;    /* the last cap that lowers it ends then; 0: none */
	bool open;	      /* a request waits already */
	const int64_t *asked; /* requests not withdrawn, oldest first */
	size_t n_asked;
};
struct rerating_answer {
	const char *why_not; /* English sentence; NULL: it may be asked for now */
	int64_t from;	     /* first moment it is possible; 0: no time makes it so */
	const char *source;
};
void rerating_when(const struct rerating_rules *r, const struct rerating_facts *f,
	struct rerating_answer *out);

#endif
