/* Decisions of the room of fines: pure. Each answers NULL when the step is allowed, or an English
 * sentence that names what is missing and the article (APL: 行政处罚法; O2:
 * 市场监督管理行政处罚程序 规定; AEL: 行政强制法). */
#ifndef FINES_RULES_H
#define FINES_RULES_H

#include "core/base/base.h"

struct fine_facts {
	const char *state; /* awaiting, due, overdue, demanded, court, settled */
	bool simple;
	int64_t fine_fen, owed_fen, paid_fen;
	int64_t served_at, pay_due, suit_due; /* ms, ends of days; 0: not yet */
	bool remedy;			      /* a review or suit is running */
	const char *plan_state;		      /* "", asked, proposed, approved, refused, broken */
	int64_t plan_by, plan_until;
	int64_t demanded_at, demand_served_at, demand_due;
	bool demand_words, demand_view; /* the party stated; the office has said what of it */
	int64_t court_at, court_due;
	bool after_suit_term; /* a demand waits for the end of the term for review and suit */
	int64_t now;
};

/* Collecting on the spot (APL 68, 69; O2 72). why: small, hard, remote. */
struct fine_bounds {
	int64_t small_fen, hard_fen;
};
struct collecting {
	const char *why, *receipt_no; /* number of the finance ministry's receipt (APL 70) */
	const char *words;	      /* remote: the party's own request */
};
const char *may_collect(
	const struct fine_facts *f, const struct fine_bounds *b, const struct collecting *c);
const char *may_ask_plan(const struct fine_facts *f, const char *words);
const char *may_propose_plan(const struct fine_facts *f, const char *opinion);
const char *may_decide_plan(const struct fine_facts *f, int64_t user, const char *reason);
const char *may_demand(const struct fine_facts *f);
const char *may_answer_demand(const struct fine_facts *f, const char *words);
const char *may_judge_demand(const struct fine_facts *f, const char *view);
const char *may_apply_to_court(const struct fine_facts *f);
const char *may_note_court(const struct fine_facts *f);
const char *may_end_fine(const struct fine_facts *f, const char *reason);
/* The parts of a plan: their sum is what is owed, days in order, the first after now. */
const char *plan_wrong(
	const struct fine_facts *f, const int64_t *due, const int64_t *fen, size_t n);

/* A payment code: 6 digits of the office, 2 of the year, 10 of a sequence, 2 check digits (ISO 7064
 * MOD 97-10). out holds 21 bytes. */
enum { SLIP_CODE = 20 };
void slip_code_make(int year, int64_t sequence, const char *office, char out[SLIP_CODE + 1]);
bool slip_code_right(const char *code);
/* "1,234.5", "￥1234.50" to fen; false: not an amount above 0 with at most two decimals. */
bool money_read(const char *text, int64_t *fen);

#endif
