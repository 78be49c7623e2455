/* From the rows of open cases to their clocks. What the procedure has fixed (a term extended,
 * excluded time counted in) stands in the case's row and is taken from there, so that no two
 * screens differ. */
#include "domains/cases/waiting.h"

#include <stdlib.h>
#include <string.h>

enum { EXTENSIONS = 4, ROOM = 64 };

struct open_case {
	int64_t id, operator, area, officer1, officer2;
	const char *number, *act_name, *operator_name, *state, *correction_state, *outcome,
		*procedure;
	int64_t held, owed, paid_at, opened_at, precheck_due, filed_at, decide_due, order_paper,
		correction_due, correction_at, hear_due, told_at, heard_at, decided_at, served_at,
		fine_fen, review_sent, review_due, notice_served, hearing_right, hearing_asked,
		hearing_notice, span_from, public_notice, investigation_ended, closed_at,
		crime_asked, handed_over, anew_at, anew_due, found_at, act_ended, life_harmed;
};
#define N(m) STORED(struct open_case, m)
static const struct model open_model = MODEL("cases", struct open_case,
	FIELDS(N(id), N(operator), N(area), N(officer1), N(officer2), N(number), N(act_name),
		N(operator_name), N(held), N(owed), N(paid_at), N(state), N(correction_state),
		N(outcome), N(procedure), N(opened_at), N(precheck_due), N(filed_at), N(decide_due),
		N(order_paper), N(correction_due), N(correction_at), N(hear_due), N(told_at),
		N(heard_at), N(decided_at), N(served_at), N(fine_fen), N(review_sent),
		N(review_due), N(notice_served), N(hearing_right), N(hearing_asked),
		N(hearing_notice), N(span_from), N(public_notice), N(investigation_ended),
		N(closed_at), N(crime_asked), N(handed_over), N(anew_at), N(anew_due), N(found_at),
		N(act_ended), N(life_harmed)));
#undef N

