-- For the case's own clocks and calendar: what of a fine is still to be done, and until when.
CREATE VIEW pub_fine_clocks AS
	SELECT k.id, f.case_id, f.area, k.kind, k.due FROM fine_clocks k JOIN fines f ON f.id = k.fine WHERE k.state <> 'done';
