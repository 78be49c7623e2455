/* Private to the room of early warnings, except what the demonstration and the benchmark write
 * through: warnings_look. */
#ifndef WARNINGS_H
#define WARNINGS_H

#include "core/core.h"
#include "domains/warnings/rules.h"

extern const struct module warnings;

struct warning {
	int64_t id, version;
	const char *rule, *cause, *sort, *title, *title_en; /* titles as the rule had them */
	int64_t operator, area, cell;
	const char *level;
	int64_t ref;
	const char *what;
	int64_t n, at;
	const char *rule_version;
	int64_t due_at; /* the last day of its task */
	const char *state;
	int64_t until;
	const char *words;
	int64_t raised, raised_at, changed_by, changed_at;
};
extern const struct model warning_model;
extern const struct choice warning_states[], warning_levels[];

int64_t midnight_of(int64_t ms); /* local midnight at or before */

/* ---- gather.c: what the other rooms know ---------------------------------------------------- */
/* A cause that a rule found. what, n, at: read as the rule's sort says (warning_reason). fresh_at:
 * see turn_of. */
struct cause {
	const struct rule *rule;
	const char *key;
	int64_t operator, area, cell, ref;
	const char *what;
	int64_t n, at, fresh_at;
};
struct gathered {
	const struct node *law, *seasons;
	const char *version;
	int64_t today, only; /* only: one operator's; 0 everybody's */
	struct rule rules[RULES_MOST];
	size_t n_rules;
	struct place *places; /* businesses in operation, in the order of their ids */
	size_t n_places;
	struct cause *at;
	size_t n, room;
};
/* The rules in force at rq->now. */
enum err laws_load(struct req *rq, struct gathered *g);
/* All causes of today, of one operator or everybody; of one rule when code is not NULL. */
enum err causes_gather(struct req *rq, struct gathered *g, const char *code);

/* ---- seasons.c ------------------------------------------------------------------------------ */
struct place {
	int64_t id, area, cell, registered_at;
	const char *kind;
	int64_t inspected_at, chance; /* of seasons: last inspection, targeting's probability */
};
void cause_add(struct req *rq, struct gathered *g, const struct cause *c);
const struct place *place_find(const struct gathered *g, int64_t operator);
enum err season_gather(struct req *rq, struct gathered *g, const struct rule *r);

/* ---- run.c ----------------------------------------------------------------------------------- */
/* The job "warnings.look": compares what is there with what is on file; a slice at a time. */
enum err look_prepare(struct req *rq, const struct job *j, void **result);
enum err look_write(struct req *rq, const struct job *j, void *result);
enum err warnings_every_minute(struct req *rq);
/* Both in one, for the demonstration and the benchmark: at most limit changes; how many it made. */
enum err warnings_look(struct req *rq, int64_t limit, int64_t *changes);

/* ---- steps.c --------------------------------------------------------------------------------- */
enum err warning_load(struct req *rq, int64_t id, struct warning *w);
/* Tells warning.raised, first or again: the grid opens its task. */
enum err warning_raise(struct req *rq, struct warning *w, const struct rule *r);
enum err warning_close(struct req *rq, struct warning *w, const char *words);
enum err on_task_ended(struct req *rq, const struct event *e);
enum err warning_dismiss(struct req *rq);
enum err warning_reopen(struct req *rq);
enum err warning_run(struct req *rq);

/* ---- screens.c ------------------------------------------------------------------------------- */
/* Why, in words. */
const char *warning_reason(struct req *rq, const struct warning *w);
enum err warning_list(struct req *rq);
enum err warning_page(struct req *rq);

#endif
