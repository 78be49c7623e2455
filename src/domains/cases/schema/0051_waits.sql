-- What waits for somebody of the bureau in an open case, with no term of the law behind it or before it: what its party asks for, and
-- evidence that the other officer is to verify. from_id: who brought it (0: the party); due 0: no day.
CREATE VIEW pub_case_waits AS
	SELECT q.case_id, 'request' AS what, q.kind, q.asked_at AS since, coalesce(d.answer_due, 0) AS due, 0 AS from_id, c.area, c.operator,
		c.number, c.officer1, c.officer2
	FROM case_requests q JOIN cases c ON c.id = q.case_id LEFT JOIN case_request_details d ON d.request = q.id
	WHERE q.state = 'asked' AND c.state NOT IN ('closed', 'not_filed')
	UNION ALL
	SELECT x.case_id, 'exhibit', x.kind, x.added_at, 0, x.added_by, c.area, c.operator, c.number, c.officer1, c.officer2
	FROM case_exhibits x JOIN cases c ON c.id = x.case_id
	WHERE x.paper = 0 AND c.state IN ('precheck', 'filed', 'told', 'heard')
		AND NOT EXISTS (SELECT 1 FROM case_exhibit_checks k WHERE k.exhibit = x.id);
