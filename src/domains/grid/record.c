/* The full-process record (执法全过程记录) of an officer and a day: each act of enforcement as the
 * ledger has it, what was recorded of it, and what is missing. Which act needs what is
 * rules/grid/record.json. */
#include "domains/grid/grid.h"

enum { ACTS_MAX = 200 };

struct span {
	int64_t first, last; /* numbers of facts: from first on, before last */
};

/* The number of the first fact at or after a moment: facts are numbered in the order of time. */
static enum err fact_from(struct req *rq, int64_t at, int64_t *seq)
{
	int64_t low = 1, high, mid, found;

	TRY(db_int(rq, &high, "SELECT coalesce(max(seq), 0) + 1 FROM pub_ledger"));
	while (low < high) {
		mid = low + (high - low) / 2;
		TRY(db_int(rq, &found, "SELECT at FROM pub_ledger WHERE seq = $1", mid));
		if (found < at)
			low = mid + 1;
		else
			high = mid;
	}
	*seq = low;
	return OK;
}

static const struct node *act_of(const struct node *law, const char *fact)
{
	NODE_EACH (a, node_find(law, "acts"))
		if (text_is(node_text(a, "fact", ""), fact))
			return a;
	return NULL;
}

/* ---- what there is
 * ------------------------------------------------------------------------------- */
struct act {
	int64_t at, subject, entity, officer;
	const char *fact;
};

/* A recording of the officer around the moment, or one linked to the case. */
static enum err recording_find(struct req *rq, const struct act *a, int64_t around, int64_t *id)
{
	enum err e = db_int(rq, id,
		"SELECT r.id FROM pub_recordings r WHERE r.state = 'kept' AND ((r.officer = $1 AND "
		"r.started_at > 0 AND r.started_at <= $2 AND r.ended_at >= $3) OR EXISTS (SELECT 1 "
		"FROM "
		"pub_recording_links l WHERE l.recording = r.id AND l.case_id = $4)) ORDER BY "
		"r.started_at, r.id LIMIT 1",
		a->officer, a->at + around, a->at - around, a->subject);

	if (e == E_NOT_FOUND)
		*id = 0;
	return e == E_NOT_FOUND ? OK : e;
}

static enum err need_look(struct req *rq, const struct act *a, const char *need, const char **href)
{
	const struct node *law;
	int64_t n = 0;

	*href = "";
	TRY(rules(rq, "grid/record", rq->now, &law));
	if (text_is(need, "recording")) {
		TRY(recording_find(rq, a, node_int(law, "minutes_around", 180) * MINUTE, &n));
		*href = n ? arena_printf(rq->arena, "/recordings/%" PRId64, n) : "";
		return OK;
	}
	if (text_is(need, "evidence"))
		TRY(db_int(rq, &n,
			"SELECT count(*) FROM pub_ledger WHERE subject = $1 AND name IN "
			"('case.evidence_added', 'case.correction_shown')",
			a->subject));
	else if (text_is(need, "paper"))
		TRY(db_int(rq, &n,
			"SELECT count(*) FROM pub_papers WHERE entity = $1 AND ordered_at >= $2",
			a->entity, a->at - MINUTE));
	*href = n ? arena_printf(rq->arena, "/cases/%" PRId64, a->subject) : "";
	return OK;
}

static const struct choice needs[] = {
	{ "recording", "Recording of the body camera", "" },
	{ "evidence", "Photo or other evidence", "" },
	{ "paper", "Official paper", "" },
	{ 0 },
};

static const char *act_href(struct req *rq, const struct act *a)
{
	const char *begin = text_starts(a->fact, "inspection.") ? "/inspections"
			    : text_starts(a->fact, "case.")	? "/cases"
								: "/draws";
	return arena_printf(rq->arena, "%s/%" PRId64, begin, a->subject);
}

static enum err put_act(struct req *rq, struct node *list, const struct act *a, int64_t *missing)
{
	const struct node *law;
	const char *name = "";

	TRY(rules(rq, "grid/record", rq->now, &law));
	const struct node *rule = act_of(law, a->fact);
	struct node *n = put_map(list, NULL), *all = put_list(n, "needs");
	if (a->entity)
		TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", a->entity));
	put_time(n, "at", a->at);
	put_text(n, "label", node_text(rule, rq->zh ? "label" : "label_en", a->fact));
	put_text(n, "operator_name", name);
	put_text(n, "href", act_href(rq, a));
	NODE_EACH (need, node_find(rule, "needs")) {
		const char *href;
		TRY(need_look(rq, a, need->s, &href));
		struct node *one = put_map(all, NULL);
		put_text(one, "label", tr(rq, choice_label(needs, need->s)));
		put_text(one, "href", href);
		*missing += !*href;
	}
	return OK;
}

/* ---- the page
 * ------------------------------------------------------------------------------------ */
static enum err acts_read(struct req *rq, const struct span *s, struct act *acts, int *n)
{
	const struct node *law;
	struct rows *r;
	bool more;
	int64_t officer = rq->id;

	*n = 0;
	TRY(rules(rq, "grid/record", rq->now, &law));
	TRY(db_query(rq, &r,
		"SELECT at, name, subject, entity FROM pub_ledger WHERE seq >= $1 AND seq < $2 AND "
		"actor "
		"= $3 ORDER BY seq",
		s->first, s->last, officer));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more || *n == ACTS_MAX)
			break;
		if (act_of(law, rows_text(r, 1)))
			acts[(*n)++] = (struct act){ rows_int(r, 0), rows_int(r, 2), rows_int(r, 3),
				officer, arena_dup(rq->arena, rows_text(r, 1)) };
	}
	rows_close(r);
	return OK;
}

enum err officer_record(struct req *rq)
{
	struct officer o;
	struct span s;
	struct act *acts = NEWS(rq->arena, struct act, ACTS_MAX);
	struct node *list = put_list(rq->view, "acts");
	int64_t day, missing = 0;
	int n;

	TRY(officer_load(rq, rq->id, &o));
	if (!date_parse(query_text(rq, "day"), &day))
		day = day_of(rq->now);
	TRY(fact_from(rq, day, &s.first));
	TRY(fact_from(rq, day + DAY, &s.last));
	TRY(acts_read(rq, &s, acts, &n));
	for (int i = 0; i < n; i++)
		TRY(put_act(rq, list, &acts[i], &missing));
	put_text(rq->view, "name", person_name(rq, o.id));
	put_printf(rq->view, "officer", "%" PRId64, o.id);
	put_text(rq->view, "day", date_text(rq->arena, day));
	put_text(rq->view, "before", date_text(rq->arena, day - DAY));
	put_text(rq->view, "after", day + DAY <= rq->now ? date_text(rq->arena, day + DAY) : "");
	put_int(rq->view, "missing", missing);
	put_flag(rq->view, "complete", n > 0 && !missing);
	return page(rq, "grid/record");
}
