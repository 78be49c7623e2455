/* Record of taking electronic data (form 12; APL 41, O2 26): what the devices of the case recorded,
 * file by file with both digests. The party reads it beside the pictures and signs it, with its
 * objection in it if it has one; of a party that keeps silent or does not sign the two officers
 * note it. */
#ifndef CASES_EDATA_H
#define CASES_EDATA_H

#include "domains/cases/ordinary.h"

struct edata_record {
	int64_t id, version, case_id;
	const char *answer, *words;
	int64_t pieces, paper, made_by, made_at;
};
extern const struct model edata_record_model;

/* How many pieces of the case that may serve as evidence came from devices, and how many of them no
 * record covers. */
struct edata_state {
	int64_t pieces, uncovered;
};
enum err edata_look(struct req *rq, int64_t case_id, struct edata_state *out);
/* Puts the flag "recorded": the answer to it is signed. */
enum err put_recorded(struct req *rq, int64_t case_id);
/* The form, filled: answer accepts, disputes, silent or refuses; words the party's own, or why it
 * did not sign; at: the moment of making it. */
struct edata_view {
	const char *answer, *words;
	int64_t at;
};
enum err edata_form(
	struct req *rq, const struct course *k, const struct edata_view *v, struct form *f);
/* The row, when its paper has been ordered; a fact of the case takes it up. */
enum err edata_add(struct req *rq, const struct course *k, struct edata_record *r);
/* Before a decision is proposed: for what no record covers yet the officers make one without the
 * party. */
enum err edata_settle(struct req *rq, const struct course *k);

#endif
