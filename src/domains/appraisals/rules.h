/* Decisions of the room, pure: no request, no database. Each may_* answers NULL or the English
 * sentence why not. Points, weights, grades and terms: rules/appraisals/table.json. */
#ifndef APPRAISAL_RULES_H
#define APPRAISAL_RULES_H

#include "core/base/base.h"
#include "core/model/node.h"

/* ---- steps */
struct appraisal_facts {
	const char *state, *mend_state;
	int64_t user; /* who wants to do it */
	int64_t appraiser, officer1, officer2;
	int64_t object_due, accepted_at, now;
	bool round_drawn; /* the round runs: drawn, not finished */
};
const char *may_draw(const char *round_state);
const char *may_withdraw(const char *round_state);
/* not_final: appraisals of the round that are not final yet. */
const char *may_finish(const char *round_state, int64_t not_final);
/* part: what the person did in the case ("officer", "reviewer", "decider", "chair"), "" nothing;
 * tied: the register of officers has a recusal of the person from the business. */
struct appraiser_facts {
	bool active, may_appraise; /* an account of the bureau whose role may appraise */
	const char *part;
	bool tied;
};
const char *may_appoint(const struct appraisal_facts *f, const struct appraiser_facts *a);
/* An appraiser was drawn for it already: another case takes its place. */
const char *may_replace(const struct appraisal_facts *f, const char *reason, bool one_left);
const char *may_fill(const struct appraisal_facts *f);
const char *may_object(const struct appraisal_facts *f);
const char *may_accept(const struct appraisal_facts *f);
const char *may_answer_objection(const struct appraisal_facts *f);
const char *may_confirm(const struct appraisal_facts *f);
const char *may_mend(const struct appraisal_facts *f, const char *words);
const char *may_check_mending(const struct appraisal_facts *f, const char *words);

/* ---- the table */
/* A line as the appraiser left it. found: "" (only a person can say), ok, bad, na. verdict: "" not
 * yet, met, part (half of the weight is lost), failed, na. */
struct point_said {
	const char *code, *found, *verdict, *reason;
};
/* Is this line asked of a case of this procedure? */
bool point_applies(const struct node *point, const char *procedure);
/* The line of this code; NULL when the table has none. */
const struct node *point_of(const struct node *table, const char *code);
/* Does the verdict say what the program found? True where it found nothing. */
bool point_agrees(const struct point_said *p);
/* NULL, or what the line lacks before it can be handed in: a verdict; a reason of what is not met
 * by a person's eye; a reason of a verdict against what the program found. */
const char *point_lacks(const struct point_said *p);

struct scored {
	int64_t applies, lost; /* hundredths of the lines that apply, and what of them is lost */
	int64_t score;	       /* hundredths of 100: what is left, in proportion to what applies */
	int64_t failed;	       /* lines not, or not wholly, met */
	bool vetoed;	       /* a line that decides alone is not met */
	const char *grade;     /* code of the table's grades */
};
/* Lines without a verdict count as not applying. */
void score_of(const struct node *table, const struct point_said *p, size_t n, struct scored *out);
const struct node *grade_of(const struct node *table, const char *code); /* NULL: none */

/* ---- what the record answers itself (checks.c) */
/* What is known of a closed case. Times: ms, 0 never; texts never NULL. */
struct appraised {
	const char *procedure, *outcome, *penalty, *correction_state, *statement;
	const char *papers; /* templates of its sealed papers, each with a comma behind it */
	int64_t opened_at, precheck_due, filed_at, told_at, notices, notice_served, hear_due,
		heard_at, decide_due, decided_at, served_at, correction_at, closed_at;
	int64_t hearing_offered, hearings_asked, hearings_held, reviews, own_reviews;
	int64_t officer1, officer2, cards, evidence, clips, recordings;
	int64_t fine_fen, confiscated_fen, fines, unsettled, settled_at;
	int64_t publishable, published_at, volume_at, volume_missing;
	const struct node *table, *calendar, *procedure_law, *volume_law; /* law as data */
};
struct found {
	const char *state;  /* ok, bad, na */
	const char *words;  /* an English sentence, the key of its Chinese */
	const char *detail; /* names of papers; "" none */
	int64_t at, due;    /* when it was done, and until when it had to be; 0: no such day */
};
/* false: the program knows no such check. */
bool check_run(const char *check, struct arena *a, const struct appraised *c, struct found *out);
/* Where the record of a check stands: behind /cases/<id>. */
const char *check_where(const char *check);

#endif
