-- Where papers of a case reach its party, as the party confirmed it (address_at 0: it has not).
CREATE VIEW pub_case_addresses AS
	SELECT id AS case_id, operator, e_service, e_phone, post_address, receiver, address_at
	FROM cases;
