-- When the operator of a silent camera was told last.
CREATE TABLE camera_told (
	camera bigint NOT NULL PRIMARY KEY REFERENCES cameras (id),
	told_at bigint NOT NULL,
	phone text NOT NULL
) STRICT;
