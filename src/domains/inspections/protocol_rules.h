/* What a record made on site has to hold before it is one. Pure.
 *
 * Order 49: two inspectors (23), their cards shown (24), the notice read and answered, what failed
 * said and what does not apply reasoned, the operator's signature or its refusal with reason and
 * witness (34), obstruction noted (49). Corrections (33): ORDERED, SUBMITTED, VERIFIED_OK or
 * REJECTED; too late OVERDUE; then CASE. */
#ifndef INSPECTIONS_PROTOCOL_RULES_H
#define INSPECTIONS_PROTOCOL_RULES_H

#include "domains/inspections/rules.h"

struct protocol_facts {
	bool cards_shown, notice_read;
	const char *notice_answer; /* none: no withdrawal asked for; recusal */
	const char *recusal;	   /* how it was decided */
	const char *met;	   /* who of the business was there */
	bool signed1, signed2, signed_party, signed_witness;
	const char *refusal, *witness;
	const char *obstruction, *obstruction_words; /* codes, comma between; "" none */
	bool by_video;				     /* nobody of the business is there */
	bool reachable;				     /* a telephone is on file */
	bool stop;				     /* business is to stop at once */
	int stills;				     /* pictures of its cameras */
	int64_t started_at, ended_at, now;	     /* ms, corrected by the device's offset */
};
/* NULL, or an English sentence what is missing; *field is the part of the record it is about. */
const char *protocol_problem(const struct protocol_facts *f, const char **field);

/* An item: failed needs a finding or words, not applicable a reason, both at most 500 characters.
 * NULL or the sentence. */
const char *finding_problem(enum verdict v, const char *codes, const char *words);

/* PASS, ORDER or STOP as the result asks for: STOP only with a latent risk and a result that does
 * not conform. */
const char *handling_of(const char *result, bool risk);

extern const struct choice correction_states[], notice_answers[];

/* Local midnight before (or at) the time, ms. */
int64_t inspection_day(int64_t ms);

/* A step of a correction: NULL, or why it is not allowed now. */
const char *may_submit(const char *state);
const char *may_check(const char *state);
const char *may_make_case(const char *state);
/* Is it overdue: nothing acceptable was sent, and the last day is over. due: last ms of it. */
bool correction_late(const char *state, int64_t due, int64_t now);

/* A rating of 1 to 5 after the inspection, once, within so many days of it. NULL or why not. */
struct rating_facts {
	int64_t inspected_at; /* 0: not yet */
	int64_t rated_at;     /* 0: not yet */
	int64_t days, now, rating;
};
const char *rating_problem(const struct rating_facts *f);

#endif
