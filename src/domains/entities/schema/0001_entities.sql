-- Places of the district: 街道, 镇, 工业区. The id is the national division code.
CREATE TABLE areas (
	id bigint PRIMARY KEY,
	code text NOT NULL UNIQUE,
	name text NOT NULL,
	name_en text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('subdistrict', 'town', 'zone'))
) STRICT;

INSERT INTO areas (id, code, name, name_en, kind) VALUES
	(310112001, '310112001', '江川路街道', 'Jiangchuan Road', 'subdistrict'),
	(310112006, '310112006', '古美街道', 'Gumei', 'subdistrict'),
	(310112008, '310112008', '新虹街道', 'Xinhong', 'subdistrict'),
	(310112009, '310112009', '浦锦街道', 'Pujin', 'subdistrict'),
	(310112101, '310112101', '莘庄镇', 'Xinzhuang', 'town'),
	(310112102, '310112102', '七宝镇', 'Qibao', 'town'),
	(310112103, '310112103', '颛桥镇', 'Zhuanqiao', 'town'),
	(310112106, '310112106', '华漕镇', 'Huacao', 'town'),
	(310112107, '310112107', '虹桥镇', 'Hongqiao', 'town'),
	(310112108, '310112108', '梅陇镇', 'Meilong', 'town'),
	(310112110, '310112110', '吴泾镇', 'Wujing', 'town'),
	(310112112, '310112112', '马桥镇', 'Maqiao', 'town'),
	(310112114, '310112114', '浦江镇', 'Pujiang', 'town'),
	(310112501, '310112501', '莘庄工业区', 'Xinzhuang Industrial Zone', 'zone');

-- One row per licensed place of business. lat and lon are micro-degrees, 0 when not known.
CREATE TABLE operators (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	code text NOT NULL UNIQUE,
	name text NOT NULL,
	uscc text NOT NULL,
	licence_no text NOT NULL UNIQUE,
	licence_valid_to bigint NOT NULL,
	kind text NOT NULL,
	address text NOT NULL,
	area bigint NOT NULL REFERENCES areas (id),
	legal_person text NOT NULL,
	phone text NOT NULL,
	lat bigint NOT NULL,
	lon bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('ACTIVE', 'CLOSED')),
	registered_at bigint NOT NULL,
	search text NOT NULL
) STRICT;

CREATE INDEX operators_by_name ON operators (name, id);
CREATE INDEX operators_by_area ON operators (area, name, id);
CREATE INDEX operators_by_uscc ON operators (uscc);
CREATE INDEX operators_by_expiry ON operators (licence_valid_to);

-- Files of operators taken in by an administrator, a slice of rows at a time.
CREATE TABLE operator_imports (
	id bigint PRIMARY KEY,
	version bigint NOT NULL,
	file_name text NOT NULL,
	sm3 text NOT NULL,
	sha256 text NOT NULL,
	started_by bigint NOT NULL,
	started_at bigint NOT NULL,
	finished_at bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('RUNNING', 'DONE', 'UNUSABLE')),
	imported bigint NOT NULL,
	rejected bigint NOT NULL,
	problem text NOT NULL
) STRICT;

CREATE TABLE operator_import_rejects (
	import bigint NOT NULL REFERENCES operator_imports (id),
	line bigint NOT NULL,
	reason text NOT NULL,
	cells text NOT NULL,
	PRIMARY KEY (import, line)
) STRICT;

CREATE VIEW pub_areas AS SELECT id, code, name, name_en, kind FROM areas;

CREATE VIEW pub_operators AS
	SELECT id, name, uscc, licence_no, licence_valid_to, kind, address, area, legal_person, phone,
		code, lat, lon, state, registered_at
	FROM operators;
