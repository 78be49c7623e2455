/* Answers to what the party asked for: once, by who may, with the reason; and what they change. */
#include "contracts/facts.h"
#include "domains/cases/requests.h"
#include "domains/cases/shown.h"

#include <string.h>

/* ---- answering -------------------------------------------------------- */
/* Whether an officer steps aside is never decided by that officer (APL 43). */
static enum err may_answer_request(struct req *rq, const struct course *k, const struct request *q)
{
	bool own = rq->user->id == k->c.officer1 || rq->user->id == k->c.officer2;

	if (text_is(q->kind, "hearing"))
		return fail(rq, E_CONFLICT,
			"A hearing that was asked for in time is held: announce it (APL article "
			"63).");
	if (text_is(q->kind, "recusal"))
		return may(rq, CASE_APPROVE) && !own && rq->user->id != q->officer
			       ? OK
			       : fail(rq, E_FORBIDDEN,
					 "Whether an officer steps aside is decided by a leader "
					 "who is not an officer of the case (APL article 43).");
	return own ? OK
		   : fail(rq, E_FORBIDDEN,
			     "Only the two officers of the case take this step (APL article 42).");
}

/* The term that was named, and no other; as far as the rules let it be moved. */
static enum err furthest(struct req *rq, const struct course *k, const char *target, int64_t *most)
{
	if (text_is(target, "correction"))
		return term_days(rq, k->c.correction_due,
			(int)node_int(k->law, "more_time.correction_days", 30), most);
	return term_workdays(
		rq, k->c.hear_due, (int)node_int(k->law, "more_time.statement_workdays", 10), most);
}

static enum err more_time(struct req *rq, struct course *k, struct request *q)
{
	struct request_detail d;
	int64_t most;

	TRY(request_detail_load(rq, q, &d));
	const char *target = *d.target ? d.target : "statement";
	int64_t *due = text_is(target, "correction") ? &k->c.correction_due : &k->c.hear_due;
	TRY(allow(rq, request_missing(k, "more_time", target)));
	TRY(furthest(rq, k, target, &most));
	if (!date_parse(form_text(rq, "until"), &q->until) || q->until + DAY - 1 <= *due)
		return fail(rq, E_INVALID, "Give the new last day: it lies after the present one.");
	if (q->until > most)
		return fail(rq, E_INVALID,
			"The new last day lies too far ahead: at the latest %s (O2 article 57).",
			date_text(rq->arena, most));
	*due = q->until + DAY - 1;
	return db_update(rq, &case_model, &k->c);
}

/* The party sees every clip as it was recorded; why, is the answer. */
static enum err recordings_given(struct req *rq, struct course *k, const struct request *q)
{
	struct list l;

	TRY(allow(rq, may_release(&k->f, rq->user->id, q->answer)));
	TRY(db_all(rq, &evidence_model, &l,
		"SELECT e.* FROM case_evidence e WHERE e.case_id = $1 AND e.usable = 1 AND e.kind "
		"= "
		"'EV_AV' AND e.clip_sm3 <> '' AND NOT EXISTS (SELECT 1 FROM case_releases r WHERE "
		"r.evidence = e.id AND r.what = 'clip') ORDER BY e.id",
		k->c.id));
	for (struct evidence *e = LIST_OF(struct evidence, &l); e < LIST_END(struct evidence, &l);
		e++) {
		struct release r = { .case_id = k->c.id,
			.evidence = e->id,
			.what = "clip",
			.reason = q->answer,
			.released_by = rq->user->id,
			.released_at = rq->now };
		TRY(db_insert(rq, &release_model, &r));
		TRY(emit(rq, CASE_EVIDENCE_RELEASED, k->c.id, k->c.operator,
			json_of(rq, &release_model, &r)));
	}
	return OK;
}

static enum err request_grant(struct req *rq, struct course *k, struct request *q)
{
	if (text_is(q->kind, "recusal"))
		return stepped_aside(rq, k, q);
	return text_is(q->kind, "recording") ? recordings_given(rq, k, q) : more_time(rq, k, q);
}

enum err request_answer(struct req *rq)
{
	struct course k;
	struct request q;
	const char *verdict = form_text(rq, "verdict");
	bool yes = text_is(verdict, "grant");

	TRY(course_load(rq, &k));
	TRY(db_one(rq, &request_model, &q,
		"SELECT * FROM case_requests WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	if (!text_is(q.state, "asked"))
		return fail(rq, E_CONFLICT, "This request has been answered already.");
	TRY(may_answer_request(rq, &k, &q));
	q.answer = form_text(rq, "answer");
	if (utf8_length(q.answer) > 500)
		return fail(rq, E_INVALID, "At most %d characters, please.", 500);
	if (!*q.answer || (!yes && !text_is(verdict, "refuse")))
		return fail(rq, E_INVALID, "Grant it or refuse it, with the reason.");
	if (yes)
		TRY(request_grant(rq, &k, &q));
	q.state = yes ? "granted" : "refused";
	q.answered_by = rq->user->id;
	q.answered_at = rq->now;
	TRY(course_change(rq, &k, &(struct written){ &request_model, &q, CASE_REQUEST_ANSWERED }));
	TRY(tell_party(rq, &k.c, "您的申请已有答复。"));
	return redirect(rq, "/cases/%" PRId64, rq->id);
}
