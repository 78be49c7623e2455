-- Early warnings. rule, cause: what it is about, once at a time. sort: the way its rule looks, which says how what, n and at are
-- read. ref: the record it rests on. until: of an answered or dismissed one, the day from which it is looked at again.
CREATE TABLE warnings (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	rule text NOT NULL,
	cause text NOT NULL,
	sort text NOT NULL,
	title text NOT NULL,
	title_en text NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	cell bigint NOT NULL,
	level text NOT NULL CHECK (level IN ('yellow', 'red')),
	ref bigint NOT NULL,
	what text NOT NULL,
	n bigint NOT NULL,
	at bigint NOT NULL,
	rule_version text NOT NULL,
	due_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'answered', 'dismissed', 'closed')),
	until bigint NOT NULL,
	words text NOT NULL,
	raised bigint NOT NULL,
	raised_at bigint NOT NULL,
	changed_by bigint NOT NULL,
	changed_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX warnings_live ON warnings (rule, cause) WHERE state <> 'closed';
CREATE INDEX warnings_cause ON warnings (rule, cause, changed_at);
CREATE INDEX warnings_area ON warnings (area, state, level, due_at);
CREATE INDEX warnings_state ON warnings (state, level, due_at);
CREATE INDEX warnings_operator ON warnings (operator, state);

-- The last day on which the job was asked for: one row, nobody's decision.
CREATE TABLE warning_clock (
	id bigint NOT NULL PRIMARY KEY CHECK (id = 1),
	day bigint NOT NULL
) STRICT;

CREATE VIEW pub_warnings AS
	SELECT id, rule, title, title_en, operator, area, cell, level, state, due_at, until, raised_at, changed_at FROM warnings;
