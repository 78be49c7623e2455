/* The one file of an operator (一户一档): all that any room knows of it, and what is missing. */
#include "core/documents/qr.h"
#include "domains/entities/changes.h"
#include "domains/entities/entries.h"
#include "domains/entities/labels.h"
#include "domains/entities/licences.h"
#include "domains/entities/relations.h"

#include <string.h>

enum { SECTION_ROWS = 20, TIMELINE_ROWS = 50 };

struct summary {
	const char *label, *value, *href, *action;
};

static void put_row(struct node *rows, struct summary s)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", s.label);
	put_text(n, "value", s.value && *s.value ? s.value : "—");
	put_text(n, "href", s.href);
	put_text(n, "action", s.action);
}

static void put_tag(struct node *in, const char *name, const char *label, const char *tone)
{
	struct node *n = put_map(in, name);

	n->hidden = true;
	put_text(n, "label", label);
	put_text(n, "tone", tone);
}

static enum err put_summary(struct req *rq, const struct operator* o)
{
	struct node *rows = put_list(rq->view, "rows");
	const char *town, *place = "";

	rows->hidden = true;
	TRY(db_text(rq, &town,
		"SELECT CASE WHEN CAST($1 AS bigint) = 1 THEN name ELSE name_en END FROM areas "
		"WHERE id = $2",
		rq->zh, o->area));
	put_text(rq->view, "town", town);
	if (o->lat)
		place = arena_printf(rq->arena, "%s, %s",
			field_text(rq->arena, model_field(&operator_model, "lat"), o),
			field_text(rq->arena, model_field(&operator_model, "lon"), o));
	put_row(rows, (struct summary){ tr(rq, "Kind of business"),
			      tr(rq, choice_label(operator_kinds, o->kind)) });
	put_row(rows, (struct summary){ tr(rq, "Address"), o->address });
	put_row(rows, (struct summary){ tr(rq, "Town or sub-district"), town });
	put_row(rows, (struct summary){ tr(rq, "Licence number"), o->licence_no });
	put_row(rows,
		(struct summary){ tr(rq, "Licence valid until"),
			o->licence_valid_to ? date_text(rq->arena, o->licence_valid_to) : "" });
	put_row(rows, (struct summary){ tr(rq, "Unified social credit code"), o->uscc });
	put_row(rows, (struct summary){ tr(rq, "Legal person"), o->legal_person });
	put_row(rows, (struct summary){ tr(rq, "Telephone"), o->phone });
	put_row(rows, (struct summary){ tr(rq, "Place on the map"), place });
	put_row(rows,
		(struct summary){ tr(rq, "Registered"), time_text(rq->arena, o->registered_at) });
	put_row(rows,
		(struct summary){ tr(rq, "Public page"), arena_printf(rq->arena, "/p/%s", o->code),
			arena_printf(rq->arena, "/p/%s", o->code) });
	return OK;
}

/* ---- what the other rooms hold --------------------------------------------- */
struct grade_row {
	const char *letter, *colour;
	int64_t points, since, inspected_at;
};
static const struct model grade_row_model = MODEL("pub_grades", struct grade_row,
	FIELDS(STORED(struct grade_row, letter), STORED(struct grade_row, colour),
		STORED(struct grade_row, points, .as = AS_HUNDREDTHS),
		STORED(struct grade_row, since, .as = AS_DATE),
		STORED(struct grade_row, inspected_at, .as = AS_DATE)));

/* One line of any section: where it leads, when, what, and a tag. */
struct section_row {
	int64_t id, at;
	const char *what, *state, *more;
};
static const struct model section_row_model = MODEL("", struct section_row,
	FIELDS(STORED(struct section_row, id, .as = AS_ID),
		STORED(struct section_row, at, .as = AS_DATE), STORED(struct section_row, what),
		STORED(struct section_row, state), STORED(struct section_row, more)));

static enum err put_grade(struct req *rq, const struct operator* o, struct file_view *v)
{
	struct list l;
	struct grade_row g = { .letter = "", .colour = "none" };

	TRY(db_all(rq, &grade_row_model, &l,
		"SELECT letter, colour, points, since, inspected_at FROM pub_grades WHERE operator "
		"= $1",
		o->id));
	if (l.n)
		g = *LIST_OF(struct grade_row, &l);
	v->facts.graded = *g.letter != 0;
	struct node *n = show(rq, "grade", &grade_row_model, &g);
	put_text(n, "label", tr(rq, label_of(grade_words, g.colour)));
	put_text(n, "name", "")->hidden = true;
	return OK;
}

struct section {
	const char *name, *path;
	const struct label *whats, *states;
	enum right right;
};

/* Puts view.NAME: {shown, rows: [{href, at, what, state, tone, more}]} for those who may see it. */
static struct node *put_section(struct req *rq, const struct section *s, const struct list *l)
{
	struct node *n = put_map(rq->view, s->name), *rows;

