-- Reviews and suits belong to the case now (case_remedies), which takes over those that were kept here; the rows stay as they were told.
CREATE VIEW pub_fine_remedies AS
	SELECT r.id, f.case_id, r.kind, r.begun_at, r.ended_at, r.outcome, r.words FROM fine_remedies r JOIN fines f ON f.id = r.fine;
