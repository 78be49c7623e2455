-- What was heard from others that counts for a grade: enough to compute every grade again.
CREATE TABLE grade_inputs (
	id bigint PRIMARY KEY,
	operator bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('inspection', 'sanction', 'accident')),
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
	seq bigint NOT NULL,
	UNIQUE (kind, ref)
) STRICT;

CREATE INDEX grade_inputs_by_operator ON grade_inputs (operator, at, ref);

-- The grade each operator has now. due_at: when a cap ends, so that it is computed again; 0: never by itself.
CREATE TABLE grades (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL UNIQUE,
	scheme text NOT NULL,
	letter text NOT NULL,
	colour text NOT NULL CHECK (colour IN ('green', 'yellow', 'red', 'none')),
	points bigint NOT NULL,
	since bigint NOT NULL,
	inspected_at bigint NOT NULL,
	rule_version text NOT NULL,
	why text NOT NULL,
	due_at bigint NOT NULL
) STRICT;

CREATE INDEX grades_due ON grades (due_at) WHERE due_at > 0;
CREATE INDEX grades_by_rule ON grades (rule_version);

CREATE TABLE grade_history (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	scheme text NOT NULL,
	from_letter text NOT NULL,
	letter text NOT NULL,
	colour text NOT NULL,
	points bigint NOT NULL,
	at bigint NOT NULL,
	rule_version text NOT NULL,
	why text NOT NULL
) STRICT;

CREATE INDEX grade_history_by_operator ON grade_history (operator, at, id);
CREATE INDEX grade_history_by_time ON grade_history (at, id);

CREATE VIEW pub_grades AS
	SELECT operator, scheme, letter, colour, points, since, rule_version, inspected_at, why FROM grades;

CREATE VIEW pub_grade_history AS
	SELECT id, operator, scheme, from_letter, letter, colour, points, at, rule_version FROM grade_history;
