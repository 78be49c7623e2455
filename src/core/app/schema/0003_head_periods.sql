-- The heads as they are signed, with the head before and the period of the key.
DROP VIEW pub_heads;
CREATE VIEW pub_heads AS
	SELECT size, at, root, key_id, signature, previous, key_from, key_until FROM ledger_heads;
