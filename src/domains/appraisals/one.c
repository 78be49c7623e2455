/* One appraisal as a page: the table with what the program found, objections, what was put right,
 * and the next steps of whoever looks. */
#include "domains/appraisals/appraisals.h"

#include "contracts/facts.h"

#include <string.h>

enum { HISTORY_ROWS = 60 };

static const struct choice titles[] = {
	{ APPRAISAL_ASSIGNED, "Appraiser appointed", "" },
	{ APPRAISAL_FILLED, "Table saved", "" },
	{ APPRAISAL_SUBMITTED, "Handed in, officers told", "yellow" },
	{ APPRAISAL_ACCEPTED, "Findings accepted", "green" },
	{ APPRAISAL_OBJECTED, "An officer objects", "yellow" },
	{ APPRAISAL_ANSWERED, "Objection answered", "" },
	{ APPRAISAL_CONFIRMED, "Result final", "green" },
	{ APPRAISAL_MENDED, "Put right by an officer", "" },
	{ APPRAISAL_CHECKED, "Checked by the supervisor", "" },
	{ APPRAISAL_REPLACED, "Case replaced", "neutral" },
	{ 0 },
};

/* ---- the table */
static void put_verdicts(struct req *rq, struct node *n, const struct point *p)
{
	struct node *list = put_list(n, "choices");

	list->hidden = true;
	for (const struct choice *c = verdicts; c->code; c++) {
		struct node *v = put_map(list, NULL);
		put_text(v, "value", c->code);
		put_text(v, "label", tr(rq, c->label));
		put_flag(v, "selected", text_is(c->code, p->verdict));
	}
}

/* Names of papers in the visitor's language: the record keeps those of the law. */
static const char *papers_said(struct req *rq, const struct sitting *s, const char *detail)
{
	const struct node *law;
	const char *out = "";

	if (rq->zh || !*detail || rules(rq, "papers/volume", s->r.opened_at, &law))
		return detail;
	NODE_EACH (d, node_find(law, "duty"))
		if (strstr(detail, node_text(d, "title", "?")))
			out = arena_printf(rq->arena, "%s%s%s", out, *out ? ", " : "",
				node_text(d, "title_en", ""));
	return out;
}

static void put_found(
	struct req *rq, struct node *n, const struct sitting *s, const struct point *p)
{
	const struct node *law = point_of(s->table, p->code);

	put_text(n, "papers_said", papers_said(rq, s, p->found_detail))->hidden = true;
	put_text(n, "found_said", *p->found_words ? tr(rq, p->found_words) : "");
	put_printf(n, "record", "/cases/%" PRId64 "%s", s->a.case_id,
		check_where(node_text(law, "check", "")));
	put_flag(n, "against",
		*p->verdict && !point_agrees(&(struct point_said){
				       p->code, p->found, p->verdict, p->reason }))
		->hidden = true;
}

static const struct objection *objection_to(const struct sitting *s, const char *code)
{
	for (const struct objection *o = LIST_OF(struct objection, &s->objections);
		o < LIST_END(struct objection, &s->objections); o++)
		if (text_is(o->code, code))
			return o;
	return NULL;
}

static void put_line(
	struct req *rq, struct node *list, const struct sitting *s, const struct point *p)
{
	const struct node *law = point_of(s->table, p->code);
	const struct objection *o = objection_to(s, p->code);
	struct node *n = model_node(list, NULL, &point_model, p);

	put_text(n, "name", said_in(rq, law));
	put_text(n, "clause", clause_in(rq, law));
	put_printf(n, "weight", "%" PRId64 ".%02" PRId64, node_int(law, "weight", 0) / 100,
		node_int(law, "weight", 0) % 100);
	put_flag(n, "veto", node_true(law, "veto"));
	put_found(rq, n, s, p);
	put_verdicts(rq, n, p);
	const char *lacks = s->handing_in ? point_lacks(&(struct point_said){
						    p->code, p->found, p->verdict, p->reason })
					  : NULL;
	put_text(n, "error", lacks ? tr(rq, lacks) : "")->hidden = true;
	put_flag(n, "lost", text_is(p->verdict, "failed") || text_is(p->verdict, "part"))->hidden =
		true;
	if (!o)
		return;
	struct node *x = model_node(n, "objection", &objection_model, o);
	put_flag(x, "open", text_is(o->state, "made"))->hidden = true;
}

/* The tags of found, verdict and objection, in the visitor's language. */
static void tag(struct req *rq, struct node *n, const char *name, const struct choice *c)
{
	for (; c->code; c++)
		if (text_is(c->code, node_text(n, name, ""))) {
			struct node *t = put_map(n, arena_printf(rq->arena, "%s_tag", name));
			t->hidden = true;
			put_text(t, "label", tr(rq, c->label));
			put_text(t, "tone", c->tone);
		}
}

static const struct point *line_of(const struct sitting *s, const char *code)
{
	for (const struct point *p = LIST_OF(struct point, &s->points);
		p < LIST_END(struct point, &s->points); p++)
		if (text_is(p->code, code))
			return p;
	return NULL;
}

