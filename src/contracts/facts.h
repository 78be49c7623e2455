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
#define COVER_ASKED		 "cover.asked"		   /* cover; data: the whole of it */
#define COVER_MADE		 "cover.made"		   /* cover; data: digests, method, rule */
#define COVER_NOT_MADE		 "cover.not_made"	   /* cover; data: reason */
#define COVER_REPLACED		 "cover.replaced"	   /* cover; another covers more */
#define COVER_CONFIRMED		 "cover.confirmed"	   /* cover; a person looked at it */
#define COVER_WITHDRAWN		 "cover.withdrawn"	   /* cover; data: words */
#define CASE_EVIDENCE_RELEASED	 "case.evidence_released"  /* case; data: evidence, what, reason */
#define CASE_SOURCE_REGISTERED	 "case.source_registered"  /* case; data: kind, document, words */
#define CASE_PRECHECK_OPENED	 "case.precheck_opened"	   /* case */
#define CASE_EVIDENCE_ADDED	 "case.evidence_added"	   /* case */
#define CASE_FILED		 "case.filed"		   /* case */
#define CASE_NOT_FILED		 "case.not_filed"	   /* case */
#define CASE_LINK_ASKED		 "case.link_asked"	   /* case; data: reason */
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
#define CASE_PROPOSED		 "case.proposed" /* case; one officer proposes */
#define CASE_RETURNED		 "case.returned" /* case; the other returns it: reason */
#define CASE_DECIDED		 "case.decided"	 /* case; data: outcome, penalty, act, fine_fen */
#define CASE_SERVED		 "case.served"	 /* case; data: paper, way, arrived_at */
#define CASE_CLOSED		 "case.closed"	 /* case */
#define CASE_APPROVAL_ASKED	 "case.approval_asked"	  /* case; data: matter, words */
#define CASE_APPROVAL_ANSWERED	 "case.approval_answered" /* case; data: matter, state, opinion */
#define CASE_PROCEDURE_CHOSEN	 "case.procedure_chosen"  /* case; data: procedure, reason */
#define CASE_SUMMONED		 "case.summoned"      /* case; somebody is invited to be asked */
#define CASE_CLOCK_WARNED	 "case.clock_warned"  /* case; data: clock, ends_at, passed */
#define CASE_CLOCK_CHANGED	 "case.clock_changed" /* case; data: what the term leaves out */
#define CASE_SUSPENDED		 "case.suspended"     /* case; data: cause, words */
#define CASE_RESUMED		 "case.resumed"	      /* case; its suspension ended */
#define CASE_INVESTIGATION_ENDED "case.investigation_ended" /* case; data: cause, words */
#define CASE_WEIGHED		 "case.weighed"	      /* case; data: factors, range, reasons */
#define CASE_REPORTED		 "case.reported"      /* case; data: report in its six parts */
#define CASE_REVIEWED		 "case.reviewed"      /* case; data: kind, seven points, verdict */
#define CASE_HEARING_ASKED	 "case.hearing_asked" /* case; by the party */
#define CASE_HEARING_SET	 "case.hearing_set"   /* case; data: when, where, chair */
#define CASE_HEARING_PUT_OFF	 "case.hearing_put_off"	 /* case; data: the new day */
#define CASE_HEARING_WAIVED	 "case.hearing_waived"	 /* case; data: the party stayed away */
#define CASE_HEARING_HELD	 "case.hearing_held"	 /* case; data: its record */
#define CASE_HEARING_REPORTED	 "case.hearing_reported" /* case; data: the chair's opinion */
#define CASE_DISCUSSED		 "case.discussed"	 /* case; data: who took part, conclusion */
#define CASE_CRIME_NAMED	 "case.crime_named"	 /* case; data: what goes to the police */
#define CASE_HANDED_OVER	 "case.handed_over"	 /* case; data: to whom, when, receipt */
#define CASE_POLICE_ANSWERED	 "case.police_answered"	 /* case; data: taken up or not, number */
#define CASE_REQUESTED		 "case.requested"	 /* case; data: kind, words; by the party */
#define CASE_REQUEST_ANSWERED	 "case.request_answered" /* case; data: state, answer */
#define CASE_REQUEST_WITHDRAWN	 "case.request_withdrawn" /* case; by the party */
#define CASE_REMEDY_BEGUN	 "case.remedy_begun"	  /* case; data: kind, begun_at */
#define CASE_REMEDY_ENDED                                                                          \
	"case.remedy_ended" /* case; data: kind, begun_at, ended_at, outcome, words, fine_fen,     \
			       effect (stands, changed, annulled, unlawful, void) */
