-- What goes to the police with a case that may be a crime (form 5): written by its officers once the report that proposes it has passed.
CREATE TABLE case_handovers (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	report bigint NOT NULL REFERENCES case_reports (id),
	authority text NOT NULL,
	crime text NOT NULL,
	basis text NOT NULL,
	facts text NOT NULL,
	material text NOT NULL,
	procurator text NOT NULL,
	written_by bigint NOT NULL,
	written_at bigint NOT NULL
) STRICT;
CREATE INDEX case_handovers_case ON case_handovers (case_id, written_at);
