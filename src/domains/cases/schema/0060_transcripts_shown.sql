-- What is said in recordings of a case, written out (O2 25): for its archive volume.
CREATE VIEW pub_case_transcripts AS
	SELECT id, case_id, recording, words, written_by, written_at FROM case_transcripts;
