-- Every paper of a measure by the step that ordered it: the end does not take the place of the beginning.
CREATE TABLE measure_papers (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	measure bigint NOT NULL REFERENCES measures (id),
	moment text NOT NULL CHECK (moment IN ('lab', 'more', 'care', 'end')),
	paper bigint NOT NULL,
	at bigint NOT NULL
) STRICT;
CREATE INDEX measure_papers_measure ON measure_papers (measure, at);

-- What was told of the report that follows a measure taken in urgency (O2 33, 36): each once.
CREATE TABLE measure_reports (
	measure bigint NOT NULL PRIMARY KEY,
	near_at bigint NOT NULL,
	over_at bigint NOT NULL
) STRICT;
