/* From facts to a letter of the Shanghai scheme (A green, B yellow, C red), with the arithmetic
 * line by line. Pure.
 *
 * The last inspection on site gives the base; what was heard since can only lower it, each cap for
 * its time. A check by video lowers, never raises. Never mix with the national letters: there C is
 * still acceptable. */
#ifndef GRADING_RULES_H
#define GRADING_RULES_H

#include "core/model/model.h"

enum { GRADE_LETTERS = 6, GRADE_STEPS = 8, GRADE_KINDS = 40, GRADE_LINES = 24 };

struct grade_letter {
	const char *letter, *colour, *label, *label_en;
};
struct grade_step { /* from min on (scores), failed on (key items) or for these penalties: at best
		       this rank */
	int64_t min;
	int rank;
	int months;
	const char *word; /* the result it is about, or the penalties, parted by blanks */
	const char *source;
};
struct grade_rules {
	const char *scheme, *version, *title;
	struct grade_letter letters[GRADE_LETTERS]; /* best first: the place is the rank */
	int n_letters;
	struct grade_step scores[GRADE_STEPS], results[GRADE_STEPS], keys[GRADE_STEPS],
		sanctions[GRADE_STEPS];
	int n_scores, n_results, n_keys, n_sanctions;
	struct grade_step accident;
	int new_months;
	const char *score_source, *new_source, *off_site_source;
	const char *kinds[GRADE_KINDS]; /* kinds of business the scheme covers */
	int n_kinds;
};
/* E_INVALID with a reason when the data lacks something. */
enum err grade_rules_read(const struct node *data, struct grade_rules *out, struct fault *why);

enum input_kind { INPUT_INSPECTION, INPUT_SANCTION, INPUT_ACCIDENT };
struct grade_input {
	enum input_kind kind;
	int64_t ref, at; /* at: local time it counts from */
	bool off_site;
	const char *result; /* of an inspection */
	int64_t score, key_failed, general_failed;
	const char *penalty; /* of a sanction: PEN_WARN, PEN_FINE, ... */
};
struct grade_facts {
	int64_t now, registered_at;
	const char *kind;		  /* of business */
	const struct grade_input *inputs; /* ordered by at, then ref */
	size_t n;
};

struct grade_line {
	const char
		*key; /* "base", "result", "key_items", "off_site", "sanction", "accident", ... */
	const char *value;  /* a score, a code, a number; "" */
	const char *effect; /* at best this letter; "" for none */
	int64_t at, until;  /* 0: none */
	const char *source;
};
struct grade_outcome {
	int rank; /* -1: not graded */
	const char *letter, *colour;
	int64_t points;	      /* hundredths of the base inspection */
	int64_t inspected_at; /* of the base; 0: none */
	int64_t due_at;	      /* the next cap ends; 0: none */
	struct grade_line lines[GRADE_LINES];
	int n;
};
void grade_compute(struct arena *a, const struct grade_rules *r, const struct grade_facts *f,
	struct grade_outcome *out);

/* The English sentence of a line's key. */
const char *grade_line_text(const char *key);
/* First moment after the period of so many months that began at: the end of the day with the same
 * number, or of the month's last day. */
int64_t months_after(int64_t at, int months);

#endif
