-- Recordings of body cameras, taken in at a dock. The file is in the store under its SM3.
-- device_*: by the device's clock; started_at, ended_at: corrected. 0: the file does not say. officer 0: nobody had it.
CREATE TABLE recordings (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	device bigint NOT NULL,
	device_number text NOT NULL,
	issue bigint NOT NULL,
	officer bigint NOT NULL,
	area bigint NOT NULL,
	name text NOT NULL,
	format text NOT NULL,
	codecs text NOT NULL,
	size bigint NOT NULL,
	device_started_at bigint NOT NULL,
	device_ended_at bigint NOT NULL,
	clock_offset_ms bigint NOT NULL,
	started_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	time_source text NOT NULL CHECK (time_source IN ('container', 'file', 'none')),
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	dock text NOT NULL,
	docked_by bigint NOT NULL,
	docked_at bigint NOT NULL,
	manifest text NOT NULL,
	state text NOT NULL CHECK (state IN ('kept', 'removed')),
	removed_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX recordings_sm3 ON recordings (sm3);
CREATE INDEX recordings_docked ON recordings (docked_at, id);
CREATE INDEX recordings_officer ON recordings (officer, docked_at);
CREATE INDEX recordings_device ON recordings (device, docked_at);
CREATE INDEX recordings_issue ON recordings (issue);

-- A recording as evidence of a case, until somebody takes it back with a reason.
CREATE TABLE recording_links (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	recording bigint NOT NULL REFERENCES recordings (id),
	case_id bigint NOT NULL,
	reason text NOT NULL,
	linked_by bigint NOT NULL,
	linked_at bigint NOT NULL,
	ended_by bigint NOT NULL,
	ended_at bigint NOT NULL,
	end_reason text NOT NULL
) STRICT;
CREATE UNIQUE INDEX recording_links_open ON recording_links (recording, case_id) WHERE ended_at = 0;
CREATE INDEX recording_links_case ON recording_links (case_id);

-- Who looked at a recording, when.
CREATE TABLE recording_views (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	recording bigint NOT NULL REFERENCES recordings (id),
	viewer bigint NOT NULL,
	way text NOT NULL CHECK (way IN ('play', 'download')),
	at bigint NOT NULL
) STRICT;
CREATE INDEX recording_views_recording ON recording_views (recording, viewer, at);

-- On their way: nobody's decision. The bytes so far are DATA/tmp/dock-<sm3>.part; docked_by 0: a dock.
CREATE TABLE recording_uploads (
	sm3 text NOT NULL PRIMARY KEY,
	sha256 text NOT NULL,
	size bigint NOT NULL,
	device bigint NOT NULL,
	name text NOT NULL,
	modified_at bigint NOT NULL,
	dock text NOT NULL,
	docked_by bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'checking', 'refused')),
	why text NOT NULL,
	changed_at bigint NOT NULL
) STRICT;

CREATE VIEW pub_recordings AS
	SELECT id, device, device_number, officer, area, name, size, started_at, ended_at, sm3, sha256, dock, docked_by, docked_at, state
	FROM recordings;
-- Those that serve as evidence of a case now.
CREATE VIEW pub_recording_links AS
	SELECT id, recording, case_id, reason, linked_by, linked_at FROM recording_links WHERE ended_at = 0;
