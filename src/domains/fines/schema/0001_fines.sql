-- What a decision of a fine asks for, and what became of it. Money in fen.
CREATE TABLE fines (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL UNIQUE,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	number text NOT NULL,
	simple smallint NOT NULL CHECK (simple IN (0, 1)),
	officer1 bigint NOT NULL,
	officer2 bigint NOT NULL,
	decision_paper bigint NOT NULL,
	fine_fen bigint NOT NULL CHECK (fine_fen >= 0),
	confiscated_fen bigint NOT NULL CHECK (confiscated_fen >= 0),
	late_fen bigint NOT NULL CHECK (late_fen >= 0 AND late_fen <= fine_fen),
	paid_fen bigint NOT NULL CHECK (paid_fen >= 0),
	state text NOT NULL CHECK (state IN ('awaiting', 'due', 'deferred', 'overdue', 'demanded', 'court', 'settled')),
	opened_at bigint NOT NULL,
	served_at bigint NOT NULL,
	pay_due bigint NOT NULL,
	suit_due bigint NOT NULL,
	slip_code text NOT NULL UNIQUE,
	slip_paper bigint NOT NULL,
	plan_state text NOT NULL CHECK (plan_state IN ('', 'asked', 'proposed', 'approved', 'refused', 'broken')),
	plan_kind text NOT NULL CHECK (plan_kind IN ('', 'later', 'parts')),
	plan_words text NOT NULL,
	plan_asked_at bigint NOT NULL,
	plan_by bigint NOT NULL,
	plan_opinion text NOT NULL,
	plan_decided_by bigint NOT NULL,
	plan_decided_at bigint NOT NULL,
	plan_reason text NOT NULL,
	plan_until bigint NOT NULL,
	plan_paper bigint NOT NULL,
	demand_paper bigint NOT NULL,
	demanded_at bigint NOT NULL,
	demand_served_at bigint NOT NULL,
	demand_due bigint NOT NULL,
	demand_words text NOT NULL,
	demand_answered_at bigint NOT NULL,
	demand_view text NOT NULL,
	court_paper bigint NOT NULL,
	court_at bigint NOT NULL,
	court_result text NOT NULL CHECK (court_result IN ('', 'accepted', 'allowed', 'refused')),
	court_words text NOT NULL,
	settled_at bigint NOT NULL,
	settled_how text NOT NULL
) STRICT;
CREATE INDEX fines_state ON fines (state, area, pay_due);
CREATE INDEX fines_papers ON fines (decision_paper);
CREATE INDEX fines_demands ON fines (demand_paper) WHERE demand_paper > 0;

CREATE TABLE fine_parts (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	fine bigint NOT NULL REFERENCES fines (id),
	n bigint NOT NULL,
	due bigint NOT NULL,
	fen bigint NOT NULL CHECK (fen > 0),
	missed_at bigint NOT NULL,
	dropped_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX fine_parts_fine ON fine_parts (fine, n) WHERE dropped_at = 0;

CREATE TABLE fine_remedies (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	fine bigint NOT NULL REFERENCES fines (id),
	kind text NOT NULL CHECK (kind IN ('review', 'suit')),
	begun_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	outcome text NOT NULL CHECK (outcome IN ('', 'upheld', 'withdrawn', 'annulled')),
	words text NOT NULL
) STRICT;
CREATE UNIQUE INDEX fine_remedies_running ON fine_remedies (fine) WHERE ended_at = 0;
CREATE INDEX fine_remedies_fine ON fine_remedies (fine, begun_at);

-- fine 0: the bank's slip names no fine of ours; kept until somebody says whose it is.
CREATE TABLE fine_payments (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	fine bigint NOT NULL,
	bank_no text NOT NULL UNIQUE,
	slip_code text NOT NULL,
	fen bigint NOT NULL CHECK (fen > 0),
	paid_at bigint NOT NULL,
	payer text NOT NULL,
	source text NOT NULL CHECK (source IN ('bank', 'onspot')),
	refunded_fen bigint NOT NULL CHECK (refunded_fen >= 0 AND refunded_fen <= fen),
	words text NOT NULL,
	receipt_no text NOT NULL,
	onspot_why text NOT NULL CHECK (onspot_why IN ('', 'small', 'hard', 'remote')),
	collected_by bigint NOT NULL,
	office_due bigint NOT NULL,
	office_at bigint NOT NULL,
	bank_due bigint NOT NULL,
	banked_at bigint NOT NULL,
	taken_at bigint NOT NULL
) STRICT;
CREATE INDEX fine_payments_fine ON fine_payments (fine, paid_at);
CREATE UNIQUE INDEX fine_payments_receipt ON fine_payments (receipt_no) WHERE receipt_no <> '';

CREATE TABLE fine_clocks (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	fine bigint NOT NULL REFERENCES fines (id),
	payment bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('pay', 'part', 'office', 'bank', 'demand', 'court')),
	clause text NOT NULL,
	state text NOT NULL CHECK (state IN ('running', 'near', 'over', 'done')),
	due bigint NOT NULL,
	warn_at bigint NOT NULL
) STRICT;
CREATE INDEX fine_clocks_fine ON fine_clocks (fine, due);
CREATE INDEX fine_clocks_due ON fine_clocks (state, due);

-- Files of the bank, each once. why: it could not be read.
CREATE TABLE fine_statements (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	name text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	why text NOT NULL,
	taken bigint NOT NULL,
	known bigint NOT NULL,
	unknown bigint NOT NULL,
	bad bigint NOT NULL,
	taken_by bigint NOT NULL,
	taken_at bigint NOT NULL
) STRICT;
CREATE INDEX fine_statements_file ON fine_statements (sm3);

CREATE VIEW pub_fines AS
	SELECT id, case_id, operator, area, state, fine_fen + confiscated_fen + late_fen - paid_fen AS owed_fen, paid_fen,
		pay_due AS due, settled_at, settled_how FROM fines;
CREATE VIEW pub_fine_statements AS SELECT sm3, taken_at FROM fine_statements;
