/* Decisions of the room of early warnings: pure, no request, no database. */
#ifndef WARNINGS_RULES_H
#define WARNINGS_RULES_H

#include "core/base/base.h"
#include "core/model/node.h"

/* How a rule looks: each is one query of gather.c. */
enum sort {
	SORT_LICENCE,
	SORT_CAMERA,
	SORT_ENTRY_MISSING,
	SORT_ENTRY_WORDS,
	SORT_ENTRY_EXPIRING,
	SORT_COMPLAINTS,
	SORT_CORRECTION,
	SORT_SEASON,
	SORTS
};
extern const char *const sort_codes[SORTS];

/* A rule of rules/warnings: what it is called, when it is due, and its own parameters in law. */
struct rule {
	const char *code, *title, *title_en, *check, *check_en, *level;
	enum sort sort;
	int64_t task_days, again_days;
	bool ends_by_task; /* handled is handled, until something new comes */
	const struct node *law;
	int64_t since; /* of a season: the day it began, when it is in season; else 0 */
};
enum { RULES_MOST = 64 };
/* The rules of both files, at most RULES_MOST; a rule whose sort the program does not know is
 * passed over, and a season out of season. today: a local midnight. */
size_t warning_rules(
	const struct node *law, const struct node *seasons, int64_t today, struct rule *out);
/* The rule of this code in the files, in season or not; false when there is none. */
bool warning_rule(
	const struct node *law, const struct node *seasons, const char *code, struct rule *out);

/* The first day of the season that today lies in, 0 out of season: "from" and "to" (month-day,
 * both counted, may go over the end of the year), or "ranges" of days. */
int64_t season_began(const struct node *season, int64_t today);

/* Days from today to a day: negative when it is over. Both local midnights. */
int64_t days_left(int64_t day, int64_t today);
/* Is the day within the rule's "from" .. "to" days from today. */
bool day_within(const struct node *law, int64_t day, int64_t today);
/* Does the text hold one of the list's words. */
bool has_word(const struct node *words, const char *text);
/* Is the text one of the list; an empty list has all. */
bool listed(const struct node *list, const char *text);

/* A warning on file, as far as the clock looks at it; state NULL: none on file. */
struct standing {
	const char *state;  /* open, answered, dismissed, closed */
	int64_t until;	    /* of answered and dismissed ones */
	int64_t handled_at; /* of a closed one: when */
};
enum turn { TURN_NONE, TURN_RAISE, TURN_AGAIN, TURN_CLOSE };
/* What the clock does with it. there: its cause is there today; fresh_at: when the newest of what
 * makes the cause came, for rules that end by their task. */
enum turn turn_of(const struct standing *s, bool there, int64_t fresh_at, int64_t now);
/* The same, for a cause whose task has just been ended: closed, or else answered. */
bool task_ends(bool ends_by_task, bool there);

/* NULL, or why a warning cannot be dismissed like this; until: a local midnight. */
const char *dismissal_wrong(const char *state, const char *reason, int64_t until, int64_t today);

#endif
