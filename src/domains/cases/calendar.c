/* The calendar: what the law demands next of the open cases, by the day, as a month and as a list;
 * for a calendar program too. */
#include "domains/cases/cases.h"
#include "domains/cases/waiting.h"

#include <string.h>

enum { LISTED = 300, WEEK = 7, WEEKS = 6 };

struct entry {
	int64_t id;
	const char *number, *operator_name, *act_name, *clock, *name, *article, *state, *whose;
	int64_t from, end;
	bool mine, confirmed;
};
static const struct model entry_model = MODEL("", struct entry,
	FIELDS(STORED(struct entry, id, .as = AS_ID), STORED(struct entry, number),
		STORED(struct entry, operator_name), STORED(struct entry, act_name),
		STORED(struct entry, clock), STORED(struct entry, name),
		STORED(struct entry, article), STORED(struct entry, state, .choices = clock_states),
		STORED(struct entry, whose), STORED(struct entry, from, .as = AS_TIME),
		STORED(struct entry, end, .as = AS_TIME), STORED(struct entry, mine),
		STORED(struct entry, confirmed)));

static bool is_mine(struct req *rq, const struct waiting *w)
{
	return rq->user->id && (w->officer1 == rq->user->id || w->officer2 == rq->user->id);
}

static struct entry entry_of(struct req *rq, const struct waiting *w)
{
	const struct case_clock *k = &w->clock;

	return (struct entry){ .id = w->id,
		.number = w->number,
		.operator_name = w->operator_name,
		.act_name = w->act_name,
		.clock = k->code,
		.name = rq->zh ? k->name : k->name_en,
		.article = rq->zh ? k->article : k->article_en,
		.state = clock_state_word(k->state),
		.whose = k->whose,
		.from = k->from,
		.end = k->end,
		.mine = is_mine(rq, w),
		.confirmed = k->confirmed };
}

/* What is asked for: ?of=mine only what is mine, ?clock= one kind of term. */
static enum err asked_for(struct req *rq, struct waiting_list *l)
{
	bool mine = text_is(query_text(rq, "of"), "mine");
	const char *clock = query_text(rq, "clock");
	size_t n = 0;

	TRY(waiting_load(
		rq, &(struct waiting_query){ rq->user->area, mine ? rq->user->id : 0, 0 }, l));
	for (size_t i = 0; i < l->n; i++)
		if (!*clock || text_is(clock, l->at[i].clock.code))
			l->at[n++] = l->at[i];
	l->n = n;
	return OK;
}

/* Mine first, then the others; of each the one that ends first in front. */
static void put_entries(struct req *rq, const struct waiting_list *l)
{
	struct entry *e = NEWS(rq->arena, struct entry, l->n + 1);
	struct list shown = { e, 0 };

	for (int mine = 1; mine >= 0; mine--)
		for (size_t i = 0; i < l->n && shown.n < LISTED; i++)
			if (is_mine(rq, &l->at[i]) == (mine == 1))
				e[shown.n++] = entry_of(rq, &l->at[i]);
	show_table(rq, "clocks", &entry_model, &shown);
	put_int(rq->view, "total", (int64_t)l->n);
	put_flag(rq->view, "more", l->n > shown.n);
}

/* ---- the month ----------------------------------------------------------------------------- */
static int64_t first_of(int64_t at, int months)
{
	struct civil c = civil_of(at);

	return civil_to_ms((struct civil){ .year = c.year, .month = c.month + months, .day = 1 });
}

static int64_t month_asked(struct req *rq)
{
	const char *month = query_text(rq, "month");
	int64_t at = rq->now;

	if (!*month || !date_parse(arena_printf(rq->arena, "%s-01", month), &at))
		at = rq->now;
	return first_of(at, 0);
}

static void put_day(struct req *rq, struct node *days, const struct waiting_list *l, int64_t day)
{
	struct node *n = put_map(days, NULL);
	int ends = 0, warns = 0, over = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].clock.end >= day && l->at[i].clock.end < day + DAY) {
			ends++;
			warns += l->at[i].clock.state == CLOCK_WARNS;
			over += l->at[i].clock.state == CLOCK_OVER;
		}
	put_int(n, "day", civil_of(day).day);
	put_text(n, "date", date_text(rq->arena, day));
	put_int(n, "ends", ends);
	put_text(n, "tone", over ? "red" : warns ? "yellow" : "");
	put_flag(n, "today", rq->now >= day && rq->now < day + DAY);
	put_flag(n, "blank", false);
}

