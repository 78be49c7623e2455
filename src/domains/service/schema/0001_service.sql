-- Service of papers (送达): what waits to reach its addressee, each attempt, public notices.
CREATE TABLE service_tasks (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	paper bigint NOT NULL,
	case_id bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	template text NOT NULL,
	title text NOT NULL,
	number text NOT NULL,
	sm3 text NOT NULL,
	sealed_at bigint NOT NULL,
	due_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('waiting', 'notice', 'served')),
	way text NOT NULL CHECK (way IN ('', 'direct', 'left', 'electronic', 'post', 'entrusted', 'forwarded', 'public_notice')),
	served_at bigint NOT NULL,
	receipt bigint NOT NULL,
	opened_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX service_tasks_paper ON service_tasks (paper);
CREATE INDEX service_tasks_case ON service_tasks (case_id, id);
CREATE INDEX service_tasks_waiting ON service_tasks (due_at, area) WHERE state <> 'served';

-- An attempt: post, entrusted and forwarded ones are sent first and have their result later.
CREATE TABLE service_attempts (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	task bigint NOT NULL REFERENCES service_tasks (id),
	way text NOT NULL CHECK (way IN ('direct', 'left', 'electronic', 'post', 'entrusted', 'forwarded', 'public_notice')),
	result text NOT NULL CHECK (result IN ('delivered', 'sent', 'refused', 'absent', 'returned', 'ended', 'withdrawn')),
	at bigint NOT NULL,
	result_at bigint NOT NULL,
	place text NOT NULL,
	receiver text NOT NULL,
	relation text NOT NULL,
	refusal text NOT NULL,
	witness text NOT NULL,
	mail_no text NOT NULL,
	words text NOT NULL,
	server1 bigint NOT NULL,
	server2 bigint NOT NULL,
	phone text NOT NULL,
	message text NOT NULL,
	sign_sm3 text NOT NULL,
	sign_sha256 text NOT NULL,
	witness_sm3 text NOT NULL,
	witness_sha256 text NOT NULL,
	photo_sm3 text NOT NULL,
	photo_sha256 text NOT NULL,
	video_sm3 text NOT NULL,
	video_sha256 text NOT NULL,
	entered_by bigint NOT NULL,
	entered_at bigint NOT NULL
) STRICT;
CREATE INDEX service_attempts_task ON service_attempts (task, at);
CREATE UNIQUE INDEX service_attempts_mail ON service_attempts (task, mail_no) WHERE mail_no <> '';

-- A public notice (公告送达) counts as service when its days are over.
CREATE TABLE service_notices (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	task bigint NOT NULL REFERENCES service_tasks (id),
	attempt bigint NOT NULL REFERENCES service_attempts (id),
	paper bigint NOT NULL,
	party_name text NOT NULL,
	title text NOT NULL,
	number text NOT NULL,
	body text NOT NULL,
	why text NOT NULL,
	state text NOT NULL CHECK (state IN ('published', 'ended', 'withdrawn')),
	published_at bigint NOT NULL,
	until_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	published_by bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX service_notices_open ON service_notices (task) WHERE state = 'published';
CREATE INDEX service_notices_until ON service_notices (until_at) WHERE state = 'published';
CREATE INDEX service_notices_published ON service_notices (published_at);

CREATE VIEW pub_services AS
	SELECT id, paper, case_id, operator, area, template, title, number, state, way, sealed_at, due_at, served_at, receipt, opened_at
	FROM service_tasks;
