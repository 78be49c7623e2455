-- Officers of the bureau beyond their accounts (the id is the account's): card, qualification, station.
CREATE TABLE grid_officers (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	card_no text NOT NULL,
	card_valid_to bigint NOT NULL,
	qualification text NOT NULL,
	station text NOT NULL,
	area bigint NOT NULL,
	words text NOT NULL,
	state text NOT NULL CHECK (state IN ('serving', 'left')),
	registered_by bigint NOT NULL,
	registered_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX grid_officers_card ON grid_officers (card_no) WHERE state = 'serving';

-- Whom an officer may not inspect: one business, or every business of a person (its legal person). ended_at 0: in force.
CREATE TABLE grid_recusals (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	officer bigint NOT NULL REFERENCES grid_officers (id),
	operator bigint NOT NULL,
	person text NOT NULL,
	reason text NOT NULL,
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL,
	ended_by bigint NOT NULL,
	ended_at bigint NOT NULL,
	end_reason text NOT NULL,
	CHECK ((operator > 0) <> (person <> ''))
) STRICT;
CREATE INDEX grid_recusals_officer ON grid_recusals (officer, ended_at);

-- Days are local midnights, both counted. ended_at: taken back, or the officer came back earlier.
CREATE TABLE grid_leaves (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	officer bigint NOT NULL REFERENCES grid_officers (id),
	from_day bigint NOT NULL,
	to_day bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('annual', 'sick', 'training', 'duty', 'other')),
	words text NOT NULL,
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL,
	ended_by bigint NOT NULL,
	ended_at bigint NOT NULL,
	CHECK (from_day <= to_day)
) STRICT;
CREATE INDEX grid_leaves_officer ON grid_leaves (officer, to_day);

-- The local midnight of today, moved on by the clock: one row, nobody's decision. For views, which have no clock.
CREATE TABLE grid_today (
	id bigint NOT NULL PRIMARY KEY CHECK (id = 1),
	day bigint NOT NULL
) STRICT;

CREATE VIEW pub_officers AS
	SELECT o.id AS officer, u.name, o.card_no, o.card_valid_to, o.qualification, o.station, o.area,
		CASE WHEN EXISTS (SELECT 1 FROM grid_leaves l JOIN grid_today t ON l.from_day <= t.day AND l.to_day >= t.day
			WHERE l.officer = o.id AND l.ended_at = 0) THEN 1 ELSE 0 END AS on_leave
	FROM grid_officers o JOIN pub_users u ON u.id = o.id WHERE o.state = 'serving' AND u.state = 'active';
CREATE VIEW pub_officer_leaves AS SELECT officer, from_day, to_day FROM grid_leaves WHERE ended_at = 0;
CREATE VIEW pub_officer_recusals AS SELECT officer, operator, person FROM grid_recusals WHERE ended_at = 0;
