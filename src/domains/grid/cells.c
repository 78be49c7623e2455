/* Cells, who answers for them, and in which of them each operator lies.
 *
 * An operator is looked for in the cells of the town it is registered in, in the order of their
 * codes (where an import let two overlap, the first has it); what has no coordinates, or lies in
 * none of them, is in the town's catch-all and on the list of what is missing. */
#include "domains/grid/cells.h"

#include "contracts/facts.h"

const struct model cell_model = MODEL("grid_cells", struct cell, .witnessed = true,
	FIELDS(STORED(struct cell, id, .as = AS_ID), STORED(struct cell, version),
		STORED(struct cell, area), STORED(struct cell, code), STORED(struct cell, name),
		STORED(struct cell, shape), STORED(struct cell, lat_min, .as = AS_DEGREES),
		STORED(struct cell, lat_max, .as = AS_DEGREES),
		STORED(struct cell, lon_min, .as = AS_DEGREES),
		STORED(struct cell, lon_max, .as = AS_DEGREES), STORED(struct cell, state),
		STORED(struct cell, made_by, .as = AS_ID),
		STORED(struct cell, made_at, .as = AS_TIME)));
const struct model charge_model = MODEL("grid_charges", struct charge, .witnessed = true,
	FIELDS(STORED(struct charge, id, .as = AS_ID), STORED(struct charge, version),
		STORED(struct charge, area), STORED(struct charge, officer, .as = AS_ID),
		STORED(struct charge, changed_by, .as = AS_ID),
		STORED(struct charge, changed_at, .as = AS_TIME)));

/* ---- where an operator lies ---------------------------------------------------------------------
 */
struct place {
	int64_t cell;
	const char *how;
};
struct town {
	int64_t area;
	struct list cells; /* in the order of their codes */
	struct shape *shapes;
};

static enum err town_load(struct req *rq, int64_t area, struct town *t)
{
	*t = (struct town){ .area = area };
	TRY(db_all(rq, &cell_model, &t->cells,
		"SELECT * FROM grid_cells WHERE area = $1 AND state = 'active' ORDER BY code",
		area));
	t->shapes = NEWS(rq->arena, struct shape, t->cells.n + 1);
	const struct cell *c = LIST_OF(struct cell, &t->cells);
	for (size_t i = 0; i < t->cells.n; i++)
		if (!shape_read(rq->arena, c[i].shape, &t->shapes[i]))
			return fail(rq, E_INTERNAL, "The shape of the cell %s cannot be read.",
				c[i].code);
	return OK;
}

static struct place place_in(const struct town *t, struct point p)
{
	const struct cell *c = LIST_OF(struct cell, &t->cells);

	if (!p.lat && !p.lon)
		return (struct place){ t->area, "unplaced" };
	for (size_t i = 0; i < t->cells.n; i++)
		if (shape_has(&t->shapes[i], p))
			return (struct place){ c[i].id, "cell" };
	return (struct place){ t->area, "outside" };
}

static enum err place_put(struct req *rq, int64_t operator, int64_t area, struct place p)
{
	return db_run(rq,
		"INSERT INTO grid_places (operator, area, cell, how) VALUES ($1, $2, $3, $4) ON "
		"CONFLICT (operator) DO UPDATE SET area = excluded.area, cell = excluded.cell, how "
		"= "
		"excluded.how",
		operator, area, p.cell, p.how);
}

/* Only the cells whose bounds have the point are read: few, whatever the district. */
enum err on_operator_placed(struct req *rq, const struct event *e)
{
	struct rows *r;
	struct list l;
	bool more;
	struct shape s;

	TRY(db_query(rq, &r, "SELECT area, lat, lon FROM pub_operators WHERE id = $1", e->subject));
	TRY(rows_next(r, &more));
	if (!more)
		return OK;
	int64_t area = rows_int(r, 0);
	const struct point p = { rows_int(r, 1), rows_int(r, 2) };
	rows_close(r);
	struct place at = { area, p.lat || p.lon ? "outside" : "unplaced" };
	TRY(db_all(rq, &cell_model, &l,
		"SELECT * FROM grid_cells WHERE area = $1 AND state = 'active' AND lat_min <= $2 "
		"AND "
		"lat_max >= $2 AND lon_min <= $3 AND lon_max >= $3 ORDER BY code DESC",
		area, p.lat, p.lon));
	for (const struct cell *c = LIST_OF(struct cell, &l); c < LIST_END(struct cell, &l); c++)
		if (shape_read(rq->arena, c->shape, &s) && shape_has(&s, p))
			at = (struct place){ c->id, "cell" };
	return place_put(rq, e->subject, area, at);
}

/* ---- all of a town ------------------------------------------------------------------------------
 */
struct place_row {
	int64_t operator, area, cell;
	const char *how;
};
static const struct model place_model = MODEL("grid_places", struct place_row,
	FIELDS(STORED(struct place_row, operator), STORED(struct place_row, area),
		STORED(struct place_row, cell), STORED(struct place_row, how)));

/* Where all operators of a town lie; room: how many there are. */
struct placing {
	struct place_row *rows;
	int64_t n, room, moved;
};

