-- What is learnt from the officers' reviews: features of what was reported, models with their history, modes of
-- rules, and what was missed. Shares are hundredths of a per cent (8750 is 87.50 %), losses ten-thousandths.

-- What the classifier made of the crop that raised a lead; one row a lead, with the lead's id.
CREATE TABLE lead_features (
	id bigint NOT NULL PRIMARY KEY REFERENCES leads (id),
	version bigint NOT NULL,
	net text NOT NULL,
	base bigint NOT NULL CHECK (base BETWEEN 0 AND 10000),
	site bigint NOT NULL CHECK (site BETWEEN -1 AND 10000),
	features text NOT NULL
) STRICT;

-- Each training that got as far as a result. in_force is the name of the model it was compared with, '' the
-- classifier alone. proposed -> active -> retired; refused is the end.
CREATE TABLE vision_models (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	rule text NOT NULL,
	name text NOT NULL,
	net text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	trained_at bigint NOT NULL,
	trained_by bigint NOT NULL,
	labels bigint NOT NULL,
	confirmed bigint NOT NULL,
	cameras bigint NOT NULL,
	held_labels bigint NOT NULL,
	held_cameras bigint NOT NULL,
	newest bigint NOT NULL,
	in_force text NOT NULL,
	threshold bigint NOT NULL,
	recall bigint NOT NULL,
	share_before bigint NOT NULL,
	share_after bigint NOT NULL,
	gain_low bigint NOT NULL,
	gain_high bigint NOT NULL,
	loss_before bigint NOT NULL,
	loss_after bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('proposed', 'active', 'refused', 'retired')),
	why text NOT NULL,
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL,
	reason text NOT NULL
) STRICT;
CREATE UNIQUE INDEX vision_models_active ON vision_models (rule) WHERE state = 'active';
CREATE INDEX vision_models_rule ON vision_models (rule, id);

-- Decisions on rules, the newest of a rule is in force; a rule without one is normal.
CREATE TABLE rule_modes (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	rule text NOT NULL,
	mode text NOT NULL CHECK (mode IN ('normal', 'review_only', 'off')),
	before text NOT NULL,
	reason text NOT NULL,
	confirmed bigint NOT NULL,
	rejected bigint NOT NULL,
	decided_by bigint NOT NULL,
	decided_at bigint NOT NULL
) STRICT;
CREATE INDEX rule_modes_rule ON rule_modes (rule, id);
CREATE VIEW rule_modes_now AS
	SELECT m.rule, m.mode, m.decided_by, m.decided_at, m.reason FROM rule_modes m
	WHERE m.id = (SELECT max(id) FROM rule_modes WHERE rule = m.rule);

-- What an officer saw and the machine did not.
CREATE TABLE rule_misses (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	camera bigint NOT NULL REFERENCES cameras (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	rule text NOT NULL,
	seen_at bigint NOT NULL,
	remark text NOT NULL,
	reported_by bigint NOT NULL,
	reported_at bigint NOT NULL
) STRICT;
CREATE INDEX rule_misses_rule ON rule_misses (rule, seen_at);
CREATE INDEX rule_misses_camera ON rule_misses (camera, seen_at);
CREATE INDEX leads_found ON leads (rule, found_at);
