#include "domains/grid/rules.h"

#include <ctype.h>
#include <string.h>

enum { MONTH_DAYS = 30, LEAVE_DAYS_MAX = 366 };

const char *check_card_no(const char *value)
{
	size_t n = strlen(value);

	for (const char *s = value; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-')
			return "has only letters, digits and dashes";
	return n < 4 || n > 30 ? "has 4 to 30 characters" : NULL;
}

const char *leave_wrong(int64_t from, int64_t to, int64_t today)
{
	if (!from || !to)
		return "Leave has a first and a last day.";
	if (to < from)
		return "Leave does not end before it begins.";
	if (from < today - MONTH_DAYS * DAY)
		return "Leave may be entered up to 30 days afterwards.";
	return to - from > LEAVE_DAYS_MAX * DAY ? "Leave has at most a year." : NULL;
}

enum card_state card_state_of(int64_t valid_to, int64_t today)
{
	if (valid_to < today)
		return CARD_OVER;
	return valid_to < today + MONTH_DAYS * DAY ? CARD_ENDS_SOON : CARD_VALID;
}
