-- Each notice of a hearing's day: the seven working days before it run from its service. outcome: '' while it stands; the hearing was held,
-- put off, or the party stayed away. A hearing announced before this was kept has none.
CREATE TABLE case_hearing_notices (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL REFERENCES cases (id),
	hearing bigint NOT NULL REFERENCES case_hearings (id),
	paper bigint NOT NULL,
	at bigint NOT NULL,
	told_at bigint NOT NULL,
	served_at bigint NOT NULL,
	outcome text NOT NULL CHECK (outcome IN ('', 'held', 'put_off', 'absent')),
	reason text NOT NULL
) STRICT;
CREATE INDEX case_hearing_notices_hearing ON case_hearing_notices (hearing, told_at);
CREATE INDEX case_hearing_notices_paper ON case_hearing_notices (paper);
