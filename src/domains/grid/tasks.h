/* Private to the room of the grid: tasks. */
#ifndef GRID_TASKS_H
#define GRID_TASKS_H

#include "domains/grid/grid.h"

struct task {
	int64_t id, version;
	const char *kind;
	int64_t operator, area, officer, officer2; /* officer 0: nobody answers for the cell */
	const char *source;			   /* the fact it comes from; "" by hand */
	int64_t ref;				   /* what that fact is about */
	const char *words;
	int64_t due_at; /* the end of the last day */
	const char *state;
	int64_t made_by, made_at, escalated_at, escalated_to, done_by, done_at;
	const char *outcome;
};
extern const struct model task_model;
extern const struct choice task_kinds[];

/* Opens a task with its fact; officer 0: the one who answers for the operator's cell. due_at: any
 * moment of the last day. */
enum err task_open(struct req *rq, struct task *t);
/* Ends one: TASK_DONE, TASK_CANCELLED or TASK_LAPSED; the outcome says what came of it. */
enum err task_end(struct req *rq, struct task *t, const char *fact, const char *outcome);
enum err task_load(struct req *rq, int64_t id, struct task *t);
/* Overdue ones go to the head of the station, a slice a minute. */
enum err tasks_every_minute(struct req *rq);

enum err on_draw_assigned(struct req *rq, const struct event *e);
enum err on_draw_exchanged(struct req *rq, const struct event *e);
enum err on_inspected(struct req *rq, const struct event *e);
enum err on_correction_ordered(struct req *rq, const struct event *e);
enum err on_correction_accepted(struct req *rq, const struct event *e);
enum err on_case_source(struct req *rq, const struct event *e);
/* Decided, not filed, or ended: no new decision is owed any more. */
enum err on_case_decided(struct req *rq, const struct event *e);
enum err on_visit_asked(struct req *rq, const struct event *e);
enum err on_warning_raised(struct req *rq, const struct event *e);
/* warning.closed, warning.dismissed, complaint.decided: tasks of theirs that are still open lapse.
 */
enum err on_source_ended(struct req *rq, const struct event *e);
enum err on_operator_changed(struct req *rq, const struct event *e);

/* task_pages.c */
enum err task_list(struct req *rq);
enum err task_new(struct req *rq);
enum err task_create(struct req *rq);
enum err task_page(struct req *rq);
enum err task_hand_over(struct req *rq);
enum err task_finish(struct req *rq);

#endif
