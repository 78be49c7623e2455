-- What a delegate may do for its party, named as the routes name it ("state,papers"); "" everything: the party itself.
ALTER TABLE links ADD COLUMN powers text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN powers text NOT NULL DEFAULT '';