static const char *month_text(struct req *rq, int64_t at)
{
	struct civil c = civil_of(at);
	return arena_printf(rq->arena, "%04d-%02d", c.year, c.month);
}

/* Weeks begin with Monday; days of other months stay blank. */
static void put_month(struct req *rq, const struct waiting_list *l)
{
	int64_t first = month_asked(rq), next = first_of(first, 1);
	int64_t day = first - (civil_of(first).weekday + WEEK - 1) % WEEK * DAY;
	struct node *weeks = put_list(rq->view, "weeks");

	weeks->hidden = true;
	put_text(rq->view, "month", month_text(rq, first));
	put_text(rq->view, "before", month_text(rq, first_of(first, -1)));
	put_text(rq->view, "after", month_text(rq, next));
	while (day < next) {
		struct node *days = put_list(put_map(weeks, NULL), "days");
		for (int i = 0; i < WEEK; i++, day += DAY)
			if (day >= first && day < next)
				put_day(rq, days, l, day);
			else
				put_flag(put_map(days, NULL), "blank", true);
	}
}

enum err case_calendar(struct req *rq)
{
	struct waiting_list l;

	TRY(asked_for(rq, &l));
	put_entries(rq, &l);
	put_month(rq, &l);
	bool unsure = false;
	for (size_t i = 0; i < l.n; i++)
		unsure |= l.at[i].clock.unsure;
	put_flag(rq->view, "unsure", unsure);
	put_flag(rq->view, "of_mine", text_is(query_text(rq, "of"), "mine"));
	put_text(rq->view, "of", query_text(rq, "of"));
	return page(rq, "cases/calendar");
}

/* ---- iCalendar (RFC 5545) ------------------------------------------------------------------ */
/* Text of a property: escaped, and folded after at most 75 bytes, never inside of a character. */
static void put_line(struct buf *b, const char *name, const char *text)
{
	size_t column = strlen(name) + 1;

	buf_printf(b, "%s:", name);
	for (const char *s = text; *s; s++) {
		bool begins = ((unsigned char)*s & 0xC0) != 0x80;
		if (begins && column > 68) {
			buf_puts(b, "\r\n ");
			column = 1;
		}
		if (strchr(",;\\", *s)) {
			buf_putc(b, '\\');
			column++;
		}
		buf_putc(b, *s);
		column++;
	}
	buf_puts(b, "\r\n");
}

static void put_event(struct req *rq, struct buf *b, const struct waiting *w)
{
	struct civil c = civil_of(w->clock.end), d = civil_of(w->clock.end + DAY),
		     now = civil_of(rq->now - 8 * (int64_t)HOUR); /* in UTC */
	struct entry e = entry_of(rq, w);

	buf_puts(b, "BEGIN:VEVENT\r\n");
	put_line(b, "UID", arena_printf(rq->arena, "%" PRId64 "-%s@shian", w->id, e.clock));
	buf_printf(b, "DTSTAMP:%04d%02d%02dT%02d%02d%02dZ\r\n", now.year, now.month, now.day,
		now.hour, now.minute, now.second);
	buf_printf(b, "DTSTART;VALUE=DATE:%04d%02d%02d\r\n", c.year, c.month, c.day);
	buf_printf(b, "DTEND;VALUE=DATE:%04d%02d%02d\r\n", d.year, d.month, d.day);
	put_line(b, "SUMMARY",
		arena_printf(rq->arena, "%s · %s", e.name, *e.number ? e.number : e.operator_name));
	put_line(b, "DESCRIPTION", arena_printf(rq->arena, "%s · %s", e.operator_name, e.article));
	put_line(b, "URL", arena_printf(rq->arena, "%s/cases/%" PRId64, site_url(rq), w->id));
	buf_puts(b, "END:VEVENT\r\n");
}

enum err case_calendar_file(struct req *rq)
{
	struct buf b = { .arena = rq->arena };
	struct waiting_list l;

	TRY(asked_for(rq, &l));
	buf_puts(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Shian//Cases//ZH\r\n");
	for (size_t i = 0; i < l.n; i++)
		put_event(rq, &b, &l.at[i]);
	buf_puts(&b, "END:VCALENDAR\r\n");
	return reply_text(rq, "text/calendar; charset=utf-8", buf_text(&b));
}
