-- One row per visit or check by video. items: {"1.1":"ok","2.1":"fail","7.3":"na"} as answered.
CREATE TABLE inspections (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('INSP_ROUTINE', 'INSP_UNANNOUNCED', 'INSP_SYSTEM', 'INSP_OFFSITE',
		'INSP_GRADING', 'INSP_RANDOM', 'INSP_SPECIAL', 'INSP_RECHECK')),
	inspected_at bigint NOT NULL,
	inspector1 bigint NOT NULL,
	inspector2 bigint NOT NULL,
	table_id text NOT NULL,
	table_version text NOT NULL,
	key_checked bigint NOT NULL,
	key_failed bigint NOT NULL,
	general_checked bigint NOT NULL,
	general_failed bigint NOT NULL,
	not_applicable bigint NOT NULL,
	score bigint NOT NULL CHECK (score BETWEEN 0 AND 1000),
	result text NOT NULL CHECK (result IN ('CONFORM', 'BASIC_CONFORM', 'NOT_CONFORM')),
	handling text NOT NULL CHECK (handling IN ('PASS', 'ORDER', 'STOP')),
	correct_by bigint NOT NULL,
	items text NOT NULL,
	remarks text NOT NULL,
	recorded_at bigint NOT NULL,
	published_at bigint NOT NULL,
	CHECK (inspector1 <> inspector2)
) STRICT;

CREATE INDEX inspections_by_operator ON inspections (operator, inspected_at, id);
CREATE INDEX inspections_by_time ON inspections (inspected_at, id);
CREATE INDEX inspections_by_result ON inspections (result, inspected_at, id);

CREATE VIEW pub_inspections AS
	SELECT id, operator, kind, inspected_at, result, score, key_failed, general_failed, published_at
	FROM inspections;
