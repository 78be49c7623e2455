-- An application for an early end also ends with the publication itself (withdrawn, or its term over). SQLite cannot change a CHECK:
-- the table is written anew, row by row as it was.
CREATE TABLE publication_repairs_new (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	publication bigint NOT NULL REFERENCES publications (id),
	words text NOT NULL,
	promised smallint NOT NULL CHECK (promised IN (0, 1)),
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	type text NOT NULL,
	asked_at bigint NOT NULL,
	asked_by text NOT NULL CHECK (asked_by IN ('party', 'office')),
	state text NOT NULL CHECK (state IN ('asked', 'declined', 'taken', 'granted', 'refused', 'revoked', 'closed')),
	accept_due bigint NOT NULL,
	accepted_by bigint NOT NULL,
	accepted_at bigint NOT NULL,
	decide_due bigint NOT NULL,
	harm_removed smallint NOT NULL CHECK (harm_removed IN (0, 1)),
	not_listed smallint NOT NULL CHECK (not_listed IN (0, 1)),
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL,
	reason text NOT NULL
) STRICT;
INSERT INTO publication_repairs_new (id, version, publication, words, promised, sm3, sha256, type, asked_at, asked_by, state, accept_due,
		accepted_by, accepted_at, decide_due, harm_removed, not_listed, decided_by, decided_at, reason)
	SELECT id, version, publication, words, promised, sm3, sha256, type, asked_at, asked_by, state, accept_due,
		accepted_by, accepted_at, decide_due, harm_removed, not_listed, decided_by, decided_at, reason
	FROM publication_repairs;
DROP TABLE publication_repairs;
ALTER TABLE publication_repairs_new RENAME TO publication_repairs;
CREATE INDEX publication_repairs_publication ON publication_repairs (publication, asked_at);
CREATE UNIQUE INDEX publication_repairs_open ON publication_repairs (publication) WHERE state IN ('asked', 'taken');

-- Rows whose passed term is with a job: it removes its row, so that one that fails is asked again a day later and stops no other.
CREATE TABLE publication_looks (
	publication bigint NOT NULL PRIMARY KEY REFERENCES publications (id),
	at bigint NOT NULL
) STRICT;
