/* What the law demands of impact assessments and of breaches (个人信息保护法 55–57), and when a
 * covered copy may be given (6; 政府信息公开条例 15), pure. */
#ifndef PRIVACY_RULES_H
#define PRIVACY_RULES_H

#include "core/base/base.h"

struct breach_facts {
	int64_t reported_at, told_at, untold_at; /* 0: not yet */
	int64_t report_due, tell_due;
	bool closed;
};
/* "report", "tell", or "" when nothing is demanded any more; due of it. */
const char *breach_next(const struct breach_facts *f, int64_t *due);
/* NULL when it may be closed, else an English sentence with its article. */
const char *breach_not_yet(const struct breach_facts *f);
/* Whoever wrote an assessment does not decide on it. */
const char *impact_refused(bool waits, int64_t written_by, int64_t who);

/* Of a covered copy of a clip: confirm, hand (a rectangle is added), withdraw, give. NULL when it
 * may be done in this state, else an English sentence. */
const char *cover_step_refused(const char *state, const char *step);

/* "09:30" as milliseconds from midnight; -1: it is none. */
int64_t hour_ms(const char *text);
const char *check_hour(const char *text);

#endif
