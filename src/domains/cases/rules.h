/* Decisions of the room of cases: pure. Each answers NULL when the step is allowed, or an English
 * sentence that names what is missing and the article (O2: 市场监督管理行政处罚程序规定; APL:
 * 行政处罚法). */
#ifndef CASES_RULES_H
#define CASES_RULES_H

#include "core/base/base.h"

/* What the law looks at, taken from the case. Times ms, 0: not yet. */
struct case_facts {
	const char *state;
	int64_t officer1, officer2, proposed_by;
	bool officer1_card, officer2_card;
	int usable_evidence;
	bool simple_act; /* the act may be decided on the spot */
	bool e_service;	 /* consent, signed address confirmation */
	bool reachable;	 /* simple procedure: what the party is told reaches its telephone */
	int64_t address_at, told_at, hear_due, heard_at, decided_at, served_at;
	const char *statement;	       /* "", none, made, silent */
	bool told_before, said_before; /* by an earlier notice; and a statement was made on it */
	const char *defence_adopted;
	const char *correction_state;
	int64_t order_paper;
	/* the ordinary procedure: what its own tables say */
	const char *procedure; /* "" before filing, simple, ordinary */
	int64_t now;
	const char *pending; /* what waits for a leader's approval, or "" */
	int64_t precheck_due, decide_due;
	bool precheck_extended; /* once, with approval */
	int decide_extended;	/* 0, 1 by the head, 2 by collective discussion */
	bool suspended;
	bool outside;	     /* a span other than a suspension is open: test, public notice */
	bool unvisited;	     /* its act is established at the place, and no scene record is there */
	bool weighed;	     /* what bears on the penalty was weighed */
	const char *report;  /* the newest: "", submitted, returned, passed */
	const char *outcome; /* what it proposes */
	bool burdens;	     /* takes something from the party: a penalty, or goods (FSL 136) */
	const char *heavier; /* in what it goes beyond the notice; "" in nothing */
	bool new_facts;	     /* and says that it stands on facts found later */
	bool legal_review;   /* its review is the legal one */
	bool review_extended;	 /* once, with approval */
	bool heard_by_review;	 /* it was written and reviewed after the hearing ended */
	bool handed_over;	 /* what was decided to go elsewhere has a receipt */
	const char *police;	 /* what they answered: "", accepted, refused */
	bool crime_named;	 /* a transfer to the police: what goes with it is written */
	bool weighty, discussed; /* collective discussion is needed; was held on this report */
	bool term_discussed;	 /* one was held on a further term, since the last extension */
	int64_t intended_fen;	 /* simple procedure: the fine */
	bool person;		 /* not an entity: a natural person */
	bool hearing_right;	 /* the notice tells of it */
	int64_t notice_served_at;
	const char *hearing; /* "", asked, set, held, reported, withdrawn */
	int64_t hearing_at, hearing_chair;
	int64_t hearing_from; /* seven working days after its notice was served; 0: not served */
	bool recusal_open;    /* a request that somebody steps aside waits */
	bool more_time_open;  /* one for more time to state waits */
	bool recused, challenged; /* who asks: has stepped aside, is asked to */
	int untranscribed;	  /* recordings of sound that nobody has written out */
	bool edata_open;	  /* what devices recorded stands in no record yet */
	bool remedy;		  /* a review or suit runs */
	bool ended;		  /* the investigation was ended */
	bool owed;		  /* a fine or a sum confiscated is not settled */
	bool held;		  /* goods or evidence of the party are held */
};

/* Two different officers, both with a card. */
const char *needs_two_officers(const struct case_facts *c);
/* A step of the case is taken by one of its two officers, not by whoever works in the same town
 * (APL 42). NULL, or the sentence. */
const char *only_the_two(const struct case_facts *c, int64_t officer);
/* officer, here and below: who would take the step. */
const char *may_file(const struct case_facts *c, int64_t officer, const char *reason);
const char *may_not_file(const struct case_facts *c, int64_t officer, const char *reason);
const char *may_send_link(const struct case_facts *c);
const char *may_answer(const struct case_facts *c);
const char *may_confirm_address(const struct case_facts *c);
const char *may_order_correction(
	const struct case_facts *c, int64_t officer, int64_t due, int64_t now);
const char *may_show_correction(const struct case_facts *c);
const char *may_judge_correction(const struct case_facts *c, int64_t officer);
const char *may_tell(const struct case_facts *c, int64_t officer);
const char *may_state(const struct case_facts *c);
/* Silence counts as a waiver when five working days have passed since the notice was served. */
const char *may_take_silence(const struct case_facts *c, int64_t officer, int64_t now);
const char *may_propose(const struct case_facts *c, int64_t officer);
/* officer: who signs second. */
const char *may_decide(const struct case_facts *c, int64_t officer);
/* Verifying what another officer added as evidence (APL 46). */
struct verifying {
	int64_t officer, added_by;
	bool card; /* of who verifies */
	const char *reason;
};
const char *may_verify(const struct case_facts *c, const struct verifying *v);
/* Giving the party a picture as it was recorded, faces and all. officer: who gives it. */
const char *may_release(const struct case_facts *c, int64_t officer, const char *reason);
/* Served and, where something was to be corrected, corrected: the case is closed by the program. */
bool is_done(const struct case_facts *c);

#endif
