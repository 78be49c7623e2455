-- Kitchen cameras with their legal register, and the leads that are found in their pictures.
CREATE TABLE cameras (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	name text NOT NULL,
	place text NOT NULL,
	url text NOT NULL,
	owner text NOT NULL,
	standard text NOT NULL,
	hours text NOT NULL,
	watch text NOT NULL,
	interval_ms bigint NOT NULL CHECK (interval_ms BETWEEN 1000 AND 600000),
	notice_url text NOT NULL,
	notice_at bigint NOT NULL,
	valid_from bigint NOT NULL,
	valid_to bigint NOT NULL,
	clock_checked_at bigint NOT NULL,
	clock_offset_ms bigint NOT NULL,
	calibrated_at bigint NOT NULL,
	sign_sm3 text NOT NULL,
	sign_sha256 text NOT NULL,
	legal_no text NOT NULL,
	legal_at bigint NOT NULL,
	legal_by bigint NOT NULL,
	legal_result text NOT NULL CHECK (legal_result IN ('', 'passed', 'failed')),
	technical_no text NOT NULL,
	technical_at bigint NOT NULL,
	technical_by bigint NOT NULL,
	technical_result text NOT NULL CHECK (technical_result IN ('', 'passed', 'failed')),
	state text NOT NULL CHECK (state IN ('open', 'closed')),
	created_at bigint NOT NULL
) STRICT;
CREATE INDEX cameras_operator ON cameras (operator, id);
CREATE INDEX cameras_area ON cameras (area, id);

-- What the media worker reports; nobody's decision, so not witnessed.
CREATE TABLE camera_status (
	camera bigint NOT NULL PRIMARY KEY,
	state text NOT NULL,
	since bigint NOT NULL,
	reason text NOT NULL,
	width bigint NOT NULL,
	height bigint NOT NULL,
	codec text NOT NULL,
	last_frame bigint NOT NULL,
	reported_at bigint NOT NULL
) STRICT;

CREATE TABLE leads (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	lead_key text NOT NULL,
	camera bigint NOT NULL REFERENCES cameras (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	rule text NOT NULL,
	rule_version text NOT NULL,
	act text NOT NULL,
	model text NOT NULL,
	found_at bigint NOT NULL,
	started_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	clip_from bigint NOT NULL,
	clip_to bigint NOT NULL,
	score bigint NOT NULL CHECK (score BETWEEN 0 AND 10000),
	width bigint NOT NULL,
	height bigint NOT NULL,
	findings text NOT NULL,
	still_sm3 text NOT NULL,
	still_sha256 text NOT NULL,
	clip_sm3 text NOT NULL,
	clip_sha256 text NOT NULL,
	clock_offset_ms bigint NOT NULL,
	usable smallint NOT NULL,
	usable_why text NOT NULL,
	state text NOT NULL CHECK (state IN ('new', 'second', 'confirmed', 'rejected')),
	officer1 bigint NOT NULL,
	at1 bigint NOT NULL,
	reason1 text NOT NULL,
	officer2 bigint NOT NULL,
	at2 bigint NOT NULL,
	reason2 text NOT NULL,
	verdict text NOT NULL,
	CHECK (officer2 = 0 OR officer2 <> officer1)
) STRICT;
CREATE UNIQUE INDEX leads_key ON leads (lead_key);
CREATE INDEX leads_inbox ON leads (state, area, found_at);
CREATE INDEX leads_operator ON leads (operator, found_at);
CREATE INDEX leads_camera ON leads (camera, found_at);
CREATE INDEX leads_rule ON leads (rule, state);

CREATE VIEW pub_cameras AS
	SELECT c.id, c.operator, c.name, c.area, c.state, c.valid_from, c.valid_to,
		CASE WHEN s.state = 'live' THEN 1 ELSE 0 END AS live, coalesce(s.since, 0) AS since
	FROM cameras c LEFT JOIN camera_status s ON s.camera = c.id;
CREATE VIEW pub_leads AS
	SELECT id, camera, operator, area, rule, act, state, found_at, started_at, ended_at, score, still_sm3, still_sha256,
		clip_sm3, clip_sha256, clip_from, clip_to, model, usable, usable_why, clock_offset_ms, officer1, officer2
	FROM leads;
