-- For the case: which of its papers is served by public notice, since when and until when (O2 64 does not count that time).
CREATE VIEW pub_service_notices AS
	SELECT n.id, t.case_id, n.paper, n.state, n.published_at, n.until_at, n.ended_at FROM service_notices n JOIN service_tasks t ON t.id = n.task;
