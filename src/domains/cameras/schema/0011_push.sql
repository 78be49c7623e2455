-- Where a node takes what cameras push: HOST:PORT, HOST may be empty. A machine's word.
CREATE TABLE media_doors (
	node text NOT NULL PRIMARY KEY,
	push_at text NOT NULL
) STRICT;
