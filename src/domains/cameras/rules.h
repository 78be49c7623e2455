/* Decisions of the room of cameras: pure, no request, no database. */
#ifndef CAMERAS_RULES_H
#define CAMERAS_RULES_H

#include "core/base/base.h"

/* What the register says of a camera at the time of a clip (行政处罚法 41: legal and technical
 * review, sensibly placed and marked, places published; cases.md section 3). Times ms; 0: not done.
 */
struct register_state {
	bool legal_passed, technical_passed, sign_there;
	int64_t legal_at, technical_at, notice_at, valid_from, valid_to;
};

/* NULL: the clip may serve as evidence; else an English sentence why not. */
const char *clip_unusable(const struct register_state *r, int64_t clip_from, int64_t clip_to);

/* A review of a lead. Two confirmations by different officers confirm it; one rejection, with its
 * reason, rejects it: in doubt for the party. */
enum review_result { REVIEW_SECOND, REVIEW_CONFIRMED, REVIEW_REJECTED, REVIEW_REFUSED };
struct review {
	const char *state; /* of the lead before: new, second, ... */
	int64_t officer1, officer;
	bool confirm;
	const char *reason;
};
/* REVIEW_REFUSED: *why says in English which rule stands against it. */
enum review_result review_decide(const struct review *r, const char **why);

#endif
