-- Terms that an officer was warned of: once before the end, once when it has passed. What is shown of them follows the case (ended_at);
-- that somebody was warned stands in the ledger.
CREATE TABLE case_clock_warnings (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	clock text NOT NULL,
	name text NOT NULL,
	name_en text NOT NULL,
	article text NOT NULL,
	article_en text NOT NULL,
	ends_at bigint NOT NULL,
	warned_at bigint NOT NULL,
	passed_at bigint NOT NULL,
	ended_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_clock_warnings_clock ON case_clock_warnings (case_id, clock, ends_at);
CREATE INDEX case_clock_warnings_open ON case_clock_warnings (ends_at) WHERE ended_at = 0;

-- The day on which the look at all clocks was finished last: one row.
CREATE TABLE case_clock_look (
	id bigint NOT NULL PRIMARY KEY,
	day bigint NOT NULL
) STRICT;

CREATE VIEW pub_case_clocks AS
	SELECT w.case_id, w.clock, w.name, w.name_en, w.article, w.article_en, w.ends_at, w.passed_at, c.area, c.operator, c.officer1, c.officer2,
		c.number, c.act_name
	FROM case_clock_warnings w JOIN cases c ON c.id = w.case_id WHERE w.ended_at = 0;
