-- Clips kept as evidence, for the room that covers what leaves the bureau.
CREATE VIEW pub_camera_clips AS SELECT id, camera, operator, area, clip_sm3, clip_sha256 FROM camera_clips;
