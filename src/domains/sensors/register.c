/* The register of stores: list, particulars. */
#include "contracts/facts.h"
#include "domains/sensors/sensors.h"

enum err storeroom_load(struct req *rq, int64_t id, struct storeroom *s)
{
	TRY(db_one(rq, &storeroom_model, s, "SELECT * FROM sensor_stores WHERE id = $1", id));
	return in_area(rq, s->area);
}

enum err storeroom_register(struct req *rq, struct storeroom *s)
{
	TRY(db_int(rq, &s->area, "SELECT area FROM pub_operators WHERE id = $1", s->operator));
	TRY(in_area(rq, s->area));
	s->state = "open";
	s->created_at = rq->now;
	TRY(db_insert(rq, &storeroom_model, s));
	return emit(rq, STORE_REGISTERED, s->id, s->operator, json_of(rq, &storeroom_model, s));
}

void put_fact(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

enum err put_operator(struct req *rq, int64_t operator)
{
	const char *name;
	enum err e = db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", operator);

	if (e == E_NOT_FOUND)
		return fail(rq, E_INVALID,
			"Open the file of the business first and register its store from there.");
	TRY(e);
	put_text(rq->view, "operator_name", name);
	put_printf(rq->view, "operator", "%" PRId64, operator);
	return OK;
}

/* ---- list ---------------------------------------------------------------------- */
struct store_row {
	int64_t id;
	const char *name, *kind, *state, *operator_name, *area_name;
	int64_t sensors, alarms, gaps, heard_at;
};
static const struct choice row_states[] = { { "open", "In use", "green" },
	{ "closed", "Out of use", "neutral" }, { 0 } };
static const struct model store_row_model = MODEL("sensor_stores", struct store_row,
	FIELDS(STORED(struct store_row, id), STORED(struct store_row, name),
		STORED(struct store_row, kind, .choices = store_kinds),
		STORED(struct store_row, state, .choices = row_states),
		STORED(struct store_row, operator_name), STORED(struct store_row, area_name),
		STORED(struct store_row, sensors), STORED(struct store_row, alarms),
		STORED(struct store_row, gaps), STORED(struct store_row, heard_at, .as = AS_TIME)));

static void put_options(struct req *rq, const char *chosen)
{
	static const char *const shows[][2] = { { "", "All" }, { "alarm", "In alarm" },
		{ "gap", "Without readings" }, { "closed", "Out of use" } };
	struct node *list = put_list(rq->view, "shows");

	list->hidden = true;
	for (size_t i = 0; i < sizeof(shows) / sizeof(*shows); i++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", shows[i][0]);
		put_text(n, "label", tr(rq, shows[i][1]));
		put_flag(n, "selected", text_is(chosen, shows[i][0]));
	}
}

static enum err put_towns(struct req *rq, int64_t chosen)
{
	struct node *list = put_list(rq->view, "towns");
	struct rows *r;

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($1 AS bigint) = 1 THEN name ELSE name_en END FROM "
		"pub_areas WHERE ($2 = 0 OR id = $2) AND id IN (SELECT area FROM sensor_stores) "
		"ORDER BY id",
		rq->zh, rq->user->area));
	return options_of(rq, r, list, chosen);
}

/* Those in alarm first. */
enum err storeroom_index(struct req *rq)
{
	struct list l;
	struct law w;
	struct paging p = paging(rq, 50);
	const char *q = query_text(rq, "q"), *shown = query_text(rq, "show");
	int64_t town = query_int(rq, "town", 0);

