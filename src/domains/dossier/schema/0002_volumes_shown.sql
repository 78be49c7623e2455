-- Archive volumes that are made, the newest edition of each case: when, and how many papers it lacks.
CREATE VIEW pub_volumes AS
	SELECT v.case_id, v.number, v.edition, v.made_at, v.missing FROM dossier_volumes v
	WHERE v.state = 'made' AND NOT EXISTS (SELECT 1 FROM dossier_volumes w WHERE w.case_id = v.case_id AND w.state = 'made'
		AND w.edition > v.edition);
