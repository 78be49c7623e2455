-- Other electronic ways that a party named beside its telephone (O2 82): signed, a confirmation of its own.
CREATE TABLE service_accounts (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL,
	operator bigint NOT NULL,
	e_mail text NOT NULL,
	im text NOT NULL,
	fax text NOT NULL,
	sign_sm3 text NOT NULL,
	sign_sha256 text NOT NULL,
	paper bigint NOT NULL,
	named_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX service_accounts_case ON service_accounts (case_id);
