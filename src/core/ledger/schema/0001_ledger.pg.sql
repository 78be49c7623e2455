-- The ledger of facts and its Merkle tree; see docs/LEDGER.md. Only ever added to.
CREATE TABLE ledger (
	seq bigint PRIMARY KEY,
	at bigint NOT NULL,
	name text NOT NULL,
	actor bigint NOT NULL,
	actor_name text NOT NULL,
	subject bigint NOT NULL,
	entity bigint NOT NULL,
	cause bigint NOT NULL,
	data text NOT NULL,
	rows text NOT NULL,
	leaf text NOT NULL,
	chain text NOT NULL,
	CHECK (seq >= 1 AND cause >= 0 AND cause < seq)
);
CREATE INDEX ledger_entity ON ledger (entity, seq);
CREATE INDEX ledger_subject ON ledger (subject, seq);
CREATE INDEX ledger_name ON ledger (name, seq);

-- Roots of the complete subtrees of 2^level facts, from 256 facts upwards.
CREATE TABLE ledger_nodes (
	level bigint NOT NULL,
	idx bigint NOT NULL,
	hash text NOT NULL,
	PRIMARY KEY (level, idx)
);

-- Where the next fact goes on: one row, changed by every fact, so its page keeps room for new versions.
CREATE TABLE ledger_state (
	id bigint PRIMARY KEY CHECK (id = 1),
	size bigint NOT NULL,
	chain text NOT NULL,
	frontier text NOT NULL,
	last_at bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO ledger_state (id, size, chain, frontier, last_at)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '', 0);

CREATE TABLE ledger_heads (
	size bigint PRIMARY KEY,
	at bigint NOT NULL,
	root text NOT NULL,
	key_id text NOT NULL,
	signature text NOT NULL
);

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the ledger is only ever added to'
		USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION ledger_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF new.size < old.size OR new.size > old.size + 1 OR new.last_at < old.last_at THEN
		RAISE EXCEPTION 'the ledger only goes forward'
			USING ERRCODE = 'integrity_constraint_violation';
	END IF;
	RETURN new;
END $$;
CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
	FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_nodes_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_nodes
	FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_heads_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_heads
	FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_state_no_delete BEFORE DELETE OR TRUNCATE ON ledger_state
	FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_state_forward BEFORE UPDATE ON ledger_state
	FOR EACH ROW EXECUTE FUNCTION ledger_forward();
