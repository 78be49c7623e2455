-- What is to be given outside with faces covered, and what became of it.

-- Asked for: machinery, nobody's decision. One row for each file of the store.
CREATE TABLE blur_wishes (
	original text NOT NULL PRIMARY KEY,
	original_sha256 text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('still', 'clip')),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	asked_at bigint NOT NULL,
	done smallint NOT NULL
) STRICT;
CREATE INDEX blur_wishes_due ON blur_wishes (asked_at) WHERE done = 0;

CREATE TABLE blurs (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	original text NOT NULL,
	original_sha256 text NOT NULL,
	kind text NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('made', 'refused')),
	reason text NOT NULL,
	method text NOT NULL,
	pictures bigint NOT NULL,
	made_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX blurs_original ON blurs (original);

CREATE TABLE blur_pictures (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	blur bigint NOT NULL REFERENCES blurs (id),
	n bigint NOT NULL,
	at_ms bigint NOT NULL,
	areas bigint NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	size bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX blur_pictures_blur ON blur_pictures (blur, n);

-- state: due, made or refused. Pictures of a clip are numbered from 0; a still has one.
CREATE VIEW pub_blurs AS
	SELECT w.original, w.kind, w.operator, w.area, w.asked_at, coalesce(b.id, 0) AS blur, coalesce(b.state, 'due') AS state,
		coalesce(b.reason, '') AS reason, coalesce(b.method, '') AS method, coalesce(b.pictures, 0) AS pictures,
		coalesce(b.made_at, 0) AS made_at
	FROM blur_wishes w LEFT JOIN blurs b ON b.original = w.original;
CREATE VIEW pub_blur_pictures AS
	SELECT b.original, p.n, p.at_ms, p.sm3, p.sha256
	FROM blur_pictures p JOIN blurs b ON b.id = p.blur;
