-- What ties two operators: rows with a first and a last day, seen from both sides. since, until: local midnights, 0 not
-- known or still going on.
CREATE TABLE relations (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('chain', 'contract', 'supply', 'kitchen')),
	operator bigint NOT NULL REFERENCES operators (id),
	other bigint NOT NULL REFERENCES operators (id),
	since bigint NOT NULL,
	until bigint NOT NULL,
	remarks text NOT NULL,
	state text NOT NULL CHECK (state IN ('VALID', 'WITHDRAWN')),
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL
) STRICT;

CREATE INDEX relations_by_operator ON relations (operator, kind);
CREATE INDEX relations_by_other ON relations (other, kind);

-- Doubles: two files of one operator. The double is closed and leads to the survivor; its facts stay its own. undone_at 0:
-- the merge holds. was_state: what the double was before.
CREATE TABLE operator_merges (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL REFERENCES operators (id),
	survivor bigint NOT NULL REFERENCES operators (id),
	was_state text NOT NULL,
	reason text NOT NULL,
	merged_by bigint NOT NULL,
	merged_at bigint NOT NULL,
	undo_reason text NOT NULL,
	undone_by bigint NOT NULL,
	undone_at bigint NOT NULL
) STRICT;

CREATE UNIQUE INDEX operator_merges_holding ON operator_merges (operator) WHERE undone_at = 0;
CREATE INDEX operator_merges_by_survivor ON operator_merges (survivor);

-- Doubles are looked for by name and address, beside uscc and licence.
CREATE INDEX operators_by_address ON operators (address, name);

CREATE VIEW pub_relations AS
	SELECT id, kind, operator, other, since, until FROM relations WHERE state = 'VALID';

CREATE VIEW pub_operator_merges AS
	SELECT m.operator, m.survivor, s.code AS survivor_code, m.merged_at
	FROM operator_merges m JOIN operators s ON s.id = m.survivor WHERE m.undone_at = 0;

-- Operators whose tokens are not made yet: other rooms that search look at each.
CREATE VIEW pub_operators_unindexed AS SELECT operator FROM operator_unindexed;
