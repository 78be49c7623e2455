/* What other rooms keep of a case, and the way there from the case's page and the party's. */
#ifndef CASES_ROOMS_H
#define CASES_ROOMS_H

#include "domains/cases/ordinary.h"

struct rooms {
	int64_t services, served; /* papers that must reach the party; those that did */
	int64_t fines, measures;
	int64_t publication;	   /* the newest publication of its decision; 0: none */
	int64_t appraisal;	   /* the newest whose result stands; 0: none */
	int64_t owed_fen, pay_due; /* of a fine that is not settled; pay_due 0: not served yet */
};
/* One statement. */
enum err rooms_load(struct req *rq, int64_t case_id, struct rooms *out);
/* Fills "links" of the officers' page, of the party's. */
void put_rooms(struct req *rq, const struct course *k, const struct rooms *r);
void put_my_rooms(struct req *rq, const struct course *k, const struct rooms *r);

#endif
