-- Requests for government information (依申请公开). Who asked stands apart, in a table that no fact witnesses, so that it can be erased.
CREATE TABLE disclosures (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	number text NOT NULL UNIQUE,
	title text NOT NULL,
	wanted text NOT NULL,
	way text NOT NULL CHECK (way IN ('visit', 'letter', 'net', 'fax')),
	form text NOT NULL CHECK (form IN ('paper', 'electronic', 'look')),
	received_day bigint NOT NULL,
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'mend', 'third', 'answered')),
	due bigint NOT NULL,
	days_left bigint NOT NULL,
	waits_words text NOT NULL,
	mended smallint NOT NULL CHECK (mended IN (0, 1)),
	extended_at bigint NOT NULL,
	extended_by bigint NOT NULL,
	extended_why text NOT NULL,
	answer text NOT NULL,
	answer_words text NOT NULL,
	answered_by bigint NOT NULL,
	answered_at bigint NOT NULL,
	in_time smallint NOT NULL CHECK (in_time IN (0, 1)),
	warned_due bigint NOT NULL,
	erased_at bigint NOT NULL
) STRICT;
CREATE INDEX disclosures_open ON disclosures (due) WHERE state = 'open';
CREATE INDEX disclosures_received ON disclosures (received_day);
CREATE TABLE disclosure_applicants (
	disclosure bigint NOT NULL PRIMARY KEY REFERENCES disclosures (id),
	name text NOT NULL,
	contact text NOT NULL
) STRICT;
CREATE VIEW pub_disclosure_clocks AS SELECT id, number, title, due FROM disclosures WHERE state = 'open';
