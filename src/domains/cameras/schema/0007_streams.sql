-- What a food business may see of its own cameras: register, state of the stream, which pictures there are.
CREATE VIEW pub_camera_streams AS
	SELECT c.id, c.operator, c.name, c.place, c.hours, c.state, c.valid_from, c.valid_to, c.legal_result, c.technical_result,
		c.clock_checked_at, c.calibrated_at, coalesce(s.state, '') AS stream, coalesce(s.reason, '') AS reason,
		coalesce(s.since, 0) AS since, CASE WHEN coalesce(t.sub_url, '') <> '' THEN 1 ELSE 0 END AS has_sub,
		CASE WHEN substr(c.url, 1, 7) = 'http://' OR substr(c.url, 1, 8) = 'https://' THEN 1 ELSE 0 END AS snapshots
	FROM cameras c LEFT JOIN camera_status s ON s.camera = c.id LEFT JOIN camera_settings t ON t.id = c.id;
