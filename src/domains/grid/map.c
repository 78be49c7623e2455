/* Screens of the cells: all of them on the map, one with its businesses, and what lies in none. */
#include "domains/grid/cells.h"

#include "contracts/facts.h"

enum { CELLS_SHOWN = 1000, OPERATORS_SHOWN = 500, PAGE_ROWS = 50 };

/* ---- shapes for the map -------------------------------------------------------------------------
 */
static const struct choice no_keys[] = { { 0 } };

/* {"label","href","tone","rings":[[lat,lon,lat,lon,...]]}, micro-degrees. */
static void put_shape(struct req *rq, struct node *shapes, const char *text, const char *label)
{
	struct shape s;

	if (!shape_read(rq->arena, text, &s))
		return;
	struct node *n = put_map(shapes, NULL), *rings;
	put_text(n, "label", label);
	rings = put_list(n, "rings");
	for (size_t r = 0; r < s.rings; r++) {
		struct node *ring = put_list(rings, NULL);
		for (size_t i = s.ring[r]; i < s.ring[r + 1]; i++) {
			put_int(ring, NULL, s.at[i].lat);
			put_int(ring, NULL, s.at[i].lon);
		}
	}
}

/* ---- all cells ----------------------------------------------------------------------------------
 */
struct cell_row {
	int64_t id, area, catch_all;
	const char *code, *name, *town, *officer_name;
	int64_t officer, operators, missing;
	const char *shape;
};
static const struct model cell_row_model = MODEL("grid_cells", struct cell_row,
	FIELDS(STORED(struct cell_row, id, .as = AS_ID), STORED(struct cell_row, area),
		STORED(struct cell_row, catch_all), STORED(struct cell_row, code),
		STORED(struct cell_row, name), STORED(struct cell_row, town),
		STORED(struct cell_row, officer_name),
		STORED(struct cell_row, officer, .as = AS_ID), STORED(struct cell_row, operators),
		STORED(struct cell_row, missing), STORED(struct cell_row, shape, .as = AS_SECRET)));

enum err grid_map(struct req *rq)
{
	struct list l;
	struct node *data = node_map(rq->arena), *shapes = put_list(data, "shapes");
	int64_t missing = 0;

	put_list(data, "points");
	TRY(db_all(rq, &cell_row_model, &l,
		"SELECT c.id, c.area, c.catch_all, c.code, c.name, CASE WHEN CAST($1 AS bigint) = "
		"1 "
		"THEN a.name ELSE a.name_en END AS town, coalesce(u.name, '') AS officer_name, "
		"coalesce(h.officer, 0) AS officer, coalesce(p.n, 0) AS operators, coalesce(p.m, "
		"0) "
		"AS missing, coalesce(g.shape, '') AS shape FROM pub_grid_cells c JOIN pub_areas a "
		"ON "
		"a.id = c.area LEFT JOIN grid_cells g ON g.id = c.id LEFT JOIN grid_charges h ON "
		"h.id "
		"= c.id LEFT JOIN pub_users u ON u.id = h.officer LEFT JOIN (SELECT cell, count(*) "
		"AS n, sum(CASE WHEN how = 'cell' THEN 0 ELSE 1 END) AS m FROM grid_places GROUP "
		"BY "
		"cell) p ON p.cell = c.id WHERE (CAST($2 AS bigint) = 0 OR c.area = $2) ORDER BY "
		"c.area, c.catch_all, c.code, c.id LIMIT $3",
		rq->zh, rq->user->area, (int)CELLS_SHOWN));
	for (struct cell_row *c = LIST_OF(struct cell_row, &l); c < LIST_END(struct cell_row, &l);
		c++) {
		missing += c->missing;
		if (*c->shape)
			put_shape(rq, shapes, c->shape,
				arena_printf(rq->arena, "%s · %s · %" PRId64, c->name,
					*c->officer_name ? c->officer_name : tr(rq, "nobody"),
					c->operators));
	}
	struct node *rows = show_table(rq, "cells", &cell_row_model, &l);
	for (struct node *n = rows->first; n; n = n->next)
		put_flag(n, "rest", node_int(n, "catch_all", 0) != 0)->hidden = true;
	put_int(rq->view, "missing", missing);
	put_flag(rq->view, "may_write", may(rq, GRID_WRITE))->hidden = true;
	show_map(rq, &(struct map_view){ tr(rq, "Grid cells"), "", 0, data, no_keys });
	return page(rq, "grid/map");
}

/* ---- one cell -----------------------------------------------------------------------------------
 */
