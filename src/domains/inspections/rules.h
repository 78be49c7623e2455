/* What follows from the answers of a check table. Pure.
 *
 * Source: the record sheet of the 2016 tables, kept as practice after order 49 dropped the wording:
 *   CONFORM        no key item and no general item failed
 *   BASIC_CONFORM  at most one key item failed and at least 70 % of the general items that apply
 * passed NOT_CONFORM    two or more key items failed, or less than 70 % One key item failed with
 * every general item passed is in none of the printed classes: BASIC_CONFORM here. */
#ifndef INSPECTIONS_RULES_H
#define INSPECTIONS_RULES_H

#include "core/model/model.h"

enum verdict { NOT_ASKED, PASSED, FAILED, NOT_APPLICABLE };
enum { MAX_ITEMS = 120, MAX_GROUP_ITEMS = 20, MAX_GROUPS = 20 };

struct check_item {
	const char *no, *text, *text_en;
	int group; /* 0 .. groups - 1 */
	bool key;
};

struct check_table {
	const char *id, *version, *title;
	struct check_item items[MAX_ITEMS];
	const char *group_title[MAX_GROUPS], *group_title_en[MAX_GROUPS];
	int n, groups;
	int min_key, min_general; /* items to be judged at least */
};

struct outcome {
	int key_checked, key_failed;	     /* judged: passed or failed */
	int general_checked, general_failed; /* judged; not applicable ones are not among them */
	int not_applicable;
	int64_t score; /* hundredths, 0..1000: mean of the item groups on 0..10, one decimal, half
			  up */
	const char *result; /* CONFORM, BASIC_CONFORM, NOT_CONFORM */
};

/* The table out of a rules file. E_INVALID with the reason. */
enum err check_table_read(const struct node *rules, struct check_table *out, struct fault *why);

extern const struct choice inspection_kinds[], inspection_results[], inspection_handlings[];
/* Kinds that ask for every item of the table (order 49, article 27: all but unannounced ones;
 * design: checks by video, special ones and re-inspections look at what they are about). */
bool asks_all_items(const char *kind);

struct judging {
	const struct check_table *table;
	const uint8_t *answers;	  /* enum verdict of each item */
	const uint8_t *mandatory; /* 1: failed last time, must be answered now; or NULL */
	bool all_items;
};
/* NULL, or an English sentence why these answers are no record; *item (or NULL) is the number of
 * the item it is about. */
const char *inspection_judge(const struct judging *j, struct outcome *out, const char **item);

/* PASS; ORDER (written, with a date); STOP only on not conforming. NULL when handling and date fit
 * the result. */
const char *handling_problem(
	const char *result, const char *handling, int64_t correct_by, int64_t inspected_at);

#endif
