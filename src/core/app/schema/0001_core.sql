-- Accounts, sessions, links, jobs, numbers, settings. Legal weight: users (witnessed); the rest is machinery.
CREATE TABLE users (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	login text NOT NULL,
	name text NOT NULL,
	role text NOT NULL,
	card_no text NOT NULL,
	area bigint NOT NULL,
	entity bigint NOT NULL,
	phone text NOT NULL,
	password text NOT NULL,
	totp_secret text NOT NULL,
	state text NOT NULL CHECK (state IN ('active', 'closed')),
	created_at bigint NOT NULL,
	password_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_login ON users (login);

-- What changes with every login and is nobody's decision.
CREATE TABLE user_state (
	user_id bigint NOT NULL PRIMARY KEY REFERENCES users (id),
	failures bigint NOT NULL,
	locked_until bigint NOT NULL,
	totp_step bigint NOT NULL,
	last_login bigint NOT NULL
) STRICT;

CREATE TABLE sessions (
	token text NOT NULL PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('user', 'party')),
	user_id bigint NOT NULL,
	entity bigint NOT NULL,
	subject bigint NOT NULL,
	full_login smallint NOT NULL,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	seen_at bigint NOT NULL
) STRICT;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE links (
	token text NOT NULL PRIMARY KEY,
	entity bigint NOT NULL,
	subject bigint NOT NULL,
	phone text NOT NULL,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	used_at bigint NOT NULL
) STRICT;

CREATE TABLE login_audit (
	id bigint NOT NULL PRIMARY KEY,
	at bigint NOT NULL,
	login text NOT NULL,
	result text NOT NULL,
	remote text NOT NULL
) STRICT;
CREATE INDEX login_audit_at ON login_audit (at);

CREATE TABLE settings (
	name text NOT NULL PRIMARY KEY,
	value text NOT NULL
) STRICT;

CREATE TABLE counters (
	series text NOT NULL PRIMARY KEY,
	last bigint NOT NULL
) STRICT;

CREATE TABLE jobs (
	id bigint NOT NULL PRIMARY KEY,
	kind text NOT NULL,
	subject bigint NOT NULL,
	data text NOT NULL,
	run_at bigint NOT NULL,
	attempts bigint NOT NULL,
	leased_until bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('due', 'dead')),
	error text NOT NULL,
	created_at bigint NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'due';

CREATE VIEW pub_users AS SELECT id, name, login, role, card_no, area, state FROM users;
CREATE VIEW pub_ledger AS
	SELECT seq, at, name, actor, actor_name, subject, entity, cause, data FROM ledger;
