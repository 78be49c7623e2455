/* The names of the facts domains tell each other. Who tells and who listens: docs/EVENTS.md
 * (generated). Each line: what the subject is; entity is always the operator concerned. */
#ifndef CONTRACTS_FACTS_H
#define CONTRACTS_FACTS_H

#define OPERATOR_REGISTERED "operator.registered" /* operator */
#define OPERATOR_CHANGED    "operator.changed"	  /* operator */
#define FILE_ENTRY_ADDED    "file.entry_added"	  /* entry of the one file; data: the entry */
#define FILE_ENTRY_CORRECTED                                                                       \
	"file.entry_corrected"		      /* entry; data: from and to of each member, reason */
#define LICENCE_FILED	  "licence.filed"     /* licence; data: the licence */
#define LICENCE_CHANGED	  "licence.changed"   /* licence; data: from and to, reason */
#define RELATION_FILED	  "relation.filed"    /* relation of two operators; data: the relation */
#define RELATION_CHANGED  "relation.changed"  /* relation; data: from and to, reason */
#define OPERATOR_MERGED	  "operator.merged"   /* the double; data: into, reason */
#define OPERATOR_PARTED	  "operator.parted"   /* the double; its merge is undone. data: reason */
#define CAMERA_REGISTERED "camera.registered" /* camera */
#define CAMERA_CHANGED	  "camera.changed"    /* camera */
#define DEVICE_REGISTERED "device.registered" /* GB/T 28181 device of the register */
#define DEVICE_CHANGED	  "device.changed"    /* the same; its password is never in it */
#define DEVICE_RECORDING_ASKED                                                                     \
	"device.recording_asked"		    /* order: list, or fetch with its reason       \
						     */