static enum err load(struct req *rq, const struct waiting_query *q, struct list *l)
{
	return db_all(rq, &open_model, l,
		"SELECT c.id, c.operator, c.area, c.officer1, c.officer2, c.number, c.act_name, "
		"o.name AS operator_name, c.state, c.correction_state, c.outcome, "
		"coalesce(p.procedure, 'simple') AS procedure, c.opened_at, c.precheck_due, "
		"c.filed_at, c.decide_due, c.order_paper, c.correction_due, c.correction_at, "
		"c.hear_due, c.told_at, c.heard_at, c.decided_at, c.served_at, c.fine_fen, "
		"coalesce((SELECT max(r.written_at) FROM case_reviews v JOIN case_reports r ON "
		"r.id "
		"= v.report WHERE v.case_id = c.id AND v.verdict = ''), 0) AS review_sent, "
		"coalesce((SELECT max(v.due) FROM case_reviews v WHERE v.case_id = c.id AND "
		"v.verdict = ''), 0) AS review_due, coalesce((SELECT max(n.served_at) FROM "
		"case_notices n WHERE n.case_id = c.id), 0) AS notice_served, "
		"coalesce((SELECT max(n.hearing_right) FROM case_notices n WHERE n.case_id = "
		"c.id), "
		"0) AS hearing_right, coalesce((SELECT max(h.asked_at) FROM case_hearings h WHERE "
		"h.case_id = c.id), 0) AS hearing_asked, coalesce((SELECT max(n.served_at) FROM "
		"case_hearing_notices n JOIN case_hearings h ON h.id = n.hearing WHERE n.case_id = "
		"c.id AND h.state = 'set' AND n.outcome = ''), 0) AS hearing_notice, "
		"coalesce((SELECT min(s.from_at) FROM case_spans s WHERE s.case_id = c.id AND "
		"s.to_at = 0), 0) AS span_from, (SELECT count(*) FROM pub_measures m WHERE "
		"m.case_id = "
		"c.id AND m.open = 1) AS held, (SELECT count(*) FROM pub_fines f WHERE f.case_id = "
		"c.id AND f.state <> 'settled') AS owed, coalesce((SELECT max(f.settled_at) FROM "
		"pub_fines f WHERE f.case_id = c.id), 0) AS paid_at, coalesce((SELECT "
		"min(n.published_at) FROM pub_service_notices n WHERE n.case_id = c.id AND n.paper "
		"= c.decision_paper AND n.state = 'published'), 0) AS public_notice, "
		"coalesce((SELECT max(a.answered_at) FROM case_approvals a WHERE a.case_id = c.id "
		"AND a.matter = 'end' AND a.state = 'approved'), 0) AS investigation_ended, "
		"c.closed_at, "
		"coalesce((SELECT max(a.asked_at) FROM case_approvals a WHERE a.case_id = c.id AND "
		"a.matter = 'decide' AND a.state = 'asked' AND c.outcome = 'to_police'), 0) AS "
		"crime_asked, coalesce((SELECT max(t.handed_at) FROM case_transfers t WHERE "
		"t.case_id = c.id AND t.decision = c.decision_paper), 0) AS handed_over, "
		"coalesce((SELECT min(m.ended_at) FROM case_remedies m WHERE m.anew_case = c.id), "
		"0) AS anew_at, coalesce((SELECT min(m.anew_due) FROM case_remedies m WHERE "
		"m.anew_case = c.id), 0) AS anew_due, "
		"coalesce((SELECT min(x.received_at) FROM case_sources x WHERE x.case_id = c.id), "
		"c.opened_at) AS found_at, coalesce(l.act_ended_at, (SELECT max(e.taken_at) FROM "
		"case_evidence e WHERE e.case_id = c.id), 0) AS act_ended, "
		"coalesce(l.life_harmed, 0) AS life_harmed FROM cases c "
		"JOIN pub_operators o ON o.id = "
		"c.operator LEFT JOIN case_procedures p ON p.case_id = c.id LEFT JOIN case_filings "
		"l ON l.case_id = c.id AND l.id = (SELECT y.id FROM case_filings y "
		"WHERE y.case_id = c.id ORDER BY y.written_at DESC, y.id DESC LIMIT 1) WHERE "
		"(c.state NOT IN "
		"('closed', 'not_filed') OR c.state = 'closed' AND c.decided_at > 0 AND "
		"coalesce(p.procedure, 'simple') = 'simple' AND NOT EXISTS (SELECT 1 FROM "
		"pub_volumes v WHERE v.case_id = c.id)) AND (CAST($1 AS bigint) = 0 OR c.area = "
		"$1) AND (CAST($2 "
		"AS "
		"bigint) = 0 OR c.officer1 = $2 OR c.officer2 = $2) AND (CAST($3 AS bigint) = 0 OR "
		"c.id = $3) AND (CAST($4 AS bigint) = 0 OR c.id IN (SELECT case_id FROM "
		"case_clock_warnings WHERE ended_at = 0)) ORDER BY c.id",
		q->area, q->officer, q->case_id, (int)q->warned);
}

/* When nothing was left to be done: what is decided is served, corrected and paid, and nothing is
 * held any more (O2 77). 0: not yet. */
static int64_t done_at(const struct open_case *c)
{
	bool penalty = strcmp(c->outcome, "penalty") == 0;
	bool corrected = !*c->correction_state || strcmp(c->correction_state, "accepted") == 0;

	if (c->held || c->owed)
		return 0;
	if (c->investigation_ended)
		return c->investigation_ended;
	if (!c->decided_at)
		return 0;
	if (!penalty)
		return c->decided_at;
	return !corrected || !c->served_at ? 0
	       : c->paid_at > c->served_at ? c->paid_at
					   : c->served_at;
}

