/* What a file has to hold (rules/entities/file.json), and how much of it is there. Pure. */
#ifndef ENTITIES_FILE_RULES_H
#define ENTITIES_FILE_RULES_H

#include "domains/entities/rules.h"

/* Kinds of entries an officer makes by hand; code, English label. */
enum { ENTRY_KINDS = 14 };
extern const struct choice entry_kinds[];
/* Place of a kind in entry_kinds; -1 when it is none. */
int entry_kind(const char *code);

/* The sections of grading.md §4 in their order. */
struct file_section {
	const char *code, *title; /* English sentence */
	int entries[3];		  /* kinds of entries in it; -1 ends */
};
enum {
	SECTION_IDENTITY,
	SECTION_LICENCES,
	SECTION_GRADES,
	SECTION_INSPECTIONS,
	SECTION_CAMERAS,
	SECTION_CASES,
	SECTION_ENTRIES, /* the first of those that hold entries only */
	SECTION_NOTICES = 14,
	SECTION_RELATIONS,
	FILE_SECTIONS,
	NO_ENTRY = -1
};
extern const struct file_section file_sections[FILE_SECTIONS];
/* The section an entry of this kind stands in. */
const struct file_section *entry_section(int kind);

struct file_facts { /* what the rooms hold of an operator */
	const struct operator* o;
	int64_t inspections, last_inspection_at, cameras;
	bool graded, licence_endless;  /* its licence was granted without an end */
	int64_t entry_at[ENTRY_KINDS]; /* day of the last entry that holds; 0: none */
};
struct file_part {
	const char *section, *label; /* label: English sentence, perhaps with %d: months */
	int months;		     /* 0: at any time */
	const char *law, *law_en;
	bool there;
};
enum { FILE_PARTS_MAX = 40 };
/* The parts that the rule asks of this kind of business: at most FILE_PARTS_MAX into parts.
 * *percent: how many are there, 100 when nothing is asked for. Answers how many parts. A part whose
 * code the program does not know is passed over. */
size_t file_parts(const struct node *rule, const struct file_facts *f, int64_t now,
	struct file_part parts[FILE_PARTS_MAX]);
int file_percent(const struct file_part *parts, size_t n);
/* NULL, or why an entry cannot be of this day; until 0: no end. */
const char *entry_days_wrong(int64_t at, int64_t until, int64_t now);

#endif
