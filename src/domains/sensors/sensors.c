/* Cold stores, freezers, pantries: their sensors, what these measure, and the alarms that come of
 * it (GB 31654 and its kind: rules/sensors/limits.json).
 *
 * An alarm is a lead, never a penalty: the operator is told at once, two officers look at it.
 *
 * Alarm: new -> second -> confirmed | rejected; a rejection by either officer ends the review.
 */
#include "domains/sensors/sensors.h"
#include "contracts/facts.h"

const struct choice store_kinds[] = {
	{ "cold", "Cold store or refrigerator", "info" },
	{ "freezer", "Freezer", "info" },
	{ "deep_freezer", "Deep freezer (-18 °C)", "info" },
	{ "display", "Chilled display", "info" },
	{ "pantry", "Dry store", "neutral" },
	{ "ambient", "Room", "neutral" },
	{ 0 },
};
static const struct choice store_states[] = { { "open", "In use", "green" },
	{ "closed", "Out of use", "neutral" }, { 0 } };
static const struct choice measures[] = {
	{ "t", "Temperature", "info" },
	{ "rh", "Humidity", "info" },
	{ "both", "Temperature and humidity", "info" },
	{ 0 },
};
const struct choice sensor_states[] = {
	{ "open", "In use", "green" },
	{ "revoked", "Access revoked", "yellow" },
	{ "closed", "Out of use", "neutral" },
	{ 0 },
};
const struct choice alarm_states[] = {
	{ "new", "To be reviewed", "yellow" },
	{ "second", "Second review", "info" },
	{ "confirmed", "Confirmed", "green" },
	{ "rejected", "Rejected", "neutral" },
	{ 0 },
};
const struct choice alarm_rules[] = {
	{ "t_high", "Too warm", "red" },
	{ "t_low", "Too cold", "yellow" },
	{ "rh_high", "Too humid", "yellow" },
	{ "rh_low", "Too dry", "yellow" },
	{ "gap", "No readings", "yellow" },
	{ "stuck", "Sensor stands still", "yellow" },
	{ "calibration", "Calibration overdue", "yellow" },
	{ 0 },
};
static const struct choice t_units[] = {
	{ "c", "°C", "" },
	{ "c10", "Tenths of a °C", "" },
	{ "c100", "Hundredths of a °C", "" },
	{ "f", "°F", "" },
	{ "k", "Kelvin", "" },
	{ 0 },
};
static const struct choice rh_units[] = {
	{ "pct", "% RH", "" },
	{ "pct10", "Tenths of a %", "" },
	{ "share", "Share of one", "" },
	{ 0 },
};
static const struct choice at_units[] = {
	{ "ms", "Milliseconds since 1970", "" },
	{ "s", "Seconds since 1970", "" },
	{ "iso", "ISO 8601 text", "" },
	{ 0 },
};

const struct model storeroom_model = MODEL("sensor_stores", struct storeroom, .witnessed = true,
	FIELDS(STORED(struct storeroom, id), STORED(struct storeroom, version),
		STORED(struct storeroom, operator, .as = AS_ID), STORED(struct storeroom, area),
		INPUT(struct storeroom, name, "Name", .required = true, .max = 60,
			.hint = "For example: cold store 2"),
		INPUT(struct storeroom, kind, "Kind", .required = true, .choices = store_kinds),
		INPUT(struct storeroom, place, "Place", .required = true, .max = 120),
		INPUT(struct storeroom, phone, "Telephone told of alarms", .check = check_phone,
			.hint = "Empty: the telephone in the file of the business"),
		STORED(struct storeroom, state, .choices = store_states),
		STORED(struct storeroom, created_at, .as = AS_TIME)));

