-- What an appraisal of a closed case asks of its course, and who had a part in it (appraisers must not be among them).
CREATE VIEW pub_case_courses AS
	SELECT c.id AS case_id, c.told_at, c.hear_due, c.heard_at, c.statement, c.served_at, c.correction_at,
		(SELECT count(*) FROM case_notices n WHERE n.case_id = c.id) AS notices,
		coalesce((SELECT max(n.served_at) FROM case_notices n WHERE n.case_id = c.id), 0) AS notice_served,
		coalesce((SELECT max(n.hearing_right) FROM case_notices n WHERE n.case_id = c.id), 0) AS hearing_offered,
		(SELECT count(*) FROM case_hearings h WHERE h.case_id = c.id AND h.state <> 'withdrawn') AS hearings_asked,
		(SELECT count(*) FROM case_hearings h WHERE h.case_id = c.id AND h.state IN ('held', 'reported')) AS hearings_held,
		(SELECT count(*) FROM case_reviews v WHERE v.case_id = c.id AND v.verdict = 'pass') AS reviews,
		(SELECT count(*) FROM case_reviews v WHERE v.case_id = c.id AND v.reviewed_by IN (c.officer1, c.officer2)
			AND v.reviewed_by > 0) AS own_reviews
	FROM cases c;
CREATE VIEW pub_case_people AS
	SELECT id AS case_id, officer1 AS person, 'officer' AS part FROM cases WHERE officer1 > 0
	UNION SELECT id, officer2, 'officer' FROM cases WHERE officer2 > 0
	UNION SELECT id, proposed_by, 'officer' FROM cases WHERE proposed_by > 0
	UNION SELECT case_id, written_by, 'officer' FROM case_reports
	UNION SELECT case_id, reviewed_by, 'reviewer' FROM case_reviews WHERE reviewed_by > 0
	UNION SELECT case_id, answered_by, 'decider' FROM case_approvals WHERE answered_by > 0
	UNION SELECT case_id, chair, 'decider' FROM case_discussions WHERE chair > 0
	UNION SELECT case_id, chair, 'chair' FROM case_hearings WHERE chair > 0;
