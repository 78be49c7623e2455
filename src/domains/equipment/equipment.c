/* The bureau's devices (执法装备): register, issue and return with the signatures of two people,
 * calibrations and when they are due.
 *
 * Device: store -> issued -> store; store | issued -> lost; store -> repair | scrapped. rules.h
 * says when. What a device measured or recorded is worth as much as its calibration and its clock
 * (行政处罚法 41, 计量法 9), so both are kept here with their history.
 */
#include "domains/equipment/equipment.h"

#include "contracts/facts.h"
#include "domains/equipment/rules.h"

const struct choice equipment_kinds[] = {
	{ "body_camera", "Body camera", "neutral" },
	{ "tablet", "Tablet", "neutral" },
	{ "dock", "Docking station", "neutral" },
	{ "test_kit", "Rapid test kit", "neutral" },
	{ "thermometer", "Thermometer", "neutral" },
	{ "other", "Other device", "neutral" },
	{ 0 },
};
const struct choice equipment_states[] = {
	{ "store", "In store", "green" },
	{ "issued", "Issued", "info" },
	{ "repair", "In repair", "yellow" },
	{ "lost", "Missing", "red" },
	{ "scrapped", "Written off", "neutral" },
	{ 0 },
};
const struct choice calibration_results[] = { { "passed", "Passed", "green" },
	{ "failed", "Failed", "red" }, { 0 } };
static const struct choice issue_states[] = {
	{ "offered", "Waits for the officer's signature", "yellow" },
	{ "held", "In the officer's hands", "info" },
	{ "returning", "Waits for the keeper's signature", "yellow" },
	{ "closed", "Returned", "neutral" },
	{ 0 },
};

const struct model equipment_model = MODEL("equipment", struct equipment, .witnessed = true,
	FIELDS(STORED(struct equipment, id), STORED(struct equipment, version),
		INPUT(struct equipment, number, "Number of the device", .required = true, .max = 32,
			.check = check_equipment_number, .hint = "For example ZF-0012"),
		INPUT(struct equipment, kind, "Kind of device", .required = true,
			.choices = equipment_kinds),
		INPUT(struct equipment, model, "Maker and model", .required = true, .max = 80),
		INPUT(struct equipment, serial, "Serial number", .required = true, .max = 60),
		INPUT(struct equipment, gb_id, "GB/T 28181 number", .max = 20, .check = check_gb_id,
			.hint = "20 digits; for devices that send their position and picture"),
		INPUT(struct equipment, camera, "Camera in the register", .as = AS_ID,
			.hint = "The number in the address of the camera's page, for its live "
				"picture"),
		STORED(struct equipment, area),
		STORED(struct equipment, state, .choices = equipment_states),
		STORED(struct equipment, holder, .as = AS_ID),
		STORED(struct equipment, calibrated_at, .as = AS_DATE),
		INPUT(struct equipment, calibration_due, "Calibration due on", .as = AS_DATE,
			.hint = "Leave empty for a device that need not be calibrated"),
		STORED(struct equipment, clock_offset_ms),
		INPUT(struct equipment, words, "Remarks", .as = AS_LONG, .max = 1000),
		STORED(struct equipment, registered_by, .as = AS_ID),
		STORED(struct equipment, registered_at, .as = AS_TIME)));

const struct model issue_model = MODEL("equipment_issues", struct issue, .witnessed = true,
	FIELDS(STORED(struct issue, id), STORED(struct issue, version),
		STORED(struct issue, equipment, .as = AS_ID),
		STORED(struct issue, officer, .as = AS_ID),
		STORED(struct issue, state, .choices = issue_states),
		STORED(struct issue, given_by, .as = AS_ID),
		STORED(struct issue, given_at, .as = AS_TIME),
		STORED(struct issue, received_at, .as = AS_TIME),
		STORED(struct issue, returned_at, .as = AS_TIME),
		STORED(struct issue, taken_by, .as = AS_ID),
		STORED(struct issue, taken_at, .as = AS_TIME), STORED(struct issue, words)));

