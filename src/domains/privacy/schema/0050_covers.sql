-- Clips to be given outside with faces covered (个人信息保护法 6, 34; 政府信息公开条例 15). One row for each copy: asked for, made by the vision
-- worker, looked at by a person. A rectangle added by hand asks for a new copy, which replaces the one before. The original is another file and stays.
CREATE TABLE covers (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	original text NOT NULL,
	original_sha256 text NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	previous bigint NOT NULL,
	why text NOT NULL,
	asked_by bigint NOT NULL,
	asked_at bigint NOT NULL,
	hands text NOT NULL,
	rule_version text NOT NULL,
	parameters text NOT NULL,
	state text NOT NULL CHECK (state IN ('due', 'made', 'refused', 'replaced', 'confirmed', 'withdrawn')),
	reason text NOT NULL,
	method text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	size bigint NOT NULL,
	width bigint NOT NULL,
	height bigint NOT NULL,
	length_ms bigint NOT NULL,
	frames bigint NOT NULL,
	looks bigint NOT NULL,
	found bigint NOT NULL,
	made_at bigint NOT NULL,
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL,
	words text NOT NULL,
	CHECK (state <> 'confirmed' OR (sm3 <> '' AND decided_by <> 0))
) STRICT;
-- One copy of a clip is under way or in force.
CREATE UNIQUE INDEX covers_living ON covers (original) WHERE state IN ('due', 'made', 'confirmed');
CREATE INDEX covers_due ON covers (asked_at) WHERE state = 'due';
CREATE INDEX covers_asked ON covers (asked_at);

-- What may be given: looked at by a person, its original not erased.
CREATE VIEW pub_covers AS
	SELECT id, original, original_sha256, operator, area, why, sm3, sha256, size, length_ms, method, decided_by, decided_at
	FROM covers c
	WHERE state = 'confirmed' AND NOT EXISTS (SELECT 1 FROM lead_erasures e WHERE e.clip_sm3 = c.original);
