-- The register of numbers: each number of a paper, from the day it was taken. There is no way to take one out.
CREATE TABLE paper_numbers (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	template text NOT NULL,
	title text NOT NULL,
	year bigint NOT NULL,
	seq bigint NOT NULL,
	number text NOT NULL,
	state text NOT NULL CHECK (state IN ('reserved', 'used', 'void')),
	paper bigint NOT NULL,
	taken_for text NOT NULL,
	taken_by text NOT NULL,
	taken_at bigint NOT NULL,
	void_reason text NOT NULL,
	void_by text NOT NULL,
	void_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX paper_numbers_seq ON paper_numbers (template, year, seq);
CREATE UNIQUE INDEX paper_numbers_number ON paper_numbers (number);
CREATE INDEX paper_numbers_paper ON paper_numbers (paper);
CREATE VIEW pub_paper_numbers AS SELECT id, template, year, seq, number, state, paper FROM paper_numbers;