const struct model sensor_model = MODEL("sensors", struct sensor, .witnessed = true,
	FIELDS(STORED(struct sensor, id), STORED(struct sensor, version),
		STORED(struct sensor, store, .as = AS_ID),
		STORED(struct sensor, operator, .as = AS_ID), STORED(struct sensor, area),
		INPUT(struct sensor, device, "Name of the device", .required = true, .max = 40,
			.check = device_wrong,
			.hint = "Its user name at the broker; it writes to "
				"shian/v1/NAME/readings"),
		INPUT(struct sensor, measures, "Measures", .required = true, .choices = measures),
		INPUT(struct sensor, interval_s, "A reading every (s)", .required = true, .min = 1,
			.max = 86400),
		INPUT(struct sensor, calibrated_at, "Last calibration", .as = AS_DATE),
		INPUT(struct sensor, calibration_due, "Calibration valid to", .as = AS_DATE),
		INPUT(struct sensor, offset_t, "Correction of the temperature (°C)",
			.as = AS_HUNDREDTHS, .min = -2000, .max = 2000,
			.hint = "Added to each reading from now on"),
		INPUT(struct sensor, offset_rh, "Correction of the humidity (%)",
			.as = AS_HUNDREDTHS, .min = -3000, .max = 3000),
		INPUT(struct sensor, t_pointer, "Where the temperature stands", .max = 120,
			.check = pointer_wrong,
			.hint = "Only for a device with a payload of its own: a JSON pointer such "
				"as /data/temp"),
		INPUT(struct sensor, t_unit, "Unit of the temperature", .choices = t_units),
		INPUT(struct sensor, rh_pointer, "Where the humidity stands", .max = 120,
			.check = pointer_wrong),
		INPUT(struct sensor, rh_unit, "Unit of the humidity", .choices = rh_units),
		INPUT(struct sensor, at_pointer, "Where the time stands", .max = 120,
			.check = pointer_wrong, .hint = "Without one the time of arrival counts"),
		INPUT(struct sensor, at_unit, "Unit of the time", .choices = at_units),
		STORED(struct sensor, credential, .as = AS_SECRET),
		STORED(struct sensor, credential_at, .as = AS_TIME),
		STORED(struct sensor, state, .choices = sensor_states),
		STORED(struct sensor, created_at, .as = AS_TIME)));

const struct model alarm_model = MODEL("sensor_alarms", struct alarm, .witnessed = true,
	FIELDS(STORED(struct alarm, id), STORED(struct alarm, version),
		STORED(struct alarm, sensor, .as = AS_ID), STORED(struct alarm, store, .as = AS_ID),
		STORED(struct alarm, operator, .as = AS_ID), STORED(struct alarm, area),
		STORED(struct alarm, rule, .choices = alarm_rules),
		STORED(struct alarm, rule_version), STORED(struct alarm, act),
		STORED(struct alarm, bound), STORED(struct alarm, worst),
		STORED(struct alarm, started_at, .as = AS_TIME),
		STORED(struct alarm, found_at, .as = AS_TIME),
		STORED(struct alarm, ended_at, .as = AS_TIME),
		STORED(struct alarm, told_at, .as = AS_TIME), STORED(struct alarm, usable),
		STORED(struct alarm, usable_why),
		STORED(struct alarm, state, .choices = alarm_states),
		STORED(struct alarm, officer1, .as = AS_ID),
		STORED(struct alarm, at1, .as = AS_TIME), STORED(struct alarm, reason1),
		STORED(struct alarm, officer2, .as = AS_ID),
		STORED(struct alarm, at2, .as = AS_TIME), STORED(struct alarm, reason2),
		STORED(struct alarm, chart_sm3), STORED(struct alarm, chart_sha256),
		STORED(struct alarm, csv_sm3), STORED(struct alarm, csv_sha256)));

const struct model sealed_day_model = MODEL("sensor_days", struct sealed_day, .witnessed = true,
	FIELDS(STORED(struct sealed_day, id), STORED(struct sealed_day, version),
		STORED(struct sealed_day, store, .as = AS_ID),
		STORED(struct sealed_day, day, .as = AS_DATE), STORED(struct sealed_day, hours),
		STORED(struct sealed_day, readings), STORED(struct sealed_day, digest),
		STORED(struct sealed_day, sealed_at, .as = AS_TIME)));

/* In the jobs process. Small portions: web requests wait for the same writer. */
static enum err every_minute(struct req *rq)
{
	struct law l;

	TRY(law_load(rq, &l));
	TRY(hours_roll(rq, 200));
	TRY(days_seal(rq, 50));
	return alarms_every_minute(rq, &l);
}

#define AREA_OF_STORE  "SELECT area FROM sensor_stores WHERE id = $1"
#define AREA_OF_SENSOR "SELECT area FROM sensors WHERE id = $1"
#define AREA_OF_ALARM  "SELECT area FROM sensor_alarms WHERE id = $1"

