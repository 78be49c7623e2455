/* The rule by which officers review what a machine proposed: a lead of a camera, an alarm of a
 * sensor. Pure. Two confirmations by different officers confirm it; one rejection, with its reason,
 * rejects it: in doubt for the party (docs/adr/0009). */
#ifndef CONTRACTS_REVIEW_H
#define CONTRACTS_REVIEW_H

#include <stdbool.h>
#include <stdint.h>

enum review_result { REVIEW_SECOND, REVIEW_CONFIRMED, REVIEW_REJECTED, REVIEW_REFUSED };
struct review {
	const char *state; /* before: new, second, confirmed, rejected */
	int64_t officer1, officer;
	bool confirm;
	const char *reason;
};
/* REVIEW_REFUSED: *why says in English which rule stands against it; NULL otherwise. */
enum review_result review_decide(const struct review *r, const char **why);

#endif
