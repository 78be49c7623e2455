-- What became of a case that goes to the police or to another office: when it was handed over, to whom, by which receipt; and what the
-- police answered. decision: the paper that it goes with.
CREATE TABLE case_transfers (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	decision bigint NOT NULL,
	receiver text NOT NULL,
	taken_by text NOT NULL,
	handed_at bigint NOT NULL,
	receipt text NOT NULL,
	written_by bigint NOT NULL,
	reply text NOT NULL CHECK (reply IN ('', 'accepted', 'refused')),
	replied_at bigint NOT NULL,
	reply_number text NOT NULL,
	reply_words text NOT NULL,
	reply_by bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX case_transfers_decision ON case_transfers (case_id, decision);
