-- What the search finds operators by (src/core/app/search.h): the beginnings of all texts as numbers, so that one
-- SQL text serves both databases. The area stands in the key: an officer of one town passes over the others' rows
-- without looking at the operators.
CREATE TABLE operator_tokens (
	token bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	PRIMARY KEY (token, operator, area)
) STRICT, WITHOUT ROWID;

-- One row: tokens are there of all operators with an id up to done_to; the last number there is says all, now and later.
CREATE TABLE operator_index (
	id bigint PRIMARY KEY,
	done_to bigint NOT NULL,
	started smallint NOT NULL
) STRICT;

INSERT INTO operator_index (id, done_to, started)
	SELECT 1, CASE WHEN count(*) = 0 THEN 9223372036854775807 ELSE 0 END, 0 FROM operators;

CREATE VIEW pub_operator_tokens AS SELECT token, operator, area FROM operator_tokens;
