/* Legal terms. The day of the event is not counted; a term whose last day is a statutory holiday
 * ends on the first working day after it (市场监督管理行政处罚程序规定 80). Results are the last
 * millisecond of the last day, local. */
#ifndef CORE_CALENDAR_H
#define CORE_CALENDAR_H

#include "core/app/req.h"

/* n working days after from: the calendar is rules/calendar/workdays.json (holidays and make-up
 * days). */
enum err term_workdays(struct req *rq, int64_t from, int n, int64_t *end);
/* n calendar days after from, moved off a holiday. */
enum err term_days(struct req *rq, int64_t from, int n, int64_t *end);
/* Days from now to end: working days left, 0 on the last day, negative when it is over. */
enum err workdays_left(struct req *rq, int64_t end, int *left);

/* The same, pure: table is the data of rules/calendar/workdays.json. */
bool is_workday(const struct node *table, int64_t at);
enum term_unit { TERM_WORKDAYS, TERM_DAYS, TERM_HOURS, TERM_MONTHS, TERM_YEARS };
/* Time that does not count: its first day still counts, its last does not (as the day of an event).
 * until: ms, not 0. */
struct excluded_span {
	int64_t from, until;
};
struct term {
	enum term_unit unit;
	int n;	     /* 0: the day of the event itself */
	bool stands; /* keeps its last day, even a holiday: working days and hours always do */
	const struct excluded_span *excluded; /* of terms in days; may overlap; NULL: none */
	size_t n_excluded;
};
/* Last millisecond of a term that began at from. Hours: the hour of the event is not counted. */
int64_t term_end(const struct node *table, int64_t from, const struct term *t);
/* Days of the term that its excluded spans took out, up to a moment. */
int term_excluded(const struct node *table, int64_t from, const struct term *t, int64_t until);

#endif
