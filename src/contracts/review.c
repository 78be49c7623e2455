#include "contracts/review.h"

#include <stddef.h>
#include <string.h>

enum review_result review_decide(const struct review *r, const char **why)
{
	*why = NULL;
	if (strcmp(r->state, "confirmed") == 0 || strcmp(r->state, "rejected") == 0)
		*why = "This lead has been reviewed already.";
	else if (strcmp(r->state, "second") == 0 && r->officer1 == r->officer)
		*why = "The second review must be made by another officer than the first.";
	else if (!r->confirm && !*r->reason)
		*why = "Say why the lead is rejected: the reason teaches the rule.";
	if (*why)
		return REVIEW_REFUSED;
	if (!r->confirm)
		return REVIEW_REJECTED;
	return strcmp(r->state, "new") == 0 ? REVIEW_SECOND : REVIEW_CONFIRMED;
}
