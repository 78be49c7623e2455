-- Tasks of the grid. source and ref: the fact they come from and what it is about, '' and 0 when given by hand.
CREATE TABLE grid_tasks (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('draw', 'recheck', 'warning', 'lead', 'correction', 'visit')),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	officer bigint NOT NULL,
	officer2 bigint NOT NULL,
	source text NOT NULL,
	ref bigint NOT NULL,
	words text NOT NULL,
	due_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
	made_by bigint NOT NULL,
	made_at bigint NOT NULL,
	escalated_at bigint NOT NULL,
	escalated_to bigint NOT NULL,
	done_by bigint NOT NULL,
	done_at bigint NOT NULL,
	outcome text NOT NULL
) STRICT;
CREATE INDEX grid_tasks_officer ON grid_tasks (officer, state, due_at);
CREATE INDEX grid_tasks_officer2 ON grid_tasks (officer2, state, due_at);
CREATE INDEX grid_tasks_due ON grid_tasks (due_at) WHERE state = 'open' AND escalated_at = 0;
CREATE INDEX grid_tasks_operator ON grid_tasks (operator, state);
CREATE INDEX grid_tasks_area ON grid_tasks (area, state, due_at);

CREATE VIEW pub_grid_tasks AS
	SELECT id, kind, operator, area, officer, officer2, source, ref, due_at, state, made_at, escalated_at, done_at FROM grid_tasks;
