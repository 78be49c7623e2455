-- What its officers answered when they asked to file a case: the four conditions of O2 19, the last by the end of the act (APL 36).
CREATE TABLE case_filings (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	proof smallint NOT NULL,
	due smallint NOT NULL,
	jurisdiction smallint NOT NULL,
	act_ended_at bigint NOT NULL,
	life_harmed smallint NOT NULL,
	found_at bigint NOT NULL,
	limit_at bigint NOT NULL,
	written_by bigint NOT NULL,
	written_at bigint NOT NULL
) STRICT;
CREATE INDEX case_filings_case ON case_filings (case_id, written_at);
