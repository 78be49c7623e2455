/* What of the evidence is shown outside the bureau: pictures with faces covered, unless an officer
 * of the case gave them as they were recorded; electronic data, which shows nobody, as it is. */
#ifndef CASES_SHOWN_H
#define CASES_SHOWN_H

#include "domains/cases/cases.h"

/* One piece of evidence and its two files. state: due, made, refused, or "" when nobody asked for
 * the file to be covered. */
struct shown {
	int64_t id, case_id, taken_at;
	const char *kind, *method, *still_sm3, *clip_sm3;
	const char *clip_copy; /* SM3 of the clip with faces covered, when a person looked at it */
	const char *still_state, *still_method, *clip_state, *clip_method;
	int64_t still_asked, clip_asked, clip_blur;
	bool still_released, clip_released;
};

struct release {
	int64_t id, version, case_id, evidence;
	const char *what, *reason;
	int64_t released_by, released_at;
};

extern const struct model release_model;

/* Everything of the case that may serve as evidence, by time. */
enum err shown_of_case(struct req *rq, int64_t case_id, struct list *out);

/* Fills a map for partials/evidence as the party sees it. *waits becomes true when something is
 * being prepared that will soon be there. */
enum err put_shown(struct req *rq, struct node *n, const struct shown *s, bool *waits);

/* party.c: the list "evidence" of a page of the party. */
enum err put_evidence_shown(struct req *rq, int64_t case_id, bool *waits);

/* The party's files. Never the original of a picture that was not released. */
enum err my_still(struct req *rq);
enum err my_clip(struct req *rq);
enum err my_frame(struct req *rq);

/* For officers: the still as the party sees it; where the covered copy of the clip is. */
enum err case_still_blurred(struct req *rq, const char *still_sm3);
enum err case_clip_blurred(struct req *rq, const char *clip_sm3);

/* What was released of a case; then, for one piece of evidence, what was and by whom, and what the
 * officer who looks may still release. */
enum err releases_of(struct req *rq, int64_t case_id, struct list *out);
struct giving {
	const struct case_row *c;
	const struct list *given;
};
void put_releases(struct req *rq, struct node *n, const struct evidence *e, const struct giving *g);
enum err case_release(struct req *rq);

#endif
