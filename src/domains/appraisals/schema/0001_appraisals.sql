-- Appraisal of closed cases (案卷评查). A round fixes its candidates and commits to a seed; the draw opens it. The seed stays
-- empty until then: it is made again from nonce and the key folder, and has to fit the commitment.
CREATE TABLE appraisal_rounds (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	title text NOT NULL,
	area bigint NOT NULL,
	from_day bigint NOT NULL,
	to_day bigint NOT NULL,
	kinds text NOT NULL,
	strata text NOT NULL,
	way text NOT NULL CHECK (way IN ('share', 'number')),
	amount bigint NOT NULL,
	candidates bigint NOT NULL,
	take bigint NOT NULL,
	table_version text NOT NULL,
	list_sm3 text NOT NULL,
	list_sha256 text NOT NULL,
	commitment text NOT NULL,
	nonce text NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'drawn', 'finished', 'withdrawn')),
	opened_by bigint NOT NULL,
	opened_at bigint NOT NULL,
	seed text NOT NULL,
	head_size bigint NOT NULL,
	head_root text NOT NULL,
	word text NOT NULL,
	drawn_by bigint NOT NULL,
	drawn_at bigint NOT NULL,
	draw_sm3 text NOT NULL,
	draw_sha256 text NOT NULL,
	finished_by bigint NOT NULL,
	finished_at bigint NOT NULL,
	reason text NOT NULL
) STRICT;
CREATE INDEX appraisal_rounds_time ON appraisal_rounds (opened_at, id);

-- A case in a round, once at most. replaced: another one of its stratum came in its place, by the draw's own order.
CREATE TABLE appraisals (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	round bigint NOT NULL REFERENCES appraisal_rounds (id),
	case_id bigint NOT NULL,
	place bigint NOT NULL,
	stratum text NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	number text NOT NULL,
	procedure text NOT NULL,
	outcome text NOT NULL,
	closed_at bigint NOT NULL,
	officer1 bigint NOT NULL,
	officer2 bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('drawn', 'assigned', 'told', 'objected', 'answered', 'final', 'replaced')),
	appraiser bigint NOT NULL,
	assigned_by bigint NOT NULL,
	assigned_at bigint NOT NULL,
	fill_due bigint NOT NULL,
	submitted_at bigint NOT NULL,
	opinion text NOT NULL,
	score bigint NOT NULL,
	grade text NOT NULL,
	vetoed bigint NOT NULL,
	failed bigint NOT NULL,
	object_due bigint NOT NULL,
	accepted_by bigint NOT NULL,
	accepted_at bigint NOT NULL,
	answered_at bigint NOT NULL,
	final_by bigint NOT NULL,
	final_at bigint NOT NULL,
	mend_state text NOT NULL CHECK (mend_state IN ('', 'ordered', 'shown', 'refused', 'accepted')),
	mend_due bigint NOT NULL,
	mend_words text NOT NULL,
	mend_by bigint NOT NULL,
	mend_at bigint NOT NULL,
	mend_sm3 text NOT NULL,
	mend_sha256 text NOT NULL,
	mend_type text NOT NULL,
	mend_answer text NOT NULL,
	reason text NOT NULL
) STRICT;
CREATE UNIQUE INDEX appraisals_case ON appraisals (round, case_id);
CREATE INDEX appraisals_of_case ON appraisals (case_id);
CREATE INDEX appraisals_of_appraiser ON appraisals (appraiser, state);
CREATE INDEX appraisals_of_officer1 ON appraisals (officer1);
CREATE INDEX appraisals_of_officer2 ON appraisals (officer2);

-- A line of the table: what the program found, what the appraiser says of it.
CREATE TABLE appraisal_points (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	appraisal bigint NOT NULL REFERENCES appraisals (id),
	code text NOT NULL,
	found text NOT NULL CHECK (found IN ('', 'ok', 'bad', 'na')),
	found_words text NOT NULL,
	found_detail text NOT NULL,
	found_at bigint NOT NULL,
	found_due bigint NOT NULL,
	verdict text NOT NULL CHECK (verdict IN ('', 'met', 'part', 'failed', 'na')),
	reason text NOT NULL
) STRICT;
CREATE UNIQUE INDEX appraisal_points_code ON appraisal_points (appraisal, code);

-- An officer of the case objects to a finding; the supervisor answers.
CREATE TABLE appraisal_objections (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	appraisal bigint NOT NULL REFERENCES appraisals (id),
	code text NOT NULL,
	words text NOT NULL,
	made_by bigint NOT NULL,
	made_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('made', 'upheld', 'rejected')),
	answer text NOT NULL,
	answered_by bigint NOT NULL,
	answered_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX appraisal_objections_code ON appraisal_objections (appraisal, code);

-- What waits for somebody: person1 and person2 may do it; 0: whoever leads.
CREATE VIEW pub_appraisal_clocks AS
	SELECT a.id, a.area, a.operator, a.number, 'fill' AS kind, a.appraiser AS person1, a.appraiser AS person2, a.fill_due AS due
		FROM appraisals a WHERE a.state = 'assigned'
	UNION ALL SELECT a.id, a.area, a.operator, a.number, 'object', a.officer1, a.officer2, a.object_due
		FROM appraisals a WHERE a.state = 'told' AND a.accepted_at = 0
	UNION ALL SELECT a.id, a.area, a.operator, a.number, 'answer', r.opened_by, r.opened_by, a.object_due
		FROM appraisals a JOIN appraisal_rounds r ON r.id = a.round WHERE a.state = 'objected'
	UNION ALL SELECT a.id, a.area, a.operator, a.number, 'mend', a.officer1, a.officer2, a.mend_due
		FROM appraisals a WHERE a.mend_state IN ('ordered', 'refused')
	UNION ALL SELECT a.id, a.area, a.operator, a.number, 'check', r.opened_by, r.opened_by, a.mend_due
		FROM appraisals a JOIN appraisal_rounds r ON r.id = a.round WHERE a.mend_state = 'shown';
-- Results that stand, for whoever counts quality.
CREATE VIEW pub_appraisals AS
	SELECT id, round, case_id, operator, area, score, grade, final_at, mend_state FROM appraisals WHERE state = 'final';