	put_flag(n, "shown", may(rq, s->right));
	rows = put_list(n, "rows");
	for (const struct section_row *r = LIST_OF(struct section_row, l);
		may(rq, s->right) && r < LIST_END(struct section_row, l); r++) {
		struct node *row = put_map(rows, NULL);
		put_printf(row, "id", "%" PRId64, r->id);
		put_printf(row, "href", "%s%" PRId64, s->path, r->id);
		put_text(row, "at", r->at ? date_text(rq->arena, r->at) : "");
		put_text(row, "what", s->whats ? tr(rq, label_of(s->whats, r->what)) : r->what);
		put_text(row, "state", tr(rq, label_of(s->states, r->state)));
		put_text(row, "tone", tone_of(s->states, r->state));
		put_text(row, "more", r->more);
	}
	return rows;
}

static enum err put_inspections(struct req *rq, const struct operator* o, struct file_view *v)
{
	const struct section s = { "inspections", "/inspections/", inspection_labels, result_labels,
		INSPECTION_READ };
	struct list l;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT id, inspected_at AS at, kind AS what, result AS state, '' AS more FROM "
		"pub_inspections"
		" WHERE operator = $1 ORDER BY inspected_at DESC, id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS));
	put_section(rq, &s, &l);
	v->count[SECTION_INSPECTIONS] = v->facts.inspections = (int64_t)l.n;
	v->facts.last_inspection_at = l.n ? LIST_OF(struct section_row, &l)->at : 0;
	return OK;
}

static enum err put_cases(struct req *rq, const struct operator* o, struct file_view *v)
{
	const struct section s = { "cases", "/cases/", NULL, case_labels, CASE_READ };
	struct list l;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT id, opened_at AS at, act_name AS what, state, number AS more FROM pub_cases"
		" WHERE operator = $1 ORDER BY opened_at DESC, id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS));
	put_section(rq, &s, &l);
	v->count[SECTION_CASES] = (int64_t)l.n;
	return OK;
}

static enum err put_cameras(struct req *rq, const struct operator* o, struct file_view *v)
{
	const struct section s = { "cameras", "/cameras/", NULL, camera_labels, CAMERA_READ };
	struct list l;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT id, valid_to AS at, name AS what, state, '' AS more FROM pub_cameras"
		" WHERE operator = $1 ORDER BY id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS));
	put_section(rq, &s, &l);
	v->count[SECTION_CAMERAS] = v->facts.cameras = (int64_t)l.n;
	return OK;
}

static enum err put_leads(struct req *rq, const struct operator* o)
{
	const struct section s = { "leads", "/leads/", rule_labels, lead_labels, LEAD_READ };
	struct list l;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT id, found_at AS at, rule AS what, state, act AS more FROM pub_leads"
		" WHERE operator = $1 ORDER BY found_at DESC, id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS));
	put_section(rq, &s, &l);
	return OK;
}

static enum err put_complaints(struct req *rq, const struct operator* o)
{
	const struct section s = { "received", "/complaints/", NULL, complaint_labels,
		COMPLAINT_READ };
	struct list l;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT id, received_at AS at, matter AS what, state, number AS more FROM "
		"pub_complaints WHERE operator = $1 ORDER BY received_at DESC, id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS));
	put_section(rq, &s, &l);
	return OK;
}

static enum err put_warnings(struct req *rq, const struct operator* o)
{
	const struct section s = { "warnings", "/warnings/", NULL, warning_labels, TASK_READ };
	struct list l;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT id, raised_at AS at, CASE WHEN CAST($3 AS bigint) = 1 THEN title ELSE "
		"title_en END AS what, state, '' AS more FROM pub_warnings WHERE operator = $1 AND "
		"state <> 'closed' ORDER BY raised_at DESC, id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS, rq->zh));
	put_section(rq, &s, &l);
	return OK;
}

static enum err put_stores(struct req *rq, const struct operator* o)
{
	const struct section s = { "stores", "/stores/", NULL, store_labels, SENSOR_READ };
	struct list l;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT id, created_at AS at, name AS what, CASE WHEN alarms > 0 THEN 'alarm' ELSE "
		"state END AS state, '' AS more FROM pub_stores"
		" WHERE operator = $1 ORDER BY id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS));
	put_section(rq, &s, &l);
	return OK;
}

static enum err put_papers(struct req *rq, const struct operator* o)
{
	const struct section s = { "papers", "/papers/", NULL, paper_labels, CASE_READ };
	struct rows *r;
	struct list l;
	struct node *row;
	bool more;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT id, sealed_at AS at, title AS what, state, number AS more FROM pub_papers"
		" WHERE entity = $1 ORDER BY id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS));
	row = put_section(rq, &s, &l)->first;
	TRY(db_query(rq, &r,
		"SELECT code FROM pub_papers WHERE entity = $1 ORDER BY id DESC LIMIT $2", o->id,
		(int)SECTION_ROWS));
	for (; row; row = row->next) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		put_printf(row, "href", "/v/%s", rows_text(r, 0));
	}
	rows_close(r);
	return OK;
}

