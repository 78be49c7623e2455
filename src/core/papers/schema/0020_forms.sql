-- The texts of the forms that papers were ordered by; a paper names its own by digest ({"form": ".."} of its content),
-- so it is drawn by that one, whatever is in force when the signer comes to it.
CREATE TABLE paper_forms (
	sm3 text NOT NULL PRIMARY KEY,
	code text NOT NULL,
	form text NOT NULL
) STRICT;
