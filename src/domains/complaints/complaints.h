/* Private to the room of complaints, except what the demonstration writes through:
 * complaint_receive, complaint_accept_it. */
#ifndef COMPLAINTS_H
#define COMPLAINTS_H

#include "core/core.h"
#include "domains/complaints/rules.h"

extern const struct module complaints;

struct complaint {
	int64_t id, version;
	const char *number, *kind, *source;
	int64_t received_at, operator, area;
	const char *subject_name, *subject_no, *subject_address, *matter, *text;
	bool named;
	const char *state;
	int64_t due_at; /* of the clock that runs now: accept, mediate, check, or tell */
	int64_t accepted_at, extended_at, decided_at;
	const char *outcome, *words;
	int64_t answered_at;
	const char *answer_way;
	int64_t checked_at;
	const char *check_words;
	int64_t inspection, case_id;
	const char *rule_version;
	int64_t entered_by, entered_at, closed_at, erased_at;
};
/* Who sent it: not witnessed, erased with the text when the term of keeping is over. */
struct reporter {
	int64_t complaint;
	const char *reporter_name, *reporter_phone, *reporter_address;
};
extern const struct model complaint_model, reporter_model;
extern const struct choice complaint_kinds[], complaint_sources[], complaint_states[],
	complaint_outcomes[], complaint_clocks[];

/* ---- store.c --------------------------------------------------------------------------------- */
enum err complaint_load(struct req *rq, int64_t id, struct complaint *c); /* in one's area */
/* Finds the business it is about: by licence or credit code, else by its exact name, with the
 * address where several fit; 0 when it stays unclear. */
enum err complaint_match(struct req *rq, struct complaint *c);
/* Enters one with its clock and its fact; without a number it gets one. E_CONFLICT: the number is
 * there already. r may be empty: anonymous. */
enum err complaint_receive(struct req *rq, struct complaint *c, struct reporter *r);
enum err complaint_accept_it(struct req *rq, struct complaint *c);
/* Writes the row with its fact; what is said: kind, number, state, and the pairs given. */
enum err complaint_save(struct req *rq, struct complaint *c, const char *fact, const char *words);
enum err complaint_terms(struct req *rq, int64_t at, const struct node **out);
/* Texts and reporters of those closed long ago. */
enum err complaints_every_minute(struct req *rq);

/* ---- steps.c -----------------------------------------------------------------------------------
 */
enum err complaint_accept(struct req *rq);
enum err complaint_extend(struct req *rq);
enum err complaint_decide(struct req *rq);
enum err complaint_answer(struct req *rq);
enum err complaint_place(struct req *rq);
enum err complaint_assign(struct req *rq);
enum err complaint_link(struct req *rq);
enum err complaint_reporter(struct req *rq);
enum err on_complaint_task_done(struct req *rq, const struct event *e);

/* ---- screens.c, intake.c ------------------------------------------------------------------------
 */
enum err complaint_list(struct req *rq);
enum err complaint_page(struct req *rq);
enum err complaint_new(struct req *rq);
enum err complaint_create(struct req *rq);
enum err complaint_import_form(struct req *rq);
enum err complaint_import(struct req *rq);

#endif
