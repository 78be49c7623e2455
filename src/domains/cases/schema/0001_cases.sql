-- Off-site enforcement: from a confirmed lead to a decision that is served, and the evidence on the way.
CREATE TABLE cases (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	number text NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	act text NOT NULL,
	act_name text NOT NULL,
	state text NOT NULL CHECK (state IN ('precheck', 'not_filed', 'filed', 'told', 'heard', 'proposed', 'decided', 'closed')),
	opened_at bigint NOT NULL,
	precheck_due bigint NOT NULL,
	officer1 bigint NOT NULL,
	officer2 bigint NOT NULL,
	filed_at bigint NOT NULL,
	filed_reason text NOT NULL,
	decide_due bigint NOT NULL,
	party_phone text NOT NULL,
	link_sent_at bigint NOT NULL,
	viewed_at bigint NOT NULL,
	answer text NOT NULL CHECK (answer IN ('', 'accepts', 'disputes')),
	answer_words text NOT NULL,
	answered_at bigint NOT NULL,
	e_service smallint NOT NULL,
	e_phone text NOT NULL,
	post_address text NOT NULL,
	receiver text NOT NULL,
	address_sign text NOT NULL,
	address_sign_sha256 text NOT NULL,
	address_at bigint NOT NULL,
	address_paper bigint NOT NULL,
	correction_text text NOT NULL,
	correction_due bigint NOT NULL,
	order_paper bigint NOT NULL,
	correction_sm3 text NOT NULL,
	correction_sha256 text NOT NULL,
	correction_words text NOT NULL,
	correction_at bigint NOT NULL,
	correction_state text NOT NULL CHECK (correction_state IN ('', 'ordered', 'shown', 'refused', 'accepted')),
	told_at bigint NOT NULL,
	told_penalty text NOT NULL,
	hear_due bigint NOT NULL,
	statement text NOT NULL CHECK (statement IN ('', 'none', 'made', 'silent')),
	statement_words text NOT NULL,
	heard_at bigint NOT NULL,
	defence_adopted text NOT NULL,
	proposed_by bigint NOT NULL,
	outcome text NOT NULL,
	penalty text NOT NULL,
	fine_fen bigint NOT NULL,
	decided_at bigint NOT NULL,
	decision_paper bigint NOT NULL,
	served_at bigint NOT NULL,
	service_way text NOT NULL,
	closed_at bigint NOT NULL,
	close_reason text NOT NULL
) STRICT;
-- One open case per operator and act: it collects what is found further.
CREATE UNIQUE INDEX cases_open ON cases (operator, act) WHERE state NOT IN ('closed', 'not_filed');
CREATE INDEX cases_state ON cases (state, area, opened_at);
CREATE INDEX cases_operator ON cases (operator, opened_at);
CREATE INDEX cases_hearing ON cases (hear_due) WHERE state = 'told';

CREATE TABLE case_evidence (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	lead bigint NOT NULL,
	kind text NOT NULL,
	taken_at bigint NOT NULL,
	still_sm3 text NOT NULL,
	still_sha256 text NOT NULL,
	clip_sm3 text NOT NULL,
	clip_sha256 text NOT NULL,
	method text NOT NULL,
	usable smallint NOT NULL,
	usable_why text NOT NULL,
	added_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_evidence_lead ON case_evidence (lead);
CREATE INDEX case_evidence_case ON case_evidence (case_id, taken_at);

CREATE VIEW pub_cases AS
	SELECT id, operator, area, number, act, act_name, state, opened_at, precheck_due, filed_at, decide_due, decided_at, closed_at,
		outcome, penalty, fine_fen, decision_paper, officer1, officer2, correction_due, correction_state,
		CASE WHEN decided_at > 0 AND penalty <> 'PEN_WARN' AND outcome = 'penalty' THEN 1 ELSE 0 END AS publishable
	FROM cases;
