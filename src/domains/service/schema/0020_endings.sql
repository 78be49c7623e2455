-- When the job that ends a public notice was last queued: machinery, one that fails is tried anew after an hour.
CREATE TABLE service_endings (
	notice bigint NOT NULL PRIMARY KEY REFERENCES service_notices (id),
	queued_at bigint NOT NULL
) STRICT;
