-- Whom a party has act for it in a case, by a signed power (授权委托书).
CREATE TABLE service_delegates (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL,
	operator bigint NOT NULL,
	name text NOT NULL,
	id_last4 text NOT NULL,
	phone text NOT NULL,
	scope text NOT NULL,
	until_at bigint NOT NULL,
	words text NOT NULL,
	sign_sm3 text NOT NULL,
	sign_sha256 text NOT NULL,
	paper bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('named', 'revoked')),
	named_at bigint NOT NULL,
	revoked_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX service_delegates_named ON service_delegates (case_id) WHERE state = 'named';
