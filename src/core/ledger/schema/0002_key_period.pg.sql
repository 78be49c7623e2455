-- Each head names the head before it and the period of its key; 0: a head of the first form, which named neither.
ALTER TABLE ledger_heads ADD COLUMN previous bigint NOT NULL DEFAULT 0;
ALTER TABLE ledger_heads ADD COLUMN key_from bigint NOT NULL DEFAULT 0;
ALTER TABLE ledger_heads ADD COLUMN key_until bigint NOT NULL DEFAULT 0;
