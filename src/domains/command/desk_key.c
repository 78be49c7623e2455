/* The end of the key that signs heads and papers, said in time to who can have it replaced. */
#include "domains/command/desk.h"

enum { WARNED_DAYS = 60, SIGNED_WITHIN = 10 * MINUTE };

/* Heads are signed within seconds. When one is late, the signer or its token is away: nothing is
 * lost, and it goes on by itself when that is back. */
static enum err put_late(struct req *rq, struct node *groups)
{
	int64_t since;
	enum err e = ledger_unsigned_since(rq_conn(rq), &since);

	if (e == E_NOT_FOUND || (!e && rq->now - since < SIGNED_WITHIN))
		return OK;
	TRY(e);
	put_task(desk_group(rq, groups, "The signing key", ""),
		(struct desk_task){ tr(rq, "New facts are not signed: the signer or its token is "
					   "away"),
			"", tr(rq, "The administrator of the machine runs: shian key show"), "red",
			arena_printf(rq->arena, tr(rq, "since %s"), time_text(rq->arena, since)) });
	return OK;
}

/* The period stands in the newest head: after its end there are no newer ones. */
enum err put_key(struct req *rq, struct node *groups)
{
	struct tree_head head;

	if (!may(rq, SETTING_ADMIN) && !may(rq, LEDGER_READ))
		return OK;
	enum err e = ledger_last_head(rq_conn(rq), rq->arena, &head);
	if (e)
		return e == E_NOT_FOUND ? OK : e;
	TRY(put_late(rq, groups));
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
