/* Private to the room of service (送达). */
#ifndef SERVICE_H
#define SERVICE_H

#include "core/core.h"
#include "domains/service/rules.h"

/* A paper that has to reach its addressee. due_at: the last moment in which it may (O2 81).
 * opened_at: the party opened a paper served electronically. receipt: the paper of 送达回证. */
struct service_task {
	int64_t id, version, paper, case_id, operator, area;
	const char *template, *title, *number, *sm3;
	int64_t sealed_at, due_at;
	const char *state, *way;
	int64_t served_at, receipt, opened_at;
};

/* at: of the attempt; result_at: when a thing sent was received or came back. */
struct service_attempt {
	int64_t id, version, task;
	const char *way, *result;
	int64_t at, result_at;
	const char *place, *receiver, *relation, *refusal, *witness, *mail_no, *words;
	int64_t server1, server2;
	const char *phone, *message;
	const char *sign_sm3, *sign_sha256, *witness_sm3, *witness_sha256;
	const char *photo_sm3, *photo_sha256, *video_sm3, *video_sha256;
	int64_t entered_by, entered_at;
};

/* A public notice; body is what the public reads, why stays in the file. */
struct service_notice {
	int64_t id, version, task, attempt, paper;
	const char *party_name, *title, *number, *body, *why, *state;
	int64_t published_at, until_at, ended_at, published_by;
};
/* Time that the law does not count for the case (O2 64); 0, 0: none. */
struct span_excluded {
	int64_t from, to;
};

/* What the party confirmed: pub_case_addresses. */
struct service_address {
	int64_t case_id, operator;
	bool e_service;
	const char *e_phone, *post_address, *receiver;
	int64_t address_at;
};

/* Named by the party beside its telephone; "" where it named none. */
struct service_accounts {
	int64_t id, version, case_id, operator;
	const char *e_mail, *im, *fax, *sign_sm3, *sign_sha256;
	int64_t paper, named_at;
};

extern const struct model service_task_model, service_attempt_model, service_address_model,
	service_notice_model;
extern const struct choice service_ways[], service_results[], service_states[];
extern const struct module service;

/* store.c */
enum err service_terms_load(struct req *rq, const struct node **terms);
/* E_NOT_FOUND for papers that are not of a case. */
enum err service_address_load(struct req *rq, int64_t case_id, struct service_address *a);
enum err service_task_load(struct req *rq, int64_t id, struct service_task *t); /* by area */
/* Whom a paper is for when not for the party: the witness to be asked, the office; "" the party. */
enum err service_addressee(struct req *rq, const struct service_task *t, const char **name);
struct service_attempt service_attempt_new(struct req *rq, const struct service_task *t);
/* An attempt is over and its paper served at that time, by its way: task and attempt are kept and
 * PAPER_SERVED is told of the case. */
enum err service_served(
	struct req *rq, struct service_task *t, const struct service_attempt *a, int64_t at);

/* attempts.c */
enum err service_facts_of(struct req *rq, const struct service_task *t,
	const struct service_address *to, struct service_facts *f);
enum err service_attempt_add(struct req *rq);
enum err service_attempt_result(struct req *rq);

/* receipt.c */
enum err service_receipt_order(
	struct req *rq, struct service_task *t, const struct service_attempt *a, int64_t at);
/* The address confirmation (form 10) once more, with the accounts; gives x its paper. */
enum err service_confirmation_order(
	struct req *rq, const struct service_address *to, struct service_accounts *x);
const char *service_notice_body(struct req *rq, const struct service_notice *n, int64_t days);
enum err service_notice_order(
	struct req *rq, const struct service_task *t, struct service_notice *n);
enum err service_party_name(struct req *rq, const struct service_task *t, const char **name);

/* notices.c */
enum err service_notice_publish(
	struct req *rq, struct service_task *t, const struct service_attempt *a);
enum err service_notice_of(struct req *rq, int64_t task, struct service_notice *n);
/* The open notice of a paper, if there is one, ends because it was served by that way. */
enum err service_notice_close(
	struct req *rq, const struct service_task *t, const char *way, struct span_excluded *x);
enum err service_every_minute(struct req *rq);
enum err service_notice_job(struct req *rq, const struct job *j, void *result);
enum err service_notice_list(struct req *rq);
enum err service_notice_page(struct req *rq);

/* screens.c, task_page.c */
enum err service_list(struct req *rq);
enum err service_of_case(struct req *rq);
enum err service_page(struct req *rq);
enum err service_hand_form(struct req *rq);
/* The form once more, with what was typed and signed, after e (E_INVALID or E_CONFLICT). */
enum err service_again(struct req *rq, enum err e, const char *way);
enum err service_attempt_file(struct req *rq);

/* my_papers.c: the party */
enum err my_papers(struct req *rq);
enum err my_paper_open(struct req *rq);

/* accounts.c: e-mail, instant messages, fax */
struct service_way_named {
	const char *code, *label, *zh;
};
extern const struct model service_accounts_model;
extern const struct service_way_named service_accounts_ways[]; /* ends with a NULL code */
/* Those signed with, or after, the newest confirmation of the address; none: all "". */
enum err service_accounts_load(
	struct req *rq, const struct service_address *to, struct service_accounts *x);
const char *service_account_of(const struct service_accounts *x, const char *way);
enum err my_accounts_form(struct req *rq);
enum err my_accounts_name(struct req *rq);

/* delegates.c: whom the party has act for it */
extern const struct model service_delegate_model;
enum err my_delegate_form(struct req *rq);
enum err my_delegate_preview(struct req *rq);
enum err my_delegate_name(struct req *rq);
enum err my_delegate_revoke(struct req *rq);

/* electronic.c */
/* The paper lies in the party's pages and a message is on its way to its telephone; task: still
 * waiting. */
enum err service_electronically(
	struct req *rq, struct service_task *t, const struct service_address *to);
/* The attempt, changed by the caller already, arrived at that time: its paper is served (O2 82(3)),
 * unless it was meanwhile. */
enum err service_arrived(
	struct req *rq, struct service_task *t, struct service_attempt *a, int64_t at);
/* The party opens a paper that was sent to it: it has arrived now at the latest. */
enum err service_opened(struct req *rq, struct service_task *t);
enum err service_on_accepted(struct req *rq, const struct event *e);
enum err service_on_failed(struct req *rq, const struct event *e);

/* listen.c */
enum err service_on_sealed(struct req *rq, const struct event *e);
enum err service_on_address(struct req *rq, const struct event *e);

#endif
