/* What the record says of a closed case, out of the other rooms' views, and the lines of the table
 * that it answers. */
#include "domains/appraisals/appraisals.h"

struct paper_row {
	const char *template;
};

#define N(m) STORED(struct appraised, m)
static const struct model seen_model = MODEL("pub_cases", struct appraised,
	FIELDS(N(procedure), N(outcome), N(penalty), N(correction_state), N(statement),
		N(opened_at), N(precheck_due), N(filed_at), N(told_at), N(notices),
		N(notice_served), N(hear_due), N(heard_at), N(decide_due), N(decided_at),
		N(served_at), N(correction_at), N(closed_at), N(hearing_offered), N(hearings_asked),
		N(hearings_held), N(reviews), N(own_reviews), N(officer1), N(officer2), N(cards),
		N(evidence), N(clips), N(recordings), N(fine_fen), N(confiscated_fen), N(fines),
		N(unsettled), N(settled_at), N(publishable), N(published_at), N(volume_at),
		N(volume_missing)));
#undef N
static const struct model paper_model =
	MODEL("pub_papers", struct paper_row, FIELDS(STORED(struct paper_row, template)));

static enum err papers_look(struct req *rq, int64_t case_id, const char **out)
{
	struct list l;

	*out = "";
	TRY(db_all(rq, &paper_model, &l,
		"SELECT DISTINCT template FROM pub_papers WHERE subject = $1 AND sealed_at > 0 "
		"ORDER BY template",
		case_id));
	for (const struct paper_row *p = LIST_OF(struct paper_row, &l);
		p < LIST_END(struct paper_row, &l); p++)
		*out = arena_printf(rq->arena, "%s%s,", *out, p->template);
	return OK;
}

enum err case_look(struct req *rq, const struct sitting *s, struct appraised *out)
{
	int64_t id = s->a.case_id;

	TRY(db_one(rq, &seen_model, out,
		"SELECT c.procedure, c.outcome, c.penalty, c.correction_state, k.statement, "
		"c.opened_at, c.precheck_due, c.filed_at, k.told_at, k.notices, k.notice_served, "
		"k.hear_due, k.heard_at, c.decide_due, c.decided_at, k.served_at, k.correction_at, "
		"c.closed_at, k.hearing_offered, k.hearings_asked, k.hearings_held, k.reviews, "
		"k.own_reviews, c.officer1, c.officer2, (SELECT count(*) FROM pub_users u WHERE "
		"u.id IN (c.officer1, c.officer2) AND u.card_no <> '') AS cards, (SELECT count(*) "
		"FROM pub_case_files f WHERE f.case_id = c.id AND f.source IN ('found', "
		"'exhibit')) AS evidence, (SELECT count(*) FROM pub_case_files f WHERE f.case_id = "
		"c.id AND f.source = 'found' AND f.more_sm3 <> '') AS clips, (SELECT count(*) FROM "
		"pub_recording_links l WHERE l.case_id = c.id) AS recordings, c.fine_fen, "
		"c.confiscated_fen, (SELECT count(*) FROM pub_fines f WHERE f.case_id = c.id) AS "
		"fines, (SELECT count(*) FROM pub_fines f WHERE f.case_id = c.id AND f.settled_at "
		"= 0) AS unsettled, coalesce((SELECT max(f.settled_at) FROM pub_fines f WHERE "
		"f.case_id = c.id), 0) AS settled_at, c.publishable, coalesce((SELECT "
		"min(p.published_at) FROM pub_publication_days p WHERE p.case_id = c.id AND "
		"p.published_at > 0), 0) AS published_at, coalesce((SELECT max(v.made_at) FROM "
		"pub_volumes v WHERE v.case_id = c.id), 0) AS volume_at, coalesce((SELECT "
		"max(v.missing) FROM pub_volumes v WHERE v.case_id = c.id), 0) AS volume_missing "
		"FROM pub_cases c JOIN pub_case_courses k ON k.case_id = c.id WHERE c.id = $1",
		id));
	TRY(papers_look(rq, id, &out->papers));
	out->table = s->table;
	TRY(rules(rq, "calendar/workdays", rq->now, &out->calendar));
	TRY(rules(rq, "cases/procedure", s->r.opened_at, &out->procedure_law));
	return rules(rq, "papers/volume", s->r.opened_at, &out->volume_law);
}

static enum err point_begin(
	struct req *rq, struct sitting *s, const struct appraised *c, const struct node *law)
{
	struct found f = { "", "", "", 0, 0 };
	const char *check = node_text(law, "check", "");
	struct point p = { .appraisal = s->a.id, .code = node_text(law, "code", "") };

	if (*check && !check_run(check, rq->arena, c, &f))
		return fail(
			rq, E_INTERNAL, "The table asks for a check that is not there: %s.", check);
	p.found = f.state;
	p.found_words = f.words;
	p.found_detail = f.detail;
	p.found_at = f.at;
	p.found_due = f.due;
	p.verdict = text_is(f.state, "ok")    ? "met"
		    : text_is(f.state, "bad") ? "failed"
					      : f.state; /* na, or nothing yet */
	p.reason = "";
	return db_insert(rq, &point_model, &p);
}

enum err points_begin(struct req *rq, struct sitting *s)
{
	struct appraised c;

	if (s->points.n)
		return OK;
	TRY(case_look(rq, s, &c));
	NODE_EACH (g, node_find(s->table, "groups"))
		NODE_EACH (p, node_find(g, "points"))
			if (point_applies(p, s->a.procedure))
				TRY(point_begin(rq, s, &c, p));
	return OK;
}
