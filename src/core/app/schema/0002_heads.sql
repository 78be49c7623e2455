-- Signed heads of the ledger are public by nature: whoever keeps one can later prove what was changed.
CREATE VIEW pub_heads AS SELECT size, at, root, key_id, signature FROM ledger_heads;
