/* Private to the room of draws, except what the demonstration writes through: draw_commit,
 * draw_perform, draw_tell. */
#ifndef DRAWS_H
#define DRAWS_H

#include "core/core.h"
#include "domains/draws/replay.h"

extern const struct module draws;

struct draw {
	int64_t id, version;
	const char *title;
	int64_t area;			   /* 0: the whole district */
	const char *kinds;		   /* code of a group of rules/draws/plan.json; "" all */
	int64_t due_at;			   /* local midnight of the last day for the visits */
	const char *plan_version, *strata; /* strata: JSON [{code,label,size,take}] */
	int64_t objects, take, inspectors;
	const char *snapshot_sm3, *snapshot_sha256, *commitment, *nonce, *state;
	int64_t committed_by, committed_at;
	const char *seed;
	int64_t head_size;
	const char *head_root, *word, *witness;
	int64_t drawn_by, drawn_at;
	const char *draw_sm3, *draw_sha256;
	int64_t published_at, published_by;
	const char *reason; /* why it was withdrawn */
};
struct drawn {
	int64_t id, version, draw, place, operator, inspector1, inspector2;
	const char *stratum;
};
struct exchanged {
	int64_t id, version, draw, no, operator, inspector_from, inspector_to;
	const char *reason, *words, *excluded;
	int64_t made_by, made_at;
};
extern const struct model draw_model, drawn_model, exchanged_model;
extern const struct choice draw_states[], exchange_reasons[];

/* ---- pools.c: the pools of a plan, read from the registers */
/* per_mille: of each stratum of the rule, in its order; -1 takes the rule's own. */
struct plan {
	const char *title, *kinds;
	int64_t area, due_at;
	int64_t per_mille[STRATA_MAX];
	const struct node *law; /* rules/draws/plan.json, filled in by pools_read() */
};
/* E_INVALID with words when no draw can be made of them. */
enum err pools_read(struct req *rq, struct plan *plan, struct pool *out);
enum err pools_check(struct req *rq, const struct pool *p);

/* ---- steps.c */
enum err draw_load(struct req *rq, int64_t id, struct draw *d);
/* Fixes the pools and the seed, and publishes digest and commitment. */
enum err draw_commit(struct req *rq, struct plan *plan, struct draw *d);
/* Opens the seed, mixes in the first signed head after the commitment and the word, draws; the list
 * is told by jobs. E_CONFLICT with words. */
enum err draw_perform(struct req *rq, struct draw *d, const char *word, const char *witness);
/* Writes the next lots of a draw with their facts, so many at most; *left tells whether there are
 * more. */
enum err draw_tell(struct req *rq, int64_t draw, int most, bool *left);
enum err draw_tell_job(struct req *rq, const struct job *j, void *result);
enum err draw_create(struct req *rq);
enum err draw_run(struct req *rq);
enum err draw_withdraw(struct req *rq);
enum err draw_publish(struct req *rq);

/* ---- exchange.c */
enum err draw_exchange(struct req *rq);
/* The file of a draw with its exchanges so far; replayed, so that it is sure to hold. */
enum err draw_file_make(struct req *rq, const struct draw *d, struct replay *r, struct buf *out);

/* ---- screens.c, public.c */
enum err draw_list(struct req *rq);
enum err draw_new(struct req *rq);
enum err draw_page(struct req *rq);
enum err draw_form_again(struct req *rq, struct plan *plan);
/* Strata of a draw with their sizes and shares, under the name "strata". */
void put_strata(struct req *rq, const struct draw *d);
enum err draw_public_list(struct req *rq);
enum err draw_public_page(struct req *rq);
enum err draw_public_file(struct req *rq);

#endif
