/* A plan of the year is drafted town by town, approved, and its visits become tasks month by month.
 */
#include "domains/targeting/annual.h"

#include "contracts/facts.h"
#include "domains/targeting/plan.h"

#include <string.h>

enum { AT_ONCE = 200, DUE_AT_ONCE = 200 };

const struct choice annual_states[] = {
	{ "making", "Being drafted", "info" },
	{ "draft", "Draft", "yellow" },
	{ "approved", "In force", "green" },
	{ "discarded", "Discarded", "neutral" },
	{ NULL },
};

const struct model annual_model = MODEL("annual_plans", struct annual, .witnessed = true,
	FIELDS(STORED(struct annual, id, .as = AS_ID), STORED(struct annual, version),
		STORED(struct annual, year), STORED(struct annual, from_month),
		STORED(struct annual, state, .choices = annual_states),
		STORED(struct annual, operators), STORED(struct annual, visits),
		STORED(struct annual, offsite), STORED(struct annual, conflicts),
		STORED(struct annual, items_sm3), STORED(struct annual, rule_version),
		STORED(struct annual, made_by, .as = AS_ID),
		STORED(struct annual, made_at, .as = AS_TIME),
		STORED(struct annual, decided_by, .as = AS_ID),
		STORED(struct annual, decided_at, .as = AS_TIME)));

struct annual_visit {
	int64_t id, plan, operator, area;
	const char *business;
	int64_t month;
	const char *kind;
	bool conflict;
	const char *state;
	int64_t inspection, done_at;
};
static const struct model visit_model = MODEL("annual_visits", struct annual_visit,
	FIELDS(STORED(struct annual_visit, id), STORED(struct annual_visit, plan),
		STORED(struct annual_visit, operator), STORED(struct annual_visit, area),
		STORED(struct annual_visit, business), STORED(struct annual_visit, month),
		STORED(struct annual_visit, kind), STORED(struct annual_visit, conflict),
		STORED(struct annual_visit, state), STORED(struct annual_visit, inspection),
		STORED(struct annual_visit, done_at)));

enum err annual_load(struct req *rq, int64_t id, struct annual *out)
{
	return db_one(rq, &annual_model, out, "SELECT * FROM annual_plans WHERE id = $1", id);
}

static int64_t year_start(int64_t year)
{
	return civil_to_ms((struct civil){ .year = (int)year, .month = 1, .day = 1 });
}

/* ---- a draft ------------------------------------------------------------------------------------
 */
enum err annual_drop(struct req *rq, struct annual *p)
{
	if (!text_is(p->state, "draft") && !text_is(p->state, "making"))
		return fail(rq, E_CONFLICT, "Only a draft can be discarded.");
	p->state = "discarded";
	p->decided_by = rq->user->id;
	p->decided_at = rq->now;
	TRY(db_run(rq, "DELETE FROM annual_visits WHERE plan = $1", p->id));
	TRY(db_update(rq, &annual_model, p));
	return emit(rq, ANNUAL_PLAN_DISCARDED, p->id, 0, json_of(rq, &annual_model, p));
}

static enum err drafts_discard(struct req *rq, int64_t year)
{
	struct list l;

	TRY(db_all(rq, &annual_model, &l,
		"SELECT * FROM annual_plans WHERE year = $1 AND state IN ('making', 'draft')",
		year));
	for (struct annual *p = LIST_OF(struct annual, &l); p < LIST_END(struct annual, &l); p++)
		TRY(annual_drop(rq, p));
	return OK;
}

static enum err none_in_force(struct req *rq, int64_t year)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT count(*) FROM annual_plans WHERE year = $1 AND state = 'approved'", year));
	return n ? fail(rq, E_CONFLICT, "This year has a plan in force.") : OK;
}

enum err annual_begin(struct req *rq, int64_t year, struct annual *out)
{
	struct civil now = civil_of(rq->now);
	const struct node *law, *own;