#define CASE_STATED	     "case.stated" /* case; data: words; by the party, who may add */
#define CASE_EDATA_RECORDED  "case.edata_recorded"  /* case; data: the party's answer, paper */
#define CASE_TRANSCRIBED     "case.transcribed"	    /* case; data: recording, words */
#define CASE_EXHIBIT_CHECKED "case.exhibit_checked" /* case; data: exhibit, verdict, reason */
#define PAPER_ORDERED	     "paper.ordered"	    /* paper; data: template, number, subject */
#define PAPER_SEALED	     "paper.sealed"	    /* paper; data: as ordered, sm3, sha256 */
#define PAPER_NUMBER_RESERVED                                                                      \
	"paper.number_reserved" /* line of the register; data: template, number, reason */
#define PAPER_NUMBER_VOIDED  "paper.number_voided"  /* line of the register; data: the same */
#define VOLUME_ORDERED	     "volume.ordered"	    /* case; data: number, edition */
#define VOLUME_MADE	     "volume.made"	    /* case; data: number, edition, digests */
#define VOLUME_GAP_EXPLAINED "volume.gap_explained" /* case; a paper is missing. data: why */
#define OFFICER_SIGNATURE_DRAWN                                                                    \
	"officer.signature_drawn" /* officer (its account); data: the signature's row */
#define SERVICE_OPENED		 "service.opened"    /* task; a sealed paper waits to be served */
#define SERVICE_ATTEMPTED	 "service.attempted" /* task; data: the attempt, with its result */
#define SERVICE_NOTICE_PUBLISHED "service.notice_published" /* task; data: the notice, until */
#define SERVICE_PAPER_OPENED	 "service.paper_opened"	    /* task; the party opened the paper */
#define SERVICE_FAILED		 "service.failed" /* task; its message was refused for good */
#define SERVICE_ACCOUNTS_NAMED	 "service.accounts_named" /* case; data: which ways, signature */
#define PAPER_SERVED                                                                               \
	"paper.served" /* case; data: paper, template, title, way, served_at (ms), and what a      \
			  public notice excludes: excluded_from, excluded_to (ms) */
#define FINE_OPENED	     "fine.opened"	 /* case, as of all fine.*; data: the fine */
#define FINE_DUE	     "fine.due"		 /* its decision was served. data: served_at, due */
#define FINE_SLIP_ORDERED    "fine.slip_ordered" /* data: code */
#define FINE_PAID	     "fine.paid"	 /* data: payment, bank_no, amount, paid_on */
#define FINE_PAYMENT_UNKNOWN "fine.payment_unknown" /* payment; no fine has its code */
#define FINE_PAYMENT_MATCHED "fine.payment_matched" /* data: bank_no, amount, words */
#define FINE_OVERPAID	     "fine.overpaid"	    /* data: too_much */
#define FINE_REFUNDED	     "fine.refunded"	    /* case, or payment. data: amount, words */
#define FINE_COLLECTED	     "fine.collected"	    /* on the spot; data: receipt_no, amount */
#define FINE_HANDED_IN	     "fine.handed_in"	    /* collected money, to the office */
#define FINE_BANKED	     "fine.banked"	    /* collected money, to the bank */
#define FINE_OVERDUE	     "fine.overdue"	    /* the late fine begins */
#define FINE_CLOCK_NEAR	     "fine.clock_near"	    /* data: clock, due, clause */
#define FINE_CLOCK_OVER	     "fine.clock_over"	    /* data: clock, due, clause */
#define FINE_PLAN_ASKED	     "fine.plan_asked"	    /* by the party; data: kind, words */
#define FINE_PLAN_PROPOSED   "fine.plan_proposed"   /* data: opinion, last */
#define FINE_PLAN_DECIDED    "fine.plan_decided"    /* data: verdict, reason */
#define FINE_PLAN_BROKEN     "fine.plan_broken"	    /* data: part, due, amount */
/* No longer told: a review or suit belongs to the case (case.remedy_begun). */
#define FINE_REMEDY_BEGUN    "fine.remedy_begun"    /* review or suit; data: kind, begun_at */
#define FINE_REMEDY_ENDED    "fine.remedy_ended"    /* data: outcome, ended_at */
#define FINE_CHANGED	     "fine.changed"	    /* by a review or suit. data: fine */
#define FINE_DEMANDED	     "fine.demanded"	    /* data: owed */
#define FINE_DEMAND_SERVED   "fine.demand_served"   /* data: served_at, due */
#define FINE_DEMAND_STATED   "fine.demand_stated"   /* by the party; data: words */
#define FINE_DEMAND_JUDGED   "fine.demand_judged"   /* data: view */
#define FINE_COURT_APPLIED   "fine.court_applied"   /* data: owed */
#define FINE_COURT_ANSWERED  "fine.court_answered"  /* data: result, words */
#define FINE_COURT_WATCHED   "fine.court_watched"   /* its last day is a clock from now on */
#define FINE_STATEMENT_TAKEN "fine.statement_taken" /* statement of the bank; data: how many */
#define FINE_SETTLED	     "fine.settled"	    /* data: how (paid, annulled ...), paid, late */
#define BANK_STATEMENT_RECEIVED                                                                    \
	"bank.statement_received" /* 0; a file of the bank is in the store. data: name, sm3,       \
				     sha256 */
