-- Grid cells of a town. shape: rings of "lon,lat" in micro-degrees, parted by ';'. What lies in no cell of its town lies in the
-- town's catch-all cell, whose id is the town's, so each operator is in exactly one cell.
CREATE TABLE grid_cells (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	area bigint NOT NULL,
	code text NOT NULL,
	name text NOT NULL,
	shape text NOT NULL,
	lat_min bigint NOT NULL,
	lat_max bigint NOT NULL,
	lon_min bigint NOT NULL,
	lon_max bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('active', 'closed')),
	made_by bigint NOT NULL,
	made_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX grid_cells_code ON grid_cells (area, code) WHERE state = 'active';

-- Who answers for a cell (the id is the cell's, or the town's for the catch-all).
CREATE TABLE grid_charges (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	area bigint NOT NULL,
	officer bigint NOT NULL,
	changed_by bigint NOT NULL,
	changed_at bigint NOT NULL
) STRICT;
CREATE INDEX grid_charges_officer ON grid_charges (officer);

-- Where each operator lies: worked out from its coordinates, by the rule of geometry.h; can be made again at any time.
CREATE TABLE grid_places (
	operator bigint NOT NULL PRIMARY KEY,
	area bigint NOT NULL,
	cell bigint NOT NULL,
	how text NOT NULL CHECK (how IN ('cell', 'outside', 'unplaced'))
) STRICT;
CREATE INDEX grid_places_cell ON grid_places (cell, operator);
CREATE INDEX grid_places_missing ON grid_places (area, operator) WHERE how <> 'cell';

CREATE VIEW pub_grid_cells AS
	SELECT id, area, code, name, 0 AS catch_all FROM grid_cells WHERE state = 'active'
	UNION ALL SELECT id, id, code, name, 1 FROM pub_areas;
CREATE VIEW pub_grid_places AS
	SELECT p.operator, p.area, p.cell, p.how, coalesce(c.officer, 0) AS officer
	FROM grid_places p LEFT JOIN grid_charges c ON c.id = p.cell;
