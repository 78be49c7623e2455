/* The end of the key that signs heads and papers, said in time to who can have it replaced. */
#include "domains/command/desk.h"

enum { WARNED_DAYS = 60 };

/* The period stands in the newest head: after its end there are no newer ones. */
enum err put_key(struct req *rq, struct node *groups)
{
	struct tree_head head;

	if (!may(rq, SETTING_ADMIN) && !may(rq, LEDGER_READ))
		return OK;
	enum err e = ledger_last_head(rq_conn(rq), rq->arena, &head);
	if (e)
		return e == E_NOT_FOUND ? OK : e;
	int64_t left = head.key_until - rq->now;
	if (!head.key_until || left > (int64_t)WARNED_DAYS * DAY)
		return OK;
	put_task(desk_group(rq, groups, "The signing key", ""),
		(struct desk_task){
			left > 0 ? arena_printf(rq->arena, "%s %s",
					   tr(rq, "The key that signs papers and heads ends on"),
					   date_text(rq->arena, head.key_until))
				 : tr(rq, "The signing key is over: nothing is signed any more"),
			"", tr(rq, "The administrator of the machine runs: shian key rotate"),
			left > 0 ? "yellow" : "red",
			left > 0
				? arena_printf(rq->arena, tr(rq, "%d days left"), (int)(left / DAY))
				: tr(rq, "Over") });
	return OK;
}
