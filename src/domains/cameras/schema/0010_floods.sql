-- Messages of strangers that a node did not look at, for there were too many of them. A machine's word.
CREATE TABLE gb_floods (
	node text NOT NULL PRIMARY KEY,
	dropped bigint NOT NULL,
	address text NOT NULL,
	since bigint NOT NULL,
	last_at bigint NOT NULL
) STRICT;
