/* What the party was told and said before a new notice takes its place. It is no longer what the
 * decision rests on; but a statement never makes it worse, and each is answered (APL 45; O2 58). */
#include "domains/cases/ordinary.h"

#define B(m, ...) STORED(struct told_before, m __VA_OPT__(, ) __VA_ARGS__)
const struct model told_before_model = MODEL("case_told_before", struct told_before,
	.witnessed = true,
	FIELDS(B(id), B(version), B(case_id, .as = AS_ID), B(kinds), B(fine_fen, .as = AS_FEN),
		B(confiscated_fen, .as = AS_FEN), B(told_at, .as = AS_TIME), B(statement), B(words),
		B(heard_at, .as = AS_TIME), B(kept_at, .as = AS_TIME)));
#undef B

enum err told_before_keep(struct req *rq, struct course *k)
{
	const struct case_row *c = &k->c;
	struct told_before b = { .case_id = c->id,
		.kinds = k->notice.id ? k->notice.kinds : c->told_penalty,
		.fine_fen = k->notice.id ? k->notice.fine_fen : c->fine_fen,
		.confiscated_fen = k->notice.confiscated_fen,
		.told_at = c->told_at,
		.statement = c->statement,
		.words = c->statement_words,
		.heard_at = c->heard_at,
		.kept_at = rq->now };

	if (!c->told_at)
		return OK;
	TRY(db_insert(rq, &told_before_model, &b)); /* the step's own fact takes it up */
	k->c.told_at = k->c.hear_due = k->c.heard_at = 0;
	k->c.told_penalty = k->c.statement = k->c.statement_words = "";
	k->c.defence_adopted = "";
	return OK;
}

bool told_last(const struct course *k, struct penalty_size *p)
{
	const struct notice_row *n = &k->notice;
	const struct told_before *b = &k->before;

	/* what was told by word of mouth takes no goods: no value of them is known */
	*p = n->id ? notice_size(n)
		   : (struct penalty_size){ b->kinds, b->fine_fen, b->confiscated_fen, -1 };
	return n->id || b->id;
}

enum err told_before_words(struct req *rq, int64_t case_id, const char **out)
{
	struct list l;
	struct buf t = { .arena = rq->arena };

	TRY(db_all(rq, &told_before_model, &l,
		"SELECT * FROM case_told_before WHERE case_id = $1 AND statement = 'made' ORDER BY "
		"told_at, id",
		case_id));
	for (struct told_before *b = LIST_OF(struct told_before, &l);
		b < LIST_END(struct told_before, &l); b++)
		buf_printf(&t, "%s告知后，当事人曾提出陈述、申辩意见：%s。",
			date_zh(rq->arena, b->told_at), without_stop(rq, b->words));
	*out = buf_text(&t);
	return OK;
}
