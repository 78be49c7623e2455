-- Where a camera's rules differ from the defaults in rules/vision. One row a camera and rule; numbers of 0 are the
-- default's. revision counts the changes, so that a lead names the settings it was found under.
CREATE TABLE camera_rules (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	camera bigint NOT NULL REFERENCES cameras (id),
	rule text NOT NULL,
	revision bigint NOT NULL,
	enabled smallint NOT NULL CHECK (enabled IN (0, 1)),
	zones text NOT NULL,
	hours text NOT NULL,
	threshold bigint NOT NULL CHECK (threshold BETWEEN 0 AND 10000),
	k bigint NOT NULL CHECK (k BETWEEN 0 AND 32),
	n bigint NOT NULL CHECK (n BETWEEN 0 AND 32),
	cooldown_s bigint NOT NULL CHECK (cooldown_s BETWEEN 0 AND 604800),
	changed_by bigint NOT NULL,
	changed_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX camera_rules_camera ON camera_rules (camera, rule);

-- What each vision worker reports of its load; nobody's decision. Hundredths: looks a second, per cent.
CREATE TABLE vision_nodes (
	node text NOT NULL PRIMARY KEY,
	seen_at bigint NOT NULL,
	cameras bigint NOT NULL,
	looks bigint NOT NULL,
	gated bigint NOT NULL,
	busy bigint NOT NULL,
	stretch bigint NOT NULL,
	late bigint NOT NULL
) STRICT;
