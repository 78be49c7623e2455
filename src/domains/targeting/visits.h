/* Visits and what they found: what a score is learnt from. Pure: no request, no database.
 *
 * A visit is one inspection of one operator on one day. What it found (critical, serious, minor,
 * failed) is known from the next day on, and never an input to its own score. */
#ifndef TARGETING_VISITS_H
#define TARGETING_VISITS_H

#include "core/base/base.h"

enum { NO_DAY = INT32_MIN }; /* not known */

struct visit {
	int64_t id;			   /* of the record; 0 in files */
	const char *name;		   /* its id as the file writes it */
	uint32_t who;			   /* the operator: index into operators */
	uint32_t inspector;		   /* index into inspectors; 0: not known */
	int32_t day;			   /* local days since 1970-01-01 */
	uint16_t critical, serious, minor; /* violations found, at most 60000 */
	bool failed;			   /* the label */
};

/* What is known of an operator whatever the visits found. */
struct visited {
	int64_t id;	   /* of the record; 0 in files */
	const char *name;  /* its id as the file writes it */
	uint32_t kind;	   /* index into kinds */
	uint32_t area;	   /* index into areas; only for reports, never an input */
	int32_t licensed;  /* day of the first licence, NO_DAY when not known */
	int32_t lat, lon;  /* micro-degrees; both 0: not known */
	uint32_t first, n; /* its visits: by_operator[first .. first + n), in order of time */
};

/* Texts that come again and again, numbered in the order in which they came. */
struct names {
	const char **at;
	size_t n, room;
	uint32_t *slots; /* open hash: number + 1 */
	size_t size;
};

struct visits {
	struct arena *arena;
	struct visit *at;
	size_t n, room;
	struct visited *operators;
	size_t n_operators, room_operators;
	uint32_t
		*by_operator; /* numbers of visits, those of an operator together; visits_index() */
	int32_t frozen, until; /* of a file, see visits_read(); visits_start() sets no limits */
	struct names operator_names, kinds, areas, inspectors;
};

/* An empty set; number 0 of inspectors, kinds and areas is "": not known. */
void visits_start(struct visits *v, struct arena *a);
/* The number of a text, new or old. */
uint32_t names_number(struct names *n, struct arena *a, const char *text);
/* Adds one; the caller fills it. */
struct visit *visits_add(struct visits *v);
struct visited *visits_add_operator(struct visits *v);
/* Puts visits in the order of day, then as they came, and fills by_operator. */
void visits_index(struct visits *v);

/* Reads a file of visits (comma-separated, a line of column names first): visit_id, operator_id,
 * date, format, area, inspector, licensed_on, lat, lon, critical, serious, minor, failed, in any
 * order; others are passed over. inspector, licensed_on, lat, lon, area and format may be empty.
 * Lines on or after the day until are checked and left out. What an operator is (format, area,
 * place, licence) is taken from its latest lines before the day frozen; of one that has none, as
 * the register would know it, from its first line in the file. E_INVALID with line and reason for a
 * file that is not one. Ends with visits_index(). */
enum err visits_read(struct visits *v, struct bytes file, struct fault *why);

/* 2014-04-16 to the number of the day; false when it is no date. */
bool day_parse(const char *text, int32_t *day);

#endif
