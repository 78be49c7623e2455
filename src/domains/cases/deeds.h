/* The steps of the ordinary procedure, room by room: what each asks for, and what it does. */
#ifndef CASES_DEEDS_H
#define CASES_DEEDS_H

#include "domains/cases/ordinary.h"

/* Each list ends with a NULL run. */
extern const struct deed investigation_deeds[];		    /* pre-check, evidence, time */
extern const struct deed edata_deeds[], transcript_deeds[]; /* edata.c, transcripts.c */
extern const struct deed review_deeds[];		    /* report, review, notice, hearing */
extern const struct deed weighing_deeds[];		    /* weighing */
extern const struct deed decision_deeds[];		    /* discussion, decision, closing */

/* A card of partials/summary beside the form: gives the list of its rows. title: a sentence. */
struct node *put_beside(struct req *rq, const char *title);
void put_beside_row(struct req *rq, struct node *rows, const char *label, const char *value);
/* review_shown.c: the newest report as such a card; and all that a reviewer looks at. */
void put_report(struct req *rq, const struct course *k);
void review_shown(struct req *rq, const struct course *k);

/* "2026-12-01" and "09:30" of the form, as ms; 0 and a field error when they are none. */
int64_t form_moment(struct req *rq, const char *day, const char *hour);
/* A file of the form kept in the store; E_INVALID marks the field. */
enum err deed_file(struct req *rq, const struct deed *d, struct object *out, const char **type);

#endif