	if (year != now.year && year != now.year + 1)
		return fail(rq, E_INVALID, "A plan is drafted for this year or the next one.");
	TRY(none_in_force(rq, year));
	TRY(drafts_discard(rq, year));
	TRY(rules(rq, "targeting/plan", rq->now, &law));
	TRY(rules(rq, "targeting/annual", rq->now, &own));
	*out = (struct annual){ .year = year,
		.from_month = year == now.year ? now.month : 1,
		.state = "making",
		.items_sm3 = "",
		.rule_version = arena_printf(rq->arena, "%s · %s", node_text(law, "version", ""),
			node_text(own, "version", "")),
		.made_by = rq->user->id,
		.made_at = rq->now };
	TRY(db_insert(rq, &annual_model, out));
	return emit(rq, ANNUAL_PLAN_BEGUN, out->id, 0, json_of(rq, &annual_model, out));
}

/* ---- a town -------------------------------------------------------------------------------------
 */
struct business {
	int64_t operator, last_visit, made, camera;
	const char *kind, *level, *credit;
};
static const struct model business_model = MODEL("pub_operators", struct business,
	FIELDS(STORED(struct business, operator), STORED(struct business, last_visit),
		STORED(struct business, made), STORED(struct business, camera),
		STORED(struct business, kind), STORED(struct business, level),
		STORED(struct business, credit)));

/* A visit by video is none of those the law asks for. */
static enum err businesses_load(
	struct req *rq, const struct annual *p, int64_t area, struct list *out)
{
	return db_all(rq, &business_model, out,
		"SELECT o.id AS operator, o.kind, coalesce((SELECT max(v.inspected_at) FROM "
		"pub_inspection_visits v WHERE v.operator = o.id AND v.kind <> 'INSP_OFFSITE'), 0) "
		"AS "
		"last_visit, (SELECT count(*) FROM pub_inspection_visits v WHERE v.operator = o.id "
		"AND v.kind <> 'INSP_OFFSITE' AND v.inspected_at >= $2 AND v.inspected_at < $3) AS "
		"made, (SELECT count(*) FROM pub_cameras c WHERE c.operator = o.id AND c.state = "
		"'open') AS camera, coalesce((SELECT max(s.value) FROM pub_scales s WHERE "
		"s.operator = o.id AND s.scheme = 'RISK'), '') AS level, coalesce((SELECT "
		"max(s.value) FROM pub_scales s WHERE s.operator = o.id AND s.scheme = 'RC'), '') "
		"AS "
		"credit FROM pub_operators o WHERE o.area = $1 AND o.state = 'ACTIVE' ORDER BY "
		"o.id",
		area, year_start(p->year), year_start(p->year + 1));
}

static bool by_video(const struct node *own, const struct business *b)
{
	NODE_EACH (c, node_find(own, "offsite_classes"))
		if (text_is(c->s, b->credit))
			return b->camera > 0;
	return false;
}

static enum err businesses_plan(struct req *rq, const struct list *l, struct planned **out)
{
	const struct node *law, *own;
	struct planned *p = *out = NEWS(rq->arena, struct planned, l->n + 1);

	TRY(rules(rq, "targeting/plan", rq->now, &law));
	TRY(rules(rq, "targeting/annual", rq->now, &own));
	for (const struct business *b = l->at; b < LIST_END(struct business, l); b++, p++) {
		struct bounds x = bounds_of(law, b->level, b->credit, b->kind);
		*p = (struct planned){ .operator= b->operator,
			.last_visit = b->last_visit,
			.least = x.least,
			.most = x.most,
			.made = b->made,
			.video = by_video(own, b) };
	}
	return OK;
}

static enum err town_write(struct req *rq, const struct annual *p, int64_t area)
{
	struct list l;
	struct planned *all;
	struct annual_slot *slots;

