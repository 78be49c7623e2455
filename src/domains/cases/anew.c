/* A review body or a court orders a new decision: a case of its own, beside the one whose decision
 * fell, with the order as its source and the day by which it must be decided. */
#include "contracts/facts.h"
#include "domains/cases/sources.h"

/* One pre-check of an operator and act at a time: the order joins one that is open. */
static enum err case_for(struct req *rq, const struct case_row *old, int64_t at, struct case_row *c)
{
	enum err found = db_one(rq, &case_model, c,
		"SELECT * FROM cases WHERE operator = $1 AND act = $2 AND state = 'precheck'",
		old->operator, old->act);

	return found == E_NOT_FOUND ? precheck_open(rq,
					      &(struct finding){ old->operator, old->area,
						      old->officer1, old->officer2, at, old->act },
					      c)
				    : found;
}

/* Days in ms: whoever keeps tasks reads it. */
static const char *told_json(struct req *rq, const struct source *s, const struct remedy *r)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "kind", s->kind);
	put_text(n, "from_whom", s->from_whom);
	put_text(n, "words", s->words);
	put_int(n, "received_at", s->received_at);
	put_int(n, "earlier", r->case_id);
	put_int(n, "due_at", r->anew_due);
	return json_text(rq, n);
}

static enum err source_add(struct req *rq, const struct case_row *c, const struct remedy *r)
{
	struct source s = { .case_id = c->id,
		.kind = SOURCE_ANEW,
		.from_whom = text_is(r->kind, "suit") ? "人民法院" : "复议机关",
		.received_at = r->ended_at,
		.words = r->words,
		.registered_by = rq->user->id,
		.registered_at = rq->now };

	row_blank(&source_model, &s);
	TRY(db_insert(rq, &source_model, &s));
	return emit(rq, CASE_SOURCE_REGISTERED, c->id, c->operator, told_json(rq, &s, r));
}

enum err anew_open(struct req *rq, const struct case_row *old, struct remedy *r)
{
	const struct node *law;
	struct case_row c;

	TRY(rules(rq, "cases/remedies", rq->now, &law));
	if (r->anew_due)
		r->anew_due += DAY - 1; /* the last moment of the day that was named */
	else
		TRY(term_days(rq, r->ended_at, (int)node_int(law, "anew.days", 60), &r->anew_due));
	TRY(case_for(rq, old, r->ended_at, &c));
	r->anew_case = c.id;
	return source_add(rq, &c, r);
}

/* ---- never worse -------------------------------------------------------- */
struct fallen {
	const char *kind, *kinds;
	int64_t fine_fen, confiscated_fen;
};
static const struct model fallen_model = MODEL("case_remedies", struct fallen,
	FIELDS(STORED(struct fallen, kind), STORED(struct fallen, kinds),
		STORED(struct fallen, fine_fen), STORED(struct fallen, confiscated_fen)));

/* What was decided, or what an earlier review or suit had left of it. */
enum err anew_refuses(
	struct req *rq, int64_t case_id, const struct penalty_size *p, const char **why)
{
	const struct node *law;
	struct list l;

	*why = NULL;
	TRY(rules(rq, "cases/remedies", rq->now, &law));
	TRY(db_all(rq, &fallen_model, &l,
		"SELECT r.kind, c.penalty AS kinds, coalesce((SELECT min(x.fine_fen) FROM "
		"case_remedies x WHERE x.case_id = c.id AND x.effect = 'changed'), c.fine_fen) AS "
		"fine_fen, coalesce(p.confiscated_fen, 0) AS confiscated_fen FROM case_remedies r "
		"JOIN cases c ON c.id = r.case_id LEFT JOIN case_procedures p ON p.case_id = c.id "
		"WHERE r.anew_case = $1 AND r.effect = 'annulled' AND c.outcome = 'penalty'",
		case_id));
	const char *bound = node_text(law, "anew.never_worse", "");
	for (const struct fallen *f = LIST_OF(struct fallen, &l); f < LIST_END(struct fallen, &l);
		f++) {
		const struct penalty_size most = { f->kinds, f->fine_fen, f->confiscated_fen, -1 };
		if (kinds_have(bound, f->kind) && *heavier_in(p, &most))
			*why = "A new decision after a review is not worse for the party than the "
			       "one that fell (Reconsideration Law article 63).";
	}
	return OK;
}

/* ---- shown -------------------------------------------------------------- */
enum err put_anew(struct req *rq, const struct case_row *c, struct node *list)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT c.id, c.number, c.opened_at, m.anew_due, CASE WHEN m.anew_case = $1 THEN 0 "
		"ELSE 1 END AS later FROM case_remedies m JOIN cases c ON c.id = CASE WHEN "
		"m.anew_case = $1 THEN m.case_id ELSE m.anew_case END WHERE m.anew_case = $1 OR "
		"m.case_id = $1 AND m.anew_case > 0 ORDER BY m.begun_at, m.id",
		c->id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_text(n, "label",
			tr(rq, rows_int(r, 4) ? "New decision ordered, due by"
					      : "Decided anew instead of, due by"));
		put_printf(n, "value", "%s · %s %s", date_text(rq->arena, rows_int(r, 3)),
			rows_text(r, 1), date_text(rq->arena, rows_int(r, 2)));
		put_printf(n, "href", "/cases/%" PRId64, rows_int(r, 0));
	}
	rows_close(r);
	return OK;
}
