-- What the watch of many kitchens takes beside the register: settings of a device's streams, which node
-- records which camera, and when each camera was live.

-- One row a camera, with the camera's id; a camera without one has the defaults.
CREATE TABLE camera_settings (
	id bigint NOT NULL PRIMARY KEY REFERENCES cameras (id),
	version bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('kitchen', 'canteen', 'banquet', 'store', 'market', 'body')),
	sub_url text NOT NULL,
	reader text NOT NULL CHECK (reader IN ('', 'libav')),
	keep_days bigint NOT NULL CHECK (keep_days BETWEEN 0 AND 3650),
	position text NOT NULL
) STRICT;

-- Machines that record. A node holds its leases as long as it is heard of.
CREATE TABLE media_nodes (
	node text NOT NULL PRIMARY KEY,
	seen_at bigint NOT NULL,
	takes text NOT NULL,
	capacity bigint NOT NULL,
	disk_total bigint NOT NULL,
	disk_free bigint NOT NULL,
	recorded bigint NOT NULL,
	oldest_at bigint NOT NULL
) STRICT;
CREATE TABLE camera_leases (
	camera bigint NOT NULL PRIMARY KEY REFERENCES cameras (id),
	node text NOT NULL,
	since bigint NOT NULL
) STRICT;
CREATE INDEX camera_leases_node ON camera_leases (node, camera);

-- The history of camera_status: how long each camera was in which state. until is 0 for the running spell.
CREATE TABLE camera_spells (
	id bigint NOT NULL PRIMARY KEY,
	camera bigint NOT NULL REFERENCES cameras (id),
	state text NOT NULL,
	reason text NOT NULL,
	since bigint NOT NULL,
	until bigint NOT NULL
) STRICT;
CREATE INDEX camera_spells_camera ON camera_spells (camera, since);
CREATE INDEX camera_spells_running ON camera_spells (until, camera);
