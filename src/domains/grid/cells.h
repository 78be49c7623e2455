/* Private to the room of the grid: cells and where operators lie. The demonstration writes through
 * cells_replace and cell_charge. */
#ifndef GRID_CELLS_H
#define GRID_CELLS_H

#include "domains/grid/geometry.h"
#include "domains/grid/grid.h"

struct cell {
	int64_t id, version, area;
	const char *code, *name, *shape;
	int64_t lat_min, lat_max, lon_min, lon_max;
	const char *state;
	int64_t made_by, made_at;
};
struct charge {
	int64_t id, version, area, officer, changed_by, changed_at;
};
extern const struct model cell_model, charge_model;

/* New cells of a town in the place of all it has; tells grid.cells_changed and orders the job that
 * places its operators anew. Only code, name and shape of the cells are read. digest: of the file.
 */
struct cells {
	int64_t area;
	struct cell *at;
	size_t n;
	const char *digest;
};
enum err cells_replace(struct req *rq, const struct cells *c);
/* Names the officer who answers for a cell, or for a town's catch-all; 0: nobody. */
enum err cell_charge(struct req *rq, int64_t cell, int64_t officer);
/* Who answers for the operator now; 0 when nobody is named. */
enum err officer_of(struct req *rq, int64_t operator, int64_t * officer);

/* Places all operators of a town; how many were moved. */
enum err places_rebuild(struct req *rq, int64_t area, int64_t *moved);
enum err places_job(struct req *rq, const struct job *j, void *result);
enum err on_operator_placed(struct req *rq, const struct event *e);

/* import.c */
enum err cells_form(struct req *rq);
enum err cells_import(struct req *rq);
/* map.c */
enum err grid_map(struct req *rq);
enum err cell_page(struct req *rq);
enum err cell_charge_step(struct req *rq);
enum err missing_list(struct req *rq);

#endif