#define CAMERA_REVIEWED		 "camera.reviewed"  /* camera; data: kind legal|technical, result */
#define CAMERA_CLIP_KEPT	 "camera.clip_kept" /* clip; data: the clip with its manifest */
#define LEAD_FOUND		 "lead.found"	    /* lead; data: the lead */
#define LEAD_CLIP_ADDED		 "lead.clip_added"  /* lead; its clip arrived after it */
#define LEAD_REVIEWED		 "lead.reviewed"    /* lead; first officer's review */
#define LEAD_CONFIRMED		 "lead.confirmed"   /* lead; both agree. data: act, rule, usable */
#define LEAD_REJECTED		 "lead.rejected"    /* lead; data: rule, reason */
#define LEAD_LABELLED		 "lead.labelled" /* lead; as confirmed, its rule in review only */
#define RULE_MODE_CHANGED	 "rule.mode_changed"	   /* decision; data: rule, mode, reason */
#define RULE_MISS_REPORTED	 "rule.miss_reported"	   /* miss; data: camera, rule */
#define MODEL_TRAINED		 "model.trained"	   /* model; it waits for a decision */
#define MODEL_REFUSED		 "model.refused"	   /* model; data: why */
#define MODEL_ACTIVATED		 "model.activated"	   /* model; data: reason */
#define MODEL_RETIRED		 "model.retired"	   /* model; data: reason */
#define PICTURE_BLURRED		 "picture.blurred"	   /* blur; data: original, method, kind */
#define PICTURE_NOT_BLURRED	 "picture.not_blurred"	   /* blur; data: original, reason */
#define CASE_EVIDENCE_RELEASED	 "case.evidence_released"  /* case; data: evidence, what, reason */
#define CASE_PRECHECK_OPENED	 "case.precheck_opened"	   /* case */
#define CASE_EVIDENCE_ADDED	 "case.evidence_added"	   /* case */
#define CASE_FILED		 "case.filed"		   /* case */
#define CASE_NOT_FILED		 "case.not_filed"	   /* case */
#define CASE_LINK_SENT		 "case.link_sent"	   /* case */
#define CASE_EVIDENCE_VIEWED	 "case.evidence_viewed"	   /* case; by the party */
#define CASE_ANSWERED		 "case.answered"	   /* case; data: accepts|disputes, words */
#define CASE_ADDRESS_CONFIRMED	 "case.address_confirmed"  /* case */
#define CASE_CORRECTION_ORDERED	 "case.correction_ordered" /* case */
#define CASE_CORRECTION_SHOWN	 "case.correction_shown"   /* case; by the party, with a photo */
#define CASE_CORRECTION_ACCEPTED "case.correction_accepted" /* case */
#define CASE_CORRECTION_REFUSED	 "case.correction_refused"  /* case */
#define CASE_TOLD		 "case.told"  /* case; party told facts, reasons, basis, rights */
#define CASE_HEARD		 "case.heard" /* case; statement or waiver */
#define CASE_PROPOSED		 "case.proposed" /* case; one officer proposes, or one returns it */
#define CASE_DECIDED		 "case.decided"	 /* case; data: outcome, penalty, act, fine_fen */
#define CASE_SERVED		 "case.served"	 /* case; data: paper, way, arrived_at */
#define CASE_CLOSED		 "case.closed"	 /* case */
#define PAPER_ORDERED		 "paper.ordered" /* paper; data: template, number, subject */
#define PAPER_SEALED		 "paper.sealed"	 /* paper; data: as ordered, sm3, sha256 */
#define INSPECTION_RECORDED	 "inspection.recorded"	/* inspection; data: result, score */
#define INSPECTION_PUBLISHED	 "inspection.published" /* inspection */
#define GRADE_CHANGED		 "grade.changed"	/* operator; data: scheme, from, to, why */
#define GRADE_CONFIRMED		 "grade.confirmed" /* operator; same letter. data: letter, why */
#define SCALE_CHANGED		 "scale.changed"   /* operator; data: scales, each with from, to */
#define SCALE_CONFIRMED		 "scale.confirmed" /* operator; other points, same values */
#define SCALES_COMPUTED		 "scale.batch_computed"	  /* many operators; no value changed */
#define ACCIDENT_RECORDED	 "accident.recorded"	  /* record; data: kind, happened_at */
#define INCIDENT_RECORDED	 "incident.recorded"	  /* record; data: kind, happened_at */
#define INCIDENT_WITHDRAWN	 "incident.withdrawn"	  /* record; data: as recorded, why */
#define RERATING_ASKED		 "rerating.asked"	  /* request to be rated again */
#define RERATING_DECIDED	 "rerating.decided"	  /* request; data: from, to, inspection */
#define RERATING_WITHDRAWN	 "rerating.withdrawn"	  /* request */
#define RULE_REHEARSED		 "grading.rule_rehearsed" /* rehearsal; data: rule, version, sm3 */
#define RULE_APPLIED		 "grading.rule_applied"	  /* rehearsal; data: rule, in_force_from */
#define RULE_DROPPED		 "grading.rule_dropped"	  /* rehearsal; data: why */
#define STORE_REGISTERED	 "store.registered"	  /* store (cold store, freezer, display) */
#define STORE_CHANGED		 "store.changed"	  /* store */
#define SENSOR_REGISTERED	 "sensor.registered"	  /* sensor */
#define SENSOR_CHANGED		 "sensor.changed" /* sensor; data: the sensor, without its secret */
#define SENSOR_ALARM_FOUND	 "sensor.alarm_found"	  /* alarm; data: the alarm */
#define SENSOR_ALARM_TOLD	 "sensor.alarm_told"	  /* alarm; the operator was told by SMS */
#define SENSOR_ALARM_ENDED	 "sensor.alarm_ended"	  /* alarm; data: worst value, ended_at */
#define SENSOR_ALARM_REVIEWED	 "sensor.alarm_reviewed"  /* alarm; first officer's review */
#define SENSOR_ALARM_CONFIRMED	 "sensor.alarm_confirmed" /* alarm; both agree. data: act, files */
#define SENSOR_ALARM_REJECTED	 "sensor.alarm_rejected"  /* alarm; data: rule, reason */
#define SENSOR_DAY_SEALED	 "sensor.day_sealed"	  /* store; data: day, readings, digest */
#define USER_CREATED		 "user.created"		  /* user */
#define USER_CHANGED		 "user.changed"		  /* user */
#define EQUIPMENT_REGISTERED	 "equipment.registered"	  /* device of the bureau */
#define EQUIPMENT_CHANGED	 "equipment.changed"	  /* device; particulars */
#define EQUIPMENT_MOVED		 "equipment.moved"    /* device; data: from, to, reason, holder */
#define EQUIPMENT_ISSUED	 "equipment.issued"   /* device; a keeper gives it. data: officer */
#define EQUIPMENT_RECEIVED	 "equipment.received" /* device; the officer signs for it */
#define EQUIPMENT_HANDED_BACK	 "equipment.handed_back" /* device; the officer gives it back */
#define EQUIPMENT_RETURNED	 "equipment.returned"	 /* device; a keeper signs for it */
#define EQUIPMENT_CALIBRATED	 "equipment.calibrated"	 /* device; data: the calibration */
#define RECORDING_DOCKED	 "recording.docked"	 /* recording of a body camera; data: it */
#define RECORDING_LINKED	 "recording.linked"	 /* recording; data: the link to a case */
#define RECORDING_UNLINKED	 "recording.unlinked"	 /* recording; data: the link, and why */
#define RECORDING_VIEWED	 "recording.viewed"	 /* recording; data: who, to play or load */
#define RECORDING_REMOVED	 "recording.removed"	 /* recording; its term is over */
#define TARGETING_RUN_FINISHED	 "targeting.run_finished" /* run; data: model and digests */
#define ANNUAL_PLAN_BEGUN	 "annual_plan.begun"	  /* plan of inspections of a year */
#define ANNUAL_PLAN_DRAFTED	 "annual_plan.drafted"	  /* plan; data: digest of its visits */
#define ANNUAL_PLAN_APPROVED	 "annual_plan.approved"	  /* plan; in force */
#define ANNUAL_PLAN_DISCARDED	 "annual_plan.discarded"  /* plan; a draft */
#define ANNUAL_VISIT_DUE	 "annual_plan.visit_due"  /* visit; data: words, due_at */
#define PORTAL_LINK_SENT	 "portal.link_sent"	  /* link of a kitchen to its own view */
#define PORTAL_OPENED		 "portal.opened" /* link; a telephone proved itself by a code */
#define PORTAL_LINK_REVOKED	 "portal.link_revoked"	 /* link */
#define OFFICER_REGISTERED	 "officer.registered"	 /* officer (its account) */
#define OFFICER_CHANGED		 "officer.changed"	 /* officer */
#define OFFICER_RECUSED		 "officer.recused"	 /* officer; data: the recusal */
#define OFFICER_RECUSAL_ENDED	 "officer.recusal_ended" /* officer; data: the recusal */
#define OFFICER_LEAVE_ENTERED	 "officer.leave_entered" /* officer; data: the leave */
#define OFFICER_LEAVE_ENDED	 "officer.leave_ended"	 /* officer; data: the leave */
#define DRAW_COMMITTED		 "draw.committed"	 /* draw; data: snapshot, commitment */
#define DRAW_WITHDRAWN		 "draw.withdrawn"	 /* draw; data: reason */
#define DRAW_DRAWN		 "draw.drawn" /* draw; data: digest of its file, counts */
#define DRAW_ASSIGNED                                                                              \
	"draw.assigned" /* draw; data: inspector1, inspector2, due_at (ms); one for each object */
