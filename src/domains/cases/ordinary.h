/* The ordinary procedure (普通程序): its rows, and the working set that its steps share. */
#ifndef CASES_ORDINARY_H
#define CASES_ORDINARY_H

#include "domains/cases/cases.h"
#include "domains/cases/procedure.h"

struct proceeding {
	int64_t id, version, case_id;
	const char *procedure, *reason;
	int64_t chosen_by, chosen_at;
	const char *outcome_item;
	int64_t confiscated_fen;
};

struct approval {
	int64_t id, version, case_id;
	const char *matter, *cause, *words;
	int64_t day, asked_by, asked_at;
	const char *state;
	int64_t answered_by, answered_at;
	const char *opinion;
	int64_t paper;
};

struct span_row {
	int64_t id, version, case_id;
	const char *kind;
	int64_t from_at, to_at;
	const char *reason;
	int64_t added_by;
};

struct exhibit {
	int64_t id, version, case_id;
	const char *kind, *title;
	int64_t taken_at;
	const char *place, *method, *maker, *words, *speaker, *sm3, *sha256, *type, *sign_sm3,
		*sign_sha256, *refusal;
	int64_t paper, added_by, added_at;
	const char *rights; /* of the form */
};

/* With this piece it was noted that the cards were shown and the rights told first (O2 21). */
struct rights_told {
	int64_t id, version, case_id, exhibit, told_by, told_at;
};

struct report {
	int64_t id, version, case_id;
	const char *party, *course, *facts, *nature, *basis, *discretion, *outcome, *outcome_item,
		*kinds;
	int64_t fine_fen, confiscated_fen;
	bool warn, confiscate, stop, revoke, public_interest, hard;
	const char *new_facts, *state;
	int64_t written_by, written_at, paper;
	int64_t goods_fen; /* value of the goods confiscated: case_goods */
};

/* What a report proposes to confiscate, in goods. */
struct goods {
	int64_t id, version, case_id, report, goods_fen;
};

struct review {
	int64_t id, version, case_id, report;
	const char *kind;
	int64_t due;
	bool extended;
	const char *jurisdiction, *party, *facts, *nature, *basis, *procedure, *proportion,
		*verdict, *opinion;
	int64_t reviewed_by, reviewed_at, paper;
};

struct notice_row {
	int64_t id, version, case_id, report;
	const char *kinds;
	int64_t fine_fen, confiscated_fen;
	bool hearing_right;
	int64_t told_at, served_at, paper;
	int64_t goods_fen; /* as its report has it; -1: not known */
};

struct hearing {
	int64_t id, version, case_id, request;
	const char *state;
	int64_t asked_at, chair;
	const char *recorder;
	int64_t at;
	const char *place;
	int64_t announced_at, notice_paper;
	const char *attended, *record, *sign_sm3, *sign_sha256, *refusal;
	int64_t record_paper;
	const char *opinion;
	int64_t reported_at, report_paper;
};

/* A notice of the hearing's day; outcome: "" while it stands, held, put_off, absent. */
struct hearing_notice {
	int64_t id, version, case_id, hearing, paper, at, told_at, served_at;
	const char *outcome, *reason;
};

/* On a report, before the decision that it proposes; or, report 0, on a further term. */
struct discussion {
	int64_t id, version, case_id, report, at;
	const char *place;
	int64_t chair;
	const char *participants, *words, *conclusion;
	int64_t paper;
	const char *about; /* of the form: decision, term */
};

/* The party told by word of mouth, in the simple procedure. */
struct telling {
	int64_t id, version, case_id, at;
	const char *place, *speaker;
	int64_t fine_fen;
	const char *said; /* later, none, made */
	const char *words, *sign_sm3, *sign_sha256, *refusal;
	int64_t paper, told_by, written_at;
};

/* The conditions of filing, as its officers answered them. */
struct filing {
	int64_t id, version, case_id;
	bool proof, due, jurisdiction, life_harmed;
	int64_t act_ended_at, found_at, limit_at, written_by, written_at;
};

