/* The procedure of a case as one table: which step, in which states, by which procedure, by whom,
 * and what must be there. Pure: no request, no database. O2: 市场监督管理行政处罚程序规定; APL:
 * 行政处罚法. */
#ifndef CASES_PROCEDURE_H
#define CASES_PROCEDURE_H

#include "domains/cases/rules.h"

enum step {
	STEP_EXTEND_PRECHECK,
	STEP_FILE,
	STEP_NOT_FILE,
	STEP_TO_ORDINARY,
	STEP_TO_SIMPLE,
	STEP_EXHIBIT,
	STEP_EDATA,
	STEP_TRANSCRIBE,
	STEP_SUMMON,
	STEP_INQUIRE,
	STEP_SCENE,
	STEP_SPAN,
	STEP_SPAN_END,
	STEP_SUSPEND,
	STEP_RESUME,
	STEP_END,
	STEP_EXTEND,
	STEP_EXTEND_AGAIN,
	STEP_WEIGH,
	STEP_REPORT,
	STEP_EXTEND_REVIEW,
	STEP_REVIEW,
	STEP_TELL,
	STEP_TELL_IN_PERSON,
	STEP_NOTIFY,
	STEP_SILENCE,
	STEP_ASK_HEARING,
	STEP_SET_HEARING,
	STEP_PUT_OFF,
	STEP_TAKE_CHAIR,
	STEP_ABSENT,
	STEP_HOLD_HEARING,
	STEP_REPORT_HEARING,
	STEP_DISCUSS,
	STEP_CRIME,
	STEP_HAND_OVER,
	STEP_POLICE_REPLY,
	STEP_PROPOSE,
	STEP_SUBMIT,
	STEP_DECIDE,
	STEP_SIGN,
	STEP_CLOSE,
	STEP_REMEDY,
	STEP_REMEDY_END,
	STEPS
};

/* States of a case, as bits. */
enum state_bit {
	IN_PRECHECK = 1,
	IN_NOT_FILED = 2,
	IN_FILED = 4,
	IN_TOLD = 8,
	IN_HEARD = 16,
	IN_PROPOSED = 32,
	IN_DECIDED = 64,
	IN_CLOSED = 128,
};

enum procedure_bit { UNCHOSEN = 1, SIMPLE = 2, ORDINARY = 4, ANY_PROCEDURE = 7 };

enum who {
	ANY_OFFICER = 1,  /* of the area */
	CASE_OFFICER = 2, /* one of the two of this case */
	LEADER = 4,	  /* approves; never an officer of this case */
	LEGAL = 8,	  /* legal reviewer; never an officer of this case */
	THE_PARTY = 16,
	THE_CHAIR = 32,	    /* of this hearing */
	OTHER_OFFICER = 64, /* an officer who is not of this case */
};

struct actor {
	int64_t id;
	bool officer, leader, legal, party; /* what its role makes it */
	bool recused;			    /* has stepped aside in this case */
	bool challenged;		    /* is asked to, and nobody has answered */
};
extern const char stepped_aside_words[];

/* Answers NULL, or what is missing with its article. */
typedef const char *need(const struct case_facts *c);

enum { MOST_NEEDS = 11 };

struct step_rule {
	const char *key, *name, *clause; /* "review", "Review", "O2 49-55" */
	unsigned from, procedures, who;
	const char *elsewhere; /* refusal in any other state or procedure */
	need *needs[MOST_NEEDS];
};

const struct step_rule *step_rule(enum step s);
/* STEPS when there is none of this key. */
enum step step_named(const char *key);
unsigned state_bit(const char *state);

/* What keeps this step from being taken now: NULL, or the sentence. actor: who would take it; NULL
 * asks of the case alone. */
const char *step_missing(enum step s, const struct case_facts *c, const struct actor *actor);
/* The same, of the person alone: NULL when somebody like this takes such a step. */
const char *step_actor_missing(enum step s, const struct case_facts *c, const struct actor *actor);
/* Is the step of this state and procedure at all, whatever is still missing? */
bool step_belongs(enum step s, const struct case_facts *c);
/* Once asked for, may it still be granted? As step_missing(), but the approval it waits for is its
 * own. */
const char *step_missing_at_approval(enum step s, const struct case_facts *c);

/* Is the term for deciding over? A decision then says why it comes late (O2 64; APL 60). */
bool decided_late(const struct case_facts *c);
/* What keeps a collective discussion from being held, on a further term or else on the decision:
 * NULL, or the sentence (APL 57, 60). */
const char *discussion_missing(const struct case_facts *c, bool term);

/* ---- comparisons of the law, on figures ------------------------------- */
struct penalty_size {
	const char *kinds;		   /* comma list of PEN_* */
	int64_t fine_fen, confiscated_fen; /* confiscated: gains */
	int64_t goods_fen;		   /* value of the goods confiscated; -1: not known */
};
/* In which component a goes beyond b: "PEN_STOP", "fine", "confiscation", "goods"; "" in none (APL
 * 45). */
const char *heavier_in(const struct penalty_size *a, const struct penalty_size *b);
/* Is the code one of the comma list? */
bool kinds_have(const char *kinds, const char *code);

/* From rules/cases/procedure.json; fen. */
struct bounds {
	int64_t simple_person, simple_entity, hearing_person, hearing_entity, weighty_person,
		weighty_entity;
	const char *hearing_kinds, *weighty_kinds; /* comma lists */
};
/* Simple procedure: a warning, or a fine up to and including the bound (APL 51). */
bool within_simple(const struct bounds *b, const struct penalty_size *p, bool person);
/* From the bound on, the bound included, the party may ask for a hearing (APL 63). */
bool hearing_due(const struct bounds *b, const struct penalty_size *p, bool person);
/* Decided together (APL 57, O2 60). */
bool discussion_due(const struct bounds *b, const struct penalty_size *p, bool person);

/* Legal review, or else case review (APL 58, O2 49-50). */
struct review_facts {
	bool public_interest, hearing, hard;
};
bool review_is_legal(const struct review_facts *r);

#endif
