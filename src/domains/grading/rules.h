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

/* INPUT_TRIGGER: something that raises a level (word: which); INPUT_MERIT: what lowers it, valid
 * until a moment. */
enum input_kind { INPUT_INSPECTION, INPUT_SANCTION, INPUT_ACCIDENT, INPUT_TRIGGER, INPUT_MERIT };
struct grade_input {
	enum input_kind kind;
	int64_t ref, at; /* at: local time it counts from */
	bool off_site;
	const char *result; /* of an inspection */
	int64_t score, key_failed, general_failed;
	const char *penalty; /* of a sanction: PEN_WARN, PEN_FINE, ... */
	const char *word;    /* of a trigger or merit: its code; of a sanction whose decision was
				annulled, or found unlawful or void: that word */
	int64_t until;	     /* of a merit: first moment it is over; 0: without end */
};
/* A penalty whose decision did not stand: it is named, and counts for nothing. */
bool input_undone(const struct grade_input *i);
struct grade_facts {
	int64_t now, registered_at;
	const char *kind;		  /* of business */
	const struct grade_input *inputs; /* ordered by at, then ref */
	size_t n;
	int64_t area; /* national division code */
	const char *licence_no;
	const char
		*profile; /* facts of its risk profile, "form=seller;at=..;..."; NULL, "": none */
};

struct grade_line {
	const char
		*key; /* "base", "result", "key_items", "off_site", "sanction", "accident", ... */
	const char *value;  /* a score, a code, a number; "" */
	const char *effect; /* at best this letter; "" for none */
	int64_t at, until;  /* 0: none */
	const char *source;
	const char *about; /* what it is about where value holds points: a code; NULL: nothing */
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
/* "PEN_FINE PEN_STOP " out of a list of texts, so that a step is one flat thing; "" for none. */
const char *words_of_list(const struct node *list);
bool words_have(const char *words, const char *word);

#endif