#define MEASURE_PROPOSED       "measure.proposed"  /* case, as of all measure.*; the measure */
#define MEASURE_TAKEN	       "measure.taken"	   /* data: until, urgent */
#define MEASURE_APPROVED       "measure.approved"  /* data: reason */
#define MEASURE_REFUSED	       "measure.refused"   /* data: reason; one taken already is released */
#define MEASURE_ACTED	       "measure.acted"	   /* what was done with evidence kept. data: way */
#define MEASURE_LAB_BEGUN      "measure.lab_begun" /* its time does not count. data: until */
#define MEASURE_LAB_ENDED      "measure.lab_ended" /* data: new until */
#define MEASURE_MORE_ASKED     "measure.more_asked" /* data: reason */
#define MEASURE_EXTENDED       "measure.extended"   /* or refused; data: verdict, until */
#define MEASURE_NEAR	       "measure.near"	    /* data: clock, until */
#define MEASURE_LAPSED	       "measure.lapsed"	  /* by itself: nothing was done in time (O2 35) */
#define MEASURE_OVERDUE	       "measure.overdue"  /* its term is over and nobody released it */
#define MEASURE_CUSTODY	       "measure.custody"  /* given into care. data: keeper */
#define MEASURE_RELEASED       "measure.released" /* data: reason */
#define MEASURE_DISPOSED       "measure.disposed" /* data: item, way, quantity */
#define LETTER_SENT	       "letter.sent"	  /* case; asks another office. data: due */
#define LETTER_EXTENDED	       "letter.extended"  /* case; data: due, reason */
#define LETTER_ANSWERED	       "letter.answered"  /* case; data: answer */
#define MEASURE_REPORT_NEAR    "measure.report_near" /* urgent; waits for a leader. data: due */
#define MEASURE_REPORT_OVER    "measure.report_over" /* urgent; nobody decided in time. data: due */
#define LETTER_NEAR	       "letter.near"	     /* case; its answer is due soon */
#define LETTER_OVERDUE	       "letter.overdue"	     /* case */
#define INSPECTION_RECORDED    "inspection.recorded" /* inspection; data: result, score */
#define INSPECTION_PUBLISHED   "inspection.published" /* inspection */
#define GRADE_CHANGED	       "grade.changed"	      /* operator; data: scheme, from, to, why */
#define GRADE_CONFIRMED	       "grade.confirmed"      /* operator; same letter. data: letter, why */
#define SCALE_CHANGED	       "scale.changed"	 /* operator; data: scales, each with from, to */
#define SCALE_CONFIRMED	       "scale.confirmed" /* operator; other points, same values */
#define SCALES_COMPUTED	       "scale.batch_computed" /* many operators; no value changed */
#define ACCIDENT_RECORDED      "accident.recorded"    /* record; data: kind, happened_at */
#define INCIDENT_RECORDED      "incident.recorded"    /* record; data: kind, happened_at */
#define PROFILE_RECORDED       "profile.recorded"   /* record; data: what static risk is made of */
#define INCIDENT_WITHDRAWN     "incident.withdrawn" /* record; data: as recorded, why */
#define RERATING_ASKED	       "rerating.asked"	    /* request to be rated again */
#define RERATING_DECIDED       "rerating.decided"   /* request; data: from, to, inspection */
#define RERATING_WITHDRAWN     "rerating.withdrawn" /* request */
#define RULE_REHEARSED	       "grading.rule_rehearsed" /* rehearsal; data: rule, version, sm3 */
#define RULE_APPLIED	       "grading.rule_applied"	/* rehearsal; data: rule, in_force_from */
#define RULE_DROPPED	       "grading.rule_dropped"	/* rehearsal; data: why */
#define STORE_REGISTERED       "store.registered"	/* store (cold store, freezer, display) */
#define STORE_CHANGED	       "store.changed"		/* store */
#define SENSOR_REGISTERED      "sensor.registered"	/* sensor */
#define SENSOR_CHANGED	       "sensor.changed" /* sensor; data: the sensor, without its secret */
#define SENSOR_ALARM_FOUND     "sensor.alarm_found"	/* alarm; data: the alarm */
#define SENSOR_ALARM_TOLD      "sensor.alarm_told"	/* alarm; the operator was told by SMS */
#define SENSOR_ALARM_ENDED     "sensor.alarm_ended"	/* alarm; data: worst value, ended_at */
#define SENSOR_ALARM_REVIEWED  "sensor.alarm_reviewed"	/* alarm; first officer's review */
#define SENSOR_ALARM_CONFIRMED "sensor.alarm_confirmed" /* alarm; both agree. data: act, files */
#define SENSOR_ALARM_REJECTED  "sensor.alarm_rejected"	/* alarm; data: rule, reason */
#define SENSOR_DAY_SEALED      "sensor.day_sealed"	/* store; data: day, readings, digest */
#define USER_CREATED	       "user.created"		/* user */
#define USER_CHANGED	       "user.changed"		/* user */
#define DELEGATE_NAMED	       "delegate.named"		/* case; data: name, scope, until */
#define DELEGATE_REVOKED       "delegate.revoked"	/* case; data: the delegate */
#define SMS_ACCEPTED	       "sms.accepted"		/* what it is about; data: key, at (ms) */
#define SMS_FAILED	       "sms.failed"   /* what it is about; data: key, at (ms), why */
#define LINK_OPENED	       "link.opened"  /* case; a telephone proved itself by its code */
#define LINK_REFUSED	       "link.refused" /* case; data: why (code, spent, too many tries) */
#define EQUIPMENT_REGISTERED   "equipment.registered" /* device of the bureau */
#define EQUIPMENT_CHANGED      "equipment.changed"    /* device; particulars */
#define EQUIPMENT_MOVED	       "equipment.moved"      /* device; data: from, to, reason, holder */
#define EQUIPMENT_ISSUED       "equipment.issued"     /* device; a keeper gives it. data: officer */
#define EQUIPMENT_RECEIVED     "equipment.received"   /* device; the officer signs for it */
#define EQUIPMENT_HANDED_BACK  "equipment.handed_back"	/* device; the officer gives it back */
#define EQUIPMENT_RETURNED     "equipment.returned"	/* device; a keeper signs for it */
#define EQUIPMENT_CALIBRATED   "equipment.calibrated"	/* device; data: the calibration */
#define RECORDING_DOCKED       "recording.docked"	/* recording of a body camera; data: it */
#define RECORDING_LINKED       "recording.linked"	/* recording; data: the link to a case */
#define RECORDING_UNLINKED     "recording.unlinked"	/* recording; data: the link, and why */
#define RECORDING_VIEWED       "recording.viewed"	/* recording; data: who, to play or load */
#define RECORDING_REMOVED      "recording.removed"	/* recording; its term is over */
#define TARGETING_RUN_FINISHED "targeting.run_finished" /* run; data: model and digests */
#define ANNUAL_PLAN_BEGUN      "annual_plan.begun"	/* plan of inspections of a year */
#define ANNUAL_PLAN_DRAFTED    "annual_plan.drafted"	/* plan; data: digest of its visits */
#define ANNUAL_PLAN_APPROVED   "annual_plan.approved"	/* plan; in force */
#define ANNUAL_PLAN_DISCARDED  "annual_plan.discarded"	/* plan; a draft */
#define ANNUAL_VISIT_DUE       "annual_plan.visit_due"	/* visit; data: words, due_at */
#define PORTAL_LINK_SENT       "portal.link_sent"	/* link of a kitchen to its own view */
#define PORTAL_OPENED	       "portal.opened"	     /* link; a telephone proved itself by a code */
#define PORTAL_LINK_REVOKED    "portal.link_revoked" /* link */
#define OFFICER_REGISTERED     "officer.registered"  /* officer (its account) */
#define OFFICER_CHANGED	       "officer.changed"     /* officer */
#define OFFICER_RECUSED	       "officer.recused"     /* officer; data: the recusal */
#define OFFICER_RECUSAL_ENDED  "officer.recusal_ended" /* officer; data: the recusal */
#define OFFICER_LEAVE_ENTERED  "officer.leave_entered" /* officer; data: the leave */
#define OFFICER_LEAVE_ENDED    "officer.leave_ended"   /* officer; data: the leave */
#define DRAW_COMMITTED	       "draw.committed"	       /* draw; data: snapshot, commitment */
#define DRAW_WITHDRAWN	       "draw.withdrawn"	       /* draw; data: reason */
#define DRAW_DRAWN	       "draw.drawn"	       /* draw; data: digest of its file, counts */
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
/* of a case, as all publication.*: */
#define PUBLICATION_DUE		    "publication.due"		  /* data: number, due */
#define PUBLICATION_READY	    "publication.ready"		  /* data: served_at */
#define PUBLICATION_PREPARED	    "publication.prepared"	  /* data: party, places */
#define PUBLICATION_PUBLISHED	    "publication.published"	  /* data: number, until */
#define PUBLICATION_CORRECTED	    "publication.corrected"	  /* data: reason */
#define PUBLICATION_REPAIR_ASKED    "publication.repair_asked"	  /* data: by, due */
#define PUBLICATION_REPAIR_TAKEN    "publication.repair_taken"	  /* data: due */
#define PUBLICATION_REPAIR_DECLINED "publication.repair_declined" /* data: reason */
#define PUBLICATION_REPAIR_REFUSED  "publication.repair_refused"  /* data: reason */
#define PUBLICATION_REPAIR_REVOKED  "publication.repair_revoked"  /* data: reason, until */
#define PUBLICATION_ENDED	    "publication.ended"		  /* data: how, reason */
#define PUBLICATION_FAULTY	    "publication.faulty"	  /* data: document, due */
#define PUBLICATION_WITHDRAWN	    "publication.withdrawn"	  /* data: fault, reason, due */
#define PUBLICATION_OVERDUE	    "publication.overdue"	  /* data: clock, due, clause */

