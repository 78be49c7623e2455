/* Screens: all measures, what ends next on top; those of one case with their steps; the party's
 * own. */
#include "domains/measures/measures.h"

#include "contracts/facts.h"

enum { PAGE_ROWS = 50, FORM_FIRST = 2, FORM_ITEMS = 8 };

static void put_choices(struct req *rq, const char *name, const struct choice *c)
{
	struct node *list = put_list(rq->view, name);

	list->hidden = true;
	for (; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(c->code, query_text(rq, "state")));
	}
}

struct measure_row {
	int64_t id, case_id, until, taken_at;
	const char *kind, *state, *number, *operator_name, *area_name;
};
static const struct model measure_row_model = MODEL("measures", struct measure_row,
	FIELDS(STORED(struct measure_row, id, .as = AS_ID),
		STORED(struct measure_row, case_id, .as = AS_ID),
		STORED(struct measure_row, number),
		STORED(struct measure_row, kind, .choices = measure_kinds),
		STORED(struct measure_row, state, .choices = measure_states),
		STORED(struct measure_row, operator_name), STORED(struct measure_row, area_name),
		STORED(struct measure_row, taken_at, .as = AS_TIME),
		STORED(struct measure_row, until, .as = AS_DATE)));

enum err measure_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *state = query_text(rq, "state");

	TRY(db_all(rq, &measure_row_model, &l,
		"SELECT m.id, m.case_id, m.until, m.taken_at, m.kind, m.state, c.number, o.name AS "
		"operator_name, CASE WHEN CAST($5 AS bigint) = 1 THEN a.name ELSE a.name_en END AS "
		"area_name FROM measures m JOIN pub_cases c ON c.id = "
		"m.case_id JOIN pub_operators o ON o.id = m.operator JOIN pub_areas a ON a.id = "
		"m.area "
		"WHERE (CAST($1 AS bigint) = 0 OR m.area = $1) AND ($2 = 'all' OR ($2 = '' AND "
		"m.state "
		"NOT IN ('released', 'lapsed', 'refused', 'disposed')) OR m.state = $2) ORDER BY "
		"CASE "
		"WHEN m.ended_at = 0 THEN 0 ELSE 1 END, m.until, m.id LIMIT $3 OFFSET $4",
		rq->user->area, state, p.limit, p.offset, rq->zh));
	show_pages(rq, p, &l);
	show_table(rq, "measures", &measure_row_model, &l);
	put_choices(rq, "states", measure_states);
	put_flag(rq->view, "all_selected", text_is(state, "all"))->hidden = true;
	return page(rq, "measures/list");
}

/* ---- of a case
 * ----------------------------------------------------------------------------------- */
static void put_clock(struct req *rq, struct node *n, const struct measure *m, int64_t warn_days)
{
	int64_t days = day_number(m->until) - day_number(rq->now);

	if (!text_is(m->state, "running") && !text_is(m->state, "overdue"))
		return;
	struct node *c = put_map(n, "clock");
	put_text(c, "label",
		tr(rq, text_is(m->kind, "keep") ? "Act on the evidence, or it is free"
						: "Held at most"));
	put_text(c, "due", date_text(rq->arena, m->until));
	put_text(c, "left",
		m->until < rq->now ? tr(rq, "Overdue")
				   : arena_printf(rq->arena, tr(rq, "%d days left"), (int)days));
	put_text(c, "tone", m->until < rq->now ? "red" : days <= warn_days ? "yellow" : "green");
	put_text(c, "clause",
		clause_text(rq, text_is(m->kind, "keep") ? "O2 35" : "O2 38 · AEL 25"));
	put_text(c, "due_iso", time_iso(rq->arena, m->until));
}

/* A leader's 24 hours after an urgent measure. */
static void put_report_clock(struct req *rq, struct node *n, const struct measure *m)
{
	if (!m->urgent || m->decided_at || !measure_holds(m->state))
		return;
	struct node *c = put_map(n, "report");
	put_text(c, "label", tr(rq, "Report to a leader, who approves or releases"));
	put_text(c, "due", time_text(rq->arena, m->report_due));
	put_text(c, "left",
		m->report_due < rq->now ? tr(rq, "Overdue")
					: arena_printf(rq->arena, tr(rq, "%d hours left"),
						  (int)((m->report_due - rq->now) / HOUR)));
	put_text(c, "tone", m->report_due < rq->now ? "red" : "yellow");
	put_text(c, "clause",
		clause_text(rq, text_is(m->kind, "keep") ? "O2 33" : "O2 36 · AEL 19"));
	put_text(c, "due_iso", time_iso(rq->arena, m->report_due));
}

/* What the rule says that the page needs: days that may be added, hours to report in, days before
 * the end from which on it is soon. */
struct bounds {
	int64_t more_days, report_hours, warn_days;
};

static enum err bounds_load(struct req *rq, struct bounds *b)
{
	const struct node *law;

