-- A party's link to a telephone that is not the register's: prepared by one person, sent when a second one agrees.
CREATE TABLE link_asks (
	subject bigint NOT NULL PRIMARY KEY,
	phone text NOT NULL,
	reason text NOT NULL,
	asked_by bigint NOT NULL,
	asked_at bigint NOT NULL
) STRICT;
