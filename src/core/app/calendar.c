#include "core/app/calendar.h"

#include <stdio.h>
#include <string.h>

enum { TABLE_DAYS = 3660 };

static bool listed(const struct node *list, const char *day)
{
	NODE_EACH (d, list)
		if (d->type == NODE_TEXT && strcmp(d->s, day) == 0)
			return true;
	return false;
}

bool is_workday(const struct node *table, int64_t at)
{
	struct civil c = civil_of(at);
	char text[48];

	snprintf(text, sizeof(text), "%04d-%02d-%02d", c.year, c.month, c.day);
	if (listed(node_find(table, "on"), text))
		return true;
	if (listed(node_find(table, "off"), text))
		return false;
	return c.weekday != 0 && c.weekday != 6;
}

static int64_t midnight(int64_t at)
{
	struct civil c = civil_of(at);
	c.hour = c.minute = c.second = 0;
	return civil_to_ms(c);
}

static int64_t end_of_day(int64_t day)
{
	return day + DAY - 1;
}

static bool is_excluded(const struct term *t, int64_t day)
{
	for (size_t i = 0; i < t->n_excluded; i++)
		if (day > midnight(t->excluded[i].from) && day <= midnight(t->excluded[i].until))
			return true;
	return false;
}

static int64_t off_holidays(const struct node *table, int64_t day)
{
	for (int guard = 0; !is_workday(table, day) && guard < 60; guard++)
		day += DAY;
	return day;
}

static int64_t days_counted(const struct node *table, int64_t from, const struct term *t)
{
	int64_t day = midnight(from);
	int n = t->n;

	for (int guard = 0; n > 0 && guard < TABLE_DAYS; guard++) {
		day += DAY;
		if (is_excluded(t, day))
			continue;
		n -= t->unit == TERM_DAYS || is_workday(table, day);
	}
	return day;
}

/* The day of the same number so many months on, or the last of its month. */
static int64_t months_on(int64_t from, int months)
{
	struct civil c = civil_of(from);
	struct civil first = { .year = c.year, .month = c.month + months, .day = 1 };
	struct civil next = { .year = c.year, .month = c.month + months + 1, .day = 1 };
	int64_t day = civil_to_ms(first) + (c.day - 1) * DAY, last = civil_to_ms(next) - DAY;

	return day > last ? last : day;
}

int64_t term_end(const struct node *table, int64_t from, const struct term *t)
{
	int64_t day;

	if (t->unit == TERM_HOURS)
		return (from / HOUR + 1 + t->n) * HOUR - 1;
	if (t->unit == TERM_WORKDAYS)
		return end_of_day(days_counted(table, from, t));
	if (t->unit == TERM_DAYS)
		day = days_counted(table, from, t);
	else
		day = months_on(from, t->unit == TERM_YEARS ? 12 * t->n : t->n);
	return end_of_day(t->stands ? day : off_holidays(table, day));
}

int term_excluded(const struct node *table, int64_t from, const struct term *t, int64_t until)
{
	int n = 0;

	if (!t->n_excluded || (t->unit != TERM_DAYS && t->unit != TERM_WORKDAYS))
		return 0;
	for (int64_t day = midnight(from) + DAY; day <= until && n < TABLE_DAYS; day += DAY)
		n += is_excluded(t, day) && (t->unit == TERM_DAYS || is_workday(table, day));
	return n;
}

enum err term_workdays(struct req *rq, int64_t from, int n, int64_t *end)
{
	const struct node *table;

	TRY(rules(rq, "calendar/workdays", from, &table));
	*end = term_end(table, from, &(struct term){ .unit = TERM_WORKDAYS, .n = n });
	return OK;
}

enum err term_days(struct req *rq, int64_t from, int n, int64_t *end)
{
	const struct node *table;

	TRY(rules(rq, "calendar/workdays", from, &table));
	*end = term_end(table, from, &(struct term){ .unit = TERM_DAYS, .n = n });
	return OK;
}

enum err workdays_left(struct req *rq, int64_t end, int *left)
{
	const struct node *table;
	int64_t today = midnight(rq->now), last = midnight(end);

	TRY(rules(rq, "calendar/workdays", rq->now, &table));
	*left = 0;
	for (int64_t d = today + DAY; d <= last && *left < TABLE_DAYS; d += DAY)
		*left += is_workday(table, d);
	for (int64_t d = last + DAY; d <= today && *left > -TABLE_DAYS; d += DAY)
		*left -= is_workday(table, d);
	if (rq->now > end && *left == 0)
		*left = -1;
	return OK;
}
