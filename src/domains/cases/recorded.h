/* By what each step of a case is recorded (APL 47; O2 79): text, picture or sound. */
#ifndef CASES_RECORDED_H
#define CASES_RECORDED_H

#include "domains/cases/ordinary.h"

enum record_medium { NO_MEDIUM, TEXT_RECORD, PICTURE_RECORD };
/* Something that happened in a case, or a record of it. code: of the law's lists (recorded.steps
 * of rules/cases/procedure.json), such as a template of a paper; BODY_CAMERA goes by its day. */
struct record_mark {
	const char *code, *name; /* name: what pages call it */
	enum record_medium medium;
	int64_t at;
};
#define BODY_CAMERA "body"
struct record_marks {
	const struct record_mark *at;
	size_t n;
};

enum record_state { NOT_BEGUN, RECORDED, LACKS_TEXT, LACKS_PICTURE, LACKS_ALL };
/* Pure: of one step of the law's list, is it recorded as it must be; *begun_at: when it first
 * happened, 0: not yet. */
enum record_state record_state_of(
	const struct node *step, const struct record_marks *m, int64_t *begun_at);
/* Pure: is this mark a record of the step? */
bool record_of_step(
	const struct node *step, const struct record_marks *m, const struct record_mark *mark);

/* recorded_shown.c: "recorded" of the case's page, one statement. */
enum err put_whole_record(struct req *rq, const struct course *k);

#endif
