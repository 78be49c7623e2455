-- The signature fields inside a paper's PDF, in their order: what the file is built of again.
CREATE TABLE paper_fields (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	paper bigint NOT NULL REFERENCES papers (id),
	place bigint NOT NULL,
	profile text NOT NULL CHECK (profile IN ('p256', 'sm2')),
	signed_at bigint NOT NULL,
	certificates text NOT NULL,
	signature text NOT NULL
) STRICT;
CREATE UNIQUE INDEX paper_fields_paper ON paper_fields (paper, place);
