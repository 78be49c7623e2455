-- One more kind of task: a new decision that a review body or a court ordered. The views are made again as they were.
DROP VIEW pub_grid_tasks;
DROP VIEW pub_grid_work;
CREATE TABLE grid_tasks_kept (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('draw', 'recheck', 'warning', 'lead', 'correction', 'visit', 'anew')),
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
INSERT INTO grid_tasks_kept SELECT id, version, kind, operator, area, officer, officer2, source, ref, words, due_at, state, made_by,
	made_at, escalated_at, escalated_to, done_by, done_at, outcome FROM grid_tasks;
DROP TABLE grid_tasks;
ALTER TABLE grid_tasks_kept RENAME TO grid_tasks;
CREATE INDEX grid_tasks_officer ON grid_tasks (officer, state, due_at);
CREATE INDEX grid_tasks_officer2 ON grid_tasks (officer2, state, due_at);
CREATE INDEX grid_tasks_due ON grid_tasks (due_at) WHERE state = 'open' AND escalated_at = 0;
CREATE INDEX grid_tasks_operator ON grid_tasks (operator, state);
CREATE INDEX grid_tasks_area ON grid_tasks (area, state, due_at);
CREATE INDEX grid_tasks_open ON grid_tasks (due_at, id) WHERE state = 'open';

CREATE VIEW pub_grid_tasks AS
	SELECT id, kind, operator, area, officer, officer2, source, ref, due_at, state, made_at, escalated_at, done_at FROM grid_tasks;
CREATE VIEW pub_grid_work AS
	SELECT id, kind, operator, area, officer, officer2, escalated_to, words, due_at FROM grid_tasks WHERE state = 'open';