	TRY(businesses_load(rq, p, area, &l));
	TRY(businesses_plan(rq, &l, &all));
	const struct business *b = l.at;
	size_t n = annual_spread(
		rq->arena, &(struct planned_year){ all, l.n, (int)p->from_month }, &slots);
	for (size_t i = 0; i < n; i += AT_ONCE) {
		struct annual_visit rows[AT_ONCE];
		size_t k = 0;
		for (; k < AT_ONCE && i + k < n; k++) {
			const struct annual_slot *s = &slots[i + k];
			bool conflict;
			(void)annual_needed(&all[s->who], &conflict);
			rows[k] = (struct annual_visit){ .id = id_new(),
				.plan = p->id,
				.operator= all[s->who].operator,
				.area = area,
				.business = b[s->who].kind,
				.month = s->month,
				.kind = s->offsite ? "INSP_OFFSITE" : "INSP_ROUTINE",
				.conflict = conflict,
				.state = "planned" };
		}
		TRY(db_insert_all(rq, &visit_model, rows, k));
	}
	return OK;
}

/* ---- finished -----------------------------------------------------------------------------------
 */
/* Of all visits in one order: business, month, kind. */
static enum err items_digest(struct req *rq, int64_t plan, const char **out)
{
	struct rows *r;
	bool more;
	struct buf b = { .arena = rq->arena, .max = (size_t)1 << 28 };

	TRY(db_query(rq, &r,
		"SELECT operator, month, kind FROM annual_visits WHERE plan = $1 ORDER BY "
		"operator, "
		"month, id",
		plan));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		buf_printf(&b, "%" PRId64 ",%" PRId64 ",%s\n", rows_int(r, 0), rows_int(r, 1),
			rows_text(r, 2));
	}
	rows_close(r);
	struct digest d = sm3(b.n ? b.s : "", b.n);
	*out = digest_hex(rq->arena, &d);
	return OK;
}

static const struct model sums_model = MODEL("annual_plans", struct annual,
	FIELDS(STORED(struct annual, operators), STORED(struct annual, visits),
		STORED(struct annual, offsite), STORED(struct annual, conflicts)));

static enum err draft_finish(struct req *rq, struct annual *p)
{
	struct annual sums;

	TRY(db_one(rq, &sums_model, &sums,
		"SELECT count(DISTINCT operator) AS operators, count(*) AS visits, count(CASE WHEN "
		"kind = 'INSP_OFFSITE' THEN 1 END) AS offsite, count(DISTINCT CASE WHEN conflict = "
		"1 THEN operator END) AS conflicts FROM annual_visits WHERE plan = $1",
		p->id));
	p->operators = sums.operators;
	p->visits = sums.visits;
	p->offsite = sums.offsite;
	p->conflicts = sums.conflicts;
	TRY(items_digest(rq, p->id, &p->items_sm3));
	p->state = "draft";
	TRY(db_update(rq, &annual_model, p));
	return emit(rq, ANNUAL_PLAN_DRAFTED, p->id, 0, json_of(rq, &annual_model, p));
}

enum err annual_town(struct req *rq, int64_t id, int64_t after, int64_t *next)
{
	struct annual p;

	*next = 0;
	TRY(annual_load(rq, id, &p));
	if (!text_is(p.state, "making")) /* discarded meanwhile */
		return OK;
	TRY(db_int(rq, next, "SELECT coalesce(min(id), 0) FROM pub_areas WHERE id > $1", after));
	return *next ? town_write(rq, &p, *next) : draft_finish(rq, &p);
}

enum err annual_town_job(struct req *rq, const struct job *j, void *result)
{
	const struct node *data;
	int64_t next;

	(void)result;
	TRY(job_data(rq, j, &data));
	TRY(annual_town(rq, j->subject, node_int(data, "after", 0), &next));
	return next ? job_add(rq, .kind = "targeting.annual", .subject = j->subject,
			      .data = arena_printf(rq->arena, "{\"after\":%" PRId64 "}", next))
		    : OK;
}

/* ---- decided ------------------------------------------------------------------------------------
 */
enum err annual_approve(struct req *rq, int64_t id)
{
	struct annual p;
	const char *is;

