/* The plan of inspections of a year (年度监督检查计划, 令49): who is visited how often, in which
 * month, and which of the visits may be made by video. It keeps the law's least and most visits
 * (plan.h). */
#ifndef TARGETING_ANNUAL_H
#define TARGETING_ANNUAL_H

#include "core/core.h"

/* ---- pure: one town's businesses over the months ------------------------------------------------
 */
struct planned {
	int64_t operator, last_visit; /* ms; 0 never */
	int64_t least, most;	      /* visits a year; most 0: no bound */
	int64_t made;		      /* visits of this year so far */
	bool video; /* every second visit may be by video: a camera in use, and good credit */
};
struct planned_year {
	const struct planned *at;
	size_t n;
	int from_month; /* 1 .. 12: what is left of the year */
};
struct annual_slot {
	uint32_t who; /* index into the businesses */
	int month;    /* 1 .. 12 */
	bool offsite;
};
/* Visits still to be made this year, 0 .. 12; *conflict: the law asks for more than credit allows,
 * and the bound by credit holds until a person decides. */
int annual_needed(const struct planned *p, bool *conflict);
/* Spreads them over from_month .. 12: each month has its even share, who waits longest comes first,
 * and the visits of one business lie evenly apart. Slots in the arena, by business and month. */
size_t annual_spread(struct arena *a, const struct planned_year *y, struct annual_slot **out);

/* ---- the plan as it is kept ---------------------------------------------------------------------
 */
struct annual {
	int64_t id, version, year, from_month;
	const char *state; /* making, draft, approved, discarded */
	int64_t operators, visits, offsite, conflicts;
	const char *items_sm3, *rule_version;
	int64_t made_by, made_at, decided_by, decided_at;
};
extern const struct model annual_model;
extern const struct choice annual_states[];

/* Begins a draft of this year (what is left of it) or the next; an earlier draft of that year is
 * discarded. E_CONFLICT: it has an approved plan. The visits are laid down town by town, by jobs.
 */
enum err annual_begin(struct req *rq, int64_t year, struct annual *out);
/* Lays down the next town after this one; *next its id, or 0 when the draft is finished. */
enum err annual_town(struct req *rq, int64_t id, int64_t after, int64_t *next);
/* E_CONFLICT unless it is a draft whose visits are those that were laid down. */
enum err annual_approve(struct req *rq, int64_t id);
/* Its visits go; the plan stays as discarded. E_CONFLICT unless it is a draft. */
enum err annual_drop(struct req *rq, struct annual *p);
enum err annual_load(struct req *rq, int64_t id, struct annual *out);

enum err annual_town_job(struct req *rq, const struct job *j, void *result);
/* The visits of this month become tasks of the grid. */
enum err annual_due_job(struct req *rq, const struct job *j, void *result);
enum err on_annual_inspected(struct req *rq, const struct event *e);

/* annual_pages.c */
enum err annual_list(struct req *rq);
enum err annual_make(struct req *rq);
enum err annual_page(struct req *rq);
enum err annual_visits(struct req *rq);
enum err annual_decide(struct req *rq);
enum err annual_discard(struct req *rq);
enum err annual_public(struct req *rq);

#endif
