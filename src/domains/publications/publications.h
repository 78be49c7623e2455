/* Private to the room of publications: what of a penalty is public, how long, and how it ends. */
#ifndef PUBLICATIONS_H
#define PUBLICATIONS_H

#include "core/core.h"
#include "domains/publications/masking.h"
#include "domains/publications/rules.h"

struct published {
	int64_t id, version;
	const char *code; /* of its public page */
	int64_t case_id, operator, area;
	const char *number, *party, *party_no, *party_kind, *act, *act_name, *procedure, *kinds;
	int64_t fine_fen, confiscated_fen, paper, decided_at, served_at;
	const char *words; /* of the decision, masked */
	int64_t masked;	   /* places in them made unreadable */
	const char *names, *secrets;
	int64_t prepared_by, prepared_at;
	const char *state;
	int64_t publish_due, published_by, published_at, public_until, early_from, ended_at;
	const char *ended_how;
	int64_t corrected_at;
	const char *correction, *fault, *fault_document;
	int64_t fault_at, withdraw_due, withdrawn_by, withdrawn_at;
	const char *withdrawn_why;
	int64_t replaces;
	const char *next_kind;
	int64_t next_due;
	const char *next_clause;
	int64_t told_due; /* the next_due that was told as passed */
};
struct repair {
	int64_t id, version, publication;
	const char *words;
	bool promised;
	const char *sm3, *sha256, *type;
	int64_t asked_at;
	const char *asked_by, *state;
	int64_t accept_due, accepted_by, accepted_at, decide_due;
	bool harm_removed, not_listed;
	int64_t decided_by, decided_at;
	const char *reason;
};
extern const struct model published_model, repair_model;
extern const struct choice publication_states[], publication_steps[], publication_faults[],
	publication_party_kinds[], repair_states[];

/* ---- store.c ---- */
enum err publication_rule(struct req *rq, int64_t at, const struct node **out);
enum err publication_load(struct req *rq, struct published *p); /* rq->id; checks the area */
/* The newest of the party's link (rq->id its case). */
enum err publication_mine(struct req *rq, struct published *p);
/* The application that waits for an answer, else the newest; id 0: none. */
enum err publication_repair(struct req *rq, const struct published *p, struct repair *r);
/* Works out what the rule demands next, saves, tells fact about the case. */
enum err publication_save(struct req *rq, struct published *p, const char *fact, const char *data);
enum err publication_early(
	struct req *rq, const struct published *p, const struct repair *r, struct early_facts *f);
/* A new row that waits for its publication: due in the rule's working days from that day. */
enum err publication_open(struct req *rq, struct published *p, int64_t from);
/* "Fine 5,000.00 yuan, confiscation 120.00 yuan", in the visitor's language. */
const char *publication_penalty(struct req *rq, const struct published *p);

/* ---- mask.c ---- */
/* The decision's own words and how they are masked: as the row says, and by what the file knows of
 * the party and of others. text "" when its paper is not ours. */
struct decision_words {
	const char *text;
	struct masked masked;
};
enum err publication_words(struct req *rq, const struct published *p, struct decision_words *out);
/* Sets words and masked of the row from them. */
enum err publication_mask(struct req *rq, struct published *p);
/* The page where both stand side by side, with the reason of each place. */
enum err publication_masking(struct req *rq);

/* ---- listen.c ---- */
enum err on_publication_decided(struct req *rq, const struct event *e);
enum err on_publication_served(struct req *rq, const struct event *e);
enum err on_publication_remedy(struct req *rq, const struct event *e);
enum err publications_every_minute(struct req *rq);
enum err publication_term_run(struct req *rq, const struct job *j, void *result);

/* ---- steps.c, repairs.c ---- */
enum err publication_prepare(struct req *rq);
enum err publication_publish(struct req *rq);
enum err publication_correct(struct req *rq);
enum err publication_serve(struct req *rq);
enum err publication_withdraw(struct req *rq);
/* What is asked for or taken up has lost its object: the publication is withdrawn, or over. */
enum err repairs_close(struct req *rq, const struct published *p);
enum err repair_enter(struct req *rq);
enum err repair_accept(struct req *rq);
enum err repair_decide(struct req *rq);
enum err repair_revoke(struct req *rq);
enum err repair_file(struct req *rq);
enum err my_publication(struct req *rq);
enum err my_publication_ask(struct req *rq);

/* ---- screens.c, open.c ---- */
enum err publication_list(struct req *rq);
enum err publication_page(struct req *rq);
enum err penalty_list(struct req *rq);
enum err penalty_page(struct req *rq);

#endif
