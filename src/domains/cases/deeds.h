/* The steps of the ordinary procedure, room by room: what each asks for, and what it does. */
#ifndef CASES_DEEDS_H
#define CASES_DEEDS_H

#include "domains/cases/ordinary.h"

/* Each list ends with a NULL run. */
extern const struct deed investigation_deeds[]; /* pre-check, evidence, time */
extern const struct deed edata_deeds[];		/* edata.c */
extern const struct deed transcript_deeds[];	/* transcripts.c */
extern const struct deed telling_deeds[];	/* telling in person */
extern const struct deed review_deeds[];	/* report, review, notice, hearing */
extern const struct deed weighing_deeds[];	/* weighing */
extern const struct deed hearing_deeds[];	/* what happens before it is held */
extern const struct deed decision_deeds[];	/* discussion, decision, closing */
extern const struct deed transfer_deeds[];	/* what goes elsewhere */
extern const struct deed remedy_deeds[];	/* review and suit */

/* A card of partials/summary beside the form: gives the list of its rows. title: a sentence. */
struct node *put_beside(struct req *rq, const char *title);
void put_beside_row(struct req *rq, struct node *rows, const char *label, const char *value);
/* review_shown.c: the newest report as such a card; and all that a reviewer looks at. */
void put_report(struct req *rq, const struct course *k);
void review_shown(struct req *rq, const struct course *k);

/* deeds_hearing.c: the day and hour of a hearing, from the form; E_INVALID marks the field. A
 * notice of it is kept with its paper; and how that notice ended: held, put_off, absent. */
enum err hearing_day(struct req *rq, const struct course *k, struct hearing *h);
enum err hearing_notice_add(struct req *rq, const struct course *k, const struct hearing *h);
enum err hearing_notice_end(
	struct req *rq, const struct course *k, const char *outcome, const char *reason);

/* Is the short form of a step shown and read (struct deed, brief)? */
bool deed_is_brief(struct req *rq, const struct course *k);
/* "2026-12-01" and "09:30" of the form, as ms; 0 and a field error when they are none. */
int64_t form_moment(struct req *rq, const char *day, const char *hour);
/* A file of the form kept in the store; E_INVALID marks the field. */
enum err deed_file(struct req *rq, const struct deed *d, struct object *out, const char **type);

#endif
