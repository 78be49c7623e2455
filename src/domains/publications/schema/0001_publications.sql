-- Publication of penalties (行政处罚信息公示): a row for each decision that the rule publishes; after a changed decision a new one (replaces).
CREATE TABLE publications (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	code text NOT NULL UNIQUE,
	case_id bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	number text NOT NULL,
	party text NOT NULL,
	party_no text NOT NULL,
	party_kind text NOT NULL CHECK (party_kind IN ('entity', 'person', 'minor')),
	act text NOT NULL,
	act_name text NOT NULL,
	procedure text NOT NULL,
	kinds text NOT NULL,
	fine_fen bigint NOT NULL CHECK (fine_fen >= 0),
	confiscated_fen bigint NOT NULL CHECK (confiscated_fen >= 0),
	paper bigint NOT NULL,
	decided_at bigint NOT NULL,
	served_at bigint NOT NULL,
	words text NOT NULL,
	masked bigint NOT NULL,
	names text NOT NULL,
	secrets text NOT NULL,
	prepared_by bigint NOT NULL,
	prepared_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('due', 'prepared', 'public', 'ended', 'withdrawn')),
	publish_due bigint NOT NULL,
	published_by bigint NOT NULL,
	published_at bigint NOT NULL,
	public_until bigint NOT NULL,
	early_from bigint NOT NULL,
	ended_at bigint NOT NULL,
	ended_how text NOT NULL CHECK (ended_how IN ('', 'term', 'early')),
	corrected_at bigint NOT NULL,
	correction text NOT NULL,
	fault text NOT NULL CHECK (fault IN ('', 'changed', 'revoked', 'unlawful', 'void')),
	fault_document text NOT NULL,
	fault_at bigint NOT NULL,
	withdraw_due bigint NOT NULL,
	withdrawn_by bigint NOT NULL,
	withdrawn_at bigint NOT NULL,
	withdrawn_why text NOT NULL,
	replaces bigint NOT NULL,
	next_kind text NOT NULL,
	next_due bigint NOT NULL,
	next_clause text NOT NULL,
	told_due bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX publications_case ON publications (case_id) WHERE state <> 'withdrawn';
CREATE INDEX publications_paper ON publications (paper);
CREATE INDEX publications_next ON publications (next_due) WHERE next_due > 0;
CREATE INDEX publications_public ON publications (state, published_at);
CREATE INDEX publications_operator ON publications (operator);

-- An application for an early end of publication (信用修复): asked by the party, taken up or not, decided by a leader.
CREATE TABLE publication_repairs (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	publication bigint NOT NULL REFERENCES publications (id),
	words text NOT NULL,
	promised smallint NOT NULL CHECK (promised IN (0, 1)),
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	type text NOT NULL,
	asked_at bigint NOT NULL,
	asked_by text NOT NULL CHECK (asked_by IN ('party', 'office')),
	state text NOT NULL CHECK (state IN ('asked', 'declined', 'taken', 'granted', 'refused', 'revoked')),
	accept_due bigint NOT NULL,
	accepted_by bigint NOT NULL,
	accepted_at bigint NOT NULL,
	decide_due bigint NOT NULL,
	harm_removed smallint NOT NULL CHECK (harm_removed IN (0, 1)),
	not_listed smallint NOT NULL CHECK (not_listed IN (0, 1)),
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL,
	reason text NOT NULL
) STRICT;
CREATE INDEX publication_repairs_publication ON publication_repairs (publication, asked_at);
CREATE UNIQUE INDEX publication_repairs_open ON publication_repairs (publication) WHERE state IN ('asked', 'taken');

-- What anybody may see, and only while it is public.
CREATE VIEW pub_publications AS
	SELECT id, code, case_id, operator, number, party, party_no, act_name, kinds, fine_fen, confiscated_fen, decided_at, published_at,
		public_until, corrected_at
	FROM publications WHERE state = 'public';
-- What the rule next demands of the bureau.
CREATE VIEW pub_publication_clocks AS
	SELECT id, case_id, operator, area, party, number, next_kind, next_due, next_clause FROM publications WHERE next_due > 0;
