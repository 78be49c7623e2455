/* Screens of the supervisor: rounds, the form of one, one round with its sample; and for everybody
 * what one appraises and what was found in one's own cases. */
#include "domains/appraisals/appraisals.h"
#include "domains/appraisals/replay.h"

enum { PAGE_ROWS = 50, USUAL_SHARE = 100, PEOPLE = 200 };

const char *said_in(struct req *rq, const struct node *n)
{
	return node_text(n, rq->zh ? "zh" : "en", "");
}

const char *clause_in(struct req *rq, const struct node *n)
{
	return node_text(n, rq->zh ? "clause" : "clause_en", "");
}

void put_choices_of(struct req *rq, const char *name, const struct choice *c, const char *chosen)
{
	struct node *list = put_list(rq->view, name);

	list->hidden = true;
	for (; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(c->code, chosen));
	}
}

/* ---- rounds */
struct round_row {
	int64_t id, from_day, to_day, candidates, take, finals, opened_at;
	const char *title, *state, *area_name;
};
static const struct model round_row_model = MODEL("appraisal_rounds", struct round_row,
	FIELDS(STORED(struct round_row, id, .as = AS_ID), STORED(struct round_row, title),
		STORED(struct round_row, state, .choices = round_states),
		STORED(struct round_row, area_name),
		STORED(struct round_row, from_day, .as = AS_DATE),
		STORED(struct round_row, to_day, .as = AS_DATE),
		STORED(struct round_row, candidates), STORED(struct round_row, take),
		STORED(struct round_row, finals),
		STORED(struct round_row, opened_at, .as = AS_TIME)));

enum err round_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &round_row_model, &l,
		"SELECT r.id, r.title, r.state, coalesce(CASE WHEN CAST($2 AS bigint) = 1 THEN "
		"a.name ELSE a.name_en END, '') AS area_name, r.from_day, r.to_day, r.candidates, "
		"r.take, (SELECT count(*) FROM appraisals x WHERE x.round = r.id AND x.state = "
		"'final') AS finals, r.opened_at FROM appraisal_rounds r LEFT JOIN pub_areas a ON "
		"a.id = r.area WHERE (CAST($1 AS bigint) = 0 OR r.area = $1) ORDER BY r.opened_at "
		"DESC, r.id DESC LIMIT $3 OFFSET $4",
		rq->user->area, rq->zh, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "rounds", &round_row_model, &l);
	put_flag(rq->view, "may_write", may(rq, APPRAISAL_WRITE))->hidden = true;
	return page(rq, "appraisals/list");
}

/* ---- form */
static enum err put_areas(struct req *rq, int64_t chosen)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "areas");

	list->hidden = true;
	if (!rq->user->area) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", "0");
		put_text(n, "label", tr(rq, "Whole district"));
	}
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE name_en END FROM "
		"pub_areas WHERE CAST($1 AS bigint) = 0 OR id = $1 ORDER BY id",
		rq->user->area, rq->zh));
	return options_of(rq, r, list, chosen);
}

static enum err put_plan(struct req *rq, const struct round_plan *p)
{
	const struct node *table;

	TRY(appraisal_table(rq, rq->now, &table));
	put_text(rq->view, "table_version", node_text(table, "version", ""));
	show_form(rq, "form", &round_plan_model, p);
	return put_areas(rq, p->area);
}

enum err round_new(struct req *rq)
{
	struct civil c = civil_of(rq->now);
	struct round_plan p = { .title = arena_printf(rq->arena,
					tr(rq, "Appraisal of cases closed up to %d-%02d"), c.year,
					c.month),
		.kinds = "",
		.way = "share",
		.area = rq->user->area,
		.amount = USUAL_SHARE,
		.by_procedure = true };

	c.hour = c.minute = c.second = 0;
	p.to_day = civil_to_ms(c) - DAY;
	c.day = 1;
	c.month = 1;
	p.from_day = civil_to_ms(c);
	TRY(put_plan(rq, &p));
	return page(rq, "appraisals/form");
}

enum err round_form_again(struct req *rq, const struct round_plan *p)
{
	TRY(put_plan(rq, p));
	return form_again(rq, "appraisals/form");
}

