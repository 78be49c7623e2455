-- What static risk is made of, as an officer recorded it: never written over, a later one takes its place from recorded_at on.
-- facts: what the rules compute with, as one text, kept beside what is known of the business at each time (grade_subjects).
CREATE TABLE grade_profiles (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	form text NOT NULL CHECK (form IN ('caterer', 'seller', 'maker')),
	observed_at bigint NOT NULL,
	source text NOT NULL,
	floor_area bigint NOT NULL,
	seats bigint NOT NULL,
	suppliers bigint NOT NULL,
	packaged_ambient bigint NOT NULL,
	packaged_chilled bigint NOT NULL,
	packaged_frozen bigint NOT NULL,
	loose_ambient bigint NOT NULL,
	loose_chilled bigint NOT NULL,
	loose_frozen bigint NOT NULL,
	raw bigint NOT NULL,
	cold bigint NOT NULL,
	pastry bigint NOT NULL,
	hot bigint NOT NULL,
	drinks bigint NOT NULL,
	other bigint NOT NULL,
	perishable smallint NOT NULL,
	food_class text NOT NULL,
	facts text NOT NULL,
	recorded_by bigint NOT NULL,
	recorded_at bigint NOT NULL
) STRICT;
CREATE INDEX grade_profiles_by_operator ON grade_profiles (operator, recorded_at, id);

ALTER TABLE grade_subjects ADD COLUMN profile text NOT NULL DEFAULT '';
