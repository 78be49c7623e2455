-- Who sent what a case came from: only so that the name is masked where a decision is published (食品安全法 115). Shown nowhere.
CREATE VIEW pub_complaint_senders AS
	SELECT c.case_id, r.reporter_name AS name FROM complaints c JOIN complaint_reporters r ON r.complaint = c.id WHERE c.case_id > 0;
