-- Checks by video (非现场检查): the pictures come from the business's own cameras, and the result reaches it by its
-- link or from an officer's hand. An order that has not reached it does not run.
CREATE TABLE inspection_stills (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	inspection bigint NOT NULL REFERENCES inspections (id),
	photo bigint NOT NULL UNIQUE REFERENCES inspection_photos (id),
	camera bigint NOT NULL,
	camera_name text NOT NULL
) STRICT;
CREATE INDEX inspection_stills_of ON inspection_stills (inspection, id);

-- unserved_at: when it was said that nobody had confirmed it; 0 not yet.
CREATE TABLE inspection_deliveries (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	inspection bigint NOT NULL UNIQUE REFERENCES inspections (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	phone text NOT NULL,
	sent_at bigint NOT NULL,
	way text NOT NULL CHECK (way IN ('link', 'hand')),
	served_at bigint NOT NULL,
	served_to text NOT NULL,
	served_by bigint NOT NULL,
	unserved_at bigint NOT NULL
) STRICT;
CREATE INDEX inspection_deliveries_open ON inspection_deliveries (sent_at) WHERE served_at = 0 AND unserved_at = 0;

DROP VIEW pub_corrections;
CREATE TABLE inspection_corrections_next (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	inspection bigint NOT NULL REFERENCES inspections (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	item text NOT NULL,
	item_text text NOT NULL,
	finding text NOT NULL,
	days bigint NOT NULL,
	due bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('ORDERED', 'SUBMITTED', 'VERIFIED_OK', 'REJECTED', 'OVERDUE', 'CASE')),
	ordered_at bigint NOT NULL,
	served_way text NOT NULL CHECK (served_way IN ('signed', 'witness', 'link', 'hand')),
	served_at bigint NOT NULL,
	seen_at bigint NOT NULL,
	words text NOT NULL,
	submitted_at bigint NOT NULL,
	submitted_by bigint NOT NULL,
	checked_at bigint NOT NULL,
	checked_by bigint NOT NULL,
	check_words text NOT NULL,
	overdue_at bigint NOT NULL
) STRICT;
INSERT INTO inspection_corrections_next SELECT id, version, inspection, operator, area, item, item_text, finding, days,
	due, state, ordered_at, served_way, served_at, seen_at, words, submitted_at, submitted_by, checked_at, checked_by,
	check_words, overdue_at FROM inspection_corrections;
DROP TABLE inspection_corrections;
ALTER TABLE inspection_corrections_next RENAME TO inspection_corrections;
CREATE INDEX inspection_corrections_of ON inspection_corrections (inspection, id);
CREATE INDEX inspection_corrections_due ON inspection_corrections (due, id) WHERE state IN ('ORDERED', 'REJECTED');
CREATE INDEX inspection_corrections_state ON inspection_corrections (state, due, id);
CREATE INDEX inspection_corrections_operator ON inspection_corrections (operator, id);
CREATE VIEW pub_corrections AS
	SELECT id, inspection, operator, area, item, due, state, ordered_at, submitted_at, checked_at, overdue_at
	FROM inspection_corrections;
