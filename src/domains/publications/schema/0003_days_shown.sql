-- On which day a penalty was published, also of those that are public no more: an appraisal asks whether it was in time.
CREATE VIEW pub_publication_days AS SELECT case_id, state, published_at FROM publications;