/* appraisal of closed cases; of the bureau, so entity is 0 */
#define APPRAISAL_OPENED    "appraisal.opened"	  /* round; data: list, commitment, take, table */
#define APPRAISAL_WITHDRAWN "appraisal.withdrawn" /* round; data: reason */
#define APPRAISAL_DRAWN	    "appraisal.drawn"	  /* round; data: digest of its file, take, head */
#define APPRAISAL_FINISHED  "appraisal.finished"  /* round */
#define APPRAISAL_REPLACED                                                                         \
	"appraisal.replaced"			  /* appraisal, as the following. data: reason, to \
						   */
#define APPRAISAL_ASSIGNED  "appraisal.assigned"  /* data: appraiser, due */
#define APPRAISAL_FILLED    "appraisal.filled"	  /* saved, not handed in */
#define APPRAISAL_SUBMITTED "appraisal.submitted" /* handed in. data: case, score, grade */
#define APPRAISAL_ACCEPTED  "appraisal.accepted"  /* by an officer of the case */
#define APPRAISAL_OBJECTED  "appraisal.objected"  /* data: point, words */
#define APPRAISAL_ANSWERED  "appraisal.answered"  /* data: point, verdict, words */
#define APPRAISAL_CONFIRMED "appraisal.confirmed" /* final. data: case, score, grade */
#define APPRAISAL_MENDED    "appraisal.mended"	  /* data: words, proof */
#define APPRAISAL_CHECKED   "appraisal.checked"	  /* data: verdict, words */

