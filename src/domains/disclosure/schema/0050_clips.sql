-- Clips that an answer gives: copies with faces covered that a person has looked at (政府信息公开条例 15, 37), from the room of privacy.
CREATE TABLE disclosure_clips (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	disclosure bigint NOT NULL REFERENCES disclosures (id),
	cover bigint NOT NULL,
	original text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	put_by bigint NOT NULL,
	put_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX disclosure_clips_once ON disclosure_clips (disclosure, cover);
