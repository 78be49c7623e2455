-- Entries of the one file for which no other room exists yet: kind, day, title, who took part, an attachment.
CREATE TABLE file_entries (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL REFERENCES operators (id),
	kind text NOT NULL CHECK (kind IN ('talk', 'correction', 'sampling', 'rapid_test', 'complaint', 'report', 'recall',
		'accident', 'self_check', 'assessment', 'insurance', 'honour', 'certificate', 'notice')),
	at bigint NOT NULL,
	until bigint NOT NULL,
	title text NOT NULL,
	parties text NOT NULL,
	remarks text NOT NULL,
	state text NOT NULL CHECK (state IN ('VALID', 'WITHDRAWN')),
	file_name text NOT NULL,
	file_type text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL
) STRICT;

CREATE INDEX file_entries_by_operator ON file_entries (operator, at, id);

-- How complete each file was when it was last computed: by the night, and when an entry is made. Percent of the parts
-- that rules/entities/file.json asks of this kind of business.
CREATE TABLE file_completeness (
	operator bigint PRIMARY KEY REFERENCES operators (id),
	area bigint NOT NULL,
	percent bigint NOT NULL,
	missing bigint NOT NULL,
	rule_version text NOT NULL,
	computed_at bigint NOT NULL
) STRICT;

CREATE INDEX file_completeness_by_area ON file_completeness (area, percent);

-- One row: the day whose night has been computed.
CREATE TABLE file_nights (
	id bigint PRIMARY KEY,
	day bigint NOT NULL
) STRICT;

INSERT INTO file_nights (id, day) VALUES (1, 0);

CREATE VIEW pub_file_entries AS
	SELECT id, operator, kind, at, until, title, state FROM file_entries WHERE state = 'VALID';

CREATE VIEW pub_file_completeness AS
	SELECT c.operator, c.area, c.percent, c.missing, c.rule_version, c.computed_at
	FROM file_completeness c JOIN operators o ON o.id = c.operator WHERE o.state = 'ACTIVE';
