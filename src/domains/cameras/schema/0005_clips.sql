-- Stretches of recordings that an officer keeps as evidence, with what is to be known of each. Their files are in
-- the store, where nothing is removed by age.
CREATE TABLE camera_clips (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	camera bigint NOT NULL REFERENCES cameras (id),
	operator bigint NOT NULL,
	area bigint NOT NULL,
	started_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	reason text NOT NULL,
	clip_sm3 text NOT NULL,
	clip_sha256 text NOT NULL,
	size bigint NOT NULL,
	manifest text NOT NULL,
	made_by bigint NOT NULL,
	made_at bigint NOT NULL,
	CHECK (ended_at > started_at)
) STRICT;
CREATE INDEX camera_clips_camera ON camera_clips (camera, started_at);