struct placed_row {
	int64_t id, lat, lon;
	const char *name, *address, *how;
};
static const struct choice hows[] = {
	{ "cell", "In its cell", "green" },
	{ "outside", "Outside of the cells of its town", "yellow" },
	{ "unplaced", "Without coordinates", "yellow" },
	{ 0 },
};
static const struct model placed_row_model = MODEL("grid_places", struct placed_row,
	FIELDS(STORED(struct placed_row, id, .as = AS_ID),
		STORED(struct placed_row, lat, .as = AS_DEGREES),
		STORED(struct placed_row, lon, .as = AS_DEGREES), STORED(struct placed_row, name),
		STORED(struct placed_row, address),
		STORED(struct placed_row, how, .choices = hows)));

struct cell_head {
	int64_t id, area, catch_all, officer;
	const char *code, *name, *shape;
};
static const struct model cell_head_model = MODEL("grid_cells", struct cell_head,
	FIELDS(STORED(struct cell_head, id, .as = AS_ID), STORED(struct cell_head, area),
		STORED(struct cell_head, catch_all), STORED(struct cell_head, officer, .as = AS_ID),
		STORED(struct cell_head, code), STORED(struct cell_head, name),
		STORED(struct cell_head, shape, .as = AS_SECRET)));

static void put_operators_on_map(struct req *rq, const struct list *l, const struct cell_head *c)
{
	struct node *data = node_map(rq->arena), *points = put_list(data, "points");

	if (*c->shape)
		put_shape(rq, put_list(data, "shapes"), c->shape, c->name);
	for (const struct placed_row *p = LIST_OF(struct placed_row, l);
		p < LIST_END(struct placed_row, l); p++)
		if (p->lat || p->lon)
			put_point(points,
				&(struct map_point){ .id = p->id,
					.lat = p->lat,
					.lon = p->lon,
					.label = p->name,
					.state = p->address,
					.href = arena_printf(
						rq->arena, "/operators/%" PRId64, p->id),
					.tone = text_is(p->how, "cell") ? "green" : "yellow" });
	show_map(rq, &(struct map_view){ tr(rq, "Businesses of the cell"), "", 0, data, hows });
}

enum err cell_page(struct req *rq)
{
	struct cell_head c;
	struct list l;
	const char *town;

	TRY(db_one(rq, &cell_head_model, &c,
		"SELECT c.id, c.area, c.catch_all, coalesce(h.officer, 0) AS officer, c.code, "
		"c.name, "
		"coalesce(g.shape, '') AS shape FROM pub_grid_cells c LEFT JOIN grid_charges h ON "
		"h.id "
		"= c.id LEFT JOIN grid_cells g ON g.id = c.id WHERE c.id = $1",
		rq->id));
	TRY(in_area(rq, c.area));
	TRY(db_all(rq, &placed_row_model, &l,
		"SELECT o.id, o.lat, o.lon, o.name, o.address, p.how FROM grid_places p JOIN "
		"pub_operators o ON o.id = p.operator WHERE p.cell = $1 AND o.state = 'ACTIVE' "
		"ORDER "
		"BY o.name, o.id LIMIT $2",
		c.id, (int)OPERATORS_SHOWN));
	show(rq, "cell", &cell_head_model, &c);
	show_table(rq, "operators", &placed_row_model, &l);
	TRY(town_name(rq, c.area, &town));
	put_text(rq->view, "town", town);
	put_text(rq->view, "officer_name", person_name(rq, c.officer));
	put_flag(rq->view, "rest", c.catch_all != 0)->hidden = true;
	put_int(rq->view, "shown", (int64_t)l.n);
	put_operators_on_map(rq, &l, &c);
	put_flag(rq->view, "may_write", may(rq, GRID_WRITE))->hidden = true;
	if (may(rq, GRID_WRITE))
		TRY(put_officers(rq, "officers", c.area, c.officer));
	TRY(put_history(rq, c.id));
	return page(rq, "grid/cell");
}

enum err cell_charge_step(struct req *rq)
{
	TRY(cell_charge(rq, rq->id, form_int(rq, "officer", 0)));
	notice(rq, "The change was kept.");
	return redirect(rq, "/grid/%" PRId64, rq->id);
}

/* ---- what is missing
 * ----------------------------------------------------------------------------- */
enum err missing_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &placed_row_model, &l,
		"SELECT o.id, o.lat, o.lon, o.name, o.address, p.how FROM grid_places p JOIN "
		"pub_operators o ON o.id = p.operator WHERE p.how <> 'cell' AND o.state = 'ACTIVE' "
		"AND "
		"(CAST($1 AS bigint) = 0 OR p.area = $1) ORDER BY p.area, o.id LIMIT $2 OFFSET $3",
		rq->user->area, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "operators", &placed_row_model, &l);
	return page(rq, "grid/missing");
}
