-- The bureau's devices: register, who carries which, calibrations.
CREATE TABLE equipment (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	number text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('body_camera', 'tablet', 'dock', 'test_kit', 'thermometer', 'other')),
	model text NOT NULL,
	serial text NOT NULL,
	gb_id text NOT NULL,
	camera bigint NOT NULL,
	area bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('store', 'issued', 'repair', 'lost', 'scrapped')),
	holder bigint NOT NULL,
	calibrated_at bigint NOT NULL,
	calibration_due bigint NOT NULL,
	clock_offset_ms bigint NOT NULL,
	words text NOT NULL,
	registered_by bigint NOT NULL,
	registered_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX equipment_number ON equipment (number);
CREATE INDEX equipment_area ON equipment (area, number);
CREATE INDEX equipment_due ON equipment (calibration_due, area);
CREATE INDEX equipment_gb ON equipment (gb_id);
CREATE INDEX equipment_holder ON equipment (holder, id);

-- A device in somebody's hands. Each end is signed by two accounts: who gives and who takes.
CREATE TABLE equipment_issues (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	equipment bigint NOT NULL REFERENCES equipment (id),
	officer bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('offered', 'held', 'returning', 'closed')),
	given_by bigint NOT NULL,
	given_at bigint NOT NULL,
	received_at bigint NOT NULL,
	returned_at bigint NOT NULL,
	taken_by bigint NOT NULL,
	taken_at bigint NOT NULL,
	words text NOT NULL,
	CHECK (given_by <> officer),
	CHECK (taken_by <> officer)
) STRICT;
CREATE UNIQUE INDEX equipment_issues_open ON equipment_issues (equipment) WHERE state <> 'closed';
CREATE INDEX equipment_issues_officer ON equipment_issues (officer, state);
CREATE INDEX equipment_issues_device ON equipment_issues (equipment, given_at);

CREATE TABLE equipment_calibrations (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	equipment bigint NOT NULL REFERENCES equipment (id),
	done_at bigint NOT NULL,
	due_at bigint NOT NULL,
	body text NOT NULL,
	certificate text NOT NULL,
	result text NOT NULL CHECK (result IN ('passed', 'failed')),
	clock_offset_ms bigint NOT NULL,
	scan_sm3 text NOT NULL,
	scan_sha256 text NOT NULL,
	recorded_by bigint NOT NULL,
	recorded_at bigint NOT NULL
) STRICT;
CREATE INDEX equipment_calibrations_device ON equipment_calibrations (equipment, done_at);

-- The day up to which calibrations count as due, moved on by the clock each day: one row, nobody's decision.
CREATE TABLE equipment_warning (
	id bigint NOT NULL PRIMARY KEY CHECK (id = 1),
	until bigint NOT NULL
) STRICT;

CREATE VIEW pub_equipment AS
	SELECT id, number, kind, model, gb_id, camera, area, state, holder, calibration_due, clock_offset_ms FROM equipment;
-- Who carried what, from the signature of the taker to the day it was handed back.
CREATE VIEW pub_equipment_issues AS
	SELECT id, equipment, officer, received_at, CASE WHEN returned_at > 0 THEN returned_at ELSE taken_at END AS until
	FROM equipment_issues WHERE received_at > 0;
