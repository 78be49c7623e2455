-- The ordinary procedure. What a case goes through more than once, or only sometimes, stands in tables of its own.
CREATE TABLE case_procedures (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	procedure text NOT NULL CHECK (procedure IN ('simple', 'ordinary')),
	reason text NOT NULL,
	chosen_by bigint NOT NULL,
	chosen_at bigint NOT NULL,
	outcome_item text NOT NULL,
	confiscated_fen bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_procedures_case ON case_procedures (case_id);

-- What a leader approves: asked by an officer, answered once.
CREATE TABLE case_approvals (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	matter text NOT NULL,
	cause text NOT NULL,
	words text NOT NULL,
	day bigint NOT NULL,
	asked_by bigint NOT NULL,
	asked_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('asked', 'approved', 'refused')),
	answered_by bigint NOT NULL,
	answered_at bigint NOT NULL,
	opinion text NOT NULL,
	paper bigint NOT NULL
) STRICT;
CREATE INDEX case_approvals_case ON case_approvals (case_id, asked_at);
CREATE UNIQUE INDEX case_approvals_open ON case_approvals (case_id) WHERE state = 'asked';

-- Time that the term for deciding does not count. to_at: 0 while it runs.
CREATE TABLE case_spans (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	kind text NOT NULL CHECK (kind IN ('suspension', 'hearing', 'public_notice', 'test', 'identification', 'refund')),
	from_at bigint NOT NULL,
	to_at bigint NOT NULL,
	reason text NOT NULL,
	added_by bigint NOT NULL
) STRICT;
CREATE INDEX case_spans_case ON case_spans (case_id, from_at);

-- Evidence added by hand, of the eight kinds; records of inquiries and of the scene with the signature under them.
CREATE TABLE case_exhibits (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	kind text NOT NULL CHECK (kind IN ('EV_DOC', 'EV_OBJECT', 'EV_AV', 'EV_EDATA', 'EV_WITNESS', 'EV_PARTY', 'EV_EXPERT', 'EV_SITE_RECORD')),
	title text NOT NULL,
	taken_at bigint NOT NULL,
	place text NOT NULL,
	method text NOT NULL,
	maker text NOT NULL,
	words text NOT NULL,
	speaker text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	type text NOT NULL,
	sign_sm3 text NOT NULL,
	sign_sha256 text NOT NULL,
	refusal text NOT NULL,
	paper bigint NOT NULL,
	added_by bigint NOT NULL,
	added_at bigint NOT NULL
) STRICT;
CREATE INDEX case_exhibits_case ON case_exhibits (case_id, taken_at);

CREATE TABLE case_reports (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	party text NOT NULL,
	course text NOT NULL,
	facts text NOT NULL,
	nature text NOT NULL,
	basis text NOT NULL,
	discretion text NOT NULL,
	outcome text NOT NULL CHECK (outcome IN ('penalty', 'no_penalty', 'not_proven', 'to_office', 'to_police')),
	outcome_item text NOT NULL,
	kinds text NOT NULL,
	fine_fen bigint NOT NULL,
	confiscated_fen bigint NOT NULL,
	warn smallint NOT NULL,
	confiscate smallint NOT NULL,
	stop smallint NOT NULL,
	revoke smallint NOT NULL,
	public_interest smallint NOT NULL,
	hard smallint NOT NULL,
	new_facts text NOT NULL,
	state text NOT NULL CHECK (state IN ('submitted', 'returned', 'passed')),
	written_by bigint NOT NULL,
	written_at bigint NOT NULL,
	paper bigint NOT NULL
) STRICT;
CREATE INDEX case_reports_case ON case_reports (case_id, written_at);