const struct model calibration_model = MODEL("equipment_calibrations", struct calibration,
	.witnessed = true,
	FIELDS(STORED(struct calibration, id), STORED(struct calibration, version),
		STORED(struct calibration, equipment, .as = AS_ID),
		INPUT(struct calibration, done_at, "Done on", .required = true, .as = AS_DATE),
		INPUT(struct calibration, due_at, "Due again on", .as = AS_DATE,
			.hint = "Left empty, the usual interval of this kind of device counts"),
		INPUT(struct calibration, body, "Who calibrated it", .required = true, .max = 80),
		INPUT(struct calibration, certificate, "Number of the certificate", .max = 60),
		INPUT(struct calibration, result, "Result", .required = true,
			.choices = calibration_results),
		INPUT(struct calibration, clock_offset_ms, "Clock ahead by (ms)", .min = -86400000,
			.max = 86400000, .hint = "For body cameras: device clock minus true time"),
		STORED(struct calibration, scan_sm3), STORED(struct calibration, scan_sha256),
		STORED(struct calibration, recorded_by, .as = AS_ID),
		STORED(struct calibration, recorded_at, .as = AS_TIME)));

static const struct route routes[] = {
	{ GET, "/equipment", equipment_list, EQUIPMENT_READ, .about = "Equipment",
		.gives = &equipment_model },
	{ GET, "/equipment/due", equipment_due_list, EQUIPMENT_READ,
		.about = "Calibrations that are due" },
	{ GET, "/equipment/map", equipment_map, POSITION_READ,
		.about = "Where the devices are; ?device=ID&day=2026-11-23 with its trail" },
	{ POST, "/internal/positions", positions_take, MACHINE,
		.about = "For the program's workers: positions of devices" },
	{ GET, "/equipment/new", equipment_new, EQUIPMENT_WRITE, .about = "Form of a new device" },
	{ POST, "/equipment", equipment_create, EQUIPMENT_WRITE, .about = "Register a device",
		.takes = &equipment_model },
	{ GET, "/equipment/:id", equipment_page, EQUIPMENT_READ, .about = "One device",
		.gives = &equipment_model },
	{ GET, "/equipment/:id/edit", equipment_edit, EQUIPMENT_WRITE,
		.about = "Form of its particulars" },
	{ POST, "/equipment/:id", equipment_save, EQUIPMENT_WRITE,
		.about = "Change its particulars", .takes = &equipment_model },
	{ POST, "/equipment/:id/state", equipment_move, EQUIPMENT_WRITE,
		.about = "Lost, in repair, back, written off (state, reason)" },
	{ POST, "/equipment/:id/give", equipment_give, EQUIPMENT_WRITE,
		.about = "Issue it to an officer (officer, words)" },
	{ POST, "/equipment/:id/receive", equipment_receive, EQUIPMENT_READ,
		.about = "The officer signs for it" },
	{ POST, "/equipment/:id/return", equipment_return, EQUIPMENT_READ,
		.about = "The officer hands it back (words)" },
	{ POST, "/equipment/:id/take", equipment_take, EQUIPMENT_WRITE,
		.about = "A keeper signs for its return" },
	{ POST, "/equipment/:id/calibrate", equipment_calibrate, EQUIPMENT_WRITE,
		.about = "Record a calibration", .takes = &calibration_model },
	{ GET, "/equipment/:id/calibrations/:id2/scan", calibration_scan, EQUIPMENT_READ,
		.about = "Scan of a certificate" },
	{ 0 },
};

static const struct nav nav[] = {
	{ "/equipment", "Equipment", EQUIPMENT_READ,
		"SELECT count(*) FROM equipment e JOIN equipment_warning w ON e.calibration_due < "
		"w.until WHERE e.calibration_due > 0 AND e.state <> 'scrapped' AND ($1 = 0 OR "
		"e.area = $1)" },
	{ 0 },
};

const struct module equipment = {
	.name = "equipment",
	.routes = routes,
	.models = (const struct model *const[]){ &equipment_model, &issue_model, &calibration_model,
		NULL },
	.tells = (const char *const[]){ EQUIPMENT_REGISTERED, EQUIPMENT_CHANGED, EQUIPMENT_MOVED,
		EQUIPMENT_ISSUED, EQUIPMENT_RECEIVED, EQUIPMENT_HANDED_BACK, EQUIPMENT_RETURNED,
		EQUIPMENT_CALIBRATED, NULL },
	.nav = nav,
	.objects =
		"SELECT scan_sm3 AS sm3, scan_sha256 AS sha256 FROM equipment_calibrations WHERE "
		"scan_sm3 <> ''",
	.every_minute = equipment_every_minute,
};
