-- Random draws. seed stays empty until the draw: it is made again from nonce and the key folder, and has to fit the commitment.
CREATE TABLE draws (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	title text NOT NULL,
	area bigint NOT NULL,
	kinds text NOT NULL,
	due_at bigint NOT NULL,
	plan_version text NOT NULL,
	strata text NOT NULL,
	objects bigint NOT NULL,
	take bigint NOT NULL,
	inspectors bigint NOT NULL,
	snapshot_sm3 text NOT NULL,
	snapshot_sha256 text NOT NULL,
	commitment text NOT NULL,
	nonce text NOT NULL,
	state text NOT NULL CHECK (state IN ('committed', 'drawn', 'withdrawn')),
	committed_by bigint NOT NULL,
	committed_at bigint NOT NULL,
	seed text NOT NULL,
	head_size bigint NOT NULL,
	head_root text NOT NULL,
	word text NOT NULL,
	witness text NOT NULL,
	drawn_by bigint NOT NULL,
	drawn_at bigint NOT NULL,
	draw_sm3 text NOT NULL,
	draw_sha256 text NOT NULL,
	published_at bigint NOT NULL,
	published_by bigint NOT NULL,
	reason text NOT NULL
) STRICT;
CREATE INDEX draws_by_time ON draws (committed_at, id);

-- What was drawn, an object a row; written with its own fact, a slice at a time. place: its order in the draw.
CREATE TABLE draw_lots (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	draw bigint NOT NULL REFERENCES draws (id),
	place bigint NOT NULL,
	operator bigint NOT NULL,
	inspector1 bigint NOT NULL,
	inspector2 bigint NOT NULL,
	stratum text NOT NULL,
	CHECK (inspector1 <> inspector2)
) STRICT;
CREATE UNIQUE INDEX draw_lots_place ON draw_lots (draw, place);
CREATE INDEX draw_lots_operator ON draw_lots (operator, draw);

-- One inspector in the place of another, by the next number of the same draw. excluded: who could not come, as in the file.
CREATE TABLE draw_exchanges (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	draw bigint NOT NULL REFERENCES draws (id),
	no bigint NOT NULL,
	operator bigint NOT NULL,
	inspector_from bigint NOT NULL,
	inspector_to bigint NOT NULL,
	reason text NOT NULL CHECK (reason IN ('leave', 'recusal', 'card')),
	words text NOT NULL,
	excluded text NOT NULL,
	made_by bigint NOT NULL,
	made_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX draw_exchanges_no ON draw_exchanges (draw, no);

CREATE VIEW pub_draws AS
	SELECT id, title, area, due_at, state, objects, take, committed_at, drawn_at, published_at FROM draws;
CREATE VIEW pub_draw_lots AS SELECT draw, place, operator, inspector1, inspector2 FROM draw_lots;
