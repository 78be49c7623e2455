/* Private to the room of requests for information. */
#ifndef DISCLOSURE_H
#define DISCLOSURE_H

#include "core/core.h"
#include "domains/disclosure/rules.h"

struct disclosure {
	int64_t id, version;
	const char *number, *title, *wanted, *way, *form;
	int64_t received_day, entered_by, entered_at;
	const char *state;
	int64_t due, days_left; /* days_left: working days, while its term stands still */
	const char *waits_words;
	bool mended;
	int64_t extended_at, extended_by;
	const char *extended_why, *answer, *answer_words;
	int64_t answered_by, answered_at;
	bool in_time;
	int64_t warned_due, erased_at;
};
/* Who asked: not witnessed, erased when the term of keeping is over. */
struct applicant {
	int64_t disclosure;
	const char *name, *contact;
};
/* A clip that the answer gives; cover: the copy in the room of privacy. */
struct disclosure_clip {
	int64_t id, version, disclosure, cover;
	const char *original, *sm3, *sha256;
	int64_t put_by, put_at;
};
extern const struct model disclosure_model, applicant_model, disclosure_clip_model;
extern const struct choice disclosure_states[];

/* disclosure.c */
enum err disclosure_save(struct req *rq, struct disclosure *d, const char *fact, const char *data);
enum err disclosure_load(struct req *rq, struct disclosure *d); /* rq->id */
enum err disclosure_law(struct req *rq, int64_t at, const struct node **law);
/* The kind of answer with this code, or NULL. */
const struct node *disclosure_answer_of(const struct node *law, const char *code);

/* screens.c */
enum err disclosure_list(struct req *rq);
enum err disclosure_new(struct req *rq);
enum err disclosure_page(struct req *rq);
enum err disclosure_counts(struct req *rq);

/* clips.c */
enum err disclosure_put_clips(
	struct req *rq, const struct disclosure *d, const struct node *answer);
enum err disclosure_clip_put(struct req *rq);
enum err disclosure_clip_give(struct req *rq);

/* steps.c */
enum err disclosure_create(struct req *rq);
enum err disclosure_wait(struct req *rq);
enum err disclosure_resume(struct req *rq);
enum err disclosure_extend(struct req *rq);
enum err disclosure_answer(struct req *rq);
enum err disclosures_every_minute(struct req *rq);

#endif
