-- What officers ask of a device's own recordings: which there are, or a stretch of them to be fetched and kept.
CREATE TABLE device_orders (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	camera bigint NOT NULL REFERENCES cameras (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('list', 'fetch')),
	from_at bigint NOT NULL,
	to_at bigint NOT NULL,
	reason text NOT NULL,
	asked_by bigint NOT NULL,
	asked_at bigint NOT NULL,
	CHECK (to_at > from_at)
) STRICT;
CREATE INDEX device_orders_camera ON device_orders (camera, id);

-- What became of it: the machine's word, so not witnessed. open: not answered yet.
CREATE TABLE device_order_states (
	id bigint NOT NULL PRIMARY KEY REFERENCES device_orders (id),
	state text NOT NULL CHECK (state IN ('open', 'done', 'failed')),
	why text NOT NULL,
	found_from bigint NOT NULL,
	found_to bigint NOT NULL,
	answered_at bigint NOT NULL
) STRICT;
CREATE INDEX device_order_states_open ON device_order_states (state, id);
CREATE TABLE device_order_items (
	device_order bigint NOT NULL REFERENCES device_orders (id),
	start_at bigint NOT NULL,
	end_at bigint NOT NULL,
	name text NOT NULL,
	kind text NOT NULL,
	PRIMARY KEY (device_order, start_at, end_at)
) STRICT;
