/* Decisions of the room of measures: pure. Each answers NULL when the step is allowed, or an
 * English sentence that names what is missing and the article (O2: 市场监督管理行政处罚程序规定;
 * AEL: 行政强制法; APL: 行政处罚法). */
#ifndef MEASURES_RULES_H
#define MEASURES_RULES_H

#include "core/base/base.h"

struct measure_facts {
	const char *kind;  /* keep, seal, seize */
	const char *state; /* proposed, approved, running, overdue, kept, released, lapsed, refused,
			      disposed */
	int64_t officer1, officer2; /* of the case, as it stands now: one may have stepped aside */
	int64_t user;
	bool of_case; /* the user is one of the two */
	bool card1, card2;
	bool urgent, decided; /* a leader has decided */
	int64_t taken_at, until, lab_from, now;
	const char *more_state;
	int64_t more_by;
	int items;
	bool case_open;
};

const char *may_propose_measure(const struct measure_facts *m, const char *reason);
const char *may_decide_measure(const struct measure_facts *m, const char *words);
const char *may_take_measure(const struct measure_facts *m);
/* way: record, lab, seize, confiscate, release (O2 35). */
const char *may_act_on_kept(const struct measure_facts *m, const char *way);
/* until: last day in the laboratory, which is fixed beforehand and told (O2 38). */
const char *may_begin_lab(const struct measure_facts *m, int64_t until);
const char *may_end_lab(const struct measure_facts *m);
/* most: what the rule allows. */
const char *may_ask_more(const struct measure_facts *m, int64_t days, int64_t most);
const char *may_decide_more(const struct measure_facts *m, const char *words);
const char *may_give_into_care(const struct measure_facts *m, const char *keeper);
const char *may_release_measure(const struct measure_facts *m, const char *words);
const char *may_dispose(const struct measure_facts *m, int64_t quantity, int64_t left);
/* Letters to other offices (O2 45). */
const char *may_write_letter(bool of_case, bool case_open);
/* Something of the party's is still held. */
bool measure_holds(const char *state);

#endif
