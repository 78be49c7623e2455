-- Official papers: what was ordered, under which number, and the file that was made of it.
CREATE TABLE papers (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	code text NOT NULL,
	template text NOT NULL,
	template_version text NOT NULL,
	number text NOT NULL,
	title text NOT NULL,
	subject bigint NOT NULL,
	entity bigint NOT NULL,
	area bigint NOT NULL,
	content text NOT NULL,
	dated_at bigint NOT NULL,
	ordered_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('ordered', 'sealed')),
	sealed_at bigint NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	size bigint NOT NULL,
	signature text NOT NULL,
	key_id text NOT NULL
) STRICT;
CREATE UNIQUE INDEX papers_code ON papers (code);
CREATE UNIQUE INDEX papers_number ON papers (number) WHERE number <> '';
CREATE INDEX papers_subject ON papers (subject, id);
CREATE INDEX papers_entity ON papers (entity, id);
CREATE VIEW pub_papers AS
	SELECT id, code, template, number, title, subject, entity, sealed_at, ordered_at, sm3, sha256, state FROM papers;
