/* Private to the room of the grid, except what the demonstration writes through: officer_register,
 * leave_enter, recusal_enter. */
#ifndef GRID_H
#define GRID_H

#include "core/core.h"

extern const struct module grid;

/* ---- officers ----------------------------------------------------------------------------------
 */
struct officer {
	int64_t id, version; /* the id of its account */
	const char *card_no;
	int64_t card_valid_to; /* local midnight of the last valid day */
	const char *qualification, *station;
	int64_t area; /* 0: the whole district */
	const char *words, *state;
	int64_t registered_by, registered_at;
};
struct recusal_entry {
	int64_t id, version, officer, operator;
	const char *person, *reason;
	int64_t entered_by, entered_at, ended_by, ended_at;
	const char *end_reason;
};
struct leave {
	int64_t id, version, officer, from_day, to_day;
	const char *kind, *words;
	int64_t entered_by, entered_at, ended_by, ended_at;
};
extern const struct model officer_model, recusal_entry_model, leave_model;
extern const struct choice leave_kinds[];

/* officer.c: write with their facts. E_INVALID with words when a rule stands against it. */
enum err officer_load(struct req *rq, int64_t id, struct officer *o);
enum err officer_register(struct req *rq, struct officer *o);
enum err leave_enter(struct req *rq, struct leave *l);
enum err recusal_enter(struct req *rq, struct recusal_entry *r);
/* May this person enter leave and recusals of the officer: itself, or who keeps the register. */
enum err officer_own(struct req *rq, const struct officer *o);

enum err officer_list(struct req *rq);
enum err officer_new(struct req *rq);
enum err officer_create(struct req *rq);
enum err officer_page(struct req *rq);
enum err officer_edit(struct req *rq);
enum err officer_save(struct req *rq);
enum err officer_record(struct req *rq); /* record.c */
/* officer_steps.c */
enum err officer_leave(struct req *rq);
enum err officer_leave_end(struct req *rq);
enum err officer_recuse(struct req *rq);
enum err officer_recusal_end(struct req *rq);

/* ---- shared by the screens ----------------------------------------------------------------------
 */
/* Local midnight at or before. */
int64_t day_of(int64_t ms);
void put_summary_row(struct req *rq, struct node *rows, const char *label, const char *value);
/* A choice of a select: value, label, selected. */
void put_option(struct node *list, int64_t value, const char *label, bool selected);
/* Towns as options under the name "areas", all of them or the user's own; chosen is selected. */
enum err grid_put_towns(struct req *rq, int64_t chosen);
/* Officers serving in an area (0: everywhere) or the whole district, as options under the name. */
enum err put_officers(struct req *rq, const char *name, int64_t area, int64_t chosen);
const char *person_name(struct req *rq, int64_t account);	    /* "" for 0 */
enum err town_name(struct req *rq, int64_t area, const char **out); /* "" for 0 */
/* What happened to a thing, newest first, under the name "timeline". */
enum err put_history(struct req *rq, int64_t subject);

enum err grid_every_minute(struct req *rq);

#endif
