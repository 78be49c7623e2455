#include "domains/entities/labels.h"

#include "contracts/facts.h"
#include "contracts/lead_rules.h"

#include <stddef.h>
#include <string.h>

const struct label grade_labels[] = {
	{ "green", "A good", "green" },
	{ "yellow", "B fair", "yellow" },
	{ "red", "C poor", "red" },
	{ "none", "Not graded yet", "neutral" },
	{ NULL },
};

const struct label grade_words[] = {
	{ "green", "Good", "green" },
	{ "yellow", "Fair", "yellow" },
	{ "red", "Poor", "red" },
	{ "none", "Not graded yet", "neutral" },
	{ NULL },
};

const struct label inspection_labels[] = {
	{ "INSP_ROUTINE", "Routine inspection" },
	{ "INSP_UNANNOUNCED", "Unannounced inspection" },
	{ "INSP_SYSTEM", "System inspection" },
	{ "INSP_OFFSITE", "Check by video" },
	{ "INSP_GRADING", "Grading inspection" },
	{ "INSP_RANDOM", "Random inspection" },
	{ "INSP_SPECIAL", "Special inspection" },
	{ "INSP_RECHECK", "Re-inspection" },
	{ NULL },
};

const struct label result_labels[] = {
	{ "CONFORM", "Conforms", "green" },
	{ "BASIC_CONFORM", "Conforms in the main", "yellow" },
	{ "NOT_CONFORM", "Does not conform", "red" },
	{ NULL },
};

const struct label case_labels[] = {
	{ "precheck", "Pre-check", "yellow" },
	{ "not_filed", "Not filed", "neutral" },
	{ "filed", "Filed", "info" },
	{ "told", "Party told", "info" },
	{ "heard", "Party heard", "info" },
	{ "proposed", "Decision proposed", "yellow" },
	{ "decided", "Decided", "yellow" },
	{ "closed", "Case closed", "neutral" },
	{ NULL },
};

const struct label store_labels[] = {
	{ "open", "In use", "green" },
	{ "alarm", "In alarm", "red" },
	{ "closed", "Out of use", "neutral" },
	{ NULL },
};

const struct label camera_labels[] = {
	{ "open", "In use", "green" },
	{ "closed", "Out of use", "neutral" },
	{ NULL },
};

const struct label lead_labels[] = {
	{ "new", "To be reviewed", "yellow" },
	{ "second", "Second review", "info" },
	{ "confirmed", "Confirmed", "green" },
	{ "rejected", "Rejected", "neutral" },
	{ NULL },
};

#define RULE_NAME(code, name) { code, name },
const struct label rule_labels[] = { LEAD_RULES(RULE_NAME){ NULL } };

const struct label warning_labels[] = {
	{ "open", "To do", "yellow" },
	{ "answered", "Task done, cause remains", "info" },
	{ "dismissed", "Dismissed for a time", "neutral" },
	{ NULL },
};

const struct label complaint_labels[] = {
	{ "received", "Received", "yellow" },
	{ "accepted", "Accepted, being mediated", "info" },
	{ "decided", "Decided, to be told", "info" },
	{ "closed", "Settled and told", "green" },
	{ NULL },
};

const struct label paper_labels[] = {
	{ "ordered", "Being made", "info" },
	{ "sealed", "Sealed paper", "green" },
	{ NULL },
};

