-- Evidence must be verified (APL 46): what one officer added counts once the other one has compared it.
CREATE TABLE case_exhibit_checks (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	exhibit bigint NOT NULL REFERENCES case_exhibits (id),
	verdict text NOT NULL CHECK (verdict IN ('true', 'untrue')),
	reason text NOT NULL,
	checked_by bigint NOT NULL,
	checked_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_exhibit_checks_exhibit ON case_exhibit_checks (exhibit);
CREATE INDEX case_exhibit_checks_case ON case_exhibit_checks (case_id);
