-- What a party was told and said before a later notice took its place: after a change to the ordinary procedure, or of new facts. Never made
-- worse by it, and answered in the decision (APL 45, O2 58).
CREATE TABLE case_told_before (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	kinds text NOT NULL,
	fine_fen bigint NOT NULL,
	confiscated_fen bigint NOT NULL,
	told_at bigint NOT NULL,
	statement text NOT NULL,
	words text NOT NULL,
	heard_at bigint NOT NULL,
	kept_at bigint NOT NULL
) STRICT;
CREATE INDEX case_told_before_case ON case_told_before (case_id, told_at);
