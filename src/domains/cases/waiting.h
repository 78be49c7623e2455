/* What the law demands next of the open cases: their clocks, computed from the rows. */
#ifndef CASES_WAITING_H
#define CASES_WAITING_H

#include "domains/cases/clocks.h"

struct waiting {
	int64_t id, operator, area, officer1, officer2; /* id: of the case */
	const char *number, *act_name, *operator_name;
	struct case_clock clock;
	bool elsewhere; /* kept and warned of by another room: fines, measures */
};
struct waiting_list {
	struct waiting *at;
	size_t n, room;
};
/* Whose: area 0 is the district, officer 0 everybody's, case_id 0 every open case. */
struct waiting_query {
	int64_t area, officer, case_id;
	bool warned; /* only cases of which somebody was warned and not done yet */
};
/* Every clock that waits for somebody, the one that ends first in front: those of the procedure,
 * and those of the case's fine, measures and letters. Three statements of rules and two of rows. */
enum err waiting_load(struct req *rq, const struct waiting_query *q, struct waiting_list *out);

/* calendar.c */
enum err case_calendar(struct req *rq);
enum err case_calendar_file(struct req *rq);
/* statistics.c */
enum err case_statistics(struct req *rq);
const char *share_text(struct req *rq, int64_t share); /* "97.4%" of 974; a dash of -1 */
/* challenged.c: reviews and suits of the year, and for a leader those that were lost. */
enum err put_challenged(struct req *rq, int64_t year);
/* clock_look.c: each night, a slice a minute; and what was warned of and is done, each minute. */
enum err case_clocks_every_minute(struct req *rq);

#endif
