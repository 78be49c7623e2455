-- A review body or a court orders a new decision: the case in which it is made, and the last moment for it. 0: none was ordered.
ALTER TABLE case_remedies ADD COLUMN anew_case bigint NOT NULL DEFAULT 0;
ALTER TABLE case_remedies ADD COLUMN anew_due bigint NOT NULL DEFAULT 0;
CREATE INDEX case_remedies_anew ON case_remedies (anew_case) WHERE anew_case > 0;
-- Such an order is a source of its own kind; the view of files reads the sources and is made again as it was.
DROP VIEW pub_case_files;
CREATE TABLE case_sources_kept (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	kind text NOT NULL CHECK (kind IN ('complaint', 'report', 'inspection', 'test', 'transferred', 'other_office', 'assigned', 'anew', 'other')),
	from_whom text NOT NULL,
	document text NOT NULL,
	received_at bigint NOT NULL,
	words text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	type text NOT NULL,
	registered_by bigint NOT NULL,
	registered_at bigint NOT NULL
) STRICT;
INSERT INTO case_sources_kept SELECT id, version, case_id, kind, from_whom, document, received_at, words, sm3, sha256, type, registered_by,
	registered_at FROM case_sources;
DROP TABLE case_sources;
ALTER TABLE case_sources_kept RENAME TO case_sources;
CREATE INDEX case_sources_case ON case_sources (case_id, registered_at);
CREATE VIEW pub_case_files AS
	SELECT e.id, e.case_id, 'found' AS source, e.kind, '' AS title, e.taken_at, '' AS place, e.method, '' AS maker, e.usable_why AS words,
		e.still_sm3 AS sm3, e.still_sha256 AS sha256,
		CASE WHEN e.still_sm3 = '' THEN '' WHEN e.kind = 'EV_ED' THEN 'image/svg+xml' ELSE 'image/jpeg' END AS type,
		e.clip_sm3 AS more_sm3, e.clip_sha256 AS more_sha256,
		CASE WHEN e.clip_sm3 = '' THEN '' WHEN e.kind = 'EV_ED' THEN 'text/csv' ELSE 'video/mp4' END AS more_type, 0 AS paper
	FROM case_evidence e
	UNION ALL
	SELECT x.id, x.case_id, 'exhibit', x.kind, x.title, x.taken_at, x.place, x.method, x.maker, x.words, x.sm3, x.sha256, x.type,
		x.sign_sm3, x.sign_sha256, CASE WHEN x.sign_sm3 = '' THEN '' ELSE 'image/png' END, x.paper
	FROM case_exhibits x
	UNION ALL
	SELECT f.id, f.case_id, 'party', 'EV_PARTY', '', f.sent_at, '', '', '', f.about, f.sm3, f.sha256, f.type, '', '', '', 0
	FROM case_party_files f
	UNION ALL
	SELECT c.id, c.id, 'correction', 'EV_PARTY', '', c.correction_at, '', '', '', c.correction_words, c.correction_sm3, c.correction_sha256,
		'image/jpeg', '', '', '', 0
	FROM cases c WHERE c.correction_sm3 <> ''
	UNION ALL
	SELECT s.id, s.case_id, 'source', '', '', s.received_at, '', s.document, s.from_whom, s.words, s.sm3, s.sha256, s.type, '', '', '', 0
	FROM case_sources s WHERE s.sm3 <> '';
