-- The value of the goods that a report proposes to confiscate: hearing, discussion and "never worse" look at it.
CREATE TABLE case_goods (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	report bigint NOT NULL REFERENCES case_reports (id),
	goods_fen bigint NOT NULL CHECK (goods_fen >= 0)
) STRICT;
CREATE UNIQUE INDEX case_goods_report ON case_goods (report);