static void moments_of(const struct open_case *c, struct case_moments *m)
{
	bool simple = strcmp(c->procedure, "simple") == 0;
	int64_t notice = c->notice_served ? c->notice_served : c->told_at;

	m->kinds = simple ? KIND_SIMPLE : KIND_ORDINARY;
	if (c->hearing_right)
		m->kinds |= KIND_HEARING;
	m->kinds |= c->life_harmed ? KIND_LIFE_HARMED : KIND_NO_HARM;
	m->at[AT_FOUND] = c->found_at < c->opened_at ? c->found_at : c->opened_at;
	/* what went on when it was found ended, for the limitation, on that day */
	m->at[AT_ACT_ENDED] = c->act_ended < m->at[AT_FOUND] ? c->act_ended : m->at[AT_FOUND];
	m->at[AT_FILED] = m->at[AT_PRECHECK_DECIDED] = c->filed_at;
	if (c->order_paper) {
		m->at[AT_CORRECTION_ORDERED] = c->filed_at;
		m->at[AT_CORRECTION_DUE] = c->correction_due;
		if (strcmp(c->correction_state, "ordered") &&
			strcmp(c->correction_state, "refused"))
			m->at[AT_CORRECTED] = c->correction_at;
	}
	m->at[AT_REVIEW_SENT] = c->review_sent;
	m->at[AT_NOTICE_SERVED] = c->hear_due ? notice : 0;
	m->at[AT_HEARD] = c->heard_at;
	m->at[AT_HEARING_REQUESTED] = c->hearing_asked ? c->hearing_asked : c->heard_at;
	m->at[AT_HEARING_NOTICE_SERVED] = c->hearing_notice;
	m->at[AT_DECIDED] = c->decided_at;
	m->at[AT_PUBLIC_NOTICE] = c->public_notice;
	m->at[AT_SERVED] = c->served_at;
	m->at[AT_CRIME_ASKED] = c->crime_asked;
	if (strcmp(c->outcome, "to_police") == 0)
		m->at[AT_CRIME_APPROVED] = c->decided_at;
	m->at[AT_HANDED_OVER] = c->handed_over;
	m->at[AT_ANEW_ORDERED] = c->anew_at;
	m->at[AT_ANEW_DUE] = c->anew_due;
	m->at[AT_DONE] = done_at(c);
	m->at[AT_INVESTIGATION_ENDED] = c->investigation_ended;
	m->at[AT_CLOSED] = c->closed_at;
}

/* What goes to another office or to the police is handed over, not served on the party. */
static bool concerns(const struct open_case *c, const struct case_clock *k)
{
	return strncmp(c->outcome, "to_", 3) != 0 || strcmp(k->code, "serve") != 0;
}

/* The limitation ends when the act is found (APL 36). One that was found too late is not punished:
 * its pre-check waits until it is left unfiled. */
static void look_at_limitation(const struct open_case *c, struct case_clock *k)
{
	if (strncmp(k->code, "limitation", strlen("limitation")) == 0 && k->state == CLOCK_LATE &&
		!c->filed_at)
		k->state = CLOCK_OVER;
}

static void push(struct arena *arena, struct waiting_list *l, const struct waiting *w)
{
	if (l->n == l->room) {
		size_t room = l->room ? l->room * 2 : ROOM;
		struct waiting *at = NEWS(arena, struct waiting, room);
		if (l->n)
			memcpy(at, l->at, l->n * sizeof(*at));
		l->at = at;
		l->room = room;
	}
	l->at[l->n++] = *w;
}

/* The remedies are the party's own affair: nobody of the bureau has to act on them. */
static bool is_shown(const struct case_clock *k)
{
	return case_clock_waits(k) && strcmp(k->on_passing, "expires") != 0 &&
	       !(k->least && k->state == CLOCK_OVER);
}

