/* Clips given outside: the same clip with faces covered, made by the vision worker, looked at by a
 * person before anybody outside may have it. */
#ifndef PRIVACY_COVERS_H
#define PRIVACY_COVERS_H

#include "core/core.h"
#include "domains/privacy/rules.h"

/* One copy. hands: JSON, the rectangles added by hand, in parts of a thousand; parameters: JSON,
 * the values of the rule that the worker was given; previous: the copy that this one replaced. */
struct cover {
	int64_t id, version;
	const char *original, *original_sha256;
	int64_t operator, area, previous;
	const char *why;
	int64_t asked_by, asked_at;
	const char *hands, *rule_version, *parameters, *state, *reason, *method, *sm3, *sha256;
	int64_t size, width, height, length_ms, frames, looks, found, made_at;
	int64_t decided_by, decided_at;
	const char *words;
};
extern const struct model cover_model, cover_hand_model;

/* covers.c: the models, and what all steps need */
enum err cover_load(struct req *rq, struct cover *c); /* rq->id */
enum err cover_save(struct req *rq, struct cover *c, const char *fact);
enum err cover_hands_of(struct req *rq, const struct cover *c, struct node **list);
/* E_NOT_FOUND: nobody asked for it. */
enum err cover_living(struct req *rq, const char *original, struct cover *c);

/* cover_ask.c */
enum err cover_of(struct req *rq);  /* GET: the copy of this clip, or the form that asks for one */
enum err cover_ask(struct req *rq); /* POST */

/* cover_steps.c */
enum err cover_add_hand(struct req *rq);
enum err cover_confirm(struct req *rq);
enum err cover_withdraw(struct req *rq);

/* cover_shown.c */
enum err cover_list(struct req *rq);
enum err cover_page(struct req *rq);
enum err cover_copy_file(struct req *rq);
enum err cover_archive(struct req *rq);
/* The page of a copy, whose form of a rectangle may be filled in. */
enum err cover_put(struct req *rq, const struct cover *c);

/* cover_take.c: the worker's door */
enum err internal_covers(struct req *rq);
enum err internal_cover_original(struct req *rq);
enum err internal_cover_take(struct req *rq);

/* A rectangle as the form asks for it: seconds of the clip, hundredths of the picture. */
struct cover_hand {
	int64_t from_s, to_s, left_pc, top_pc, width_pc, height_pc;
};

#endif
