-- Whom each run put on the list, and why: what was found there later says how good the lists are. Kept for so many days
-- as the rules say.
CREATE TABLE targeting_lists (
	run bigint NOT NULL,
	operator bigint NOT NULL,
	at bigint NOT NULL,
	chosen text NOT NULL CHECK (chosen IN ('law', 'model', 'random')),
	probability bigint NOT NULL,
	PRIMARY KEY (run, operator)
) STRICT;
CREATE INDEX targeting_lists_operator ON targeting_lists (operator, at);
CREATE INDEX targeting_lists_at ON targeting_lists (at);
