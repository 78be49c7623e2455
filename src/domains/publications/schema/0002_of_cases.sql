-- Which case has a publication, whatever its state: the way there from the pages of the case.
CREATE VIEW pub_publications_of_cases AS
	SELECT id, case_id, state FROM publications;