static int by_end(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	if (x->clock.end != y->clock.end)
		return x->clock.end < y->clock.end ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void add_clocks(struct waiting_list *out, const struct open_case *c,
	const struct clock_law *law, int64_t now)
{
	const struct case_extension e[EXTENSIONS] = { { "precheck", 0, c->precheck_due },
		{ "decide", 0, c->decide_due }, { "silence", 0, c->hear_due },
		{ "review", 0, c->review_due } };
	const struct case_span s = { c->filed_at ? "suspension" : "test", c->span_from, 0 };
	struct case_moments m = { .extensions = e,
		.n_extensions = EXTENSIONS,
		.spans = &s,
		.n_spans = c->span_from ? 1 : 0 };
	struct case_clock *clocks;

	moments_of(c, &m);
	int n = case_clocks(law, &m, now, &clocks);
	for (int i = 0; i < n; i++) {
		look_at_limitation(c, &clocks[i]);
		if (is_shown(&clocks[i]) && concerns(c, &clocks[i]))
			push(law->arena, out,
				&(struct waiting){ c->id, c->operator, c->area, c->officer1,
					c->officer2, c->number, c->act_name, c->operator_name,
					clocks[i], false });
	}
}

/* ---- clocks with a last day of their own: of the party's requests, and of other rooms
 * ------------------------------------------------------------ */
struct kept_clock {
	int64_t case_id, due;
	const char *kind;
};
static const struct model kept_model = MODEL("", struct kept_clock,
	FIELDS(STORED(struct kept_clock, case_id), STORED(struct kept_clock, kind),
		STORED(struct kept_clock, due)));

/* What a room calls its clock, and what the law's list calls it. A part of a plan is a day of
 * payment. */
static const char *code_of(const char *kind)
{
	static const char *const codes[][2] = { { "part", "pay" }, { "office", "hand_in" } };

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (strcmp(kind, codes[i][0]) == 0)
			return codes[i][1];
	return kind;
}

static int by_id(const void *key, const void *of)
{
	int64_t id = *(const int64_t *)key, at = ((const struct open_case *)of)->id;

	return id < at ? -1 : id > at;
}

static const struct open_case *case_of(const struct list *l, int64_t id)
{
	return l->n ? bsearch(&id, LIST_OF(struct open_case, l), l->n, sizeof(struct open_case),
			      by_id)
		    : NULL;
}

static enum err kept_load(struct req *rq, const struct waiting_query *q, struct list *l)
{
	return db_all(rq, &kept_model, l,
		"SELECT case_id, kind, due FROM (SELECT case_id, area, kind, due FROM "
		"pub_fine_clocks UNION ALL SELECT case_id, area, kind, due FROM "
		"pub_measure_clocks UNION ALL SELECT DISTINCT d.case_id, c.area, 'request', "
		"d.answer_due "
		"FROM case_request_details d JOIN case_requests q ON q.id = d.request JOIN cases c "
		"ON c.id = d.case_id WHERE q.state = 'asked' AND d.answer_due > 0) k WHERE "
		"(CAST($1 AS bigint) = 0 OR area = $1) AND (CAST($2 AS "
		"bigint) = 0 OR case_id = $2) ORDER BY case_id, due",
		q->area, q->case_id);
}

struct keeping {
	const struct list *cases, *kept;
	const struct clock_law *law;
	int64_t now;
};

static void add_kept(struct waiting_list *out, const struct keeping *q)
{
	for (const struct kept_clock *k = LIST_OF(struct kept_clock, q->kept);
		k < LIST_END(struct kept_clock, q->kept); k++) {
		const struct open_case *c = case_of(q->cases, k->case_id);
		struct waiting w = { .clock = case_clock_kept(
					     q->law, code_of(k->kind), k->due, q->now),
			.elsewhere = strcmp(k->kind, "request") != 0 };
		if (!c || !*w.clock.code || !is_shown(&w.clock))
			continue;
		w.id = c->id;
		w.operator= c->operator;
		w.area = c->area;
		w.officer1 = c->officer1;
		w.officer2 = c->officer2;
		w.number = c->number;
		w.act_name = c->act_name;
		w.operator_name = c->operator_name;
		push(q->law->arena, out, &w);
	}
}

enum err waiting_load(struct req *rq, const struct waiting_query *q, struct waiting_list *out)
{
	struct clock_law law;
	struct list l, kept;

	TRY(clock_law_load(rq, &law));
	TRY(load(rq, q, &l));
	TRY(kept_load(rq, q, &kept));
	*out = (struct waiting_list){ 0 };
	for (const struct open_case *c = LIST_OF(struct open_case, &l);
		c < LIST_END(struct open_case, &l); c++)
		add_clocks(out, c, &law, rq->now);
	add_kept(out, &(struct keeping){ &l, &kept, &law, rq->now });
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), by_end);
	return OK;
}
