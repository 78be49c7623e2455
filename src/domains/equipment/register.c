/* The register: list, due list, form. */
#include "contracts/facts.h"
#include "domains/equipment/equipment.h"
#include "domains/equipment/rules.h"

#include <string.h>

enum { PAGE_ROWS = 50 };

enum err equipment_load(struct req *rq, int64_t id, struct equipment *e)
{
	TRY(db_one(rq, &equipment_model, e, "SELECT * FROM equipment WHERE id = $1", id));
	return e->holder && e->holder == rq->user->id ? OK : in_area(rq, e->area);
}

enum err equipment_register(struct req *rq, struct equipment *e)
{
	e->state = "store";
	e->registered_by = rq->user->id;
	e->registered_at = rq->now;
	TRY(db_insert(rq, &equipment_model, e));
	return emit(rq, EQUIPMENT_REGISTERED, e->id, 0, json_of(rq, &equipment_model, e));
}

enum err equipment_put(struct req *rq, struct equipment *e, const char *fact, const char *data)
{
	TRY(db_update(rq, &equipment_model, e));
	return emit(rq, fact, e->id, 0, data ? data : json_of(rq, &equipment_model, e));
}

const char *account_name(struct req *rq, int64_t id)
{
	const char *name = "";

	if (!id || db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id))
		return "";
	return name;
}

void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value && *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

/* ---- lists ------------------------------------------------------------------------------------
 */
struct device_row {
	int64_t id;
	const char *number, *kind, *model, *serial, *gb_id, *area_name, *state, *holder_name;
	int64_t calibrated_at, calibration_due;
	const char *due;
};
static const struct choice due_states[] = {
	{ "", "Not needed", "neutral" },
	{ "ok", "In force", "green" },
	{ "soon", "Due soon", "yellow" },
	{ "over", "Calibration overdue", "red" },
	{ 0 },
};
static const struct model device_row_model = MODEL("equipment", struct device_row,
	FIELDS(STORED(struct device_row, id, .as = AS_ID), STORED(struct device_row, number),
		STORED(struct device_row, kind, .choices = equipment_kinds),
		STORED(struct device_row, model), STORED(struct device_row, serial),
		STORED(struct device_row, gb_id), STORED(struct device_row, area_name),
		STORED(struct device_row, state, .choices = equipment_states),
		STORED(struct device_row, holder_name),
		STORED(struct device_row, calibrated_at, .as = AS_DATE),
		STORED(struct device_row, calibration_due, .as = AS_DATE),
		STORED(struct device_row, due, .choices = due_states)));

#define DEVICE_ROWS                                                                                \
	"SELECT e.id, e.number, e.kind, e.model, e.serial, e.gb_id, coalesce(a.name, '') AS "      \
	"area_name, e.state, coalesce(u.name, '') AS holder_name, e.calibrated_at, "               \
	"e.calibration_due, '' AS due FROM equipment e LEFT JOIN pub_areas a ON a.id = e.area "    \
	"LEFT JOIN pub_users u ON u.id = e.holder"

static enum err put_due(struct req *rq, struct list *l)
{
	static const char *const codes[] = {
		[DUE_NONE] = "", [DUE_OK] = "ok", [DUE_SOON] = "soon", [DUE_OVER] = "over"
	};
	int64_t days, until;

	TRY(calibration_terms(rq, "", &days, &until));
	for (struct device_row *r = LIST_OF(struct device_row, l);
		r < LIST_END(struct device_row, l); r++)
		r->due = codes[due_state_of(r->calibration_due, rq->now, until)];
	return OK;
}

static void put_options(struct req *rq, const char *name, const struct choice *all)
{
	struct node *list = put_list(rq->view, name);
	const char *chosen = query_text(rq, text_is(name, "kinds") ? "kind" : "state");

	list->hidden = true;
	for (const struct choice *c = all; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(chosen, c->code));
	}
}

/* What waits for the signature of who looks. */
static enum err put_mine(struct req *rq)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "mine");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT e.id, e.number, e.kind, i.state FROM equipment_issues i JOIN equipment e "
		"ON e.id = i.equipment WHERE i.officer = $1 AND i.state IN ('offered', 'held') "
		"ORDER BY i.given_at LIMIT 20",
		rq->user->id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_printf(n, "href", "/equipment/%" PRId64, rows_int(r, 0));
		put_printf(n, "label", "%s · %s", arena_dup(rq->arena, rows_text(r, 1)),
			tr(rq, choice_label(equipment_kinds, rows_text(r, 2))));
		put_flag(n, "offered", text_is(rows_text(r, 3), "offered"));
	}
	rows_close(r);
	return OK;
}