const struct label fact_labels[] = {
	{ OPERATOR_REGISTERED, "Operator registered", "info" },
	{ OPERATOR_CHANGED, "Operator changed", "info" },
	{ FILE_ENTRY_ADDED, "Entry added to the file", "info" },
	{ FILE_ENTRY_CORRECTED, "Entry of the file corrected", "yellow" },
	{ LICENCE_FILED, "Licence filed", "info" },
	{ LICENCE_CHANGED, "Licence changed", "yellow" },
	{ RELATION_FILED, "Relation filed", "info" },
	{ RELATION_CHANGED, "Relation changed", "yellow" },
	{ OPERATOR_MERGED, "Two files of one operator merged", "yellow" },
	{ OPERATOR_PARTED, "Merge undone", "yellow" },
	{ CAMERA_REGISTERED, "Camera registered", "info" },
	{ CAMERA_CHANGED, "Camera changed", "info" },
	{ CAMERA_REVIEWED, "Camera reviewed", "info" },
	{ STORE_REGISTERED, "Cold store registered", "info" },
	{ STORE_CHANGED, "Cold store changed", "neutral" },
	{ SENSOR_REGISTERED, "Sensor registered", "neutral" },
	{ SENSOR_CHANGED, "Sensor changed", "neutral" },
	{ SENSOR_ALARM_FOUND, "A sensor gave the alarm", "yellow" },
	{ SENSOR_ALARM_TOLD, "Operator told of an alarm", "info" },
	{ SENSOR_ALARM_ENDED, "Alarm ended", "neutral" },
	{ SENSOR_ALARM_REVIEWED, "Alarm reviewed by the first officer", "info" },
	{ SENSOR_ALARM_CONFIRMED, "Alarm confirmed by two officers", "yellow" },
	{ SENSOR_ALARM_REJECTED, "Alarm rejected", "neutral" },
	{ SENSOR_DAY_SEALED, "Readings of a day sealed", "neutral" },
	{ LEAD_FOUND, "A camera found a lead", "yellow" },
	{ LEAD_CLIP_ADDED, "The clip of a lead arrived", "info" },
	{ LEAD_REVIEWED, "Lead reviewed by the first officer", "info" },
	{ LEAD_CONFIRMED, "Lead confirmed by two officers", "yellow" },
	{ LEAD_REJECTED, "Lead rejected", "neutral" },
	{ PORTAL_LINK_SENT, "Link to its own view sent", "info" },
	{ PORTAL_OPENED, "Its own view opened on a telephone", "info" },
	{ PORTAL_LINK_REVOKED, "Link to its own view revoked", "neutral" },
	{ CASE_PRECHECK_OPENED, "Pre-check opened", "info" },
	{ CASE_EVIDENCE_ADDED, "Evidence added", "info" },
	{ CASE_FILED, "Case filed", "yellow" },
	{ CASE_NOT_FILED, "Case not filed", "neutral" },
	{ CASE_LINK_ASKED, "A link to another telephone waits for the other officer", "info" },
	{ CASE_LINK_SENT, "Link sent to the party", "info" },
	{ CASE_EVIDENCE_VIEWED, "The party looked at the evidence", "info" },
	{ CASE_ANSWERED, "The party answered", "info" },
	{ CASE_ADDRESS_CONFIRMED, "Address for service confirmed", "info" },
	{ CASE_CORRECTION_ORDERED, "Correction ordered", "yellow" },
	{ CASE_CORRECTION_SHOWN, "Correction shown by the party", "info" },
	{ CASE_CORRECTION_ACCEPTED, "Correction accepted", "green" },
	{ CASE_CORRECTION_REFUSED, "Correction refused", "yellow" },
	{ CASE_TOLD, "The party was told facts, reasons and rights", "info" },
	{ CASE_STATED, "The party stated and defended", "info" },
	{ CASE_HEARD, "The party was heard", "info" },
	{ CASE_EDATA_RECORDED, "Record of electronic data made", "info" },
	{ CASE_TRANSCRIBED, "A recording was written out", "info" },
	{ CASE_EXHIBIT_CHECKED, "Evidence verified by the other officer", "info" },
	{ CASE_PROPOSED, "Decision proposed", "info" },
	{ CASE_RETURNED, "Decision returned by the second officer", "yellow" },
	{ CASE_DECIDED, "Case decided", "red" },
	{ CASE_SERVED, "Decision served", "info" },
	{ CASE_CLOSED, "Case closed", "neutral" },
	{ VOLUME_MADE, "Case archived", "neutral" },
	{ PAPER_ORDERED, "Paper ordered", "info" },
	{ PAPER_SEALED, "Paper sealed", "info" },
	{ INSPECTION_RECORDED, "Inspection recorded", "info" },
	{ INSPECTION_PUBLISHED, "Inspection published", "info" },
	{ GRADE_CHANGED, "Grade changed", "yellow" },
	{ GRADE_CONFIRMED, "Grade confirmed", "info" },
	{ SCALE_CHANGED, "National grade, risk level or credit class changed", "info" },
	{ SCALE_CONFIRMED, "National grade, risk level or credit class confirmed", "neutral" },
	{ ACCIDENT_RECORDED, "Food-safety accident recorded", "red" },
	{ INCIDENT_RECORDED, "Recorded what moves a risk level", "yellow" },
	{ PROFILE_RECORDED, "Risk profile of a business recorded", "info" },
	{ INCIDENT_WITHDRAWN, "Record of an accident or of what moves a level taken back",
		"neutral" },
	{ RERATING_ASKED, "Asked to be rated again", "info" },
	{ RERATING_DECIDED, "Request to be rated again decided", "info" },
	{ RERATING_WITHDRAWN, "Request to be rated again withdrawn", "neutral" },
	{ INSPECTION_SIGNED, "Record of an inspection signed", "info" },
	{ INSPECTION_PUBLICATION_DUE, "A result held back has to be published soon", "yellow" },
	{ INSPECTION_SERVED, "The result of a check by video arrived", "info" },
	{ INSPECTION_UNSERVED, "The result of a check by video was not confirmed", "yellow" },
	{ INSPECTION_RATED, "The business rated an inspection", "info" },
	{ CHECK_CODE_MADE, "Check code made for a visit", "info" },
	{ CORRECTION_ORDERED, "Correction ordered by an inspection", "yellow" },
	{ CORRECTION_SEEN, "The business confirmed that the order reached it", "info" },
	{ CORRECTION_SUBMITTED, "The business showed a correction", "info" },
	{ CORRECTION_ACCEPTED, "Correction accepted", "green" },
	{ CORRECTION_REJECTED, "Correction refused", "yellow" },
	{ CORRECTION_OVERDUE, "Correction overdue", "red" },
	{ CORRECTION_TO_CASE, "Correction given over to a case", "red" },
	{ EQUIPMENT_REGISTERED, "Device registered", "info" },
	{ EQUIPMENT_CHANGED, "Device changed", "info" },
	{ EQUIPMENT_MOVED, "Device lost, repaired, back or written off", "yellow" },
	{ EQUIPMENT_ISSUED, "Device issued", "info" },
	{ EQUIPMENT_RECEIVED, "Device signed for by the officer", "info" },
	{ EQUIPMENT_HANDED_BACK, "Device handed back", "info" },
	{ EQUIPMENT_RETURNED, "Return of a device signed for", "info" },
	{ EQUIPMENT_CALIBRATED, "Calibration of a device recorded", "info" },
	{ RECORDING_DOCKED, "Recording of a body camera docked", "info" },
	{ RECORDING_LINKED, "Recording linked to a case", "info" },
	{ RECORDING_UNLINKED, "Recording taken from a case", "yellow" },
	{ RECORDING_VIEWED, "Recording looked at", "info" },
	{ RECORDING_REMOVED, "Recording removed after its term", "yellow" },
	{ CAMERA_CLIP_KEPT, "Clip of a camera kept as evidence", "info" },
	{ OFFICER_RECUSED, "Recusal of an officer entered", "info" },
	{ OFFICER_RECUSAL_ENDED, "Recusal of an officer ended", "info" },
	{ DRAW_COMMITTED, "Random draw committed to", "info" },
	{ DRAW_WITHDRAWN, "Random draw withdrawn", "yellow" },
	{ DRAW_DRAWN, "Random draw made", "info" },
	{ DRAW_ASSIGNED, "Drawn for inspection", "info" },
	{ DRAW_EXCHANGED, "Inspector of a draw exchanged", "yellow" },
	{ DRAW_PUBLISHED, "Random draw published", "info" },
	{ TASK_OPENED, "Task given", "info" },
	{ TASK_HANDED_OVER, "Task handed over", "info" },
	{ TASK_ESCALATED, "Overdue task brought before the head", "yellow" },
	{ TASK_DONE, "Task done", "green" },
	{ WARNING_RAISED, "Warning raised", "yellow" },
	{ WARNING_CLOSED, "Warning ended", "green" },
	{ WARNING_ANSWERED, "Task of the warning done, cause remains", "info" },
	{ COMPLAINT_RECEIVED, "Complaint or report received", "yellow" },
	{ COMPLAINT_PLACED, "Business of a complaint found", "info" },
	{ COMPLAINT_ACCEPTED, "Complaint accepted", "info" },
	{ COMPLAINT_EXTENDED, "Check of a report extended", "yellow" },
	{ COMPLAINT_ASSIGNED, "Somebody sent for a complaint", "info" },
	{ COMPLAINT_CHECKED, "Complaint checked on site", "info" },
	{ COMPLAINT_LINKED, "Complaint linked to a case or an inspection", "info" },
	{ COMPLAINT_DECIDED, "Complaint or report decided", "info" },
	{ COMPLAINT_ANSWERED, "Sender of a complaint told", "green" },
	{ COMPLAINT_SENDER_SEEN, "Sender of a complaint looked at", "yellow" },
	{ NULL },
};

static const struct label *find(const struct label *all, const char *code)
{
	for (; all && all->code; all++)
		if (strcmp(all->code, code) == 0)
			return all;
	return NULL;
}

const char *label_of(const struct label *all, const char *code)
{
	const struct label *l = find(all, code);
	return l ? l->text : code;
}

const char *tone_of(const struct label *all, const char *code)
{
	const struct label *l = find(all, code);
	return l && l->tone ? l->tone : "neutral";
}