	TRY(law_load(rq, &w));
	TRY(db_all(rq, &store_row_model, &l,
		"SELECT * FROM (SELECT s.id, s.name, s.kind, s.state, o.name AS operator_name, "
		"CASE WHEN CAST($9 AS bigint) = 1 THEN a.name ELSE a.name_en END AS area_name,"
		" (SELECT count(*) FROM sensors n WHERE n.store = s.id AND n.state <> 'closed') AS "
		"sensors,"
		" (SELECT count(*) FROM sensor_alarms m WHERE m.store = s.id AND m.ended_at = 0 "
		"AND "
		"m.state <> 'rejected' AND m.rule <> 'gap') AS alarms,"
		" (SELECT count(*) FROM sensor_alarms m WHERE m.store = s.id AND m.ended_at = 0 "
		"AND "
		"m.rule = 'gap') AS gaps,"
		" (SELECT coalesce(max(f.last_at), 0) FROM sensors n JOIN sensor_feed f ON "
		"f.sensor "
		"= n.id WHERE n.store = s.id) AS heard_at"
		" FROM sensor_stores s JOIN pub_operators o ON o.id = s.operator JOIN pub_areas a "
		"ON a.id = s.area"
		" WHERE ($1 = 0 OR s.area = $1) AND ($2 = 0 OR s.area = $2)"
		" AND ($3 = 'closed' AND s.state = 'closed' OR $3 <> 'closed' AND s.state = 'open')"
		" AND ($4 = '' OR lower(o.name) LIKE lower($5) OR lower(s.name) LIKE lower($5))) x"
		" WHERE ($6 <> 'alarm' OR x.alarms > 0) AND ($6 <> 'gap' OR x.gaps > 0)"
		" ORDER BY CASE WHEN x.alarms > 0 THEN 0 WHEN x.gaps > 0 THEN 1 ELSE 2 END, x.id "
		"DESC LIMIT $7 OFFSET $8",
		rq->user->area, town, shown, q, arena_printf(rq->arena, "%%%s%%", q), shown,
		p.limit, p.offset, rq->zh));
	show_pages(rq, p, &l);
	show_table(rq, "stores", &store_row_model, &l);
	put_options(rq, shown);
	TRY(put_towns(rq, town));
	put_text(rq->view, "q", q);
	return page(rq, "sensors/stores");
}

/* ---- particulars ------------------------------------------------------------------ */
enum err storeroom_new(struct req *rq)
{
	struct storeroom s = { .operator= query_int(rq, "operator", 0), .kind = "cold" };

	TRY(put_operator(rq, s.operator));
	put_text(rq->view, "action", "/stores");
	show_form(rq, "form", &storeroom_model, &s);
	return page(rq, "sensors/store_form");
}

static enum err storeroom_form_again(struct req *rq, const struct storeroom *s, const char *action)
{
	TRY(put_operator(rq, s->operator));
	put_text(rq->view, "action", action);
	show_form(rq, "form", &storeroom_model, s);
	return form_again(rq, "sensors/store_form");
}

enum err storeroom_create(struct req *rq)
{
	struct storeroom s = { .operator= form_int(rq, "operator", 0) };

	if (form_read(rq, &storeroom_model, &s))
		return storeroom_form_again(rq, &s, "/stores");
	TRY(put_operator(rq, s.operator));
	TRY(storeroom_register(rq, &s));
	notice(rq, "The store was registered. Now register its sensors.");
	return redirect(rq, "/stores/%" PRId64, s.id);
}

enum err storeroom_edit(struct req *rq)
{
	struct storeroom s;

	TRY(storeroom_load(rq, rq->id, &s));
	TRY(put_operator(rq, s.operator));
	put_printf(rq->view, "action", "/stores/%" PRId64, s.id);
	show_form(rq, "form", &storeroom_model, &s);
	return page(rq, "sensors/store_form");
}

static enum err storeroom_changed(struct req *rq, struct storeroom *s)
{
	TRY(db_update(rq, &storeroom_model, s));
	TRY(emit(rq, STORE_CHANGED, s->id, s->operator, json_of(rq, &storeroom_model, s)));
	return redirect(rq, "/stores/%" PRId64, s->id);
}

enum err storeroom_save(struct req *rq)
{
	struct storeroom s;

	TRY(storeroom_load(rq, rq->id, &s));
	if (form_read(rq, &storeroom_model, &s))
		return storeroom_form_again(
			rq, &s, arena_printf(rq->arena, "/stores/%" PRId64, s.id));
	return storeroom_changed(rq, &s);
}

enum err storeroom_close(struct req *rq)
{
	struct storeroom s;
	int64_t left;

	TRY(storeroom_load(rq, rq->id, &s));
	TRY(db_int(rq, &left, "SELECT count(*) FROM sensors WHERE store = $1 AND state <> 'closed'",
		s.id));
	if (left && text_is(s.state, "open"))
		return fail(rq, E_CONFLICT, "Take the sensors of the store out of use first.");
	s.state = text_is(s.state, "open") ? "closed" : "open";
	return storeroom_changed(rq, &s);
}
