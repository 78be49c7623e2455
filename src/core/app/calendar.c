#include "core/app/calendar.h"

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
	char text[32];
	struct arena *a = arena_new();
	const char *day = date_text(a, at);
	size_t n = strlen(day);
	memcpy(text, day, n < sizeof(text) ? n + 1 : sizeof(text));
	arena_free(a);
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

enum err term_workdays(struct req *rq, int64_t from, int n, int64_t *end)
{
	const struct node *table;
	int64_t day = midnight(from);

	TRY(rules(rq, "calendar/workdays", from, &table));
	for (int guard = 0; n > 0 && guard < TABLE_DAYS; guard++) {
		day += DAY;
		n -= is_workday(table, day);
	}
	*end = end_of_day(day);
	return OK;
}

enum err term_days(struct req *rq, int64_t from, int n, int64_t *end)
{
	const struct node *table;
	int64_t day = midnight(from) + n * DAY;

	TRY(rules(rq, "calendar/workdays", from, &table));
	for (int guard = 0; !is_workday(table, day) && guard < 60; guard++)
		day += DAY;
	*end = end_of_day(day);
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