#define KEY_ROTATED	 "key.rotated"	    /* 0; data: old, new; from, until (ms), or profile */
#define COMPLAINT_ERASED "complaint.erased" /* complaint; text and sender are gone */
#define LEAD_ERASED	 "lead.erased" /* lead; its still and clip are gone, no case came of them */

#define IMPACT_WRITTEN	  "impact.written"    /* assessment of personal data; data: risk */
#define IMPACT_DECIDED	  "impact.decided"    /* data: state, opinion, kept */
#define BREACH_REGISTERED "breach.registered" /* breach of personal data; data: kind, found_at */
#define BREACH_TOLD	  "breach.told"	      /* data: whom, name, at */
#define BREACH_UNTOLD	  "breach.untold"     /* people need not be told; data: why */
#define BREACH_CLOSED	  "breach.closed"     /* data: words */
#define BREACH_OVERDUE	  "breach.overdue"    /* data: clock, due */

#define DISCLOSURE_RECEIVED "disclosure.received" /* request for information; data: due */
#define DISCLOSURE_WAITS    "disclosure.waits"	  /* data: for (mend, third), words */
#define DISCLOSURE_RESUMED  "disclosure.resumed"  /* data: due */
#define DISCLOSURE_EXTENDED "disclosure.extended" /* data: why, due */
#define DISCLOSURE_CLIP_PUT "disclosure.clip_put" /* request; data: cover, digests */
#define DISCLOSURE_ANSWERED "disclosure.answered" /* data: answer, in_time */
#define DISCLOSURE_OVERDUE  "disclosure.overdue"  /* data: due */
#define DISCLOSURE_ERASED   "disclosure.erased"	  /* who asked is gone */

#endif
