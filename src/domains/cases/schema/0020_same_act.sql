-- A case collects what is found further only until its party is told (APL 44): what is found later is a matter of its own, with its own
-- pre-check, beside the told case. One pre-check of an operator and act at a time.
DROP INDEX cases_open;
CREATE UNIQUE INDEX cases_open ON cases (operator, act) WHERE state = 'precheck';
