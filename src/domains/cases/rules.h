/* Decisions of the room of cases: pure. Each answers NULL when the step is allowed, or an English
 * sentence that names what is missing and the article (O2: 市场监督管理行政处罚程序规定; APL:
 * 行政处罚法). */
#ifndef CASES_RULES_H
#define CASES_RULES_H

#include "core/base/base.h"

/* What the law looks at, taken from the case. Times ms, 0: not yet. */
struct case_facts {
	const char *state;
	int64_t officer1, officer2, proposed_by;
	bool officer1_card, officer2_card;
	int usable_evidence;
	bool simple_act; /* the act may be decided on the spot */
	bool e_service;	 /* consent, signed address confirmation */
	int64_t address_at, told_at, hear_due, heard_at, decided_at, served_at;
	const char *statement; /* "", none, made, silent */
	const char *defence_adopted;
	const char *correction_state;
	int64_t order_paper;
};

const char *may_file(const struct case_facts *c, const char *reason);
const char *may_not_file(const struct case_facts *c, const char *reason);
const char *may_send_link(const struct case_facts *c);
const char *may_answer(const struct case_facts *c);
const char *may_confirm_address(const struct case_facts *c);
const char *may_order_correction(const struct case_facts *c, int64_t due, int64_t now);
const char *may_show_correction(const struct case_facts *c);
const char *may_judge_correction(const struct case_facts *c);
const char *may_tell(const struct case_facts *c);
const char *may_state(const struct case_facts *c);
/* Silence counts as a waiver when five working days have passed since the notice was served. */
const char *may_take_silence(const struct case_facts *c, int64_t now);
const char *may_propose(const struct case_facts *c);
/* officer: who signs second. */
const char *may_decide(const struct case_facts *c, int64_t officer);
/* Giving the party a picture as it was recorded, faces and all. officer: who gives it. */
const char *may_release(const struct case_facts *c, int64_t officer, const char *reason);
/* Served and, where something was to be corrected, corrected: the case is closed by the program. */
bool is_done(const struct case_facts *c);

#endif
