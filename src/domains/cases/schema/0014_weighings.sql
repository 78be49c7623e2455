-- Weighing (裁量): what the officers found, what the tables of the law said to it, and under which version of them.
CREATE TABLE case_weighings (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	small_caterer smallint NOT NULL,
	goods_fen bigint NOT NULL,
	days int NOT NULL,
	ill int NOT NULL,
	factors text NOT NULL,
	replies text NOT NULL,
	words text NOT NULL,
	refused smallint NOT NULL,
	repeated smallint NOT NULL,
	scale text NOT NULL,
	band text NOT NULL CHECK (band IN ('', 'none', 'reduced', 'light', 'ordinary', 'heavy')),
	serious smallint NOT NULL,
	low_fen bigint NOT NULL,
	high_fen bigint NOT NULL,
	exempt text NOT NULL,
	must_not text NOT NULL,
	why text NOT NULL,
	why_en text NOT NULL,
	discretion text NOT NULL,
	lists text NOT NULL,
	weighed_by bigint NOT NULL,
	weighed_at bigint NOT NULL
) STRICT;
CREATE INDEX case_weighings_case ON case_weighings (case_id, weighed_at);
