-- Signatures of the party by finger: what it had read (SM3 of the form and its lines), when it was shown and signed, on which device,
-- from which address, and the paper that says just that.
CREATE TABLE case_signatures (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	about text NOT NULL CHECK (about IN ('address', 'evidence', 'statement')),
	paper bigint NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	shown_sm3 text NOT NULL,
	shown_at bigint NOT NULL,
	signed_at bigint NOT NULL,
	device text NOT NULL,
	remote text NOT NULL,
	signer text NOT NULL
) STRICT;
CREATE INDEX case_signatures_case ON case_signatures (case_id, signed_at);

-- Records of taking electronic data (form 12): which pieces they cover (all that were there until then), and what became of the party's
-- signature.
CREATE TABLE case_edata_records (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	answer text NOT NULL CHECK (answer IN ('accepts', 'disputes', 'silent', 'refuses')),
	words text NOT NULL,
	pieces bigint NOT NULL,
	paper bigint NOT NULL,
	made_by bigint NOT NULL,
	made_at bigint NOT NULL
) STRICT;
CREATE INDEX case_edata_records_case ON case_edata_records (case_id, made_at);

-- What the party stated and when: it may add to it until its term ends or it says that this is all.
CREATE TABLE case_statements (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	words text NOT NULL,
	files bigint NOT NULL,
	stated_by text NOT NULL,
	stated_at bigint NOT NULL
) STRICT;
CREATE INDEX case_statements_case ON case_statements (case_id, stated_at);

-- Sound is evidence with its words written out (O2 25): of a recording of the party (case_party_files) or of a body camera.
CREATE TABLE case_transcripts (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	recording bigint NOT NULL,
	words text NOT NULL,
	written_by bigint NOT NULL,
	written_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_transcripts_recording ON case_transcripts (case_id, recording);
