/* Private to the room of inspections, except inspection_record(), which the demonstration uses too.
 */
#ifndef INSPECTIONS_H
#define INSPECTIONS_H

#include "core/core.h"
#include "domains/inspections/rules.h"

extern const struct module inspections;

struct inspection {
	int64_t id, version, operator;
	const char *kind;
	int64_t inspected_at, inspector1, inspector2;
	const char *table_id, *table_version;
	int key_checked, key_failed, general_checked, general_failed, not_applicable;
	int64_t score; /* hundredths, 0..1000 */
	const char *result, *handling;
	int64_t correct_by; /* local midnight of the last day; 0: none */
	const char *items;  /* JSON {"1.1":"ok"} */
	const char *remarks;
	int64_t recorded_at, published_at; /* published_at 0: held back */
};
extern const struct model inspection_model;

/* Judges the answers (enum verdict of each item of t), fills in the rest, writes and tells
 * inspection.recorded. i has operator, kind, inspected_at, inspectors, handling, correct_by,
 * remarks, published_at. E_INVALID with words. */
enum err inspection_record(
	struct req *rq, const struct check_table *t, struct inspection *i, const uint8_t *answers);
/* The check table in force at the time, out of rules/inspections. */
enum err check_table_load(struct req *rq, int64_t at, struct check_table *out);
/* Answers out of the items of a record; unknown numbers are passed over. */
enum err answers_of(
	struct req *rq, const struct check_table *t, const char *items, uint8_t *answers);

/* Name of the form field of an item: "i3_1" for 3.1. */
const char *item_field(struct req *rq, const char *no);

enum err inspection_list(struct req *rq);
enum err inspection_detail(struct req *rq);
enum err inspection_new(struct req *rq);
enum err inspection_create(struct req *rq);
enum err inspection_publish(struct req *rq);

#endif
