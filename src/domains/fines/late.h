/* The late fine (加处罚款): pure arithmetic in whole fen and local days (day_number()).
 *
 * For each day after the term on which something is overdue, rate_bp ten-thousandths of the base,
 * rounded down, until the sum reaches the fine (APL 72(1)(1), AEL 45: it never exceeds the fine).
 * Days of a review or suit do not count (APL 73), nor those before an instalment's own day (APL
 * 66). It is taken on the fine alone, not on what was confiscated; payments go to the fine first.
 */
#ifndef FINES_LATE_H
#define FINES_LATE_H

#include "core/base/base.h"

struct late_money {
	int32_t day; /* due that day, or paid that day */
	int64_t fen;
};
struct late_span {
	int32_t from, to; /* both count */
};
struct late_facts {
	int64_t fine_fen, total_fen; /* total: with what was confiscated */
	int64_t rate_bp;	     /* 300 is 3 % */
	bool whole;   /* base is the whole fine while any of it is overdue; else what is unpaid */
	int32_t term; /* last day of the term; 0: not served, nothing runs */
	int32_t plan_from; /* from this day the parts count and not the term; 0: no plan */
	const struct late_money *parts, *paid;
	size_t n_parts, n_paid;
	const struct late_span *spans;
	size_t n_spans;
	int32_t until; /* last day looked at */
};
/* A day that adds, or a run of days that do not count because of a review or suit (add 0). */
struct late_line {
	int32_t day;
	int days;
	int64_t base_fen, add_fen, sum_fen;
};
/* Fills at most cap lines, *n of them; answers the sum, also of days that found no line. */
int64_t late_fine(const struct late_facts *f, struct late_line *out, size_t cap, size_t *n);

#endif
