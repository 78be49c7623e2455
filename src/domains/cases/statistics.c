/* How long cases take: the share decided within ninety days, and the days of each step (the middle
 * one and the one that nine in ten stay within), by procedure, town and quarter, beside the year
 * before. No number here counts fines (APL 74). */
#include "domains/cases/cases.h"
#include "domains/cases/waiting.h"

#include <stdlib.h>
#include <string.h>

enum { GROUPS_MOST = 80, TENTHS = 9 };
enum step { STEP_FILED, STEP_TOLD, STEP_DECIDED, STEP_SERVED, STEP_CLOSED, STEPS };

struct measured {
	int64_t area, opened_at, filed_at, told_at, decided_at, served_at, closed_at;
	const char *procedure, *area_name;
	int64_t law_days; /* the term for deciding, as the rules have it */
};
static const struct model measured_model = MODEL("cases", struct measured,
	FIELDS(STORED(struct measured, area), STORED(struct measured, opened_at),
		STORED(struct measured, filed_at), STORED(struct measured, told_at),
		STORED(struct measured, decided_at), STORED(struct measured, served_at),
		STORED(struct measured, closed_at), STORED(struct measured, procedure),
		STORED(struct measured, area_name)));

/* A line of the table. Days: -1 when no case came so far. Shares in thousandths. */
struct line {
	const char *kind, *name;
	int64_t decided, within, share, share_before, decided_before;
	int64_t filed_mid, filed_ninth, told_mid, told_ninth, decide_mid, decide_ninth, serve_mid,
		serve_ninth, close_mid, close_ninth, decide_before;
};
#define S(m, ...) STORED(struct line, m, __VA_ARGS__)
static const struct model line_model = MODEL("", struct line,
	FIELDS(S(kind), S(name), S(decided), S(within), S(share), S(decided_before),
		S(share_before), S(filed_mid), S(filed_ninth), S(told_mid), S(told_ninth),
		S(decide_mid), S(decide_ninth), S(decide_before), S(serve_mid), S(serve_ninth),
		S(close_mid), S(close_ninth)));
#undef S

/* Which cases of the year a line takes: procedure "", area 0, quarter 0 take all. */
struct choice_of {
	const char *procedure;
	int64_t area;
	int quarter;
};

static bool takes(const struct choice_of *g, const struct measured *c)
{
	return (!*g->procedure || strcmp(g->procedure, c->procedure) == 0) &&
	       (!g->area || g->area == c->area) &&
	       (!g->quarter || g->quarter == (civil_of(c->decided_at).month + 2) / 3);
}

/* Whole days between two events by the calendar; -1 when one has not come. */
static int64_t days_between(int64_t from, int64_t to)
{
	return from && to && to >= from ? day_number(to) - day_number(from) : -1;
}

static int64_t step_days(const struct measured *c, enum step s)
{
	switch (s) {
	case STEP_FILED:
		return days_between(c->opened_at, c->filed_at);
	case STEP_TOLD:
		return days_between(c->filed_at, c->told_at);
	case STEP_DECIDED:
		return days_between(c->filed_at, c->decided_at);
	case STEP_SERVED:
		return days_between(c->decided_at, c->served_at);
	default:
		return days_between(c->served_at, c->closed_at);
	}
}

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

/* The smallest value that so many tenths of them do not exceed; -1 of none. */
static int64_t tenths(const int64_t *sorted, size_t n, size_t of_ten)
{
	return n ? sorted[(n * of_ten + 9) / 10 - 1] : -1;
}

struct spread {
	int64_t mid, ninth;
};

static struct spread spread_of(
	struct req *rq, const struct list *l, const struct choice_of *g, enum step s)
{
	int64_t *days = NEWS(rq->arena, int64_t, l->n + 1);
	size_t n = 0;

	for (const struct measured *c = LIST_OF(struct measured, l);
		c < LIST_END(struct measured, l); c++) {
		int64_t d = step_days(c, s);
		if (takes(g, c) && d >= 0)
			days[n++] = d;
	}
	if (n)
		qsort(days, n, sizeof(*days), by_size);
	return (struct spread){ tenths(days, n, 5), tenths(days, n, TENTHS) };
}

/* The term for deciding in calendar days from filing, the last one included, whatever was excluded
 * or extended: the same measure for every case. */
static int64_t share_within(
	const struct list *l, const struct choice_of *g, int64_t *decided, int64_t *within)
{
	*decided = *within = 0;
	for (const struct measured *c = LIST_OF(struct measured, l);
		c < LIST_END(struct measured, l); c++) {
		if (!takes(g, c))
			continue;
		++*decided;
		*within += days_between(c->filed_at, c->decided_at) <= c->law_days;
	}
	return *decided ? (*within * 1000 + *decided / 2) / *decided : -1;
}

static enum err year_load(struct req *rq, int64_t year, struct list *l)
{
	int64_t from = civil_to_ms((struct civil){ .year = (int)year, .month = 1, .day = 1 }),
		to = civil_to_ms((struct civil){ .year = (int)year + 1, .month = 1, .day = 1 });

	TRY(db_all(rq, &measured_model, l,
		"SELECT c.area, c.opened_at, c.filed_at, c.told_at, c.decided_at, c.served_at, "
		"c.closed_at, coalesce(p.procedure, 'simple') AS procedure, a.name AS area_name "
		"FROM "
		"cases c JOIN pub_areas a ON a.id = c.area LEFT JOIN case_procedures p ON "
		"p.case_id "
		"= c.id WHERE c.decided_at >= $1 AND c.decided_at < $2 AND (CAST($3 AS bigint) = 0 "
		"OR c.area = $3) ORDER BY c.area, c.id",
		from, to, rq->user->area));
	int64_t law_days = act_term(rq, "decide_days", 90);
	for (struct measured *c = LIST_OF(struct measured, l); c < LIST_END(struct measured, l);
		c++)
		c->law_days = law_days;
	return OK;
}

