-- What is held of a party in a case, and letters to other offices. Quantities are whole units.
CREATE TABLE measures (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('keep', 'seal', 'seize')),
	state text NOT NULL CHECK (state IN ('proposed', 'approved', 'running', 'overdue', 'kept', 'released', 'lapsed', 'refused', 'disposed')),
	officer1 bigint NOT NULL,
	officer2 bigint NOT NULL,
	proposed_at bigint NOT NULL,
	reason text NOT NULL,
	basis text NOT NULL,
	place text NOT NULL,
	urgent smallint NOT NULL CHECK (urgent IN (0, 1)),
	report_due bigint NOT NULL,
	taken_at bigint NOT NULL,
	base_until bigint NOT NULL,
	until bigint NOT NULL,
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL,
	decided_words text NOT NULL,
	lab_from bigint NOT NULL,
	lab_until bigint NOT NULL,
	lab_days bigint NOT NULL,
	lab_name text NOT NULL,
	more_state text NOT NULL CHECK (more_state IN ('', 'asked', 'approved', 'refused')),
	more_reason text NOT NULL,
	more_by bigint NOT NULL,
	more_days bigint NOT NULL,
	more_decided_by bigint NOT NULL,
	keeper text NOT NULL,
	keeper_at bigint NOT NULL,
	warned_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	end_way text NOT NULL,
	end_words text NOT NULL,
	paper bigint NOT NULL,
	photo_sm3 text NOT NULL,
	photo_sha256 text NOT NULL
) STRICT;
CREATE INDEX measures_case ON measures (case_id, proposed_at);
CREATE INDEX measures_clock ON measures (state, until);

CREATE TABLE measure_items (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	measure bigint NOT NULL REFERENCES measures (id),
	n bigint NOT NULL,
	name text NOT NULL,
	spec text NOT NULL,
	unit text NOT NULL,
	quantity bigint NOT NULL CHECK (quantity > 0),
	seal_no text NOT NULL,
	words text NOT NULL,
	gone bigint NOT NULL CHECK (gone >= 0 AND gone <= quantity)
) STRICT;
CREATE UNIQUE INDEX measure_items_measure ON measure_items (measure, n);

CREATE TABLE measure_disposals (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	measure bigint NOT NULL REFERENCES measures (id),
	item bigint NOT NULL REFERENCES measure_items (id),
	way text NOT NULL CHECK (way IN ('returned', 'confiscated', 'destroyed', 'handed_over')),
	quantity bigint NOT NULL CHECK (quantity > 0),
	by bigint NOT NULL,
	at bigint NOT NULL,
	words text NOT NULL,
	receiver text NOT NULL,
	paper bigint NOT NULL
) STRICT;
CREATE INDEX measure_disposals_measure ON measure_disposals (measure, at);

CREATE TABLE letters (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	office text NOT NULL,
	matter text NOT NULL,
	state text NOT NULL CHECK (state IN ('sent', 'overdue', 'answered')),
	sent_by bigint NOT NULL,
	sent_at bigint NOT NULL,
	due bigint NOT NULL,
	extended_to bigint NOT NULL,
	extend_words text NOT NULL,
	answer text NOT NULL,
	answered_at bigint NOT NULL,
	warned_at bigint NOT NULL,
	paper bigint NOT NULL
) STRICT;
CREATE INDEX letters_case ON letters (case_id, sent_at);
CREATE INDEX letters_due ON letters (state, due);

CREATE VIEW pub_measures AS
	SELECT id, case_id, operator, area, state, kind, until, taken_at, ended_at,
		CASE WHEN state IN ('proposed', 'approved', 'running', 'overdue', 'kept') THEN 1 ELSE 0 END AS open FROM measures;