enum err equipment_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *q = query_text(rq, "q");

	TRY(db_all(rq, &device_row_model, &l,
		DEVICE_ROWS
		" WHERE ($1 = 0 OR e.area = $1 OR e.holder = $8) AND ($2 = '' OR e.kind = $2)"
		" AND ($3 = '' AND e.state <> 'scrapped' OR e.state = $3)"
		" AND ($4 = '' OR lower(e.number) LIKE lower($5) OR lower(e.serial) LIKE "
		"lower($5) OR e.gb_id = $4 OR u.name LIKE $5)"
		" ORDER BY e.number LIMIT $6 OFFSET $7",
		rq->user->area, query_text(rq, "kind"), query_text(rq, "state"), q,
		arena_printf(rq->arena, "%%%s%%", q), p.limit, p.offset, rq->user->id));
	show_pages(rq, p, &l);
	TRY(put_due(rq, &l));
	show_table(rq, "devices", &device_row_model, &l);
	put_options(rq, "kinds", equipment_kinds);
	put_options(rq, "states", equipment_states);
	put_text(rq->view, "q", q);
	put_flag(rq->view, "may_write", may(rq, EQUIPMENT_WRITE));
	put_flag(rq->view, "may_map", may(rq, POSITION_READ));
	TRY(put_mine(rq));
	return page(rq, "equipment/list");
}

enum err equipment_due_list(struct req *rq)
{
	struct list l;
	int64_t days, until;

	TRY(calibration_terms(rq, "", &days, &until));
	TRY(db_all(rq, &device_row_model, &l,
		DEVICE_ROWS " WHERE ($1 = 0 OR e.area = $1) AND e.calibration_due > 0 AND "
			    "e.calibration_due < $2 AND e.state <> 'scrapped' ORDER BY "
			    "e.calibration_due, e.number LIMIT 500",
		rq->user->area, until));
	TRY(put_due(rq, &l));
	show_table(rq, "devices", &device_row_model, &l);
	put_text(rq->view, "until", date_text(rq->arena, until));
	return page(rq, "equipment/due");
}

/* ---- form -------------------------------------------------------------------------------------
 */
static enum err put_areas(struct req *rq, int64_t chosen)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "areas");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE name_en END FROM "
		"pub_areas WHERE CAST($1 AS bigint) = 0 OR id = $1 ORDER BY id",
		rq->user->area, rq->zh));
	TRY(options_of(rq, r, list, chosen));
	put_flag(rq->view, "whole_district", rq->user->area == 0);
	return OK;
}

static enum err put_form(struct req *rq, const struct equipment *e)
{
	put_text(rq->view, "action",
		e->id ? arena_printf(rq->arena, "/equipment/%" PRId64, e->id) : "/equipment");
	put_flag(rq->view, "is_new", e->id == 0);
	put_text(rq->view, "title", e->id ? e->number : "");
	show_form(rq, "form", &equipment_model, e);
	return put_areas(rq, e->area);
}

static enum err area_read(struct req *rq, struct equipment *e)
{
	int64_t known;

	e->area = rq->user->area ? rq->user->area : form_int(rq, "area", 0);
	TRY(db_int(rq, &known, "SELECT count(*) FROM pub_areas WHERE id = $1", e->area));
	return known || !e->area ? OK : fail(rq, E_INVALID, "There is no such town.");
}

/* What a form cannot know by itself: numbers that are taken, cameras that do not exist. */
static enum err particulars_check(struct req *rq, const struct equipment *e)
{
	int64_t same, there;

	TRY(db_int(rq, &same, "SELECT count(*) FROM equipment WHERE number = $1 AND id <> $2",
		e->number, e->id));
	if (same)
		field_error(rq, "number", "Another device has this number.");
	TRY(db_int(rq, &there, "SELECT count(*) FROM pub_cameras WHERE id = $1", e->camera));
	if (e->camera && !there)
		field_error(rq, "camera", "There is no camera with this number.");
	return OK;
}

enum err equipment_new(struct req *rq)
{
	struct equipment e = { .kind = "body_camera", .area = rq->user->area };

	TRY(put_form(rq, &e));
	return page(rq, "equipment/form");
}

static enum err form_take(struct req *rq, struct equipment *e, bool *again)
{
	enum err bad = form_read(rq, &equipment_model, e);

	if (bad && bad != E_INVALID)
		return bad;
	if (!bad)
		TRY(particulars_check(rq, e));
	*again = bad || form_failed(rq);
	return *again ? put_form(rq, e) : OK;
}

enum err equipment_create(struct req *rq)
{
	struct equipment e = { 0 };
	bool again;

	TRY(area_read(rq, &e));
	TRY(form_take(rq, &e, &again));
	if (again)
		return form_again(rq, "equipment/form");
	TRY(equipment_register(rq, &e));
	notice(rq, "The device was registered.");
	return redirect(rq, "/equipment/%" PRId64, e.id);
}

enum err equipment_edit(struct req *rq)
{
	struct equipment e;

	TRY(equipment_load(rq, rq->id, &e));
	TRY(put_form(rq, &e));
	return page(rq, "equipment/form");
}

enum err equipment_save(struct req *rq)
{
	struct equipment e;
	bool again;

	TRY(equipment_load(rq, rq->id, &e));
	TRY(form_take(rq, &e, &again));
	if (again)
		return form_again(rq, "equipment/form");
	TRY(equipment_put(rq, &e, EQUIPMENT_CHANGED, NULL));
	notice(rq, "The change was kept.");
	return redirect(rq, "/equipment/%" PRId64, e.id);
}
