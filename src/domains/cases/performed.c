/* A case does not close while its fine is open or something of the party's is held (O2 77). */
#include "contracts/facts.h"
#include "domains/cases/cases.h"

/* A fine was settled, or a measure ended: its subject is the case. */
enum err on_performed(struct req *rq, const struct event *e)
{
	struct case_row c;
	enum err found =
		db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", e->subject);

	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	return case_close_if_done(rq, &c);
}