static enum err put_grade_history(struct req *rq, const struct operator* o, struct file_view *v)
{
	const struct section s = { "grade_history", "/grades/", NULL, grade_labels, GRADE_READ };
	struct list l;

	TRY(db_all(rq, &section_row_model, &l,
		"SELECT operator AS id, at, letter AS what, colour AS state, from_letter AS more"
		" FROM pub_grade_history WHERE operator = $1 ORDER BY at DESC, id DESC LIMIT $2",
		o->id, (int)SECTION_ROWS));
	put_section(rq, &s, &l);
	v->count[SECTION_GRADES] = (int64_t)l.n;
	return OK;
}

/* Its own facts, and those of the doubles merged into it. */
static enum err put_timeline(
	struct req *rq, const struct operator* o, const int64_t doubles[FILE_DOUBLES])
{
	struct node *list = put_list(rq->view, "timeline"), *n;
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT at, name, actor_name FROM pub_ledger WHERE entity IN ($1, $2, $3, $4)"
		" ORDER BY seq DESC LIMIT $5",
		o->id, doubles[0], doubles[1], doubles[2], (int)TIMELINE_ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		n = put_fact_row(rq, list, r);
		put_text(n, "detail", "")->hidden = true;
		put_text(n, "href", "")->hidden = true;
	}
	rows_close(r);
	return OK;
}

enum err put_whole_file(struct req *rq, const struct operator* o)
{
	struct file_view v = { .facts.o = o };
	int64_t doubles[FILE_DOUBLES];

	show(rq, "operator", &operator_model, o);
	put_printf(rq->view, "path", "/operators/%" PRId64, o->id);
	put_tag(rq->view, "state", tr(rq, choice_label(operator_states, o->state)),
		text_is(o->state, "ACTIVE") ? "green" : "neutral");
	TRY(put_licences(rq, o, &v.count[SECTION_LICENCES], &v.facts.licence_endless));
	TRY(put_summary(rq, o));
	TRY(put_grade(rq, o, &v));
	TRY(put_inspections(rq, o, &v));
	TRY(put_cases(rq, o, &v));
	TRY(put_cameras(rq, o, &v));
	TRY(put_leads(rq, o));
	TRY(put_warnings(rq, o));
	TRY(put_complaints(rq, o));
	TRY(put_stores(rq, o));
	TRY(put_papers(rq, o));
	TRY(put_grade_history(rq, o, &v));
	TRY(put_relations(rq, o, &v.count[SECTION_RELATIONS]));
	TRY(put_merges(rq, o, doubles));
	TRY(put_timeline(rq, o, doubles));
	TRY(put_entries(rq, &v));
	TRY(put_notices(rq, &v));
	return put_contents(rq, &v);
}

static void put_rights(struct req *rq, const struct operator* o)
{
	bool active = text_is(o->state, "ACTIVE");

	put_flag(rq->view, "may_write", may(rq, OPERATOR_WRITE))->hidden = true;
	put_flag(rq->view, "may_inspect", may(rq, INSPECTION_WRITE) && active)->hidden = true;
	put_flag(rq->view, "may_case", may(rq, CASE_WRITE))->hidden = true;
	put_flag(rq->view, "may_task", may(rq, TASK_WRITE) && active)->hidden = true;
	put_flag(rq->view, "may_sensors", may(rq, SENSOR_WRITE) && active)->hidden = true;
	put_flag(rq->view, "may_merge", may(rq, OPERATOR_MERGE) && active)->hidden = true;
	put_flag(rq->view, "may_part", may(rq, OPERATOR_MERGE))->hidden = true;
	put_flag(rq->view, "active", active)->hidden = true;
}

enum err operator_file(struct req *rq)
{
	struct operator o;
	int64_t survivor;

	TRY(operator_load(rq, rq->id, &o));
	if (*query_text(rq, "at"))
		return operator_file_at(rq, &o);
	TRY(merged_into(rq, o.id, &survivor));
	if (survivor && !*query_text(rq, "own"))
		return redirect(rq, "/operators/%" PRId64, survivor);
	TRY(put_whole_file(rq, &o));
	put_rights(rq, &o);
	return page(rq, "entities/file");
}

/* The sheet for the door: the code, the name, where it leads. */
enum err operator_poster(struct req *rq)
{
	struct fault why = { 0 };
	struct operator o;
	char *svg;

	TRY(operator_load(rq, rq->id, &o));
	const char *url = arena_printf(rq->arena, "%s/p/%s", site_url(rq), o.code);
	if (qr_svg(rq->arena, url, &svg, &why))
		return fail(rq, E_INTERNAL, "The code could not be drawn: %s", why.text);
	show(rq, "operator", &operator_model, &o);
	put_text(rq->view, "url", url);
	struct node *n = put_text(rq->view, "qr", svg);
	n->raw = true;
	n->hidden = true;
	return page(rq, "entities/poster");
}
