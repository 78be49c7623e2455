/* Private to the room of cases. */
#ifndef CASES_H
#define CASES_H

#include "core/core.h"
#include "domains/cases/rules.h"

struct case_row {
	int64_t id, version;
	const char *number;
	int64_t operator, area;
	const char *act, *act_name, *state;
	int64_t opened_at, precheck_due, officer1, officer2, filed_at;
	const char *filed_reason;
	int64_t decide_due;
	const char *party_phone;
	int64_t link_sent_at, viewed_at;
	const char *answer, *answer_words;
	int64_t answered_at;
	bool e_service;
	const char *e_phone, *post_address, *receiver, *address_sign, *address_sign_sha256;
	int64_t address_at, address_paper;
	const char *correction_text;
	int64_t correction_due, order_paper;
	const char *correction_sm3, *correction_sha256, *correction_words;
	int64_t correction_at;
	const char *correction_state;
	int64_t told_at;
	const char *told_penalty;
	int64_t hear_due;
	const char *statement, *statement_words;
	int64_t heard_at;
	const char *defence_adopted;
	int64_t proposed_by;
	const char *outcome, *penalty;
	int64_t fine_fen, decided_at, decision_paper, served_at;
	const char *service_way;
	int64_t closed_at;
	const char *close_reason;
};

struct evidence {
	int64_t id, version, case_id, lead;
	const char *kind;
	int64_t taken_at;
	const char *still_sm3, *still_sha256, *clip_sm3, *clip_sha256, *method;
	bool usable;
	const char *usable_why;
	int64_t added_at;
};

/* Kinds of evidence: audio-visual material (a still and a clip), electronic data (a chart and a
 * table of readings, in the same two places). */
#define EVIDENCE_VIDEO "EV_AV"
#define EVIDENCE_DATA  "EV_ED"
/* A written record of an inspection: words in method, no file. */
#define EVIDENCE_RECORD "EV_SR"

/* What papers and messages need to know of the party. */
struct party {
	const char *name, *uscc, *address, *legal_person, *phone;
	bool small_caterer; /* on file as 小型餐饮: Shanghai has penalties of its own for it */
};

extern const struct model case_model, evidence_model;
extern const struct choice case_states[];
extern const struct module cases;

/* listen.c: where a finding of this act for this business belongs: the case whose party has not
 * been told yet, or a new pre-check of the officers (officer2 may be 0), whose term runs from
 * found_at. */
struct finding {
	int64_t operator, area, officer1, officer2, found_at;
	const char *act;
};
enum err precheck_of(struct req *rq, const struct finding *f, struct case_row *c);
/* Always a new one. */
enum err precheck_open(struct req *rq, const struct finding *l, struct case_row *c);

/* store.c: loading and saving */
enum err case_load(struct req *rq, int64_t id, struct case_row *c); /* checks the officer's area */
enum err case_load_mine(struct req *rq, struct case_row *c);	    /* for the party of rq->id */
enum err case_save(
	struct req *rq, struct case_row *c, const char *fact); /* db_update and its fact */
enum err case_save_with(struct req *rq, struct case_row *c, const char *fact, const char *data);
enum err case_facts_of(struct req *rq, const struct case_row *c, struct case_facts *f);
enum err party_load(struct req *rq, int64_t operator, struct party * p);
const struct node *act_of(
	struct req *rq, const char *code); /* never NULL: an unknown act gives an empty map */
int64_t act_term(struct req *rq, const char *name, int64_t fallback);
const char *user_name(struct req *rq, int64_t id);
const char *user_card(struct req *rq, int64_t id);
/* Refuses with the sentence, translated; OK for NULL. */
enum err allow(struct req *rq, const char *why_not);
enum err case_close_if_done(struct req *rq, struct case_row *c);
/* performed.c: a fine was settled, or a measure ended: the case may be closed by it */
enum err on_performed(struct req *rq, const struct event *e);

/* listen.c */
enum err on_lead_confirmed(struct req *rq, const struct event *e);
enum err on_alarm_confirmed(struct req *rq, const struct event *e);
/* correction.c: a correction of an inspection was given over */
enum err on_correction_to_case(struct req *rq, const struct event *e);
enum err on_recording_linked(struct req *rq, const struct event *e);
enum err on_paper_served(struct req *rq, const struct event *e);
enum err on_number_voided(struct req *rq, const struct event *e);

/* papers.c: the forms filled from a case */
struct form;
enum err form_address(struct req *rq, const struct case_row *c, struct form *f); /* only filled */
enum err order_correction_paper(struct req *rq, struct case_row *c);
enum err order_decision_paper(struct req *rq, struct case_row *c);

/* desk.c, steps.c: officers */
enum err case_list(struct req *rq);
enum err case_page(struct req *rq);
enum err case_still(struct req *rq);
enum err case_clip(struct req *rq);
enum err case_correction_photo(struct req *rq);
enum err case_file(struct req *rq);
enum err case_send_link(struct req *rq);
enum err case_order_correction(struct req *rq);
enum err case_judge_correction(struct req *rq);
enum err case_tell(struct req *rq);
enum err case_take_silence(struct req *rq);
enum err case_propose(struct req *rq);
enum err case_decide(struct req *rq);

/* party.c, party_steps.c: the party's telephone */
void show_matter(
	struct req *rq, const struct case_row *c); /* what every page of the party says of it */
enum err show_correction(struct req *rq, const struct case_row *c);
enum err my_case(struct req *rq);
enum err my_evidence(struct req *rq);
enum err my_seen(struct req *rq);
enum err my_answer_form(struct req *rq);
enum err my_answer(struct req *rq);
enum err my_address_form(struct req *rq);
enum err my_address(struct req *rq);
enum err my_correction_form(struct req *rq);
enum err my_correction(struct req *rq);
enum err my_statement_form(struct req *rq);
enum err my_statement(struct req *rq);
enum err my_decision(struct req *rq);

#endif
