-- The ledger of facts and its Merkle tree; see docs/LEDGER.md. Only ever added to.
CREATE TABLE ledger (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	name TEXT NOT NULL,
	actor INTEGER NOT NULL,
	actor_name TEXT NOT NULL,
	subject INTEGER NOT NULL,
	entity INTEGER NOT NULL,
	cause INTEGER NOT NULL,
	data TEXT NOT NULL,
	rows TEXT NOT NULL,
	leaf TEXT NOT NULL,
	chain TEXT NOT NULL,
	CHECK (seq >= 1 AND cause >= 0 AND cause < seq)
) STRICT;
CREATE INDEX ledger_entity ON ledger (entity, seq);
CREATE INDEX ledger_subject ON ledger (subject, seq);
CREATE INDEX ledger_name ON ledger (name, seq);

-- Roots of the complete subtrees of 2^level facts, from 256 facts upwards.
CREATE TABLE ledger_nodes (
	level INTEGER NOT NULL,
	idx INTEGER NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

-- Where the next fact goes on: one row.
CREATE TABLE ledger_state (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	size INTEGER NOT NULL,
	chain TEXT NOT NULL,
	frontier TEXT NOT NULL,
	last_at INTEGER NOT NULL
) STRICT;
INSERT INTO ledger_state (id, size, chain, frontier, last_at)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '', 0);

CREATE TABLE ledger_heads (
	size INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	root TEXT NOT NULL,
	key_id TEXT NOT NULL,
	signature TEXT NOT NULL
) STRICT;

-- The inserts are guarded too: INSERT OR REPLACE takes a row away without asking the DELETE triggers.
CREATE TRIGGER ledger_next BEFORE INSERT ON ledger
WHEN new.seq <> (SELECT size + 1 FROM ledger_state) BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_nodes_new BEFORE INSERT ON ledger_nodes
WHEN EXISTS (SELECT 1 FROM ledger_nodes WHERE level = new.level AND idx = new.idx) BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_heads_new BEFORE INSERT ON ledger_heads
WHEN EXISTS (SELECT 1 FROM ledger_heads WHERE size >= new.size) BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_state_one BEFORE INSERT ON ledger_state BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_nodes_no_update BEFORE UPDATE ON ledger_nodes BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_nodes_no_delete BEFORE DELETE ON ledger_nodes BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_heads_no_update BEFORE UPDATE ON ledger_heads BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_heads_no_delete BEFORE DELETE ON ledger_heads BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_state_forward BEFORE UPDATE ON ledger_state
WHEN new.size < old.size OR new.size > old.size + 1 OR new.last_at < old.last_at BEGIN
	SELECT RAISE(ABORT, 'the ledger only goes forward');
END;
CREATE TRIGGER ledger_state_no_delete BEFORE DELETE ON ledger_state BEGIN
	SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
