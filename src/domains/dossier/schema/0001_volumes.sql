-- Archive volumes of closed cases (归档): each edition under a number of its own, as one PDF and as a folder with a manifest.
CREATE TABLE dossier_volumes (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL,
	operator bigint NOT NULL,
	area bigint NOT NULL,
	number text NOT NULL,
	edition bigint NOT NULL,
	content text NOT NULL,
	state text NOT NULL CHECK (state IN ('ordered', 'made')),
	ordered_by text NOT NULL,
	ordered_at bigint NOT NULL,
	made_at bigint NOT NULL,
	pages bigint NOT NULL,
	papers bigint NOT NULL,
	evidence bigint NOT NULL,
	missing bigint NOT NULL,
	pdf_sm3 text NOT NULL,
	pdf_sha256 text NOT NULL,
	pdf_size bigint NOT NULL,
	zip_sm3 text NOT NULL,
	zip_sha256 text NOT NULL,
	zip_size bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX dossier_volumes_number ON dossier_volumes (number);
CREATE UNIQUE INDEX dossier_volumes_edition ON dossier_volumes (case_id, edition);

-- Why a paper that the rule asks for is not in the volume.
CREATE TABLE dossier_gaps (
	id bigint NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	case_id bigint NOT NULL,
	item text NOT NULL,
	title text NOT NULL,
	reason text NOT NULL,
	given_by text NOT NULL,
	given_at bigint NOT NULL
) STRICT;
CREATE UNIQUE INDEX dossier_gaps_item ON dossier_gaps (case_id, item);
