/* Report of a round: what was found, by station, by point, and by officer for whoever may see it.
 */
#include "domains/appraisals/appraisals.h"

enum { STATIONS = 200, PEOPLE = 500, VALUES = 2000 };

struct sums {
	const char *name;
	int64_t cases, excellent, passed, failed, vetoed, score, mending, mended;
};
#define S(m, ...) STORED(struct sums, m, __VA_ARGS__)
static const struct model sums_model = MODEL("appraisals", struct sums,
	FIELDS(S(name, 0), S(cases, 0), S(excellent, 0), S(passed, 0), S(failed, 0), S(vetoed, 0),
		S(score, .as = AS_HUNDREDTHS), S(mending, 0), S(mended, 0)));
#undef S
/* Means are whole hundredths, rounded down; only what is final counts. */
#define SUMS                                                                                       \
	"count(*) AS cases, coalesce(sum(CASE WHEN x.grade = 'excellent' THEN 1 ELSE 0 END), 0) "  \
	"AS excellent, coalesce(sum(CASE WHEN x.grade = 'pass' THEN 1 ELSE 0 END), 0) AS passed, " \
	"coalesce(sum(CASE WHEN x.grade = 'fail' THEN 1 ELSE 0 END), 0) AS failed, "               \
	"coalesce(sum(x.vetoed), 0) AS vetoed, CASE WHEN count(*) = 0 THEN 0 ELSE "                \
	"CAST(sum(x.score) AS bigint) / "                                                          \
	"count(*) END AS score, coalesce(sum(CASE WHEN x.mend_state <> '' THEN 1 ELSE 0 END), 0) " \
	"AS mending, coalesce(sum(CASE WHEN x.mend_state = 'accepted' THEN 1 ELSE 0 END), 0) AS "  \
	"mended "

static enum err stations(struct req *rq, const struct round *r, struct list *l)
{
	return db_all(rq, &sums_model, l,
		"SELECT CASE WHEN CAST($2 AS bigint) = 1 THEN a.name ELSE a.name_en END AS "
		"name, " SUMS
		"FROM appraisals x JOIN pub_areas a ON a.id = x.area WHERE x.round = $1 AND "
		"x.state = 'final' GROUP BY a.id, a.name, a.name_en ORDER BY a.id LIMIT $3",
		r->id, rq->zh, (int)STATIONS);
}

static enum err people(struct req *rq, const struct round *r)
{
	struct list l;

	if (!may(rq, APPRAISAL_PEOPLE))
		return OK;
	TRY(db_all(rq, &sums_model, &l,
		"SELECT u.name AS name, " SUMS
		"FROM pub_users u JOIN appraisals x ON x.officer1 = u.id OR x.officer2 = u.id "
		"WHERE x.round = $1 AND x.state = 'final' GROUP BY u.id, u.name ORDER BY u.id "
		"LIMIT $2",
		r->id, (int)PEOPLE));
	show_list(rq, "people", &sums_model, &l);
	return OK;
}

static enum err total(struct req *rq, const struct round *r, struct sums *t)
{
	return db_one(rq, &sums_model, t,
		"SELECT '' AS name, " SUMS
		"FROM appraisals x WHERE x.round = $1 AND x.state = 'final'",
		r->id);
}

/* ---- by point */
struct point_sum {
	const char *code, *name, *clause;
	int64_t applied, failed, part, per_mille, upheld, against;
};
#define P(m, ...) STORED(struct point_sum, m, __VA_ARGS__)
static const struct model point_sum_model = MODEL("appraisal_points", struct point_sum,
	FIELDS(P(code, 0), P(name, 0), P(clause, 0), P(applied, 0), P(failed, 0), P(part, 0),
		P(per_mille, 0), P(against, 0), P(upheld, 0)));
#undef P

static enum err points(struct req *rq, const struct round *r, struct list *l)
{
	const struct node *table;

	TRY(appraisal_table(rq, r->opened_at, &table));
	TRY(db_all(rq, &point_sum_model, l,
		"SELECT q.code, '' AS name, '' AS clause, q.applied, q.failed, q.part, CASE WHEN "
		"q.applied = 0 THEN 0 ELSE ((q.failed + q.part) * 2000 + q.applied) / (q.applied * "
		"2) END AS "
		"per_mille, q.against, q.upheld FROM (SELECT p.code, sum(CASE WHEN p.verdict <> "
		"'na' THEN 1 ELSE 0 END) AS applied, sum(CASE WHEN p.verdict = 'failed' THEN 1 "
		"ELSE 0 END) AS failed, sum(CASE WHEN p.verdict = 'part' THEN 1 ELSE 0 END) AS "
		"part, sum(CASE WHEN (p.found = 'ok' AND p.verdict <> 'met') OR (p.found = 'bad' "
		"AND p.verdict NOT IN ('failed', 'part')) THEN 1 ELSE 0 END) AS against, "
		"sum(CASE WHEN EXISTS (SELECT 1 FROM appraisal_objections o WHERE o.appraisal = "
		"p.appraisal AND o.code = p.code AND o.state = 'upheld') THEN 1 ELSE 0 END) AS "
		"upheld FROM appraisal_points p JOIN appraisals x ON x.id = p.appraisal WHERE "
		"x.round = $1 AND x.state = 'final' GROUP BY p.code) q ORDER BY (q.failed + "
		"q.part) DESC, q.code",
		r->id));
	for (struct point_sum *p = LIST_OF(struct point_sum, l); p < LIST_END(struct point_sum, l);
		p++) {
		const struct node *law = point_of(table, p->code);
		p->name = said_in(rq, law);
		p->clause = clause_in(rq, law);
	}
	return OK;
}

