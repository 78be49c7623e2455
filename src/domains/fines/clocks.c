/* The clocks of a fine: each warned before it ends, and none passes silently. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"

enum { SLICE = 100 };

enum err fine_clock_start(struct req *rq, struct fine_clock c)
{
	const struct node *law;

	TRY(fine_terms(rq, rq->now, &law));
	c.clause = node_text(node_find(law, "clauses"), c.kind, "");
	c.state = "running";
	c.warn_at = c.due - node_int(node_find(law, "warn_days"), c.kind, 1) * DAY;
	return db_insert(rq, &fine_clock_model, &c);
}

enum err fine_clock_stop(struct req *rq, const struct fine *f, const char *kind, int64_t payment)
{
	struct list l;

	TRY(db_all(rq, &fine_clock_model, &l,
		"SELECT * FROM fine_clocks WHERE fine = $1 AND kind = $2 AND state <> 'done' AND "
		"(CAST($3 AS bigint) = 0 OR payment = $3) ORDER BY id",
		f->id, kind, payment));
	for (struct fine_clock *c = LIST_OF(struct fine_clock, &l);
		c < LIST_END(struct fine_clock, &l); c++) {
		c->state = "done";
		TRY(db_update(rq, &fine_clock_model, c));
	}
	return OK;
}

enum err fine_court_watch(struct req *rq, const struct fine *f)
{
	struct fine_facts facts;

	TRY(fine_facts_of(rq, f, &facts));
	TRY(fine_clock_stop(rq, f, "court", 0));
	if (f->settled_at || f->court_at || facts.remedy || !facts.court_due)
		return OK;
	return fine_clock_start(
		rq, (struct fine_clock){ .fine = f->id, .kind = "court", .due = facts.court_due });
}

static const char *clock_said(struct req *rq, const struct fine_clock *c)
{
	return json_pairs(rq, "clock", c->kind, "due", date_text(rq->arena, c->due), "clause",
		c->clause, NULL);
}

static bool of_party(const struct fine_clock *c)
{
	return text_is(c->kind, "pay") || text_is(c->kind, "part") || text_is(c->kind, "demand");
}

static enum err near(struct req *rq, const struct fine *f, struct fine_clock *c)
{
	c->state = "near";
	TRY(db_update(rq, &fine_clock_model, c));
	TRY(emit(rq, FINE_CLOCK_NEAR, f->case_id, f->operator, clock_said(rq, c)));
	if (!of_party(c))
		return OK;
	return fine_tell_party(rq, f,
		arena_printf(rq->arena, "您有一笔罚没款须于%s前缴纳，逾期将依法加处罚款。",
			date_zh(rq->arena, c->due)));
}

/* The first part that has not been paid when its day is over: the plan is broken, and says so. */
static enum err part_missed(struct req *rq, struct fine *f, const struct fine_clock *c)
{
	struct fine_part p;

	enum err e = db_one(rq, &fine_part_model, &p,
		"SELECT * FROM fine_parts WHERE fine = $1 AND due = $2 AND missed_at = 0 AND "
		"dropped_at = 0",
		f->id, c->due);
	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	p.missed_at = rq->now;
	TRY(db_update(rq, &fine_part_model, &p));
	f->plan_state = "broken";
	if (text_is(f->state, "deferred"))
		f->state = f->demanded_at ? "demanded" : "overdue";
	TRY(fine_save(rq, f, FINE_PLAN_BROKEN,
		json_pairs(rq, "part", arena_printf(rq->arena, "%" PRId64, p.n), "due",
			date_text(rq->arena, p.due), "amount", fine_number(rq, p.fen), NULL)));
	return fine_tell_party(rq, f,
		arena_printf(rq->arena, "第%" PRId64 "期应缴%s已逾期，请尽快缴纳。", p.n,
			fine_money_zh(rq, p.fen)));
}

static enum err term_over(struct req *rq, struct fine *f)
{
	if (!text_is(f->state, "due"))
		return OK;
	f->state = "overdue";
	TRY(fine_save(rq, f, FINE_OVERDUE,
		json_pairs(rq, "due", date_text(rq->arena, f->pay_due), NULL)));
	return fine_tell_party(rq, f, "罚没款缴纳期限已过，自次日起每日加处罚款。");
}

static enum err over(struct req *rq, struct fine *f, struct fine_clock *c)
{
	c->state = "over";
	TRY(db_update(rq, &fine_clock_model, c));
	TRY(emit(rq, FINE_CLOCK_OVER, f->case_id, f->operator, clock_said(rq, c)));
	if (text_is(c->kind, "pay"))
		return term_over(rq, f);
	return text_is(c->kind, "part") ? part_missed(rq, f, c) : OK;
}

/* One clock, when it is due; it may have been stopped or moved since the minute found it. */
enum err fine_clock_run(struct req *rq, const struct job *j, void *result)
{
	struct fine_clock c;
	struct fine f;

	(void)result;
	TRY(db_one(
		rq, &fine_clock_model, &c, "SELECT * FROM fine_clocks WHERE id = $1", j->subject));
	if (text_is(c.state, "done") || text_is(c.state, "over"))
		return OK;
	TRY(db_one(rq, &fine_model, &f, "SELECT * FROM fines WHERE id = $1", c.fine));
	if (c.due < rq->now)
		return over(rq, &f, &c);
	return text_is(c.state, "running") && c.warn_at <= rq->now ? near(rq, &f, &c) : OK;
}

/* A fine that was served when nobody watched the term of the court yet. */
enum err fine_watch_run(struct req *rq, const struct job *j, void *result)
{
	struct fine f;

	(void)result;
	TRY(db_one(rq, &fine_model, &f, "SELECT * FROM fines WHERE id = $1", j->subject));
	TRY(fine_court_watch(rq, &f));
	return fine_save(rq, &f, FINE_COURT_WATCHED,
		json_pairs(rq, "served_at", time_iso(rq->arena, f.served_at), NULL));
}

/* The minute only finds what is due; each in a job of its own, so that one that fails holds up no
 * other. */
enum err fines_every_minute(struct req *rq)
{
	struct rows *r;

	TRY(db_query(rq, &r,
		"SELECT id FROM fine_clocks WHERE (state = 'running' AND warn_at <= $1) OR (state "
		"IN ('running', 'near') AND due < $1) ORDER BY due, id LIMIT $2",
		rq->now, (int)SLICE));
	TRY(jobs_once(rq, r, "fines.clock"));
	TRY(db_query(rq, &r,
		"SELECT f.id FROM fines f WHERE f.state IN ('due', 'overdue', 'deferred', "
		"'demanded') AND NOT EXISTS (SELECT 1 FROM fine_clocks c WHERE c.fine = f.id AND "
		"c.kind = 'court') AND NOT EXISTS (SELECT 1 FROM pub_case_remedies m WHERE "
		"m.case_id = f.case_id AND m.ended_at = 0) ORDER BY f.id LIMIT $1",
		(int)SLICE));
	return jobs_once(rq, r, "fines.watch");
}
