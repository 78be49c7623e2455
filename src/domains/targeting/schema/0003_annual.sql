-- The plan of a year. Its visits are not witnessed one by one: items_sm3 is of all of them as they were laid down.
CREATE TABLE annual_plans (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	year bigint NOT NULL,
	from_month bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('making', 'draft', 'approved', 'discarded')),
	operators bigint NOT NULL,
	visits bigint NOT NULL,
	offsite bigint NOT NULL,
	conflicts bigint NOT NULL,
	items_sm3 text NOT NULL,
	rule_version text NOT NULL,
	made_by bigint NOT NULL,
	made_at bigint NOT NULL,
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX annual_plans_year ON annual_plans (year) WHERE state = 'approved';

-- A visit of the plan. conflict: the law asks for more visits than credit allows.
CREATE TABLE annual_visits (
	id bigint NOT NULL PRIMARY KEY,
	plan bigint NOT NULL REFERENCES annual_plans (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	business text NOT NULL,
	month bigint NOT NULL CHECK (month BETWEEN 1 AND 12),
	kind text NOT NULL CHECK (kind IN ('INSP_ROUTINE', 'INSP_OFFSITE')),
	conflict smallint NOT NULL,
	state text NOT NULL CHECK (state IN ('planned', 'due', 'done', 'lapsed')),
	inspection bigint NOT NULL,
	done_at bigint NOT NULL
) STRICT;
CREATE INDEX annual_visits_month ON annual_visits (plan, month, area, state);
CREATE INDEX annual_visits_operator ON annual_visits (operator, plan, month);

CREATE VIEW pub_annual_visits AS
	SELECT v.id, p.year, v.operator, v.area, v.month, v.kind, v.state, v.inspection
	FROM annual_visits v JOIN annual_plans p ON p.id = v.plan WHERE p.state = 'approved';
