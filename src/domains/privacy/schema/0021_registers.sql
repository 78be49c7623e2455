-- Impact assessments (个人信息保护影响评估, PIPL 55, 56). No row is ever removed: they are kept three years at least.
CREATE TABLE privacy_impacts (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	number text NOT NULL UNIQUE,
	title text NOT NULL,
	occasion text NOT NULL,
	purpose text NOT NULL,
	effect text NOT NULL,
	measures text NOT NULL,
	risk text NOT NULL CHECK (risk IN ('low', 'middle', 'high')),
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	type text NOT NULL,
	written_by bigint NOT NULL,
	written_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('written', 'approved', 'refused')),
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL,
	opinion text NOT NULL,
	review_due bigint NOT NULL,
	keep_until bigint NOT NULL,
	CHECK (decided_by = 0 OR decided_by <> written_by)
) STRICT;
CREATE INDEX privacy_impacts_state ON privacy_impacts (state, written_at);

-- Leaks, tampering, losses (PIPL 57): what, whom told and when, and its two terms.
CREATE TABLE privacy_breaches (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	number text NOT NULL UNIQUE,
	title text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('leak', 'tamper', 'loss')),
	found_day bigint NOT NULL,
	found_hour text NOT NULL,
	found_at bigint NOT NULL,
	data_kinds text NOT NULL,
	people bigint NOT NULL CHECK (people >= 0),
	cause text NOT NULL,
	harm text NOT NULL,
	measures text NOT NULL,
	self_help text NOT NULL,
	contact text NOT NULL,
	registered_by bigint NOT NULL,
	registered_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'closed')),
	report_due bigint NOT NULL,
	tell_due bigint NOT NULL,
	reported_at bigint NOT NULL,
	told_at bigint NOT NULL,
	untold_why text NOT NULL,
	untold_by bigint NOT NULL,
	untold_at bigint NOT NULL,
	closed_by bigint NOT NULL,
	closed_at bigint NOT NULL,
	closing text NOT NULL,
	next_kind text NOT NULL,
	next_due bigint NOT NULL,
	warned_due bigint NOT NULL
) STRICT;
CREATE INDEX privacy_breaches_next ON privacy_breaches (next_due) WHERE next_due > 0;
CREATE TABLE privacy_notices (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	breach bigint NOT NULL REFERENCES privacy_breaches (id),
	whom text NOT NULL CHECK (whom IN ('authority', 'police', 'superior', 'people')),
	name text NOT NULL,
	told_day bigint NOT NULL,
	told_hour text NOT NULL,
	told_at bigint NOT NULL,
	way text NOT NULL CHECK (way IN ('phone', 'message', 'letter', 'system', 'public')),
	words text NOT NULL,
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL
) STRICT;
CREATE INDEX privacy_notices_breach ON privacy_notices (breach, told_at);

-- What the law next demands of the bureau.
CREATE VIEW pub_privacy_clocks AS SELECT id, number, title, next_kind, next_due FROM privacy_breaches WHERE next_due > 0;