/* ---- one round */
struct case_line {
	int64_t id, case_id, place, operator, score, failed, closed_at;
	const char *number, *stratum, *operator_name, *area_name, *state, *grade, *appraiser_name,
		*mend_state, *procedure, *outcome, *reason;
};
#define L(m, ...) STORED(struct case_line, m, __VA_ARGS__)
static const struct model case_line_model = MODEL("appraisals", struct case_line,
	FIELDS(L(id, .as = AS_ID), L(case_id, .as = AS_ID), L(number, 0), L(stratum, 0),
		L(place, 0), L(operator, .as = AS_ID), L(operator_name, 0), L(area_name, 0),
		L(procedure, .choices = procedure_names), L(outcome, .choices = outcome_names),
		L(closed_at, .as = AS_DATE), L(state, .choices = appraisal_states),
		L(appraiser_name, 0), L(score, .as = AS_HUNDREDTHS), L(grade, 0), L(failed, 0),
		L(mend_state, .choices = mend_states), L(reason, 0)));
#undef L
#define LINES                                                                                      \
	"SELECT x.id, x.case_id, x.place, x.operator, x.score, x.failed, x.closed_at, x.number, "  \
	"x.stratum, o.name AS operator_name, CASE WHEN CAST($2 AS bigint) = 1 THEN a.name ELSE "   \
	"a.name_en END AS area_name, x.state, x.grade, coalesce(u.name, '') AS appraiser_name, "   \
	"x.mend_state, x.procedure, x.outcome, x.reason FROM appraisals x JOIN pub_operators o "   \
	"ON o.id = x.operator JOIN pub_areas a ON a.id = x.area LEFT JOIN pub_users u ON u.id = "  \
	"x.appraiser "

/* Beside each line what the grade is called; before it is told, nobody sees a result. */
static enum err put_grades(struct req *rq, struct node *list, struct list *l)
{
	const struct node *table;
	struct node *n = list->first;

	TRY(appraisal_table(rq, rq->now, &table));
	for (const struct case_line *c = LIST_OF(struct case_line, l);
		n && c < LIST_END(struct case_line, l); c++, n = n->next) {
		const struct node *g = grade_of(table, c->grade);
		if (!g)
			continue;
		struct node *tag = put_map(n, "grade_tag");
		tag->hidden = true;
		put_text(tag, "label", said_in(rq, g));
		put_text(tag, "tone", node_text(g, "tone", ""));
	}
	return OK;
}

static enum err put_people(struct req *rq)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "people");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT u.id, u.name FROM pub_users u WHERE u.state = 'active' AND u.role IN "
		"('reviewer', 'head', 'officer') ORDER BY CASE u.role WHEN 'reviewer' THEN 0 WHEN "
		"'head' THEN 1 ELSE 2 END, u.id LIMIT $1",
		(int)PEOPLE));
	return options_of(rq, r, list, 0);
}

/* Strata of the sample with their sizes: out of the list's own lines. */
static enum err put_names(struct req *rq, const struct round *r)
{
	const char *area = "", *who = "";
	enum err e = r->area ? db_text(rq, &area,
				       "SELECT CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE "
				       "name_en END FROM pub_areas WHERE id = $1",
				       r->area, rq->zh)
			     : OK;

	if (e && e != E_NOT_FOUND)
		return e;
	e = db_text(rq, &who, "SELECT name FROM pub_users WHERE id = $1", r->opened_by);
	if (e && e != E_NOT_FOUND)
		return e;
	put_text(rq->view, "area_name", r->area ? area : tr(rq, "Whole district"))->hidden = true;
	put_text(rq->view, "opened_name", who)->hidden = true;
	return OK;
}

static enum err put_steps(struct req *rq, const struct round *r)
{
	bool writes = may(rq, APPRAISAL_WRITE);
	int64_t left;

	TRY(db_int(rq, &left,
		"SELECT count(*) FROM appraisals WHERE round = $1 AND state NOT IN ('final', "
		"'replaced')",
		r->id));
	put_flag(rq->view, "may_draw", writes && !may_draw(r->state))->hidden = true;
	put_flag(rq->view, "may_finish", writes && !may_finish(r->state, left))->hidden = true;
	put_flag(rq->view, "has_side",
		writes && (!may_draw(r->state) || !may_finish(r->state, left)))
		->hidden = true;
	put_flag(rq->view, "runs", writes && text_is(r->state, "drawn"))->hidden = true;
	put_flag(rq->view, "made", *r->draw_sm3 != 0)->hidden = true;
	put_flag(rq->view, "withdrawn", text_is(r->state, "withdrawn"))->hidden = true;
	return writes ? put_people(rq) : OK;
}

