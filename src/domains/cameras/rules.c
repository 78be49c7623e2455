#include "domains/cameras/rules.h"

#include <string.h>

const char *clip_unusable(const struct register_state *r, int64_t clip_from, int64_t clip_to)
{
	if (!r->legal_passed || r->legal_at > clip_from)
		return "The device had not passed its legal review when the clip was taken.";
	if (!r->technical_passed || r->technical_at > clip_from)
		return "The device had not passed its technical review when the clip was taken.";
	if (!r->sign_there)
		return "No photo shows that the device is marked by a sign.";
	if (!r->notice_at || r->notice_at > clip_from)
		return "The place of the device had not been published when the clip was taken.";
	if (clip_from < r->valid_from || (r->valid_to && clip_to >= r->valid_to + DAY))
		return "The clip lies outside the time for which the device is registered.";
	return NULL;
}

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
