-- Cases whose term for deciding does not run: time that is not counted lasts, or the investigation was ended.
CREATE VIEW pub_case_pauses AS
	SELECT s.case_id, s.from_at FROM case_spans s WHERE s.to_at = 0
	UNION ALL
	SELECT a.case_id, a.answered_at FROM case_approvals a WHERE a.matter = 'end' AND a.state = 'approved';
