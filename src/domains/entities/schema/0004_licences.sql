-- Licences, permits and filings of an operator, several each. The one that names the place of business (operators.licence_no)
-- gets a row here when somebody files its particulars; pub_licences shows it before that too. issued, valid_until: local
-- midnights, 0 not known; valid_until is the last valid day, 0 with no_end = 1 for what is granted without an end.
CREATE TABLE licences (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	operator bigint NOT NULL REFERENCES operators (id),
	kind text NOT NULL CHECK (kind IN ('food_business', 'food_production', 'additive_production', 'workshop_permit',
		'small_caterer_filing', 'stall_card', 'prepackaged_filing', 'market_filing', 'business_licence', 'other')),
	number text NOT NULL,
	issuer text NOT NULL,
	scope text NOT NULL,
	issued bigint NOT NULL,
	valid_until bigint NOT NULL,
	no_end bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('VALID', 'SUSPENDED', 'REVOKED', 'CANCELLED', 'REPLACED', 'WITHDRAWN')),
	state_since bigint NOT NULL,
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL
) STRICT;

CREATE INDEX licences_by_operator ON licences (operator, id);
CREATE UNIQUE INDEX licences_by_number ON licences (number, kind, operator);
CREATE INDEX licences_by_expiry ON licences (valid_until);

-- Licences as other rooms may know them. id 0: only the number and the last day are on file yet.
CREATE VIEW pub_licences AS
	SELECT l.id, l.operator, o.area, l.kind, l.number, l.issuer, l.scope, l.issued, l.valid_until, l.no_end, l.state,
		l.state_since, CASE WHEN l.number = o.licence_no THEN 1 ELSE 0 END AS main
	FROM licences l JOIN operators o ON o.id = l.operator WHERE l.state <> 'WITHDRAWN'
	UNION ALL
	SELECT 0, o.id, o.area, CASE o.kind WHEN 'food_maker' THEN 'food_production' WHEN 'workshop' THEN 'workshop_permit'
		WHEN 'small_caterer' THEN 'small_caterer_filing' WHEN 'stall' THEN 'stall_card' WHEN 'market' THEN 'market_filing'
		ELSE 'food_business' END,
		o.licence_no, '', '', 0, o.licence_valid_to, 0, 'VALID', 0, 1
	FROM operators o
	WHERE NOT EXISTS (SELECT 1 FROM licences l WHERE l.number = o.licence_no AND l.operator = o.id
		AND l.state <> 'WITHDRAWN');
