-- Complaints (投诉) and reports (举报) received. What tells who sent one stands apart, in a table that no fact witnesses, so that it
-- can be erased; of the text only digests of whole rows are in the ledger.
CREATE TABLE complaints (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	number text NOT NULL UNIQUE,
	kind text NOT NULL CHECK (kind IN ('complaint', 'report')),
	source text NOT NULL CHECK (source IN ('12315', '12345', 'phone', 'letter', 'visit', 'transfer')),
	received_at bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	subject_name text NOT NULL,
	subject_no text NOT NULL,
	subject_address text NOT NULL,
	matter text NOT NULL,
	text text NOT NULL,
	named smallint NOT NULL CHECK (named IN (0, 1)),
	state text NOT NULL CHECK (state IN ('received', 'accepted', 'decided', 'closed')),
	due_at bigint NOT NULL,
	accepted_at bigint NOT NULL,
	extended_at bigint NOT NULL,
	decided_at bigint NOT NULL,
	outcome text NOT NULL,
	words text NOT NULL,
	answered_at bigint NOT NULL,
	answer_way text NOT NULL,
	checked_at bigint NOT NULL,
	check_words text NOT NULL,
	inspection bigint NOT NULL,
	case_id bigint NOT NULL,
	rule_version text NOT NULL,
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL,
	closed_at bigint NOT NULL,
	erased_at bigint NOT NULL
) STRICT;
CREATE INDEX complaints_state ON complaints (state, area, due_at);
CREATE INDEX complaints_operator ON complaints (operator, received_at);
CREATE INDEX complaints_received ON complaints (received_at);
CREATE INDEX complaints_erase ON complaints (closed_at) WHERE state = 'closed' AND erased_at = 0;

CREATE TABLE complaint_reporters (
	complaint bigint PRIMARY KEY REFERENCES complaints (id),
	reporter_name text NOT NULL,
	reporter_phone text NOT NULL,
	reporter_address text NOT NULL
) STRICT;

-- Neither the text nor who sent it.
CREATE VIEW pub_complaints AS
	SELECT id, number, kind, operator, area, matter, received_at, state, outcome, due_at, closed_at FROM complaints;
