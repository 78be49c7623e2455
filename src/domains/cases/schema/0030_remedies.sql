-- Review and suit (行政复议、行政诉讼) against any decision of a case, and what became of the decision by them.
CREATE TABLE case_remedies (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	kind text NOT NULL CHECK (kind IN ('review', 'suit')),
	begun_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	outcome text NOT NULL,
	effect text NOT NULL CHECK (effect IN ('', 'stands', 'changed', 'annulled', 'unlawful', 'void')),
	words text NOT NULL,
	fine_fen bigint NOT NULL CHECK (fine_fen >= 0),
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_remedies_running ON case_remedies (case_id) WHERE ended_at = 0;
CREATE INDEX case_remedies_case ON case_remedies (case_id, begun_at);
CREATE VIEW pub_case_remedies AS
	SELECT id, case_id, kind, begun_at, ended_at, outcome, effect, words, fine_fen FROM case_remedies;
-- Earlier offences are looked for by subject.
CREATE INDEX cases_operator_decided ON cases (operator, decided_at);
