-- What is still to be done, for desks: with its words and whom it was brought before.
CREATE INDEX grid_tasks_open ON grid_tasks (due_at, id) WHERE state = 'open';
CREATE VIEW pub_grid_work AS
	SELECT id, kind, operator, area, officer, officer2, escalated_to, words, due_at FROM grid_tasks WHERE state = 'open';