static const char *percent(struct req *rq, int64_t per_mille)
{
	return arena_printf(
		rq->arena, "%" PRId64 ".%" PRId64 " %%", per_mille / 10, per_mille % 10);
}

struct report {
	struct round r;
	struct sums total;
	struct list stations, points;
};
static enum err report_load(struct req *rq, struct report *k)
{
	TRY(round_load(rq, rq->id, &k->r));
	if (text_is(k->r.state, "open") || text_is(k->r.state, "withdrawn"))
		return fail(rq, E_CONFLICT, "This round is not drawn yet.");
	TRY(total(rq, &k->r, &k->total));
	TRY(stations(rq, &k->r, &k->stations));
	return points(rq, &k->r, &k->points);
}

enum err round_report(struct req *rq)
{
	struct report k;
	int64_t left;

	TRY(report_load(rq, &k));
	show(rq, "round", &round_model, &k.r);
	show(rq, "total", &sums_model, &k.total);
	show_list(rq, "stations", &sums_model, &k.stations);
	struct node *list = show_table(rq, "points", &point_sum_model, &k.points);
	for (struct node *n = list->first; n; n = n->next)
		put_text(n, "percent", percent(rq, node_int(n, "per_mille", 0)))->hidden = true;
	TRY(people(rq, &k.r));
	TRY(db_int(rq, &left,
		"SELECT count(*) FROM appraisals WHERE round = $1 AND state NOT IN ('final', "
		"'replaced')",
		k.r.id));
	put_int(rq->view, "left", left);
	return page(rq, "appraisals/report");
}

/* ---- printed */
struct print {
	struct req *rq;
	struct paper_value v[VALUES];
	size_t n;
};

static void put(struct print *k, const char *name, const char *text)
{
	if (k->n < VALUES)
		k->v[k->n++] = (struct paper_value){ name, text };
}

static void put_n(struct print *k, const char *name, int64_t v)
{
	put(k, name, arena_printf(k->rq->arena, "%" PRId64, v));
}

static const char *points_text(struct print *k, int64_t hundredths)
{
	return arena_printf(
		k->rq->arena, "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
}

static const char *cell(struct print *k, const char *list, size_t i, const char *name)
{
	return arena_printf(k->rq->arena, "%s.%zu.%s", list, i, name);
}

static void put_sums(struct print *k, const struct list *l)
{
	size_t i = 0;

	for (const struct sums *s = LIST_OF(struct sums, l); s < LIST_END(struct sums, l); s++) {
		i++;
		put(k, cell(k, "station", i, "name"), s->name);
		put_n(k, cell(k, "station", i, "cases"), s->cases);
		put(k, cell(k, "station", i, "score"), points_text(k, s->score));
		put_n(k, cell(k, "station", i, "excellent"), s->excellent);
		put_n(k, cell(k, "station", i, "passed"), s->passed);
		put_n(k, cell(k, "station", i, "failed"), s->failed);
		put(k, cell(k, "station", i, "mended"),
			arena_printf(k->rq->arena, "%" PRId64 "/%" PRId64, s->mended, s->mending));
	}
}

static void put_points(struct print *k, const struct list *l)
{
	size_t i = 0;

	for (const struct point_sum *p = LIST_OF(struct point_sum, l);
		p < LIST_END(struct point_sum, l); p++) {
		i++;
		put(k, cell(k, "point", i, "name"),
			arena_printf(k->rq->arena, "%s %s（%s）", p->code, p->name, p->clause));
		put_n(k, cell(k, "point", i, "applied"), p->applied);
		put_n(k, cell(k, "point", i, "failed"), p->failed);
		put_n(k, cell(k, "point", i, "part"), p->part);
		put(k, cell(k, "point", i, "share"), percent(k->rq, p->per_mille));
	}
}

enum err round_print(struct req *rq)
{
	struct report k;
	struct bytes pdf;

	rq->zh = true; /* the paper is Chinese, whoever prints it */
	TRY(report_load(rq, &k));
	struct print *p = NEWS(rq->arena, struct print, 1);
	p->rq = rq;
	put(p, "title", k.r.title);
	put(p, "from_day", date_text(rq->arena, k.r.from_day));
	put(p, "to_day", date_text(rq->arena, k.r.to_day));
	put(p, "table_version", k.r.table_version);
	put(p, "printed", time_text(rq->arena, rq->now));
	put_n(p, "drawn", k.r.take);
	put_n(p, "candidates", k.r.candidates);
	put(p, "file_sm3", k.r.draw_sm3);
	put_n(p, "cases", k.total.cases);
	put(p, "score", points_text(p, k.total.score));
	put_n(p, "excellent", k.total.excellent);
	put_n(p, "passed", k.total.passed);
	put_n(p, "failed", k.total.failed);
	put_sums(p, &k.stations);
	put_points(p, &k.points);
	TRY(paper_printout(rq,
		&(struct paper_order){ .template = "appraisal_report",
			.subject = k.r.id,
			.values = p->v,
			.n = p->n },
		&pdf));
	return reply_bytes(rq, "application/pdf", pdf, NULL);
}