/* What it was told and said before a later notice took its place. */
struct told_before {
	int64_t id, version, case_id;
	const char *kinds;
	int64_t fine_fen, confiscated_fen, told_at;
	const char *statement, *words;
	int64_t heard_at, kept_at;
};

/* What was weighed, and what the tables said to it; see weighing.h. */
struct weighing {
	int64_t id, version, case_id;
	bool small_caterer;
	int64_t goods_fen;
	int days, ill;
	const char *factors; /* codes the officers chose, parted by commas */
	const char *replies; /* "minor=yes,no_harm=no": conditions of the lists of no penalty */
	const char *words;   /* the officers' own reasons */
	bool refused, repeated;
	const char *scale, *band; /* scale: "" when the data have none for the act */
	bool serious;
	int64_t low_fen, high_fen;
	const char *exempt;		/* codes of the items that hold, parted by commas */
	const char *must_not;		/* the name of one that forbids a penalty, or "" */
	const char *why, *why_en;	/* the tables' reasons */
	const char *discretion, *lists; /* versions of the data */
	int64_t weighed_by, weighed_at;
	int64_t city_checked; /* of the form: kept among the replies */
};

/* What goes to the police with the case (form 5): to whom, which crime is suspected, on what
 * ground, what is handed over, who has a copy. */
struct handover {
	int64_t id, version, case_id, report;
	const char *authority, *crime, *basis, *facts, *material, *procurator;
	int64_t written_by, written_at;
};

/* That it was handed over, and what the police answered. */
struct transfer {
	int64_t id, version, case_id, decision;
	const char *receiver, *taken_by;
	int64_t handed_at;
	const char *receipt;
	int64_t written_by;
	const char *reply; /* "", accepted, refused */
	int64_t replied_at;
	const char *reply_number, *reply_words;
	int64_t reply_by;
	const char *hour; /* of the form */
};

struct request {
	int64_t id, version, case_id;
	const char *kind;
	int64_t officer;
	const char *words;
	int64_t asked_at;
	const char *state, *answer;
	int64_t until, answered_by, answered_at;
};

/* A review or a suit against the decision (remedies.c). ended_at 0: running. */
struct remedy {
	int64_t id, version, case_id;
	const char *kind; /* review, suit */
	int64_t begun_at, ended_at;
	const char *outcome; /* a code of rules/cases/remedies.json */
	const char *effect;  /* on the decision: "" (running), stands, changed, annulled, unlawful,
				void */
	const char *words;   /* of the document: number, and what it says */
	int64_t fine_fen;    /* changed: the fine from now on */
	int64_t entered_by, entered_at;
	int64_t anew_case, anew_due; /* a new decision was ordered: its case, and its last moment */
};

struct party_file {
	int64_t id, version, case_id;
	const char *about, *sm3, *sha256, *type;
	int64_t sent_at;
};

extern const struct model proceeding_model, approval_model, span_model, exhibit_model, report_model,
	review_model, notice_model, hearing_model, discussion_model, weighing_model, handover_model,
	request_model, party_file_model, telling_model, told_before_model, filing_model,
	transfer_model, hearing_notice_model, goods_model, report_form, remedy_model,
	rights_told_model, exhibit_form;

/* A case with everything that its ordinary procedure has written. Rows that are not there have id
 * 0. */
struct course {
	struct case_row c;
	struct case_facts f;
	struct actor actor;
	const struct node *law; /* rules/cases/procedure.json */
	struct bounds bounds;
	struct proceeding proceeding;
	struct approval approval; /* the open one, or id 0 */
	struct report report;	  /* the newest of each */
	struct review review;
	struct notice_row notice;
	struct hearing hearing;
	struct hearing_notice hearing_notice; /* its newest */
	struct discussion discussion;	      /* on this report */
	struct discussion term_discussion;    /* on a further term */
	int64_t extended_at; /* when the term for deciding was extended last, or 0 */
	struct handover handover;
	struct told_before before; /* the newest: what was told before, when nothing is told now */
	const char *said_before;   /* all that was stated then, in the paper's words; or "" */
	struct transfer transfer;  /* of this decision */
	struct remedy remedy;	   /* the newest */
	struct party party;
};

