-- A run: what was learnt, from what, and what came of it. model, report: JSON; counts of what was scored.
CREATE TABLE targeting_runs (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	at bigint NOT NULL,
	wanted_by bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('model', 'clocks')),
	why text NOT NULL,
	rule_version text NOT NULL,
	seed text NOT NULL,
	operators bigint NOT NULL,
	visits bigint NOT NULL,
	failed bigint NOT NULL,
	chosen bigint NOT NULL,
	conflicts bigint NOT NULL,
	took_ms bigint NOT NULL,
	input_sm3 text NOT NULL,
	model_sm3 text NOT NULL,
	scores_sm3 text NOT NULL,
	model text NOT NULL,
	report text NOT NULL
) STRICT;
CREATE INDEX targeting_runs_at ON targeting_runs (at, id);

-- The scores of the latest run: probabilities in ten-thousandths. due: what the law's clocks say; chosen: why it is on
-- the list. place: its place in the order of the whole district, from 1.
CREATE TABLE targeting_scores (
	operator bigint NOT NULL PRIMARY KEY,
	run bigint NOT NULL,
	area bigint NOT NULL,
	kind text NOT NULL,
	probability bigint NOT NULL,
	low bigint NOT NULL,
	high bigint NOT NULL,
	visits bigint NOT NULL,
	year_visits bigint NOT NULL,
	last_visit_at bigint NOT NULL,
	least bigint NOT NULL,
	most bigint NOT NULL,
	due text NOT NULL CHECK (due IN ('must', 'may', 'full', 'conflict')),
	chosen text NOT NULL CHECK (chosen IN ('', 'law', 'model', 'random')),
	place bigint NOT NULL,
	reasons text NOT NULL
) STRICT;
CREATE INDEX targeting_scores_place ON targeting_scores (place);
CREATE INDEX targeting_scores_area ON targeting_scores (area, place);

-- The day for which the nightly run was asked: one row, nobody's decision.
CREATE TABLE targeting_clock (
	id bigint NOT NULL PRIMARY KEY CHECK (id = 1),
	day bigint NOT NULL
) STRICT;

CREATE VIEW pub_targeting AS
	SELECT operator, run, area, probability, low, high, due, chosen, place FROM targeting_scores;
