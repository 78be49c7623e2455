/* What this room keeps of learning: features of leads, models, modes of rules, misses. Used by the
 * room's pages, and by the command that trains (src/vision_command.c). */
#ifndef CAMERAS_LEARNING_H
#define CAMERAS_LEARNING_H

#include "core/core.h"

/* ---- features ---------------------------------------------------------- */
struct lead_features {
	int64_t id, version;  /* the lead's id */
	const char *net;      /* "head@3a8831d5" */
	int64_t base, site;   /* hundredths; site -1: no head of the site judged */
	const char *features; /* base64 of little-endian int16, 1/4096 */
};
extern const struct model lead_features_model;

/* From the worker's post: net, base, site, features. *there is false when none came. E_INVALID:
 * they make no sense. The row is inserted before the lead's fact, which then speaks for it. */
enum err lead_features_read(struct req *rq, struct lead_features *f, bool *there);

/* ---- what is learnt from ----------------------------------------------- */
/* A lead that officers have finished with, and its features. */
struct review_label {
	int64_t id, camera, officer, at;
	bool confirmed;
	int64_t base;
	const char *features;
};

/* Those of a rule with features of the network of its newest lead, the oldest verdict first, the
 * newest limit of them. net is "" when there are none. */
struct review_labels {
	const char *net;
	struct list list; /* of struct review_label */
};
enum err review_labels(struct req *rq, const char *rule, int64_t limit, struct review_labels *out);

/* ---- models ------------------------------------------------------------ */
struct vision_model {
	int64_t id, version;
	const char *rule, *name, *net, *sm3, *sha256;
	int64_t trained_at, trained_by, labels, confirmed, cameras, held_labels, held_cameras;
	int64_t newest; /* time of the newest verdict it learnt from */
	const char *in_force;
	int64_t threshold, recall, share_before, share_after, gain_low, gain_high, loss_before,
		loss_after;
	const char *state, *why;
	int64_t decided_by, decided_at;
	const char *reason;
};
extern const struct model vision_model_model;
extern const struct choice vision_model_states[];

/* The one in force; id 0 when there is none. */
enum err vision_model_active(struct req *rq, const char *rule, struct vision_model *m);
/* The file of a model, from the store. */
enum err vision_model_file(struct req *rq, const struct vision_model *m, struct bytes *out);
/* Time of the newest verdict that an accepted training of this rule learnt from; 0: none yet. */
enum err vision_model_newest(struct req *rq, const char *rule, int64_t *out);
/* Keeps the result of a training: file (n 0: none was made) into the store, row, fact. state is
 * proposed or refused; sm3, sha256 and name are filled in. */
enum err vision_model_record(struct req *rq, struct vision_model *m, struct bytes file);
/* Puts a proposed or retired model in force; the one before is retired. Asks for RULE_DECIDE of
 * whoever rq->user is. E_CONFLICT: it was refused, or is in force already. */
enum err vision_model_activate(struct req *rq, struct vision_model *m, const char *reason);

/* ---- modes of rules ---------------------------------------------------- */
/* "normal", "review_only" (its leads are labels and open no case), "off" (workers do not hear of
 * it). */
enum err rule_mode(struct req *rq, const char *rule, const char **mode);
/* Was it not normal when a lead of this time was found, or is it not normal now? Then the lead is
 * looked at to learn from, and opens no case. */
enum err rule_only_reviewed(struct req *rq, const char *rule, int64_t found_at, bool *out);
/* The modes of all rules in one query: then rule_mode_in() for each. */
enum err rule_modes_load(struct req *rq, struct list *all);
const char *rule_mode_in(const struct list *all, const char *rule);

/* For the page of a camera: the rules to choose from when reporting a miss. */
void put_miss_form(struct req *rq);

extern const struct model rule_mode_model, rule_miss_model;

/* ---- pages ------------------------------------------------------------- */
enum err rule_index(struct req *rq);	   /* rule_pages.c */
enum err rule_page(struct req *rq);	   /* rule_pages.c */
enum err rule_mode_decide(struct req *rq); /* rule_modes.c */
enum err miss_report(struct req *rq);	   /* rule_modes.c */
enum err model_activate(struct req *rq);   /* models.c */
enum err model_retire(struct req *rq);	   /* models.c */
enum err internal_models(struct req *rq);  /* models.c */

#endif
