-- Statements of the bank that are being read, slice by slice; done ones stand in fine_statements.
CREATE TABLE fine_readings (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	name text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	pos bigint NOT NULL,
	line bigint NOT NULL,
	rows bigint NOT NULL,
	taken bigint NOT NULL,
	known bigint NOT NULL,
	unknown bigint NOT NULL,
	bad bigint NOT NULL,
	taken_by bigint NOT NULL,
	begun_at bigint NOT NULL
) STRICT;
CREATE INDEX fine_readings_file ON fine_readings (sm3);

CREATE TABLE fine_rejects (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	statement bigint NOT NULL,
	line bigint NOT NULL,
	number text NOT NULL,
	reason text NOT NULL
) STRICT;
CREATE INDEX fine_rejects_statement ON fine_rejects (statement, line);

DROP VIEW pub_fine_statements;
CREATE VIEW pub_fine_statements AS
	SELECT sm3, taken_at FROM fine_statements UNION ALL SELECT sm3, begun_at FROM fine_readings;

-- Money collected on the spot settles the fine, and has still to be handed in and banked (APL 71).
DROP VIEW pub_fine_clocks;
CREATE VIEW pub_fine_clocks AS
	SELECT c.id, f.case_id, f.operator, f.area, f.officer1, f.officer2, f.number, c.kind, c.due, c.clause
	FROM fine_clocks c JOIN fines f ON f.id = c.fine
	WHERE c.state <> 'done' AND (f.settled_at = 0 OR c.kind IN ('office', 'bank'));
