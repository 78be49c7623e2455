/* Private to the room of grades, except scales_work_off(), which the demonstration uses too. */
#ifndef GRADING_H
#define GRADING_H

#include "core/core.h"
#include "domains/grading/rules.h"
#include "domains/grading/scales.h"

extern const struct module grading;

/* Moments that never come: due_at of what changes by no lapse of time. */
#define GRADE_NEVER INT64_C(4000000000000000)

struct grade {
	int64_t id, version, operator;
	const char *scheme, *letter, *colour;
	int64_t points, since, inspected_at;
	const char *rule_version, *why; /* why: JSON list of lines */
	int64_t due_at;
};
struct grade_change {
	int64_t id, version, operator;
	const char *scheme, *from_letter, *letter, *colour;
	int64_t points, at;
	const char *rule_version, *why;
};
/* A determination under one of the other scales; until 0: the one on file now. */
struct scale_row {
	int64_t id, version, operator;
	const char *scheme, *rule, *rule_version, *value;
	int64_t points, since, at, until;
	const char *why; /* JSON list of lines */
};
/* An operator as grades see it, from since to until (0: now). */
struct subject {
	int64_t id, operator;
	const char *kind;
	int64_t area;
	const char *licence_no;
	int64_t registered_at;
	bool active;
	int64_t since, until, due_at;
	const char *profile; /* facts of its risk profile; "" none */
};
extern const struct model grade_model, grade_change_model, scale_model, subject_model;
extern const struct model incident_model, rerating_model, applied_rule_model;

/* ---- heard.c: what counts, as it was known at a time ---------------------------------------- */
struct material {
	struct subject s;
	struct grade_facts f;
};
/* What was known of an operator at that moment. E_NOT_FOUND: no such operator. */
enum err material_load(struct req *rq, int64_t operator, int64_t at, struct material *m);
struct input_row {
	int64_t operator;
	const char *kind;
	int64_t ref, at;
	bool off_site;
	const char *result;
	int64_t score, key_failed, general_failed;
	const char *penalty, *word;
	int64_t until;
};
extern const struct model input_model;
/* Of grade_inputs i: what input_model reads; and the last that was known of each thing at a time
 * (the text of a placeholder), in the order in which it is computed with. */
#define INPUT_COLUMNS                                                                              \
	"i.operator, i.kind, i.ref, i.at, i.off_site, i.result, i.score, i.key_failed, "           \
	"i.general_failed, i.penalty, i.word, i.until"
#define INPUT_KNOWN_AT(time)                                                                       \
	"i.known_at <= " time " AND i.void = 0 AND NOT EXISTS (SELECT 1 FROM grade_inputs j "      \
	"WHERE j.kind = i.kind AND j.ref = i.ref AND j.seq > i.seq AND j.known_at <= " time        \
	") ORDER BY i.operator, i.at, i.ref"
/* The facts of the newest risk profile of an operator (the text of a column); '' without one. */
#define PROFILE_OF(operator)                                                                       \
	"coalesce((SELECT p.facts FROM grade_profiles p WHERE p.operator = "                       \
	operator" ORDER BY p.recorded_at DESC, p.id DESC LIMIT 1), '')"
/* Room for none too. */
const struct grade_input *inputs_of(struct arena *a, const struct input_row *rows, size_t n);
struct grade_facts facts_of(const struct subject *s, int64_t at);
/* The grades of an operator have to be computed again, within a minute. */
enum err subject_mark(struct req *rq, int64_t operator);
/* Makes the row of an operator that has none yet; changes it when the file says otherwise now. */
enum err subject_follow(struct req *rq, int64_t operator);
enum err grade_heard_inspection(struct req *rq, const struct event *e);
enum err grade_heard_decision(struct req *rq, const struct event *e);
enum err grade_heard_remedy(struct req *rq, const struct event *e);
enum err grade_heard_operator(struct req *rq, const struct event *e);
enum err grade_heard_registered(struct req *rq, const struct event *e);
enum err grade_heard_incident(struct req *rq, const struct event *e);

/* ---- book.c: the rules in force at a time --------------------------------------------------- */
/* Of files and of what officers applied, the one that came into force last. */
enum err grade_rule(struct req *rq, const char *name, int64_t at, const struct node **out);
/* All scales; candidate (or NULL) takes the place of the rule of its name. */
enum err book_load(
	struct req *rq, int64_t at, const struct node *candidate, struct scale_book *out);
/* NULL, or what is wrong with a candidate, in the visitor's language. */
const char *candidate_wrong(struct req *rq, const struct node *data);

/* ---- grading.c: the Shanghai letters -------------------------------------------------------- */
/* Computes the letter out of what was heard; writes and tells only what differs. */
enum err grade_recompute(struct req *rq, int64_t operator);
/* Writes the letter when it, its reasons or its rules differ from what is on file (NULL: nothing).
 */
struct letter_now {
	int64_t operator;
	const struct grade *before;
	const struct grade_rules *rules;
	const struct grade_outcome *outcome;
};
enum err grade_settle(struct req *rq, const struct letter_now *now);
/* The lines as JSON, as they are kept and told. */
const char *lines_json(struct req *rq, const struct grade_line *lines, int n);
void put_lines(struct node *list, const struct grade_line *lines, int n);

