#include "workers/vision/hours.h"

static bool two_digits(const char *s, int *out)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	*out = (s[0] - '0') * 10 + (s[1] - '0');
	return true;
}

/* HH:MM at s; minutes of the day into out. */
static bool clock_time(const char *s, int *out)
{
	int hour, minute;
	if (!two_digits(s, &hour) || s[2] != ':' || !two_digits(s + 3, &minute))
		return false;
	*out = hour * 60 + minute;
	return minute < 60 && *out <= MINUTES_A_DAY;
}

static enum err bad(const char *text, struct fault *why)
{
	return fault(why, E_INVALID,
		"hours are written HH:MM-HH:MM, several with commas between, not \"%.60s\"", text);
}

enum err hours_parse(const char *text, struct hours *out, struct fault *why)
{
	*out = (struct hours){ 0 };
	const char *s = text;
	while (*s) {
		int from, to;
		if (!clock_time(s, &from) || s[5] != '-' || !clock_time(s + 6, &to))
			return bad(text, why);
		if (from == to || from == MINUTES_A_DAY)
			return fault(why, E_INVALID, "hours that begin and end at once: \"%.60s\"",
				text);
		if (out->n == HOURS_MAX)
			return fault(why, E_INVALID, "more than %d spans of hours", HOURS_MAX);
		out->span[out->n].from = from;
		out->span[out->n++].to = to;
		s += 11;
		if (*s == '\0')
			break;
		if (*s++ != ',' || *s == '\0')
			return bad(text, why);
	}
	return OK;
}

bool hours_closed(const struct hours *h, int64_t ms)
{
	struct civil c = civil_of(ms);
	int now = c.hour * 60 + c.minute;
	for (size_t i = 0; i < h->n; i++) {
		int from = h->span[i].from, to = h->span[i].to;
		bool open = from < to ? now >= from && now < to : now >= from || now < to;
		if (open)
			return false;
	}
	return h->n > 0;
}
