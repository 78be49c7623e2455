-- A party may also ask to see a recording as it was recorded. What a request is about in particular: the term it wants moved, the part
-- of who is to step aside; until when it is to be answered (0: no day).
CREATE TABLE case_requests_next (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	kind text NOT NULL CHECK (kind IN ('hearing', 'recusal', 'more_time', 'recording')),
	officer bigint NOT NULL,
	words text NOT NULL,
	asked_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn')),
	answer text NOT NULL,
	until bigint NOT NULL,
	answered_by bigint NOT NULL,
	answered_at bigint NOT NULL
) STRICT;
INSERT INTO case_requests_next SELECT id, version, case_id, kind, officer, words, asked_at, state, answer, until, answered_by, answered_at
	FROM case_requests;
DROP TABLE case_requests;
ALTER TABLE case_requests_next RENAME TO case_requests;
CREATE INDEX case_requests_case ON case_requests (case_id, asked_at);

CREATE TABLE case_request_details (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	request bigint NOT NULL,
	target text NOT NULL,
	answer_due bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_request_details_request ON case_request_details (request);
CREATE INDEX case_request_details_case ON case_request_details (case_id);
