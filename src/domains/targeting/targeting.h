/* Private to the room of targeting. */
#ifndef TARGETING_H
#define TARGETING_H

#include "core/core.h"

/* A run as it is kept. Probabilities elsewhere are ten-thousandths. */
struct targeting_run {
	int64_t id, version, at, wanted_by;
	const char *state, *why, *rule_version, *seed;
	int64_t operators, visits, failed, chosen, conflicts, took_ms;
	const char *input_sm3, *model_sm3, *scores_sm3, *model, *report;
};
extern const struct model targeting_run_model;
extern const struct choice targeting_due[], targeting_chosen[], targeting_kinds[];
extern const struct module targeting;

/* run.c: the job targeting.run, and the clock that asks for it each night */
enum err run_prepare(struct req *rq, const struct job *j, void **result);
enum err run_write(struct req *rq, const struct job *j, void *result);
enum err targeting_every_minute(struct req *rq);

/* load.c: everything that is scored by, read in one snapshot */
struct board;
enum err board_load(struct req *rq, struct board *b);

/* screens.c */
/* The list towns of a select: those of the officer's area. */
enum err targeting_towns(struct req *rq, int64_t chosen);
enum err targeting_list(struct req *rq);
enum err targeting_one(struct req *rq);
enum err targeting_report(struct req *rq);
enum err targeting_again(struct req *rq);

#endif
