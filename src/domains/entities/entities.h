/* Private to the room of operators, except for the four functions the command line and the
 * demonstration use. */
#ifndef ENTITIES_H
#define ENTITIES_H

#include "core/core.h"
#include "domains/entities/rules.h"

extern const struct module entities;
struct app;

/* ---- writing (operator.c); in a write transaction, each tells its fact ----- */
/* Fills id, code, state, registered_at (rq->now unless set) and search; the rest is the caller's,
 * checked. E_CONFLICT when the licence number is known. Tells operator.registered. */
enum err operator_register(struct req *rq, struct operator* o);
/* o was read from the table and then changed. Without a difference nothing happens and *changed is
 * false. Tells operator.changed with the members that differ. E_CONFLICT when somebody else was
 * faster. */
enum err operator_change(
	struct req *rq, struct operator* o, const struct operator* before, bool *changed);
/* E_NOT_FOUND; E_FORBIDDEN outside the user's area. */
enum err operator_load(struct req *rq, int64_t id, struct operator* o);

/* ---- what the search finds (index.c) ---------------------------------------- */
/* A new operator (before NULL) is noted, its tokens are made within the minute; of a changed one
 * those that differ are written. */
enum err operator_index(struct req *rq, const struct operator* o, const struct operator* before);
enum err index_every_minute(struct req *rq);
enum err index_job_run(struct req *rq, const struct job *j, void *result);

/* ---- command line ---------------------------------------------------------- */
struct import_totals {
	int64_t imported, rejected;
};
/* Takes a CSV file in: its kind (operators, licences, relations) and path. Rejected rows go to
 * path.rejected.csv, which is removed when there are none. E_INVALID: no such kind, or the file is
 * unusable: nothing was taken. */
enum err file_import(
	struct app *app, const char *const file[2], struct import_totals *out, struct fault *why);
/* All operators as the CSV that file_import() takes, on standard output, in the order they
 * were registered. */
enum err operators_export(struct app *app, struct fault *why);

/* ---- screens --------------------------------------------------------------- */
enum err operator_list(struct req *rq);
enum err operator_new(struct req *rq);
enum err operator_create(struct req *rq);
enum err operator_edit(struct req *rq);
enum err operator_save(struct req *rq);
enum err operator_close(struct req *rq);
enum err operator_reopen(struct req *rq);
enum err operator_file(struct req *rq);
enum err operator_file_at(struct req *rq, const struct operator* o); /* ?at=2026-01-31 */
enum err put_whole_file(struct req *rq, const struct operator* o); /* all sections, into the view */
enum err operator_print(struct req *rq);			   /* the same as a PDF */
enum err operator_poster(struct req *rq);
enum err import_page(struct req *rq);
enum err import_start(struct req *rq);
enum err import_result(struct req *rq);
enum err import_rejected(struct req *rq);
enum err import_job_prepare(struct req *rq, const struct job *j, void **result);
enum err import_job_run(struct req *rq, const struct job *j, void *result);

/* Options of the towns that one may choose, after one without a value: all. */
enum err put_towns(struct req *rq, struct node *list, int64_t chosen, const char *all);
/* Adds name.choices of the towns to view.town_field for partials/field; chosen is marked. */
enum err put_town_field(struct req *rq, int64_t chosen, const char *error);

#endif
