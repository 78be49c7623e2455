/* Decisions of the room of equipment: pure, no request, no database. Sentences are English keys. */
#ifndef EQUIPMENT_RULES_H
#define EQUIPMENT_RULES_H

#include "core/base/base.h"

/* Checks for fields of forms: NULL, or an English message. */
const char *check_equipment_number(const char *value); /* 2 to 32 of A-Z a-z 0-9 - */
const char *check_gb_id(const char *value);	       /* 20 digits (GB/T 28181 annex D) */

/* NULL, or why the device cannot go from one state to the other. open: somebody has it, or was
 * offered it, by an issue that is not closed. */
const char *equipment_move_wrong(const char *from, const char *to, const char *reason, bool open);

enum issue_step { ISSUE_GIVE, ISSUE_RECEIVE, ISSUE_RETURN, ISSUE_TAKE };
struct issue_facts {
	const char *device;	 /* state of the device */
	const char *issue;	 /* state of its open issue, "" when there is none */
	int64_t officer, signer; /* who carries it, who signs now */
};
/* NULL, or why this account cannot take this step: every end is signed by two different people. */
const char *issue_step_wrong(const struct issue_facts *f, enum issue_step step);

/* NULL, or what is wrong with the dates of a calibration; ms, due 0 when it failed. */
const char *calibration_wrong(int64_t done, int64_t due, int64_t now);

enum due_state { DUE_NONE, DUE_OK, DUE_SOON, DUE_OVER };
/* until: the moment up to which a due date is warned of; ms. due 0: never has to be calibrated. */
enum due_state due_state_of(int64_t due, int64_t now, int64_t until);

int64_t day_begin(int64_t ms); /* the local midnight at or before */

/* NULL, or why this is no place on earth; micro-degrees. 0, 0 is what devices without a fix send.
 */
const char *position_wrong(int64_t longitude, int64_t latitude);

enum age { AGE_NEVER, AGE_NOW, AGE_LATE, AGE_OLD };
/* How old a position is: two minutes are now, a quarter of an hour a while; ms. */
enum age position_age(int64_t at, int64_t now);

#endif