-- The review of a report: opened with it, answered by somebody who is not an officer of the case.
CREATE TABLE case_reviews (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	report bigint NOT NULL REFERENCES case_reports (id),
	kind text NOT NULL CHECK (kind IN ('legal', 'case')),
	due bigint NOT NULL,
	extended smallint NOT NULL,
	jurisdiction text NOT NULL,
	party text NOT NULL,
	facts text NOT NULL,
	nature text NOT NULL,
	basis text NOT NULL,
	procedure text NOT NULL,
	proportion text NOT NULL,
	verdict text NOT NULL CHECK (verdict IN ('', 'pass', 'return')),
	opinion text NOT NULL,
	reviewed_by bigint NOT NULL,
	reviewed_at bigint NOT NULL,
	paper bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_reviews_report ON case_reviews (report);
CREATE INDEX case_reviews_case ON case_reviews (case_id);

CREATE TABLE case_notices (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	report bigint NOT NULL,
	kinds text NOT NULL,
	fine_fen bigint NOT NULL,
	confiscated_fen bigint NOT NULL,
	hearing_right smallint NOT NULL,
	told_at bigint NOT NULL,
	served_at bigint NOT NULL,
	paper bigint NOT NULL
) STRICT;
CREATE INDEX case_notices_case ON case_notices (case_id, told_at);

CREATE TABLE case_hearings (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	request bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('asked', 'set', 'held', 'reported', 'withdrawn')),
	asked_at bigint NOT NULL,
	chair bigint NOT NULL,
	recorder text NOT NULL,
	at bigint NOT NULL,
	place text NOT NULL,
	announced_at bigint NOT NULL,
	notice_paper bigint NOT NULL,
	attended text NOT NULL,
	record text NOT NULL,
	sign_sm3 text NOT NULL,
	sign_sha256 text NOT NULL,
	refusal text NOT NULL,
	record_paper bigint NOT NULL,
	opinion text NOT NULL,
	reported_at bigint NOT NULL,
	report_paper bigint NOT NULL
) STRICT;
CREATE INDEX case_hearings_case ON case_hearings (case_id, asked_at);

CREATE TABLE case_discussions (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	report bigint NOT NULL,
	at bigint NOT NULL,
	place text NOT NULL,
	chair bigint NOT NULL,
	participants text NOT NULL,
	words text NOT NULL,
	conclusion text NOT NULL,
	paper bigint NOT NULL
) STRICT;
CREATE INDEX case_discussions_case ON case_discussions (case_id, at);

-- What the party asks for on its telephone: answered by an officer with a reason, or withdrawn.
CREATE TABLE case_requests (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	kind text NOT NULL CHECK (kind IN ('hearing', 'recusal', 'more_time')),
	officer bigint NOT NULL,
	words text NOT NULL,
	asked_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn')),
	answer text NOT NULL,
	until bigint NOT NULL,
	answered_by bigint NOT NULL,
	answered_at bigint NOT NULL
) STRICT;
CREATE INDEX case_requests_case ON case_requests (case_id, asked_at);

-- Photos and recordings that came with a statement or a request.
CREATE TABLE case_party_files (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	about text NOT NULL CHECK (about IN ('statement', 'hearing', 'recusal', 'more_time')),
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	type text NOT NULL,
	sent_at bigint NOT NULL
) STRICT;
CREATE INDEX case_party_files_case ON case_party_files (case_id, sent_at);

DROP VIEW pub_cases;
CREATE VIEW pub_cases AS
	SELECT c.id, c.operator, c.area, c.number, c.act, c.act_name, c.state, c.opened_at, c.precheck_due, c.filed_at, c.decide_due, c.decided_at,
		c.closed_at, c.outcome, c.penalty, c.fine_fen, c.decision_paper, c.officer1, c.officer2, c.correction_due, c.correction_state,
		CASE WHEN c.decided_at > 0 AND c.penalty <> 'PEN_WARN' AND c.outcome = 'penalty' THEN 1 ELSE 0 END AS publishable,
		coalesce(p.procedure, 'simple') AS procedure, coalesce(p.confiscated_fen, 0) AS confiscated_fen
	FROM cases c LEFT JOIN case_procedures p ON p.case_id = c.id;
