/* Private to the room of cameras. */
#ifndef CAMERAS_H
#define CAMERAS_H

#include "core/core.h"

struct camera {
	int64_t id, version, operator, area;
	const char *name, *place, *url, *owner, *standard, *hours, *watch;
	int64_t interval_ms;
	const char *notice_url;
	int64_t notice_at, valid_from, valid_to, clock_checked_at, clock_offset_ms, calibrated_at;
	const char *sign_sm3, *sign_sha256, *legal_no;
	int64_t legal_at, legal_by;
	const char *legal_result, *technical_no;
	int64_t technical_at, technical_by;
	const char *technical_result, *state;
	int64_t created_at;
};

struct lead {
	int64_t id, version;
	const char *lead_key;
	int64_t camera, operator, area;
	const char *rule, *rule_version, *act, *model;
	int64_t found_at, started_at, ended_at, clip_from, clip_to, score, width, height;
	const char *findings, *still_sm3, *still_sha256, *clip_sm3, *clip_sha256;
	int64_t clock_offset_ms;
	bool usable;
	const char *usable_why, *state;
	int64_t officer1, at1;
	const char *reason1;
	int64_t officer2, at2;
	const char *reason2, *verdict;
};

extern const struct model camera_model, lead_model;
extern const struct choice lead_states[], rule_names[], camera_states[];
extern const struct module cameras;

enum err camera_load(struct req *rq, int64_t id, struct camera *c);
/* Registers a camera whose particulars are filled in and checked, with its fact. For the form and
 * the demonstration. */
enum err camera_register(struct req *rq, struct camera *c);

/* register.c */
enum err camera_index(struct req *rq);
enum err camera_new(struct req *rq);
enum err camera_create(struct req *rq);
enum err camera_page(struct req *rq);
enum err camera_edit(struct req *rq);
enum err camera_save(struct req *rq);
enum err camera_review_legal(struct req *rq);
enum err camera_review_technical(struct req *rq);
enum err camera_sign(struct req *rq);
enum err camera_sign_photo(struct req *rq);
enum err camera_close(struct req *rq);
/* watch_rules.c */
extern const struct model camera_rule_model;
/* A camera, its rules by default ("a,b"), and the modes of all rules (rule_modes_load()). */
struct watched {
	int64_t camera;
	const char *watch;
	const struct list *modes;
};
/* Puts "rules" for the vision worker: the defaults with what is set for this camera, without those
 * that are switched off in the whole district. */
enum err put_rules(struct req *rq, struct node *in, const struct watched *w);
enum err watch_rules_page(struct req *rq);
enum err watch_rule_page(struct req *rq);
enum err watch_rule_save(struct req *rq);
/* watch_load.c */
enum err vision_status(struct req *rq);
enum err watch_load(struct req *rq);
/* The rules ("a,b") that a vision worker heard of lately cannot judge, for want of a model. */
enum err vision_unable(struct req *rq, const char **codes);
/* Is the code one of those in "a,b,c"? */
bool codes_hold(const char *codes, const char *code);
/* lead_take.c */
enum err lead_take(struct req *rq);
enum err lead_clip_take(struct req *rq);
/* leads.c */
enum err lead_inbox(struct req *rq);
enum err lead_page(struct req *rq);
enum err lead_review(struct req *rq);
enum err lead_still(struct req *rq);
enum err lead_clip(struct req *rq);

#endif
