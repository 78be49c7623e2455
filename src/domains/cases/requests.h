/* What the party asks for, and what belongs to a request beside its row. */
#ifndef CASES_REQUESTS_H
#define CASES_REQUESTS_H

#include "domains/cases/ordinary.h"

struct request_detail {
	int64_t id, version, case_id, request;
	const char *target; /* more_time: statement, correction; recusal: officer, chair, reviewer,
			       leader */
	int64_t answer_due;
};
extern const struct model request_detail_model;

/* The party may ask for it now: NULL, or why not. target: of more_time. */
const char *request_missing(const struct course *k, const char *kind, const char *target);
/* Row id 0 where an old request has none. */
enum err request_detail_load(struct req *rq, const struct request *q, struct request_detail *d);

/* recusal.c: who may be asked to step aside, one of the choices by its code: "1", "2" the officers,
 * "chair", or the id of a reviewer or leader. */
enum err people_of(struct req *rq, const struct course *k, struct node *list);
enum err person_named(struct req *rq, const struct course *k, struct request *q, const char **part);
/* Granted: somebody else takes over, and nothing stays open that the one who left had asked for. */
enum err stepped_aside(struct req *rq, struct course *k, const struct request *q);

#endif
