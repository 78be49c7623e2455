-- Places where food is kept, the sensors in them, what they measured, and the alarms that came of it.
-- Temperatures are hundredths of a degree Celsius, humidity hundredths of a per cent; -999999: not measured.
CREATE TABLE sensor_stores (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	name text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('cold', 'freezer', 'deep_freezer', 'display', 'pantry', 'ambient')),
	place text NOT NULL,
	phone text NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'closed')),
	created_at bigint NOT NULL
) STRICT;
CREATE INDEX sensor_stores_operator ON sensor_stores (operator);
CREATE INDEX sensor_stores_area ON sensor_stores (area, id);

-- credential: what the broker keeps of the device's password (PBKDF2), never the password.
CREATE TABLE sensors (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	store bigint NOT NULL REFERENCES sensor_stores (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	device text NOT NULL,
	measures text NOT NULL CHECK (measures IN ('t', 'rh', 'both')),
	interval_s bigint NOT NULL CHECK (interval_s BETWEEN 1 AND 86400),
	calibrated_at bigint NOT NULL,
	calibration_due bigint NOT NULL,
	offset_t bigint NOT NULL,
	offset_rh bigint NOT NULL,
	t_pointer text NOT NULL,
	t_unit text NOT NULL,
	rh_pointer text NOT NULL,
	rh_unit text NOT NULL,
	at_pointer text NOT NULL,
	at_unit text NOT NULL,
	credential text NOT NULL,
	credential_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'revoked', 'closed')),
	created_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX sensors_device ON sensors (device) WHERE state <> 'closed';
CREATE INDEX sensors_store ON sensors (store);

-- The last hour or so, a row a reading; older ones are rolled into sensor_hours.
CREATE TABLE sensor_readings (
	sensor bigint NOT NULL,
	at bigint NOT NULL,
	t bigint NOT NULL,
	rh bigint NOT NULL,
	PRIMARY KEY (sensor, at)
) STRICT;

-- One row a sensor-hour: all its readings as compact text (series.h), their figures, and SM3 of the text.
CREATE TABLE sensor_hours (
	sensor bigint NOT NULL,
	hour bigint NOT NULL,
	n bigint NOT NULL,
	t_n bigint NOT NULL,
	t_min bigint NOT NULL,
	t_max bigint NOT NULL,
	t_sum bigint NOT NULL,
	rh_n bigint NOT NULL,
	rh_min bigint NOT NULL,
	rh_max bigint NOT NULL,
	rh_sum bigint NOT NULL,
	body text NOT NULL,
	digest text NOT NULL,
	PRIMARY KEY (sensor, hour)
) STRICT;

-- A day of a store, sealed: digest over the hours of its sensors. Each sealing is a fact.
CREATE TABLE sensor_days (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	store bigint NOT NULL REFERENCES sensor_stores (id),
	day bigint NOT NULL,
	hours bigint NOT NULL,
	readings bigint NOT NULL,
	digest text NOT NULL,
	sealed_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX sensor_days_day ON sensor_days (store, day);
-- Days with hours that no seal covers yet.
CREATE TABLE sensor_unsealed (
	store bigint NOT NULL,
	day bigint NOT NULL,
	PRIMARY KEY (store, day)
) STRICT;

-- Where the rules stand, a row for each quantity of a sensor.
CREATE TABLE sensor_watch (
	sensor bigint NOT NULL,
	quantity text NOT NULL CHECK (quantity IN ('t', 'rh')),
	last_at bigint NOT NULL,
	last bigint NOT NULL,
	side bigint NOT NULL,
	since bigint NOT NULL,
	n bigint NOT NULL,
	back bigint NOT NULL,
	worst bigint NOT NULL,
	alarmed smallint NOT NULL,
	same_since bigint NOT NULL,
	same_n bigint NOT NULL,
	stuck smallint NOT NULL,
	PRIMARY KEY (sensor, quantity)
) STRICT;
-- When a sensor was last heard, and what of it could not be used.
CREATE TABLE sensor_feed (
	sensor bigint NOT NULL PRIMARY KEY,
	last_at bigint NOT NULL,
	received_at bigint NOT NULL,
	refused_n bigint NOT NULL,
	refused_at bigint NOT NULL,
	refused_why text NOT NULL
) STRICT;

CREATE TABLE sensor_alarms (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	sensor bigint NOT NULL REFERENCES sensors (id),
	store bigint NOT NULL REFERENCES sensor_stores (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	rule text NOT NULL CHECK (rule IN ('t_high', 't_low', 'rh_high', 'rh_low', 'gap', 'stuck', 'calibration')),
	rule_version text NOT NULL,
	act text NOT NULL,
	bound bigint NOT NULL,
	worst bigint NOT NULL,
	started_at bigint NOT NULL,
	found_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	told_at bigint NOT NULL,
	usable smallint NOT NULL,
	usable_why text NOT NULL,
	state text NOT NULL CHECK (state IN ('new', 'second', 'confirmed', 'rejected')),
	officer1 bigint NOT NULL,
	at1 bigint NOT NULL,
	reason1 text NOT NULL,
	officer2 bigint NOT NULL,
	at2 bigint NOT NULL,
	reason2 text NOT NULL,
	chart_sm3 text NOT NULL,
	chart_sha256 text NOT NULL,
	csv_sm3 text NOT NULL,
	csv_sha256 text NOT NULL
) STRICT;
-- One alarm of a kind at a time: the next can begin when this one has ended.
CREATE UNIQUE INDEX sensor_alarms_running ON sensor_alarms (sensor, rule) WHERE ended_at = 0;
CREATE INDEX sensor_alarms_waiting ON sensor_alarms (found_at) WHERE state IN ('new', 'second');
CREATE INDEX sensor_alarms_untold ON sensor_alarms (found_at) WHERE told_at = 0 AND ended_at = 0;
CREATE INDEX sensor_alarms_store ON sensor_alarms (store, found_at);
CREATE INDEX sensor_alarms_operator ON sensor_alarms (operator, found_at);

CREATE VIEW pub_stores AS
	SELECT s.id, s.operator, s.area, s.name, s.kind, s.place, s.state, s.created_at,
		(SELECT count(*) FROM sensor_alarms a WHERE a.store = s.id AND a.ended_at = 0 AND a.state <> 'rejected') AS alarms
	FROM sensor_stores s;
CREATE VIEW pub_sensor_alarms AS
	SELECT id, sensor, store, operator, area, rule, rule_version, act, bound, worst, started_at, found_at, ended_at, told_at,
		usable, usable_why, state, officer1, officer2, chart_sm3, chart_sha256, csv_sm3, csv_sha256
	FROM sensor_alarms;