static void put_groups(struct req *rq, const struct sitting *s)
{
	struct node *groups = put_list(rq->view, "groups");

	NODE_EACH (g, node_find(s->table, "groups")) {
		struct node *n = put_map(groups, NULL), *list;
		put_text(n, "name", said_in(rq, g));
		list = put_list(n, "points");
		NODE_EACH (law, node_find(g, "points")) {
			const struct point *p = line_of(s, node_text(law, "code", ""));
			if (!p)
				continue;
			put_line(rq, list, s, p);
			tag(rq, list->last, "found", found_states);
			tag(rq, list->last, "verdict", verdicts);
			struct node *o = (struct node *)node_find(list->last, "objection");
			if (o)
				tag(rq, o, "state", objection_states);
		}
	}
}

/* ---- around it */
struct around {
	const char *operator_name, *area_name, *appraiser_name, *name1, *name2, *act_name;
};
static const struct model around_model = MODEL("appraisals", struct around,
	FIELDS(STORED(struct around, operator_name), STORED(struct around, area_name),
		STORED(struct around, appraiser_name), STORED(struct around, name1),
		STORED(struct around, name2), STORED(struct around, act_name)));

static enum err put_around(struct req *rq, const struct sitting *s)
{
	struct around k;

	TRY(db_one(rq, &around_model, &k,
		"SELECT o.name AS operator_name, CASE WHEN CAST($2 AS bigint) = 1 THEN a.name ELSE "
		"a.name_en END AS area_name, coalesce(u.name, '') AS appraiser_name, "
		"coalesce(p.name, '') AS name1, coalesce(q.name, '') AS name2, c.act_name FROM "
		"appraisals x JOIN pub_cases c ON c.id = x.case_id JOIN pub_operators o ON o.id = "
		"x.operator JOIN pub_areas a ON a.id = x.area LEFT JOIN pub_users u ON u.id = "
		"x.appraiser LEFT JOIN pub_users p ON p.id = x.officer1 LEFT JOIN pub_users q ON "
		"q.id = x.officer2 WHERE x.id = $1",
		s->a.id, rq->zh));
	show(rq, "around", &around_model, &k);
	return OK;
}

struct passed {
	int64_t at;
	const char *name, *actor_name;
};
static const struct model passed_model = MODEL("pub_ledger", struct passed,
	FIELDS(STORED(struct passed, at, .as = AS_TIME), STORED(struct passed, name),
		STORED(struct passed, actor_name)));

static enum err put_history(struct req *rq, const struct sitting *s)
{
	struct list l;
	struct node *list = put_list(rq->view, "timeline");

	list->hidden = true;
	TRY(db_all(rq, &passed_model, &l,
		"SELECT at, name, actor_name FROM pub_ledger WHERE subject = $1 ORDER BY seq DESC "
		"LIMIT $2",
		s->a.id, (int)HISTORY_ROWS));
	for (const struct passed *p = LIST_OF(struct passed, &l); p < LIST_END(struct passed, &l);
		p++) {
		struct node *n = put_map(list, NULL);
		put_time(n, "at", p->at);
		put_text(n, "title", tr(rq, choice_label(titles, p->name)));
		put_text(n, "who", p->actor_name);
	}
	return OK;
}

static void put_grade(struct req *rq, const struct sitting *s)
{
	const struct node *g = grade_of(s->table, s->a.grade);

	if (!g)
		return;
	struct node *n = put_map(rq->view, "grade");
	n->hidden = true;
	put_text(n, "label", said_in(rq, g));
	put_text(n, "tone", node_text(g, "tone", ""));
}

static void can(struct node *n, const char *name, bool yes)
{
	put_flag(n, name, yes);
}

static void put_can(struct req *rq, const struct sitting *s)
{
	struct appraisal_facts f = sitting_facts(rq, s);
	bool writes = may(rq, APPRAISAL_WRITE);
	struct node *n = put_map(rq->view, "can");

	n->hidden = true;
	can(n, "fill", !may_fill(&f));
	can(n, "accept", !may_accept(&f));
	can(n, "object", !may_object(&f));
	can(n, "answer", writes && !may_answer_objection(&f));
	can(n, "confirm", writes && !may_confirm(&f));
	can(n, "mend", !may_mend(&f, "x"));
	can(n, "check", writes && !may_check_mending(&f, "x"));
	put_flag(rq->view, "told", s->a.submitted_at != 0)->hidden = true;
	put_flag(rq->view, "mends", *s->a.mend_state != 0)->hidden = true;
}

static enum err put_all(struct req *rq, struct sitting *s)
{
	show(rq, "appraisal", &appraisal_model, &s->a);
	put_text(rq->view, "round_title", s->r.title);
	put_text(rq->view, "table_version", s->r.table_version);
	put_groups(rq, s);
	put_grade(rq, s);
	put_can(rq, s);
	put_flag(rq->view, "may_read", may(rq, APPRAISAL_READ))->hidden = true;
	TRY(put_around(rq, s));
	return put_history(rq, s);
}

enum err appraisal_page(struct req *rq)
{
	struct sitting s;

	TRY(sitting_load(rq, rq->id, &s));
	TRY(sitting_visible(rq, &s));
	TRY(put_all(rq, &s));
	return page(rq, "appraisals/one");
}

enum err appraisal_again(struct req *rq, struct sitting *s)
{
	TRY(put_all(rq, s));
	return form_again(rq, "appraisals/one");
}

enum err appraisal_proof(struct req *rq)
{
	struct sitting s;

	TRY(sitting_load(rq, rq->id, &s));
	TRY(sitting_visible(rq, &s));
	if (!*s.a.mend_sm3)
		return fail(rq, E_NOT_FOUND, "There is no proof on file.");
	return reply_object(rq, s.a.mend_sm3, s.a.mend_type, NULL);
}
