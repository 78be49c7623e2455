/* The steps of the ordinary procedure, room by room: what each asks for, and what it does. */
#ifndef CASES_DEEDS_H
#define CASES_DEEDS_H

#include "domains/cases/ordinary.h"

/* Each list ends with a NULL run. */
extern const struct deed investigation_deeds[]; /* pre-check, evidence, time */
extern const struct deed review_deeds[];	/* report, review, notice, hearing */
extern const struct deed decision_deeds[];	/* discussion, decision, closing */

/* "2026-12-01" and "09:30" of the form, as ms; 0 and a field error when they are none. */
int64_t form_moment(struct req *rq, const char *day, const char *hour);
/* A file of the form kept in the store; E_INVALID marks the field. */
enum err deed_file(struct req *rq, const struct deed *d, struct object *out, const char **type);

#endif
