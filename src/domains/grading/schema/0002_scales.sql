-- What was heard, with when it was known, and never overwritten: a later row of the same (kind, ref) replaces an
-- earlier one from its known_at on, so that a grade can be computed as it was on any past day. void: taken back.
CREATE TABLE grade_heard (
	id bigint PRIMARY KEY,
	operator bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('inspection', 'sanction', 'accident', 'trigger', 'merit')),
	ref bigint NOT NULL,
	at bigint NOT NULL,
	off_site smallint NOT NULL CHECK (off_site IN (0, 1)),
	result text NOT NULL,
	score bigint NOT NULL,
	key_failed bigint NOT NULL,
	general_failed bigint NOT NULL,
	penalty text NOT NULL,
	act text NOT NULL,
	fine_fen bigint NOT NULL,
	word text NOT NULL,
	until bigint NOT NULL,
	void smallint NOT NULL CHECK (void IN (0, 1)),
	known_at bigint NOT NULL,
	seq bigint NOT NULL,
	UNIQUE (kind, ref, seq)
) STRICT;

INSERT INTO grade_heard (id, operator, kind, ref, at, off_site, result, score, key_failed, general_failed, penalty,
	act, fine_fen, word, until, void, known_at, seq)
	SELECT i.id, i.operator, i.kind, i.ref, i.at, i.off_site, i.result, i.score, i.key_failed, i.general_failed,
		i.penalty, i.act, i.fine_fen, '', 0, 0, coalesce(l.at, i.at), i.seq
	FROM grade_inputs i LEFT JOIN pub_ledger l ON l.seq = i.seq;

DROP TABLE grade_inputs;
ALTER TABLE grade_heard RENAME TO grade_inputs;
CREATE INDEX grade_inputs_by_operator ON grade_inputs (operator, at, ref);

-- Who is graded: what was known of a business from since on, until 0 for what is known now. due_at: when its grades
-- have to be computed again (0: at once, of the row that is current); far: nothing changes by itself.
CREATE TABLE grade_subjects (
	id bigint PRIMARY KEY,
	operator bigint NOT NULL,
	kind text NOT NULL,
	area bigint NOT NULL,
	licence_no text NOT NULL,
	registered_at bigint NOT NULL,
	active smallint NOT NULL CHECK (active IN (0, 1)),
	since bigint NOT NULL,
	until bigint NOT NULL,
	due_at bigint NOT NULL
) STRICT;

CREATE UNIQUE INDEX grade_subjects_now ON grade_subjects (operator) WHERE until = 0;
CREATE INDEX grade_subjects_by_operator ON grade_subjects (operator, since);
CREATE INDEX grade_subjects_due ON grade_subjects (due_at, operator) WHERE until = 0;

-- Every determination under every scale beside the Shanghai letters; until 0: the one on file now. since: when the
-- value began, at: when this determination was made. A changed reason is a new row: nothing is written over.
CREATE TABLE scales (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	scheme text NOT NULL,
	rule text NOT NULL,
	rule_version text NOT NULL,
	value text NOT NULL,
	points bigint NOT NULL,
	since bigint NOT NULL,
	at bigint NOT NULL,
	until bigint NOT NULL,
	why text NOT NULL
) STRICT;

CREATE UNIQUE INDEX scales_now ON scales (operator, scheme) WHERE until = 0;
CREATE INDEX scales_by_operator ON scales (operator, at, id);
CREATE INDEX scales_by_value ON scales (scheme, value, operator) WHERE until = 0;

-- Rules put in force by an officer after a rehearsal, beside those that came with the program or DATA/rules.
CREATE TABLE grade_rules_applied (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	name text NOT NULL,
	rule_version text NOT NULL,
	in_force_from bigint NOT NULL,
	text text NOT NULL,
	sm3 text NOT NULL,
	rehearsal bigint NOT NULL,
	applied_by bigint NOT NULL,
	applied_at bigint NOT NULL
) STRICT;

CREATE INDEX grade_rules_applied_by_name ON grade_rules_applied (name, in_force_from);

-- A rule's rehearsal: what would change if it were in force.
CREATE TABLE rehearsals (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	name text NOT NULL,
	rule_version text NOT NULL,
	file_name text NOT NULL,
	text text NOT NULL,
	sm3 text NOT NULL,
	base text NOT NULL,
	state text NOT NULL CHECK (state IN ('running', 'ready', 'applied', 'dropped')),
	operators bigint NOT NULL,
	changes bigint NOT NULL,
	started_by bigint NOT NULL,
	started_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL,
	words text NOT NULL
) STRICT;

CREATE TABLE rehearsal_changes (
	rehearsal bigint NOT NULL REFERENCES rehearsals (id),
	operator bigint NOT NULL,
	scheme text NOT NULL,
	kind text NOT NULL,
	area bigint NOT NULL,
	from_value text NOT NULL,
	to_value text NOT NULL,
	from_points bigint NOT NULL,
	to_points bigint NOT NULL,
	PRIMARY KEY (rehearsal, operator, scheme)
) STRICT;

-- What an officer records that no other room tells: accidents, what raises a risk level, what lowers it.
CREATE TABLE grade_incidents (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	kind text NOT NULL,
	happened_at bigint NOT NULL,
	valid_to bigint NOT NULL,
	words text NOT NULL,
	basis text NOT NULL,
	recorded_by bigint NOT NULL,
	recorded_at bigint NOT NULL,
	withdrawn_by bigint NOT NULL,
	withdrawn_at bigint NOT NULL,
	withdrawn_why text NOT NULL
) STRICT;

CREATE INDEX grade_incidents_by_operator ON grade_incidents (operator, happened_at);

-- Requests to be rated again; only an inspection on site decides one.
CREATE TABLE reratings (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('asked', 'decided', 'withdrawn')),
	words text NOT NULL,
	asked_by bigint NOT NULL,
	by_operator smallint NOT NULL CHECK (by_operator IN (0, 1)),
	asked_at bigint NOT NULL,
	from_letter text NOT NULL,
	to_letter text NOT NULL,
	inspection bigint NOT NULL,
	ended_at bigint NOT NULL,
	rule_version text NOT NULL
) STRICT;

CREATE UNIQUE INDEX reratings_open ON reratings (operator) WHERE state = 'asked';
CREATE INDEX reratings_by_operator ON reratings (operator, asked_at);
CREATE INDEX reratings_by_state ON reratings (state, asked_at);

-- For others. value: SHG_A .. SHG_C, SHG_NONE; QG_*; QG_YEAR_*; RISK_A .. RISK_D; RC_A .. RC_D. Only SHG has a colour.
CREATE VIEW pub_scales AS
	SELECT operator, scheme, CASE letter WHEN '' THEN 'SHG_NONE' ELSE 'SHG_' || letter END AS value, points, since,
		'grading/shanghai' AS rule, rule_version, why FROM grades
	UNION ALL
	SELECT operator, scheme, value, points, since, rule, rule_version, why FROM scales WHERE until = 0;

CREATE VIEW pub_reratings AS
	SELECT id, operator, state, asked_at, from_letter, to_letter, inspection, ended_at FROM reratings;

CREATE VIEW pub_accidents AS
	SELECT id, operator, kind, happened_at, recorded_at FROM grade_incidents WHERE withdrawn_at = 0;
