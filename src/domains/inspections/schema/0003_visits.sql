-- Visits as others plan by them: which kind, who came, what was found.
CREATE VIEW pub_inspection_visits AS
	SELECT id, operator, kind, inspected_at, result, key_failed, general_failed, inspector1 FROM inspections;