enum err round_page(struct req *rq)
{
	struct round r;
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(round_load(rq, rq->id, &r));
	TRY(db_all(rq, &case_line_model, &l,
		LINES "WHERE x.round = $1 ORDER BY x.stratum, x.place LIMIT $3 OFFSET $4", r.id,
		rq->zh, p.limit, p.offset));
	show_pages(rq, p, &l);
	show(rq, "round", &round_model, &r);
	struct node *list = show_table(rq, "cases", &case_line_model, &l);
	struct node *n = list->first;
	for (const struct case_line *c = LIST_OF(struct case_line, &l);
		n && c < LIST_END(struct case_line, &l); c++, n = n->next) {
		put_flag(n, "open", text_is(c->state, "drawn") || text_is(c->state, "assigned"))
			->hidden = true;
		put_flag(n, "scored", *c->grade != 0)->hidden = true;
	}
	TRY(put_grades(rq, list, &l));
	TRY(put_names(rq, &r));
	TRY(put_steps(rq, &r));
	return page(rq, "appraisals/round");
}

static enum err file_reply(struct req *rq, const char *sm3, const char *name)
{
	return *sm3 ? reply_object(rq, sm3, "text/plain; charset=utf-8", name)
		    : fail(rq, E_NOT_FOUND, "This round is not drawn yet.");
}

enum err round_candidates(struct req *rq)
{
	struct round r;

	TRY(round_load(rq, rq->id, &r));
	return file_reply(
		rq, r.list_sm3, arena_printf(rq->arena, "appraisal-list-%" PRId64 ".txt", r.id));
}

enum err round_order(struct req *rq)
{
	struct round r;

	TRY(round_load(rq, rq->id, &r));
	return file_reply(
		rq, r.draw_sm3, arena_printf(rq->arena, "appraisal-draw-%" PRId64 ".txt", r.id));
}

/* Draw and list in one: with this alone the sample is made again. */
enum err round_file(struct req *rq)
{
	struct round r;
	struct bytes draw, list;
	struct fault why = { 0 };
	struct buf both = { .arena = rq->arena, .max = SAMPLE_FILE_MAX };

	TRY(round_load(rq, rq->id, &r));
	if (!*r.draw_sm3)
		return fail(rq, E_NOT_FOUND, "This round is not drawn yet.");
	if (store_read(rq_store(rq), rq->arena, r.draw_sm3, SAMPLE_FILE_MAX, &draw, &why) ||
		store_read(rq_store(rq), rq->arena, r.list_sm3, SAMPLE_FILE_MAX, &list, &why))
		return fail(rq, E_CONFLICT, "The file of the draw cannot be read: %s", why.text);
	buf_add(&both, draw.at, draw.n);
	buf_add(&both, list.at, list.n);
	return reply_bytes(rq, "text/plain; charset=utf-8",
		(struct bytes){ (const uint8_t *)both.s, both.n },
		arena_printf(rq->arena, "appraisal-%" PRId64 ".txt", r.id));
}

/* ---- mine */
enum err appraisals_mine(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &case_line_model, &l,
		LINES "WHERE x.state <> 'replaced' AND (x.appraiser = $1 OR (x.submitted_at > 0 "
		      "AND (x.officer1 = $1 OR x.officer2 = $1))) ORDER BY CASE WHEN x.state = "
		      "'assigned' THEN 0 WHEN x.state = 'final' AND x.mend_state IN ('', "
		      "'accepted') THEN 2 ELSE 1 END, x.fill_due, x.id LIMIT $3 OFFSET $4",
		rq->user->id, rq->zh, p.limit, p.offset));
	show_pages(rq, p, &l);
	struct node *list = show_table(rq, "cases", &case_line_model, &l);
	TRY(put_grades(rq, list, &l));
	return page(rq, "appraisals/mine");
}