static enum err places_find(struct req *rq, const struct town *t, struct placing *p)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT o.id, o.lat, o.lon, coalesce(p.cell, 0), coalesce(p.how, ''), "
		"coalesce(p.area, 0) FROM pub_operators o LEFT JOIN grid_places p ON p.operator = "
		"o.id WHERE o.area = $1",
		t->area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more || p->n == p->room)
			break;
		struct place to = place_in(t, (struct point){ rows_int(r, 1), rows_int(r, 2) });
		p->moved += to.cell != rows_int(r, 3) || !text_is(to.how, rows_text(r, 4)) ||
			    rows_int(r, 5) != t->area;
		p->rows[p->n++] = (struct place_row){ rows_int(r, 0), t->area, to.cell, to.how };
	}
	rows_close(r);
	return OK;
}

/* The rows of the whole town anew: a statement for a hundred operators, where one for each that
 * moved would take a minute for a large town. */
enum err places_rebuild(struct req *rq, int64_t area, int64_t *moved)
{
	struct town t;
	struct placing p = { 0 };

	TRY(town_load(rq, area, &t));
	TRY(db_int(rq, &p.room, "SELECT count(*) FROM pub_operators WHERE area = $1", area));
	p.rows = NEWS(rq->arena, struct place_row, (size_t)p.room + 1);
	TRY(places_find(rq, &t, &p));
	*moved = p.moved;
	if (!p.moved)
		return OK;
	TRY(db_run(rq,
		"DELETE FROM grid_places WHERE operator IN (SELECT id FROM pub_operators WHERE "
		"area = $1)",
		area));
	return db_insert_all(rq, &place_model, p.rows, (size_t)p.n);
}

enum err places_job(struct req *rq, const struct job *j, void *result)
{
	int64_t moved;

	(void)result;
	return places_rebuild(rq, j->subject, &moved);
}

/* ---- writing ------------------------------------------------------------------------------------
 */
static enum err old_close(struct req *rq, int64_t area)
{
	struct list l;

	TRY(db_all(rq, &cell_model, &l,
		"SELECT * FROM grid_cells WHERE area = $1 AND state = 'active'", area));
	for (struct cell *c = LIST_OF(struct cell, &l); c < LIST_END(struct cell, &l); c++) {
		c->state = "closed";
		TRY(db_update(rq, &cell_model, c));
	}
	return OK;
}

/* Who answered for a cell of that code goes on answering for it. */
static enum err charge_carry(struct req *rq, const struct cell *c)
{
	int64_t officer = 0;
	enum err e = db_int(rq, &officer,
		"SELECT h.officer FROM grid_charges h JOIN grid_cells c ON c.id = h.id WHERE "
		"c.area = "
		"$1 AND c.code = $2 AND c.state = 'closed' ORDER BY c.made_at DESC, c.id DESC "
		"LIMIT 1",
		c->area, c->code);

	if (e == E_NOT_FOUND || (!e && !officer))
		return OK;
	TRY(e);
	struct charge h = { c->id, 0, c->area, officer, rq->user->id, rq->now };
	return db_insert(rq, &charge_model, &h);
}

enum err cells_replace(struct req *rq, const struct cells *all)
{
	struct shape s;

	TRY(old_close(rq, all->area));
	for (struct cell *c = all->at; c < all->at + all->n; c++) {
		if (!shape_read(rq->arena, c->shape, &s))
			return fail(
				rq, E_INVALID, "The shape of the cell %s cannot be read.", c->code);
		c->area = all->area;
		c->lat_min = s.min.lat;
		c->lat_max = s.max.lat;
		c->lon_min = s.min.lon;
		c->lon_max = s.max.lon;
		c->state = "active";
		c->made_by = rq->user->id;
		c->made_at = rq->now;
		TRY(db_insert(rq, &cell_model, c));
		TRY(charge_carry(rq, c));
	}
	TRY(emit(rq, GRID_CELLS_CHANGED, all->area, 0,
		json_pairs(rq, "cells", arena_printf(rq->arena, "%zu", all->n), "file", all->digest,
			NULL)));
	return job_add(rq, .kind = "grid.places", .subject = all->area);
}

enum err cell_charge(struct req *rq, int64_t cell, int64_t officer)
{
	struct list l;
	int64_t area, fits;

	TRY(db_int(rq, &area, "SELECT area FROM pub_grid_cells WHERE id = $1", cell));
	TRY(in_area(rq, area));
	TRY(db_int(rq, &fits,
		"SELECT count(*) FROM pub_officers WHERE officer = $1 AND (area = 0 OR area = $2)",
		officer, area));
	if (officer && !fits)
		return fail(rq, E_INVALID, "Choose an officer of this station.");
	TRY(db_all(rq, &charge_model, &l, "SELECT * FROM grid_charges WHERE id = $1", cell));
	struct charge fresh = { .id = cell, .area = area },
		      *c = l.n ? LIST_OF(struct charge, &l) : &fresh;
	c->officer = officer;
	c->changed_by = rq->user->id;
	c->changed_at = rq->now;
	TRY(l.n ? db_update(rq, &charge_model, c) : db_insert(rq, &charge_model, c));
	return emit(rq, GRID_CELL_CHARGED, cell, 0, json_of(rq, &charge_model, c));
}

enum err officer_of(struct req *rq, int64_t operator, int64_t * officer)
{
	enum err e = db_int(
		rq, officer, "SELECT officer FROM pub_grid_places WHERE operator = $1", operator);

	if (e == E_NOT_FOUND)
		*officer = 0;
	return e == E_NOT_FOUND ? OK : e;
}
