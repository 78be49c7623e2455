-- In the simple procedure: the party told by word of mouth, recorded (form 38): when and where, by the two officers, who was there for it,
-- what it said, its signature or why it does not sign.
CREATE TABLE case_tellings (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	at bigint NOT NULL,
	place text NOT NULL,
	speaker text NOT NULL,
	fine_fen bigint NOT NULL,
	said text NOT NULL CHECK (said IN ('later', 'none', 'made')),
	words text NOT NULL,
	sign_sm3 text NOT NULL,
	sign_sha256 text NOT NULL,
	refusal text NOT NULL,
	paper bigint NOT NULL,
	told_by bigint NOT NULL,
	written_at bigint NOT NULL
) STRICT;
CREATE INDEX case_tellings_case ON case_tellings (case_id, at);
