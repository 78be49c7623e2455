-- Where a matter came from when it was registered by hand (案件来源登记).
CREATE TABLE case_sources (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	kind text NOT NULL CHECK (kind IN ('complaint', 'report', 'inspection', 'test', 'transferred', 'other_office', 'assigned', 'other')),
	from_whom text NOT NULL,
	document text NOT NULL,
	received_at bigint NOT NULL,
	words text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	type text NOT NULL,
	registered_by bigint NOT NULL,
	registered_at bigint NOT NULL
) STRICT;
CREATE INDEX case_sources_case ON case_sources (case_id, registered_at);
