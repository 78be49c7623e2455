-- Clocks of fines that run or are over, for the list of what waits and for the clocks of the case.
CREATE VIEW pub_fine_clocks AS
	SELECT c.id, f.case_id, f.operator, f.area, f.officer1, f.officer2, f.number, c.kind, c.due, c.clause
	FROM fine_clocks c JOIN fines f ON f.id = c.fine WHERE c.state <> 'done' AND f.settled_at = 0;