/* course.c. E_NOT_FOUND, E_FORBIDDEN outside the area, as case_load(); mine: for the party. */
enum err course_load(struct req *rq, struct course *k);
enum err course_load_mine(struct req *rq, struct course *k);
/* Around a case that is there already. */
enum err course_of(struct req *rq, const struct case_row *c, struct course *k);
/* The penalty that a report proposes, that a notice told of. */
struct penalty_size report_size(const struct report *r);
struct penalty_size notice_size(const struct notice_row *n);
/* Chinese words of a code of the law's lists, for papers; the code itself when there are none. */
const char *law_word(const struct course *k, const char *code);
int course_term(const struct course *k, const char *name, int fallback);
/* "警告、罚款5000元": what a penalty is, for papers and messages. */
const char *penalty_zh(struct req *rq, const struct course *k, const struct penalty_size *p);
const char *fen_words(struct req *rq, int64_t fen); /* "5,000.00" */
/* The same for pages, in the visitor's language: "Fine ¥5,000.00, Warning". */
const char *penalty_label(struct req *rq, const struct penalty_size *p);
/* What was decided, or proposed, for pages. */
const char *outcome_label(struct req *rq, const struct course *k);
/* What CASE_DECIDED carries: the case, its procedure, what is confiscated; decided_at in ms. */
const char *decided_json(
	struct req *rq, const struct case_row *c, const char *procedure, int64_t confiscated_fen);
/* Texts that nobody filled in become "". */
void row_blank(const struct model *m, void *row);
/* Writes the row and tells the fact about the case, with the row as its data. */
struct written {
	const struct model *model;
	void *row;
	const char *fact;
};
enum err course_add(struct req *rq, const struct course *k, const struct written *w);
enum err course_change(struct req *rq, const struct course *k, const struct written *w);
/* filing.c: the conditions of O2 19 read from the form and kept; E_CONFLICT when one is missing or
 * the act is barred. Pure is may_be_filed(). put_filing: what the form of a pre-check begins with.
 */
enum err filing_take(struct req *rq, const struct case_row *c);
enum err filing_load(struct req *rq, int64_t case_id, struct filing *f); /* id 0: none */
const char *may_be_filed(const struct filing *f);
enum err put_filing(struct req *rq, const struct case_row *c);
const char *filing_zh(struct req *rq, const struct filing *f);
/* told_before.c: keeps what was told and said, and lets the case be told anew. k->c is not yet
 * saved; the fact that follows takes the row up. */
enum err told_before_keep(struct req *rq, struct course *k);
enum err told_before_words(struct req *rq, int64_t case_id, const char **out);
/* Beyond what was told the penalty does not go without new facts (APL 45): false when nothing was.
 */
bool told_last(const struct course *k, struct penalty_size *p);
/* Where a message to this telephone leads: a fresh link beside what is open already, when it is the
 * party's own (its link went there, or the licence names it); on another one that was confirmed for
 * papers, the address of the matter, for whoever opened it before. */
enum err way_to_matter(
	struct req *rq, const struct case_row *c, const char *phone, const char **path);
/* The party reads text on its telephone, when it has one on file. */
enum err tell_party(struct req *rq, const struct case_row *c, const char *text);
/* The term for deciding anew: 90 days from filing, what was extended, what is not counted. */
enum err decide_due_again(struct req *rq, struct course *k);
/* The same, without putting it into the case: time that still runs is left out up to now. */
enum err decide_end(struct req *rq, const struct course *k, int64_t *end);
/* excluded.c: the last day of the pre-check, moved by the working days of a test (O2 18). */
enum err precheck_moved(struct req *rq, int64_t from, int64_t to, int64_t *due);
enum err span_open(struct req *rq, struct course *k, const char *kind, const char *reason);
enum err span_close(struct req *rq, struct course *k, const char *kind);
enum err span_close_at(struct req *rq, struct course *k, const char *kind, int64_t at);
extern const struct choice remedy_kinds[], remedy_outcomes[];
/* remedies.c: every review and suit against the decision, in the list remedy_rows. */
enum err put_remedies(struct req *rq, const struct course *k);
/* anew.c: the case of a new decision that is ordered is opened and written into r, with the day,
 * which the document may name; what a new decision may not be (why: NULL when it may); both cases
 * in each other's list of links. */
