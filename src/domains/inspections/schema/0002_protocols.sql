-- What makes a record complete by law: who was there, what was said, read, signed. One for each inspection made
-- with the tablet; what was entered at a desk has none. client_key: made by the device, so a record that is sent
-- twice is kept once.
CREATE TABLE inspection_protocols (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	inspection bigint NOT NULL UNIQUE REFERENCES inspections (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	client_key text NOT NULL UNIQUE,
	record_sm3 text NOT NULL,
	record_sha256 text NOT NULL,
	task text NOT NULL,
	place text NOT NULL,
	met text NOT NULL,
	met_role text NOT NULL,
	name1 text NOT NULL,
	card1 text NOT NULL,
	name2 text NOT NULL,
	card2 text NOT NULL,
	notice_answer text NOT NULL CHECK (notice_answer IN ('none', 'recusal')),
	recusal text NOT NULL,
	started_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	device_started_at bigint NOT NULL,
	device_ended_at bigint NOT NULL,
	device_ahead_ms bigint NOT NULL,
	received_at bigint NOT NULL,
	obstruction text NOT NULL,
	obstruction_words text NOT NULL,
	explanation text NOT NULL,
	sign1 text NOT NULL,
	sign1_sha256 text NOT NULL,
	sign2 text NOT NULL,
	sign2_sha256 text NOT NULL,
	sign_party text NOT NULL,
	sign_party_sha256 text NOT NULL,
	refusal text NOT NULL,
	witness text NOT NULL,
	sign_witness text NOT NULL,
	sign_witness_sha256 text NOT NULL,
	accepted text NOT NULL,
	paper bigint NOT NULL,
	link text NOT NULL,
	publish_by bigint NOT NULL,
	warned_at bigint NOT NULL
) STRICT;
CREATE INDEX inspection_protocols_operator ON inspection_protocols (operator, started_at);
CREATE UNIQUE INDEX inspection_protocols_link ON inspection_protocols (link);

-- What was found at an item: standard findings (codes of rules/inspections/findings.json), own words.
CREATE TABLE inspection_findings (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	inspection bigint NOT NULL REFERENCES inspections (id),
	item text NOT NULL,
	answer text NOT NULL CHECK (answer IN ('ok', 'fail', 'na')),
	codes text NOT NULL,
	words text NOT NULL
) STRICT;
CREATE INDEX inspection_findings_of ON inspection_findings (inspection, id);

-- Photos of an item, and of a correction (correction 0: of the inspection itself).
CREATE TABLE inspection_photos (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	inspection bigint NOT NULL REFERENCES inspections (id),
	correction bigint NOT NULL,
	item text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	taken_at bigint NOT NULL
) STRICT;
CREATE INDEX inspection_photos_of ON inspection_photos (inspection, correction, id);

-- What has to be corrected, an order for each item that failed.
CREATE TABLE inspection_corrections (
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
	served_way text NOT NULL CHECK (served_way IN ('signed', 'witness')),
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
CREATE INDEX inspection_corrections_of ON inspection_corrections (inspection, id);
CREATE INDEX inspection_corrections_due ON inspection_corrections (due, id) WHERE state IN ('ORDERED', 'REJECTED');
CREATE INDEX inspection_corrections_state ON inspection_corrections (state, due, id);
CREATE INDEX inspection_corrections_operator ON inspection_corrections (operator, id);

-- Shanghai check code: shown before the start, rated once afterwards.
CREATE TABLE check_codes (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	code text NOT NULL UNIQUE,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	kind text NOT NULL,
	task text NOT NULL,
	table_id text NOT NULL,
	table_title text NOT NULL,
	items bigint NOT NULL,
	officers text NOT NULL,
	made_by bigint NOT NULL,
	made_at bigint NOT NULL,
	inspection bigint NOT NULL,
	rating bigint NOT NULL CHECK (rating BETWEEN 0 AND 5),
	rating_words text NOT NULL,
	rated_at bigint NOT NULL
) STRICT;
CREATE INDEX check_codes_operator ON check_codes (operator, made_at);
CREATE INDEX check_codes_inspection ON check_codes (inspection);

-- Check tables that an administrator brought in. A version is never changed.
CREATE TABLE check_tables (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	table_id text NOT NULL,
	table_version text NOT NULL,
	title text NOT NULL,
	valid_from bigint NOT NULL,
	items bigint NOT NULL,
	key_items bigint NOT NULL,
	data text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	imported_by bigint NOT NULL,
	imported_at bigint NOT NULL,
	UNIQUE (table_id, table_version)
) STRICT;

CREATE VIEW pub_corrections AS
	SELECT id, inspection, operator, area, item, due, state, ordered_at, submitted_at, checked_at, overdue_at
	FROM inspection_corrections;
CREATE VIEW pub_check_codes AS
	SELECT id, code, operator, kind, made_at, inspection, rating, rated_at FROM check_codes;
