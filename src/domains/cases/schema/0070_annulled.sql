-- annulled: a review or suit annulled the decision, or found it unlawful or void. It counts against nobody: it is no earlier offence
-- and nothing to be published; one that was changed still counts.
DROP VIEW pub_cases;
CREATE VIEW pub_cases AS
	SELECT c.id, c.operator, c.area, c.number, c.act, c.act_name, c.state, c.opened_at, c.precheck_due, c.filed_at, c.decide_due, c.decided_at,
		c.closed_at, c.outcome, c.penalty, c.fine_fen, c.decision_paper, c.officer1, c.officer2, c.correction_due, c.correction_state,
		CASE WHEN c.decided_at > 0 AND c.penalty <> 'PEN_WARN' AND c.outcome = 'penalty' AND NOT EXISTS (SELECT 1 FROM case_remedies r
			WHERE r.case_id = c.id AND r.effect IN ('annulled', 'unlawful', 'void')) THEN 1 ELSE 0 END AS publishable,
		coalesce(p.procedure, 'simple') AS procedure, coalesce(p.confiscated_fen, 0) AS confiscated_fen,
		CASE WHEN EXISTS (SELECT 1 FROM case_remedies r WHERE r.case_id = c.id AND r.effect IN ('annulled', 'unlawful', 'void'))
			THEN 1 ELSE 0 END AS annulled
	FROM cases c LEFT JOIN case_procedures p ON p.case_id = c.id;
