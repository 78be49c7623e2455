#include "domains/command/facts.h"

#include "contracts/facts.h"

const struct fact_word fact_table[] = {
	{ OPERATOR_REGISTERED, "Operator registered", "info", "/operators/", OPERATOR_READ },
	{ OPERATOR_CHANGED, "Operator changed", "info", "/operators/", OPERATOR_READ },
	{ CAMERA_REGISTERED, "Camera registered", "info", "/cameras/", CAMERA_READ },
	{ CAMERA_CHANGED, "Camera changed", "info", "/cameras/", CAMERA_READ },
	{ CAMERA_REVIEWED, "Camera reviewed", "info", "/cameras/", CAMERA_READ },
	{ STORE_REGISTERED, "Cold store registered", "info", "/stores/", SENSOR_READ },
	{ STORE_CHANGED, "Cold store changed", "", "/stores/", SENSOR_READ },
	{ SENSOR_REGISTERED, "Sensor registered", "", "/sensors/", SENSOR_READ },
	{ SENSOR_CHANGED, "Sensor changed", "", "/sensors/", SENSOR_READ },
	{ SENSOR_ALARM_FOUND, "A sensor gave the alarm", "yellow", "/alarms/", LEAD_READ },
	{ SENSOR_ALARM_TOLD, "Operator told of an alarm", "info", "/alarms/", LEAD_READ },
	{ SENSOR_ALARM_ENDED, "Alarm ended", "", "/alarms/", LEAD_READ },
	{ SENSOR_ALARM_REVIEWED, "Alarm reviewed by the first officer", "info", "/alarms/",
		LEAD_READ },
	{ SENSOR_ALARM_CONFIRMED, "Alarm confirmed by two officers", "yellow", "/alarms/",
		LEAD_READ },
	{ SENSOR_ALARM_REJECTED, "Alarm rejected", "", "/alarms/", LEAD_READ },
	{ SENSOR_DAY_SEALED, "Readings of a day sealed", "", "/stores/", SENSOR_READ },
	{ LEAD_FOUND, "A camera found a lead", "yellow", "/leads/", LEAD_READ },
	{ LEAD_CLIP_ADDED, "The clip of a lead arrived", "", "/leads/", LEAD_READ },
	{ LEAD_REVIEWED, "Lead reviewed by the first officer", "info", "/leads/", LEAD_READ },
	{ LEAD_CONFIRMED, "Lead confirmed by two officers", "yellow", "/leads/", LEAD_READ },
	{ LEAD_REJECTED, "Lead rejected", "", "/leads/", LEAD_READ },
	{ CASE_PRECHECK_OPENED, "Pre-check opened", "info", "/cases/", CASE_READ },
	{ CASE_EVIDENCE_ADDED, "Evidence added", "info", "/cases/", CASE_READ },
	{ CASE_EVIDENCE_RELEASED, "A picture is given to the party as it was recorded", "yellow",
		"/cases/", CASE_READ },
	{ PICTURE_BLURRED, "Picture for outside made, faces covered", "", NULL, LEAD_READ },
	{ PICTURE_NOT_BLURRED, "Faces in a picture could not be covered", "yellow", NULL,
		LEAD_READ },
	{ CASE_FILED, "Case filed", "yellow", "/cases/", CASE_READ },
	{ CASE_NOT_FILED, "Case not filed", "", "/cases/", CASE_READ },
	{ CASE_LINK_SENT, "Link sent to the party", "info", "/cases/", CASE_READ },
	{ CASE_EVIDENCE_VIEWED, "The party looked at the evidence", "info", "/cases/", CASE_READ },
	{ CASE_ANSWERED, "The party answered", "info", "/cases/", CASE_READ },
	{ CASE_ADDRESS_CONFIRMED, "Address for service confirmed", "info", "/cases/", CASE_READ },
	{ CASE_CORRECTION_ORDERED, "Correction ordered", "yellow", "/cases/", CASE_READ },
	{ CASE_CORRECTION_SHOWN, "Correction shown by the party", "info", "/cases/", CASE_READ },
	{ CASE_CORRECTION_ACCEPTED, "Correction accepted", "green", "/cases/", CASE_READ },
	{ CASE_CORRECTION_REFUSED, "Correction refused", "yellow", "/cases/", CASE_READ },
	{ CASE_TOLD, "The party was told facts, reasons and rights", "info", "/cases/", CASE_READ },
	{ CASE_HEARD, "The party was heard", "info", "/cases/", CASE_READ },
	{ CASE_PROPOSED, "Decision proposed or returned", "info", "/cases/", CASE_READ },
	{ CASE_DECIDED, "Case decided", "red", "/cases/", CASE_READ },
	{ CASE_SERVED, "Paper served", "info", "/cases/", CASE_READ },
	{ CASE_CLOSED, "Case closed", "green", "/cases/", CASE_READ },
	{ PAPER_ORDERED, "Paper ordered", "info", NULL, CASE_READ },
	{ PAPER_SEALED, "Paper sealed", "info", NULL, CASE_READ },
	{ INSPECTION_RECORDED, "Inspection recorded", "info", "/inspections/", INSPECTION_READ },
	{ INSPECTION_PUBLISHED, "Inspection published", "info", "/inspections/", INSPECTION_READ },
	{ GRADE_CHANGED, "Grade changed", "yellow", "/grades/", GRADE_READ },
	{ GRADE_CONFIRMED, "Grade confirmed", "info", "/grades/", GRADE_READ },
	{ SCALE_CHANGED, "National grade, risk level or credit class changed", "info", "/grades/",
		GRADE_READ },
	{ SCALE_CONFIRMED, "National grade, risk level or credit class confirmed", "", "/grades/",
		GRADE_READ },
	{ SCALES_COMPUTED, "Scales of many operators computed", "", NULL, GRADE_READ },
	{ ACCIDENT_RECORDED, "Food-safety accident recorded", "red", NULL, GRADE_READ },
	{ INCIDENT_RECORDED, "Recorded what moves a risk level", "yellow", NULL, GRADE_READ },
	{ INCIDENT_WITHDRAWN, "Record of an accident or of what moves a level taken back", "", NULL,
		GRADE_READ },
	{ RERATING_ASKED, "Asked to be rated again", "info", NULL, GRADE_READ },
	{ RERATING_DECIDED, "Request to be rated again decided", "info", NULL, GRADE_READ },
	{ RERATING_WITHDRAWN, "Request to be rated again withdrawn", "", NULL, GRADE_READ },
	{ RULE_REHEARSED, "Rule of grading rehearsed", "info", "/grades/rules/", GRADE_READ },
	{ RULE_APPLIED, "Rule of grading put in force", "yellow", "/grades/rules/", GRADE_READ },
	{ RULE_DROPPED, "Rehearsed rule of grading dropped", "", "/grades/rules/", GRADE_READ },
	{ USER_CREATED, "Account opened", "info", "/users/", USER_ADMIN },
	{ USER_CHANGED, "Account changed", "info", "/users/", USER_ADMIN },
	{ EQUIPMENT_REGISTERED, "Device registered", "info", "/equipment/", EQUIPMENT_READ },
	{ EQUIPMENT_CHANGED, "Device changed", "info", "/equipment/", EQUIPMENT_READ },
	{ EQUIPMENT_MOVED, "Device lost, repaired, back or written off", "yellow", "/equipment/",
		EQUIPMENT_READ },
	{ EQUIPMENT_ISSUED, "Device issued", "info", "/equipment/", EQUIPMENT_READ },
	{ EQUIPMENT_RECEIVED, "Device signed for by the officer", "info", "/equipment/",
		EQUIPMENT_READ },
	{ EQUIPMENT_HANDED_BACK, "Device handed back", "info", "/equipment/", EQUIPMENT_READ },
	{ EQUIPMENT_RETURNED, "Return of a device signed for", "info", "/equipment/",
		EQUIPMENT_READ },
	{ EQUIPMENT_CALIBRATED, "Calibration of a device recorded", "info", "/equipment/",
		EQUIPMENT_READ },
	{ RECORDING_DOCKED, "Recording of a body camera docked", "info", "/recordings/",
		RECORDING_READ },
	{ RECORDING_LINKED, "Recording linked to a case", "info", "/recordings/", RECORDING_READ },
	{ RECORDING_UNLINKED, "Recording taken from a case", "yellow", "/recordings/",
		RECORDING_READ },
	{ RECORDING_VIEWED, "Recording looked at", "info", "/recordings/", RECORDING_READ },
	{ RECORDING_REMOVED, "Recording removed after its term", "yellow", "/recordings/",
		RECORDING_READ },
	{ DEVICE_REGISTERED, "GB/T 28181 device registered", "info", NULL, CAMERA_READ },
	{ DEVICE_CHANGED, "GB/T 28181 device changed", "info", NULL, CAMERA_READ },
	{ DEVICE_RECORDING_ASKED, "Recordings of a device asked for", "info", NULL, CAMERA_READ },
	{ CAMERA_CLIP_KEPT, "Clip of a camera kept as evidence", "info", "/cameras/", CAMERA_READ },
	{ LEAD_LABELLED, "Lead confirmed under a rule that is review only", "info", "/leads/",
		LEAD_READ },
	{ RULE_MODE_CHANGED, "Mode of a rule decided", "yellow", NULL, LEAD_READ },
	{ RULE_MISS_REPORTED, "A miss of a rule reported", "info", NULL, LEAD_READ },
	{ MODEL_TRAINED, "Model trained on reviews", "info", NULL, LEAD_READ },
	{ MODEL_REFUSED, "Trained model refused", "yellow", NULL, LEAD_READ },
	{ MODEL_ACTIVATED, "Model put in force", "info", NULL, LEAD_READ },
	{ MODEL_RETIRED, "Model retired", "neutral", NULL, LEAD_READ },
	{ PORTAL_LINK_SENT, "Link to its own view sent to a kitchen", "info", NULL, OPERATOR_READ },
	{ PORTAL_OPENED, "A kitchen opened its own view on a telephone", "info", NULL,
		OPERATOR_READ },
	{ PORTAL_LINK_REVOKED, "Link of a kitchen revoked", "info", NULL, OPERATOR_READ },
	{ NULL },
};

const struct fact_word *fact_word(const char *name)
{
	for (const struct fact_word *w = fact_table; w->code; w++)
		if (text_is(w->code, name))
			return w;
	return NULL;
}

const char *fact_text(struct req *rq, const char *name)
{
	const struct fact_word *w = fact_word(name);
	return w ? tr(rq, w->text) : name;
}

const char *fact_href(struct req *rq, const char *name, int64_t subject)
{
	const struct fact_word *w = fact_word(name);

	if (!w || !w->href || !may(rq, w->right))
		return "";
	return arena_printf(rq->arena, "%s%" PRId64, w->href, subject);
}