struct years {
	struct list now, before;
	struct line *at;
	size_t n;
};

static void add_line(
	struct req *rq, struct years *y, const struct choice_of *g, const struct line *words)
{
	struct line l = *words;
	int64_t ignored;
	struct spread s[STEPS];

	if (y->n == GROUPS_MOST)
		return;
	l.share = share_within(&y->now, g, &l.decided, &l.within);
	l.share_before = share_within(&y->before, g, &l.decided_before, &ignored);
	if (!l.decided && !l.decided_before)
		return;
	for (int i = 0; i < STEPS; i++)
		s[i] = spread_of(rq, &y->now, g, (enum step)i);
	l.decide_before = spread_of(rq, &y->before, g, STEP_DECIDED).mid;
	l.filed_mid = s[STEP_FILED].mid;
	l.filed_ninth = s[STEP_FILED].ninth;
	l.told_mid = s[STEP_TOLD].mid;
	l.told_ninth = s[STEP_TOLD].ninth;
	l.decide_mid = s[STEP_DECIDED].mid;
	l.decide_ninth = s[STEP_DECIDED].ninth;
	l.serve_mid = s[STEP_SERVED].mid;
	l.serve_ninth = s[STEP_SERVED].ninth;
	l.close_mid = s[STEP_CLOSED].mid;
	l.close_ninth = s[STEP_CLOSED].ninth;
	y->at[y->n++] = l;
}

/* The towns of one year, each once: rows come in their order. */
static void add_towns(
	struct req *rq, struct years *y, const struct list *l, const struct list *not_in)
{
	int64_t last = 0;

	for (const struct measured *c = LIST_OF(struct measured, l);
		c < LIST_END(struct measured, l); c++) {
		bool there = c->area == last;
		for (const struct measured *o = LIST_OF(struct measured, not_in);
			!there && o < LIST_END(struct measured, not_in); o++)
			there = o->area == c->area;
		if (!there)
			add_line(rq, y, &(struct choice_of){ "", c->area, 0 },
				&(struct line){ .kind = "town", .name = c->area_name });
		last = c->area;
	}
}

static void add_lines(struct req *rq, struct years *y)
{
	static const struct list none = { 0 };

	y->at = NEWS(rq->arena, struct line, GROUPS_MOST);
	add_line(rq, y, &(struct choice_of){ "", 0, 0 },
		&(struct line){ .kind = "all", .name = tr(rq, "All cases") });
	add_line(rq, y, &(struct choice_of){ "simple", 0, 0 },
		&(struct line){ .kind = "procedure", .name = tr(rq, "Simple procedure") });
	add_line(rq, y, &(struct choice_of){ "ordinary", 0, 0 },
		&(struct line){ .kind = "procedure", .name = tr(rq, "Ordinary procedure") });
	for (int q = 1; q <= 4; q++)
		add_line(rq, y, &(struct choice_of){ "", 0, q },
			&(struct line){ .kind = "quarter",
				.name = arena_printf(rq->arena, tr(rq, "Quarter %d"), q) });
	add_towns(rq, y, &y->now, &none);
	add_towns(rq, y, &y->before, &y->now);
}

/* "97.4 %" of 974; a dash of -1. */
const char *share_text(struct req *rq, int64_t share)
{
	if (share < 0)
		return "—";
	return arena_printf(rq->arena, "%" PRId64 ".%" PRId64 "%%", share / 10, share % 10);
}

static const char *pair(struct req *rq, int64_t mid, int64_t ninth)
{
	return mid < 0 ? "—" : arena_printf(rq->arena, "%" PRId64 " / %" PRId64, mid, ninth);
}

static void put_shown(struct req *rq, const struct years *y)
{
	struct node *list = put_list(rq->view, "shown");

	list->hidden = true;
	for (size_t i = 0; i < y->n; i++) {
		const struct line *l = &y->at[i];
		struct node *n = put_map(list, NULL);
		put_text(n, "name", l->name);
		put_int(n, "decided", l->decided);
		put_int(n, "decided_before", l->decided_before);
		put_text(n, "share", share_text(rq, l->share));
		put_text(n, "share_before", share_text(rq, l->share_before));
		put_text(n, "filed", pair(rq, l->filed_mid, l->filed_ninth));
		put_text(n, "told", pair(rq, l->told_mid, l->told_ninth));
		put_text(n, "decide", pair(rq, l->decide_mid, l->decide_ninth));
		put_text(n, "decide_before",
			l->decide_before < 0
				? "—"
				: arena_printf(rq->arena, "%" PRId64, l->decide_before));
		put_text(n, "serve", pair(rq, l->serve_mid, l->serve_ninth));
		put_text(n, "close", pair(rq, l->close_mid, l->close_ninth));
	}
}

enum err case_statistics(struct req *rq)
{
	int64_t this_year = civil_of(rq->now).year;
	int64_t year = query_int(rq, "year", this_year);
	struct years y = { 0 };

	if (year < 2000 || year > this_year)
		year = this_year;
	TRY(year_load(rq, year, &y.now));
	TRY(year_load(rq, year - 1, &y.before));
	add_lines(rq, &y);
	show_table(rq, "lines", &line_model, &(struct list){ y.at, y.n });
	put_shown(rq, &y);
	TRY(put_challenged(rq, year));
	put_int(rq->view, "year", year);
	put_int(rq->view, "before", year - 1);
	put_int(rq->view, "after", year < this_year ? year + 1 : 0);
	return page(rq, "cases/statistics");
}