	TRY(measure_law(rq, rq->now, &law));
	*b = (struct bounds){ node_int(law, "more_days", 30), node_int(law, "report_hours", 24),
		node_int(law, "warn_days", 3) };
	put_printf(rq->view, "more_most", "%" PRId64, b->more_days);
	put_text(rq->view, "urgent_hint",
		arena_printf(rq->arena, tr(rq, "Report to a leader within %d hours (O2 33, 36)."),
			(int)b->report_hours));
	return OK;
}

static void put_may(struct req *rq, struct node *n, const struct measure_facts *f, int64_t most)
{
	bool write = may(rq, CASE_WRITE), lead = may(rq, CASE_APPROVE);
	struct node *can = put_map(n, "can");

	can->hidden = true;
	put_flag(can, "decide", lead && !may_decide_measure(f, "x"));
	put_flag(can, "take", write && !may_take_measure(f));
	put_flag(can, "act", write && !may_act_on_kept(f, "release"));
	put_flag(can, "lab", write && !may_begin_lab(f, f->now + DAY));
	put_flag(can, "lab_end", write && !may_end_lab(f));
	put_flag(can, "more", write && !may_ask_more(f, 1, most));
	put_flag(can, "more_decide", lead && !may_decide_more(f, "x"));
	put_flag(can, "care", write && !may_give_into_care(f, "x"));
	put_flag(can, "release", lead && !may_release_measure(f, "x"));
	put_flag(can, "dispose", lead && !may_dispose(f, 1, 1));
}

static enum err put_one(
	struct req *rq, struct node *n, const struct measure *m, const struct bounds *b)
{
	struct measure_facts f;
	struct list items, gone;

	TRY(measure_facts_of(rq, m, &f));
	put_clock(rq, n, m, b->warn_days);
	put_report_clock(rq, n, m);
	put_may(rq, n, &f, b->more_days);
	put_flag(n, "at_lab", m->lab_from != 0);
	put_flag(n, "has_lab", m->lab_days != 0);
	put_flag(n, "has_photo", *m->photo_sm3 != 0);
	TRY(db_all(rq, &measure_item_model, &items,
		"SELECT * FROM measure_items WHERE measure = $1 ORDER BY n", m->id));
	struct node *list = put_list(n, "items");
	for (struct measure_item *i = LIST_OF(struct measure_item, &items);
		i < LIST_END(struct measure_item, &items); i++) {
		struct node *x = model_node(list, NULL, &measure_item_model, i);
		put_printf(x, "left", "%" PRId64, i->quantity - i->gone);
	}
	TRY(db_all(rq, &measure_disposal_model, &gone,
		"SELECT * FROM measure_disposals WHERE measure = $1 ORDER BY at, id", m->id));
	list = put_list(n, "disposals");
	for (struct measure_disposal *d = LIST_OF(struct measure_disposal, &gone);
		d < LIST_END(struct measure_disposal, &gone); d++) {
		struct node *x = put_map(list, NULL);
		put_text(x, "at", time_text(rq->arena, d->at));
		put_text(x, "way", tr(rq, choice_label(measure_disposals, d->way)));
		put_int(x, "quantity", d->quantity);
		put_text(x, "words", d->words);
	}
	return OK;
}

static enum err put_measures(struct req *rq, int64_t case_id)
{
	struct list l;
	struct bounds b;

	TRY(bounds_load(rq, &b));
	TRY(db_all(rq, &measure_model, &l,
		"SELECT * FROM measures WHERE case_id = $1 ORDER BY proposed_at DESC, id DESC",
		case_id));
	struct node *list = show_list(rq, "measures", &measure_model, &l), *n = list->first;
	for (struct measure *m = LIST_OF(struct measure, &l); n && m < LIST_END(struct measure, &l);
		m++, n = n->next)
		TRY(put_one(rq, n, m, &b));
	return OK;
}

static enum err put_paper_rows(struct req *rq, struct rows *r)
{
	bool more;
	struct node *list = put_list(rq->view, "papers");

	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, rows_int(r, 0));
		put_text(n, "title", arena_dup(rq->arena, rows_text(r, 1)));
		put_text(n, "number", arena_dup(rq->arena, rows_text(r, 2)));
		put_flag(n, "sealed", text_is(rows_text(r, 3), "sealed"));
	}
	rows_close(r);
	return OK;
}

static enum err put_papers(struct req *rq, int64_t case_id)
{
	struct rows *r;

	TRY(db_query(rq, &r,
		"SELECT id, title, number, state FROM pub_papers WHERE subject = $1 AND template "
		"IN "
		"('evidence_keep_notice', 'coercive_measure_decision', 'evidence_release_notice', "
		"'coercive_release_decision', 'measure_extension', 'property_list', 'seal_strip', "
		"'custody_letter', 'property_disposal', 'assistance_letter', "
		"'test_period_notice') ORDER BY id",
		case_id));
	return put_paper_rows(rq, r);
}