/* ---- settle.c: all scales of operators, one or many ---------------------------------------- */
/* Computes everything of one operator now, tells what changed. */
enum err scales_settle(struct req *rq, int64_t operator);
/* Computes operators that are due, at most limit; *done: how many. One fact for all whose values
 * stay or are the first, one more for each whose value changed. */
enum err scales_slice(struct req *rq, int64_t limit, int64_t *done);
/* Slices until none is due: the demonstration, benchmarks. */
enum err scales_work_off(struct app *app, struct fault *why);
enum err scales_every_minute(struct req *rq);
enum err scales_job(struct req *rq, const struct job *j, void *result);
struct settling {
	const struct scale_book *book;
	const struct material *m;
	const struct grade *shg;      /* on file; NULL: none */
	const struct scale_row *rows; /* on file, at most one a scheme */
	size_t n_rows;
	struct grade_outcome letter;
	struct scale_outcome out[SCALES];
	int n_out;
	int64_t due;
};
/* Fills letter, out, due from book and m. Pure but for the arena. */
void settling_compute(struct arena *a, struct settling *s);
/* Everything that a run over many operators needs of a slice of them, in the order of operators. */
struct slice {
	struct list subjects, inputs, scales, grades; /* the last two may be left out */
	size_t at, input, scale, grade;		      /* how far each was read */
};
/* Operators in the order of their ids, after that one, with what was heard of them. */
enum err slice_range(struct req *rq, int64_t after, int64_t limit, struct slice *s);
/* The next operator of the slice; false at its end. m and s are filled from it. */
bool slice_next(struct req *rq, struct slice *in, struct material *m, struct settling *s);

/* ---- replay.c -------------------------------------------------------------------------------- */
/* What the grades of an operator were at that moment, out of what was known then and the rules in
 * force then. */
enum err grades_replay(struct req *rq, int64_t operator, int64_t at, struct settling *out);

/* ---- screens --------------------------------------------------------------------------------- */
enum err grade_overview(struct req *rq);
enum err grade_page(struct req *rq);
enum err grade_again(struct req *rq);
enum err scale_list(struct req *rq);
enum err door_sign_order(struct req *rq);
struct scale_word {
	const char *value, *text, *tone;
};
/* The words of a scheme or a value of any scale; the code itself when unknown. */
const char *scheme_text(const char *scheme);
const struct scale_word *scale_word(const char *value);
extern const struct choice scale_schemes[], business_kinds[];
void put_reasons(struct req *rq, struct node *in, const char *why);

/* incidents.c */
struct incident {
	int64_t id, version, operator;
	const char *kind;
	int64_t happened_at, valid_to;
	const char *words, *basis;
	int64_t recorded_by, recorded_at, withdrawn_by, withdrawn_at;
	const char *withdrawn_why;
};
/* Writes and tells it, by the one who asks and now; the grades follow at once. */
enum err incident_record(struct req *rq, struct incident *i);
enum err incident_new(struct req *rq);
enum err incident_create(struct req *rq);
enum err incident_withdraw(struct req *rq);
enum err incident_list(struct req *rq);

/* profile.c: what static risk is made of */
struct profile {
	int64_t id, version, operator;
	const char *form; /* caterer, seller, maker */
	int64_t observed_at;
	const char *source;
	int64_t floor_area, seats, suppliers; /* square metres; numbers */
	int64_t packaged_ambient, packaged_chilled, packaged_frozen, loose_ambient, loose_chilled,
		loose_frozen;			       /* numbers of items on sale */
	int64_t raw, cold, pastry, hot, drinks, other; /* numbers of dishes */
	bool perishable;
	const char *food_class, *facts;
	int64_t recorded_by, recorded_at;
};
extern const struct model profile_model;
/* Writes and tells it, by the one who asks and now; the grades follow at once. form says which of
 * the facts count. */
enum err profile_record(struct req *rq, struct profile *p);
enum err profile_page(struct req *rq);
enum err profile_save(struct req *rq);

/* rerating.c */
/* Asks; by_operator: the business itself. E_CONFLICT with words when it may not yet. */
enum err rerating_request(struct req *rq, int64_t operator, const char * words, bool by_operator);
enum err rerating_list(struct req *rq);
enum err rerating_ask(struct req *rq);
enum err rerating_withdraw(struct req *rq);
enum err rerating_my(struct req *rq);
enum err rerating_my_ask(struct req *rq);
/* An inspection on site, made at that time or later than it was asked, decides an open request. */
enum err rerating_decide(struct req *rq, int64_t operator, int64_t inspection, int64_t at);
/* view.rerating: may it be asked for, by the letter as it is now; view.reratings: those there were.
 */
enum err put_rerating(struct req *rq, int64_t operator, const struct settling * now);
enum err put_reratings(struct req *rq, int64_t operator);

/* rehearsal.c */
/* Begins one of a rule as JSON; *id: its number. E_INVALID with words. */
enum err rehearsal_begin(struct req *rq, const char *file_name, struct bytes rule, int64_t *id);
enum err rehearsal_list(struct req *rq);
enum err rehearsal_start(struct req *rq);
enum err rehearsal_page(struct req *rq);
enum err rehearsal_apply(struct req *rq);
enum err rehearsal_drop(struct req *rq);
enum err rehearsal_prepare(struct req *rq, const struct job *j, void **result);
enum err rehearsal_run(struct req *rq, const struct job *j, void *result);

#endif