static const struct route routes[] = {
	{ GET, "/stores", storeroom_index, SENSOR_READ, .about = "Stores: where food is kept",
		.gives = &storeroom_model },
	{ GET, "/stores/new", storeroom_new, SENSOR_WRITE,
		.about = "Form of a new store; ?operator=ID" },
	{ POST, "/stores", storeroom_create, SENSOR_WRITE, .about = "Register a store",
		.takes = &storeroom_model },
	{ GET, "/stores/:id", storeroom_page, SENSOR_READ, AREA_OF_STORE,
		"One store with its charts; ?span=day|week|month&day=DATE",
		.gives = &storeroom_model },
	{ GET, "/stores/:id/readings", storeroom_readings, SENSOR_READ, AREA_OF_STORE,
		"Its readings; ?span=day|week|month&day=DATE" },
	{ GET, "/stores/:id/edit", storeroom_edit, SENSOR_WRITE, AREA_OF_STORE,
		"Form of its particulars" },
	{ POST, "/stores/:id", storeroom_save, SENSOR_WRITE, AREA_OF_STORE,
		"Change its particulars", &storeroom_model },
	{ POST, "/stores/:id/close", storeroom_close, SENSOR_WRITE, AREA_OF_STORE,
		"Out of use or back" },
	{ GET, "/sensors/new", sensor_new, SENSOR_WRITE,
		.about = "Form of a new sensor; ?store=ID" },
	{ POST, "/sensors", sensor_create, SENSOR_WRITE, .about = "Register a sensor",
		.takes = &sensor_model },
	{ GET, "/sensors/:id", sensor_page, SENSOR_READ, AREA_OF_SENSOR, "One sensor",
		.gives = &sensor_model },
	{ GET, "/sensors/:id/edit", sensor_edit, SENSOR_WRITE, AREA_OF_SENSOR,
		"Form of its particulars" },
	{ POST, "/sensors/:id", sensor_save, SENSOR_WRITE, AREA_OF_SENSOR, "Change its particulars",
		&sensor_model },
	{ POST, "/sensors/:id/password", sensor_password, SENSOR_WRITE, AREA_OF_SENSOR,
		"A new password, shown once" },
	{ POST, "/sensors/:id/revoke", sensor_revoke, SENSOR_WRITE, AREA_OF_SENSOR,
		"Revoke its access" },
	{ POST, "/sensors/:id/close", sensor_close, SENSOR_WRITE, AREA_OF_SENSOR,
		"Take out of use" },
	{ GET, "/alarms", alarm_index, LEAD_READ, .about = "Alarms of sensors",
		.gives = &alarm_model },
	{ GET, "/alarms/:id", alarm_page, LEAD_READ, AREA_OF_ALARM, "One alarm",
		.gives = &alarm_model },
	{ POST, "/alarms/:id/review", alarm_review, LEAD_REVIEW, AREA_OF_ALARM,
		"Confirm or reject" },
	{ GET, "/alarms/:id/chart", alarm_chart, LEAD_READ, AREA_OF_ALARM,
		"Chart kept as evidence" },
	{ GET, "/alarms/:id/readings", alarm_csv, LEAD_READ, AREA_OF_ALARM,
		"Readings kept as evidence" },
	{ GET, "/internal/sensors", internal_sensors, MACHINE,
		.about = "For the program's workers" },
	{ POST, "/internal/readings", internal_readings, MACHINE,
		.about = "For the program's workers" },
	{ 0 },
};

const struct module sensors = {
	.name = "sensors",
	.routes = routes,
	.models = (const struct model *const[]){ &storeroom_model, &sensor_model, &alarm_model,
		&sealed_day_model, NULL },
	.tells = (const char *const[]){ STORE_REGISTERED, STORE_CHANGED, SENSOR_REGISTERED,
		SENSOR_CHANGED, SENSOR_ALARM_FOUND, SENSOR_ALARM_TOLD, SENSOR_ALARM_ENDED,
		SENSOR_ALARM_REVIEWED, SENSOR_ALARM_CONFIRMED, SENSOR_ALARM_REJECTED,
		SENSOR_DAY_SEALED, NULL },
	.nav = (const struct nav[]){ { "/alarms", "Alarms", LEAD_READ,
					     "SELECT count(*) FROM sensor_alarms WHERE state IN "
					     "('new', 'second') AND ($1 = 0 OR area = $1)" },
		{ "/stores", "Cold stores", SENSOR_READ, NULL }, { 0 } },
	.announces =
		(const struct announce[]){
			{ SENSOR_ALARM_FOUND, "officers", "A new alarm to review", "/alarms/",
				"yellow", "alarms",
				"SELECT count(*) FROM sensor_alarms WHERE state IN ('new', "
				"'second')" },
			{ SENSOR_ALARM_REVIEWED, "officers", "An alarm waits for the second review",
				"/alarms/", "info", NULL, NULL },
			{ 0 } },
	.objects = "SELECT chart_sm3 AS sm3, chart_sha256 AS sha256 FROM sensor_alarms WHERE "
		   "chart_sm3 <> ''"
		   " UNION ALL SELECT csv_sm3, csv_sha256 FROM sensor_alarms WHERE csv_sm3 <> ''",
	.every_minute = every_minute,
};