/* The party sees what was served on it, with the list that came along; what goes to a keeper or to
 * another office stays inside (rules/papers/inside.json). */
static enum err put_served_papers(struct req *rq, int64_t case_id)
{
	struct rows *r;

	TRY(db_query(rq, &r,
		"SELECT p.id, p.title, p.number, p.state FROM pub_papers p WHERE p.subject = $1 "
		"AND p.entity = $2 AND ((p.template IN ('evidence_keep_notice', "
		"'coercive_measure_decision', 'evidence_release_notice', "
		"'coercive_release_decision', 'measure_extension', 'test_period_notice') AND "
		"EXISTS (SELECT 1 FROM pub_services s WHERE s.paper = p.id AND s.served_at > 0)) "
		"OR "
		"(p.template = 'property_list' AND EXISTS (SELECT 1 FROM pub_services s JOIN "
		"pub_papers d ON d.id = s.paper WHERE s.case_id = $1 AND s.served_at > 0 AND "
		"d.ordered_at = p.ordered_at AND d.template IN ('evidence_keep_notice', "
		"'coercive_measure_decision')))) ORDER BY p.id",
		case_id, rq->user->entity));
	return put_paper_rows(rq, r);
}

static void put_form_rows(struct req *rq, const char *name, int from, int to)
{
	struct node *rows = put_list(rq->view, name);

	rows->hidden = true;
	for (int i = from; i <= to; i++)
		put_int(put_map(rows, NULL), "n", i);
}

enum err measures_of_case(struct req *rq)
{
	struct measure_case c;
	struct list l;
	const char *name = "";

	TRY(measure_case_load(rq, rq->id, &c));
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", c.operator));
	put_printf(rq->view, "case_id", "%" PRId64, c.id);
	put_text(rq->view, "number", c.number);
	put_text(rq->view, "operator_name", name);
	TRY(put_measures(rq, c.id));
	TRY(db_all(rq, &letter_model, &l,
		"SELECT * FROM letters WHERE case_id = $1 ORDER BY sent_at DESC", c.id));
	struct node *list = show_list(rq, "letters", &letter_model, &l);
	bool mine = rq->user->id == c.officer1 || rq->user->id == c.officer2,
	     writes = mine && may(rq, CASE_WRITE);
	for (struct node *n = list->first; n; n = n->next)
		put_flag(n, "open", writes && !text_is(node_text(n, "state", ""), "answered"));
	TRY(put_papers(rq, c.id));
	bool open = !text_is(c.state, "closed") && !text_is(c.state, "not_filed");
	put_flag(rq->view, "may_propose", open && writes)->hidden = true;
	put_flag(rq->view, "may_write", open && writes)->hidden = true;
	put_text(rq->view, "letter_clause", clause_text(rq, "O2 45"));
	put_choices(rq, "kinds", measure_kinds);
	put_choices(rq, "ways", measure_ways);
	put_choices(rq, "disposal_ways", measure_disposals);
	put_form_rows(rq, "item_rows", 1, FORM_FIRST);
	put_form_rows(rq, "more_rows", FORM_FIRST + 1, FORM_ITEMS);
	return page(rq, "measures/of_case");
}

enum err measure_photo(struct req *rq)
{
	struct measure m;

	TRY(measure_load(rq, rq->id, &m));
	if (!*m.photo_sm3)
		return fail(rq, E_NOT_FOUND, "There is no photo.");
	return reply_object(rq, m.photo_sm3, "image/jpeg", NULL);
}

/* ---- the party's own
 * ----------------------------------------------------------------------------- */
enum err my_measures(struct req *rq)
{
	struct list l;
	struct bounds b;
	const char *name = "";

	if (rq->user->link_subject != rq->id)
		return fail(rq, E_FORBIDDEN, "Your link opens another matter.");
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", rq->user->entity));
	TRY(bounds_load(rq, &b));
	TRY(db_all(rq, &measure_model, &l,
		"SELECT * FROM measures WHERE case_id = $1 AND operator = $2 AND taken_at > 0 "
		"ORDER BY "
		"taken_at DESC, id DESC",
		rq->id, rq->user->entity));
	struct node *list = show_list(rq, "measures", &measure_model, &l), *n = list->first;
	for (struct measure *m = LIST_OF(struct measure, &l); n && m < LIST_END(struct measure, &l);
		m++, n = n->next)
		TRY(put_one(rq, n, m, &b));
	TRY(put_served_papers(rq, rq->id));
	put_printf(rq->view, "id", "%" PRId64, rq->id);
	put_text(rq->view, "operator_name", name);
	put_text(rq->view, "review_body", setting(rq, "review_body", "示范区人民政府"));
	put_text(rq->view, "court", setting(rq, "court", "示范区人民法院"));
	return page(rq, "measures/my_measures");
}
