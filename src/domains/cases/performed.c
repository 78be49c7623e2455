/* A case does not close while its fine is open or something of the party's is held (O2 77). */
#include "contracts/facts.h"
#include "domains/cases/cases.h"

enum err case_performed(struct req *rq, int64_t id, bool *out)
{
	int64_t open;

	TRY(db_int(rq, &open,
		"SELECT (SELECT count(*) FROM pub_fines WHERE case_id = $1 AND state <> 'settled') "
		"+ "
		"(SELECT count(*) FROM pub_measures WHERE case_id = $1 AND open = 1)",
		id));
	*out = open == 0;
	return OK;
}

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
