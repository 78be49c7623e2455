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
/* Pure: table is the rule's data. */
bool is_workday(const struct node *table, int64_t at);

#endif
