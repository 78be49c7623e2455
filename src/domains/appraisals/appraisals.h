/* Private to the room of appraisals, except what the demonstration writes through: the functions of
 * rounds.c and work.c without a form. */
#ifndef APPRAISALS_H
#define APPRAISALS_H

#include "core/core.h"
#include "domains/appraisals/rules.h"
#include "domains/appraisals/sample.h"

extern const struct module appraisals;

struct round {
	int64_t id, version;
	const char *title;
	int64_t area;		  /* 0: the whole district */
	int64_t from_day, to_day; /* closed on one of these days; local midnights */
	const char *kinds;	  /* simple, ordinary, "" both */
	const char *strata;	  /* "area,procedure,outcome", those that part the candidates */
	const char *way;	  /* share (per mille), number */
	int64_t amount, candidates, take;
	const char *table_version, *list_sm3, *list_sha256, *commitment, *nonce, *state;
	int64_t opened_by, opened_at;
	const char *seed; /* "" until the draw */
	int64_t head_size;
	const char *head_root, *word;
	int64_t drawn_by, drawn_at;
	const char *draw_sm3, *draw_sha256;
	int64_t finished_by, finished_at;
	const char *reason; /* why it was withdrawn */
};
struct appraisal {
	int64_t id, version, round, case_id, place;
	const char *stratum;
	int64_t operator, area;
	const char *number, *procedure, *outcome;
	int64_t closed_at, officer1, officer2;
	const char *state;
	int64_t appraiser, assigned_by, assigned_at, fill_due, submitted_at;
	const char *opinion;
	int64_t score; /* hundredths */
	const char *grade;
	int64_t vetoed, failed, object_due, accepted_by, accepted_at, answered_at, final_by,
		final_at;
	const char *mend_state;
	int64_t mend_due;
	const char *mend_words;
	int64_t mend_by, mend_at;
	const char *mend_sm3, *mend_sha256, *mend_type, *mend_answer;
	const char *reason; /* why it was replaced */
};
struct point {
	int64_t id, version, appraisal;
	const char *code, *found, *found_words, *found_detail;
	int64_t found_at, found_due;
	const char *verdict, *reason;
};
struct objection {
	int64_t id, version, appraisal;
	const char *code, *words;
	int64_t made_by, made_at;
	const char *state, *answer;
	int64_t answered_by, answered_at;
};
extern const struct model round_model, appraisal_model, point_model, objection_model;
extern const struct choice round_states[], appraisal_states[], mend_states[], verdicts[],
	found_states[], objection_states[], procedure_names[], outcome_names[];

/* ---- store.c */
/* The table of points that a round is appraised by: the version in force when it was opened. */
enum err appraisal_table(struct req *rq, int64_t at, const struct node **out);
enum err round_load(struct req *rq, int64_t id, struct round *r);
/* An appraisal with its round and table; does not ask who may see it. */
struct sitting {
	struct appraisal a;
	struct round r;
	const struct node *table;
	struct list points, objections; /* of struct point in the order of the table; by code */
	bool handing_in;		/* the form shows what each line lacks */
};
enum err sitting_load(struct req *rq, int64_t id, struct sitting *s);
/* E_NOT_FOUND unless this person may see it: its appraiser; its officers once they are told; who
 * reads appraisals, in the area. */
enum err sitting_visible(struct req *rq, const struct sitting *s);
struct appraisal_facts sitting_facts(struct req *rq, const struct sitting *s);
enum err appraisal_allow(struct req *rq, const char *why_not); /* E_CONFLICT with the sentence */
/* Score and grade out of the points as they stand. */
void sitting_score(struct req *rq, const struct sitting *s, struct scored *out);
enum err appraisal_save(struct req *rq, struct appraisal *a, const char *fact, const char *data);
const char *outcome_said(struct req *rq, const struct appraisal *a); /* score and grade, JSON */

/* ---- look.c: what the record says of a case */
enum err case_look(struct req *rq, const struct sitting *s, struct appraised *out);
/* Writes the lines of the table with what the program found. */
enum err points_begin(struct req *rq, struct sitting *s);

/* ---- rounds.c */
struct round_plan {
	const char *title, *kinds, *way;
	int64_t area, from_day, to_day, amount;
	bool by_area, by_procedure, by_outcome; /* what parts the candidates into strata */
};
extern const struct model round_plan_model; /* its form */
enum err round_open(struct req *rq, const struct round_plan *p, struct round *r);
enum err round_perform(struct req *rq, struct round *r, const char *word);
enum err round_end(struct req *rq, struct round *r);
enum err round_create(struct req *rq);
enum err round_draw(struct req *rq);
enum err round_withdraw(struct req *rq);
enum err round_finish(struct req *rq);
enum err appraisal_replace(struct req *rq);

/* ---- work.c */
enum err appraiser_set(struct req *rq, struct sitting *s, int64_t person);
enum err sitting_submit(struct req *rq, struct sitting *s, const char *opinion);
enum err sitting_accept(struct req *rq, struct sitting *s);
enum err sitting_object(struct req *rq, struct sitting *s, const char *code, const char *words);
struct reply {
	bool yes, no; /* the one or the other was chosen */
	const char *words;
};
enum err sitting_answer(struct req *rq, struct sitting *s, const char *code, const struct reply *r);
enum err sitting_confirm(struct req *rq, struct sitting *s);
enum err sitting_mend(struct req *rq, struct sitting *s, const char *words);
enum err sitting_check(struct req *rq, struct sitting *s, const struct reply *r);
enum err appraisal_assign(struct req *rq);
enum err appraisal_fill(struct req *rq);
enum err appraisal_accept(struct req *rq);
enum err appraisal_object(struct req *rq);
enum err appraisal_answer(struct req *rq);
enum err appraisal_confirm(struct req *rq);
enum err appraisal_mend(struct req *rq);
enum err appraisal_check(struct req *rq);

/* ---- screens.c, one.c, report.c */
enum err round_list(struct req *rq);
enum err round_new(struct req *rq);
enum err round_form_again(struct req *rq, const struct round_plan *p);
enum err round_page(struct req *rq);
enum err round_candidates(struct req *rq);
enum err round_order(struct req *rq);
enum err round_file(struct req *rq);
enum err appraisals_mine(struct req *rq);
enum err appraisal_page(struct req *rq);
enum err appraisal_again(struct req *rq, struct sitting *s); /* the form with its faults, 422 */
enum err appraisal_proof(struct req *rq);
enum err round_report(struct req *rq);
enum err round_print(struct req *rq);
void put_choices_of(struct req *rq, const char *name, const struct choice *c, const char *chosen);
const char *clause_in(struct req *rq, const struct node *n);
const char *said_in(struct req *rq, const struct node *n); /* "zh" or "en" of law as data */

#endif
