-- GB/T 28181 devices: who may register with the media worker, and what they told. What an officer decided is
-- witnessed; passwords lie apart, so that neither a digest nor a dump of the register holds them.
CREATE TABLE gb_devices (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	device text NOT NULL,
	label text NOT NULL,
	area bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'closed')),
	created_by bigint NOT NULL,
	created_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX gb_devices_device ON gb_devices (device);

-- In plain text: SIP's digest needs it, and devices take each hash of it they know. Never shown again.
CREATE TABLE gb_secrets (
	id bigint NOT NULL PRIMARY KEY REFERENCES gb_devices (id),
	password text NOT NULL
) STRICT;

-- What devices tell of themselves; nobody's decision, so not witnessed. Rows of devices that are not in the
-- register are those that knocked.
CREATE TABLE gb_states (
	device text NOT NULL PRIMARY KEY,
	node text NOT NULL,
	online smallint NOT NULL,
	since bigint NOT NULL,
	edition text NOT NULL,
	transport text NOT NULL,
	address text NOT NULL,
	name text NOT NULL,
	manufacturer text NOT NULL,
	model text NOT NULL,
	firmware text NOT NULL,
	reported_at bigint NOT NULL
) STRICT;
CREATE TABLE gb_channels (
	device text NOT NULL,
	channel text NOT NULL,
	name text NOT NULL,
	status text NOT NULL,
	ptz bigint NOT NULL,
	longitude bigint NOT NULL,
	latitude bigint NOT NULL,
	PRIMARY KEY (device, channel)
) STRICT;
CREATE TABLE gb_alarms (
	id bigint NOT NULL PRIMARY KEY,
	device text NOT NULL,
	channel text NOT NULL,
	priority text NOT NULL,
	method text NOT NULL,
	description text NOT NULL,
	at bigint NOT NULL,
	reported_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX gb_alarms_once ON gb_alarms (device, at, channel, method, description);
CREATE INDEX gb_alarms_reported ON gb_alarms (reported_at);

CREATE VIEW pub_gb_devices AS
	SELECT d.id, d.device, d.label, d.area, d.state, coalesce(s.online, 0) AS online, coalesce(s.since, 0) AS since
	FROM gb_devices d LEFT JOIN gb_states s ON s.device = d.device;
