-- Pictures of findings of which no case came, erased when their term was over (个人信息保护法 19, 47). The lead itself and its digests stay.
CREATE TABLE lead_erasures (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	lead bigint NOT NULL UNIQUE,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	still_sm3 text NOT NULL,
	still_sha256 text NOT NULL,
	clip_sm3 text NOT NULL,
	clip_sha256 text NOT NULL,
	found_at bigint NOT NULL,
	rule_version text NOT NULL,
	erased_at bigint NOT NULL
) STRICT;
CREATE INDEX lead_erasures_still ON lead_erasures (still_sm3);
CREATE INDEX lead_erasures_clip ON lead_erasures (clip_sm3);
CREATE VIEW pub_lead_erasures AS SELECT lead, erased_at FROM lead_erasures;

-- What was derived from an erased picture is gone with it.
DROP VIEW pub_blurs;
DROP VIEW pub_blur_pictures;
CREATE VIEW pub_blurs AS
	SELECT w.original, w.kind, w.operator, w.area, w.asked_at, coalesce(b.id, 0) AS blur, coalesce(b.state, 'due') AS state,
		coalesce(b.reason, '') AS reason, coalesce(b.method, '') AS method, coalesce(b.pictures, 0) AS pictures,
		coalesce(b.made_at, 0) AS made_at
	FROM blur_wishes w LEFT JOIN blurs b ON b.original = w.original
	WHERE NOT EXISTS (SELECT 1 FROM lead_erasures e WHERE e.still_sm3 = w.original OR e.clip_sm3 = w.original);
CREATE VIEW pub_blur_pictures AS
	SELECT b.original, p.n, p.at_ms, p.sm3, p.sha256
	FROM blur_pictures p JOIN blurs b ON b.id = p.blur
	WHERE NOT EXISTS (SELECT 1 FROM lead_erasures e WHERE e.still_sm3 = b.original OR e.clip_sm3 = b.original);
