-- What a record of electronic data says of the device: where it hangs, whose it is, its standard, its clock.
CREATE VIEW pub_camera_registers AS
	SELECT id, name, place, owner, standard, clock_checked_at, clock_offset_ms, legal_no, technical_no FROM cameras;