#define DRAW_EXCHANGED "draw.exchanged" /* draw; data: from, to, reason, words */
#define DRAW_PUBLISHED "draw.published" /* draw; data: digest of the published file */
#define GRID_CELLS_CHANGED                                                                         \
	"grid.cells_changed"		      /* town; data: how many cells, digest of the file    \
					       */
#define GRID_CELL_CHARGED "grid.cell_charged" /* cell, or town; data: officer */
#define TASK_OPENED	  "task.opened"	      /* task; data: kind, officers, due_at */
#define TASK_HANDED_OVER  "task.handed_over"  /* task; data: from, to, reason */
#define TASK_ESCALATED	  "task.escalated"    /* task; overdue. data: to */
#define TASK_LAPSED	  "task.lapsed"	      /* task; what it came from has ended. data: outcome */
#define TASK_DONE	  "task.done"	      /* task; data: outcome */
#define TASK_CANCELLED	  "task.cancelled"    /* task; data: outcome */
#define INSPECTION_SIGNED "inspection.signed" /* inspection; data: its protocol */
#define INSPECTION_PUBLICATION_DUE                                                                 \
	"inspection.publication_due"	    /* inspection; held back and soon over. data: by */
#define INSPECTION_RATED "inspection.rated" /* inspection; by the business. data: rating */
#define INSPECTION_SERVED                                                                          \
	"inspection.served" /* inspection by video; its result arrived. data: way, to */
#define INSPECTION_UNSERVED                                                                        \
	"inspection.unserved" /* inspection by video; nobody confirmed it in time */
#define CHECK_CODE_MADE	      "check_code.made"	     /* check code of a visit */
#define CHECK_TABLE_IMPORTED  "check_table.imported" /* check table; data: the whole table */
#define CORRECTION_ORDERED    "correction.ordered"   /* correction of an inspection */
#define CORRECTION_SEEN	      "correction.seen" /* correction; the party says it has the order */
#define CORRECTION_SUBMITTED  "correction.submitted" /* correction; data: words, by whom */
#define CORRECTION_ACCEPTED   "correction.accepted"  /* correction */
#define CORRECTION_REJECTED   "correction.rejected"  /* correction; data: why, new day */
#define CORRECTION_OVERDUE    "correction.overdue"   /* correction; its last day is over */
#define CORRECTION_TO_CASE    "correction.to_case"   /* correction; given over. data: reason */
#define WARNING_RAISED	      "warning.raised"	     /* warning; data: rule, words, due_at (ms) */
#define WARNING_CLOSED	      "warning.closed"	 /* warning; its cause is gone, or it was handled */
#define WARNING_ANSWERED      "warning.answered" /* warning; task done, cause stays. data: until */
#define WARNING_DISMISSED     "warning.dismissed"  /* warning; data: reason, until */
#define COMPLAINT_RECEIVED    "complaint.received" /* complaint; neither text nor sender in it */
#define COMPLAINT_PLACED      "complaint.placed"   /* complaint; its business was found */
#define COMPLAINT_ACCEPTED    "complaint.accepted" /* complaint; data: due */
#define COMPLAINT_EXTENDED    "complaint.extended" /* report; data: due, words */
#define COMPLAINT_ASSIGNED    "complaint.assigned" /* complaint; data: words, due_at (ms) */
#define COMPLAINT_CHECKED     "complaint.checked"  /* complaint; somebody was there */
#define COMPLAINT_LINKED      "complaint.linked"   /* complaint; to a case or inspection */
#define COMPLAINT_DECIDED     "complaint.decided"  /* complaint; data: outcome, words */
#define COMPLAINT_ANSWERED    "complaint.answered" /* complaint; the sender was told */
#define COMPLAINT_SENDER_SEEN "complaint.sender_viewed" /* data: reason */
#define COMPLAINT_ERASED      "complaint.erased"	/* complaint; text and sender are gone */

#endif
