-- The lasting link of a food business to its own kitchen: who sent it, to which telephone, until when it holds.
CREATE TABLE portal_links (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	account bigint NOT NULL,
	phone text NOT NULL,
	token text NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'revoked')),
	made_by bigint NOT NULL,
	made_at bigint NOT NULL,
	revoked_by bigint NOT NULL,
	revoked_at bigint NOT NULL,
	opened bigint NOT NULL,
	opened_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX portal_links_token ON portal_links (token);
CREATE INDEX portal_links_operator ON portal_links (operator, made_at);

-- The code on its way to the telephone: machinery, nobody's decision.
CREATE TABLE portal_codes (
	link bigint NOT NULL PRIMARY KEY REFERENCES portal_links (id),
	code text NOT NULL,
	sent_at bigint NOT NULL,
	tries bigint NOT NULL,
	day bigint NOT NULL,
	sent_today bigint NOT NULL
) STRICT;