enum err anew_open(struct req *rq, const struct case_row *old, struct remedy *r);
enum err anew_refuses(
	struct req *rq, int64_t case_id, const struct penalty_size *p, const char **why);
enum err put_anew(struct req *rq, const struct case_row *c, struct node *list);
/* Those that the room of fines kept before this one did are entered here, each with its fact. */
enum err remedies_take_over(struct req *rq);
/* story_words.c: what a fact of the case says, in the visitor's language; its name when nobody
 * knows. */
const char *fact_sentence(struct req *rq, const char *name);
/* excluded.c: a paper of the case is served by public notice; its time is over (what PAPER_SERVED
 * tells): the term for deciding is set anew and saved. */
enum err on_notice_published(struct req *rq, const struct event *e);
enum err notice_time_over(struct req *rq, struct case_row *c, const struct node *told);

/* deeds.c: a step's form and what it does */
struct deed {
	enum step step;
	const struct model *form; /* NULL: a button is enough */
	size_t size;		  /* of its row */
	void (*begin)(struct req *rq, const struct course *k, void *row); /* may be NULL */
	enum err (*run)(struct req *rq, struct course *k, void *row);
	const char *accept; /* a file goes with it, of these types; or NULL */
	bool sign;	    /* the other person signs on the screen */
	const char *about;  /* a sentence for who fills it in, or NULL */
	void (*shows)(struct req *rq, const struct course *k); /* more for its page, or NULL */
	/* Instead of form, in the simple procedure and the pre-check, unless the whole form was
	 * asked for (?whole=1); or NULL. */
	const struct model *brief;
};
const struct deed *deed_of(enum step s); /* NULL: has a form of its own on the case's page */
enum err step_form(struct req *rq);
enum err step_take(struct req *rq);
/* The next steps of who asks, and what is not possible yet and why. */
void put_course_steps(struct req *rq, const struct course *k);
void put_course(struct req *rq, const struct course *k); /* procedure, report, review, notice .. */
enum err put_course_rows(struct req *rq, const struct course *k);
enum err put_exhibits(struct req *rq, const struct course *k, bool party);
enum err put_party_files(struct req *rq, int64_t case_id);

/* steps.c: the number of a case, taken in this transaction */
enum err case_number_take(struct req *rq, const char **number);
/* one_fine.c: E_CONFLICT when this act of this business was fined already (APL 29). */
enum err one_fine_check(struct req *rq, const struct case_row *c, int64_t fine_fen);
/* steps.c: the penalty that the simple procedure intends, put into the case: a fine within its
 * bound and what was weighed, or without one a warning. */
enum err case_intend(struct req *rq, struct case_row *c, int64_t fine_fen);

/* deeds_decision.c: the case is decided as its report proposes; k->c is not yet saved */
enum err case_decided_ordinary(struct req *rq, struct course *k);

/* approvals.c */
enum err approval_ask(struct req *rq, struct course *k, struct approval *a);
/* E_CONFLICT when nothing waits or it may not be granted any more, E_FORBIDDEN for an officer of
 * the case, E_INVALID without a reason for a refusal. Approved, its effect happens at once. */
enum err approval_take(struct req *rq, struct course *k, bool yes, const char *opinion);
/* The open one is not to be answered any more: nobody stands behind it. The case is not saved. */
enum err approval_void(struct req *rq, struct course *k, const char *why);
enum err approval_answer(struct req *rq); /* POST /cases/:id/approvals/:id2 */

/* party.c: the page on which the party states and defends */
enum err show_statement(struct req *rq, const struct course *k);

