-- Signatures that officers drew, each its own (officers.c): the newest of an officer is printed where it signs; what was printed before
-- keeps the picture of its day.
CREATE TABLE officer_signatures (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	officer bigint NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	drawn_at bigint NOT NULL
) STRICT;
CREATE INDEX officer_signatures_officer ON officer_signatures (officer, id);
CREATE VIEW pub_officer_signatures AS SELECT id, officer, sm3, sha256, drawn_at FROM officer_signatures;
