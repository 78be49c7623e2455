/* Decisions of the room of complaints: pure. Each answers NULL when the step is allowed, or an
 * English sentence that says why not. */
#ifndef COMPLAINTS_RULES_H
#define COMPLAINTS_RULES_H

#include "core/base/base.h"

/* A complaint (投诉) is mediated, a report (举报) is checked; the law handles them separately. */
const char *may_accept_complaint(const char *kind, const char *state);
/* outcome: settled, not_settled, withdrawn, refused, transferred of a complaint; filed, not_filed,
 * transferred of a report. */
const char *may_decide_complaint(const char *kind, const char *state, const char *outcome);
const char *may_extend_complaint(const char *kind, const char *state, int64_t extended_at);
const char *may_answer_complaint(const char *state);
/* Whoever named itself has to be told; nobody can be told of an anonymous report. */
bool has_to_be_told(const char *kind, bool named);
/* Does the outcome belong to the kind. */
bool outcome_fits(const char *kind, const char *outcome);

enum clock_tone { CLOCK_NONE, CLOCK_TIME, CLOCK_SOON, CLOCK_OVER };
/* left: working days to the end of the term, negative when it is over. */
enum clock_tone complaint_clock(const char *state, int left);
/* The day up to which closed ones are kept, months back: whoever was closed before is erased. */
int64_t erase_before(int64_t now, int64_t months);

#endif