	TRY(annual_load(rq, id, &p));
	if (!text_is(p.state, "draft"))
		return fail(rq, E_CONFLICT, "Only a draft can be put in force.");
	TRY(none_in_force(rq, p.year));
	TRY(items_digest(rq, p.id, &is));
	if (!text_is(is, p.items_sm3))
		return fail(rq, E_CONFLICT,
			"The visits of this draft are not those that were laid down. Draft it "
			"again.");
	p.state = "approved";
	p.decided_by = rq->user->id;
	p.decided_at = rq->now;
	TRY(db_update(rq, &annual_model, &p));
	TRY(emit(rq, ANNUAL_PLAN_APPROVED, p.id, 0, json_of(rq, &annual_model, &p)));
	return job_add(rq, .kind = "targeting.due");
}

/* ---- month by month -----------------------------------------------------------------------------
 */
struct asked {
	int64_t id, operator;
	const char *kind;
	bool active;
};
static const struct model due_model = MODEL("annual_visits", struct asked,
	FIELDS(STORED(struct asked, id), STORED(struct asked, operator), STORED(struct asked, kind),
		STORED(struct asked, active)));

static enum err due_tell(struct req *rq, const struct asked *d, int64_t last_day)
{
	if (!d->active)
		return db_run(rq, "UPDATE annual_visits SET state = 'lapsed' WHERE id = $1", d->id);
	TRY(db_run(rq, "UPDATE annual_visits SET state = 'due' WHERE id = $1", d->id));
	return emit(rq, ANNUAL_VISIT_DUE, d->id, d->operator,
		json_pairs(rq, "words",
			text_is(d->kind, "INSP_OFFSITE") ? "年度计划：非现场检查（视频）"
							 : "年度计划：日常监督检查",
			"due_at", arena_printf(rq->arena, "%" PRId64, last_day), "kind", d->kind,
			NULL));
}

enum err annual_due_job(struct req *rq, const struct job *j, void *result)
{
	struct civil now = civil_of(rq->now);
	struct list l;
	bool december = now.month == 12;
	int64_t last_day = civil_to_ms((struct civil){ .year = now.year + december,
				   .month = december ? 1 : now.month + 1,
				   .day = 1 }) -
			   DAY;

	(void)j;
	(void)result;
	TRY(db_all(rq, &due_model, &l,
		"SELECT v.id, v.operator, v.kind, CASE WHEN o.state = 'ACTIVE' THEN 1 ELSE 0 END "
		"AS "
		"active FROM annual_visits v JOIN annual_plans p ON p.id = v.plan JOIN "
		"pub_operators o ON o.id = v.operator WHERE p.year = $1 AND p.state = 'approved' "
		"AND "
		"v.month = $2 AND v.state = 'planned' ORDER BY v.area, v.id LIMIT $3",
		now.year, now.month, (int)DUE_AT_ONCE));
	for (const struct asked *d = l.at; d < LIST_END(struct asked, &l); d++)
		TRY(due_tell(rq, d, last_day));
	return l.n == DUE_AT_ONCE ? job_add(rq, .kind = "targeting.due") : OK;
}

/* A visit on the spot does for one by video too, not the other way round. */
enum err on_annual_inspected(struct req *rq, const struct event *e)
{
	const struct node *data;
	int64_t visit = 0;

	TRY(event_data(rq, e, &data));
	int64_t at = node_int(data, "inspected_at", rq->now);
	enum err found = db_int(rq, &visit,
		"SELECT v.id FROM annual_visits v JOIN annual_plans p ON p.id = v.plan WHERE "
		"v.operator = $1 AND p.state = 'approved' AND p.year = $2 AND v.state IN "
		"('planned', "
		"'due') AND ($3 <> 'INSP_OFFSITE' OR v.kind = 'INSP_OFFSITE') ORDER BY v.month "
		"LIMIT 1",
		e->entity, civil_of(at).year, node_text(data, "kind", ""));
	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	return db_run(rq,
		"UPDATE annual_visits SET state = 'done', inspection = $2, done_at = $3 WHERE id = "
		"$1",
		visit, e->subject, rq->now);
}
