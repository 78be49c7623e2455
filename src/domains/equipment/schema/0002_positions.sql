-- Where devices were, as they report it themselves (GB/T 28181 MobilePosition): nobody's decision, kept for a
-- limited time. Micro-degrees; speed in hundredths of km/h, direction in hundredths of a degree.
CREATE TABLE equipment_positions (
	device text NOT NULL,
	at bigint NOT NULL,
	longitude bigint NOT NULL,
	latitude bigint NOT NULL,
	speed bigint NOT NULL,
	direction bigint NOT NULL,
	PRIMARY KEY (device, at)
) STRICT;
CREATE INDEX equipment_positions_at ON equipment_positions (at);

CREATE VIEW pub_equipment_positions AS
	SELECT e.id AS equipment, e.number, e.holder, e.area, e.camera, p.at, p.longitude, p.latitude, p.speed, p.direction
	FROM equipment_positions p JOIN equipment e ON e.gb_id = p.device;
