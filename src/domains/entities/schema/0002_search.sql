-- What the search finds operators by (src/core/app/search.h): the beginnings of all texts as numbers, so that one
-- SQL text serves both databases. The area stands in the key: an officer of one town passes over the others' rows
-- without looking at the operators.
CREATE TABLE operator_tokens (
	token bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	PRIMARY KEY (token, operator, area)
) STRICT, WITHOUT ROWID;

-- Operators whose tokens are not made yet: the new ones of the last minute, or of a large file. Tokens lie all over
-- their table, so they are made for many operators at once, in order; until then these are found by looking at each.
CREATE TABLE operator_unindexed (
	operator bigint PRIMARY KEY
) STRICT;

INSERT INTO operator_unindexed (operator) SELECT id FROM operators;

CREATE VIEW pub_operator_tokens AS SELECT token, operator, area FROM operator_tokens;
