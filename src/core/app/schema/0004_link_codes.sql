-- The code on its way to a party's telephone: machinery, nobody's decision. token: digest of the link's.
CREATE TABLE link_codes (
	token text NOT NULL PRIMARY KEY REFERENCES links (token),
	code text NOT NULL,
	sent_at bigint NOT NULL,
	tries bigint NOT NULL,
	day bigint NOT NULL,
	sent_today bigint NOT NULL
) STRICT;

-- Who holds a link, and the session it opened, when it is not the party itself: the name of its delegate.
ALTER TABLE links ADD COLUMN holder text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN holder text NOT NULL DEFAULT '';
CREATE INDEX sessions_subject ON sessions (subject) WHERE subject <> 0;