/* requests.c */
enum err my_ask_form(struct req *rq);
enum err my_ask(struct req *rq);
/* The party's request, written down and told; a hearing is opened, and its span with it. */
enum err request_add(struct req *rq, struct course *k, struct request *q);
enum err my_withdraw(struct req *rq);
enum err request_answer(struct req *rq); /* request_answers.c */
enum err put_requests(struct req *rq, int64_t case_id, bool party);
/* Keeps what came in the fields photo and voice; their rows go with the next fact. */
enum err party_files_keep(struct req *rq, int64_t case_id, const char *about, int *n);
enum err party_file_get(struct req *rq);
enum err exhibit_file(struct req *rq);
/* exhibits.c: evidence added by hand is verified by the other officer */
struct exhibit_check {
	int64_t id, version, case_id, exhibit;
	const char *verdict, *reason;
	int64_t checked_by, checked_at;
};
extern const struct model exhibit_check_model;
enum err exhibit_check(struct req *rq); /* POST /cases/:id/exhibits/:id2/check */

/* deeds_review.c: the notice of the intended penalty was served: the five working days begin */
enum err notice_served(struct req *rq, struct case_row *c, const struct node *told);
/* deeds_hearing.c: the same of the notice of a hearing: its seven working days begin */
enum err hearing_notice_served(struct req *rq, struct case_row *c, const struct node *told);
/* listen.c: paper, way and time of a service, as CASE_SERVED carries them */
const char *service_words(struct req *rq, const struct node *told);

/* forms.c: what a case puts on any of its papers */
enum { FORM_VALUES = 500 };
struct form {
	const char *template;
	struct paper_value v[FORM_VALUES];
	size_t n;
	const struct paper_picture *pictures;
	size_t n_pictures;
	int64_t reserved; /* id of the number in the register that it carries; 0: the next one */
	int64_t chair;	  /* of a hearing, who signs as well; 0: nobody */
	int64_t asked_by; /* who took the step that this one confirms; 0: nobody */
	bool aside;	  /* made beside another step: no officer signs it by that */
};
/* Somebody's words to go on in a sentence: without the full stop at their end. */
const char *without_stop(struct req *rq, const char *text);
void form_put(struct form *f, const char *name, const char *text);
/* Pairs of name and text, ended by NULL. */
void form_puts(struct form *f, ...) __attribute__((sentinel));
void form_party(struct form *f, const struct party *p);
void form_officers(struct req *rq, struct form *f, const struct case_row *c);
struct form *form_named(struct form *f, const char *template); /* gives f */
struct paper_order form_as_order(const struct case_row *c, const struct form *f);
enum err form_order(struct req *rq, const struct case_row *c, const struct form *f, int64_t *paper);
/* papers.c: what proves the act, named so that it can be found again; added until then. */
enum err evidence_words(struct req *rq, int64_t case_id, int64_t until, const char **out);
const char *moment_zh(struct req *rq, int64_t ms);

/* papers_ordinary.c: the forms of the ordinary procedure; each gives the paper's id */
enum err paper_source(struct req *rq, const struct course *k, int64_t *paper);
enum err paper_filing(
	struct req *rq, const struct course *k, const struct approval *a, int64_t *paper);
enum err paper_matter(
	struct req *rq, const struct course *k, const struct approval *a, int64_t *paper);
enum err paper_summons(
	struct req *rq, const struct course *k, const struct exhibit *x, int64_t *paper);
enum err paper_record(struct req *rq, const struct course *k, struct exhibit *x);
enum err paper_report(struct req *rq, const struct course *k, struct report *r);
enum err paper_review(struct req *rq, const struct course *k, struct review *r);
enum err paper_notice(struct req *rq, const struct course *k, struct notice_row *n);
/* Filled, not yet ordered: when the party began to state, and the moment of its end. */
struct stating {
	int64_t from, to;
};
void form_defence(
	struct req *rq, struct form *f, const struct course *k, const struct stating *when);
enum err paper_hearing_notice(struct req *rq, const struct course *k, struct hearing *h);
enum err paper_hearing_record(struct req *rq, const struct course *k, struct hearing *h);
enum err paper_hearing_report(struct req *rq, const struct course *k, struct hearing *h);
enum err paper_discussion(struct req *rq, const struct course *k, struct discussion *d);
enum err paper_decision_form(
	struct req *rq, const struct course *k, const struct approval *a, int64_t *paper);
enum err paper_decision(struct req *rq, struct course *k);
enum err paper_closing(
	struct req *rq, const struct course *k, const struct approval *a, int64_t *paper);

#endif
