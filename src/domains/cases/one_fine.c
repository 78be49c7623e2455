/* One act is fined once (APL 29): a decided case of the same business and act whose evidence covers
 * the same time bars a second fine. Other penalties are not barred by it. */
#include "domains/cases/ordinary.h"

enum err one_fine_check(struct req *rq, const struct case_row *c, int64_t fine_fen)
{
	const char *number = "";

	if (!fine_fen)
		return OK;
	TRY(db_text(rq, &number,
		"SELECT coalesce(max(x.number), '') FROM cases x WHERE x.operator = $1 AND x.act = "
		"$2 AND x.id <> $3 AND x.decided_at > 0 AND x.outcome = 'penalty' AND x.fine_fen > "
		"0 AND (SELECT min(taken_at) FROM case_evidence WHERE case_id = x.id) <= (SELECT "
		"max(taken_at) FROM case_evidence WHERE case_id = $3) AND (SELECT max(taken_at) "
		"FROM case_evidence WHERE case_id = x.id) >= (SELECT min(taken_at) FROM "
		"case_evidence WHERE case_id = $3)",
		c->operator, c->act, c->id));
	return *number ? fail(rq, E_CONFLICT,
				 "This act was fined already in the case %s: one act is fined once "
				 "(APL article 29).",
				 number)
		       : OK;
}
