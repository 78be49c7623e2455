-- A picture or clip that an officer of the case gives the party as it was recorded, faces uncovered: what, why, who.
CREATE TABLE case_releases (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	evidence bigint NOT NULL REFERENCES case_evidence (id),
	what text NOT NULL CHECK (what IN ('still', 'clip')),
	reason text NOT NULL,
	released_by bigint NOT NULL,
	released_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_releases_evidence ON case_releases (evidence, what);
CREATE INDEX case_releases_case ON case_releases (case_id);
