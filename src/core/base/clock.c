#include "core/base/base.h"

#include <stdatomic.h>
#include <time.h>

/* 0 is "not frozen". The one clock of the process, set by tests and by shian demo. */
static _Atomic int64_t frozen;

static int64_t read_clock(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
	int64_t at = atomic_load_explicit(&frozen, memory_order_relaxed);
	return at ? at : read_clock(CLOCK_REALTIME);
}

void clock_set(int64_t ms)
{
	atomic_store(&frozen, ms);
}

int64_t clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* ---- the calendar (proleptic Gregorian) ---------------------------------------------------
 * Years are counted from March, so that the leap day is the last of its year; 400 years have
 * 146097 days, and 1970-01-01 is day 719468 after 0000-03-01. */

enum { DAYS_400 = 146097, EPOCH = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year += floor_div(month - 1, 12); /* month 13 is January of the next year */
	month -= 12 * floor_div(month - 1, 12);
	int64_t from_march = (month + 9) % 12;
	if (month < 3)
		year--;
	int64_t before = 365 * year + floor_div(year, 4) - floor_div(year, 100);
	return before + floor_div(year, 400) + (153 * from_march + 2) / 5 + day - 1 - EPOCH;
}

/* The year that holds this day of a cycle of 400: the guess is at most one too large. */
static int64_t year_in_cycle(int64_t day)
{
	int64_t year = day / 365;
	int64_t first = 365 * year + year / 4 - year / 100 + year / 400;
	return first > day ? year - 1 : year;
}

struct civil civil_of(int64_t ms)
{
	int64_t days = floor_div(ms, DAY), rest;
	rest = ms - days * DAY + 8 * HOUR;
	days += rest / DAY;
	rest %= DAY;
	int64_t cycle = floor_div(days + EPOCH, DAYS_400);
	int64_t in_cycle = days + EPOCH - cycle * DAYS_400;
	int64_t year = year_in_cycle(in_cycle);
	int64_t day = in_cycle - (365 * year + year / 4 - year / 100);
	int64_t from_march = (5 * day + 2) / 153;
	int64_t weekday = (days + 4) - 7 * floor_div(days + 4, 7);
	struct civil c = {
		.month = (int)(from_march < 10 ? from_march + 3 : from_march - 9),
		.day = (int)(day - (153 * from_march + 2) / 5 + 1),
		.hour = (int)(rest / HOUR),
		.minute = (int)(rest / MINUTE % 60),
		.second = (int)(rest / SECOND % 60),
		.weekday = (int)weekday,
	};
	c.year = (int)(cycle * 400 + year + (from_march >= 10));
	return c;
}

int64_t civil_to_ms(struct civil c)
{
	int64_t days = days_of(c.year, c.month, c.day);
	return days * DAY + c.hour * (int64_t)HOUR + c.minute * (int64_t)MINUTE +
	       c.second * (int64_t)SECOND - 8 * (int64_t)HOUR;
}

int32_t day_number(int64_t ms)
{
	int64_t days = floor_div(ms, DAY);
	return (int32_t)(days + (ms - days * DAY + 8 * HOUR) / DAY);
}

/* ---- text --------------------------------------------------------------------------------- */

static bool two_digits(const char *s, int *out)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	*out = (s[0] - '0') * 10 + s[1] - '0';
	return true;
}

bool date_parse(const char *s, int64_t *ms)
{
	int century, year;
	struct civil c = { 0 };
	if (!s || !two_digits(s, &century) || !two_digits(s + 2, &year) || s[4] != '-')
		return false;
	if (!two_digits(s + 5, &c.month) || s[7] != '-' || !two_digits(s + 8, &c.day) || s[10])
		return false;
	c.year = century * 100 + year;
	if (c.year < 1 || c.month < 1 || c.month > 12)
		return false;
	int64_t at = civil_to_ms(c);
	struct civil back = civil_of(at);
	if (back.day != c.day || back.month != c.month)
		return false;
	*ms = at;
	return true;
}

char *date_text(struct arena *a, int64_t ms)
{
	struct civil c = civil_of(ms);
	return arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

char *time_text(struct arena *a, int64_t ms)
{
	struct civil c = civil_of(ms);
	return arena_printf(
		a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

char *time_iso(struct arena *a, int64_t ms)
{
	struct civil c = civil_of(ms);
	int milli = (int)(ms - 1000 * floor_div(ms, 1000));
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03d+08:00", c.year, c.month, c.day,
		c.hour, c.minute, c.second, milli);
}

char *date_zh(struct arena *a, int64_t ms)
{
	struct civil c = civil_of(ms);
	return arena_printf(a, "%d年%d月%d日", c.year, c.month, c.day);
}
