/* Private to the room of privacy. */
#ifndef PRIVACY_H
#define PRIVACY_H

#include "core/core.h"

enum { BLUR_PICTURES_MOST = 20 };

/* A file of the store that is to be given outside. kind: still or clip. */
struct blur_wish {
	const char *original, *original_sha256, *kind;
	int64_t operator, area, asked_at, done;
};

/* What became of it; reason is that of a refusal: unreadable, too_large, too_slow. method: the way
 * of covering, its version, and the models. */
struct blur {
	int64_t id, version;
	const char *original, *original_sha256, *kind;
	int64_t operator, area;
	const char *state, *reason, *method;
	int64_t pictures, made_at;
};

/* One derived picture; at_ms from the beginning of the clip, areas: how many were covered. */
struct blur_picture {
	int64_t id, version, blur, n, at_ms, areas;
	const char *sm3, *sha256;
	int64_t size;
};

/* Still and clip of a lead that are gone, with the digests that prove what they were. */
struct lead_erasure {
	int64_t id, version, lead, operator, area;
	const char *still_sm3, *still_sha256, *clip_sm3, *clip_sha256;
	int64_t found_at;
	const char *rule_version;
	int64_t erased_at;
};

extern const struct model lead_erasure_model;
extern const struct model blur_wish_model, blur_model, blur_picture_model;
extern const struct module privacy;

/* wish.c: what is asked for. A file that was asked for before stays as it is. */
enum err blur_want(struct req *rq, const struct blur_wish *w);
enum err on_lead_to_show(struct req *rq, const struct event *e);
/* Confirmed leads from before this room was there. */
enum err blurs_catch_up(struct req *rq);

/* take.c: the worker asks, fetches, hands in */
enum err internal_blurs(struct req *rq);
enum err internal_blur_original(struct req *rq);
enum err internal_blur_take(struct req *rq);

/* erase.c: what no case came of goes at night when its term is over */
enum err pictures_erase(struct req *rq);
enum err privacy_erase_run(struct req *rq, const struct job *j, void *result);

/* notice.c: what anybody may read about their data */
enum err privacy_notice(struct req *rq);

#endif
