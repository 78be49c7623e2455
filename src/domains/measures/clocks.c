/* What ends by itself: each term is warned of before its end and told when it is over. The minute
 * only finds what is due; each row is then looked at in a job of its own, so that one that fails
 * holds up no other. */
#include "domains/measures/measures.h"

#include "contracts/facts.h"

enum { SLICE = 100 };

static const char *said(struct req *rq, const struct measure *m, const char *clock, int64_t due)
{
	return json_pairs(rq, "measure", arena_printf(rq->arena, "%" PRId64, m->id), "kind",
		m->kind, "clock", clock, "until", date_text(rq->arena, m->until), "due",
		time_iso(rq->arena, due), NULL);
}

/* ---- the term ------------------------------------------------------------------------------- */
static enum err near(struct req *rq, struct measure *m)
{
	m->warned_at = rq->now;
	return measure_save(rq, m, MEASURE_NEAR, said(rq, m, "term", m->until));
}

/* Kept evidence on which nobody acted is free by itself (O2 35); a seizure over its term stays
 * until somebody releases it, loudly. */
static enum err over(struct req *rq, const struct node *law, struct measure *m)
{
	if (!text_is(m->kind, "keep")) {
		m->state = "overdue";
		return measure_save(rq, m, MEASURE_OVERDUE, said(rq, m, "term", m->until));
	}
	m->state = "lapsed";
	m->end_way = "lapsed";
	m->end_words = arena_printf(rq->arena, "%d个工作日内未采取措施，自动解除",
		(int)node_int(law, "keep_workdays", 7));
	TRY(measure_end(rq, m, MEASURE_LAPSED, said(rq, m, "term", m->until)));
	return measure_tell(rq, m, "先行登记保存措施已自动解除。");
}

static enum err term_look(struct req *rq, const struct node *law, struct measure *m)
{
	if (!text_is(m->state, "running"))
		return OK;
	if (m->until < rq->now)
		return over(rq, law, m);
	return !m->warned_at && m->until < rq->now + node_int(law, "warn_days", 3) * DAY
		       ? near(rq, m)
		       : OK;
}

/* ---- a leader's hours after an urgent measure (O2 33, 36; AEL 19) --------------------------- */
struct report {
	int64_t near_at, over_at;
};
static const struct model report_model = MODEL("measure_reports", struct report,
	FIELDS(STORED(struct report, near_at), STORED(struct report, over_at)));

static enum err report_told(struct req *rq, const struct measure *m, const struct report *r)
{
	return db_run(rq,
		"INSERT INTO measure_reports (measure, near_at, over_at) VALUES ($1, $2, $3) ON "
		"CONFLICT (measure) DO UPDATE SET near_at = excluded.near_at, over_at = "
		"excluded.over_at",
		m->id, r->near_at, r->over_at);
}

static enum err report_look(struct req *rq, const struct node *law, struct measure *m)
{
	struct report r = { 0 };
	bool is_over = m->report_due < rq->now;

	if (!m->urgent || m->decided_at || !measure_holds(m->state) ||
		m->report_due >= rq->now + node_int(law, "report_warn_hours", 6) * HOUR)
		return OK;
	enum err e = db_one(rq, &report_model, &r,
		"SELECT near_at, over_at FROM measure_reports WHERE measure = $1", m->id);
	if (e && e != E_NOT_FOUND)
		return e;
	if (is_over ? r.over_at : r.near_at)
		return OK;
	*(is_over ? &r.over_at : &r.near_at) = rq->now;
	TRY(report_told(rq, m, &r));
	return emit(rq, is_over ? MEASURE_REPORT_OVER : MEASURE_REPORT_NEAR, m->case_id,
		m->operator, said(rq, m, "report", m->report_due));
}

enum err measure_clock_run(struct req *rq, const struct job *j, void *result)
{
	const struct node *law;
	struct measure m;

	(void)result;
	TRY(measure_load(rq, j->subject, &m));
	TRY(measure_law(rq, m.taken_at, &law));
	TRY(term_look(rq, law, &m));
	return report_look(rq, law, &m);
}

/* ---- letters (O2 45) ------------------------------------------------------------------------ */
enum err letter_clock_run(struct req *rq, const struct job *j, void *result)
{
	struct letter l;
	const struct node *law;

	(void)result;
	TRY(db_one(rq, &letter_model, &l, "SELECT * FROM letters WHERE id = $1", j->subject));
	if (!text_is(l.state, "sent"))
		return OK;
	if (l.due < rq->now) {
		l.state = "overdue";
		return letter_save(rq, &l, LETTER_OVERDUE);
	}
	TRY(measure_law(rq, l.sent_at, &law));
	if (l.warned_at || l.due >= rq->now + node_int(law, "warn_days", 3) * DAY)
		return OK;
	l.warned_at = rq->now;
	return letter_save(rq, &l, LETTER_NEAR);
}

/* ---- the minute ----------------------------------------------------------------------------- */
enum err measures_every_minute(struct req *rq)
{
	const struct node *law;
	struct rows *r;
	int64_t soon;

	TRY(measure_law(rq, rq->now, &law));
	soon = rq->now + node_int(law, "warn_days", 3) * DAY;
	TRY(db_query(rq, &r,
		"SELECT m.id FROM measures m LEFT JOIN measure_reports t ON t.measure = m.id WHERE "
		"(m.state = 'running' AND (m.until < $1 OR (m.warned_at = 0 AND m.until < $2))) OR "
		"(m.urgent = 1 AND m.decided_at = 0 AND m.state IN ('running', 'overdue', 'kept') "
		"AND ((m.report_due < $1 AND coalesce(t.over_at, 0) = 0) OR (m.report_due < $3 AND "
		"t.measure IS NULL))) ORDER BY m.until, m.id LIMIT $4",
		rq->now, soon, rq->now + node_int(law, "report_warn_hours", 6) * HOUR, (int)SLICE));
	TRY(jobs_once(rq, r, "measures.clock"));
	TRY(db_query(rq, &r,
		"SELECT id FROM letters WHERE state = 'sent' AND (due < $1 OR (warned_at = 0 AND "
		"due "
		"< $2)) ORDER BY due, id LIMIT $3",
		rq->now, soon, (int)SLICE));
	return jobs_once(rq, r, "measures.letter");
}
