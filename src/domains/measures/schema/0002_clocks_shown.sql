-- For the case's own clocks and calendar: what ends of a measure, of its report in urgency, of a letter.
CREATE VIEW pub_measure_clocks AS
	SELECT id, case_id, area, CASE WHEN kind = 'keep' THEN 'hold' ELSE 'seize' END AS kind, until AS due
		FROM measures WHERE state IN ('running', 'overdue')
	UNION ALL SELECT id, case_id, area, CASE WHEN kind = 'keep' THEN 'hold_report' ELSE 'seize_report' END, report_due
		FROM measures WHERE state = 'running' AND urgent = 1 AND decided_at = 0
	UNION ALL SELECT id, case_id, area, 'assist', CASE WHEN extended_to > 0 THEN extended_to ELSE due END
		FROM letters WHERE state <> 'answered';
