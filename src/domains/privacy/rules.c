#include "domains/privacy/rules.h"

#include <string.h>

const char *breach_next(const struct breach_facts *f, int64_t *due)
{
	bool told = f->told_at || f->untold_at;

	*due = 0;
	if (f->closed || (f->reported_at && told))
		return "";
	if (!f->reported_at && (told || f->report_due <= f->tell_due)) {
		*due = f->report_due;
		return "report";
	}
	*due = f->tell_due;
	return "tell";
}

const char *breach_not_yet(const struct breach_facts *f)
{
	if (f->closed)
		return "It is closed already.";
	if (!f->reported_at)
		return "The authority for personal data has not been told (PIPL article 57).";
	if (!f->told_at && !f->untold_at)
		return "The people concerned have not been told, nor was it decided why they need "
		       "not be (PIPL article 57).";
	return NULL;
}

const char *impact_refused(bool waits, int64_t written_by, int64_t who)
{
	if (!waits)
		return "It was decided on already.";
	if (written_by == who)
		return "Whoever wrote it does not decide on it.";
	return NULL;
}

static bool two_digits(const char *s, int most)
{
	return s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9' &&
	       (s[0] - '0') * 10 + (s[1] - '0') <= most;
}

int64_t hour_ms(const char *text)
{
	if (strlen(text) != 5 || text[2] != ':' || !two_digits(text, 23) ||
		!two_digits(text + 3, 59))
		return -1;
	return ((text[0] - '0') * 10 + (text[1] - '0')) * (int64_t)HOUR +
	       ((text[3] - '0') * 10 + (text[4] - '0')) * (int64_t)MINUTE;
}

const char *check_hour(const char *text)
{
	return hour_ms(text) < 0 ? "Give the hour, such as 09:30." : NULL;
}

const char *cover_step_refused(const char *state, const char *step)
{
	bool made = text_is(state, "made"), confirmed = text_is(state, "confirmed");

	if (text_is(step, "confirm"))
		return made	   ? NULL
		       : confirmed ? "Somebody has looked at it already."
				   : "There is no copy to look at.";
	if (text_is(step, "hand") || text_is(step, "withdraw"))
		return made || confirmed ? NULL : "There is no copy to look at.";
	return confirmed ? NULL
			 : "Nobody has looked at this copy yet, or it is not to be given (PIPL "
			   "article 6, OGI article 15).";
}
