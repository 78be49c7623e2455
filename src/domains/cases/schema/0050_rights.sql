-- Before the first evidence was taken from a party its officers showed their cards and told it its rights (O2 21): with which piece that
-- was noted. Records of an inquiry and of the scene print it themselves.
CREATE TABLE case_rights (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	exhibit bigint NOT NULL,
	told_by bigint NOT NULL,
	told_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_rights_exhibit ON case_rights (exhibit);
CREATE INDEX case_rights_case ON case_rights (case_id);
